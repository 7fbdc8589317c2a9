/**
 * When a request may be sent again: only where that cannot change anything twice.
 *
 * @module
 */

import type { HttpMethod } from '../registry/resource.ts';
import type { HttpRequest } from '../request/build.ts';
import type { Outcome } from './outcome.ts';

/** How often and how soon a request is repeated. */
export interface RetryPolicy {
  /** Sends in all, those apart that the rate limiter refused. */
  readonly maxAttempts: number;
  /** Refusals by the rate limiter that are waited out. */
  readonly maxRefusals: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** What each delay is of the one before it. */
  readonly multiplier: number;
  /** The part of a delay that chance may take away, from 0 to 1, so that clients do not come back all at once. */
  readonly jitterFraction: number;
  /** Statuses for which a request that only reads is repeated. */
  readonly statuses: readonly number[];
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 4,
  maxRefusals: 10,
  initialDelayMs: 500,
  maxDelayMs: 10_000,
  multiplier: 2,
  jitterFraction: 0.5,
  statuses: [502, 503, 504],
};

/**
 * What the provider's document says of a request, if it does. That can make repetitions fewer or other, and never unsafe:
 * {@link mayRepeat} holds all the same. Refusals are no failures, and waiting for the rate limit is our own rule.
 */
export function declaredPolicy({ method, retry }: HttpRequest): RetryPolicy | undefined {
  if (retry === undefined) return undefined;
  const { methods, statusCodes, maxAttempts, ...delays } = retry;
  return {
    ...delays,
    maxAttempts: methods.includes(method) ? maxAttempts : 1,
    maxRefusals: DEFAULT_RETRY.maxRefusals,
    // A 429 that is not the rate limiter's is a quota, which is no less used up a second later.
    statuses: statusCodes.filter((status) => status !== 429),
  };
}

/**
 * What is known of a failed send: `refused` by the rate limiter; `unsent`; `unavailable`, refused before anything was
 * carried out; `unknown` whether it was carried out; `final`, of which a repetition would be answered alike.
 */
export type Trouble = 'refused' | 'unsent' | 'unavailable' | 'unknown' | 'final';

/** @param isRefused whether the answer is the rate limiter's 429 */
export function troubleOf(outcome: Outcome, isRefused: boolean, { statuses }: RetryPolicy): Trouble {
  switch (outcome.kind) {
    case 'answer': {
      if (isRefused) return 'refused';
      const { status } = outcome.response;
      if (!statuses.includes(status)) return 'final';
      // RFC 9110 section 15.6.4: the server is not able to handle the request. A gateway's 502 or 504 knows nothing.
      return status === 503 ? 'unavailable' : 'unknown';
    }
    case 'unusable':
      return outcome.problem === 'cut-off' ? 'unknown' : 'final';
    case 'broken':
      return outcome.reach === 'untrusted' || outcome.reach === 'no-tunnel' ? 'final' : outcome.reach;
    default:
      return 'final';
  }
}

/**
 * Whether the request may be sent again after such a failure. What changes something goes again only where the first try
 * certainly changed nothing. A DELETE is the exception: the second finds the work done (404) or does it.
 *
 * @param deletesOnce whether a second DELETE, after one that was carried out, changes nothing further
 */
export function mayRepeat(method: HttpMethod, trouble: Trouble, deletesOnce: boolean): boolean {
  switch (trouble) {
    case 'final':
      return false;
    case 'refused':
    case 'unsent':
      return true;
    case 'unavailable':
      return method === 'GET' || method === 'DELETE';
    case 'unknown':
      return method === 'GET' || (method === 'DELETE' && deletesOnce);
  }
}

/**
 * Milliseconds before the next send.
 *
 * @param attempt the number of the one that failed, from 1
 * @param random a number from 0 to 1
 */
export function delayBefore(policy: RetryPolicy, attempt: number, random: number): number {
  const { initialDelayMs, maxDelayMs, multiplier, jitterFraction } = policy;
  return Math.min(maxDelayMs, initialDelayMs * multiplier ** (attempt - 1)) * (1 - jitterFraction * random);
}

const LEAST_CONCURRENCY_DELAY_MS = 500;
const MOST_CONCURRENCY_DELAY_MS = 5_000;

/**
 * Milliseconds before the next send after "too many at once": others will be done soon, so the reset that Okta shows
 * there, a minute away, is not waited for.
 *
 * @param refusals how many there were for this request, from 1
 */
export function delayAfterConcurrency(refusals: number, random: number): number {
  const most = Math.min(MOST_CONCURRENCY_DELAY_MS, LEAST_CONCURRENCY_DELAY_MS * 2 ** refusals);
  return LEAST_CONCURRENCY_DELAY_MS + (most - LEAST_CONCURRENCY_DELAY_MS) * random;
}
