/**
 * Runs a plan: the entry of this folder.
 *
 * @module
 */

import { assertNever } from '../errors.ts';
import type { MetadataPlan, Plan } from '../plan/plan.ts';
import { ownMetadata } from './catalog.ts';
import { executeExplain } from './explain.ts';
import { executeLocal } from './local.ts';
import { executeDelete, executeExec, executeInsert, executeUpdate } from './mutate.ts';
import { type Deed, type ExecuteContext, type Outcome, uncounted, WITHOUT_ROWS } from './outcome.ts';
import { batchesOf, executeQuery, fixed } from './query.ts';

/** Throws the errors of all stages; a statement that throws has returned no row. */
export async function execute(plan: Plan, context: ExecuteContext): Promise<Outcome> {
  const notices: string[] = [];
  const onNotice = (notice: string): void => {
    notices.push(notice);
    context.onNotice(notice);
  };
  for (const notice of context.earlierNotices ?? []) onNotice(notice);
  const deed = await perform(plan, { ...context, onNotice });
  return { ...deed, notices, [Symbol.asyncDispose]: () => deed.close() };
}

async function perform(plan: Plan, context: ExecuteContext): Promise<Deed> {
  switch (plan.kind) {
    case 'query':
      return executeQuery(plan, context);
    case 'insert':
      return executeInsert(plan, context);
    case 'delete':
      return executeDelete(plan, context);
    case 'update':
      return executeUpdate(plan, context);
    case 'exec':
      return executeExec(plan, context);
    case 'metadata':
      return executeMetadata(plan, context);
    case 'explain':
      return executeExplain(plan, context);
    case 'local':
      return executeLocal(plan, context);
    case 'set':
      context.onSet(plan);
      return { tag: plan.value === undefined ? 'RESET' : 'SET', count: uncounted, ...WITHOUT_ROWS };
    default:
      return assertNever(plan);
  }
}

/** Rows that are known already. Only a filter, and the session's own tables, need the engine, which takes its time to start. */
async function executeMetadata(plan: MetadataPlan, { begin, signal }: ExecuteContext): Promise<Deed> {
  const { tag, columns, rows, filter, own } = plan;
  const deed = { tag, count: uncounted, isShown: true };
  if (filter === undefined && own === undefined) return { ...deed, ...fixed({ columns, rows }) };
  const statement = await begin();
  try {
    const all = [...rows, ...(own === undefined ? [] : await ownMetadata(own, statement))];
    await statement.bind({
      text: `SELECT * FROM oktaql.statement.metadata WHERE ${filter ?? 'true'}`,
      tables: [{ ordinal: 0, name: ['oktaql', 'statement', 'metadata'], columns }],
    });
    await statement.load(0, batchesOf([{ columns, rows: all }]));
    return { ...deed, result: await statement.run(signal), close: () => statement.close() };
  } catch (error) {
    await statement.close();
    throw error;
  }
}
