/**
 * Our own grammar for EXPLAIN and SET:
 *
 * ```
 * EXPLAIN [ANALYZE] [VERBOSE] [(ANALYZE | VERBOSE | FORMAT {TEXT | JSON} | SPLITS [number] [, …])] statement
 * SET okta.name {= | TO} value
 * RESET {okta.name | ALL}
 * ```
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ExplainStatement, Literal, SetStatement } from '../statement.ts';
import { Cursor } from '../text/cursor.ts';
import { isOperator, isSignificant, type Token } from '../text/token.ts';

type ExplainOptions = Omit<ExplainStatement, 'kind' | 'statement'>;

/** What EXPLAIN is asked for, and the tokens of the statement behind it. */
export interface ExplainHead {
  readonly options: ExplainOptions;
  readonly rest: readonly Token[];
}

/** Throws `SYNTAX` with line, column and caret. */
export function parseExplainHead(tokens: readonly Token[], input: string): ExplainHead {
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  let options: ExplainOptions = { isAnalyze: false, isVerbose: false, format: 'text' };
  while (cursor.nextIsWord('ANALYZE') || cursor.nextIsWord('VERBOSE')) options = takeOption(cursor, options);
  // EXPLAIN (SELECT …) explains a query in parentheses.
  if (cursor.nextIs((token) => isOperator(token, '(')) && isOption(cursor.peek(1))) {
    cursor.advance();
    do options = takeOption(cursor, options);
    while (cursor.takeIf((token) => isOperator(token, ',')));
    cursor.take((token) => isOperator(token, ')'), ') is');
  }
  const next = cursor.take(isSignificant, 'a statement is');
  return { options, rest: tokens.slice(tokens.indexOf(next)) };
}

const OPTIONS = new Set(['ANALYZE', 'VERBOSE', 'FORMAT', 'SPLITS']);

function isOption(token: Token | undefined): boolean {
  return token?.kind === 'word' && OPTIONS.has(token.value.toUpperCase());
}

function takeOption(cursor: Cursor, options: ExplainOptions): ExplainOptions {
  if (cursor.takeWord('ANALYZE')) return { ...options, isAnalyze: true };
  if (cursor.takeWord('VERBOSE')) return { ...options, isVerbose: true };
  if (cursor.takeWord('SPLITS')) return { ...options, splits: splitsAt(cursor) };
  if (!cursor.takeWord('FORMAT')) throw cursor.unexpected('ANALYZE, VERBOSE, FORMAT or SPLITS is expected');
  if (cursor.takeWord('JSON')) return { ...options, format: 'json' };
  if (cursor.takeWord('TEXT')) return { ...options, format: 'text' };
  throw cursor.unexpected('TEXT or JSON is expected');
}

/** So many parts, where the statement does not say. */
const DEFAULT_SPLITS = 16;

function splitsAt(cursor: Cursor): number {
  if (!cursor.nextIs(({ kind }) => kind === 'number')) return DEFAULT_SPLITS;
  const { value } = cursor.take(({ text }) => /^[1-9]\d{0,4}$/.test(text), 'a number of parts, from 1 to 99999, is');
  return Number(value);
}

/** Throws `SYNTAX`, or `NOT_SUPPORTED` for settings of the engine. */
export function parseSet(tokens: readonly Token[], input: string): SetStatement {
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  const name = settingName(cursor, 'SET');
  if (!cursor.takeWord('TO')) cursor.take((token) => isOperator(token, '='), '= is');
  const value = name === 'search_path' ? pathOf(cursor) : settingOf(cursor);
  cursor.end('a value is all that follows');
  return { kind: 'set', name, value };
}

/** Throws `SYNTAX`, or `NOT_SUPPORTED` for settings of the engine. */
export function parseReset(tokens: readonly Token[], input: string): SetStatement {
  const cursor = new Cursor(tokens, input);
  cursor.advance();
  const name = cursor.takeWord('ALL') ? 'all' : settingName(cursor, 'RESET');
  cursor.end('the statement is complete without it');
  return { kind: 'set', name };
}

function settingName(cursor: Cursor, verb: string): string {
  const name = cursor.dottedName('a setting such as okta.embedded').join('.').toLowerCase();
  if (name.startsWith('okta.') || name === 'search_path') return name;
  throw new NotSupportedError(`${verb} ${name} is not supported: the settings of the engine are fixed.`, {
    hint: 'The settings of the session are search_path and those that begin with okta, such as okta.embedded.',
  });
}

/** Schemas with commas between them, each quoted where it has to be. */
function pathOf(cursor: Cursor): Literal {
  const schemas: string[] = [];
  do {
    const token = cursor.take(({ kind }) => kind === 'word' || kind === 'quoted' || kind === 'string', 'a schema is');
    schemas.push(token.kind === 'word' ? token.value.toLowerCase() : token.value);
  } while (cursor.takeIf((token) => isOperator(token, ',')));
  return schemas
    .map((schema) => (/^[a-z_]\w*$/.test(schema) ? schema : `"${schema.replaceAll('"', '""')}"`))
    .join(', ');
}

const SWITCHES: Readonly<Record<string, boolean>> = { ON: true, OFF: false };

/** `on` and `off` are true and false; other words that are no value of SQL are texts. */
function settingOf(cursor: Cursor): Literal {
  const { kind, value = '' } = cursor.peek() ?? {};
  if (kind !== 'word' || ['TRUE', 'FALSE', 'NULL'].includes(value.toUpperCase())) return cursor.literal();
  cursor.advance();
  return SWITCHES[value.toUpperCase()] ?? value;
}
