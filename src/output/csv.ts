import { stringify } from 'csv-stringify/sync';
import { type ResultColumn, uniqueNames } from '../values.ts';
import { cellText } from './cell-text.ts';
import type { ResultWriter } from './writer.ts';

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
  return stringify([...records], { quoted_match: /^$/ });
}
