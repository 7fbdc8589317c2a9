/**
 * `json_each` as StackQL has it, which is SQLite's: its values are texts.
 *
 * @module
 */

import { isOperator, isSignificant, isWord, type Token } from '../../sql/text/token.ts';
import { tokenize } from '../../sql/text/tokens.ts';

/** The text with `json_each_text` in place of `json_each` where that gives rows; called as it was. */
export function withTextValues(text: string): string {
  if (!/\bjson_each\b/i.test(text)) return text;
  const tokens = tokenize(text).filter(isSignificant);
  return tokens.reduceRight((edited, token, index) => {
    if (!isWord(token, 'JSON_EACH') || !isOperator(tokens[index + 1], '(') || !givesRows(tokens[index - 1]))
      return edited;
    const close = closing(tokens, index + 1);
    const end = close?.end ?? edited.length;
    const alias = isAliased(tokens[close === undefined ? -1 : tokens.indexOf(close) + 1]) ? '' : ' AS json_each';
    return `${edited.slice(0, token.start)}json_each_text${edited.slice(token.end, end)}${alias}${edited.slice(end)}`;
  }, text);
}

function givesRows(before: Token | undefined): boolean {
  return isOperator(before, ',') || ['FROM', 'JOIN', 'LATERAL'].some((word) => isWord(before, word));
}

const CLAUSES: ReadonlySet<string> = new Set(
  'WHERE ON GROUP ORDER LIMIT HAVING JOIN INNER LEFT RIGHT CROSS NATURAL UNION OFFSET'.split(' '),
);

function isAliased(after: Token | undefined): boolean {
  if (after === undefined || (after.kind !== 'word' && after.kind !== 'quoted')) return false;
  return after.kind === 'quoted' || !CLAUSES.has(after.value.toUpperCase());
}

/** The parenthesis that closes the one at that place. */
function closing(tokens: readonly Token[], open: number): Token | undefined {
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    if (depth === 0) return token;
  }
  return undefined;
}
