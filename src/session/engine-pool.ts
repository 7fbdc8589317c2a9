/**
 * Processes for the engines of sessions that are still to come.
 *
 * @module
 */

import type { EnginePool, EnginePoolOptions } from '../engine/options.ts';
import { ProcessPool } from '../engine/process/pool.ts';
import { checkPoolOptions } from './checked-options.ts';

/**
 * Starts processes for the engines of sessions with `isolation: 'process'`, before there is one that needs them: what opens many
 * sessions, such as a server, does not wait for Node and DuckDB at the first statement of each. A process serves one session and
 * ends with it. None keeps this process alive, and none outlives it.
 *
 * @param options `spares`: processes that wait, from 1 to 64; default 1
 * @returns what `createSession` takes as `enginePool`
 * @throws InvalidValueError for other options
 * @example
 * await using enginePool = createEnginePool({ spares: 2 });
 * await using session = createSession({ token, subdomain: 'acme', isolation: 'process', enginePool });
 */
export function createEnginePool(options: EnginePoolOptions = {}): EnginePool {
  checkPoolOptions(options);
  return new ProcessPool(options);
}
