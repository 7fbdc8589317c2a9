import { type Clock, systemClock } from '../../src/http/pacing/clock.ts';

/** Looks in a row that must find nothing else to wait for. */
const LOOKS = 20;
const LOOK_MS = 10;

interface Patience {
  /** The time for an answer, which tells its timers from all others. */
  readonly answerMs: number;
  /** Whether none but answers that will not come are waited for. */
  readonly isStuck: (awaited: number) => boolean;
}

/**
 * The time for an answer is over when no answer can come any more, and not before: that the machine is busy looks the same to a
 * timer as a server that is silent.
 */
export function patientClock({ now, sleep }: Clock, { answerMs, isStuck }: Patience): Clock {
  let awaited = 0;
  const untilStuck = async (signal?: AbortSignal): Promise<void> => {
    awaited += 1;
    try {
      for (let looks = 0; looks < LOOKS; looks = isStuck(awaited) ? looks + 1 : 0) {
        await systemClock.sleep(LOOK_MS, signal);
      }
    } finally {
      awaited -= 1;
    }
  };
  return { now, sleep: (ms, signal) => (ms === answerMs ? untilStuck(signal) : sleep(ms, signal)) };
}
