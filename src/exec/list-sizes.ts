/**
 * What a session learns of the lists that it reads: how long they are.
 *
 * @module
 */

import type { ListSizes } from '../plan/draft.ts';

/** Rows per list: the mean of those that were read, since a method reads a list of each org, and of each parent. */
export interface LearntSizes {
  readonly sizes: ListSizes;
  readonly learn: (method: string, rows: number) => void;
}

export function learnSizes(): LearntSizes {
  const sizes = new Map<string, number>();
  const counts = new Map<string, number>();
  return {
    sizes,
    learn: (method, rows) => {
      const count = (counts.get(method) ?? 0) + 1;
      const mean = sizes.get(method) ?? 0;
      counts.set(method, count);
      sizes.set(method, mean + (rows - mean) / count);
    },
  };
}
