/**
 * Statements about the connection itself, which no planner sees: transactions, settings, cursors, COPY to the client. The contract
 * between what reads them and what does them.
 * https://www.postgresql.org/docs/current/sql-commands.html
 *
 * @module
 */

import type { CopyFormat } from './copy-format.ts';

export interface TransactionModes {
  readonly isReadOnly?: boolean;
  /** In lower case, as SHOW has it. */
  readonly isolation?: string;
}

/** How many rows, and which way; `absolute` and `relative` are one row. */
export interface FetchMove {
  readonly way: 'forward' | 'backward' | 'absolute' | 'relative';
  /** Infinity for ALL. */
  readonly count: number;
}

export type Command =
  | { readonly kind: 'begin'; readonly word: 'BEGIN' | 'START TRANSACTION'; readonly modes: TransactionModes }
  | { readonly kind: 'commit'; readonly isChained: boolean }
  | { readonly kind: 'rollback'; readonly isChained: boolean }
  | { readonly kind: 'savepoint' | 'release' | 'rollbackTo'; readonly name: string }
  | { readonly kind: 'modes'; readonly scope: 'transaction' | 'session'; readonly modes: TransactionModes }
  /** Values as texts; none for DEFAULT. */
  | {
      readonly kind: 'set';
      readonly scope: 'session' | 'local';
      readonly name: string;
      readonly values: readonly string[] | undefined;
    }
  /** Without a name: all. */
  | { readonly kind: 'reset' | 'show'; readonly name: string | undefined }
  | { readonly kind: 'discard'; readonly what: 'ALL' | 'PLANS' | 'SEQUENCES' | 'TEMP' }
  | { readonly kind: 'deallocate'; readonly name: string | undefined }
  | {
      readonly kind: 'declare';
      readonly name: string;
      readonly isBinary: boolean;
      readonly canScroll: boolean;
      readonly isHeld: boolean;
      /** From here to the end of the text. */
      readonly queryStart: number;
    }
  | { readonly kind: 'fetch' | 'move'; readonly name: string; readonly move: FetchMove }
  | { readonly kind: 'close'; readonly name: string | undefined }
  | { readonly kind: 'copy'; readonly query: string; readonly queryStart: number; readonly format: CopyFormat }
  | { readonly kind: 'unlisten' };
