import type { ResultColumn, Row } from '../values.ts';
import { cellText } from './cell-text.ts';
import { writePieces } from './chunks.ts';
import { displayWidth } from './display-width.ts';
import { visibleText } from './visible-text.ts';
import type { ResultWriter, Sink } from './writer.ts';

/**
 * A grid for people: header, rule, rows, `(N rows)`. Never wrapped: a cell cut in two cannot be copied.
 *
 * Holds all rows, as text, until `end`, because the widest cell decides a column's width. Use another format for
 * results that do not fit in memory.
 */
export function createTableWriter(sink: Sink): ResultWriter {
  let current: readonly ResultColumn[] = [];
  let lines: (readonly string[])[] = [];
  return {
    begin: async (columns) => {
      current = columns;
      lines = [];
    },
    rows: async (rows) => {
      for (const row of rows) lines.push(toCells(row, current));
    },
    end: async () => {
      const finished = lines;
      lines = [];
      await writePieces(sink, gridLines(current, finished));
    },
    abort: async () => {
      lines = [];
    },
  };
}

function toCells(row: Row, columns: readonly ResultColumn[]): readonly string[] {
  return columns.map((column, index) => visibleText(cellText(row[index], column) ?? 'NULL'));
}

/** Line by line, so that the text of the whole grid is never held beside its cells. */
function* gridLines(columns: readonly ResultColumn[], lines: readonly (readonly string[])[]): Iterable<string> {
  const header = columns.map(({ name }) => visibleText(name));
  const widths = measure(header, lines);
  const alignments = columns.map(({ type }) => (NUMERIC.test(type) ? 'right' : 'left'));
  const layOut = (cells: readonly string[]): string =>
    cells.map((cell, index) => pad(cell, widths[index] ?? 0, alignments[index] ?? 'left')).join(' | ');
  yield `${layOut(header).trimEnd()}\n`;
  yield `${widths.map((width) => '-'.repeat(width)).join('-+-')}\n`;
  for (const cells of lines) yield `${layOut(cells).trimEnd()}\n`;
  yield lines.length === 1 ? '(1 row)\n' : `(${lines.length} rows)\n`;
}

/** A loop, because `Math.max(...widths)` overflows the stack on a long column. */
function measure(header: readonly string[], lines: readonly (readonly string[])[]): readonly number[] {
  const widths = header.map(displayWidth);
  for (const cells of lines) {
    for (const [index, cell] of cells.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  return widths;
}

/** https://duckdb.org/docs/stable/sql/data_types/numeric; a list such as `INTEGER[]` is no number. */
const NUMERIC = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|BIGNUM|VARINT|DECIMAL(\(\d+,\s*\d+\))?)$/;

function pad(cell: string, width: number, alignment: 'left' | 'right'): string {
  const space = ' '.repeat(width - displayWidth(cell));
  return alignment === 'right' ? space + cell : cell + space;
}
