/**
 * Output that becomes a pager's where it is longer than the screen.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { displayWidth } from '../../output/display-width.ts';
import { ClosedPipe, createOutput, type Output } from '../streams.ts';
import type { Terminal } from '../terminal.ts';

export interface PagedOutput extends Output {
  /** Shows what is left, and waits until its reader has had enough. A pager that was left early is no failure. */
  finish(): Promise<void>;
}

export interface PagerTerms {
  readonly stdout: Output;
  readonly terminal: Pick<Terminal, 'size'>;
  /** `$PAGER`, for a shell to read. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Lets the pager have the terminal for as long as it runs. */
  readonly lend: (use: () => Promise<void>) => Promise<void>;
  readonly onNote: (note: string) => void;
}

/** Long lines stay lines, colours stay colours, what is short is shown at once, and all of it stays on the screen. */
export const USUAL_PAGER = 'less -SRXF';

/** What shells answer for a program that is not there. */
const NOT_FOUND = 127;

export function pagedOutput({ stdout, terminal, command, environment, lend, onNote }: PagerTerms): PagedOutput {
  const { columns, rows } = terminal.size();
  let held: string[] = [];
  let heldRows = 0;
  let pager: Pager | undefined;
  const start = (): Pager => {
    const started = startPager(command, environment);
    const lent = lend(() => started.ended);
    return { ...started, ended: lent };
  };
  const flush = (): void => {
    const target = pager?.output ?? stdout;
    for (const chunk of held) target.write(chunk);
    held = [];
  };
  return {
    isTerminal: true,
    write: (chunk) => {
      const text = String(chunk);
      if (pager !== undefined) {
        pager.output.write(text);
        return;
      }
      held.push(text);
      heldRows += rowsOf(text, columns);
      if (heldRows < rows) return;
      pager = start();
      flush();
    },
    drained: async (signal) => {
      await pager?.output.drained(signal);
    },
    finish: async () => {
      if (pager === undefined) {
        flush();
        return;
      }
      pager.end();
      await pager.ended;
      if (pager.child.exitCode === NOT_FOUND) {
        onNote(`the pager (${command}) is not there: set PAGER to one that is, or write \\pset pager off`);
      }
    },
  };
}

interface Pager {
  readonly child: ChildProcess;
  readonly output: Output;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

function startPager(command: string, environment: PagerTerms['environment']): Pager {
  const child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: environment });
  const output = createOutput(child.stdin);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  return { child, output, end: () => child.stdin.end(), ended };
}

/** Rows of the screen that a text takes, its last line apart if nothing ends it. */
function rowsOf(text: string, columns: number): number {
  const lines = text.split('\n');
  lines.pop();
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
}

/** Runs what writes; that the reader has gone is its right. */
export async function untilReaderLeaves(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
  }
}
