/**
 * Runs the statements of a script one after another and prints what they return.
 *
 * @module
 */

import type { Outcome } from '../exec/outcome.ts';
import { writeResult } from '../output/writer.ts';
import { createWriter, type OutputFormat } from '../output/writers.ts';
import type { ScriptStatement } from '../session/session.ts';
import { describeError, EXIT, exitCodeOf } from './report.ts';
import { ClosedPipe, type Output, sinkOf } from './streams.ts';

export interface ScriptOutput {
  /** Rows only, so that they can be piped. */
  readonly stdout: Output;
  /** Everything else. */
  readonly stderr: Output;
  readonly format: OutputFormat;
  /** Ends the printing; the statements have been given it themselves. */
  readonly signal: AbortSignal;
}

/** Stops at the first statement that fails; the exit code is that statement's. Throws {@link ClosedPipe}. */
export async function runScript(statements: readonly ScriptStatement[], output: ScriptOutput): Promise<number> {
  for (const [index, statement] of statements.entries()) {
    try {
      await print(await statement.run(), output);
    } catch (error) {
      if (error instanceof ClosedPipe) throw error;
      output.stderr.write(describeError(error));
      if (statements.length > 1) output.stderr.write(stoppedAt(index, statements.length));
      return exitCodeOf(error);
    }
  }
  return EXIT.done;
}

function stoppedAt(index: number, count: number): string {
  const rest = count - index - 1;
  return `stopped at statement ${index + 1} of ${count}${rest > 0 ? `; ${rest} not run` : ''}\n`;
}

/** Prints an outcome and closes it. */
async function print(
  { result, isShown, message, close }: Outcome,
  { stdout, stderr, format, signal }: ScriptOutput,
): Promise<void> {
  try {
    if (isShown && result !== undefined) await writeResult(result, createWriter(format, sinkOf(stdout, signal)));
    if (message !== undefined) stderr.write(`${message}\n`);
  } finally {
    await close();
  }
}
