import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckDepth, SessionOptions } from '../../src/index.ts';
import { openSession, type SimulatedSession } from './simulated-session.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

function start(options: SessionOptions = {}): SimulatedSession {
  const opened = openSession(options);
  close = opened.close;
  return opened;
}

/** What is wrong with a script: the number of the statement, the code and the line on which it begins. */
async function problemsOf(text: string, depth: CheckDepth = 'plan', options: SessionOptions = {}): Promise<unknown> {
  const { session, simulator } = start(options);
  const problems = await session.check(text, { depth });
  expect(simulator.journal).toEqual([]);
  return problems.map(({ index, error, position }) => [index + 1, error.code, position.line]);
}

describe('check()', () => {
  it.each<[what: string, text: string]>([
    ['a table with columns', 'create table t(a int); insert into t values (1); select a from t'],
    [
      'a table of a query',
      'create table t as select kid, status from okta.apps.jwks; select kid from t where status is null',
    ],
    ['a view of a resource', 'create view v as select kid from okta.apps.jwks; select kid from v; drop view v'],
    [
      'a materialised view, refreshed',
      'create materialized view v as select kid from okta.apps.jwks; refresh materialized view v; select kid from v',
    ],
    ['columns that are added and renamed', 'create table t(a int); alter table t add column b int; select b from t'],
    [
      'keys of a table that will have rows',
      'create table mine as select id from okta.apps.applications; select kid from okta.apps.jwks where appId in (select id from mine)',
    ],
    [
      'a change of what such a table holds',
      "create table mine as select id from okta.apps.applications; delete from okta.apps.jwks where appId in (select id from mine) and keyId = 'x'",
    ],
    ['a setting', 'set okta.embedded = off; select kid from okta.apps.jwks'],
    [
      'an error that only rows make',
      'create table t(a int not null); insert into t select null::int from okta.apps.jwks; select 1 / (select count(*) from t)',
    ],
    ['SHOW and EXPLAIN', 'show services in okta; explain select kid from okta.apps.jwks; describe okta.apps.jwks'],
  ])('knows in a statement what those before it make: %s', async (_what, text) => {
    expect(await problemsOf(text)).toEqual([]);
  });

  it.each<[text: string, problems: unknown]>([
    [
      'select 1;\nselect kidd from okta.apps.jwks;\nselect 3;\nselec 4',
      [
        [2, 'UNKNOWN_COLUMN', 2],
        [4, 'SYNTAX', 4],
      ],
    ],
    ['select * from okta.apps.jwkz', [[1, 'UNKNOWN_RESOURCE', 1]]],
    ['select * from nowhere', [[1, 'UNKNOWN_RESOURCE', 1]]],
    ['create table t(a int); select b from t', [[2, 'UNKNOWN_COLUMN', 1]]],
    ['create table t(a int); drop table t; select a from t', [[3, 'UNKNOWN_RESOURCE', 1]]],
    [
      "insert into okta.apps.jwks(appId, kty) select id, 'RSA' from okta.apps.applicationz",
      [[1, 'UNKNOWN_RESOURCE', 1]],
    ],
    [
      "delete from okta.apps.jwks where appId = '0oa1' and keyId = 'x' returning nothing_such",
      [[1, 'UNKNOWN_COLUMN', 1]],
    ],
    ['exec okta.apps.jwks.get_jwks', [[1, 'UNKNOWN_METHOD', 1]]],
    ['set okta.embeded = off', [[1, 'INVALID_VALUE', 1]]],
    ["select kid from okta.apps.jwks where subdomain = 'acme.example.com'", [[1, 'INVALID_VALUE', 1]]],
  ])('tells what is wrong with %s', async (text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });

  it('asks no more names of what a statement that is wrong would have made', async () => {
    const text = 'create table t as select kidd from okta.apps.jwks; select a from t; selec 3';
    expect(await problemsOf(text)).toEqual([
      [1, 'UNKNOWN_COLUMN', 1],
      [3, 'SYNTAX', 1],
    ]);
  });

  it('leaves nothing behind, in a database file either', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-check-'));
    const { session } = start({ database: join(folder, 'mine.duckdb') });
    try {
      await session.query('create table kept(a int)');
      const script =
        'insert into kept values (1); create table t(b int); create view v as select 1 as c; set okta.pushdown = off';
      expect(await session.check(`${script}; select a, b, c from kept, t, v`)).toEqual([]);
      expect((await session.query('select count(*) from kept')).rows).toEqual([[0]]);
      for (const name of ['t', 'v']) {
        await expect(session.query(`select * from ${name}`)).rejects.toMatchObject({ code: 'UNKNOWN_RESOURCE' });
      }
    } finally {
      await session.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('works where the engine is in a process of its own', async () => {
    const text =
      'create table t(a int); select a from t; select b from t; create view v as select 1 as c; select c from v';
    expect(await problemsOf(text, 'plan', { isolation: 'process' })).toEqual([[3, 'UNKNOWN_COLUMN', 1]]);
  });

  it('with depth parse asks for no names', async () => {
    const text = 'select nothing from nowhere; selec 2; create temp table t(a int); select * from okta.apps.jwkz';
    expect(await problemsOf(text, 'parse')).toEqual([
      [2, 'SYNTAX', 1],
      [3, 'NOT_SUPPORTED', 1],
    ]);
  });

  it('ends with its signal', async () => {
    const { session } = start();
    await expect(session.check('select 1', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

const CHANGES: readonly string[] = [
  'insert into okta.groups.groups(profile) values (\'{"name":"x"}\')',
  "update okta.apps.jwks set status = 'INACTIVE' where appId = '0oa1' and keyId = 'x'",
  "delete from okta.apps.jwks where appId = '0oa1' and keyId = 'x'",
  "delete from okta.apps.jwks where status = 'INACTIVE'",
  "exec okta.apps.jwks.activate_oauth2_client_json_web_key @appId = '0oa1', @keyId = 'x'",
];

describe('a session that only reads', () => {
  it.each(CHANGES)('refuses %s before the first request', async (text) => {
    const { session, simulator } = start({ readOnly: true });
    await expect(session.query(text)).rejects.toMatchObject({ code: 'READ_ONLY', sqlState: '25006' });
    expect(simulator.journal).toEqual([]);
  });

  it.each<CheckDepth>(['parse', 'plan'])('tells of it in a script, %s', async (depth) => {
    expect(await problemsOf(`select 1; ${CHANGES.join(';')}`, depth, { readOnly: true })).toEqual(
      CHANGES.map((_, index) => [index + 2, 'READ_ONLY', 1]),
    );
  });

  it('reads, keeps tables of its own, calls what only reads, and shows what it would change', async () => {
    const { session, simulator } = start({ readOnly: true });
    const app = simulator.apps().find(({ id }) => simulator.keys(id).length > 0);
    await session.query('create table t as select kid from okta.apps.jwks');
    await session.query('delete from t');
    await session.query(`exec okta.apps.jwks.list_jwk @appId = '${app?.id}'`);
    const shown = await session.query(CHANGES[2] ?? '', { dryRun: true });
    expect(shown.rows).toHaveLength(1);
    expect(simulator.journal.every(({ method }) => method === 'GET')).toBe(true);
  });
});
