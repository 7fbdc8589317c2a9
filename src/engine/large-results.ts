/**
 * Results that may be larger than memory.
 *
 * DuckDB hands out a result that is complete, which it keeps in memory beyond any limit, or a stream, which loses the error that ends
 * it. So what may be long is made as a temporary table first, of which DuckDB puts on disk what does not fit: whatever fails, fails
 * then. The table is streamed after that, and its rows are counted.
 *
 * @module
 */

import type { DuckDBConnection, DuckDBDataChunk, DuckDBPreparedStatement } from '@duckdb/node-api';
import { ExecutionError } from '../errors.ts';
import type { ResultShape } from './convert.ts';
import type { Node } from './tree.ts';

/** What rows are read from. */
export interface ChunkSource extends ResultShape {
  /** Whether it needs the connection no more. */
  readonly isComplete: boolean;
  /** Null, or a chunk without rows, after the last one. */
  fetchChunk(): Promise<DuckDBDataChunk | null>;
}

/** What the number of a result's rows depends on. */
export interface Growth {
  /** References to tables and to queries of WITH. */
  readonly references: number;
  /** Calls that make rows of one value. */
  readonly unfolding: number;
  /** Whether rows come from elsewhere too: a file, a local table, a series of numbers, recursion. */
  readonly isUnknown: boolean;
}

/** Results with fewer rows are kept in memory, which saves two milliseconds. */
const MANY_ROWS = 100_000;

/** How many values a list is thought to have. */
const LIST_LENGTH = 100;

/** Each makes rows of one value. */
const UNFOLDING: ReadonlySet<string> = new Set(['unnest', 'unlist', 'json_each', 'json_tree']);

/** Each makes as many values as it is told to. */
const SERIES: ReadonlySet<string> = new Set(['range', 'generate_series', 'repeat', 'repeat_row']);

/** Functions in FROM that tell of the engine, which is little. */
const CATALOG = /^(?:duckdb|pg|icu)_/;

/** @param nodes of the query's tree, as `json_serialize_sql` gives it */
export function growthOf(nodes: readonly Node[]): Growth {
  const ctes = new Set<unknown>();
  let references = 0;
  let unfolding = 0;
  let isUnknown = false;
  for (const { type, schema_name, table_name, function_name, function: call, key, value } of nodes) {
    // An entry of WITH stands before whatever reads it.
    if (typeof value === 'object' && key !== undefined) ctes.add(key);
    if (type === 'BASE_TABLE') {
      references += 1;
      // What is filled from outside has a name of several parts.
      isUnknown ||= schema_name === '' && !ctes.has(table_name);
    }
    if (UNFOLDING.has(nameOf(function_name))) unfolding += 1;
    isUnknown ||= SERIES.has(nameOf(function_name)) || type === 'RECURSIVE_CTE_NODE';
    if (type === 'TABLE_FUNCTION') isUnknown ||= isOther(nameOf((call as Node | undefined)?.['function_name']));
  }
  return { references, unfolding, isUnknown };
}

function nameOf(call: unknown): string {
  return typeof call === 'string' ? call.toLowerCase() : '';
}

function isOther(name: string): boolean {
  return !UNFOLDING.has(name) && !CATALOG.test(name);
}

/** @param loaded how many rows the tables of the query have, all together */
export function mayBeLarge({ references, unfolding, isUnknown }: Growth, loaded: number): boolean {
  return isUnknown || Math.max(loaded, 1) ** references * LIST_LENGTH ** unfolding > MANY_ROWS;
}

/** Where the rows are: out of sight for a text of the user's. */
const TABLE = 'temp.oktaql_result';

/** SQL that makes the table. @param columns how many the query has: names of its own, because a table has none twice */
export function makeTable(sql: string, columns: number): string {
  const names = Array.from({ length: columns }, (_, index) => `c${index}`).join(', ');
  // The text may end in a comment.
  return `CREATE TEMP TABLE ${TABLE}(${names}) AS ${sql}\n`;
}

/** DuckDB's number of a type that is none. Its client throws where it is asked for more of it. */
const UNKNOWN_TYPE = 0;

/**
 * The names of the result's columns. Undefined where no table can hold it, or they are not known yet: DuckDB refuses fields without
 * names, and takes neither `DESCRIBE` nor `SUMMARIZE` behind `CREATE TABLE AS`.
 */
export function namesForTable(prepared: DuckDBPreparedStatement, sql: string): readonly string[] | undefined {
  if (!/^[\s(]*(?:SELECT|WITH|FROM|VALUES)\b/i.test(sql)) return undefined;
  const indexes = Array.from({ length: prepared.columnCount }, (_, index) => index);
  // Where a parameter's type decides which function is meant, the columns are not known before its value is.
  if (indexes.some((index) => prepared.columnTypeId(index) === UNKNOWN_TYPE)) return undefined;
  const isNameless = (index: number): boolean => String(prepared.columnType(index)).includes('STRUCT("" ');
  return indexes.some(isNameless) ? undefined : indexes.map((index) => prepared.columnName(index));
}

/**
 * The rows of the table. Where they are many, nothing else may use the connection until the last one was read.
 *
 * @param names of the columns
 * @param count of the rows
 */
export async function readTable(
  connection: DuckDBConnection,
  names: readonly string[],
  count: number,
): Promise<ChunkSource> {
  const prepared = await connection.prepare(`FROM ${TABLE}`);
  const types = names.map((_name, index) => prepared.columnType(index));
  const shape: ResultShape = { columnNames: () => names, columnTypes: () => types };
  if (count > MANY_ROWS) return { ...shape, isComplete: false, fetchChunk: counted(prepared, count) };
  const result = await prepared.run();
  return { ...shape, isComplete: true, fetchChunk: () => result.fetchChunk() };
}

function counted(prepared: DuckDBPreparedStatement, count: number): ChunkSource['fetchChunk'] {
  let stream: ReturnType<DuckDBPreparedStatement['stream']> | undefined;
  let given = 0;
  return async () => {
    stream ??= prepared.stream();
    const chunk = await (await stream).fetchChunk();
    given += chunk?.rowCount ?? 0;
    if (chunk !== null && chunk.rowCount > 0) return chunk;
    if (given === count) return null;
    throw new ExecutionError(`The result broke off after ${given} of ${count} rows.`, {
      hint: 'It was being read from the disk: look for what is wrong with that, or give the engine more memory.',
    });
  };
}
