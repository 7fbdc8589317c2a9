/**
 * Reads the small files that hold settings and secrets.
 *
 * @module
 */

import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import { type Note, unusable } from './place.ts';

/** What is asked of the file system. Both throw what it says, with its `code`. */
export interface FileSystem {
  /** Undefined where there is nothing of that name. */
  stat(path: string): FileFacts | undefined;
  readFile(path: string): string;
}

interface FileFacts {
  readonly kind: 'file' | 'pipe' | 'other';
  readonly bytes: number;
  /** Permissions. Windows has others. */
  readonly mode: number | undefined;
}

export const diskFiles: FileSystem = {
  stat: (path) => {
    const found = statsOf(path, statSync);
    if (found !== undefined) return factsOf(found);
    // A link into nothing is no absence: somebody meant a file to be there.
    return statsOf(path, lstatSync) === undefined ? undefined : { kind: 'other', bytes: 0, mode: undefined };
  },
  readFile: (path) => readFileSync(path, 'utf8'),
};

/** Below what is no folder there is nothing either: `HOME=/dev/null` is a way to have no home. */
function statsOf(path: string, stat: typeof statSync | typeof lstatSync): Stats | undefined {
  try {
    return stat(path, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function factsOf(found: Stats): FileFacts {
  const isPipe = found.isFIFO() || found.isCharacterDevice();
  return {
    kind: found.isFile() ? 'file' : isPipe ? 'pipe' : 'other',
    bytes: found.size,
    mode: found.isFile() && process.platform !== 'win32' ? found.mode & 0o777 : undefined,
  };
}

/** A file, and what it is called in messages: as the user wrote it. */
export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

/** What was read, with its permissions. */
export interface FileText {
  readonly text: string;
  readonly mode: number | undefined;
}

/** A hundred keys fit in. The YAML reader takes that much of anything, however nested, and no stack is deep enough for more. */
const MOST_BYTES = 64 * 1024;

/**
 * The text of a file that need not be there. Where its folder is closed to us, as the home of another user is, nobody has
 * meant us to read it.
 *
 * @throws InvalidArgumentError for one that is there and cannot be used
 */
export function readIfThere(
  { path, name }: NamedFile,
  { files, note }: { readonly files: FileSystem; readonly note: Note },
): FileText | undefined {
  let facts: FileFacts | undefined;
  try {
    facts = files.stat(path);
  } catch (error) {
    note(`${name} cannot be looked for (${codeOf(error)}).`);
  }
  if (facts === undefined) return undefined;
  if (facts.kind !== 'file') throw unusable(name, NO_FILE);
  return readKnown({ path, name }, facts, files);
}

const NO_FILE = 'is no file, or a link to one that is not there';

/** The text of a file that the user named. It may be a pipe: `<(…)` of a shell keeps secrets off the disk. */
export function readNamed({ path, name }: NamedFile, files: FileSystem): FileText {
  const facts = attempt(name, () => files.stat(path));
  if (facts === undefined) throw unusable(name, 'is not there');
  if (facts.kind === 'other') throw unusable(name, NO_FILE);
  return readKnown({ path, name }, facts, files);
}

function readKnown({ path, name }: NamedFile, { bytes, mode }: FileFacts, files: FileSystem): FileText {
  const tooLarge = unusable(name, `has more than ${MOST_BYTES} bytes, which no settings have`);
  if (bytes > MOST_BYTES) throw tooLarge;
  const text = attempt(name, () => files.readFile(path));
  if (text.length > MOST_BYTES) throw tooLarge;
  return { text: text.replace(/^\uFEFF/, ''), mode };
}

function attempt<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unusable(name, `cannot be read (${codeOf(error)})`);
  }
}

/** The system's word, such as `EACCES`. Its message repeats the path. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

/** Says so where others than the owner can change what is followed: they could name another org, or another login. */
export function noteIfWritable(name: string, { mode }: Pick<FileText, 'mode'>, note: Note): void {
  if (mode === undefined || (mode & 0o022) === 0) return;
  note(`${name} can be changed by others (mode ${octal(mode)}), who could name another org there: chmod go-w ${name}`);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Says so where others than the owner can read a secret. */
export function noteIfOpen(name: string, { mode }: Pick<FileText, 'mode'>, note: Note): void {
  if (mode === undefined || (mode & 0o044) === 0) return;
  note(`${name} holds a secret and can be read by others (mode ${octal(mode)}): chmod 600 ${name}`);
}
