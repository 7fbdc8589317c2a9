/**
 * What is known of rate limits: what answers said last.
 *
 * @module
 */

import type { Clock } from '../../http/pacing/clock.ts';
import type { LimitState } from '../../http/pacing/governor.ts';

export interface KnownLimits {
  readonly learn: (limit: LimitState) => void;
  /** Of windows that have not ended. */
  readonly all: () => readonly LimitState[];
}

export function knownLimits({ now }: Pick<Clock, 'now'>): KnownLimits {
  const limits = new Map<string, LimitState>();
  return {
    learn: (limit) => {
      limits.set(`${limit.origin} ${limit.bucket}`, limit);
    },
    all: () => [...limits.values()].filter(({ resetsAt }) => resetsAt > now()),
  };
}
