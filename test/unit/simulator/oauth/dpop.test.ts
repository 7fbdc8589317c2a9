import { calculateJwkThumbprint, exportJWK, generateKeyPair, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';

import { faults, type Simulator } from '../../../../src/simulator/index.ts';
import { call, NOW, ORIGIN, type Reply, testClock } from '../client.ts';
import {
  askToken,
  assertion,
  boundToken,
  CLIENT_ID,
  keyNamed,
  type ProofChange,
  proof,
  secondsAt,
  simulateService,
  tokenIn,
} from '../oauth-client.ts';

const APPS_URL = `${ORIGIN}/api/v1/apps`;

const simulateBound = (): Promise<Simulator> => simulateService({ app: { dpopBound: true } });

/** A call with a bound token and a proof for exactly this call, but for what is changed. */
async function callBound(
  sim: Simulator,
  { token, nonce }: { readonly token: string; readonly nonce: string },
  { url = APPS_URL, scheme = 'DPoP', ...change }: ProofChange & { readonly scheme?: string } = {},
): Promise<Reply> {
  const dpop = await proof({ method: 'GET', url, nonce, accessToken: token, ...change });
  return call(sim, `GET ${APPS_URL}`, { headers: { authorization: `${scheme} ${token}`, dpop } });
}

const at = secondsAt(NOW);
const wrongClaim = (claim: string): string => `'${claim}' claim in the DPoP proof JWT is invalid.`;

/** RFC 9449, section 4.3: what every server checks, whatever it serves. */
const FLAWS: readonly (readonly [name: string, change: ProofChange, description: string])[] = [
  ['another method', { method: 'PUT' }, wrongClaim('htm')],
  ['the method in small letters', { claims: { htm: 'get' } }, wrongClaim('htm')],
  ['another path', { url: `${ORIGIN}/api/v1/users` }, wrongClaim('htu')],
  ['a query', { url: `${APPS_URL}?limit=200` }, wrongClaim('htu')],
  ['a fragment', { url: `${APPS_URL}#top` }, wrongClaim('htu')],
  ['another host', { url: 'https://your-org.okta.com/api/v1/apps' }, wrongClaim('htu')],
  ['a time five minutes ago', { claims: { iat: at - 300 } }, wrongClaim('iat')],
  ['a time five minutes ahead', { claims: { iat: at + 300 } }, wrongClaim('iat')],
  ['no time', { claims: { iat: undefined } }, wrongClaim('iat')],
  ['no jti', { claims: { jti: undefined } }, wrongClaim('jti')],
  ['an empty jti', { claims: { jti: '' } }, wrongClaim('jti')],
  ['another type', { header: { typ: 'JWT' } }, "'typ' in the DPoP proof JWT header is invalid."],
  ['no key', { header: { jwk: undefined } }, "'jwk' in the DPoP proof JWT header is invalid."],
];

describe('a token request', () => {
  test('without a proof is refused where the app asks for one', async () => {
    const sim = await simulateBound();
    const { status, body } = await askToken(sim);
    const text = 'The DPoP proof JWT header is missing.';
    expect([status, body]).toEqual([400, { error: 'invalid_dpop_proof', error_description: text }]);
  });

  test('without a nonce gets one, and with it a bound token, as recorded', async () => {
    const sim = await simulateBound();
    const asked = await askToken(sim, { headers: { dpop: await proof() } });
    const text = 'Authorization server requires nonce in DPoP proof.';
    expect([asked.status, asked.body]).toEqual([400, { error: 'use_dpop_nonce', error_description: text }]);
    const nonce = asked.headers.get('dpop-nonce') ?? '';
    expect(nonce).toMatch(/^[\w-]{22}$/);
    const given = await askToken(sim, { headers: { dpop: await proof({ nonce }) } });
    expect(given.status).toBe(200);
    expect(given.body).toMatchObject({ token_type: 'DPoP', expires_in: 3600 });
    expect(given.headers.get('dpop-nonce')).toBe(nonce);
    expect(sim.tokens()).toMatchObject([{ tokenType: 'DPoP', clientId: CLIENT_ID }]);
  });

  test('that is asked for a nonce has used up its assertion and its proof', async () => {
    const sim = await simulateBound();
    const form = { client_assertion: await assertion() };
    const asked = await askToken(sim, { form, headers: { dpop: await proof() } });
    const nonce = asked.headers.get('dpop-nonce') ?? '';
    const dpop = await proof({ nonce });
    const again = await askToken(sim, { form, headers: { dpop } });
    expect([again.status, again.body['error']]).toEqual([401, 'invalid_client']);
    expect((await askToken(sim, { headers: { dpop } })).status).toBe(200);
    const replayed = await askToken(sim, { headers: { dpop } });
    expect([replayed.status, replayed.body]).toEqual([
      400,
      { error: 'invalid_dpop_proof', error_description: 'The DPoP proof JWT has already been used.' },
    ]);
  });

  test('with a proof, of an app that asks for none, gets a bearer token and no question', async () => {
    const sim = await simulateService();
    const given = await askToken(sim, { headers: { dpop: await proof() } });
    expect(given.body).toMatchObject({ token_type: 'Bearer' });
    const headers = { authorization: `Bearer ${tokenIn(given)}` };
    expect((await call(sim, 'GET /api/v1/apps', { headers })).status).toBe(200);
  });

  test.each([
    ['bound', true],
    ['unbound', false],
  ])('with a wrong proof is refused: %s', async (_name, dpopBound) => {
    const sim = await simulateService({ app: { dpopBound } });
    const { status, body } = await askToken(sim, { headers: { dpop: await proof({ method: 'GET' }) } });
    expect([status, body]).toEqual([400, { error: 'invalid_dpop_proof', error_description: wrongClaim('htm') }]);
  });

  test('asks for a proof when the setting is turned on through the API', async () => {
    const sim = await simulateService();
    const body = {
      label: 'Nightly Audit',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
      settings: { oauthClient: { application_type: 'service', dpop_bound_access_tokens: true } },
    };
    expect((await call(sim, `PUT /api/v1/apps/${CLIENT_ID}`, { body })).status).toBe(200);
    expect((await askToken(sim)).body['error']).toBe('invalid_dpop_proof');
  });
});

describe('a call of the API', () => {
  test.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('is answered with a proof by %s', async (alg) => {
    const sim = await simulateBound();
    const key = await keyNamed('bound', alg);
    const nonce = (await askToken(sim, { headers: { dpop: await proof({ key }) } })).headers.get('dpop-nonce') ?? '';
    const token = tokenIn(await askToken(sim, { headers: { dpop: await proof({ key, nonce }) } }));
    const { status, headers } = await callBound(sim, { token, nonce }, { key });
    expect([status, headers.get('dpop-nonce')]).toEqual([200, null]);
  });

  test('needs a proof without the query of the call', async () => {
    const sim = await simulateBound();
    const { token, nonce } = await boundToken(sim);
    const dpop = await proof({ method: 'GET', url: APPS_URL, nonce, accessToken: token });
    const headers = { authorization: `DPoP ${token}`, dpop };
    expect((await call(sim, `GET ${APPS_URL}?limit=5`, { headers })).status).toBe(200);
  });

  test('is refused in the recorded form: 400, no body, all in WWW-Authenticate', async () => {
    const sim = await simulateBound();
    const { status, body, headers } = await callBound(sim, await boundToken(sim), { url: `${APPS_URL}?limit=5` });
    expect([status, body, headers.get('content-type')]).toEqual([400, undefined, null]);
    expect(headers.get('www-authenticate')).toBe(
      `DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", authorization_uri="http://my-org.okta.com/oauth2/v1/authorize", realm="http://my-org.okta.com", scope="okta.apps.read", error="invalid_dpop_proof", error_description="'htu' claim in the DPoP proof JWT is invalid.", resource="/api/v1/apps"`,
    );
  });

  test.each([
    ...FLAWS,
    ['the hash of another token', { accessToken: 'other' }, wrongClaim('ath')],
    ['no hash of the token', { claims: { ath: undefined } }, wrongClaim('ath')],
  ] as const)('is refused for a proof with %s', async (_name, change, description) => {
    const sim = await simulateBound();
    const { status, headers } = await callBound(sim, await boundToken(sim), change);
    expect(status).toBe(400);
    expect(headers.get('www-authenticate')).toContain(`error="invalid_dpop_proof", error_description="${description}"`);
    expect(headers.get('dpop-nonce')).toBeNull();
    expect(sim.violations).toEqual([]);
  });

  test('is refused for a proof by another key than the token’s', async () => {
    const sim = await simulateBound();
    const { status, headers } = await callBound(sim, await boundToken(sim), { key: await keyNamed('other', 'ES256') });
    expect([status, headers.get('www-authenticate')]).toEqual([
      400,
      expect.stringContaining('is not signed with the key that the access token is bound to') as string,
    ]);
  });

  test('is refused for a proof that another key signed than the one in it', async () => {
    const sim = await simulateBound();
    const { jwk } = await keyNamed('proof', 'ES256');
    const change = { key: await keyNamed('other', 'ES256'), header: { jwk } };
    const { status, headers } = await callBound(sim, await boundToken(sim), change);
    expect([status, headers.get('www-authenticate')]).toEqual([
      400,
      expect.stringContaining('The DPoP proof JWT signature is invalid.') as string,
    ]);
  });

  test('is refused, and a violation, for a proof with a private key in it', async () => {
    const sim = await simulateBound();
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(pair.privateKey);
    const { status } = await callBound(sim, await boundToken(sim), { header: { jwk } });
    expect(status).toBe(400);
    expect(sim.violations).toEqual(['GET /api/v1/apps: the DPoP proof has the private member "d"']);
  });

  test.each([
    ['nothing', ''],
    ['no JWT', 'a.b.c'],
    ['an unsigned one', `${new UnsecuredJWT({ jti: 'x' }).encode()}AA`],
  ])('is refused for a proof that is %s', async (_name, dpop) => {
    const sim = await simulateBound();
    const { token } = await boundToken(sim);
    const { status, headers } = await call(sim, `GET ${APPS_URL}`, {
      headers: { authorization: `DPoP ${token}`, dpop },
    });
    expect(status).toBe(400);
    expect(headers.get('www-authenticate')).toContain('error="invalid_dpop_proof"');
  });

  test('is refused for two proofs at once', async () => {
    const sim = await simulateBound();
    const { token, nonce } = await boundToken(sim);
    const proofs = await Promise.all(
      [1, 2].map(() => proof({ method: 'GET', url: APPS_URL, nonce, accessToken: token })),
    );
    const headers = { authorization: `DPoP ${token}`, dpop: proofs.join(', ') };
    expect((await call(sim, `GET ${APPS_URL}`, { headers })).status).toBe(400);
  });

  test('is refused without a proof, and with the token as a bearer’s', async () => {
    const sim = await simulateBound();
    const bound = await boundToken(sim);
    const alone = await call(sim, `GET ${APPS_URL}`, { headers: { authorization: `DPoP ${bound.token}` } });
    for (const { status, body, headers } of [alone, await callBound(sim, bound, { scheme: 'Bearer' })]) {
      expect([status, body]).toEqual([400, undefined]);
      expect(headers.get('www-authenticate')).toMatch(
        /^DPoP .*error_description="The DPoP proof JWT header is missing."/,
      );
    }
  });

  test('uses its proof up, even where the rate limit refuses it', async () => {
    const sim = await simulateBound();
    const { token, nonce } = await boundToken(sim);
    const dpop = await proof({ method: 'GET', url: APPS_URL, nonce, accessToken: token });
    const send = (): Promise<Reply> =>
      call(sim, `GET ${APPS_URL}`, { headers: { authorization: `DPoP ${token}`, dpop } });
    sim.switches.rateLimit = 1;
    await callBound(sim, { token, nonce });
    expect((await send()).status).toBe(429);
    const { status, headers } = await send();
    expect([status, headers.get('www-authenticate')]).toEqual([
      400,
      expect.stringContaining('The DPoP proof JWT has already been used.') as string,
    ]);
  });

  test('keeps its proof where the connection broke before it arrived', async () => {
    const sim = await simulateBound();
    const { token, nonce } = await boundToken(sim);
    const dpop = await proof({ method: 'GET', url: APPS_URL, nonce, accessToken: token });
    const send = (): Promise<Reply> =>
      call(sim, `GET ${APPS_URL}`, { headers: { authorization: `DPoP ${token}`, dpop } });
    sim.switches.faults = [faults.resetBefore({ times: 1 })];
    await expect(send()).rejects.toThrow('fetch failed');
    expect((await send()).status).toBe(200);
  });

  test('with a wrong token is 401 whatever its proof', async () => {
    const sim = await simulateBound();
    const { nonce } = await boundToken(sim);
    const { status, body } = await callBound(sim, { token: 'wrong', nonce });
    expect([status, body['errorCode']]).toEqual([401, 'E0000011']);
  });

  test('without the scope is refused in the scheme of its token', async () => {
    const sim = await simulateBound();
    const { nonce } = await boundToken(sim);
    const given = await askToken(sim, {
      form: { scope: 'okta.users.read' },
      headers: { dpop: await proof({ nonce }) },
    });
    const { status, headers } = await callBound(sim, { token: tokenIn(given), nonce });
    expect([status, headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringMatching(/^DPoP algs=.*scope="okta.apps.read", error="insufficient_scope"/) as string,
    ]);
  });

  test('of a machine that is five minutes off is refused, until it goes by the Date header', async () => {
    const sim = await simulateBound();
    const bound = await boundToken(sim);
    for (const offMs of [300_000, -300_000]) {
      const refused = await callBound(sim, bound, { now: new Date(NOW.getTime() + offMs) });
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
        400,
        expect.stringContaining(wrongClaim('iat')) as string,
      ]);
      const shown = new Date(refused.headers.get('date') ?? '');
      expect((await callBound(sim, bound, { now: shown })).status).toBe(200);
    }
  });
});

describe('a nonce', () => {
  const refusal = /^DPoP .*error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof."/;

  test.each([
    ['none', undefined],
    ['one of its own', 'invented'],
  ])('is asked for where a call has %s', async (_name, nonce) => {
    const sim = await simulateBound();
    const bound = await boundToken(sim);
    const { status, body, headers } = await callBound(sim, bound, { nonce });
    expect([status, body, headers.get('dpop-nonce')]).toEqual([400, undefined, bound.nonce]);
    expect(headers.get('www-authenticate')).toMatch(refusal);
  });

  test('is good for one rotation, which answers tell, and then asked for anew', async () => {
    const sim = await simulateBound();
    const bound = await boundToken(sim);
    sim.rotateDpopNonce();
    const told = await callBound(sim, bound);
    const next = told.headers.get('dpop-nonce') ?? '';
    expect(told.status).toBe(200);
    expect(next).not.toBe(bound.nonce);
    const settled = await callBound(sim, { ...bound, nonce: next });
    expect([settled.status, settled.headers.get('dpop-nonce')]).toEqual([200, null]);
    sim.rotateDpopNonce();
    const { status, headers } = await callBound(sim, bound);
    expect(status).toBe(400);
    expect(headers.get('www-authenticate')).toMatch(refusal);
    expect((await callBound(sim, { ...bound, nonce: headers.get('dpop-nonce') ?? '' })).status).toBe(200);
  });

  test('is asked for at the token endpoint after two rotations', async () => {
    const sim = await simulateBound();
    const { nonce } = await boundToken(sim);
    sim.rotateDpopNonce();
    const given = await askToken(sim, { headers: { dpop: await proof({ nonce }) } });
    expect(given.status).toBe(200);
    expect(given.headers.get('dpop-nonce')).not.toBe(nonce);
    sim.rotateDpopNonce();
    expect((await askToken(sim, { headers: { dpop: await proof({ nonce }) } })).body['error']).toBe('use_dpop_nonce');
  });

  test('is renewed every day, and good for three', async () => {
    const clock = testClock();
    const sim = await simulateService({ app: { dpopBound: true }, options: { now: clock.now } });
    const { nonce } = await boundToken(sim);
    const ask = async (): Promise<Reply> => {
      const now = clock.now();
      const form = { client_assertion: await assertion({ now }) };
      return askToken(sim, { form, headers: { dpop: await proof({ nonce, now }) } });
    };
    clock.advance(86_399_999);
    expect((await ask()).headers.get('dpop-nonce')).toBe(nonce);
    clock.advance(1);
    const renewed = await ask();
    expect(renewed.status).toBe(200);
    expect(renewed.headers.get('dpop-nonce')).not.toBe(nonce);
    clock.advance(2 * 86_400_000 - 1);
    expect((await ask()).status).toBe(200);
    clock.advance(1);
    expect((await ask()).body['error']).toBe('use_dpop_nonce');
  });
});

test('the token is bound to the key by its thumbprint, not by how the key is written', async () => {
  const sim = await simulateBound();
  const bound = await boundToken(sim);
  const { jwk } = await keyNamed('proof', 'ES256');
  const { kty, crv, x = '', y = '' } = jwk;
  const written = { y, x, crv, kty, use: 'sig', alg: 'ES256' };
  expect(await calculateJwkThumbprint(written as typeof jwk)).toBe(await calculateJwkThumbprint(jwk));
  expect((await callBound(sim, bound, { header: { jwk: written } })).status).toBe(200);
});
