/**
 * Finds out whether a plan could run, without a request: names are bound, and what it does to the session's own tables and views is
 * done to them on no rows, so that the plans after it can be checked too.
 *
 * @module
 */

import type { EngineStatement } from '../engine/engine.ts';
import { assertNever, ExecutionError } from '../errors.ts';
import type { Plan, QueryPlan, Targets } from '../plan/plan.ts';
import { tryLocal } from './local.ts';
import { bindReturned } from './mutate.ts';
import type { ExecuteContext } from './outcome.ts';
import { bindQuery } from './query.ts';

export interface CheckTerms {
  /** Whether logins and the values of requests are looked at too, or names alone. Default is true. */
  readonly requests?: boolean;
}

/**
 * @param statement in whose transaction the tables and views of earlier plans are; it is not closed
 * @throws what running the plan would throw before its first request, but for what depends on rows
 */
export async function checkPlan(
  plan: Plan,
  statement: EngineStatement,
  context: ExecuteContext,
  { requests = true }: CheckTerms = {},
): Promise<void> {
  const { provider } = context;
  const checkQuery = async (query: QueryPlan): Promise<void> => {
    await bindQuery(query, statement);
    if (requests) for (const { scan } of query.refs) if (scan !== undefined) provider.checkConstants(scan);
  };
  if (requests && 'method' in plan) provider.checkLogin(plan.method);
  switch (plan.kind) {
    case 'query':
      await checkQuery(plan);
      break;
    case 'insert':
      await checkQuery(plan.source);
      await bindReturned(plan, statement, context);
      break;
    case 'delete':
      await checkTargets(plan.objects, checkQuery);
      await bindReturned(plan, statement, context);
      break;
    case 'update':
      await checkQuery(plan.source);
      await checkTargets(plan.objects, checkQuery);
      await bindReturned(plan, statement, context);
      break;
    case 'exec':
      break;
    case 'explain':
      if (plan.plan.kind === 'query') await checkQuery(plan.plan);
      break;
    case 'local':
      await checkLocal(plan, statement, context);
      break;
    case 'set':
      context.onSet(plan);
      break;
    case 'metadata':
      break;
    default:
      assertNever(plan);
  }
}

async function checkTargets(objects: Targets, check: (query: QueryPlan) => Promise<void>): Promise<void> {
  if (objects.kind === 'matching') await check(objects.query);
}

/** What only rows make fail may well succeed on those that will be there. */
async function checkLocal(
  plan: Plan & { readonly kind: 'local' },
  statement: EngineStatement,
  context: ExecuteContext,
): Promise<void> {
  try {
    const views = await tryLocal(plan, statement, context);
    if (views !== undefined) context.onViews(views);
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
  }
}
