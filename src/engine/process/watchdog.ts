/**
 * A thread of the engine's process that ends it when it takes too much memory, or when the process that started it is gone:
 * DuckDB's own limit does not count what its functions take while they compute, and its main thread may be busy.
 *
 * @module
 */

import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { REASON_FILE, type Reason } from './reason.ts';

/** A gigabyte takes DuckDB a third of a second at least. */
const INTERVAL_MS = 25;

const { maximalBytes } = workerData as { readonly maximalBytes: number };
const parent = process.ppid;

setInterval(() => {
  if (process.memoryUsage.rss() > maximalBytes) end('memory');
  if (process.ppid !== parent) end('orphan');
}, INTERVAL_MS);

function end(reason: Reason): void {
  try {
    writeSync(REASON_FILE, reason);
  } catch {
    // Nobody reads it any more.
  }
  process.kill(process.pid, 'SIGKILL');
}
