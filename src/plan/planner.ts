/**
 * Statement → Plan: the entry of this folder. Nothing here does I/O.
 *
 * @module
 */

import { assertNever } from '../errors.ts';
import type { LocalStatement, Statement } from '../sql/statement.ts';
import type { PlanContext } from './draft.ts';
import { planMetadata } from './metadata.ts';
import { planDelete, planExec, planInsert } from './mutation.ts';
import type { LocalPlan, Plan } from './plan.ts';
import { planQuery } from './query.ts';
import { planUpdate } from './update.ts';

/**
 * @throws BindError for unknown names, with the nearest ones
 * @throws PlanError where a required parameter has no value, with a statement that works
 */
export function plan(statement: Statement, context: PlanContext): Plan {
  switch (statement.kind) {
    case 'select':
      return planQuery(statement, context);
    case 'insert':
      return planInsert(statement, context);
    case 'delete':
      return planDelete(statement, context);
    case 'update':
      return planUpdate(statement, context);
    case 'exec':
      return planExec(statement, context);
    case 'metadata':
      return planMetadata(statement, context);
    case 'explain': {
      const { isAnalyze, isVerbose, format, splits } = statement;
      return {
        kind: 'explain',
        plan: plan(statement.statement, { ...context, isExplained: isVerbose }),
        isAnalyze,
        isVerbose,
        format,
        ...(splits !== undefined && { splits }),
      };
    }
    case 'local':
      return planLocal(statement, context);
    case 'set':
      return statement;
    default:
      return assertNever(statement);
  }
}

function planLocal(statement: LocalStatement, context: PlanContext): LocalPlan {
  return 'query' in statement ? { ...statement, query: planQuery(statement.query, context) } : statement;
}
