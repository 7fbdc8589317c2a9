import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/http/pacing/clock.ts';
import type { OktaLogin } from '../../../src/session/login/orgs.ts';
import { type CheckTerms, createLoginCheck, type LoginReport } from '../../../src/session/login-check.ts';
import type { ProviderOptions } from '../../../src/session/provider/options.ts';
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

async function checkAll(
  names: readonly string[],
  options: ProviderOptions,
  terms: CheckTerms = {},
): Promise<readonly LoginReport[]> {
  const check = createLoginCheck({ clock: systemClock, ...options });
  const reports: LoginReport[] = [];
  for (const name of names) reports.push(await check.check(name, terms));
  await check.close();
  return reports;
}

async function checked({ login, app = {}, prepare = () => undefined }: Settings): Promise<LoginReport> {
  const publicKeys = [PAIR.publicKey.export({ format: 'jwk' })];
  const serviceApp = { clientId: CLIENT_ID, publicKeys, scopes: ['okta.apps.read', 'okta.roles.read'], ...app };
  const simulator = createSimulator({ rateLimit: 50, serviceApps: [serviceApp] });
  prepare(simulator);
  const orgs = { prod: { url: 'my-org.okta.com', source: './okta.yaml', ...(login !== undefined && { login }) } };
  const [report] = await checkAll(['prod'], { orgs, fetch: (request) => simulator.handle(request) });
  expect(simulator.violations).toEqual([]);
  expect(simulator.journal.every(({ method, path }) => method === 'GET' || path === '/oauth2/v1/token')).toBe(true);
  return report as LoginReport;
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
    const startedAt = Date.now();
    const report = await checked({
      login: service('okta.apps.read'),
      prepare: ({ switches }) => {
        switches.dateSkewMs = 300_000;
      },
    });
    expect(report.problem).toBeUndefined();
    // A date has whole seconds, and was written at some time of the check.
    const mostOff = 1000 + Date.now() - startedAt;
    expect(Math.abs((report.clockAheadMs ?? 0) + 300_000)).toBeLessThanOrEqual(mostOff);
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

// Each org was checked in a session of its own, so that each of them got the token.
test('a login that belongs to no org goes to the first that is checked, and to no other', async () => {
  const asked: string[] = [];
  const simulator = createSimulator();
  const fetch = (request: Request): Promise<Response> => {
    asked.push(new URL(request.url).host);
    return simulator.handle(request);
  };
  const [first, second] = await checkAll(['my-org', 'evil'], { token: simulator.token, fetch, loginSource: 'X' });
  expect(first).toMatchObject({ kind: 'api-token', source: 'X', origin: 'https://my-org.okta.com' });
  expect(first?.problem).toBeUndefined();
  expect(second?.problem).toMatchObject({
    code: 'AUTH',
    status: 0,
    message: expect.stringContaining('is not sent to'),
  });
  expect(new Set(asked)).toEqual(new Set(['my-org.okta.com']));
});

test('a name that means no org is a problem of its own, and the others are checked', async () => {
  const simulator = createSimulator();
  const fetch = (request: Request): Promise<Response> => simulator.handle(request);
  const reports = await checkAll(['x y', 'my-org'], { token: simulator.token, fetch });
  expect(reports.map(({ org, problem, origin }) => [org, problem?.code, origin])).toEqual([
    ['x y', 'INVALID_VALUE', undefined],
    ['my-org', undefined, 'https://my-org.okta.com'],
  ]);
});

test('the name of an org is known in any case, with where its login is from', async () => {
  const simulator = createSimulator();
  const orgs = { prod: { url: 'my-org.okta.com', source: './okta.yaml', login: service('okta.apps.read') } };
  const [report] = await checkAll(['PROD'], { orgs, fetch: (request) => simulator.handle(request) });
  expect(report).toMatchObject({ kind: 'private-key', source: './okta.yaml' });
});

test.each<[what: string, answer: () => Response, code: string | undefined]>([
  ['a web page of somebody else, 403', () => new Response('<html>blocked</html>', { status: 403 }), 'PERMISSION'],
  ['an empty 403', () => new Response('', { status: 403 }), 'PERMISSION'],
  // These are Okta's own: it knows the login, which may do nothing of this.
  ['a feature that is off', () => Response.json({ errorCode: 'E0000015' }, { status: 401 }), undefined],
  ['a role that is missing', () => Response.json({ errorCode: 'E0000006' }, { status: 403 }), undefined],
])('where every answer is %s', async (_what, answer, code) => {
  const [report] = await checkAll(['acme'], { token: 'token', fetch: async () => answer() });
  expect(report?.problem?.code).toBe(code);
});

test('a service app of --auth tells what one of okta.yaml does', async () => {
  const publicKeys = [PAIR.publicKey.export({ format: 'jwk' })];
  const scopes = ['okta.apps.read', 'okta.roles.read'];
  const simulator = createSimulator({ serviceApps: [{ clientId: CLIENT_ID, publicKeys, scopes }] });
  const auth = {
    okta: { type: 'private_key_jwt', client_id: CLIENT_ID, credentialsenvvar: 'THE_KEY', scopes },
  } as const;
  const [report] = await checkAll(['my-org'], {
    auth,
    environment: (name) => (name === 'THE_KEY' ? PEM : undefined),
    fetch: (request) => simulator.handle(request),
  });
  expect(report).toMatchObject({
    kind: 'auth',
    source: 'private_key_jwt, THE_KEY',
    identity: CLIENT_ID,
    scopes,
    missingScopes: [],
  });
  expect(report?.roles?.length).toBeGreaterThan(0);
  expect(report?.reads.map(({ resource }) => resource)).toEqual(['okta.apps.applications']);
});

test('a check that is cancelled is no report', async () => {
  const stop = new AbortController();
  const fetch = async (): Promise<Response> => {
    stop.abort();
    return new Response('[]');
  };
  const checking = checkAll(['acme'], { token: 'token', fetch }, { signal: stop.signal });
  await expect(checking).rejects.toMatchObject({ code: 'CANCELLED' });
});
