/**
 * Errors as a model reads them: what failed, and what to do next.
 *
 * @module
 */

import { ERROR_FACTS, type ErrorCode, QueryError, SqlSyntaxError } from '../errors.ts';
import { visibleLines } from '../output/visible-text.ts';
import type { Answer } from './contract.ts';

/** What to do where neither the error nor the tool says it. */
const NEXT: Readonly<Partial<Record<ErrorCode, string>>> = {
  SYNTAX: 'Correct the statement; search shows tables and columns.',
  UNKNOWN_COLUMN: 'search with the name of the table lists its columns.',
  UNKNOWN_RESOURCE: 'search finds tables by words.',
  UNKNOWN_SERVICE: 'search finds tables by words.',
  AUTH: 'The login is gone or wrong, which only the user can mend: ask them to check it with oktaql auth check.',
  PERMISSION: 'The login may not read this; ask the user, or leave the table out.',
  RATE_LIMIT: 'Wait until the limit resets, then ask again.',
  NETWORK: 'Nothing was returned; try once more.',
  TIMEOUT: 'Ask for less, with conditions on parameters.',
  CANCELLED: 'Nothing was returned.',
  ENGINE_CRASHED: 'Stored results are gone; run the query again.',
  INTERNAL: 'This is a defect of the server; another statement may do.',
};

const OTHERWISE = 'Change the statement as the message says; explain shows a plan without running it.';

/** A tool's answer that says that it could not. */
export function refused(...lines: readonly string[]): Answer {
  return { text: lines.join('\n'), isError: true };
}

export function failed(error: unknown): Answer {
  if (!(error instanceof QueryError)) {
    // What is neither ours nor expected is no text for a model: it may hold anything.
    return refused(
      'INTERNAL: the call failed in a way that is a defect of the server, which goes on.',
      NEXT.INTERNAL ?? '',
    );
  }
  const excerpt = error instanceof SqlSyntaxError && error.excerpt !== '' ? [error.excerpt] : [];
  const hint = error.hint ?? NEXT[error.code] ?? OTHERWISE;
  const lines = [`${error.code} (${ERROR_FACTS[error.code].sqlState}): ${error.message}`, ...excerpt];
  return refused(visibleLines([...lines, `Next: ${hint}`].join('\n')));
}
