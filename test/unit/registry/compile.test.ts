import { describe, expect, test } from 'vitest';
import { ProviderDocumentError } from '../../../src/errors.ts';
import { compileProvider, compileService } from '../../../src/registry/compile.ts';
import type { Method } from '../../../src/registry/resource.ts';
import { asFile, type Json, serviceDocument, setAt } from './documents.ts';

const compile = (document: unknown): ReturnType<typeof compileService> =>
  compileService('demo', 'things', asFile(document));

describe('a good document', () => {
  const { resources, ...service } = compile(serviceDocument());
  const items = resources['items'];
  const method = (name: string): unknown => items?.methods.find((candidate) => candidate.name === name);

  test('names itself and its resources', () => {
    expect(service).toEqual({ name: 'things', title: 'things', description: 'Things.' });
    expect(Object.keys(resources)).toEqual(['boxes', 'items']);
    expect(items).toMatchObject({ name: 'demo.things.items', description: 'Items of a box.' });
  });

  test('sorts its methods by verb; the rest is for EXEC', () => {
    expect(items?.verbs).toEqual({
      select: ['get', 'list'],
      insert: ['add'],
      update: [],
      replace: [],
      delete: ['remove'],
    });
    expect(items?.methods.map(({ name, verb }) => `${name} ${verb}`)).toEqual([
      'list select',
      'get select',
      'add insert',
      'remove delete',
      'other exec',
    ]);
  });

  test('a look-up: path, HTTP method, parameters through a chain of references', () => {
    expect(method('get')).toEqual({
      name: 'get',
      key: 'demo.things.items.get',
      description: '',
      verb: 'select',
      httpMethod: 'GET',
      path: '/boxes/{boxId}/items/{itemId}',
      server: 'https://{org}.example.com',
      parameters: [
        { name: 'boxId', type: 'VARCHAR', description: '', location: 'path', isRequired: true },
        { name: 'itemId', type: 'VARCHAR', description: 'Its id.', location: 'path', isRequired: true },
        { name: 'org', type: 'VARCHAR', description: 'The org.', location: 'server', isRequired: true },
      ],
      response: expect.objectContaining({ kind: 'object', rowsAt: ['$'] }),
    });
  });

  test('a wrapped list', () => {
    expect(method('list')).toMatchObject({
      description: 'Items.',
      paging: { kind: 'link', header: 'Link' },
      response: { kind: 'list', rowsAt: ['$.data.items'] },
    });
  });

  test('a bare list, with its page size', () => {
    expect(resources['boxes']?.methods[0]).toMatchObject({
      description: 'Boxes',
      paging: { kind: 'link', header: 'Link' },
      pageSize: { parameter: 'limit', size: 50 },
      response: { kind: 'list', rowsAt: ['$'] },
    });
    expect(resources['boxes']?.parent).toBeUndefined();
  });

  test.each<[what: string, extension: Json, id: string | undefined]>([
    ['is what an alias names', { aliases: { itemId: 'id' } }, 'id'],
    ['is what the document names', { aliases: { itemId: 'id' }, id: 'at' }, 'at'],
    ['needs no alias', { id: 'id' }, 'id'],
    ['is unknown where nothing names it', {}, undefined],
    ['is unknown where the document says so', { aliases: { itemId: 'id' }, id: false }, undefined],
    // All items of a list agree in its own parameters.
    ['is nothing that the list was asked for', { aliases: { boxId: 'what' } }, undefined],
    ['is the alias of the item', { aliases: { boxId: 'what', itemId: 'id' } }, 'id'],
  ])("the id of a list's items %s", (_what, extension, id) => {
    const document = setAt(serviceDocument(), `${ITEMS}/x-oktaql`, extension);
    expect(compile(document).resources['items']?.id).toBe(id);
  });

  test('a body, whose schema is a reference to a reference', () => {
    expect(method('add')).toMatchObject({
      body: { required: ['count'], check: 'thing' },
      response: { kind: 'object' },
    });
    expect(method('add')).toHaveProperty('body.fields.length', 8);
    expect(method('add')).not.toHaveProperty('paging');
    expect(method('other')).toHaveProperty('body', {
      mediaType: 'application/json',
      required: [],
      fields: expect.anything(),
    });
  });

  test('how a lost answer is made up for', () => {
    const document = setAt(serviceDocument(), CONFIRM, confirmedBy({ same: ['weight'] }).to);
    const add = compile(document).resources['items']?.methods.find(({ name }) => name === 'add');
    expect(add?.confirm).toEqual({ method: 'list', match: ['count'], same: ['weight'] });
  });

  test('an empty answer', () => {
    expect(method('remove')).toMatchObject({
      httpMethod: 'DELETE',
      response: { kind: 'none', rowsAt: [], fields: [] },
    });
  });

  test('a body that is no JSON makes the method unusable, not the document', () => {
    const document = setAt(serviceDocument(), '/paths/~1boxes~1{boxId}~1items/post/requestBody/content', {
      'text/plain': {},
    });
    const add = compile(document).resources['items']?.methods.find(({ name }) => name === 'add');
    expect(add).toMatchObject({ unsupported: 'its body is text/plain' });
    expect(add).not.toHaveProperty('body');
  });

  test('columns: response fields with their types, then parameters', () => {
    const columns = items?.columns.map(({ name, type, origin, aliasOf }) =>
      [name, type, origin, aliasOf].filter(Boolean).join(' '),
    );
    expect(columns).toEqual([
      'id VARCHAR response',
      'at TIMESTAMPTZ response',
      'count BIGINT response',
      'weight DOUBLE response',
      'on BOOLEAN response',
      'tags JSON response',
      'more JSON response',
      'what JSON response',
      'boxId VARCHAR path',
      'itemId VARCHAR path id',
      'org VARCHAR server',
      '_raw JSON raw',
    ]);
    expect(resources['boxes']?.columns.at(-2)).toMatchObject({ name: 'limit', type: 'BIGINT', origin: 'query' });
  });

  test('the parent, which restricts nothing unless it says so', () => {
    expect(items?.parent).toEqual({ resource: 'demo.things.boxes', supplies: { boxId: 'id' }, where: {} });
  });
});

const ITEMS = '/components/x-stackQL-resources/items';
const BOXES = '/components/x-stackQL-resources/boxes';

const CONFIRM = `${ITEMS}/methods/add/x-oktaql/confirm`;

/** A `confirm` that would do, but for this. */
function confirmedBy(change: object): Pick<Bad, 'set' | 'to'> {
  return { set: CONFIRM, to: { method: 'list', match: ['count'], ...change } };
}

const PUT = '/paths/~1boxes~1{boxId}~1items~1{itemId}/put';
const REPLACE = `${ITEMS}/methods/replace`;

/** The document with a method that replaces an item, and what it says of that. */
function replacing(extension: object, body: object = { $ref: '#/components/schemas/Item' }): Json {
  const document = setAt(serviceDocument(), PUT, {
    parameters: [{ name: 'boxId', in: 'path' }, { $ref: '#/components/parameters/itemId' }],
    requestBody: { content: { 'application/json': { schema: body } } },
    responses: { 200: { description: 'done' } },
  });
  return setAt(document, REPLACE, { operation: { $ref: `#${PUT}` }, 'x-oktaql': extension });
}

describe('a method that replaces what UPDATE changes in part', () => {
  const withheld = [{ path: 'more.key', where: { id: ['x'] } }, { path: 'tags' }];

  test('says how the rest is read', () => {
    const method = compile(replacing({ replaces: { read: 'get', withheld } })).resources['items']?.methods.at(-1);
    expect(method?.replaces).toEqual({ read: 'get', withheld: [withheld[0], { path: 'tags', where: {} }] });
  });

  test.each<[what: string, document: Json, pointer: string, says: string]>([
    ['no such method', replacing({ replaces: { read: 'gte' } }), '/replaces/read', 'gte'],
    ['a list', replacing({ replaces: { read: 'list' } }), '/replaces/read', 'reads one object'],
    ['no GET', replacing({ replaces: { read: 'add' } }), '/replaces/read', 'reads one object'],
    ['a list as body', replacing({ replaces: { read: 'get' } }, { type: 'array', items: {} }), '/replaces', 'no body'],
    [
      'a secret elsewhere',
      replacing({ replaces: { read: 'get', withheld: [{ path: 'nowhere.key' }] } }),
      '/replaces/withheld/0/path',
      'nowhere',
    ],
    ['an unknown key', replacing({ replaces: { read: 'get', with: [] } }), '/replaces', 'with'],
  ])('%s', (_what, document, pointer, says) => {
    expect(() => compile(document)).toThrow(
      expect.objectContaining({
        code: 'PROVIDER_DOCUMENT',
        pointer: `${REPLACE}/x-oktaql${pointer}`,
        message: expect.stringContaining(says),
      }),
    );
  });
});

describe('what an answer shows once', () => {
  const ONCE = `${ITEMS}/methods/add/x-oktaql/once`;
  const shown = (once: object): Json => {
    const document = setAt(serviceDocument(), `${ITEMS}/x-oktaql/secrets`, ['tags', 'more.key']);
    return setAt(document, ONCE, { source: 'seen', ...once });
  };

  test('is a secret of it, unless a parameter says otherwise', () => {
    const add = compile(shown({ secrets: ['more.key'], unless: { boxId: ['1', null] } })).resources['items'];
    const method = add?.methods.find(({ name }) => name === 'add');
    expect(method?.once).toEqual({ secrets: ['more.key'], unless: { boxId: ['1', null] }, source: 'seen' });
  });

  test('or an attribute of the body does', () => {
    expect(() => compile(shown({ secrets: ['more.key'], unless: { count: ['1'] } }))).not.toThrow();
  });

  test.each<[what: string, once: object, pointer: string]>([
    ['no secret', { secrets: ['count'] }, '/secrets/0'],
    ['no member that is secret', { secrets: ['tags', 'more'] }, '/secrets/1'],
    ['no parameter', { secrets: ['tags'], unless: { mail: ['true'] } }, '/unless/mail'],
    ['nothing', { secrets: [] }, '/secrets'],
    ['no source', { secrets: ['tags'], source: '' }, '/source'],
  ])('%s', (_what, once, pointer) => {
    expect(() => compile(shown(once))).toThrow(expect.objectContaining({ pointer: ONCE + pointer }));
  });
});

interface Bad {
  readonly what: string;
  /** Where the document is changed, and to what; undefined removes. */
  readonly set: string;
  readonly to?: unknown;
  /** Where the error points; by default at the change. */
  readonly pointer?: string;
  readonly says?: string;
}

const BAD: readonly Bad[] = [
  { what: 'an unknown x-oktaql key of a resource', set: `${ITEMS}/x-oktaql`, to: { alias: {} }, says: 'alias' },
  {
    what: 'an unknown x-oktaql key of a method',
    set: `${ITEMS}/methods/get/x-oktaql`,
    to: { pagesize: 1 },
    says: 'pagesize',
  },
  {
    what: 'an unknown key of a parent',
    set: `${ITEMS}/x-oktaql/parent/wher`,
    to: {},
    pointer: `${ITEMS}/x-oktaql/parent`,
    says: 'wher',
  },
  {
    what: 'a parent that is no full name',
    set: `${ITEMS}/x-oktaql/parent/resource`,
    to: 'boxes',
    says: 'provider.service.resource',
  },
  { what: 'a page size of 0', set: `${BOXES}/methods/list/x-oktaql/pageSize/size`, to: 0 },
  {
    what: 'a rowsAt that is no path',
    set: `${ITEMS}/methods/list/x-oktaql`,
    to: { rowsAt: ['$', 'data'] },
    pointer: `${ITEMS}/methods/list/x-oktaql/rowsAt/1`,
    says: '$.keys',
  },
  { what: 'a missing operation', set: `${ITEMS}/methods/get/operation`, says: 'expected object' },
  {
    what: 'an operation that is nowhere',
    set: `${ITEMS}/methods/get/operation/$ref`,
    to: '#/paths/~1nowhere/get',
    says: 'nothing at #/paths/~1nowhere/get',
  },
  {
    what: 'an operation of another file',
    set: `${ITEMS}/methods/get/operation/$ref`,
    to: 'x.yaml#/paths/~1boxes/get',
    says: 'not in this document',
  },
  {
    what: 'an operation outside paths',
    set: `${ITEMS}/methods/get/operation/$ref`,
    to: '#/components/schemas/Item',
    says: 'no operation',
  },
  {
    what: 'a path instead of an operation',
    set: `${ITEMS}/methods/get/operation/$ref`,
    to: '#/paths/~1boxes',
    says: 'no operation',
  },
  {
    what: 'a property of every object as reference',
    set: `${ITEMS}/methods/get/operation/$ref`,
    to: '#/constructor',
    says: 'nothing at',
  },
  { what: 'a schema that is nowhere', set: '/components/schemas/Alias/$ref', to: '#/components/schemas/Nothing' },
  {
    what: 'a parameter that is nowhere',
    set: '/components/parameters/itemId/$ref',
    to: '#/components/parameters/nothing',
  },
  {
    what: 'references in a circle',
    set: '/components/schemas/Alias/$ref',
    to: '#/components/schemas/Alias',
    pointer: '/paths/~1boxes~1{boxId}~1items/post/requestBody/content/application~1json/schema',
    says: 'circle',
  },
  {
    what: 'a path parameter that the operation does not declare',
    set: '/paths/~1boxes~1{boxId}~1items~1{itemId}/get/parameters',
    to: [{ name: 'itemId', in: 'path', required: true }],
    pointer: '/paths/~1boxes~1{boxId}~1items~1{itemId}/get',
    says: 'boxId',
  },
  {
    what: 'a path parameter declared as a query parameter',
    set: '/paths/~1boxes~1{boxId}~1items/get/parameters/0/in',
    to: 'query',
    pointer: '/paths/~1boxes~1{boxId}~1items/get',
    says: 'boxId',
  },
  { what: 'an unknown place of a parameter', set: '/paths/~1boxes/get/parameters/0/in', to: 'body' },
  { what: 'a parameter without a name', set: '/paths/~1boxes/get/parameters/0/name' },
  {
    what: 'an objectKey that names nothing',
    set: `${ITEMS}/methods/list/response/objectKey`,
    to: '$.data.things',
    pointer: '/components/responses/Items/content/application~1json/schema/properties/data',
    says: 'things',
  },
  {
    what: 'an objectKey whose key is not there',
    set: `${ITEMS}/methods/list/response/objectKey`,
    to: 'things',
    pointer: '/components/responses/Items/content/application~1json/schema',
    says: 'things',
  },
  {
    what: 'a response that is not there',
    set: `${ITEMS}/methods/get/response`,
    to: { openAPIDocKey: '202' },
    pointer: '/paths/~1boxes~1{boxId}~1items~1{itemId}/get/responses',
    says: '202',
  },
  {
    what: 'a list of nothing',
    set: '/paths/~1boxes/get/responses/200/content/application~1json/schema/items',
    says: 'a list of what',
  },
  { what: 'a verb with an unknown method', set: `${ITEMS}/sqlVerbs/select/1/$ref`, to: '#/x/lst', says: 'lst' },
  { what: 'a verb with a property of every object', set: `${ITEMS}/sqlVerbs/delete/0/$ref`, to: '#/x/toString' },
  { what: 'a verb that is no list', set: `${ITEMS}/sqlVerbs/select`, to: {} },
  { what: 'an alias to no field', set: `${ITEMS}/x-oktaql/aliases/itemId`, to: 'key', says: 'key' },
  { what: 'an alias to a parameter', set: `${ITEMS}/x-oktaql/aliases/itemId`, to: 'boxId', says: 'boxId' },
  { what: 'an alias of no parameter', set: `${ITEMS}/x-oktaql/aliases/a~1b~0c`, to: 'id', says: 'a/b~c' },
  { what: 'an id that no item has', set: `${ITEMS}/x-oktaql/id`, to: 'key', says: 'key' },
  { what: 'an id that is a parameter', set: `${ITEMS}/x-oktaql/id`, to: 'boxId', says: 'boxId' },
  { what: 'an id that is neither a name nor false', set: `${ITEMS}/x-oktaql/id`, to: true, says: 'x-oktaql' },
  { what: 'a confirmation by no method', ...confirmedBy({ method: 'lst' }), pointer: `${CONFIRM}/method`, says: 'lst' },
  {
    what: 'a confirmation by a look-up',
    ...confirmedBy({ method: 'get' }),
    pointer: `${CONFIRM}/method`,
    says: 'reads a list',
  },
  {
    what: 'a confirmation by what is not sent',
    ...confirmedBy({ match: ['count', 'kid'] }),
    pointer: `${CONFIRM}/match/1`,
    says: 'kid is not both sent and listed',
  },
  {
    what: 'a confirmation that compares what is not listed',
    ...confirmedBy({ same: ['secret'] }),
    pointer: `${CONFIRM}/same/0`,
    says: 'secret',
  },
  { what: 'a confirmation by nothing', ...confirmedBy({ match: [] }), pointer: `${CONFIRM}/match` },
  { what: 'another OpenAPI version', set: '/openapi', to: '2.0', says: 'OpenAPI 3' },
  { what: 'no server', set: '/servers', to: [] },
  { what: 'no resources', set: '/components/x-stackQL-resources' },
  { what: 'a title that is no text', set: '/info/title', to: 5 },
];

describe('a bad document', () => {
  test.each(BAD)('$what', ({ set, to, pointer = set, says = 'things.yaml' }) => {
    const document: Json = setAt(serviceDocument(), set, to);
    const act = (): unknown => compile(document);
    expect(act).toThrow(ProviderDocumentError);
    expect(act).toThrow(expect.objectContaining({ file: 'demo/things.yaml', pointer }));
    expect(act).toThrow(`demo/things.yaml#${pointer}: `);
    expect(act).toThrow(says);
  });

  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level += 1) {
    const [from, to] = [String.fromCharCode(96 + level), String.fromCharCode(97 + level)];
    bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`);
  }
  test.each([
    { what: 'text that is no YAML', text: 'a: [1, 2', says: 'YAML' },
    { what: 'a key given twice', text: 'a: 1\na: 2', says: 'YAML' },
    { what: 'aliases that multiply', text: bomb.join('\n'), says: 'alias' },
    { what: 'an alias of nothing', text: 'a: *b', says: 'YAML' },
    { what: 'an empty file', text: '', says: 'x.yaml' },
    { what: 'a list', text: '[1]', says: 'x.yaml' },
    { what: 'several documents', text: 'a: 1\n---\nb: 2', says: 'YAML' },
  ])('$what', ({ text, says }) => {
    const act = (): unknown => compileService('demo', 'things', { file: 'x.yaml', text });
    expect(act).toThrow(ProviderDocumentError);
    expect(act).toThrow(expect.objectContaining({ file: 'x.yaml', pointer: '' }));
    expect(act).toThrow(says);
  });
});

describe('what this version does not do makes a method unusable, not the document', () => {
  test.each<[what: string, set: string, to: unknown, reason: string | undefined]>([
    [
      'a cookie that is required',
      '/paths/~1boxes/get/parameters/0',
      { name: 'sid', in: 'cookie', required: true },
      'it needs the cookie sid',
    ],
    ['a cookie that is not', '/paths/~1boxes/get/parameters/0/in', 'cookie', undefined],
    ['no server', '/servers', undefined, 'its document names no server'],
    [
      'a template',
      `${BOXES}/methods/list/response`,
      { transform: { type: 'golang_template_v0.1.0', body: 'x' } },
      'its answer needs the template golang_template_v0.1.0',
    ],
    [
      'a template for the body',
      `${BOXES}/methods/list/request`,
      { transform: { type: 't' } },
      'its body needs the template t',
    ],
    ['a path into XML', `${BOXES}/methods/list/response`, { objectKey: '/a/b' }, 'its rows are at /a/b'],
    [
      'a translation',
      `${BOXES}/methods/list/config`,
      { queryParamTranspose: { algorithm: 'AWSCanonical' } },
      'its request is made by the algorithm AWSCanonical',
    ],
    ['GraphQL', '/paths/~1boxes/get/x-stackQL-graphQL', {}, 'it is a GraphQL query'],
    [
      'a GET with a body',
      `${BOXES}/methods/list/config`,
      { pagination: { requestToken: { key: 'at', location: 'body' } } },
      'its next page is named in the body of a GET',
    ],
  ])('%s', (_what, set, to, reason) => {
    const { resources } = compile(setAt(serviceDocument(), set, to));
    expect(resources['boxes']?.methods[0]?.unsupported).toBe(reason);
  });
});

describe('StackQL’s keys', () => {
  const first = (document: Json): Method | undefined => compile(document).resources['boxes']?.methods[0];

  test('retry, of the service for all its methods', () => {
    const document = setAt(serviceDocument(), '/x-stackQL-config/retry', { max_attempts: 7 });
    expect(first(document)?.retry).toMatchObject({ maxAttempts: 7, initialDelayMs: 500 });
    expect(first(serviceDocument())?.retry).toBeUndefined();
  });

  test('parameters of the path, unless the operation has them', () => {
    const document = setAt(serviceDocument(), '/paths/~1boxes/parameters', [
      { name: 'limit', in: 'query', schema: { type: 'string' } },
      { name: 'q', in: 'query' },
    ]);
    expect(first(document)?.parameters.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'limit BIGINT',
      'q VARCHAR',
      'org VARCHAR',
    ]);
  });

  test.each([
    ['the method’s', `${BOXES}/methods/list/servers`],
    ['the operation’s', '/paths/~1boxes/get/servers'],
    ['the path’s', '/paths/~1boxes/servers'],
  ])('%s server goes before the document’s', (_what, set) => {
    const document = setAt(serviceDocument(), set, [{ url: 'https://other.example' }]);
    expect(first(document)).toMatchObject({ server: 'https://other.example', parameters: [{ name: 'limit' }] });
  });

  test.each(['GET', 'get'])('a reference to %s', (verb) => {
    const document = setAt(serviceDocument(), `${BOXES}/methods/list/operation/$ref`, `#/paths/~1boxes/${verb}`);
    expect(first(document)?.httpMethod).toBe('GET');
  });

  test.each([
    ['{ column: member }', { what_it_is: 'what' }],
    ['{ member: column }', { what: 'what_it_is' }],
  ])('a projection_map written %s', (_how, renames) => {
    const document = setAt(serviceDocument(), `${BOXES}/methods/list/response`, { projection_map: renames });
    expect(first(document)?.response.fields.at(-1)).toMatchObject({ name: 'what_it_is', wireName: 'what' });
  });

  test('a type that may be null is itself', () => {
    const document = setAt(serviceDocument(), '/components/schemas/Item/properties/count/type', ['integer', 'null']);
    expect(first(document)?.response.fields[2]).toMatchObject({ name: 'count', type: 'BIGINT' });
  });

  test('an object that the API wants as a text', () => {
    const document = setAt(serviceDocument(), '/components/schemas/Item/properties/more/x-stackQL-stringOnly', true);
    const add = compile(document).resources['items']?.methods.find(({ name }) => name === 'add');
    expect(add?.body?.fields.find(({ name }) => name === 'more')?.type).toBe('VARCHAR');
  });

  test('a verb without a list has no methods', () => {
    const document = setAt(serviceDocument(), `${ITEMS}/sqlVerbs/insert`, null);
    expect(compile(document).resources['items']?.verbs.insert).toEqual([]);
  });

  test('request.base that is no JSON is an error of the document', () => {
    const document = setAt(serviceDocument(), `${BOXES}/methods/list/request`, { base: '{' });
    expect(() => compile(document)).toThrow('request.base');
  });

  test('an object of an answer that is no list to SELECT keeps its items', () => {
    const list = { type: 'object', properties: { items: { type: 'array', items: { type: 'string' } } } };
    const at = '/paths/~1boxes~1{boxId}~1items/post/responses/201/content/application~1json/schema';
    const items = compile(setAt(serviceDocument(), at, list)).resources['items'];
    expect(items?.methods.find(({ name }) => name === 'add')?.response).toMatchObject({
      kind: 'object',
      rowsAt: ['$'],
    });
  });
});

test('a path parameter is required, whatever the document says', () => {
  const document = setAt(serviceDocument(), '/paths/~1boxes~1{boxId}~1items/get/parameters/0/required', undefined);
  const list = compile(document).resources['items']?.methods[0];
  expect(list?.parameters.map(({ name, isRequired }) => [name, isRequired])).toEqual([
    ['boxId', true],
    ['org', true],
  ]);
});

describe('a provider document', () => {
  const provider = {
    name: 'demo',
    version: 'v1',
    providerServices: { things: { service: { $ref: 'demo/things.yaml' } } },
  };

  test('names its services and their files', () => {
    expect(compileProvider(asFile({ ...provider, title: 'Demo' }))).toEqual({
      info: {
        name: 'demo',
        version: 'v1',
        title: 'Demo',
        description: '',
        services: ['things'],
        summaries: { things: { title: 'things', description: '' } },
      },
      file: 'demo/things.yaml',
      sources: { things: { file: 'demo/things.yaml', configs: [undefined, undefined] } },
      faults: {},
    });
  });

  test('says how to log in, and what its services share', () => {
    const config = { auth: { type: 'bearer', credentialsEnvVar: 'KEY' }, snake_case_aliases: true };
    const { info, sources } = compileProvider(
      asFile({ ...provider, config, protocolType: 'http', responseKeys: { selectItemsKey: 'rows' } }),
    );
    expect(info.auth).toEqual({ type: 'bearer', credentialsenvvar: 'KEY' });
    expect(sources['things']).toMatchObject({ configs: [undefined, config], itemsKey: 'rows', protocol: 'http' });
  });

  test.each([
    { set: '/config', to: { auth: { type: 'basic', password: 5 } }, pointer: '/config/auth/password' },
    { set: '/name', to: undefined },
    { set: '/version', to: {} },
    { set: '/version', to: undefined },
    { set: '/providerServices', to: undefined },
    { set: '/providerServices/things/service/$ref', to: undefined },
  ])('without a good $set is refused', ({ set, to, pointer = set }) => {
    const document = setAt(structuredClone(provider), set, to);
    expect(() => compileProvider(asFile(document))).toThrow(
      expect.objectContaining({ code: 'PROVIDER_DOCUMENT', pointer }),
    );
  });
});
