/**
 * How wide the columns of a table are, and which of them a terminal has room for.
 *
 * @module
 */

import type { ResultColumn } from '../values.ts';
import { isNumeric } from './column-kinds.ts';
import { cutToWidth, displayWidth } from './display-width.ts';
import { looksLikeId } from './okta-id.ts';

/** A cell as it is shown; null stands for NULL. */
export type Cell = string | null;

export interface Layout {
  /** Of the columns that are shown, which are the first ones; in characters of the terminal. */
  readonly widths: readonly number[];
  /** Whether what is wider is cut. */
  readonly cuts: boolean;
}

const NULL_WIDTH = 4;

/** Between two columns stands ` | `. */
const GAP = 3;

/** What says that there are more columns: ` | …`. */
const MORE = GAP + 1;

/** A text that is cut shorter says too little. */
const SHORTEST_TEXT = 12;

/** A name that is cut shorter says too little. */
const SHORTEST_NAME = 3;

/** Every column as wide as its widest cell. */
export function wholeLayout(
  columns: readonly ResultColumn[],
  names: readonly string[],
  rows: readonly Cells[],
): Layout {
  const widths = names.map(displayWidth);
  const ofCells = widthsOfCells(columns.length, rows);
  return { widths: widths.map((width, index) => Math.max(width, ofCells[index] ?? 0)), cuts: false };
}

type Cells = readonly Cell[];

/** A loop, because `Math.max(...widths)` overflows the stack on a long column. */
function widthsOfCells(count: number, rows: readonly Cells[]): number[] {
  const widths = Array.from({ length: count }, () => 0);
  for (const cells of rows) {
    for (const [index, cell] of cells.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell === null ? NULL_WIDTH : displayWidth(cell));
    }
  }
  return widths;
}

/**
 * As many of the first columns as fit into the width with cells that still say something, and all of the width for them. Numbers and
 * ids are never cut: what is left of one is another.
 */
export function fittedLayout(
  columns: readonly ResultColumn[],
  names: readonly string[],
  rows: readonly Cells[],
  width: number,
): Layout {
  const { widths: natural } = wholeLayout(columns, names, rows);
  if (sum(natural) + GAP * (natural.length - 1) <= width) return { widths: natural, cuts: true };
  const ofCells = widthsOfCells(columns.length, rows);
  const least = columns.map((column, index) => {
    const most = natural[index] ?? 0;
    if (isNumeric(column)) return Math.min(most, Math.max(ofCells[index] ?? 0, SHORTEST_NAME));
    const id = rows.some((cells) => looksLikeId(cells[index] ?? '')) ? ID_WIDTH : 0;
    return Math.min(most, Math.max(SHORTEST_TEXT, id));
  });
  const count = countThatFits(least, width);
  const isAll = count === columns.length;
  const room = width - GAP * (count - 1) - (isAll ? 0 : MORE);
  return { widths: widened(least.slice(0, count), natural, room), cuts: true };
}

/** Of an id of Okta's. */
const ID_WIDTH = 20;

function countThatFits(least: readonly number[], width: number): number {
  let used = -GAP;
  for (const [index, each] of least.entries()) {
    used += GAP + each;
    const more = index === least.length - 1 ? 0 : MORE;
    if (used + more > width) return Math.max(1, index);
  }
  return least.length;
}

/** What is left of the room goes to those that want more, to each as much as to others. */
function widened(least: readonly number[], natural: readonly number[], room: number): readonly number[] {
  const widths = [...least];
  for (let left = room - sum(widths); left > 0; ) {
    const wanting = widths.flatMap((width, index) => (width < (natural[index] ?? 0) ? [index] : []));
    if (wanting.length === 0) break;
    const share = Math.max(1, Math.floor(left / wanting.length));
    for (const index of wanting) {
      const more = Math.min(share, left, (natural[index] ?? 0) - (widths[index] ?? 0));
      widths[index] = (widths[index] ?? 0) + more;
      left -= more;
    }
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The cell as it fits into its column. */
export function cutCell(text: string, width: number, column: ResultColumn): string {
  return isNumeric(column) || looksLikeId(text) ? text : cutToWidth(text, width);
}
