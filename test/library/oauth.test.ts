/** Service apps against the simulator's token endpoint, which checks every assertion, proof and token. */

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/http/pacing/clock.ts';
import { createSession, type OktaLogin, type PrivateKeyLogin, type Session } from '../../src/index.ts';
import { createSimulator, type Fault, faults, type ServiceApp, type Simulator } from '../../src/simulator/index.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const RSA: Pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const EC: Pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const EC_384: Pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });

const publicJwk = ({ publicKey }: Pair, kid: string): object => ({ ...publicKey.export({ format: 'jwk' }), kid });
const pem = ({ privateKey }: Pair, type: 'pkcs1' | 'pkcs8' = 'pkcs8'): string =>
  privateKey.export({ type: type as 'pkcs8', format: 'pem' }).toString();

const CLIENT_ID = '0oaServiceAppForTest';
const SCOPES = ['okta.apps.manage', 'okta.users.read'];
const APP: ServiceApp = { clientId: CLIENT_ID, publicKeys: [publicJwk(RSA, 'k1')], scopes: SCOPES };
const LOGIN: PrivateKeyLogin = { kind: 'private-key', clientId: CLIENT_ID, privateKey: pem(RSA), scopes: SCOPES };

let close = async (): Promise<void> => undefined;
afterEach(() => close());

interface World {
  readonly simulator: Simulator;
  /** Lets time pass, for the org and for us. */
  pass(ms: number): void;
  run(sql: string): ReturnType<Session['query']>;
  /** Another session with the same org. */
  open(login: OktaLogin): Session;
  /** The statuses of what was sent to the token endpoint. */
  tokenRequests(): readonly number[];
}

interface Settings {
  readonly app?: Partial<ServiceApp>;
  readonly login?: OktaLogin;
  readonly concurrency?: number;
}

function start({ app = {}, login = LOGIN, concurrency = 35 }: Settings = {}): World {
  let passedMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + passedMs };
  const simulator = createSimulator({ now: () => new Date(clock.now()), serviceApps: [{ ...APP, ...app }] });
  const sessions: Session[] = [];
  const open = (own: OktaLogin): Session => {
    const fetch = (request: Request): Promise<Response> => simulator.handle(request);
    const session = createSession({ login: own, subdomain: 'my-org', clock, concurrency, fetch });
    sessions.push(session);
    return session;
  };
  close = async () => {
    for (const session of sessions) await session.close();
    expect(simulator.violations).toEqual([]);
  };
  const session = open(login);
  return {
    simulator,
    open,
    pass: (ms) => {
      passedMs += ms;
    },
    run: (sql) => session.query(sql),
    tokenRequests: () =>
      simulator.journal.filter(({ path }) => path === '/oauth2/v1/token').map(({ status }) => status),
  };
}

/** Something happens at the org in the middle of a fan-out. */
const meanwhile = (act: () => void, times: number): Fault => ({
  match: { path: /credentials\/jwks/ },
  skip: 5,
  times,
  answer: () => {
    act();
    return 'pass';
  },
});

const APPS = 'select id from okta.apps.applications';
const KEYS = 'select id, created from okta.apps.jwks';

/** What the org holds, from its own books. */
const keysOf = ({ simulator }: World): number =>
  simulator.apps().reduce((sum, { id }) => sum + simulator.keys(id).length, 0);

describe('a service app logs in with', () => {
  it.each<[what: string, app: Partial<ServiceApp>, login: Partial<PrivateKeyLogin>]>([
    ['an RSA key in PKCS#8', {}, {}],
    ['an RSA key in PKCS#1', {}, { privateKey: pem(RSA, 'pkcs1') }],
    [
      'a JWK',
      {},
      { privateKey: JSON.stringify({ ...RSA.privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS384' }) },
    ],
    ['an EC key', { publicKeys: [publicJwk(EC, 'e1')] }, { privateKey: pem(EC) }],
    ['an EC key on P-384', { publicKeys: [publicJwk(EC_384, 'e2')] }, { privateKey: pem(EC_384) }],
    [
      'one of two keys, by its id',
      { publicKeys: [publicJwk(RSA, 'k1'), publicJwk(EC, 'e1')] },
      { privateKey: pem(EC), keyId: 'e1' },
    ],
  ])('%s', async (_what, app, login) => {
    const world = start({ app, login: { ...LOGIN, ...login } });
    expect((await world.run(APPS)).rows).toHaveLength(world.simulator.apps().length);
    expect(world.tokenRequests()).toEqual([200]);
    expect(world.simulator.tokens()).toMatchObject([{ tokenType: 'Bearer', scopes: SCOPES }]);
  });
});

describe('one token', () => {
  it('serves all requests, even where only one may be under way', async () => {
    const world = start({ concurrency: 1 });
    expect((await world.run(KEYS)).rows).toHaveLength(keysOf(world));
    expect((await world.run(APPS)).rows.length).toBeGreaterThan(0);
    expect(world.tokenRequests()).toEqual([200]);
  });

  it('is renewed before it expires', async () => {
    const world = start();
    await world.run(APPS);
    world.pass(3_599_000);
    await world.run(APPS);
    expect(world.tokenRequests()).toEqual([200, 200]);
    expect(world.simulator.journal.every(({ status }) => status === 200)).toBe(true);
  });

  it.each([true, false])('is renewed after it was revoked, without a row lost (DPoP %s)', async (dpopBound) => {
    const world = start({ app: { dpopBound } });
    await world.run(APPS);
    const { switches } = world.simulator;
    // In the middle of a fan-out.
    switches.faults = [meanwhile(() => world.simulator.revokeTokens(), 1)];
    expect((await world.run(KEYS)).rows).toHaveLength(keysOf(world));
    expect(world.simulator.tokens()).toHaveLength(2);
  });

  it('is waited for where the token endpoint has its own rate limit', async () => {
    const world = start();
    Object.assign(world.simulator.switches, { rateLimit: 1000, rateWindowMs: 300 });
    world.simulator.switches.faults = [
      faults.tooManyRequests({ 'x-rate-limit-remaining': '0' }, { match: { path: /token/ }, times: 1 }),
    ];
    expect((await world.run(APPS)).rows.length).toBeGreaterThan(0);
    expect(world.tokenRequests()).toEqual([429, 200]);
  });
});

describe('with DPoP', () => {
  it('a nonce is fetched once, and each send has a proof of its own', async () => {
    const world = start({ app: { dpopBound: true } });
    expect((await world.run(KEYS)).rows).toHaveLength(keysOf(world));
    expect(world.tokenRequests()).toEqual([400, 200]);
    expect(world.simulator.tokens()).toMatchObject([{ tokenType: 'DPoP' }]);
    const statuses = new Set(world.simulator.journal.slice(2).map(({ status }) => status));
    expect([...statuses]).toEqual([200]);
  });

  it('a request that is repeated has a new proof', async () => {
    const world = start({ app: { dpopBound: true } });
    world.simulator.switches.faults = [faults.badGateway(503, { match: { method: 'GET' }, times: 2 })];
    expect((await world.run(APPS)).rows).toHaveLength(world.simulator.apps().length);
  });

  it.each([1, 2])('nonces may change in the middle of a fan-out, %d times at once', async (times) => {
    const world = start({ app: { dpopBound: true } });
    const rotate = (): void => {
      for (let each = 0; each < times; each += 1) world.simulator.rotateDpopNonce();
    };
    world.simulator.switches.faults = [meanwhile(rotate, 2)];
    expect((await world.run(KEYS)).rows).toHaveLength(keysOf(world));
  });

  it('an INSERT is carried out once, although its nonce was old', async () => {
    const world = start({ app: { dpopBound: true } });
    await world.run(APPS);
    world.simulator.rotateDpopNonce();
    world.simulator.rotateDpopNonce();
    const app = world.simulator.apps().find(({ id }) => world.simulator.keys(id).length === 1);
    const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const { rows } = await world.run(
      `insert into okta.apps.jwks (appId, kty, n, e, kid) select '${app?.id}', 'RSA', '${n}', '${e}', 'new' returning kid`,
    );
    expect(rows).toEqual([['new']]);
    const posts = world.simulator.journal.filter(({ method, path }) => method === 'POST' && path.endsWith('/jwks'));
    expect(posts.map(({ status }) => status)).toEqual([400, 201]);
  });

  it('a token that was made elsewhere is refused, with a hint', async () => {
    const world = start({ app: { dpopBound: true } });
    await world.run(APPS);
    const { simulator } = world;
    let stolen = '';
    simulator.switches.faults = [
      {
        match: {},
        answer: (request) => {
          stolen = request.headers.get('authorization') ?? '';
          return 'pass';
        },
      },
    ];
    await world.run(APPS);
    const thief = world.open({ kind: 'bearer', token: stolen.replace('DPoP ', '') });
    await expect(thief.query(APPS)).rejects.toMatchObject({ code: 'AUTH', hint: expect.stringContaining('DPoP') });
  });
});

describe('a clock that is wrong', () => {
  it.each([
    [5, true],
    [5, false],
    [-5, true],
    [-5, false],
    // Okta takes no assertion that is an hour off either way.
    [120, true],
    [-120, false],
  ])('by %d minutes is corrected by the server’s (DPoP %s)', async (minutes, dpopBound) => {
    const world = start({ app: { dpopBound } });
    world.simulator.switches.dateSkewMs = minutes * 60_000;
    expect((await world.run(KEYS)).rows).toHaveLength(keysOf(world));
    expect(world.simulator.tokens()).toHaveLength(1);
    // At most one for the time and one for the nonce.
    expect(world.tokenRequests().length).toBeLessThanOrEqual(dpopBound ? 3 : 2);
  });
});

describe('keys are rotated', () => {
  it('through SQL: the new one logs in, the old one no longer', async () => {
    const world = start({ login: { ...LOGIN, keyId: 'k1' } });
    const { simulator, run, open } = world;
    const { crv, x, y } = EC.publicKey.export({ format: 'jwk' });
    const into = 'insert into okta.apps.jwks (appId, kty, crv, x, y, kid, use, alg)';
    await run(`${into} select '${CLIENT_ID}', 'EC', '${crv}', '${x}', '${y}', 'e1', 'sig', 'ES256'`);
    const [oldKey] = simulator.keys(CLIENT_ID);
    await run(`update okta.apps.jwks set status = 'INACTIVE' where appId = '${CLIENT_ID}' and keyId = '${oldKey?.id}'`);
    const [fresh, stale] = [open({ ...LOGIN, privateKey: pem(EC), keyId: 'e1' }), open({ ...LOGIN, keyId: 'k1' })];
    expect((await fresh.query(APPS)).rows.length).toBeGreaterThan(0);
    await expect(stale.query(APPS)).rejects.toMatchObject({
      code: 'AUTH',
      status: 401,
      providerCode: 'invalid_client',
      hint: expect.stringContaining('ACTIVE'),
    });
  });
});

describe('what stands against a service app is told apart:', () => {
  it.each<[what: string, settings: Settings, error: Readonly<Record<string, unknown>>]>([
    [
      'an unknown client',
      { login: { ...LOGIN, clientId: '0oaNobody00000000000' } },
      { code: 'AUTH', status: 401, providerCode: 'invalid_client' },
    ],
    [
      'another key',
      { login: { ...LOGIN, privateKey: pem(EC) } },
      { code: 'AUTH', status: 401, providerCode: 'invalid_client' },
    ],
    [
      'a scope that was not granted',
      { login: { ...LOGIN, scopes: ['okta.apps.read', 'okta.logs.read'] } },
      {
        code: 'PERMISSION',
        status: 400,
        providerCode: 'invalid_scope',
        hint: expect.stringContaining('Grant the scope'),
      },
    ],
    [
      'a scope that the token lacks',
      { login: { ...LOGIN, scopes: ['okta.users.read'] } },
      { code: 'PERMISSION', status: 403, hint: expect.stringContaining('okta.apps.read') },
    ],
    [
      'no admin role',
      { app: { role: 'none' } },
      { code: 'PERMISSION', status: 403, hint: expect.stringContaining('admin role') },
    ],
    [
      'a bearer token that is none',
      { login: { kind: 'bearer', token: 'x' } },
      { code: 'AUTH', status: 401, providerCode: 'E0000011' },
    ],
  ])('%s', async (_what, settings, error) => {
    const world = start(settings);
    await expect(world.run(APPS)).rejects.toMatchObject(error);
  });
});
