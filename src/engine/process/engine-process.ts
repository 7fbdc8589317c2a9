/**
 * The parent's side of an engine's process: starts it, numbers what it is asked, and tells all who wait when it has ended.
 *
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EngineCrashedError, type QueryError, ResourceLimitError } from '../../errors.ts';
import type { ColumnBlock } from '../convert.ts';
import { errorOf } from './errors.ts';
import { EXCESS_FILE } from './excess.ts';
import type { Abort, Continuation, Request, ToChild, ToParent } from './protocol.ts';

/** A request before it has its number. */
export type Unnumbered = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

/** What comes besides the answer. */
export interface Listener {
  readonly onTaken?: (fromRow: number) => void;
  readonly onBlock?: (block: ColumnBlock | undefined) => void;
  /** No more of either comes. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Asked<T> {
  readonly id: number;
  readonly answer: Promise<T>;
}

interface Pending extends Listener {
  /** 0 for what belongs to no statement. */
  readonly statement: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const require = createRequire(import.meta.url);

/** By the package's name: the code that starts it is in a bundle, or in no bundle at all. */
function childScript(): string {
  return fileURLToPath(new URL('dist/engine/child.js', pathToFileURL(require.resolve('oktaql/package.json'))));
}

export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #maximalBytes: number;
  readonly #pending = new Map<number, Pending>();
  #count = 0;
  #tookTooMuch = false;
  #closed: QueryError | undefined;
  #stopped: { readonly statement: number; readonly error: QueryError } | undefined;
  #ending: { readonly error: (statement: number) => QueryError } | undefined;
  /** Resolves when the process is gone; never rejects. */
  readonly ended: Promise<void>;

  /** @param maximalBytes memory that the process may take in all */
  constructor(maximalBytes: number) {
    this.#maximalBytes = maximalBytes;
    this.#child = fork(childScript(), [String(maximalBytes)], {
      serialization: 'advanced',
      // The engine prints nothing; a crash of Node's own would.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
      // Variables could name proxies, files or credentials, which SQL might then read. What Windows needs, libuv adds.
      env: {},
      execArgv: [],
    });
    const excess = this.#child.stdio[EXCESS_FILE] as Readable & { unref(): void };
    excess.on('data', () => {
      this.#tookTooMuch = true;
    });
    excess.on('error', () => undefined);
    excess.unref();
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on('message', (message) => this.#receive(message as ToParent));
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end(how);
        resolve();
      };
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('close', (code, signal) => end(signal ?? `code ${code}`));
    });
  }

  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  /** @param statement 0 for what belongs to none */
  ask<T>(request: Unnumbered, statement: number, listener: Listener = {}): Asked<T> {
    this.#count += 1;
    const id = this.#count;
    const answer = new Promise<T>((resolve, reject) => {
      if (this.#ending !== undefined) return reject(this.#ending.error(statement));
      const pending: Pending = {
        ...listener,
        statement,
        resolve: resolve as Pending['resolve'],
        reject,
      };
      this.#pending.set(id, pending);
      this.#hold();
      this.#post({ ...request, id } as Request);
    });
    return { id, answer };
  }

  post(message: Continuation | Abort): void {
    if (this.#ending === undefined) this.#post(message);
  }

  /** No more blocks are wanted. */
  forget(id: number): void {
    this.#pending.delete(id);
    this.#release();
  }

  /** From now on, whatever the end of the process cuts off fails with this error, whichever statement ended it. */
  retire(error: QueryError): void {
    this.#closed ??= error;
  }

  /** Ends the process at once. The statement that is to blame fails with this error. */
  stop(statement: number, error: QueryError): void {
    this.#stopped ??= { statement, error };
    // Its end is waited for, by whoever has something pending or closes the engine.
    this.#child.ref();
    this.#child.kill('SIGKILL');
  }

  #post(message: ToChild): void {
    // Without a callback, a channel that has just closed would end this process.
    this.#child.send(message, () => undefined);
  }

  #receive(message: ToParent): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    // A result's blocks come after the answer.
    const isLast = message.kind === 'value' ? pending.onBlock === undefined : message.kind === 'error';
    if (isLast) this.forget(message.id);
    if (message.kind === 'taken') pending.onTaken?.(message.fromRow);
    else if (message.kind === 'block') pending.onBlock?.(message.block);
    else if (message.kind === 'value') pending.resolve(message.value);
    else fail(pending, errorOf(message.error));
  }

  /** What is under way keeps this process alive, and nothing else does. */
  #hold(): void {
    if (this.#pending.size > 1) return;
    this.#child.ref();
    this.#child.channel?.ref();
  }

  #release(): void {
    if (this.#pending.size > 0 || this.#stopped !== undefined) return;
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #end(how: string): void {
    if (this.#ending !== undefined) return;
    this.#ending = {
      error: (statement) => {
        if (this.#closed !== undefined) return this.#closed;
        if (this.#stopped !== undefined) {
          return this.#stopped.statement === statement ? this.#stopped.error : stoppedBesides();
        }
        return this.#tookTooMuch ? tooMuchMemory(this.#maximalBytes) : crashed(how);
      },
    };
    for (const pending of this.#pending.values()) fail(pending, this.#ending.error(pending.statement));
    this.#pending.clear();
  }
}

function fail({ reject, onFailure }: Pending, error: unknown): void {
  reject(error);
  onFailure?.(error);
}

function tooMuchMemory(bytes: number): QueryError {
  return new ResourceLimitError(
    `The statement took more memory than its engine may have (${Math.round(bytes / 2 ** 20)} MB), so the engine was ended.`,
    { hint: 'Select fewer columns or rows, or allow more (memoryLimit).' },
  );
}

function stoppedBesides(): QueryError {
  return new EngineCrashedError('The engine was ended, because another statement of this session did not stop.', {
    hint: 'Run the statement again; statements of other sessions have engines of their own.',
  });
}

function crashed(how: string): QueryError {
  return new EngineCrashedError(`The engine ended while the statement ran in it (${how}).`, {
    hint: 'The session goes on with a new one. If the same statement ends it again, please report it.',
  });
}
