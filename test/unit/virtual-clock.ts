/** Time that stands still while anything can be done, and then jumps to the next thing that was waited for. */

import { setImmediate as turn } from 'node:timers/promises';

import type { Clock } from '../../src/http/pacing/clock.ts';

export interface VirtualClock extends Clock {
  /** The work's result; time passes as far as it needs. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Real work that time must not run past. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** Sleeps that nobody has ended. */
  sleepers(): number;
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Streams and promises settle within a few turns of the event loop. */
const TURNS = 6;

export function virtualClock(startMs: number = Date.parse('2026-11-23T08:00:00.300Z')): VirtualClock {
  let time = startMs;
  let held = 0;
  const sleepers = new Set<Sleeper>();
  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < TURNS; quiet += 1) {
      await turn();
      if (held > 0) quiet = 0;
    }
  };
  const jump = (): void => {
    const next = [...sleepers].reduce((least, { until }) => Math.min(least, until), Infinity);
    if (next === Infinity) throw new Error('nothing is waited for, and yet the work is not done');
    time = Math.max(time, next);
    for (const sleeper of [...sleepers].filter(({ until }) => until <= time)) {
      sleepers.delete(sleeper);
      sleeper.wake();
    }
  };
  return {
    now: () => time,
    sleepers: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const sleeper: Sleeper = { until: time + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          if (sleepers.delete(sleeper)) reject(signal.reason);
        });
      }),
    hold: async (work) => {
      held += 1;
      try {
        return await work;
      } finally {
        held -= 1;
      }
    },
    run: async (work) => {
      let isDone = false;
      const done = (): void => {
        isDone = true;
      };
      work.then(done, done);
      for (;;) {
        await idle();
        if (isDone) return work;
        jump();
      }
    },
  };
}
