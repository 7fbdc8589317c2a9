/**
 * Where tables are named in a text, as far as its tokens tell.
 *
 * @module
 */

import { isOperator, isWord, type Token } from './token.ts';

/** Behind FROM or JOIN, or a comma or parenthesis between tables. */
export function isReadAt(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (isWord(before, 'JOIN')) return true;
  // `TABLE t` is a query; CREATE TABLE and DROP TABLE are none.
  if (isWord(before, 'TABLE')) return index === 1 || isOperator(tokens[index - 2], '(');
  if (isWord(before, 'FROM')) return !isDistinctFrom(tokens, index - 1) && !isInsideCall(tokens, index - 1);
  if (!isOperator(before, ',') && !isOperator(before, '(')) return false;
  return isInFrom(tokens, index - 1);
}

function isDistinctFrom(tokens: readonly Token[], index: number): boolean {
  return isWord(tokens[index - 1], 'DISTINCT');
}

/** `substring(x FROM 2)`, `trim(both from x)`, `extract(year FROM t)`: no SELECT stands before it in its parenthesis. */
function isInsideCall(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  for (let at = index - 1; at >= 0; at -= 1) {
    if (isOperator(tokens[at], ')')) depth += 1;
    else if (isOperator(tokens[at], '(') && depth > 0) depth -= 1;
    else if (isOperator(tokens[at], '(')) return isName(tokens[at - 1]);
    else if (depth === 0 && isWord(tokens[at], 'SELECT')) return false;
  }
  return false;
}

const CLAUSES = ['WHERE', 'GROUP', 'ORDER', 'HAVING', 'LIMIT', 'ON', 'SELECT', 'UNION', 'USING', 'WITH', 'BY'];

/** Whether the last clause that began at this depth is FROM. */
function isInFrom(tokens: readonly Token[], index: number): boolean {
  let depth = 0;
  for (let at = index; at >= 0; at -= 1) {
    const token = tokens[at];
    if (isOperator(token, ')')) depth += 1;
    else if (isOperator(token, '(')) {
      if (depth > 0) depth -= 1;
      // A parenthesis behind a name is a call; one behind FROM or another parenthesis holds tables.
      else if (
        at !== index &&
        isName(tokens[at - 1]) &&
        !isWord(tokens[at - 1], 'FROM') &&
        !isWord(tokens[at - 1], 'JOIN')
      )
        return false;
      else if (
        at === index &&
        isName(tokens[at - 1]) &&
        !isWord(tokens[at - 1], 'FROM') &&
        !isWord(tokens[at - 1], 'JOIN')
      )
        return false;
    } else if (depth === 0 && isWord(token, 'FROM')) return !isDistinctFrom(tokens, at);
    else if (depth === 0 && CLAUSES.some((clause) => isWord(token, clause))) return false;
  }
  return false;
}

/** `name AS (`, or `name (columns) AS (`. */
export function isCteName(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const isFirst = isWord(before, 'WITH') || isWord(before, 'RECURSIVE');
  if (!isName(tokens[index]) || !(isFirst || isOperator(before, ','))) return false;
  let next = index + 1;
  if (isOperator(tokens[next], '(')) {
    while (next < tokens.length && !isOperator(tokens[next], ')')) next += 1;
    next += 1;
  }
  if (!isWord(tokens[next], 'AS')) return false;
  const body = tokens
    .slice(next + 1, next + 4)
    .find((token) => !isWord(token, 'NOT') && !isWord(token, 'MATERIALIZED'));
  return isOperator(body, '(');
}

export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/**
 * The text with a schema in front of each table that has none and is named where rows are read or changed.
 *
 * @param schemaOf undefined for a name that stays as it is
 */
export function withSchemas(
  text: string,
  tokens: readonly Token[],
  schemaOf: (name: string) => string | undefined,
): string {
  const ctes = new Set(tokens.filter((_, index) => isCteName(tokens, index)).map(({ value }) => value.toLowerCase()));
  return tokens
    .filter((token, index) => isPlainTable(tokens, index) && !ctes.has(token.value.toLowerCase()))
    .toReversed()
    .reduce((changed, { start, value }) => {
      const schema = schemaOf(value);
      return schema === undefined ? changed : `${changed.slice(0, start)}${quoted(schema)}.${changed.slice(start)}`;
    }, text);
}

function isPlainTable(tokens: readonly Token[], index: number): boolean {
  const [before, token, after] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  if (!isName(token) || isOperator(before, '.') || isOperator(after, '.')) return false;
  // INSERT INTO jwks (kid) … has its columns there.
  if (isWord(before, 'INTO')) return true;
  if (isOperator(after, '(')) return false;
  return (
    isReadAt(tokens, index) ||
    (index === 1 && ['UPDATE', 'DESCRIBE', 'DESC', 'REPLACE'].some((word) => isWord(before, word)))
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
