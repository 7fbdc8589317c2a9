/**
 * How long the windows of a rate limit are, where no header says it.
 *
 * @module
 */

/** Lengths that are tried: whole minutes, tens of seconds, and seconds. All in milliseconds. */
const UNITS = [60_000, 10_000, 1_000];
/** What a shorter length must save to be worth a refusal. */
const LEAST_GAIN = 0.03;

/**
 * A window that was used up is over when a call is counted again. That lies between two looks, the later twice as long after
 * the beginning as the earlier; the longest round time between them is tried next.
 */
export class WindowLength {
  /** After which a call was still refused. */
  #refusedMs = 0;
  /** After which one was counted. */
  #countedMs: number | undefined;

  /** @param ms from the first call of a window to one that was refused */
  refusedAfter(ms: number): void {
    this.#refusedMs = Math.max(this.#refusedMs, ms);
    if (this.#countedMs !== undefined && this.#countedMs <= ms) this.#countedMs = undefined;
  }

  /** @param ms from the first call of a window to the first of the next */
  countedAfter(ms: number): void {
    this.#countedMs = Math.min(this.#countedMs ?? Infinity, ms);
  }

  /** After how many milliseconds the next call may be tried; undefined where nothing was seen. */
  guess(): number | undefined {
    const counted = this.#countedMs;
    if (counted === undefined) return undefined;
    const rounded = UNITS.map((unit) => Math.floor(counted / unit) * unit);
    return rounded.find((ms) => ms > this.#refusedMs && ms < counted * (1 - LEAST_GAIN)) ?? counted;
  }
}
