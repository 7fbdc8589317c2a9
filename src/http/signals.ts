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
 * `AbortSignal.any` makes cost more with every request of a long statement.
 */
export function createSignalHub(): SignalHub {
  const followers = new WeakMap<AbortSignal, Set<AbortController>>();
  const closing = new AbortController();
  const everybody = new Set<AbortController>();
  const followersOf = (outer: AbortSignal): Set<AbortController> => {
    const known = followers.get(outer);
    if (known !== undefined) return known;
    const fresh = new Set<AbortController>();
    followers.set(outer, fresh);
    outer.addEventListener('abort', () => {
      for (const follower of fresh) follower.abort(outer.reason);
    });
    return fresh;
  };
  return {
    link: (outer) => {
      const ended = [outer, closing.signal].find((signal) => signal?.aborted === true);
      if (ended !== undefined) return { signal: ended, release: () => undefined };
      const own = new AbortController();
      const groups = outer === undefined ? [everybody] : [everybody, followersOf(outer)];
      for (const group of groups) group.add(own);
      return {
        signal: own.signal,
        release: () => {
          for (const group of groups) group.delete(own);
        },
      };
    },
    end: (reason) => {
      closing.abort(reason);
      for (const each of everybody) each.abort(reason);
    },
  };
}

/** Ends a timer. A reason that is given spares the error, with its stack, that `abort()` makes each time. */
export function endTimer(timer: AbortController): void {
  timer.abort('done');
}
