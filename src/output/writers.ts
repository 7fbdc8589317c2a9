/**
 * Results in the format the user asked for: the entry of this folder.
 *
 * @module
 */
import { createCsvWriter } from './csv.ts';
import { createHtmlWriter } from './html.ts';
import { createJsonWriter } from './json.ts';
import { createJsonlWriter } from './jsonl.ts';
import { createLineWriter } from './line.ts';
import { createMarkdownWriter } from './markdown.ts';
import type { OutputOptions } from './options.ts';
import { createParquetWriter } from './parquet.ts';
import { createSqlWriter } from './sql.ts';
import { createTableWriter } from './table.ts';
import { createTsvWriter } from './tsv.ts';
import type { ResultWriter, Sink, WriterFactory } from './writer.ts';
import { createXlsxWriter } from './xlsx.ts';

/** `table` and `line` for people; the others for programs and documents. */
export type OutputFormat =
  | 'table'
  | 'line'
  | 'json'
  | 'jsonl'
  | 'csv'
  | 'tsv'
  | 'markdown'
  | 'html'
  | 'sql'
  | 'parquet'
  | 'xlsx';

/** What has to be known of a format before anything is written in it. */
export interface FormatFacts {
  /** Whether a terminal can do nothing with it. */
  readonly isBinary: boolean;
  /** What a second result behind the first would be in a file: readable, or no file of the format any more. */
  readonly holdsSeveral: boolean;
  /** The options that it heeds and others may not. */
  readonly heeds: readonly ChoosableOption[];
  /** How the names of its files end, without the dot. */
  readonly extensions: readonly string[];
}

/** What users choose, and not every format has. */
export type ChoosableOption = 'header' | 'separator' | 'bom' | 'safeCsv';

interface Format extends FormatFacts {
  readonly create: WriterFactory;
}

const TEXT = { isBinary: false, holdsSeveral: true, heeds: [] } as const satisfies Partial<FormatFacts>;
const BINARY = { isBinary: true, holdsSeveral: false, heeds: [] } as const satisfies Partial<FormatFacts>;

const FORMATS: Readonly<Record<OutputFormat, Format>> = {
  table: { ...TEXT, create: createTableWriter, heeds: ['header'], extensions: [] },
  line: { ...TEXT, create: createLineWriter, extensions: [] },
  json: { ...TEXT, create: createJsonWriter, holdsSeveral: false, extensions: ['json'] },
  jsonl: { ...TEXT, create: createJsonlWriter, extensions: ['jsonl', 'ndjson'] },
  csv: { ...TEXT, create: createCsvWriter, heeds: ['header', 'separator', 'bom', 'safeCsv'], extensions: ['csv'] },
  tsv: { ...TEXT, create: createTsvWriter, heeds: ['header', 'safeCsv'], extensions: ['tsv'] },
  markdown: { ...TEXT, create: createMarkdownWriter, extensions: ['md', 'markdown'] },
  html: { ...TEXT, create: createHtmlWriter, holdsSeveral: false, extensions: ['html', 'htm'] },
  sql: { ...TEXT, create: createSqlWriter, heeds: ['header'], holdsSeveral: false, extensions: ['sql'] },
  parquet: { ...BINARY, create: createParquetWriter, extensions: ['parquet'] },
  xlsx: { ...BINARY, create: createXlsxWriter, heeds: ['header'], extensions: ['xlsx'] },
};

/** All formats, the default first. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = Object.keys(FORMATS) as OutputFormat[];

export function factsOf(format: OutputFormat): FormatFacts {
  return FORMATS[format];
}

/** The format that a file's name ends in, if any. */
export function formatOfFile(path: string): OutputFormat | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return OUTPUT_FORMATS.find((format) => FORMATS[format].extensions.includes(extension));
}

/** The formats that heed an option. */
export function formatsWith(option: ChoosableOption): readonly OutputFormat[] {
  return OUTPUT_FORMATS.filter((format) => FORMATS[format].heeds.includes(option));
}

/**
 * A writer for results.
 *
 * @param format one of {@link OUTPUT_FORMATS}
 * @param sink takes what is written, in order, a chunk at a time; once it has failed it is left alone
 * @param options what the format does not know of is ignored
 * @returns a writer that rejects with what the sink rejects with, and with a QueryError for what the format cannot hold
 * @example
 * const writer = createWriter('jsonl', { write: async (chunk) => void process.stdout.write(chunk) });
 * await writer.begin([{ name: 'id', type: 'VARCHAR' }]);
 * await writer.rows([['00u1']]);
 * await writer.end(); // {"id":"00u1"}
 */
export function createWriter(format: OutputFormat, sink: Sink, options: OutputOptions = {}): ResultWriter {
  return FORMATS[format].create(untilFailure(sink), options);
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
