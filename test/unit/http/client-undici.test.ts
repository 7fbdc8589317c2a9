import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { HttpClientOptions } from '../../../src/http/client.ts';
import { createUndiciFetch } from '../../../src/http/transport/undici.ts';
import {
  createTestClient,
  failureOf,
  httpClientContract,
  type Peer,
  type Received,
  type Reply,
} from './http-client.contract.ts';

/** How a pool is used: over its fetch, as logins do, or directly. */
const WAYS = {
  fetch: ({ fetch }: UndiciPool) => ({ fetch }),
  directly: ({ fetch, transport }: UndiciPool) => ({ fetch, transport }),
};
type UndiciPool = ReturnType<typeof createUndiciFetch>;
type Way = keyof typeof WAYS;

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = incoming;
  const pairs = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { method, path: url, headers: new Headers(Object.fromEntries(pairs)), body: Buffer.concat(chunks).toString() };
}

function play(reply: Reply, { headers }: Received, outgoing: ServerResponse): void {
  switch (reply.kind) {
    case 'response':
      outgoing.writeHead(reply.status, reply.headers);
      outgoing.end(reply.body ?? undefined);
      return;
    case 'reset':
      outgoing.socket?.resetAndDestroy();
      return;
    case 'silence':
      return;
    case 'echo':
      outgoing.writeHead(400, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ errorCode: 'E1', errorSummary: `you sent ${headers.get('authorization')}` }));
  }
}

async function openPeer(way: Way): Promise<Peer> {
  const received: Received[] = [];
  let reply: Reply = { kind: 'silence' };
  let strays = 0;
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then((request) => {
      received.push(request);
      play(reply, request, outgoing);
    });
  });
  // Counts connections, not requests: one that only shakes hands has already gone too far.
  const other = createServer().on('connection', () => {
    strays += 1;
  });
  const [origin, elsewhere] = await Promise.all([listen(server), listen(other)]);
  const pool = createUndiciFetch();
  return {
    origin,
    elsewhere,
    ...WAYS[way](pool),
    received,
    answer: (next) => {
      reply = next;
    },
    strays: () => strays,
    close: async () => {
      for (const each of [server, other]) {
        each.closeAllConnections();
        each.close();
      }
      await pool.close();
    },
  };
}

httpClientContract('fetch of undici and a loopback server', { open: () => openPeer('fetch') });
httpClientContract('undici itself and a loopback server', { open: () => openPeer('directly') });

describe.each(['fetch', 'directly'] as const)('answers that end half-way (%s)', (way) => {
  let server: Server;
  let origin: string;
  const pool = createUndiciFetch();
  const begun: ServerResponse[] = [];

  beforeAll(async () => {
    server = createServer((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      outgoing.write('[{"id":"a"},', () => begun.push(outgoing));
    });
    origin = await listen(server);
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await pool.close();
  });

  const get = () => ({ method: 'GET', url: `${origin}/api/v1/apps`, headers: {} }) as const;
  const clientWith = (options: Partial<HttpClientOptions> = {}) =>
    createTestClient(pool.fetch, { ...WAYS[way](pool), ...options });

  test('a connection cut in the body is a network error, not a short list', async () => {
    const sending = failureOf(clientWith().send(get()));
    await expect.poll(() => begun.length).toBe(1);
    begun.pop()?.socket?.destroy();
    expect(await sending).toMatchObject({ code: 'NETWORK', method: 'GET', url: `${origin}/api/v1/apps` });
  });

  test('the time limit covers the body', async () => {
    const client = clientWith({ timeoutMs: 100 });
    expect(await failureOf(client.send(get()))).toMatchObject({ code: 'TIMEOUT' });
  });

  test('an abort in the body is a cancellation', async () => {
    begun.length = 0;
    const stop = new AbortController();
    const sending = failureOf(clientWith().send(get(), stop.signal));
    await expect.poll(() => begun.length).toBe(1);
    stop.abort();
    expect(await sending).toMatchObject({ code: 'CANCELLED' });
  });
});

test.each(['fetch', 'directly'] as const)(
  'nobody listens (%s): the reason is told, not "fetch failed"',
  async (way) => {
    const server = createServer();
    const origin = await listen(server);
    server.close();
    await once(server, 'close');
    const pool = createUndiciFetch();
    const client = createTestClient(pool.fetch, WAYS[way](pool));
    const failure = await failureOf(client.send({ method: 'GET', url: origin, headers: {} }));
    expect(failure).toMatchObject({ code: 'NETWORK', hint: expect.stringContaining('subdomain') });
    expect(failure.message).toContain('ECONNREFUSED');
    await pool.close();
  },
);
