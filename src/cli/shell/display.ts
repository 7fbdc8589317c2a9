/**
 * How results are shown, and where: what `\x`, `\o`, `\pset` and `\timing` set.
 *
 * @module
 */

import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import type { OutputFormat } from '../../output/writers.ts';
import type { ResultStream, Row } from '../../values.ts';
import type { CommandIo } from '../command-io.ts';
import { printResult } from '../print-result.ts';
import { createOutput, type Output, sinkOf } from '../streams.ts';
import type { Terminal } from '../terminal.ts';
import { type PagedOutput, pagedOutput, USUAL_PAGER, untilReaderLeaves } from './pager.ts';
import { isWide } from './wide.ts';

export interface DisplaySettings {
  readonly format: OutputFormat;
  readonly expanded: 'on' | 'off' | 'auto';
  readonly isTimed: boolean;
  readonly hasPager: boolean;
  /** Whether statements that change several objects are asked about. */
  readonly confirms: boolean;
}

export interface Display {
  settings(): DisplaySettings;
  set(change: Partial<DisplaySettings>): void;
  /** Shows a result where results go. */
  show(result: ResultStream, signal: AbortSignal): Promise<void>;
  /** The same, in a file this once. */
  showIn(file: string, result: ResultStream, signal: AbortSignal): Promise<void>;
  /** Lines that are a result too, such as a chart. */
  showLines(lines: readonly string[], signal: AbortSignal): Promise<void>;
  /** Sends results to a file from now on, or back to standard output. */
  redirect(file: string | undefined): Promise<void>;
}

export interface DisplayTerms {
  readonly io: Pick<CommandIo, 'stdout' | 'stderr'>;
  readonly terminal: Terminal | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What names of files are relative to. */
  readonly folder: string;
  readonly lend: (use: () => Promise<void>) => Promise<void>;
  readonly settings: DisplaySettings;
}

/** Where results go, until it is closed. */
interface File {
  readonly output: Output;
  close(): Promise<void>;
}

export function createDisplay(terms: DisplayTerms): Display {
  const { io, terminal, lend, environment, folder } = terms;
  let { settings } = terms;
  let file: File | undefined;
  const paged = (): PagedOutput | undefined => {
    if (terminal === undefined || !settings.hasPager) return undefined;
    const command = environment['PAGER'] || USUAL_PAGER;
    const onNote = (note: string): void => io.stderr.write(`note: ${note}\n`);
    return pagedOutput({ stdout: io.stdout, terminal, command, environment, lend, onNote });
  };
  /** Runs what writes, with a pager where that is wanted. */
  const through = async (write: (output: Output) => Promise<void>): Promise<void> => {
    if (file !== undefined) return write(file.output);
    const pager = paged();
    if (pager === undefined) return write(io.stdout);
    try {
      await untilReaderLeaves(() => write(pager));
    } finally {
      await pager.finish();
    }
  };
  const write = async (output: Output, result: ResultStream, signal: AbortSignal): Promise<void> => {
    const to = { stdout: output, stderr: io.stderr, signal };
    const { format, expanded } = settings;
    if (format !== 'table' || expanded === 'off') return printResult(result, format, to);
    const expand = (shown: ResultStream): Promise<void> => printResult(shown, 'line', to);
    if (expanded === 'on') return expand(result);
    const looked = await lookAhead(result);
    const columns = terminal?.size().columns ?? 80;
    return isWide(result.columns, looked.first, columns)
      ? expand(looked.result)
      : printResult(looked.result, format, to);
  };
  return {
    settings: () => settings,
    set: (change) => {
      settings = { ...settings, ...change };
    },
    show: (result, signal) => through((output) => write(output, result, signal)),
    showIn: async (path, result, signal) => {
      const own = openFile(resolve(folder, path));
      try {
        await write(own.output, result, signal);
      } finally {
        await own.close();
      }
    },
    showLines: (lines, signal) =>
      through((output) => sinkOf(output, signal).write(lines.map((line) => `${line}\n`).join(''))),
    redirect: async (path) => {
      await file?.close();
      file = path === undefined ? undefined : openFile(resolve(folder, path));
    },
  };
}

/** Its failures come out of the writes. */
function openFile(path: string): File {
  const stream = createWriteStream(path);
  const output = createOutput(stream);
  return {
    output,
    close: async () => {
      await new Promise<void>((resolve) => stream.end(() => resolve()));
      await output.drained();
    },
  };
}

/** The first rows, and a result that begins with them. */
async function lookAhead(
  result: ResultStream,
): Promise<{ readonly first: readonly Row[]; readonly result: ResultStream }> {
  const batches = result.batches()[Symbol.asyncIterator]();
  const step = await batches.next();
  const first = step.done === true ? [] : step.value;
  return {
    first,
    result: {
      columns: result.columns,
      batches: async function* () {
        try {
          for (let next = step; next.done !== true; next = await batches.next()) yield next.value;
        } finally {
          await batches.return?.();
        }
      },
    },
  };
}
