/**
 * The engine on DuckDB: in memory or on a file, one instance per session, closed to files, extensions and settings
 * before any statement of a user runs.
 *
 * @module
 */

import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { CancelledError, InvalidValueError } from '../errors.ts';
import { literalText } from '../sql/text/sql-text.ts';
import { checkContents } from './contents.ts';
import { realDirectories } from './copy-target.ts';
import {
  type DatabaseFile,
  holdDatabaseFile,
  makeSpillDirectory,
  removeSpillDirectory,
  sweepSpillDirectories,
  unusableDatabase,
} from './disk.ts';
import { unlessStopped, withinTime } from './ending.ts';
import type { Engine, EngineStatement } from './engine.ts';
import { engineFailure } from './failures.ts';
import { type DuckDb, loadDuckDb } from './load.ts';
import type { DuckDbOptions } from './options.ts';
import type { LocalLimits } from './sandbox.ts';
import { keepSpare, type Spare, takeSpare } from './spare.ts';
import { DuckDbStatement, type StatementContext } from './statement.ts';
import { CREATE_VIEWS } from './views.ts';

/** A DuckDB that runs. */
interface Running {
  readonly api: DuckDb;
  readonly instance: DuckDBInstance;
  readonly spillDirectory: string;
  readonly file: DatabaseFile | undefined;
  /** Real paths. */
  readonly writableDirectories: readonly string[];
  readonly localLimits: () => Promise<LocalLimits>;
}

/** What can be set only when DuckDB starts. https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview */
const CLOSED: Readonly<Record<string, string>> = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  // Otherwise secrets of the user's other work with DuckDB could be listed.
  allow_persistent_secrets: 'false',
  // Else that of the environment, with its password.
  http_proxy: '',
};

const IN_MEMORY = ':memory:';

export const DEFAULT_MEMORY_LIMIT = '1GB';

/**
 * How long closing may take. What heeds no interrupt can hold all threads that DuckDB has to ask in, so that nothing of it ends any
 * more: then it is closed when they are free again, and nobody waits for that.
 */
const CLOSING_MS = 800;

/** The engine in this process. */
export interface DuckDbEngine extends Engine {
  begin(signal?: AbortSignal): Promise<DuckDbStatement>;
  /** Opens DuckDB before a statement needs it. What cannot be opened is told when one begins. */
  prepare(): void;
}

/** Loading DuckDB takes a tenth of a second, so it happens when the first statement needs it. */
export function createDuckDbEngine(options: DuckDbOptions = {}): DuckDbEngine {
  const allowedFiles = (options.allowFiles ?? []).map((file) => resolve(file));
  const open = new Set<EngineStatement>();
  const beginning = new Set<Promise<DuckDbStatement>>();
  const ended = new AbortController();
  // Each that begins listens to it for a while.
  setMaxListeners(0, ended.signal);
  let starting: Promise<Running> | undefined;
  let closing: Promise<void> | undefined;
  // Whether another session would find it as this one did.
  let isAsNew = isPlain(options);

  const started = (): Promise<Running> => {
    starting ??= start(options, allowedFiles).catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };

  const begin = async (signal: AbortSignal | undefined): Promise<DuckDbStatement> => {
    const { file, ...running } = await started();
    const { writableDirectories } = running;
    const onCommit = (): void => {
      isAsNew = false;
      file?.protectLog();
    };
    const onClose = (isAtWork: boolean): void => {
      if (isAtWork) isAsNew = false;
    };
    return await beginStatement(running, { allowedFiles, writableDirectories, open, signal, onCommit, onClose });
  };

  const close = async (): Promise<void> => {
    // Closing the instance while a connection to it is made would end the process.
    await Promise.allSettled(beginning);
    await Promise.all([...open].map((statement) => statement.close()));
    if (starting === undefined) return;
    const running = await starting;
    starting = undefined;
    if (!isAsNew || !(await keepSpare(running))) stop(running);
  };

  return {
    begin: async (signal) => {
      if (closing !== undefined) throw closedSession();
      const statement = begin(signal);
      beginning.add(statement);
      const done = (): boolean => beginning.delete(statement);
      statement.then(done, done);
      return await unlessStopped(statement, [signal, ended.signal], (late) => void late.close());
    },
    prepare: () => {
      if (closing === undefined) started().catch(() => undefined);
    },
    close: () => {
      ended.abort(closedSession());
      closing ??= withinTime(CLOSING_MS, close());
      return closing;
    },
  };
}

/** What a statement gets that begins when its session has ended. */
export function closedSession(): CancelledError {
  return new CancelledError('The session is closed.', { hint: 'createSession() opens another one.' });
}

async function start(options: DuckDbOptions, allowedFiles: readonly string[]): Promise<Running> {
  const api = loadDuckDb();
  sweepSpillDirectories(options.spillDirectory);
  const spare = isPlain(options) ? takeSpare() : undefined;
  if (spare !== undefined) return runningOf(api, spare, undefined, []);
  const writableDirectories = realDirectories(options.allowWrite ?? []);
  const spillDirectory = makeSpillDirectory(options.spillDirectory);
  let file: DatabaseFile | undefined;
  try {
    if (isFile(options.database)) file = await holdDatabaseFile(api, options.database);
    const instance = await openInstance(api, options, { file, spillDirectory, allowedFiles, writableDirectories });
    return runningOf(api, { instance, spillDirectory }, file, writableDirectories);
  } catch (error) {
    removeSpillDirectory(spillDirectory);
    file?.release();
    throw error;
  }
}

function runningOf(
  api: DuckDb,
  { instance, spillDirectory }: Spare,
  file: DatabaseFile | undefined,
  writableDirectories: readonly string[],
): Running {
  const privatePaths = [spillDirectory, ...(file === undefined ? [] : [file.path])];
  const localLimits = once(async () => ({
    tableFunctions: await readTableFunctions(instance),
    privatePaths,
    writableDirectories,
  }));
  return { api, instance, spillDirectory, file, writableDirectories, localLimits };
}

/** Whether it is set to nothing: such engines are alike, and no file or limit of theirs can prove unusable. */
export function isPlain({
  database,
  allowFiles = [],
  allowWrite = [],
  memoryLimit,
  spillDirectory,
  spillLimit,
  threads,
}: DuckDbOptions): boolean {
  return (
    [database, memoryLimit, spillDirectory, spillLimit, threads].every((each) => each === undefined) &&
    allowFiles.length === 0 &&
    allowWrite.length === 0
  );
}

/** Whether local tables are kept. */
export function isFile(database: string | undefined): database is string {
  return database !== undefined && database !== IN_MEMORY;
}

interface Places {
  readonly file: DatabaseFile | undefined;
  readonly spillDirectory: string;
  readonly allowedFiles: readonly string[];
  readonly writableDirectories: readonly string[];
}

async function openInstance(api: DuckDb, options: DuckDbOptions, places: Places): Promise<DuckDBInstance> {
  const instance = await openDatabase(api, options.database, places);
  try {
    const connection = await instance.connect();
    if (places.file !== undefined) await checkContents(connection, places.file.path);
    await setSize(connection, 'memoryLimit', options.memoryLimit ?? DEFAULT_MEMORY_LIMIT);
    await setSize(connection, 'spillLimit', options.spillLimit ?? '10GB');
    if (options.threads !== undefined) await connection.run(`SET threads = ${options.threads}`);
    await lockDown(connection, places);
    await connection.run(CREATE_VIEWS);
    places.file?.protectLog();
    connection.closeSync();
    return instance;
  } catch (error) {
    instance.closeSync();
    throw engineFailure(error, []);
  }
}

async function openDatabase(
  api: DuckDb,
  database: string | undefined,
  { file, spillDirectory }: Places,
): Promise<DuckDBInstance> {
  try {
    // Secrets would be kept in a folder of the user's home.
    const directories = { temp_directory: spillDirectory, secret_directory: spillDirectory };
    return await api.DuckDBInstance.create(file?.path ?? IN_MEMORY, { ...CLOSED, ...directories });
  } catch (error) {
    throw databaseFailure(database, error);
  }
}

/** DuckDB's reasons, of which only the text tells one from the other. */
function databaseFailure(database: string | undefined, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (database === undefined) return engineFailure(error, []);
  if (text.includes('not a valid DuckDB database file'))
    return unusableDatabase(database, 'is no DuckDB database', error);
  const lock = /Could not set lock on file/.test(text);
  const process = /\(PID (\d+)\)/.exec(text)?.[1];
  if (lock) return unusableDatabase(database, `is open in another process${process ? ` (${process})` : ''}`, error);
  return unusableDatabase(database, `cannot be opened: ${text.split('\n')[0]?.replaceAll(/"[^"]*"/g, 'it')}`, error);
}

const SIZES = { memoryLimit: 'memory_limit', spillLimit: 'max_temp_directory_size' } as const;

async function setSize(connection: DuckDBConnection, option: keyof typeof SIZES, size: string): Promise<void> {
  try {
    await connection.run(`SET ${SIZES[option]} = '${size.replaceAll("'", "''")}'`);
  } catch (cause) {
    throw new InvalidValueError(`${JSON.stringify(size)} is no amount of memory.`, {
      subject: option,
      hint: "Write a number with a unit, such as '500MB' or '2GB'.",
      cause,
    });
  }
}

/**
 * What DuckDB 1.5 gets wrong. `join_filter_pushdown` hands the keys of a join to what it reads, also where those rows pass two ORDER BY …
 * LIMIT, one within the other: now and then, as threads come along, rows are counted that the first LIMIT left out.
 */
const UNSOUND_OPTIMIZERS = 'join_filter_pushdown';

/** The order matters: paths cannot be set once external access is off, and nothing once the configuration is locked. */
async function lockDown(connection: DuckDBConnection, { allowedFiles, writableDirectories }: Places): Promise<void> {
  await connection.run(`SET allowed_paths = [${allowedFiles.map(literalText).join(', ')}]`);
  await connection.run(`SET allowed_directories = [${writableDirectories.map(literalText).join(', ')}]`);
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run(`SET GLOBAL disabled_optimizers = '${UNSOUND_OPTIMIZERS}'`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

async function readTableFunctions(instance: DuckDBInstance): Promise<ReadonlySet<string>> {
  const connection = await instance.connect();
  try {
    const result = await connection.run(
      "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro', 'pragma')",
    );
    return new Set((await result.getRows()).map(([name]) => String(name)));
  } finally {
    connection.closeSync();
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

interface Beginning
  extends Pick<StatementContext, 'allowedFiles' | 'writableDirectories' | 'signal' | 'onCommit' | 'onClose'> {
  readonly open: Set<EngineStatement>;
}

async function beginStatement(
  { api, instance, localLimits }: Omit<Running, 'file'>,
  { open, onClose, ...context }: Beginning,
): Promise<DuckDbStatement> {
  const connection = await instance.connect();
  await connection.run('BEGIN TRANSACTION');
  const statement: DuckDbStatement = new DuckDbStatement({
    api,
    connection,
    localLimits,
    ...context,
    onClose: (isAtWork) => {
      open.delete(statement);
      onClose(isAtWork);
    },
  });
  open.add(statement);
  return statement;
}

function stop({ instance, spillDirectory, file }: Running): void {
  try {
    instance.closeSync();
  } finally {
    removeSpillDirectory(spillDirectory);
    file?.release();
  }
}
