/**
 * What a scan costs, in requests: what is certain before the first, and what is expected.
 *
 * An expectation decides between ways that give the same rows, so it may be wrong, and costs requests then. It comes from what
 * earlier scans of the session have seen; of what none has seen, a guess is taken.
 *
 * @module
 */

import type { Method, Resource } from '../registry/resource.ts';
import { assignments, canonicalName, parameterOf } from './assignments.ts';
import { DEFAULT_SETTINGS, type ListSizes } from './draft.ts';
import type { InQual, JudgedQual, RequestEstimate, Scan, ScanQual } from './plan.ts';

/** What a scan is fed with while it runs. */
export interface Fed {
  /** Distinct combinations of keys to be expected; below a parent, those of its rows that are asked for. */
  readonly keys: number;
}

/** A list of the org that nobody has read yet has so many rows. */
const GUESSED_ROWS = 1_000;

/** A list of events. */
const GUESSED_EVENTS = 10_000;

/** A list below one object, or one that never has a second page. */
const GUESSED_CHILDREN = 20;

/** Distinct keys of which nothing is known. */
export const GUESSED_KEYS = 20;

/** The part of a list's rows that a value, and a range, lets through. */
const VALUE_SHARE = 0.05;
const RANGE_SHARE = 0.3;

/** The part of the parents that can have children, where the document has a condition for that. */
const PARENT_SHARE = 0.5;

/**
 * @param fed what a join or a caller supplies while the scan runs
 * @param sizes what the session has seen
 */
export function estimateOf(scan: Scan, fed?: Fed, sizes: ListSizes = DEFAULT_SETTINGS.sizes): RequestEstimate {
  const { method, parent, variants } = scan;
  const pageSize = method.pageSize?.size;
  const paged = pageSize === undefined ? {} : { pageSize };
  if (scan.isEmbedded) return ofCopies(scan, sizes);
  const list = listOf(scan, sizes);
  if (parent !== undefined) {
    const above = estimateOf(parent.scan, undefined, sizes);
    const parents =
      (fed?.keys ?? above.rows) * PARENT_SHARE ** parent.where.filter(({ kind }) => kind !== 'null').length;
    const expected = Math.ceil(above.expected + parents * list.requests);
    return { min: above.min, expected, rows: parents * list.rows, perParent: variants.length, ...paged };
  }
  if (fed !== undefined) {
    return { min: 0, expected: Math.ceil(fed.keys * list.requests), rows: fed.keys * list.rows, ...paged };
  }
  const lists = listsOf(scan);
  // What is named twice is read once.
  const lookups = scan.identities.reduce((sum, identity) => sum + listsOf(identity.scan), 0);
  const min = lookups === 0 ? lists : lookups + 1;
  const calls = variants.length === 0 ? 0 : lists / variants.length;
  const expected = { expected: Math.ceil(lookups + calls * list.requests), rows: calls * list.rows };
  return method.paging === undefined ? { min, max: lookups + lists, ...expected } : { min, ...expected, ...paged };
}

function ofCopies({ parent }: Scan, sizes: ListSizes): RequestEstimate {
  if (parent === undefined) return { min: 0, max: 0, expected: 0, rows: 0 };
  return estimateOf(parent.scan, undefined, sizes);
}

/** Lists that the scan reads where neither a parent nor a join feeds it. */
export function listsOf({ resource, method, quals, defaults, variants }: Scan): number {
  const given = quals.map(({ qual }) => qual);
  return assignments(resource, method, given, defaults).length * variants.length;
}

/** What is read with one set of parameter values. */
function listOf(scan: Scan, sizes: ListSizes): { readonly requests: number; readonly rows: number } {
  const { resource, method, quals, variants } = scan;
  if (method.response.kind !== 'list') return { requests: variants.length, rows: 1 };
  const pushed = quals.filter(({ qual, exactness }) => exactness !== 'unsupported' && !binds(qual, scan));
  const rows = sizeOf(method, sizes) * shareOf(pushed, resource) + lookedUp(pushed, resource);
  const size = method.paging === undefined ? undefined : method.pageSize?.size;
  // Each variant is a list of its own.
  const pages = size === undefined ? 1 : Math.ceil(rows / (size * Math.max(1, variants.length)));
  return { requests: variants.length * Math.max(1, pages), rows };
}

/** Whether each list of the scan has all rows that there are for its object: only what says which list it is is given. */
export function isWholeList({ method, bound, quals, variants }: Scan): boolean {
  const isPlace = (name: string): boolean =>
    method.parameters.some((each) => each.name === name && (each.isRequired || each.location === 'server'));
  const isPushed = variants.length <= (method.also?.length ?? 0) || Object.keys(variants[0] ?? {}).length > 0;
  return (
    method.response.kind === 'list' &&
    !isPushed &&
    bound.every(isPlace) &&
    quals.every(({ qual, exactness }) => qual.kind === 'in' || exactness === 'unsupported')
  );
}

/** Rows that one list of the method has, or is taken to have. */
function sizeOf(method: Method, sizes: ListSizes): number {
  const known = sizes.get(method.key);
  if (known !== undefined) return known;
  // A list without pages is short, as are most of those below one object.
  const isShort = method.pageSize === undefined || method.parameters.some(({ location }) => location === 'path');
  if (isShort) return GUESSED_CHILDREN;
  return method.ranges === undefined ? GUESSED_ROWS : GUESSED_EVENTS;
}

/** Whether the qual says which list it is, rather than which of its rows. */
function binds(qual: ScanQual, { resource, method, bound }: Scan): boolean {
  const columns = qual.kind === 'tuples' ? qual.columns : qual.kind === 'in' ? [qual.column] : [];
  return columns.some((column) => bound.includes(parameterOf(resource, method, column) ?? ''));
}

/** The part of the rows that the API returns, where it does not look single ones up by their ids. */
function shareOf(quals: readonly JudgedQual[], resource: Resource): number {
  if (looksUp(quals, resource).length > 0) return 0;
  return quals.reduce((share, { qual }) => {
    const part = qual.kind === 'compare' ? RANGE_SHARE : VALUE_SHARE;
    return share * (qual.kind === 'in' ? Math.min(1, qual.values.length * part) : part);
  }, 1);
}

/** Rows that the API looks up in a list by their ids. */
function lookedUp(quals: readonly JudgedQual[], resource: Resource): number {
  const counts = looksUp(quals, resource).map(({ values }) => values.length);
  return counts.length === 0 ? 0 : Math.min(...counts);
}

function looksUp(quals: readonly JudgedQual[], resource: Resource): readonly InQual[] {
  const id = resource.id === undefined ? undefined : canonicalName(resource, resource.id);
  return quals.flatMap(({ qual }) =>
    qual.kind === 'in' && qual.path === undefined && qual.column === id ? [qual] : [],
  );
}
