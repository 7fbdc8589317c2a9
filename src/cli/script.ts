/**
 * Runs the statements of a script one after another and prints what they return.
 *
 * @module
 */

import type { Outcome } from '../exec/outcome.ts';
import { visibleText } from '../output/visible-text.ts';
import type { OutputFormat } from '../output/writers.ts';
import type { ScriptStatement } from '../session/session.ts';
import { printResult } from './print-result.ts';
import { describeError, EXIT, exitCodeOf } from './report.ts';
import { ClosedPipe, type Output } from './streams.ts';

export interface ScriptOutput {
  /** Rows only, so that they can be piped. */
  readonly stdout: Output;
  /** Everything else. */
  readonly stderr: Output;
  readonly format: OutputFormat;
  /** Ends the printing; the statements have been given it themselves. */
  readonly signal: AbortSignal;
  /** Runs what comes after a statement that failed, and counts both at the end. Default is to stop. */
  readonly continueOnError?: boolean;
}

/** The exit code is that of the first statement that fails, after which nothing else runs by default. Throws {@link ClosedPipe}. */
export async function runScript(statements: readonly ScriptStatement[], output: ScriptOutput): Promise<number> {
  const { stderr, signal, continueOnError = false } = output;
  const codes: number[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      await print(await statement.run(), output);
    } catch (error) {
      if (error instanceof ClosedPipe) throw error;
      stderr.write(describeError(error));
      codes.push(exitCodeOf(error));
      const stops = !continueOnError || signal.aborted;
      if (statements.length > 1) stderr.write((stops ? stoppedAt : failedAt)(index, statements.length));
      if (stops) break;
    }
  }
  if (continueOnError && codes.length > 0 && !signal.aborted) stderr.write(summary(codes.length, statements.length));
  return codes[0] ?? EXIT.done;
}

function stoppedAt(index: number, count: number): string {
  const rest = count - index - 1;
  return `stopped at statement ${index + 1} of ${count}${rest > 0 ? `; ${rest} not run` : ''}\n`;
}

function failedAt(index: number, count: number): string {
  return `failed: statement ${index + 1} of ${count}\n`;
}

function summary(failed: number, count: number): string {
  return `${count - failed} of ${count} statements done, ${failed} failed\n`;
}

/** Prints an outcome and closes it. */
async function print(
  { result, isShown, message, close }: Outcome,
  { stdout, stderr, format, signal }: ScriptOutput,
): Promise<void> {
  try {
    if (isShown && result !== undefined) await printResult(result, format, { stdout, stderr, signal });
    if (message !== undefined) stderr.write(`${visibleText(message)}\n`);
  } finally {
    await close();
  }
}
