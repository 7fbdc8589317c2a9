/**
 * What the engine has on disk: a private directory for what does not fit into memory, and the file of local tables.
 *
 * @module
 */

import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidValueError } from '../errors.ts';
import type { DuckDb } from './load.ts';

const OWNER_ONLY = 0o600;

/**
 * A new directory that only its owner can enter. DuckDB makes its files readable for all, and can encrypt them only with
 * an extension, so the directory has to keep others out.
 *
 * @param parent default is the system's directory for temporary files
 * @throws InvalidValueError if there is no making it
 */
export function makeSpillDirectory(parent: string = tmpdir()): string {
  try {
    mkdirSync(parent, { recursive: true });
    return realpathSync(mkdtempSync(join(parent, 'oktaql-')));
  } catch (cause) {
    throw new InvalidValueError(`No directory can be made in ${JSON.stringify(parent)}: ${reason(cause)}.`, {
      subject: 'spillDirectory',
      cause,
    });
  }
}

export function removeSpillDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/**
 * The files that engines of this process have open. The lock that DuckDB sets keeps other processes out but not a second
 * engine of the same one, and two that write one file destroy it.
 */
const OPEN_FILES = new Set<string>();

/** The file of local tables, held until released. */
export interface DatabaseFile {
  readonly path: string;
  /** DuckDB makes the log beside the file with the rights of the process: takes them back from everybody else. */
  protectLog(): void;
  release(): void;
}

/**
 * Makes the file if it is not there, readable for its owner only, and holds it.
 *
 * @throws InvalidValueError if this process has it open already, or it cannot be made
 */
export async function holdDatabaseFile(api: DuckDb, database: string): Promise<DatabaseFile> {
  const path = realPath(database);
  if (OPEN_FILES.has(path)) throw unusableDatabase(database, 'is open in another session of this process');
  OPEN_FILES.add(path);
  const release = (): void => {
    OPEN_FILES.delete(path);
  };
  try {
    if (!existsSync(path)) await createDatabaseFile(api, path);
    else checkMagic(path, database);
  } catch (error) {
    release();
    throw error;
  }
  const log = `${path}.wal`;
  return {
    path,
    protectLog: () => {
      if (existsSync(log)) chmodSync(log, OWNER_ONLY);
    },
    release,
  };
}

/**
 * DuckDB opens a CSV, a Parquet or an SQLite file as well, and keeps nothing in it. Its own files have this word behind a
 * checksum of eight bytes. https://duckdb.org/docs/stable/internals/storage
 */
function checkMagic(path: string, database: string): void {
  const header = Buffer.alloc(12);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, header);
  } catch (cause) {
    throw unusableDatabase(database, `cannot be read: ${reason(cause)}`, cause);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 8) !== 'DUCK') throw unusableDatabase(database, 'is no DuckDB database');
}

/** Two names of one file are one file. */
function realPath(database: string): string {
  const path = resolve(database);
  if (existsSync(path)) return realpathSync(path);
  const directory = dirname(path);
  if (!existsSync(directory)) throw unusableDatabase(database, 'is in a directory that does not exist');
  return join(realpathSync(directory), basename(path));
}

/** DuckDB would make the file readable for all and takes no empty one, so an empty database is copied there. */
async function createDatabaseFile(api: DuckDb, path: string): Promise<void> {
  const directory = makeSpillDirectory();
  try {
    const empty = join(directory, 'empty.duckdb');
    (await api.DuckDBInstance.create(empty)).closeSync();
    chmodSync(empty, OWNER_ONLY);
    copyFileSync(empty, path, constants.COPYFILE_EXCL);
  } catch (cause) {
    throw unusableDatabase(path, `cannot be made: ${reason(cause)}`, cause);
  } finally {
    removeSpillDirectory(directory);
  }
}

/** `EACCES`, where there is such a code. */
function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code ?? message;
}

/** Why a database cannot be used. */
export function unusableDatabase(database: string, why: string, cause?: unknown): InvalidValueError {
  return new InvalidValueError(`The database ${JSON.stringify(database)} ${why}.`, { subject: 'database', cause });
}
