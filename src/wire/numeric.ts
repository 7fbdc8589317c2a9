/**
 * The binary form of NUMERIC: digits to the base 10,000.
 * https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/numeric.c, numeric_send
 *
 * @module
 */

import type { ByteReader, ByteWriter } from './bytes.ts';
import { WireError } from './failure.ts';

const POSITIVE = 0x0000;
const NEGATIVE = 0x4000;
const NOT_A_NUMBER = 0xc000;
const INFINITE = 0xd000;
const MINUS_INFINITE = 0xf000;
/** What PostgreSQL says of the digits behind the point of what has none. */
const INFINITE_SCALE = 32;

/** Without digits. */
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', NOT_A_NUMBER],
  ['Infinity', INFINITE],
  ['-Infinity', MINUS_INFINITE],
]);

export function writeNumeric(writer: ByteWriter, text: string): void {
  const special = SPECIAL.get(text);
  if (special !== undefined) {
    writer
      .uint16(0)
      .int16(0)
      .uint16(special)
      .uint16(special === NOT_A_NUMBER ? 0 : INFINITE_SCALE);
    return;
  }
  const { isNegative, whole, fraction } = decimalOf(text);
  const padded = whole.padStart(Math.ceil(whole.length / 4) * 4, '0');
  const digits =
    `${padded}${fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0')}`.match(/.{4}/g)?.map(Number) ?? [];
  let weight = padded.length / 4 - 1;
  while (digits[0] === 0) {
    digits.shift();
    weight -= 1;
  }
  while (digits.at(-1) === 0) digits.pop();
  const isZero = digits.length === 0;
  writer.uint16(digits.length).int16(isZero ? 0 : weight);
  writer.uint16(isNegative && !isZero ? NEGATIVE : POSITIVE).uint16(fraction.length);
  for (const digit of digits) writer.uint16(digit);
}

function decimalOf(text: string): { readonly isNegative: boolean; readonly whole: string; readonly fraction: string } {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,4}))?$/.exec(text.trim()) ?? [];
  if (sign === undefined || whole + fraction === '') {
    throw new WireError('22P02', `invalid input syntax for type numeric: "${text.slice(0, 200)}"`);
  }
  const shift = Number(exponent);
  const all = whole + fraction;
  const point = whole.length + shift;
  return {
    isNegative: sign === '-',
    whole: point <= 0 ? '' : all.slice(0, point).padEnd(point, '0'),
    fraction: point <= 0 ? '0'.repeat(-point) + all : all.slice(point),
  };
}

/** @throws WireError (22P03) */
export function readNumeric(reader: ByteReader): string {
  const count = reader.uint16();
  const weight = reader.int16();
  const sign = reader.uint16();
  const scale = reader.uint16();
  for (const [text, code] of SPECIAL) if (code === sign) return text;
  if (sign !== POSITIVE && sign !== NEGATIVE) throw invalid('sign');
  const digits = reader.list(count, () => reader.uint16());
  if (digits.some((digit) => digit > 9999)) throw invalid('digit');
  const digitAt = (place: number): string => String(digits[weight - place] ?? 0).padStart(4, '0');
  let whole = '';
  for (let place = weight; place >= 0; place -= 1) whole += digitAt(place);
  let fraction = '';
  for (let place = -1; fraction.length < scale; place -= 1) fraction += digitAt(place);
  const shown = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === NEGATIVE ? '-' : ''}${shown}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
}

function invalid(part: string): WireError {
  return new WireError('22P03', `invalid ${part} in external "numeric" value`);
}
