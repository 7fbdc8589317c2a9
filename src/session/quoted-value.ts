/**
 * A name that is no column and no table, where a text was meant: the quotes are missing.
 *
 * @module
 */

import { BindError } from '../errors.ts';
import { quotedValue } from '../sql/text/habits.ts';
import { tokenize } from '../sql/text/tokens.ts';

/** Longer ones could be keys, which no error shows. */
const LONGEST_SHOWN = 60;

/** The error with a hint that shows the text in quotes, where the statement has the name behind `=`; else the error itself. */
export function withQuotedValue(error: unknown, statement: string): unknown {
  if (!(error instanceof BindError) || error.unknownName === '') return error;
  const instead = quotedValue(tokenize(statement), error.unknownName);
  if (instead === undefined || instead.length > LONGEST_SHOWN) return error;
  const { message, unknownName, nearest, hint = '' } = error;
  const code = error.code as ConstructorParameters<typeof BindError>[0];
  return new BindError(code, message, {
    unknownName,
    nearest,
    // Of a text with more than letters in it, the first part resembles names by chance.
    hint: `${hint.startsWith('Did you mean') && instead.endsWith(`'${unknownName}'`) ? `${hint} ` : ''}A text stands in single quotes: ${instead}.`,
    cause: error,
  });
}
