import type { Row } from '../values.ts';
import { rowText } from './json-text.ts';
import type { ResultWriter } from './writer.ts';

/** One array per result, a row per line; `[]` when there are none, so that every result parses to an array. */
export function createJsonWriter(write: (text: string) => void): ResultWriter {
  let toText = rowText([]);
  let separator = '\n';
  const writeRow = (row: Row): string => {
    const text = separator + toText(row);
    separator = ',\n';
    return text;
  };
  return {
    begin(columns) {
      toText = rowText(columns);
      separator = '\n';
      write('[');
    },
    rows(rows) {
      if (rows.length > 0) write(rows.map(writeRow).join(''));
    },
    end() {
      write(separator === '\n' ? ']\n' : '\n]\n');
    },
  };
}
