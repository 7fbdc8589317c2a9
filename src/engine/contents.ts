/**
 * What a database file holds besides tables. Somebody else may have made it: a macro of theirs called `count` or `+` would change
 * what every statement means, and a view may reach for what no statement may.
 *
 * Asked before anything else is run on the file, and without a function or an operator that a macro could stand in for.
 *
 * @module
 */

import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { InvalidValueError, QueryError } from '../errors.ts';
import { isSignificant, isWord } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { readableByDuckDb } from './readable.ts';
import { checkExpression, checkName, checkView } from './sandbox.ts';
import { asDuckDbCompares, parseTree } from './tree.ts';

/** @throws InvalidValueError naming what the file may not hold */
export async function checkContents(connection: DuckDBConnection, database: string): Promise<void> {
  const refuse = (what: string, names: readonly string[]): void => {
    if (names.length > 0) throw unfit(database, `${what}: ${listed(names)}`);
  };
  // Views and defaults may call macros, whose bodies are looked at nowhere.
  refuse('macros, which would change what statements mean', await macros(connection));
  refuse('types with names of others', await types(connection));
  refuse('views that reach into the engine or for files', await views(connection));
  refuse('tables or indexes that reach into the engine', await tables(connection));
}

async function macros(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = await read(connection, 'function_name, internal, function_type', 'duckdb_functions');
  return rows.filter(([, internal, type]) => internal !== true && /macro/.test(String(type))).map(nameOf);
}

async function types(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = await read(connection, 'type_name, internal', 'duckdb_types');
  const known = new Set(rows.filter(([, internal]) => internal === true).map((row) => asDuckDbCompares(nameOf(row))));
  return rows.filter((row) => row[1] !== true && known.has(asDuckDbCompares(nameOf(row)))).map(nameOf);
}

async function views(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = await read(connection, 'view_name, internal, sql', 'duckdb_views');
  const refused: string[] = [];
  for (const row of rows.filter(([, internal]) => internal !== true)) {
    if (!(await isFit(() => checkViewText(connection, nameOf(row), String(row[2]))))) refused.push(nameOf(row));
  }
  return refused;
}

async function checkViewText(connection: DuckDBConnection, name: string, sql: string): Promise<void> {
  checkName(name);
  const start = tokenize(sql).find((token) => isWord(token, 'AS'))?.end ?? 0;
  checkView(await parseTree(connection, readableByDuckDb(sql.slice(start))));
}

/** The session's own table of views aside: defaults and conditions are expressions, which may call functions. */
async function tables(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = [
    ...(await read(connection, 'table_name, internal, sql', 'duckdb_tables')),
    ...(await read(connection, 'index_name, is_unique, sql', 'duckdb_indexes')),
  ];
  const refused: string[] = [];
  for (const row of rows) {
    const definition = behindName(String(row[2] ?? ''));
    if (!(await isFit(() => checkDefinition(nameOf(row), definition)))) refused.push(nameOf(row));
  }
  return refused;
}

function checkDefinition(name: string, definition: string): void {
  if (name !== 'oktaql_views') checkName(name);
  checkExpression(definition);
}

/** What stands in the parentheses, which say more than names. */
function behindName(sql: string): string {
  const open = tokenize(sql)
    .filter(isSignificant)
    .find(({ kind, value }) => kind === 'operator' && value === '(');
  return open === undefined ? '' : sql.slice(open.start);
}

async function isFit(check: () => void | Promise<void>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (error instanceof QueryError) return false;
    throw error;
  }
}

/** The whole name of the function: a macro in the file may be called like it. */
async function read(
  connection: DuckDBConnection,
  columns: string,
  listing: string,
): Promise<readonly (readonly DuckDBValue[])[]> {
  return (await connection.run(`SELECT ${columns} FROM system.main.${listing}()`)).getRows();
}

function nameOf([name]: readonly DuckDBValue[]): string {
  return String(name);
}

const MOST_NAMES = 8;

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)].sort();
  const shown = unique.slice(0, MOST_NAMES).join(', ');
  return unique.length > MOST_NAMES ? `${shown} and ${unique.length - MOST_NAMES} more` : shown;
}

function unfit(database: string, what: string): InvalidValueError {
  return new InvalidValueError(`The database ${JSON.stringify(database)} holds ${what}.`, {
    subject: 'database',
    hint: 'Whoever made the file can drop them in DuckDB; or copy its tables into a new file.',
  });
}
