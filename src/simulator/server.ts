import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { linkValues } from './paging.ts';
import { isConnectionReset, type Simulator } from './simulator.ts';

/** Where the server listens. */
export interface ListenOptions {
  /** Default: one the system finds free. */
  readonly port?: number;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
}

/** A server that runs until it is closed. */
export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, ends idle connections, and resolves when the running requests are answered. */
  close(): Promise<void>;
}

/** Serves a simulator over plain HTTP on this machine. */
export async function listen(simulator: Simulator, options: ListenOptions = {}): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1' } = options;
  const server = createServer((incoming, outgoing) => void exchange(simulator, server, incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${actualPort}`, port: actualPort, close: () => close(server) };
}

// Closing ends idle connections too, since Node 19.
function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}

async function exchange(
  simulator: Simulator,
  server: Server,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const hangUp = new AbortController();
  outgoing.once('close', () => hangUp.abort());
  try {
    const request = await toRequest(incoming, hangUp.signal);
    const response = await simulator.handle(request, incoming.url);
    // A connection that stays open would keep a closing server alive.
    if (!server.listening) outgoing.setHeader('connection', 'close');
    await send(response, outgoing);
  } catch (error) {
    if (isConnectionReset(error)) incoming.socket.destroy();
    else fail(outgoing);
  }
}

/** Ends an answer that went wrong by a mistake of ours or of a fault's author, or because the client is gone. */
function fail(outgoing: ServerResponse): void {
  if (!outgoing.headersSent) outgoing.statusCode = 500;
  outgoing.end();
}

async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = 'GET', url = '/', headers } = incoming;
  const body = Buffer.concat(chunks);
  // A Request refuses to carry the body of a GET; the simulator sees it by its headers.
  const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD';
  return new Request(`http://${headers.host ?? 'localhost'}${url}`, {
    method,
    headers: toHeaders(incoming.rawHeaders),
    signal,
    ...(hasBody && { body }),
  });
}

function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index < raw.length; index += 2) headers.append(raw[index] ?? '', raw[index + 1] ?? '');
  return headers;
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  // `Headers` joins what Okta sends as separate fields.
  const links = linkValues(response.headers);
  if (links.length > 0) outgoing.setHeader('link', links);
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
