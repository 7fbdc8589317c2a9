import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../src/index.ts';
import { openSession, type SimulatedSession } from './simulated-session.ts';

let org: SimulatedSession;
beforeAll(() => {
  org = openSession();
});
afterAll(() => org.close());
beforeEach(() => org.simulator.clearJournal());

describe('explain', () => {
  test.each([
    ['SELECT count(*) FROM okta.groups.groups', 'query', true],
    ['WITH g AS (SELECT id FROM okta.groups.groups) SELECT count(*) FROM g', 'query', true],
    ['-- DELETE FROM x\nSELECT 1', 'query', true],
    ['SHOW SERVICES IN okta', 'metadata', true],
    ["EXPLAIN DELETE FROM okta.groups.groups WHERE groupId = '1'", 'explain', true],
    ['EXPLAIN ANALYZE SELECT id FROM okta.groups.groups', 'explain', true],
    ["EXPLAIN ANALYZE DELETE FROM okta.groups.groups WHERE groupId = '1'", 'explain', false],
    ["EXEC okta.groups.groups.get_group @groupId = '1'", 'exec', true],
    ["EXEC okta.groups.groups.delete_group @groupId = '1'", 'exec', false],
    ["/* SELECT */ DELETE FROM okta.groups.groups WHERE groupId = '1'", 'delete', false],
    ['CREATE TABLE t AS SELECT id FROM okta.groups.groups', 'local', false],
    ['SET okta.max_requests = 9', 'set', false],
  ])('%s', async (sql, kind, onlyReads) => {
    expect(await org.session.explain(sql)).toMatchObject({ kind, onlyReads });
    expect(org.simulator.journal).toEqual([]);
  });

  test('prices a list once however often it is read, and learns from what was read', async () => {
    const twice = 'SELECT (SELECT count(*) FROM okta.groups.groups) + (SELECT count(*) FROM okta.groups.groups)';
    const { requests, buckets, reads } = await org.session.explain(twice);
    const once = await org.session.explain('SELECT count(*) FROM okta.groups.groups');
    expect(requests).toEqual(once.requests);
    expect(buckets).toEqual(['/api/v1/groups']);
    expect(reads.map(({ resource }) => resource)).toEqual(['okta.groups.groups', 'okta.groups.groups']);
    await org.session.query(twice);
    expect((await org.session.explain(twice)).requests).toMatchObject({ min: 1, expected: 1 });
  });

  test('counts no page behind a LIMIT, and every object of a change', async () => {
    const all = 'SELECT id FROM okta.apps.applications';
    expect((await org.session.explain(`${all} LIMIT 3`)).requests.expected).toBe(1);
    expect((await org.session.explain(all)).requests.expected).toBeGreaterThan(1);
    const ids = "DELETE FROM okta.groups.groups WHERE groupId IN ('1', '2', '3')";
    expect((await org.session.explain(ids)).requests).toEqual({ min: 3, max: 3, expected: 3 });
  });

  test.each([
    ['SELECT nothing FROM okta.groups.groups', 'UNKNOWN_COLUMN'],
    ['SELEC 1', 'SYNTAX'],
    ['SELECT 1; SELECT 2', 'NOT_SUPPORTED'],
  ])('fails for %s', async (sql, code) => {
    await expect(org.session.explain(sql)).rejects.toMatchObject({ code });
  });
});

describe('of one statement', () => {
  test('keepAs makes a table of its rows', async () => {
    const { session, simulator } = org;
    expect(await session.query('SELECT * FROM okta.groups.groups', { keepAs: 'kept' })).toMatchObject({
      tag: 'SELECT',
      count: 12,
      rows: [],
    });
    simulator.clearJournal();
    expect((await session.query('SELECT count(*), count(DISTINCT id) FROM kept')).rows).toEqual([[12, 12]]);
    expect(simulator.journal).toEqual([]);
    await expect(session.query('SHOW TABLES', { keepAs: 'shown' })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(session.query('SELECT 1', { keepAs: 'kept' })).rejects.toThrow('kept');
  });

  test('readOnly refuses a change that the session may make', async () => {
    const sql = "DELETE FROM okta.groups.groups WHERE groupId = '00g1'";
    await expect(org.session.query(sql, { readOnly: true })).rejects.toMatchObject({ code: 'READ_ONLY' });
    expect(org.simulator.journal).toEqual([]);
  });

  test('maxRequests ends it, and the next one has what the session is set to', async () => {
    const sql = 'SELECT id FROM okta.users.users WHERE "limit" = 10';
    await expect(org.session.query(sql, { maxRequests: 2 })).rejects.toMatchObject({ code: 'RESOURCE_LIMIT' });
    expect((await org.session.query(sql)).rows).toHaveLength(60);
  });

  test('onProgress is told of its own requests only', async () => {
    const events: ProgressEvent[] = [];
    await Promise.all([
      org.session.query('SELECT id FROM okta.groups.groups', { onProgress: (event) => events.push(event) }),
      org.session.query('SELECT id FROM okta.users.users'),
    ]);
    const tables = new Set(events.flatMap((event) => (event.kind === 'scan' ? [event.table] : [])));
    expect([...tables]).toEqual(['okta.groups.groups']);
    expect(events.filter(({ kind }) => kind === 'requests')).toMatchObject([{ sent: 1 }]);
    expect(events.at(-1)).toMatchObject({ kind: 'end' });
  });
});
