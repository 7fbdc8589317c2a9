import { describe, expect, test } from 'vitest';

import { faults } from '../../../src/simulator/index.ts';
import { appLabelled, call, jwksPath, makeRequest, ORIGIN, rsaKey, simulate, testClock } from './client.ts';

describe('errors', () => {
  test('have the recorded members in order', async () => {
    const { body } = await call(simulate(), 'GET /api/v1/nowhere');
    expect(Object.keys(body)).toEqual(['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses']);
    expect(body).toMatchObject({ errorCode: 'E0000008', errorLink: 'E0000008', errorCauses: [] });
    expect(body.errorId).toMatch(/^oae[\w-]{22}$/);
  });

  test.each([
    ['GET /api/v1/nowhere', 404, 'E0000008'],
    ['GET /api/v1/apps/0oa1/credentials', 404, 'E0000008'],
    ['GET /api/v1/APPS', 404, 'E0000008'],
    ['DELETE /api/v1/apps', 405, 'E0000022'],
    ['PATCH /api/v1/apps/0oa1/credentials/jwks/pks1', 405, 'E0000022'],
    ['GET /api/v1/apps/0oa1/credentials/jwks/pks1/lifecycle/activate', 405, 'E0000022'],
  ])('%s is %i %s', async (request, status, code) => {
    const reply = await call(simulate(), request);
    expect([reply.status, reply.body.errorCode]).toEqual([status, code]);
  });

  test.each([
    ['wrong', { authorization: 'SSWS wrong' }],
    ['empty', { authorization: '' }],
    ['of another scheme', { authorization: 'Bearer sim-token' }],
  ])('a token that is %s is 401', async (_name, headers) => {
    const { status, body } = await call(simulate(), 'GET /api/v1/apps', { headers });
    expect([status, body.errorCode, body.errorSummary]).toEqual([401, 'E0000011', 'Invalid token provided']);
  });

  test('a token that may only read is 403 for writes, and 200 for reads', async () => {
    const sim = simulate({ readOnlyToken: 'reader' });
    const path = jwksPath(appLabelled(sim, 'Payroll Sync'));
    expect((await call(sim, `GET ${path}`, { token: 'reader' })).status).toBe(200);
    const { status, body } = await call(sim, `POST ${path}`, { token: 'reader', body: rsaKey() });
    expect([status, body.errorCode]).toEqual([403, 'E0000006']);
    expect(body.errorSummary).toBe('You do not have permission to perform the requested action');
  });
});

describe('headers', () => {
  test.each([
    ['GET /api/v1/apps', 200],
    ['GET /api/v1/nowhere', 404],
  ])('%s carries all of them', async (request, status) => {
    const { headers, ...reply } = await call(simulate(), request);
    expect(reply.status).toBe(status);
    expect(headers.get('x-okta-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('date')).toBe('Mon, 23 Nov 2026 08:00:00 GMT');
    expect(headers.get('cache-control')).toBe('no-cache, no-store');
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-rate-limit-limit')).toBe('1000000');
    expect(headers.get('x-rate-limit-remaining')).toBe('999999');
    // The window began with the second of the call.
    expect(headers.get('x-rate-limit-reset')).toBe(String(Date.parse('2026-11-23T08:01:00Z') / 1000));
  });

  test('Date can be ahead of the clock', async () => {
    const sim = simulate();
    sim.switches.dateSkewMs = 90_000;
    expect((await call(sim, 'GET /api/v1/apps')).headers.get('date')).toBe('Mon, 23 Nov 2026 08:01:30 GMT');
  });
});

describe('rate limit', () => {
  test('refuses within the window, by bucket, and starts again after it', async () => {
    const clock = testClock();
    const sim = simulate({ now: clock.now, rateLimit: 2 });
    const { id } = appLabelled(sim, 'Payroll Sync');
    const status = async (path: string): Promise<number> => (await call(sim, `GET ${path}`)).status;
    expect(await status('/api/v1/apps')).toBe(200);
    clock.advance(59_000);
    expect(await status(`/api/v1/apps/${id}/credentials/jwks`)).toBe(200);
    const { status: refused, headers, body } = await call(sim, 'GET /api/v1/apps');
    expect([refused, body.errorCode]).toEqual([429, 'E0000047']);
    expect(body.errorSummary).toBe('API call exceeded rate limit due to too many requests.');
    expect(headers.get('x-rate-limit-limit')).toBe('2');
    expect(headers.get('x-rate-limit-remaining')).toBe('0');
    expect(headers.get('retry-after')).toBeNull();
    // The app itself has a bucket of its own.
    expect(await status(`/api/v1/apps/${id}`)).toBe(200);
    clock.advance(1_000);
    expect(await status('/api/v1/apps')).toBe(200);
    expect(sim.journal.map(({ bucket }) => bucket)).toEqual([
      '/api/v1/apps',
      '/api/v1/apps',
      '/api/v1/apps',
      '/api/v1/apps/{id}',
      '/api/v1/apps',
    ]);
  });

  test('counts down', async () => {
    const sim = simulate({ rateLimit: 3 });
    const remaining: (string | null)[] = [];
    for (let index = 0; index < 3; index += 1) {
      remaining.push((await call(sim, 'GET /api/v1/apps')).headers.get('x-rate-limit-remaining'));
    }
    expect(remaining).toEqual(['2', '1', '0']);
  });

  test('too many requests at once are 429 with a limit and a rest of 0', async () => {
    const sim = simulate();
    sim.switches.concurrencyLimit = 2;
    const replies = await Promise.all(Array.from({ length: 3 }, () => call(sim, 'GET /api/v1/apps')));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(replies[2]?.headers.get('x-rate-limit-limit')).toBe('0');
    expect(replies[2]?.headers.get('x-rate-limit-remaining')).toBe('0');
  });
});

describe('strictness', () => {
  const json = { 'content-type': 'application/json' };
  const appId = appLabelled(simulate(), 'Payroll Sync').id;
  const jwks = `/api/v1/apps/${appId}/credentials/jwks`;

  test.each([
    ['an empty segment', 'GET /api/v1//apps', {}, 400],
    ['a slash at the end', 'GET /api/v1/apps/', {}, 400],
    ['a character that is not encoded', 'GET /api/v1/apps/a|b', {}, 400],
    ['bytes that are not UTF-8', 'GET /api/v1/apps/%FF', {}, 400],
    ['a body on a GET', 'GET /api/v1/apps', { headers: { 'content-length': '2' } }, 400],
    ['a chunked body on a GET', 'GET /api/v1/apps', { headers: { 'transfer-encoding': 'chunked' } }, 400],
    ['an unknown parameter', 'GET /api/v1/apps?colour=red', {}, 400],
    ['a parameter where there is none', `GET ${jwks}?limit=5`, {}, 400],
    ['a repeated parameter', 'GET /api/v1/apps?limit=5&limit=6', {}, 400],
    ['a private member', `POST ${jwks}`, { body: rsaKey({ d: 'secret' }) }, 400],
    ['an unknown member', `POST ${jwks}`, { body: rsaKey({ id: 'pks1' }) }, 400],
    ['another Content-Type', `POST ${jwks}`, { body: rsaKey(), headers: { 'content-type': 'text/plain' } }, 400],
    ['a body on a DELETE', `DELETE ${jwks}/pks1`, { body: '{}', headers: json }, 400],
    ['a body on a lifecycle call', `POST ${jwks}/pks1/lifecycle/activate`, { body: '{}', headers: json }, 400],
    ['another Accept', 'GET /api/v1/apps', { headers: { accept: 'text/html' } }, 400],
    ['another host', 'GET https://evil.example/api/v1/apps', {}, 404],
    ['another org', 'GET https://your-org.okta.com/api/v1/apps', {}, 404],
    ['no TLS', 'GET http://my-org.okta.com/api/v1/apps', {}, 404],
  ])('%s is an error and a violation', async (_name, request, options, status) => {
    const sim = simulate();
    const reply = await call(sim, request, options);
    expect(reply.status).toBe(status);
    expect(sim.violations).toHaveLength(1);
    expect(sim.keys(appId)).toHaveLength(1);
  });

  test.each(['/api/v1/apps/../apps', '/api/v1/%2e%2e/v1/apps', '/api/./v1/apps'])(
    'the target %s is a violation, although a Request has resolved it',
    async (target) => {
      const sim = simulate();
      const response = await sim.handle(makeRequest(sim, `GET ${target}`), target);
      expect(response.status).toBe(400);
      expect(sim.violations).toEqual([`GET ${target}: the path has a dot segment`]);
    },
  );

  test.each([
    ['application/json', 200],
    ['text/html, application/json;q=0.9', 200],
    ['application/*', 200],
    ['*/*', 200],
    ['application/xml', 400],
  ])('Accept %s is %i', async (accept, status) => {
    expect((await call(simulate(), 'GET /api/v1/apps', { headers: { accept } })).status).toBe(status);
  });

  test('an empty POST without Content-Length is 411 on the wire, and complete as a Request', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Identity Sync');
    const path = `${jwksPath(app)}/${app.keys[0]?.id}/lifecycle/deactivate`;
    const onTheWire = await sim.handle(makeRequest(sim, `POST ${path}`), path);
    expect(onTheWire.status).toBe(411);
    expect(sim.violations).toEqual([`POST ${path}: an empty POST without Content-Length`]);
    expect(sim.keys(app.id)[0]?.status).toBe('ACTIVE');
    expect((await call(sim, `POST ${path}`)).status).toBe(200);
    expect(sim.violations).toHaveLength(1);
  });

  test('wrong media types have their own codes', async () => {
    const options = { body: rsaKey(), headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await call(simulate(), `POST ${jwks}`, options)).body.errorCode).toBe('E0000021');
    expect((await call(simulate(), `GET ${jwks}`, { headers: { accept: 'text/html' } })).body.errorCode).toBe(
      'E0000019',
    );
  });

  test('a private key is seen even where the call is refused for another reason', async () => {
    const sim = simulate({ rateLimit: 1 });
    sim.switches.faults = [faults.resetBefore()];
    await call(sim, `POST ${jwks}`, { body: rsaKey({ d: 'secret', p: 'secret' }), token: 'wrong' });
    expect(sim.violations).toEqual([
      `POST ${jwks}: the body has the private member "d"`,
      `POST ${jwks}: the body has the private member "p"`,
    ]);
  });

  test('a credential that leaves the org is named as such', async () => {
    const sim = simulate();
    await call(sim, 'GET https://evil.example/api/v1/apps');
    await sim.handle(new Request('https://evil.example/api/v1/apps'));
    expect(sim.violations).toEqual([
      'GET /api/v1/apps: the request leaves the org for https://evil.example and carries a credential',
      'GET /api/v1/apps: the request leaves the org for https://evil.example without a credential',
    ]);
  });
});

describe('journal', () => {
  test('keeps requests without their secrets', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Payroll Sync');
    await call(sim, 'GET /api/v1/apps?limit=5');
    await call(sim, `POST ${jwksPath(app)}`, { body: rsaKey({ d: 'do-not-print' }) });
    expect(sim.journal[0]).toMatchObject({
      method: 'GET',
      path: '/api/v1/apps',
      query: '?limit=5',
      url: `${ORIGIN}/api/v1/apps?limit=5`,
      headers: { accept: 'application/json', authorization: 'SSWS ***' },
      status: 200,
      inFlight: 1,
    });
    expect(sim.journal[0]).not.toHaveProperty('body');
    expect(sim.journal[1]?.body).toContain('"d":"***"');
    expect(JSON.stringify([sim.journal, sim.violations])).not.toMatch(/sim-token|do-not-print/);
  });

  test('counts what runs at once, and can be cleared', async () => {
    const sim = simulate({ latencyMs: 5 });
    await Promise.all(Array.from({ length: 4 }, () => call(sim, 'GET /api/v1/apps')));
    expect(sim.maxInFlight).toBe(4);
    expect(sim.journal.map(({ inFlight }) => inFlight)).toEqual([1, 2, 3, 4]);
    sim.clearJournal();
    expect([sim.maxInFlight, sim.journal]).toEqual([0, []]);
    await call(sim, 'GET /api/v1/apps');
    expect(sim.maxInFlight).toBe(1);
  });

  test('a request that is given up while it waits changes nothing', async () => {
    const sim = simulate({ latencyMs: 10_000 });
    const app = appLabelled(sim, 'Onboarding Bot');
    const abort = new AbortController();
    const request = makeRequest(sim, `POST ${jwksPath(app)}`, { body: rsaKey() });
    const pending = sim.handle(new Request(request, { signal: abort.signal }));
    abort.abort(new Error('given up'));
    await expect(pending).rejects.toThrow('given up');
    expect(sim.keys(app.id)).toEqual([]);
    expect(sim.journal[0]?.status).toBe(0);
  });
});
