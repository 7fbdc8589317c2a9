/**
 * Keeps an access token until shortly before it expires.
 *
 * @module
 */

import { CancelledError } from '../../errors.ts';
import type { Ask } from '../contract.ts';
import type { Secret } from './secret.ts';

/** What the server gave. */
export interface Grant {
  readonly token: Secret;
  /** As it goes before the token in `Authorization`. */
  readonly scheme: 'Bearer' | 'DPoP';
  /** In the time of `now`. */
  readonly goodUntil: number;
  /** What the token may do, where the server said. */
  readonly scopes?: readonly string[];
}

export interface TokenSource {
  /**
   * The token, asked for where there is none. Those that wait at the same time wait for the same one; when all of them have
   * given up, so has the request for it.
   */
  get(ask: Ask, signal: AbortSignal | undefined): Promise<Grant>;
  /** The server does not take this one: the next that needs a token asks for another. */
  reject(grant: Grant): void;
}

/** @param now milliseconds since some fixed time; only differences are used */
export function createTokenSource(
  request: (ask: Ask, signal: AbortSignal) => Promise<Grant>,
  now: () => number,
): TokenSource {
  let current: Flight | undefined;
  const forget = (flight: Flight): void => {
    if (current === flight) current = undefined;
  };
  const renew = (ask: Ask): Flight => {
    const stop = new AbortController();
    const flight: Flight = { grant: request(ask, stop.signal), waiting: 0, stop };
    current = flight;
    // A failure is not kept: the next request asks again.
    flight.grant.then(
      (grant) => {
        flight.issued = grant;
      },
      () => forget(flight),
    );
    return flight;
  };
  return {
    get: async (ask, signal) => {
      if (current?.issued !== undefined && now() >= current.issued.goodUntil) current = undefined;
      const flight = current ?? renew(ask);
      flight.waiting += 1;
      try {
        return await abortable(flight.grant, signal);
      } finally {
        flight.waiting -= 1;
        if (flight.waiting === 0 && flight.issued === undefined) {
          forget(flight);
          flight.stop.abort();
        }
      }
    },
    reject: (grant) => {
      if (current?.issued === grant) current = undefined;
    },
  };
}

interface Flight {
  readonly grant: Promise<Grant>;
  /** Set once it is there. */
  issued?: Grant;
  waiting: number;
  readonly stop: AbortController;
}

/** Others may wait for the same token, so the caller's signal ends only its own waiting. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) return Promise.reject(new CancelledError(undefined, { cause: signal.reason }));
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new CancelledError(undefined, { cause: signal.reason }));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
