/**
 * What a process keeps.
 *
 * @module
 */

import type { Fault } from './kind.ts';

/** A process is replaced after so many batches. */
export const BATCHES_OF_ONE = 24;

/** Until then, from the first batch on, code is compiled and documents are read that stay. */
const FIRST_JUDGED = 4;

/** Caches that fill take less; a leak of a kilobyte for each of ten thousand texts takes more. */
const GROWTH_BOUND = 8 * 2 ** 20;

/** @param heaps bytes in use after each batch of one process */
export function judgeHeap(heaps: readonly number[]): { readonly growth: number; readonly fault?: Fault } {
  const judged = heaps.slice(FIRST_JUDGED - 1);
  const growth = (judged.at(-1) ?? 0) - (judged[0] ?? 0);
  // One batch may have met something large for the first time: what leaks comes again.
  const isSteady = judged.slice(-3).every((heap) => heap - (judged[0] ?? 0) > GROWTH_BOUND);
  if (judged.length < 4 || !isSteady) return { growth };
  const detail = `the heap grew by ${Math.round(growth / 2 ** 20)} MB in ${judged.length - 1} batches`;
  return { growth, fault: { kind: 'leak', detail } };
}
