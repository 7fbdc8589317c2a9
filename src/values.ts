/**
 * Columns, rows and values as they cross from stage to stage and leave the library.
 *
 * @module
 */

import { ExecutionError } from './errors.ts';

/** The types that a provider's columns have. Results of expressions may have any DuckDB type. */
export type ColumnType = 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMPTZ' | 'JSON';

/** A column of a table that is loaded into the engine. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** Anything JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * One value of a result.
 *
 * | SQL type | here |
 * |---|---|
 * | VARCHAR, UUID, TIME, INTERVAL, DATE (`YYYY-MM-DD`), ENUM, BLOB (hex) | string |
 * | BIGINT, HUGEINT | number; bigint beyond ±2^53 |
 * | INTEGER and smaller, DOUBLE, FLOAT | number |
 * | DECIMAL | number where a double holds it exactly as printed, else string |
 * | BOOLEAN | boolean |
 * | TIMESTAMP, TIMESTAMPTZ | Date |
 * | JSON, LIST, STRUCT, MAP | JsonValue |
 * | NULL of any type | null |
 */
export type Value = bigint | Date | JsonValue;

/** Values in the order of the columns. */
export type Row = readonly Value[];

/** One column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** DuckDB's name of the type, such as `VARCHAR` or `STRUCT(a INTEGER)`; TIMESTAMPTZ for `TIMESTAMP WITH TIME ZONE`. */
  readonly type: string;
}

/** A finished result, held in memory. */
export interface ResultSet {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
}

/**
 * Column names made unique, so that rows can become objects: of two columns called `id`, the second is `id_1`.
 * The scheme is the one DuckDB uses for the columns of a subquery.
 */
export function uniqueNames(columns: readonly ResultColumn[]): readonly string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let suffix = 1; taken.has(unique.toLowerCase()); suffix += 1) unique = `${name}_${suffix}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** A row as an object, under {@link uniqueNames}. */
export function toObjects(result: ResultSet): Record<string, Value>[] {
  const names = uniqueNames(result.columns);
  return result.rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

/** Throws `EXECUTION` for lists and objects thousands of levels deep: V8 reads such, and cannot write them. */
export function jsonText(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new ExecutionError('A value is nested too deeply.', {
      hint: 'Leave its column out, or * if that names it.',
      cause,
    });
  }
}
