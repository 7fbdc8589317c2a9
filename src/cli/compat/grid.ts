/**
 * StackQL's grid: a rule after every row, headers in the middle, numbers at the right, long cells over several lines.
 *
 * @module
 */

import { displayWidth } from '../../output/display-width.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { ResultWriter, Sink } from '../../output/writer.ts';
import type { ResultColumn } from '../../values.ts';
import { compatText } from './cells.ts';
import { WIDEST, wrapped } from './wrap.ts';

interface Cell {
  readonly lines: readonly string[];
  /** That of its longest line; of one that was broken, at least that at which it had to be. */
  readonly width: number;
}

function cellOf(text: string): Cell {
  const lines = wrapped(text);
  const widest = lines.reduce((most, line) => Math.max(most, displayWidth(line)), 0);
  return { lines, width: lines.length > 1 ? Math.max(widest, WIDEST) : widest };
}

/** Holds all rows until the end, since the widest cell decides. */
export function createGridWriter(sink: Sink): ResultWriter {
  let columns: readonly ResultColumn[] = [];
  let rows: (readonly Cell[])[] = [];
  return {
    begin: async (given) => {
      columns = given;
      rows = [];
    },
    rows: async (batch) => {
      for (const row of batch) {
        rows.push(columns.map((column, index) => cellOf(visibleText(compatText(row[index], column)))));
      }
    },
    end: async () => {
      const finished = rows;
      rows = [];
      let text = '';
      for (const line of gridLines(
        columns.map(({ name }) => visibleText(name)),
        finished,
      )) {
        text += line;
        if (text.length < CHUNK) continue;
        await sink.write(text);
        text = '';
      }
      await sink.write(text);
    },
    abort: async () => {
      rows = [];
    },
  };
}

const CHUNK = 64 * 2 ** 10;

function* gridLines(header: readonly string[], rows: readonly (readonly Cell[])[]): Iterable<string> {
  const widths = header.map(displayWidth);
  for (const cells of rows) {
    for (const [index, { width }] of cells.entries()) widths[index] = Math.max(widths[index] ?? 0, width);
  }
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`;
  yield rule;
  yield `|${header.map((name, index) => ` ${centred(name, widths[index] ?? 0)} `).join('|')}|\n`;
  yield rule;
  for (const cells of rows) {
    yield* rowLines(cells, widths);
    yield rule;
  }
}

function* rowLines(cells: readonly Cell[], widths: readonly number[]): Iterable<string> {
  const height = cells.reduce((most, { lines }) => Math.max(most, lines.length), 1);
  for (let line = 0; line < height; line += 1) {
    yield `|${cells.map(({ lines }, index) => ` ${aligned(lines[line] ?? '', widths[index] ?? 0)} `).join('|')}|\n`;
  }
}

/** What looks like a number is one: the grid has texts only. */
const NUMBER = /^-?(?:\d{1,3}(?:,\d{3})*|\d+)(?:\.\d+)?$/;

function aligned(text: string, width: number): string {
  const room = ' '.repeat(width - displayWidth(text));
  return NUMBER.test(text) ? room + text : text + room;
}

function centred(text: string, width: number): string {
  const room = width - displayWidth(text);
  const left = Math.floor(room / 2);
  return ' '.repeat(left) + text + ' '.repeat(room - left);
}
