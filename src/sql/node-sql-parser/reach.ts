/**
 * What node-sql-parser is given to read.
 *
 * Its time doubles or more with each bracket, CASE or query inside another (18 parentheses take it longer than 15 seconds),
 * nothing stops it meanwhile, and it does not know what DuckDB makes of arrows. Inside these bounds it needs at most
 * some tenths of a second; almost all plain statements are.
 *
 * @module
 */

import { isWord, type Token } from '../text/token.ts';

const MOST_TOKENS = 400;

const DEEPEST = 4;

/** Whether node-sql-parser may be asked. @param tokens those that say something */
export function isWithinReach(tokens: readonly Token[]): boolean {
  if (tokens.length > MOST_TOKENS) return false;
  let depth = 0;
  return tokens.every((token) => {
    if (opens(token)) depth += 1;
    if (closes(token)) depth -= 1;
    return depth <= DEEPEST && !(token.kind === 'operator' && /^->>?$/.test(token.text));
  });
}

function opens(token: Token): boolean {
  return (token.kind === 'operator' && '([{'.includes(token.text)) || isWord(token, 'CASE');
}

function closes(token: Token): boolean {
  return (token.kind === 'operator' && ')]}'.includes(token.text)) || isWord(token, 'END');
}
