/**
 * Prints a result: as its format says, and with a word about what nobody would see.
 *
 * @module
 */

import { invisibleIn, visibleLines } from '../output/visible-text.ts';
import { type Sink, writeResult } from '../output/writer.ts';
import { createWriter, type OutputFormat } from '../output/writers.ts';
import type { ResultStream } from '../values.ts';
import type { CommandIo } from './command-io.ts';
import { sinkOf } from './streams.ts';

/** Tables show such characters themselves. The other formats give back exactly what there is. */
export async function printResult(
  result: ResultStream,
  format: OutputFormat,
  { stdout, stderr, signal }: Pick<CommandIo, 'stdout' | 'stderr' | 'signal'>,
): Promise<void> {
  const sink = sinkOf(stdout, signal);
  if (format === 'table') return writeResult(result, createWriter(format, sink));
  const found = new Set<string>();
  // JSON escapes what drives a terminal by itself.
  const shown = format === 'csv' && stdout.isTerminal ? onTerminal(sink) : sink;
  await writeResult(result, createWriter(format, noting(shown, found)));
  if (found.size > 0) stderr.write(`note: the output holds characters that show nothing: ${listed([...found])}\n`);
}

/** What is written for programs keeps its controls, which a terminal would obey. */
function onTerminal(sink: Sink): Sink {
  return { write: (chunk) => sink.write(typeof chunk === 'string' ? visibleLines(chunk) : chunk) };
}

/** Chunks are whole rows, so no character is cut in two. */
function noting(sink: Sink, found: Set<string>): Sink {
  return {
    write: (chunk) => {
      if (typeof chunk === 'string') for (const name of invisibleIn(chunk)) found.add(name);
      return sink.write(chunk);
    },
  };
}

const MOST_NAMES = 8;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
