/**
 * Connects the process to the command line and sets its exit code.
 *
 * @module
 */

import { homedir } from 'node:os';
import type { WriteStream } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './program.ts';
import { createOutput } from './streams.ts';
import { type TerminalTerms, terminalOf } from './terminal.ts';

/** Runs the command line that the process was started with. */
export async function run(): Promise<void> {
  shortenTheEnd();
  const { signal: interrupted, divert } = interruptible();
  const { stdin, argv, env } = process;
  const stdout = createOutput(process.stdout, showsColour(process.stdout, env));
  const stderr = createOutput(process.stderr, showsColour(process.stderr, env));
  const surroundings = {
    environment: env,
    workingFolder: folderOrNone(() => process.cwd()),
    homeFolder: folderOrNone(homedir),
  };
  const terminal = terminalOf(stdin, process.stdout, { environment: env, divert });
  const progressColumns = columnsForProgress(process.stderr, env);
  const io = { stdout, stderr, stdin, signal: interrupted, terminal, progressColumns };
  process.exitCode = await runCommandLine(argv.slice(2), surroundings, io);
  // What a pager was sent and does not read would keep the process alive for as long as the pager is.
  if (interrupted.aborted && process.stdout.writableLength > 0) process.exit();
  // Nor does DuckDB heed the signal within one call of a function: what has not ended by itself soon is not waited for.
  if (interrupted.aborted) setTimeout(() => dieOf((interrupted.reason as Interruption).signal), SOON_MS).unref();
}

const SOON_MS = 500;

/** https://no-color.org: set to anything but nothing, it means none. */
function showsColour({ isTTY }: { readonly isTTY?: boolean }, { NO_COLOR = '', TERM }: NodeJS.ProcessEnv): boolean {
  return isTTY === true && NO_COLOR === '' && TERM !== 'dumb';
}

/**
 * undici parses HTTP in WebAssembly, and V8 goes on optimising it in the background: a process that is done waits 80 ms for
 * that at its end (Node 20, profiled). The baseline code is as fast here: 500 calls take the same time with it. V8 complains
 * of flags that it does not know, so versions after those that have this one are left alone.
 */
function shortenTheEnd(): void {
  if (Number.parseInt(process.versions.node, 10) <= 24) setFlagsFromString('--liftoff-only');
}

class Interruption extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(signal);
    this.signal = signal;
  }
}

interface Interruptible {
  /** Fires at the first signal, with an {@link Interruption}. */
  readonly signal: AbortSignal;
  readonly divert: TerminalTerms['divert'];
}

function interruptible(): Interruptible {
  const interrupted = new AbortController();
  let diverted: (() => void) | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && diverted !== undefined) {
        diverted();
        return;
      }
      if (interrupted.signal.aborted) dieOf(signal);
      interrupted.abort(new Interruption(signal));
    });
  }
  const divert: TerminalTerms['divert'] = (onInterrupt) => {
    diverted = onInterrupt;
    return () => {
      diverted = undefined;
    };
  };
  return { signal: interrupted.signal, divert };
}

/** Logs of CI keep each line that is drawn over. */
function columnsForProgress(
  stream: WriteStream,
  { TERM, CI }: Readonly<Record<string, string | undefined>>,
): (() => number) | undefined {
  if (!stream.isTTY || TERM === 'dumb' || (CI !== undefined && CI !== '' && CI !== 'false')) return undefined;
  return () => stream.columns || 80;
}

/**
 * A second one means it: whatever is still running is not waited for. `process.exit` would wait for it: it joins the threads
 * on which DuckDB may be within one long call of a function, which nothing interrupts.
 */
function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** A folder may have been removed under us, and a user of a container need not have a home. */
function folderOrNone(find: () => string): string | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
