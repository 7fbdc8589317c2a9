/**
 * Results as text, in the format the user asked for.
 *
 * @module
 */
import { createCsvWriter } from './csv.ts';
import { createJsonWriter } from './json.ts';
import { createJsonlWriter } from './jsonl.ts';
import { createTableWriter } from './table.ts';
import type { ResultWriter, WriterFactory } from './writer.ts';

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
 * @param write takes the text in pieces, in order
 * @returns a writer that throws only what `write` throws
 * @example
 * const writer = createWriter('jsonl', (text) => process.stdout.write(text));
 * writer.begin([{ name: 'id', type: 'VARCHAR' }]);
 * writer.rows([['00u1']]);
 * writer.end(); // {"id":"00u1"}
 */
export function createWriter(format: OutputFormat, write: (text: string) => void): ResultWriter {
  return FACTORIES[format](write);
}
