/**
 * The network of these tests: an org, and a stranger who answers wherever the org does not. Everything is on loopback, and
 * yet any host name leads somewhere: the way out is a proxy that leads the hosts of the org to the org and all others to
 * the stranger, who has every certificate that is asked for, since nobody checks them.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { inspect } from 'node:util';

import { type Clock, systemClock } from '../../src/http/pacing/clock.ts';
import { createSession, type Session, type SessionOptions } from '../../src/index.ts';
import { CERTIFICATE, KEY } from '../unit/http/tls-fixture.ts';

export const TOKEN = '00tok3nTOK3Ntok3n-for_the_org_alone';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a server answers. */
export interface Reply {
  /** 0 hangs up. Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface World {
  /** The ports of the org and of the stranger, each for http and https. */
  readonly ports: Readonly<Record<'org' | 'orgTls' | 'stranger' | 'strangerTls' | 'internet', number>>;
  /** What the org answers from now on. */
  answer(reply: (request: Received) => Reply): void;
  /** The requests that reached the org. */
  readonly received: readonly Received[];
  /** Each connection to the stranger, and each request with its headers and its body. */
  readonly contacts: readonly string[];
  /** The hosts and ports that the way out was asked for. */
  readonly ways: readonly string[];
  /** A session whose requests go to real names, over TLS. */
  online(options?: SessionOptions): Session;
  /** A session whose requests go to the org by plain HTTP on loopback. */
  local(options?: SessionOptions): Session;
  /** Ends the sessions: what has not arrived by then was not sent. */
  settle(): Promise<void>;
  /** Makes the world as it was in the beginning. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** The hosts that the world knows as the org. */
const ORG_HOSTS =
  /^(?:[a-z0-9-]+\.(?:okta\.com|oktapreview\.com|okta-emea\.com|okta-gov\.com|okta\.mil|okta-miltest\.com|trex-govcloud\.com)|login\.example\.com):443$/;

/** One app, called like the value that the case is about; it has a key. */
export function appsCalled(label: string): () => Reply {
  const settings = { oauthClient: { jwks: { keys: [{ id: 'pks1', kid: 'k1', kty: 'EC' }] } } };
  return () => json([{ id: '0oa1', label, signOnMode: 'OPENID_CONNECT', settings }]);
}

export function json(value: unknown, headers: Reply['headers'] = {}): Reply {
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export async function openWorld(): Promise<World> {
  const received: Received[] = [];
  const contacts: string[] = [];
  const ways: string[] = [];
  const sessions: Session[] = [];
  let reply: (request: Received) => Reply = appsCalled('first');
  const org: RequestListener = (incoming, outgoing) =>
    void read(incoming).then((request) => {
      received.push(request);
      send(reply(request), outgoing);
    });
  const stranger: RequestListener = (incoming, outgoing) =>
    void read(incoming).then((request) => {
      contacts.push(inspect({ ...request, raw: incoming.rawHeaders }, { depth: 4 }));
      send(json([{ id: 'of the stranger' }]), outgoing);
    });
  const identity = { cert: CERTIFICATE, key: KEY };
  const servers = {
    org: createServer(org),
    orgTls: createTlsServer(identity, org),
    stranger: createServer(stranger),
    strangerTls: createTlsServer(identity, stranger),
    internet: createServer(),
  };
  for (const server of [servers.stranger, servers.strangerTls])
    server.on('connection', () => contacts.push('connection'));
  const names = Object.keys(servers) as (keyof typeof servers)[];
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await portOf(servers[name])] as const)),
  ) as World['ports'];
  servers.internet.on('connect', (request: IncomingMessage, client: Socket) => {
    const way = request.url ?? '';
    ways.push(way);
    tunnel(client, ORG_HOSTS.test(way) ? ports.orgTls : ports.strangerTls);
  });
  const open = (options: SessionOptions): Session => {
    const session = createSession({ token: TOKEN, ...options });
    sessions.push(session);
    return session;
  };
  const settle = async (): Promise<void> => {
    for (const session of sessions.splice(0)) await session.close();
  };
  const forget = async (): Promise<void> => {
    await settle();
    for (const list of [received, contacts, ways]) list.length = 0;
    reply = appsCalled('first');
  };
  return {
    ports,
    received,
    contacts,
    ways,
    answer: (next) => {
      reply = next;
    },
    online: (options = {}) => open({ ...wayOut(ports.internet), ...options }),
    local: (options = {}) => open({ endpointUrl: `http://{subdomain}.localhost:${ports.org}`, ...options }),
    settle,
    forget,
    close: async () => {
      await forget();
      for (const server of Object.values(servers)) end(server);
    },
  };
}

/** Real time, in which nobody waits before going again. */
export const HASTY_CLOCK: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => (ms < 60_000 ? Promise.resolve() : systemClock.sleep(ms, signal)),
};

/** What leads a client through the proxy of the world, whatever certificate it then meets. */
export function wayOut(port: number): Pick<SessionOptions, 'proxy' | 'tls'> {
  return { proxy: { url: `http://127.0.0.1:${port}` }, tls: { insecure: 'everywhere' } };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function end(server: Server): void {
  server.closeAllConnections();
  server.close();
}

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url: target = '', headers } = incoming;
  return { method, target, headers, body: Buffer.concat(chunks).toString() };
}

function send({ status = 200, headers = {}, body = '' }: Reply, outgoing: ServerResponse): void {
  if (status === 0) outgoing.socket?.destroy();
  else outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  outgoing.end(body);
}

/** Either end takes the other along, so that no socket is left. */
export function tunnel(client: Socket, port: number): void {
  const target = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    target.pipe(client);
    client.pipe(target);
  });
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

/** How a statement ended: its rows, or its error. */
export type Ending = { readonly rows: readonly (readonly unknown[])[] } | { readonly error: unknown };

export async function endingOf(work: Promise<{ readonly rows: readonly (readonly unknown[])[] }>): Promise<Ending> {
  return work.then(
    ({ rows }) => ({ rows }),
    (error: unknown) => ({ error }),
  );
}
