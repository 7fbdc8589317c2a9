/**
 * Statements of the engine for one statement of the user.
 *
 * @module
 */

import type { Engine, EngineStatement } from '../engine/engine.ts';

export interface Statements {
  /** The one that parsing and planning use. The first to run takes it over, so that `now()` is the same for both. */
  readonly current: () => Promise<EngineStatement>;
  readonly begin: () => Promise<EngineStatement>;
  /** Whether parsing or planning has begun one. */
  readonly isBegun: () => boolean;
  readonly closeUnused: () => Promise<void>;
}

export function createStatements(engine: Engine, signal: AbortSignal | undefined): Statements {
  let waiting: Promise<EngineStatement> | undefined;
  return {
    current: () => {
      waiting ??= engine.begin(signal);
      return waiting;
    },
    begin: () => {
      const statement = waiting ?? engine.begin(signal);
      waiting = undefined;
      return statement;
    },
    isBegun: () => waiting !== undefined,
    closeUnused: async () => {
      // One that has not begun has told whoever asked for it.
      const unused = await waiting?.catch(() => undefined);
      waiting = undefined;
      await unused?.close();
    },
  };
}
