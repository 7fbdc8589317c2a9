/** Parts of a scan for workers and for engines of others, and what a scan has to be given. */

import { afterEach, describe, expect, it } from 'vitest';
import { createProvider, PlanError, type Provider, type Row, type ScanQual, type ScanSplit } from '../../src/index.ts';
import { createSimulator, type Org, type Simulator, uniformOrg } from '../../src/simulator/index.ts';
import { type LogEvent, serveLog } from '../unit/exec/log-server.ts';

const NOW = new Date('2026-11-29T12:00:00.000Z');
const DAY_MS = 86_400_000;
const LOG = 'okta.logs.system_log_events';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

function start(org?: Org): { readonly provider: Provider; readonly simulator: Simulator } {
  const simulator = createSimulator({ now: () => NOW, ...(org !== undefined && { org }) });
  const provider = createProvider({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    now: () => NOW,
  });
  close = async () => {
    await provider.close();
    expect(simulator.violations).toEqual([]);
  };
  return { provider, simulator };
}

const inList = (column: string, values: readonly string[]): ScanQual => ({ kind: 'in', column, values });

async function rowsOf(
  provider: Provider,
  resource: string,
  columns: readonly string[],
  quals: readonly ScanQual[] = [],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of provider.scan(resource, { columns, quals })) rows.push(...batch);
  return rows;
}

async function rowsOfAll(
  provider: Provider,
  resource: string,
  columns: readonly string[],
  splits: readonly ScanSplit[],
): Promise<readonly Row[]> {
  return (await Promise.all(splits.map(({ quals }) => rowsOf(provider, resource, columns, quals)))).flat();
}

const sorted = (rows: readonly Row[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();

describe('splits', () => {
  it('are batches of the calls that constants name, at most so many', async () => {
    const { provider, simulator } = start(uniformOrg({ apps: 25, keysPerApp: 2, now: NOW }));
    const columns = ['appId', 'id'];
    const quals = [
      inList(
        'appId',
        simulator.apps().map(({ id }) => id),
      ),
    ];
    const scan = provider.scan('okta.apps.jwks', { columns, quals });
    expect(scan.splits()).toHaveLength(13);
    expect(scan.splits({ atMost: 100 })).toHaveLength(25);
    expect(scan.splits({ atMost: 4 }).map((split) => split.quals)).toEqual(
      [0, 7, 14, 21].map((from) => [
        ...quals,
        {
          kind: 'tuples',
          columns: ['subdomain', 'appId'],
          rows: simulator
            .apps()
            .slice(from, from + 7)
            .map(({ id }) => ['my-org', id]),
        },
      ]),
    );
    expect(simulator.journal).toEqual([]);
    const parts = await rowsOfAll(provider, 'okta.apps.jwks', columns, scan.splits({ atMost: 4 }));
    expect(simulator.journal).toHaveLength(25);
    expect(parts).toEqual(await rowsOf(provider, 'okta.apps.jwks', columns, quals));
  });

  it('are batches of the keys that a list is asked for', async () => {
    const { provider, simulator } = start(uniformOrg({ apps: 250, keysPerApp: 0, now: NOW }));
    const quals: readonly ScanQual[] = [
      { kind: 'like', column: 'label', pattern: 'S%' },
      inList(
        'id',
        simulator.apps().map(({ id }) => id),
      ),
    ];
    const scan = provider.scan('okta.apps.applications', { columns: ['id'], quals });
    const whole = await rowsOf(provider, 'okta.apps.applications', ['id'], quals);
    const asked = simulator.journal.length;
    simulator.clearJournal();
    const splits = scan.splits();
    expect(splits.length).toBeGreaterThan(1);
    expect(await rowsOfAll(provider, 'okta.apps.applications', ['id'], splits)).toEqual(whole);
    expect(whole).toHaveLength(250);
    expect(simulator.journal.length).toBeLessThanOrEqual(asked + 1);
  });

  it('are the lists that only together hold the rows', async () => {
    const { provider, simulator } = start();
    const splits = provider.scan('okta.policies.policies', { columns: ['id', 'type'] }).splits();
    expect(splits).toHaveLength(12);
    const parts = await rowsOfAll(provider, 'okta.policies.policies', ['id', 'type'], splits);
    expect(simulator.journal).toHaveLength(12);
    expect(sorted(parts)).toEqual(sorted(await rowsOf(provider, 'okta.policies.policies', ['id', 'type'])));
  });

  it.each<[what: string, resource: string, quals: readonly ScanQual[]]>([
    ['a list', 'okta.users.users', []],
    ['an object', 'okta.users.users', [inList('id', ['00u1'])]],
    ['what a parent supplies', 'okta.apps.jwks', []],
    [
      'an hour of the log',
      LOG,
      [{ kind: 'compare', column: 'published', operator: '>', value: '2026-11-29T11:00:00Z' }],
    ],
    ['a log of which times are asked by name', LOG, [inList('since', ['2026-10-01T00:00:00Z'])]],
    [
      'what the log keeps no more',
      LOG,
      [{ kind: 'compare', column: 'published', operator: '<', value: '2025-01-01T00:00:00Z' }],
    ],
  ])('are one for %s', (_, resource, quals) => {
    const { provider } = start();
    expect(provider.scan(resource, { quals }).splits()).toEqual([{ quals }]);
  });

  it.each([{ atMost: 0 }, { atMost: 1.5 }, { most: 2 }] as object[])('refuse %j', (options) => {
    const { provider } = start();
    expect(() => provider.scan(LOG).splits(options)).toThrow(/atMost|most/);
  });
});

describe('splits of the log', () => {
  /** What the caller checks: whether a time is where the quals of a split have it. */
  const meets = (published: string, quals: readonly ScanQual[]): boolean =>
    quals.every((qual) => {
      if (qual.kind !== 'compare') return true;
      const [time, bound] = [published, String(qual.value)].map((each) => each.replace('Z', '').padEnd(26, '0'));
      return qual.operator === '>=' ? String(time) >= String(bound) : String(time) < String(bound);
    });

  it('are slices of its ninety days, or of the days that are asked for, none shorter than a day', () => {
    const { provider } = start();
    const boundsOf = (quals: readonly ScanQual[], atMost?: number) =>
      provider.scan(LOG, { quals }).splits(atMost === undefined ? {} : { atMost });
    expect(boundsOf([])).toHaveLength(16);
    expect(boundsOf([], 1_000)).toHaveLength(90);
    const week: readonly ScanQual[] = [
      { kind: 'compare', column: 'published', operator: '>=', value: '2026-11-01T00:00:00Z' },
      { kind: 'compare', column: 'published', operator: '<', value: '2026-11-08T00:00:00Z' },
    ];
    expect(boundsOf(week, 3).map(({ quals }) => quals.slice(2))).toEqual([
      [{ kind: 'compare', column: 'published', operator: '<', value: '2026-11-03T08:00:00.000Z' }],
      [
        { kind: 'compare', column: 'published', operator: '>=', value: '2026-11-03T08:00:00.000Z' },
        { kind: 'compare', column: 'published', operator: '<', value: '2026-11-05T16:00:00.000Z' },
      ],
      [{ kind: 'compare', column: 'published', operator: '>=', value: '2026-11-05T16:00:00.000Z' }],
    ]);
  });

  it('lose and double nothing on their borders', async () => {
    const first = createProvider({ token: 't', subdomain: 'my-org', now: () => NOW });
    const splits = first.scan(LOG).splits({ atMost: 9 });
    const borders = splits.flatMap(({ quals }) => quals.map((qual) => ('value' in qual ? String(qual.value) : '')));
    const times = [...new Set(borders)].flatMap((border) =>
      [-1, 0, 1].flatMap((off) =>
        ['', '001', '999'].map((micro) => new Date(Date.parse(border) + off).toISOString().replace('Z', `${micro}Z`)),
      ),
    );
    const events: readonly LogEvent[] = [new Date(NOW.getTime() - 90 * DAY_MS).toISOString(), ...times].map(
      (published, index) => ({ uuid: `e${index}`, published }),
    );
    const published = new Map(events.map((event) => [event.uuid, event.published]));
    for (const bounds of [{}, { isUntilIn: true }]) {
      const server = serveLog({ events: events.slice(1), ...bounds });
      const provider = createProvider({ token: 't', subdomain: 'my-org', fetch: server.fetch, now: () => NOW });
      const parts = await Promise.all(
        splits.map(async ({ quals }) => {
          const rows = await rowsOf(provider, LOG, ['uuid'], quals);
          return rows.map(([uuid]) => String(uuid)).filter((uuid) => meets(published.get(uuid) ?? '', quals));
        }),
      );
      expect(parts.flat().toSorted()).toEqual(
        events
          .slice(1)
          .map(({ uuid }) => uuid)
          .toSorted(),
      );
    }
    await first.close();
  });
});

describe('readSplits', () => {
  it('has the parents in parts, and the parts are the scan', async () => {
    const { provider, simulator } = start();
    const columns = ['userId', 'id'];
    const scan = provider.scan('okta.users.factors', { columns });
    expect(scan.splits()).toEqual([{ quals: [] }]);
    const splits = await scan.readSplits({ atMost: 7 });
    expect(splits).toHaveLength(7);
    expect(simulator.journal).toHaveLength(2);
    simulator.clearJournal();
    const parts = await rowsOfAll(provider, 'okta.users.factors', columns, splits);
    expect(simulator.journal).toHaveLength(60);
    expect(parts).toEqual(await rowsOf(provider, 'okta.users.factors', columns));
  });

  it('has parents of parents, and only those that the scan is restricted to', async () => {
    const { provider, simulator } = start();
    const resource = 'okta.authorizationservers.rules';
    const columns = ['authServerId', 'policyId', 'id'];
    const parentQuals: readonly ScanQual[] = [inList('status', ['ACTIVE'])];
    const splits = await provider.scan(resource, { columns, parentQuals }).readSplits({ atMost: 100 });
    expect(splits.length).toBeGreaterThan(1);
    simulator.clearJournal();
    const parts = await rowsOfAll(provider, resource, columns, splits);
    expect(simulator.journal).toHaveLength(splits.length);
    expect(parts.length).toBeGreaterThan(splits.length);
  });

  it('passes over what the scan passes over: a parent that is gone, and one that has no such thing', async () => {
    const { provider, simulator } = start();
    const resource = 'okta.users.user_devices';
    const scan = provider.scan(resource, {
      columns: ['userId'],
      parentQuals: [inList('status', ['SUSPENDED', 'ACTIVE'])],
    });
    const splits = await scan.readSplits({ atMost: 100 });
    const [gone, without] = splits.map(({ quals }) =>
      quals.flatMap((qual) => (qual.kind === 'in' ? qual.values : [])).at(-1),
    );
    simulator.switches.faults = [
      {
        match: { path: new RegExp(`${gone}/devices`) },
        answer: (_, { error }) => error({ status: 404, code: 'E0000007', summary: 'gone' }),
      },
      {
        match: { path: new RegExp(`${without}/devices`) },
        answer: (_, { error }) => error({ status: 401, code: 'E0000015', summary: 'off' }),
      },
    ];
    const whole: Row[] = [];
    for await (const rows of scan) whole.push(...rows);
    expect(whole.length).toBeGreaterThan(0);
    expect(await rowsOfAll(provider, resource, ['userId'], splits)).toEqual(whole);
  });

  it('sends nothing where no parent is needed', async () => {
    const { provider, simulator } = start();
    expect(await provider.scan(LOG).readSplits({ atMost: 5 })).toEqual(provider.scan(LOG).splits({ atMost: 5 }));
    expect(await provider.scan('okta.apps.jwks', { columns: ['kid'] }).readSplits()).toEqual([{ quals: [] }]);
    expect(simulator.journal).toEqual([]);
  });

  it('fails where the parents cannot be read, and ends by its signal', async () => {
    const { provider, simulator } = start();
    const scan = provider.scan('okta.users.factors');
    await expect(scan.readSplits({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    simulator.switches.faults = [
      { match: {}, answer: (_, { error }) => error({ status: 403, code: 'E0000006', summary: 'no' }) },
    ];
    await expect(scan.readSplits()).rejects.toMatchObject({ code: 'PERMISSION' });
  });
});

describe('requiredParameters', () => {
  it.each([
    ['okta.apps.jwks', [[]]],
    ['okta.users.users', [[]]],
    ['okta.policies.policies', [[]]],
    ['okta.authorizationservers.rules', [[]]],
    ['okta.identity_sources.sessions', [['identitySourceId']]],
    ['okta.users.linked_objects', [['relationshipName']]],
  ])('of %s are %j', (resource, sets) => {
    const { provider } = start();
    expect(provider.requiredParameters(resource)).toEqual(sets);
  });

  it('have the org where none is configured', () => {
    const provider = createProvider();
    expect(provider.requiredParameters('okta.apps.jwks')).toEqual([['subdomain']]);
    close = () => provider.close();
  });

  it('are enough for every resource, and none of a set can be left out', () => {
    const configured = createProvider({ subdomain: 'my-org' });
    const bare = createProvider();
    close = async () => {
      await configured.close();
      await bare.close();
    };
    const wrong: string[] = [];
    const fits = (provider: Provider, resource: string, columns: readonly string[]): boolean => {
      const quals = columns.map((column): ScanQual => inList(column, [column === 'subdomain' ? 'my-org' : 'x']));
      try {
        provider.scan(resource, { quals });
        return true;
      } catch (error) {
        if (error instanceof PlanError) return false;
        throw error;
      }
    };
    for (const provider of [configured, bare]) {
      for (const resource of provider.resources()) {
        const sets = provider.requiredParameters(resource);
        if (provider.describe(resource).methods.every(({ verb }) => verb !== 'select')) {
          if (sets.length > 0) wrong.push(`${resource} cannot be read`);
          continue;
        }
        if (sets.length === 0) wrong.push(`${resource} has none`);
        for (const set of sets) {
          if (!fits(provider, resource, set)) wrong.push(`${resource}: ${set.join(' ')} is too little`);
          for (const left of set) {
            const rest = set.filter((name) => name !== left);
            if (fits(provider, resource, rest)) wrong.push(`${resource}: ${rest.join(' ')} is enough`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
