/**
 * Looks at all statements of a script before the first of them runs.
 *
 * @module
 */

import {
  CancelledError,
  NotSupportedError,
  QueryError,
  ReadOnlyError,
  SqlSyntaxError,
  type TextPosition,
  TimeoutError,
} from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { UnparsedStatement } from '../sql/parse.ts';
import type { Statement } from '../sql/statement.ts';

/**
 * How far a script is looked at. `parse`: whether each statement is one that we know, and in a session that only reads, whether
 * it changes something. `plan`: also whether all names are known, all parameters have values and all hosts are ones that a login
 * may go to, as far as that can be told without a request; tables and views that the script makes itself count.
 */
export type CheckDepth = 'parse' | 'plan';

/** What is wrong with a statement of a script. */
export interface ScriptProblem {
  /** Of the statement, from 0. */
  readonly index: number;
  /** Where the statement begins. */
  readonly position: TextPosition;
  readonly error: QueryError;
}

/** What checking takes of a session. Nothing of it lasts. */
export interface Trial {
  parse(statement: UnparsedStatement, depth: CheckDepth): Promise<Statement>;
  /** @throws ReadOnlyError besides what planning throws */
  plan(statement: Statement): Plan;
  /** Binds the names of a plan, and does to tables, views and settings what it does to them if no query gives a row. */
  check(plan: Plan): Promise<void>;
}

/** @throws CancelledError, TimeoutError; what else is wrong is returned */
export async function checkStatements(
  statements: readonly UnparsedStatement[],
  depth: CheckDepth,
  trial: Trial,
): Promise<readonly ScriptProblem[]> {
  const problems: ScriptProblem[] = [];
  let reach = depth;
  for (const [index, statement] of statements.entries()) {
    const found = await checkOne(statement, reach, trial);
    if (found === undefined) continue;
    const { error, leavesNamesOpen } = found;
    problems.push({ index, position: statement.position, error });
    // What it would have made is unknown to those behind it.
    if (leavesNamesOpen) reach = 'parse';
  }
  return problems;
}

interface Found {
  readonly error: QueryError;
  readonly leavesNamesOpen: boolean;
}

async function checkOne(statement: UnparsedStatement, depth: CheckDepth, trial: Trial): Promise<Found | undefined> {
  let parsed: Statement | undefined;
  try {
    parsed = await trial.parse(statement, depth);
    if (depth === 'plan') await trial.check(trial.plan(parsed));
    else if (CHANGES.has(parsed.kind)) trial.plan(parsed);
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError) || error instanceof CancelledError || error instanceof TimeoutError) throw error;
    const isParsed = parsed !== undefined;
    if (depth === 'parse' && !(isParsed ? error instanceof ReadOnlyError : isUnreadable(error))) return undefined;
    return { error, leavesNamesOpen: parsed === undefined || parsed.kind === 'local' || parsed.kind === 'set' };
  }
}

/** Statements that change something at the provider, or may. */
export const CHANGES: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'insert',
  'update',
  'delete',
  'exec',
]);

/** Whether a statement can never be read, whatever those before it make. */
function isUnreadable(error: QueryError): boolean {
  return error instanceof SqlSyntaxError || error instanceof NotSupportedError;
}
