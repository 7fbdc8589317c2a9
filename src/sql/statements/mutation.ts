/**
 * Our own grammar for INSERT, UPDATE, REPLACE and DELETE; the queries in them are read like any other:
 *
 * ```
 * INSERT INTO name (column, …) query [RETURNING list]
 * {UPDATE | REPLACE} name [[AS] alias] SET column[.member …] = expression [, …] [WHERE condition] [RETURNING list]
 * DELETE FROM name [[AS] alias] [WHERE condition] [RETURNING list]
 * ```
 *
 * A target whose name has one part is a table of the session.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ParseContext } from '../parse-context.ts';
import { readSelect } from '../select/select.ts';
import type {
  DeleteStatement,
  InsertStatement,
  LocalStatement,
  Qual,
  SelectStatement,
  UpdateStatement,
} from '../statement.ts';
import { clauseAtTop, cutAtCommas, cutAtWord, findAtTop } from '../text/clauses.ts';
import { Cursor } from '../text/cursor.ts';
import { QUERIES } from '../text/keywords.ts';
import { type Query, queryAs, queryOf } from '../text/query.ts';
import { runnableText } from '../text/runnable-text.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isOperator, isSignificant, isWord, type Token } from '../text/token.ts';
import { isLocal, parseLocalMutation } from './local-mutation.ts';

/** Tokens of a statement, and what is needed to read them. */
interface Source {
  readonly tokens: readonly Token[];
  readonly input: string;
  readonly context: ParseContext;
}

/** Throws `SYNTAX` or `NOT_SUPPORTED`. */
export async function parseInsert(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<InsertStatement | LocalStatement> {
  if (isLocal(tokens, 'INTO')) return parseLocalMutation(tokens, input, context);
  const { body, returning } = cutReturning(tokens, input);
  const { target, columns, query } = insertHead(body, input);
  refuseConflict(query);
  if (columns === undefined) {
    throw syntaxErrorAt(query[0], body, input, 'name the columns: INSERT INTO t (a, b) …');
  }
  const source = await readSelect(queryOf(query, input), context);
  return { kind: 'insert', target, columns, source, ...(returning !== undefined && { returning }) };
}

interface InsertHead {
  readonly target: readonly string[];
  readonly columns?: readonly string[];
  /** The tokens of the VALUES or the query. */
  readonly query: readonly Token[];
}

function insertHead(body: readonly Token[], input: string): InsertHead {
  const cursor = new Cursor(body, input);
  cursor.advance();
  if (cursor.nextIsWord('OR')) throw new NotSupportedError('INSERT OR … is not supported: Okta has no upsert.');
  cursor.take((token) => isWord(token, 'INTO'), 'INTO is');
  const target = cursor.dottedName('provider.service.resource');
  // (values) is a column of that name, (VALUES (1)) a query.
  const isList = [',', ')'].some((mark) => isOperator(cursor.peek(2), mark));
  const hasColumns = isOperator(cursor.peek(), '(') && (isList || !beginsQuery(cursor.peek(1)));
  const columns = hasColumns ? cursor.nameList() : undefined;
  const first = cursor.take(beginsQuery, columns === undefined ? 'a list of columns is' : 'VALUES or a query is');
  return { target, ...(columns !== undefined && { columns }), query: body.slice(body.indexOf(first)) };
}

function beginsQuery(token: Token | undefined): boolean {
  return isOperator(token, '(') || (token?.kind === 'word' && QUERIES.has(token.value.toUpperCase()));
}

function refuseConflict(query: readonly Token[]): void {
  const conflict = findAtTop(query, (token) => isWord(token, 'CONFLICT'));
  if (conflict === undefined) return;
  throw new NotSupportedError('ON CONFLICT is not supported: Okta has no upsert.');
}

/** Throws `SYNTAX` or `NOT_SUPPORTED`. */
export async function parseDelete(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<DeleteStatement | LocalStatement> {
  if (isLocal(tokens, 'FROM')) return parseLocalMutation(tokens, input, context);
  const { body, returning } = cutReturning(tokens, input);
  const { before, after, at } = cutAtWord(body, 'WHERE');
  const cursor = new Cursor(before, input);
  cursor.advance();
  cursor.take((token) => isWord(token, 'FROM'), 'FROM is');
  const { target, alias } = targetOf(cursor, 'DELETE');
  cursor.end('WHERE is expected');
  refuseClauses(after, at, body, input);
  const query = queryAs(['SELECT', '*'], body, body, input);
  const where = await readWhere(query, at !== undefined, alias ?? target.at(-1) ?? '', context);
  return { kind: 'delete', target, ...where, ...(returning !== undefined && { returning }) };
}

function targetOf(cursor: Cursor, verb: string): { readonly target: readonly string[]; readonly alias?: string } {
  const target = cursor.dottedName('provider.service.resource');
  if (cursor.nextIs((token) => isOperator(token, ','))) {
    throw new NotSupportedError(`${verb} of several tables is not supported.`);
  }
  const isNamed = cursor.takeWord('AS');
  const isAlias = cursor.nextIs(
    ({ kind, text }) => kind === 'quoted' || (kind === 'word' && !/^(set|using)$/i.test(text)),
  );
  return isNamed || isAlias ? { target, alias: cursor.name('an alias is') } : { target };
}

/** MERGE, which only tables of the session take. Throws `SYNTAX` or `NOT_SUPPORTED`. */
export async function parseMerge(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  if (isLocal(tokens, 'INTO')) return parseLocalMutation(tokens, input, context);
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  cursor.take((token) => isWord(token, 'INTO'), 'INTO is');
  const target = cursor.dottedName('a name').join('.');
  throw new NotSupportedError(`MERGE INTO ${target} is not supported: Okta has no upsert.`, {
    hint: 'MERGE INTO takes tables of the session. Resources take INSERT, UPDATE and DELETE.',
  });
}

/** A condition ends the statement: DELETE … LIMIT would be a part of the rows, and nobody could say which. */
function refuseClauses(
  condition: readonly Token[],
  where: Token | undefined,
  body: readonly Token[],
  input: string,
): void {
  const clause = clauseAtTop(condition);
  if (clause !== undefined) throw syntaxErrorAt(clause, body, input, 'a condition is all that follows WHERE');
  if (where === undefined || condition.some(isSignificant)) return;
  throw syntaxErrorAt(undefined, body, input, 'a condition is expected');
}

/**
 * The conditions of `SELECT * FROM target WHERE …`.
 *
 * @param exposedName by which columns of the target may be qualified
 */
async function readWhere(
  query: Query,
  hasWhere: boolean,
  exposedName: string,
  context: ParseContext,
): Promise<Pick<DeleteStatement, 'quals' | 'isFullyQualified' | 'matches'>> {
  if (!hasWhere) return { quals: [], isFullyQualified: true };
  const matches = await readSelect(query, context);
  const where = whereOf(matches);
  const isFullyQualified = where.every((qual) => isOwnEquality(qual, exposedName));
  return {
    quals: where.map((qual) => (isForeignEquality(qual, exposedName) ? otherQual(qual) : qual)),
    isFullyQualified,
    matches,
  };
}

function whereOf({ block }: SelectStatement): readonly Qual[] {
  return block.kind === 'select' ? block.where : [];
}

/** Such as `profile.login = 'x'`, where login is no column of the target, but a member of one. */
function isForeignEquality(qual: Qual, exposedName: string): qual is Qual & { readonly kind: 'in' } {
  if (qual.kind !== 'in' || qual.column.path !== undefined) return false;
  return qual.isImplied === true || !isOwnEquality(qual, exposedName);
}

function otherQual({ column }: Qual & { readonly kind: 'in' }): Qual {
  return { kind: 'other', columns: [column] };
}

function isOwnEquality(qual: Qual, exposedName: string): boolean {
  if (
    qual.kind !== 'in' ||
    qual.isImplied === true ||
    qual.column.path !== undefined ||
    qual.column.before !== undefined
  )
    return false;
  return (qual.column.qualifier ?? exposedName).toLowerCase() === exposedName.toLowerCase();
}

/** REPLACE has the form of UPDATE. Throws `SYNTAX` or `NOT_SUPPORTED`. */
export async function parseUpdate(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<UpdateStatement | LocalStatement> {
  if (isLocal(tokens, 'UPDATE')) return parseLocalMutation(tokens, input, context);
  const { body, returning } = cutReturning(tokens, input);
  const { before, after, at } = cutAtWord(body, 'WHERE');
  const { before: head, after: assigned, at: set } = cutAtWord(before, 'SET');
  const cursor = new Cursor(set === undefined ? head : [...head, set], input);
  const isReplace = cursor.nextIsWord('REPLACE');
  cursor.advance();
  const { target, alias } = targetOf(cursor, 'UPDATE');
  cursor.take((token) => isWord(token, 'SET'), 'SET is');
  refuseFrom(assigned);
  refuseClauses(after, at, body, input);
  const source: Source = { tokens: body, input, context };
  const assignments = assignmentsOf(assigned, source);
  const matches = queryAs(['SELECT', '*', 'FROM'], body, blanked(body, [...(set ? [set] : []), ...assigned]), input);
  return {
    kind: 'update',
    verb: isReplace ? 'replace' : 'update',
    target,
    ...(alias !== undefined && { alias }),
    columns: assignments.map(({ column }) => column),
    members: assignments.map(({ members }) => members),
    source: await readSelect(assignedQuery(assignments, source), context),
    ...(await readWhere(matches, at !== undefined, alias ?? target.at(-1) ?? '', context)),
    ...(returning !== undefined && { returning }),
  };
}

function refuseFrom(assigned: readonly Token[]): void {
  if (findAtTop(assigned, (token) => isWord(token, 'FROM')) === undefined) return;
  throw new NotSupportedError('UPDATE of or from several tables is not supported.');
}

/** `column.member = expression`. */
interface Assignment {
  readonly column: string;
  readonly members: readonly string[];
  readonly expression: readonly Token[];
}

/** What stands between SET and WHERE, cut at the commas outside parentheses. */
function assignmentsOf(tokens: readonly Token[], { tokens: body, input }: Source): readonly Assignment[] {
  return cutAtCommas(tokens).map((assignment) => {
    const { names, rest } = assignedName(assignment);
    const [equals, ...expression] = rest;
    const [name, ...members] = names;
    if (name === undefined || !isOperator(equals, '=') || expression.length === 0) {
      throw syntaxErrorAt(equals, body, input, 'write SET name = value');
    }
    return { column: name, members, expression };
  });
}

/** `a.b."c"`, and what follows it. */
function assignedName([token, dot, ...rest]: readonly Token[]): {
  readonly names: readonly string[];
  readonly rest: readonly Token[];
} {
  const isName = token?.kind === 'word' || token?.kind === 'quoted';
  if (!isName) return { names: [], rest: token === undefined ? [] : [token] };
  if (!isOperator(dot, '.')) return { names: [token.value], rest: dot === undefined ? rest : [dot, ...rest] };
  const inner = assignedName(rest);
  return inner.names.length === 0 ? inner : { names: [token.value, ...inner.names], rest: inner.rest };
}

/** `SELECT` of the expressions, each in its place. */
function assignedQuery(assignments: readonly Assignment[], { tokens, input }: Source): Query {
  const kept = new Set(assignments.flatMap(({ expression }) => expression));
  const commas = assignments.slice(0, -1).map(({ expression }) => commaBehind(expression, tokens));
  const isKept = (token: Token): boolean => kept.has(token) || commas.includes(token);
  const end = assignments.at(-1)?.expression.at(-1)?.end ?? 0;
  const upToEnd = tokens.filter((token) => token.start < end);
  return queryAs(
    ['SELECT'],
    tokens,
    blanked(
      upToEnd,
      upToEnd.filter((token) => !isKept(token)),
    ),
    input,
  );
}

function commaBehind(expression: readonly Token[], tokens: readonly Token[]): Token | undefined {
  const end = expression.at(-1)?.end ?? 0;
  return tokens.find((token) => token.start >= end && isOperator(token, ','));
}

/** The tokens with some of them as comments, which become blank. */
function blanked(tokens: readonly Token[], some: readonly Token[]): readonly Token[] {
  const blank = new Set(some);
  return tokens.map((token) => (blank.has(token) ? { ...token, kind: 'comment' } : token));
}

/** The name behind INTO, FROM or UPDATE, with all its parts. */
function targetIn(body: readonly Token[]): readonly Token[] {
  const significant = body.filter(isSignificant);
  const start = significant.findIndex((_token, index) => isOperator(significant[index + 1], '.'));
  const parts = significant.slice(start, start + 2 * FULL_NAME - 1);
  return start === -1 ? [] : parts.filter((_token, index) => index % 2 === 0);
}

/** Parts of `provider.service.resource`. */
const FULL_NAME = 3;

/** What is returned is in one table: of `okta.groups.groups.id`, `groups.id` is left. */
function withoutFullName(tokens: readonly Token[], target: readonly Token[]): readonly Token[] {
  const significant = tokens.filter(isSignificant);
  const isTarget = (at: number): boolean =>
    target.length === FULL_NAME &&
    !isOperator(significant[at - 1], '.') &&
    target.every((part, index) => {
      const name = significant[at + 2 * index];
      const isName = name?.kind === 'word' || name?.kind === 'quoted';
      return isName && sameText(name, part) && isOperator(significant[at + 2 * index + 1], '.');
    });
  return blanked(
    tokens,
    significant.flatMap((_token, at) => (isTarget(at) ? significant.slice(at, at + 2 * (FULL_NAME - 1)) : [])),
  );
}

function sameText(one: Token, other: Token): boolean {
  return one.value.toLowerCase() === other.value.toLowerCase();
}

/** The tokens before a RETURNING outside parentheses, and the text after it. */
function cutReturning(
  tokens: readonly Token[],
  input: string,
): { readonly body: readonly Token[]; readonly returning?: string } {
  const { before, at, after } = cutAtWord(tokens, 'RETURNING');
  if (at === undefined) return { body: tokens };
  if (!after.some(isSignificant)) throw syntaxErrorAt(undefined, tokens, input, 'RETURNING needs columns');
  if (after.some(({ kind }) => kind === 'parameter')) {
    throw new NotSupportedError('A parameter in RETURNING is not supported.');
  }
  return { body: before, returning: runnableText(withoutFullName(after, targetIn(before)), input).trim() };
}
