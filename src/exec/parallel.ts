/**
 * Runs tasks side by side and hands out their results in order.
 *
 * @module
 */

/** How many finished results may wait for a slow one before them, per running task. */
const BUFFER_PER_TASK = 8;

export interface ParallelOptions {
  /** Tasks that run at the same time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The results of `task` for every item, in the order of the items, so that equal statements return rows in equal order.
 *
 * The first failure ends everything: running tasks are aborted, and no later result is handed out. A consumer that
 * stops early aborts them too. Nothing is left running when this returns.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  task: (item: T, signal: AbortSignal) => Promise<R>,
  { concurrency, signal }: ParallelOptions,
): AsyncGenerator<R> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  const queue = new Queue<R>(concurrency);
  const producer = produce(items, task, queue, stop.signal);
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
    queue.end(error);
  }
  await queue.settled();
}

class Queue<R> {
  isStopped = false;
  readonly #concurrency: number;
  readonly #results: Promise<R>[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #ending: { readonly error?: unknown; readonly failed: boolean } | undefined;
  #wake: (() => void)[] = [];

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  add(result: Promise<R>): void {
    const tracked = result.then(
      () => undefined,
      // The failure is reported by drain(), in its turn; here it only counts as finished.
      () => undefined,
    );
    this.#results.push(result);
    this.#running.add(tracked);
    void tracked.then(() => {
      this.#running.delete(tracked);
      this.#signal();
    });
    this.#signal();
  }

  async hasRoom(): Promise<void> {
    const most = this.#concurrency * BUFFER_PER_TASK;
    while (!this.isStopped && (this.#running.size >= this.#concurrency || this.#results.length >= most))
      await this.#changed();
  }

  end(...error: readonly unknown[]): void {
    this.#ending = { failed: error.length > 0, error: error[0] };
    this.#signal();
  }

  stop(): void {
    this.isStopped = true;
    this.#signal();
  }

  async *drain(): AsyncGenerator<R> {
    while (true) {
      const result = this.#results[0];
      if (result !== undefined) {
        yield await result;
        this.#results.shift();
        this.#signal();
      } else if (this.#ending !== undefined) {
        if (this.#ending.failed) throw this.#ending.error;
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

/** At most `limit` pieces of work at a time, whoever asks. */
export function createLimiter(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed over, not freed, so that nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
