/**
 * Standard output and error: the only place that writes to them.
 *
 * @module
 */

import type { Writable } from 'node:stream';

/** Text out, with back-pressure, and with the news that nobody reads any more. */
export interface TextOutput {
  write(text: string): void;
  /** Resolves when the stream has room again. Throws {@link ClosedPipe} when the reader is gone. */
  drained(): Promise<void>;
}

/** The reader of our output went away, as `head` does. */
export class ClosedPipe extends Error {}

export function createTextOutput(stream: Writable): TextOutput {
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
      isClosed = true;
      resolve();
    });
  });
  return {
    write: (text) => {
      if (!isClosed) stream.write(text);
    },
    drained: async () => {
      if (stream.writableNeedDrain && !isClosed) {
        await Promise.race([new Promise<void>((resolve) => stream.once('drain', () => resolve())), closed]);
      }
      if (isClosed) throw new ClosedPipe();
    },
  };
}
