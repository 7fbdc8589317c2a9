import { rowText } from './json-text.ts';
import type { ResultWriter } from './writer.ts';

/** An object per line and nothing else (https://jsonlines.org/): no rows, no text. */
export function createJsonlWriter(write: (text: string) => void): ResultWriter {
  let toText = rowText([]);
  return {
    begin(columns) {
      toText = rowText(columns);
    },
    rows(rows) {
      if (rows.length > 0) write(rows.map((row) => `${toText(row)}\n`).join(''));
    },
    end() {},
  };
}
