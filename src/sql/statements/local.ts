/**
 * Our own grammar for the session's tables and views, as far as it has to be understood; the engine judges the rest:
 *
 * ```
 * CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name {(column type, …) | [(column, …)] AS query [WITH [NO] DATA]}
 * CREATE [OR REPLACE] [MATERIALIZED] VIEW [IF NOT EXISTS] name [(column, …)] AS query
 * CREATE {[UNIQUE] INDEX | SEQUENCE} …
 * REFRESH MATERIALIZED VIEW name
 * ALTER TABLE [IF EXISTS] name …
 * TRUNCATE [TABLE] [ONLY] name [CASCADE | RESTRICT]
 * COMMENT ON … IS …
 * DROP {TABLE | INDEX | SEQUENCE | [MATERIALIZED] VIEW} [IF EXISTS] name [CASCADE | RESTRICT]
 * ```
 *
 * The messages are StackQL's words.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ParseContext } from '../parse-context.ts';
import { readSelect } from '../select/select.ts';
import type { LocalStatement } from '../statement.ts';
import { cutAtWord } from '../text/clauses.ts';
import { Cursor } from '../text/cursor.ts';
import { parametersIn } from '../text/parameters.ts';
import { queryOf, queryOfText } from '../text/query.ts';
import { runnableText } from '../text/runnable-text.ts';
import { quoteName } from '../text/sql-text.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isOperator, isSignificant, isWord, type Token } from '../text/token.ts';

const DEFINED = 'DDL Execution Completed';

/** What is said of the statement when it is done, and what it is about. */
type Words = Pick<LocalStatement & { readonly action: 'run' }, 'tag' | 'message' | 'object'>;

/** CREATE, of a table or a view. Throws `SYNTAX` or `NOT_SUPPORTED`. */
export async function parseCreate(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  const isReplacing = cursor.takeWord('OR');
  if (isReplacing) takeWord(cursor, 'REPLACE');
  if (cursor.nextIsWord('TEMP') || cursor.nextIsWord('TEMPORARY')) {
    throw new NotSupportedError('CREATE TEMP TABLE is not supported.', {
      hint: 'CREATE TABLE: the tables of a session end with it, unless --database keeps them.',
    });
  }
  if (cursor.nextIsWord('RECURSIVE')) {
    throw new NotSupportedError('CREATE RECURSIVE VIEW is not supported.', {
      hint: 'CREATE VIEW v AS WITH RECURSIVE t(a) AS (… UNION …) SELECT * FROM t.',
    });
  }
  if (cursor.takeWord('TABLE')) return createTable(cursor, tokens, input, context);
  const kind = cursor.peek(cursor.nextIsWord('UNIQUE') ? 1 : 0);
  const other = OTHER_KINDS.find((each) => isWord(kind, each));
  if (other !== undefined && !isReplacing) return runPlain(tokens, { tag: `CREATE ${other}`, message: DEFINED }, input);
  const isMaterialized = cursor.takeWord('MATERIALIZED');
  if (!isMaterialized && !cursor.nextIsWord('VIEW')) refuseKind(cursor, 'CREATE');
  takeWord(cursor, 'VIEW');
  return createView(cursor, { isReplacing, isMaterialized }, tokens, input, context);
}

async function createTable(
  cursor: Cursor,
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  if (cursor.takeWord('IF')) {
    takeWord(cursor, 'NOT');
    takeWord(cursor, 'EXISTS');
  }
  const object = { name: localName(cursor), use: 'make' } as const;
  const query = cutAtWord(tokens, 'AS').after;
  if (query.length > 0) {
    refuseEmpty(query, tokens, input);
    return fill(tokens, query, { tag: 'SELECT', message: DEFINED, object }, input, context);
  }
  cursor.take((token) => isOperator(token, '('), 'a list of columns, or AS and a query, is');
  return run(tokens, { tag: 'CREATE TABLE', message: DEFINED, object }, input, context);
}

/** DuckDB takes a text of comments as one of no statements. */
function refuseEmpty(query: readonly Token[], tokens: readonly Token[], input: string): void {
  if (!query.some(isSignificant)) throw syntaxErrorAt(undefined, tokens, input, 'a query is expected');
}

/** What DuckDB makes and drops besides, and nothing of ours has to know. A type could take the place of JSON in all tables. */
const OTHER_KINDS = ['INDEX', 'SEQUENCE'] as const;

/** ALTER, TRUNCATE and COMMENT. Throws `SYNTAX` or `NOT_SUPPORTED`. */
export function parseChange(tokens: readonly Token[], input: string): LocalStatement {
  const cursor = new Cursor(tokens, input);
  const words = { message: DEFINED };
  if (cursor.takeWord('COMMENT')) return runPlain(tokens, { ...words, tag: 'COMMENT' }, input);
  if (cursor.takeWord('TRUNCATE')) {
    cursor.takeWord('TABLE');
    cursor.takeWord('ONLY');
    const name = localName(cursor);
    takeDropBehavior(cursor);
    cursor.end('the statement is complete without it');
    return runPlain(tokens, { ...words, tag: 'TRUNCATE TABLE', object: { name, use: 'alter' } }, input);
  }
  takeWord(cursor, 'ALTER');
  if (!cursor.takeWord('TABLE')) refuseKind(cursor, 'ALTER', 'TABLE');
  if (cursor.takeWord('IF')) takeWord(cursor, 'EXISTS');
  const name = localName(cursor);
  const isRename = cursor.takeWord('RENAME') && cursor.takeWord('TO');
  const newName = isRename ? localName(cursor) : undefined;
  const object = { name, use: 'alter', ...(newName !== undefined && { newName }) } as const;
  return runPlain(tokens, { ...words, tag: 'ALTER TABLE', object }, input);
}

async function createView(
  cursor: Cursor,
  kind: { readonly isReplacing: boolean; readonly isMaterialized: boolean },
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  const ifNotExists = cursor.takeWord('IF');
  if (ifNotExists) {
    takeWord(cursor, 'NOT');
    takeWord(cursor, 'EXISTS');
  }
  const name = localName(cursor);
  const columns = cursor.nextIs((token) => isOperator(token, '(')) ? cursor.nameList() : undefined;
  takeWord(cursor, 'AS');
  const written = cutAtWord(tokens, 'AS').after;
  refuseEmpty(written, tokens, input);
  if (written.some(({ kind: each }) => each === 'parameter')) {
    throw new NotSupportedError('A view with parameters is not supported.', {
      hint: 'Write the value into its query.',
    });
  }
  const query = queryOf(written.slice(written.findIndex(isSignificant)), input);
  const read = await readSelect(query, context);
  const view = { kind: 'local', action: 'createView', name, ifNotExists, ...kind } as const;
  if (columns === undefined) return { ...view, query: read, source: query.text.trim() };
  const source = `SELECT * FROM (${query.text.trim()}\n) AS ${quoteName(name)}(${columns.map(quoteName).join(', ')})`;
  return { ...view, query: await readSelect(queryOfText(source), context), source };
}

/** REFRESH MATERIALIZED VIEW. Throws `SYNTAX`. */
export function parseRefresh(tokens: readonly Token[], input: string): LocalStatement {
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  takeWord(cursor, 'MATERIALIZED');
  takeWord(cursor, 'VIEW');
  const name = localName(cursor);
  cursor.end('the statement is complete without it');
  return { kind: 'local', action: 'refreshView', name };
}

/** DROP, of a table or a view. Throws `SYNTAX` or `NOT_SUPPORTED`. */
export function parseDrop(tokens: readonly Token[], input: string): LocalStatement {
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  const other = OTHER_KINDS.find((each) => cursor.nextIsWord(each));
  if (other !== undefined) return runPlain(tokens, { tag: `DROP ${other}`, message: DEFINED }, input);
  const isTable = cursor.takeWord('TABLE');
  const isMaterialized = !isTable && cursor.takeWord('MATERIALIZED');
  if (!isTable && !isMaterialized && !cursor.nextIsWord('VIEW')) refuseKind(cursor, 'DROP');
  if (!isTable) takeWord(cursor, 'VIEW');
  const ifExists = cursor.takeWord('IF');
  if (ifExists) takeWord(cursor, 'EXISTS');
  const name = localName(cursor);
  takeDropBehavior(cursor);
  cursor.end('the statement is complete without it');
  const object = { name, use: 'alter' } as const;
  return isTable
    ? runPlain(tokens, { tag: 'DROP TABLE', message: DEFINED, object }, input)
    : { kind: 'local', action: 'dropView', name, isMaterialized, ifExists };
}

/** The engine reads it of its tables. Views are kept as text, and nothing depends on them. */
function takeDropBehavior(cursor: Cursor): void {
  if (!cursor.takeWord('CASCADE')) cursor.takeWord('RESTRICT');
}

/** A statement that takes no parameters. */
function runPlain(tokens: readonly Token[], words: Words, input: string): LocalStatement {
  return { kind: 'local', action: 'run', text: runnableText(tokens, input).trim(), ...words };
}

function run(tokens: readonly Token[], words: Words, input: string, context: ParseContext): LocalStatement {
  const parameters = parametersIn(tokens, context.parameters);
  const hasSome = Object.keys(parameters).length > 0;
  const text = runnableText(tokens, input).trim();
  return { kind: 'local', action: 'run', text, ...words, ...(hasSome && { parameters }) };
}

async function fill(
  tokens: readonly Token[],
  query: readonly Token[],
  words: Words,
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  const prefix = runnableText(tokens.slice(0, tokens.length - query.length), input).trim();
  const first = query.findIndex(isSignificant);
  const end = endBeforeData(query);
  const statement = await readSelect(queryOf(query.slice(Math.max(first, 0), end), input), context);
  const suffix = runnableText(query.slice(end), input).trim();
  const parameters = parametersIn(tokens, context.parameters);
  return {
    kind: 'local',
    action: 'fill',
    prefix,
    query: statement,
    ...(suffix !== '' && { suffix }),
    parameters,
    ...words,
  };
}

/** CREATE TABLE … AS query WITH [NO] DATA. */
function endBeforeData(query: readonly Token[]): number {
  const significant = query.filter(isSignificant);
  if (!isWord(significant.at(-1), 'DATA')) return query.length;
  const start = significant.at(isWord(significant.at(-2), 'NO') ? -3 : -2);
  return start !== undefined && isWord(start, 'WITH') ? query.indexOf(start) : query.length;
}

/** A name of one part. */
function localName(cursor: Cursor): string {
  const parts = cursor.dottedName('a name');
  const [name] = parts;
  if (parts.length === 1 && name !== undefined) return name;
  throw new NotSupportedError(`${parts.join('.')} is no name for a table or view of the session.`, {
    hint: 'Such names have one part; those with dots belong to providers.',
  });
}

function refuseKind(cursor: Cursor, verb: string, kinds = 'TABLE, VIEW, INDEX and SEQUENCE'): never {
  const token = cursor.peek();
  if (token?.kind !== 'word') throw cursor.unexpected('TABLE or VIEW is expected');
  throw new NotSupportedError(`${verb} ${token.value.toUpperCase()} is not supported.`, {
    hint: `${verb} takes ${kinds}.`,
  });
}

function takeWord(cursor: Cursor, word: string): void {
  cursor.take((token) => isWord(token, word), `${word} is`);
}
