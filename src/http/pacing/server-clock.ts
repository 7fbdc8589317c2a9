/**
 * How far a server's clock is from ours.
 *
 * Windows end by the server's clock, which `Date` headers tell in whole seconds. Each answer bounds the difference: when
 * the header was written, our clock stood between sending and receiving, and the server's within the second that the
 * header names. The bounds of many answers together are narrow.
 *
 * @module
 */

/** All in milliseconds. */
export interface DateSample {
  /** The `Date` header. */
  readonly date: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

export interface ServerClock {
  observe(sample: DateSample): void;
  /** When our clock will show that the server's has reached `serverMs`: exact or too late, never too early. */
  toLocal(serverMs: number): number;
  /** The inverse of `toLocal`. */
  toServer(localMs: number): number;
}

export function createServerClock(): ServerClock {
  // Server time minus ours lies between these.
  let least = -Infinity;
  let most = Infinity;
  return {
    observe: ({ date, sentAt, receivedAt }) => {
      const low = date - receivedAt;
      const high = date + 1000 - sentAt;
      // Bounds that contradict each other mean that one of the clocks was set: what was known before is void.
      const isSet = low > most || high < least;
      least = isSet ? low : Math.max(least, low);
      most = isSet ? high : Math.min(most, high);
    },
    toLocal: (serverMs) => serverMs - difference(least, most),
    toServer: (localMs) => localMs + difference(least, most),
  };
}

/** Machines keep their clocks by the network: as long as no answer contradicts it, both show the same time. */
function difference(least: number, most: number): number {
  return least <= 0 && most >= 0 ? 0 : least;
}
