/**
 * How many requests may be under way at one origin.
 *
 * @module
 */

/** What a new origin is trusted with: half of what leaves room for others where Okta allows 35 at once. */
const START = 10;

/** Added for each success as long as nothing was refused: two rounds after the first answer lie between 10 and 35. */
const FIRST_STEP = 2;

/**
 * Grows with every success until the server says that it is too much; from then on it is halved at each such answer and
 * grows by one per round, as TCP does for the same reason.
 */
export class Concurrency {
  #limit: number;
  readonly #most: number;
  #isExploring = true;
  #loweredAt = -Infinity;

  /** @param most what it never exceeds */
  constructor(most: number) {
    this.#most = most;
    this.#limit = Math.min(START, most);
  }

  /** Requests that may be under way now. */
  places(): number {
    return Math.floor(this.#limit);
  }

  succeeded(): void {
    const step = this.#isExploring ? FIRST_STEP : 1 / this.#limit;
    this.#limit = Math.min(this.#most, this.#limit + step);
  }

  /** @param sentAt when the refused request was sent: those sent before the limit was lowered say nothing about it */
  exceeded(sentAt: number, now: number): void {
    this.#isExploring = false;
    if (sentAt < this.#loweredAt) return;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#loweredAt = now;
  }
}
