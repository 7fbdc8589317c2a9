/**
 * Files that hold what only their owner should see, in folders where others may have been first: in a folder for temporary files,
 * a link of theirs under the name that is meant would lead into a file of the user's.
 *
 * @module
 */

import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, lstatSync, openSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Windows knows no such owners. */
const OWN: number | undefined = process.getuid?.();
const ROOT = 0;

/**
 * Refuses a path that leads over a link of somebody else: one that neither this user nor the administrator has made.
 *
 * @throws Error saying which
 */
export function checkLinks(path: string): void {
  for (let at = resolve(path); dirname(at) !== at; at = dirname(at)) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() === true && !isTrusted(found.uid)) {
      throw new Error(`${at} is a link that somebody else has made`);
    }
  }
}

function isTrusted(owner: number): boolean {
  return OWN === undefined || owner === OWN || owner === ROOT;
}

/**
 * Opens a file for writing, in place of what was in it, for its owner alone. A link of the user's own is followed, and so is what is
 * no file, such as a pipe; a file of somebody else, or one that has a second name elsewhere, is refused as it is.
 *
 * @returns the descriptor
 * @throws Error
 */
export function openOwnFile(path: string): number {
  const descriptor = openChecked(path, 0);
  if (fstatSync(descriptor).isFile()) ftruncateSync(descriptor);
  return descriptor;
}

/** As {@link openOwnFile}, but what is written comes behind what was in it. */
export function appendToOwnFile(path: string): number {
  return openChecked(path, constants.O_APPEND);
}

function openChecked(path: string, flags: number): number {
  checkLinks(path);
  const { O_WRONLY, O_CREAT, O_NOFOLLOW = 0 } = constants;
  const descriptor = openSync(targetOf(path), O_WRONLY | O_CREAT | O_NOFOLLOW | flags, 0o600);
  try {
    const found = fstatSync(descriptor);
    if (found.isFile()) {
      if (OWN !== undefined && found.uid !== OWN) throw new Error('it belongs to somebody else');
      if (found.nlink > 1) throw new Error('it has a second name elsewhere');
      // One that was there before has kept its mode.
      fchmodSync(descriptor, 0o600);
    }
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Where a link of the user's own leads to. What is put in its place after that is not followed. */
function targetOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() === true ? realpathSync(path) : path;
}
