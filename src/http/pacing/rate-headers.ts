/**
 * What an answer's headers say about the rate limit.
 *
 * @module
 */

/** The three `x-rate-limit-*` headers. */
export interface RateReading {
  /** Calls that a window allows. 0 says that too many ran at once, and nothing about the window. */
  readonly limit: number;
  readonly remaining: number;
  /** When the window ends, in milliseconds since 1970 by the server's clock. */
  readonly resetMs: number;
}

/** The headers as numbers; undefined where one is missing or no number, as in the answers of gateways. */
export function readRate(headers: Headers): RateReading | undefined {
  const limit = smallest(headers.get('x-rate-limit-limit'));
  const remaining = smallest(headers.get('x-rate-limit-remaining'));
  const resetMs = readReset(headers);
  return limit === undefined || remaining === undefined || resetMs === undefined
    ? undefined
    : { limit, remaining, resetMs };
}

/** When the window ends, in milliseconds since 1970 by the server's clock. */
export function readReset(headers: Headers): number | undefined {
  const seconds = smallest(headers.get('x-rate-limit-reset'));
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The `Date` header, in milliseconds since 1970; it has whole seconds. */
export function readDate(headers: Headers): number | undefined {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/**
 * `Retry-After` in milliseconds. Okta sends none with its 429s, but the gateways before it may (RFC 9110 §10.2.3).
 *
 * @param nowMs what a date in it is compared with
 */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const text = headers.get('retry-after') ?? '';
  if (/^\d{1,5}$/.test(text)) return Number(text) * 1000;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - nowMs);
}

/** A header that was sent twice arrives as `50, 10`. The smaller is the one that cannot be exceeded by mistake. */
function smallest(value: string | null): number | undefined {
  if (value === null) return undefined;
  const numbers = value.split(',').map((part) => part.trim());
  if (!numbers.every((part) => /^\d{1,12}(?:\.\d{1,6})?$/.test(part))) return undefined;
  return Math.min(...numbers.map(Number));
}
