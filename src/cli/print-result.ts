/**
 * Prints a result: as its format says, and with a word about what nobody would see.
 *
 * @module
 */

import type { OutputOptions } from '../output/options.ts';
import { invisibleIn, visibleLines } from '../output/visible-text.ts';
import { type Sink, writeResult } from '../output/writer.ts';
import { createWriter, type OutputFormat } from '../output/writers.ts';
import type { ResultStream } from '../values.ts';
import type { CommandIo } from './command-io.ts';
import { type Output, sinkOf } from './streams.ts';

/** A result on standard output. */
export async function printResult(
  result: ResultStream,
  format: OutputFormat,
  { stdout, stderr, signal }: Pick<CommandIo, 'stdout' | 'stderr' | 'signal'>,
  options: OutputOptions = {},
): Promise<void> {
  const sink = sinkOf(stdout, signal);
  const shown = stdout.isTerminal && !SHOWS_ITSELF.has(format) ? onTerminal(sink) : sink;
  const notes = noteInvisible(format, shown);
  await writeResult(result, createWriter(format, notes.sink, { ...options, ...terminalOptions(stdout) }));
  notes.tell(stderr);
}

/** Formats that show what drives a terminal, or is not seen, as an escape; JSON does so by itself. */
const SHOWS_ITSELF: ReadonlySet<OutputFormat> = new Set<OutputFormat>(['table', 'line', 'markdown', 'json', 'jsonl']);

/** Those of them whose readers see all that there is. */
const HIDES_NOTHING: ReadonlySet<OutputFormat> = new Set<OutputFormat>(['table', 'line', 'markdown', 'html']);

/** What is only known of a terminal. */
function terminalOptions({ isTerminal, columns, hasColour }: Output): OutputOptions {
  return isTerminal ? { width: columns?.() ?? USUAL_WIDTH, colour: hasColour === true } : {};
}

const USUAL_WIDTH = 80;

/** What is written for programs keeps its controls, which a terminal would obey. */
function onTerminal(sink: Sink): Sink {
  return { write: (chunk) => sink.write(typeof chunk === 'string' ? visibleLines(chunk) : chunk) };
}

/** Gathers what nobody would see in what is written: the formats give back exactly what there is. */
export function noteInvisible(
  format: OutputFormat,
  sink: Sink,
): { readonly sink: Sink; readonly tell: (stderr: Output) => void } {
  if (HIDES_NOTHING.has(format)) return { sink, tell: () => undefined };
  const found = new Set<string>();
  return {
    sink: {
      // Chunks are whole rows, so no character is cut in two.
      write: (chunk) => {
        if (typeof chunk === 'string') for (const name of invisibleIn(chunk)) found.add(name);
        return sink.write(chunk);
      },
    },
    tell: (stderr) => {
      if (found.size === 0) return;
      stderr.write(`note: the output holds characters that show nothing: ${listed([...found])}\n`);
      found.clear();
    },
  };
}

const MOST_NAMES = 8;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
