/**
 * A row as lines of its own, one for each column: for rows that are wider than the screen.
 *
 * @module
 */

import { cellText } from '../../output/cell-text.ts';
import { writePieces } from '../../output/chunks.ts';
import { displayWidth } from '../../output/display-width.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { ResultWriter, Sink } from '../../output/writer.ts';
import type { ResultColumn, Row } from '../../values.ts';

/** As psql's `\x` has it. Holds no rows. */
export function createExpandedWriter(sink: Sink): ResultWriter {
  let columns: readonly ResultColumn[] = [];
  let written = 0;
  return {
    begin: async (given) => {
      columns = given;
      written = 0;
    },
    rows: async (rows) => {
      const first = written + 1;
      written += rows.length;
      await writePieces(sink, records(rows, columns, first));
    },
    end: () => sink.write(written === 1 ? '(1 row)\n' : `(${written} rows)\n`),
    abort: async () => undefined,
  };
}

function* records(rows: readonly Row[], columns: readonly ResultColumn[], first: number): Iterable<string> {
  const names = columns.map(({ name }) => visibleText(name));
  const width = names.reduce((most, name) => Math.max(most, displayWidth(name)), 0);
  for (const [index, row] of rows.entries()) {
    yield `-[ ROW ${first + index} ]${'-'.repeat(Math.max(0, width))}\n`;
    for (const [at, column] of columns.entries()) {
      const name = names[at] ?? '';
      const value = visibleText(cellText(row[at], column) ?? 'NULL');
      yield `${name}${' '.repeat(width - displayWidth(name))} | ${value}\n`;
    }
  }
}

/** Whether a row would be wider than the screen in a table. */
export function isWide(columns: readonly ResultColumn[], rows: readonly Row[], screen: number): boolean {
  const widths = columns.map(({ name }) => displayWidth(visibleText(name)));
  for (const row of rows) {
    for (const [index, column] of columns.entries()) {
      const width = displayWidth(visibleText(cellText(row[index], column) ?? 'NULL'));
      widths[index] = Math.max(widths[index] ?? 0, width);
    }
  }
  return widths.reduce((sum, width) => sum + width + 3, -3) > screen;
}
