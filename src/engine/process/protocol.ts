/**
 * What the process of the session and that of its engine say to each other, over Node's channel between them.
 *
 * All of it is plain data that the structured clone algorithm copies as it is; rows travel in columns, JSON as text.
 *
 * @module
 */

import type { ColumnType, ResultColumn } from '../../values.ts';
import type { ColumnBlock } from '../convert.ts';
import type { EngineStatement } from '../engine.ts';
import type { DuckDbOptions } from '../options.ts';
import type { ErrorRecord } from './errors.ts';
import type { Limits } from './watchdog.ts';

/** Those that are asked and answered once. */
export type PlainMethod = Exclude<keyof EngineStatement, 'load' | 'run'>;

/** Numbers count up from one, per child; an answer has the number of what it answers. */
export type Request =
  /** The statement goes by the number of the request. */
  | { readonly kind: 'begin'; readonly id: number }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly statement: number;
      readonly method: PlainMethod;
      readonly args: readonly unknown[];
    }
  | {
      readonly kind: 'load';
      readonly id: number;
      readonly statement: number;
      readonly ordinal: number;
      /** Of the columns that the blocks have. */
      readonly types: readonly ColumnType[];
      /** Whether each batch has to be visible before the next is sent. */
      readonly flushes: boolean;
    }
  | { readonly kind: 'run'; readonly id: number; readonly statement: number }
  | { readonly kind: 'close'; readonly id: number };

/** What follows a request, and has its number. */
export type Continuation =
  | { readonly kind: 'rows'; readonly id: number; readonly block: LoadBlock }
  /** No more rows; because their source failed, or since there are no others. */
  | { readonly kind: 'end'; readonly id: number; readonly failed: boolean }
  /** Asks for one more block of a result. */
  | { readonly kind: 'more'; readonly id: number };

/** Ends what a statement has under way. */
export interface Abort {
  readonly kind: 'abort';
  readonly statement: number;
}

/** Comes once, before all requests. What cannot be opened is told when a statement begins. */
export interface Open {
  readonly kind: 'open';
  readonly options: DuckDbOptions;
  readonly limits: Limits;
  /** Whether to open at once what the first statement will need: a file is nobody's to hold before that. */
  readonly ahead: boolean;
}

export type ToChild = Open | Request | Continuation | Abort;

export type ToParent =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorRecord }
  /** A batch is in its table, behind so many rows. */
  | { readonly kind: 'taken'; readonly id: number; readonly fromRow: number }
  /** Columns of JSON hold texts. None when the result has ended. */
  | { readonly kind: 'block'; readonly id: number; readonly block: ColumnBlock | undefined };

/** The answer to `run`. */
export interface RunAnswer {
  readonly columns: readonly ResultColumn[];
}

/** Rows to be loaded, column by column: times in microseconds since 1970, JSON as text. */
export interface LoadBlock {
  readonly rowCount: number;
  readonly columns: readonly (readonly LoadValue[])[];
}

export type LoadValue = string | number | bigint | boolean | null;
