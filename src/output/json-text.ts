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
  switch (typeof value) {
    case 'string':
      return quoteText(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null || value === undefined ? 'null' : objectText(value);
  }
}

function objectText(value: Extract<Value, object>): string {
  if (value instanceof Date) return `"${dateText(value)}"`;
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${quoteText(name)}:${jsonText(member)}`)
    .join(',')}}`;
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
