/**
 * What DuckDB is given of a statement's text.
 *
 * @module
 */

import { isSignificant, type Token } from './tokens.ts';

/**
 * The text from the first to the last of these tokens, comments and directives blanked out: DuckDB reads `#` and `//`
 * otherwise than StackQL. Offsets within the statement stay as they are.
 */
export function runnableText(tokens: readonly Token[], input: string): string {
  const start = tokens[0]?.start ?? 0;
  let text = '';
  let cursor = start;
  for (const token of tokens.filter((candidate) => !isSignificant(candidate))) {
    text += input.slice(cursor, token.start) + token.text.replace(/[^\n]/g, ' ');
    cursor = token.end;
  }
  return text + input.slice(cursor, tokens.at(-1)?.end ?? start);
}
