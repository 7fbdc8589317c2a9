/**
 * Puts the session's views into a query, as CTEs before it.
 *
 * The engine does not know views that are not materialised: their texts name resources. Before a query they see no name
 * of its own, as a view should.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { Cte, QueryBlock } from '../statement.ts';
import { type Query, queryOfText } from '../text/query.ts';
import { quoteName } from '../text/sql-text.ts';
import { isOperator, isSignificant, isWord, type Token } from '../text/token.ts';
import { fromLeaves } from '../walk.ts';

type Views = ReadonlyMap<string, string>;

type ReadQuery = (query: Query) => Promise<{ readonly block: QueryBlock }>;

/**
 * The query with the views it names; undefined if it names none.
 *
 * @param block what the query says
 * @throws NotSupportedError for views in a circle, and for CTEs that hide a view from another view
 */
export async function withViews(
  query: Query,
  block: QueryBlock,
  views: Views,
  read: ReadQuery,
): Promise<Query | undefined> {
  if (views.size === 0) return undefined;
  const isView = (name: string): boolean => views.has(name);
  const hidden = new Set(block.ctes.map(({ name }) => name.toLowerCase()));
  const named = freeNames(block, new Set()).filter(isView);
  if (named.length === 0) return undefined;
  const definitions = await definitionsOf(named, views, read);
  const first = query.tokens.find(isSignificant);
  if (!definitions.some(({ name }) => hidden.has(name)))
    return requery(query, [insertionAt(first, query, definitions)]);
  // A CTE that is named like a view and reads it has the view inside: WITH v AS (WITH v AS (…) SELECT … FROM v).
  const bodies = cteBodies(query.tokens);
  const perCte = block.ctes.map((cte, index) => freeNamesOfCte(cte, block.ctes.slice(0, index)).filter(isView));
  const outside = freeNames({ ...block, ctes: [] }, hidden).filter(isView);
  const insertions = await Promise.all(
    [...perCte, outside].map(async (names, index) => {
      if (names.length === 0) return undefined;
      const own = await definitionsOf(names, views, read);
      if (index === perCte.length) return outsideOf(first, query, own, hidden);
      return insertionAt(bodies[index], query, own);
    }),
  );
  return requery(
    query,
    insertions.filter((insertion) => insertion !== undefined),
  );
}

interface Definition {
  /** In lower case. */
  readonly name: string;
  readonly text: string;
}

interface Insertion {
  /** An offset in the query's text. */
  readonly at: number;
  readonly text: string;
  /** What closes it, at the end of the text. */
  readonly end?: string;
}

/** These views and all that they read, each after those it reads. */
async function definitionsOf(names: readonly string[], views: Views, read: ReadQuery): Promise<readonly Definition[]> {
  const found = new Map<string, Definition>();
  const add = async (name: string, above: readonly string[]): Promise<void> => {
    if (above.includes(name)) {
      throw new NotSupportedError(`The view ${name} reads itself: ${[...above, name].join(' → ')}.`, {
        hint: 'Create one of them anew.',
      });
    }
    const text = views.get(name);
    if (text === undefined || found.has(name)) return;
    const { block } = await read(queryOfText(text));
    for (const inner of freeNames(block, new Set())) await add(inner, [...above, name]);
    found.set(name, { name, text });
  };
  for (const name of names) await add(name, []);
  return [...found.values()];
}

/** Names of one part, in lower case, that no CTE in scope answers to. */
function freeNames(block: QueryBlock, scope: ReadonlySet<string>): readonly string[] {
  const inCtes = block.ctes.flatMap((cte, index) => freeNamesOfCte(cte, block.ctes.slice(0, index), scope));
  const inner = new Set([...scope, ...block.ctes.map(({ name }) => name.toLowerCase())]);
  const below = block.kind === 'set' ? [...block.arms, ...block.subqueries] : block.subqueries;
  const own = block.kind === 'set' ? [] : fromLeaves(block.from).flatMap((leaf) => leafNames(leaf, inner));
  return [...new Set([...inCtes, ...own, ...below.flatMap((each) => freeNames(each, inner))])];
}

function leafNames(leaf: ReturnType<typeof fromLeaves>[number], scope: ReadonlySet<string>): readonly string[] {
  if (leaf.kind === 'derived') return freeNames(leaf.block, scope);
  if (leaf.kind !== 'table' || leaf.name.length !== 1) return [];
  const name = leaf.name.join('').toLowerCase();
  return scope.has(name) ? [] : [name];
}

function freeNamesOfCte(cte: Cte, before: readonly Cte[], scope: ReadonlySet<string> = new Set()): readonly string[] {
  const visible = [...before, ...(cte.isRecursive ? [cte] : [])].map(({ name }) => name.toLowerCase());
  return freeNames(cte.block, new Set([...scope, ...visible]));
}

function outsideOf(
  first: Token | undefined,
  query: Query,
  definitions: readonly Definition[],
  hidden: ReadonlySet<string>,
): Insertion {
  const clash = definitions.find(({ name }) => hidden.has(name));
  if (clash === undefined) return insertionAt(first, query, definitions);
  throw new NotSupportedError(`A CTE hides the view ${clash.name} from a view that reads it.`, {
    hint: 'Give the CTE another name.',
  });
}

/** The definitions before a query whose first token is `first`, among those it begins with itself. */
function insertionAt(first: Token | undefined, query: Query, definitions: readonly Definition[]): Insertion {
  const list = definitions.map(({ name, text }) => `${quoteName(name)} AS (${text})`).join(', ');
  const start = (first?.start ?? 0) - query.shift;
  if (isWord(first, 'WITH')) return { at: endOfWith(first, query.tokens) - query.shift, text: ` ${list},` };
  // SUMMARIZE takes no WITH before it, but is a query in parentheses.
  if (isWord(first, 'SUMMARIZE')) return { at: start, text: `WITH ${list} SELECT * FROM (`, end: ')' };
  return { at: start, text: `WITH ${list} ` };
}

function endOfWith(withToken: Token | undefined, tokens: readonly Token[]): number {
  const next = tokens.filter(isSignificant).find(({ start }) => start >= (withToken?.end ?? 0));
  return (isWord(next, 'RECURSIVE') ? next?.end : withToken?.end) ?? 0;
}

/** For each CTE of the outermost WITH, the first token of its query. */
function cteBodies(tokens: readonly Token[]): readonly (Token | undefined)[] {
  const significant = tokens.filter(isSignificant);
  const bodies: (Token | undefined)[] = [];
  let depth = 0;
  significant.forEach((token, index) => {
    if (depth === 0 && isOperator(token, '(') && followsAs(significant, index)) bodies.push(significant[index + 1]);
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
  });
  return bodies;
}

/** Whether `AS`, `AS MATERIALIZED` or `AS NOT MATERIALIZED` stands before. */
function followsAs(tokens: readonly Token[], index: number): boolean {
  const before = tokens.slice(0, index).findLast((token) => !isWord(token, 'NOT') && !isWord(token, 'MATERIALIZED'));
  return isWord(before, 'AS');
}

/** The text with the insertions, cut into tokens anew. It has been read before, so that positions no longer matter. */
function requery(query: Query, insertions: readonly Insertion[]): Query {
  const inserted = insertions
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, { at, text: added }) => text.slice(0, at) + added + text.slice(at), query.text);
  const text = inserted + insertions.map(({ end = '' }) => end).join('');
  return queryOfText(text);
}
