/**
 * Errors and exit codes for people and scripts.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { ERROR_FACTS, QueryError, SqlSyntaxError } from '../errors.ts';
import { visibleLines, visibleText } from '../output/visible-text.ts';

/** Exit codes that do not come from {@link ERROR_FACTS}. */
export const EXIT: Readonly<Record<'done' | 'failed' | 'usage' | 'interrupted' | 'closedPipe', number>> = {
  done: 0,
  failed: 1,
  usage: 2,
  interrupted: 130,
  /** What a shell reports for a program that SIGPIPE ended. */
  closedPipe: 141,
};

/**
 * The lines to print for an error of the command line or of a statement. What is neither is a defect of ours, and is shown with its stack.
 * Text that came from a server or a file cannot drive the terminal.
 */
export function describeError(error: unknown): string {
  if (error instanceof InvalidArgumentError) return `error: ${visibleText(error.message)}\n`;
  if (!(error instanceof QueryError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return visibleLines(`internal error, please report it: ${stack}\n`);
  }
  const lines = [`error (${error.sqlState}): ${error.message}`];
  if (error instanceof SqlSyntaxError && error.excerpt !== '')
    lines.push(...error.excerpt.split('\n').map((line) => `  ${line}`));
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines.map((line) => `${visibleText(line)}\n`).join('');
}

/** 1 failed, 2 usage, 3 login or permission, 4 rate limit or network, 130 interrupted. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InvalidArgumentError) return EXIT.usage;
  return error instanceof QueryError ? ERROR_FACTS[error.code].exitCode : EXIT.failed;
}
