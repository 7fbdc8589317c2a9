/** What the headers show when nothing is limited; the largest limit Okta grants is far below. */
const UNLIMITED = 1_000_000;

/** How calls are limited. */
export interface RateRule {
  /** Calls per window and bucket; 0 means that no call is refused. */
  readonly limit: number;
  readonly windowMs: number;
  /** Calls that somebody else makes for each of ours, until half of the window's calls are theirs at most. */
  readonly othersPerCall: number;
}

/** One window of one bucket. */
interface Window {
  readonly startMs: number;
  used: number;
  usedByOthers: number;
}

/** The windows of all buckets, by name. */
export type Windows = Map<string, Window>;

/** What the three `x-rate-limit-*` headers say. */
export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly resetSeconds: number;
  readonly isExceeded: boolean;
}

/** Counts one call against a bucket. */
export function spend(windows: Windows, bucket: string, rule: RateRule, nowMs: number): RateLimitState {
  const window = currentWindow(windows, bucket, rule, nowMs);
  const isExceeded = rule.limit > 0 && window.used >= rule.limit;
  if (!isExceeded) window.used += 1;
  const shown = { ...stateOf(window, rule), isExceeded };
  spendByOthers(window, rule);
  return shown;
}

/** The same headers without counting, for answers that are given before the call reaches the API. */
export function peek(windows: Windows, bucket: string, rule: RateRule, nowMs: number): RateLimitState {
  return { ...stateOf(currentWindow(windows, bucket, rule, nowMs), rule), isExceeded: false };
}

/** Between two calls of ours, so that the first to notice is the next. */
function spendByOthers(window: Window, { limit, othersPerCall }: RateRule): void {
  const theirs = Math.min(othersPerCall, Math.floor(limit / 2) - window.usedByOthers, limit - window.used);
  if (theirs <= 0) return;
  window.used += theirs;
  window.usedByOthers += theirs;
}

/**
 * A window begins with the second of its first call and is not aligned to the clock's minutes. UNVERIFIED: that it is a
 * whole second, which the reset header, having no smaller unit, suggests.
 */
function currentWindow(windows: Windows, bucket: string, { windowMs }: RateRule, nowMs: number): Window {
  const known = windows.get(bucket);
  if (known !== undefined && nowMs < known.startMs + windowMs) return known;
  const fresh: Window = { startMs: Math.floor(nowMs / 1000) * 1000, used: 0, usedByOthers: 0 };
  windows.set(bucket, fresh);
  return fresh;
}

function stateOf(window: Window, { limit, windowMs }: RateRule): Omit<RateLimitState, 'isExceeded'> {
  const shown = limit > 0 ? limit : UNLIMITED;
  const resetSeconds = Math.ceil((window.startMs + windowMs) / 1000);
  return { limit: shown, remaining: Math.max(0, shown - window.used), resetSeconds };
}
