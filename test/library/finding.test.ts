/** Finding out what there is: SHOW, information_schema, and what errors offer. */

import { afterEach, describe, expect, it } from 'vitest';
import { toObjects } from '../../src/index.ts';
import { openSession, type SimulatedSession } from './simulated-session.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

function start(): SimulatedSession {
  const opened = openSession();
  close = opened.close;
  return opened;
}

async function ask(...texts: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { session, simulator } = start();
  let rows: readonly Readonly<Record<string, unknown>>[] = [];
  for (const text of texts) rows = toObjects(await session.query(text));
  expect(simulator.journal).toEqual([]);
  return rows;
}

const OWN = [
  'create table t(a int, b varchar)',
  'create view v as select 1 as x',
  'create materialized view m as select 2 as y',
];

describe('information_schema', () => {
  it.each([
    'okta.apps.jwks',
    'okta.users.users',
    'okta.logs.system_log_events',
    'okta.groups.rules',
    'okta.org.settings',
  ])('has the columns that SELECT * of %s answers with', async (name) => {
    const { session } = start();
    const [catalog, schema, table] = name.split('.');
    const found = await session.query(
      `select column_name, data_type from information_schema.columns where table_catalog = '${catalog}' and table_schema = '${schema}' and table_name = '${table}' and kind not in ('query', 'header') order by ordinal_position`,
    );
    const { columns } = await session.query(`select * from ${name} limit 0`);
    expect(found.rows).toEqual(columns.map(({ name: column, type }) => [column, type]));
  });

  it('has the tables that can be read, and the session’s own', async () => {
    const rows = await ask(
      ...OWN,
      `select table_schema || '.' || table_name as name, table_type as type from information_schema.tables
       where table_catalog <> 'okta' or table_name in ('jwks', 'features') order by name`,
    );
    expect(rows).toEqual([
      { name: 'apps.features', type: 'BASE TABLE' },
      { name: 'apps.jwks', type: 'BASE TABLE' },
      { name: 'features.features', type: 'BASE TABLE' },
      { name: 'main.m', type: 'BASE TABLE' },
      { name: 'main.t', type: 'BASE TABLE' },
      { name: 'main.v', type: 'VIEW' },
    ]);
  });

  it('joins, in subqueries and with aliases, in any order of the text', async () => {
    const rows = await ask(
      ...OWN,
      `with c as (select * from INFORMATION_SCHEMA.COLUMNS as x where x.table_name in ('t', 'm'))
       select t.table_name, count(*) as n from c join information_schema.tables t using (table_catalog, table_schema, table_name)
       where exists (select 1 from information_schema.tables where table_name = 't') group by all order by 1`,
    );
    expect(rows).toEqual([
      { table_name: 'm', n: 1 },
      { table_name: 't', n: 2 },
    ]);
  });

  it('joins with resources', async () => {
    const { session } = start();
    const { rows } = await session.query(
      "select count(*) > 0, max(t.description) from okta.apps.jwks j, information_schema.tables t where t.table_name = 'jwks' and j.kid is not null",
    );
    expect(rows).toEqual([[true, 'The public keys that an application signs or encrypts with.']]);
  });

  it('fills a table, is explained, and has no other tables and columns', async () => {
    const { session } = start();
    const made = await session.query(
      "create table k as select column_name from information_schema.columns where table_name = 'jwks'",
    );
    expect(made.count).toBeGreaterThan(10);
    const { rows } = await session.query('explain select * from information_schema.columns');
    expect(rows[0]).toEqual(['Answer information_schema.columns from the provider documents']);
    await expect(session.query('select * from information_schema.schemata')).rejects.toMatchObject({
      code: 'UNKNOWN_RESOURCE',
    });
    await expect(session.query('select table_nam from information_schema.tables')).rejects.toMatchObject({
      code: 'UNKNOWN_COLUMN',
      nearest: ['table_name'],
    });
  });
});

describe('SHOW', () => {
  it('TABLES has all of them under the names that FROM takes', async () => {
    const { session } = start();
    for (const text of OWN) await session.query(text);
    const { rows } = await session.query('show tables');
    const found = rows.map(([name, type]) => [name, type]);
    expect(found.slice(-3)).toEqual([
      ['m', 'table'],
      ['t', 'table'],
      ['v', 'view'],
    ]);
    expect(found).toContainEqual(['okta.apps.jwks', 'resource']);
    const names = await session.query("show tables like '%.jwks'");
    expect(names.rows.map(([name]) => name)).toEqual(['okta.apps.jwks']);
    await session.query('select * from m, t, v');
  });

  it('RESOURCES of a provider has those of all services', async () => {
    expect(await ask("show resources in okta like '%factor%'")).toEqual([
      { name: 'factors', id: 'okta.users.factors' },
      { name: 'supported_factors', id: 'okta.users.supported_factors' },
    ]);
  });

  it('COLUMNS is about a resource or a table of one’s own', async () => {
    expect((await ask("show columns from okta.apps.jwks where name = 'kid'"))[0]).toMatchObject({
      type: 'VARCHAR',
      kind: 'field',
      description: expect.stringContaining('Key id'),
    });
    expect((await ask(...OWN, 'show columns in T')).map(({ name, type }) => [name, type])).toEqual([
      ['a', 'INTEGER'],
      ['b', 'VARCHAR'],
    ]);
    expect(await ask(...OWN, 'describe t')).toHaveLength(2);
  });

  it('SERVICES says what they are', async () => {
    expect(await ask("show services in okta like 'apps'")).toEqual([
      {
        id: expect.any(String),
        name: 'apps',
        title: 'apps API',
        description: expect.stringContaining('keys they authenticate with'),
      },
    ]);
  });
});

describe('what an error offers', () => {
  it.each<[sql: string, code: string, hint: RegExp]>([
    ['select * from applications', 'UNKNOWN_RESOURCE', /^Did you mean okta\.apps\.applications\?$/],
    [
      'select * from apps.application',
      'UNKNOWN_RESOURCE',
      /^Did you mean okta\.apps\.applications|^Did you mean applications/,
    ],
    ['select * from okta.users.jwks', 'UNKNOWN_RESOURCE', /^Did you mean okta\.apps\.jwks\?$/],
    ['select * from okta.users.factor', 'UNKNOWN_RESOURCE', /^Did you mean okta\.users\.factors|^Did you mean factors/],
    ['select * from featurs', 'UNKNOWN_RESOURCE', /^Did you mean okta\.apps\.features or okta\.features\.features or /],
    ['describe jwks', 'UNKNOWN_RESOURCE', /^Did you mean okta\.apps\.jwks\?$/],
    ['insert into jwks(kty) values (1)', 'UNKNOWN_RESOURCE', /okta\.apps\.jwks/],
    ['select * from zzzzz', 'UNKNOWN_RESOURCE', /^Resources are named provider\.service\.resource/],
    ['select login from okta.users.users', 'UNKNOWN_COLUMN', /^Did you mean profile\.login\?$/],
    [
      'select kid from okta.apps.jwks where subdomain = my-org',
      'UNKNOWN_COLUMN',
      /^A text stands in single quotes: subdomain = 'my-org'\.$/,
    ],
    [
      'select kid from okta.apps.jwks where subdomain = "my-org"',
      'UNKNOWN_COLUMN',
      /^A text stands in single quotes: subdomain = 'my-org'\.$/,
    ],
    ['select kid from okta.apps.jwks where status = ACTIVE', 'UNKNOWN_COLUMN', /: status = 'ACTIVE'\.$/],
    [
      'select kid from okta.apps.jwks where appId = 0oa1fr and true',
      'SYNTAX',
      /^A text stands in single quotes: appId = '0oa1fr'\.$/,
    ],
  ])('%s', async (sql, code, hint) => {
    const { session } = start();
    const error = await session.query(sql).catch((each: unknown) => each);
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  it('a table of one’s own that resembles it goes before those of Okta', async () => {
    const { session } = start();
    await session.query('create table my_factors(a int)');
    await expect(session.query('select * from my_factor')).rejects.toMatchObject({ nearest: ['my_factors'] });
  });
});
