/**
 * What is known of one rate-limit bucket, and whether a call may go out now.
 *
 * Okta counts calls in windows. A window is opened by one call alone, the scout, whose answer says what the others may do:
 * so a bucket that somebody else has emptied costs one refusal, not one for every request that was waiting.
 *
 * @module
 */

import { Lookout } from './lookout.ts';
import type { RateReading } from './rate-headers.ts';
import type { ServerClock } from './server-clock.ts';
import { WindowLength } from './window-length.ts';

/** Whether a call may go out. */
export type Gate =
  | { readonly kind: 'open' }
  /** An answer that is under way will tell. */
  | { readonly kind: 'answer' }
  /** Not before this time, by our clock. */
  | { readonly kind: 'until'; readonly at: number };

/** What came back for a call. */
export interface BucketAnswer {
  readonly isScout: boolean;
  /** By our clock. */
  readonly sentAt: number;
  readonly receivedAt: number;
  /** `refused` is the rate limiter's 429; `lost` is no answer, or none of the API's own. */
  readonly verdict: 'counted' | 'refused' | 'lost';
  readonly rate?: RateReading | undefined;
  /** What a refusal asks for. */
  readonly retryAfterMs?: number | undefined;
}

export interface BucketOptions {
  readonly serverClock: ServerClock;
  /** The part of each window that may be used, above 0, at most 1. */
  readonly share: number;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
}

/** What the server says of the current window, or what was inferred where it says nothing. */
interface Window extends RateReading {
  readonly isInferred: boolean;
}

const OPEN: Gate = { kind: 'open' };
const ANSWER: Gate = { kind: 'answer' };

/** Timers can fire a little early, and two clocks that are kept by the network differ by some milliseconds. */
const MARGIN_MS = 25;
/** Added when a window turns out not to have ended when its time was up, and at most so much in all. */
const SLACK_STEP_MS = 250;
const MOST_SLACK_MS = 1_000;
/** Between attempts where a refusal does not say when the window ends; doubled each time. */
const BLIND_MS = 1_000;
const MOST_BLIND_MS = 32_000;
/** A reset further away is no time that a rate limit could mean. */
const FURTHEST_RESET_MS = 3_600_000;
/** A reset so long before the call was sent is none either: the clocks are that far apart, or nobody has set it. */
const LONGEST_PAST_MS = 5_000;
/** Calls of a window after which it can be said how many others make. */
const LEAST_SAMPLE = 4;
/** A call that goes out so soon after it was allowed to has waited for that. */
const PROMPT_MS = 1_000;
/** Calls under way where no header shows a limit: at least so many, and such a part of those that were counted. */
const LEAST_TRIAL = 5;
const TRIAL_PART = 1 / 8;
/** Where nothing shows how long a window is. */
const USUAL_WINDOW_MS = 60_000;

export class Bucket {
  readonly #options: BucketOptions;
  #window: Window | undefined;
  /** Whether any call was answered: until then nobody knows what a second one would meet. */
  #isKnown = false;
  #inFlight = 0;
  #hasScout = false;
  /** Refusals without a time, one after the other; those of calls that were sent together are one. */
  #blindRefusals = 0;
  #blindUntil = -Infinity;
  #slackMs = 0;
  /** Of the window that is open: when its first call was sent, how many were counted in it, and what the first left. */
  #openedAt: number | undefined;
  #counted = 0;
  #firstRemaining: number | undefined;
  /** Calls of somebody else for each of ours, as the window's rest shows: they are spent while ours are under way. */
  #othersPerCall = 0;
  readonly #lookout = new Lookout();
  readonly #length = new WindowLength();
  /** Calls in a window, learned from a refusal without headers. */
  #inferredLimit: number | undefined;

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** @param hasMore whether another call of the same statement would have to wait behind the next */
  gate(now: number, hasMore: boolean): Gate {
    if (now < this.#blindUntil) return { kind: 'until', at: this.#blindUntil };
    if (this.#hasScout) return ANSWER;
    const window = this.#window;
    if (window === undefined) return this.#isKnown && this.#inFlight >= this.#trial() ? ANSWER : OPEN;
    const opensAt = this.#opensAt(window);
    if (now >= opensAt) return OPEN;
    const spare = window.remaining - this.#reserve(window);
    if (spare >= this.#demandOf(this.#inFlight + 1)) return this.#isLast(spare) ? this.#hold(now, hasMore) : OPEN;
    // What is under way may have been counted already, and then there is room for more.
    return spare > 0 && this.#inFlight > 0 ? ANSWER : { kind: 'until', at: opensAt };
  }

  /** What may be under way where no header shows a limit: so many are refused when it is met. */
  #trial(): number {
    return Math.max(LEAST_TRIAL, Math.floor(this.#counted * TRIAL_PART));
  }

  #isLast(spare: number): boolean {
    return spare < this.#demandOf(this.#inFlight + 2);
  }

  /** The window's last call may look out for the next one. As long as answers are to come, more calls may follow them. */
  #hold(now: number, hasMore: boolean): Gate {
    const at = this.#lookout.heldUntil(now);
    if (at === undefined) return OPEN;
    if (hasMore) return { kind: 'until', at };
    return this.#inFlight > 0 ? ANSWER : OPEN;
  }

  /** What so many calls under way may take from the window: others come in between by chance, now more, now fewer. */
  #demandOf(calls: number): number {
    const theirs = this.#othersPerCall * calls;
    return calls + theirs + (calls > 1 ? 2 * Math.sqrt(theirs) : 0);
  }

  /** Counts a call that goes out; whether it is a scout, which is to be told with its answer. */
  enter(now: number): boolean {
    this.#inFlight += 1;
    const isScout = this.#needsScout(now);
    if (isScout) this.#hasScout = true;
    if (isScout && !this.#isPrompt(now)) this.#forgetWindow();
    return isScout;
  }

  leave(answer: BucketAnswer): void {
    this.#inFlight -= 1;
    if (answer.isScout) this.#hasScout = false;
    const rate = this.#plausible(answer);
    if (answer.verdict === 'refused') this.#refused(answer, rate);
    else if (rate !== undefined) this.#read(answer, rate);
    else if (answer.verdict === 'counted') this.#count(answer);
  }

  #needsScout(now: number): boolean {
    if (this.#window !== undefined) return now >= this.#opensAt(this.#window);
    return !this.#isKnown || this.#blindRefusals > 0;
  }

  /** Whether the call goes out as soon as it may. Else somebody else may have begun a window, and more than one. */
  #isPrompt(now: number): boolean {
    const dueAt =
      this.#window === undefined ? this.#blindUntil : Math.max(this.#blindUntil, this.#opensAt(this.#window));
    return now - dueAt < PROMPT_MS;
  }

  #forgetWindow(): void {
    this.#openedAt = undefined;
    this.#counted = 0;
    this.#firstRemaining = undefined;
  }

  #opensAt({ resetMs }: Window): number {
    return this.#options.serverClock.toLocal(resetMs) + MARGIN_MS + this.#slackMs;
  }

  /** Calls that are left to others. At least one of a window is ours, or nothing would ever be done. */
  #reserve({ limit }: Window): number {
    return limit - Math.max(1, Math.floor(limit * this.#options.share));
  }

  #plausible({ rate, sentAt, receivedAt }: BucketAnswer): RateReading | undefined {
    if (rate === undefined || rate.limit < 1) return undefined;
    const resetAt = this.#options.serverClock.toLocal(rate.resetMs);
    return resetAt > receivedAt + FURTHEST_RESET_MS || resetAt < sentAt - LONGEST_PAST_MS ? undefined : rate;
  }

  #read({ isScout, sentAt, receivedAt }: BucketAnswer, rate: RateReading): void {
    const known = this.#window;
    const isNew = known === undefined || rate.resetMs > known.resetMs;
    if (isScout || isNew) this.#open(sentAt);
    if (isNew) this.#lookout.begin(sentAt, receivedAt, this.#options.serverClock.toLocal(rate.resetMs));
    else if (rate.resetMs === known.resetMs) this.#lookout.sawOldWindow(sentAt);
    if (isScout) this.#blindRefusals = 0;
    this.#isKnown = true;
    this.#counted += 1;
    this.#window = known === undefined || known.isInferred ? { ...rate, isInferred: false } : this.#newer(known, rate);
    this.#estimateOthers(this.#window.remaining);
  }

  #estimateOthers(remaining: number): void {
    this.#firstRemaining ??= remaining;
    const own = this.#counted - 1;
    const all = this.#firstRemaining - remaining;
    if (own >= LEAST_SAMPLE) this.#othersPerCall = Math.max(0, all - own) / own;
  }

  #open(sentAt: number): void {
    this.#openedAt = sentAt;
    this.#counted = 0;
    this.#firstRemaining = undefined;
  }

  /** Answers overtake each other: one of a window that is over says nothing, and of one window the lowest rest counts. */
  #newer(known: Window, rate: RateReading): Window {
    if (rate.resetMs < known.resetMs) return known;
    const isSame = rate.resetMs === known.resetMs;
    if (!isSame) this.#length.countedAfter(rate.resetMs - known.resetMs);
    const remaining = isSame ? Math.min(rate.remaining, known.remaining) : rate.remaining;
    return { ...rate, remaining, isInferred: false };
  }

  /** An answer without headers: one more call of the window, whose rest has to be counted here. */
  #count({ isScout, sentAt }: BucketAnswer): void {
    if (isScout) this.#openWithoutHeaders(sentAt);
    else if (this.#window !== undefined) this.#window = { ...this.#window, remaining: this.#window.remaining - 1 };
    this.#isKnown = true;
    this.#counted += 1;
    // Sent before a refusal that overtook it: the window takes one call more than was thought.
    if (this.#blindRefusals > 0 && this.#inferredLimit === this.#counted - 1) this.#inferredLimit = this.#counted;
  }

  #openWithoutHeaders(sentAt: number): void {
    const limit = this.#window?.limit ?? this.#inferredLimit;
    if (this.#openedAt !== undefined) this.#length.countedAfter(sentAt - this.#openedAt);
    this.#blindRefusals = 0;
    this.#open(sentAt);
    if (limit === undefined) return;
    const resetMs = this.#options.serverClock.toServer(sentAt) + (this.#length.guess() ?? USUAL_WINDOW_MS);
    this.#window = { limit, remaining: limit - 1, resetMs, isInferred: true };
  }

  #refused(answer: BucketAnswer, rate: RateReading | undefined): void {
    const { isScout, sentAt, receivedAt } = answer;
    const known = this.#window;
    this.#isKnown = true;
    if (rate === undefined) {
      if (isScout && this.#openedAt !== undefined) this.#length.refusedAfter(sentAt - this.#openedAt);
      this.#closeBlindly(answer);
      return;
    }
    if (known !== undefined && !known.isInferred && rate.resetMs < known.resetMs) return;
    if (isScout && rate.resetMs === known?.resetMs) {
      this.#slackMs = Math.min(MOST_SLACK_MS, this.#slackMs + SLACK_STEP_MS);
    }
    this.#window = { ...rate, remaining: 0, isInferred: false };
    if (this.#opensAt(this.#window) <= receivedAt) this.#closeBlindly(answer);
  }

  /** Nothing says when the window ends. How many calls it took is known now, and how long it is will be. */
  #closeBlindly({ receivedAt: now, retryAfterMs = 0 }: BucketAnswer): void {
    if (now < this.#blindUntil) return;
    if (this.#window?.isInferred !== false && this.#counted > 0) {
      this.#inferredLimit = Math.min(this.#inferredLimit ?? Infinity, this.#counted);
      this.#window = undefined;
    }
    const wait = Math.min(MOST_BLIND_MS, BLIND_MS * 2 ** this.#blindRefusals);
    this.#blindRefusals += 1;
    const asked = Math.min(retryAfterMs, FURTHEST_RESET_MS);
    this.#blindUntil = now + Math.max(asked, wait) * (1 + 0.1 * this.#options.random());
  }
}
