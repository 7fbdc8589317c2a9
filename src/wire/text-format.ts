/**
 * Values of results as PostgreSQL writes them in text format.
 *
 * @module
 */

import { jsonText } from '../json.ts';
import type { JsonValue, Value } from '../values.ts';
import { type ArrayItem, printArray } from './array-text.ts';
import { intervalText, parseInterval } from './moments.ts';
import type { TypedColumn, WireKind } from './types.ts';

/** Makes texts of a column's values. */
export function textWriter({ type, modifier }: TypedColumn): (value: Value) => string | null {
  const write = WRITERS[type.kind];
  const one = (value: Value): string | null => (value === null ? null : write(value, modifier));
  if (type.element === undefined) return one;
  return (value) => {
    if (value === null) return null;
    return printArray(Array.isArray(value) ? value.map((item: JsonValue): ArrayItem => one(item)) : [one(value)]);
  };
}

type Present = Exclude<Value, null>;

const WRITERS: Readonly<Record<WireKind, (value: Present, modifier: number) => string>> = {
  bool: (value) => (value === true ? 't' : 'f'),
  int2: String,
  int4: String,
  int8: String,
  oid: String,
  float4: (value) => floatText(Number(value)),
  float8: (value) => floatText(Number(value)),
  numeric: (value, modifier) => withScale(String(value), modifier),
  text: plainText,
  char: plainText,
  // The engine's values are hexadecimal digits.
  bytea: (value) => `\\x${String(value)}`,
  date: (value) => String(value).replace(' (BC)', ' BC'),
  time: String,
  timetz: String,
  timestamp: (value) => momentText(value),
  timestamptz: (value) => zonedText(momentText(value)),
  interval: (value) => intervalText(parseInterval(String(value).replace(/months?/, 'mon'))),
  uuid: String,
  json: (value) => jsonText(jsonOf(value)),
  jsonb: (value) => jsonText(jsonOf(value)),
};

function plainText(value: Present): string {
  return typeof value === 'object' ? jsonText(jsonOf(value)) : String(value);
}

function jsonOf(value: Value): JsonValue {
  return value instanceof Date ? value.toISOString() : value;
}

/**
 * The shortest digits that are read as the same number, as `extra_float_digits = 1` asks for.
 * PostgreSQL begins to write exponents where `%.15g` does, and writes two digits of them at least.
 */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  // JavaScript writes exponents of its own from 1e-7 and 1e21 on, so not within these bounds.
  if (value === 0 || (power >= -4 && power < 15)) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** As many digits behind the point as the type has: `1.50` of a DECIMAL(4, 2). */
function withScale(text: string, modifier: number): string {
  const scale = modifier < 4 ? 0 : (modifier - 4) & 0xffff;
  if (scale === 0 || !/^-?\d+(?:\.\d*)?$/.test(text)) return text;
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(scale, '0')}`;
}

/** `2026-11-29 12:30:00.5`: no zeros at the end. A Date, its text, or the engine's text of what is no Date, such as `infinity`. */
function momentText(value: Present): string {
  if (!(value instanceof Date)) return momentOfText(String(value));
  const year = value.getUTCFullYear();
  if (year < 1 || year > 9999) return momentOfText(value.toISOString());
  return shortMoment(value.toISOString());
}

function shortMoment(iso: string): string {
  const short = iso.endsWith('.000Z') ? iso.slice(0, 19) : iso.slice(0, -1).replace(/0+$/, '');
  return short.replace('T', ' ');
}

function momentOfText(text: string): string {
  const [, sign = '', year, rest, fraction = ''] =
    /^([-+]?)(\d+)(-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?(?:Z|\+00)?$/.exec(text) ?? [];
  if (year === undefined || rest === undefined) return text;
  const number = sign === '-' ? 1 - -Number(year) : Number(year);
  const isBefore = sign === '-' || number === 0;
  const shown = String(isBefore ? (number === 0 ? 1 : number) : number).padStart(4, '0');
  const short = fraction.replace(/\.?0+$/, '');
  return `${shown}${rest.replace('T', ' ')}${short}${isBefore ? ' BC' : ''}`;
}

/** Times are shown in UTC. */
function zonedText(text: string): string {
  if (!/^\d/.test(text)) return text;
  return text.endsWith(' BC') ? `${text.slice(0, -3)}+00 BC` : `${text}+00`;
}
