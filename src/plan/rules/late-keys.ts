/**
 * A list of which a join wants a few rows is read by their keys, which other references have: who used these three apps is
 * three users, and not all pages of them. How many keys there are is known only when the others have been read, so both ways stay
 * open until then: with more keys than the list is worth, it is read after all.
 *
 * @module
 */

import { canonicalName } from '../assignments.ts';
import { DEFAULT_SETTINGS, type Draft, type DraftRef, type PlanContext, type Rule, withRef } from '../draft.ts';
import { estimateOf, isWholeList } from '../estimate.ts';
import type { Late, Scan } from '../plan.ts';
import { tryPlanScan } from '../scan.ts';
import type { BoundColumn } from '../scope.ts';
import { canRun, pairOf, requestOf, waitsFor, withKeys } from './choose-scans.ts';

export const lateKeys: Rule = (draft, context) => {
  if (!(context.settings ?? DEFAULT_SETTINGS).pushdown) return draft;
  return draft.refs.reduce((current, { bound }) => {
    const ref = current.refs.find((each) => each.bound === bound);
    const late = ref && lateOf(ref, current, context);
    if (late === undefined) return current;
    const next = withRef(current, bound, (known) => ({ ...known, late }));
    return 'on' in late.keys ? withKeys(next, late.keys) : next;
  }, draft);
};

function lateOf(ref: DraftRef, draft: Draft, context: PlanContext): Late | undefined {
  const { scan } = ref;
  if (scan === undefined || !isList(ref, scan) || isReadAnyway(scan, ref, draft)) return undefined;
  const pages = estimateOf(scan, undefined, context.settings?.sizes).expected;
  for (const edge of draft.edges.filter(({ target }) => target.bound === ref.bound)) {
    const source = draft.refs.find(({ bound }) => bound === edge.source.bound);
    if (source === undefined || !isNarrow(source) || waitsFor(source, ref, draft.refs)) continue;
    const atMost = keysFor(pages, ref, edge.target, context);
    if (atMost === 0) continue;
    return {
      column: edge.target.column,
      keys: { on: source.bound.ref.ordinal, pairs: [pairOf(edge)], where: [] },
      atMost,
    };
  }
  return lateByQuery(pages, ref, draft, context);
}

function lateByQuery(pages: number, ref: DraftRef, draft: Draft, context: PlanContext): Late | undefined {
  for (const { target, values } of draft.keyed) {
    const atMost = target.bound === ref.bound && canRun(values, ref, draft) ? keysFor(pages, ref, target, context) : 0;
    if (atMost > 0) return { column: target.column, keys: values, atMost };
  }
  return undefined;
}

/** Whether all pages of a list would be read, whatever other references hold. */
function isList({ dependencies, askings, bound: { resource } }: DraftRef, { method, parent, quals }: Scan): boolean {
  const { id } = resource;
  const isNamed = quals.some(({ qual }) => qual.kind === 'in' && qual.path === undefined && qual.column === id);
  return (
    method.response.kind === 'list' &&
    method.paging !== undefined &&
    parent === undefined &&
    dependencies.length === 0 &&
    askings.length === 0 &&
    !isNamed
  );
}

/** Whether a condition leaves few of the rows that it would have otherwise. */
function isNarrow({ scan, conditions, dependencies, late }: DraftRef): boolean {
  if (scan === undefined || scan.isEmbedded) return false;
  const isPlace = (column: string): boolean =>
    scan.method.parameters.some(({ name, location }) => name.toLowerCase() === column && location === 'server');
  const says = scan.quals.some(({ qual }) => !('column' in qual) || !isPlace(qual.column));
  return says || conditions.length > 0 || dependencies.length > 0 || late !== undefined;
}

/** Whether another reference needs all of the list in any case. */
function isReadAnyway({ method }: Scan, { bound }: DraftRef, { refs }: Draft): boolean {
  const isOf = (scan: Scan | undefined): boolean =>
    scan !== undefined && ((scan.method === method && isWholeList(scan)) || isOf(scan.parent?.scan));
  return refs.some((each) => each.bound !== bound && isOf(each.scan));
}

/** Counts of keys whose price is asked. */
const STEPS = [1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 500, 1_000];

/**
 * The most keys up to which fewer requests are to be expected than for the list; 0 where keys are of no use. A few that are looked
 * up one by one can cost more than many that one filter holds.
 */
function keysFor(pages: number, ref: DraftRef, target: BoundColumn, context: PlanContext): number {
  if (!isText(target)) return 0;
  const dear = STEPS.findIndex((count) => {
    const values = Array.from({ length: count }, (_, index) => `${'0'.repeat(17)}${index}`);
    const qual = { kind: 'in', column: target.column, values, isImplied: true, isFromRows: true } as const;
    const scan = tryPlanScan(requestOf({ ...ref, quals: [...ref.quals, qual] }, {}), context);
    return scan === undefined || !isAsked(scan, target.column) || costOf(scan, context) >= pages;
  });
  return (dear < 0 ? STEPS.at(-1) : STEPS[dear - 1]) ?? 0;
}

/** Whether the column holds texts of the answer. */
function isText({ bound: { resource }, column }: BoundColumn): boolean {
  return resource.columns.some(
    ({ name, origin, type }) => origin === 'response' && type === 'VARCHAR' && canonicalName(resource, name) === column,
  );
}

function isAsked({ quals }: Scan, column: string): boolean {
  return quals.some(({ qual, exactness }) => 'column' in qual && qual.column === column && exactness !== 'unsupported');
}

function costOf(scan: Scan, { settings }: PlanContext): number {
  return estimateOf(scan, undefined, settings?.sizes).expected;
}
