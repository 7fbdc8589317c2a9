/** What a server on a socket is sent by clients that mean no good, or do not know better. */

import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { createSimulator, listen, type RunningServer, type Simulator } from '../../../src/simulator/index.ts';

let sim: Simulator;
let server: RunningServer;
const sockets = new Set<Socket>();

beforeAll(async () => {
  sim = createSimulator();
  server = await listen(sim);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  // Whatever came, the next request is answered.
  expect((await send(request('/api/v1/apps?limit=1'))).status).toBe(200);
});
afterAll(() => server.close());

interface Reply {
  readonly status: number;
  readonly text: string;
}

function open(port = server.port): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.add(socket);
  return socket;
}

/** Sends bytes as they are, and reads until the server ends the connection. */
function send(bytes: string | Buffer, socket: Socket = open()): Promise<Reply> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }));
    // A server that ends a connection while it is being written to.
    socket.on('error', () => undefined);
    socket.write(bytes, 'latin1');
  });
}

interface Parts {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

function request(target: string, { method = 'GET', host = 'localhost', headers = [], body }: Parts = {}): string {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Authorization: SSWS sim-token',
    'Connection: close',
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`, 'Content-Type: application/json']),
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

const post = (body: string, target = '/api/v1/groups'): string => request(target, { method: 'POST', body });
const filter = (text: string): string => `/api/v1/users?filter=${encodeURIComponent(text)}`;
const search = (text: string): string => `/api/v1/users?search=${encodeURIComponent(text)}`;

const APPS = '/api/v1/apps';

describe('is answered 400', () => {
  test.each<[what: string, bytes: string]>([
    // Hosts.
    ['no host', `GET ${APPS} HTTP/1.1\r\nConnection: close\r\n\r\n`],
    ['two hosts', request(APPS, { headers: ['Host: other'] })],
    ['a host with a blank', request(APPS, { host: 'a b' })],
    ['a host with a user', request(APPS, { host: 'user@localhost' })],
    ['a host with a path', request(APPS, { host: 'localhost/api/v1/users?' })],
    ['a host with a fragment', request(APPS, { host: 'localhost#' })],
    ['half a bracket', request(APPS, { host: '[::1' })],
    ['a port that is none', request(APPS, { host: 'localhost:99999' })],
    ['a port of letters', request(APPS, { host: 'localhost:port' })],
    ['a percent in the host', request(APPS, { host: '%6cocalhost' })],
    ['a number that is no address', request(APPS, { host: '999.999.999.999' })],
    ['a backslash in the host', request(APPS, { host: 'localhost\\x' })],
    ['a byte beyond ASCII in the host', request(APPS, { host: 'l\u00f6calhost' })],
    // Targets.
    ['a whole URL', request('http://localhost/api/v1/apps')],
    ['an asterisk', request('*', { method: 'OPTIONS' })],
    ['no slash', request('api/v1/apps')],
    ['a percent alone', request(`${APPS}/%`)],
    ['a percent with one digit', request(`${APPS}/%a`)],
    ['no UTF-8', request(`${APPS}/%ff%fe`)],
    ['half a character', request(`${APPS}/%c3/credentials/jwks`)],
    ['a dot segment', request('/api/v1/apps/%2e%2e/users')],
    ['an empty segment', request('//api/v1/apps')],
    ['a parameter twice', request(`${APPS}?limit=1&limit=2`)],
    // Methods and protocol.
    ['TRACE', request(APPS, { method: 'TRACE' })],
    ['a method that is none', request(APPS, { method: 'G\u00e4T' })],
    ['no protocol', 'hello\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['two lengths', `POST ${APPS} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    [
      'a length and chunks',
      request(APPS, { method: 'POST', headers: ['Content-Length: 3', 'Transfer-Encoding: chunked'] }),
    ],
    [
      'a chunk of no length',
      `${request('/api/v1/groups', { method: 'POST', headers: ['Transfer-Encoding: chunked'] })}zz\r\n`,
    ],
    ['a header without a colon', request(APPS, { headers: ['nonsense'] })],
    ['a NUL in a header', request(APPS, { headers: ['X-A: a\u0000b'] })],
    ['a body on a GET', request(APPS, { body: '{}' })],
    // Filters and searches.
    ['a filter that is none', request(filter('nonsense'))],
    ['a filter that ends', request(filter('status eq'))],
    ['an open string', request(filter('status eq "ACTIVE'))],
    ['an escape that is none', request(filter('status eq "\\q"'))],
    ['parentheses without end', request(search('('.repeat(3_000)))],
    ['parentheses of any depth', request(search(`${'('.repeat(2_000)}status eq "A"${')'.repeat(2_000)}`))],
    ['NOT of NOT of NOT', request(search('not '.repeat(2_500)))],
    ['a filter of apps that is none', request(`${APPS}?filter=${encodeURIComponent('status eq eq')}`)],
    ['a cursor that is none', request(`${APPS}?after=nonsense`)],
    // Bodies.
    ['no JSON', post('{')],
    ['a body that is a list', post('[]')],
    ['a NUL', post('\u0000')],
    ['a deep list', post(`{"profile":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)],
    ['a deep object', post(`{"profile":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`)],
    ['a body without end', post('['.repeat(1_000_000))],
    ['a deep assertion', post('{'.repeat(100_000), '/oauth2/v1/token')],
  ])('%s', async (_what, bytes) => {
    expect((await send(bytes)).status).toBe(400);
  });
});

test.each<[what: string, bytes: string]>([
  ['names of Object', request('/api/v1/users?search=constructor%20eq%20%22a%22')],
  ['__proto__ in a path', request('/api/v1/__proto__')],
  ['constructor for a method', request('/api/v1/constructor', { method: 'DELETE' })],
  ['__proto__ in a body', post('{"__proto__":{"a":1},"profile":{"name":"x","constructor":{"prototype":{"a":1}}}}')],
  ['numbers beyond all', post('{"profile":{"name":1e999}}')],
  ['a deep key', post(`{"d":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, `${APPS}/x/credentials/jwks`)],
  ['half a pair', post('{"profile":{"name":"\\ud800"}}')],
  ['a limit that is none', request(`${APPS}?limit=-1e9`)],
  ['a line end in a parameter', request(`${APPS}?limit=1%0d%0aSet-Cookie:%20a`)],
  ['a long token', request(APPS, { headers: [`X-A: ${'a'.repeat(8_000)}`] })],
  ['a method nobody knows', request(APPS, { method: 'PROPFIND' })],
])('%s is no failure of the server', async (_what, bytes) => {
  const { status, text } = await send(bytes);
  expect(status).toBeGreaterThan(0);
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(/^set-cookie/im);
});

describe('is bounded', () => {
  test('headers', async () => {
    expect((await send(request(APPS, { headers: [`X-A: ${'a'.repeat(20_000)}`] }))).status).toBe(431);
    expect((await send(request(`${APPS}?q=${'a'.repeat(20_000)}`))).status).toBe(431);
  });

  test('a body that says how long it is, which is not waited for', async () => {
    const head = `POST /api/v1/groups HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${2 ** 40}\r\n\r\n`;
    expect((await send(head)).status).toBe(413);
  });

  test('a body that does not say it', async () => {
    const head = request('/api/v1/groups', { method: 'POST', headers: ['Transfer-Encoding: chunked'] });
    const socket = open();
    const reply = send(head, socket);
    const chunk = `100000\r\n${'a'.repeat(0x100000)}\r\n`;
    for (let sent = 0; sent < 9; sent += 1) socket.write(chunk);
    expect((await reply).status).toBe(413);
  });
});

describe('a slow client is ended', () => {
  let impatient: RunningServer;
  beforeAll(async () => {
    impatient = await listen(sim, { clientTimeoutMs: 40 });
  });
  afterAll(() => impatient.close().catch(() => undefined));

  test.each([
    ['within its headers', 'GET /api/v1/apps HTTP/1.1\r\nHost: loc'],
    ['within its body', 'POST /api/v1/groups HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{'],
  ])('%s', async (_what, bytes) => {
    expect((await send(bytes, open(impatient.port))).status).toBe(408);
  });

  test('that does not read its answer', async () => {
    const socket = open(impatient.port);
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // More answers than the buffers between the two hold.
    const line = request('/api/v1/users?limit=200').replace('Connection: close\r\n', '');
    socket.pause();
    socket.write(line.repeat(400));
    await new Promise((resolve) => socket.once('ready', resolve));
    await impatient.close();
    socket.resume();
    await closed;
  });
});

describe('options', () => {
  test.each<[options: object, complaint: string]>([
    [{ latencyMs: Number.NaN }, 'latencyMs takes a whole number from 0 to 2147483647.'],
    [{ latencyMs: 1e12 }, 'latencyMs takes a whole number from 0 to 2147483647.'],
    [{ rateLimit: -1 }, 'rateLimit takes a whole number from 0.'],
    [{ rateLimit: '100' }, 'rateLimit takes a whole number from 0.'],
    [{ rateWindowMs: 0 }, 'rateWindowMs takes a whole number from 1.'],
    [{ seed: Number.NaN }, 'seed takes a finite number.'],
    [{ token: '' }, 'token takes a text that is not empty.'],
    [{ subdomain: 'a.b' }, 'subdomain takes the label of an org, such as my-org.'],
    [{ listShape: 'nonsense' }, 'listShape takes keys, jwks.keys, array, garbage.'],
    [{ edition: 'modern' }, 'edition takes classic or identity-engine.'],
    [{ now: new Date() }, 'now takes a function.'],
    [{ org: {} }, 'org takes what demoOrg or uniformOrg gives.'],
    [{ serviceApps: {} }, 'serviceApps takes a list.'],
  ])('of createSimulator: %j', (options, complaint) => {
    expect(() => createSimulator(options)).toThrow(new TypeError(complaint));
  });

  test('that there are not', async () => {
    expect(() => createSimulator({ latency: 5 } as object)).toThrow('createSimulator has no option "latency"');
    await expect(listen(sim, { prot: 80 } as object)).rejects.toThrow('listen has no option "prot"');
  });

  test.each<object>([{ port: Number.NaN }, { port: -1 }, { port: 65_536 }, { port: '80' }])(
    'of listen: %j',
    async (options) => {
      await expect(listen(sim, options)).rejects.toThrow(new TypeError('port takes a whole number from 0 to 65535.'));
    },
  );
});
