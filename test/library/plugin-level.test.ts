import { afterEach, describe, expect, it } from 'vitest';
import {
  BindError,
  createProvider,
  InvalidValueError,
  PlanError,
  type Provider,
  type ScanQual,
} from '../../src/index.ts';
import { createSimulator, type Simulator, uniformOrg } from '../../src/simulator/index.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

function start(): { provider: Provider; simulator: Simulator } {
  const simulator = createSimulator({ org: uniformOrg({ apps: 25, keysPerApp: 2 }) });
  const provider = createProvider({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
  });
  close = async () => {
    await provider.close();
    expect(simulator.violations).toEqual([]);
  };
  return { provider, simulator };
}

/** A runtime with a "SQL engine" of its own: it knows resources, quals and rows, and no session of ours. */
async function select(
  provider: Provider,
  resource: string,
  columns: readonly string[],
  quals: readonly ScanQual[],
): Promise<unknown[][]> {
  const scan = provider.scan(resource, { columns, quals });
  const unchecked = quals.filter((qual) => !scan.exact.includes(qual));
  const rows: unknown[][] = [];
  for await (const batch of scan) rows.push(...batch.map((row) => [...row]));
  const keeps = (row: unknown[], qual: ScanQual): boolean =>
    qual.kind === 'in' && qual.values.includes(row[columns.indexOf(qual.column)] as string);
  return rows.filter((row) => unchecked.every((qual) => keeps(row, qual)));
}

describe('a runtime that embeds the plugin level', () => {
  it('lists and describes resources', () => {
    const { provider, simulator } = start();
    expect(provider.resources()).toHaveLength(202);
    expect(provider.resources()).toEqual(expect.arrayContaining(['okta.apps.applications', 'okta.apps.jwks']));
    expect(provider.describe('okta.apps.jwks').methods.map(({ name }) => name)).toEqual([
      'list_jwk',
      'add_jwk',
      'get_jwk',
      'deletejwk',
      'activate_oauth2_client_json_web_key',
      'deactivate_oauth2_client_json_web_key',
    ]);
    expect(simulator.journal).toEqual([]);
  });

  it('scans with quals, and is told which of them to check', async () => {
    const { provider, simulator } = start();
    const [first, second] = simulator.apps().map(({ id }) => id);
    const rows = await select(
      provider,
      'okta.apps.jwks',
      ['appId', 'status'],
      [
        { kind: 'in', column: 'appId', values: [first ?? '', second ?? ''] },
        { kind: 'in', column: 'status', values: ['ACTIVE'] },
      ],
    );
    const expected = [first, second].flatMap((id) =>
      simulator
        .keys(id ?? '')
        .filter(({ status }) => status === 'ACTIVE')
        .map(() => [id, 'ACTIVE']),
    );
    expect(rows).toEqual(expected);
    expect(simulator.journal).toHaveLength(2);
  });

  it('answers for each qual in the order they were given', () => {
    const { provider } = start();
    const quals: readonly ScanQual[] = [
      { kind: 'like', column: 'label', pattern: '%a%' },
      { kind: 'in', column: 'appId', values: ['0oa1'] },
      { kind: 'compare', column: 'created', operator: '>', value: '2026-01-01T00:00:00Z' },
      { kind: 'in', column: 'subdomain', values: ['my-org'] },
    ];
    const { exactness, exact } = provider.scan('okta.apps.applications', { quals });
    expect(exactness).toEqual(['unsupported', 'exact', 'unsupported', 'exact']);
    expect(exact).toEqual([quals[1], quals[3]]);
  });

  it.each<[resource: string, columns: readonly string[], quals: readonly ScanQual[], estimate: object]>([
    ['applications', ['id'], [], { min: 1, expected: 5, rows: 1_000, pageSize: 200 }],
    [
      'applications',
      ['id'],
      [{ kind: 'in', column: 'appId', values: ['a', 'b', 'c'] }],
      { min: 1, expected: 1, rows: 3, pageSize: 200 },
    ],
    ['jwks', ['created'], [], { min: 1, expected: 505, rows: 10_000, perParent: 1 }],
    ['jwks', ['kid'], [], { min: 1, expected: 5, rows: 1_000, pageSize: 200 }],
    ['jwks', ['kid'], [{ kind: 'in', column: 'appId', values: ['a', 'b'] }], { min: 2, max: 2, expected: 2, rows: 40 }],
  ])('knows what a scan of %s for %j costs', (resource, columns, quals, estimate) => {
    const { provider, simulator } = start();
    expect(provider.scan(`okta.apps.${resource}`, { columns, quals }).estimate()).toEqual(estimate);
    expect(simulator.journal).toEqual([]);
  });

  it('splits into parts that together are the scan', async () => {
    const { provider, simulator } = start();
    const apps = simulator.apps().slice(0, 4);
    const read = async (quals: readonly ScanQual[]): Promise<readonly unknown[]> => {
      const rows: unknown[] = [];
      for await (const batch of provider.scan('okta.apps.jwks', { columns: ['appId', 'id'], quals }))
        rows.push(...batch);
      return rows;
    };
    const quals: readonly ScanQual[] = [{ kind: 'in', column: 'appId', values: apps.map(({ id }) => id) }];
    const splits = provider.scan('okta.apps.jwks', { quals }).splits();
    expect(splits).toHaveLength(4);
    const parts = await Promise.all(splits.map((split) => read(split.quals)));
    expect(parts.flat()).toEqual(await read(quals));
    expect(provider.scan('okta.apps.jwks').splits()).toEqual([{ quals: [] }]);
  });

  it('stops the requests with the rows', async () => {
    const { provider, simulator } = start();
    const rows: unknown[] = [];
    for await (const batch of provider.scan('okta.apps.applications', {
      quals: [{ kind: 'in', column: 'limit', values: [5] }],
      columns: ['id', 'limit'],
      limit: 7,
    })) {
      rows.push(...batch);
    }
    expect(rows).toHaveLength(7);
    expect(simulator.journal.map(({ query }) => new URLSearchParams(query).get('limit'))).toEqual(['5', '5']);
  });

  it('reads again when it is iterated again', async () => {
    const { provider } = start();
    const scan = provider.scan('okta.apps.applications', { columns: ['id'] });
    const count = async (): Promise<number> => {
      let rows = 0;
      for await (const batch of scan) rows += batch.length;
      return rows;
    };
    expect([await count(), await count()]).toEqual([25, 25]);
  });

  it('reads the children of a parent once, though the list names it twice, copies or not', async () => {
    const simulator = createSimulator({ org: uniformOrg({ apps: 3, keysPerApp: 1 }) });
    const provider = createProvider({
      token: simulator.token,
      subdomain: 'my-org',
      fetch: async (request) => {
        const response = await simulator.handle(request);
        if (new URL(request.url).pathname !== '/api/v1/apps') return response;
        const apps = (await response.json()) as unknown[];
        return new Response(JSON.stringify([...apps, apps[0]]), response);
      },
    });
    close = () => provider.close();
    const rows: unknown[] = [];
    for (const columns of [['id'], ['id', 'created']]) {
      for await (const batch of provider.scan('okta.apps.jwks', { columns })) rows.push(...batch);
    }
    expect(rows).toHaveLength(3 + 3);
  });

  it.each([0, -1, 1.5, Number.NaN, 1_001, 1e9])('refuses a concurrency of %s', (concurrency) => {
    expect(() => createProvider({ concurrency })).toThrow(InvalidValueError);
  });

  it('invokes a method', async () => {
    const { provider, simulator } = start();
    const appId = simulator.apps()[0]?.id ?? '';
    const key = simulator.keys(appId).find(({ status }) => status === 'INACTIVE') ?? simulator.keys(appId)[0];
    const { status, result } = await provider.invoke('okta.apps.jwks.activate_oauth2_client_json_web_key', {
      appId,
      keyId: key?.id ?? '',
    });
    expect(status).toBe(200);
    expect(result.rows[0]?.[result.columns.findIndex(({ name }) => name === 'status')]).toBe('ACTIVE');
  });

  it('gets the Request itself, without the credential unless it asks', async () => {
    const { provider, simulator } = start();
    const parameters = { appId: 'a b' };
    const bare = await provider.request('okta.apps.jwks.list_jwk', parameters);
    expect([bare.method, bare.url, bare.headers.get('authorization')]).toEqual([
      'GET',
      'https://my-org.okta.com/api/v1/apps/a%20b/credentials/jwks',
      null,
    ]);
    const full = await provider.request('okta.apps.jwks.list_jwk', parameters, { withCredential: true });
    expect(full.headers.get('authorization')).toBe(`SSWS ${simulator.token}`);
    expect((await simulator.handle(full)).status).toBe(404);
  });

  it.each([
    ['an unknown resource', (provider: Provider) => provider.scan('okta.apps.jwkz'), BindError],
    ['an unknown column', (provider: Provider) => provider.scan('okta.apps.jwks', { columns: ['kidd'] }), BindError],
    [
      'an unknown parameter',
      (provider: Provider) => provider.invoke('okta.apps.jwks.get_jwk', { appID: 'x' }),
      BindError,
    ],
    [
      'a missing parameter',
      (provider: Provider) => provider.invoke('okta.apps.jwks.get_jwk', { appId: 'x' }),
      PlanError,
    ],
    [
      'a path in an id',
      (provider: Provider) => provider.invoke('okta.apps.jwks.list_jwk', { appId: '../x' }),
      InvalidValueError,
    ],
  ])('is refused %s before anything is sent', async (_name, call, type) => {
    const { provider, simulator } = start();
    await expect((async () => call(provider))()).rejects.toBeInstanceOf(type);
    expect(simulator.journal).toEqual([]);
  });

  it('never sends the credential to a second org', async () => {
    const { provider, simulator } = start();
    const read = async (subdomain: string): Promise<void> => {
      for await (const _rows of provider.scan('okta.apps.applications', {
        quals: [{ kind: 'in', column: 'subdomain', values: [subdomain] }],
      }));
    };
    await read('my-org');
    const before = simulator.journal.length;
    await expect(read('other-org')).rejects.toMatchObject({ code: 'AUTH', status: 0 });
    expect(simulator.journal).toHaveLength(before);
  });
});

describe('quals on parameters of requests', () => {
  const q = (values: readonly string[]): ScanQual => ({ kind: 'in', column: 'q', values });
  const status: ScanQual = { kind: 'in', column: 'status', values: ['ACTIVE'] };

  it.each<[why: string, ...quals: ScanQual[]]>([
    ['no value', { kind: 'like', column: 'q', pattern: 'a%' }],
    ['not equal', { kind: 'compare', column: 'q', operator: '<>', value: 'a' }],
    ['any', { kind: 'null', column: 'q', isNull: false }],
    ['an arm that is not about it', { kind: 'or', quals: [q(['a']), status] }],
  ])('%s is refused, as the session does', (_why, ...quals) => {
    const { provider } = start();
    expect(() => provider.scan('okta.users.users', { quals })).toThrow(
      'q of okta.users.users is a parameter of the request, and this qual gives it no value.',
    );
  });

  it('values, lists, arms and the absence of a value are asked for', () => {
    const accepted: readonly (readonly ScanQual[])[] = [
      [q(['a', 'b'])],
      [{ kind: 'or', quals: [q(['a']), { kind: 'and', quals: [q(['b']), status] }] }],
      [{ kind: 'null', column: 'q', isNull: true }],
      [q(['a']), { kind: 'like', column: 'q', pattern: 'a%' }],
    ];
    const { provider } = start();
    for (const quals of accepted) expect(provider.scan('okta.users.users', { quals }).method.name).toBe('list_users');
  });

  it('a range of a time is asked for in each arm', () => {
    const since = (value: string): ScanQual => ({ kind: 'compare', column: 'since', operator: '>=', value });
    const quals: readonly ScanQual[] = [{ kind: 'or', quals: [since('2026-11-20'), since('2026-11-22')] }];
    const { provider } = start();
    expect(provider.scan('okta.logs.system_log_events', { quals }).exactness).toEqual(['inexact']);
  });
});
