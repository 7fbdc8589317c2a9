/**
 * The catalog as one connection sees it.
 *
 * @module
 */

import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import { engineFailure } from '../engine/failures.ts';
import { interruptOn } from '../engine/interrupt.ts';
import {
  CancelledError,
  NotSupportedError,
  QueryError,
  ResourceLimitError,
  SqlSyntaxError,
  TimeoutError,
} from '../errors.ts';
import { isForCatalog } from './answers.ts';
import type {
  CatalogColumn,
  CatalogConnection,
  CatalogResult,
  CatalogSession,
  CatalogShape,
  OwnTable,
} from './contract.ts';
import { createDefinitions, type Definitions } from './definitions.ts';
import { createNames, type ObjectNames } from './names.ts';
import { type ObjectRows, objectRows, ownTables } from './objects.ts';
import { renderValue } from './render.ts';
import { isNode, listAt, type Node, nodeAt } from './rewrite/nodes.ts';
import { rewriteQuery } from './rewrite/query.ts';
import type { TypedColumn } from './rewrite/scope.ts';
import type { Statement } from './rewrite/statement.ts';
import { readableText } from './rewrite/text.ts';
import { baseType, typeOfHeld } from './types.ts';
import type { World } from './world.ts';

/** What an answer may cost: whoever is logged in may ask for all combinations of all columns. */
const LIMITS = { rows: 200_000, timeMs: 10_000, textBytes: 64 * 1024 * 1024, statementBytes: 1024 * 1024 } as const;

/** What the catalog says of itself where PostgreSQL says how it was compiled. Clients read the number. */
const versionText = (version: string): string => `PostgreSQL 15.0 (oktaql ${version})`;

interface Prepared {
  readonly sql: string;
  readonly columns: readonly TypedColumn[];
  readonly statement: Statement;
  readonly sleepMs: number;
}

/** What of a session depends on its own tables. */
interface OwnState {
  readonly key: string;
  readonly rows: ObjectRows;
  readonly names: ObjectNames;
  readonly definitions: Definitions;
}

export function openSession(
  world: () => Promise<World>,
  connection: CatalogConnection,
  version: string,
): CatalogSession {
  let opened: Promise<DuckDBConnection> | undefined;
  let state: OwnState | undefined;
  // DuckDB's connection does one thing at a time.
  let waiting: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = waiting.then(work);
    waiting = result.catch(() => undefined);
    return result;
  };

  const duckDb = async (): Promise<DuckDBConnection> => {
    opened ??= world().then(({ store }) => store.connect());
    return opened;
  };

  const ownState = async (db: DuckDBConnection): Promise<OwnState> => {
    const own = await connection.ownTables();
    const key = JSON.stringify(own);
    if (state?.key !== key) state = newState(own, key, await world(), db, connection.database);
    return state;
  };

  const prepare = async (
    text: string,
    values: readonly (string | null)[] | undefined,
    given: readonly number[],
  ): Promise<Prepared> => {
    if (text.length > LIMITS.statementBytes) throw tooMuch('The statement is longer than the catalog reads.');
    const db = await duckDb();
    const { types, facts } = await world();
    const own = await ownState(db);
    const tree = await parse(db, readableText(text), text);
    const path = searchPath(connection, own.names);
    const statement: Statement = {
      facts,
      names: own.names,
      ...path,
      user: connection.user,
      database: connection.database,
      pid: connection.pid,
      version: versionText(version),
      setting: (name) => connection.setting(name),
      parameters: { values, types: given.map((oid) => (oid === 0 ? undefined : types.nameOf(oid))) },
      uses: { relations: new Set(), functions: new Set() },
    };
    const { node, columns } = rewriteQuery(tree.node, statement);
    await own.definitions.ensure(statement.uses);
    const sql = await deserialized(db, node);
    return { sql, columns, statement, sleepMs: sleepOf(tree.node) };
  };

  return {
    answers: isForCatalog,
    describe: (text, given, signal) =>
      inTurn(async () => {
        const { sql, columns, statement } = await prepare(text, undefined, given);
        const { types } = await world();
        const prepared = await bounded(await duckDb(), signal, (db) => db.prepare(sql));
        try {
          const parameters = Array.from(statement.parameters.types, (type) => types.oidOf(type ?? 'text'));
          return {
            columns: catalogColumns(preparedShape(prepared), columns, types),
            parameters,
          } satisfies CatalogShape;
        } finally {
          prepared.destroySync();
        }
      }),
    query: (text, values, given, signal) =>
      inTurn(async () => {
        const { sql, columns, statement, sleepMs } = await prepare(text, values, given);
        await sleep(sleepMs, signal);
        const { types } = await world();
        const result = await bounded(await duckDb(), signal, async (db) => {
          const stream = await db.stream(sql);
          return { stream, rows: await readRows(stream) };
        });
        const shape = catalogColumns(resultShape(result.stream), columns, types);
        const names = typeNames(resultShape(result.stream), columns);
        const write = (type: string, oid: number): string => statement.names.write(type, oid, statement.path);
        const rows = result.rows.map((row) =>
          row.map((value, index) => renderValue(value, names[index] ?? 'text', write)),
        );
        return { columns: shape, rows, tag: `SELECT ${rows.length}` } satisfies CatalogResult;
      }),
    close: () =>
      inTurn(async () => {
        // One that could not be opened has nothing to close.
        const db = await opened?.catch(() => undefined);
        db?.closeSync();
      }),
  };
}

function newState(
  own: readonly OwnTable[],
  key: string,
  world: World,
  db: DuckDBConnection,
  database: string,
): OwnState {
  const { facts, objects, names, oid, typeFacts, store } = world;
  const rows = objectRows({ schemas: [], tables: ownTables(own) }, oid, typeFacts);
  const all = own.length === 0 ? names : createNames(facts, merged(objects, rows));
  return { key, rows, names: all, definitions: createDefinitions(db, store, { facts, own: rows, database }) };
}

function merged(objects: ObjectRows, own: ObjectRows): ObjectRows {
  const relations = new Set([...objects.keys(), ...own.keys()]);
  return new Map([...relations].map((name) => [name, [...(objects.get(name) ?? []), ...(own.get(name) ?? [])]]));
}

/** `"$user", public` and the like, of which only schemas that there are count. */
function searchPath({ setting, user }: CatalogConnection, names: ObjectNames): Pick<Statement, 'path' | 'ownPath'> {
  const text = setting('search_path') ?? '"$user", public';
  const listed = [...text.matchAll(/"((?:[^"]|"")*)"|([^\s,]+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'),
  );
  const ownPath = listed
    .map((name) => (name === '$user' ? user : name))
    .filter((name) => names.find('regnamespace', JSON.stringify(name), []) !== undefined);
  return { ownPath, path: ownPath.includes('pg_catalog') ? ownPath : ['pg_catalog', ...ownPath] };
}

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: unknown;
}

async function parse(db: DuckDBConnection, readable: string, text: string): Promise<{ readonly node: Node }> {
  const [row] = await (await db.run('SELECT json_serialize_sql($1::VARCHAR)', [readable])).getRows();
  const parsed = JSON.parse(String(row?.[0])) as Parsed;
  if (parsed.error) {
    throw new SqlSyntaxError(`The catalog cannot read this: ${parsed.error_message ?? 'it is no SELECT'}.`, {
      position: { offset: 0, line: 1, column: 1 },
      excerpt: text.split('\n', 1)[0] ?? '',
    });
  }
  const statements = listAt({ statements: parsed.statements }, 'statements');
  const node = nodeAt(statements[0], 'node');
  if (node === undefined || statements.length > 1)
    throw new NotSupportedError('The catalog answers one SELECT at a time.');
  return { node };
}

async function deserialized(db: DuckDBConnection, node: Node): Promise<string> {
  const statements = [{ node, named_param_map: [] }];
  const tree = JSON.stringify({ error: false, statements }, withoutPlaces);
  try {
    const [row] = await (await db.run('SELECT json_deserialize_sql($1::JSON)', [tree])).getRows();
    return String(row?.[0]);
  } catch (error) {
    throw engineFailure(error, []);
  }
}

/** What DuckDB has no place for has the greatest of its numbers, which JSON cannot hold here. Nobody asks for places any more. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'query_location' ? 0 : value;
}

/** Runs something that ends with its signal, or with the time that an answer may take. */
async function bounded<T>(
  db: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: (db: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), LIMITS.timeMs);
  const both = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]);
  const interrupting = interruptOn(both, db);
  try {
    return await work(db);
  } catch (error) {
    if (signal?.aborted === true) throw new CancelledError(undefined, { cause: error });
    if (deadline.signal.aborted) {
      throw new TimeoutError('The catalog took too long for this answer.', {
        elapsedMs: LIMITS.timeMs,
        cause: error,
        hint: 'Ask for fewer relations at once, and join them by their OIDs.',
      });
    }
    throw error instanceof QueryError ? error : engineFailure(error, []);
  } finally {
    interrupting.stop();
    clearTimeout(timer);
  }
}

async function readRows(stream: DuckDBResult): Promise<readonly (readonly DuckDBValue[])[]> {
  const rows: (readonly DuckDBValue[])[] = [];
  let bytes = 0;
  for (let chunk = await stream.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await stream.fetchChunk()) {
    for (const row of chunk.getRows()) {
      for (const value of row) bytes += typeof value === 'string' ? value.length : 8;
      rows.push(row);
    }
    if (rows.length > LIMITS.rows || bytes > LIMITS.textBytes)
      throw tooMuch('The answer is longer than the catalog gives.');
  }
  return rows;
}

function tooMuch(message: string): ResourceLimitError {
  return new ResourceLimitError(message, { hint: 'Ask for less at once: restrict relations by their OIDs or names.' });
}

interface HeldColumn {
  readonly name: string;
  readonly held: string;
}

function resultShape(result: DuckDBResult): readonly HeldColumn[] {
  return result.columnNames().map((name, index) => ({ name, held: String(result.columnType(index)) }));
}

function preparedShape(prepared: DuckDBPreparedStatement): readonly HeldColumn[] {
  return Array.from({ length: prepared.columnCount }, (_, index) => ({
    name: prepared.columnName(index),
    held: String(prepared.columnType(index)),
  }));
}

/** PostgreSQL's types where they were found, else those that DuckDB's come nearest to. */
function typeNames(held: readonly HeldColumn[], found: readonly TypedColumn[]): readonly string[] {
  const isSame = held.length === found.length;
  return held.map((column, index) => (isSame && found[index]?.type) || typeOfHeld(column.held));
}

function catalogColumns(
  held: readonly HeldColumn[],
  found: readonly TypedColumn[],
  types: World['types'],
): readonly CatalogColumn[] {
  const names = typeNames(held, found);
  return held.map(({ name }, index) => {
    const { type, typmod } = baseType(names[index] ?? 'text');
    return { name: held.length === found.length ? (found[index]?.name ?? name) : name, oid: types.oidOf(type), typmod };
  });
}

/** `SELECT pg_sleep(2)`, with which clients try whether they can cancel. */
function sleepOf(node: Node): number {
  const [only, second] = listAt(node, 'select_list');
  if (second !== undefined || only?.['function_name'] !== 'pg_sleep') return 0;
  const [argument] = listAt(only, 'children');
  const value = nodeAt(argument, 'value');
  const scale = Number(nodeAt(nodeAt(value, 'type'), 'type_info')?.['scale'] ?? 0);
  const seconds = isNode(value) ? Number(value['value']) / 10 ** scale : 0;
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms === 0) return;
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      signal?.removeEventListener('abort', abort);
      clearTimeout(timer);
    };
    const abort = (): void => {
      end();
      reject(new CancelledError());
    };
    const timer = setTimeout(
      () => {
        end();
        resolve();
      },
      Math.min(ms, 2 ** 31 - 1),
    );
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
