import { createRequire } from 'node:module';
import { type ResultColumn, type Row, uniqueNames, type Value } from '../values.ts';
import { cellText } from './cell-text.ts';
import { grouped, mapped, writePieces } from './chunks.ts';
import { inertText } from './inert-text.ts';
import type { OutputOptions } from './options.ts';
import type { ResultWriter, Sink } from './writer.ts';

const require = createRequire(import.meta.url);

/** Loaded with the first rows, since most results are no CSV. */
function csvStringify(): typeof import('csv-stringify/sync') {
  return require('csv-stringify/sync') as typeof import('csv-stringify/sync');
}

/**
 * RFC 4180 with a header line and `\n` as line end. NULL is an empty field, the empty string is `""`.
 *
 * Cells that start with `=`, `+`, `-` or `@` are left as they are unless `safeCsv` asks for more: the file must give back exactly
 * the values that went in, and a changed client id or group name would be worse than a formula in a file that the reader
 * chose to open in a spreadsheet. For the same reason control characters pass through.
 */
export function createCsvWriter(sink: Sink, { header = true, separator, bom, safeCsv }: OutputOptions): ResultWriter {
  const toText = csvTexts(separator, safeCsv);
  const shown = safeCsv === true ? inertText : (text: string): string => text;
  let current: readonly ResultColumn[] = [];
  // Of several results one after another only the first stands at the beginning.
  let start = bom === true ? BYTE_ORDER_MARK : '';
  const toRecord = (row: Row): CsvRecord =>
    current.map((column, index) => {
      const text = cellText(row[index], column);
      return text === null || isNumber(row[index]) ? text : shown(text);
    });
  return {
    begin: async (columns) => {
      current = columns;
      const text = start + (header ? toText([uniqueNames(columns).map(shown)]) : '');
      start = '';
      if (text !== '') await sink.write(text);
    },
    rows: (rows) => writePieces(sink, mapped(grouped(mapped(rows, toRecord), lengthOf), toText)),
    end: async () => undefined,
    abort: async () => undefined,
  };
}

const BYTE_ORDER_MARK = '\ufeff';

type CsvRecord = readonly (string | null)[];

/** Of the record as text, about. */
function lengthOf(record: CsvRecord): number {
  return record.reduce((length, cell) => length + 1 + (cell?.length ?? 0), 0);
}

function isNumber(value: Value | undefined): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Several records at a time, since each call reads its options anew. */
function csvTexts(delimiter = ',', quotesAll = false): (records: readonly CsvRecord[]) => string {
  const options = {
    delimiter,
    // Not `quoted_empty`, which writes `""` for null too. A carriage return ends a line for some readers.
    quoted_match: /^$|\r/,
    // A spreadsheet that takes another sign for the separator would find the beginning of a cell within one.
    ...(quotesAll && { quoted_string: true }),
  };
  return (records) => csvStringify().stringify([...records], options);
}
