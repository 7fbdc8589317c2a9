import type { ResultColumn, Row } from '../values.ts';
import { cellText } from './cell-text.ts';
import { writePieces } from './chunks.ts';
import { isNumeric } from './column-kinds.ts';
import { displayWidth } from './display-width.ts';
import { nullText } from './null-text.ts';
import type { OutputOptions } from './options.ts';
import { type Cell, cutCell, fittedLayout, type Layout, wholeLayout } from './table-layout.ts';
import { visibleText } from './visible-text.ts';
import type { ResultWriter, Sink } from './writer.ts';

/**
 * A grid for people: header, rule, rows, `(N rows)`. Never wrapped: a cell cut in two cannot be copied.
 *
 * Of a terminal whose width is known it takes no more than that: columns and cells are cut with `…`, and a last line says so. Without
 * one, everything is there.
 *
 * How wide the columns are, the first rows decide: all of them, in nearly every result. Of four million rows only those few are held,
 * and a later cell that is wider than its column pushes the rest of its own line aside. To cut it would lose what only this row has, to
 * widen the column from there on would put a second table under the names of the first.
 */
export function createTableWriter(sink: Sink, { header = true, width, colour }: OutputOptions): ResultWriter {
  let table = tableOf([], { header, width, noValue: nullText(colour) });
  return {
    begin: async (columns) => {
      table = tableOf(columns, { header, width, noValue: nullText(colour) });
    },
    rows: (rows) => writePieces(sink, table.take(rows)),
    end: async () => {
      await writePieces(sink, table.end());
      table = tableOf([], { header, width, noValue: '' });
    },
    abort: async () => {
      table = tableOf([], { header, width, noValue: '' });
    },
  };
}

/** More are rarely looked at, and measured in no time. */
const FIRST_ROWS = 10_000;

/** UTF-16 units: of long cells fewer rows are held. */
const FIRST_UNITS = 8_000_000;

interface TableSettings {
  readonly header: boolean;
  readonly width: number | undefined;
  readonly noValue: string;
}

interface Table {
  take(rows: readonly Row[]): Iterable<string>;
  /** What is left, and how many there were. */
  end(): Iterable<string>;
}

function tableOf(columns: readonly ResultColumn[], { header, width, noValue }: TableSettings): Table {
  const names = columns.map(({ name }) => visibleText(name));
  let waiting: (readonly Cell[])[] = [];
  let units = 0;
  let count = 0;
  let layout: Layout | undefined;
  let isCut = false;

  const line = (cells: readonly Cell[], { widths, cuts }: Layout): string => {
    const shown = widths.map((columnWidth, index) => {
      const column = columns[index] as ResultColumn;
      const cell = cells[index] ?? null;
      const text = cell === null || !cuts ? cell : cutCell(cell, columnWidth, column);
      if (text !== cell) isCut = true;
      return pad(text, columnWidth, column, noValue);
    });
    return widths.length < columns.length ? `${[...shown, '…'].join(' | ')}\n` : `${shown.join(' | ').trimEnd()}\n`;
  };
  const start = function* (): Iterable<string> {
    const rows = waiting;
    waiting = [];
    layout = width === undefined ? wholeLayout(columns, names, rows) : fittedLayout(columns, names, rows, width);
    if (header) yield* headerLines(columns, names, layout);
    for (const cells of rows) yield line(cells, layout);
  };
  return {
    take: function* (rows) {
      for (const row of rows) {
        const cells = toCells(row, columns);
        count += 1;
        if (layout !== undefined) yield line(cells, layout);
        else {
          waiting.push(cells);
          for (const cell of cells) units += cell?.length ?? 0;
          if (waiting.length >= FIRST_ROWS || units >= FIRST_UNITS) yield* start();
        }
      }
    },
    end: function* () {
      if (layout === undefined) yield* start();
      yield `${countLine(count)}\n`;
      const shown = layout?.widths.length ?? columns.length;
      yield* notShown(shown, columns.length, isCut, width);
    },
  };
}

/** `(1 row)` */
export function countLine(count: number): string {
  return count === 1 ? '(1 row)' : `(${count} rows)`;
}

function toCells(row: Row, columns: readonly ResultColumn[]): readonly Cell[] {
  return columns.map((column, index) => {
    const text = cellText(row[index], column);
    return text === null ? null : visibleText(text);
  });
}

/** A name may be cut without a word: the rows below say what it is about. */
function* headerLines(columns: readonly ResultColumn[], names: readonly string[], layout: Layout): Iterable<string> {
  const { widths, cuts } = layout;
  const isAll = widths.length === columns.length;
  const shown = widths.map((width, index) => {
    const column = columns[index] as ResultColumn;
    const name = names[index] ?? '';
    return pad(cuts ? cutName(name, width) : name, width, column, '');
  });
  yield isAll ? `${shown.join(' | ').trimEnd()}\n` : `${[...shown, '…'].join(' | ')}\n`;
  const rules = widths.map((width) => '-'.repeat(width));
  yield `${(isAll ? rules : [...rules, '-']).join('-+-')}\n`;
}

function cutName(name: string, width: number): string {
  return cutCell(name, width, { name, type: 'VARCHAR' });
}

function pad(cell: Cell, width: number, column: ResultColumn, noValue: string): string {
  const text = cell ?? noValue;
  const space = ' '.repeat(Math.max(0, width - (cell === null ? 'NULL'.length : displayWidth(cell))));
  return isNumeric(column) ? space + text : text + space;
}

/** What a terminal had no room for, and how it is seen. */
function* notShown(shown: number, all: number, isCut: boolean, width = 0): Iterable<string> {
  if (shown === all && !isCut) return;
  const what = [
    ...(shown < all ? [`${shown} of ${all} columns are shown`] : []),
    ...(isCut ? ['long values are cut'] : []),
  ];
  yield* wrapped(
    `${what.join(', and ')}: -o line shows everything, -o csv -f FILE keeps it; or select fewer columns.`,
    width,
  );
}

/** Words in lines of the width. */
function* wrapped(text: string, width: number): Iterable<string> {
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > width) {
      yield `${line}\n`;
      line = word;
    } else line = longer;
  }
  yield `${line}\n`;
}
