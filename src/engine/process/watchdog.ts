/**
 * A thread of the engine's process that ends it when it takes too much memory or time of the processor, or when the process that
 * started it is gone: DuckDB's own limit does not count what its functions take while they compute, nothing limits what its threads
 * compute, and its main thread may be busy. Before that, what computes for long goes behind all others of the machine.
 *
 * @module
 */

import { readdirSync, readlinkSync, writeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { EXCESS_FILE, type Excess } from './excess.ts';

/** What the process may take. Until it is said, nobody has asked it for anything. */
export interface Limits {
  readonly maximalBytes: number;
  /** Of all its threads together, from the beginning of a statement until none is under way. */
  readonly cpuLimitMs: number;
}

export type ToWatchdog = { readonly kind: 'limits'; readonly limits: Limits } | { readonly kind: 'busy' | 'idle' };

/** The processor's time after which statements are no longer short, and the processes of others go before. */
const SHORT_MS = 2_000;

/** A gigabyte takes DuckDB a third of a second at least. */
const INTERVAL_MS = 25;

const { parent } = workerData as { readonly parent: number };
let limits: Limits = { maximalBytes: Number.POSITIVE_INFINITY, cpuLimitMs: Number.POSITIVE_INFINITY };
let busySince: NodeJS.CpuUsage | undefined;
let isBehind = false;

parentPort?.on('message', (order: ToWatchdog) => {
  if (order.kind === 'limits') limits = order.limits;
  else busySince = order.kind === 'busy' ? process.cpuUsage() : undefined;
});
// The main thread alone says how long this process lives.
parentPort?.unref();

setInterval(() => {
  const computedMs = busySince === undefined ? 0 : millisecondsSince(busySince);
  const excess = excessOf(computedMs);
  if (excess !== undefined) tell(excess);
  if (excess !== undefined || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  if (computedMs > SHORT_MS) goBehind();
}, INTERVAL_MS);

function excessOf(computedMs: number): Excess | undefined {
  if (process.memoryUsage.rss() > limits.maximalBytes) return 'memory';
  return computedMs > limits.cpuLimitMs ? 'processor' : undefined;
}

function millisecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** For good: only a privileged process may take its priority back. */
function goBehind(): void {
  if (isBehind) return;
  isBehind = true;
  for (const thread of othersHere()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has just ended, or the system has other means to be fair.
    }
  }
}

/**
 * On Linux each thread has a priority of its own, which those that it makes get too; elsewhere the process has one.
 * https://man7.org/linux/man-pages/man2/setpriority.2.html
 */
function othersHere(): readonly number[] {
  if (process.platform !== 'linux') return [process.pid];
  try {
    const own = readlinkSync('/proc/thread-self').split('/').at(-1);
    return readdirSync('/proc/self/task').flatMap((thread) => (thread === own ? [] : [Number(thread)]));
  } catch {
    return [process.pid];
  }
}

function tell(excess: Excess): void {
  try {
    writeSync(EXCESS_FILE, excess);
  } catch {
    // Nobody reads it any more.
  }
}
