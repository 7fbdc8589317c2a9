/**
 * Calls node-sql-parser and hands back its tree, checked only as far as "an object".
 *
 * The parser never sees the user's strings. It treats a backslash as an escape where DuckDB does not, so
 * `'a\' OR …` would end in another place than the one DuckDB sees; each string is therefore replaced by its number,
 * and its value is ours. A parameter becomes such a string too, whose value is the one it is bound to.
 *
 * @module
 */

import { createRequire } from 'node:module';
import { CannotRead } from '../block/cannot-read.ts';
import type { Literal } from '../statement.ts';
import { expectationAt, syntaxErrorAt } from '../text/syntax-error.ts';
import { isSignificant, type Token } from '../text/token.ts';
import { isWithinReach } from './reach.ts';

/** A node of the foreign tree. */
export type Node = Readonly<Record<string, unknown>>;

/** The tree of one statement, and the values that its strings number. */
export interface ForeignTree {
  readonly root: Node;
  readonly values: readonly Literal[];
}

interface Shielded {
  readonly text: string;
  readonly values: readonly Literal[];
  /** For each token, where it begins in `text`. */
  readonly starts: readonly number[];
}

const require = createRequire(import.meta.url);

/** Loaded with the first statement, and by `require`: Node reads a CommonJS package twice when it is imported. */
function foreignParser(): import('node-sql-parser/build/postgresql.js').Parser {
  const { Parser } =
    require('node-sql-parser/build/postgresql.js') as typeof import('node-sql-parser/build/postgresql.js');
  return new Parser();
}

/**
 * The tree of the statement that `tokens` are. Throws `SYNTAX` with line, column and caret.
 *
 * @param input the text the tokens were cut from, for positions
 * @param parameterOf the value that a parameter is bound to
 * @throws CannotRead for names that the parser would hand over changed, for what it would not be done with in time, and
 *   where it fails
 */
export function parseForeign(
  tokens: readonly Token[],
  input: string,
  parameterOf: (token: Token) => Literal = () => null,
): ForeignTree {
  const significant = tokens.filter(isSignificant);
  if (!isWithinReach(significant)) throw new CannotRead('too long, too deep, or with arrows');
  if (significant.some(({ kind, value }) => kind === 'quoted' && /["\\`]/.test(value))) {
    throw new CannotRead('a quoted name with quotes in it');
  }
  const shielded = shield(significant, parameterOf);
  try {
    const ast: unknown = foreignParser().parse(shielded.text, { database: 'postgresql' }).ast;
    const root: unknown = Array.isArray(ast) ? ast[0] : ast;
    if (isNode(root)) return { root, values: shielded.values };
  } catch (error) {
    const found = tokenAt(significant, shielded, error);
    throw syntaxErrorAt(found, tokens, input, expectationAt(found, significant));
  }
  throw syntaxErrorAt(significant[0], tokens, input);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shield(tokens: readonly Token[], parameterOf: (token: Token) => Literal): Shielded {
  const values: Literal[] = [];
  const starts: number[] = [];
  let text = '';
  let previousEnd: number | undefined;
  for (const token of tokens) {
    // Tokens that touch (a.b, ::) must still touch: the grammar is not whitespace-blind everywhere.
    if (previousEnd !== undefined && previousEnd !== token.start) text += ' ';
    previousEnd = token.end;
    starts.push(text.length);
    if (token.kind === 'string') text += shieldOf(values.push(token.value) - 1);
    else if (token.kind === 'parameter') text += shieldOf(values.push(parameterOf(token)) - 1);
    else text += token.text;
  }
  return { text, values, starts };
}

/** What the parser sees of a string. The word tells it from a name where the parser takes a string for one. */
function shieldOf(index: number): string {
  return `'string ${index}'`;
}

/** The position of a shielded string among the values; undefined for any other text. */
export function shieldedIndex(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^string (\d+)$/.exec(text) : null;
  return match === null ? undefined : Number(match[1]);
}

function tokenAt(tokens: readonly Token[], shielded: Shielded, error: unknown): Token | undefined {
  const offset = offsetOf(error);
  // What it throws besides its refusals is an accident inside it, which some legal texts bring about.
  if (offset === undefined) throw new CannotRead('an accident', { cause: error });
  const index = shielded.starts.findLastIndex((start) => start <= offset);
  const token = tokens[index];
  const isPast = token === undefined || offset >= shielded.text.length;
  // The grammar points at the blank before the token that it could not use.
  const isBlank = !isPast && shielded.text[offset] === ' ' && offset > (shielded.starts[index] ?? 0);
  if (isPast) return undefined;
  return isBlank ? tokens[index + 1] : token;
}

function offsetOf(error: unknown): number | undefined {
  const location = isNode(error) || error instanceof Error ? (error as { location?: unknown }).location : undefined;
  const start = isNode(location) ? location['start'] : undefined;
  return isNode(start) && typeof start['offset'] === 'number' ? start['offset'] : undefined;
}
