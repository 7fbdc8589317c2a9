/**
 * What a command is given of the process.
 *
 * @module
 */

import type { Readable } from 'node:stream';
import type { Output } from './streams.ts';
import type { Terminal } from './terminal.ts';

/** What a command may touch of the process. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Where somebody types and reads; absent where one of both is a file or a pipe. */
  readonly terminal?: Terminal | undefined;
  /** The width of the terminal that standard error goes to, if a line of it may be drawn over: none in CI, nor where TERM is dumb. */
  readonly progressColumns?: (() => number) | undefined;
}
