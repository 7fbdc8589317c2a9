import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession, type SimulatedSession } from './simulated-session.ts';

let org: SimulatedSession;
let names: Readonly<Record<string, string>>;
beforeAll(() => {
  org = openSession();
  const app = org.simulator
    .apps()
    .find(({ id }) => org.simulator.keys(id).some(({ status, use }) => status === 'INACTIVE' && use === 'sig'));
  const appId = app?.id ?? '';
  const keyId = org.simulator.keys(appId).find(({ status, use }) => status === 'INACTIVE' && use === 'sig')?.id ?? '';
  const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  names = { appId, keyId, n: String(n) };
});
afterAll(() => org.close());

const fill = (sql: string): string => sql.replace(/\$(\w+)/g, (_, name: string) => `'${names[name]}'`);
const ONE = 'appId = $appId AND keyId = $keyId';

type Expected = [sql: string, tag: string, count?: number | undefined, columns?: number];

/** Run in this order, in one session. */
const STATEMENTS: readonly Expected[] = [
  ['SELECT * FROM range(28)', 'SELECT', 28, 1],
  ['WITH x AS (SELECT 1 AS a) SELECT * FROM x', 'SELECT', 1, 1],
  ['SELECT 1 AS a WHERE false', 'SELECT', 0, 1],
  ['FROM range(5000)', 'SELECT', 5000, 1],
  ['SELECT id FROM okta.apps.applications LIMIT 3', 'SELECT', 3, 1],
  ['CREATE TABLE t (a INTEGER)', 'CREATE TABLE'],
  ['INSERT INTO t VALUES (1), (2)', 'INSERT', 2],
  ['INSERT INTO t SELECT range::INTEGER FROM range(3)', 'INSERT', 3],
  ['INSERT INTO t SELECT 1 WHERE false', 'INSERT', 0],
  ['UPDATE t SET a = 7 WHERE a = 1', 'UPDATE', 2],
  ['DELETE FROM t WHERE a = 7', 'DELETE', 2],
  ['DELETE FROM t WHERE a = 7', 'DELETE', 0],
  ['CREATE TABLE copied AS SELECT id FROM okta.apps.applications LIMIT 4', 'SELECT', 4],
  ['CREATE VIEW v AS SELECT a FROM t', 'CREATE VIEW'],
  ['CREATE OR REPLACE VIEW v AS SELECT a FROM t', 'CREATE VIEW'],
  ['CREATE MATERIALIZED VIEW m AS SELECT a FROM t', 'SELECT', 3],
  ['REFRESH MATERIALIZED VIEW m', 'REFRESH MATERIALIZED VIEW'],
  ['DROP VIEW v', 'DROP VIEW'],
  ['DROP VIEW IF EXISTS v', 'DROP VIEW'],
  ['DROP MATERIALIZED VIEW m', 'DROP MATERIALIZED VIEW'],
  ['DROP TABLE t', 'DROP TABLE'],
  ['SET okta.embedded = off', 'SET'],
  ['SHOW PROVIDERS', 'SHOW', undefined, 2],
  ["SHOW PROVIDERS LIKE 'okta'", 'SHOW', undefined, 2],
  ['SHOW TRANSACTION ISOLATION LEVEL', 'SHOW', undefined, 1],
  ['SHOW INSERT INTO okta.apps.jwks', 'SHOW', undefined, 1],
  ['DESCRIBE okta.apps.jwks', 'DESCRIBE', undefined, 2],
  ['REGISTRY LIST', 'REGISTRY LIST', undefined, 2],
  ['EXPLAIN SELECT id FROM okta.apps.applications', 'EXPLAIN', undefined, 1],
  ['EXPLAIN ANALYZE SELECT id FROM okta.apps.applications', 'EXPLAIN', undefined, 1],
  [`EXPLAIN DELETE FROM okta.apps.jwks WHERE ${ONE}`, 'EXPLAIN', undefined, 1],
  [
    "INSERT INTO okta.apps.jwks (appId, kty, use, kid, n, e) SELECT $appId, 'RSA', 'sig', 'counted', $n, 'AQAB' RETURNING kid",
    'INSERT',
    1,
    1,
  ],
  [`UPDATE okta.apps.jwks SET status = 'ACTIVE' WHERE ${ONE}`, 'UPDATE', 1],
  [`UPDATE okta.apps.jwks SET status = 'ACTIVE' WHERE appId = $appId AND kid = 'nobody'`, 'UPDATE', 0],
  ['EXEC okta.apps.jwks.deactivate_oauth2_client_json_web_key @appId=$appId, @keyId=$keyId', 'EXEC', undefined, 17],
  [`DELETE FROM okta.apps.jwks WHERE ${ONE}`, 'DELETE', 1],
  [`DELETE FROM okta.apps.jwks WHERE appId = $appId AND kid = 'nobody'`, 'DELETE', 0],
];

describe('what was done', () => {
  it.each<Expected>(STATEMENTS)('%s', async (sql, tag, count, columns = 0) => {
    const result = await org.session.query(fill(sql));
    expect([result.tag, result.count, result.columns.length]).toEqual([tag, count, columns]);
    expect('count' in result).toBe(count !== undefined);
  });
});

it('a dry run has changed nothing', async () => {
  const sql = fill('DELETE FROM okta.apps.jwks WHERE appId = $appId AND keyId = $keyId');
  const { tag, count, rows } = await org.session.query(sql, { dryRun: true });
  expect([tag, count, rows.length]).toEqual(['DELETE', 0, 1]);
});

describe('an outcome', () => {
  it('counts the rows of a SELECT when the last of them has been read', async () => {
    const outcome = await org.session.script('FROM range(5000)')[0]?.run();
    const counts: unknown[] = [outcome?.count()];
    for await (const rows of outcome?.result?.batches() ?? []) {
      expect(rows.length).toBeGreaterThan(0);
      counts.push(outcome?.count());
    }
    counts.push(outcome?.count());
    await outcome?.close();
    expect(counts.length).toBeGreaterThan(3);
    expect(new Set(counts.slice(0, -1))).toEqual(new Set([undefined]));
    expect(counts.at(-1)).toBe(5000);
  });

  it('of which not all rows were read has no count', async () => {
    const outcome = await org.session.script('FROM range(5000)')[0]?.run();
    for await (const _ of outcome?.result?.batches() ?? []) break;
    await outcome?.close();
    expect(outcome?.count()).toBeUndefined();
  });

  it('has no rows where the statement has none, and rows that are not shown where nobody asked', async () => {
    const run = async (sql: string): Promise<readonly unknown[]> => {
      const outcome = await org.session.script(fill(sql))[0]?.run();
      await outcome?.close();
      return [outcome?.tag, outcome?.result !== undefined, outcome?.isShown];
    };
    expect(await run('SET okta.embedded = on')).toEqual(['SET', false, false]);
    expect(await run('EXEC okta.apps.jwks.list_jwk @appId=$appId')).toEqual(['EXEC', true, false]);
    expect(await run('EXEC /*+ SHOWRESULTS */ okta.apps.jwks.list_jwk @appId=$appId')).toEqual(['EXEC', true, true]);
  });

  it('keeps the notices in order, of each of which the caller was told at once', async () => {
    const told: string[] = [];
    const { notices } = await org.session.query(fill("DELETE FROM okta.apps.jwks WHERE appId = $appId AND kid = 'x'"), {
      onNotice: (notice) => told.push(notice),
    });
    expect(notices).toEqual(['0 rows match.']);
    expect(told).toEqual(notices);
  });
});
