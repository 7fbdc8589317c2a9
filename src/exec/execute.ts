/**
 * Runs a plan: the entry of this folder.
 *
 * @module
 */

import type { EngineStatement, ResultStream, StoredView } from '../engine/engine.ts';
import { assertNever } from '../errors.ts';
import type { StatementTerms } from '../http/client.ts';
import type { PlanSettings } from '../plan/draft.ts';
import type { ScanFigures } from '../plan/explain.ts';
import type { MetadataPlan, Plan, QueryPlan, SetPlan } from '../plan/plan.ts';
import { executeExplain } from './explain.ts';
import { executeLocal } from './local.ts';
import { executeDelete, executeExec, executeInsert, executeUpdate } from './mutate.ts';
import type { Provider } from './provider.ts';
import { batchesOf, executeQuery, fixed } from './query.ts';

export interface ExecuteContext {
  readonly provider: Provider;
  /** Begins a statement of the engine. */
  readonly begin: () => Promise<EngineStatement>;
  readonly settings: PlanSettings;
  readonly signal?: AbortSignal | undefined;
  /** What all requests of the statement share. */
  readonly statement?: StatementTerms | undefined;
  /** Milliseconds since some fixed time. */
  readonly now: () => number;
  /** Requests that one statement may change things with. */
  readonly maxChanges: number;
  /** Whether statements that change something show their requests instead of sending them. */
  readonly dryRun: boolean;
  /** What the user should know although the statement succeeds, or before it fails. */
  readonly onNotice: (notice: string) => void;
  /** Told of each change, so that later statements do not ask what has not heard of it yet. */
  readonly onChange: (resource: string) => void;
  readonly onSet: (name: string, value: SetPlan['value']) => void;
  /** Told of the session's views after a statement has changed them. */
  readonly onViews: (views: readonly StoredView[]) => void;
  /** Told what a scan took, when it has ended. */
  readonly onScanned?: (ordinal: number, took: ScanFigures) => void;
  /** Parses and plans the text of a view. */
  readonly planText: (text: string) => Promise<QueryPlan>;
}

/** What a statement did. `result` must be closed when it has been read. */
export interface Outcome {
  readonly result: ResultStream;
  /** Whether the rows are meant to be shown: those of a SELECT, a RETURNING, or an EXEC that asks for it. */
  readonly isShown: boolean;
  /** What to tell after a mutation. */
  readonly message?: string;
  close(): Promise<void>;
}

/** Throws the errors of all stages; a statement that throws has returned no row. */
export async function execute(plan: Plan, context: ExecuteContext): Promise<Outcome> {
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
      return executeExplain(plan, context, execute);
    case 'local':
      return executeLocal(plan, context);
    case 'set':
      context.onSet(plan.name, plan.value);
      return { ...fixed({ columns: [], rows: [] }), isShown: false };
    default:
      return assertNever(plan);
  }
}

/** Rows that are known already. Only a filter needs the engine, which takes its time to start. */
async function executeMetadata(
  { columns, rows, filter }: MetadataPlan,
  { begin, signal }: ExecuteContext,
): Promise<Outcome> {
  if (filter === undefined) return { ...fixed({ columns, rows }), isShown: true };
  const statement = await begin();
  try {
    await statement.bind({
      text: `SELECT * FROM oktaql.statement.metadata WHERE ${filter}`,
      tables: [{ ordinal: 0, name: ['oktaql', 'statement', 'metadata'], columns }],
    });
    await statement.load(0, batchesOf([{ columns, rows }]));
    return { result: await statement.run(signal), isShown: true, close: () => statement.close() };
  } catch (error) {
    await statement.close();
    throw error;
  }
}
