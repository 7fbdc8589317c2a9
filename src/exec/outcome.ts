/**
 * What running a plan takes, and what comes of it.
 *
 * @module
 */

import type { EngineStatement, StoredView } from '../engine/engine.ts';
import type { StatementTerms } from '../http/contract.ts';
import type { PlanSettings } from '../plan/draft.ts';
import type { ScanFigures } from '../plan/explain.ts';
import type { QueryPlan, SetPlan } from '../plan/plan.ts';
import type { ResultStream } from '../values.ts';
import type { Provider } from './provider.ts';

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
