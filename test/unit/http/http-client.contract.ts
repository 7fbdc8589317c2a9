import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { createHttpClient, type HttpClientOptions } from '../../../src/http/client.ts';
import type { Fetch, SharedHttpClient, Transport } from '../../../src/http/contract.ts';
import { headerAuthorization } from '../../../src/http/login/credential.ts';
import { systemClock } from '../../../src/http/pacing/clock.ts';
import { DEFAULT_RETRY } from '../../../src/http/retry.ts';
import { explainError, readErrorBody } from '../../../src/okta/error.ts';
import type { HttpRequest } from '../../../src/request/build.ts';

/** What a server does with a request. */
export type Reply =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array | null;
    }
  /** Ends the connection without an answer. */
  | { readonly kind: 'reset' }
  /** Never answers. */
  | { readonly kind: 'silence' }
  /** Repeats the request's Authorization header in an error, as debugging proxies do. */
  | { readonly kind: 'echo' };

/** A server and the ways that lead to it. */
export interface Peer {
  readonly origin: string;
  /** Another origin, to which nothing must ever go. */
  readonly elsewhere: string;
  readonly fetch: Fetch;
  /** A quicker way there. */
  readonly transport?: Transport;
  /** What every request is answered with from now on. */
  answer(reply: Reply): void;
  /** What arrived so far, in order, as text that holds method, path, headers and body. */
  readonly received: readonly Received[];
  /** How often somebody connected to `elsewhere`. */
  strays(): number;
  close(): Promise<void>;
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface ContractOptions {
  readonly open: () => Promise<Peer>;
  /** Cases that cannot be asked of this peer, with the reason. */
  readonly skip?: Readonly<Record<string, string>>;
}

export const TOKEN = '00tok3nTOK3Ntok3n-never_to_be_seen';
const TIMEOUT_MS = 150;
const MAX_BYTES = 2 ** 20;

export function createTestClient(fetch: Fetch, options: Partial<HttpClientOptions> = {}): SharedHttpClient {
  return createHttpClient({
    fetch,
    authorize: async () => headerAuthorization(`SSWS ${TOKEN}`),
    explainFailure: ({ status, text }) => {
      const body = readErrorBody(text);
      return { ...explainError(status, body), providerCode: body.errorCode };
    },
    userAgent: 'oktaql/test',
    timeoutMs: 600_000,
    clock: systemClock,
    maxResponseBytes: MAX_BYTES,
    concurrency: 35,
    rateLimitShare: 1,
    random: () => 0.5,
    // What one send comes to is asked here; repetition has tests of its own.
    retryFor: () => ({ ...DEFAULT_RETRY, maxAttempts: 1, maxRefusals: 0 }),
    ...options,
  });
}

/** Everything an error shows, its causes included. */
export function everythingOf(error: unknown): string {
  const parts: string[] = [];
  for (let current = error; current !== undefined && current !== null; ) {
    parts.push(String(current), JSON.stringify(current), inspect(current, { depth: Infinity, showHidden: true }));
    if (!(current instanceof Error)) break;
    parts.push(current.message, current.stack ?? '');
    current = current.cause;
  }
  return parts.join('\n');
}

/** The error of something that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('there was no failure');
}

function respond(status: number, body: string | Uint8Array | null, headers: Record<string, string> = {}): Reply {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return { kind: 'response', status, body: bytes, headers: { 'content-type': 'application/json', ...headers } };
}

function oktaError(status: number, errorCode: string, errorSummary: string, headers?: Record<string, string>): Reply {
  const id = { 'x-okta-request-id': 'req-7', ...headers };
  return respond(status, JSON.stringify({ errorCode, errorSummary, errorId: 'oae1', errorCauses: [] }), id);
}

const HTML = { 'content-type': 'text/html' };
const RESET_SECONDS = 1_800_000_000;

interface Failure {
  readonly name: string;
  readonly reply: Reply;
  readonly error: Readonly<Record<string, unknown>>;
}

const FAILURES: readonly Failure[] = [
  {
    name: '403 whose text is not packed as it says',
    reply: respond(403, 'no', { 'content-encoding': 'gzip', 'x-okta-request-id': 'req-7' }),
    error: { code: 'PERMISSION', status: 403, requestId: 'req-7', attempt: 1, elapsedMs: expect.any(Number) },
  },
  {
    name: '401 with more text than is read',
    reply: respond(401, new Uint8Array(MAX_BYTES + 1)),
    error: { code: 'AUTH', status: 401 },
  },
  {
    name: '429 whose text is packed and cut off',
    reply: respond(429, gzipSync('{"errorCode":"E0000047"}').subarray(0, 15), { 'content-encoding': 'gzip' }),
    error: { code: 'RATE_LIMIT', status: 429 },
  },
  {
    name: '401 E0000011',
    reply: oktaError(401, 'E0000011', 'Invalid token provided'),
    error: { code: 'AUTH', status: 401, providerCode: 'E0000011', requestId: 'req-7' },
  },
  {
    name: '401 E0000015, a feature that is off: the login is fine',
    reply: oktaError(401, 'E0000015', 'You do not have permission to access the feature you are requesting'),
    error: { status: 401, providerCode: 'E0000015', code: expect.not.stringMatching(/^AUTH$/) },
  },
  {
    name: '403 E0000006',
    reply: oktaError(403, 'E0000006', 'You do not have permission'),
    error: { code: 'PERMISSION', status: 403 },
  },
  {
    name: '404 E0000007',
    reply: oktaError(404, 'E0000007', 'Not found: Resource not found: x (AppInstance)'),
    error: { code: 'NOT_FOUND', status: 404, providerCode: 'E0000007' },
  },
  {
    name: '404 with HTML, which says nothing about the object',
    reply: respond(404, '<html>no such page</html>', HTML),
    error: { code: 'HTTP', status: 404 },
  },
  {
    name: '429 with a reset',
    reply: oktaError(429, 'E0000047', 'API call exceeded rate limit', { 'x-rate-limit-reset': String(RESET_SECONDS) }),
    error: { code: 'RATE_LIMIT', status: 429, resetAt: new Date(RESET_SECONDS * 1000) },
  },
  {
    name: '500',
    reply: oktaError(500, 'E0000009', 'Internal Server Error'),
    error: { code: 'HTTP', status: 500, providerCode: 'E0000009' },
  },
  {
    name: '502 with HTML',
    reply: respond(502, '<html>Bad Gateway</html>', HTML),
    error: { code: 'HTTP', status: 502 },
  },
  {
    name: '503 with HTML in another encoding: the status counts',
    reply: respond(503, Buffer.from('<html>d\xe9sol\xe9</html>', 'latin1'), HTML),
    error: { code: 'HTTP', status: 503 },
  },
  { name: '500 without a body', reply: respond(500, null), error: { code: 'HTTP', status: 500 } },
  {
    name: '200 that is not UTF-8: no character is made up',
    reply: respond(200, Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    error: { code: 'UNUSABLE_RESPONSE', status: 200 },
  },
  {
    name: '200 with a login page',
    reply: respond(200, '<html>Sign in</html>', HTML),
    error: { code: 'UNUSABLE_RESPONSE', status: 200 },
  },
  {
    name: '200 with a login page that is called JSON',
    reply: respond(200, '\n<!DOCTYPE html><html>Sign in</html>'),
    error: { code: 'UNUSABLE_RESPONSE', message: expect.stringContaining('web page') },
  },
  {
    name: '206, which nobody asked for: the rest is missing',
    reply: respond(206, '[{"id":"a"}]'),
    error: { code: 'UNUSABLE_RESPONSE', status: 206 },
  },
  {
    name: '200 that ends in the middle',
    reply: respond(200, '[{"id":"a"},{"id'),
    error: { code: 'UNUSABLE_RESPONSE' },
  },
  {
    name: '200 that is too large',
    reply: respond(200, `[${' '.repeat(MAX_BYTES)}]`),
    error: { code: 'UNUSABLE_RESPONSE', hint: expect.stringContaining('maxResponseBytes') },
  },
  {
    name: 'a kilobyte that unpacks to a megabyte of gzip',
    reply: respond(200, gzipSync(Buffer.alloc(MAX_BYTES + 1, ' ')), { 'content-encoding': 'gzip' }),
    error: { code: 'UNUSABLE_RESPONSE', message: expect.stringContaining('larger') },
  },
  {
    name: 'a few bytes that unpack to a megabyte of br',
    reply: respond(200, brotliCompressSync(Buffer.alloc(MAX_BYTES + 1, ' ')), { 'content-encoding': 'br' }),
    error: { code: 'UNUSABLE_RESPONSE', message: expect.stringContaining('larger') },
  },
  { name: 'connection reset', reply: { kind: 'reset' }, error: { code: 'NETWORK' } },
];

const SUCCESSES: readonly { readonly name: string; readonly reply: Reply; readonly text: string }[] = [
  { name: '200', reply: respond(200, '{"name":"Zoë"}'), text: '{"name":"Zoë"}' },
  { name: '200 without a body', reply: respond(200, ''), text: '' },
  { name: '201', reply: respond(201, '{"id":"pks1"}'), text: '{"id":"pks1"}' },
  { name: '204', reply: { kind: 'response', status: 204, headers: {}, body: null }, text: '' },
  {
    name: 'gzip',
    reply: respond(200, gzipSync('{"zipped":true}'), { 'content-encoding': 'gzip' }),
    text: '{"zipped":true}',
  },
  {
    name: 'br',
    reply: respond(200, brotliCompressSync('{"zipped":true}'), { 'content-encoding': 'br' }),
    text: '{"zipped":true}',
  },
  {
    name: 'deflate',
    reply: respond(200, deflateSync('{"zipped":true}'), { 'content-encoding': 'deflate' }),
    text: '{"zipped":true}',
  },
  {
    name: '200 in another type than asked for, but JSON',
    reply: respond(200, '[]', { 'content-type': 'text/plain' }),
    text: '[]',
  },
];

/** What every fetch has to make of the same answers. */
export function httpClientContract(name: string, { open, skip = {} }: ContractOptions): void {
  describe(`HTTP client over ${name}`, () => {
    let peer: Peer;
    const clientTo = (options: Partial<HttpClientOptions> = {}): SharedHttpClient =>
      createTestClient(peer.fetch, { transport: peer.transport, ...options });
    const get = (path = '/api/v1/apps'): HttpRequest => ({
      method: 'GET',
      url: peer.origin + path,
      headers: { accept: 'application/json' },
    });
    const unlessSkipped = (title: string): typeof test | typeof test.skip => (title in skip ? test.skip : test);

    beforeAll(async () => {
      peer = await open();
    });
    afterAll(() => peer.close());
    beforeEach(() => peer.answer(respond(200, '[]')));

    test.each(Object.entries(skip))('skips "%s": %s', (title) => {
      expect([...SUCCESSES, ...FAILURES].map((each) => each.name)).toContain(title);
    });

    for (const { name: title, reply, text } of SUCCESSES) {
      unlessSkipped(title)(title, async () => {
        peer.answer(reply);
        const response = await clientTo().send(get());
        expect([response.status, response.text]).toEqual([reply.kind === 'response' && reply.status, text]);
      });
    }

    for (const { name: title, reply, error } of FAILURES) {
      unlessSkipped(title)(title, async () => {
        peer.answer(reply);
        const failure = await failureOf(clientTo().send(get('/api/v1/apps?limit=2')));
        expect(failure).toMatchObject({ method: 'GET', url: `${peer.origin}/api/v1/apps?limit=2`, ...error });
        expect(failure.message).toContain('GET ');
        expect(everythingOf(failure)).not.toContain(TOKEN);
      });
    }

    test('a redirect to another host is an error, and nobody goes there', async () => {
      peer.answer(respond(302, null, { location: `${peer.elsewhere}/login` }));
      const before = peer.received.length;
      const failure = await failureOf(clientTo().send(get()));
      expect(failure).toMatchObject({ code: 'HTTP', status: 302 });
      expect([peer.received.length - before, peer.strays()]).toEqual([1, 0]);
      expect(everythingOf(failure)).not.toContain(TOKEN);
    });

    test('no answer within the time ends in a timeout', async () => {
      peer.answer({ kind: 'silence' });
      const client = clientTo({ timeoutMs: TIMEOUT_MS });
      const failure = await failureOf(client.send(get()));
      expect(failure).toMatchObject({ code: 'TIMEOUT', elapsedMs: expect.any(Number) });
      expect(failure.message).toContain(`${TIMEOUT_MS} ms`);
      expect(everythingOf(failure)).not.toContain(TOKEN);
    });

    test.each([
      ['the default reason', undefined],
      ['a reason of the caller', new Error('no longer wanted')],
      ['a reason that is no error', 'enough'],
    ])('aborted before, with %s: nothing is sent', async (_what, reason) => {
      const before = peer.received.length;
      const failure = await failureOf(clientTo().send(get(), AbortSignal.abort(reason)));
      expect(failure).toMatchObject({ code: 'CANCELLED' });
      expect(peer.received).toHaveLength(before);
    });

    test('aborted while it waits', async () => {
      peer.answer({ kind: 'silence' });
      const stop = new AbortController();
      const before = peer.received.length;
      const sending = failureOf(clientTo().send(get(), stop.signal));
      await expect.poll(() => peer.received.length).toBe(before + 1);
      stop.abort();
      expect(await sending).toMatchObject({ code: 'CANCELLED' });
    });

    test('a proxy that repeats the credential in its error is not quoted', async () => {
      peer.answer({ kind: 'echo' });
      const failure = await failureOf(clientTo().send(get()));
      expect(failure).toMatchObject({ code: 'HTTP', status: 400 });
      expect(failure.message).toContain('***');
      expect(everythingOf(failure)).not.toContain(TOKEN);
    });

    test('sends method, headers, credential and body as they are', async () => {
      const body = '{"kid":"Zoë"}';
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      await clientTo().send({
        method: 'POST',
        url: `${peer.origin}/api/v1/apps/0oa1/credentials/jwks`,
        headers,
        body,
      });
      const last = peer.received.at(-1);
      expect(last).toMatchObject({ method: 'POST', path: '/api/v1/apps/0oa1/credentials/jwks', body });
      expect(Object.fromEntries(last?.headers ?? [])).toMatchObject({
        ...headers,
        authorization: `SSWS ${TOKEN}`,
        'user-agent': 'oktaql/test',
      });
    });

    test('a POST without a body and a DELETE', async () => {
      const client = clientTo();
      await client.send({ ...get('/lifecycle/activate'), method: 'POST' });
      await client.send({ ...get('/keys/1'), method: 'DELETE' });
      const [post, remove] = peer.received.slice(-2);
      expect([post?.method, post?.body, remove?.method]).toEqual(['POST', '', 'DELETE']);
    });
  });
}
