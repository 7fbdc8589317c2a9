/**
 * The HTTP client of a provider: what Okta and documents say of failures and repetition, and listeners that cannot hurt.
 *
 * @module
 */

import { InvalidValueError } from '../../errors.ts';
import { createHttpClient } from '../../http/client.ts';
import type { HttpClient, SharedHttpClient } from '../../http/contract.ts';
import type { Clock } from '../../http/pacing/clock.ts';
import type { LimitState } from '../../http/pacing/governor.ts';
import { declaredPolicy } from '../../http/retry.ts';
import { deletesOnce } from '../../okta/repeat.ts';
import type { HttpRequest } from '../../request/build.ts';
import type { Logins } from '../login/credentials.ts';
import { explainFailure, explainOktaFailure } from '../login/failures.ts';
import { OKTA } from '../login/okta-logins.ts';
import { version } from '../version.ts';
import type { Connection } from './connection.ts';
import type { ProviderOptions } from './options.ts';

export const DEFAULT_TIMEOUT_MS = 60_000;
export const DEFAULT_CONCURRENCY = 35;
/** Each is a connection, and Okta allows an org some hundred. */
const MOST_AT_ONCE = 1_000;
const DEFAULT_MAX_RESPONSE_BYTES = 64 * 2 ** 20;

export interface ClientParts extends Connection {
  readonly logins: Logins;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly onLimit: (limit: LimitState) => void;
}

export function createClient(options: ProviderOptions, parts: ClientParts): SharedHttpClient {
  const { fetch, transport, close, logins, timeoutMs, concurrency, clock, onLimit } = parts;
  const client = createHttpClient({
    fetch,
    transport,
    closeFetch: close,
    authorize: logins.authorize,
    explainFailure: (response) =>
      response.request.provider === OKTA ? explainOktaFailure(response) : explainFailure(response),
    userAgent: `oktaql/${version()}`,
    timeoutMs,
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    concurrency,
    rateLimitShare: checkShare(options.rateLimitShare ?? 1),
    retryFor: declaredPolicy,
    deletesOnce: isDeleteRepeatable,
    random: Math.random,
    clock,
    onWait: apart(options.onWait),
    onLimit,
    onExchange: apart(options.onExchange),
  });
  const discreet = ({ send, close: end }: HttpClient): HttpClient => ({
    send: (request, signal) => send(withoutCredential(request, logins), signal),
    close: end,
  });
  const { authorization } = client;
  return { ...discreet(client), authorization, forStatement: (terms) => discreet(client.forStatement(terms)) };
}

/**
 * What a listener throws must not decide about a request that was carried out. It is thrown where nobody waits for a
 * statement, as browsers do it.
 */
export function apart<T>(listener: ((told: T) => void) | undefined): ((told: T) => void) | undefined {
  if (listener === undefined) return undefined;
  return (told) => {
    try {
      listener(told);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}

/** Of other APIs only their documents know what a second DELETE does; its 404 need not mean that the first was carried out. */
function isDeleteRepeatable(request: HttpRequest): boolean {
  return request.provider === OKTA ? deletesOnce(request) : request.retry?.methods.includes('DELETE') === true;
}

/** A next page may repeat the key that was in the query; there messages would show it. It is added when it is sent. */
function withoutCredential(request: HttpRequest, { queryNames }: Logins): HttpRequest {
  const names = queryNames(request.provider ?? '');
  if (names.length === 0) return request;
  const url = new URL(request.url);
  for (const name of names) url.searchParams.delete(name);
  return { ...request, url: url.href };
}

function checkShare(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw new InvalidValueError('rateLimitShare takes a number above 0 and at most 1.', { subject: 'rateLimitShare' });
}

export function checkConcurrency(concurrency: number): number {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MOST_AT_ONCE) return concurrency;
  throw new InvalidValueError(`concurrency takes a whole number of requests, from 1 to ${MOST_AT_ONCE}.`, {
    subject: 'concurrency',
  });
}
