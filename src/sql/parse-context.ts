/**
 * What parsing a statement may ask of the engine, handed in because this folder does not know it.
 *
 * @module
 */

import type { Literal, ParameterValue } from './statement.ts';

export interface ParseContext {
  /** DuckDB's tree of a SELECT (`json_serialize_sql`). Asked only where node-sql-parser does not read all of a text. */
  readonly duckDbTree: (text: string) => Promise<unknown>;
  /** Values of expressions that name no column; undefined for one that is none before the statement runs. */
  readonly evaluate: (
    expressions: readonly string[],
    parameters: Readonly<Record<string, ParameterValue>>,
  ) => Promise<readonly (Literal | undefined)[]>;
  /** Values for `$1` and `?` by number, for `$name` and `:name` by name. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The texts of the session's views that are not materialised, by name in lower case. */
  readonly views: ReadonlyMap<string, string>;
}
