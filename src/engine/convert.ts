/**
 * DuckDB's values as ours: the table above `Value` in `values.ts`.
 *
 * @module
 */

import type { DuckDBDataChunk, DuckDBResult, DuckDBStructType, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { jsonText, parseJson } from '../json.ts';
import type { JsonValue, ResultColumn, ResultSet, Row, Value } from '../values.ts';
import type { DuckDb } from './load.ts';
import { asWritten } from './macros.ts';

/** What a result says of its columns. */
export interface ResultShape {
  columnNames(): readonly string[];
  columnTypes(): readonly DuckDBType[];
}

/** The columns of a result. */
export function columnsOf(result: ResultShape): readonly ResultColumn[] {
  const types = result.columnTypes();
  return result
    .columnNames()
    .map((name, index): ResultColumn => ({ name: asWritten(name), type: typeName(types[index]) }));
}

/** JSON is a VARCHAR with an alias to DuckDB, which prints only the VARCHAR. */
export function typeName(type: DuckDBType | undefined): string {
  return type?.alias ?? String(type).replaceAll('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ');
}

/** Rows of a result, column by column. */
export interface ColumnBlock {
  readonly rowCount: number;
  readonly columns: readonly (readonly Value[])[];
}

/**
 * Makes blocks of a result's chunks. The types are those of the result: a chunk no longer knows which texts are JSON.
 *
 * @param json whether columns of JSON hold values, or the texts that DuckDB keeps
 */
export function blocksOf(
  api: DuckDb,
  result: Pick<ResultShape, 'columnTypes'>,
  json: 'value' | 'text' = 'value',
): (chunk: DuckDBDataChunk) => ColumnBlock {
  const types = result.columnTypes();
  const isText = (type: DuckDBType): boolean => json === 'text' && type.alias === 'JSON';
  return (chunk) => ({
    rowCount: chunk.rowCount,
    columns: types.map((type, index) => {
      const values = valuesAt(api, chunk, index, type);
      return isText(type) ? (values as readonly Value[]) : columnValues(api, values, type);
    }),
  });
}

/** @param fetch gives null, or a chunk without rows, after the last one */
export async function* blocksFrom(
  fetch: () => Promise<DuckDBDataChunk | null>,
  toBlock: ReturnType<typeof blocksOf>,
): AsyncGenerator<ColumnBlock> {
  for (;;) {
    const chunk = await fetch();
    if (chunk === null || chunk.rowCount === 0) return;
    yield toBlock(chunk);
  }
}

export function rowsOfBlock({ rowCount, columns }: ColumnBlock): readonly Row[] {
  return Array.from({ length: rowCount }, (_, row) => columns.map((values) => values[row] ?? null));
}

/** All rows of a result that is small. */
export async function readAll(api: DuckDb, result: DuckDBResult): Promise<ResultSet> {
  const chunks = await result.fetchAllChunks();
  const toBlock = blocksOf(api, result);
  return { columns: columnsOf(result), rows: chunks.flatMap((chunk) => rowsOfBlock(toBlock(chunk))) };
}

/**
 * DuckDB's API makes objects of structs, so that fields without names would all be one: they are numbered before it reads
 * them.
 */
function valuesAt(api: DuckDb, chunk: DuckDBDataChunk, index: number, type: DuckDBType): readonly DuckDBValue[] {
  if (!isPlain(api, type)) numberFields(api, chunk.getColumnVector(index).type);
  return chunk.getColumnValues(index);
}

function numberFields(api: DuckDb, type: DuckDBType): void {
  for (const inner of innerTypes(api, type)) numberFields(api, inner);
  if (!(type instanceof api.DuckDBStructType) || !isUnnamed(type)) return;
  const names = type.entryNames as string[];
  for (const index of names.keys()) names[index] = String(index);
}

function innerTypes(api: DuckDb, type: DuckDBType): readonly DuckDBType[] {
  if (type instanceof api.DuckDBListType || type instanceof api.DuckDBArrayType) return [type.valueType];
  if (type instanceof api.DuckDBStructType) return type.entryTypes;
  if (type instanceof api.DuckDBMapType) return [type.keyType, type.valueType];
  return type instanceof api.DuckDBUnionType ? type.memberTypes : [];
}

/** `(1, 'a')`: DuckDB takes names for all fields of a struct, or for none. */
function isUnnamed({ entryNames }: DuckDBStructType): boolean {
  return entryNames.length > 0 && entryNames.every((name) => name === '');
}

function columnValues(api: DuckDb, values: readonly DuckDBValue[], type: DuckDBType): readonly Value[] {
  return isPlain(api, type) ? (values as readonly Value[]) : values.map((value) => fromDuckDb(api, value, type));
}

/** Whether DuckDB's values of the type are ours already. */
function isPlain({ DuckDBTypeId: id }: DuckDb, { typeId, alias }: DuckDBType): boolean {
  const plain = [id.BOOLEAN, id.TINYINT, id.SMALLINT, id.INTEGER, id.UTINYINT, id.USMALLINT, id.UINTEGER, id.DOUBLE];
  return plain.includes(typeId) || (typeId === id.VARCHAR && alias === undefined);
}

/** One value of a type. */
export function fromDuckDb(api: DuckDb, value: DuckDBValue, type: DuckDBType): Value {
  if (value === null) return null;
  if (typeof value === 'string') return type.alias === 'JSON' ? jsonOr(value) : value;
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
    // What DuckDB prints as `(1, a)` has an order and no names, which is a list in JSON.
    if (isUnnamed(type)) return type.entryTypes.map((each, index) => inner(value.entries[index] ?? null, each));
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
  return typeof key === 'object' && key !== null ? jsonText(key) : String(key);
}

function jsonValue(value: Value): JsonValue {
  return value instanceof Date ? value.toISOString() : value;
}

/** DuckDB takes more for JSON than JSON is (`NaN`, a comma at the end); such a value stays a text. */
export function jsonOr(text: string): JsonValue {
  try {
    return parseJson(text);
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
