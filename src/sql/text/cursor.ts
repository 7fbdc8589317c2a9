/**
 * Reads the tokens of a statement whose grammar is our own.
 *
 * @module
 */

import type { Literal } from '../statement.ts';
import { syntaxErrorAt } from './syntax-error.ts';
import { isOperator, isSignificant, isWord, type Token } from './token.ts';

/** The tokens of one statement that say something, read from left to right. What is not as expected throws `SYNTAX`. */
export class Cursor {
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

  /** A token that has not been read: the next, or one so many behind it. */
  peek(behind = 0): Token | undefined {
    return this.#tokens[this.#index + behind];
  }

  advance(): void {
    this.#index += 1;
  }

  nextIsWord(word: string): boolean {
    return this.nextIs((token) => isWord(token, word));
  }

  takeIf(test: (token: Token) => boolean): boolean {
    const matches = this.nextIs(test);
    if (matches) this.advance();
    return matches;
  }

  takeWord(word: string): boolean {
    return this.takeIf((token) => isWord(token, word));
  }

  /** @param expected what stands before “expected” in the message: `a name is` */
  take(test: (token: Token) => boolean, expected: string): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined || !test(token)) throw this.unexpected(`${expected} expected`);
    this.advance();
    return token;
  }

  /** @param expectation said where something follows */
  end(expectation: string): void {
    if (!this.isAtEnd()) throw this.unexpected(expectation);
  }

  name(expected: string): string {
    return this.take(({ kind }) => kind === 'word' || kind === 'quoted', expected).value;
  }

  /** @param form what such a name looks like, for the message */
  dottedName(form: string): readonly string[] {
    const parts = [this.name(`${form} is`)];
    while (this.takeIf((token) => isOperator(token, '.'))) parts.push(this.name('a name is'));
    return parts;
  }

  /** Names in parentheses. */
  nameList(): readonly string[] {
    this.take((token) => isOperator(token, '('), '( is');
    const names = [this.name('a column is')];
    while (this.takeIf((token) => isOperator(token, ','))) names.push(this.name('a column is'));
    this.take((token) => isOperator(token, ')'), ') is');
    return names;
  }

  literal(): Literal {
    const isNegative = this.takeIf((token) => isOperator(token, '-'));
    const token = this.take((candidate) => ['string', 'number', 'word'].includes(candidate.kind), 'a value is');
    if (token.kind === 'string' && !isNegative) return token.value;
    if (token.kind === 'number') return numberOf((isNegative ? '-' : '') + token.value);
    const constants: Readonly<Record<string, Literal>> = { TRUE: true, FALSE: false, NULL: null };
    const word = token.value.toUpperCase();
    if (isNegative || !Object.hasOwn(constants, word))
      throw syntaxErrorAt(token, this.#all, this.#input, 'a value is expected');
    return constants[word] ?? null;
  }

  /** The error for the next token. */
  unexpected(expectation: string): Error {
    return syntaxErrorAt(this.#tokens[this.#index], this.#all, this.#input, expectation);
  }
}

/** Integers beyond 2^53 stay exact as text, as they do in a WHERE. */
function numberOf(text: string): Literal {
  const digits = text.replaceAll('_', '');
  return /^-?\d+$/.test(digits) && !Number.isSafeInteger(Number(digits)) ? digits : Number(digits);
}
