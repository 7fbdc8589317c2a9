/**
 * When comparing a column with a constant is comparing two values of the column's type: only then may a constant be
 * pushed, compared or folded outside the engine. SQL finds one type for both sides first, and converts whichever is of
 * another: `label = 5` is true of `05`, `(profile->>'hired') = DATE '2026-01-05'` of `2026-1-5`. Such conditions are the
 * engine's alone.
 *
 * @module
 */

import type { TableColumn } from '../registry/resource.ts';
import type { Literal, LiteralConstant } from '../sql/statement.ts';
import type { ColumnType } from '../values.ts';

/**
 * The constant as a value of the column's type, written in one way: two that come out alike are equal to the engine, and
 * two that do not are not. Undefined where the engine would compare otherwise, or is not known to do so.
 */
export function plainValue(type: ColumnType, constant: LiteralConstant): Literal | undefined {
  return constant.value === null ? null : READERS[type](constant);
}

/**
 * The constant as the value that a parameter is bound to: the engine finds it equal to the constant. More constants can be
 * bound than be compared with a field, whose values are not ours to choose.
 */
export function parameterValue(type: ColumnType, constant: LiteralConstant): Literal | undefined {
  const plain = plainValue(type, constant);
  if (plain !== undefined) return plain;
  const { value } = constant;
  if (type === 'VARCHAR') return String(value);
  if (type === 'BOOLEAN') return value === 1 ? true : value === 0 ? false : undefined;
  return undefined;
}

/** The value of a column of that kind which a constant means. */
export function valueFor({ type, origin }: TableColumn, constant: LiteralConstant): Literal | undefined {
  return origin === 'response' ? plainValue(type, constant) : parameterValue(type, constant);
}

const READERS: Readonly<Record<ColumnType, (constant: LiteralConstant) => Literal | undefined>> = {
  VARCHAR: ({ value, type }) => (typeof value === 'string' && type === undefined ? value : undefined),
  BOOLEAN: ({ value, type }) => (typeof value === 'boolean' ? value : type === undefined ? truthOf(value) : undefined),
  BIGINT: ({ value, type }) => (type === undefined ? numberOf(value, INTEGER) : undefined),
  DOUBLE: ({ value, type }) => (type === undefined ? numberOf(value, DECIMAL) : undefined),
  TIMESTAMPTZ: ({ value, type }) => (typeof value === 'string' && isTime(type) ? instantText(value) : undefined),
  // Which texts are one JSON value to the engine, and which are not even JSON, is its affair.
  JSON: () => undefined,
};

/** What DuckDB casts to a BOOLEAN. */
function truthOf(value: Literal): boolean | undefined {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (['true', 't', 'yes', 'y', '1'].includes(text)) return true;
  return ['false', 'f', 'no', 'n', '0'].includes(text) ? false : undefined;
}

/** `1.5` becomes 2 as an integer, so a text with a point is none. Of more digits, a double has not all. */
const INTEGER = /^\s*[+-]?\d{1,15}\s*$/;
const DECIMAL = /^\s*[+-]?(?:\d{1,15}|\d{1,8}\.\d{1,7})\s*$/;

function numberOf(value: Literal, form: RegExp): number | undefined {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value + 0 : undefined;
  return typeof value === 'string' && form.test(value) ? Number(value) + 0 : undefined;
}

/** A text becomes a time; a date and a time without a zone do too, in UTC. */
function isTime(type: string | undefined): boolean {
  return type === undefined || type === 'DATE' || type === 'TIMESTAMP' || type === 'TIMESTAMPTZ';
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/** An instant in UTC as ISO 8601, with milliseconds or microseconds where there are any. */
function instantText(text: string): string | undefined {
  const [, day, time = '00:00', fraction = '', zone = 'Z'] = INSTANT.exec(text.trim()) ?? [];
  // A day that the month does not have is counted on into the next, where the engine refuses it.
  if (day === undefined || !startsWithDay(day)) return undefined;
  const date = new Date(
    `${day}T${time.length === 5 ? `${time}:00` : time}${/^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone}`,
  );
  if (Number.isNaN(date.getTime())) return undefined;
  const digits = fraction.padEnd(6, '0').replace(/000$/, '').replace(/^000$/, '');
  return date.toISOString().replace('.000Z', digits === '' ? 'Z' : `.${digits}Z`);
}

function startsWithDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
