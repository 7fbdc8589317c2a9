/** UPDATE of what an API only replaces, where it has entity tags and names of its own. */

import { expect, it } from 'vitest';
import { createSession, type QueryResult } from '../../src/index.ts';
import { registryOf } from '../unit/plan/fixture.ts';

const item = {
  type: 'object',
  properties: { id: { type: 'string', readOnly: true }, title: { type: 'string' }, size: {} },
};
const json = { content: { 'application/json': { schema: item } } };
const path = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const operation = (verb: string): object => ({ $ref: `#/paths/~1things~1{id}/${verb}` });

const SERVICE = JSON.stringify({
  openapi: '3.0.3',
  info: { title: 'things' },
  servers: [{ url: 'https://api.example.com' }],
  paths: {
    '/things/{id}': {
      get: { parameters: [path], responses: { 200: json } },
      put: {
        parameters: [path, { name: 'If-Match', in: 'header', schema: { type: 'string' } }],
        requestBody: json,
        responses: { 200: json },
      },
    },
  },
  components: {
    'x-stackQL-resources': {
      things: {
        methods: {
          get: { operation: operation('get') },
          put: { operation: operation('put'), 'x-oktaql': { replaces: { read: 'get' } } },
        },
        sqlVerbs: { select: [{ $ref: '#/x/get' }], replace: [{ $ref: '#/x/put' }] },
      },
    },
  },
});

interface Sent {
  readonly condition: string | null;
  readonly body: string;
}

async function update(set: string, tag: string | undefined, status = 200): Promise<[Sent[], QueryResult]> {
  const sent: Sent[] = [];
  const session = createSession({
    registry: registryOf('shop', 'stock', SERVICE),
    auth: { shop: { type: 'null_auth' } },
    fetch: async (request) => {
      if (request.method === 'GET')
        return new Response('{"id":"7","title":"a","size":9007199254740993}', tag ? { headers: { etag: tag } } : {});
      sent.push({ condition: request.headers.get('if-match'), body: await request.text() });
      return Response.json(status === 200 ? { id: '7' } : { message: 'changed meanwhile' }, { status });
    },
  });
  try {
    return [sent, await session.query(`UPDATE shop.stock.things SET ${set} WHERE id = '7'`)];
  } finally {
    await session.close();
  }
}

const body = '{"title":"b","size":9007199254740993}';

it.each<[set: string, tag: string | undefined, condition: string | null]>([
  ["title = 'b'", '"v1"', '"v1"'],
  ["title = 'b'", undefined, null],
  [`title = 'b', "If-Match" = '"mine"'`, '"v1"', '"mine"'],
])('SET %s with the tag %s is sent on the condition %s', async (set, tag, condition) => {
  const [sent] = await update(set, tag);
  expect(sent).toEqual([{ condition, body }]);
});

it('what somebody else changed in between is an error', async () => {
  await expect(update("title = 'b'", '"v1"', 412)).rejects.toMatchObject({ code: 'HTTP', status: 412 });
});
