/// <reference lib="esnext.disposable" preserve="true" />

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { failure } from './answer.ts';
import { badRequest } from './errors.ts';
import { checkOptions, LONGEST_MS, type OptionTable, TEXT, wholeNumber } from './options.ts';
import { linkValues } from './paging.ts';
import { isConnectionReset, type Simulator } from './simulator.ts';

/** Where the server listens. */
export interface ListenOptions {
  /** Default: one the system finds free. */
  readonly port?: number;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** Milliseconds that a client may take to send a request, and to read its answer. Default: 30,000. */
  readonly clientTimeoutMs?: number;
}

const OPTIONS: OptionTable<ListenOptions> = {
  port: wholeNumber(0, 65_535),
  host: TEXT,
  clientTimeoutMs: wholeNumber(1, LONGEST_MS),
};

/** Bytes: the logo of a brand fits in. */
const MOST_BODY_BYTES = 8 * 1024 * 1024;

const MOST_HEADER_BYTES = 16 * 1024;

/** A server that runs until it is closed. */
export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, ends idle connections, and resolves when the running requests are answered. */
  close(): Promise<void>;
  /** As {@link close}: `await using server = await listen(simulator)`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves a simulator over plain HTTP on this machine. */
export async function listen(simulator: Simulator, options: ListenOptions = {}): Promise<RunningServer> {
  checkOptions(options, OPTIONS, 'listen');
  const { port = 0, host = '127.0.0.1', clientTimeoutMs = 30_000 } = options;
  const limits = {
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: clientTimeoutMs,
    requestTimeout: clientTimeoutMs,
    // Node looks for slow clients this often.
    connectionsCheckingInterval: Math.min(1_000, clientTimeoutMs),
  };
  const server = createServer(limits, (incoming, outgoing) => {
    outgoing.once('prefinish', () => endIfUnread(outgoing, clientTimeoutMs));
    void exchange(simulator, server, incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  const end = (): Promise<void> => {
    closing ??= close(server);
    return closing;
  };
  return { url: `http://${name}:${actualPort}`, port: actualPort, close: end, [Symbol.asyncDispose]: end };
}

// Closing ends idle connections too, since Node 19.
function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}

/** Ends the connection of a client that does not read what it was sent. */
function endIfUnread(outgoing: ServerResponse, timeoutMs: number): void {
  const timer = setTimeout(() => outgoing.destroy(), timeoutMs).unref();
  outgoing.once('close', () => clearTimeout(timer));
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
    if (typeof request === 'number') {
      refuse(outgoing, request);
      return;
    }
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

/** Refuses what never becomes a request, and takes no more on that connection: how it goes on is anybody's guess. */
function refuse(outgoing: ServerResponse, status: number): void {
  const { code, summary } = status === 400 ? badRequest() : failure(status, 'E0000003', 'The body was too large.');
  outgoing.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  outgoing.end(JSON.stringify({ errorCode: code, errorSummary: summary, errorLink: code, errorCauses: [] }));
}

/** A host, perhaps with a port, as the authority of a URL: https://www.rfc-editor.org/rfc/rfc9110#section-7.2 */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Node takes the first of several, and whoever stands in between perhaps another. */
function isOneHost({ headersDistinct }: IncomingMessage): boolean {
  const [host = 'localhost', ...others] = headersDistinct['host'] ?? [];
  return others.length === 0 && HOST.test(host);
}

/** What `Request` cannot be made of. https://fetch.spec.whatwg.org/#forbidden-method */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** The request, or the status that refuses it. */
async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | 400 | 413> {
  const { method = 'GET', url = '/', headers } = incoming;
  const origin = `http://${headers.host ?? 'localhost'}`;
  const isUnfit = FORBIDDEN_METHODS.has(method) || !url.startsWith('/') || !isOneHost(incoming);
  if (isUnfit || !URL.canParse(origin + url)) return 400;
  const body = await readBody(incoming);
  if (body === undefined) return 413;
  // A Request refuses to carry the body of a GET; the simulator sees it by its headers.
  const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD';
  return new Request(origin + url, {
    method,
    headers: toHeaders(incoming.rawHeaders),
    signal,
    ...(hasBody && { body }),
  });
}

/** Undefined for one that is too large, of which no more is kept. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  // What is left unread must not end the connection before the answer is sent.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MOST_BODY_BYTES) return undefined;
  }
  return Buffer.concat(chunks);
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
