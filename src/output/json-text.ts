import { type ResultColumn, type Row, uniqueNames, type Value } from '../values.ts';

/**
 * A value as JSON text (RFC 8259) on one line. Numbers stay numbers, bigint as its digits; NaN and the infinities,
 * which JSON lacks, as strings; a Date as ISO 8601 in UTC with milliseconds.
 *
 * Not `JSON.stringify`, which throws on bigint and turns NaN into null.
 *
 * @example jsonText([1n, Number.NaN, null]) // '[1,"NaN",null]'
 */
export function jsonText(value: Value | undefined): string {
  return textOf(value, 0);
}

/** Values that are one inside another more often than this are written without a stack of calls, which would not be deep enough. */
const DEEP = 500;

function textOf(value: Value | undefined, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoteText(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null || value === undefined ? 'null' : objectText(value, depth);
  }
}

function objectText(value: Extract<Value, object>, depth: number): string {
  if (value instanceof Date) return `"${dateText(value)}"`;
  if (depth === DEEP) return deepText(value);
  if (isArray(value)) return `[${value.map((item) => textOf(item, depth + 1)).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${quoteText(name)}:${textOf(member, depth + 1)}`)
    .join(',')}}`;
}

/** Something to write: a text as it is, or a value. */
type Piece = string | { readonly value: Value | undefined };

function deepText(root: Extract<Value, object>): string {
  const written: string[] = [];
  const waiting: Piece[] = [{ value: root }];
  for (let piece = waiting.pop(); piece !== undefined; piece = waiting.pop()) {
    if (typeof piece === 'string') written.push(piece);
    else if (!isContainer(piece.value)) written.push(jsonText(piece.value));
    else for (const part of partsOf(piece.value).reverse()) waiting.push(part);
  }
  return written.join('');
}

type Container = Exclude<Extract<Value, object>, Date>;

function isContainer(value: Value | undefined): value is Container {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

function partsOf(value: Container): Piece[] {
  if (isArray(value)) {
    return ['[', ...value.flatMap((item, index): Piece[] => [...(index > 0 ? [','] : []), { value: item }]), ']'];
  }
  const members = Object.entries(value).flatMap(([name, member], index): Piece[] => [
    `${index > 0 ? ',' : ''}${quoteText(name)}:`,
    { value: member },
  ]);
  return ['{', ...members, '}'];
}

/** `Array.isArray` does not narrow readonly arrays: https://github.com/microsoft/TypeScript/issues/17002. */
function isArray(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

/** ISO 8601 in UTC with milliseconds. */
export function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString();
}

/**
 * JSON leaves DEL and the C1 controls as they are, but U+009B starts an escape sequence in a terminal; and the
 * direction marks reorder what is read. Escaped, the value is the same to every parser.
 */
function quoteText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * A function from row to JSON object on one line, with the columns in their order: an object of JavaScript would move
 * a column called `1` to the front.
 */
export function rowText(columns: readonly ResultColumn[]): (row: Row) => string {
  const keys = uniqueNames(columns).map((name) => `${quoteText(name)}:`);
  return (row) => `{${keys.map((key, index) => key + jsonText(row[index])).join(',')}}`;
}
