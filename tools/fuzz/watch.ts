/**
 * What a process that tries things says of itself.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './kind.ts';

/** The file descriptor on which a child notes the number of what it tries; 3 is Node's own channel. */
const PLACE_FILE = 4;

/** At once and in one place, because a process that crashes says nothing more. */
export function note(place: number): void {
  writeSync(PLACE_FILE, String(place).padEnd(12), 0);
}

/** A fault of the tool's own is none of the product's. */
const TOOL_FAILED = 70;

/** Answers each message of the parent with one, and ends with it. */
export function serve<Question>(answer: (question: Question) => Promise<unknown>): void {
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);
  // Listeners that pile up are a leak that Node counts itself.
  process.on('warning', (warning) => {
    if (warning.name === 'MaxListenersExceededWarning') onStray(warning);
  });
  process.on('message', (question: Question) => {
    void answer(question).then(
      (reply) => process.send?.(reply),
      (error: unknown) => {
        console.error(error);
        process.exit(TOOL_FAILED);
      },
    );
  });
  process.on('disconnect', () => process.exit());
}

let stray: Fault[] = [];

function onStray(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stray.push({ kind: 'rejection', detail });
}

/** Errors that nobody waited for, since this was last asked. */
export async function strays(): Promise<readonly Fault[]> {
  // Rejections are told when the microtasks are done.
  await new Promise((resolve) => setImmediate(resolve));
  const found = stray;
  stray = [];
  return found;
}

export interface Rest {
  /** Bytes in use after a collection. */
  readonly heap: number;
  /** Handles, processes and temporary files that are still there. */
  readonly left: readonly string[];
}

/** What is still there when everything is closed. */
export async function rest(): Promise<Rest> {
  await settle();
  const left = [...openHandles(), ...childProcesses().map((id) => `process ${id}`), ...readdirSync(tmpdir())];
  return { heap: process.memoryUsage().heapUsed, left };
}

/** Twice: what the first collection finds may let go of more when it is finalised. */
async function settle(): Promise<void> {
  for (let count = 0; count < 2; count += 1) {
    await sleep(10);
    globalThis.gc?.();
  }
}

/** The channel to the parent, and where the output goes; and what is gone with the next turn of the loop in any case. */
const OWN: readonly string[] = ['PipeWrap', 'TTYWrap', 'FileHandle', 'Immediate'];

function openHandles(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => !OWN.includes(name));
}

/** Ids of the processes that this one has started and that have not ended (Linux; none elsewhere). */
export function childProcesses(): readonly number[] {
  return namesIn('/proc')
    .map(Number)
    .filter((id) => Number.isInteger(id) && parentOf(id) === process.pid);
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: a name in parentheses, the state, the parent. */
function parentOf(id: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
