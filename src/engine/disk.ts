/**
 * What the engine has on disk: a private directory for what does not fit into memory, and the file of local tables.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
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
    return realpathSync(mkdtempSync(join(parent, `oktaql-${ORIGIN}-${process.pid}-`)));
  } catch (cause) {
    throw new InvalidValueError(`No directory can be made in ${JSON.stringify(parent)}: ${reason(cause)}.`, {
      subject: 'spillDirectory',
      cause,
    });
  }
}

/** Whether a directory that {@link makeSpillDirectory} has made, and that may be gone, is where it would make the next one. */
export function isSpillDirectoryIn(parent: string, directory: string): boolean {
  return existsSync(parent) && realpathSync(parent) === dirname(directory);
}

/** The same directory again, once it was removed. False if somebody else has made it, or there is no making it. */
export function remakeSpillDirectory(directory: string): boolean {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Where numbers of processes mean what they mean to this one: containers share a folder for temporary files, and each has a
 * process 1. https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
const ORIGIN: string = createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 12);

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return process.platform;
  }
}

/**
 * Removes the directories of processes that are gone: one that is killed leaves what it has spilled. Only directories of this user
 * under names of ours, and never what a link leads to. What cannot be removed stays.
 *
 * @param parent as of {@link makeSpillDirectory}
 */
export function sweepSpillDirectories(parent: string = tmpdir()): void {
  for (const name of namesIn(parent)) {
    const [, origin, process = ''] = /^oktaql-([0-9a-f]{12})-(\d{1,10})-\w{6}$/.exec(name) ?? [];
    const directory = join(parent, name);
    if (origin === ORIGIN && isGone(Number(process)) && isOwnDirectory(directory)) tryToRemove(directory);
  }
}

function namesIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function isOwnDirectory(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (process.getuid === undefined || found.uid === process.getuid());
}

/** Another process may be sweeping too. */
function tryToRemove(directory: string): void {
  try {
    removeSpillDirectory(directory);
  } catch {
    // It is no worse than before.
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
