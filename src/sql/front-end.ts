/**
 * Calls node-sql-parser and hands back its tree, checked only as far as "an object".
 *
 * The parser never sees the user's strings. It treats a backslash as an escape where DuckDB does not, so
 * `'a\' OR …` would end in another place than the one DuckDB sees; each string is therefore replaced by its number,
 * and its value is ours.
 *
 * @module
 */

import { createRequire } from 'node:module';
import { SqlSyntaxError } from '../errors.ts';
import { excerptAt, isLong, positionAt } from './position.ts';
import { isSignificant, isWord, type Token } from './tokens.ts';

/** A node of the foreign tree. */
export type Node = Readonly<Record<string, unknown>>;

/** The tree of one statement, and the strings that its literals number. */
export interface ForeignTree {
  readonly root: Node;
  readonly strings: readonly string[];
}

interface Shielded {
  readonly text: string;
  readonly strings: readonly string[];
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
 */
export function parseForeign(tokens: readonly Token[], input: string): ForeignTree {
  const significant = tokens.filter(isSignificant);
  const shielded = shield(significant);
  try {
    const ast: unknown = foreignParser().parse(shielded.text, { database: 'postgresql' }).ast;
    const root: unknown = Array.isArray(ast) ? ast[0] : ast;
    if (isNode(root)) return { root, strings: shielded.strings };
  } catch (error) {
    const found = tokenAt(significant, shielded, error);
    throw syntaxErrorAt(found, tokens, input, expectationAt(found, significant));
  }
  throw syntaxErrorAt(significant[0], tokens, input);
}

/**
 * An error that points at `token`, or at the end of the statement if there is none.
 *
 * @param tokens all of the statement, comments included: what is none of them is not shown
 */
export function syntaxErrorAt(
  token: Token | undefined,
  tokens: readonly Token[],
  input: string,
  expectation?: string,
): SqlSyntaxError {
  const offset = token?.start ?? tokens.findLast(isSignificant)?.end ?? 0;
  const position = positionAt(input, offset);
  const found = token === undefined ? 'The statement ends too early' : `${describe(token)} is not expected here`;
  const expected = expectation === undefined ? '' : `; ${expectation}`;
  return new SqlSyntaxError(`${found} (line ${position.line}, column ${position.column})${expected}.`, {
    position,
    excerpt: excerptAt(input, offset, tokens),
  });
}

/** DuckDB takes `INTERVAL 90 days`, node-sql-parser only PostgreSQL's form with quotes. */
function expectationAt(found: Token | undefined, significant: readonly Token[]): string | undefined {
  const index = found === undefined ? -1 : significant.indexOf(found);
  const [keyword, amount] = significant.slice(Math.max(index - 2, 0), Math.max(index, 0));
  if (found?.kind !== 'word' || keyword === undefined || amount?.kind !== 'number') return undefined;
  return isWord(keyword, 'INTERVAL') ? `write INTERVAL '${amount.text} ${found.text}'` : undefined;
}

function describe(token: Token): string {
  if (token.kind === 'string') return 'A string';
  return isLong(token) ? 'A long name' : `“${token.text}”`;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shield(tokens: readonly Token[]): Shielded {
  const strings: string[] = [];
  const starts: number[] = [];
  let text = '';
  let previousEnd: number | undefined;
  for (const token of tokens) {
    // Tokens that touch (a.b, ::) must still touch: the grammar is not whitespace-blind everywhere.
    if (previousEnd !== undefined && previousEnd !== token.start) text += ' ';
    previousEnd = token.end;
    starts.push(text.length);
    if (token.kind !== 'string') text += token.text;
    else text += `'${strings.push(token.value) - 1}'`;
  }
  return { text, strings, starts };
}

function tokenAt(tokens: readonly Token[], shielded: Shielded, error: unknown): Token | undefined {
  const offset = offsetOf(error);
  if (offset === undefined) throw error;
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
