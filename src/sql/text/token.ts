/**
 * What the text of a statement is cut into.
 *
 * @module
 */

export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'operator'
  | 'variable'
  | 'parameter'
  | 'placeholder'
  | 'comment'
  | 'directive';

export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the input. */
  readonly text: string;
  /**
   * What it means: the unescaped string, the name in a quoted identifier or variable, the number or name of a parameter
   * (nothing for `?`), a directive's word; else `text`.
   */
  readonly value: string;
  /** UTF-16 offsets into the input; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Whether a token says something: neither a comment nor a directive. */
export function isSignificant(token: Token): boolean {
  return token.kind !== 'comment' && token.kind !== 'directive';
}

/** Whether a token is this unquoted word, in any case. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.value.toUpperCase() === word;
}

/** Whether a token is this operator or punctuation mark. */
export function isOperator(token: Token | undefined, operator: string): boolean {
  return token?.kind === 'operator' && token.value === operator;
}
