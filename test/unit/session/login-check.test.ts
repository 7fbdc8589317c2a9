import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/http/clock.ts';
import { checkLogin, type LoginReport } from '../../../src/session/login-check.ts';
import type { OktaLogin } from '../../../src/session/orgs.ts';
import { createSimulator, type ServiceApp, type Simulator } from '../../../src/simulator/index.ts';

const PAIR = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const CLIENT_ID = '0oaServiceAppForTest';

interface Settings {
  readonly login?: OktaLogin;
  readonly app?: Partial<ServiceApp>;
  readonly prepare?: (simulator: Simulator) => void;
}

const service = (...scopes: readonly string[]): OktaLogin => ({
  kind: 'private-key',
  clientId: CLIENT_ID,
  privateKey: PEM,
  scopes,
});

async function checked({ login, app = {}, prepare = () => undefined }: Settings): Promise<LoginReport> {
  const publicKeys = [PAIR.publicKey.export({ format: 'jwk' })];
  const serviceApp = { clientId: CLIENT_ID, publicKeys, scopes: ['okta.apps.read', 'okta.roles.read'], ...app };
  const simulator = createSimulator({ rateLimit: 50, serviceApps: [serviceApp] });
  prepare(simulator);
  const orgs = { prod: { url: 'my-org.okta.com', source: './okta.yaml', ...(login !== undefined && { login }) } };
  const report = await checkLogin('prod', { orgs, clock: systemClock, fetch: (request) => simulator.handle(request) });
  expect(simulator.violations).toEqual([]);
  expect(simulator.journal.every(({ method, path }) => method === 'GET' || path === '/oauth2/v1/token')).toBe(true);
  return report;
}

const readable = ({ reads }: LoginReport): readonly string[] =>
  reads.filter(({ refusal }) => refusal === undefined).map(({ resource }) => resource);

describe('the login of a service app', () => {
  test('is known by its client id, roles and scopes; only what it asks for is read', async () => {
    const report = await checked({ login: service('okta.apps.read', 'okta.roles.read') });
    expect(report).toMatchObject({
      origin: 'https://my-org.okta.com',
      kind: 'private-key',
      source: './okta.yaml',
      identity: CLIENT_ID,
      scopes: ['okta.apps.read', 'okta.roles.read'],
      missingScopes: [],
    });
    expect(report.problem).toBeUndefined();
    expect(report.roles?.length).toBeGreaterThan(0);
    expect(readable(report)).toEqual(['okta.apps.applications']);
    expect(report.rates.map(({ bucket }) => bucket)).toContain('/oauth2/v1/token');
  });

  test('shows the scopes that were left out without a word', async () => {
    const report = await checked({
      login: service('okta.apps.read', 'okta.users.read'),
      prepare: ({ switches }) => {
        switches.ungrantedScopes = 'dropped';
      },
    });
    expect(report).toMatchObject({ scopes: ['okta.apps.read'], missingScopes: ['okta.users.read'] });
    expect(report.reads.find(({ resource }) => resource === 'okta.users.users')?.refusal).toMatch(/403/);
  });

  test('without a role reads nothing, and works all the same', async () => {
    const report = await checked({ login: service('okta.apps.read'), app: { role: 'none' } });
    expect([report.problem, readable(report)]).toEqual([undefined, []]);
  });

  test('that is refused says why', async () => {
    const report = await checked({ login: service('okta.logs.read') });
    expect(report.problem).toMatchObject({ code: 'PERMISSION', providerCode: 'invalid_scope' });
    expect(inspect(report, { depth: 9 })).not.toContain(PEM.slice(30, 60));
  });

  test('tells how far the clocks are apart', async () => {
    const report = await checked({
      login: service('okta.apps.read'),
      prepare: ({ switches }) => {
        switches.dateSkewMs = 300_000;
      },
    });
    expect(report.problem).toBeUndefined();
    expect(Math.abs((report.clockAheadMs ?? 0) + 300_000)).toBeLessThanOrEqual(1000);
  });
});

test('an API token is its owner’s', async () => {
  const report = await checked({ login: { kind: 'api-token', token: 'sim-token' } });
  expect(report.identity).toMatch(/@/);
  expect(report.roles).toContain('Super Administrator');
  expect(readable(report)).toHaveLength(4);
});

test.each<[what: string, settings: Settings, code: string]>([
  [
    'a token from another network',
    {
      login: { kind: 'api-token', token: 'sim-token' },
      prepare: ({ switches }) => {
        switches.isOutsideTokenZone = true;
      },
    },
    'AUTH',
  ],
  ['no login', {}, 'AUTH'],
  [
    'a key that is none',
    { login: { kind: 'private-key', clientId: 'c', privateKey: 'x', scopes: ['okta.apps.read'] } },
    'INVALID_VALUE',
  ],
])('%s is a problem', async (_what, settings, code) => {
  expect((await checked(settings)).problem).toMatchObject({ code });
});
