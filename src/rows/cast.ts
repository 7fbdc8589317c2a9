/**
 * JSON values to column types.
 *
 * @module
 */

import { jsonText } from '../json.ts';
import { type ColumnType, type JsonValue, Timestamp, type Value } from '../values.ts';

/**
 * The value as the column's type has it; NULL where it is missing, undefined where it cannot be one. A number in a text column
 * becomes its text: Okta has changed such fields before, and the row must not be lost.
 */
export function cast(value: JsonValue | undefined, type: ColumnType): Value | undefined {
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

function toInteger(value: JsonValue): Value | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === 'bigint') return within64Bits(value);
  return typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value) ? within64Bits(BigInt(value)) : undefined;
}

function within64Bits(integer: bigint): Value | undefined {
  if (integer >= INT64_LIMIT || integer < -INT64_LIMIT) return undefined;
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

/** Decimal notation; `Number` alone would read `0x1F` too. */
function toDouble(value: JsonValue): Value | undefined {
  const isNumeric = typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value);
  const number = isNumeric || typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function toBoolean(value: JsonValue): Value | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function toTimestamp(value: JsonValue): Value | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return undefined;
  return /^\d{10}(?:\d{3})?$/.test(value) ? fromEpoch(Number(value)) : fromIso(value);
}

/** As seconds, the first number that counts as milliseconds would be in the year 5138. */
const FIRST_MILLISECONDS = 1e11;

/** Seconds since 1970, or milliseconds: APIs send both, and no moment that matters here is meant by either. */
function fromEpoch(number: number): Value | undefined {
  const date = new Date(Math.abs(number) < FIRST_MILLISECONDS ? number * 1000 : number);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const ISO = /^(\d{4}-\d{2}-(\d{2}))(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d+))?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * ISO 8601, with a blank for the T as SQL writes it, in UTC where it names no offset; a date alone is its first moment. Other
 * texts that `Date` would guess at are no times, nor are days that a month does not have, which `Date` counts on into the next.
 */
function fromIso(text: string): Value | undefined {
  const [, day, dayOfMonth, time = '00:00', fraction = '', offset = 'Z'] = ISO.exec(text) ?? [];
  if (day === undefined || new Date(`${day}T00:00Z`).getUTCDate() !== Number(dayOfMonth)) return undefined;
  const zone = /^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset.toUpperCase();
  const seconds = new Date(`${day}T${time}${zone}`).getTime();
  if (Number.isNaN(seconds)) return undefined;
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  return micros % 1000 === 0
    ? new Date(seconds + micros / 1000)
    : new Timestamp(BigInt(seconds) * 1000n + BigInt(micros));
}
