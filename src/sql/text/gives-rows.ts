/**
 * Whether a statement returns rows, as far as its words say so.
 *
 * @module
 */

import { QUERIES } from './keywords.ts';
import { isOperator, isSignificant, isWord } from './token.ts';
import { tokenize } from './tokens.ts';

const OTHERS: ReadonlySet<string> = new Set(['SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'REGISTRY']);

/**
 * False only for a statement that returns none: it changes something, and asks for nothing of it.
 *
 * @example mayGiveRows("DELETE FROM okta.apps.jwks WHERE id = 'pks…'") // false
 */
export function mayGiveRows(text: string): boolean {
  const tokens = tokenize(text);
  const first = tokens.find(isSignificant);
  const word = first?.kind === 'word' ? first.value.toUpperCase() : '';
  if (isOperator(first, '(') || QUERIES.has(word) || OTHERS.has(word)) return true;
  const asks = tokens.some((token) => isWord(token, 'RETURNING'));
  return asks || tokens.some(({ kind, value }) => kind === 'directive' && value === 'SHOWRESULTS');
}
