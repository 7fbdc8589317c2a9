import type { DocumentFile } from '../../../src/registry/document.ts';

/** A document as JSON, which is YAML too. Tests change parts of it. */
export interface Json {
  [key: string]: unknown;
}

const string = { type: 'string' };
const item = { $ref: '#/components/schemas/Item' };
const json = (schema: unknown): Json => ({ description: 'done', content: { 'application/json': { schema } } });
const itemId = { $ref: '#/components/parameters/itemId' };

/** A service with a wrapped list, a bare list, a look-up, a body, and an alias and a parent. */
export function serviceDocument(): Json {
  return {
    openapi: '3.0.3',
    info: { title: 'things', description: 'Things.' },
    servers: [{ url: 'https://{org}.example.com', variables: { org: { default: 'x', description: 'The org.' } } }],
    'x-stackQL-config': {
      pagination: {
        requestToken: { key: '', location: 'request' },
        responseToken: { key: 'Link', location: 'header' },
      },
    },
    paths: {
      '/boxes': {
        get: {
          summary: 'Boxes',
          parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
          responses: { 200: json({ type: 'array', items: item }) },
        },
      },
      '/boxes/{boxId}/items': {
        get: {
          description: 'Items.',
          parameters: [{ name: 'boxId', in: 'path', required: true, schema: string }],
          responses: { 200: { $ref: '#/components/responses/Items' } },
        },
        post: {
          parameters: [
            { name: 'boxId', in: 'path', required: true },
            { name: 'X-Note', in: 'header' },
          ],
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Alias' } } } },
          responses: { 201: json(item), 200: json(item) },
        },
      },
      '/boxes/{boxId}/items/{itemId}': {
        get: { parameters: [{ name: 'boxId', in: 'path', required: true }, itemId], responses: { 200: json(item) } },
        delete: {
          parameters: [{ name: 'boxId', in: 'path', required: true }, itemId],
          responses: { 204: { description: 'gone' } },
        },
      },
    },
    components: {
      parameters: {
        itemId: { $ref: '#/components/parameters/id~1of~0item' },
        'id/of~item': { name: 'itemId', in: 'path', required: true, description: 'Its id.', schema: string },
      },
      responses: {
        Items: json({
          type: 'object',
          properties: { data: { type: 'object', properties: { items: { type: 'array', items: item } } } },
        }),
      },
      schemas: {
        Alias: { $ref: '#/components/schemas/Item' },
        Item: {
          type: 'object',
          properties: {
            id: string,
            at: { type: 'string', format: 'date-time' },
            count: { type: 'integer' },
            weight: { type: 'number' },
            on: { type: 'boolean' },
            tags: { type: 'array', items: string },
            more: { type: 'object' },
            what: {},
          },
        },
      },
      'x-stackQL-resources': {
        boxes: {
          methods: {
            list: {
              operation: { $ref: '#/paths/~1boxes/get' },
              'x-oktaql': { pageSize: { parameter: 'limit', size: 50 } },
            },
          },
          sqlVerbs: { select: [{ $ref: '#/components/x-stackQL-resources/boxes/methods/list' }] },
        },
        items: {
          description: 'Items of a box.',
          'x-oktaql': {
            aliases: { itemId: 'id' },
            parent: { resource: 'demo.things.boxes', supplies: { boxId: 'id' } },
          },
          methods: {
            list: {
              operation: { $ref: '#/paths/~1boxes~1{boxId}~1items/get' },
              response: { objectKey: '$.data.items' },
            },
            get: { operation: { $ref: '#/paths/~1boxes~1{boxId}~1items~1{itemId}/get' } },
            add: {
              operation: { $ref: '#/paths/~1boxes~1{boxId}~1items/post' },
              request: { required: ['count'] },
              response: { openAPIDocKey: '201' },
              'x-oktaql': { bodyCheck: 'thing' },
            },
            remove: { operation: { $ref: '#/paths/~1boxes~1{boxId}~1items~1{itemId}/delete' } },
            other: { operation: { $ref: '#/paths/~1boxes~1{boxId}~1items/post' } },
          },
          sqlVerbs: {
            select: [{ $ref: '#/x/get' }, { $ref: '#/x/list' }],
            insert: [{ $ref: '#/x/add' }],
            delete: [{ $ref: '#/x/remove' }],
          },
        },
      },
    },
  };
}

/** The place that a JSON pointer names; the last part may be new. */
export function setAt(document: Json, pointer: string, value: unknown): Json {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const target = keys.reduce<Json>((node, key) => node[key] as Json, document);
  if (value === undefined) delete target[last];
  else target[last] = value;
  return document;
}

export function asFile(document: unknown): DocumentFile {
  return { file: 'demo/things.yaml', text: JSON.stringify(document) };
}
