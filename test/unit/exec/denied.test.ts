import { afterAll, describe, expect, test } from 'vitest';
import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import { type DeniedCall, tellDenied } from '../../../src/exec/denied.ts';
import type { ScanOptions } from '../../../src/exec/provider.ts';
import { type Fault, faults, type SimulatorOptions } from '../../../src/simulator/index.ts';
import type { Row } from '../../../src/values.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { clientsOf, openOrg, openWithBadSecondPage, requestsTo, rowsOf, runnerOf, type Told, uniform } from './org.ts';

const engine = createDuckDbEngine();
afterAll(() => engine.close());

const JWKS = 'okta.apps.jwks';
/** Copies in the list of apps lack it: whoever wants it asks each app. */
const COLUMNS = ['appId', 'created'];
const SKIP = { skipDenied: true };
const KEYS = /\/credentials\/jwks$/;

/** What Okta says to an admin whose role does not cover the object. */
function denied(...paths: readonly RegExp[]): readonly Fault[] {
  const error = {
    status: 403,
    code: 'E0000006',
    summary: 'You do not have permission to perform the requested action',
  };
  return paths.map((path) => faults.oktaError(error, { match: { path } }));
}

function keysOf(...apps: readonly string[]): readonly RegExp[] {
  return apps.map((app) => new RegExp(`/apps/${app}/credentials/jwks`));
}

function open(options: SimulatorOptions = {}) {
  const org = openOrg({ org: uniform(6), ...options });
  const told: Told = { notices: [], changed: [] };
  const scan = (name: string, more: ScanOptions = {}): Promise<Row[]> =>
    rowsOf(org.provider, name, { settings: SKIP, onNotice: (notice) => told.notices.push(notice), ...more });
  const deny = (...paths: readonly RegExp[]): void => {
    org.simulator.switches.faults = [...denied(...paths)];
  };
  return { ...org, ...told, scan, deny, run: runnerOf(org.provider, engine, told), apps: clientsOf(org.simulator) };
}

const inList = (column: string, ...values: readonly string[]) => ({ kind: 'in' as const, column, values });

describe('one denied call of many', () => {
  test('fails the scan, and the hint names it and the way out', async () => {
    const { scan, deny, apps, notices } = open();
    deny(...keysOf(apps[2] ?? ''));
    expect(await failureOf(scan(JWKS, { columns: COLUMNS, settings: {} }))).toMatchObject({
      code: 'PERMISSION',
      status: 403,
      providerCode: 'E0000006',
      hint: expect.stringMatching(`admin role.* for appId=${apps[2]}\\. --skip-denied`),
    });
    expect(notices).toEqual([]);
  });

  test('is left out where that is asked for, and told', async () => {
    const { scan, deny, apps, notices, simulator } = open();
    deny(...keysOf(apps[2] ?? ''));
    const rows = await scan(JWKS, { columns: COLUMNS });
    expect(rows.map(([app]) => app)).toEqual(apps.filter((app) => app !== apps[2]));
    expect(notices).toEqual([
      `1 call was denied (403) and left out; its rows are missing. okta.apps.jwks: appId=${apps[2]}.`,
    ]);
    expect(requestsTo(simulator, KEYS)).toHaveLength(6);
  });

  test('is one of many that are counted, of which the first are named', async () => {
    const { scan, deny, apps, notices } = open({ org: uniform(9) });
    const some = apps.slice(1, 8);
    deny(...keysOf(...some));
    expect((await scan(JWKS, { columns: COLUMNS })).map(([app]) => app)).toEqual([apps[0], apps[8]]);
    const named = some
      .toSorted()
      .slice(0, 5)
      .map((app) => `appId=${app}`);
    expect(notices).toEqual([
      `7 calls were denied (403) and left out; their rows are missing. okta.apps.jwks: ${named.join(', ')} and 2 more.`,
    ]);
  });

  test.each([
    ['of ids that the caller gave', (apps: readonly string[]) => ({ quals: [inList('appId', ...apps)] })],
    [
      'of keys that come while it runs',
      (apps: readonly string[]) => ({
        keys: {
          columns: ['appId'],
          rows: (async function* () {
            for (const app of apps) yield [[app]];
          })(),
        },
      }),
    ],
  ])('%s', async (_what, more) => {
    const { scan, deny, apps, notices } = open();
    deny(...keysOf(apps[0] ?? ''));
    const rows = await scan(JWKS, { columns: COLUMNS, ...more(apps.slice(0, 3)) });
    expect(rows.map(([app]) => app)).toEqual(apps.slice(1, 3));
    expect(notices).toEqual([expect.stringContaining(`appId=${apps[0]}.`)]);
  });

  test('of lists that only together have all rows: types of policies', async () => {
    const { scan, deny, notices } = openDemo();
    const all = await scan('okta.policies.policies', { columns: ['type'] });
    deny(/\/policies\?.*type=PASSWORD/);
    const rows = await scan('okta.policies.policies', { columns: ['type'] });
    expect(rows).toEqual(all.filter(([type]) => type !== 'PASSWORD'));
    expect(rows.length).toBeLessThan(all.length);
    const absent = expect.stringMatching(/^4 calls were answered that there is no such thing there/);
    expect(notices).toEqual([absent, expect.stringContaining('okta.policies.policies: type=PASSWORD.'), absent]);
  });

  test('of lists that only together have all rows: users who left', async () => {
    const { scan, deny, notices } = openDemo();
    const all = await scan('okta.users.users', { columns: ['status'] });
    deny(/\/users\?.*DEPROVISIONED/);
    const rows = await scan('okta.users.users', { columns: ['status'] });
    expect(rows).toEqual(all.filter(([status]) => status !== 'DEPROVISIONED'));
    expect(notices).toEqual([expect.stringContaining(`okta.users.users: filter="status eq \\"DEPROVISIONED\\"".`)]);
  });

  test('of the parents of parents: their children are not asked for', async () => {
    const { scan, deny, notices, provider } = openDemo();
    const RULES = 'okta.authorizationservers.rules';
    const all = await rowsOf(provider, RULES, { columns: ['authServerId', 'id'] });
    const [server] = all[0] ?? [];
    deny(new RegExp(`/authorizationServers/${server}/policies$|/authorizationServers/${server}/policies\\?`));
    const rows = await scan(RULES, { columns: ['authServerId', 'id'] });
    expect(rows).toEqual(all.filter(([own]) => own !== server));
    expect(rows).not.toEqual([]);
    expect(notices).toEqual([
      expect.stringContaining(
        `1 call was denied (403) and left out; its rows are missing. okta.authorizationservers.policies: authServerId=${server}.`,
      ),
    ]);
  });

  test('is told although LIMIT ends the reading', async () => {
    const { scan, deny, apps, notices } = open();
    deny(...keysOf(apps[0] ?? ''));
    expect(await scan(JWKS, { columns: COLUMNS, limit: 2 })).toHaveLength(2);
    expect(notices).toEqual([expect.stringContaining(`appId=${apps[0]}.`)]);
  });

  test('is no matter for copies, which need no call', async () => {
    const { scan, deny, notices } = open();
    deny(KEYS);
    expect(await scan(JWKS, { columns: ['appId', 'kid'] })).toHaveLength(6);
    expect(notices).toEqual([]);
  });
});

function openDemo() {
  const { simulator, provider } = openOrg();
  const notices: string[] = [];
  const scan = (name: string, more: ScanOptions): Promise<Row[]> =>
    rowsOf(provider, name, { settings: SKIP, onNotice: (notice) => notices.push(notice), ...more });
  const deny = (path: RegExp): void => {
    simulator.switches.faults = [...denied(path)];
  };
  return { simulator, provider, notices, scan, deny };
}

describe('is an error all the same', () => {
  test('where all calls are denied', async () => {
    const { scan, deny, notices } = open();
    deny(KEYS);
    expect(await failureOf(scan(JWKS, { columns: COLUMNS }))).toMatchObject({
      code: 'PERMISSION',
      message: expect.stringMatching(
        /^All 6 calls for okta\.apps\.jwks were denied\. .*no rows\. GET .* 403: You do not/,
      ),
      hint: expect.stringContaining('admin role'),
    });
    expect(notices).toEqual([]);
  });

  test('where the only one is', async () => {
    const { scan, deny } = open({ org: uniform(1) });
    deny(KEYS);
    const failure = await failureOf(scan(JWKS, { columns: COLUMNS }));
    expect(failure).toMatchObject({ message: expect.stringContaining('The call for okta.apps.jwks was denied.') });
  });

  test('where the others are about objects that are gone', async () => {
    const { scan, simulator, apps, notices } = open({ org: uniform(2) });
    const [gone = '', forbidden = ''] = apps;
    simulator.switches.faults = [faults.vanishedApp(gone), ...denied(...keysOf(forbidden))];
    expect(await failureOf(scan(JWKS, { columns: COLUMNS }))).toMatchObject({ code: 'PERMISSION' });
    expect(notices).toEqual([]);
  });

  test('where a list stands alone', async () => {
    const { scan, deny, apps } = open();
    deny(/./);
    for (const failing of [
      scan('okta.apps.applications'),
      // The parents' list.
      scan(JWKS, { columns: COLUMNS }),
      scan(JWKS, { quals: [inList('appId', apps[0] ?? '')] }),
    ]) {
      const failure = await failureOf(failing);
      expect(failure).toMatchObject({ code: 'PERMISSION', message: expect.stringMatching(/^GET/) });
      expect((failure as { readonly hint?: string }).hint).not.toContain('skip');
    }
  });

  test('where a later page of a list is', async () => {
    const { provider, paths } = openWithBadSecondPage(403, 'E0000006');
    const options = { quals: [inList('appId', 'a', 'b')], settings: SKIP };
    expect(await failureOf(rowsOf(provider, 'okta.apps.group_assignments', options))).toMatchObject({
      code: 'PERMISSION',
      status: 403,
    });
    expect(paths).toContain('/api/v1/apps/a/groups');
  });

  test.each([
    ['the object’s state', { status: 403, code: 'E0000056', summary: 'no' }, 'HTTP'],
    ['the login', { status: 401, code: 'E0000011', summary: 'no' }, 'AUTH'],
    ['a feature that is off', { status: 401, code: 'E0000015', summary: 'no' }, 'HTTP'],
    ['the scope that the login gets', { status: 400, code: 'invalid_scope', summary: 'no' }, 'PERMISSION'],
  ])('where it is about %s', async (_what, error, code) => {
    const { scan, simulator, apps } = open();
    simulator.switches.faults = [faults.oktaError(error, { match: { path: keysOf(apps[2] ?? '')[0] ?? KEYS } })];
    expect(await failureOf(scan(JWKS, { columns: COLUMNS }))).toMatchObject({ code });
  });
});

describe('a statement', () => {
  const JOIN = `SELECT DISTINCT a.id FROM okta.apps.applications a
    JOIN okta.apps.jwks k ON k.appId = a.id AND k.created IS NOT NULL LEFT JOIN okta.apps.grants s ON s.appId = a.id`;

  test('has one notice for all of its scans', async () => {
    const { run, deny, apps, notices } = open();
    const [first = '', second = ''] = apps;
    deny(...keysOf(first), new RegExp(`/apps/(?:${first}|${second})/grants`));
    expect((await run(JOIN, { settings: SKIP })).map(([app]) => app).toSorted()).toEqual(apps.slice(1).toSorted());
    const both = [first, second].toSorted().map((app) => `appId=${app}`);
    expect(notices).toEqual([
      `3 calls were denied (403) and left out; their rows are missing. okta.apps.grants: ${both.join(', ')}; okta.apps.jwks: appId=${first}.`,
    ]);
  });

  test('counts a call once that several scans share', async () => {
    const { run, deny, apps, notices, simulator } = open();
    deny(...keysOf(apps[0] ?? ''));
    const text = 'SELECT count(*) FROM okta.apps.jwks x JOIN okta.apps.jwks y USING (id) WHERE x.created = y.created';
    expect(await run(text, { settings: SKIP })).toEqual([[5]]);
    expect(notices).toEqual([expect.stringMatching(/^1 call was denied/)]);
    expect(requestsTo(simulator, KEYS)).toHaveLength(6);
  });

  test('that fails tells nothing of what it would have left out', async () => {
    const { run, simulator, apps, notices } = open();
    const [first = '', second = ''] = apps;
    simulator.switches.faults = [
      ...denied(...keysOf(first)),
      faults.serverError({ match: { path: keysOf(second)[0] ?? KEYS } }),
    ];
    const running = run('SELECT created FROM okta.apps.jwks', { settings: SKIP });
    expect(await failureOf(running)).toMatchObject({ status: 500 });
    expect(notices).toEqual([]);
  });

  test('EXPLAIN says where something may be left out, and asks nobody', async () => {
    const { run, simulator } = open();
    const line = '  leaves out calls that are denied (403)';
    const explain = async (text: string, settings = SKIP) =>
      (await run(`EXPLAIN ${text}`, { settings })).map(([shown]) => shown);
    expect(await explain('SELECT created FROM okta.apps.jwks')).toContain(line);
    expect(await explain(JOIN)).toContain(line);
    expect(await explain("SELECT created FROM okta.apps.jwks WHERE appId IN ('a', 'b')")).toContain(line);
    expect(await explain('SELECT type FROM okta.policies.policies')).toContain(line);
    expect(await explain('SELECT created FROM okta.apps.jwks', { skipDenied: false })).not.toContain(line);
    expect(await explain('SELECT kid FROM okta.apps.jwks')).not.toContain(line);
    expect(await explain("SELECT created FROM okta.apps.jwks WHERE appId = 'a'")).not.toContain(line);
    expect((await explain("DELETE FROM okta.apps.jwks WHERE status = 'INACTIVE'")).join('\n')).not.toContain(
      line.trim(),
    );
    expect(simulator.journal).toEqual([]);
  });

  test('EXPLAIN ANALYZE counts them', async () => {
    const { run, deny, apps, notices } = open();
    deny(...keysOf(...apps.slice(0, 2)));
    const text = 'EXPLAIN ANALYZE SELECT created FROM okta.apps.jwks';
    expect((await run(text, { settings: SKIP })).map(([shown]) => shown)).toContain('  left out, because denied: 2');
    expect(notices).toHaveLength(1);
  });
});

describe('a statement that changes something reads all or nothing', () => {
  const n = 'x'.repeat(342);

  test.each([
    ['DELETE', "DELETE FROM okta.apps.jwks WHERE status = 'INACTIVE'"],
    ['UPDATE', "UPDATE okta.apps.jwks SET status = 'INACTIVE' WHERE created < now()"],
    [
      'INSERT',
      `INSERT INTO okta.apps.jwks (appId, kid, kty, n, e) SELECT appId, 'k', 'RSA', '${n}', 'AQAB' FROM okta.apps.jwks WHERE created < now()`,
    ],
  ])('%s', async (_verb, text) => {
    const { run, deny, apps, notices, simulator } = open({ org: uniform(3, 2) });
    deny(...keysOf(apps[1] ?? ''));
    expect(await failureOf(run(text, { settings: SKIP, maxChanges: 100 }))).toMatchObject({
      code: 'PERMISSION',
      hint: expect.stringMatching(`appId=${apps[1]}\\. What decides about changes is read whole`),
    });
    expect(simulator.journal.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(notices).toEqual([]);
  });
});

describe('the notice', () => {
  const call = (parameters: DeniedCall['parameters'], resource = JWKS): DeniedCall => {
    return { reason: 'denied', resource, parameters, servers: ['subdomain'] };
  };

  test.each<[what: string, calls: readonly DeniedCall[], listed: string]>([
    [
      'names the org where there are several',
      [call({ subdomain: 'b', appId: '1' }), call({ subdomain: 'a', appId: '1' })],
      'okta.apps.jwks: subdomain=a appId=1, subdomain=b appId=1.',
    ],
    ['names the org where there is nothing else to name', [call({ subdomain: 'a' })], 'okta.apps.jwks: subdomain=a.'],
    [
      'does not depend on the order of the answers',
      [call({ appId: '2' }), call({ id: '1' }, 'a.b.c'), call({ appId: '1' })],
      'a.b.c: id=1; okta.apps.jwks: appId=1, appId=2.',
    ],
    ['shows an odd value as what it is', [call({ q: 'a, \u001b[31m' })], 'okta.apps.jwks: q="a, \\u001b[31m".'],
  ])('%s', (_what, calls, listed) => {
    const notices: string[] = [];
    tellDenied(calls, (notice) => notices.push(notice));
    expect(notices).toEqual([expect.stringContaining(`missing. ${listed}`)]);
  });

  test('is none where nothing was denied', () => {
    tellDenied([], () => expect.unreachable());
  });
});
