/**
 * How COPY writes rows: https://www.postgresql.org/docs/current/sql-copy.html, “File Formats”.
 *
 * @module
 */

import type { ByteWriter } from '../wire/bytes.ts';
import { WireError } from '../wire/failure.ts';

/** By name, in lower case; undefined for one without a value. */
export type CopyOptions = Readonly<Record<string, string | readonly string[] | undefined>>;

export type CopyFormat =
  | { readonly kind: 'binary' }
  | { readonly kind: 'text'; readonly delimiter: string; readonly nullText: string; readonly hasHeader: boolean }
  | {
      readonly kind: 'csv';
      readonly delimiter: string;
      readonly nullText: string;
      readonly hasHeader: boolean;
      readonly quote: string;
      readonly escape: string;
      /** Columns whose values are always quoted. */
      readonly forced: '*' | readonly string[];
    };

const KNOWN = [
  'format',
  'delimiter',
  'null',
  'header',
  'quote',
  'escape',
  'force_quote',
  'encoding',
  'freeze',
  'force_not_null',
  'force_null',
];

/** @throws WireError in PostgreSQL's words */
export function copyFormatOf(options: CopyOptions): CopyFormat {
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new WireError('42601', `option "${unknown}" not recognized`);
  const format = textOf(options, 'format')?.toLowerCase() ?? 'text';
  if (!['text', 'csv', 'binary'].includes(format)) throw invalid(`COPY format "${format}" not recognized`);
  checkEncoding(options);
  if (format === 'binary') return binaryFormat(options);
  const delimiter = textOf(options, 'delimiter') ?? (format === 'csv' ? ',' : '\t');
  const nullText = textOf(options, 'null') ?? (format === 'csv' ? '' : '\\N');
  const hasHeader = isOn(options, 'header');
  checkCharacter('delimiter', delimiter);
  if (/[\r\n]/.test(nullText)) throw invalid('COPY null representation cannot use newline or carriage return');
  if (format === 'text') return { ...textFormat(options, delimiter), nullText, hasHeader };
  const quote = textOf(options, 'quote') ?? '"';
  const escapedBy = textOf(options, 'escape') ?? quote;
  checkCharacter('quote', quote);
  checkCharacter('escape', escapedBy);
  if (quote === delimiter) throw invalid('COPY delimiter and quote must be different');
  const forced = options['force_quote'] ?? [];
  return {
    kind: 'csv',
    delimiter,
    nullText,
    hasHeader,
    quote,
    escape: escapedBy,
    forced: typeof forced === 'string' ? (forced === '*' ? '*' : [forced]) : forced,
  };
}

function binaryFormat(options: CopyOptions): CopyFormat {
  for (const name of ['delimiter', 'null', 'header']) {
    if (Object.hasOwn(options, name) && (name !== 'header' || isOn(options, name))) {
      throw new WireError('42601', `cannot specify ${name.toUpperCase()} in BINARY mode`);
    }
  }
  return { kind: 'binary' };
}

function textFormat(options: CopyOptions, delimiter: string): { readonly kind: 'text'; readonly delimiter: string } {
  for (const name of ['quote', 'escape', 'force_quote']) {
    if (Object.hasOwn(options, name))
      throw new WireError('0A000', `COPY ${name.replace('_', ' ')} available only in CSV mode`);
  }
  if (/[\\.a-z0-9]/i.test(delimiter)) throw invalid(`COPY delimiter cannot be "${delimiter}"`);
  return { kind: 'text', delimiter };
}

function textOf(options: CopyOptions, name: string): string | undefined {
  const value = options[name];
  if (!Object.hasOwn(options, name)) return undefined;
  if (typeof value === 'string') return value;
  throw new WireError('42601', `${name} requires a parameter`);
}

function isOn(options: CopyOptions, name: string): boolean {
  if (!Object.hasOwn(options, name)) return false;
  const value = String(options[name] ?? 'true').toLowerCase();
  if (['true', 'on', '1'].includes(value)) return true;
  if (['false', 'off', '0'].includes(value)) return false;
  throw new WireError('42601', `${name} requires a Boolean value`);
}

function checkEncoding(options: CopyOptions): void {
  const encoding = textOf(options, 'encoding')?.toLowerCase().replace('-', '') ?? 'utf8';
  if (encoding === 'utf8' || encoding === 'unicode') return;
  throw new WireError('0A000', `COPY writes UTF8, and no encoding "${encoding}".`, { hint: 'Leave ENCODING out.' });
}

function checkCharacter(name: string, value: string): void {
  if (value.length !== 1 || value > '\x7f')
    throw new WireError('0A000', `COPY ${name} must be a single one-byte character`);
  if (/[\r\n]/.test(value)) throw invalid(`COPY ${name} cannot be newline or carriage return`);
}

function invalid(message: string): WireError {
  return new WireError('22023', message);
}

/** A value in the format of its column: its text, or its binary form behind its length. */
export type WriteValue = (writer: ByteWriter, text: string) => void;

export interface CopyWriter {
  /** Before the first row. */
  readonly begin: ((writer: ByteWriter) => void) | undefined;
  row(writer: ByteWriter, values: readonly (string | null)[]): void;
  /** Behind the last. */
  readonly end: ((writer: ByteWriter) => void) | undefined;
}

/** @param binary how each column's value is written in binary form */
export function copyWriter(format: CopyFormat, names: readonly string[], binary: readonly WriteValue[]): CopyWriter {
  if (format.kind === 'binary') return binaryCopy(binary);
  const header = format.hasHeader
    ? (writer: ByteWriter) =>
        writeLine(
          writer,
          names.map((name) => cell(name, false)),
        )
    : undefined;
  const quoted = names.map((name) => format.kind === 'csv' && (format.forced === '*' || format.forced.includes(name)));
  const cell = (value: string, isForced: boolean): string =>
    format.kind === 'csv' ? csvCell(value, format, isForced, names.length === 1) : textCell(value, format.delimiter);
  const writeLine = (writer: ByteWriter, cells: readonly string[]): void => {
    writer.characters(`${cells.join(format.delimiter)}\n`);
  };
  return {
    begin: header,
    row: (writer, values) =>
      writeLine(
        writer,
        values.map((value, index) => (value === null ? format.nullText : cell(value, quoted[index] ?? false))),
      ),
    end: undefined,
  };
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

function binaryCopy(binary: readonly WriteValue[]): CopyWriter {
  return {
    // Flags and the length of an extension of the header: none.
    begin: (writer) => writer.bytes(SIGNATURE).int32(0).int32(0),
    row: (writer, values) => {
      writer.int16(values.length);
      values.forEach((value, index) => {
        if (value === null) writer.int32(-1);
        else writer.sized(() => binary[index]?.(writer, value), false);
      });
    },
    end: (writer) => writer.int16(-1),
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function textCell(value: string, delimiter: string): string {
  const escaped = value.replace(/[\\\b\f\n\r\t\v]/g, (character) => ESCAPES[character] ?? character);
  return delimiter === '\t' ? escaped : escaped.replaceAll(delimiter, `\\${delimiter}`);
}

function csvCell(
  value: string,
  { delimiter, quote, escape: escapedBy, nullText }: CopyFormat & { readonly kind: 'csv' },
  isForced: boolean,
  isAlone: boolean,
): string {
  const isEnd = isAlone && value === '\\.';
  const isPlain = ![delimiter, quote, '\n', '\r'].some((character) => value.includes(character));
  if (!isForced && isPlain && value !== nullText && !isEnd) return value;
  let inner = '';
  for (const character of value) {
    if (character === quote || character === escapedBy) inner += escapedBy;
    inner += character;
  }
  return `${quote}${inner}${quote}`;
}
