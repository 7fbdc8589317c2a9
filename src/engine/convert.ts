/**
 * DuckDB values ↔ ours.
 *
 * @module
 */

import type { DuckDBType, DuckDBValue, DuckDBValueConverter } from '@duckdb/node-api';
import type { ColumnType, JsonValue, Value } from '../values.ts';
import type { DuckDb } from './load.ts';

/** One of our values as the engine stores it in a column of that type. */
export function toDuckDb({ DuckDBTimestampTZValue }: DuckDb, value: Value, type: ColumnType): DuckDBValue {
  if (value === null) return null;
  switch (type) {
    case 'BIGINT':
      return BigInt(value as number | bigint);
    case 'TIMESTAMPTZ':
      return new DuckDBTimestampTZValue(BigInt((value as Date).getTime()) * 1000n);
    case 'JSON':
      return JSON.stringify(value);
    case 'VARCHAR':
    case 'DOUBLE':
    case 'BOOLEAN':
      return value as DuckDBValue;
  }
}

/** How results become our values: the table in `values.ts`. */
export function createConverter(api: DuckDb): DuckDBValueConverter<Value> {
  const toValue: DuckDBValueConverter<Value> = (value, type) => fromDuckDb(api, value, type);
  return toValue;
}

function fromDuckDb(api: DuckDb, value: DuckDBValue, type: DuckDBType): Value {
  if (value === null) return null;
  if (typeof value === 'string') return isJson(type) ? parseJson(value) : value;
  if (typeof value === 'bigint') return integer(value);
  if (typeof value !== 'object') return value;
  if (value instanceof api.DuckDBTimestampTZValue || value instanceof api.DuckDBTimestampValue) return timestamp(value);
  if (value instanceof api.DuckDBDecimalValue) return decimal(value.toString());
  if (value instanceof api.DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  return nested(api, value, type);
}

/** Lists, structs and maps become JSON; whatever else there is becomes the text DuckDB prints for it. */
function nested(api: DuckDb, value: DuckDBValue & object, type: DuckDBType): Value {
  const inner = (item: DuckDBValue, itemType: DuckDBType): JsonValue => jsonValue(fromDuckDb(api, item, itemType));
  if (value instanceof api.DuckDBListValue && type instanceof api.DuckDBListType) {
    return value.items.map((item) => inner(item, type.valueType));
  }
  if (value instanceof api.DuckDBArrayValue && type instanceof api.DuckDBArrayType) {
    return value.items.map((item) => inner(item, type.valueType));
  }
  if (value instanceof api.DuckDBStructValue && type instanceof api.DuckDBStructType) {
    return Object.fromEntries(
      type.entryNames.map((name) => [name, inner(value.entries[name] ?? null, type.typeForEntry(name))]),
    );
  }
  if (value instanceof api.DuckDBMapValue && type instanceof api.DuckDBMapType) {
    return Object.fromEntries(
      value.entries.map(({ key, value: item }) => [keyText(inner(key, type.keyType)), inner(item, type.valueType)]),
    );
  }
  return String(value);
}

function keyText(key: JsonValue): string {
  return typeof key === 'object' && key !== null ? JSON.stringify(key) : String(key);
}

function jsonValue(value: Value): JsonValue {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Date ? value.toISOString() : value;
}

function isJson(type: DuckDBType): boolean {
  return type.alias === 'JSON';
}

/** DuckDB takes more for JSON than JSON is (`NaN`, a comma at the end); such a value stays a text. */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function integer(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * DuckDB counts microseconds; a Date is the millisecond that they lie in, before 1970 too, where a division of bigints
 * would give the next one. Infinite timestamps have no Date; their text remains.
 */
function timestamp(value: { readonly micros: bigint; toString(): string }): Value {
  const date = new Date(Number((value.micros - (((value.micros % 1000n) + 1000n) % 1000n)) / 1000n));
  return Number.isNaN(date.getTime()) ? value.toString() : date;
}

/** A number where a double prints the same digits. */
function decimal(text: string): Value {
  const number = Number(text);
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return String(number) === plain ? number : text;
}
