/**
 * What a command is given of the process.
 *
 * @module
 */

import type { Readable } from 'node:stream';
import type { Output } from './streams.ts';

/** What a command may touch of the process. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
}
