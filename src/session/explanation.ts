/**
 * What a statement would do, for a program that decides whether it may.
 *
 * @module
 */

import { explained } from '../exec/explain.ts';
import type { ExecuteContext } from '../exec/outcome.ts';
import { explainJson, explainLines } from '../plan/explain.ts';
import type { Plan, QueryPlan } from '../plan/plan.ts';
import { priceOf, type RequestPrice } from '../plan/price.ts';
import { onlyReads } from '../plan/read-only.ts';
import type { JsonValue } from '../values.ts';

export interface Explanation {
  /** What the statement was parsed to; `local` is about tables and views of the session's own. */
  readonly kind: 'query' | 'insert' | 'update' | 'delete' | 'exec' | 'local' | 'explain' | 'metadata' | 'set';
  /** Whether it changes nothing: neither at the provider, nor in tables and settings of the session, nor in files. */
  readonly onlyReads: boolean;
  readonly requests: RequestPrice;
  /** Rate limits that the requests count against. */
  readonly buckets: readonly string[];
  /** Tables that it reads, with the columns. */
  readonly reads: readonly TableRead[];
  /** What came up before the statement, and has been told nobody yet. */
  readonly notices: readonly string[];
  /** What EXPLAIN prints. */
  readonly lines: readonly string[];
  /** What EXPLAIN (FORMAT JSON) answers. */
  readonly plan: JsonValue;
}

export interface TableRead {
  /** `provider.service.resource`. */
  readonly resource: string;
  readonly columns: readonly string[];
}

/** Nothing is sent. */
export async function explanationOf(plan: Plan, context: ExecuteContext): Promise<Explanation> {
  const nodes = await explained(plan, context);
  const refs = queriesOf(plan).flatMap((query) => query.refs);
  const scans = refs.flatMap(({ scan }) =>
    scan === undefined ? [] : [scan, ...(scan.parent ? [scan.parent.scan] : [])],
  );
  return {
    kind: plan.kind,
    onlyReads: onlyReads(plan),
    requests: priceOf(plan, context.settings.sizes),
    buckets: [...new Set(scans.flatMap(({ method, isEmbedded }) => (isEmbedded ? [] : (method.bucket ?? []))))],
    reads: refs.map(({ request, stored }) => ({ resource: request.resource.name, columns: stored })),
    notices: context.earlierNotices ?? [],
    lines: explainLines(nodes),
    plan: explainJson(nodes),
  };
}

function queriesOf(plan: Plan): readonly QueryPlan[] {
  switch (plan.kind) {
    case 'query':
      return [plan];
    case 'insert':
      return [plan.source];
    case 'delete':
      return plan.objects.kind === 'matching' ? [plan.objects.query] : [];
    case 'update':
      return [plan.source, ...(plan.objects.kind === 'matching' ? [plan.objects.query] : [])];
    case 'explain':
      return queriesOf(plan.plan);
    case 'local':
      return 'query' in plan ? [plan.query] : [];
    default:
      return [];
  }
}
