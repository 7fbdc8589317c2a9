/**
 * A workbook for spreadsheets: numbers, dates and truth values as such, everything else as text that runs as no formula.
 *
 * The whole result is in memory until its end, as the library that writes it wants it. What a workbook cannot hold is an error and
 * never left out: a long text, a row too many.
 *
 * @module
 */

import { createRequire } from 'node:module';
import type { Cell, Row as SheetRow } from 'write-excel-file/node';
import { NotSupportedError } from '../errors.ts';
import { type ResultColumn, uniqueNames, type Value } from '../values.ts';
import { cellText } from './cell-text.ts';
import { displayWidth } from './display-width.ts';
import { inertText } from './inert-text.ts';
import type { OutputMetadata, OutputOptions } from './options.ts';
import type { ResultWriter, Sink } from './writer.ts';
import { withoutTimes } from './zip-times.ts';

const require = createRequire(import.meta.url);

type WriteWorkbook = typeof import('write-excel-file/node').default;

/** Loaded with the first result of this format. */
function writeWorkbook(): WriteWorkbook {
  return require('write-excel-file/node') as WriteWorkbook;
}

/** https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3 */
const MOST_ROWS = 1_048_576;
const MOST_UNITS = 32_767;

/** Half a kilobyte each in memory. Spreadsheets take minutes to open as many. */
const MOST_CELLS = 2_000_000;

export function createXlsxWriter(sink: Sink, { header = true, metadata = {} }: OutputOptions): ResultWriter {
  let current: readonly ResultColumn[] = [];
  let rows: SheetRow[] = [];
  const start = (columns: readonly ResultColumn[]): void => {
    current = columns;
    rows = header && columns.length > 0 ? [uniqueNames(columns).map(nameCell)] : [];
  };
  return {
    begin: async (columns) => start(columns),
    rows: async (batch) => {
      for (const row of batch) {
        checkRoom(rows.length, current.length);
        rows.push(current.map((column, index) => toCell(row[index] ?? null, column, rows.length + 1)));
      }
    },
    end: async () => {
      const finished = rows;
      start([]);
      await writeBytes(sink, await workbookOf(finished, header, metadata));
    },
    abort: async () => start([]),
  };
}

function checkRoom(rows: number, columns: number): void {
  const isFull = rows >= MOST_ROWS;
  if (!isFull && (rows + 1) * columns <= MOST_CELLS) return;
  const most = isFull ? `${MOST_ROWS} rows` : `${MOST_CELLS} cells`;
  throw new NotSupportedError(`The result has more than ${most}, and xlsx is written with no more.`, {
    hint: 'Write it as -o csv or -o parquet, or select fewer rows or columns.',
  });
}

async function workbookOf(rows: SheetRow[], header: boolean, metadata: OutputMetadata): Promise<Buffer> {
  const about = aboutRows(metadata);
  const sheets = [
    { data: rows, sheet: 'Result', columns: widthsOf(rows), ...(header && { stickyRowsCount: 1 }) },
    ...(about.length === 0 ? [] : [{ data: about, sheet: 'About', columns: [{ width: 12 }, { width: 100 }] }]),
  ];
  return withoutTimes(await writeWorkbook()(sheets).toBuffer());
}

function aboutRows({ query, org, time, version }: OutputMetadata): SheetRow[] {
  const pairs = Object.entries({ query, org, time, oktaql: version });
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[nameCell(name), textCell(cutQuery(value))]]));
}

/** A statement is no result: it is told where it was cut. */
function cutQuery(query: string): string {
  return query.length > MOST_UNITS - 100 ? `${query.slice(0, MOST_UNITS - 100)} … (cut: xlsx holds no more)` : query;
}

/** Characters, of the first rows. */
function widthsOf(rows: readonly SheetRow[]): { readonly width: number }[] {
  const widths: number[] = [];
  for (const row of rows.slice(0, 100)) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 8, shownWidth(cell) + 2);
  }
  return widths.map((width) => ({ width: Math.min(60, width) }));
}

function shownWidth(cell: Cell): number {
  const value = typeof cell === 'object' && cell !== null && 'value' in cell ? cell.value : undefined;
  if (value instanceof Date) return TIME_FORMAT.length;
  return value === undefined ? 0 : displayWidth(String(value).slice(0, 60).replace(/\s/g, ' '));
}

function nameCell(name: string): Cell {
  return { ...textCell(name), fontWeight: 'bold' };
}

function textCell(text: string): { readonly value: string; readonly type: StringConstructor } {
  return { value: asXml(inertText(text)), type: String };
}

const TIME_FORMAT = 'yyyy-mm-dd hh:mm:ss.000';

/** What spreadsheets count days from, after a 29 February that never was. Earlier days are texts. */
const FIRST_DAY = Date.UTC(1900, 2, 1);

function toCell(value: Value, column: ResultColumn, row: number): Cell {
  if (value === null) return null;
  if (typeof value === 'boolean') return { value, type: Boolean };
  if (typeof value === 'number' && isShownWhole(value)) return { value, type: Number };
  const time = value instanceof Date ? value.getTime() : dayOf(value, column);
  if (time !== undefined && time >= FIRST_DAY && time < END_OF_TIME) {
    return { value: new Date(time), type: Date, format: value instanceof Date ? TIME_FORMAT : 'yyyy-mm-dd' };
  }
  const text = cellText(value, column) ?? '';
  if (text.length >= MOST_UNITS) throw tooLong(text, column, row);
  return textCell(text);
}

const END_OF_TIME = Date.UTC(10_000, 0, 1);

function dayOf(value: Value, { type }: ResultColumn): number | undefined {
  return type === 'DATE' && typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
    ? Date.parse(`${value}T00:00:00Z`)
    : undefined;
}

/** Spreadsheets show fifteen digits, and zeros for the rest. */
function isShownWhole(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Math.abs(value) < 1e15);
}

function tooLong(text: string, { name }: ResultColumn, row: number): NotSupportedError {
  return new NotSupportedError(
    `A cell of xlsx holds ${MOST_UNITS} characters, and row ${row} of ${JSON.stringify(name)} has ${text.length}.`,
    { hint: `Write it as -o csv or -o parquet, or select left("${name}", 32000).` },
  );
}

/** What XML has no place for, and what looks like the escape for that: ECMA-376 part 1, 22.9.2.19, ST_Xstring. */
const NOT_IN_XML = /(?![\n\t])\p{Cc}|[\p{Cs}\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/gu;

function asXml(text: string): string {
  return text.replace(NOT_IN_XML, (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
}

const CHUNK_BYTES = 65_536;

async function writeBytes(sink: Sink, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) await sink.write(bytes.subarray(at, at + CHUNK_BYTES));
}
