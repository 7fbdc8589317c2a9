/**
 * What a plan costs in requests before anything is sent, as one number for whoever has to decide whether to pay it.
 *
 * @module
 */

import type { ListSizes } from './draft.ts';
import { estimateOf } from './estimate.ts';
import type { Plan, PlannedRef, QueryPlan, Scan, Targets } from './plan.ts';

/** Requests of a whole statement, repetitions and logins aside. */
export interface RequestPrice {
  /** So many are certain. */
  readonly min: number;
  /** Undefined where only the answers tell. */
  readonly max?: number;
  /** From the sizes of lists that the session has read, or a guess. */
  readonly expected: number;
}

const NOTHING: RequestPrice = { min: 0, max: 0, expected: 0 };

export function priceOf(plan: Plan, sizes: ListSizes): RequestPrice {
  switch (plan.kind) {
    case 'query':
      return ofQuery(plan, sizes);
    case 'insert':
      return sum([ofQuery(plan.source, sizes), { min: 0, expected: 1 }]);
    case 'delete':
      return ofTargets(plan.objects, 1, sizes);
    case 'update':
      return sum([ofQuery(plan.source, sizes), ofTargets(plan.objects, plan.read === undefined ? 1 : 2, sizes)]);
    case 'exec':
      return { min: 1, max: 1, expected: 1 };
    case 'explain':
      return plan.isAnalyze ? priceOf(plan.plan, sizes) : NOTHING;
    case 'local':
      return 'query' in plan ? ofQuery(plan.query, sizes) : NOTHING;
    default:
      return NOTHING;
  }
}

/** @param each requests for each object */
function ofTargets(objects: Targets, each: number, sizes: ListSizes): RequestPrice {
  if (objects.kind === 'matching') return sum([ofQuery(objects.query, sizes), { min: 0, expected: each }]);
  const calls = objects.calls.length * each;
  return { min: calls, max: calls, expected: calls };
}

/** What is read twice in the same way is asked for once. */
function ofQuery({ refs }: QueryPlan, sizes: ListSizes): RequestPrice {
  const seen = new Set<string>();
  const prices = refs.flatMap((ref) => {
    if (ref.scan === undefined) return [];
    const key = keyOf(ref, ref.scan);
    if (seen.has(key)) return [];
    seen.add(key);
    return [ofRef(ref, ref.scan, sizes)];
  });
  return sum(prices);
}

function keyOf(
  { ordinal, dependencies, late, limit }: PlannedRef,
  { method, quals, variants, isEmbedded }: Scan,
): string {
  if (dependencies.length > 0 || late !== undefined) return String(ordinal);
  return JSON.stringify([method.key, isEmbedded, variants, quals.map(({ qual }) => qual), limit ?? null]);
}

function ofRef({ estimate, dependencies, limit }: PlannedRef, scan: Scan, sizes: ListSizes): RequestPrice {
  const { min, max, expected, pageSize } = estimate ?? estimateOf(scan, undefined, sizes);
  const least = dependencies.length > 0 ? 0 : min;
  const isOneList = dependencies.length === 0 && scan.parent === undefined;
  // So many rows are enough, and no page after them is asked for.
  const enough = limit === undefined || pageSize === undefined || !isOneList ? expected : Math.ceil(limit / pageSize);
  return { min: least, ...(max !== undefined && { max }), expected: Math.max(least, Math.min(expected, enough)) };
}

function sum(prices: readonly RequestPrice[]): RequestPrice {
  const total = (value: (price: RequestPrice) => number): number =>
    prices.reduce((all, price) => all + value(price), 0);
  const isBounded = prices.every(({ max }) => max !== undefined);
  return {
    min: total(({ min }) => min),
    ...(isBounded && { max: total(({ max = 0 }) => max) }),
    expected: total(({ expected }) => expected),
  };
}
