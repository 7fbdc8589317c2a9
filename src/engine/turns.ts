/**
 * Lets one piece of work at a time use a connection.
 *
 * @module
 */

/** Runs the work when all that asked before it has ended. */
export type Exclusive = <T>(work: () => T | Promise<T>) => Promise<T>;

/**
 * DuckDB ends a query that is under way when the same connection begins another, be it only the flush of an appender.
 * Scans that load and scans that they feed use one connection at the same time, so they take turns.
 */
export function takeTurns(): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
