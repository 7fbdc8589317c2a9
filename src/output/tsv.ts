import { type ResultColumn, type Row, uniqueNames } from '../values.ts';
import { cellText } from './cell-text.ts';
import { mapped, writePieces } from './chunks.ts';
import { inertText } from './inert-text.ts';
import type { OutputOptions } from './options.ts';
import type { ResultWriter, Sink } from './writer.ts';

/**
 * A line per row and a tab between fields, and neither within one: what `cut` and `awk` read, and databases load. Written as PostgreSQL's
 * COPY reads it: `\t`, `\n`, `\r` and `\\` for what would be taken for an end, `\N` for NULL.
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export function createTsvWriter(sink: Sink, { header = true, safeCsv = false }: OutputOptions): ResultWriter {
  let current: readonly ResultColumn[] = [];
  const field = (text: string, isNumber: boolean): string => escaped(safeCsv && !isNumber ? inertText(text) : text);
  const toLine = (row: Row): string => {
    const fields = current.map((column, index) => {
      const value = row[index];
      const text = cellText(value, column);
      return text === null ? '\\N' : field(text, typeof value === 'number' || typeof value === 'bigint');
    });
    return `${fields.join('\t')}\n`;
  };
  return {
    begin: async (columns) => {
      current = columns;
      const names = uniqueNames(columns).map((name) => field(name, false));
      if (header) await sink.write(`${names.join('\t')}\n`);
    },
    rows: (rows) => writePieces(sink, mapped(rows, toLine)),
    end: async () => undefined,
    abort: async () => undefined,
  };
}

const ESCAPES: Readonly<Partial<Record<string, string>>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escaped(text: string): string {
  return text.replace(/[\\\b\f\n\r\t\v]/g, (character) => ESCAPES[character] ?? character);
}
