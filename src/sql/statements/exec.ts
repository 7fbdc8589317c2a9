/**
 * Our own grammar for EXEC, which no SQL parser knows:
 *
 * ```
 * EXEC [/*+ SHOWRESULTS *​/] provider.service.resource.method @a = 'x' [, @b = 1 …] [@@json = '{…}']
 * ```
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ExecStatement, Literal } from '../statement.ts';
import { Cursor } from '../text/cursor.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isOperator, type Token } from '../text/token.ts';

/** Throws `SYNTAX` with line, column and caret; `NOT_SUPPORTED` for what a PREPARE has named. */
export function parseExec(tokens: readonly Token[], input: string): ExecStatement {
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  const method = cursor.dottedName('provider.service.resource.method');
  if (method.length === 1 && cursor.nextIs((token) => isOperator(token, '('))) {
    throw new NotSupportedError('EXECUTE of a prepared statement is not supported.', {
      hint: 'Values are given with the statement itself: SELECT … WHERE id = $1. EXEC calls a method: EXEC okta.users.users.unlock_user @userId = …',
    });
  }
  const parameters: { name: string; value: Literal }[] = [];
  const given = new Set<string>();
  let json: string | undefined;
  let isMoreExpected = false;
  while (!cursor.isAtEnd() || isMoreExpected) {
    const variable = cursor.take((token) => token.kind === 'variable', 'a parameter such as @appId = ‘…’ is');
    cursor.take((token) => isOperator(token, '='), '= is');
    const value = cursor.literal();
    if (given.has(variable.text.toLowerCase())) throw syntaxErrorAt(variable, tokens, input, 'it is given twice');
    given.add(variable.text.toLowerCase());
    if (!variable.text.startsWith('@@')) parameters.push({ name: variable.value, value });
    else if (variable.value.toLowerCase() === 'json' && typeof value === 'string') json = value;
    else throw syntaxErrorAt(variable, tokens, input, 'only @@json with a string is known');
    // StackQL writes no comma before @@json; both are read.
    isMoreExpected = cursor.takeIf((token) => isOperator(token, ','));
    if (!isMoreExpected && !cursor.nextIs((token) => token.text.startsWith('@@'))) break;
  }
  cursor.end('parameters are separated by commas');
  const showResults = tokens.some((token) => token.kind === 'directive' && token.value === 'SHOWRESULTS');
  return { kind: 'exec', method, parameters, showResults, ...(json !== undefined && { json }) };
}
