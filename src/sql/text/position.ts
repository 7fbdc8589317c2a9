/**
 * Where in the text something is, and how to show it without showing secrets.
 *
 * @module
 */

import type { TextPosition } from '../../errors.ts';
import type { Token, TokenKind } from './token.ts';

/** Longer strings than this are masked in excerpts: the shortest private key member (P-256 `d`) has 43 characters. */
const LONGEST_SHOWN_STRING = 24;

/** The line and column of an offset, both counted from 1; columns count characters, not UTF-16 units. */
export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    offset,
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
  };
}

/**
 * {@link positionAt} of many offsets. The text is gone through once, however many there are.
 *
 * @param offsets from the first to the last
 */
export function positionsAt(text: string, offsets: readonly number[]): readonly TextPosition[] {
  let [line, column, at] = [1, 1, 0];
  return offsets.map((offset) => {
    for (const character of text.slice(at, offset)) {
      if (character === '\n') [line, column] = [line + 1, 1];
      else column += 1;
    }
    at = offset;
    return { offset, line, column };
  });
}

/** From offsets in UTF-8 bytes to offsets in UTF-16 units. The text is gone through once, however many are asked for. */
export function offsetsOfBytes(text: string): (byteOffset: number) => number {
  const length = Buffer.byteLength(text, 'utf8');
  if (length === text.length) return (byteOffset) => byteOffset;
  const offsets = new Uint32Array(length + 1).fill(text.length);
  let [at, offset] = [0, 0];
  for (const character of text) {
    const end = at + Buffer.byteLength(character, 'utf8');
    offsets.fill(offset, at, end);
    at = end;
    offset += character.length;
  }
  return (byteOffset) => offsets[byteOffset] ?? text.length;
}

/** How much of a long line is shown on each side of the caret. */
const EXCERPT_REACH = 60;

/**
 * The line that holds `offset`, as far as `tokens` reach, and below it a caret; a long line is cut. Strings in it that
 * could be key material are shown as `'…'`, because errors end up in CI logs; so are long quoted names (the wrong quotes
 * around a string) and long comments (a statement put out of use).
 *
 * @param tokens all tokens of the part of the text that may be shown
 */
export function excerptAt(text: string, offset: number, tokens: readonly Token[]): string {
  const nextBreak = text.indexOf('\n', offset);
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1) + 1, tokens[0]?.start ?? 0);
  const lineEnd = Math.min(nextBreak === -1 ? text.length : nextBreak, Math.max(offset, tokens.at(-1)?.end ?? offset));
  const masked = tokens.filter(isLong);
  const before = [...mask(text, lineStart, offset, masked)];
  const after = [...mask(text, offset, lineEnd, masked)];
  const shownBefore = before.length > EXCERPT_REACH ? ['…', ...before.slice(-EXCERPT_REACH)] : before;
  const shownAfter = after.length > EXCERPT_REACH ? [...after.slice(0, EXCERPT_REACH), '…'] : after;
  return `${[...shownBefore, ...shownAfter].join('')}\n${' '.repeat(shownBefore.length)}^`;
}

/** A whole statement, masked as {@link excerptAt} masks a line. */
export function maskedText(text: string, tokens: readonly Token[]): string {
  return mask(text, 0, text.length, tokens.filter(isLong));
}

/** The text from `start` to `end`, with `'…'` for every masked token that reaches into it. */
function mask(text: string, start: number, end: number, masked: readonly Token[]): string {
  let shown = '';
  let cursor = start;
  for (const token of masked.filter((candidate) => candidate.start < end && candidate.end > start)) {
    shown += text.slice(cursor, Math.max(cursor, token.start)) + MASKS[token.kind];
    cursor = Math.min(token.end, end);
  }
  return shown + text.slice(cursor, end);
}

const MASKS: Readonly<Partial<Record<TokenKind, string>>> = {
  string: "'…'",
  quoted: '"…"',
  comment: '/*…*/',
  placeholder: '{{…}}',
};

/** Whether the token may hide key material, so that no message shows it. */
export function isLong({ kind, value }: Token): boolean {
  return MASKS[kind] !== undefined && value.length > LONGEST_SHOWN_STRING;
}
