import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { InvalidValueError } from '../../../../src/errors.ts';
import type { HttpClientOptions } from '../../../../src/http/client.ts';
import { Secret } from '../../../../src/http/login/secret.ts';
import { DEFAULT_RETRY } from '../../../../src/http/retry.ts';
import { createUndiciFetch, type UndiciOptions } from '../../../../src/http/transport/undici.ts';
import { createTestClient, everythingOf, failureOf, TOKEN } from '../http-client.contract.ts';
import { CERTIFICATE, KEY } from '../tls-fixture.ts';

async function portOf(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const open: { readonly close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
});

const get = (url: string) => ({ method: 'GET', url, headers: { accept: 'application/json' } }) as const;

test('the class that is loaded alone is that of undici', () => {
  const require = createRequire(import.meta.url);
  const whole = require('undici') as typeof import('undici');
  expect(require('undici/lib/dispatcher/agent.js')).toBe(whole.Agent);
});

/** The status, or the code of the error, of one request by undici in a process of its own. */
async function requestInProcess(url: string, env: Readonly<Record<string, string>>): Promise<string> {
  const source = `const { Agent, fetch } = require('undici'); const dispatcher = new Agent();
    fetch('${url}', { dispatcher }).then(({ status }) => status, ({ cause }) => cause.code)
      .then((text) => { console.log(text); return dispatcher.destroy(); });`;
  const child = spawn(process.execPath, ['-e', source], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(child, 'close');
  return text.trim();
}

interface TestProxy {
  readonly url: string;
  /** All bytes that the proxy itself could read, in order: its requests, not what went through its tunnels. */
  readonly seen: readonly string[];
}

/** A proxy that makes tunnels to one port of this machine, whatever host it is asked for. */
async function openProxy(targetPort: number, login?: string, server: Server = createServer()): Promise<TestProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    seen.push(textOf(request));
    response.statusCode = 500;
    response.end();
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    seen.push(textOf(request));
    const expected = login && `Basic ${Buffer.from(login).toString('base64')}`;
    if (request.headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const target = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client);
      client.pipe(target);
    });
    sockets.add(target);
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
  const port = await portOf(server);
  open.push({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return { url: `http://${login === undefined ? '' : `${login}@`}127.0.0.1:${port}`, seen };
}

function textOf({ method, url, rawHeaders }: IncomingMessage): string {
  return [method, url, ...rawHeaders].join(' ');
}

/** A server with a certificate that nobody vouches for, while the tests of its block run. */
function tlsServer(): { readonly port: number; readonly received: readonly string[] } {
  const received: string[] = [];
  const server = createTlsServer({ cert: CERTIFICATE, key: KEY }, (request, response) => {
    received.push(`${request.headers.host} ${request.url} ${request.headers.authorization}`);
    response.setHeader('content-type', 'application/json');
    response.end('[]');
  });
  const state = { port: 0, received };
  beforeAll(async () => {
    state.port = await portOf(server);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return state;
}

/** How a pool is used: over its fetch, as logins do, or directly. */
describe.each(['fetch', 'directly'] as const)('undici (%s)', (way) => {
  /** A client over undici, closed after the test. */
  function clientWith(
    options: UndiciOptions = {},
    more: Partial<HttpClientOptions> = {},
  ): ReturnType<typeof createTestClient> {
    const pool = createUndiciFetch(options);
    open.push(pool);
    return createTestClient(pool.fetch, { ...(way === 'directly' && { transport: pool.transport }), ...more });
  }

  describe('certificates', () => {
    const server = tlsServer();

    test('that nobody vouches for are refused, once, with what to do', async () => {
      const failure = await failureOf(clientWith().send(get(`https://localhost:${server.port}/x`)));
      expect(failure).toMatchObject({ code: 'NETWORK', attempt: 1, hint: expect.stringContaining('--tls.CABundle') });
      expect(everythingOf(failure)).not.toContain(TOKEN);
    });

    test.each<[string, UndiciOptions['tls']]>([
      ['in the bundle', { ca: CERTIFICATE }],
      ['of this machine, where that is allowed', { insecure: 'loopback' }],
      ['of anybody, where that is forced', { insecure: 'everywhere' }],
    ])('%s are accepted', async (_what, tls) => {
      const { text } = await clientWith({ tls }).send(get(`https://localhost:${server.port}/x`));
      expect(text).toBe('[]');
    });

    test('that need not convince on this machine are checked elsewhere, and the hint says so', async () => {
      const proxy = await openProxy(server.port);
      const client = clientWith({ proxy: { url: proxy.url }, tls: { insecure: 'loopback' } });
      const failure = await failureOf(client.send(get('https://acme.okta.test/x')));
      expect(failure).toMatchObject({
        code: 'NETWORK',
        attempt: 1,
        message: expect.stringContaining('self-signed'),
        hint: expect.stringMatching(
          /--tls.allowInsecure counts for servers on this machine only\. --tls.forceInsecure .* can read the credential/,
        ),
      });
      expect(everythingOf(failure)).not.toContain(TOKEN);
    });

    test('for another host are no matter of authorities', async () => {
      const proxy = await openProxy(server.port);
      const client = clientWith({ proxy: { url: proxy.url }, tls: { ca: CERTIFICATE } });
      const failure = await failureOf(client.send(get('https://acme.example/x')));
      expect(failure).toMatchObject({
        code: 'NETWORK',
        attempt: 1,
        message: expect.stringContaining('altnames'),
        hint: expect.stringMatching(/^The certificate is for another host\.(?!.*CABundle)/),
      });
    });

    // Node would take any certificate then, and the token would be sent to whoever answers.
    test('are checked although NODE_TLS_REJECT_UNAUTHORIZED says otherwise', async () => {
      const proxy = await openProxy(server.port);
      const before = server.received.length;
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      try {
        for (const tls of [undefined, { insecure: 'loopback' }] as const) {
          const client = clientWith({ proxy: { url: proxy.url }, tls });
          expect(await failureOf(client.send(get('https://acme.okta.test/x')))).toMatchObject({ code: 'NETWORK' });
        }
        const url = `https://localhost:${server.port}/x`;
        expect(await failureOf(clientWith().send(get(url)))).toMatchObject({ code: 'NETWORK' });
        expect((await clientWith({ tls: { insecure: 'everywhere' } }).send(get(url))).text).toBe('[]');
      } finally {
        vi.unstubAllEnvs();
      }
      expect(server.received).toHaveLength(before + 1);
    });

    test('in NODE_EXTRA_CA_CERTS are accepted, by Node itself', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
      try {
        const file = join(folder, 'ca.pem');
        writeFileSync(file, CERTIFICATE);
        const run = (env: Record<string, string>): Promise<string> =>
          requestInProcess(`https://localhost:${server.port}/x`, env);
        expect([await run({ NODE_EXTRA_CA_CERTS: file }), await run({})]).toEqual([
          '200',
          'DEPTH_ZERO_SELF_SIGNED_CERT',
        ]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

  describe('a proxy', () => {
    const server = tlsServer();
    const { received } = server;

    test('carries HTTPS through a tunnel, and never sees the credential', async () => {
      const proxy = await openProxy(server.port);
      const client = clientWith({ proxy: { url: proxy.url }, tls: { ca: CERTIFICATE } });
      await client.send(get('https://acme.okta.test/api/v1/apps'));
      expect(received.at(-1)).toBe(`acme.okta.test /api/v1/apps SSWS ${TOKEN}`);
      expect(proxy.seen).toHaveLength(1);
      expect(proxy.seen[0]).toMatch(/^CONNECT acme\.okta\.test:443 /);
      expect(proxy.seen.join()).not.toContain(TOKEN);
    });

    test('with a certificate of this machine is used where that is allowed, and the org is checked all the same', async () => {
      const proxy = await openProxy(server.port, undefined, createTlsServer({ cert: CERTIFICATE, key: KEY }));
      const url = proxy.url.replace('http://', 'https://');
      const client = clientWith({ proxy: { url }, tls: { insecure: 'loopback' } });
      const before = received.length;
      const failure = await failureOf(client.send(get('https://acme.okta.test/x')));
      expect(failure).toMatchObject({ code: 'NETWORK', message: expect.stringContaining('self-signed') });
      expect(proxy.seen).toEqual([expect.stringMatching(/^CONNECT acme\.okta\.test:443 /)]);
      expect(received).toHaveLength(before);
      await failureOf(clientWith({ proxy: { url } }).send(get('https://acme.okta.test/x')));
      expect(proxy.seen).toHaveLength(1);
    });

    // undici refused each request with "Invalid URL.", and it was sent four times.
    test.each(['/', '/x', '/x?y=z', '#x'])('may be called with a path, which does not count: %s', async (path) => {
      const proxy = await openProxy(server.port, 'user:pass-w0rd');
      const client = clientWith({ proxy: { url: proxy.url + path }, tls: { ca: CERTIFICATE } });
      expect((await client.send(get('https://acme.okta.test/x'))).text).toBe('[]');
      expect(proxy.seen).toEqual([expect.stringMatching(/^CONNECT acme\.okta\.test:443 /)]);
    });

    test('gets its own user and password', async () => {
      const proxy = await openProxy(server.port, 'user:pass-w0rd');
      const client = clientWith({ proxy: { url: new Secret(proxy.url) }, tls: { ca: CERTIFICATE } });
      expect((await client.send(get('https://acme.okta.test/x'))).text).toBe('[]');
    });

    test('that refuses is an error which does not repeat the password', async () => {
      const proxy = await openProxy(server.port, 'user:right');
      const url = proxy.url.replace('right', 'wr0ng-w0rd');
      const patient = clientWith({ proxy: { url } }, { retryFor: () => DEFAULT_RETRY });
      const failure = await failureOf(patient.send(get('https://acme.okta.test/x')));
      expect(failure).toMatchObject({
        code: 'NETWORK',
        attempt: 1,
        hint: expect.stringContaining('--http.proxy.password'),
      });
      expect(failure.message).toContain('the proxy answered 407, which asks for a login');
      // Each attempt may count against the password.
      expect(proxy.seen).toHaveLength(1);
      expect(everythingOf(failure)).not.toContain('wr0ng-w0rd');
      expect(everythingOf(failure)).not.toContain(TOKEN);
    });

    // It was asked again at once, thousands of times a second, until the time for the request was over.
    test('that hangs up is asked once, and that nothing was sent is certain', async () => {
      let asked = 0;
      const hangingUp = createServer().on('connect', (_request, client) => {
        asked += 1;
        client.end();
      });
      const url = `http://127.0.0.1:${await portOf(hangingUp)}`;
      open.push({ close: async () => hangingUp.close() });
      const pool = createUndiciFetch({ proxy: { url } });
      open.push(pool);
      const transport = way === 'fetch' ? {} : { transport: pool.transport };
      const request = { method: 'POST', url: 'https://acme.okta.test/x', headers: {} } as const;
      expect(await failureOf(createTestClient(pool.fetch, transport).send(request))).toMatchObject({
        code: 'NETWORK',
        message: expect.stringContaining('the proxy hung up'),
      });
      expect(asked).toBe(1);
      const retryFor = () => ({ ...DEFAULT_RETRY, maxAttempts: 2, initialDelayMs: 0 });
      await failureOf(createTestClient(pool.fetch, { ...transport, retryFor }).send(request));
      expect(asked).toBe(3);
    });

    test('is not used for this machine, over HTTP or HTTPS', async () => {
      const proxy = await openProxy(server.port);
      const client = clientWith({ proxy: { url: proxy.url }, tls: { insecure: 'loopback' } });
      await client.send(get(`https://localhost:${server.port}/x`));
      await client.send(get(`https://127.0.0.1:${server.port}/x`));
      expect(proxy.seen).toEqual([]);
    });

    test.each([
      'okta.test',
      '.okta.test',
      'other.example, acme.okta.test',
      '*',
      'localhost,*',
      '*, other.example',
      ' * ',
    ])('is not used for %s', async (noProxy) => {
      const proxy = await openProxy(server.port);
      const client = clientWith({ proxy: { url: proxy.url, noProxy } });
      // Without the proxy, nobody knows the name.
      expect(await failureOf(client.send(get('https://acme.okta.test/x')))).toMatchObject({ code: 'NETWORK' });
      expect(proxy.seen).toEqual([]);
    });

    // Of the last two, the host would be the user's name: the password is not written as in a URL.
    test.each([
      '',
      'proxy.example:3128',
      'ftp://proxy.example',
      'http://',
      'http://user:s3cret@',
      'http://user:1#s3cret@proxy.example',
      'http://user:1/s3cret@proxy.example',
    ])('called %j is refused without being repeated', (url) => {
      const failing = (): unknown => createUndiciFetch({ proxy: { url } });
      expect(failing).toThrow(InvalidValueError);
      expect(failing).not.toThrow(/s3cret/);
    });

    test('plain HTTP to another machine is not sent at all', async () => {
      const proxy = await openProxy(server.port);
      const client = clientWith({ proxy: { url: proxy.url } });
      const failure = await failureOf(client.send(get('http://acme.okta.test/x')));
      expect(failure.message).toContain('plain HTTP is for this machine only');
      expect(proxy.seen).toEqual([]);
    });
  });

  describe('answers as bytes', () => {
    const requests: string[] = [];
    let answer = '';
    let server: TcpServer;
    let origin: string;
    beforeAll(async () => {
      server = createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (data) => {
          requests.push(data.toString());
          socket.end(answer);
        });
      });
      origin = `http://127.0.0.1:${await portOf(server)}`;
    });
    afterAll(() => server.close());

    test('a 204 with a body is done, and the body is nobody’s answer', async () => {
      answer = 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n[]';
      const client = clientWith();
      const first = await client.send({ method: 'DELETE', url: `${origin}/x`, headers: {} });
      answer = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n[1]';
      const second = await client.send(get(`${origin}/y`));
      expect([first.status, first.text, second.text]).toEqual([204, '', '[1]']);
    });

    test('an empty POST says that it is empty', async () => {
      answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
      await clientWith().send({ method: 'POST', url: `${origin}/lifecycle/activate`, headers: {} });
      expect(requests.at(-1)?.toLowerCase()).toContain('\r\ncontent-length: 0\r\n');
    });

    test('rate-limit headers that stand there twice arrive as two', async () => {
      answer = 'HTTP/1.1 200 OK\r\nx-rate-limit-limit: 50\r\nx-rate-limit-limit: 10\r\ncontent-length: 2\r\n\r\n[]';
      expect((await clientWith().send(get(`${origin}/x`))).headers.get('x-rate-limit-limit')).toBe('50, 10');
    });

    test.each([
      ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
      ['fewer bytes than promised', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[{"id":"a"}'],
      ['a chunk that is cut off', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n[{"id":"a"}'],
      ['a broken gzip stream', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd'],
    ])('%s is an error, not an empty list', async (_what, bytes) => {
      answer = bytes;
      expect(await failureOf(clientWith().send(get(`${origin}/x`)))).toMatchObject({ code: 'NETWORK' });
    });
  });
});
