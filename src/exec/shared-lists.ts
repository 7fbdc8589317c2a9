/**
 * Lists that several scans of one statement read: requested once, handed to each.
 *
 * @module
 */

import type { Page } from '../http/paging/pages.ts';

/** Opens a list's pages. */
export type Open = (signal: AbortSignal) => AsyncGenerator<Page>;

export interface SharedLists {
  /** The pages of the list that begins at `url`, from the first on, whoever has read them before. */
  pages(url: string, open: Open): AsyncGenerator<Page>;
  /** Ends lists that nobody has read to their end. */
  close(): Promise<void>;
}

/** @param signal ends all requests; one reader that stops early does not end them for the others */
export function createSharedLists(signal: AbortSignal): SharedLists {
  const lists = new Map<string, SharedList>();
  return {
    pages: (url, open) => {
      const known = lists.get(url) ?? new SharedList(open(signal));
      lists.set(url, known);
      return known.read();
    },
    close: async () => {
      await Promise.all([...lists.values()].map((list) => list.close()));
      lists.clear();
    },
  };
}

class SharedList {
  readonly #source: AsyncGenerator<Page>;
  readonly #pages: Page[] = [];
  #hasEnded = false;
  #reading: Promise<void> | undefined;

  constructor(source: AsyncGenerator<Page>) {
    this.#source = source;
  }

  async *read(): AsyncGenerator<Page> {
    for (let index = 0; ; index += 1) {
      while (index >= this.#pages.length && !this.#hasEnded) await this.#readNext();
      const page = this.#pages[index];
      if (page === undefined) return;
      yield page;
    }
  }

  /** Readers that come to the end of what is there wait for one request. */
  #readNext(): Promise<void> {
    this.#reading ??= this.#source.next().then(
      ({ done, value }) => {
        this.#reading = undefined;
        if (done === true) this.#hasEnded = true;
        else this.#pages.push(value);
      },
      (error: unknown) => {
        // It stays: a reader that comes later gets the same failure.
        this.#reading = Promise.reject(error);
        this.#reading.catch(() => undefined);
        throw error;
      },
    );
    return this.#reading;
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }
}
