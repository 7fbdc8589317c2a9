/**
 * The parts of a scan that can be read independently, by other workers too: for each of several orgs or parents, a batch of
 * keys, a slice of a log's time.
 *
 * @module
 */

import { uniqueCalls } from '../../exec/identity.ts';
import { keptRange } from '../../exec/kept-range.ts';
import type { ScanSplit } from '../../exec/provider.ts';
import { type Assignment, assignments, canonicalName } from '../../plan/assignments.ts';
import type { Scan, ScanQual } from '../../plan/plan.ts';
import type { Method } from '../../registry/resource.ts';
import type { Literal } from '../../sql/statement.ts';
import { own } from '../../values.ts';

/** So many parts, where the caller does not say. */
export const DEFAULT_SPLITS = 16;
/** A shorter slice of a log holds so little that its request is hardly worth it. */
const SHORTEST_SLICE_MS = 86_400_000;

export interface SplitTerms {
  readonly quals: readonly ScanQual[];
  readonly startedAt: Date;
  readonly atMost: number;
}

/** As far as constants name them: nothing is requested. */
export function splitsOf(scan: Scan, { quals, startedAt, atMost }: SplitTerms): readonly ScanSplit[] {
  const { resource, method, defaults } = scan;
  const constants = scan.quals.map(({ qual }) => qual);
  const all = assignments(resource, method, constants, {});
  // Copies are in the rows of the parent, however many of them are asked for: each org has its own.
  const sets = scan.isEmbedded ? byServer(all, method) : all;
  if (scan.isEmbedded && sets.length > 1)
    return batchesOf(sets, atMost, {}).map((more) => ({ quals: [...quals, ...more] }));
  if (sets.length > 1) {
    return batchesOf(
      sets.map((set) => ({ ...defaults, ...set })),
      atMost,
      scan.isEnumerated ? { isFromRows: true } : {},
    ).map((more) => ({ quals: [...quals, ...more] }));
  }
  return keyBatches(scan, quals, atMost) ?? timeSlices(scan, quals, startedAt, atMost) ?? [{ quals }];
}

/** What the assignments say about servers, each once. */
function byServer(all: readonly Assignment[], { parameters }: Method): readonly Assignment[] {
  const servers = parameters.filter(({ location }) => location === 'server').map(({ name }) => name);
  const parts = all.map((each) => Object.fromEntries(Object.entries(each).filter(([name]) => servers.includes(name))));
  return parts.filter(uniqueCalls());
}

/**
 * Quals for the calls of each batch, near equal in number. Calls that differ in which parameters they have are not mixed.
 *
 * @param marks whether the calls are the caller's own, or those of rows: what is passed over then is passed over in a part too
 */
export function batchesOf(
  calls: readonly Assignment[],
  atMost: number,
  marks: { readonly isFromRows?: true },
): readonly (readonly ScanQual[])[] {
  const byNames = new Map<string, Assignment[]>();
  for (const call of calls) {
    const names = Object.keys(call).join('\n');
    const alike = byNames.get(names) ?? [];
    alike.push(call);
    byNames.set(names, alike);
  }
  const size = Math.ceil(calls.length / atMost);
  return [...byNames.values()].flatMap((alike) => inParts(alike, size).map((part) => qualsFor(part, marks)));
}

function qualsFor(calls: readonly Assignment[], marks: { readonly isFromRows?: true }): readonly ScanQual[] {
  const [first = {}] = calls;
  if (calls.length === 1)
    return Object.entries(first).map(([column, value]) => ({ kind: 'in', column, values: [value], ...marks }));
  const columns = Object.keys(first);
  const rows = calls.map((call) => columns.map((column): Literal => own(call, column) ?? null));
  return [{ kind: 'tuples', columns, rows, ...marks }];
}

/** A list that is asked for by many keys, some at a time, is as many lists. */
function keyBatches(
  { quals: judged, variants }: Scan,
  quals: readonly ScanQual[],
  atMost: number,
): readonly ScanSplit[] | undefined {
  const asked = judged.findIndex(
    ({ qual, exactness }) => qual.kind === 'in' && exactness !== 'unsupported' && qual.values.length >= variants.length,
  );
  const qual = quals[asked];
  if (variants.length < 2 || qual?.kind !== 'in') return undefined;
  const size = Math.ceil(qual.values.length / Math.min(variants.length, atMost));
  return inParts(qual.values, size).map((values) => ({ quals: quals.with(asked, { ...qual, values }) }));
}

/** Slices of the time for which a list has bounds, none shorter than a day. The first and the last are open, as the scan is. */
function timeSlices(
  { resource, method, variants, bound }: Scan,
  quals: readonly ScanQual[],
  startedAt: Date,
  atMost: number,
): readonly ScanSplit[] | undefined {
  const { ranges = {}, defaults = {} } = method;
  const parameters = Object.keys(ranges);
  const columns = new Set(Object.values(ranges).map(({ column }) => canonicalName(resource, column)));
  const [column] = columns;
  // What the statement asks of the API by name, it asks of the whole list.
  const isFree = parameters.length === 2 && columns.size === 1 && !parameters.some((name) => bound.includes(name));
  if (!isFree || column === undefined) return undefined;
  const planned = keptRange(method, { ...defaults, ...variants[0] }, startedAt);
  const timeOf = (wanted: 'lower' | 'upper'): number => {
    const [name = ''] = Object.entries(ranges).find(([, { bound: each }]) => each === wanted) ?? [];
    return Date.parse(own(planned ?? {}, name) ?? '');
  };
  const [from, until] = [timeOf('lower'), timeOf('upper')];
  const count = Math.min(atMost, Math.floor((until - from) / SHORTEST_SLICE_MS));
  if (!(count > 1)) return undefined;
  const borders = Array.from({ length: count - 1 }, (_, index) =>
    new Date(Math.floor(from + ((index + 1) * (until - from)) / count)).toISOString(),
  );
  const compared = (operator: '>=' | '<', value: string | undefined): readonly ScanQual[] =>
    value === undefined ? [] : [{ kind: 'compare', column, operator, value }];
  return Array.from({ length: count }, (_, index) => ({
    quals: [...quals, ...compared('>=', borders[index - 1]), ...compared('<', borders[index])],
  }));
}

function inParts<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
