/**
 * The contract of the embedded database that joins, groups, orders and filters: the seam to DuckDB.
 *
 * The engine does not know where rows come from. It is given the user's text, told which of its table references are
 * filled from outside, and then loaded.
 *
 * @module
 */

import type { Column, ResultColumn, Row } from '../values.ts';

/** A table reference in the text that is filled from outside. */
export interface EngineTable {
  /** Position among such references, in the order of the text. */
  readonly ordinal: number;
  /** As the text writes it: `okta.apps.jwks` is three parts. */
  readonly name: readonly string[];
  readonly alias?: string;
  readonly columns: readonly Column[];
}

/** Restricts {@link EngineStatement.distinct}: the column holds one of the values. */
export interface EngineFilter {
  readonly column: string;
  readonly values: readonly (string | number | boolean | null)[];
}

/** Rows that are complete, handed out in batches. */
export interface ResultStream {
  readonly columns: readonly ResultColumn[];
  /** May be read once. */
  batches(): AsyncIterable<readonly Row[]>;
}

/** One statement: its tables live until it is closed, and only it can see them. */
export interface EngineStatement {
  /** Appends rows, in the order of the table's columns. Returns how many. */
  load(ordinal: number, batches: AsyncIterable<readonly Row[]>): Promise<number>;
  /** The distinct combinations of these columns' values in rows that pass all filters; none that holds a NULL. */
  distinct(ordinal: number, columns: readonly string[], filters: readonly EngineFilter[]): Promise<readonly Row[]>;
  /**
   * Runs the text over what has been loaded. The whole result is computed before the first batch is handed out, so a
   * statement that fails has shown no rows.
   *
   * @throws ExecutionError, CancelledError
   */
  run(signal?: AbortSignal): Promise<ResultStream>;
  close(): Promise<void>;
}

export interface Engine {
  /**
   * Binds the text against the tables' columns, before anything is loaded.
   *
   * @throws SqlSyntaxError, BindError
   */
  open(text: string, tables: readonly EngineTable[]): Promise<EngineStatement>;
  close(): Promise<void>;
}
