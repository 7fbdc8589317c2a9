/**
 * Stops what a connection is doing.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';

const INTERRUPT_AGAIN_MS = 20;

/** How long it may take to heed one. */
const GRACE_MS = 500;

export interface Interrupting {
  /** Resolves when interrupts have been sent for long and the work has not ended. */
  readonly unheeded: Promise<void>;
  /** The work has ended. */
  readonly stop: () => void;
  readonly hasEnded: () => boolean;
}

/** DuckDB forgets an interrupt that comes before the query has begun, so it is repeated until the work has ended. */
export function interruptOn(signal: AbortSignal, connection: DuckDBConnection): Interrupting {
  let again: NodeJS.Timeout | undefined;
  let patience: NodeJS.Timeout | undefined;
  let hasEnded = false;
  let giveUp: () => void = () => undefined;
  const unheeded = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  const interrupt = (): void => {
    connection.interrupt();
    again = setInterval(() => connection.interrupt(), INTERRUPT_AGAIN_MS);
    // What ended while this thread was busy has ended: its callbacks come before the second of these.
    patience = setTimeout(() => setImmediate(() => setImmediate(giveUp)), GRACE_MS);
  };
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  return {
    unheeded,
    hasEnded: () => hasEnded,
    stop: () => {
      hasEnded = true;
      signal.removeEventListener('abort', interrupt);
      clearInterval(again);
      clearTimeout(patience);
    },
  };
}
