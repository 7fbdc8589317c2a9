import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSession, type SessionOptions } from '../../../src/index.ts';
import { createSimulator } from '../../../src/simulator/index.ts';

const { DuckDBInstance } = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

/** What happened, in order. */
let events: string[] = [];
beforeEach(() => {
  events = [];
  const create = DuckDBInstance.create.bind(DuckDBInstance);
  vi.spyOn(DuckDBInstance, 'create').mockImplementation((...args) => {
    events.push('engine');
    return create(...args);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs a statement, whose first answer comes when the engine has begun or all of this thread's work is done. */
async function order(sql: string, options: SessionOptions = {}): Promise<string> {
  const simulator = createSimulator();
  const session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: async (request) => {
      events.push('request');
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      events.push('answer');
      return simulator.handle(request);
    },
    ...options,
  });
  try {
    await session.query(sql);
    return events.slice(0, 3).join(' ');
  } finally {
    await session.close();
  }
}

const LATE = 'request engine answer';
const EARLY = 'engine request answer';

describe('the engine begins while the first answer is on its way', () => {
  const cases = [
    "select * from okta.apps.jwks where subdomain = 'my-org'",
    "SELECT kid, status FROM okta.apps.jwks WHERE subdomain = 'my-org' AND status = 'ACTIVE' LIMIT 3;",
    "select j.kid, j.created from okta.apps.jwks j where j.subdomain = 'my-org' and j.created is not null",
    "select jwks.KID from okta.apps.jwks where subdomain in ('my-org') -- a comment",
    "select id from okta.users.users where status in ('ACTIVE', 'STAGED') or id like 'x%'",
    'select "kid" from okta.apps.jwks as k',
  ];
  test.each(cases)('%s', async (sql) => {
    expect(await order(sql)).toBe(LATE);
  });
});

describe('the engine binds first what it might refuse', () => {
  const cases: readonly { name: string; sql: string; options?: SessionOptions }[] = [
    { name: 'a function', sql: 'select upper(kid) from okta.apps.jwks' },
    { name: 'a function in WHERE', sql: "select kid from okta.apps.jwks where upper(kid) = 'X'" },
    { name: 'an alias, which may be a keyword', sql: 'select kid as key from okta.apps.jwks' },
    { name: 'a conversion', sql: "select kid from okta.apps.jwks where created > '2020-01-01'" },
    { name: 'a name beside a name', sql: 'select kid from okta.apps.jwks where kid = status' },
    { name: 'a negated pattern', sql: "select kid from okta.apps.jwks where not kid like 'x%'" },
    { name: 'order', sql: 'select kid from okta.apps.jwks order by kid' },
    { name: 'grouping', sql: 'select status, count(*) from okta.apps.jwks group by status' },
    { name: 'a join', sql: 'select j.kid from okta.apps.jwks j join okta.apps.applications a on a.id = j.appId' },
    { name: 'a subquery', sql: 'select kid from (select kid from okta.apps.jwks) t' },
    { name: 'a member of JSON', sql: "select profile->>'login' from okta.users.users" },
    {
      name: 'a setting that may be unusable',
      sql: 'select kid from okta.apps.jwks',
      options: { memoryLimit: '500MB' },
    },
  ];
  test.each(cases)('$name', async ({ sql, options }) => {
    expect(await order(sql, options)).toBe(EARLY);
  });
});

describe('a statement that is wrong sends nothing', () => {
  const cases = [
    'select kidd from okta.apps.jwks',
    'select kid, statuss from okta.apps.jwks',
    'select j.kidd from okta.apps.jwks j',
    'select x.kid from okta.apps.jwks j',
    'select jwks.kid from okta.apps.jwks j',
    'select x.* from okta.apps.jwks j',
    "select kid from okta.apps.jwks where statuss = 'ACTIVE'",
    "select kid from okta.apps.jwks where kid = 'x' or (status = 'ACTIVE' and statuss is null)",
    "select kid from okta.apps.jwks where status in ('ACTIVE', other)",
    'select kid from okta.apps.jwks order by kidd',
    'select kid from okta.apps.jwks limit kidd',
    "select nothing(kid) from okta.apps.jwks where subdomain = 'my-org'",
  ];
  test.each(cases)('%s', async (sql) => {
    await expect(order(sql)).rejects.toThrow();
    expect(events).not.toContain('request');
  });
});

test('a request that is denied fails the statement, and leaves no engine behind', async () => {
  const fetch = async (): Promise<Response> => Response.json({ errorCode: 'E0000006' }, { status: 403 });
  await expect(order('select kid from okta.apps.jwks', { fetch })).rejects.toMatchObject({ code: 'PERMISSION' });
});

test('an engine that cannot begin fails the statement and ends its requests', async () => {
  vi.mocked(DuckDBInstance.create).mockRejectedValue(new Error('no memory'));
  let ended = false;
  const fetch = (request: Request): Promise<Response> =>
    new Promise((_resolve, reject) => {
      request.signal.addEventListener('abort', () => {
        ended = true;
        reject(request.signal.reason);
      });
    });
  await expect(order('select kid from okta.apps.jwks', { fetch })).rejects.toThrow('no memory');
  expect(ended).toBe(true);
});

test('over a real connection the request has been written before the engine begins', async () => {
  const simulator = createSimulator();
  const arrived: string[] = [];
  const server = createServer(async ({ url = '', headers }, response) => {
    arrived.push(events.includes('engine') ? 'after' : 'before');
    const request = new Request(`https://my-org.okta.com${url}`, {
      headers: { authorization: headers.authorization ?? '' },
    });
    const answer = await simulator.handle(request);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const session = createSession({
    token: simulator.token,
    endpointUrl: `http://127.0.0.1:${port}`,
    subdomain: 'my-org',
  });
  try {
    await session.query('select kid, status from okta.apps.jwks limit 1');
    expect(events).toEqual(['engine']);
    expect(arrived.length).toBeGreaterThan(0);
  } finally {
    await session.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
