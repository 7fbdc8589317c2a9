/**
 * When a query's statement of the engine begins. DuckDB takes a tenth of a second to load, in which this thread does nothing
 * else; while the first request is under way there is nothing else to do.
 *
 * @module
 */

import type { EngineStatement } from '../engine/engine.ts';
import type { Row } from '../values.ts';

export interface Beginning {
  /** The statement, once it is bound. */
  readonly statement: Promise<EngineStatement>;
  /** What scans read from: where the engine has not begun, the first page is asked for before it does. */
  readonly read: (scan: AsyncIterable<readonly Row[]>) => Promise<AsyncIterable<readonly Row[]>>;
}

export function begun(statement: EngineStatement): Beginning {
  return { statement: Promise.resolve(statement), read: async (scan) => scan };
}

/** One that waits until the first request is on its way, or has proved not to be needed. */
export interface LateBeginning extends Beginning {
  /** Now is the time. */
  readonly begin: () => void;
  /** The statement, if it was begun. */
  readonly close: () => Promise<void>;
}

export function beginLate(start: () => Promise<EngineStatement>): LateBeginning {
  let begin = (): void => undefined;
  let isBegun = false;
  const time = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const statement = time.then(async () => {
    isBegun = true;
    // The request is written in the turn in which it was said to be on its way.
    await new Promise((resolve) => setImmediate(resolve));
    return start();
  });
  // Whoever waits for it is told; whoever no longer does is not to blame.
  statement.catch(() => undefined);
  return {
    statement,
    begin,
    read: async (scan) => {
      const rows = scan[Symbol.asyncIterator]();
      const first = rows.next();
      first.then(begin, () => undefined);
      // A failure before anything was sent needs no engine.
      await Promise.race([first, statement]);
      return resumed(rows, first);
    },
    close: async () => {
      if (isBegun) await statement.then((each) => each.close()).catch(() => undefined);
    },
  };
}

async function* resumed<T>(rows: AsyncIterator<T>, first: Promise<IteratorResult<T>>): AsyncGenerator<T> {
  try {
    for (let step = await first; step.done !== true; step = await rows.next()) yield step.value;
  } finally {
    await rows.return?.();
  }
}
