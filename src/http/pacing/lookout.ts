/**
 * Looks whether a window has ended before its time.
 *
 * The reset header has whole seconds. Where a window begins with its first call, to the millisecond, and its end is rounded
 * up, it is over up to a second before the header says; with windows of some seconds that is a third of the limit. To go
 * early on a guess would earn a 429. But the last call of a window can be kept until then, at no cost where others of its
 * statement wait for the next window anyway: whichever window it is counted in, it is answered, and the answer tells.
 *
 * @module
 */

/** Below this there is nothing to win, in milliseconds. */
const LEAST_GAIN_MS = 150;
/** After the moment at which the window should be over. */
const MARGIN_MS = 25;

/** All times by our clock, in milliseconds. */
export class Lookout {
  /** Whether a call was counted in a window that should have been over: this server's windows end on the second. */
  #isFutile = false;
  #at = Infinity;

  /**
   * A window has begun, with a call that was sent and answered at these times.
   *
   * @param endsAt when it ends by the header, at the latest
   */
  begin(sentAt: number, receivedAt: number, endsAt: number): void {
    const length = Math.floor((endsAt - sentAt) / 1000) * 1000;
    const at = receivedAt + length + MARGIN_MS;
    this.#at = at < endsAt - LEAST_GAIN_MS ? at : Infinity;
  }

  /** Until when the last call of the window is better kept; undefined where it may go now. */
  heldUntil(now: number): number | undefined {
    return !this.#isFutile && this.#at !== Infinity && now < this.#at ? this.#at : undefined;
  }

  /** A call that was sent at this time was counted in the window that had begun. */
  sawOldWindow(sentAt: number): void {
    if (sentAt >= this.#at) this.#isFutile = true;
  }
}
