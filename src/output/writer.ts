/**
 * The contract between results and where they go: every format is a {@link ResultWriter}, every way out a {@link Sink}.
 *
 * Back-pressure goes through both. A sink says when it can take more, a writer waits for it, and whoever hands rows to the
 * writer waits for that; so a pager that nobody scrolls holds up the reading of rows, and nothing piles up in between.
 *
 * @module
 */

import type { ResultColumn, ResultStream, Row } from '../values.ts';
import type { OutputOptions } from './options.ts';

/** Where a writer's output goes: a stream, a file, a connection. */
export interface Sink {
  /**
   * Takes a chunk, text (as UTF-8) or bytes. Resolves when there is room for the next, which must not come before; rejects
   * with the sink's own failure, after which it is given nothing more.
   */
  write(chunk: string | Uint8Array): Promise<void>;
}

/**
 * Takes one result at a time: `begin`, any number of `rows`, `end`; then perhaps the next `begin`. Each call is waited for
 * before the next, and what the sink rejects with comes out of the call that wrote.
 *
 * Rows are taken as they come, so that a long result is never held twice, and written in chunks of some tens of kilobytes,
 * one at a time: more is never under way than a chunk and the row that filled it.
 */
export interface ResultWriter {
  begin(columns: readonly ResultColumn[]): Promise<void>;
  rows(rows: readonly Row[]): Promise<void>;
  end(): Promise<void>;
  /**
   * Gives a result up half-way: lets go of what was kept for it, rows and files, and writes nothing. Never rejects, and may
   * be called at any time, so that it can stand in a `catch`; the next call, if any, is `begin`.
   */
  abort(): Promise<void>;
}

/** Makes a writer that hands what it writes, line ends included, to the sink. */
export type WriterFactory = (sink: Sink, options: OutputOptions) => ResultWriter;

/** Writes a whole result, its batches as they come. What fails half-way, reading or writing, gives the result up. */
export async function writeResult(result: ResultStream, writer: ResultWriter): Promise<void> {
  try {
    await writer.begin(result.columns);
    for await (const rows of result.batches()) await writer.rows(rows);
    await writer.end();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
