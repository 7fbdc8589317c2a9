/**
 * Reads the tokens of a command.
 *
 * @module
 */

import { Cursor } from '../sql/text/cursor.ts';
import { isOperator, type Token } from '../sql/text/token.ts';

export class CommandCursor extends Cursor {
  readonly input: string;

  constructor(tokens: readonly Token[], input: string) {
    super(tokens, input);
    this.input = input;
  }

  /** A name as PostgreSQL keeps it: in small letters where it is not quoted. */
  identifier(expected: string): string {
    const { kind, value } = this.take((token) => token.kind === 'word' || token.kind === 'quoted', expected);
    return kind === 'quoted' ? value : value.toLowerCase();
  }

  takeOperator(operator: string): boolean {
    return this.takeIf((token) => isOperator(token, operator));
  }

  /** Words that may stand there and mean nothing. */
  skipWords(...words: readonly string[]): void {
    for (const word of words) this.takeWord(word);
  }

  /** The first of these that comes next. */
  oneOf<T extends string>(...words: readonly T[]): T | undefined {
    return words.find((word) => this.takeWord(word));
  }

  finish(): void {
    this.end('the statement is complete without it');
  }
}
