import { afterAll, describe, expect, test } from 'vitest';
import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { ProviderOptions } from '../../../src/session/provider/options.ts';
import { type Fault, faults, type SimulatorOptions } from '../../../src/simulator/index.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { clientsOf, openOrg, requestsTo, rowsOf, runnerOf, type SimulatedOrg, uniform } from './org.ts';

const engine = createDuckDbEngine();
afterAll(() => engine.close());

const KEYS = /\/credentials\/jwks$/;
const APPS = /\/api\/v1\/apps$/;

function open(options: SimulatorOptions = {}, providerOptions: ProviderOptions = {}) {
  const org = openOrg({ org: uniform(6), ...options }, providerOptions);
  return { ...org, run: runnerOf(org.provider, engine, { notices: [], changed: [] }) };
}

/** Pages of two apps, whose keys are asked for one by one: copies do not know when a key was made. */
const JOIN = `SELECT a.id, k.created FROM okta.apps.applications a JOIN okta.apps.jwks k ON k.appId = a.id
  WHERE a."limit" = 2`;

/** Nothing of a statement that has ended is under way or comes later: the next request is alone. */
async function expectQuiet({ simulator, provider }: SimulatedOrg): Promise<void> {
  simulator.switches.faults = [];
  const { length } = simulator.journal;
  await rowsOf(provider, 'okta.apps.applications', { limit: 1 });
  expect(simulator.journal.slice(length).map(({ inFlight }) => inFlight)).toEqual([1]);
}

/** Holds back what matches until it is let go, or its request is aborted. */
function held(path: RegExp): { readonly fault: Fault; readonly release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = async ({ signal }: Request): Promise<'pass'> => {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    await Promise.race([released, aborted]);
    return 'pass';
  };
  return { fault: { match: { path }, answer }, release };
}

describe('a scan that another feeds', () => {
  test('begins with the first page of the other, while that still reads', async () => {
    const { simulator, run } = open();
    const secondPage = held(/\/apps\?.*after=/);
    simulator.switches.faults = [secondPage.fault];
    const running = run(JOIN);
    const [first, second] = clientsOf(simulator);
    await expect
      .poll(() => requestsTo(simulator, KEYS))
      .toEqual([first, second].map((id) => `/api/v1/apps/${id}/credentials/jwks`));
    expect(requestsTo(simulator, APPS)).toHaveLength(2);
    secondPage.release();
    expect((await running).map(([id]) => id).sort()).toEqual(clientsOf(simulator).toSorted());
    const paths = simulator.journal.map(({ path }) => (KEYS.test(path) ? 'keys' : 'apps'));
    expect(paths.indexOf('keys')).toBeLessThan(paths.lastIndexOf('apps'));
  });

  test('asks for each key once, however many rows have it', async () => {
    const { simulator, run } = open({ org: uniform(3, 4) });
    // Four rows of each app feed one call.
    await run(
      'SELECT k.id, g.priority FROM okta.apps.jwks k LEFT JOIN okta.apps.group_assignments g ON g.appId = k.appId',
    );
    const calls = requestsTo(simulator, /\/groups$/).map((path) => path.split('/').at(-2));
    expect(calls).toEqual(clientsOf(simulator));
  });

  test('asks once for what page after page names again', async () => {
    const { simulator } = open();
    let first: unknown;
    const { provider } = openOrg(
      {},
      {
        fetch: async (request) => {
          const response = await simulator.handle(request);
          if (!APPS.test(new URL(request.url).pathname)) return response;
          const apps = (await response.json()) as readonly unknown[];
          const again = first === undefined ? [] : [first];
          first ??= apps[0];
          return new Response(JSON.stringify([...apps, ...again]), response);
        },
      },
    );
    const rows = await runnerOf(provider, engine, { notices: [], changed: [] })(JOIN);
    expect(rows).toHaveLength(6);
    expect(requestsTo(simulator, KEYS)).toHaveLength(6);
  });

  test('asks for no row that the statement leaves out', async () => {
    const { simulator, run } = open();
    await run(`${JOIN} AND length(a.label) > 3 AND a.label <> 'Service 0002' AND a.label LIKE '%2'`);
    expect(requestsTo(simulator, KEYS)).toEqual([]);
    await run(`${JOIN} AND upper(a.label) = 'SERVICE 0004'`);
    expect(requestsTo(simulator, KEYS)).toEqual([`/api/v1/apps/${clientsOf(simulator)[3]}/credentials/jwks`]);
  });
});

describe('a failure', () => {
  test('of a fed scan stops the one that feeds it', async () => {
    const org = open({ org: uniform(60) });
    const { simulator, run } = org;
    simulator.switches.faults = [faults.serverError({ match: { path: KEYS } })];
    expect(await failureOf(run(JOIN))).toMatchObject({ code: 'HTTP', status: 500 });
    expect(requestsTo(simulator, APPS).length).toBeLessThan(30);
    await expectQuiet(org);
  });

  test('of a fed scan ends the wait for a page that never comes', async () => {
    const { simulator, run } = open();
    simulator.switches.faults = [held(/\/apps\?.*after=/).fault, faults.serverError({ match: { path: KEYS } })];
    expect(await failureOf(run(JOIN))).toMatchObject({ code: 'HTTP', status: 500 });
  });

  test('of the one that feeds is told, and ends what it fed', async () => {
    const { simulator, run } = open();
    simulator.switches.faults = [faults.serverError({ match: { path: /\/apps\?.*after=/ } }), held(KEYS).fault];
    expect(await failureOf(run(JOIN))).toMatchObject({ code: 'HTTP', status: 500 });
  });
});

describe('a list that several references read', () => {
  const TWO = `SELECT x.label FROM okta.apps.applications x, okta.apps.applications y WHERE x.id < y.id`;

  test('is fetched once, however many pages it has', async () => {
    const { simulator, run } = open({ org: uniform(450) });
    expect(await run(`SELECT count(*) FROM (${TWO})`)).toEqual([[(450 * 449) / 2]]);
    expect(requestsTo(simulator, APPS)).toHaveLength(3);
  });

  test('is fetched once where one of them needs it for its parents', async () => {
    const { simulator, run } = open();
    const text = 'SELECT count(k.created) FROM okta.apps.applications a, okta.apps.jwks k';
    expect(await run(text)).toEqual([[6 * 6]]);
    expect(requestsTo(simulator, APPS)).toHaveLength(1);
    expect(requestsTo(simulator, KEYS)).toHaveLength(6);
  });

  test('fails for all of them', async () => {
    const { simulator, run } = open();
    simulator.switches.faults = [faults.serverError()];
    expect(await failureOf(run(TWO))).toMatchObject({ code: 'HTTP', status: 500 });
    // One of them asks, for smaller and smaller pages.
    expect(requestsTo(simulator, APPS)).toEqual([200, 100, 50, 25].map((size) => `/api/v1/apps?limit=${size}`));
  });

  test('is two lists where its quals differ', async () => {
    const { simulator, run } = open();
    await run(`${TWO} AND x."limit" = 5 AND y."limit" = 6`);
    expect(
      new Set(requestsTo(simulator, APPS).map((path) => new URLSearchParams(path.split('?')[1]).get('limit'))),
    ).toEqual(new Set(['5', '6']));
  });
});

describe('cancelled', () => {
  const FIRST_PAGE = /\/apps\?(?!.*after=)/;
  const LATER_PAGE = /\/apps\?.*after=/;

  test.each([
    ['while both read', JOIN, LATER_PAGE],
    ['while the fed one reads', JOIN, KEYS],
    ['while the first page is awaited', JOIN, FIRST_PAGE],
    ['while a shared list is read', 'SELECT 1 FROM okta.apps.applications x, okta.apps.applications y', FIRST_PAGE],
  ])('%s, it leaves nothing running', async (_when, text, path) => {
    const org = open();
    const { simulator, run } = org;
    const stop = new AbortController();
    simulator.switches.faults = [held(path).fault];
    const running = failureOf(run(text, { signal: stop.signal }));
    await expect.poll(() => simulator.journal.some((entry) => path.test(entry.path + entry.query))).toBe(true);
    stop.abort();
    expect(await running).toMatchObject({ code: 'CANCELLED' });
    await expectQuiet(org);
  });

  test('before it begins, it sends nothing', async () => {
    const { simulator, run } = open();
    expect(await failureOf(run(JOIN, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'CANCELLED' });
    expect(simulator.journal).toEqual([]);
  });
});

test('fifteen scans at once are no leak to Node', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', onWarning);
  const { run } = open();
  const tables = Array.from(
    { length: 15 },
    (_, index) => `(SELECT count(*) FROM okta.apps.applications WHERE "limit" = ${index + 2})`,
  );
  expect(await run(`SELECT ${tables.join(' + ')}`)).toEqual([[90]]);
  // Node tells of them when it has time.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
