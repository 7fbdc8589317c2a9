/**
 * Rows as one compact block of text within a budget of bytes, cut between rows.
 *
 * @module
 */

import { jsonText } from '../../output/json-text.ts';
import { type JsonValue, type ResultColumn, type Row, uniqueNames } from '../../values.ts';
import { shownCell, shownValue } from './cells.ts';

export interface Block {
  readonly text: string;
  /** Rows that are in it. */
  readonly shown: number;
}

/** What a block may hold, in bytes of UTF-8. */
export const BLOCK_BYTES: number = 8_000;

/** Beyond so many columns most cells of a row are NULL, and one record a row is shorter and easier to read. */
const MOST_OF_A_TABLE = 12;

/** How long a cell may be; the next where not even one row would fit. */
const CELL_LENGTHS = [400, 160, 60, 24] as const;

/** Where else to go from an object: half of its text, and nothing about it. */
const LINKS: ReadonlySet<string> = new Set(['_links', '_embedded']);
const SHORTEST = 24;

/** As many of the rows, from the first on, as fit; at least one where there is any. */
export function blockOf(columns: readonly ResultColumn[], rows: readonly Row[], budget: number = BLOCK_BYTES): Block {
  let block: Block = { text: '', shown: 0 };
  for (const most of CELL_LENGTHS) {
    block = fill(columns, rows, { most, budget });
    if (block.shown > 0 || rows.length === 0) return block;
  }
  const [first] = rows;
  return first === undefined ? block : { text: linesOf(columns, 24)([first]).join('\n'), shown: 1 };
}

/** As many typed rows as fit, by the same rules. */
export function typedRows(
  columns: readonly ResultColumn[],
  rows: readonly Row[],
  budget: number = BLOCK_BYTES,
): readonly (readonly JsonValue[])[] {
  for (const most of CELL_LENGTHS) {
    const shown: (readonly JsonValue[])[] = [];
    let bytes = 0;
    for (const row of rows) {
      const typed = columns.map((column, index) => shownValue(row[index], column, most));
      bytes += Buffer.byteLength(jsonText(typed)) + 1;
      if (bytes > budget && (shown.length > 0 || most !== CELL_LENGTHS.at(-1))) break;
      shown.push(typed);
    }
    if (shown.length > 0 || rows.length === 0) return shown;
  }
  return [];
}

function fill(
  columns: readonly ResultColumn[],
  rows: readonly Row[],
  { most, budget }: { readonly most: number; readonly budget: number },
): Block {
  const lines: string[] = [];
  let bytes = 0;
  let shown = 0;
  const lineOf = linesOf(columns, most);
  for (const [index, row] of rows.entries()) {
    const next = lineOf([row]).slice(index === 0 ? 0 : headerLines(columns));
    bytes += next.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    if (bytes > budget) break;
    lines.push(...next);
    shown += 1;
  }
  if (rows.length === 0) lines.push(...lineOf([]));
  return { text: lines.join('\n'), shown };
}

function headerLines(columns: readonly ResultColumn[]): number {
  return columns.length <= MOST_OF_A_TABLE ? 1 : 0;
}

/** A header and CSV for few columns, an object a line without its NULLs for many. */
function linesOf(columns: readonly ResultColumn[], most: number): (rows: readonly Row[]) => readonly string[] {
  const names = uniqueNames(columns);
  if (headerLines(columns) === 1) {
    return (rows) => [
      names.map((name) => csvText(name)).join(','),
      ...rows.map((row) =>
        columns
          .map((column, index) => csvText(shownCell(row[index], column, most) ?? '', row[index] === null))
          .join(','),
      ),
    ];
  }
  return (rows) => rows.map((row) => recordOf(columns, names, row, most));
}

/** A NULL is nothing, an empty text two quotes. A line is a row: ends of lines within it are escaped by the fence. */
function csvText(text: string, isNull = false): string {
  if (isNull) return '';
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replaceAll('\n', '\\n')}"` : text;
}

function recordOf(columns: readonly ResultColumn[], names: readonly string[], row: Row, most: number): string {
  const members = columns.flatMap((column, index) => {
    const value = row[index];
    const text = shownCell(value, column, LINKS.has(column.name) ? SHORTEST : most);
    if (text === null) return [];
    const isJson = typeof value !== 'string' && !(value instanceof Date);
    return [`${jsonText(names[index] ?? '')}:${isJson ? text : jsonText(text)}`];
  });
  return `{${members.join(',')}}`;
}
