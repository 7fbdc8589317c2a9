/**
 * What is decided about a change, by whom, and where that is written down.
 *
 * @module
 */

import type { PlannedChange } from '../exec/outcome.ts';

/** In the order in which they can follow each other. */
export type Decision =
  /** Not even asked: the client has no way to a person. */
  | 'refused'
  /** A person is shown what would be done. */
  | 'asked'
  /** What came back is late, altered, used, or for something else. */
  | 'invalid'
  | 'declined'
  | 'cancelled'
  /** What would be sent is not what was confirmed. */
  | 'stale'
  /** Written before the first request is sent. */
  | 'confirmed'
  | 'done'
  | 'failed';

export interface AuditEntry {
  readonly decision: Decision;
  /** Of one question and all that follows from it. */
  readonly id?: string | undefined;
  /** Who calls, as the client says. */
  readonly client: string;
  /** Long texts in it are masked. */
  readonly statement: string;
  readonly tag?: string;
  readonly resource?: string;
  readonly requests?: readonly { readonly method: string; readonly url: string; readonly body?: string }[];
  readonly error?: string;
}

export interface AuditFile {
  /**
   * Writes an entry and waits for the disk.
   *
   * @throws ExecutionError where it cannot: then nothing may be sent
   */
  write(entry: AuditEntry): void;
  close(): void;
}

/** What came back for a question. */
export type Checked =
  | { readonly kind: 'good'; readonly id: string; isSame(change: PlannedChange): boolean }
  | { readonly kind: 'altered' }
  | { readonly kind: 'late' | 'used' | 'other-statement'; readonly id: string };

export interface Confirmations {
  /** What is to come back. */
  bind(statement: string, change: PlannedChange): Promise<{ readonly id: string; readonly state: string }>;
  /** Whether what came back may count. Whatever a state was good for, it is used then. */
  check(state: string, statement: string): Promise<Checked>;
}
