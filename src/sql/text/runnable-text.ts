/**
 * What DuckDB is given of a statement's text.
 *
 * @module
 */

import { isSignificant, type Token } from './token.ts';

/**
 * The text from the first to the last of these tokens, comments and directives blanked out: DuckDB reads `#` and `//`
 * otherwise than StackQL, and `:name` not at all, which is `$name` to it. Offsets within the statement stay as they are.
 */
export function runnableText(tokens: readonly Token[], input: string): string {
  const start = tokens[0]?.start ?? 0;
  let text = '';
  let cursor = start;
  for (const token of tokens) {
    if (isSignificant(token) && token.kind !== 'parameter') continue;
    text += input.slice(cursor, token.start) + runnable(token);
    cursor = token.end;
  }
  return text + input.slice(cursor, tokens.at(-1)?.end ?? start);
}

function runnable(token: Token): string {
  return token.kind === 'parameter' ? token.text.replace(':', '$') : token.text.replace(/[^\n]/g, ' ');
}
