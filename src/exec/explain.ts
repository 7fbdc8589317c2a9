/**
 * Answers EXPLAIN: without ANALYZE nothing is sent.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import { type ExplainNode, explainJson, explainLines, explainPlan, type ScanFigures } from '../plan/explain.ts';
import type { ExplainPlan, Plan, QueryPlan } from '../plan/plan.ts';
import { checkPlan } from './check.ts';
import { type Deed, type ExecuteContext, uncounted } from './outcome.ts';
import type { CachedLists } from './provider.ts';
import { fixed, rowsOf } from './query.ts';
import { type SplitTerms, splitConditions } from './split-sql.ts';

export async function executeExplain(
  { plan, isAnalyze, isVerbose, format, splits }: ExplainPlan,
  context: ExecuteContext,
): Promise<Deed> {
  if (splits !== undefined) return explainSplits(plan, { atMost: splits, readsParents: isAnalyze }, context);
  const deed = { tag: 'EXPLAIN', count: uncounted, isShown: true } as const;
  const figures = isAnalyze ? await analyze(plan, context) : undefined;
  if (!isAnalyze) await checkNames(plan, context);
  const isCaching = (context.settings.cacheTtlMs ?? context.provider.cacheTtlMs ?? 0) > 0;
  const cached = isVerbose && isCaching && plan.kind === 'query' ? cachedOf(plan, context) : undefined;
  const nodes = explainPlan(plan, {
    isVerbose,
    sizes: context.settings.sizes,
    limits: context.provider.limits(),
    ...(cached !== undefined && { cached }),
    ...(figures !== undefined && { figures }),
  });
  if (format === 'json') {
    return { ...deed, ...fixed({ columns: [{ name: 'plan', type: 'JSON' }], rows: [[explainJson(nodes)]] }) };
  }
  const rows = explainLines(nodes).map((line) => [line]);
  return { ...deed, ...fixed({ columns: [{ name: 'plan', type: 'VARCHAR' }], rows }) };
}

/** The plan of a statement that could run, as a tree. Nothing is sent. */
export async function explained(plan: Plan, context: ExecuteContext): Promise<readonly ExplainNode[]> {
  await checkNames(plan.kind === 'explain' ? plan.plan : plan, context);
  return explainPlan(plan, { isVerbose: false, sizes: context.settings.sizes, limits: context.provider.limits() });
}

async function explainSplits(plan: Plan, terms: SplitTerms, context: ExecuteContext): Promise<Deed> {
  if (plan.kind !== 'query') {
    throw new NotSupportedError('EXPLAIN with SPLITS takes a SELECT.', {
      hint: 'What changes something is run by one worker.',
    });
  }
  await checkNames(plan, context);
  const conditions = await splitConditions(plan, terms, context);
  const rows = conditions.map((condition) => [condition]);
  const result = fixed({ columns: [{ name: 'condition', type: 'VARCHAR' }], rows });
  return { tag: 'EXPLAIN', count: uncounted, isShown: true, ...result };
}

/** By ordinal. What other rows say is asked for nobody knows yet. */
function cachedOf({ refs }: QueryPlan, { provider, settings }: ExecuteContext): ReadonlyMap<number, CachedLists> {
  const found = new Map<number, CachedLists>();
  for (const { ordinal, scan, dependencies, late, stored, limit, request } of refs) {
    if (scan === undefined || dependencies.length > 0 || late !== undefined) continue;
    const { resource, quals, parentQuals, order } = request;
    const cached = provider
      .scan(resource.name, {
        quals,
        columns: stored,
        parentQuals,
        settings,
        ...(limit !== undefined && { limit }),
        ...(order !== undefined && { order }),
      })
      .cached?.();
    if (cached !== undefined) found.set(ordinal, cached);
  }
  return found;
}

/** What is bound by the engine. */
const BOUND: ReadonlySet<Plan['kind']> = new Set<Plan['kind']>(['query', 'insert', 'update', 'delete', 'local']);

/** A statement that could not run has no plan worth showing. What it does to tables of the session is undone. */
async function checkNames(plan: Plan, context: ExecuteContext): Promise<void> {
  if (!BOUND.has(plan.kind)) return;
  const statement = await context.begin();
  try {
    await checkPlan(plan, statement, { ...context, onViews: () => undefined }, { requests: false });
  } finally {
    await statement.close();
  }
}

/** Runs the statement for what it takes. Its rows are thrown away, so what changes something is not run. */
async function analyze(plan: Plan, context: ExecuteContext): Promise<ReadonlyMap<number, ScanFigures>> {
  if (plan.kind !== 'query') {
    throw new NotSupportedError('EXPLAIN ANALYZE runs the statement, so it takes only a SELECT.', {
      hint: 'EXPLAIN without ANALYZE shows what would be sent.',
    });
  }
  const figures = new Map<number, ScanFigures>();
  await rowsOf(plan, { ...context, onScanned: (ordinal, took) => figures.set(ordinal, took) });
  return figures;
}
