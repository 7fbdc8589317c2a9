/**
 * One list that several readers share while it is read, and that can be read again afterwards.
 *
 * Whoever needs the next page asks for it, with the client and the signal of its own statement: one statement's end, budget or
 * deadline is its own failure, and the next one that waits asks in its place.
 *
 * @module
 */

import { CancelledError, ResourceLimitError, TimeoutError } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../http/contract.ts';
import type { Page } from '../http/paging/pages.ts';
import type { HttpRequest } from '../request/build.ts';

/** What one reader asks with. */
export interface ListReader {
  readonly client: HttpClient;
  readonly signal: AbortSignal | undefined;
}

/** Opens the pages of a list, to be sent by that client. */
export type OpenList = (client: HttpClient) => AsyncGenerator<Page>;

export interface ListEvents {
  readonly onPage: (page: Page) => void;
  /** It failed, or nobody wants the rest of it: what is there is no list. */
  readonly onCut: () => void;
}

/** A reader that waits for the next page. */
interface Turn {
  readonly reader: ListReader;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

type State = { readonly kind: 'open' | 'whole' | 'left' } | { readonly kind: 'failed'; readonly error: unknown };

export class KeptList {
  readonly #source: AsyncGenerator<Page>;
  readonly #events: ListEvents;
  readonly #places = new Set<{ next: number }>();
  #turns: readonly Turn[] = [];
  #pages: Page[] = [];
  /** So many pages before those that are held. */
  #dropped = 0;
  #isKept = true;
  #isPulling = false;
  #state: State = { kind: 'open' };
  #wake = (): void => undefined;

  constructor(open: OpenList, events: ListEvents) {
    this.#events = events;
    this.#source = open({ send: (request) => this.#send(request), close: async () => undefined });
  }

  get isWhole(): boolean {
    return this.#state.kind === 'whole';
  }

  /** All pages, from the first on. */
  async *read(reader: ListReader): AsyncGenerator<Page> {
    const place = { next: 0 };
    this.#places.add(place);
    try {
      for (;;) {
        while (this.#state.kind === 'open' && place.next - this.#dropped >= this.#pages.length)
          await this.#nextPage(reader);
        const page = this.#pages[place.next - this.#dropped];
        if (page === undefined) {
          if (this.#state.kind === 'failed') throw this.#state.error;
          return;
        }
        place.next += 1;
        this.#dropPassed();
        yield page;
      }
    } finally {
      this.#places.delete(place);
      if (this.#places.size === 0 && this.#state.kind === 'open') this.#leave();
    }
  }

  /** From now on there are no further readers: pages that all have passed are let go. */
  release(): void {
    this.#isKept = false;
    this.#dropPassed();
  }

  #dropPassed(): void {
    if (this.#isKept) return;
    const passed = Math.min(...[...this.#places].map(({ next }) => next)) - this.#dropped;
    if (!Number.isFinite(passed) || passed <= 0) return;
    this.#pages = this.#pages.slice(passed);
    this.#dropped += passed;
  }

  #leave(): void {
    this.#state = { kind: 'left' };
    this.#events.onCut();
    this.#wake();
    this.#source.return(undefined).catch(() => undefined);
  }

  /** Resolves when there is one more, or when there is none. */
  #nextPage(reader: ListReader): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = reader;
      const end = (settle: () => void): void => {
        signal?.removeEventListener('abort', abort);
        this.#turns = this.#turns.filter((each) => each !== turn);
        settle();
      };
      const turn: Turn = { reader, done: () => end(resolve), fail: (error) => end(() => reject(error)) };
      const abort = (): void => turn.fail(new CancelledError(undefined, { cause: signal?.reason }));
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort);
      this.#turns = [...this.#turns, turn];
      this.#wake();
      if (!this.#isPulling) this.#pull();
    });
  }

  #pull(): void {
    this.#isPulling = true;
    this.#source.next().then(
      ({ done, value }) => {
        this.#isPulling = false;
        if (this.#state.kind === 'open') this.#take(done === true ? undefined : value);
        for (const turn of this.#turns) turn.done();
      },
      (error: unknown) => {
        this.#isPulling = false;
        if (this.#state.kind === 'open') {
          this.#state = { kind: 'failed', error };
          this.#events.onCut();
        }
        for (const turn of this.#turns) turn.fail(error);
      },
    );
  }

  #take(page: Page | undefined): void {
    if (page === undefined) {
      this.#state = { kind: 'whole' };
      return;
    }
    this.#pages.push(page);
    // Whoever wants one object does not ask whether there is another.
    if (!page.hasNext) {
      this.#state = { kind: 'whole' };
      this.#source.return(undefined).catch(() => undefined);
    }
    this.#events.onPage(page);
  }

  /** By whoever has waited longest. */
  async #send(request: HttpRequest): Promise<HttpResponse> {
    for (;;) {
      const turn = await this.#firstTurn();
      const { client, signal } = turn.reader;
      try {
        return await client.send(request, signal);
      } catch (error) {
        if (!isItsOwn(error)) throw error;
        turn.fail(error);
      }
    }
  }

  async #firstTurn(): Promise<Turn> {
    for (;;) {
      const [turn] = this.#turns;
      if (turn !== undefined) return turn;
      if (this.#state.kind !== 'open') throw new CancelledError();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** What ends one statement says nothing about the list. */
function isItsOwn(error: unknown): boolean {
  return (
    error instanceof CancelledError ||
    error instanceof ResourceLimitError ||
    (error instanceof TimeoutError && error.scope === 'statement')
  );
}
