/**
 * INSERT, UPDATE, DELETE and MERGE on tables of the session: DuckDB's own statements, of which only as much is understood
 * as it takes to find what they read.
 *
 * DuckDB gives no tree of them. One that names resources, views or CTEs in front of it is run around a SELECT, which is
 * read, planned and loaded like any other: the source of an INSERT or MERGE as it stands, for UPDATE and DELETE the rows to
 * change by their ids, with the new values.
 *
 * ```
 * [WITH …] INSERT [OR {REPLACE | IGNORE}] INTO name … {query | DEFAULT VALUES} [ON CONFLICT …] [RETURNING list]
 * [WITH …] UPDATE name [[AS] alias] SET column = expression [, …] [FROM …] [WHERE condition] [RETURNING list]
 * [WITH …] DELETE FROM name [[AS] alias] [USING …] [WHERE condition] [RETURNING list]
 * [WITH …] MERGE INTO name [[AS] alias] USING … ON … WHEN … [RETURNING list]
 * ```
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ParseContext } from '../parse-context.ts';
import { readSelect } from '../select/select.ts';
import type { CommandTag, LocalObject, LocalStatement } from '../statement.ts';
import { clauseAtTop, cutAtCommas, cutAtWord, findAtTop } from '../text/clauses.ts';
import { Cursor } from '../text/cursor.ts';
import { QUERIES } from '../text/keywords.ts';
import { parametersIn } from '../text/parameters.ts';
import { queryOfText } from '../text/query.ts';
import { runnableText } from '../text/runnable-text.ts';
import { quoteName } from '../text/sql-text.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isOperator, isSignificant, isWord, type Token } from '../text/token.ts';

/** A statement in its parts, and what is needed to read them. */
interface Source {
  /** WITH and its queries, if the statement begins with them. */
  readonly head: readonly Token[];
  readonly body: readonly Token[];
  readonly input: string;
  readonly context: ParseContext;
}

/** SQL around a SELECT. */
interface Wrapped {
  readonly prefix: string;
  readonly query: string;
  readonly suffix: string;
  readonly object?: LocalObject;
}

const VERBS = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'] as const;
type Verb = (typeof VERBS)[number];

const DONE: Readonly<Record<Verb, string>> = {
  INSERT: 'insert into table completed',
  UPDATE: 'exec completed',
  DELETE: 'exec completed',
  MERGE: 'exec completed',
};

/** The word that changes something behind WITH and its queries; undefined for a query. */
export function verbBehindWith(tokens: readonly Token[]): Token | undefined {
  const significant = tokens.filter(isSignificant);
  const found = findAtTop(significant, (token, index) => {
    const before = significant[index - 1];
    return isOperator(before, ')') && (isVerb(token) || (token.kind === 'word' && QUERIES.has(upper(token))));
  });
  return found !== undefined && isVerb(found) ? found : undefined;
}

function isVerb(token: Token): boolean {
  return VERBS.some((verb) => isWord(token, verb));
}

/** Whether the name behind a word, that of the statement's target, has one part. */
export function isLocal(tokens: readonly Token[], word: string): boolean {
  const significant = tokens.filter(isSignificant);
  const at = significant.findIndex((token) => isWord(token, word)) + 1;
  const name = significant[at];
  const isName = (name?.kind === 'word' && !isWord(name, 'SET')) || name?.kind === 'quoted';
  return at > 0 && isName && !isOperator(significant[at + 1], '.');
}

/** What stands in front of the target's name. */
const BEFORE_TARGET: Readonly<Record<Verb, string>> = {
  INSERT: 'INTO',
  UPDATE: 'UPDATE',
  DELETE: 'FROM',
  MERGE: 'INTO',
};

/** Throws `SYNTAX` or `NOT_SUPPORTED`, the latter for a target that is a resource. */
export async function parseBehindWith(
  verbToken: Token,
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  const verb = VERBS.find((each) => isWord(verbToken, each)) ?? 'INSERT';
  const body = tokens.slice(tokens.indexOf(verbToken));
  if (isLocal(body, BEFORE_TARGET[verb])) return parseLocalMutation(tokens, input, context);
  throw new NotSupportedError(`WITH in front of ${verb} is not supported for resources.`, {
    hint: 'Write it into the query: INSERT INTO t (a) WITH x AS (…) SELECT …, or WHERE id IN (WITH x AS (…) SELECT …).',
  });
}

/**
 * @param tokens of the whole statement, whose target is a table of the session
 * @throws SqlSyntaxError, NotSupportedError
 */
export async function parseLocalMutation(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  const numbered = tokens.map(withNumber);
  const first = numbered.find(isSignificant);
  const verbToken = isWord(first, 'WITH') ? verbBehindWith(numbered) : first;
  // A comment in front of the statement is no head of it.
  const at = verbToken === undefined || verbToken === first ? 0 : numbered.indexOf(verbToken);
  const source: Source = { head: numbered.slice(0, at), body: numbered.slice(at), input, context };
  const verb = VERBS.find((each) => isWord(verbToken, each)) ?? 'INSERT';
  const wrapped = wrap(verb, source);
  const words = { tag: verb satisfies CommandTag, message: DONE[verb], ...hasRows(source.body) };
  const parameters = parametersIn(numbered, context.parameters);
  if (wrapped === undefined) {
    const text = runnableText(source.body, input).trim();
    return { kind: 'local', action: 'run', text, ...words, ...(Object.keys(parameters).length > 0 && { parameters }) };
  }
  const { prefix, query, suffix, object } = wrapped;
  return {
    kind: 'local',
    action: 'fill',
    prefix,
    query: await readSelect(queryOfText(query), context),
    ...(suffix !== '' && { suffix }),
    parameters,
    ...words,
    ...(object !== undefined && { object }),
  };
}

/** DuckDB counts `?` from the beginning of a text, of which the parts are moved here. */
function withNumber(token: Token): Token {
  return token.kind === 'parameter' && token.text === '?' ? { ...token, text: `$${token.value}` } : token;
}

function hasRows(body: readonly Token[]): { readonly returnsRows?: true } {
  return cutAtWord(body, 'RETURNING').at === undefined ? {} : { returnsRows: true };
}

/** Undefined for a statement that the engine runs as it is. */
function wrap(verb: Verb, source: Source): Wrapped | undefined {
  if (verb === 'INSERT') return wrapInsert(source);
  if (source.head.length === 0 && !namesSources(source.body, source.context)) return undefined;
  switch (verb) {
    case 'UPDATE':
      return wrapUpdate(source);
    case 'DELETE':
      return wrapDelete(source);
    case 'MERGE':
      return wrapMerge(source);
  }
}

/** The query as it stands, which may come from anywhere. VALUES alone is the engine's. */
function wrapInsert(source: Source): Wrapped | undefined {
  const { body, input } = source;
  const start = queryStart(body);
  if (start === undefined) return undefined;
  const behind = body.slice(start);
  const end = endOfQuery(behind);
  const [query, rest] = [behind.slice(0, end), behind.slice(end)];
  refuseSources(rest, source);
  // In VALUES alone there may be DEFAULT, which no query has.
  const isPlain = isWord(query[0], 'VALUES') && source.head.length === 0;
  if (isPlain && !namesSources(query, source.context)) return undefined;
  if (!query.slice(1).some(isSignificant) && !isOperator(query[0], '(')) {
    throw syntaxErrorAt(undefined, body, input, 'a query is expected');
  }
  return {
    prefix: textOf(body.slice(0, start), source),
    query: behindHead(query, source),
    suffix: textOf(rest, source),
  };
}

/** Where the rows of an INSERT begin; undefined for DEFAULT VALUES. */
function queryStart(body: readonly Token[]): number | undefined {
  const into = body.findIndex((token) => isWord(token, 'INTO'));
  const isTarget = (token: Token): boolean => body.indexOf(token) <= into + 1;
  const found = findAtTop(body.slice(into + 1), (token) => {
    if (isTarget(token) || !isSignificant(token)) return false;
    return token.kind === 'word' && (QUERIES.has(upper(token)) || upper(token) === 'DEFAULT');
  });
  // A query in parentheses is the last pair of them, before ON CONFLICT and RETURNING.
  const open = openedQuery(body.slice(into + 1));
  const first = open ?? found;
  if (first === undefined || isWord(first, 'DEFAULT')) return undefined;
  return body.indexOf(first);
}

/** The parenthesis that begins a query, where one stands in place of the list of columns or behind it. */
function openedQuery(tokens: readonly Token[]): Token | undefined {
  const significant = tokens.filter(isSignificant);
  let depth = 0;
  for (const [index, token] of significant.entries()) {
    const next = significant[index + 1];
    if (isOperator(token, '(') && depth === 0 && beginsQuery(next, significant[index + 2])) return token;
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    if (depth === 0 && token.kind === 'word' && index > 0 && QUERIES.has(upper(token))) return undefined;
  }
  return undefined;
}

/** `(values)` is a column of that name, `(VALUES (1))` a query. */
function beginsQuery(token: Token | undefined, next: Token | undefined): boolean {
  if (isOperator(token, '(')) return true;
  return token?.kind === 'word' && QUERIES.has(upper(token)) && !isOperator(next, ',') && !isOperator(next, ')');
}

/** Behind the last token of a query that ON CONFLICT or RETURNING follows. */
function endOfQuery(tokens: readonly Token[]): number {
  const significant = tokens.filter(isSignificant);
  const end = findAtTop(significant, (token, index) => {
    if (isWord(token, 'RETURNING')) return true;
    const behind = significant[index + 2];
    const isClause = ['DO', 'ON', 'WHERE'].some((word) => isWord(behind, word)) || isOperator(behind, '(');
    return isWord(token, 'ON') && isWord(significant[index + 1], 'CONFLICT') && isClause;
  });
  return end === undefined ? tokens.length : tokens.indexOf(end);
}

/** The ids of the rows to change, and their new values. The names cannot be a user's: those with blanks are quoted. */
function wrapUpdate(source: Source): Wrapped {
  const { body } = source;
  const { before: statement, returning } = cutReturning(body);
  const { before: head, after: rest } = cutAtWord(statement, 'SET');
  const { table, target, name } = targetOf(head, source, ['UPDATE']);
  const { before: changed, after: condition } = cutAtWord(rest, 'WHERE');
  const { assigned, from } = cutAtFrom(changed);
  const assignments = cutAtCommas(assigned).map((tokens) => assignmentOf(tokens, source));
  const computed = assignments.filter(({ expression }) => !isDefault(expression));
  const list = assignments.map(({ column, expression }) => {
    const index = computed.findIndex((each) => each.column === column);
    return `${quoteName(column)} = ${isDefault(expression) ? 'DEFAULT' : `${NEW}."${index + 1}"`}`;
  });
  const names = ['"row"', ...computed.map((_each, index) => `"${index + 1}"`)];
  const values = computed.map(({ expression }) => `(${textOf(expression, source)}\n)`);
  return {
    prefix: `UPDATE ${target} SET ${list.join(', ')} FROM (`,
    query: rowsToChange({ target, name, values, from, condition }, source),
    suffix: `) AS ${NEW}(${names.join(', ')}) WHERE ${name}.rowid = ${NEW}."row" ${textOf(returning, source)}`.trim(),
    object: { name: table, use: 'rows' },
  };
}

const NEW = '"new values"';

/** `a IS DISTINCT FROM b` is no clause. */
function cutAtFrom(tokens: readonly Token[]): { readonly assigned: readonly Token[]; readonly from: readonly Token[] } {
  const significant = tokens.filter(isSignificant);
  const at = findAtTop(
    significant,
    (token) => isWord(token, 'FROM') && !isWord(significant[significant.indexOf(token) - 1], 'DISTINCT'),
  );
  if (at === undefined) return { assigned: tokens, from: [] };
  const index = tokens.indexOf(at);
  return { assigned: tokens.slice(0, index), from: tokens.slice(index + 1) };
}

interface RowsToChange {
  readonly target: string;
  /** By which the target's columns are qualified. */
  readonly name: string;
  readonly values: readonly string[];
  readonly from: readonly Token[];
  readonly condition: readonly Token[];
}

function rowsToChange({ target, name, values, from, condition }: RowsToChange, source: Source): string {
  const joined = from.filter((token) => !isWord(token, 'USING'));
  const clause = clauseAtTop(condition) ?? clauseAtTop(joined);
  if (clause !== undefined) {
    throw syntaxErrorAt(clause, source.body, source.input, 'a condition is all that follows WHERE');
  }
  const list = [`${name}.rowid`, ...values].join(', ');
  const others = from.some(isSignificant) ? `, ${textOf(from, source)}` : '';
  const where = condition.some(isSignificant) ? ` WHERE ${textOf(condition, source)}` : '';
  const head = source.head.length > 0 ? `${textOf(source.head, source)} ` : '';
  return `${head}SELECT ${list} FROM ${target}${others}${where}`;
}

function wrapDelete(source: Source): Wrapped {
  const { before: statement, returning } = cutReturning(source.body);
  const { before, after: condition } = cutAtWord(statement, 'WHERE');
  const { before: head, after: from } = cutAtWord(before, 'USING');
  const { table, target, name } = targetOf(head, source, ['DELETE', 'FROM']);
  return {
    prefix: `DELETE FROM ${target} WHERE ${name}.rowid IN (`,
    query: rowsToChange({ target, name, values: [], from, condition }, source),
    suffix: `) ${textOf(returning, source)}`.trim(),
    object: { name: table, use: 'rows' },
  };
}

/** The source is read whole: WHEN NOT MATCHED is about all of its rows. */
function wrapMerge(source: Source): Wrapped {
  const { before: head, at, after } = cutAtWord(source.body, 'USING');
  if (at === undefined) throw syntaxErrorAt(undefined, source.body, source.input, 'USING is expected');
  const significant = after.filter(isSignificant);
  const isQuery = isOperator(significant[0], '(');
  const end = isQuery ? closing(significant) : nameLength(significant);
  const [read, rest] = [significant.slice(0, end + 1), significant.slice(end + 1)];
  refuseSources(rest, source);
  const text = textOf(between(after, read), source);
  const isNamed = isQuery || isWord(rest[0], 'AS') || !['ON', 'USING'].some((word) => isWord(rest[0], word));
  const alias = isNamed ? '' : ` AS ${quoteName(read.at(-1)?.value ?? '')}`;
  return {
    prefix: `${textOf(head, source)} USING (`,
    query: isQuery
      ? behindHead(between(after, read.slice(1, -1)), source)
      : `${source.head.length > 0 ? `${textOf(source.head, source)} ` : ''}SELECT * FROM ${text}`,
    suffix: `)${alias} ${textOf(between(after, rest), source)}`,
  };
}

/** Index of the parenthesis that closes the first one. */
function closing(tokens: readonly Token[]): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    return depth === 0;
  });
}

/** Index of the last part of a dotted name. */
function nameLength(tokens: readonly Token[]): number {
  let last = 0;
  while (isOperator(tokens[last + 1], '.')) last += 2;
  return last;
}

/** The tokens from the first to the last of some, with what stands between them. */
function between(tokens: readonly Token[], some: readonly Token[]): readonly Token[] {
  const [first, last] = [some[0], some.at(-1)];
  return first === undefined || last === undefined ? [] : tokens.slice(tokens.indexOf(first), tokens.indexOf(last) + 1);
}

/** A query with the statement's WITH in front of it. */
function behindHead(query: readonly Token[], source: Source): string {
  const text = textOf(query, source);
  if (source.head.length === 0) return text;
  const first = query.find(isSignificant);
  const isPlain = !isOperator(first, '(') && !isWord(first, 'WITH');
  return `${textOf(source.head, source)} ${isPlain ? text : `SELECT * FROM (${text}\n)`}`;
}

interface Target {
  readonly table: string;
  /** The table and its alias. */
  readonly target: string;
  readonly name: string;
}

function targetOf(head: readonly Token[], { input }: Source, words: readonly string[]): Target {
  const cursor = new Cursor(head, input);
  for (const word of words) cursor.take((token) => isWord(token, word), `${word} is`);
  const table = cursor.name('a name is');
  const quoted = quoteName(table);
  cursor.takeWord('AS');
  const alias = cursor.isAtEnd() ? undefined : quoteName(cursor.name('an alias is'));
  cursor.end('the clause is complete without it');
  return alias === undefined
    ? { table, target: quoted, name: quoted }
    : { table, target: `${quoted} AS ${alias}`, name: alias };
}

interface Assignment {
  readonly column: string;
  readonly expression: readonly Token[];
}

function assignmentOf(tokens: readonly Token[], { body, input }: Source): Assignment {
  const [name, equals, ...expression] = tokens;
  if (isOperator(name, '(')) {
    throw new NotSupportedError('SET (a, b) = (…) is not supported where a statement reads resources, views or CTEs.', {
      hint: 'Write SET a = …, b = … .',
    });
  }
  const isName = name?.kind === 'word' || name?.kind === 'quoted';
  if (!isName || !isOperator(equals, '=') || expression.length === 0) {
    throw syntaxErrorAt(isName ? equals : name, body, input, 'write SET name = value');
  }
  const several = severalValues(expression);
  if (several !== undefined) throw syntaxErrorAt(several, body, input, 'it stands for several values; SET takes one');
  return { column: name.value, expression };
}

const SEVERAL: ReadonlySet<string> = new Set(['COLUMNS', 'UNNEST', 'UNLIST', 'GENERATE_SUBSCRIPTS']);

/** What a list of SELECT takes for several columns or rows, and SET does not; undefined for none. */
function severalValues(expression: readonly Token[]): Token | undefined {
  const outside = withoutQueries(expression.filter(isSignificant));
  return outside.find((token, index) => {
    const [before, next] = [outside[index - 1], outside[index + 1]];
    if (token.kind === 'word') return SEVERAL.has(upper(token)) && isOperator(next, '(');
    if (!isOperator(token, '*')) return false;
    const isCall = isOperator(before, '(') && ['word', 'quoted'].includes(outside[index - 2]?.kind ?? '');
    return before === undefined || isOperator(before, '.') || (isOperator(before, '(') && !isCall);
  });
}

/** Without its subqueries, in which all of this has its place. */
function withoutQueries(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex((token, index) => isOperator(token, '(') && isQueryWord(tokens[index + 1]));
  if (at === -1) return tokens;
  const end = at + closing(tokens.slice(at));
  return [...tokens.slice(0, at), ...withoutQueries(tokens.slice(end + 1))];
}

function isQueryWord(token: Token | undefined): boolean {
  return token?.kind === 'word' && QUERIES.has(upper(token));
}

function isDefault(expression: readonly Token[]): boolean {
  return expression.length === 1 && isWord(expression[0], 'DEFAULT');
}

function cutReturning(tokens: readonly Token[]): {
  readonly before: readonly Token[];
  readonly returning: readonly Token[];
} {
  const { before, at, after } = cutAtWord(tokens, 'RETURNING');
  return { before, returning: at === undefined ? [] : [at, ...after] };
}

/** Without a comment at its end, behind which something else could stand. */
function textOf(tokens: readonly Token[], { input }: Source): string {
  return runnableText(tokens, input).trim();
}

/** Words and marks behind which a table's name stands. */
function isBeforeTable(token: Token | undefined): boolean {
  return ['FROM', 'JOIN', 'USING', 'TABLE'].some((word) => isWord(token, word)) || isOperator(token, ',');
}

/** Whether the tokens may name a resource, or do name a view. A field of a field looks like a resource. */
function namesSources(tokens: readonly Token[], { views }: ParseContext): boolean {
  const significant = tokens.filter(isSignificant);
  return significant.some((token, index) => {
    if (index === 0 || !isBeforeTable(significant[index - 1])) return false;
    if (isWord(significant[index - 2], 'DELETE') || isWord(significant[index - 2], 'DISTINCT')) return false;
    const isDotted = isOperator(significant[index + 1], '.');
    return isDotted ? isOperator(significant[index + 3], '.') : views.has(token.value.toLowerCase());
  });
}

function refuseSources(tokens: readonly Token[], { context }: Source): void {
  if (!namesSources(tokens, context)) return;
  throw new NotSupportedError('ON CONFLICT, ON, WHEN and RETURNING cannot read resources or views.', {
    hint: 'Read them in the query that the rows come from, or put the rows into a table first: CREATE TABLE x AS SELECT … .',
  });
}

function upper({ value }: Token): string {
  return value.toUpperCase();
}
