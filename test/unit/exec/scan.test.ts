import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src/plan/draft.ts';
import type { ScanQual } from '../../../src/plan/plan.ts';
import { faults } from '../../../src/simulator/index.ts';
import type { Literal } from '../../../src/sql/statement.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { virtualClock } from '../virtual-clock.ts';
import { clientsOf, openOrg, openWithBadSecondPage, requestsTo, rowsOf, uniform } from './org.ts';

const JWKS = 'okta.apps.jwks';
const APPS = 'okta.apps.applications';
/** Copies in the list of apps lack it: whoever wants it asks each app. */
const ASKED = 'created';
const KEY_LIST = /\/credentials\/jwks$/;
const APP_LIST = /\/api\/v1\/apps$/;

function inList(column: string, ...values: readonly Literal[]): ScanQual {
  return { kind: 'in', column, values };
}

describe('one call per parent', () => {
  test('asks once for every app that can have keys, and for no other', async () => {
    const { simulator, provider } = openOrg();
    const rows = await rowsOf(provider, JWKS, { columns: ['appId', 'id', ASKED] });
    const clients = clientsOf(simulator).filter((id) => simulator.keys(id).length > 0);
    expect(requestsTo(simulator, KEY_LIST)).toEqual(clients.map((id) => `/api/v1/apps/${id}/credentials/jwks`));
    expect(requestsTo(simulator, APP_LIST)).toEqual(['/api/v1/apps?limit=200']);
    const expected = clients.flatMap((id) => simulator.keys(id).map((key) => `${id} ${key.id}`));
    expect(rows.map(([app, id]) => `${app} ${id}`).sort()).toEqual(expected.sort());
    expect(simulator.violations).toEqual([]);
  });

  test('asks also those that the list shows no keys of, where copies are not to be trusted', async () => {
    const { simulator, provider } = openOrg();
    const settings = { ...DEFAULT_SETTINGS, embedded: false };
    const rows = await rowsOf(provider, JWKS, { columns: ['id'], settings });
    const clients = clientsOf(simulator);
    expect(requestsTo(simulator, KEY_LIST)).toEqual(clients.map((id) => `/api/v1/apps/${id}/credentials/jwks`));
    expect(rows).toHaveLength(clients.flatMap((id) => simulator.keys(id)).length);
  });

  test('asks nobody where the list holds copies of all that is wanted', async () => {
    const { simulator, provider } = openOrg();
    const columns = ['appId', 'id', 'kid', 'status'];
    const rows = await rowsOf(provider, JWKS, { columns });
    expect(requestsTo(simulator, KEY_LIST)).toEqual([]);
    const asked = await rowsOf(provider, JWKS, { columns, settings: { ...DEFAULT_SETTINGS, embedded: false } });
    expect(rows.map((row) => row.join(' ')).sort()).toEqual(asked.map((row) => row.join(' ')).sort());
  });

  test('side by side, up to the bound', async () => {
    const { simulator, provider } = openOrg({ org: uniform(60), latencyMs: 2 }, { concurrency: 7 });
    await rowsOf(provider, JWKS);
    expect(simulator.maxInFlight).toBe(7);
  });

  test('several scans share the bound', async () => {
    const { simulator, provider } = openOrg({ org: uniform(30), latencyMs: 2 }, { concurrency: 5 });
    await Promise.all([rowsOf(provider, JWKS), rowsOf(provider, JWKS), rowsOf(provider, APPS)]);
    expect(simulator.maxInFlight).toBe(5);
  });

  test('rows come in the order of the apps, whichever answer is first', async () => {
    const { simulator, provider } = openOrg({ org: uniform(30) }, { concurrency: 10 });
    const slow = clientsOf(simulator)[0];
    simulator.switches.faults = [{ match: { path: new RegExp(`${slow}/cred`) }, delayMs: 30, answer: () => 'pass' }];
    const rows = await rowsOf(provider, JWKS, { columns: ['appId', ASKED] });
    expect(rows.map(([app]) => app)).toEqual(clientsOf(simulator));
    expect(requestsTo(simulator, KEY_LIST)).toHaveLength(30);
  });

  test('the next page of parents is asked for while the calls for the last run', async () => {
    const { simulator, provider } = openOrg({ org: uniform(250) }, { concurrency: 10 });
    await rowsOf(provider, JWKS, { columns: ['appId', ASKED] });
    const order = simulator.journal.map(({ path }) => APP_LIST.test(path));
    expect(order.filter(Boolean)).toHaveLength(2);
    expect(order.lastIndexOf(true)).toBeLessThan(10);
  });

  test('one after another, and ever more at once, where the first may be enough for a limit', async () => {
    const { simulator, provider } = openOrg({ org: uniform(60, 2) }, { concurrency: 10 });
    const columns = ['appId', ASKED];
    const all = await rowsOf(provider, JWKS, { columns });
    for (const [limit, most] of [
      [2, 1],
      [3, 3],
      [7, 7],
      [200, 60],
    ] as const) {
      simulator.clearJournal();
      expect(await rowsOf(provider, JWKS, { columns, limit })).toEqual(all.slice(0, limit));
      expect(requestsTo(simulator, KEY_LIST).length).toBeLessThanOrEqual(most);
    }
  });

  test('but not where a limit may not need it', async () => {
    const { simulator, provider } = openOrg({ org: uniform(250) });
    await rowsOf(provider, JWKS, { columns: ['appId', ASKED], limit: 3 });
    expect(requestsTo(simulator, APP_LIST)).toHaveLength(1);
  });

  test('parents on several pages', async () => {
    const { simulator, provider } = openOrg({ org: uniform(450) });
    expect(await rowsOf(provider, JWKS, { columns: ['appId', ASKED] })).toHaveLength(450);
    expect(requestsTo(simulator, APP_LIST)).toHaveLength(3);
    expect(await rowsOf(provider, JWKS, { columns: ['appId'] })).toHaveLength(450);
    expect(requestsTo(simulator, APP_LIST)).toHaveLength(6);
    expect(requestsTo(simulator, KEY_LIST)).toHaveLength(450);
  });

  test('an app that is gone meanwhile has no rows, and is no news', async () => {
    const { simulator, provider } = openOrg({ org: uniform(5) });
    const [, gone = ''] = clientsOf(simulator);
    simulator.switches.faults = [faults.vanishedApp(gone)];
    const notices: string[] = [];
    const columns = ['appId', ASKED];
    const rows = await rowsOf(provider, JWKS, { columns, onNotice: (notice) => notices.push(notice) });
    expect(rows.map(([app]) => app)).toEqual(clientsOf(simulator).filter((id) => id !== gone));
    expect(notices).toEqual([]);
  });

  test.each([
    ['500', faults.serverError, { code: 'HTTP', status: 500 }],
    ['a login page', faults.htmlPage, { code: 'UNUSABLE_RESPONSE', status: 200 }],
  ] as const)('%s for one of many fails the whole scan', async (_what, faultWith, expected) => {
    const { simulator, provider } = openOrg({ org: uniform(40) }, { concurrency: 4 });
    const unlucky = clientsOf(simulator)[9] ?? '';
    simulator.switches.faults = [faultWith({ match: { path: new RegExp(`${unlucky}/cred`) } })];
    expect(await failureOf(rowsOf(provider, JWKS))).toMatchObject(expected);
    // Nor are the others asked for when it is known that the answer will not be given.
    expect(requestsTo(simulator, KEY_LIST).length).toBeLessThan(20);
  });

  test.each([
    ['502 of a gateway', (options: object) => faults.badGateway(502, options), { code: 'HTTP', status: 502 }, 4],
    ['half of an answer', faults.truncatedJson, { code: 'UNUSABLE_RESPONSE' }, 4],
    ['a broken connection', faults.resetBefore, { code: 'NETWORK', attempt: 4 }, 4],
    ['too many requests', (options: object) => faults.tooManyRequests(undefined, options), { code: 'RATE_LIMIT' }, 11],
  ] as const)(
    '%s for one of many is tried again, and then fails the whole scan',
    async (_what, faultWith, expected, sends) => {
      const clock = virtualClock();
      const { simulator, provider } = openOrg(
        { org: uniform(40), now: () => new Date(clock.now()) },
        { clock, fetch: (request) => clock.hold(simulator.handle(request)) },
      );
      const unlucky = new RegExp(`${clientsOf(simulator)[9] ?? ''}/cred`);
      simulator.switches.faults = [faultWith({ match: { path: unlucky } })];
      expect(await clock.run(failureOf(rowsOf(provider, JWKS)))).toMatchObject(expected);
      expect(requestsTo(simulator, unlucky)).toHaveLength(sends);
      expect(clock.sleepers()).toBe(0);
    },
  );

  test('a failure on a later page of the parents fails the whole scan', async () => {
    const { simulator, provider } = openOrg({ org: uniform(450) });
    simulator.switches.faults = [faults.serverError({ match: { path: /apps\?.*after=/ } })];
    expect(await failureOf(rowsOf(provider, JWKS))).toMatchObject({ code: 'HTTP', status: 500 });
  });

  test('an abort stops the requests', async () => {
    const { simulator, provider } = openOrg({ org: uniform(100), latencyMs: 5 }, { concurrency: 3 });
    const stop = new AbortController();
    const reading = failureOf(rowsOf(provider, JWKS, { signal: stop.signal }));
    await expect.poll(() => requestsTo(simulator, KEY_LIST).length).toBeGreaterThan(3);
    stop.abort();
    expect(await reading).toMatchObject({ code: 'CANCELLED' });
    const { length } = simulator.journal;
    expect(length).toBeLessThan(30);
    await rowsOf(provider, APPS, { limit: 1 });
    expect(simulator.journal).toHaveLength(length + 1);
  });
});

describe('values that the caller gives', () => {
  test.each<[what: string, quals: (ids: readonly string[]) => readonly ScanQual[], requests: number]>([
    ['one', ([a = '']) => [inList('appId', a)], 1],
    ['one, however often', ([a = '']) => [inList('appId', a, a, a)], 1],
    ['several, some twice', ([a = '', b = '']) => [inList('appId', a, b, a)], 2],
    ['NULL, which matches nothing', ([a = '']) => [inList('appId', a, null)], 1],
    ['none', () => [inList('appId')], 0],
    ['only NULL', () => [inList('appId', null)], 0],
    ['two lists: what is in both', ([a = '', b = '', c = '']) => [inList('appId', a, b), inList('appId', b, c)], 1],
    ['two that contradict each other', ([a = '', b = '']) => [inList('appId', a), inList('appId', b)], 0],
    ['in another case of letters', ([a = '']) => [inList('APPID', a)], 1],
    [
      'rows of a join',
      ([a = '', b = '']) => [
        {
          kind: 'tuples',
          columns: ['appId', 'subdomain'],
          rows: [
            [a, 'my-org'],
            [b, 'my-org'],
            [a, 'my-org'],
            [a, null],
          ],
        },
      ],
      2,
    ],
  ])('%s', async (_what, quals, requests) => {
    const { simulator, provider } = openOrg({ org: uniform(4) });
    const rows = await rowsOf(provider, JWKS, { quals: quals(clientsOf(simulator)), columns: ['appId'] });
    expect([requestsTo(simulator, KEY_LIST).length, rows.length]).toEqual([requests, requests]);
    expect(requestsTo(simulator, APP_LIST)).toEqual([]);
  });

  test('both ids are a look-up of one key', async () => {
    const { simulator, provider } = openOrg({ org: uniform(2, 3) });
    const [app = ''] = clientsOf(simulator);
    const key = simulator.keys(app)[1];
    const quals = [inList('appId', app), inList('id', key?.id ?? '')];
    expect(await rowsOf(provider, JWKS, { quals, columns: ['kid', 'keyId', 'appId', 'subdomain'] })).toEqual([
      [key?.kid, key?.id, app, 'my-org'],
    ]);
    expect(simulator.journal.map(({ path }) => path)).toEqual([`/api/v1/apps/${app}/credentials/jwks/${key?.id}`]);
  });

  test('a value that is no id is refused, and nothing is sent', async () => {
    const { simulator, provider } = openOrg();
    const quals = [inList('appId', '../users')];
    expect(await failureOf(rowsOf(provider, JWKS, { quals }))).toMatchObject({ code: 'INVALID_VALUE' });
    expect(simulator.journal).toEqual([]);
  });

  test('another org gets neither requests nor the credential', async () => {
    const { simulator, provider } = openOrg();
    await rowsOf(provider, APPS, { limit: 1 });
    const quals = [inList('subdomain', 'other')];
    expect(await failureOf(rowsOf(provider, APPS, { quals }))).toMatchObject({ code: 'AUTH', status: 0 });
    expect([simulator.journal.length, simulator.violations]).toEqual([1, []]);
  });
});

describe('404', () => {
  const missing = '0oa00000000000000000';

  test('of an id that the caller gave is no rows and a notice', async () => {
    const { provider } = openOrg();
    const notices: string[] = [];
    const options = { quals: [inList('appId', missing)], onNotice: (notice: string) => notices.push(notice) };
    expect(await rowsOf(provider, JWKS, options)).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/404.*No rows\.$/)]);
  });

  test('of one of several ids leaves the others', async () => {
    const { simulator, provider } = openOrg({ org: uniform(2) });
    const notices: string[] = [];
    const quals = [inList('appId', missing, ...clientsOf(simulator))];
    const rows = await rowsOf(provider, JWKS, { quals, columns: ['appId'], onNotice: (text) => notices.push(text) });
    expect([rows.flat(), notices.length]).toEqual([clientsOf(simulator), 1]);
  });

  const notFound = { status: 404, code: 'E0000007', summary: 'Not found: Resource not found: x' };

  test('of a list that belongs to nothing is an error: it cannot be gone', async () => {
    const { simulator, provider } = openOrg();
    simulator.switches.faults = [faults.oktaError(notFound)];
    expect(await failureOf(rowsOf(provider, APPS))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await failureOf(rowsOf(provider, JWKS))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of a later page is an error: some rows would be missing', async () => {
    const { simulator, provider } = openOrg({ org: uniform(450) });
    simulator.switches.faults = [faults.oktaError(notFound, { match: { path: /after=/ } })];
    expect(await failureOf(rowsOf(provider, APPS))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of a later page below a given id is an error as well', async () => {
    const { provider, paths } = openWithBadSecondPage(404, 'E0000007');
    const quals = [inList('appId', 'a')];
    expect(await failureOf(rowsOf(provider, 'okta.apps.group_assignments', { quals }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(paths).toEqual(['/api/v1/apps/a/groups', '/api/v1/apps/a/groups']);
  });

  test('in the words of a gateway is an error', async () => {
    const { simulator, provider } = openOrg();
    simulator.switches.faults = [faults.badGateway(404)];
    const quals = [inList('appId', missing)];
    expect(await failureOf(rowsOf(provider, JWKS, { quals }))).toMatchObject({ code: 'HTTP', status: 404 });
  });
});

describe('pages', () => {
  test('are as large as the method allows, unless the caller says', async () => {
    const { simulator, provider } = openOrg({ org: uniform(5) });
    await rowsOf(provider, APPS);
    expect(simulator.journal.map(({ query }) => query)).toEqual(['?limit=200']);
    simulator.clearJournal();
    const rows = await rowsOf(provider, APPS, { quals: [inList('limit', 2)], columns: ['id', 'limit'] });
    expect(simulator.journal.map(({ query }) => new URLSearchParams(query).get('limit'))).toEqual(['2', '2', '2']);
    expect(rows.map(([, limit]) => limit)).toEqual([2, 2, 2, 2, 2]);
  });

  test.each([1, 2, 3, 7, 200])('of any size (%i) give the same rows', async (size) => {
    const { simulator, provider } = openOrg({ org: uniform(7) });
    const rows = await rowsOf(provider, APPS, { quals: [inList('limit', size)], columns: ['id'] });
    expect(rows.flat()).toEqual(simulator.apps().map(({ id }) => id));
  });

  test.each<[limit: number, rows: number, requests: number]>([
    [0, 0, 0],
    [1, 1, 1],
    [200, 200, 1],
    [201, 201, 2],
    [1_000, 450, 3],
  ])('a limit of %i: %i rows, %i requests', async (limit, rows, requests) => {
    const { simulator, provider } = openOrg({ org: uniform(450) });
    expect(await rowsOf(provider, APPS, { limit })).toHaveLength(rows);
    expect(simulator.journal).toHaveLength(requests);
  });

  test('a limit stops a scan of many parents', async () => {
    const { simulator, provider } = openOrg({ org: uniform(200) }, { concurrency: 3 });
    expect(await rowsOf(provider, JWKS, { limit: 2 })).toHaveLength(2);
    expect(requestsTo(simulator, KEY_LIST).length).toBeLessThan(40);
  });

  test.each(['keys', 'jwks.keys', 'array'] as const)('keys in the shape "%s"', async (listShape) => {
    const { simulator, provider } = openOrg({ org: uniform(3, 2), listShape });
    const rows = await rowsOf(provider, JWKS, { columns: ['id', ASKED] });
    expect(rows).toHaveLength(clientsOf(simulator).length * 2);
    expect(requestsTo(simulator, KEY_LIST)).toHaveLength(clientsOf(simulator).length);
  });

  test('keys in a shape that nobody knows are an error, not no keys', async () => {
    const { provider } = openOrg({ org: uniform(3, 2), listShape: 'garbage' });
    expect(await failureOf(rowsOf(provider, JWKS))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });
});
