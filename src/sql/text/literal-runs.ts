/**
 * Long lists of literals in a text: `IN ('a', 'b', …)` and `['a', 'b', …]`.
 *
 * @module
 */

import { isOperator, isSignificant, isWord, type Token } from './token.ts';

export interface LiteralRun {
  readonly first: Token;
  readonly last: Token;
  readonly values: readonly (string | number)[];
}

/** Shorter ones are no burden. */
const LEAST = 64;

/** The lists of a text that hold nothing but many literals of which the tokens say all. */
export function literalRuns(tokens: readonly Token[]): readonly LiteralRun[] {
  if (tokens.length < 2 * LEAST) return [];
  const significant = tokens.filter(isSignificant);
  const found: LiteralRun[] = [];
  for (let index = 0; index < significant.length; index += 1) {
    if (!opensList(significant, index)) continue;
    const run = runFrom(significant, index + 1);
    if (run === undefined) continue;
    found.push(run);
    index += 2 * run.values.length;
  }
  return found;
}

function opensList(tokens: readonly Token[], index: number): boolean {
  return isOperator(tokens[index], '[') || (isOperator(tokens[index], '(') && isWord(tokens[index - 1], 'IN'));
}

function runFrom(tokens: readonly Token[], start: number): LiteralRun | undefined {
  const closer = isOperator(tokens[start - 1], '[') ? ']' : ')';
  const values: (string | number)[] = [];
  let index = start;
  for (; ; index += 2) {
    const value = literalIn(tokens[index]);
    if (value === undefined) return undefined;
    values.push(value);
    if (!isOperator(tokens[index + 1], ',')) break;
  }
  const [first, last] = [tokens[start], tokens[index]];
  const isWhole = isOperator(tokens[index + 1], closer) && values.length >= LEAST;
  return isWhole && first !== undefined && last !== undefined ? { first, last, values } : undefined;
}

/** Of other numbers and strings the type, or how an escape is read, is DuckDB's to say. */
function literalIn(token: Token | undefined): string | number | undefined {
  if (token?.kind === 'string') return token.text.startsWith("'") ? token.value : undefined;
  return token?.kind === 'number' && /^\d{1,15}$/.test(token.text) ? Number(token.text) : undefined;
}
