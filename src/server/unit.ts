/**
 * The statements of what a client sends.
 *
 * @module
 */

import { splitStatements } from '../sql/text/split.ts';
import { isSignificant, type Token } from '../sql/text/token.ts';
import type { Place } from './failures.ts';

/** One statement. Places in it count from its beginning. */
export interface Unit {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The first word, in capitals; '' where it begins with something else. */
  readonly word: string;
  readonly place: Place;
}

/** @throws SqlSyntaxError for what cannot be cut into statements */
export function unitsOf(text: string): readonly Unit[] {
  return splitStatements(text).map(({ tokens }) => {
    const start = tokens[0]?.start ?? 0;
    const first = tokens.find(isSignificant);
    return {
      text: text.slice(start, tokens.at(-1)?.end),
      tokens: start === 0 ? tokens : tokens.map((token) => movedBy(token, -start)),
      word: first?.kind === 'word' ? first.value.toUpperCase() : '',
      place: { text, offset: start },
    };
  });
}

function movedBy(token: Token, distance: number): Token {
  return { ...token, start: token.start + distance, end: token.end + distance };
}
