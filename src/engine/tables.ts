/**
 * The temporary tables that hold what is loaded.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { InternalError } from '../errors.ts';
import type { Column } from '../values.ts';
import type { EngineTable, KeyMember, KeyQuery } from './engine.ts';
import { lastName, quote, rewriteCondition } from './rewrite.ts';
import type { Node } from './tree.ts';

/** The column of a table that stores none: it makes rows that can be counted. */
const ROW_COLUMN: Column = { name: 'oktaql_row', type: 'BOOLEAN' };

export function tableName(ordinal: number): string {
  return `oktaql_${ordinal}`;
}

/** With its catalog: a CTE of the user's could have the same name. */
export function tableReference(ordinal: number): string {
  return `temp.${quote(tableName(ordinal))}`;
}

/** Makes the table, in place of one that was made before. */
export async function createTable(
  connection: DuckDBConnection,
  { ordinal }: EngineTable,
  columns: readonly Column[],
): Promise<void> {
  const list = columns.length === 0 ? [ROW_COLUMN] : columns;
  const definitions = list.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${quote(tableName(ordinal))} (${definitions})`);
}

/** The columns that are stored, in the order of the rows that will be loaded. */
export function storedColumns({ name, columns, stored }: EngineTable): readonly Column[] {
  if (stored === undefined) return columns;
  return stored.map((wanted) => {
    const column = columns.find((each) => each.name === wanted);
    if (column === undefined) throw new InternalError(`${name.join('.')} has no column ${wanted} to store.`);
    return column;
  });
}

/** Whether fewer columns are stored than names are bound against, or in another order. */
export function isNarrow({ columns, stored }: EngineTable): boolean {
  return (
    stored !== undefined && (stored.length !== columns.length || columns.some(({ name }, at) => name !== stored[at]))
  );
}

/**
 * `t(a, b)` names the first columns, so those have to be stored as the first.
 *
 * @param nodes of the whole tree
 * @throws InternalError
 */
export function checkRenamedColumns(nodes: readonly Node[], tables: readonly EngineTable[]): void {
  for (const node of nodes.filter(({ type }) => type === 'BASE_TABLE')) {
    const renamed = (node['column_name_alias'] ?? []) as readonly string[];
    const alias = String(node['alias']).toLowerCase();
    for (const { columns, stored = [] } of tables.filter(
      (each) => isNarrow(each) && each.alias?.toLowerCase() === alias,
    )) {
      if (columns.slice(0, renamed.length).every(({ name }, index) => name === stored[index])) continue;
      throw new InternalError(`The columns that ${alias} renames are not stored in their order. Nothing was run.`);
    }
  }
}

/**
 * Local rows of a transaction are counted from here: `MAX_ROW_ID` of DuckDB. A table that is made in the transaction has
 * no other rows.
 */
const FIRST_ROW_ID = 36_028_797_018_960_000n;

/** The query for the keys that other requests need, in the order of first appearance: requests are made in that order. */
export function selectDistinct(table: EngineTable, { ordinal, columns, conditions, fromRow = 0 }: KeyQuery): string {
  const names = columns.map(keyText);
  const where = [
    ...names.map((name) => `${name} IS NOT NULL`),
    // A condition may end in a comment.
    ...conditions.map((condition) => `(${rewriteCondition(condition, table)}\n)`),
    ...(fromRow > 0 ? [`rowid >= ${FIRST_ROW_ID + BigInt(fromRow)}`] : []),
  ];
  const list = names.join(', ');
  const alias = quote(table.alias ?? lastName(table.name));
  return `SELECT ${list} FROM ${tableReference(ordinal)} AS ${alias} WHERE ${where.join(' AND ')} GROUP BY ${list} ORDER BY min(rowid)`;
}

/** https://duckdb.org/docs/stable/data/json/json_functions: a member whose name has other characters is quoted. */
function keyText(key: string | KeyMember): string {
  if (typeof key === 'string') return quote(key);
  const path = key.path.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('');
  return `(${quote(key.column)} ->> '$${path.replaceAll("'", "''")}')`;
}

/** The statement that leaves one of rows which are equal in these columns. */
export function deleteRepeated({ ordinal }: EngineTable, columns: readonly string[], prefer: string): string {
  const table = tableReference(ordinal);
  const order = `(${prefer}) IS TRUE DESC, rowid`;
  const counted = `row_number() OVER (PARTITION BY ${columns.map(quote).join(', ')} ORDER BY ${order}) AS n`;
  return `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM (SELECT rowid, ${counted} FROM ${table}) WHERE n > 1)`;
}
