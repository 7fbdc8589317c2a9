/**
 * Our own grammar for the session's tables and views, as far as it has to be understood; the engine judges the rest:
 *
 * ```
 * CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name {(column type, …) | AS query}
 * CREATE [OR REPLACE] [MATERIALIZED] VIEW name AS query
 * REFRESH MATERIALIZED VIEW name
 * DROP {TABLE | [MATERIALIZED] VIEW} [IF EXISTS] name
 * ```
 *
 * The messages are StackQL's words.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ParseContext } from '../parse-context.ts';
import { readSelect } from '../select/select.ts';
import type { CommandTag, LocalStatement } from '../statement.ts';
import { cutAtWord } from '../text/clauses.ts';
import { Cursor } from '../text/cursor.ts';
import { parametersIn } from '../text/parameters.ts';
import { queryOf } from '../text/query.ts';
import { runnableText } from '../text/runnable-text.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isOperator, isSignificant, isWord, type Token } from '../text/token.ts';

const DEFINED = 'DDL Execution Completed';

/** INSERT, UPDATE or DELETE on a table of the session. */
export interface LocalMutation {
  readonly tokens: readonly Token[];
  readonly tag: CommandTag;
  readonly message: string;
  /** The tokens of the query that the rows come from, at the end of `tokens`. */
  readonly query?: readonly Token[];
  readonly returning?: string;
}

/** What is said of the statement when it is done. */
type Words = Pick<LocalMutation, 'tag' | 'message'>;

/** Throws `SYNTAX` or `NOT_SUPPORTED`. */
export async function localMutation(
  { tokens, query, returning, ...words }: LocalMutation,
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  if (returning !== undefined) {
    throw new NotSupportedError('RETURNING is not supported for tables of the session.', {
      hint: 'SELECT from the table afterwards.',
    });
  }
  if (query !== undefined) return fill(tokens, query, words, input, context);
  refuseResources(tokens, context.views);
  return run(tokens, words, input, context);
}

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
  if (cursor.takeWord('TABLE')) return createTable(cursor, tokens, input, context);
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
  localName(cursor);
  const query = cutAtWord(tokens, 'AS').after;
  if (query.length > 0) return fill(tokens, query, { tag: 'SELECT', message: DEFINED }, input, context);
  cursor.take((token) => isOperator(token, '('), 'a list of columns, or AS and a query, is');
  return run(tokens, { tag: 'CREATE TABLE', message: DEFINED }, input, context);
}

async function createView(
  cursor: Cursor,
  kind: { readonly isReplacing: boolean; readonly isMaterialized: boolean },
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<LocalStatement> {
  if (cursor.nextIsWord('IF')) {
    throw new NotSupportedError('CREATE VIEW IF NOT EXISTS is not supported.', { hint: 'CREATE OR REPLACE VIEW …' });
  }
  const name = localName(cursor);
  if (cursor.nextIs((token) => isOperator(token, '('))) {
    throw new NotSupportedError('A list of columns behind the name of a view is not supported.', {
      hint: 'Name the columns in the query: SELECT a AS b.',
    });
  }
  takeWord(cursor, 'AS');
  const written = cutAtWord(tokens, 'AS').after;
  if (!written.some(isSignificant)) throw syntaxErrorAt(undefined, tokens, input, 'a query is expected');
  if (written.some(({ kind: each }) => each === 'parameter')) {
    throw new NotSupportedError('A view with parameters is not supported.', {
      hint: 'Write the value into its query.',
    });
  }
  const query = queryOf(written.slice(written.findIndex(isSignificant)), input);
  return {
    kind: 'local',
    action: 'createView',
    name,
    query: await readSelect(query, context),
    source: query.text.trim(),
    ...kind,
  };
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
  const isTable = cursor.takeWord('TABLE');
  const isMaterialized = !isTable && cursor.takeWord('MATERIALIZED');
  if (!isTable && !isMaterialized && !cursor.nextIsWord('VIEW')) refuseKind(cursor, 'DROP');
  if (!isTable) takeWord(cursor, 'VIEW');
  const ifExists = cursor.takeWord('IF');
  if (ifExists) takeWord(cursor, 'EXISTS');
  const name = localName(cursor);
  cursor.end('the statement is complete without it');
  return isTable
    ? { kind: 'local', action: 'run', text: runnableText(tokens, input), tag: 'DROP TABLE', message: DEFINED }
    : { kind: 'local', action: 'dropView', name, isMaterialized, ifExists };
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
  const statement = await readSelect(queryOf(query.slice(Math.max(first, 0)), input), context);
  return { kind: 'local', action: 'fill', prefix, query: statement, ...words };
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

function refuseKind(cursor: Cursor, verb: string): never {
  const token = cursor.peek();
  if (token?.kind !== 'word') throw cursor.unexpected('TABLE or VIEW is expected');
  throw new NotSupportedError(`${verb} ${token.value.toUpperCase()} is not supported.`, {
    hint: `${verb} takes TABLE and VIEW.`,
  });
}

/** The engine runs these statements as they are, and knows neither resources nor views. */
function refuseResources(tokens: readonly Token[], views: ParseContext['views']): void {
  const significant = tokens.filter(isSignificant);
  const found = significant.some((token, index) => {
    const isSource = index > 1 && (isWord(token, 'FROM') || isWord(token, 'JOIN'));
    const isResource = isOperator(significant[index + 2], '.');
    return isSource && (isResource || views.has(significant[index + 1]?.value.toLowerCase() ?? ''));
  });
  if (!found) return;
  throw new NotSupportedError('UPDATE and DELETE of a table of the session cannot read resources or views.', {
    hint: 'Put the rows into a table first: CREATE TABLE x AS SELECT … .',
  });
}

function takeWord(cursor: Cursor, word: string): void {
  cursor.take((token) => isWord(token, word), `${word} is`);
}
