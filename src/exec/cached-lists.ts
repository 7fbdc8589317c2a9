/**
 * Which lists of a scan the cache would answer: for EXPLAIN, without reading any.
 *
 * @module
 */

import { assignments } from '../plan/assignments.ts';
import { type ListRun, listFor, type RequestTerms } from './answers.ts';
import { keptRange } from './kept-range.ts';
import type { Caching } from './list-cache.ts';
import type { CachedLists } from './provider.ts';

/** @returns undefined where only other rows say what is asked for */
export function cachedLists(run: ListRun, cache: Caching, terms: RequestTerms): CachedLists | undefined {
  const { scan } = run;
  if (scan.parent !== undefined) {
    const above = cachedLists({ scan: scan.parent.scan }, cache, terms);
    return above && { ...above, of: 'parent' };
  }
  const { resource, method, quals, defaults, variants } = scan;
  if (!cache.keeps(method)) return undefined;
  const calls = assignments(
    resource,
    method,
    quals.map(({ qual }) => qual),
    defaults,
  );
  const lists = calls.flatMap((parameters) =>
    variants.flatMap((variant) => {
      const planned = keptRange(method, variant, terms.startedAt);
      return planned === undefined ? [] : [listFor(run, { ...parameters, ...planned }, terms)];
    }),
  );
  const ages = lists.map((list) => cache.lists.ageOf(list, cache.ttlMs)).filter((age) => age !== undefined);
  return { of: 'scan', lists: lists.length, cached: ages.length, ageMs: Math.max(0, ...ages) };
}
