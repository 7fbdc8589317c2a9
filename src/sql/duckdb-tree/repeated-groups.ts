/**
 * Members in a GROUP BY that the tree has once and the text twice: of groups that are equal, DuckDB's parser keeps the first.
 *
 * @module
 */

import type { DottedRef } from '../statement.ts';
import { isOperator, isSignificant, isWord, type Token } from '../text/token.ts';
import { tokenize } from '../text/tokens.ts';

/**
 * The places that the tree leaves out, each with what the equal one is.
 *
 * @param groups what the tree has in this GROUP BY
 * @param known all places that the tree has in the block
 */
export function repeatedGroups(
  groups: readonly DottedRef[],
  known: readonly DottedRef[],
  text: string,
): readonly DottedRef[] {
  const [first] = groups;
  if (first === undefined) return [];
  const clause = clauseAround(tokenize(text).filter(isSignificant), first.offset);
  const taken = new Set(known.map(({ offset }) => offset));
  return clause.flatMap(({ start }, index) => {
    if (taken.has(start) || isOperator(clause[index - 1], '.')) return [];
    const same = groups.find(({ names }) => isNamed(names, clause, index));
    return same === undefined ? [] : [{ ...same, offset: start }];
  });
}

function isNamed(names: readonly string[], tokens: readonly Token[], at: number): boolean {
  return names.every((name, index) => {
    const isJoined = index === 0 || isOperator(tokens[at + 2 * index - 1], '.');
    return isJoined && tokens[at + 2 * index]?.value.toLowerCase() === name.toLowerCase();
  });
}

const ENDS = [
  'HAVING',
  'WINDOW',
  'QUALIFY',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'USING',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'SELECT',
];

/** The tokens of the GROUP BY that a place is in, without the queries in it. */
function clauseAround(tokens: readonly Token[], offset: number): readonly Token[] {
  const begin = beginBefore(
    tokens,
    tokens.findIndex(({ start }) => start === offset),
  );
  const found: Token[] = [];
  let depth = 0;
  let queryDepth = Number.POSITIVE_INFINITY;
  for (const token of tokens.slice(begin)) {
    if (isOperator(token, ')')) depth -= 1;
    if (depth < 0 || (depth === 0 && ENDS.some((word) => isWord(token, word)))) break;
    if (depth < queryDepth) queryDepth = Number.POSITIVE_INFINITY;
    if (isWord(token, 'SELECT')) queryDepth = Math.min(queryDepth, depth);
    if (isOperator(token, '(')) depth += 1;
    if (queryDepth === Number.POSITIVE_INFINITY) found.push(token);
  }
  return found;
}

/** The index behind the words GROUP BY, looked for towards the beginning and never into parentheses that are closed before. */
function beginBefore(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let index = from; index > 0; index -= 1) {
    if (isOperator(tokens[index], ')')) depth += 1;
    if (isOperator(tokens[index], '(')) depth = Math.max(0, depth - 1);
    if (depth === 0 && isWord(tokens[index], 'BY') && isWord(tokens[index - 1], 'GROUP')) return index + 1;
  }
  return from;
}
