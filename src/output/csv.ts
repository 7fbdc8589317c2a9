import { createRequire } from 'node:module';
import { type ResultColumn, type Row, uniqueNames } from '../values.ts';
import { cellText } from './cell-text.ts';
import { grouped, mapped, writePieces } from './chunks.ts';
import type { ResultWriter, Sink } from './writer.ts';

const require = createRequire(import.meta.url);

/** Loaded with the first rows, since most results are no CSV. */
function csvStringify(): typeof import('csv-stringify/sync') {
  return require('csv-stringify/sync') as typeof import('csv-stringify/sync');
}

/**
 * RFC 4180 with a header line and `\n` as line end. NULL is an empty field, the empty string is `""`.
 *
 * Cells that start with `=`, `+`, `-` or `@` are not escaped for spreadsheets: the file must give back exactly the
 * values that went in, and a changed client id or group name would be worse than a formula in a file that the reader
 * chose to open in a spreadsheet. For the same reason control characters pass through.
 */
export function createCsvWriter(sink: Sink): ResultWriter {
  let current: readonly ResultColumn[] = [];
  const toRecord = (row: Row): CsvRecord => current.map((column, index) => cellText(row[index], column));
  return {
    begin: (columns) => {
      current = columns;
      return sink.write(csvText([uniqueNames(columns)]));
    },
    rows: (rows) => writePieces(sink, mapped(grouped(mapped(rows, toRecord), lengthOf), csvText)),
    end: async () => undefined,
    abort: async () => undefined,
  };
}

type CsvRecord = readonly (string | null)[];

/** Of the record as text, about. */
function lengthOf(record: CsvRecord): number {
  return record.reduce((length, cell) => length + 1 + (cell?.length ?? 0), 0);
}

/** Several records at a time, since each call reads its options anew. */
function csvText(records: readonly CsvRecord[]): string {
  // Not `quoted_empty`, which writes `""` for null too.
  return csvStringify().stringify([...records], { quoted_match: /^$/ });
}
