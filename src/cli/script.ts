/**
 * Runs the statements of a script one after another and prints what they return.
 *
 * @module
 */

import type { Outcome } from '../exec/outcome.ts';
import { visibleText } from '../output/visible-text.ts';
import type { ScriptStatement } from '../session/session.ts';
import { createLog, type Log } from './log.ts';
import { EXIT, exitCodeOf } from './report.ts';
import type { ResultOutput } from './result-output.ts';
import { ClosedPipe, type Output } from './streams.ts';

export interface ScriptOutput {
  /** Takes rows, and nothing else, so that they can be piped. */
  readonly results: ResultOutput;
  /** Everything else. */
  readonly stderr: Output;
  /** Ends the printing; the statements have been given it themselves. */
  readonly signal: AbortSignal;
  /** Shows meanwhile how far it is. */
  readonly during?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs what comes after a statement that failed, and counts both at the end. Default is to stop. */
  readonly continueOnError?: boolean;
  /** Told of each statement. Default: plain lines on `stderr`. */
  readonly log?: Log;
}

/** The exit code is that of the first statement that fails, after which nothing else runs by default. Throws {@link ClosedPipe}. */
export async function runScript(statements: readonly ScriptStatement[], output: ScriptOutput): Promise<number> {
  const { stderr, signal, continueOnError = false, log = createLog(stderr, {}), during = (work) => work() } = output;
  const failed: number[] = [];
  let code = EXIT.done;
  for (const [index, statement] of statements.entries()) {
    log.begin({ number: index + 1, of: statements.length, position: statement.position });
    try {
      const outcome = await during(() => statement.run());
      await print(outcome, statement.text, output);
      log.done(outcome);
    } catch (error) {
      if (error instanceof ClosedPipe) throw error;
      log.failed(error);
      if (failed.length === 0) code = exitCodeOf(error);
      failed.push(index + 1);
      const stops = !continueOnError || signal.aborted;
      if (statements.length > 1) stderr.write((stops ? stoppedAt : failedAt)(index, statements.length));
      if (stops) break;
    }
  }
  log.begin(undefined);
  if (continueOnError && statements.length > 1 && !signal.aborted) stderr.write(summary(failed, statements.length));
  return code;
}

function stoppedAt(index: number, count: number): string {
  const rest = count - index - 1;
  return `stopped at statement ${index + 1} of ${count}${rest > 0 ? `; ${rest} not run` : ''}\n`;
}

function failedAt(index: number, count: number): string {
  return `failed: statement ${index + 1} of ${count}\n`;
}

/** @param failed the numbers of those that did */
function summary(failed: readonly number[], count: number): string {
  const done = `${count - failed.length} of ${count} statements done`;
  return failed.length === 0 ? `${done}\n` : `${done}, ${failed.length} failed: ${failed.join(', ')}\n`;
}

/** Prints an outcome and closes it. */
async function print(
  { result, isShown, message, close }: Outcome,
  text: string,
  { results, stderr }: ScriptOutput,
): Promise<void> {
  try {
    if (isShown && result !== undefined) await results.print(result, text);
    if (message !== undefined) stderr.write(`${visibleText(message)}\n`);
  } finally {
    await close();
  }
}
