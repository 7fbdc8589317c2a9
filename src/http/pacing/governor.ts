/**
 * Decides when a request may go out: below the limits that the server shows, in turn with other statements.
 *
 * Entry of the room `pacing/`: buckets, windows, turns, clocks. It knows limits and times, not what a request says or who
 * logs in.
 *
 * @module
 */

import { CancelledError, TimeoutError } from '../../errors.ts';
import { endTimer } from '../signals.ts';
import { Bucket, type BucketAnswer } from './bucket.ts';
import type { Clock } from './clock.ts';
import { Concurrency } from './concurrency.ts';
import { type RateReading, readDate, readRate, readRetryAfter } from './rate-headers.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import { Turns } from './turns.ts';

/** A wait that the caller may want to show. */
export interface Wait {
  readonly origin: string;
  readonly bucket: string;
  /** Milliseconds from now. */
  readonly ms: number;
  /** The window of a rate limit, too many requests at once, or a failure after which the request is repeated. */
  readonly reason: 'rate-limit' | 'concurrency' | 'retry';
}

/** What an answer says of the limit that its request counted against. */
export interface LimitState {
  readonly origin: string;
  readonly bucket: string;
  /** Calls that a window allows, and how many of them are left. */
  readonly limit: number;
  readonly remaining: number;
  /** When the window ends, in milliseconds since 1970 by the client's clock. */
  readonly resetsAt: number;
}

export interface GovernorOptions {
  readonly clock: Clock;
  /** Requests under way at one origin, at most. */
  readonly concurrency: number;
  /** The part of each rate limit that may be used, above 0, at most 1. */
  readonly share: number;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  readonly onWait: (wait: Wait) => void;
  readonly onLimit?: ((limit: LimitState) => void) | undefined;
}

/** A request that wants to go out. */
export interface Admission {
  readonly origin: string;
  /** Which of the origin's limits it counts against. */
  readonly bucket: string;
  /** Requests of one owner keep their order, and owners take turns. Compared by identity. */
  readonly owner: unknown;
  /** Whether it was refused before, and goes before those that have not been tried. */
  readonly isAgain: boolean;
  /** Whether requests that are under way wait for it, so that it must not wait for their places. */
  readonly isForLogin?: boolean | undefined;
  /** When the request first asked, by the clock. */
  readonly since: number;
  readonly signal?: AbortSignal | undefined;
  /** By the clock, in milliseconds since 1970: a wait that would end later is refused at once. */
  readonly deadline?: number | undefined;
}

/** What came of a request. */
export type Settlement =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly sentAt: number;
      readonly receivedAt: number;
      /** Whether it was the rate limiter that refused (429). */
      readonly refusedBy?: 'window' | 'concurrency' | undefined;
    }
  | { readonly kind: 'no-answer' };

/** The right to send one request. It must be settled, whatever happens. */
export interface Permit {
  settle(settlement: Settlement): void;
}

export interface Governor {
  /**
   * Resolves when the request may go out.
   *
   * @throws CancelledError when the signal fires, TimeoutError when the deadline would pass before
   */
  admit(admission: Admission): Promise<Permit>;
}

interface Waiter {
  readonly admission: Admission;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (error: unknown) => void;
  readonly onAbort: () => void;
}

interface Lane {
  readonly name: string;
  /** Whether its requests count among those under way: all but what logins ask for. */
  readonly takesPlaces: boolean;
  readonly bucket: Bucket;
  readonly waiting: Turns<Waiter>;
  /** The end of the wait that was announced. */
  announced: number;
  /** Ends the timer that waits for the bucket to open. */
  alarm: AbortController | undefined;
}

export function createGovernor(options: GovernorOptions): Governor {
  const origins = new Map<string, OriginGovernor>();
  return {
    admit: (admission) => {
      const { origin } = admission;
      const known = origins.get(origin) ?? new OriginGovernor(origin, options);
      origins.set(origin, known);
      return known.admit(admission);
    },
  };
}

class OriginGovernor {
  readonly #origin: string;
  readonly #options: GovernorOptions;
  readonly #serverClock: ServerClock = createServerClock();
  readonly #concurrency: Concurrency;
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Lane>();
  #inFlight = 0;

  constructor(origin: string, options: GovernorOptions) {
    this.#origin = origin;
    this.#options = options;
    this.#concurrency = new Concurrency(options.concurrency);
  }

  admit(admission: Admission): Promise<Permit> {
    const { signal, owner, isAgain } = admission;
    if (signal?.aborted === true) return Promise.reject(cancelled(signal));
    const lane = this.#laneOf(admission);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        lane.waiting.remove(owner, waiter);
        reject(cancelled(signal));
        this.#pump();
      };
      const waiter: Waiter = { admission, resolve, reject, onAbort };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (isAgain) lane.waiting.addFirst(owner, waiter);
      else lane.waiting.add(owner, waiter);
      this.#pump();
    });
  }

  #laneOf({ bucket: name, isForLogin = false }: Admission): Lane {
    const { share, random } = this.#options;
    const lane: Lane = this.#lanes.get(name) ?? {
      name,
      takesPlaces: !isForLogin,
      bucket: new Bucket({ serverClock: this.#serverClock, share, random }),
      waiting: new Turns(),
      announced: -Infinity,
      alarm: undefined,
    };
    this.#lanes.set(name, lane);
    return lane;
  }

  /**
   * Lets out what may go, and sees to it that the rest is looked at again. All of it by one reading of the clock: a bucket that
   * opened in between would be passed over here and not be waited for there.
   */
  #pump(): void {
    const now = this.#options.clock.now();
    for (;;) {
      const lane = this.#nextOpen(now);
      const waiter = lane?.waiting.take();
      if (lane === undefined || waiter === undefined) break;
      this.#grant(lane, waiter, now);
    }
    for (const lane of this.#lanes.values()) this.#tend(lane, now);
  }

  #nextOpen(now: number): Lane | undefined {
    const hasPlace = this.#inFlight < this.#concurrency.places();
    for (const lane of this.#lanes.values()) {
      if (lane.takesPlaces && !hasPlace) continue;
      if (!lane.waiting.isEmpty() && lane.bucket.gate(now, lane.waiting.hasAnother()).kind === 'open') return lane;
    }
    return undefined;
  }

  #grant(lane: Lane, { admission, resolve, onAbort }: Waiter, now: number): void {
    admission.signal?.removeEventListener('abort', onAbort);
    // Buckets take turns too: this one goes to the end.
    this.#lanes.delete(lane.name);
    this.#lanes.set(lane.name, lane);
    if (lane.takesPlaces) this.#inFlight += 1;
    const isScout = lane.bucket.enter(now);
    let isSettled = false;
    resolve({
      settle: (settlement) => {
        if (isSettled) return;
        isSettled = true;
        if (lane.takesPlaces) this.#inFlight -= 1;
        this.#settle(lane, isScout, settlement);
        this.#pump();
      },
    });
  }

  #settle(lane: Lane, isScout: boolean, settlement: Settlement): void {
    const now = this.#options.clock.now();
    if (settlement.kind === 'no-answer') {
      lane.bucket.leave({ isScout, sentAt: now, receivedAt: now, verdict: 'lost' });
      return;
    }
    const { headers, sentAt, receivedAt, refusedBy } = settlement;
    const date = readDate(headers);
    if (date !== undefined) this.#serverClock.observe({ date, sentAt, receivedAt });
    if (refusedBy === 'concurrency') this.#concurrency.exceeded(sentAt, now);
    const rate = readRate(headers);
    this.#tell(lane, rate);
    const verdict = verdictOf(settlement, rate);
    if (verdict === 'counted') this.#concurrency.succeeded();
    const retryAfterMs = readRetryAfter(headers, this.#serverClock.toServer(receivedAt));
    lane.bucket.leave({ isScout, sentAt, receivedAt, rate, verdict, retryAfterMs });
  }

  /** A limit of 0 says that too many ran at once, and nothing of the window. */
  #tell({ name: bucket }: Lane, rate: RateReading | undefined): void {
    if (rate === undefined || rate.limit < 1) return;
    const { limit, remaining, resetMs } = rate;
    const resetsAt = this.#serverClock.toLocal(resetMs);
    this.#options.onLimit?.({ origin: this.#origin, bucket, limit, remaining, resetsAt });
  }

  /** Wakes a closed lane when it opens, announces the wait, and refuses those who cannot wait so long. */
  #tend(lane: Lane, now: number): void {
    if (lane.alarm !== undefined) endTimer(lane.alarm);
    lane.alarm = undefined;
    if (lane.waiting.isEmpty()) return;
    const gate = lane.bucket.gate(now, lane.waiting.hasAnother());
    if (gate.kind !== 'until') return;
    for (const waiter of lane.waiting.items()) {
      const { deadline = Infinity } = waiter.admission;
      if (deadline < gate.at) this.#refuse(lane, waiter, gate.at, now);
    }
    if (lane.waiting.isEmpty()) return;
    this.#announce(lane, gate.at, now);
    this.#setAlarm(lane, gate.at - now);
  }

  #setAlarm(lane: Lane, ms: number): void {
    const alarm = new AbortController();
    lane.alarm = alarm;
    this.#options.clock.sleep(ms, alarm.signal).then(
      () => this.#pump(),
      () => undefined,
    );
  }

  #announce(lane: Lane, until: number, now: number): void {
    // The end moves a little with every answer that says more about the server's clock.
    if (Math.abs(until - lane.announced) < 2_000) return;
    lane.announced = until;
    this.#options.onWait({ origin: this.#origin, bucket: lane.name, ms: until - now, reason: 'rate-limit' });
  }

  #refuse(lane: Lane, waiter: Waiter, opensAt: number, now: number): void {
    const { owner, signal, deadline = now, since } = waiter.admission;
    lane.waiting.remove(owner, waiter);
    signal?.removeEventListener('abort', waiter.onAbort);
    const what = `The rate limit of ${lane.name} at ${this.#origin} is used up.`;
    waiter.reject(waitTooLong(what, { waitMs: opensAt - now, leftMs: deadline - now, elapsedMs: now - since }));
  }
}

/** Times in milliseconds. */
interface PointlessWait {
  readonly waitMs: number;
  readonly leftMs: number;
  readonly elapsedMs: number;
  readonly cause?: unknown;
}

/** The error for a wait that would outlast the statement's time, thrown before it begins. */
export function waitTooLong(why: string, { waitMs, leftMs, elapsedMs, cause }: PointlessWait): TimeoutError {
  const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(1);
  return new TimeoutError(
    `${why} The next attempt is due in ${seconds(waitMs)} s, and the statement has ${seconds(leftMs)} s left.`,
    {
      elapsedMs: Math.round(elapsedMs),
      cause,
      hint: 'Allow the statement more time, or ask for less: bind ids, or add predicates that the API evaluates.',
    },
  );
}

function verdictOf(
  { refusedBy, status }: Extract<Settlement, { kind: 'answer' }>,
  rate: RateReading | undefined,
): BucketAnswer['verdict'] {
  if (refusedBy === 'window') return 'refused';
  // A gateway's own error never reached the API.
  return refusedBy === 'concurrency' || (status >= 500 && rate === undefined) ? 'lost' : 'counted';
}

function cancelled(signal: AbortSignal | undefined): CancelledError {
  return new CancelledError(undefined, { cause: signal?.reason });
}
