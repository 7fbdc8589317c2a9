/**
 * Rows from outside into a table of the engine.
 *
 * @module
 */

import type { DuckDBAppender } from '@duckdb/node-api';
import { jsonText, wellFormedJson } from '../json.ts';
import { type Column, type ColumnType, type JsonValue, Timestamp, type Value } from '../values.ts';
import type { DuckDb } from './load.ts';
import type { Exclusive } from './turns.ts';

/** JSON that is written already. */
export class JsonText {
  readonly text: string;

  /** @param text without half surrogate pairs, as `wellFormedJson` leaves it */
  constructor(text: string) {
    this.text = text;
  }
}

/** What is loaded: a row, in which JSON may be a text already. */
export type LoadRow = readonly (Value | JsonText)[];

/** Appends one value that is not NULL. */
type Writer = (appender: DuckDBAppender, value: Value | JsonText) => void;

/** Where rows go. */
export interface Target {
  readonly api: DuckDb;
  /** Of a temporary table. Closed in any case. */
  readonly appender: DuckDBAppender;
  /** The table's first columns; whatever follows them is filled with NULL. */
  readonly columns: readonly Column[];
  readonly hiddenColumns: number;
  /** Removes all rows of the table. */
  readonly empty: () => Promise<void>;
  /** Others use the connection too. Refuses when it is closed. */
  readonly exclusive: Exclusive;
}

/** DuckDB writes of its own accord after some 200,000 rows, whoever uses the connection; so it is done before. */
const FLUSH_ROWS = 100_000;

/**
 * Appends all batches and returns how many rows they held. If the source throws, the table is empty again.
 *
 * Value by value, because that is the quickest (100,000 rows of three texts: 50 ms; as chunks of 2048 rows 70 ms, and as
 * chunks of one row, which is what small pages would make of them, 7 s). DuckDB itself collects the values into vectors.
 *
 * @param afterBatch called when a batch can be seen by queries, with the number of rows before it
 */
export async function append(
  target: Target,
  batches: AsyncIterable<readonly LoadRow[]>,
  afterBatch?: (fromRow: number) => Promise<void>,
): Promise<number> {
  const { appender, exclusive } = target;
  const writeRow = rowWriter(target);
  let count = 0;
  let waiting = 0;
  try {
    for await (const rows of batches) {
      for (const row of rows) writeRow(appender, row);
      waiting += rows.length;
      if (afterBatch !== undefined || waiting >= FLUSH_ROWS) {
        await exclusive(() => appender.flushSync());
        waiting = 0;
      }
      await afterBatch?.(count);
      count += rows.length;
    }
    await exclusive(() => appender.closeSync());
  } catch (error) {
    // If that fails too, the statement is broken or closed, and its tables end with it.
    await takeBack(target).catch(() => undefined);
    throw error;
  }
  return count;
}

function rowWriter({ api, columns, hiddenColumns }: Target): (appender: DuckDBAppender, row: LoadRow) => void {
  const writers = writersOf(api);
  const perColumn = columns.map(({ type }) => writers[type]);
  return (appender, row) => {
    for (let index = 0; index < perColumn.length; index += 1) {
      const value = row[index] ?? null;
      if (value === null) appender.appendNull();
      else perColumn[index]?.(appender, value);
    }
    for (let hidden = 0; hidden < hiddenColumns; hidden += 1) appender.appendNull();
    appender.endRow();
  };
}

function writersOf({ DuckDBTimestampTZValue }: DuckDb): Readonly<Record<ColumnType, Writer>> {
  return {
    VARCHAR: (appender, value) => appender.appendVarchar(value as string),
    BIGINT: (appender, value) => appender.appendBigInt(BigInt(value as number | bigint)),
    DOUBLE: (appender, value) => appender.appendDouble(value as number),
    BOOLEAN: (appender, value) => appender.appendBoolean(value as boolean),
    TIMESTAMPTZ: (appender, value) => appender.appendTimestampTZ(new DuckDBTimestampTZValue(microsOf(value as Date))),
    JSON: (appender, value) =>
      appender.appendVarchar(value instanceof JsonText ? value.text : wellFormedJson(jsonText(value as JsonValue))),
  };
}

/** Microseconds since 1970. */
export function microsOf(date: Date): bigint {
  return date instanceof Timestamp ? date.micros : BigInt(date.getTime()) * 1000n;
}

/** Closing writes what was collected, so that is thrown away first: its last row may have broken off in the middle. */
async function takeBack({ appender, exclusive, empty }: Target): Promise<void> {
  await exclusive(() => {
    appender.clear();
    appender.closeSync();
  });
  await empty();
}
