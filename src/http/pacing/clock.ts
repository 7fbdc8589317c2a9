/**
 * Time as a part that can be exchanged, so that a test of a minute's wait takes none.
 *
 * @module
 */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds, and leaves no timer behind when the signal fires first.
   *
   * @throws whatever reason the signal gives
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What `setTimeout` can hold; a longer time would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time. The wall clock, since the end of a rate limit's window is compared with it. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        Math.min(ms, LONGEST_TIMER_MS),
      );
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
