/**
 * The engine on DuckDB: in memory, one instance per session, closed to files, extensions and settings before any
 * statement of a user runs.
 *
 * @module
 */

import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, DuckDBResult, DuckDBType } from '@duckdb/node-api';
import { CancelledError, SqlSyntaxError } from '../errors.ts';
import { positionAt } from '../sql/position.ts';
import type { Column, ResultColumn, Row } from '../values.ts';
import { createConverter, toDuckDb } from './convert.ts';
import type { Engine, EngineFilter, EngineStatement, EngineTable, ResultStream } from './engine.ts';
import { engineFailure, maskLiterals } from './failures.ts';
import { type DuckDb, loadDuckDb } from './load.ts';
import { quote, rewriteReferences } from './rewrite.ts';

export interface DuckDbOptions {
  /** Memory that DuckDB may use, in its own notation. Default is `1GB`. */
  readonly memoryLimit?: string;
}

/** The settings that close the database. https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview */
const CLOSED: Readonly<Record<string, string>> = {
  // Otherwise what does not fit into memory is written, in clear, to `.tmp` in the working directory. This one comes
  // first: it cannot be set once external access is off.
  temp_directory: '',
  enable_external_access: 'false',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
};

/** Loading DuckDB takes a tenth of a second, so it happens when the first statement needs it. */
export function createDuckDbEngine(options: DuckDbOptions = {}): Engine {
  let starting: Promise<{ api: DuckDb; instance: DuckDBInstance }> | undefined;
  let statements = 0;
  return {
    open: async (text, tables) => {
      starting ??= start(options).catch((error: unknown) => {
        starting = undefined;
        throw engineFailure(error, []);
      });
      const { api, instance } = await starting;
      statements += 1;
      return openStatement({ api, connection: await instance.connect(), text, tables, prefix: `oktaql_${statements}` });
    },
    close: async () => {
      if (starting !== undefined) (await starting).instance.closeSync();
      starting = undefined;
    },
  };
}

async function start({ memoryLimit = '1GB' }: DuckDbOptions): Promise<{ api: DuckDb; instance: DuckDBInstance }> {
  const api = loadDuckDb();
  const instance = await api.DuckDBInstance.create(':memory:', { ...CLOSED, memory_limit: memoryLimit });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run('SET lock_configuration = true');
  connection.closeSync();
  return { api, instance };
}

interface Opening {
  readonly api: DuckDb;
  readonly connection: DuckDBConnection;
  readonly text: string;
  readonly tables: readonly EngineTable[];
  readonly prefix: string;
}

async function openStatement({ api, connection, text, tables, prefix }: Opening): Promise<EngineStatement> {
  const tableName = (ordinal: number): string => `${prefix}_${ordinal}`;
  // With its catalog: a CTE of the user's could have the same name.
  const reference = (ordinal: number): string => `temp.${quote(tableName(ordinal))}`;
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw engineFailure(cause, tables);
    }
  };
  const close = async (): Promise<void> => {
    // Temporary tables end with their connection.
    connection.closeSync();
  };

  const prepare = async (): Promise<string> => {
    const rewritten = rewriteReferences(text, await parseTree(connection, text), tables, reference);
    for (const { ordinal, columns } of tables) await connection.run(createTable(tableName(ordinal), columns));
    (await connection.prepare(rewritten)).destroySync();
    return rewritten;
  };

  let sql: string;
  try {
    sql = await attempt(prepare);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    load: (ordinal, batches) =>
      attempt(() => append(api, connection, tableName(ordinal), columnsOf(tables, ordinal), batches)),
    distinct: (ordinal, columns, filters) =>
      attempt(async () => {
        const result = await connection.run(selectDistinct(tableName(ordinal), columns, filters));
        const chunks = await result.fetchAllChunks();
        return chunks.flatMap(rowsOf(api, result));
      }),
    run: (signal) => attempt(() => run(api, connection, sql, signal)),
    close,
  };
}

async function parseTree(connection: DuckDBConnection, text: string): Promise<unknown> {
  const [[json] = []] = await (await connection.run('SELECT json_serialize_sql($1::VARCHAR)', [text])).getRows();
  const tree = JSON.parse(String(json)) as {
    readonly error: boolean;
    readonly error_message?: string;
    readonly position?: string;
    readonly statements?: unknown;
  };
  if (!tree.error) return tree.statements;
  const offset = Buffer.from(text).toString('utf8', 0, Number(tree.position ?? 0)).length;
  const position = positionAt(text, offset);
  const message = maskLiterals((tree.error_message ?? 'not a SELECT').split('\n')[0] ?? '');
  throw new SqlSyntaxError(
    `The engine cannot read the statement: ${message} (line ${position.line}, column ${position.column}).`,
    {
      position,
      excerpt: '',
    },
  );
}

function createTable(name: string, columns: readonly Column[]): string {
  return `CREATE TEMP TABLE ${quote(name)} (${columns.map((column) => `${quote(column.name)} ${column.type}`).join(', ')})`;
}

function columnsOf(tables: readonly EngineTable[], ordinal: number): readonly Column[] {
  return tables.find((table) => table.ordinal === ordinal)?.columns ?? [];
}

/** DuckDB's own vector size; larger chunks are not accepted. */
const CHUNK_ROWS = 2048;

async function append(
  api: DuckDb,
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  batches: AsyncIterable<readonly Row[]>,
): Promise<number> {
  const appender = await connection.createAppender(table, null, 'temp');
  const types = columns.map((_column, index) => appender.columnType(index));
  let count = 0;
  try {
    for await (const rows of batches) {
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
        const part = rows.slice(start, start + CHUNK_ROWS);
        const chunk = api.DuckDBDataChunk.create(types, part.length);
        chunk.setColumns(columns.map(({ type }, index) => part.map((row) => toDuckDb(api, row[index] ?? null, type))));
        appender.appendDataChunk(chunk);
      }
      count += rows.length;
    }
    appender.closeSync();
  } catch (error) {
    appender.closeSync();
    await connection.run(`DELETE FROM ${quote(table)}`);
    throw error;
  }
  return count;
}

function selectDistinct(table: string, columns: readonly string[], filters: readonly EngineFilter[]): string {
  const names = columns.map(quote);
  const conditions = [
    ...names.map((name) => `${name} IS NOT NULL`),
    ...filters.map(({ column, values }) =>
      values.length === 0 ? 'false' : `${quote(column)} IN (${values.map(literal).join(', ')})`,
    ),
  ];
  // Ordered by first appearance, so that requests are made in the order of the source's rows.
  return `SELECT ${names.join(', ')} FROM ${quote(table)} WHERE ${conditions.join(' AND ')} GROUP BY ${names.join(', ')} ORDER BY min(rowid)`;
}

function literal(value: string | number | boolean | null): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

async function run(
  api: DuckDb,
  connection: DuckDBConnection,
  sql: string,
  signal?: AbortSignal,
): Promise<ResultStream> {
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
  const interrupting = interruptOn(signal, connection);
  try {
    const result = await connection.run(sql);
    const types = result.columnTypes();
    const columns = result.columnNames().map((name, index): ResultColumn => ({ name, type: typeName(types[index]) }));
    const toRows = rowsOf(api, result);
    return {
      columns,
      batches: async function* () {
        for await (const chunk of result) yield toRows(chunk);
      },
    };
  } finally {
    interrupting.stop();
  }
}

/** The types are those of the result: a chunk no longer knows which of its texts are JSON. */
function rowsOf(api: DuckDb, result: DuckDBResult): (chunk: DuckDBDataChunk) => readonly Row[] {
  const types = result.columnTypes();
  const convert = createConverter(api);
  return (chunk) => {
    const columns = types.map((type, index) =>
      chunk.getColumnValues(index).map((value) => convert(value, type, convert)),
    );
    return Array.from({ length: chunk.rowCount }, (_, row) => columns.map((column) => column[row] ?? null));
  };
}

const INTERRUPT_AGAIN_MS = 20;

/** DuckDB forgets an interrupt that comes before the query has begun, so it is repeated until the query has ended. */
function interruptOn(signal: AbortSignal | undefined, connection: DuckDBConnection): { readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), INTERRUPT_AGAIN_MS);
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  return {
    stop: () => {
      signal?.removeEventListener('abort', interrupt);
      clearInterval(timer);
    },
  };
}

/** JSON is a VARCHAR with an alias to DuckDB, which prints only the VARCHAR. */
function typeName(type: DuckDBType | undefined): string {
  return type?.alias ?? String(type).replaceAll('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ');
}
