/** EXPLAIN (SPLITS n): the parts of a query as conditions for other workers. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession, type SimulatedSession } from './simulated-session.ts';

let world: SimulatedSession;
beforeAll(() => {
  world = openSession();
});
afterAll(() => world.close());

async function conditions(sql: string): Promise<readonly string[]> {
  return (await world.session.query(sql)).rows.map(([condition]) => String(condition));
}

test.each([
  [
    "EXPLAIN (SPLITS) SELECT * FROM okta.apps.jwks WHERE subdomain IN ('my-org', 'b')",
    [`"subdomain" IN ('my-org')`, `"subdomain" IN ('b')`],
  ],
  [
    "EXPLAIN (SPLITS 9) SELECT kid FROM okta.apps.jwks WHERE subdomain IN ('my-org', 'b')",
    [`"subdomain" IN ('my-org')`, `"subdomain" IN ('b')`],
  ],
  ["EXPLAIN (SPLITS 1) SELECT * FROM okta.users.users WHERE status = 'ACTIVE'", ['true']],
  [
    "EXPLAIN (SPLITS 2) SELECT * FROM okta.apps.jwks WHERE appId IN ('a', 'b', 'c''d')",
    [`"subdomain" IN ('my-org') AND "appId" IN ('a', 'b')`, `"subdomain" IN ('my-org') AND "appId" IN ('c''d')`],
  ],
])('%s', async (sql, expected) => {
  const before = world.simulator.journal.length;
  expect(await conditions(sql)).toEqual(expected);
  expect(world.simulator.journal.length).toBe(before);
});

test('a log falls into slices of its time, which together are the log', async () => {
  const log = 'FROM okta.logs.system_log_events WHERE published > now() - INTERVAL 30 DAYS';
  const parts = await conditions(`EXPLAIN (SPLITS 4) SELECT * ${log}`);
  expect(parts).toHaveLength(4);
  const ids: unknown[] = [];
  for (const part of parts) ids.push(...(await world.session.query(`SELECT uuid ${log} AND ${part}`)).rows.flat());
  const all = (await world.session.query(`SELECT uuid ${log}`)).rows.flat();
  expect(ids.toSorted()).toEqual(all.toSorted());
});

test('with ANALYZE parents are read, and each part asks for its own', async () => {
  const keys = 'SELECT appId, kid, created FROM okta.apps.jwks';
  const all = (await world.session.query(`${keys} ORDER BY ALL`)).rows.map((row) => row.join(' '));
  const parts = await conditions(`EXPLAIN (ANALYZE, SPLITS 3) ${keys}`);
  expect(parts).toHaveLength(3);
  const before = world.simulator.journal.length;
  const rows: string[] = [];
  for (const part of parts)
    rows.push(...(await world.session.query(`${keys} WHERE ${part}`)).rows.map((row) => row.join(' ')));
  expect(rows.toSorted()).toEqual(all.toSorted());
  // One call for each app, and none for the list of them.
  expect(world.simulator.journal.length - before).toBe(new Set(all.map((row) => row.split(' ')[0])).size);
});

test.each([
  ['EXPLAIN (SPLITS 2) SELECT 1', 'NOT_SUPPORTED'],
  [
    'EXPLAIN (SPLITS 2) SELECT * FROM okta.apps.jwks j JOIN okta.apps.applications a ON a.id = j.appId',
    'NOT_SUPPORTED',
  ],
  ["EXPLAIN (SPLITS 2) DELETE FROM okta.groups.groups WHERE groupId = 'a'", 'NOT_SUPPORTED'],
  ['EXPLAIN (SPLITS 0) SELECT 1', 'SYNTAX'],
  ['EXPLAIN (SPLITS 2) SELECT nosuch FROM okta.apps.jwks', 'UNKNOWN_COLUMN'],
])('%s is refused', async (sql, code) => {
  await expect(world.session.query(sql)).rejects.toMatchObject({ code });
});
