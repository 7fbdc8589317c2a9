/**
 * Ends of waiting: for what may never come, and for an engine that closes.
 *
 * @module
 */

import { CancelledError, QueryError } from '../errors.ts';

/**
 * What the work comes to, or the error of whichever signal fires before: whatever has taken the engine's threads may keep them for
 * as long as it likes.
 *
 * @param onLate given what comes after that
 */
export async function unlessStopped<T>(
  work: Promise<T>,
  signals: readonly (AbortSignal | undefined)[],
  onLate: (late: T) => void = () => undefined,
): Promise<T> {
  // Taken away again one by one: a signal that ends listeners takes as long as a block of rows.
  const leaving: (() => void)[] = [];
  try {
    return await new Promise<T>((resolve, reject) => {
      for (const signal of signals) {
        if (signal === undefined) continue;
        const stop = (): void => reject(stoppedBy(signal));
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        leaving.push(() => signal.removeEventListener('abort', stop));
      }
      work.then(resolve, reject);
    });
  } catch (error) {
    work.then(onLate, () => undefined);
    throw error;
  } finally {
    for (const leave of leaving) leave();
  }
}

function stoppedBy({ reason }: AbortSignal): QueryError {
  return reason instanceof QueryError ? reason : new CancelledError(undefined, { cause: reason });
}

/** Waits for the work, but not longer than this; what it does afterwards is nobody's concern any more. */
export async function withinTime(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
