/**
 * Columns, rows and values as they cross from stage to stage and leave the library.
 *
 * @module
 */

/** The types that a provider's columns have. Results of expressions may have any DuckDB type. */
export type ColumnType = 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMPTZ' | 'JSON';

/** A column of a table that is loaded into the engine. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** Anything JSON can say. Integers that a double cannot hold are bigints. */
export type JsonValue =
  | string
  | number
  | bigint
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
 * | JSON, LIST, STRUCT, MAP | JsonValue; integers beyond ±2^53 in it are bigints; whole numbers as keys come first, in their order |
 * | NULL of any type | null |
 */
export type Value = Date | JsonValue;

/** A moment to the microsecond, as the engine compares moments; a plain Date ends at the millisecond. */
export class Timestamp extends Date {
  /** Microseconds since 1970, in UTC. */
  readonly micros: bigint;

  constructor(micros: bigint) {
    super(Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0));
    this.micros = micros;
  }
}

/** The member of that name, but not one that every object inherits: names of documents and of servers can be `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Values in the order of the columns. */
export type Row = readonly Value[];

/** One column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** DuckDB's name of the type, such as `VARCHAR` or `STRUCT(a INTEGER)`; TIMESTAMPTZ for `TIMESTAMP WITH TIME ZONE`. */
  readonly type: string;
}

/** Rows that are complete, handed out in batches. */
export interface ResultStream {
  readonly columns: readonly ResultColumn[];
  /** May be read once. */
  batches(): AsyncIterable<readonly Row[]>;
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
