/**
 * How far statements are, for whoever waits for them: the contract between what runs and what shows it. Nothing is counted where
 * nobody listens.
 *
 * @module
 */

import type { LimitState, Wait } from '../http/pacing/governor.ts';

/**
 * What has changed. Figures are totals, so that an event that was missed is made up for by the next one. `statement` counts the
 * statements of a session from 1; limits and waits are those of an org, whose statements share them.
 */
export type ProgressEvent =
  | (ScanProgress & { readonly kind: 'scan'; readonly statement: number })
  | {
      readonly kind: 'requests';
      readonly statement: number;
      /** Repetitions and logins aside. */
      readonly sent: number;
      /** What the statement may send: `maxRequests`. */
      readonly most: number;
    }
  | (LimitState & { readonly kind: 'limit' })
  | (Wait & {
      readonly kind: 'wait' /** In milliseconds since 1970, by the session's clock. */;
      readonly until: number;
    })
  /** Its rows have been read, or it has failed. */
  | { readonly kind: 'end'; readonly statement: number };

/** How far the scan of one table is. */
export interface ScanProgress {
  /** Which of the statement's tables, in the order of its text. */
  readonly scan: number;
  /** `okta.apps.jwks`, and its alias. */
  readonly table: string;
  readonly alias?: string | undefined;
  /** Answers that have come, those for its parents among them. */
  readonly pages: number;
  /** Rows that have been loaded. */
  readonly rows: number;
  /** Where many calls are made, such as one for each app. */
  readonly calls?: CallCounts | undefined;
  readonly isDone: boolean;
}

export interface CallCounts {
  readonly done: number;
  /** Calls that are known to be needed, those that are done among them. */
  readonly known: number;
  /** Whether there are no more. */
  readonly isAll: boolean;
}

/** Counts the calls of one scan. */
export interface CallCounter {
  /** So many more are needed. */
  known(more: number): void;
  done(): void;
  /** No more will be needed. */
  all(): void;
}

export function countCalls(onCalls: (counts: CallCounts) => void): CallCounter {
  let counts: CallCounts = { done: 0, known: 0, isAll: false };
  const tell = (change: Partial<CallCounts>): void => {
    counts = { ...counts, ...change };
    onCalls(counts);
  };
  return {
    known: (more) => tell({ known: counts.known + more }),
    done: () => tell({ done: counts.done + 1 }),
    all: () => tell({ isAll: true }),
  };
}

/** What a scan tells of itself, and what is made of that. */
export interface ScanWatch {
  readonly onAnswer: () => void;
  readonly onCalls: (counts: CallCounts) => void;
  readonly onRows: (rows: number) => void;
  readonly onDone: () => void;
}

export function watchScan(
  { scan, table, alias }: Pick<ScanProgress, 'scan' | 'table' | 'alias'>,
  tell: (progress: ScanProgress) => void,
): ScanWatch {
  let now: ScanProgress = { scan, table, ...(alias !== undefined && { alias }), pages: 0, rows: 0, isDone: false };
  const change = (part: Partial<ScanProgress>): void => {
    now = { ...now, ...part };
    tell(now);
  };
  return {
    onAnswer: () => change({ pages: now.pages + 1 }),
    onCalls: (calls) => change({ calls }),
    onRows: (rows) => change({ rows: now.rows + rows }),
    onDone: () => change({ isDone: true }),
  };
}
