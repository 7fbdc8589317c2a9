/**
 * Hands the keys that one scan finds to a scan that they feed, while both run.
 *
 * @module
 */

/** What is sent, in order, to one reader. */
export interface Channel<T> extends AsyncIterable<T> {
  send(value: T): void;
  /** Nothing more comes. */
  end(): void;
  /** The reader gets the error after what was sent before it. */
  fail(error: unknown): void;
  /** The reader wants nothing more: what is sent is let go. */
  close(): void;
  isClosed(): boolean;
}

export function createChannel<T>(): Channel<T> {
  const values: T[] = [];
  let isClosed = false;
  let ending: { readonly error?: unknown } | undefined;
  let wake: () => void = () => undefined;
  const finish = (how: { readonly error?: unknown }): void => {
    ending ??= how;
    wake();
  };
  return {
    send: (value) => {
      if (isClosed) return;
      values.push(value);
      wake();
    },
    close: () => {
      isClosed = true;
      values.length = 0;
    },
    isClosed: () => isClosed,
    end: () => finish({}),
    fail: (error) => finish({ error }),
    async *[Symbol.asyncIterator]() {
      while (true) {
        const next = values.shift();
        if (next !== undefined) yield next;
        else if (ending === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else if ('error' in ending) throw ending.error;
        else return;
      }
    },
  };
}
