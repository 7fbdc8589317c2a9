/**
 * Results in the format the user asked for: the entry of this folder.
 *
 * @module
 */
import { createCsvWriter } from './csv.ts';
import { createJsonWriter } from './json.ts';
import { createJsonlWriter } from './jsonl.ts';
import { createTableWriter } from './table.ts';
import type { ResultWriter, Sink, WriterFactory } from './writer.ts';

/** `table` for people; the others for programs. */
export type OutputFormat = 'table' | 'json' | 'jsonl' | 'csv';

const FACTORIES: Readonly<Record<OutputFormat, WriterFactory>> = {
  table: createTableWriter,
  json: createJsonWriter,
  jsonl: createJsonlWriter,
  csv: createCsvWriter,
};

/** All formats, the default first. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = Object.keys(FACTORIES) as OutputFormat[];

/**
 * A writer for results.
 *
 * @param format one of {@link OUTPUT_FORMATS}
 * @param sink takes what is written, in order, a chunk at a time; once it has failed it is left alone
 * @returns a writer that rejects only with what the sink rejects with
 * @example
 * const writer = createWriter('jsonl', { write: async (chunk) => void process.stdout.write(chunk) });
 * await writer.begin([{ name: 'id', type: 'VARCHAR' }]);
 * await writer.rows([['00u1']]);
 * await writer.end(); // {"id":"00u1"}
 */
export function createWriter(format: OutputFormat, sink: Sink): ResultWriter {
  return FACTORIES[format](untilFailure(sink));
}

/** Whoever goes on writing after a failure gets the same failure again: a hole in the output would be worse than its end. */
function untilFailure(sink: Sink): Sink {
  let failure: { readonly error: unknown } | undefined;
  return {
    write: async (chunk) => {
      if (failure !== undefined) throw failure.error;
      try {
        await sink.write(chunk);
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
  };
}
