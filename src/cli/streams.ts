/**
 * Standard output and error: the only place that writes to them.
 *
 * @module
 */

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { CancelledError } from '../errors.ts';

/** Text out, with back-pressure, and with the news that nobody reads any more. */
export interface TextOutput {
  write(text: string): void;
  /**
   * Resolves when the stream has room again. Throws {@link ClosedPipe} when the reader is gone, and CancelledError when the
   * signal fires: a reader that is there need not read, as a pager does not until its user goes on.
   */
  drained(signal?: AbortSignal): Promise<void>;
}

/** The reader of our output went away, as `head` does. */
export class ClosedPipe extends Error {}

export function createTextOutput(stream: Writable): TextOutput {
  let isClosed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
    isClosed = true;
  });
  return {
    write: (text) => {
      if (!isClosed) stream.write(text);
    },
    drained: async (signal) => {
      // Rejects for both reasons that are told apart below.
      if (stream.writableNeedDrain && !isClosed) await once(stream, 'drain', { signal }).catch(() => undefined);
      if (isClosed) throw new ClosedPipe();
      if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    },
  };
}
