/**
 * The session's views, kept as texts: they may name resources, which the engine does not know. And the names of its tables.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import type { OwnColumn, StoredView } from './engine.ts';

/** In the catalog of local tables, so that a database file keeps it. */
export const CREATE_VIEWS =
  'CREATE TABLE IF NOT EXISTS oktaql_views (name VARCHAR, text VARCHAR, is_materialized BOOLEAN)';

export async function readViews(connection: DuckDBConnection): Promise<readonly StoredView[]> {
  const result = await connection.run('SELECT name, text, is_materialized FROM oktaql_views ORDER BY lower(name)');
  const rows = await result.getRows();
  return rows.map(([name, text, isMaterialized]) => ({
    name: String(name),
    text: String(text),
    isMaterialized: isMaterialized === true,
  }));
}

/** In place of one of the same name, in any case. */
export async function writeView(
  connection: DuckDBConnection,
  { name, text, isMaterialized }: StoredView,
): Promise<void> {
  await removeView(connection, name);
  await connection.run('INSERT INTO oktaql_views VALUES ($1, $2, $3)', [name, text, isMaterialized]);
}

export async function removeView(connection: DuckDBConnection, name: string): Promise<void> {
  await connection.run('DELETE FROM oktaql_views WHERE lower(name) = lower($1)', [name]);
}

/** Ours aside. */
export async function readTables(connection: DuckDBConnection): Promise<readonly string[]> {
  const result = await connection.run(
    "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary AND NOT starts_with(table_name, 'oktaql_')",
  );
  return (await result.getRows()).map(([name]) => String(name));
}

/** Those of local tables, ours aside. */
export async function readOwnColumns(connection: DuckDBConnection): Promise<readonly OwnColumn[]> {
  const result = await connection.run(
    "SELECT c.table_name, c.column_name, c.data_type, c.column_index FROM duckdb_columns() c JOIN duckdb_tables() t USING (table_oid, schema_oid, database_oid) WHERE NOT t.internal AND NOT t.temporary AND NOT starts_with(t.table_name, 'oktaql_') ORDER BY lower(c.table_name), c.column_index",
  );
  return (await result.getRows()).map(([table, column, type, position]) => ({
    table: String(table),
    column: String(column),
    type: String(type),
    position: Number(position),
  }));
}

/** None for a table that there is not. */
export async function readColumnNames(connection: DuckDBConnection, table: string): Promise<readonly string[]> {
  const result = await connection.run(
    'SELECT column_name FROM duckdb_columns() WHERE NOT internal AND lower(table_name) = lower($1)',
    [table],
  );
  return (await result.getRows()).map(([name]) => String(name));
}
