/**
 * Our own grammar for EXEC, which no SQL parser knows:
 *
 * ```
 * EXEC [/*+ SHOWRESULTS *​/] provider.service.resource.method @a = 'x' [, @b = 1 …] [@@json = '{…}']
 * ```
 *
 * @module
 */

import { syntaxErrorAt } from './front-end.ts';
import type { ExecStatement, Literal } from './statement.ts';
import { isOperator, isSignificant, type Token } from './tokens.ts';

/** Throws `SYNTAX` with line, column and caret. */
export function parseExec(tokens: readonly Token[], input: string): ExecStatement {
  const cursor = new Cursor(tokens, input);
  cursor.skip();
  const method = cursor.dottedName();
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
    isMoreExpected = cursor.skipIf((token) => isOperator(token, ','));
    if (!isMoreExpected && !cursor.nextIs((token) => token.text.startsWith('@@'))) break;
  }
  cursor.end();
  const showResults = tokens.some((token) => token.kind === 'directive' && token.value === 'SHOWRESULTS');
  return { kind: 'exec', method, parameters, showResults, ...(json !== undefined && { json }) };
}

class Cursor {
  /** With comments, for error messages. */
  readonly #all: readonly Token[];
  readonly #tokens: readonly Token[];
  readonly #input: string;
  #index = 0;

  constructor(tokens: readonly Token[], input: string) {
    this.#all = tokens;
    this.#tokens = tokens.filter(isSignificant);
    this.#input = input;
  }

  isAtEnd(): boolean {
    return this.#index >= this.#tokens.length;
  }

  nextIs(test: (token: Token) => boolean): boolean {
    const token = this.#tokens[this.#index];
    return token !== undefined && test(token);
  }

  skip(): void {
    this.#index += 1;
  }

  skipIf(test: (token: Token) => boolean): boolean {
    const matches = this.nextIs(test);
    if (matches) this.skip();
    return matches;
  }

  take(test: (token: Token) => boolean, expected: string): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined || !test(token)) throw this.#unexpected(`${expected} expected`);
    this.skip();
    return token;
  }

  end(): void {
    if (!this.isAtEnd()) throw this.#unexpected('parameters are separated by commas');
  }

  dottedName(): readonly string[] {
    const isName = (token: Token): boolean => token.kind === 'word' || token.kind === 'quoted';
    const parts = [this.take(isName, 'provider.service.resource.method is').value];
    while (this.skipIf((token) => isOperator(token, '.'))) parts.push(this.take(isName, 'a name is').value);
    return parts;
  }

  literal(): Literal {
    const isNegative = this.skipIf((token) => isOperator(token, '-'));
    const token = this.take((candidate) => ['string', 'number', 'word'].includes(candidate.kind), 'a value is');
    if (token.kind === 'string' && !isNegative) return token.value;
    if (token.kind === 'number') return numberOf((isNegative ? '-' : '') + token.value);
    const constants: Readonly<Record<string, Literal>> = { TRUE: true, FALSE: false, NULL: null };
    const word = token.value.toUpperCase();
    if (isNegative || !Object.hasOwn(constants, word))
      throw syntaxErrorAt(token, this.#all, this.#input, 'a value is expected');
    return constants[word] ?? null;
  }

  #unexpected(expectation: string): Error {
    return syntaxErrorAt(this.#tokens[this.#index], this.#all, this.#input, expectation);
  }
}

/** Integers beyond 2^53 stay exact as text, as they do in a WHERE. */
function numberOf(text: string): Literal {
  const digits = text.replaceAll('_', '');
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(Number(digits)) ? digits : Number(digits);
}
