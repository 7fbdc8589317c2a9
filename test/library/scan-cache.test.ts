/** One provider, several sessions: what was read a moment ago is not asked for again, and never what it must not be. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/http/pacing/clock.ts';
import { createProvider, createSession, type ProviderOptions, type Session } from '../../src/index.ts';
import { createSimulator, faults, type Simulator } from '../../src/simulator/index.ts';
import type { Row } from '../../src/values.ts';

let simulator: Simulator;
let time: number;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  simulator = createSimulator();
  time = Date.now();
  closing = [];
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  expect(simulator.violations).toEqual([]);
});

/** Sessions of one provider. */
function sessions(count: number, options: ProviderOptions = {}): readonly Session[] {
  const provider = createProvider({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    clock: { now: () => time, sleep: systemClock.sleep },
    cacheTtlMs: 30_000,
    ...options,
  });
  closing.push(() => provider.close());
  return Array.from({ length: count }, () => {
    const session = createSession({ provider });
    closing.push(() => session.close());
    return session;
  });
}

async function rows(session: Session | undefined, sql: string): Promise<readonly Row[]> {
  return (await session?.query(sql))?.rows ?? [];
}

/** The requests that the work sends. */
async function requestsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = simulator.journal.length;
  await work();
  return simulator.journal.slice(before).map(({ method, path }) => `${method} ${path}`);
}

const APP_LIST = { path: /\/apps\?/ };
const APPS = 'SELECT id, label, status FROM okta.apps.applications ORDER BY id';
const KEYS = 'SELECT appId, kid, created FROM okta.apps.jwks ORDER BY 1, 2';

test('what one session has read, another gets for a while, whatever columns it wants', async () => {
  const [one, other] = sessions(2);
  const first = await rows(one, KEYS);
  expect(first.length).toBeGreaterThan(1);
  const again = await requestsOf(async () => {
    expect(await rows(other, KEYS)).toEqual(first);
    expect(await rows(other, APPS)).not.toEqual([]);
    expect(
      await rows(other, 'SELECT a.label, k.kty FROM okta.apps.applications a JOIN okta.apps.jwks k ON k.appId = a.id'),
    ).not.toEqual([]);
  });
  expect(again).toEqual([]);
  time += 30_001;
  expect((await requestsOf(() => rows(other, APPS))).length).toBeGreaterThan(0);
});

test('two that ask for the same at the same time send it once', async () => {
  const [one, other] = sessions(2);
  const alone = await requestsOf(() => rows(one, KEYS));
  time += 30_001;
  const both = await requestsOf(async () => {
    const [first, second] = await Promise.all([rows(one, KEYS), rows(other, KEYS)]);
    expect(first).toEqual(second);
  });
  expect(both.toSorted()).toEqual(alone.toSorted());
});

test('one that is cancelled does not take the list from the other', async () => {
  const [one, other] = sessions(2);
  const stop = new AbortController();
  simulator.switches.faults = [{ match: APP_LIST, delayMs: 20, answer: () => 'pass' }];
  const cancelled = one?.query(APPS, { signal: stop.signal }).catch((error: unknown) => error);
  const kept = rows(other, APPS);
  stop.abort();
  expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
  expect((await kept).length).toBeGreaterThan(1);
});

test.each([
  ["UPDATE okta.apps.jwks SET status = 'INACTIVE' WHERE appId = '{app}' AND keyId = '{key}'", 'POST'],
  ["EXEC okta.apps.jwks.deactivate_oauth2_client_json_web_key @appId = '{app}', @keyId = '{key}'", 'POST'],
])('after %s lists are read anew', async (sql, method) => {
  const [one, other] = sessions(2);
  const list = "SELECT appId, id, status FROM okta.apps.jwks WHERE status = 'ACTIVE'";
  // Of two active keys one may go.
  const found = await rows(
    one,
    `WITH k AS (${list}) SELECT appId, max(id) FROM k GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1`,
  );
  const [app, key] = found[0] ?? [];
  await rows(other, APPS);
  const statement = sql.replace('{app}', String(app)).replace('{key}', String(key));
  expect((await requestsOf(() => rows(one, statement))).at(-1)).toMatch(method);
  const left = await rows(other, `SELECT id FROM (${list}) WHERE appId = '${app}'`);
  expect(left.flat()).not.toContain(key);
  expect((await requestsOf(() => rows(other, APPS))).length).toBeGreaterThan(0);
});

test('what decides about a change is asked for', async () => {
  const [one] = sessions(1);
  await rows(one, 'SELECT id, profile FROM okta.groups.groups');
  const sent = await requestsOf(
    () => one?.query("DELETE FROM okta.groups.groups WHERE profile.name = 'no such group'") ?? Promise.resolve(),
  );
  expect(sent.length).toBeGreaterThan(0);
});

test('secrets that are shown are not kept', async () => {
  const [one] = sessions(1, { revealSecrets: true });
  await rows(one, APPS);
  expect((await requestsOf(() => rows(one, APPS))).length).toBeGreaterThan(0);
  await rows(one, 'SELECT id FROM okta.groups.groups');
  expect(await requestsOf(() => rows(one, 'SELECT id FROM okta.groups.groups'))).toEqual([]);
});

test('a list that failed is not kept', async () => {
  const [one, other] = sessions(2);
  const denied = { status: 403, code: 'E0000006', summary: 'You do not have permission' };
  simulator.switches.faults = [faults.oktaError(denied, { match: APP_LIST })];
  await expect(rows(one, APPS)).rejects.toMatchObject({ code: 'PERMISSION' });
  simulator.switches.faults = [];
  expect(await rows(other, APPS)).not.toEqual([]);
});

test('a log until now is the same list a moment later, and one with bounds only with the same', async () => {
  const [one, other] = sessions(2);
  const log = 'SELECT count(*), min(since) FROM okta.logs.system_log_events';
  const first = await rows(one, `${log} WHERE severity = 'INFO'`);
  time += 1_000;
  expect(
    await requestsOf(async () => {
      expect(await rows(other, `${log} WHERE severity = 'INFO'`)).toEqual(first);
    }),
  ).toEqual([]);
  const since = (days: number): string => `since = '${new Date(time - days * 86_400_000).toISOString()}'`;
  const [week, day] = [await rows(one, `${log} WHERE ${since(7)}`), await rows(one, `${log} WHERE ${since(1)}`)];
  expect(week[0]?.[1]).not.toEqual(day[0]?.[1]);
});

describe('SET okta.cache_ttl', () => {
  test('is off by default, and each session’s own', async () => {
    const [one, other] = sessions(2, { cacheTtlMs: 0 });
    const [name] = ((await one?.query('SHOW okta.cache_ttl'))?.columns ?? []).map((column) => column.name);
    expect([name, await rows(one, 'SHOW okta.cache_ttl')]).toEqual(['okta.cache_ttl', [['0']]]);
    await rows(one, 'SET okta.cache_ttl = 30');
    expect(await rows(one, 'show OKTA.cache_ttl')).toEqual([['30']]);
    await rows(one, APPS);
    expect(await requestsOf(() => rows(one, APPS))).toEqual([]);
    expect((await requestsOf(() => rows(other, APPS))).length).toBeGreaterThan(0);
    expect((await one?.query('RESET okta.cache_ttl'))?.tag).toBe('RESET');
    expect((await requestsOf(() => rows(one, APPS))).length).toBeGreaterThan(0);
  });

  test('RESET ALL gives back what the session began with', async () => {
    const [one] = sessions(1);
    expect(await rows(one, 'SHOW okta.cache_ttl')).toEqual([['30']]);
    for (const sql of ['SET okta.cache_ttl = off', 'SET okta.embedded = off', 'RESET ALL']) await rows(one, sql);
    expect(await rows(one, 'SHOW okta.cache_ttl')).toEqual([['30']]);
    expect(await rows(one, 'SHOW okta.embedded')).toEqual([['on']]);
    await expect(rows(one, 'SHOW okta.nosuch')).rejects.toMatchObject({ code: 'INVALID_VALUE' });
    await expect(rows(one, 'RESET search_patch')).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});

test('EXPLAIN VERBOSE says what the cache would answer, and sends nothing', async () => {
  const [one, other] = sessions(2);
  const explained = async (sql: string): Promise<readonly unknown[]> =>
    (await rows(other, `EXPLAIN VERBOSE ${sql}`)).flat().filter((line) => String(line).includes('in the cache'));
  expect(await explained(APPS)).toEqual(['    in the cache: none of 1']);
  await rows(one, KEYS);
  time += 12_000;
  const sent = await requestsOf(async () => {
    expect(await explained(APPS)).toEqual(['    in the cache: 1 of 1, asked for 12 s ago']);
    expect(await explained(KEYS)).toEqual(['    in the cache: 1 of 1, of its parent, asked for 12 s ago']);
    expect(await explained(`${APPS} LIMIT 3`)).toEqual(['    in the cache: 1 of 1, asked for 12 s ago']);
  });
  expect(sent).toEqual([]);
});
