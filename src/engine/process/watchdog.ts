/**
 * A thread of the engine's process that ends it when it takes too much memory, or when the process that started it is gone:
 * DuckDB's own limit does not count what its functions take while they compute, and its main thread may be busy.
 *
 * @module
 */

import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { EXCESS_FILE } from './excess.ts';

/** A gigabyte takes DuckDB a third of a second at least. */
const INTERVAL_MS = 25;

const { maximalBytes } = workerData as { readonly maximalBytes: number };
const parent = process.ppid;

setInterval(() => {
  const isTooMuch = process.memoryUsage.rss() > maximalBytes;
  if (isTooMuch) tell();
  if (isTooMuch || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, INTERVAL_MS);

function tell(): void {
  try {
    writeSync(EXCESS_FILE, 'memory');
  } catch {
    // Nobody reads it any more.
  }
}
