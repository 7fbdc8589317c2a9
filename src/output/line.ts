import type { ResultColumn, Row } from '../values.ts';
import { cellText } from './cell-text.ts';
import { mapped, writePieces } from './chunks.ts';
import { padded } from './display-width.ts';
import { type NullText, nullText } from './null-text.ts';
import type { OutputOptions } from './options.ts';
import { countLine } from './table.ts';
import { visibleText } from './visible-text.ts';
import type { ResultWriter, Sink } from './writer.ts';

/** A line for each value, with its column's name: for people, and for rows that are wider than a screen. Nothing is cut. */
export function createLineWriter(sink: Sink, { colour }: OutputOptions): ResultWriter {
  const noValue = nullText(colour);
  let current: readonly ResultColumn[] = [];
  let names: readonly string[] = [];
  let count = 0;
  const toPiece = (row: Row): string => {
    count += 1;
    return `-[ row ${count} ]-\n${rowLines(row, current, names, noValue)}`;
  };
  return {
    begin: async (columns) => {
      current = columns;
      count = 0;
      const shown = columns.map(({ name }) => visibleText(name));
      names = padded(shown);
    },
    rows: (rows) => writePieces(sink, mapped(rows, toPiece)),
    end: () => sink.write(`${countLine(count)}\n`),
    abort: async () => undefined,
  };
}

function rowLines(row: Row, columns: readonly ResultColumn[], names: readonly string[], noValue: NullText): string {
  return columns
    .map((column, index) => {
      const text = cellText(row[index], column);
      return `${`${names[index]} | ${text === null ? noValue : visibleText(text)}`.trimEnd()}\n`;
    })
    .join('');
}
