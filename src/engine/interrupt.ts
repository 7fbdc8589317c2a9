/**
 * Stops what a connection is doing.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';

const INTERRUPT_AGAIN_MS = 20;

/** DuckDB forgets an interrupt that comes before the query has begun, so it is repeated until the work has ended. */
export function interruptOn(signal: AbortSignal, connection: DuckDBConnection): { readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), INTERRUPT_AGAIN_MS);
  };
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  return {
    stop: () => {
      signal.removeEventListener('abort', interrupt);
      clearInterval(timer);
    },
  };
}
