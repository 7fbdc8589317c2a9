// How long this thread was held without letting anybody else in.
//
// On a busy machine a delay is mostly that of others, so the time of this thread on a processor counts (Linux; NaN elsewhere).

import { existsSync, readFileSync } from 'node:fs';

const SCHEDULED = `/proc/self/task/${process.pid}/schedstat`;
const onProcessor = existsSync(SCHEDULED)
  ? () => Number(readFileSync(SCHEDULED, 'utf8').split(' ')[0]) / 1e6
  : () => Number.NaN;

/** Looks each millisecond, if it gets to. `end` is the longest time, in milliseconds of processor. */
export function watchHeld() {
  let [held, last] = [0, onProcessor()];
  const look = () => {
    const now = onProcessor();
    held = Math.max(held, now - last);
    last = now;
  };
  const looking = setInterval(look, 1);
  return {
    end: () => {
      // What never let anybody look is seen now.
      look();
      clearInterval(looking);
      return held;
    },
  };
}
