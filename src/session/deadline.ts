/**
 * The time that one statement may take.
 *
 * @module
 */

import { CancelledError, TimeoutError } from '../errors.ts';
import type { Clock } from '../http/pacing/clock.ts';
import { endTimer } from '../http/signals.ts';

export interface Deadline {
  /** By the clock, in milliseconds since 1970. */
  readonly at: number | undefined;
  /** Fires when the caller's does, or when the time is over. */
  readonly signal: AbortSignal | undefined;
  /** The error to show: what fails because the time is over says only that it was stopped. */
  explain(error: unknown): unknown;
  /** Leaves no timer behind. */
  end(): void;
}

/** @param timeoutMs without it, only the caller's signal counts */
export function startDeadline(clock: Clock, timeoutMs: number | undefined, outer: AbortSignal | undefined): Deadline {
  if (timeoutMs === undefined) {
    return { at: undefined, signal: outer, explain: (error) => error, end: () => undefined };
  }
  const stop = new AbortController();
  const done = new AbortController();
  let isOver = false;
  clock.sleep(timeoutMs, done.signal).then(
    () => {
      isOver = true;
      stop.abort();
    },
    () => undefined,
  );
  return {
    at: clock.now() + timeoutMs,
    signal: outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]),
    explain: (error) => (isOver && error instanceof CancelledError ? timeIsUp(timeoutMs, error) : error),
    end: () => endTimer(done),
  };
}

function timeIsUp(timeoutMs: number, cause: CancelledError): TimeoutError {
  return new TimeoutError(`The statement was not done within ${timeoutMs / 1000} s.`, {
    elapsedMs: timeoutMs,
    cause,
    mayHaveHappened: cause.mayHaveHappened,
    hint: 'Allow it more time, or ask for less.',
  });
}
