/**
 * Results in StackQL's formats.
 *
 * @module
 */

import type { ResultWriter, Sink, WriterFactory } from '../../output/writer.ts';
import { type ResultColumn, type Row, uniqueNames } from '../../values.ts';
import { compatText, goString } from './cells.ts';
import { createGridWriter } from './grid.ts';

export interface TextStyle {
  /** Between the cells of `csv`, `text` and `pptext`. */
  readonly delimiter: string;
  /** Whether those have no header. */
  readonly hidesHeaders: boolean;
}

/** StackQL's names. */
export type CompatFormat = 'table' | 'json' | 'jsonl' | 'ndjson' | 'csv' | 'text' | 'pptext';

export function createCompatWriter(format: CompatFormat, sink: Sink, style: TextStyle): ResultWriter {
  return FACTORIES[format](style)(sink, {});
}

const FACTORIES: Readonly<Record<CompatFormat, (style: TextStyle) => WriterFactory>> = {
  table: () => createGridWriter,
  json: () => createJsonWriter,
  jsonl: () => createLinesWriter,
  ndjson: () => createLinesWriter,
  csv: (style) => (sink) => createTextWriter(sink, style, quoted(style.delimiter)),
  text: (style) => (sink) => createTextWriter(sink, style, (text) => text),
  pptext: (style) => (sink) => createTextWriter(sink, style, indented),
};

export const COMPAT_FORMATS: readonly CompatFormat[] = Object.keys(FACTORIES) as CompatFormat[];

/** One array without a line end; `null` where there are no rows. */
function createJsonWriter(sink: Sink): ResultWriter {
  let toText = objectText([]);
  let separator = '[';
  return {
    begin: async (columns) => {
      toText = objectText(columns);
      separator = '[';
    },
    rows: async (rows) => {
      for (const row of rows) {
        await sink.write(separator + toText(row));
        separator = ',';
      }
    },
    end: () => sink.write(separator === '[' ? 'null' : ']'),
    abort: async () => undefined,
  };
}

function createLinesWriter(sink: Sink): ResultWriter {
  let toText = objectText([]);
  return {
    begin: async (columns) => {
      toText = objectText(columns);
    },
    rows: async (rows) => {
      for (const row of rows) await sink.write(`${toText(row)}\n`);
    },
    end: async () => undefined,
    abort: async () => undefined,
  };
}

/** A row as an object whose members are texts, in the order of their names. */
function objectText(columns: readonly ResultColumn[]): (row: Row) => string {
  const members = uniqueNames(columns)
    .map((name, index) => ({ name, index, column: columns[index] ?? { name, type: 'VARCHAR' } }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return (row) =>
    `{${members
      .map(({ name, index, column }) => `${goString(name)}:${goString(compatText(row[index], column))}`)
      .join(',')}}`;
}

function createTextWriter(
  sink: Sink,
  { delimiter, hidesHeaders }: TextStyle,
  toCell: (text: string) => string,
): ResultWriter {
  let columns: readonly ResultColumn[] = [];
  const line = (cells: readonly string[]): string => `${cells.map(toCell).join(delimiter)}\n`;
  return {
    begin: async (given) => {
      columns = given;
      if (!hidesHeaders) await sink.write(line(given.map(({ name }) => name)));
    },
    rows: async (rows) => {
      for (const row of rows) await sink.write(line(columns.map((column, index) => compatText(row[index], column))));
    },
    end: async () => undefined,
    abort: async () => undefined,
  };
}

/** RFC 4180, and as Go's encoder what begins with a blank. */
function quoted(delimiter: string): (text: string) => string {
  return (text) => (text.includes(delimiter) || /["\r\n]|^[ \t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
}

/** JSON over several lines. */
function indented(text: string): string {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
