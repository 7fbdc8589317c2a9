/**
 * What a scan costs, in requests, as far as that is known before the first.
 *
 * @module
 */

import { assignments } from './assignments.ts';
import type { Scan } from './plan.ts';

/**
 * Requests that a scan makes.
 *
 * `max` is undefined where only the answers tell: how many pages a list has, how many rows a parent.
 */
export interface RequestEstimate {
  readonly min: number;
  readonly max?: number | undefined;
  /** Requests for each row of the parent's scan, whose own requests are counted in `min` and `max`. */
  readonly perParent?: number | undefined;
  /** Rows of one page, where the method's lists come in pages and the document tells their size. */
  readonly pageSize?: number | undefined;
}

/** @param isFed whether a join or a caller supplies keys while the scan runs */
export function estimateOf(scan: Scan, isFed: boolean): RequestEstimate {
  if (scan.isEmbedded) return scan.parent === undefined ? { min: 0, max: 0 } : estimateOf(scan.parent.scan, false);
  const pageSize = scan.method.pageSize?.size;
  const paged = pageSize === undefined ? {} : { pageSize };
  if (scan.parent !== undefined) {
    return { min: estimateOf(scan.parent.scan, false).min, perParent: scan.variants.length, ...paged };
  }
  if (isFed) return { min: 0, ...paged };
  const lists = listsOf(scan);
  // What is named twice is read once.
  const lookups = scan.identities.reduce((sum, identity) => sum + listsOf(identity.scan), 0);
  const min = lookups === 0 ? lists : lookups + 1;
  return scan.method.paging === undefined ? { min, max: lookups + lists } : { min, ...paged };
}

/** Lists that the scan reads where neither a parent nor a join feeds it. */
export function listsOf({ resource, method, quals, defaults, variants }: Scan): number {
  const given = quals.map(({ qual }) => qual);
  return assignments(resource, method, given, defaults).length * variants.length;
}
