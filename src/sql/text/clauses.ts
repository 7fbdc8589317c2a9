/**
 * Finds clauses of a statement in its tokens.
 *
 * @module
 */

import { CLAUSES } from './keywords.ts';
import { isOperator, isSignificant, isWord, type Token } from './token.ts';

/** The first token outside parentheses that passes. @param test is given its index too */
export function findAtTop(tokens: readonly Token[], test: (token: Token, index: number) => boolean): Token | undefined {
  let depth = 0;
  return tokens.find((token, index) => {
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    return depth === 0 && test(token, index);
  });
}

/** A word outside parentheses that would end the condition in a SELECT. */
export function clauseAtTop(condition: readonly Token[]): Token | undefined {
  return findAtTop(condition, (token) => token.kind === 'word' && CLAUSES.has(token.value.toUpperCase()));
}

/** The tokens before a word outside parentheses, and those after it; none where there is no such word. */
export function cutAtWord(
  tokens: readonly Token[],
  word: string,
): { readonly before: readonly Token[]; readonly at?: Token; readonly after: readonly Token[] } {
  const at = findAtTop(tokens, (token) => isWord(token, word));
  if (at === undefined) return { before: tokens, after: [] };
  const index = tokens.indexOf(at);
  return { before: tokens.slice(0, index), at, after: tokens.slice(index + 1) };
}

/** The significant tokens between the commas outside parentheses. */
export function cutAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.filter(isSignificant)) {
    if (token.kind === 'operator' && '([{'.includes(token.text)) depth += 1;
    if (token.kind === 'operator' && ')]}'.includes(token.text)) depth -= 1;
    if (depth === 0 && isOperator(token, ',')) found.push([]);
    else found.at(-1)?.push(token);
  }
  return found;
}
