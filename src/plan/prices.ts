/**
 * What the references of a statement cost, and how many rows of each may feed others.
 *
 * @module
 */

import type { Draft, DraftRef, PlanContext } from './draft.ts';
import { estimateOf, GUESSED_KEYS } from './estimate.ts';
import { type JudgedQual, type Late, type RequestEstimate, sourcesOf } from './plan.ts';

/** Rows that are to be expected to feed others. */
export function rowsOf(ref: DraftRef, draft: Draft, context: PlanContext): number {
  const { scan, conditions } = ref;
  if (scan === undefined) return 0;
  const unchecked = scan.quals.filter(({ exactness }) => exactness === 'unsupported').map(residualShare);
  const share = unchecked.reduce((product, each) => product * each, CONDITION_SHARE ** conditions.length);
  return (priceOf(ref, draft, context)?.rows ?? 0) * share;
}

/** The part of the rows that conditions let through which only the engine checks: few have the name that is given. */
const CONDITION_SHARE = 0.2;
const EQUAL_SHARE = 0.05;

function residualShare({ qual }: JudgedQual): number {
  return qual.kind === 'in' ? Math.min(1, qual.values.length * EQUAL_SHARE) : CONDITION_SHARE;
}

/** The requests of a reference; undefined where nothing is read. */
export function priceOf(ref: DraftRef, draft: Draft, context: PlanContext): RequestEstimate | undefined {
  const whole = priceOfAll(ref, draft, context);
  return whole && ref.limit !== undefined ? upTo(ref.limit, whole, ref, context) : whole;
}

/** What is read before there are enough rows: a page of the list, or what the first parents have. */
function upTo(limit: number, whole: RequestEstimate, { scan }: DraftRef, { settings }: PlanContext): RequestEstimate {
  const { parent } = scan ?? {};
  const above = parent === undefined ? 0 : estimateOf(parent.scan, undefined, settings?.sizes).expected;
  const perRequest = whole.rows / Math.max(1, whole.expected - above);
  const enough = above + Math.max(1, Math.ceil(limit / Math.max(1, perRequest)));
  return { ...whole, expected: Math.min(whole.expected, enough), rows: Math.min(whole.rows, limit) };
}

function priceOfAll(ref: DraftRef, draft: Draft, context: PlanContext): RequestEstimate | undefined {
  const { scan, late } = ref;
  if (scan === undefined) return undefined;
  const sizes = context.settings?.sizes;
  if (ref.without.length > 0) return estimateOf(scan, { keys: parentsLeft(ref, draft, context) }, sizes);
  const keys = sourceRefs(ref, draft.refs).map((source) => rowsOf(source, draft, context));
  if (keys.length === 0) return estimateOf(scan, undefined, sizes);
  // What a query makes of many rows is mostly few keys.
  const isQuery = late !== undefined && !('on' in late.keys);
  const fed = { keys: Math.min(...keys, ...(isQuery ? [GUESSED_KEYS] : [])) };
  return late?.atMost === undefined ? estimateOf(scan, fed, sizes) : priceOfEither(ref, { ...late, ...fed }, context);
}

/** Rows of the parent that are not left out. */
function parentsLeft({ scan, without }: DraftRef, draft: Draft, context: PlanContext): number {
  const parents =
    scan?.parent === undefined ? 0 : estimateOf(scan.parent.scan, undefined, context.settings?.sizes).rows;
  const ordinals = without.flatMap(({ keys }) => keys.reads);
  const sources = draft.refs.filter(({ bound }) => ordinals.includes(bound.ref.ordinal));
  const leftOut = sources.reduce((sum, source) => sum + rowsOf(source, draft, context), 0);
  return Math.max(parents - leftOut, parents * CONDITION_SHARE);
}

/** So many keys are looked for by one request where a filter holds them. */
const KEYS_PER_REQUEST = 80;

/** Of a list that may be read by keys instead. */
function priceOfEither(
  { scan }: DraftRef,
  { keys, atMost = 0 }: { readonly keys: number } & Pick<Late, 'atMost'>,
  { settings }: PlanContext,
): RequestEstimate | undefined {
  const list = scan && estimateOf(scan, undefined, settings?.sizes);
  if (list === undefined || keys > atMost) return list;
  return { ...list, min: 0, expected: Math.min(list.expected, Math.ceil(keys / KEYS_PER_REQUEST)), rows: keys };
}

/** The references that are loaded before another is read, or while it is. */
export function waitedRefs(ref: DraftRef, refs: readonly DraftRef[]): readonly DraftRef[] {
  const ordinals = ref.without.flatMap(({ keys }) => keys.reads);
  return [...sourceRefs(ref, refs), ...refs.filter(({ bound }) => ordinals.includes(bound.ref.ordinal))];
}

/** The references whose rows another is read with. */
function sourceRefs({ dependencies, late }: DraftRef, refs: readonly DraftRef[]): readonly DraftRef[] {
  const ordinals = [...dependencies.map(({ on }) => on), ...(late === undefined ? [] : sourcesOf(late))];
  return refs.filter(({ bound }) => ordinals.includes(bound.ref.ordinal));
}
