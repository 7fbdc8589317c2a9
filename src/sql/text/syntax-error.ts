/**
 * Errors about what stands in a text: where, what was found there, what was expected.
 *
 * @module
 */

import { SqlSyntaxError } from '../../errors.ts';
import { excerptAt, isLong, positionAt } from './position.ts';
import { isOperator, isSignificant, type Token } from './token.ts';

/**
 * An error that points at `token`, or at the end of the statement if there is none.
 *
 * @param tokens all of the statement, comments included: what is none of them is not shown
 */
export function syntaxErrorAt(
  token: Token | undefined,
  tokens: readonly Token[],
  input: string,
  expectation?: string,
): SqlSyntaxError {
  const offset = token?.start ?? tokens.findLast(isSignificant)?.end ?? 0;
  const position = positionAt(input, offset);
  const found = token === undefined ? 'The statement ends too early' : `${describe(token)} is not expected here`;
  const expected = expectation === undefined ? '' : `; ${expectation}`;
  return new SqlSyntaxError(`${found} (line ${position.line}, column ${position.column})${expected}.`, {
    position,
    excerpt: excerptAt(input, offset, tokens),
  });
}

/** What may be missing at a colon: the values of its parameter. */
export function expectationAt(found: Token | undefined, tokens: readonly Token[]): string | undefined {
  const next = isOperator(found, ':') ? tokens.find(({ start }) => start === found?.end) : undefined;
  return next?.kind === 'word' ? `no parameter ${next.text} was given` : undefined;
}

function describe(token: Token): string {
  if (token.kind === 'string') return 'A string';
  return isLong(token) ? 'A long name' : `“${token.text}”`;
}
