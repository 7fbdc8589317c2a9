import { afterAll, beforeAll, expect, test } from 'vitest';
import { isForCatalog } from '../../../src/catalog/answers.ts';
import { createCatalog } from '../../../src/catalog/catalog.ts';
import type { Catalog, CatalogConnection, CatalogSession, OwnTable } from '../../../src/catalog/contract.ts';
import { createOids } from '../../../src/catalog/oids.ts';
import { QueryError } from '../../../src/errors.ts';
import { builtInRegistry } from '../../../src/registry/registry.ts';

let catalog: Catalog;
const sessions: CatalogSession[] = [];
let session: CatalogSession;

function open(more: Partial<CatalogConnection> = {}): CatalogSession {
  const opened = catalog.open({
    user: 'oktaql',
    database: 'okta',
    pid: 7,
    setting: () => undefined,
    ownTables: async () => [],
    ...more,
  });
  sessions.push(opened);
  return opened;
}

beforeAll(() => {
  catalog = createCatalog(builtInRegistry());
  session = open();
});

afterAll(async () => {
  await Promise.all(sessions.map((each) => each.close()));
  await catalog.close();
});

const texts = async (sql: string, values: readonly (string | null)[] = [], from = session): Promise<string> => {
  const { rows } = await from.query(sql, values, []);
  return rows.map((row) => row.map((value) => value ?? 'NULL').join('|')).join('\n');
};

const refusal = async (work: Promise<unknown>): Promise<QueryError> => {
  const error = await work.then(() => undefined).catch((each: unknown) => each);
  if (!(error instanceof QueryError)) throw new Error(`refused by no error of ours: ${String(error)}`);
  return error;
};

// Which of the two engines of a server a statement belongs to.
const ITS_OWN = [
  'select * from pg_class',
  'SELECT 1 FROM "pg_catalog"."pg_type" t',
  'select * from information_schema.tables',
  'with c as (select oid from pg_class) select * from c',
  'select * from (select 1) a, pg_namespace n',
  'select version()',
  'select current_schema(), session_user',
  "select 'apps.jwks'::regclass",
  'select pg_sleep(1)',
  'select x from pg_catalog.generate_series(1, 2) x',
];
const OF_OTHERS = [
  'select 1',
  'select * from apps.jwks',
  'select current_user, kid from apps.jwks',
  "select 'pg_class'",
  'select pg_class from apps.jwks',
  'select json_build_object(1, 2)',
  'select extract(year from now())',
  'insert into t select relname from pg_class',
  'select * from apps.jwks where kid is distinct from pg_x',
  'begin',
  'show search_path',
  '',
  "select 'open",
];

test.each(ITS_OWN)('the catalog answers %s', (sql) => {
  expect(isForCatalog(sql)).toBe(true);
});

test.each(OF_OTHERS)('the catalog leaves %s to others', (sql) => {
  expect(isForCatalog(sql)).toBe(false);
});

test('its tables are those that can be read, with their keys and descriptions', async () => {
  expect(await texts("select count(*) from pg_class where relkind = 'r' and relnamespace >= 16384")).toBe('194');
  expect(
    await texts(
      "select a.attname, a.attnotnull, format_type(a.atttypid, null) from pg_attribute a where attrelid = 'apps.jwks'::regclass and attname in ('id', 'appId', 'created', '_links') order by 1",
    ),
  ).toBe('_links|f|jsonb\nappId|t|text\ncreated|f|timestamp with time zone\nid|t|text');
  expect(await texts("select obj_description('apps.jwks'::regclass)")).toContain('public keys');
});

test('OIDs follow from names, and of two names with one number the second has the next', async () => {
  expect(await texts("select 'apps.jwks'::regclass::oid")).toBe(
    await texts("select 'apps.jwks'::regclass::oid", [], open()),
  );
  const oid = createOids();
  const numbers = Array.from({ length: 5000 }, (_, index) => oid(`name ${index}`));
  expect(new Set(numbers).size).toBe(5000);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(16_384);
  expect(Math.max(...numbers)).toBeLessThan(2 ** 31);
  expect(createOids()('name 17')).toBe(numbers[17]);
});

test('names are found by the search_path, and written with their schema where it does not lead there', async () => {
  const path = { setting: (name: string) => (name === 'search_path' ? '"$user", Apps, "groups"' : undefined) };
  const there = open(path);
  const sql =
    "select 'apps.jwks'::regclass, 'apps.jwks'::regclass::text, current_schema(), pg_table_is_visible('apps.jwks'::regclass)";
  expect(await texts(sql)).toBe('apps.jwks|apps.jwks|public|f');
  expect(await texts(sql, [], there)).toBe('jwks|jwks|apps|t');
  expect(await texts("select 'jwks'::regclass, to_regclass('users'), to_regclass('domains')", [], there)).toBe(
    'jwks|users|NULL',
  );
  expect(await texts('select current_schemas(true), current_schemas(false)', [], there)).toBe(
    '{pg_catalog,apps,groups}|{apps,groups}',
  );
});

test('tables of the session are in public, as they are when it is asked', async () => {
  let own: readonly OwnTable[] = [];
  const other = open({ ownTables: async () => own });
  const sql =
    "select c.relname, c.relkind, a.attname, a.atttypid::regtype from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 where c.relnamespace = 'public'::regnamespace order by 1, a.attnum";
  expect(await texts(sql, [], other)).toBe('');
  own = [
    {
      name: 'Seen',
      kind: 'table',
      columns: [
        { name: 'at', type: 'TIMESTAMP WITH TIME ZONE' },
        { name: 'ids', type: 'INTEGER[]' },
      ],
    },
  ];
  expect(await texts(sql, [], other)).toBe('Seen|r|at|timestamp with time zone\nSeen|r|ids|integer[]');
  expect(
    await texts(
      "select '\"Seen\"'::regclass, table_name from information_schema.tables where table_schema = 'public'",
      [],
      other,
    ),
  ).toBe('"Seen"|Seen');
  own = [{ name: 'v', kind: 'view', columns: [{ name: 'a', type: 'JSON' }] }];
  expect(await texts(sql, [], other)).toBe('v|v|a|jsonb');
  // Nobody else has them.
  expect(await texts(sql)).toBe('');
});

test('parameters are of the type of what they are compared with', async () => {
  const sql =
    'select relname from pg_class where oid = $1 and relkind = any($2) and relname like $3 and relhasindex = $4';
  const { parameters, columns } = await session.describe(sql, []);
  expect(parameters).toEqual([26, 1002, 25, 16]);
  expect(columns).toEqual([{ name: 'relname', oid: 19, typmod: -1 }]);
  expect((await session.describe(sql, [20, 0, 1043])).parameters).toEqual([20, 1002, 1043, 16]);
  const jwks = await texts("select 'apps.jwks'::regclass::oid");
  expect(await texts(sql, [jwks, '{v,"r"}', 'jw%', 'true'])).toBe('jwks');
  expect(await texts(sql, [jwks, '{v}', 'jw%', 'true'])).toBe('');
  expect(await texts('select relname from pg_class where oid = $1', [null])).toBe('');
  // A value is a value, whatever is in it.
  expect(await texts('select relname from pg_class where relname = $1', ["x' or '1'='1"])).toBe('');
});

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['select * from pg_clas', 'UNKNOWN_RESOURCE', /pg_clas/],
  ['select nothing from pg_class', 'UNKNOWN_COLUMN', /nothing/],
  ['select nothing(1) from pg_class', 'BINDING', /nothing/],
  ["select 'clubs'::regclass", 'UNKNOWN_RESOURCE', /clubs/],
  ["select oid from pg_class where relnamespace = 'public'", 'INVALID_VALUE', /public/],
  ["select relname from pg_class where relkind = any('r')", 'INVALID_VALUE', /array/],
  ["select current_setting('nothing')", 'BINDING', /nothing/],
  ['select * from pg_class join apps.jwks on true', 'NOT_SUPPORTED', /apps\.jwks/],
  ["select * from read_text('/etc/passwd'), pg_class", 'NOT_SUPPORTED', /read_text/],
  ['select * from duckdb_settings(), pg_class', 'NOT_SUPPORTED', /duckdb_settings/],
  ['select from where pg_class', 'SYNTAX', /./],
  ['select 1 from pg_class; select 2', 'NOT_SUPPORTED', /one SELECT/],
];

test.each(REFUSED)('%s is refused', async (sql, code, message) => {
  const error = await refusal(session.query(sql, [], []));
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
});

test('an answer is bounded, and the session goes on', async () => {
  const error = await refusal(session.query('select 1 from pg_attribute a, pg_attribute b', [], []));
  expect(error.code).toBe('RESOURCE_LIMIT');
  expect((await refusal(session.query(`select '${'x'.repeat(2 ** 20)}'::regclass`, [], []))).code).toBe(
    'RESOURCE_LIMIT',
  );
  expect(await texts('select relname from pg_class where oid = 1259')).toBe('pg_class');
});

test('what is cancelled ends, also while it sleeps', async () => {
  const ended = new AbortController();
  const asleep = session.query('select pg_sleep(3600)', [], [], ended.signal);
  const busy = session.query(
    'select count(*) from pg_attribute a, pg_attribute b, pg_attribute c',
    [],
    [],
    ended.signal,
  );
  ended.abort();
  expect((await refusal(asleep)).code).toBe('CANCELLED');
  expect((await refusal(busy)).code).toBe('CANCELLED');
  expect(await texts('select pg_sleep(0), pg_backend_pid()')).toBe('|7');
});

test('a database that is no provider has PostgreSQL’s own schemas', async () => {
  const other = open({ database: 'postgres' });
  expect(await texts('select nspname from pg_namespace order by 1', [], other)).toBe(
    'information_schema\npg_catalog\npg_toast\npublic',
  );
  expect(await texts('select current_database()', [], other)).toBe('postgres');
});

test('comments, quoted names and upper case are read as PostgreSQL reads them', async () => {
  const { columns, rows } = await session.query(
    'SELECT C.RelName AS MyName, c.relname AS "MyName" /* here */ FROM PG_CATALOG.PG_CLASS C -- there\n WHERE c."relname" = E\'jwk\\x73\'',
    [],
    [],
  );
  expect(columns.map(({ name }) => name)).toEqual(['myname', 'MyName']);
  expect(rows).toEqual([['jwks', 'jwks']]);
});
