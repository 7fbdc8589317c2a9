import { createRequire } from 'node:module';
import { type ResultColumn, uniqueNames } from '../values.ts';
import { cellText } from './cell-text.ts';
import type { ResultWriter } from './writer.ts';

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
export function createCsvWriter(write: (text: string) => void): ResultWriter {
  let current: readonly ResultColumn[] = [];
  return {
    begin(columns) {
      current = columns;
      write(csvText([uniqueNames(columns)]));
    },
    rows(rows) {
      if (rows.length > 0)
        write(csvText(rows.map((row) => current.map((column, index) => cellText(row[index], column)))));
    },
    end() {},
  };
}

function csvText(records: readonly (readonly (string | null)[])[]): string {
  // Not `quoted_empty`, which writes `""` for null too.
  return csvStringify().stringify([...records], { quoted_match: /^$/ });
}
