/**
 * JSON values to column types.
 *
 * @module
 */

import { type ColumnType, type JsonValue, jsonText, type Value } from '../values.ts';

/**
 * The value as the column's type has it; NULL where it is missing or cannot be one. A number in a text column becomes
 * its text: Okta has changed such fields before, and the row must not be lost.
 */
export function cast(value: JsonValue | undefined, type: ColumnType): Value {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'VARCHAR':
      return typeof value === 'object' ? jsonText(value) : String(value);
    case 'BIGINT':
      return toInteger(value);
    case 'DOUBLE':
      return toDouble(value);
    case 'BOOLEAN':
      return toBoolean(value);
    case 'TIMESTAMPTZ':
      return toTimestamp(value);
    case 'JSON':
      return value;
  }
}

const INT64_LIMIT = 2n ** 63n;

function toInteger(value: JsonValue): Value {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  if (typeof value !== 'string' || !/^[+-]?\d{1,19}$/.test(value)) return null;
  const integer = BigInt(value);
  if (integer >= INT64_LIMIT || integer < -INT64_LIMIT) return null;
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

/** Decimal notation; `Number` alone would read `0x1F` too. */
function toDouble(value: JsonValue): Value {
  const isNumeric = typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value);
  const number = isNumeric ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function toBoolean(value: JsonValue): Value {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : null;
}

const TIMESTAMP = /^(\d{4}-\d{2}-(\d{2}))(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * ISO 8601 with a date and a time, in UTC where it names no offset. Other texts that `Date` would guess at are not
 * timestamps, nor are days that a month does not have, which `Date` counts on into the next.
 */
function toTimestamp(value: JsonValue): Value {
  const [, day, dayOfMonth, time, offset = 'Z'] = (typeof value === 'string' && TIMESTAMP.exec(value)) || [];
  if (day === undefined || new Date(`${day}T00:00Z`).getUTCDate() !== Number(dayOfMonth)) return null;
  const date = new Date(day + time + offset);
  return Number.isNaN(date.getTime()) ? null : date;
}
