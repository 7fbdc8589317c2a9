/**
 * Runs statements as somebody types them, and tells what came of each.
 *
 * @module
 */

import type { Outcome } from '../../exec/outcome.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { Session } from '../../session/session.ts';
import type { ResultStream } from '../../values.ts';
import type { Progress } from '../progress.ts';
import { describeError, EXIT, exitCodeOf } from '../report.ts';
import { ClosedPipe, type Output } from '../streams.ts';
import type { Display } from './display.ts';
import type { LastResult } from './last-result.ts';
import { statusText, timeText } from './status-line.ts';

export interface StatementTerms {
  readonly session: Session;
  readonly progress: Progress;
  readonly display: Display;
  readonly lastResult: LastResult;
  readonly stderr: Output;
  readonly timeoutMs: number | undefined;
  readonly variables: () => Readonly<Record<string, string>>;
  /** Whether each statement is followed by a line that says what it took, and whether that may be dimmed. */
  readonly status: 'dim' | 'plain' | 'none';
  /** Milliseconds by some clock. */
  readonly now: () => number;
}

export interface StatementRun {
  readonly text: string;
  /** Its line in the text that it is from, from 1. */
  readonly line: number;
  readonly signal: AbortSignal;
  /** Where its rows go this once. */
  readonly file?: string | undefined;
}

export interface StatementRunner {
  /** The exit code: 0 where all is done. Throws {@link ClosedPipe}, and defects. */
  run(run: StatementRun): Promise<number>;
  /** Requests of the last statement. */
  requests(): number;
}

export function createStatementRunner(terms: StatementTerms): StatementRunner {
  const { session, progress, display, lastResult, stderr, now } = terms;
  const runOne = async ({ text, line, signal, file }: StatementRun): Promise<void> => {
    const note = await lastResult.prepare(text, signal);
    if (note !== undefined) stderr.write(`note: ${visibleText(note)}\n`);
    const onNotice = (notice: string): void => stderr.write(`note: ${visibleText(notice)}\n`);
    const options = { variables: terms.variables(), signal, timeoutMs: terms.timeoutMs, onNotice };
    // Errors name lines: those of the text, and not of the statement.
    for (const statement of session.script('\n'.repeat(line - 1) + text, options)) {
      const outcome = await progress.during(() => statement.run());
      await shown(outcome, (result) => {
        const kept = outcome.tag === 'SELECT' ? lastResult.keep(result) : result;
        return file === undefined ? display.show(kept, signal) : display.showIn(file, kept, signal);
      });
      if (outcome.message !== undefined) stderr.write(`${visibleText(outcome.message)}\n`);
    }
  };
  return {
    run: async (run) => {
      const began = now();
      try {
        await runOne(run);
        return EXIT.done;
      } catch (error) {
        if (error instanceof ClosedPipe) throw error;
        stderr.write(describeError(error));
        return exitCodeOf(error);
      } finally {
        tellWhatItTook(terms, now() - began);
      }
    },
    requests: () => progress.state().requests?.sent ?? 0,
  };
}

/** Shows the rows of an outcome, and closes it. */
async function shown(outcome: Outcome, show: (result: ResultStream) => Promise<void>): Promise<void> {
  try {
    if (outcome.isShown && outcome.result !== undefined) await show(outcome.result);
  } finally {
    await outcome.close();
  }
}

function tellWhatItTook({ status, progress, display, stderr }: StatementTerms, ms: number): void {
  const { isTimed } = display.settings();
  if (status !== 'none') {
    const text = statusText(progress.state(), { ms: isTimed ? ms : undefined, now: Date.now() });
    stderr.write(status === 'dim' ? `\u001b[2m${text}\u001b[0m\n` : `${text}\n`);
  } else if (isTimed) {
    stderr.write(`${timeText(ms)}\n`);
  }
}
