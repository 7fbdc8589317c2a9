/**
 * What came of a request → the error to throw.
 *
 * @module
 */

import {
  AuthError,
  CancelledError,
  HttpError,
  type HttpFailure,
  NetworkError,
  NotFoundError,
  PermissionError,
  type QueryError,
  type QueryErrorOptions,
  RateLimitError,
  TimeoutError,
  UnusableResponseError,
} from '../errors.ts';
import type { HttpRequest } from '../request/build.ts';
import { reasonOf } from './causes.ts';
import type { FailureExplanation, HttpResponse } from './contract.ts';
import { type BodyProblem, isSuccess, type Outcome } from './outcome.ts';
import { readReset } from './pacing/rate-headers.ts';
import { redactUrl } from './trace/redact.ts';
import { trustHint } from './transport/trust.ts';

/** What the error tells about the way there. */
export interface Journey {
  /** Sends, this one included. */
  readonly attempt: number;
  /** Milliseconds since the first. */
  readonly elapsedMs: number;
  /** Milliseconds allowed for one answer. */
  readonly timeoutMs: number;
  /** Whether it was the statement's time that ended. */
  readonly isDeadline: boolean;
  /** Whether an earlier send may have been carried out. */
  readonly isAmbiguous: boolean;
  /** Whether it was for a login, which changes nothing; the request that waits for the login was not sent. */
  readonly isForLogin: boolean;
}

type Failed<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>;

/** The error for an exchange without a usable answer. */
export function transportFailure(
  outcome: Failed<'unusable' | 'broken' | 'timeout' | 'cancelled'>,
  request: HttpRequest,
  journey: Journey,
): QueryError {
  const what = describe(request);
  const mayHaveHappened = !journey.isForLogin && (journey.isAmbiguous || wasPerhapsDone(outcome));
  switch (outcome.kind) {
    case 'cancelled':
      return new CancelledError(undefined, { cause: outcome.reason, mayHaveHappened });
    case 'timeout':
      return new TimeoutError(timeoutText(what, journey), {
        ...journey,
        mayHaveHappened,
        scope: journey.isDeadline ? 'statement' : 'answer',
      });
    case 'broken':
      return new NetworkError(
        `${what} failed after ${journey.elapsedMs} ms${attemptsOf(journey)}: ${reasonOf(outcome.cause)}.`,
        {
          method: request.method,
          url: redactUrl(request.url, []),
          ...journey,
          cause: outcome.cause,
          hint: hintOf(outcome),
          mayHaveHappened,
        },
      );
    case 'unusable':
      return new UnusableResponseError(`The answer to ${what}${triesOf(journey)} ${PROBLEMS[outcome.problem]}.`, {
        ...factsOf(outcome.response, request, journey),
        hint: PROBLEM_HINTS[outcome.problem],
        mayHaveHappened,
      });
  }
}

/**
 * The same failure in other words, where a request failed; any other error as it is.
 *
 * @param more what else has become known
 */
export function reworded(error: QueryError, message: string, more: QueryErrorOptions): QueryError {
  if (error instanceof NetworkError) return new NetworkError(message, { ...error, ...more });
  if (error instanceof TimeoutError) return new TimeoutError(message, { ...error, ...more });
  if (error instanceof HttpError) return new HttpError(message, { ...error, ...more });
  if (error instanceof UnusableResponseError) return new UnusableResponseError(message, { ...error, ...more });
  if (error instanceof CancelledError) return new CancelledError(message, { ...error, ...more });
  return error;
}

/** A connection that broke, or an answer that did not come, says nothing about what the server did meanwhile. */
function wasPerhapsDone(outcome: Failed<'unusable' | 'broken' | 'timeout' | 'cancelled'>): boolean {
  switch (outcome.kind) {
    case 'broken':
      return outcome.reach === 'unknown';
    case 'unusable':
      return isOpen(outcome.response);
    default:
      return true;
  }
}

/** Of success it is certain; a server that failed, or a gateway before it, does not know how far it came. */
function isOpen({ status }: { readonly status: number }): boolean {
  return isSuccess({ status }) || status >= 500;
}

function timeoutText(what: string, journey: Journey): string {
  if (journey.isDeadline) return `The statement's time ended while ${what} was under way${triesOf(journey)}.`;
  return `${what} was not answered within ${Math.round(journey.timeoutMs)} ms${triesOf(journey)}.`;
}

const PROBLEMS: Readonly<Record<BodyProblem, string>> = {
  'too-large': 'is larger than what is read of one answer',
  'not-utf-8': 'is not UTF-8 text',
  'cut-off': 'ends in the middle',
  html: 'is a web page, not JSON',
};

const PROBLEM_HINTS: Readonly<Record<BodyProblem, string | undefined>> = {
  'too-large': 'Ask for less, or allow more with the option maxResponseBytes.',
  'not-utf-8': undefined,
  'cut-off': 'Nothing was returned, because the rest is missing. Try again.',
  html: 'Does a proxy or a login page stand between? Is this the right host for the org?',
};

function hintOf({ reach, cause }: Failed<'broken'>): string {
  switch (reach) {
    case 'untrusted':
      return trustHint(cause);
    case 'no-tunnel':
      return 'User and password of a proxy are --http.proxy.user and --http.proxy.password, or stand in its URL (HTTPS_PROXY).';
    default:
      return 'Is the subdomain right, and the network reachable?';
  }
}

function attemptsOf({ attempt }: Journey): string {
  return attempt > 1 ? ` and ${attempt} attempts` : '';
}

function triesOf({ attempt, elapsedMs }: Journey): string {
  return attempt > 1 ? ` (attempt ${attempt}, after ${elapsedMs} ms)` : '';
}

/** The error for an answer whose status is no success. */
export function statusFailure(
  response: HttpResponse,
  { kind, message, hint, providerCode }: FailureExplanation,
  journey: Journey,
): QueryError {
  const { request, status } = response;
  const what = describe(request);
  const mayHaveHappened = !journey.isForLogin && (journey.isAmbiguous || isOpen(response));
  const details = { ...factsOf(response, request, journey), providerCode, hint, mayHaveHappened };
  const text = `${what} was answered ${status}${triesOf(journey)}: ${message}`;
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

/** A redirect is an error: whoever follows it takes the credential along. */
export function redirectFailure(response: HttpResponse, journey: Journey): QueryError {
  const { request, status } = response;
  if (status === 304) {
    const problem = 'was answered 304 (not modified), which is only for those who have an older answer: we keep none';
    return new HttpError(`${describe(request)} ${problem}.`, factsOf(response, request, journey));
  }
  return new HttpError(
    `${describe(request)} was redirected (${status}), which is not followed: the credential belongs to one host.`,
    { ...factsOf(response, request, journey), hint: 'Is this the right host for the org?' },
  );
}

function describe({ method, url }: HttpRequest): string {
  return `${method} ${redactUrl(url, [])}`;
}

function factsOf(
  response: { readonly status: number; readonly headers: Headers },
  request: HttpRequest,
  { attempt, elapsedMs }: Journey,
): HttpFailure {
  return {
    status: response.status,
    method: request.method,
    url: redactUrl(request.url, []),
    requestId: response.headers.get('x-okta-request-id') ?? undefined,
    attempt,
    elapsedMs,
  };
}

function resetTime(headers: Headers): Date | undefined {
  const reset = readReset(headers);
  return reset === undefined ? undefined : new Date(reset);
}
