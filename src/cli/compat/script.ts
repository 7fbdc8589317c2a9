/**
 * `--compat stackql`: statements run as everywhere, with the right answers; what is printed, and the exit code, are StackQL's.
 *
 * Entry of the room, which knows how StackQL looks: its formats, words and flags. It knows neither sessions' settings nor HTTP.
 *
 * @module
 */

import { CancelledError, QueryError } from '../../errors.ts';
import type { Outcome } from '../../exec/outcome.ts';
import { visibleLines } from '../../output/visible-text.ts';
import { type Sink, writeResult } from '../../output/writer.ts';
import { isSignificant } from '../../sql/text/token.ts';
import { tokenize } from '../../sql/text/tokens.ts';
import { compatMessage } from './messages.ts';
import { compatResult } from './metadata.ts';
import { type CompatFormat, createCompatWriter, type TextStyle } from './writers.ts';

/** A statement that can be run, with its text. */
export interface CompatStatement {
  readonly text: string;
  /** Where it begins in the script. */
  readonly start: number;
  run(): Promise<Outcome>;
}

export interface CompatOutput {
  readonly sink: Sink;
  /** Takes whole lines. */
  readonly tell: (lines: string) => void;
  readonly format: CompatFormat;
  readonly style: TextStyle;
  readonly signal: AbortSignal;
}

/**
 * Runs all statements, whatever becomes of those before, and tells each failure by one message. What is no failure of a statement is
 * thrown: that the reader is gone, a defect of ours, an interruption.
 *
 * Of a transaction none is run: there are none here, and StackQL would send nothing of one that is rolled back.
 */
export async function runCompatScript(statements: readonly CompatStatement[], output: CompatOutput): Promise<void> {
  let isInTransaction = false;
  for (const { text, start, run } of statements) {
    if (isInTransaction) {
      isInTransaction = !ENDS.test(words(text));
      output.tell('not run: it is part of a transaction, which is not supported\n');
      continue;
    }
    isInTransaction = BEGINS.test(words(text));
    try {
      await print(await run(), text, output);
    } catch (error) {
      if (!(error instanceof QueryError) || error instanceof CancelledError || output.signal.aborted) throw error;
      output.tell(visibleLines(`${compatMessage(error, text, start)}\n`));
    }
  }
}

const BEGINS = /^(?:BEGIN|START TRANSACTION)\b/;
const ENDS = /^(?:COMMIT|ROLLBACK|END|ABORT)\b/;

/** What the statement says first, without comments. */
function words(text: string): string {
  return tokenize(text)
    .filter(isSignificant)
    .slice(0, 2)
    .map(({ value }) => value.toUpperCase())
    .join(' ');
}

async function print(outcome: Outcome, text: string, { sink, tell, format, style }: CompatOutput): Promise<void> {
  try {
    const result = outcome.isShown ? compatResult(outcome, text) : undefined;
    if (result !== undefined) await writeResult(result, createCompatWriter(format, sink, style));
    const message = outcome.tag === 'EXPLAIN' ? 'Execution plan generated successfully\nOK' : outcome.message;
    // Rows say that it was done.
    if (message !== undefined && (result === undefined || outcome.tag === 'EXPLAIN'))
      tell(`${visibleLines(message)}\n`);
  } finally {
    await outcome.close();
  }
}
