/**
 * Bars of text, for a glance at the last result.
 *
 * @module
 */

import { cellText } from '../../output/cell-text.ts';
import { displayWidth } from '../../output/display-width.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { ResultSet, Value } from '../../values.ts';

export interface ChartTerms {
  /** A column; default is the first that holds no numbers. */
  readonly label?: string | undefined;
  /** A column; default is the first that holds numbers. */
  readonly value?: string | undefined;
  /** Of the screen. */
  readonly columns: number;
}

/** Bars are for looking at. */
const MOST_BARS = 60;
const WIDEST_LABEL = 32;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Lines of a chart, or why there can be none. */
export function chartOf(
  { columns, rows }: ResultSet,
  terms: ChartTerms,
): { readonly lines: readonly string[] } | { readonly problem: string } {
  const indexOf = (name: string): number =>
    columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  const names = [terms.label, terms.value].filter((name) => name !== undefined);
  const unknown = names.find((name) => indexOf(name) === -1);
  if (unknown !== undefined) return { problem: `the last result has no column ${unknown}` };
  const holdsNumbers = (index: number): boolean => rows.some((row) => numberOf(row[index] ?? null) !== undefined);
  const value =
    terms.value === undefined ? columns.findIndex((_column, index) => holdsNumbers(index)) : indexOf(terms.value);
  if (value === -1 || !holdsNumbers(value)) return { problem: 'a chart needs a column of numbers' };
  const label =
    terms.label === undefined
      ? columns.findIndex((_column, index) => index !== value && !holdsNumbers(index))
      : indexOf(terms.label);
  const labelColumn = columns[label];
  const bars = rows.slice(0, MOST_BARS).map((row, index) => ({
    label: labelColumn === undefined ? String(index + 1) : labelText(cellText(row[label], labelColumn) ?? 'NULL'),
    value: numberOf(row[value] ?? null) ?? 0,
    text: columns[value] === undefined ? '' : (cellText(row[value], columns[value]) ?? 'NULL'),
  }));
  const more = rows.length > bars.length ? [`(${rows.length - bars.length} more rows are not shown)`] : [];
  return { lines: [...barLines(bars, terms.columns), ...more] };
}

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
}

function barLines(bars: readonly Bar[], columns: number): readonly string[] {
  const widest = (of: (bar: Bar) => string): number => Math.max(...bars.map((bar) => displayWidth(of(bar))));
  const [labels, texts] = [widest(({ label }) => label), widest(({ text }) => text)];
  const room = Math.max(10, columns - labels - texts - 4);
  // A bar of less than nothing has no length; its number says so.
  const most = Math.max(...bars.map(({ value }) => value), 0);
  return bars.map(({ label, value, text }) => {
    const length = most === 0 ? 0 : Math.max(0, (value / most) * room);
    const bar = '█'.repeat(Math.floor(length)) + (EIGHTHS[Math.floor((length % 1) * 8)] ?? '');
    const blanks = (width: number, of: string): string => ' '.repeat(Math.max(0, width - displayWidth(of)));
    return `${label}${blanks(labels, label)} ${blanks(texts, text)}${text} ${bar}`.trimEnd();
  });
}

function labelText(text: string): string {
  const shown = visibleText(text);
  return displayWidth(shown) <= WIDEST_LABEL ? shown : `${shown.slice(0, WIDEST_LABEL - 1)}…`;
}

/** BIGINT comes as a bigint where a double does not hold it. */
function numberOf(value: Value): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
