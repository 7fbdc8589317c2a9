/**
 * Many requests under one signal.
 *
 * @module
 */

/** Gives each request a signal of its own that fires with the caller's. */
export interface SignalHub {
  /** A signal that fires with `outer`, and how to let go of it when the request is done. */
  link(outer: AbortSignal | undefined): { readonly signal: AbortSignal; readonly release: () => void };
  /** Fires all of them, and those that are asked for later. */
  end(reason: unknown): void;
}

/**
 * One listener per caller's signal, however many requests wait under it: Node warns of the eleventh, and the followers that
 * `AbortSignal.any` makes cost more with every request of a long statement. It goes with the last of them, because Node keeps a
 * signal of `AbortSignal.any` that has a listener for as long as the process lives, with all that the listener knows.
 */
export function createSignalHub(): SignalHub {
  const groups = new WeakMap<AbortSignal, Followers>();
  const closing = new AbortController();
  const everybody = new Set<AbortController>();
  const followersOf = (outer: AbortSignal): Followers => {
    const known = groups.get(outer);
    if (known !== undefined) return known;
    const fresh = new Followers(outer);
    groups.set(outer, fresh);
    return fresh;
  };
  return {
    link: (outer) => {
      const ended = [outer, closing.signal].find((signal) => signal?.aborted === true);
      if (ended !== undefined) return { signal: ended, release: () => undefined };
      const own = new AbortController();
      const followers = outer === undefined ? undefined : followersOf(outer);
      everybody.add(own);
      followers?.add(own);
      return {
        signal: own.signal,
        release: () => {
          everybody.delete(own);
          followers?.delete(own);
        },
      };
    },
    end: (reason) => {
      closing.abort(reason);
      for (const each of everybody) each.abort(reason);
    },
  };
}

/** What fires with one signal. */
class Followers {
  readonly #outer: AbortSignal;
  readonly #all = new Set<AbortController>();
  readonly #abort = (): void => {
    for (const each of this.#all) each.abort(this.#outer.reason);
  };

  constructor(outer: AbortSignal) {
    this.#outer = outer;
  }

  add(follower: AbortController): void {
    if (this.#all.size === 0) this.#outer.addEventListener('abort', this.#abort);
    this.#all.add(follower);
  }

  delete(follower: AbortController): void {
    this.#all.delete(follower);
    if (this.#all.size === 0) this.#outer.removeEventListener('abort', this.#abort);
  }
}

/** Ends a timer. A reason that is given spares the error, with its stack, that `abort()` makes each time. */
export function endTimer(timer: AbortController): void {
  timer.abort('done');
}
