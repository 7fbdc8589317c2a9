/** Time that runs faster, for product and simulator alike, so that a window of a rate limit takes a second and sockets stay real. */

import { type Clock, systemClock } from '../../src/http/pacing/clock.ts';

export function fastClock(factor: number): Clock {
  const startMs = Date.now();
  const startedAt = performance.now();
  return {
    now: () => startMs + (performance.now() - startedAt) * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}
