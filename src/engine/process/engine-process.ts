/**
 * The parent's side of an engine's process: starts it, numbers what it is asked, and tells all who wait when it has ended.
 *
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process';
import nodeModule, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EngineCrashedError, type QueryError, ResourceLimitError } from '../../errors.ts';
import type { ColumnBlock } from '../convert.ts';
import { errorOf } from './errors.ts';
import { EXCESS_FILE, type Excess } from './excess.ts';
import type { Abort, Continuation, Open, Request, ToChild, ToParent } from './protocol.ts';
import type { Limits } from './watchdog.ts';

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
  return fileURLToPath(new URL('dist/engine/child.cjs', pathToFileURL(require.resolve('oktaql/package.json'))));
}

/** Node keeps what it compiles of the child where it does so for this process, if it does: since 22.1. */
function compiledCode(): Readonly<Record<string, string>> {
  const folder =
    'getCompileCacheDir' in nodeModule ? (nodeModule.getCompileCacheDir as () => string | undefined)() : undefined;
  // Node makes a folder in it for its own version.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #count = 0;
  #limits: Limits | undefined;
  #excess = '';
  #isKilled = false;
  #closed: QueryError | undefined;
  #stopped: { readonly statement: number; readonly error: QueryError } | undefined;
  #ending: { readonly error: (statement: number) => QueryError } | undefined;
  /** Resolves when the process is gone; never rejects. */
  readonly ended: Promise<void>;

  /** Loads DuckDB unasked, and keeps nobody alive but those who ask it something. */
  constructor() {
    this.#child = fork(childScript(), [String(process.pid)], {
      serialization: 'advanced',
      // The engine prints nothing; a crash of Node's own would.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
      // Variables could name proxies, files or credentials, which SQL might then read. What Windows needs, libuv adds.
      env: compiledCode(),
      execArgv: [],
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end(how);
        resolve();
      };
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('close', (code, signal) => end(signal ?? `code ${code}`));
    });
    this.#listen();
    for (const each of this.#channels()) each.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether nothing more can be asked of it, be it that it has still to be gone. */
  get isEnding(): boolean {
    return this.#ending !== undefined || this.#stopped !== undefined;
  }

  /** To be said once, before anything is asked. */
  open(options: Omit<Open, 'kind'>): void {
    this.#limits = options.limits;
    this.#post({ kind: 'open', ...options });
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

  /** Ends at once what nobody uses; resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#ending === undefined) this.#kill();
    await this.ended;
  }

  /** Ends the process at once. The statement that is to blame fails with this error. */
  stop(statement: number, error: QueryError): void {
    this.#stopped ??= { statement, error };
    this.#kill();
  }

  /** Its end is waited for, by whoever has something pending or closes the engine, and comes when all channels are closed. */
  #kill(): void {
    for (const each of this.#channels()) each.ref();
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  #channels(): readonly { ref(): void; unref(): void }[] {
    return [this.#child, this.#child.channel, this.#excessOf()].filter((each) => each !== undefined && each !== null);
  }

  /** Not there where the system had no more files for it; then an error is on its way. */
  #excessOf(): (Readable & { ref(): void; unref(): void }) | undefined {
    return this.#child.stdio?.[EXCESS_FILE] as (Readable & { ref(): void; unref(): void }) | undefined;
  }

  #listen(): void {
    this.#child.on('message', (message) => this.#receive(message as ToParent));
    const excess = this.#excessOf();
    excess?.on('data', (told: Buffer) => {
      this.#excess += told.toString('latin1');
    });
    excess?.on('error', () => undefined);
  }

  #post(message: ToChild): void {
    // Without a callback, a channel that has just closed would end this process.
    this.#child.send?.(message, () => undefined);
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
    if (this.#pending.size === 1) for (const each of this.#channels()) each.ref();
  }

  #release(): void {
    if (this.#pending.size === 0 && !this.#isKilled) for (const each of this.#channels()) each.unref();
  }

  #end(how: string): void {
    if (this.#ending !== undefined) return;
    this.#ending = {
      error: (statement) => {
        if (this.#closed !== undefined) return this.#closed;
        if (this.#stopped !== undefined) {
          return this.#stopped.statement === statement ? this.#stopped.error : stoppedBesides();
        }
        return tookTooMuch(this.#excess, this.#limits) ?? crashed(how);
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

/** @param told what the process said of that, in its own words */
function tookTooMuch(told: string, limits: Limits | undefined): QueryError | undefined {
  if (limits === undefined || !(told in TOO_MUCH)) return undefined;
  const { what, hint } = TOO_MUCH[told as Excess];
  return new ResourceLimitError(`The statement took more ${what(limits)}, so the engine was ended.`, { hint });
}

const TOO_MUCH: Readonly<Record<Excess, { readonly what: (limits: Limits) => string; readonly hint: string }>> = {
  memory: {
    what: ({ maximalBytes }) => `memory than its engine may have (${Math.round(maximalBytes / 2 ** 20)} MB)`,
    hint: 'Select fewer columns or rows, or allow more (memoryLimit).',
  },
  processor: {
    what: ({ cpuLimitMs }) => `time of the processor than its engine may have (${cpuLimitMs} ms)`,
    hint: 'Select fewer rows or compute less of each, or allow more (cpuLimitMs).',
  },
};

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
