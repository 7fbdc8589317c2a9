/**
 * Sends one request: credentials by origin, a time limit, no redirects, typed errors.
 *
 * @module
 */

import {
  AuthError,
  CancelledError,
  HttpError,
  type HttpFailure,
  InternalError,
  NetworkError,
  NotFoundError,
  PermissionError,
  type QueryError,
  RateLimitError,
  TimeoutError,
  UnusableResponseError,
} from '../errors.ts';
import type { HttpRequest } from '../request/build.ts';

/** An answer with a success status, its body read and decoded. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for 204. */
  readonly text: string;
  readonly request: HttpRequest;
}

export interface HttpClient {
  /** Throws one of the HTTP, network, timeout and cancellation errors; never returns a failure. */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** The part of WHATWG fetch that is used: undici's, the built-in one, or a simulator in process. */
export type Fetch = (request: Request) => Promise<Response>;

/** What the provider's error body means. */
export interface FailureExplanation {
  readonly kind: 'auth' | 'permission' | 'rate-limit' | 'not-found' | 'http';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly providerCode?: string | undefined;
}

/** What makes a request acceptable to an API, added to it for one send. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters, for APIs that want their key there. */
  readonly query?: Readonly<Record<string, string>>;
  /** Texts in them that no message, log or error may show. */
  readonly secrets: readonly string[];
}

/**
 * Asked anew for each send, since some authorisations may be used only once.
 *
 * @throws AuthError where there is no credential for the request's origin, or where it belongs to another
 */
export type Authorize = (request: HttpRequest, signal?: AbortSignal) => Promise<Authorization>;

export interface HttpClientOptions {
  /** Must not follow redirects by itself when `redirect` is `manual`. */
  readonly fetch: Fetch;
  readonly closeFetch?: () => Promise<void>;
  readonly authorize: Authorize;
  readonly explainFailure: (status: number, body: string) => FailureExplanation;
  readonly userAgent: string;
  /** Milliseconds for one request, body included. */
  readonly timeoutMs: number;
  /** Milliseconds since some fixed time; only differences are used. */
  readonly now: () => number;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  return {
    send: async (request, signal) => {
      if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
      const authorization = await options.authorize(request, signal);
      const response = await exchange(options, request, authorization, signal);
      if (isSuccess(response)) return response;
      throw failure(options, response, authorization);
    },
    close: async () => options.closeFetch?.(),
  };
}

function isSuccess({ status }: { readonly status: number }): boolean {
  return status >= 200 && status < 300;
}

async function exchange(
  options: HttpClientOptions,
  request: HttpRequest,
  authorization: Authorization,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const headers = outgoingHeaders(request, { 'user-agent': options.userAgent, ...authorization.headers });
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const startedAt = options.now();
  try {
    const response = await options.fetch(
      new Request(authorizedUrl(request, authorization), {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        ...(request.body !== undefined && { body: request.body }),
      }),
    );
    return { status: response.status, headers: response.headers, text: await readText(response, request), request };
  } catch (cause) {
    throw connectionError(options, request, cause, { startedAt, timeout, signal });
  }
}

function authorizedUrl({ url }: HttpRequest, { query = {} }: Authorization): string {
  const complete = new URL(url);
  for (const [name, value] of Object.entries(query)) complete.searchParams.set(name, value);
  return complete.href;
}

/** The error of `Headers` quotes the value, which may be the credential: it is not passed on. */
function outgoingHeaders(request: HttpRequest, own: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers({ ...request.headers, ...own });
  } catch {
    throw new InternalError(
      `A header of ${request.method} ${request.url} holds what no header can hold. Nothing was sent.`,
    );
  }
}

async function readText(response: Response, request: HttpRequest): Promise<string> {
  const bytes = await response.arrayBuffer();
  try {
    // Of a failure the status counts: a gateway's page may be in any encoding.
    return new TextDecoder('utf-8', { fatal: isSuccess(response) }).decode(bytes);
  } catch (cause) {
    throw new UnusableResponseError(`The answer to ${request.method} ${request.url} is not UTF-8 text.`, {
      ...factsOf(response, request),
      cause,
    });
  }
}

function connectionError(
  options: HttpClientOptions,
  request: HttpRequest,
  cause: unknown,
  { startedAt, timeout, signal }: { startedAt: number; timeout: AbortSignal; signal: AbortSignal | undefined },
): QueryError {
  if (cause instanceof UnusableResponseError) return cause;
  const elapsedMs = Math.round(options.now() - startedAt);
  const what = `${request.method} ${request.url}`;
  if (signal?.aborted === true) return new CancelledError(undefined, { cause: signal.reason });
  if (timeout.aborted) {
    return new TimeoutError(`${what} was not answered within ${options.timeoutMs} ms.`, { elapsedMs });
  }
  const reason = rootMessage(cause);
  return new NetworkError(`${what} failed after ${elapsedMs} ms: ${reason}.`, {
    method: request.method,
    url: request.url,
    elapsedMs,
    cause,
    hint: 'Is the subdomain right, and the network reachable?',
  });
}

/** fetch says only "fetch failed"; its causes say why. */
function rootMessage(error: unknown): string {
  let message = 'unknown reason';
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : undefined;
    message = current.message !== '' ? current.message : (code ?? message);
  }
  return message;
}

function failure(options: HttpClientOptions, response: HttpResponse, { secrets }: Authorization): QueryError {
  const { status, request } = response;
  const what = `${request.method} ${request.url}`;
  if (status >= 300 && status < 400) {
    return new HttpError(
      `${what} was redirected (${status}), which is not followed: the credential belongs to one host.`,
      {
        ...factsOf(response, request),
        hint: 'Is this the right host for the org?',
      },
    );
  }
  const { kind, message, hint, providerCode } = options.explainFailure(status, withoutSecrets(response.text, secrets));
  const details = { ...factsOf(response, request), providerCode, hint };
  const text = `${what} was answered ${status}: ${message}`;
  switch (kind) {
    case 'auth':
      return new AuthError(text, details);
    case 'permission':
      return new PermissionError(text, details);
    case 'not-found':
      return new NotFoundError(text, details);
    case 'rate-limit':
      return new RateLimitError(text, { ...details, resetAt: resetTime(response.headers) });
    case 'http':
      return new HttpError(text, details);
  }
}

/** Debugging proxies repeat the request in their errors. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '***')), text);
}

function factsOf(response: { readonly status: number; readonly headers: Headers }, request: HttpRequest): HttpFailure {
  return {
    status: response.status,
    method: request.method,
    url: request.url,
    requestId: response.headers.get('x-okta-request-id') ?? undefined,
  };
}

function resetTime(headers: Headers): Date | undefined {
  const seconds = headers.get('x-rate-limit-reset') ?? '';
  return /^\d{1,12}$/.test(seconds) ? new Date(Number(seconds) * 1000) : undefined;
}
