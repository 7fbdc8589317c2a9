/**
 * A file that results are written to: there as a whole, or not at all.
 *
 * What is written goes into a file beside it, which takes its name at the end. Whatever fails before that, a full disk or an
 * interrupt, leaves the name as it was. A pipe or a device has no such place beside it, and is written to as it is.
 *
 * @module
 */

import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsync,
  open,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  write,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CancelledError, ExecutionError } from '../errors.ts';
import { checkLinks } from '../own-file.ts';
import type { Sink } from './writer.ts';

const writeAsync = promisify(write);
const fsyncAsync = promisify(fsync);
const openAsync = promisify(open);

export interface OutputFile {
  /** Rejects with ExecutionError: a full disk, a pipe that nobody reads. */
  readonly sink: Sink;
  /** Puts the file in its place, once all has reached the disk. Throws ExecutionError, and nothing is left then. */
  commit(): Promise<void>;
  /** Takes back what was written. May be called at any time, also after `commit`, which it leaves alone. Never throws. */
  discard(): void;
}

export interface OutputFileOptions {
  /** Whether secrets may be in it, so that only its owner may read it. Otherwise a new file has the usual mode. */
  readonly isPrivate?: boolean;
  /** Takes it back at once: nobody may be there any more to do it later. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a file for results. A link of the user's own is followed; one that somebody else has made is refused.
 *
 * @throws Error of the file system, where it cannot be written there
 * @throws CancelledError where the signal fires while it waits for somebody to read a pipe
 */
export async function openOutputFile(path: string, options: OutputFileOptions = {}): Promise<OutputFile> {
  checkLinks(path);
  const target = realTarget(path);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) throw new Error('it is a directory');
  return found === undefined || found.isFile()
    ? openBeside(target, found, path, options)
    : openInPlace(target, path, options);
}

/** Where a link leads to: the file there is replaced, and the link stays. One that leads nowhere is a file of its own. */
function realTarget(path: string): string {
  const whole = resolve(path);
  const found = statSync(whole, { throwIfNoEntry: false });
  // What is no file may have no path of its own: `/dev/stdout` is a pipe.
  if (found?.isFile() === true) return realpathSync(whole);
  return found === undefined ? join(realpathSync(dirname(whole)), basename(whole)) : whole;
}

const OWNER_ONLY = 0o600;
const USUAL = 0o666;
const MODE_BITS = 0o777;

function openBeside(
  target: string,
  found: Stats | undefined,
  path: string,
  { isPrivate = false, signal }: OutputFileOptions,
): OutputFile {
  // Replacing needs no right to the file itself, only to its folder: one that is protected from writing stays.
  if (found !== undefined) accessSync(target, constants.W_OK);
  const beside = join(dirname(target), `.${basename(target).slice(0, 40)}.${randomBytes(6).toString('hex')}.part`);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  const descriptor = openSync(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, isPrivate ? OWNER_ONLY : USUAL);
  if (found !== undefined && !isPrivate) fchmodSync(descriptor, found.mode & MODE_BITS);
  const state = openState(descriptor);
  const remove = (): void => rmSync(beside, { force: true });
  // Whoever interrupts twice ends the process before anybody could take it back.
  signal?.addEventListener('abort', remove, { once: true });
  const close = (): void => {
    signal?.removeEventListener('abort', remove);
    state.isDone = true;
  };
  const discard = (): void => {
    if (state.isDone) return;
    close();
    closeWhenIdle(state);
    remove();
  };
  return {
    sink: sinkOf(state, path, signal),
    commit: () =>
      explained(path, signal, async () => {
        try {
          await fsyncAsync(descriptor);
          signal?.throwIfAborted();
          close();
          closeSync(descriptor);
          renameSync(beside, target);
        } catch (error) {
          discard();
          remove();
          throw error;
        }
      }),
    discard,
  };
}

/** A pipe that nobody reads yet keeps whoever opens it, until the signal fires. */
async function openInPlace(target: string, path: string, { signal }: OutputFileOptions): Promise<OutputFile> {
  const descriptor = await unlessAborted(openAsync(target, constants.O_WRONLY), signal);
  const state = openState(descriptor);
  const discard = (): void => {
    if (state.isDone) return;
    state.isDone = true;
    closeWhenIdle(state);
  };
  return { sink: sinkOf(state, path, signal), commit: async () => discard(), discard };
}

interface FileState {
  readonly descriptor: number;
  /** Settles when nothing is being written. */
  idle: Promise<unknown>;
  /** Whether it is closed, or about to be. */
  isDone: boolean;
}

function openState(descriptor: number): FileState {
  return { descriptor, idle: Promise.resolve(), isDone: false };
}

/** The number of a descriptor that is closed goes to the next file, and what is still being written would go there. */
function closeWhenIdle({ idle, descriptor }: FileState): void {
  const close = (): void => closeSync(descriptor);
  void idle.then(close, close);
}

function sinkOf(state: FileState, path: string, signal: AbortSignal | undefined): Sink {
  return {
    write: (chunk) =>
      explained(path, signal, async () => {
        signal?.throwIfAborted();
        const writing = writeAll(state.descriptor, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
        state.idle = writing;
        await unlessAborted(writing, signal);
      }),
  };
}

/** The work, or the signal's reason once that fires: a pipe may never be read. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolvePromise, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolvePromise, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** A disk that is nearly full takes a part, and tells of the rest only when it is asked again. */
async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await writeAsync(descriptor, bytes, at, bytes.length - at, null);
    at += bytesWritten;
  }
}

async function explained(path: string, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (signal?.aborted === true) throw new CancelledError(undefined, { cause });
    throw unwritable(path, cause);
  }
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'it is larger than the system allows',
  EPIPE: 'nobody reads it any more',
};

/** Why a file cannot be written, as an error of the statement whose rows are lost. */
function unwritable(path: string, cause: unknown): ExecutionError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code] === undefined ? message : `${REASONS[code]} (${code})`;
  return new ExecutionError(`${JSON.stringify(path)} cannot be written: ${reason}.`, {
    hint: 'What is under that name is what was there before.',
    cause,
  });
}
