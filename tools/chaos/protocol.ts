/** @module */

import type { Fault } from '../fuzz/kind.ts';
import type { Rest } from '../fuzz/watch.ts';
import type { Tally } from './round.ts';

/** Rounds to be tried, one after the other. */
export interface Batch {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
}

export interface Wrong {
  readonly round: number;
  readonly fault: Fault;
}

export interface BatchReport extends Rest {
  readonly kind: 'batch';
  readonly tried: number;
  readonly found: readonly Wrong[];
  readonly tally: Tally;
}
