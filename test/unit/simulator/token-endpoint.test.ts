import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { readOperations } from '../../../src/simulator/api/documents.ts';
import { createSimulator, OKTA_SCOPES } from '../../../src/simulator/index.ts';
import { scopesFor } from '../../../src/simulator/oauth/scopes.ts';
import { appLabelled, call, NOW, ORIGIN, testClock } from './client.ts';
import {
  askToken,
  assertion,
  bearer,
  CLIENT_ID,
  type JwtChange,
  keyNamed,
  proof,
  SCOPES,
  secondsAt,
  simulateService,
  TOKEN_URL,
  tokenIn,
} from './oauth-client.ts';

const JWKS = `/api/v1/apps/${CLIENT_ID}/credentials/jwks`;

describe('a token', () => {
  test('is given for an hour, in the recorded form', async () => {
    const sim = await simulateService();
    const { status, headers, body } = await askToken(sim);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'access_token', 'scope']);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: SCOPES.join(' ') });
    expect(headers.get('dpop-nonce')).toMatch(/^[\w-]{22}$/);
    expect(headers.get('x-rate-limit-remaining')).toBe('999999');
    expect(headers.get('content-type')).toBe('application/json');
    expect(sim.journal[0]?.bucket).toBe('/oauth2/v1/token');
    expect(sim.tokens()).toEqual([
      {
        clientId: CLIENT_ID,
        scopes: SCOPES,
        tokenType: 'Bearer',
        issuedAt: NOW,
        expiresAt: new Date(NOW.getTime() + 3_600_000),
        isRevoked: false,
      },
    ]);
    expect(sim.violations).toEqual([]);
  });

  test.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('is given for an %s signature', async (alg) => {
    const key = await keyNamed('own', alg);
    const sim = await simulateService({ app: { publicKeys: [key.jwk] } });
    const { status } = await askToken(sim, { form: { client_assertion: await assertion({ key }) } });
    expect(status).toBe(200);
  });

  test.each(['https://my-org.okta.com', 'http://my-org.localhost:8080', 'http://127.0.0.1:8080'])(
    'is given and counts at %s alone',
    async (origin) => {
      const sim = await simulateService();
      const url = `${origin}/oauth2/v1/token`;
      const token = tokenIn(
        await askToken(sim, { url, form: { client_assertion: await assertion({ claims: { aud: url } }) } }),
      );
      expect((await bearer(sim, `GET ${origin}/api/v1/apps`, token)).status).toBe(200);
      const elsewhere = await bearer(sim, 'GET http://other-org.localhost:8080/api/v1/apps', token);
      expect([elsewhere.status, elsewhere.body['errorCode']]).toEqual([401, 'E0000011']);
    },
  );

  test('ends with its hour', async () => {
    const clock = testClock();
    const sim = await simulateService({ options: { now: clock.now } });
    const token = tokenIn(await askToken(sim));
    clock.advance(3_599_999);
    expect((await bearer(sim, 'GET /api/v1/apps', token)).status).toBe(200);
    clock.advance(1);
    const { status, body } = await bearer(sim, 'GET /api/v1/apps', token);
    expect([status, body['errorCode']]).toEqual([401, 'E0000011']);
  });

  test('ends by the clock that the headers show', async () => {
    const sim = await simulateService();
    const token = tokenIn(await askToken(sim));
    sim.switches.dateSkewMs = 3_600_000;
    expect((await bearer(sim, 'GET /api/v1/apps', token)).status).toBe(401);
  });

  test('ends when it is revoked, and another is given', async () => {
    const sim = await simulateService();
    const token = tokenIn(await askToken(sim));
    sim.revokeTokens();
    expect((await bearer(sim, 'GET /api/v1/apps', token)).status).toBe(401);
    expect((await bearer(sim, 'GET /api/v1/apps', tokenIn(await askToken(sim)))).status).toBe(200);
    expect(sim.tokens().map(({ isRevoked }) => isRevoked)).toEqual([true, false]);
  });

  test('ends with its application', async () => {
    const sim = await simulateService();
    const token = tokenIn(await askToken(sim));
    await call(sim, `POST /api/v1/apps/${CLIENT_ID}/lifecycle/deactivate`);
    expect((await bearer(sim, 'GET /api/v1/apps', token)).status).toBe(401);
    expect((await askToken(sim)).body).toMatchObject({ error: 'invalid_client' });
  });

  test.each(['Bearer wrong', 'Bearer', 'DPoP wrong', 'Token wrong'])('of another kind is 401: %s', async (value) => {
    const sim = await simulateService();
    const { status, body } = await call(sim, 'GET /api/v1/apps', { headers: { authorization: value } });
    expect([status, body['errorCode']]).toEqual([401, 'E0000011']);
  });

  test('that is not bound is none of DPoP', async () => {
    const sim = await simulateService();
    const token = tokenIn(await askToken(sim));
    const headers = { authorization: `DPoP ${token}` };
    expect((await call(sim, 'GET /api/v1/apps', { headers })).status).toBe(401);
  });

  test('counts against its own bucket', async () => {
    const sim = await simulateService({ options: { rateLimit: 1 } });
    const token = tokenIn(await askToken(sim));
    const refused = await askToken(sim);
    expect([refused.status, refused.body['errorCode']]).toEqual([429, 'E0000047']);
    expect((await bearer(sim, 'GET /api/v1/apps', token)).status).toBe(200);
  });
});

describe('an assertion', () => {
  const at = secondsAt(NOW);
  const signature = 'The client_assertion signature is invalid.';
  const kid = 'The client_assertion JWT kid is invalid.';
  const audience = 'The audience claim for client_assertion must be the endpoint invoked for the request.';
  const expired = 'The client_assertion token is expired.';
  const tooFar = 'The client_assertion token has an expiration too far into the future.';
  const early = 'The client_assertion token was issued in the future.';
  const claim = (name: string): string =>
    `The ${name} claim for client_assertion must be the client_id of the application.`;

  test.each<[name: string, change: JwtChange, description: string]>([
    ['another issuer', { claims: { iss: '0oaSomebodyElse00001' } }, claim('issuer')],
    ['no issuer', { claims: { iss: undefined } }, claim('issuer')],
    ['another subject', { claims: { sub: '0oaSomebodyElse00001' } }, claim('subject')],
    ['no subject', { claims: { sub: undefined } }, claim('subject')],
    ['an unknown client', { claims: { iss: '0oaX', sub: '0oaX' } }, "Invalid value for 'client_id' parameter."],
    ['the org as audience', { claims: { aud: ORIGIN } }, audience],
    ['the issuer of another server', { claims: { aud: `${ORIGIN}/oauth2/default/v1/token` } }, audience],
    ['a double slash in the audience', { claims: { aud: `${ORIGIN}//oauth2/v1/token` } }, audience],
    ['a slash behind the audience', { claims: { aud: `${TOKEN_URL}/` } }, audience],
    ['two audiences', { claims: { aud: [TOKEN_URL, ORIGIN] } }, audience],
    ['no audience', { claims: { aud: undefined } }, audience],
    ['an end in the past', { claims: { exp: at - 1 } }, expired],
    ['an end now', { claims: { exp: at } }, expired],
    ['an end in more than an hour', { claims: { exp: at + 3610 } }, tooFar],
    ['no end', { claims: { exp: undefined } }, 'The client_assertion token must have an expiration.'],
    ['a beginning in the future', { claims: { iat: at + 10 } }, early],
    ['a beginning that is no number', { claims: { iat: 'now' } }, early],
    ['another kid', { header: { kid: 'second' } }, kid],
  ])('with %s is refused', async (_name, change, description) => {
    const sim = await simulateService();
    const { status, body } = await askToken(sim, { form: { client_assertion: await assertion(change) } });
    expect([status, body]).toEqual([401, { error: 'invalid_client', error_description: description }]);
    expect(sim.tokens()).toEqual([]);
  });

  test('signed with another key is refused', async () => {
    const sim = await simulateService();
    const key = await keyNamed('second');
    const text = await assertion({ key, header: { kid: 'first' } });
    const { status, body } = await askToken(sim, { form: { client_assertion: text } });
    expect([status, body['error_description']]).toEqual([401, signature]);
  });

  test('changed after it was signed is refused', async () => {
    const sim = await simulateService();
    const [header, , signed] = (await assertion()).split('.');
    const [, claims] = (await assertion({ claims: { exp: at + 60 } })).split('.');
    const { body } = await askToken(sim, { form: { client_assertion: [header, claims, signed].join('.') } });
    expect(body['error_description']).toBe(signature);
  });

  test('of another algorithm is refused', async () => {
    const sim = await simulateService();
    const claims = { iss: CLIENT_ID, sub: CLIENT_ID, aud: TOKEN_URL, exp: at + 60, jti: 'one' };
    const { privateKey } = await generateKeyPair('PS256');
    const texts = [
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(Buffer.alloc(32, 1)),
      await new SignJWT(claims).setProtectedHeader({ alg: 'PS256', kid: 'first' }).sign(privateKey),
      new UnsecuredJWT(claims).encode().replace(/\.$/, '.AA'),
    ];
    for (const text of texts) {
      const { status, body } = await askToken(sim, { form: { client_assertion: text } });
      expect([status, body['error_description']]).toEqual([401, 'The client_assertion JWT alg is not supported.']);
    }
  });

  test('of an algorithm for another type of key is refused', async () => {
    const sim = await simulateService();
    const key = await keyNamed('first', 'ES256');
    const { body } = await askToken(sim, { form: { client_assertion: await assertion({ key }) } });
    expect(body['error_description']).toBe(signature);
  });

  test.each(['', 'x', 'a.b', 'a.b.c', 'a.b.c.d.e'])('that is no JWT is refused: "%s"', async (text) => {
    const sim = await simulateService();
    const { status, body } = await askToken(sim, { form: { client_assertion: text } });
    expect([status, body['error']]).toEqual([401, 'invalid_client']);
  });

  test('is good once', async () => {
    const sim = await simulateService();
    const text = await assertion();
    expect((await askToken(sim, { form: { client_assertion: text } })).status).toBe(200);
    const { status, body } = await askToken(sim, { form: { client_assertion: text } });
    expect([status, body['error_description']]).toEqual([401, 'The client_assertion token has already been used.']);
  });

  test('sent twice at once is good once', async () => {
    const sim = await simulateService();
    const form = { client_assertion: await assertion() };
    const replies = await Promise.all([askToken(sim, { form }), askToken(sim, { form })]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 401]);
  });

  test('need not have a jti or an iat, nor is a second of difference too much', async () => {
    const sim = await simulateService();
    for (const claims of [
      { jti: undefined },
      { iat: undefined },
      { iat: at + 1 },
      { aud: [TOKEN_URL] },
      { exp: at + 3600 },
    ]) {
      expect((await askToken(sim, { form: { client_assertion: await assertion({ claims }) } })).status).toBe(200);
    }
  });

  test.each([
    ['ahead', 300_000, early],
    ['behind', -300_000, expired],
  ])(
    'of a machine that is five minutes %s is refused, until it goes by the Date header',
    async (_name, offMs, text) => {
      const sim = await simulateService();
      const now = new Date(NOW.getTime() + offMs);
      const refused = await askToken(sim, { form: { client_assertion: await assertion({ now }) } });
      expect([refused.status, refused.body['error_description']]).toEqual([401, text]);
      const shown = new Date(refused.headers.get('date') ?? '');
      expect((await askToken(sim, { form: { client_assertion: await assertion({ now: shown }) } })).status).toBe(200);
    },
  );

  test('is judged by the clock that the headers show', async () => {
    const sim = await simulateService();
    sim.switches.dateSkewMs = 600_000;
    expect((await askToken(sim)).body['error_description']).toBe(expired);
    const { status } = await askToken(sim, {
      form: { client_assertion: await assertion({ now: new Date(NOW.getTime() + 600_000) }) },
    });
    expect(status).toBe(200);
  });
});

describe('the form', () => {
  test.each<[name: string, request: Parameters<typeof askToken>[1], status: number, error: string]>([
    ['without a grant type', { form: { grant_type: undefined } }, 400, 'invalid_request'],
    ['with another grant type', { form: { grant_type: 'password' } }, 400, 'unsupported_grant_type'],
    ['without a scope', { form: { scope: undefined } }, 400, 'invalid_scope'],
    ['with an empty scope', { form: { scope: ' ' } }, 400, 'invalid_scope'],
    ['without a type of assertion', { form: { client_assertion_type: undefined } }, 401, 'invalid_client'],
    ['with another type of assertion', { form: { client_assertion_type: 'jwt' } }, 401, 'invalid_client'],
    ['without an assertion', { form: { client_assertion: undefined } }, 401, 'invalid_client'],
    ['of another content type', { headers: { 'content-type': 'application/json' } }, 400, 'invalid_request'],
    ['with an unknown scope', { form: { scope: 'okta.apps.read okta.unknown.read' } }, 400, 'invalid_scope'],
    ['with a scope that was not granted', { form: { scope: 'okta.apps.read okta.logs.read' } }, 400, 'invalid_scope'],
    ['with another client_id', { form: { client_id: '0oaSomebodyElse00001' } }, 401, 'invalid_client'],
  ])('%s is refused', async (_name, request, status, error) => {
    const sim = await simulateService();
    const { body, ...reply } = await askToken(sim, request);
    expect([reply.status, body['error']]).toEqual([status, error]);
    expect(Object.keys(body)).toEqual(['error', 'error_description']);
    expect(sim.violations).toEqual([]);
    expect(sim.tokens()).toEqual([]);
  });

  test('may name the client, and takes another client’s name for what it is', async () => {
    const sim = await simulateService();
    expect((await askToken(sim, { form: { client_id: CLIENT_ID } })).status).toBe(200);
    const { id } = appLabelled(sim, 'Payroll Sync');
    expect((await askToken(sim, { form: { client_id: id } })).body['error']).toBe('invalid_client');
  });

  test('with a repeated parameter is refused', async () => {
    const sim = await simulateService();
    const body = new URLSearchParams([
      ['grant_type', 'client_credentials'],
      ['scope', 'okta.apps.read'],
      ['scope', 'okta.users.read'],
    ]);
    const response = await sim.handle(new Request(TOKEN_URL, { method: 'POST', body }));
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  test('by GET is 405', async () => {
    const { status, body } = await askToken(await simulateService(), { method: 'GET' });
    expect([status, body['errorCode']]).toEqual([405, 'E0000022']);
  });

  test.each<[name: string, request: Parameters<typeof askToken>[1], violation: string]>([
    ['a client secret', { form: { client_secret: 'hidden' } }, 'a client secret beside an assertion'],
    ['an API token', { headers: { authorization: 'SSWS hidden' } }, 'a credential in the Authorization header (SSWS)'],
    ['a password', { headers: { authorization: 'Basic hidden' } }, 'a credential in the Authorization header (Basic)'],
    [
      'an assertion in the URL',
      { url: `${TOKEN_URL}?client_assertion=hidden` },
      '"client_assertion" in the URL of the token endpoint',
    ],
  ])('with %s is refused, and a violation', async (_name, request, violation) => {
    const sim = await simulateService();
    const { status, body } = await askToken(sim, request);
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
    expect(sim.violations).toEqual([`POST /oauth2/v1/token: ${violation}`]);
    expect(JSON.stringify([sim.journal, sim.violations])).not.toContain('hidden');
  });

  test('leaves no credential in the journal', async () => {
    const sim = await simulateService();
    const text = await assertion();
    const sent = await proof();
    const token = tokenIn(await askToken(sim, { form: { client_assertion: text }, headers: { dpop: sent } }));
    await bearer(sim, 'GET /api/v1/apps', token);
    expect(sim.journal[0]?.headers['dpop']).toBe('***');
    expect(sim.journal[0]?.body).toMatch(/^grant_type=client_credentials&.*&client_assertion=\*\*\*$/);
    expect(sim.journal[1]?.headers['authorization']).toBe('Bearer ***');
    const kept = JSON.stringify([sim.journal, sim.tokens()]);
    for (const secret of [text, sent, token]) expect(kept).not.toContain(secret);
  });

  test('with ungranted scopes gets those that were granted, where the org drops the others', async () => {
    const sim = await simulateService();
    sim.switches.ungrantedScopes = 'dropped';
    const some = await askToken(sim, { form: { scope: 'okta.logs.read okta.apps.read' } });
    expect(some.body['scope']).toBe('okta.apps.read');
    const none = await askToken(sim, { form: { scope: 'okta.logs.read okta.groups.read' } });
    expect([none.status, none.body]).toEqual([
      400,
      { error: 'consent_required', error_description: 'You are not allowed any of the requested scopes.' },
    ]);
  });
});

describe('a client', () => {
  test.each([
    ['Claims Portal', 400, 'unauthorized_client'],
    ['Employee Portal', 400, 'unauthorized_client'],
    ['Okta Dashboard', 401, 'invalid_client'],
    ['Metrics Collector', 401, 'invalid_client'],
    ['Onboarding Bot', 401, 'invalid_client'],
  ])('that is no active service with a key is refused: %s', async (label, status, error) => {
    const sim = await simulateService();
    const { id } = appLabelled(sim, label);
    const text = await assertion({ claims: { iss: id, sub: id } });
    const { body, ...reply } = await askToken(sim, { form: { client_assertion: text } });
    expect([reply.status, body['error']]).toEqual([status, error]);
  });

  test('that proves itself by a secret is refused', async () => {
    const sim = await simulateService();
    const created = await call(sim, 'POST /api/v1/apps', {
      body: {
        label: 'Secretive',
        signOnMode: 'OPENID_CONNECT',
        credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
        settings: { oauthClient: { application_type: 'service' } },
      },
    });
    const id = String(created.body['id']);
    const text = await assertion({ claims: { iss: id, sub: id } });
    const { status, body } = await askToken(sim, { form: { client_assertion: text } });
    expect([status, body['error']]).toEqual([401, 'invalid_client']);
    expect(String(body['error_description'])).toContain('private_key_jwt');
  });

  test('is an app of the org, with its keys, grants and role, and only when asked for', async () => {
    const sim = await simulateService();
    expect(sim.apps()).toHaveLength(43);
    const { body } = await call(sim, `GET /api/v1/apps/${CLIENT_ID}`);
    expect(body).toMatchObject({
      label: 'Nightly Audit',
      settings: { oauthClient: { application_type: 'service', dpop_bound_access_tokens: false } },
    });
    expect((await call(sim, `GET ${JWKS}`)).body).toMatchObject({ keys: [{ kid: 'first', kty: 'RSA' }] });
    const grants = await call(sim, `GET /api/v1/apps/${CLIENT_ID}/grants`);
    expect(grants.body).toMatchObject(SCOPES.map((scopeId) => ({ scopeId })));
  });

  test('gets an id and a name where it has none', async () => {
    const { jwk } = await keyNamed('first');
    const sim = createSimulator({ serviceApps: [{ publicKeys: [jwk], scopes: [], dpopBound: true }] });
    const app = sim.apps().at(-1);
    expect(app?.id).toMatch(/^0oa\w{17}$/);
    expect(app).toMatchObject({ label: 'Service app 1', oauthClient: { dpopBound: true }, keys: [{ kid: 'first' }] });
  });

  test('is never set up with a private key, or with none at all', () => {
    const set = (key: object) => () => createSimulator({ serviceApps: [{ publicKeys: [key], scopes: [] }] });
    expect(set({ kty: 'RSA', n: 'AQAB', e: 'AQAB', d: 'secret' })).toThrow('A service app takes public keys only.');
    expect(set({ kty: 'oct' })).toThrow(TypeError);
  });
});

describe('keys as they are now', () => {
  const withKid = async (kid: string | undefined, key = kid ?? 'first'): Promise<string> =>
    assertion({ key: await keyNamed(key), header: { kid } });
  const ask = async (sim: Awaited<ReturnType<typeof simulateService>>, text: string): Promise<unknown> => {
    const { status, body } = await askToken(sim, { form: { client_assertion: text } });
    return status === 200 ? status : body['error_description'];
  };
  const kidIsInvalid = 'The client_assertion JWT kid is invalid.';

  test('are rotated through the API', async () => {
    const sim = await simulateService();
    const { jwk } = await keyNamed('second');
    expect(await ask(sim, await withKid(undefined))).toBe(200);
    expect(await ask(sim, await withKid('second'))).toBe(kidIsInvalid);
    expect((await call(sim, `POST ${JWKS}`, { body: { ...jwk, use: 'sig' } })).status).toBe(201);
    // With two keys stored, one must be named.
    expect(await ask(sim, await withKid(undefined))).toBe(kidIsInvalid);
    expect(await ask(sim, await withKid('first'))).toBe(200);
    expect(await ask(sim, await withKid('second'))).toBe(200);
    const first = `${JWKS}/${sim.keys(CLIENT_ID)[0]?.id}`;
    await call(sim, `POST ${first}/lifecycle/deactivate`);
    expect(await ask(sim, await withKid('first'))).toBe(kidIsInvalid);
    expect(await ask(sim, await withKid(undefined, 'second'))).toBe(kidIsInvalid);
    await call(sim, `DELETE ${first}`);
    expect(await ask(sim, await withKid(undefined, 'second'))).toBe(200);
  });

  test('for encryption do not count', async () => {
    const { jwk } = await keyNamed('first');
    const sim = await simulateService({ app: { publicKeys: [{ ...jwk, use: 'enc' }] } });
    expect(await ask(sim, await withKid('first'))).toBe(kidIsInvalid);
  });

  test('are none', async () => {
    const sim = await simulateService({ app: { publicKeys: [] } });
    expect(await ask(sim, await withKid('first'))).toBe(kidIsInvalid);
  });
});

describe('scopes and roles', () => {
  const tokenFor = async (sim: Awaited<ReturnType<typeof simulateService>>, scope: string): Promise<string> =>
    tokenIn(await askToken(sim, { form: { scope } }));

  test.each([
    ['GET /api/v1/apps', 'okta.apps.read', 200],
    ['GET /api/v1/apps', 'okta.apps.manage', 200],
    ['GET /api/v1/apps', 'okta.users.read', 403],
    [`GET ${JWKS}`, 'okta.apps.read', 200],
    [`POST ${JWKS}`, 'okta.apps.read', 403],
    ['GET /api/v1/users', 'okta.apps.read okta.users.read', 200],
    [`GET /api/v1/apps/${CLIENT_ID}/grants`, 'okta.apps.manage', 403],
    [`GET /oauth2/v1/clients/${CLIENT_ID}/roles`, 'okta.roles.read', 200],
    ['GET /api/v1/nowhere', 'okta.apps.read', 404],
  ])('%s with %s is %i', async (request, scope, status) => {
    const sim = await simulateService();
    const { jwk } = await keyNamed('second');
    const token = await tokenFor(sim, scope);
    const reply = await call(sim, request, {
      headers: { authorization: `Bearer ${token}` },
      ...(request.startsWith('POST') && { body: jwk }),
    });
    expect(reply.status).toBe(status);
    expect(sim.keys(CLIENT_ID)).toHaveLength(1);
  });

  test('a missing scope is said in WWW-Authenticate alone, as reported of Okta', async () => {
    const sim = await simulateService();
    const { status, headers, body } = await bearer(
      sim,
      'GET /api/v1/groups?limit=5',
      await tokenFor(sim, 'okta.apps.read'),
    );
    expect([status, body, headers.get('content-type')]).toEqual([403, undefined, null]);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer authorization_uri="http://my-org.okta.com/oauth2/v1/authorize", realm="http://my-org.okta.com", scope="okta.groups.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/groups"',
    );
    expect(headers.get('x-rate-limit-limit')).toBe('1000000');
  });

  test('every operation has a scope, but for those that Okta names none for', () => {
    const without = readOperations()
      .map(({ method }) => `${method.httpMethod} ${method.path.replaceAll(/\{[^}]*\}/g, 'x')}`)
      .filter((request) => scopesFor(...(request.split(' ') as [string, string])).length === 0);
    expect(without.toSorted()).toEqual([
      'DELETE /api/v1/api-tokens/current',
      'GET /.well-known/app-authenticator-configuration',
      'GET /.well-known/apple-app-site-association',
      'GET /.well-known/assetlinks.json',
      'GET /.well-known/okta-organization',
      'GET /.well-known/ssf-configuration',
      'GET /.well-known/webauthn',
      'GET /api/v1/users/x/factors/questions',
      'POST /security/api/v1/security-events',
    ]);
    expect(OKTA_SCOPES).toHaveLength(109);
  });

  test.each([
    ['POST', '/api/v1/policies/simulate', ['okta.policies.read']],
    ['POST', '/api/v1/apps/x/group-push/mappings', ['okta.apps.manage', 'okta.groups.manage']],
    ['GET', '/api/v1/groups/x/roles', ['okta.roles.read']],
    ['DELETE', '/api/v1/users/x/roles/y', ['okta.roles.manage']],
    ['GET', '/api/v1/meta/schemas/user/default', ['okta.schemas.read']],
    ['GET', '/api/v1/meta/schemas/user/linkedObjects', ['okta.linkedObjects.read']],
  ])('%s %s needs %j', (method, path, scopes) => {
    expect(scopesFor(method, path)).toEqual(scopes);
  });

  test('a grant that is revoked counts no more, and one that is added counts', async () => {
    const sim = await simulateService();
    const grants = `/api/v1/apps/${CLIENT_ID}/grants`;
    await call(sim, `POST ${grants}`, { body: { scopeId: 'okta.logs.read', issuer: ORIGIN } });
    expect((await askToken(sim, { form: { scope: 'okta.logs.read' } })).status).toBe(200);
    const [first] = (await call(sim, `GET ${grants}`)).body as unknown as readonly { readonly id: string }[];
    await call(sim, `DELETE ${grants}/${first?.id}`);
    expect((await askToken(sim, { form: { scope: 'okta.apps.read' } })).body['error']).toBe('invalid_scope');
  });

  test.each([
    ['manager', 200, 201, ['SUPER_ADMIN']],
    ['reader', 200, 403, ['READ_ONLY_ADMIN']],
    ['none', 403, 403, []],
  ] as const)('the role %s reads with %i and writes with %i', async (role, read, write, types) => {
    const sim = await simulateService({ app: { role } });
    const token = await tokenFor(sim, SCOPES.join(' '));
    const { jwk } = await keyNamed('second');
    const reading = await bearer(sim, `GET ${JWKS}`, token);
    const writing = await call(sim, `POST ${JWKS}`, { headers: { authorization: `Bearer ${token}` }, body: jwk });
    expect([reading.status, writing.status]).toEqual([read, write]);
    for (const { status, body, headers } of [reading, writing]) {
      expect(headers.get('www-authenticate')).toBeNull();
      if (status === 403) expect(body['errorCode']).toBe('E0000006');
    }
    const roles = await call(sim, `GET /oauth2/v1/clients/${CLIENT_ID}/roles`);
    expect(roles.body).toMatchObject(types.map((type) => ({ type, status: 'ACTIVE', assignmentType: 'CLIENT' })));
    expect(roles.body).toHaveLength(types.length);
  });

  test('a role that is taken away counts no more', async () => {
    const sim = await simulateService();
    const token = await tokenFor(sim, 'okta.apps.read');
    const roles = `/oauth2/v1/clients/${CLIENT_ID}/roles`;
    const [role] = (await call(sim, `GET ${roles}`)).body as unknown as readonly { readonly id: string }[];
    await call(sim, `DELETE ${roles}/${role?.id}`);
    const { status, body } = await bearer(sim, 'GET /api/v1/apps', token);
    expect([status, body['errorCode']]).toEqual([403, 'E0000006']);
  });
});

describe('whose token it is', () => {
  test('an API token is a user’s, an access token nobody’s', async () => {
    const sim = await simulateService();
    const mine = await call(sim, 'GET /api/v1/users/me');
    expect(mine.status).toBe(200);
    expect(mine.body).toMatchObject({ status: 'ACTIVE', profile: { login: expect.stringContaining('@') as string } });
    const { status, body } = await bearer(sim, 'GET /api/v1/users/me', tokenIn(await askToken(sim)));
    expect([status, body['errorSummary']]).toEqual([404, 'Not found: Resource not found: me (User)']);
  });

  test('an API token is refused from outside its network zone, an access token is not', async () => {
    const sim = await simulateService();
    const token = tokenIn(await askToken(sim));
    sim.switches.isOutsideTokenZone = true;
    const { status, body } = await call(sim, 'GET /api/v1/apps');
    expect([status, body['errorCode']]).toEqual([401, 'E0000011']);
    expect((await bearer(sim, 'GET /api/v1/apps', token)).status).toBe(200);
  });
});
