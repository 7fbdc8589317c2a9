import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { createOAuthLogin, type OAuthClient } from '../../../../src/http/login/oauth.ts';
import { Secret } from '../../../../src/http/login/secret.ts';
import { systemClock } from '../../../../src/http/pacing/clock.ts';
import type { ExchangeRecord } from '../../../../src/http/trace/record.ts';
import { createTestClient, everythingOf, failureOf } from '../http-client.contract.ts';

const CLIENT: OAuthClient = {
  tokenUrl: new URL('https://login.example/oauth/token'),
  clientId: 'client1',
  proof: { kind: 'secret', secret: new Secret('s3cret'), isInForm: false },
  scopes: ['read', 'write'],
  form: { audience: ['desk'] },
  offersDpop: false,
};

interface Asked {
  readonly authorization: string | null;
  readonly form: Readonly<Record<string, string>>;
}

interface Bench {
  readonly asked: Asked[];
  /** What the resource was sent as Authorization. */
  readonly used: (string | null)[];
  readonly records: ExchangeRecord[];
  readonly clock: { ms: number };
  get(signal?: AbortSignal, path?: string): Promise<unknown>;
}

/** A client whose token endpoint and resource answer as told, by the number of the request. */
function bench(
  token: (count: number) => Response | Promise<Response>,
  { client = CLIENT, resource = () => new Response('[]'), concurrency = 35 }: BenchOptions = {},
): Bench {
  const [asked, used, records]: [Asked[], (string | null)[], ExchangeRecord[]] = [[], [], []];
  const clock = { ms: Date.parse('2026-11-24T08:00:00Z') };
  const { authorize } = createOAuthLogin(client, { now: () => clock.ms, provider: 'desk' });
  const http = createTestClient(
    async (request) => {
      const authorization = request.headers.get('authorization');
      if (request.url !== client.tokenUrl.href) {
        used.push(authorization);
        return resource(used.length);
      }
      expect([request.method, request.redirect]).toEqual(['POST', 'manual']);
      asked.push({ authorization, form: Object.fromEntries(new URLSearchParams(await request.text())) });
      return token(asked.length);
    },
    {
      authorize,
      concurrency,
      clock: { ...systemClock, now: () => clock.ms },
      onExchange: (record) => records.push(record),
    },
  );
  const get: Bench['get'] = (signal, path = 'x') =>
    http.send({ method: 'GET', url: `https://desk.example/${path}`, headers: {} }, signal);
  return { asked, used, records, clock, get };
}

interface BenchOptions {
  readonly client?: OAuthClient;
  readonly resource?: (count: number) => Response;
  readonly concurrency?: number;
}

const json = (value: unknown, status = 200): Response => Response.json(value, { status });
const issued = (count: number, lifetime?: number): Response =>
  json({ access_token: `t${count}`, token_type: 'Bearer', ...(lifetime !== undefined && { expires_in: lifetime }) });

test('the client logs in by a header, and asks for its scopes', async () => {
  const { asked, used, get } = bench((count) => issued(count, 3600));
  await get();
  expect(used).toEqual(['Bearer t1']);
  expect(asked).toEqual([
    {
      authorization: `Basic ${Buffer.from('client1:s3cret').toString('base64')}`,
      form: { grant_type: 'client_credentials', scope: 'read write', audience: 'desk' },
    },
  ]);
});

test('or in the form', async () => {
  const proof = { kind: 'secret', secret: new Secret('s3cret'), isInForm: true } as const;
  const { asked, get } = bench((count) => issued(count, 3600), { client: { ...CLIENT, proof, scopes: [], form: {} } });
  await get();
  expect(asked).toEqual([
    {
      authorization: null,
      form: { grant_type: 'client_credentials', client_id: 'client1', client_secret: 's3cret' },
    },
  ]);
});

test('requests at the same time wait for one token, even where only one may be under way', async () => {
  const { asked, used, get } = bench((count) => issued(count, 3600), { concurrency: 1 });
  await Promise.all([get(), get(), get()]);
  expect(used).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1']);
  expect(asked).toHaveLength(1);
});

test('the request for a token is logged like any other, without its secrets', async () => {
  const { records, get } = bench((count) => issued(count, 3600), {
    client: { ...CLIENT, proof: { kind: 'secret', secret: new Secret('s3cret'), isInForm: true } },
  });
  await get();
  expect(records.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST https://login.example/oauth/token',
    'GET https://desk.example/x',
  ]);
  expect(inspect(records, { depth: 9 })).not.toMatch(/s3cret|\bt1\b/);
});

describe('a token is renewed shortly before it expires, by the first that needs it', () => {
  test.each<[lifetime: number | undefined, lastGoodMs: number]>([
    [3600, 3_569_999],
    // Half of its life, where the margin would be more.
    [40, 19_999],
    [undefined, 269_999],
  ])('of %s seconds', async (lifetime, lastGoodMs) => {
    const { asked, used, clock, get } = bench((count) => issued(count, lifetime));
    await get();
    clock.ms += lastGoodMs;
    await get();
    expect(used.at(-1)).toBe('Bearer t1');
    clock.ms += 1;
    await Promise.all([get(), get(), get()]);
    expect(used.slice(2)).toEqual(['Bearer t2', 'Bearer t2', 'Bearer t2']);
    expect(asked).toHaveLength(2);
  });
});

describe('a token that is refused', () => {
  const refused = (): Response => json({ errorCode: 'E0000011', errorSummary: 'Invalid token provided' }, 401);

  test('after it was good is renewed once, however many requests it fails', async () => {
    const { asked, used, get } = bench((count) => issued(count, 3600), {
      resource: (count) => (count > 1 && count <= 4 ? refused() : new Response('[]')),
    });
    await get();
    await Promise.all([get(), get(), get()]);
    expect(used).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t2', 'Bearer t2']);
    expect(asked).toHaveLength(2);
  });

  test('before it ever was good is an error, and so is the one that replaces it', async () => {
    const { asked, get } = bench((count) => issued(count, 3600), {
      resource: (count) => (count === 1 ? new Response('[]') : refused()),
    });
    await get();
    expect(await failureOf(get())).toMatchObject({ code: 'AUTH', status: 401 });
    expect(asked).toHaveLength(2);
    expect(await failureOf(get())).toMatchObject({ code: 'AUTH', status: 401 });
    expect(asked).toHaveLength(2);
  });

  test('because a feature is off is not renewed', async () => {
    const { asked, get } = bench((count) => issued(count, 3600), {
      resource: (count) => (count === 1 ? new Response('[]') : json({ errorCode: 'E0000015' }, 401)),
    });
    await get();
    expect(await failureOf(get())).toMatchObject({ code: 'HTTP', status: 401 });
    expect(asked).toHaveLength(1);
  });
});

describe('no token is an error, which is not kept', () => {
  test.each<[what: string, answer: () => Response, error: Readonly<Record<string, unknown>>]>([
    [
      'a refusal',
      () => json({ error: 'invalid_client', error_description: 'not s3cret' }, 401),
      { code: 'AUTH', status: 401 },
    ],
    ['a bad request', () => json({ error: 'unsupported_grant_type' }, 400), { code: 'AUTH', status: 400 }],
    ['a scope that is not granted', () => json({ error: 'invalid_scope' }, 400), { code: 'PERMISSION', status: 400 }],
    ['a token of another kind', () => json({ access_token: 'x', token_type: 'mac' }), { code: 'UNUSABLE_RESPONSE' }],
    ['no token', () => json({ token_type: 'Bearer' }), { code: 'UNUSABLE_RESPONSE' }],
    [
      'a page',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      { code: 'UNUSABLE_RESPONSE' },
    ],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
      { code: 'HTTP', status: 302 },
    ],
    ['a server error', () => new Response('s3cret', { status: 503 }), { code: 'HTTP', status: 503 }],
    [
      'no connection',
      () => {
        throw new TypeError('fetch failed');
      },
      { code: 'NETWORK' },
    ],
  ])('%s', async (_what, answer, error) => {
    const { used, get } = bench((count) => (count === 1 ? answer() : issued(count, 3600)));
    const failure = await failureOf(get());
    expect(failure).toMatchObject(error);
    expect(everythingOf(failure)).not.toContain('s3cret');
    await get();
    expect(used).toEqual(['Bearer t2']);
  });
});

test.each<[what: string, token: () => Response]>([
  [
    'the connection for it breaks',
    () => {
      throw new TypeError('fetch failed');
    },
  ],
  [
    'its answer is cut off',
    () => new Response('{"access_token":"a', { headers: { 'content-type': 'application/json' } }),
  ],
  ['its server fails', () => new Response('', { status: 502 })],
])('a request that waits for a token was certainly not carried out when %s', async (_what, token) => {
  const { used, get } = bench(token);
  const failure = await failureOf(get());
  expect(failure).toMatchObject({ mayHaveHappened: false });
  expect(used).toEqual([]);
});

describe('who stops waiting for a token', () => {
  test('stops the request for it when nobody else waits', async () => {
    const stop = new AbortController();
    const { get } = bench(async () => new Promise<Response>(() => undefined));
    const failure = failureOf(get(stop.signal));
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await failure).toMatchObject({ code: 'CANCELLED' });
  });

  test('leaves it to the others', async () => {
    let answer: (response: Response) => void = () => undefined;
    const token = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const stop = new AbortController();
    const { asked, used, get } = bench(() => token);
    const first = failureOf(get(stop.signal));
    // Another bucket: in the same one it would wait for the first's answer.
    const second = get(undefined, 'y');
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await first).toMatchObject({ code: 'CANCELLED' });
    answer(issued(1, 3600));
    await second;
    expect([asked.length, used]).toEqual([1, ['Bearer t1']]);
  });
});

describe('a client that signs', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signing = (keyId?: string): OAuthClient => ({
    tokenUrl: new URL('https://acme.okta.com/oauth2/v1/token'),
    clientId: '0oa1',
    proof: { kind: 'private-key', privateKey: new Secret(pem), subject: 'key', ...(keyId !== undefined && { keyId }) },
    scopes: ['okta.apps.read'],
    offersDpop: true,
  });
  const verified = async (form: Readonly<Record<string, string>>, key: KeyObject, at: Date) => {
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(key)), kid: 'k1', alg: 'RS256' }] });
    return jwtVerify(form['client_assertion'] ?? '', keys, {
      issuer: '0oa1',
      subject: '0oa1',
      audience: 'https://acme.okta.com/oauth2/v1/token',
      maxTokenAge: 60,
      currentDate: at,
    });
  };

  test('sends an assertion for the token’s exact URL, a new one each time (RFC 7523 section 3)', async () => {
    const { asked, clock, get } = bench((count) => issued(count, 60), { client: signing('k1') });
    await get();
    clock.ms += 60_000;
    await get();
    const [first, second] = await Promise.all(
      asked.map(({ form }, index) => verified(form, publicKey, new Date(clock.ms - 60_000 * (1 - index)))),
    );
    expect(first?.protectedHeader).toEqual({ alg: 'RS256', kid: 'k1' });
    expect(first?.payload.jti).not.toBe(second?.payload.jti);
    expect((first?.payload.exp ?? 0) - (first?.payload.iat ?? 0)).toBeLessThanOrEqual(3600);
    expect(asked[0]?.form).toMatchObject({
      grant_type: 'client_credentials',
      scope: 'okta.apps.read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(asked[0]?.form).not.toHaveProperty('client_secret');
  });

  test('signs by the server’s time once it knows that its own is wrong', async () => {
    const ahead = 5 * 60_000;
    const { asked, clock, get } = bench(
      (count) => {
        const answer = count === 1 ? json({ error: 'invalid_client' }, 401) : issued(count, 3600);
        answer.headers.set('date', new Date(clock.ms - ahead).toUTCString());
        return answer;
      },
      { client: signing('k1') },
    );
    await get();
    expect(asked).toHaveLength(2);
    const { payload } = await verified(asked[1]?.form ?? {}, publicKey, new Date(clock.ms - ahead));
    expect(Math.abs((payload.iat ?? 0) * 1000 - (clock.ms - ahead))).toBeLessThan(10_000);
  });

  test('does not insist where the time was right', async () => {
    const { asked, clock, get } = bench(
      () => {
        const answer = json({ error: 'invalid_client' }, 401);
        answer.headers.set('date', new Date(clock.ms).toUTCString());
        return answer;
      },
      { client: signing('k1') },
    );
    expect(await failureOf(get())).toMatchObject({ code: 'AUTH', status: 401, providerCode: 'invalid_client' });
    expect(asked).toHaveLength(1);
  });
});
