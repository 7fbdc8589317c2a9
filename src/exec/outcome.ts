/// <reference lib="esnext.disposable" preserve="true" />

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
import type { Difference } from '../request/replacement.ts';
import type { CommandTag } from '../sql/statement.ts';
import type { ResultStream, Row, Value } from '../values.ts';
import type { ScanProgress } from './progress.ts';
import type { OnProvenance } from './provenance.ts';
import type { Provider } from './provider.ts';

/** What a statement is about to change; nothing of it has been sent. */
export interface PlannedChange {
  readonly tag: CommandTag;
  /** `provider.service.resource`. */
  readonly resource: string;
  /** The requests that change something: as many as there are objects. */
  readonly count: number;
  /** Those requests, in the order in which they would be sent. */
  readonly requests: readonly PlannedRequest[];
}

/** A request that would change something. */
export interface PlannedRequest {
  readonly method: string;
  /** Without secrets, as is all that stands here but for the digest. */
  readonly url: string;
  readonly body?: string;
  /** What is given of path, query and header. */
  readonly parameters: Readonly<Record<string, Value>>;
  /** Where it replaces an object with a part of it changed: that part. Texts are JSON. */
  readonly differences?: readonly Difference[];
  /** SHA-256 of all that is sent, in hexadecimal digits: another request has another one. */
  readonly digest: string;
}

export interface ExecuteContext {
  readonly provider: Provider;
  /** Begins a statement of the engine. */
  readonly begin: () => Promise<EngineStatement>;
  /** Whether that is certain to succeed, so that it may wait until a request is on its way. */
  readonly mayBeginLate: boolean;
  readonly settings: PlanSettings;
  readonly signal?: AbortSignal | undefined;
  /** What all requests of the statement share. */
  readonly statement?: StatementTerms | undefined;
  /** Milliseconds since some fixed time. */
  readonly now: () => number;
  /** Requests that one statement may change things with. */
  readonly maxChanges: number;
  /** Asked before the first request that changes something is sent. Without it, all may be sent. */
  readonly confirm?: ((change: PlannedChange) => Promise<boolean> | boolean) | undefined;
  /** Whether statements that change something show their requests instead of sending them. */
  readonly dryRun: boolean;
  /** Notices of what came up before the statement. */
  readonly earlierNotices?: readonly string[];
  /** What the user should know although the statement succeeds, or before it fails. */
  readonly onNotice: (notice: string) => void;
  /** Told of each change, so that later statements do not ask what has not heard of it yet. */
  readonly onChange: (resource: string) => void;
  readonly onSet: (change: SetPlan) => void;
  /** Told of the session's views after a statement has changed them. */
  readonly onViews: (views: readonly StoredView[]) => void;
  /** Told of each list that was read to its end and that nothing filtered: the key of its method, and its rows. */
  readonly onList: (method: string, rows: number) => void;
  /** Told where the rows come from. */
  readonly onProvenance?: OnProvenance | undefined;
  /** Told how far each scan is, whenever that changes. */
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /** Told what a scan took, when it has ended. */
  readonly onScanned?: (ordinal: number, took: ScanFigures) => void;
  /** Parses and plans the text of a view. */
  readonly planText: (text: string) => Promise<QueryPlan>;
}

/**
 * What a statement did: all that a surface needs to tell of it. It must be closed when its rows have been read, or are not
 * wanted.
 */
export interface Outcome {
  readonly tag: CommandTag;
  /**
   * How many rows were returned (SELECT) or changed (INSERT, UPDATE, REPLACE, DELETE); undefined for all other tags, and for
   * a SELECT until its last row has been read: nobody knows earlier.
   */
  count(): number | undefined;
  /** Absent where a statement of its kind has none. */
  readonly result?: ResultStream;
  /** Whether the rows are meant to be shown: all but those of an EXEC that does not ask for it. */
  readonly isShown: boolean;
  /** What one should know although the statement succeeded, in order. `onNotice` was told of each when it came up. */
  readonly notices: readonly string[];
  /** StackQL's words for what changes something. */
  readonly message?: string;
  close(): Promise<void>;
  /** As {@link close}: `await using outcome = await statement.run()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What one kind of statement says of itself; notices are gathered for all of them in one place. */
export type Deed = Omit<Outcome, 'notices' | typeof Symbol.asyncDispose>;

/** The rest of a deed that returns no rows. */
export const WITHOUT_ROWS: Pick<Deed, 'isShown' | 'close'> = { isShown: false, close: async () => undefined };

/** For tags that count nothing. */
export function uncounted(): undefined {
  return undefined;
}

/** Rows that are counted as they are read. */
export function countedRows(stream: ResultStream): { readonly result: ResultStream; readonly count: Deed['count'] } {
  let total: number | undefined;
  const batches = async function* (): AsyncGenerator<readonly Row[]> {
    let read = 0;
    for await (const rows of stream.batches()) {
      read += rows.length;
      yield rows;
    }
    total = read;
  };
  return { result: { columns: stream.columns, batches }, count: () => total };
}
