/** Documents of the user's own in a registry with odd ones: statements run, and what is wrong is told by those that use it. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSession, loadRegistry, type QueryResult, type Session, toObjects } from '../../src/index.ts';

const string = { type: 'string' };
const answer = (schema: unknown): unknown => ({ responses: { 200: { content: { 'application/json': { schema } } } } });
const box = { type: 'object', properties: { id: string, size: { type: 'integer' } } };
const list = (path: string, more = {}): unknown => ({
  methods: { list: { operation: { $ref: `#/paths/~1${path}/get` }, ...more } },
  sqlVerbs: { select: [{ $ref: '#/x/list' }] },
});

const SERVICE = {
  openapi: '3.0.3',
  servers: [{ url: 'https://boxes.example' }],
  paths: {
    '/boxes': { get: answer({ type: 'array', items: box }), post: { responses: { 204: {} } } },
    '/map': { get: answer({ type: 'object', properties: { rooms: { type: 'object', additionalProperties: box } } }) },
    '/names': { get: answer({ type: 'array', items: string }) },
  },
  components: {
    'x-stackQL-resources': {
      'rooms.all.boxes': list('boxes'),
      rooms: list('map', { response: { objectKey: '$.rooms' } }),
      names: list('names'),
      odd: list('none'),
      calls: { methods: { add: { operation: { $ref: '#/paths/~1boxes/post' }, response: { openAPIDocKey: '200' } } } },
    },
  },
};

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/boxes': [
    { id: 'b1', size: 2 },
    { id: 'b2', size: 3 },
  ],
  '/map': { rooms: { attic: { id: 'b1', size: 2 }, cellar: { id: 'b3', size: 9 } } },
  '/names': ['Ada', 'Ken'],
};

let root = '';
let session: Session;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'oktaql-own-documents-'));
  const write = (file: string, document: unknown): void => {
    const path = join(root, 'src', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
  };
  write('store/v1/provider.yaml', {
    name: 'store',
    providerServices: { s: { service: { $ref: 'store/v1/s.yaml' } }, listed: {} },
  });
  write('store/v1/s.yaml', SERVICE);
  write('broken/v1/provider.yaml', 'name: [');
  session = createSession({
    registry: await loadRegistry(root),
    fetch: async ({ method, url }) =>
      method === 'POST' ? new Response(null, { status: 204 }) : Response.json(ANSWERS[new URL(url).pathname]),
  });
});
afterAll(async () => {
  await session.close();
  rmSync(root, { recursive: true });
});

const rowsOf = async (sql: string): Promise<unknown> => toObjects(await session.query(sql));

describe('statements', () => {
  it.each<[sql: string, rows: unknown]>([
    ['SELECT 1 AS one', [{ one: 1 }]],
    ['SELECT id FROM store.s."rooms.all.boxes" ORDER BY id DESC', [{ id: 'b2' }, { id: 'b1' }]],
    [
      'SELECT b.id, r.key FROM store.s."rooms.all.boxes" b JOIN store.s.rooms r ON r.id = b.id',
      [{ id: 'b1', key: 'attic' }],
    ],
    ["SELECT * FROM store.s.rooms WHERE key = 'cellar'", [{ id: 'b3', size: 9, key: 'cellar' }]],
    [
      'SELECT value, column_anon FROM store.s.names ORDER BY 1',
      [
        { value: 'Ada', column_anon: 'Ada' },
        { value: 'Ken', column_anon: 'Ken' },
      ],
    ],
    [
      "SHOW RESOURCES IN store.s LIKE 'r%'",
      [
        { name: 'rooms', id: 'store.s.rooms' },
        { name: 'rooms.all.boxes', id: 'store.s.rooms.all.boxes' },
      ],
    ],
    [
      'DESCRIBE store.s."rooms.all.boxes"',
      [
        { name: 'id', type: 'string' },
        { name: 'size', type: 'integer' },
      ],
    ],
  ])('%s', async (sql, rows) => {
    expect(await rowsOf(sql)).toEqual(rows);
  });

  it('a call whose answer the operation does not have', async () => {
    const { tag }: QueryResult = await session.query('EXEC store.s.calls.add');
    expect(tag).toBe('EXEC');
  });

  it('SHOW EXTENDED VERSION', async () => {
    const [row] = toObjects(await session.query('SHOW EXTENDED VERSION'));
    expect(row).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      commit: null,
      platform: expect.any(String),
    });
  });

  it('SHOW lists what cannot be used, and why', async () => {
    const [odd] = toObjects(await session.query('SHOW EXTENDED METHODS IN store.s.odd'));
    expect(odd).toMatchObject({
      MethodName: 'list',
      description: expect.stringMatching(/^Cannot be used: .*nothing at/),
    });
    const providers = toObjects(await session.query('SHOW EXTENDED PROVIDERS'));
    expect(providers.find(({ name }) => name === 'broken')).toMatchObject({
      description: expect.stringContaining('not YAML'),
    });
  });
});

describe('what is wrong is told by', () => {
  it.each([
    ['SELECT * FROM store.s.odd', 'nothing at #/paths/~1none/get'],
    ['SELECT size FROM store.s.odd WHERE id = 1', 'nothing at #/paths/~1none/get'],
    ['EXEC store.s.odd.list', 'nothing at #/paths/~1none/get'],
    ['DESCRIBE store.s.odd', 'nothing at #/paths/~1none/get'],
    ['EXPLAIN SELECT * FROM store.s.odd', 'nothing at #/paths/~1none/get'],
    ['SHOW RESOURCES IN store.listed', '/providerServices/listed/service'],
    ['SELECT * FROM broken.s.t', 'not YAML'],
    ['SHOW SERVICES IN broken', 'not YAML'],
  ])('%s', async (sql, says) => {
    await expect(session.query(sql)).rejects.toMatchObject({
      code: 'PROVIDER_DOCUMENT',
      message: expect.stringContaining(says),
    });
  });
});
