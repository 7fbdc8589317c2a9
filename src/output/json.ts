import type { Row } from '../values.ts';
import { mapped, writePieces } from './chunks.ts';
import { rowText } from './json-text.ts';
import type { ResultWriter, Sink } from './writer.ts';

/**
 * One array per result, a row per line; `[]` when there are none, so that every result parses to an array. One that was
 * given up is left open, so that no parser takes it for a whole one.
 */
export function createJsonWriter(sink: Sink): ResultWriter {
  let toText = rowText([]);
  let separator = '\n';
  const rowPiece = (row: Row): string => {
    const text = separator + toText(row);
    separator = ',\n';
    return text;
  };
  return {
    begin: (columns) => {
      toText = rowText(columns);
      separator = '\n';
      return sink.write('[');
    },
    rows: (rows) => writePieces(sink, mapped(rows, rowPiece)),
    end: () => sink.write(separator === '\n' ? ']\n' : '\n]\n'),
    abort: async () => undefined,
  };
}
