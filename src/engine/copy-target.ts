/**
 * Where a statement may write files: below the directories that the session opens, wherever links lead.
 *
 * DuckDB is told these directories, too, and looks where a path leads itself. It counts all of them as readable, and knows nothing of
 * the file of local tables that may lie in one.
 *
 * @module
 */

import { realpathSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { InvalidValueError, NotSupportedError } from '../errors.ts';
import { literalText } from '../sql/text/sql-text.ts';
import type { EngineCopy } from './engine.ts';
import { realPathOf } from './sandbox.ts';

/**
 * Where the directories really are.
 *
 * @throws InvalidValueError for what is none
 */
export function realDirectories(directories: readonly string[]): readonly string[] {
  return directories.map((directory) => {
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return realpathSync(directory);
    throw new InvalidValueError(`${JSON.stringify(directory)} is no directory.`, {
      subject: 'allowWrite',
      hint: 'allowWrite (--allow-write) takes directories that are there.',
    });
  });
}

/**
 * What stands around a query whose rows are written to a file.
 *
 * @param directories real paths below which files may be written
 * @param privatePaths what DuckDB itself reads and writes
 * @throws NotSupportedError for any other place
 */
export function copyAround(
  { path, options, isPartitioned }: EngineCopy,
  directories: readonly string[],
  privatePaths: readonly string[],
): { readonly prefix: string; readonly suffix: string } {
  const target = checkedTarget(path, isPartitioned, directories, privatePaths);
  // Half a file would have the name of a whole one; of a folder of files there is no such way.
  const all = isPartitioned ? options : [...options, 'USE_TMP_FILE true'];
  return { prefix: 'COPY (', suffix: `) TO ${literalText(target)} (${all.join(', ')})` };
}

function checkedTarget(
  path: string,
  isPartitioned: boolean,
  directories: readonly string[],
  privatePaths: readonly string[],
): string {
  const target = realPathOf(path);
  if (!directories.some((directory) => isBelow(target, directory))) throw notOpen(path, directories);
  const touches = privatePaths.some((each) => isBelow(target, each) || isBelow(each, target) || isBeside(target, each));
  if (touches) throw notOpen(path, directories);
  const found = statSync(target, { throwIfNoEntry: false });
  const fits = found === undefined || (isPartitioned ? found.isDirectory() : found.isFile());
  if (!fits)
    throw new NotSupportedError(
      `${JSON.stringify(path)} is no ${isPartitioned ? 'folder' : 'file'} that can be written.`,
    );
  if (found === undefined && statSync(dirname(target), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new NotSupportedError(`${JSON.stringify(dirname(path))} is no folder that is there.`, {
      hint: 'COPY makes files, and not the folders that lead to them.',
    });
  }
  return target;
}

/** Below it, and not the directory itself. */
function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** The file itself, and DuckDB's own beside it. */
function isBeside(path: string, file: string): boolean {
  return path === file || (path.startsWith(`${file}.`) && !path.slice(file.length).includes(sep));
}

function notOpen(path: string, directories: readonly string[]): NotSupportedError {
  const open =
    directories.length === 0 ? 'none is open' : `${directories.join(', ')} ${directories.length === 1 ? 'is' : 'are'}`;
  return new NotSupportedError(
    `COPY may not write ${JSON.stringify(path)}: it writes below folders that are open, and ${open}.`,
    {
      hint: 'Open its folder with --allow-write DIR, or allowWrite: [DIR] in the library. -f FILE needs neither.',
    },
  );
}
