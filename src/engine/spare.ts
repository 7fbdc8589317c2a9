/**
 * Engines that sessions have closed and left as they got them, for the sessions that come next: to open DuckDB is to make some
 * thousand functions anew, which takes four times as long as a plain statement.
 *
 * None is kept unless somebody asks for it, because an engine that is kept has its threads. None is kept from the garbage
 * collector, which closes what nobody has taken, and none has anything on the disk meanwhile.
 *
 * @module
 */

import { tmpdir } from 'node:os';
import type { DuckDBInstance } from '@duckdb/node-api';
import { isSpillDirectoryIn, remakeSpillDirectory, removeSpillDirectory } from './disk.ts';

/** In memory, with the usual limits, closed to files and settings; nothing was ever committed in it, and nobody is connected. */
export interface Spare {
  readonly instance: DuckDBInstance;
  /** Where it would spill. It cannot be told another place any more. */
  readonly spillDirectory: string;
}

let most = 0;
let spares: readonly WeakRef<Spare>[] = [];

/** For a process that opens one session after another. @param count how many may be kept at once; 0 in the beginning */
export function keepSpares(count: number): void {
  most = count;
  for (const spare of spares.slice(count)) spare.deref()?.instance.closeSync();
  spares = spares.slice(0, count);
}

/** Keeps an engine, or says that it cannot. */
export async function keepSpare({ instance, spillDirectory }: Spare): Promise<boolean> {
  if (most === 0 || !(await answers(instance))) return false;
  const others = spares.filter((each) => each.deref() !== undefined);
  if (others.length >= most) return false;
  removeSpillDirectory(spillDirectory);
  // In an object of its own, which nobody else holds.
  spares = [...others, new WeakRef({ instance, spillDirectory })];
  return true;
}

/** One that was kept, if there is any. It has its directory again. */
export function takeSpare(): Spare | undefined {
  while (spares.length > 0) {
    const spare = spares.at(-1)?.deref();
    spares = spares.slice(0, -1);
    if (spare === undefined) continue;
    // Whoever has made one of that name meanwhile could read what is spilled.
    const { spillDirectory } = spare;
    if (isSpillDirectoryIn(tmpdir(), spillDirectory) && remakeSpillDirectory(spillDirectory)) return spare;
    spare.instance.closeSync();
  }
  return undefined;
}

/** After some failures DuckDB does nothing more. https://duckdb.org/docs/stable/dev/internal_errors */
async function answers(instance: DuckDBInstance): Promise<boolean> {
  try {
    const connection = await instance.connect();
    try {
      await connection.run('BEGIN TRANSACTION');
      return true;
    } finally {
      connection.closeSync();
    }
  } catch {
    return false;
  }
}
