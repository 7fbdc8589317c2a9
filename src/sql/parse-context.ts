/**
 * What parsing a statement may ask of the engine, handed in because this folder does not know it.
 *
 * @module
 */

import type { LiteralConstant, ParameterValue } from './statement.ts';

export interface ParseContext {
  /** DuckDB's tree of a SELECT (`json_serialize_sql`). Asked only where node-sql-parser does not read all of a text. */
  readonly duckDbTree: (text: string) => Promise<unknown>;
  /** Values of expressions that name no column; undefined for one that is none before the statement runs. */
  readonly evaluate: (
    expressions: readonly string[],
    parameters: Readonly<Record<string, ParameterValue>>,
  ) => Promise<readonly (LiteralConstant | undefined)[]>;
  /** The distinct values of queries that read no resource, as trees; undefined for one of which they cannot be known. */
  readonly distinctValues: (
    queries: readonly unknown[],
    parameters: Readonly<Record<string, ParameterValue>>,
  ) => Promise<readonly (readonly string[] | undefined)[]>;
  /** Values for `$1` and `?` by number, for `$name` and `:name` by name. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The texts of the session's views that are not materialised, by name in lower case. */
  readonly views: ReadonlyMap<string, string>;
  /** What the documents say of a resource. Throws BindError where they know none of that name. */
  readonly resource: (name: readonly string[]) => ResourceFacts;
}

/** What parsing needs to know of a resource, since the views of documents are queries. */
export interface ResourceFacts {
  /** Queries that stand for it, in the order in which they are tried; none for a resource with methods. */
  readonly views: readonly DocumentView[];
  /** Fields and parameters, in lower case. */
  readonly columns: ReadonlySet<string>;
  /** Those of them that name the host, in lower case. */
  readonly hosts: ReadonlySet<string>;
  /** Those of them whose values requests are made with, in lower case. A host is never among them. */
  readonly keys: ReadonlySet<string>;
  /** Those of them that `SELECT *` does not show, in lower case. */
  readonly hidden: ReadonlySet<string>;
}

/** A query that stands for a resource. */
export interface DocumentView {
  readonly ddl: string;
  /** What restricts the resources inside from outside. */
  readonly parameters: readonly string[];
  /** Those for which the session has no value. */
  readonly required: readonly string[];
}
