/**
 * One request over the wire, once, and what came of it: every outcome is a value, since what it means depends on who asks.
 *
 * @module
 */

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { inspect } from 'node:util';
import { InternalError } from '../errors.ts';
import type { HttpRequest } from '../request/build.ts';
import { authorizedUrl, bodyWith } from './authorized.ts';
import { codesIn, NO_TUNNEL, reasonOf } from './causes.ts';
import type { AnswerHead, Authorization, Fetch, HttpResponse, Transport, WireAnswer } from './contract.ts';
import { readOnce } from './json-body.ts';
import { type BodyProblem, isSuccess, type Outcome, type Reach } from './outcome.ts';
import type { Clock } from './pacing/clock.ts';
import { endTimer } from './signals.ts';
import { redactText, redactUrl } from './trace/redact.ts';
import { type Body, isCutOff, readText } from './transport/body.ts';
import { overFetch } from './transport/fetch-transport.ts';

export interface ExchangeOptions {
  readonly fetch: Fetch;
  /** Default is the way over `fetch`. */
  readonly transport?: Transport | undefined;
  readonly userAgent: string;
  readonly maxBytes: number;
  readonly clock: Clock;
}

export interface ExchangeTerms {
  readonly authorization: Authorization;
  /** Milliseconds for the answer, body included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** See {@link WireRequest.onSent}. */
  readonly onSent?: (() => void) | undefined;
}

/** Sends a request. Throws only InternalError, for a header that cannot be sent. */
export async function exchange(
  options: ExchangeOptions,
  request: HttpRequest,
  { authorization, timeoutMs, signal, onSent }: ExchangeTerms,
): Promise<Outcome> {
  const { clock, maxBytes, transport = overFetch(options.fetch) } = options;
  const headers = outgoingHeaders(request, { 'user-agent': options.userAgent, ...authorization.headers });
  const limit = limitTime(clock, timeoutMs, signal);
  const sentAt = clock.now();
  let answeredAt: number | undefined;
  let head: AnswerHead | undefined;
  try {
    const answering = transport({
      method: request.method,
      url: authorizedUrl(request, authorization),
      headers,
      body: bodyWith(request, authorization),
      signal: limit.signal,
      maxBytes,
      onSent,
      onHeaders: (received) => {
        answeredAt = clock.now();
        head = received;
      },
    });
    const answer = await unlessStopped(answering, limit.signal);
    const endedAt = clock.now();
    return { ...(await judge(request, answer)), sentAt, answeredAt, endedAt };
  } catch (cause) {
    const span = { sentAt, answeredAt, endedAt: clock.now() };
    if (signal?.aborted === true) return { kind: 'cancelled', reason: signal.reason, ...span };
    // A failure is known by its status: that its text broke off, or never came, changes nothing.
    if (head !== undefined && !isSuccess(head)) return { ...withoutText(request, head), ...span };
    if (limit.isOver()) return { kind: 'timeout', head, ...span };
    const reach = answeredAt === undefined ? reachOf(cause) : 'unknown';
    return { kind: 'broken', reach, cause: presentable(cause, authorization.secrets), head, ...span };
  } finally {
    limit.end();
  }
}

/**
 * Somebody's fetch need not know of the signal: what it does afterwards is its own affair, and neither the time nor the place of
 * a request are.
 */
async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}

interface TimeLimit {
  readonly signal: AbortSignal;
  isOver(): boolean;
  /** Leaves no timer and no listener behind. */
  end(): void;
}

function limitTime(clock: Clock, ms: number, outer: AbortSignal | undefined): TimeLimit {
  const stop = new AbortController();
  const done = new AbortController();
  let isOver = false;
  const pass = (): void => stop.abort(outer?.reason);
  if (outer?.aborted === true) pass();
  outer?.addEventListener('abort', pass, { once: true });
  clock.sleep(ms, done.signal).then(
    () => {
      isOver = true;
      stop.abort('time is over');
    },
    () => undefined,
  );
  return {
    signal: stop.signal,
    isOver: () => isOver,
    end: () => {
      outer?.removeEventListener('abort', pass);
      endTimer(done);
    },
  };
}

/** The error for a value that is none quotes it, and it may be the credential: it is not passed on. */
function outgoingHeaders({ method, url, headers }: HttpRequest, own: HeaderRecord): HeaderRecord {
  const all = new Map<string, string>();
  try {
    for (const [name, value] of [...Object.entries(headers), ...Object.entries(own)]) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      all.set(name.toLowerCase(), value);
    }
  } catch {
    throw new InternalError(
      `A header of ${method} ${redactUrl(url, [])} holds what no header can hold. Nothing was sent.`,
    );
  }
  return Object.fromEntries(all);
}

type HeaderRecord = Readonly<Record<string, string>>;

type Judgement =
  | { readonly kind: 'answer'; readonly response: HttpResponse; readonly bytes: number }
  | { readonly kind: 'unusable'; readonly response: HttpResponse; readonly problem: BodyProblem };

/** Of a failure the status counts: a gateway's page may be in any encoding, of any type, and of any size. */
async function judge(request: HttpRequest, { status, headers, bytes }: WireAnswer): Promise<Judgement> {
  if (bytes === undefined && !isSuccess({ status })) return withoutText(request, { status, headers });
  const body: Body = await readText(bytes, isSuccess({ status }));
  const text = body.kind === 'text' ? body.text : '';
  const response = { status, headers, text, request, json: readOnce(text) };
  if (body.kind !== 'text') return { kind: 'unusable', response, problem: body.kind };
  const problem = isSuccess(response) ? problemOf(response) : undefined;
  return problem === undefined
    ? { kind: 'answer', response, bytes: body.bytes }
    : { kind: 'unusable', response, problem };
}

function withoutText(request: HttpRequest, { status, headers }: AnswerHead): Judgement & { readonly kind: 'answer' } {
  return { kind: 'answer', response: { status, headers, text: '', request }, bytes: 0 };
}

function problemOf({ status, headers, text, request }: HttpResponse): BodyProblem | undefined {
  // RFC 9110 section 15.3.7: part of the answer, as to a request for a range, which we never make.
  if (status === 206) return 'cut-off';
  if (text === '' || request.headers['accept'] !== 'application/json') return undefined;
  if (/^\s*text\/html\b/i.test(headers.get('content-type') ?? '') || isMarkup(text)) return 'html';
  return isCutOff(text) ? 'cut-off' : undefined;
}

/** Characters at the beginning of a text, of which blanks can be many. */
const LOOKED_AT = 1_000;

/** Whatever it is called. Where a method answers with nothing, nobody else would look at it. */
function isMarkup(text: string): boolean {
  return text.slice(0, LOOKED_AT).trimStart().startsWith('<');
}

/** Failures of name resolution, of TCP and of a proxy's tunnel: there was no connection yet. */
const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_CONN)$/;
/** Node's codes for a certificate that does not convince, from OpenSSL's X509_V_ERR. */
const NOT_TRUSTED =
  /^(?:ERR_TLS_CERT_\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|INVALID_CA|UND_ERR_PRX_TLS)$/;

function reachOf(cause: unknown): Reach {
  const codes = codesIn(cause);
  if (codes.some((code) => NOT_TRUSTED.test(code))) return 'untrusted';
  if (codes.includes(NO_TUNNEL)) return 'no-tunnel';
  return codes.some((code) => NOT_CONNECTED.test(code)) ? 'unsent' : 'unknown';
}

/** Some errors of fetch quote the header that they do not like. Such a one is replaced by what may be said of it. */
function presentable(cause: unknown, secrets: readonly string[]): unknown {
  const everything = inspect(cause, { depth: 6, showHidden: true });
  return redactText(everything, secrets) === everything ? cause : new Error(redactText(reasonOf(cause), secrets));
}
