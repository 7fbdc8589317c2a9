/**
 * Splits a script into its statements.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import { CONTINUES, STARTERS } from './keywords.ts';
import { isOperator, isSignificant, isWord, type Token } from './token.ts';
import { tokenize } from './tokens.ts';

/** One statement of a script: its tokens, without the closing semicolon. At least one is significant. */
export interface Slice {
  readonly tokens: readonly Token[];
}

/**
 * Of one statement: a list of 100,000 values has twice as many. Its tree goes through several hands, each of which holds the
 * thread while it has it: seven seconds for 600,000.
 */
const MOST_TOKENS = 250_000;

function tooLong(count: number): NotSupportedError {
  return new NotSupportedError(`A statement has ${count} words and signs; ${MOST_TOKENS} are read at most.`, {
    hint: 'Give a long list as one parameter, = ANY($1), and write many rows by several statements.',
  });
}

/**
 * The statements of `text`. Semicolons inside strings, names and comments do not split, with one exception that
 * StackQL's published examples need: `SELECT … WHERE subdomain = 'x' -- required;` ends at that comment, if what
 * follows begins a new statement and what precedes can end.
 *
 * @throws NotSupportedError for a statement that is too long
 */
export function splitStatements(text: string): readonly Slice[] {
  const { finished, rest } = cutFinished(tokenize(text));
  return hasContent(rest) ? [...finished, { tokens: rest }] : finished;
}

/** Statements that have their semicolon, and the tokens behind the last of them. */
export interface Cut {
  readonly finished: readonly Slice[];
  readonly rest: readonly Token[];
}

/**
 * Cuts what may not be all of a script yet.
 *
 * @throws NotSupportedError for a statement that is too long
 */
export function cutFinished(tokens: readonly Token[]): Cut {
  const finished: Slice[] = [];
  let current: Token[] = [];
  const close = (): void => {
    if (hasContent(current)) finished.push({ tokens: current });
    current = [];
  };
  tokens.forEach((token, index) => {
    if (isOperator(token, ';')) close();
    else if (endsInSemicolon(token) && closesInComment(current, tokens.slice(index + 1))) close();
    else current.push(token);
  });
  return { finished, rest: current };
}

/** @throws NotSupportedError for more than a statement may have */
function hasContent(tokens: readonly Token[]): boolean {
  const count = tokens.filter(isSignificant).length;
  if (count > MOST_TOKENS) throw tooLong(count);
  return count > 0;
}

function endsInSemicolon(token: Token): boolean {
  return token.kind === 'comment' && !token.text.startsWith('/*') && token.text.trimEnd().endsWith(';');
}

function closesInComment(before: readonly Token[], after: readonly Token[]): boolean {
  const next = after.find(isSignificant);
  if (next === undefined || isOperator(next, ';')) return true;
  if (next.kind !== 'word' || !STARTERS.has(next.value.toUpperCase())) return false;
  // ORDER BY a -- newest first;
  // DESC
  if (isWord(next, 'DESC') && before.some((token) => isWord(token, 'ORDER'))) return false;
  return canEnd(before.filter(isSignificant));
}

function canEnd(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined || isOperator(last, ',') || depthOf(tokens) !== 0) return false;
  if (last.kind === 'word' && CONTINUES.has(last.value.toUpperCase())) return false;
  // INSERT INTO t (…) and WITH x AS (…) are complete only once their query has begun.
  const [first] = tokens;
  if (isWord(first, 'INSERT')) return tokens.some((token) => isWord(token, 'VALUES') || isWord(token, 'SELECT'));
  if (isWord(first, 'WITH')) return hasQueryAtTop(tokens);
  return true;
}

function depthOf(tokens: readonly Token[]): number {
  return tokens.reduce((depth, token) => depth + (isOperator(token, '(') ? 1 : isOperator(token, ')') ? -1 : 0), 0);
}

function hasQueryAtTop(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => isWord(token, 'SELECT') && depthOf(tokens.slice(0, index)) === 0);
}
