/** Lists as servers really answer them: every row once, or an error. */

import { afterAll, describe, expect, test } from 'vitest';
import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { ScanOptions } from '../../../src/exec/provider.ts';
import type { ProviderOptions } from '../../../src/session/provider/options.ts';
import { createProvider } from '../../../src/session/provider.ts';
import { type Fault, type FaultOptions, faults } from '../../../src/simulator/index.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { virtualClock } from '../virtual-clock.ts';
import { openOrg, requestsTo, rowsOf, runnerOf, uniform } from './org.ts';

const engine = createDuckDbEngine();
afterAll(() => engine.close());

const APPS = 'okta.apps.applications';
const APP_LIST = /\/api\/v1\/apps$/;
const LATER: FaultOptions = { match: { path: /\/apps\?.*after=/ } };

/** 450 apps: pages of 200, 200 and 50. */
function open(given: readonly Fault[], options: ProviderOptions = {}) {
  const { simulator, provider } = openOrg({ org: uniform(450) }, options);
  simulator.switches.faults = [...given];
  return { simulator, provider, run: runnerOf(provider, engine, { notices: [], changed: [] }) };
}

/** The same where nothing is waited for in real time; so it is read without the engine, whose work the clock cannot see. */
function openPatiently(given: readonly Fault[], options: ProviderOptions = {}) {
  const clock = virtualClock();
  const { simulator } = openOrg({ org: uniform(450), now: () => new Date(clock.now()) });
  simulator.switches.faults = [...given];
  const fetch = (request: Request): Promise<Response> => clock.hold(simulator.handle(request));
  const { provider } = openOrg({}, { clock, fetch, ...options });
  const idsOf = async (given: ScanOptions = {}): Promise<readonly unknown[]> =>
    (await clock.run(rowsOf(provider, APPS, { columns: ['id'], ...given }))).flat();
  return { simulator, clock, idsOf, all: simulator.apps().map(({ id }) => id) };
}

/** A list whose pages are these, one after another, each with a cursor of its own. */
function served(pages: Iterable<readonly object[]>, options: ProviderOptions = {}) {
  const urls: string[] = [];
  const source = pages[Symbol.iterator]();
  let next = source.next();
  const provider = createProvider({
    token: 'token',
    subdomain: 'my-org',
    fetch: async ({ url }) => {
      urls.push(url);
      const { value } = next;
      next = source.next();
      const link = `<https://my-org.okta.com/api/v1/apps?after=c${urls.length}&limit=200>; rel="next"`;
      return new Response(JSON.stringify(value), next.done === true ? {} : { headers: { link } });
    },
    ...options,
  });
  return { provider, urls, run: runnerOf(provider, engine, { notices: [], changed: [] }) };
}

describe('every row comes once', () => {
  test.each<[what: string, given: readonly Fault[], requests: number]>([
    ['nothing odd', [], 3],
    ['an empty first page', [faults.emptyPage()], 4],
    ['an empty page in the middle', [faults.emptyPage(LATER)], 4],
    ['ten empty pages', [faults.emptyPage({ times: 10 })], 13],
    ['next on the admin host', [faults.nextOnOtherHost('my-org-admin.okta.com')], 3],
    ['next on a hostile host', [faults.nextOnOtherHost('evil.example')], 3],
    ['next on another path', [faults.nextOnOtherPath('/api/v1/users')], 3],
    ['next without the page size', [faults.nextWithout('limit')], 3],
    ['a later page that fails once', [faults.badGateway(502, { ...LATER, times: 1 })], 4],
  ])('%s', async (_what, given, requests) => {
    const { simulator, idsOf, all } = openPatiently(given);
    expect(await idsOf()).toEqual(all);
    expect(simulator.journal).toHaveLength(requests);
    expect(simulator.violations).toEqual([]);
  });
});

describe('rows of a list that changes while it is read', () => {
  /** The last app of a page has moved to the next meanwhile. */
  const moved = (): Fault => {
    let last: unknown;
    return {
      match: { method: 'GET', path: /^\/api\/v1\/apps\?/ },
      answer: async (_request, { proceed }) => {
        const real = await proceed();
        const items = (await real.json()) as readonly unknown[];
        const again = last === undefined ? [] : [last];
        last = items.at(-1);
        return new Response(JSON.stringify([...again, ...items]), real);
      },
    };
  };

  test('come once', async () => {
    const { simulator, run } = open([moved()]);
    expect(await run(`SELECT count(*), count(DISTINCT id) FROM ${APPS}`)).toEqual([[450, 450]]);
    expect(simulator.journal).toHaveLength(3);
  });

  // The 200 of the second page begin with the last of the first.
  test.each<[limit: number, requests: number]>([
    [200, 1],
    [201, 2],
    [400, 2],
    [401, 3],
    [500, 3],
  ])('LIMIT %i counts them once', async (limit, requests) => {
    const { simulator, run } = open([moved()]);
    const rows = await run(`SELECT id FROM ${APPS} LIMIT ${limit}`);
    expect(new Set(rows.flat()).size).toBe(Math.min(limit, 450));
    expect(rows).toHaveLength(Math.min(limit, 450));
    expect(simulator.journal).toHaveLength(requests);
  });

  test.each<[resource: string, quals: Readonly<Record<string, string>>, items: readonly [object, object]]>([
    // Two instances of one app.
    ['okta.groups.app_targets', { groupId: 'g', roleAssignmentId: 'r' }, [{ name: 'box' }, { name: 'box' }]],
    ['okta.oauth2.app_target_roles', { clientId: 'c', roleAssignmentId: 'r' }, [{ name: 'box' }, { name: 'box' }]],
    ['okta.users.admin_app_targets', { userId: 'u', roleAssignmentId: 'r' }, [{ name: 'box' }, { name: 'box' }]],
    // A role that the user has by itself and by a group.
    ['okta.users.role_assignment_users', { userId: 'u' }, [{ id: 'JBCU' }, { id: 'JBCU' }]],
    ['okta.users.role_targets', { userId: 'u', roleIdOrEncodedRoleId: 'r' }, [{ orn: 'o' }, { orn: 'o' }]],
  ])('of %s, which have no id, are all there', async (resource, given, [first, second]) => {
    const { provider } = served([[first], [second]]);
    const quals = Object.entries(given).map(([column, value]) => ({ kind: 'in' as const, column, values: [value] }));
    expect(await rowsOf(provider, resource, { quals })).toHaveLength(2);
  });

  test('of one parent are not those of another', async () => {
    const fetch = async ({ url }: Request): Promise<Response> => {
      if (url.includes('after=')) return Response.json([{ id: 'both' }]);
      return Response.json([{ id: 'first' }], { headers: { link: '<?after=c1>; rel="next"' } });
    };
    const provider = createProvider({ token: 'token', subdomain: 'my-org', fetch });
    const quals = [{ kind: 'in' as const, column: 'appId', values: ['a', 'b'] }];
    const rows = await rowsOf(provider, 'okta.apps.application_users', { quals, columns: ['appId', 'id'] });
    expect(rows.map((row) => row.join(' '))).toEqual(['a first', 'a both', 'b first', 'b both']);
  });
});

describe('a filter that is lost on the second page', () => {
  const [ACTIVE, INACTIVE] = ['ACTIVE', 'INACTIVE'].map((status) => (id: string) => ({ id, status }));
  const PAGES = [[ACTIVE?.('a'), ACTIVE?.('b')], [INACTIVE?.('c'), ACTIVE?.('d')], [ACTIVE?.('e')], [ACTIVE?.('f')]];
  const open = () => served(PAGES as unknown as readonly (readonly object[])[]);

  test('is asked for again, and checked here', async () => {
    const { urls, run } = open();
    const rows = await run(`SELECT id FROM ${APPS} WHERE status = 'ACTIVE'`);
    expect(rows.flat()).toEqual(['a', 'b', 'd', 'e', 'f']);
    expect(urls.map((url) => new URL(url).searchParams.get('filter'))).toEqual(PAGES.map(() => 'status eq "ACTIVE"'));
  });

  // The API said that it evaluates the filter exactly: LIMIT is counted here all the same.
  test.each([
    [2, 'ab', 1],
    [3, 'abd', 2],
    [4, 'abde', 3],
  ])('LIMIT %i counts the rows that meet it', async (limit, ids, requests) => {
    const { urls, run } = open();
    const rows = await run(`SELECT id FROM ${APPS} WHERE status = 'ACTIVE' LIMIT ${limit}`);
    expect([rows.flat().join(''), urls.length]).toEqual([ids, requests]);
  });
});

describe('a list that cannot be read to its end is an error', () => {
  const again = (status: number) => (options: FaultOptions) => faults.badGateway(status, options);
  const okta = (status: number, code: string) => (options: FaultOptions) =>
    faults.oktaError({ status, code, summary: 'x' }, options);

  test.each<[what: string, faultWith: (options: FaultOptions) => Fault, expected: object]>([
    ['500', faults.serverError, { code: 'HTTP', status: 500 }],
    ['502', again(502), { code: 'HTTP', status: 502 }],
    ['503', again(503), { code: 'HTTP', status: 503 }],
    ['504', again(504), { code: 'HTTP', status: 504 }],
    ['401', okta(401, 'E0000011'), { code: 'AUTH', status: 401 }],
    ['403', okta(403, 'E0000006'), { code: 'PERMISSION', status: 403 }],
    ['404', okta(404, 'E0000007'), { code: 'NOT_FOUND', status: 404 }],
    ['a cursor that Okta does not take', okta(400, 'E0000029'), { code: 'HTTP', status: 400 }],
    ['429 again and again', (options) => faults.tooManyRequests(undefined, options), { code: 'RATE_LIMIT' }],
    ['half of a page', faults.truncatedJson, { code: 'UNUSABLE_RESPONSE' }],
    ['a login page', faults.htmlPage, { code: 'UNUSABLE_RESPONSE', status: 200 }],
    ['a broken connection', faults.resetBefore, { code: 'NETWORK' }],
    ['a cursor that comes again', faults.repeatedCursor, { code: 'UNUSABLE_RESPONSE' }],
  ])('%s on a later page', async (_what, faultWith, expected) => {
    const { idsOf, clock } = openPatiently([faultWith(LATER)]);
    expect(await failureOf(idsOf())).toMatchObject(expected);
    expect(clock.sleepers()).toBe(0);
  });

  test('an answer of another shape on a later page', async () => {
    const shapeless: Fault = { ...LATER, match: LATER.match ?? {}, answer: () => Response.json({ apps: [] }) };
    const { run } = open([shapeless]);
    expect(await failureOf(run(`SELECT count(*) FROM ${APPS}`))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });

  test('a value that is nested too deeply, but only where it is read', async () => {
    const deep = `[{"id":"a","profile":${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}}]`;
    const { provider } = openOrg({}, { fetch: async () => new Response(deep) });
    const run = runnerOf(provider, engine, { notices: [], changed: [] });
    expect(await failureOf(run(`SELECT profile FROM ${APPS}`))).toMatchObject({
      code: 'EXECUTION',
      message: 'A value is nested too deeply.',
    });
    expect(await run(`SELECT id FROM ${APPS}`)).toEqual([['a']]);
  });

  test('unless the rows that LIMIT wants were there before', async () => {
    const { simulator, run } = open([faults.serverError(LATER)]);
    expect(await run(`SELECT id FROM ${APPS} LIMIT 200`)).toHaveLength(200);
    expect(simulator.journal).toHaveLength(1);
  });

  function* forEver(...pages: readonly (readonly object[])[]): Generator<readonly object[]> {
    for (;;) yield* pages;
  }

  // Each page has a cursor of its own, so that none comes again.
  test.each<[what: string, pages: readonly (readonly object[])[], requests: number]>([
    ['the same page for ever', [[{ id: 'a' }, { id: 'b' }]], 201],
    ['two pages in turn for ever', [[{ id: 'a' }], [{ id: 'b' }]], 202],
    ['empty pages for ever', [[]], 200],
  ])('%s', async (_what, pages, requests) => {
    const { urls, run } = served(forEver(...pages));
    expect(await failureOf(run(`SELECT count(*) FROM ${APPS}`))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
    expect(urls).toHaveLength(requests);
  });
});

describe('a page that takes too long', () => {
  /** Pages of so many items or more fail. */
  const tooLarge = (least: number, faultWith: (options: FaultOptions) => Fault, path = /./): Fault => {
    const { answer, ...rest } = faultWith({});
    return {
      ...rest,
      answer: (request, tools) => {
        const isMeant = path.test(request.url) && Number(new URL(request.url).searchParams.get('limit')) >= least;
        return isMeant ? answer(request, tools) : 'pass';
      },
    };
  };
  const limitsOf = (urls: readonly string[]): readonly string[] =>
    urls.map((url) => `${url.includes('after=') ? '+' : ''}${/limit=(\d+)/.exec(url)?.[1]}`);

  test.each<[what: string, fault: Fault, limits: readonly string[]]>([
    ['500', tooLarge(200, faults.serverError), ['200', '100', ...Array(4).fill('+100')]],
    ['500, twice', tooLarge(100, faults.serverError), ['200', '100', '50', ...Array(8).fill('+50')]],
    ['500, only later', tooLarge(200, faults.serverError, /after=/), ['200', '+200', '+100', '+100', '+100']],
    [
      '504',
      tooLarge(200, (given) => faults.badGateway(504, given)),
      [...Array(4).fill('200'), '100', ...Array(4).fill('+100')],
    ],
    ['silence', tooLarge(200, faults.stalledBody), ['200', '100', ...Array(4).fill('+100')]],
  ])('%s: it and those behind it are made smaller, and every row comes once', async (_what, fault, limits) => {
    const { simulator, idsOf, all } = openPatiently([fault]);
    expect(await idsOf()).toEqual(all);
    expect(limitsOf(requestsTo(simulator, APP_LIST))).toEqual(limits);
    expect(simulator.violations).toEqual([]);
  });

  test.each<[what: string, faultWith: (options: FaultOptions) => Fault, expected: object, sends: number]>([
    ['500', faults.serverError, { code: 'HTTP', status: 500 }, 4],
    // The client repeats the first size three times, as it does after every 504.
    ['504', (given) => faults.badGateway(504, given), { code: 'HTTP', status: 504 }, 4 + 3],
    ['silence', faults.stalledBody, { code: 'TIMEOUT', scope: 'answer' }, 4],
  ])('%s for all sizes is an error after a few', async (_what, faultWith, expected, sends) => {
    const { simulator, idsOf } = openPatiently([faultWith({})]);
    expect(await failureOf(idsOf())).toMatchObject(expected);
    expect(simulator.journal).toHaveLength(sends);
  });

  test('does not outlast the statement', async () => {
    const { simulator, clock, idsOf } = openPatiently([faults.stalledBody()], { timeoutMs: 60_000 });
    const startedAt = clock.now();
    const failure = await failureOf(idsOf({ statement: { deadline: startedAt + 90_000 } }));
    expect(failure).toMatchObject({ code: 'TIMEOUT', scope: 'statement' });
    expect([clock.now() - startedAt, simulator.journal.length]).toEqual([90_000, 2]);
  });

  test('is read once for all who need the list', async () => {
    const { simulator, run } = open([tooLarge(200, faults.serverError)]);
    const text = `SELECT count(*) FROM ${APPS} a JOIN ${APPS} b ON a.id = b.id`;
    expect(await run(text)).toEqual([[450]]);
    expect(limitsOf(requestsTo(simulator, APP_LIST))).toEqual(['200', '100', ...Array(4).fill('+100')]);
  });

  test('counts for LIMIT as it comes', async () => {
    const { simulator, idsOf, all } = openPatiently([tooLarge(150, faults.serverError)]);
    expect(await idsOf({ limit: 150 })).toEqual(all.slice(0, 150));
    expect(limitsOf(requestsTo(simulator, APP_LIST))).toEqual(['150', '75', '+75']);
  });
});
