const WINDOW_MS = 60_000;

/** What the headers show when nothing is limited; the largest limit Okta grants is far below. */
const UNLIMITED = 1_000_000;

/** One minute of one bucket. It starts with its first call and is not aligned to the clock's minutes. */
interface Window {
  readonly startMs: number;
  used: number;
}

/** The windows of all buckets, by name. */
export type Windows = Map<string, Window>;

/** What the three `x-rate-limit-*` headers say. */
export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds since 1970, rounded up, so that a client which waits for it never comes too early. */
  readonly resetSeconds: number;
  readonly isExceeded: boolean;
}

/** Counts one call against a bucket. `limit` is in calls per window; 0 means that no call is refused. */
export function spend(windows: Windows, bucket: string, limit: number, nowMs: number): RateLimitState {
  const window = currentWindow(windows, bucket, nowMs);
  const isExceeded = limit > 0 && window.used >= limit;
  if (!isExceeded) window.used += 1;
  return { ...stateOf(window, limit), isExceeded };
}

/** The same headers without counting, for answers that are given before the call reaches the API. */
export function peek(windows: Windows, bucket: string, limit: number, nowMs: number): RateLimitState {
  return { ...stateOf(currentWindow(windows, bucket, nowMs), limit), isExceeded: false };
}

function currentWindow(windows: Windows, bucket: string, nowMs: number): Window {
  const known = windows.get(bucket);
  if (known !== undefined && nowMs < known.startMs + WINDOW_MS) return known;
  const fresh: Window = { startMs: nowMs, used: 0 };
  windows.set(bucket, fresh);
  return fresh;
}

function stateOf(window: Window, limit: number): Omit<RateLimitState, 'isExceeded'> {
  const shown = limit > 0 ? limit : UNLIMITED;
  const resetSeconds = Math.ceil((window.startMs + WINDOW_MS) / 1000);
  return { limit: shown, remaining: Math.max(0, shown - window.used), resetSeconds };
}
