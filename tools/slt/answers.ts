/**
 * What a statement answers, in a form that two sides can be compared by.
 *
 * @module
 */

import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';

export interface Answer {
  readonly names: readonly string[];
  readonly rows: readonly string[];
}

/** A row of either side as text. Numbers that a double cannot tell apart are equal, as are the forms of a time and of JSON. */
export function rowText(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(plain(value)) ?? 'null').join('\t');
}

function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint' || typeof value === 'number') return `#${Number(value)}`;
  if (typeof value === 'string') return plainText(value);
  if (typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return momentOf(value);
  if (value instanceof DuckDBBlobValue) return plainText(Buffer.from(value.bytes).toString('hex'));
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plain);
  if (value instanceof DuckDBStructValue) return members(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue) {
    // Ours is an object, in which JavaScript puts whole numbers first.
    const entries = value.entries.map((each) => [keyOf(each.key), each.value] as const);
    return members(Object.entries(Object.fromEntries(entries)));
  }
  if (Array.isArray(value)) return value.map(plain);
  if (Object.getPrototypeOf(value) === Object.prototype) return members(Object.entries(value));
  return plainText(String(value));
}

/** A number, JSON or a time may be a text on one side: DECIMAL, and a timestamp inside of a list. */
function plainText(text: string): unknown {
  const trimmed = text.trim();
  if (/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(trimmed)) return `#${Number(trimmed)}`;
  if (/^[[{"]|^(?:null|true|false)$/.test(trimmed)) {
    try {
      return plain(JSON.parse(trimmed));
    } catch {
      return text;
    }
  }
  return text;
}

function keyOf(key: unknown): string {
  if (typeof key === 'string' || typeof key === 'bigint' || typeof key === 'number') return String(key);
  const text = plain(key);
  return typeof text === 'string' ? text : JSON.stringify(text);
}

/** Fields without names have lost all but the last on DuckDB's side, so that only that one is compared. */
function members(entries: readonly (readonly [string, unknown])[]): unknown {
  return entries.map(([name, value]) => [plainText(name), plain(value)]);
}

function momentOf(value: { readonly micros: bigint; toString(): string }): string {
  const date = new Date(Number(value.micros / 1000n) - (value.micros % 1000n < 0n ? 1 : 0));
  return Number.isNaN(date.getTime()) ? value.toString() : date.toISOString();
}
