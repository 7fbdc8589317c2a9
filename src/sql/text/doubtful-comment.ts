/**
 * Comments that may be none. StackQL's scripts need `#` and `//` for comments; to DuckDB `a // b` divides and `#1` is the first
 * column. Whoever means these would lose the rest of a line without a word, and with it a column or a condition.
 *
 * @module
 */

import { RESERVED } from './keywords.ts';
import type { Token } from './token.ts';

const POSITION = /^#\d/;
/** What a divisor begins with. Of names, those that the expression may end or go on after: comments have more words. */
const DIVISOR = /^\/\/\s*(?:[\d("'?$]|([A-Za-z_][\w.]*)\s*(?:$|[-+*/%,);<>=|:[(]|([A-Za-z_]+)))/;

/**
 * @param comment as it stands in the input
 * @param before the token in front of it that says something
 * @param isOwnLine whether that stands on an earlier line
 * @returns what it may mean and what to write instead; nothing for what is a comment without doubt
 */
export function doubtOfComment(comment: string, before: Token, isOwnLine: boolean): string | undefined {
  if (before.text === ';') return undefined;
  if (POSITION.test(comment))
    return 'A # begins a comment here, where DuckDB has the position of a column: write its name, or -- for a comment.';
  if (isOwnLine || !isOperand(before) || !mayDivide(comment)) return undefined;
  return 'A // begins a comment here, where DuckDB divides: write floor(a / b) for the whole part, or -- for a comment.';
}

/** Whether an expression may end with the token. */
function isOperand({ kind, text }: Token): boolean {
  if (kind === 'operator') return text === ')' || text === ']';
  return kind !== 'word' || !RESERVED.has(text.toUpperCase()) || /^(?:end|null|true|false)$/i.test(text);
}

function mayDivide(comment: string): boolean {
  const match = DIVISOR.exec(comment);
  const next = match?.[2];
  return match !== null && (next === undefined || RESERVED.has(next.toUpperCase()));
}
