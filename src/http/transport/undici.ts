/**
 * undici as our fetch: one keep-alive pool per origin, through a proxy where there is one.
 *
 * Entry of the room `transport/`: the bytes' way to a server and back, proxies and certificates. It knows no status code.
 *
 * @module
 */

import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { createRequire } from 'node:module';
import { rootCertificates } from 'node:tls';
import type { Dispatcher, Pool } from 'undici';
import { InvalidValueError } from '../../errors.ts';
import { NO_TUNNEL } from '../causes.ts';
import type { Fetch, Transport } from '../contract.ts';
import { Secret } from '../login/secret.ts';
import { NotThisMachineError } from './trust.ts';
import { overDispatcher } from './undici-transport.ts';

const require = createRequire(import.meta.url);

/** How HTTPS requests leave this network. Requests to this machine itself never use a proxy. */
export interface ProxySettings {
  /** `http://` or `https://`, host and port; user and password may stand in it. */
  readonly url: string | Secret;
  /** Hosts that are reached without it, as in `NO_PROXY`: names separated by commas, each with the names below it; `*` is all. */
  readonly noProxy?: string | undefined;
}

/** Whom to trust. */
export interface TlsSettings {
  /** Certificates in PEM that are trusted besides the well-known authorities. */
  readonly ca?: string | undefined;
  /** Whose certificate is not checked. Without the check, whoever is in between can read the credential. */
  readonly insecure?: 'loopback' | 'everywhere' | undefined;
}

export interface UndiciOptions {
  readonly proxy?: ProxySettings | undefined;
  readonly tls?: TlsSettings | undefined;
}

/**
 * undici's fetch with its own pools, and how to close them.
 *
 * @throws InvalidValueError where the proxy's URL is none
 */
export function createUndiciFetch(options: UndiciOptions = {}): {
  readonly fetch: Fetch;
  /** The same connections without the detour over fetch. */
  readonly transport: Transport;
  readonly close: () => Promise<void>;
} {
  const Agent = loadAgent();
  const local = new Agent({ ...KEEP_ALIVE, connect: { ...CONNECT, ...tlsOptions(options.tls, true) } });
  const remote = options.proxy === undefined ? directAgent(Agent, options) : proxyAgent(options.proxy, options);
  const fetch: Fetch = async (request) => {
    const { url, method, headers, redirect, signal } = request;
    const dispatcher = dispatcherFor(new URL(url), { local, remote });
    const body = request.body === null ? null : await request.text();
    const response = await undici().fetch(url, { method, headers: [...headers], redirect, signal, body, dispatcher });
    return response as unknown as Response;
  };
  const transport = overDispatcher((url) => dispatcherFor(url, { local, remote }));
  return {
    fetch: (request) => sayingWhere(fetch(request), request, options.tls),
    transport: (request) => sayingWhere(transport(request), request, options.tls),
    close: async () => {
      // Not `close`, which waits for whoever has no connection yet.
      await Promise.all([local.destroy(), remote.destroy()]);
    },
  };
}

/** A failure elsewhere says so where only this machine goes unchecked. */
async function sayingWhere<T>(
  answer: Promise<T>,
  { url, signal }: { readonly url: string; readonly signal: AbortSignal },
  { insecure }: TlsSettings = {},
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const isElsewhere = insecure === 'loopback' && !signal.aborted && !isLoopback(new URL(url).hostname);
    throw isElsewhere ? new NotThisMachineError(error) : error;
  }
}

type Undici = typeof import('undici');

/** Loaded when it is used, and by `require`: Node reads a CommonJS package twice when it is imported. */
function undici(): Undici {
  return require('undici') as Undici;
}

/**
 * The class from its own file: undici as a whole, with its caches, web sockets and mocks, takes 30 ms to load, and this 10.
 * Which files there are is not promised, so where it is missing the whole is loaded.
 */
function loadAgent(): Undici['Agent'] {
  try {
    return require('undici/lib/dispatcher/agent.js') as Undici['Agent'];
  } catch {
    return undici().Agent;
  }
}

const KEEP_ALIVE = { keepAliveTimeout: 10_000 };
const CONNECT = { timeout: 15_000, lookup: lookupKeepingLocalhost };

interface TlsOptions {
  readonly ca?: string[];
  readonly rejectUnauthorized: boolean;
}

function tlsOptions({ ca, insecure }: TlsSettings = {}, isLocal: boolean): TlsOptions {
  const isUnchecked = insecure === 'everywhere' || (insecure === 'loopback' && isLocal);
  return {
    // The option replaces what is trusted without it.
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    // Always said: without it, Node asks NODE_TLS_REJECT_UNAUTHORIZED, which is meant for a server on somebody's desk.
    rejectUnauthorized: !isUnchecked,
  };
}

function directAgent(Agent: Undici['Agent'], { tls }: UndiciOptions): Dispatcher {
  return new Agent({ ...KEEP_ALIVE, connect: { ...CONNECT, ...tlsOptions(tls, false) } });
}

/** All settings are given, since undici reads the environment for those that are not, and only `cli/` may. */
function proxyAgent(proxy: ProxySettings, { tls }: UndiciOptions): Dispatcher {
  // A class that is loaded alone has no `connect`: the package as a whole adds it.
  const { EnvHttpProxyAgent, Pool } = undici();
  const url = checkProxy(proxy);
  return new EnvHttpProxyAgent({
    ...KEEP_ALIVE,
    clientFactory: (origin, settings) => tunnelsAskedForOnce(new Pool(origin, settings)),
    httpProxy: '',
    httpsProxy: url,
    noProxy: exceptions(proxy),
    connect: { ...CONNECT, ...tlsOptions(tls, false) },
    requestTls: { ...CONNECT, ...tlsOptions(tls, false) },
    proxyTls: { ...CONNECT, ...tlsOptions(tls, isLoopback(new URL(url).hostname)) },
  });
}

/** undici knows `*` only where it stands alone, and takes it for a host elsewhere. */
function exceptions({ noProxy = '' }: ProxySettings): string {
  return noProxy.split(/[,\s]/).includes('*') ? '*' : noProxy;
}

/**
 * The connections to a proxy. Where it hangs up before the tunnel is there, undici takes that for a connection that was kept
 * too long, and asks again at once and without end: https://github.com/nodejs/undici/issues/3897. The code is the one that
 * its later versions have for this.
 */
function tunnelsAskedForOnce(pool: Pool): Dispatcher {
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: async (options: Dispatcher.ConnectOptions) => {
      try {
        return withTunnel(await connect(options));
      } catch (error) {
        if (!isSocketError(error)) throw error;
        throw Object.assign(new Error('the proxy hung up before the tunnel was there'), { code: 'UND_ERR_PRX_CONN' });
      }
    },
  });
}

/** undici says of any other status than 200 only which it is. One below 500 stays the same, and passwords may be counted. */
function withTunnel(answer: Dispatcher.ConnectData): Dispatcher.ConnectData {
  const { statusCode, socket } = answer;
  if (statusCode === 200) return answer;
  socket.on('error', () => undefined).destroy();
  const asks = statusCode === 407 ? ', which asks for a login' : '';
  throw Object.assign(new Error(`the proxy answered ${statusCode}${asks}`), {
    code: statusCode >= 500 ? 'UND_ERR_PRX_CONN' : NO_TUNNEL,
  });
}

function isSocketError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_SOCKET';
}

/**
 * The proxy's URL. The message of the error does not repeat it, since it may hold a password.
 *
 * @throws InvalidValueError
 */
export function checkProxy({ url }: ProxySettings): string {
  const text = url instanceof Secret ? url.reveal() : url;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed !== undefined && isProxy(parsed)) return withoutPath(parsed);
  throw new InvalidValueError('The proxy is no URL with http:// or https:// and a host. Nothing was sent.', {
    subject: 'proxy',
    hint: 'Write it as http://proxy.example:3128, with what is special in a password percent-encoded.',
  });
}

/** Where an @ stands behind the host, a password holds a # or a /, and the host is what stands before that. */
function isProxy({ protocol, hostname, pathname, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && hostname !== '' && !`${pathname}${search}${hash}`.includes('@');
}

/** As curl has it: a proxy is a host and a port, and what is written behind them has no meaning. */
function withoutPath(url: URL): string {
  return Object.assign(url, { pathname: '', search: '', hash: '' }).href;
}

/** A credential crosses a network, and a proxy, only inside TLS: the proxy is asked for a tunnel (CONNECT). */
function dispatcherFor(
  { protocol, hostname }: URL,
  { local, remote }: { readonly local: Dispatcher; readonly remote: Dispatcher },
): Dispatcher {
  if (isLoopback(hostname)) return local;
  if (protocol === 'https:') return remote;
  throw new TypeError(`plain HTTP is for this machine only, not for ${hostname}`);
}

function isLoopback(hostname: string): boolean {
  return LOCALHOST.test(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]';
}

const LOCALHOST = /(?:^|\.)localhost$/i;

type LookupCallback = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

const LOOPBACK: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Names below `localhost` are this machine, whatever a resolver says (RFC 6761 section 6.3): not all resolvers know,
 * and one that sent such a name elsewhere would get a token over plain HTTP.
 */
function lookupKeepingLocalhost(hostname: string, options: object, callback: unknown): void {
  const done = callback as LookupCallback & ((error: null, address: string, family: number) => void);
  if (!LOCALHOST.test(hostname)) lookup(hostname, options as LookupAllOptions, done);
  else if ('all' in options && options.all === true) done(null, LOOPBACK);
  else done(null, '127.0.0.1', 4);
}
