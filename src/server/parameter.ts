/**
 * Values that clients bind, as those of the engine.
 *
 * @module
 */

import type { ParameterValue } from '../sql/statement.ts';
import { type ArrayItem, parseArray } from '../wire/array-text.ts';
import { WireError } from '../wire/failure.ts';
import { microsOfTimestamp } from '../wire/moments.ts';
import { engineTypeOf, type WireKind, type WireType } from '../wire/types.ts';

export interface EngineParameter {
  readonly value: ParameterValue;
  /** What the engine has to make of it, where the value does not say. */
  readonly cast?: string;
}

/** @param text in PostgreSQL's form. @throws WireError (22P02, 22003) for what is no value of the type */
export function engineParameter(text: string | null, type: WireType): EngineParameter {
  if (text === null) return { value: null, ...castFor(type, null) };
  const { element } = type;
  if (element === undefined) return { value: VALUES[type.kind](text), ...castFor(type, text) };
  const valuesOf = (items: readonly ArrayItem[]): readonly ParameterValue[] =>
    items.map((item) => {
      if (item === null) return null;
      return typeof item === 'string' ? VALUES[element.kind](item) : valuesOf(item);
    });
  return { value: valuesOf(parseArray(text)), ...castFor(type, null) };
}

/** Types whose values the engine knows by themselves. */
const SELF_EVIDENT: ReadonlySet<WireKind> = new Set<WireKind>(['bool', 'int2', 'int4', 'int8', 'oid', 'text', 'char']);

function castFor(type: WireType, text: string | null): { readonly cast?: string } {
  if (SELF_EVIDENT.has(type.kind)) return {};
  if (type.kind === 'numeric' && text !== null) return decimalCast(text);
  if (type.kind === 'timestamptz' && type.element === undefined && text !== null && isMillisecond(text)) return {};
  return { cast: engineTypeOf(type) };
}

/** As many digits behind the point as the value has. */
function decimalCast(text: string): { readonly cast?: string } {
  const [, fraction] = /^[-+]?\d*\.(\d+)$/.exec(text.trim()) ?? [];
  if (fraction !== undefined && fraction.length <= MOST_DIGITS) return { cast: `DECIMAL(38, ${fraction.length})` };
  return /^[-+]?\d+$/.test(text.trim()) ? {} : { cast: 'DOUBLE' };
}

const MOST_DIGITS = 30;

function isMillisecond(text: string): boolean {
  return momentOf(text) instanceof Date;
}

const VALUES: Readonly<Record<WireKind, (text: string) => ParameterValue>> = {
  bool: boolOf,
  int2: (text) => wholeOf(text, 'smallint', 16n),
  int4: (text) => wholeOf(text, 'integer', 32n),
  int8: (text) => wholeOf(text, 'bigint', 64n),
  oid: (text) => wholeOf(text, 'oid', 64n),
  float4: floatOf,
  float8: floatOf,
  numeric: (text) => (/^\s*[-+]?\d+\s*$/.test(text) ? BigInt(text.trim().replace('+', '')) : text.trim()),
  text: (text) => text,
  char: (text) => text,
  bytea: byteaOf,
  date: (text) => text,
  time: (text) => text,
  timetz: (text) => text,
  timestamp: (text) => text,
  timestamptz: momentOf,
  interval: (text) => text,
  uuid: (text) => text,
  json: (text) => text,
  jsonb: (text) => text,
};

function boolOf(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (['t', 'true', 'y', 'yes', 'on', '1'].includes(word)) return true;
  if (['f', 'false', 'n', 'no', 'off', '0'].includes(word)) return false;
  throw invalidText('boolean', text);
}

function wholeOf(text: string, type: string, bits: bigint): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw invalidText(type, text);
  const value = BigInt(text.trim().replace('+', ''));
  const most = 2n ** (bits - 1n);
  if (value >= -most && value < most) return value;
  throw new WireError('22003', `value "${text.slice(0, 200)}" is out of range for type ${type}`);
}

function floatOf(text: string): ParameterValue {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  if (/^\s*[-+]?(?:nan|inf(?:inity)?)\s*$/i.test(text)) return text.trim();
  throw invalidText('double precision', text);
}

/** The engine's own escapes, a byte each. */
function byteaOf(text: string): string {
  if (!text.startsWith('\\x')) throw invalidText('bytea', text);
  const digits = text.slice(2);
  if (!/^(?:[\da-f]{2})*$/i.test(digits)) throw invalidText('bytea', text);
  return digits.replace(/../g, '\\x$&');
}

/** A Date where it holds the moment; else the text, which the engine reads. */
function momentOf(text: string): ParameterValue {
  if (!/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/.test(text)) return text;
  try {
    const micros = microsOfTimestamp(text);
    return micros % 1000n === 0n ? new Date(Number(micros / 1000n) + EPOCH_MS) : text;
  } catch {
    return text;
  }
}

const EPOCH_MS = Date.UTC(2000, 0, 1);

function invalidText(type: string, text: string): WireError {
  return new WireError('22P02', `invalid input syntax for type ${type}: "${text.slice(0, 200)}"`);
}
