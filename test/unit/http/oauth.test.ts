import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type ClientCredentials, createTokenSource, type TokenSource } from '../../../src/http/oauth.ts';
import { Secret } from '../../../src/http/secret.ts';

const CLIENT: ClientCredentials = {
  tokenUrl: new URL('https://login.example/oauth/token'),
  clientId: 'client1',
  clientSecret: new Secret('s3cret'),
  isSecretInForm: false,
  scopes: ['read', 'write'],
  form: { audience: ['desk'] },
};

interface Asked {
  readonly url: string;
  readonly authorization: string | null;
  readonly form: Readonly<Record<string, string>>;
}

function tokensFrom(
  answer: (count: number) => Response,
  client: ClientCredentials = CLIENT,
): { readonly source: TokenSource; readonly asked: Asked[]; readonly clock: { ms: number } } {
  const asked: Asked[] = [];
  const clock = { ms: 0 };
  const source = createTokenSource(client, {
    now: () => clock.ms,
    timeoutMs: 1000,
    fetch: async (request) => {
      expect([request.method, request.redirect]).toEqual(['POST', 'manual']);
      asked.push({
        url: request.url,
        authorization: request.headers.get('authorization'),
        form: Object.fromEntries(new URLSearchParams(await request.text())),
      });
      return answer(asked.length);
    },
  });
  return { source, asked, clock };
}

const json = (value: unknown, status = 200): Response => Response.json(value, { status });
const issued = (count: number, lifetime?: number): Response =>
  json({ access_token: `t${count}`, token_type: 'Bearer', ...(lifetime !== undefined && { expires_in: lifetime }) });

test('the client logs in by a header, and asks for its scopes', async () => {
  const { source, asked } = tokensFrom((count) => issued(count, 3600));
  expect((await source()).reveal()).toBe('t1');
  expect(asked).toEqual([
    {
      url: 'https://login.example/oauth/token',
      authorization: `Basic ${Buffer.from('client1:s3cret').toString('base64')}`,
      form: { grant_type: 'client_credentials', scope: 'read write', audience: 'desk' },
    },
  ]);
});

test('or in the form', async () => {
  const { source, asked } = tokensFrom((count) => issued(count, 3600), {
    ...CLIENT,
    isSecretInForm: true,
    scopes: [],
    form: {},
  });
  await source();
  expect(asked[0]).toMatchObject({
    authorization: null,
    form: { grant_type: 'client_credentials', client_id: 'client1', client_secret: 's3cret' },
  });
});

test('requests at the same time wait for one token', async () => {
  const { source, asked } = tokensFrom((count) => issued(count, 3600));
  const tokens = await Promise.all([source(), source(), source()]);
  expect(tokens.map((token) => token.reveal())).toEqual(['t1', 't1', 't1']);
  expect(asked).toHaveLength(1);
});

describe('a token is renewed shortly before it expires, by the first that needs it', () => {
  test.each<[lifetime: number | undefined, lastGoodMs: number]>([
    [3600, 3_569_999],
    // Half of its life, where the margin would be more.
    [40, 19_999],
    [undefined, 269_999],
  ])('of %s seconds', async (lifetime, lastGoodMs) => {
    const { source, asked, clock } = tokensFrom((count) => issued(count, lifetime));
    await source();
    clock.ms = lastGoodMs;
    expect((await source()).reveal()).toBe('t1');
    clock.ms += 1;
    const tokens = await Promise.all([source(), source(), source()]);
    expect(tokens.map((token) => token.reveal())).toEqual(['t2', 't2', 't2']);
    expect(asked).toHaveLength(2);
  });
});

describe('no token is an error, which is not kept', () => {
  test.each<[what: string, answer: () => Response, error: Readonly<Record<string, unknown>>]>([
    [
      'a refusal',
      () => json({ error: 'invalid_client', error_description: 's3cret' }, 401),
      { code: 'AUTH', status: 401 },
    ],
    ['a bad request', () => json({ error: 'invalid_scope' }, 400), { code: 'AUTH', status: 400 }],
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
      { code: 'UNUSABLE_RESPONSE' },
    ],
    ['a server error', () => new Response('s3cret', { status: 503 }), { code: 'UNUSABLE_RESPONSE' }],
    [
      'no connection',
      () => {
        throw new TypeError('fetch failed');
      },
      { code: 'NETWORK' },
    ],
  ])('%s', async (_what, answer, error) => {
    const { source } = tokensFrom((count) => (count === 1 ? answer() : issued(count, 3600)));
    const failure = await source().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(failure).toMatchObject(error);
    expect(inspect(failure, { depth: 9 })).not.toContain('s3cret');
    expect((await source()).reveal()).toBe('t2');
  });
});
