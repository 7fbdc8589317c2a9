/**
 * Keeps hidden columns out of what `*` shows: DuckDB has no such columns, but it can leave some out of a star.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import { isOperator, isWord, type Token } from '../sql/text/token.ts';
import type { Edit } from './edits.ts';
import type { Node } from './tree.ts';

/** A table with hidden columns, as the rewritten text calls it. */
export interface HidingTable {
  readonly exposedName: string;
  readonly hidden: readonly string[];
}

export interface StarContext {
  /** Those that say something. */
  readonly tokens: readonly Token[];
  /** From UTF-8 bytes to UTF-16 units of the text. */
  readonly offsetAt: (byteOffset: number) => number;
  /** The table whose name stands there, if it hides anything. */
  readonly tableAt: (byteOffset: number) => HidingTable | undefined;
  readonly quote: (name: string) => string;
}

/** @param nodes of the whole tree */
export function starEdits(nodes: readonly Node[], context: StarContext): readonly Edit[] {
  // DuckDB repeats in its tree what stands once in the text.
  const edits = new Map<number, Edit>();
  for (const node of nodes.filter(({ type }) => type === 'SELECT_NODE')) {
    const tables = tablesIn(node['from_table'], context);
    if (tables.length === 0) continue;
    for (const star of starsIn(node['select_list'])) {
      for (const edit of exclusion(star, tables, context)) edits.set(edit.start, edit);
    }
  }
  return [...edits.values()];
}

/** What a FROM shows of its tables: of a semi or anti join, the left side. */
function tablesIn(from: unknown, context: StarContext): readonly HidingTable[] {
  if (!isNode(from)) return [];
  if (from['type'] === 'BASE_TABLE') {
    const table = context.tableAt(Number(from['query_location']));
    return table === undefined ? [] : [table];
  }
  if (from['type'] !== 'JOIN') return [];
  const isHalf = from['join_type'] === 'SEMI' || from['join_type'] === 'ANTI';
  return [...tablesIn(from['left'], context), ...(isHalf ? [] : tablesIn(from['right'], context))];
}

/** The stars of a SELECT list; those of queries inside it are theirs, and what a pattern chooses is named. */
function starsIn(part: unknown): readonly Node[] {
  if (Array.isArray(part)) return part.flatMap(starsIn);
  if (!isNode(part) || part['class'] === 'SUBQUERY') return [];
  if (part['class'] === 'STAR') return part['expr'] === null || part['expr'] === undefined ? [part] : [];
  return Object.values(part).flatMap(starsIn);
}

function exclusion(
  star: Node,
  tables: readonly HidingTable[],
  { tokens, offsetAt, quote }: StarContext,
): readonly Edit[] {
  const relation = String(star['relation_name'] ?? '').toLowerCase();
  const covered = tables.filter(({ exposedName }) => relation === '' || exposedName.toLowerCase() === relation);
  const names = covered.flatMap(({ exposedName, hidden }) =>
    hidden.map((name) => `${quote(exposedName)}.${quote(name)}`),
  );
  if (names.length === 0) return [];
  const start = offsetAt(Number(star['query_location']));
  const first = indexFrom(tokens, start);
  let at = first;
  while (at < tokens.length && !isOperator(tokens[at], '*')) at += 1;
  const token = tokens[at];
  const isWritten =
    isOperator(tokens[first], '*') || isOperator(tokens[first + 1], '.') || isOperator(tokens[first + 1], '(');
  if (token === undefined || !isWritten) throw starless();
  return excluding(names.join(', '), at, tokens);
}

/** The index of the first token that begins at an offset or behind it. */
function indexFrom(tokens: readonly Token[], offset: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Behind the star, or in the list that is there. */
function excluding(names: string, star: number, tokens: readonly Token[]): readonly Edit[] {
  const [token, word, next] = [tokens[star], tokens[star + 1], tokens[star + 2]];
  const hasList = isWord(word, 'EXCLUDE') || isWord(word, 'EXCEPT');
  if (!hasList || next === undefined) return [insertion(token?.end ?? 0, ` EXCLUDE (${names})`)];
  if (isOperator(next, '(')) return [insertion(next.end, `${names}, `)];
  let last = star + 2;
  while (isOperator(tokens[last + 1], '.')) last += 2;
  return [insertion(next.start, `(${names}, `), insertion(tokens[last]?.end ?? next.end, ')')];
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

function starless(): NotSupportedError {
  return new NotSupportedError('Without SELECT, hidden columns such as _raw cannot be kept out of the result.', {
    hint: 'Write SELECT * FROM …',
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
