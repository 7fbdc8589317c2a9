/**
 * Runs tasks side by side and hands out their results in order.
 *
 * @module
 */

import { CancelledError } from '../errors.ts';

/** How many finished results may wait for a slow one before them, per running task. */
const BUFFER_PER_TASK = 8;

export interface ParallelOptions {
  /** Tasks that run at the same time. */
  readonly concurrency: number;
  /** Results that may wait for a slow one before them, running tasks counted. Default: eight for each that runs. */
  readonly waiting?: number | undefined;
  /** Begins with one task, and with two more each time that a result was taken and was not enough. */
  readonly isGentle?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The results of `task` for every item, in the order of the items, so that equal statements return rows in equal order.
 *
 * The first failure, in time, ends everything: no task is begun after it, running ones are aborted, and no further
 * result is handed out. A consumer that stops early, or the signal, ends it in the same way. Nothing is left running
 * when this returns.
 *
 * @param items the source, given the signal that ends it together with the tasks
 * @throws CancelledError when the signal fires; else what the source or a task threw
 */
export async function* mapInOrder<T, R>(
  items: (signal: AbortSignal) => AsyncIterable<T>,
  task: (item: T, signal: AbortSignal) => Promise<R>,
  { concurrency, waiting = concurrency * BUFFER_PER_TASK, isGentle = false, signal }: ParallelOptions,
): AsyncGenerator<R> {
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
  const stop = new AbortController();
  const queue = new Queue<R>({ atOnce: isGentle ? 1 : concurrency, concurrency, waiting });
  const abort = (): void => {
    queue.fail(new CancelledError(undefined, { cause: signal?.reason }));
    stop.abort();
  };
  signal?.addEventListener('abort', abort, { once: true });
  const producer = produce(items(stop.signal), task, queue, stop.signal);
  try {
    yield* queue.drain();
  } finally {
    signal?.removeEventListener('abort', abort);
    stop.abort();
    queue.stop();
    await producer;
  }
}

async function produce<T, R>(
  items: AsyncIterable<T>,
  task: (item: T, signal: AbortSignal) => Promise<R>,
  queue: Queue<R>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const item of items) {
      await queue.hasRoom();
      if (queue.isStopped) break;
      queue.add(task(item, signal));
    }
    queue.end();
  } catch (error) {
    queue.fail(error);
  }
  await queue.settled();
}

/** A result's place in the order, before and after it is there. */
type Place<R> = { readonly isDone: false } | { readonly isDone: true; readonly value: R };

interface QueueSize {
  readonly atOnce: number;
  readonly concurrency: number;
  readonly waiting: number;
}

class Queue<R> {
  isStopped = false;
  /** Below the concurrency, while it is not known whether more is wanted. */
  #atOnce: number;
  readonly #concurrency: number;
  readonly #waiting: number;
  readonly #places: { now: Place<R> }[] = [];
  readonly #running = new Set<Promise<void>>();
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void)[] = [];

  constructor({ atOnce, concurrency, waiting }: QueueSize) {
    this.#atOnce = atOnce;
    this.#concurrency = concurrency;
    this.#waiting = waiting;
  }

  add(result: Promise<R>): void {
    const place: { now: Place<R> } = { now: { isDone: false } };
    const settled: Promise<void> = result
      .then(
        (value) => {
          place.now = { isDone: true, value };
        },
        (error: unknown) => this.fail(error),
      )
      .then(() => {
        this.#running.delete(settled);
        this.#signal();
      });
    this.#places.push(place);
    this.#running.add(settled);
  }

  async hasRoom(): Promise<void> {
    while (!this.isStopped && !this.#mayBegin()) await this.#changed();
  }

  /** Before more is known to be wanted, results that wait are as many as tasks that run. */
  #mayBegin(): boolean {
    const most = this.#atOnce < this.#concurrency ? this.#atOnce : this.#waiting;
    return this.#running.size < this.#atOnce && this.#places.length < most;
  }

  end(): void {
    this.#hasEnded = true;
    this.#signal();
  }

  /** Later failures are consequences of the first. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  stop(): void {
    this.isStopped = true;
    this.#signal();
  }

  async *drain(): AsyncGenerator<R> {
    while (true) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const first = this.#places[0]?.now;
      if (first?.isDone === true && this.#atOnce < this.#concurrency) {
        yield first.value;
        this.#atOnce += 1;
        this.#places.shift();
        this.#signal();
      } else if (first?.isDone === true) {
        this.#places.shift();
        this.#signal();
        yield first.value;
      } else if (first === undefined && this.#hasEnded) {
        return;
      } else {
        await this.#changed();
      }
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #signal(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}

/** What `items` yields, until the signal fires: a source that has nothing to give for a while does not keep it waiting. */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let stop: () => void = () => undefined;
  const aborted = new Promise<IteratorReturnResult<undefined>>((resolve) => {
    stop = () => resolve({ done: true, value: undefined });
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for (let next = await Promise.race([iterator.next(), aborted]); next.done !== true; ) {
      yield next.value;
      next = await Promise.race([iterator.next(), aborted]);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * What `items` yields, each asked for while the one before is used. A consumer that stops early ends the source by a signal
 * of its own, or waits for what it has asked for.
 */
export async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let coming = iterator.next();
  try {
    for (let item = await coming; item.done !== true; item = await coming) {
      coming = iterator.next();
      // Thrown when it is its turn.
      coming.catch(() => undefined);
      yield item.value;
    }
  } finally {
    await iterator.return?.();
  }
}
