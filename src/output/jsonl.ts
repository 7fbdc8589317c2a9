import { mapped, writePieces } from './chunks.ts';
import { rowText } from './json-text.ts';
import type { ResultWriter, Sink } from './writer.ts';

/** An object per line and nothing else (https://jsonlines.org/): no rows, no text. */
export function createJsonlWriter(sink: Sink): ResultWriter {
  let toText = rowText([]);
  return {
    begin: async (columns) => {
      toText = rowText(columns);
    },
    rows: (rows) =>
      writePieces(
        sink,
        mapped(rows, (row) => `${toText(row)}\n`),
      ),
    end: async () => undefined,
    abort: async () => undefined,
  };
}
