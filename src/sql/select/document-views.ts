/**
 * Puts the views of provider documents into a query, as subqueries where it names them.
 *
 * A view's required parameters are columns that its query need not have: `WHERE tenant = 'acme'` outside restricts each
 * resource inside that has a `tenant`, and the view then has that column, as StackQL has it.
 *
 * @module
 */

import { NotSupportedError, PlanError, SqlSyntaxError } from '../../errors.ts';
import type { DocumentView, ResourceFacts } from '../parse-context.ts';
import { type Constant, comparedBy, type Qual, type QueryBlock, type TableRef } from '../statement.ts';
import { type Query, queryOfText } from '../text/query.ts';
import { constantText, quoteName } from '../text/sql-text.ts';
import { isOperator, isSignificant, type Token } from '../text/token.ts';
import { allBlocks, fromLeaves, joinConditions } from '../walk.ts';

type ReadQuery = (query: Query) => Promise<{ readonly block: QueryBlock }>;

type Facts = (name: readonly string[]) => ResourceFacts;

/** What the parameters of a view are restricted to. */
type Binding = ReadonlyMap<string, readonly Constant[]>;

/** StackQL's `--indirect.depth.max`. */
const MAX_DEPTH = 5;

/**
 * The query with the views of documents that it names; undefined if it names none.
 *
 * @param block what the query says
 * @throws NotSupportedError for views that read themselves, or are nested too deeply
 * @throws PlanError where a required parameter of a view is not given
 */
export async function withDocumentViews(
  query: Query,
  block: QueryBlock,
  facts: Facts,
  read: ReadQuery,
  depth = 0,
): Promise<Query | undefined> {
  const uses = tablesIn(block).filter(({ table }) => viewsOf(table, facts).length > 0);
  const [first] = uses;
  if (first === undefined) return undefined;
  if (depth === MAX_DEPTH) {
    throw new NotSupportedError(`${first.table.name.join('.')} reads itself, or more than ${MAX_DEPTH} views deep.`);
  }
  const bodies = new Map<number, string>();
  for (const use of uses) bodies.set(use.table.ordinal, await bodyOf(use, facts, read));
  const expanded = replaceTables(query, tablesIn(block), ({ ordinal }) => bodies.get(ordinal));
  const { block: inner } = await read(expanded);
  return (await withDocumentViews(expanded, inner, facts, read, depth + 1)) ?? expanded;
}

/** A named table, and what the WHERE beside it says. */
interface Use {
  readonly table: TableRef;
  readonly where: readonly Qual[];
}

/** In the order of the text. */
function tablesIn(block: QueryBlock): readonly Use[] {
  return [...allBlocks(block)]
    .flatMap((each) => (each.kind === 'set' ? [] : fromLeaves(each.from).map((leaf) => ({ leaf, where: each.where }))))
    .flatMap(({ leaf, where }) => (leaf.kind === 'table' ? [{ table: leaf, where }] : []))
    .toSorted((a, b) => a.table.ordinal - b.table.ordinal);
}

/** Schemas that are nobody's service. */
const OTHER_SCHEMAS: readonly string[] = ['information_schema', 'recurring'];

/** With its provider, or without it: `apps.jwks`. */
function isResourceName(name: readonly string[]): boolean {
  return name.length === 3 || (name.length === 2 && !OTHER_SCHEMAS.includes(name[0]?.toLowerCase() ?? ''));
}

function viewsOf({ name }: TableRef, facts: Facts): readonly DocumentView[] {
  return isResourceName(name) ? facts(name).views : [];
}

/** The query of the view, restricted to the parameters that are given. */
async function bodyOf(use: Use, facts: Facts, read: ReadQuery): Promise<string> {
  const { view, binding } = fittingView(use, facts);
  const query = queryOfText(view.ddl.trim().replace(/;$/, ''));
  const { block } = await readView(use.table, query, read);
  checkHosts(use.table, block, facts);
  const mentioned = new Set(
    [...allBlocks(block)].flatMap(({ columns }) => columns.map(({ name }) => name.toLowerCase())),
  );
  const { text } = replaceTables(query, tablesIn(block), ({ name }) => restricted(name, { binding, mentioned }, facts));
  const added = [...binding].filter(([parameter]) => !hasOutput(block, parameter));
  if (added.length === 0) return text;
  const columns = added.map(
    ([parameter, values]) => `${onlyValue(use.table, parameter, values)} AS ${quoteName(parameter)}`,
  );
  return `SELECT *, ${columns.join(', ')} FROM (${text})`;
}

/** The text is not the user's, so a position in it would mislead. */
async function readView({ name }: TableRef, query: Query, read: ReadQuery): ReturnType<ReadQuery> {
  try {
    return await read(query);
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    throw new NotSupportedError(`The query of the view ${name.join('.')} cannot be read: ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * A document is data: where a credential goes is said by who writes the statement. So a view compares what names the host with
 * other columns at most.
 *
 * @throws NotSupportedError
 */
function checkHosts({ name }: TableRef, block: QueryBlock, facts: Facts): void {
  const resources = tablesIn(block).filter(({ table }) => isResourceName(table.name));
  const hosts = new Set(resources.flatMap(({ table }) => [...facts(table.name).hosts]));
  const named = [...allBlocks(block)]
    .flatMap(conditionsOf)
    .filter(({ kind }) => kind !== 'sameAs')
    .flatMap(comparedBy)
    .find((column) => hosts.has(column.name.toLowerCase()));
  if (named === undefined) return;
  throw new NotSupportedError(`The view ${name.join('.')} says itself which org is meant (${named.name}).`, {
    hint: `Documents do not choose where a login is sent. Give it in the statement: ${quoteIfNeeded(named.name)} = '…'.`,
  });
}

/** Every condition of a block that is known as one. */
function conditionsOf(block: QueryBlock): readonly Qual[] {
  return block.kind === 'set' ? [] : [...block.where, ...(block.having ?? []), ...joinConditions(block.from)];
}

/** The first view all of whose parameters the statement gives. */
function fittingView(use: Use, facts: Facts): { readonly view: DocumentView; readonly binding: Binding } {
  const name = use.table.name.join('.');
  const views = viewsOf(use.table, facts);
  const missing: Record<string, readonly string[]> = {};
  for (const view of views) {
    const given = view.parameters.map((parameter) => [parameter, valuesOf(use, parameter)] as const);
    const absent = given
      .filter(([key, values]) => values === undefined && view.required.includes(key))
      .map(([key]) => key);
    if (absent.length === 0) {
      return {
        view,
        binding: new Map(given.flatMap(([key, values]) => (values === undefined ? [] : [[key, values]]))),
      };
    }
    missing[absent.join(', ')] = absent;
  }
  const [needed = []] = Object.values(missing);
  const conditions = needed.map((parameter) => `${quoteIfNeeded(parameter)} = '…'`).join(' AND ');
  throw new PlanError(`The view ${name} needs ${Object.keys(missing).join(', or ')}.`, {
    missing: { __view__: needed },
    hint: `Write, for example: SELECT * FROM ${name} WHERE ${conditions};`,
  });
}

const quoteIfNeeded = (name: string): string => (/^[a-z_]\w*$/i.test(name) ? name : quoteName(name));

/** The constants that the WHERE beside a table allows in one of its columns. */
function valuesOf({ table, where }: Use, parameter: string): readonly Constant[] | undefined {
  const names = [undefined, (table.alias ?? table.name.at(-1))?.toLowerCase()];
  for (const qual of where) {
    if (qual.kind !== 'in' || qual.column.path !== undefined || qual.column.before !== undefined) continue;
    const { name, qualifier } = qual.column;
    if (name.toLowerCase() === parameter.toLowerCase() && names.includes(qualifier?.toLowerCase())) return qual.values;
  }
  return undefined;
}

/**
 * A resource inside a view, with the parameters that are columns of it; undefined if none is.
 *
 * @param mentioned names that the view's query says, in lower case: a star shows neither second names nor query parameters
 */
function restricted(
  name: readonly string[],
  { binding, mentioned }: { readonly binding: Binding; readonly mentioned: ReadonlySet<string> },
  facts: Facts,
): string | undefined {
  if (!isResourceName(name)) return undefined;
  const { columns, hidden } = facts(name);
  const own = [...binding].filter(([parameter]) => columns.has(parameter.toLowerCase()));
  if (own.length === 0) return undefined;
  const shown = ['*', ...[...hidden].filter((column) => mentioned.has(column)).map(quoteName)];
  const conditions = own.map(
    ([parameter, values]) => `${quoteName(parameter)} IN (${values.map(constantText).join(', ')})`,
  );
  return `SELECT ${shown.join(', ')} FROM ${name.map(quoteName).join('.')} WHERE ${conditions.join(' AND ')}`;
}

/** Whether a query has an output of that name, or may have. */
function hasOutput(block: QueryBlock, name: string): boolean {
  if (block.kind === 'set') return block.arms[0] !== undefined && hasOutput(block.arms[0], name);
  return block.output.some((column) => {
    if (column.kind === 'star' || column.kind === 'other') return true;
    return column.name?.toLowerCase() === name.toLowerCase();
  });
}

function onlyValue({ name }: TableRef, parameter: string, values: readonly Constant[]): string {
  const [value, ...others] = values;
  if (value !== undefined && others.length === 0) return constantText(value);
  throw new NotSupportedError(
    `The view ${name.join('.')} takes one ${parameter} at a time: its query does not tell them apart.`,
    {
      hint: 'Write UNION ALL of one SELECT for each.',
    },
  );
}

interface Edit {
  /** Offsets in the query's text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with subqueries in the place of tables.
 *
 * @param uses all named tables of the query
 * @param subqueryOf what stands for a table; undefined for one that remains
 */
function replaceTables(query: Query, uses: readonly Use[], subqueryOf: (table: TableRef) => string | undefined): Query {
  const replaced = uses.map(({ table }) => ({ table, subquery: subqueryOf(table) }));
  const edits: Edit[] = [];
  for (const { name, start, end, isQualifier } of namesOf(query)) {
    const key = keyOf(name);
    const last = quoteName(name.at(-1) ?? '');
    if (isQualifier) {
      if (replaced.some(({ table, subquery }) => subquery !== undefined && keyOf(table.name) === key)) {
        edits.push({ start, end, text: last });
      }
      continue;
    }
    const index = replaced.findIndex(({ table }) => keyOf(table.name) === key);
    const [use] = index === -1 ? [] : replaced.splice(index, 1);
    if (use?.subquery === undefined) continue;
    edits.push({ start, end, text: `(${use.subquery})${use.table.alias === undefined ? ` AS ${last}` : ''}` });
  }
  const text = edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((rest, edit) => rest.slice(0, edit.start) + edit.text + rest.slice(edit.end), query.text);
  return queryOfText(text);
}

interface Chain {
  readonly name: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Whether a column follows. */
  readonly isQualifier: boolean;
}

/** Chains of names that begin with three, in the order of the text. */
function namesOf({ tokens, shift }: Query): readonly Chain[] {
  const significant = tokens.filter(isSignificant);
  const chains: Chain[] = [];
  significant.forEach((first, index) => {
    if (isOperator(significant[index - 1], '.')) return;
    const [dot, second, otherDot, third, next] = significant.slice(index + 1);
    if (!isOperator(dot, '.') || !isOperator(otherDot, '.')) return;
    if (!isName(first) || !isName(second) || !isName(third)) return;
    const name = [first, second, third].map(({ value }) => value);
    chains.push({ name, start: first.start - shift, end: third.end - shift, isQualifier: isOperator(next, '.') });
  });
  return chains;
}

function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function keyOf(name: readonly string[]): string {
  return name.map((part) => part.toLowerCase()).join('.');
}
