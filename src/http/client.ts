/**
 * Sends requests as a careful client does: credentials by origin, below the rate limit, again only where that is safe, no
 * redirects, typed errors.
 *
 * @module
 */

import { CancelledError, NotFoundError, type QueryError, TimeoutError } from '../errors.ts';
import type { HttpRequest } from '../request/build.ts';
import type {
  Ask,
  Authorization,
  Authorize,
  FailureExplanation,
  Fetch,
  HttpResponse,
  SharedHttpClient,
  StatementTerms,
  Transport,
} from './contract.ts';
import { exchange } from './exchange.ts';
import { type Journey, redirectFailure, reworded, statusFailure, transportFailure } from './failure.ts';
import { isSuccess, type Outcome } from './outcome.ts';
import type { Clock } from './pacing/clock.ts';
import {
  createGovernor,
  type Governor,
  type LimitState,
  type Permit,
  type Settlement,
  type Wait,
  waitTooLong,
} from './pacing/governor.ts';
import { readRate, readRetryAfter } from './pacing/rate-headers.ts';
import { DEFAULT_RETRY, delayAfterConcurrency, delayBefore, mayRepeat, type RetryPolicy, troubleOf } from './retry.ts';
import { createSignalHub, type SignalHub } from './signals.ts';
import { type ExchangeRecord, recordOf } from './trace/record.ts';
import { redactBody, redactUrl, secretsIn } from './trace/redact.ts';

export interface HttpClientOptions {
  /** Must not follow redirects by itself when `redirect` is `manual`. */
  readonly fetch: Fetch;
  /** A quicker way than `fetch` for the requests themselves. */
  readonly transport?: Transport | undefined;
  readonly closeFetch?: () => Promise<void>;
  readonly authorize: Authorize;
  /** Its text has no secrets. */
  readonly explainFailure: (response: HttpResponse) => FailureExplanation;
  readonly userAgent: string;
  /** Milliseconds for one send, body included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Bytes of one body that are read at most, unpacked. */
  readonly maxResponseBytes: number;
  /** Requests under way at one origin, at most. */
  readonly concurrency: number;
  /** The part of each rate limit that may be used, above 0, at most 1. */
  readonly rateLimitShare: number;
  /** Default: {@link DEFAULT_RETRY}. */
  readonly retryFor?: (request: HttpRequest) => RetryPolicy | undefined;
  /** Whether a second DELETE, after one that was carried out, changes nothing further. Default: always. */
  readonly deletesOnce?: (request: HttpRequest) => boolean;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  readonly onWait?: ((wait: Wait) => void) | undefined;
  /** Told of each answer that says what is left of a rate limit. */
  readonly onLimit?: ((limit: LimitState) => void) | undefined;
  /** Told of each send, with everything secret taken out. */
  readonly onExchange?: ((record: ExchangeRecord) => void) | undefined;
}

interface Parts extends HttpClientOptions {
  readonly governor: Governor;
  readonly signals: SignalHub;
  readonly onWait: (wait: Wait) => void;
}

export function createHttpClient(options: HttpClientOptions): SharedHttpClient {
  const { onWait = () => undefined } = options;
  const parts: Parts = {
    ...options,
    onWait,
    signals: createSignalHub(),
    governor: createGovernor({ ...options, share: options.rateLimitShare, onWait }),
  };
  const everybody: StatementTerms = {};
  const { authorize } = options;
  return {
    send: (request, signal) => sendUntilDone(parts, { request, signal, terms: everybody, authorize }),
    forStatement: (terms) => ({
      send: async (request, signal) => {
        terms.onRequest?.();
        return await sendUntilDone(parts, { request, signal, terms, authorize });
      },
      close: async () => undefined,
    }),
    authorization: (request) => authorize(request, { ask: askWith(parts) }),
    close: async () => {
      // Whoever still waits is told: a server or a fetch that never answers must not keep what has been closed.
      parts.signals.end(new Error('The client was closed.'));
      await options.closeFetch?.();
    },
  };
}

/** What one login asks for is nobody's statement, and waits for none. */
function askWith(parts: Parts): Ask {
  return (request, authorize, signal) =>
    sendUntilDone(parts, { request, signal, terms: {}, authorize, isForLogin: true });
}

interface Errand {
  readonly request: HttpRequest;
  readonly signal: AbortSignal | undefined;
  readonly terms: StatementTerms;
  readonly authorize: Authorize;
  readonly isForLogin?: boolean;
}

/** What happened to a request so far. */
interface Progress {
  readonly startedAt: number;
  /** The number of the next send, those apart that the rate limiter refused. */
  readonly attempt: number;
  readonly refusals: number;
  /** Whether an earlier send may have been carried out. */
  readonly isAmbiguous: boolean;
  /** Sends for which the authoriser asked. */
  readonly reauthorizations: number;
}

/** A login may have to correct its clock, its nonce and its token, in this order. */
const MOST_REAUTHORIZATIONS = 3;

/** What to do after a send. */
type Step =
  | { readonly kind: 'return'; readonly response: HttpResponse }
  | { readonly kind: 'throw'; readonly error: QueryError }
  | {
      readonly kind: 'again';
      readonly delayMs: number;
      readonly reason: Wait['reason'];
      readonly error: QueryError;
      readonly progress: Progress;
    };

async function sendUntilDone(parts: Parts, { signal, ...rest }: Errand): Promise<HttpResponse> {
  const link = parts.signals.link(signal);
  if (link.signal.aborted) throw new CancelledError(undefined, { cause: link.signal.reason });
  try {
    return await repeatUntilDone(parts, { ...rest, signal: link.signal });
  } finally {
    link.release();
  }
}

async function repeatUntilDone(parts: Parts, errand: Errand): Promise<HttpResponse> {
  const startedAt = parts.clock.now();
  let progress: Progress = { startedAt, attempt: 1, refusals: 0, isAmbiguous: false, reauthorizations: 0 };
  let [waitedMs, waitsSince] = [0, startedAt];
  try {
    for (;;) {
      const permit = await admit(parts, errand, progress);
      waitedMs += parts.clock.now() - waitsSince;
      const step = await sendOnce(parts, errand, progress, permit);
      if (step.kind === 'return') return { ...step.response, waitedMs };
      if (step.kind === 'throw') throw step.error;
      waitsSince = parts.clock.now();
      progress = step.progress;
      await pause(parts, errand, step);
    }
  } catch (error) {
    throw progress.isAmbiguous ? stillOpen(error) : error;
  }
}

/** Whoever stops a request while it waits to go again does not learn what became of the send before. */
function stillOpen(error: unknown): unknown {
  if (!(error instanceof CancelledError || error instanceof TimeoutError)) return error;
  return reworded(error, error.message, { cause: error.cause, mayHaveHappened: true });
}

function admit(parts: Parts, errand: Errand, progress: Progress): Promise<Permit> {
  const { request, signal, terms, isForLogin } = errand;
  return parts.governor.admit({
    origin: new URL(request.url).origin,
    bucket: bucketOf(request),
    owner: terms,
    isAgain: sendNumber(progress) > 1,
    isForLogin,
    since: progress.startedAt,
    signal,
    deadline: terms.deadline,
  });
}

/** The number of the send among those of its request, from 1. */
function sendNumber({ attempt, refusals, reauthorizations }: Progress): number {
  return attempt + refusals + reauthorizations;
}

/** Bytes of an answer that a login asks for: tokens and keys are a few thousand. */
const MOST_FOR_LOGIN = 2 ** 20;

async function sendOnce(parts: Parts, errand: Errand, progress: Progress, permit: Permit): Promise<Step> {
  const { request, signal, terms, authorize, isForLogin = false } = errand;
  let settlement: Settlement = { kind: 'no-answer' };
  try {
    if (parts.clock.now() >= (terms.deadline ?? Infinity)) throw timeIsUp(parts, errand, progress);
    const authorization = await authorize(request, { signal, ask: askWith(parts) });
    const timeoutMs = timeFor(parts, terms);
    const maxBytes = isForLogin ? Math.min(MOST_FOR_LOGIN, parts.maxResponseBytes) : parts.maxResponseBytes;
    const outcome = await exchange({ ...parts, maxBytes }, request, {
      authorization,
      timeoutMs,
      signal,
      onSent: terms.onSent,
    });
    const failure = explain(parts, outcome, authorization.secrets);
    settlement = settlementOf(outcome, failure);
    parts.onExchange?.(recordOf(outcome, { request, authorization, attempt: sendNumber(progress) }));
    const mayGoAgain = observe(request, outcome, authorization, failure);
    const shown = { ...request, url: redactUrl(request.url, authorization.secrets) };
    return decide(parts, errand, { outcome, failure, progress, timeoutMs, mayGoAgain, shown });
  } finally {
    permit.settle(settlement);
  }
}

/** Nothing was sent in this attempt. */
function timeIsUp({ clock }: Parts, { request }: Errand, progress: Progress): TimeoutError {
  const url = redactUrl(request.url, []);
  return new TimeoutError(`The statement's time ended before ${request.method} ${url} was its turn.`, {
    elapsedMs: Math.round(clock.now() - progress.startedAt),
    attempt: sendNumber(progress) - 1,
  });
}

/** Documents say what a call counts against. Where they do not, the beginning of the path is the best guess. */
function bucketOf({ bucket, url }: HttpRequest): string {
  return bucket ?? new URL(url).pathname.split('/', 4).join('/');
}

function timeFor({ timeoutMs, clock }: Parts, { deadline = Infinity }: StatementTerms): number {
  return Math.max(1, Math.min(timeoutMs, deadline - clock.now()));
}

/** Of the text of an error so much is looked at: Okta's are a few hundred characters long, and a hostile one has no end. */
const MOST_ERROR_TEXT = 65_536;

/**
 * Why an answer is no success; undefined where it is one, or where there is no answer. Some errors repeat the request:
 * debugging proxies all of it, Okta the value that it does not like.
 */
function explain(parts: Parts, outcome: Outcome, secrets: readonly string[]): FailureExplanation | undefined {
  if (outcome.kind !== 'answer' || isSuccess(outcome.response)) return undefined;
  const { response } = outcome;
  const known = [...secrets, ...secretsIn(response.request.body)];
  const text = redactBody(response.text.slice(0, MOST_ERROR_TEXT), response.headers.get('content-type') ?? '', known);
  return parts.explainFailure({ ...response, text });
}

/** Only the rate limiter's own 429 is waited for: quotas of features answer with the same status. */
function isRefused({ status }: HttpResponse, failure: FailureExplanation | undefined): boolean {
  return status === 429 && failure?.kind === 'rate-limit';
}

function settlementOf(outcome: Outcome, failure: FailureExplanation | undefined): Settlement {
  if (outcome.kind !== 'answer' && outcome.kind !== 'unusable') return { kind: 'no-answer' };
  const { response, sentAt, answeredAt = outcome.endedAt } = outcome;
  const refusedBy = isRefused(response, failure) ? (isConcurrency(response) ? 'concurrency' : 'window') : undefined;
  return {
    kind: 'answer',
    status: response.status,
    headers: response.headers,
    sentAt,
    receivedAt: answeredAt,
    refusedBy,
  };
}

/** Okta shows a limit of 0 where too many requests ran at once. */
function isConcurrency({ headers }: HttpResponse): boolean {
  return readRate(headers)?.limit === 0;
}

function observe(
  request: HttpRequest,
  outcome: Outcome,
  authorization: Authorization,
  failure: FailureExplanation | undefined,
): boolean {
  if (outcome.kind !== 'answer') return false;
  const { response, sentAt, answeredAt: receivedAt = outcome.endedAt } = outcome;
  const { status, headers } = response;
  const wish = authorization.observe?.(request, { status, headers, failure, sentAt, receivedAt });
  return wish === 'again' && (status === 400 || status === 401);
}

interface Result {
  readonly outcome: Outcome;
  readonly failure: FailureExplanation | undefined;
  readonly progress: Progress;
  readonly timeoutMs: number;
  /** Whether the authoriser wants another send, and may have it. */
  readonly mayGoAgain: boolean;
  /** The request as errors may show it: a link of the server can have put a credential into the URL. */
  readonly shown: HttpRequest;
}

function decide(parts: Parts, errand: Errand, result: Result): Step {
  const { outcome, failure, progress, mayGoAgain, shown } = result;
  if (outcome.kind === 'answer' && failure === undefined) {
    return { kind: 'return', response: { ...outcome.response, request: shown } };
  }
  const error = errorOf(parts, errand, result);
  if (progress.isAmbiguous && error instanceof NotFoundError && errand.request.method === 'DELETE') {
    return { kind: 'return', response: gone(errand.request) };
  }
  if (mayGoAgain && progress.reauthorizations < MOST_REAUTHORIZATIONS) {
    const reauthorizations = progress.reauthorizations + 1;
    return { kind: 'again', delayMs: 0, reason: 'retry', error, progress: { ...progress, reauthorizations } };
  }
  return repeatOrThrow(parts, errand, result, error);
}

/** The first DELETE got lost on its way back: it is done. */
function gone(request: HttpRequest): HttpResponse {
  return { status: 204, headers: new Headers(), text: '', request };
}

function errorOf(
  { clock }: Parts,
  { terms, isForLogin = false }: Errand,
  { outcome, failure, progress, timeoutMs, shown }: Result,
): QueryError {
  const journey: Journey = {
    attempt: sendNumber(progress),
    elapsedMs: Math.round(clock.now() - progress.startedAt),
    timeoutMs,
    isDeadline: terms.deadline !== undefined && clock.now() >= terms.deadline,
    isAmbiguous: progress.isAmbiguous,
    isForLogin,
  };
  if (outcome.kind !== 'answer') return transportFailure(outcome, shown, journey);
  const response = { ...outcome.response, request: shown };
  const { status } = response;
  if (failure === undefined || (status >= 300 && status < 400)) return redirectFailure(response, journey);
  return statusFailure(response, failure, journey);
}

function repeatOrThrow(parts: Parts, { request, isForLogin = false }: Errand, result: Result, error: QueryError): Step {
  const { outcome, failure, progress } = result;
  const policy = parts.retryFor?.(request) ?? DEFAULT_RETRY;
  const refused = outcome.kind === 'answer' && isRefused(outcome.response, failure);
  const trouble = troubleOf(outcome, refused, policy);
  const hasTries = refused ? progress.refusals < policy.maxRefusals : progress.attempt < policy.maxAttempts;
  const deletesOnce = parts.deletesOnce?.(request) ?? true;
  if (!hasTries || !mayRepeat(isForLogin ? 'GET' : request.method, trouble, deletesOnce))
    return { kind: 'throw', error };
  const isAmbiguous = progress.isAmbiguous || (trouble === 'unknown' && !isForLogin);
  if (refused) {
    const refusals = progress.refusals + 1;
    return {
      kind: 'again',
      error,
      ...refusalDelay(parts, outcome.response, refusals),
      progress: { ...progress, refusals },
    };
  }
  return {
    kind: 'again',
    reason: 'retry',
    error,
    delayMs: Math.max(delayBefore(policy, progress.attempt, parts.random()), askedDelay(parts, outcome)),
    progress: { ...progress, attempt: progress.attempt + 1, isAmbiguous },
  };
}

/** The window is the governor's to wait for; the concurrency limit concerns this request alone. */
function refusalDelay(
  { random }: Parts,
  response: HttpResponse,
  refusals: number,
): { readonly delayMs: number; readonly reason: Wait['reason'] } {
  if (!isConcurrency(response)) return { delayMs: 0, reason: 'rate-limit' };
  return { delayMs: delayAfterConcurrency(refusals, random()), reason: 'concurrency' };
}

/** What the answer asks for, in milliseconds, up to a minute. */
function askedDelay({ clock }: Parts, outcome: Outcome): number {
  if (outcome.kind !== 'answer') return 0;
  return Math.min(60_000, readRetryAfter(outcome.response.headers, clock.now()) ?? 0);
}

async function pause(
  { clock, onWait }: Parts,
  { request, signal, terms: { deadline = Infinity } }: Errand,
  { delayMs, reason, error, progress }: Extract<Step, { kind: 'again' }>,
): Promise<void> {
  if (delayMs <= 0) return;
  const now = clock.now();
  if (now + delayMs > deadline) {
    const elapsedMs = now - progress.startedAt;
    throw waitTooLong(error.message, { waitMs: delayMs, leftMs: deadline - now, elapsedMs, cause: error });
  }
  onWait({ origin: new URL(request.url).origin, bucket: bucketOf(request), ms: delayMs, reason });
  try {
    await clock.sleep(delayMs, signal);
  } catch (cause) {
    throw new CancelledError(undefined, { cause });
  }
}
