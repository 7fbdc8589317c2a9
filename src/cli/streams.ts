/**
 * Standard output and error: the only place that writes to them.
 *
 * @module
 */

import type { Writable } from 'node:stream';
import { CancelledError, ExecutionError } from '../errors.ts';
import type { Sink } from '../output/writer.ts';

/** Text or bytes out, with back-pressure, and with the news that nobody reads any more. */
export interface Output {
  /** Whether it goes to a terminal, which obeys what it is sent. */
  readonly isTerminal: boolean;
  /** How many characters a line of the terminal has now; undefined where it does not say. */
  readonly columns?: () => number | undefined;
  /** Whether the terminal shows colours and its user wants them. */
  readonly hasColour?: boolean;
  /** Waits for nobody: for what is short, such as notes and help. */
  write(chunk: string | Uint8Array): void;
  /**
   * Resolves when all that was written has been taken. Throws {@link ClosedPipe} when the reader is gone, ExecutionError when
   * it cannot be written, and CancelledError when the signal fires: a reader that is there need not read, as a pager does not
   * until its user goes on.
   */
  drained(signal?: AbortSignal): Promise<void>;
}

/** The reader of our output went away, as `head` does. */
export class ClosedPipe extends Error {}

/** What a result is written to. Each chunk is waited for, until the signal fires. */
export function sinkOf(output: Output, signal: AbortSignal): Sink {
  return {
    write: (chunk) => {
      output.write(chunk);
      return output.drained(signal);
    },
  };
}

type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** @param hasColour see {@link Output.hasColour} */
export function createOutput(stream: Stream, hasColour = false): Output {
  let failure: Error | undefined;
  let taken: Promise<void> = Promise.resolve();
  const fail = (error: Error): void => {
    failure ??= failureOf(error);
  };
  stream.on('error', fail);
  return {
    isTerminal: stream.isTTY === true,
    // Terminals that do not know say 0.
    columns: () => stream.columns || undefined,
    hasColour,
    write: (chunk) => {
      if (failure !== undefined) return;
      taken = new Promise((resolve) => {
        stream.write(chunk, (error) => {
          if (error) fail(error);
          resolve();
        });
      });
    },
    drained: async (signal) => {
      await untilAborted(taken, signal);
      if (failure !== undefined) throw failure;
      if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    },
  };
}

/** EOF is what Windows says of a pipe that nobody reads. */
function failureOf(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE' || error.code === 'EOF') return new ClosedPipe();
  return new ExecutionError(`The output cannot be written: ${error.message}. What has been written is not all of it.`, {
    cause: error,
  });
}

/** Resolves with the work, or when the signal fires. Leaves no listener behind. */
function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = (): void => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    signal.addEventListener('abort', stop);
    work.then(stop, stop);
  });
}
