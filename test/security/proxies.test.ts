/** What a proxy gets to see, and who may be one. The settings of proxies one by one: http/undici.test.ts. */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { TlsSettings } from '../../src/http/transport/undici.ts';
import type { SessionOptions } from '../../src/index.ts';
import { CERTIFICATE } from '../unit/http/tls-fixture.ts';
import { endingOf, HASTY_CLOCK, json, openWorld, TOKEN, tunnel, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.forget();
  await closeProxy();
});
afterAll(() => world.close());

const SQL = "select id from okta.apps.applications where subdomain = 'acme'";
const LOGIN = 'ada:pr0xy-w0rd';
const IN_BASE64 = Buffer.from(LOGIN).toString('base64');

/** What a proxy does with a CONNECT. */
type Manners = (client: Socket, request: IncomingMessage) => void;

interface TestProxy {
  readonly port: number;
  /** All that reached the proxy itself. */
  readonly seen: readonly string[];
}

let closeProxy: () => Promise<void> = async () => undefined;

/** The stranger as a proxy: it tells of each request, and has its own manners with CONNECT. */
async function openProxy(manners: Manners): Promise<TestProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    seen.push(lineOf(request));
    response.end('[]');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    // Clients that give up on a proxy break the connection.
    socket.on('error', () => undefined);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    seen.push(lineOf(request));
    manners(client, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeProxy = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    closeProxy = async () => undefined;
  };
  return { port: (server.address() as AddressInfo).port, seen };
}

function lineOf({ method, url, rawHeaders }: IncomingMessage): string {
  return [method, url, ...rawHeaders].join(' ');
}

const toOrg: Manners = (client) => tunnel(client, world.ports.orgTls);
const toStranger: Manners = (client) => tunnel(client, world.ports.strangerTls);
const says =
  (answer: string): Manners =>
  (client) =>
    client.end(answer);

function through({ port }: TestProxy, options: SessionOptions = {}): SessionOptions {
  return { proxy: { url: `http://${LOGIN}@127.0.0.1:${port}` }, clock: HASTY_CLOCK, ...options };
}

/** Of the credential in no form, and no path or query. */
function expectBlind(seen: readonly string[]): void {
  for (const line of seen) {
    expect(line).toMatch(/^CONNECT acme\.okta\.com:443 /);
    expect(line).not.toContain('/api/v1');
    for (const form of [TOKEN, Buffer.from(`SSWS ${TOKEN}`).toString('base64'), 'SSWS'])
      expect(line).not.toContain(form);
  }
}

describe('a proxy that behaves', () => {
  test('sees host and port, and its own login', async () => {
    const proxy = await openProxy(toOrg);
    const { rows } = await world.online(through(proxy)).query(SQL);
    expect(rows).toEqual([['0oa1']]);
    expectBlind(proxy.seen);
    expect(proxy.seen).toHaveLength(1);
    expect(proxy.seen[0]).toContain(`proxy-authorization Basic ${IN_BASE64}`);
  });

  test('and the org sees nothing of the login at the proxy', async () => {
    const proxy = await openProxy(toOrg);
    await world.online(through(proxy)).query(SQL);
    const [request] = world.received;
    expect(request?.headers).toMatchObject({ host: 'acme.okta.com', authorization: `SSWS ${TOKEN}` });
    expect(request?.headers['proxy-authorization']).toBeUndefined();
    expect(JSON.stringify(request)).not.toContain(IN_BASE64);
  });

  test('sees the same of a POST and a DELETE', async () => {
    const proxy = await openProxy(toOrg);
    world.answer(({ method }) => (method === 'DELETE' ? { status: 204 } : json({ id: 'pks1', status: 'ACTIVE' })));
    const session = world.online(through(proxy));
    const key = "@subdomain='acme', @appId='0oa1', @keyId='pks1'";
    await session.query(`exec okta.apps.jwks.activate_oauth2_client_json_web_key ${key}`);
    await session.query(`exec okta.apps.jwks.deletejwk ${key}`);
    expect(world.received.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    expectBlind(proxy.seen);
  });
});

describe('a proxy that does not behave gets no credential', () => {
  test.each<[name: string, tls: TlsSettings]>([
    ['whose certificate nobody knows', {}],
    ['whose certificate is for another host', { ca: CERTIFICATE }],
    ['whose certificate would do on this machine', { insecure: 'loopback' }],
  ])('one that leads to itself, %s', async (_name, tls) => {
    const proxy = await openProxy(toStranger);
    expect(await endingOf(world.online({ ...through(proxy), tls }).query(SQL))).toMatchObject({
      error: { code: 'NETWORK', attempt: 1 },
    });
    await world.settle();
    // It may be asked for its certificate, and is told nothing.
    expect(world.contacts.filter((contact) => contact !== 'connection')).toEqual([]);
    expectBlind(proxy.seen);
  });

  test.each<[name: string, answer: string]>([
    [
      'asks for another login',
      'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="x"\r\n\r\n',
    ],
    ['asks for our login at the org', 'HTTP/1.1 401 Unauthorized\r\nwww-authenticate: SSWS realm="okta"\r\n\r\n'],
    ['redirects', 'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:STRANGER/\r\ncontent-length: 0\r\n\r\n'],
    [
      'redirects for good',
      'HTTP/1.1 308 Permanent Redirect\r\nlocation: http://127.0.0.1:STRANGER/\r\ncontent-length: 0\r\n\r\n',
    ],
    ['is out of order', 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'],
    ['answers for the org', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]'],
    [
      'answers without TLS',
      'HTTP/1.1 200 Connection Established\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]',
    ],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['hangs up', ''],
  ])('one that %s', async (_name, answer) => {
    const proxy = await openProxy(says(answer.replace('STRANGER', String(world.ports.stranger))));
    expect(await endingOf(world.online(through(proxy)).query(SQL))).toMatchObject({ error: { code: 'NETWORK' } });
    await world.settle();
    expect([world.contacts, world.received]).toEqual([[], []]);
    expectBlind(proxy.seen);
    expect(proxy.seen.length).toBeGreaterThan(0);
  });
});

describe('what needs no proxy does not use one', () => {
  test.each<[name: string, endpointUrl: string]>([
    ['localhost', 'http://localhost:ORG'],
    ['a name below localhost', 'http://{subdomain}.localhost:ORG'],
    ['127.0.0.1', 'http://127.0.0.1:ORG'],
    ['this machine with TLS', 'https://localhost:TLSORG'],
  ])('%s', async (_name, url) => {
    const proxy = await openProxy(toStranger);
    const endpointUrl = url.replace('TLSORG', String(world.ports.orgTls)).replace('ORG', String(world.ports.org));
    const session = world.local({ ...through(proxy), endpointUrl, tls: { insecure: 'loopback' } });
    expect((await session.query(SQL)).rows).toEqual([['0oa1']]);
    expect([proxy.seen, world.contacts]).toEqual([[], []]);
    expect(world.received).toHaveLength(1);
  });

  test('the environment of this process names none', async () => {
    const proxy = await openProxy(toStranger);
    const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'ALL_PROXY'];
    const before = names.map((name) => process.env[name]);
    try {
      for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`;
      // Were it used, the name would be found; as it is not, nobody answers.
      const session = world.local({ clock: HASTY_CLOCK, endpointUrl: 'https://okta.invalid' });
      expect(await endingOf(session.query(SQL))).toMatchObject({ error: { code: 'NETWORK' } });
    } finally {
      for (const [index, name] of names.entries()) restore(name, before[index]);
    }
    expect(proxy.seen).toEqual([]);
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

describe('a proxy that is none is refused before any request', () => {
  test.each(['', 'proxy.example:3128', 'ftp://127.0.0.1:21', 'socks5://127.0.0.1:1080', 'file:///tmp/x', 'http://'])(
    '%j',
    (url) => {
      expect(() => world.local({ proxy: { url } })).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
    },
  );
});

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString();
}

describe('a token that has to be asked for', () => {
  const SECRET = 'cl1ent-s3cret-of-the-app';
  const withLogin = (path: string): SessionOptions => ({
    auth: {
      okta: {
        type: 'oauth2',
        grant_type: 'client_credentials',
        token_url: `http://127.0.0.1:${world.ports.org}${path}`,
        client_id: '0oaClient',
        client_secret: SECRET,
        scopes: ['okta.apps.read'],
      },
    },
    clock: HASTY_CLOCK,
  });

  test.each([301, 302, 303, 307, 308])('is not asked for elsewhere after a %i', async (status) => {
    world.answer(() => ({ status, headers: { location: `http://127.0.0.1:${world.ports.stranger}/token` } }));
    const ending = await endingOf(world.local(withLogin('/oauth2/v1/token')).query(SQL));
    expect(ending).toHaveProperty('error');
    await world.settle();
    expect(world.contacts).toEqual([]);
    expect(world.received.map(({ target }) => target)).toEqual(['/oauth2/v1/token']);
  });

  test('goes to the org alone, and the client’s secret to the token endpoint alone', async () => {
    const proxy = await openProxy(toStranger);
    const stranger = `http://127.0.0.1:${world.ports.stranger}`;
    const token = { access_token: 'acc3ss-t0ken', token_type: 'Bearer', expires_in: 3600, token_endpoint: stranger };
    world.answer(({ target }) => {
      if (target === '/oauth2/v1/token') return json(token);
      if (target.includes('after')) return json([{ id: '0oa2' }]);
      return json([{ id: '0oa1' }], { link: `<${stranger}/?after=c1>; rel="next"` });
    });
    const proxied = { ...withLogin('/oauth2/v1/token'), proxy: { url: `http://127.0.0.1:${proxy.port}` } };
    const { rows } = await world.local(proxied).query(SQL);
    expect(rows).toEqual([['0oa1'], ['0oa2']]);
    await world.settle();
    expect([world.contacts, proxy.seen]).toEqual([[], []]);
    const [asked, ...rest] = world.received;
    // RFC 6749 section 2.3.1: both are encoded like the fields of a form.
    const [id, secret] = fromBase64(asked?.headers.authorization?.replace('Basic ', '') ?? '').split(':');
    expect([id, decodeURIComponent(secret ?? '')]).toEqual(['0oaClient', SECRET]);
    for (const { headers, body } of rest) {
      expect([headers.authorization, body]).toEqual(['Bearer acc3ss-t0ken', '']);
    }
  });
});
