/**
 * Our own grammar for statements about the provider documents, which are StackQL's:
 *
 * ```
 * SHOW [EXTENDED] PROVIDERS [filter]
 * SHOW [EXTENDED] {SERVICES | RESOURCES | METHODS} {IN | FROM} name [filter]
 * SHOW [/*+ REQUIRED *​/] INSERT INTO provider.service.resource [(column, …)]
 * SHOW TRANSACTION ISOLATION LEVEL
 * {DESCRIBE | DESC} [EXTENDED] provider.service.resource
 * {DESCRIBE | DESC} METHOD [EXTENDED] provider.service.resource.method
 * REGISTRY LIST [provider]
 *
 * filter: LIKE 'pattern' | WHERE condition
 * ```
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import { Cursor } from './cursor.ts';
import { parseForeign, syntaxErrorAt } from './front-end.ts';
import { CLAUSES } from './keywords.ts';
import { runnableText } from './runnable-text.ts';
import type { MetadataFilter, MetadataStatement, MetadataSubject } from './statement.ts';
import { isOperator, isSignificant, isWord, type Token } from './tokens.ts';

/** The parts that a name may have, from the first. */
const LEVELS = ['provider', 'service', 'resource', 'method'] as const;

/** Throws `SYNTAX` with line, column and caret, or `NOT_SUPPORTED`. */
export function parseMetadata(tokens: readonly Token[], input: string): MetadataStatement {
  const cursor = new Cursor(tokens, input);
  if (cursor.takeWord('REGISTRY')) return unfiltered(cursor, parseRegistry(cursor));
  if (!cursor.takeWord('SHOW')) {
    cursor.advance();
    return unfiltered(cursor, parseDescribe(cursor));
  }
  if (cursor.takeWord('TRANSACTION')) return unfiltered(cursor, parseIsolationLevel(cursor));
  if (cursor.takeWord('INSERT')) {
    const onlyRequired = tokens.some((token) => token.kind === 'directive' && token.value === 'REQUIRED');
    return unfiltered(cursor, parseShowInsert(cursor, onlyRequired));
  }
  const subject = parseShow(cursor);
  const filter = parseFilter(cursor, tokens, input);
  return { kind: 'metadata', subject, ...(filter !== undefined && { filter }) };
}

function unfiltered(cursor: Cursor, subject: MetadataSubject): MetadataStatement {
  cursor.end('the statement is complete without it');
  return { kind: 'metadata', subject };
}

/** What SHOW lists → how many parts the name behind IN has. */
const LISTS = { SERVICES: ['services', 1], RESOURCES: ['resources', 2], METHODS: ['methods', 3] } as const;

function parseShow(cursor: Cursor): MetadataSubject {
  const isExtended = cursor.takeWord('EXTENDED');
  if (cursor.takeWord('PROVIDERS')) return { kind: 'providers', isExtended };
  for (const [word, [kind, depth]] of Object.entries(LISTS)) {
    if (cursor.takeWord(word)) {
      cursor.take((token) => isWord(token, 'IN') || isWord(token, 'FROM'), 'IN is');
      return { kind, of: parseName(cursor, depth), isExtended };
    }
  }
  if (cursor.nextIsWord('VERSION')) {
    throw new NotSupportedError('SHOW VERSION is not supported.', { hint: 'Run oktaql --version.' });
  }
  if (cursor.nextIsWord('AUTH')) throw new NotSupportedError('SHOW AUTH is not supported.');
  throw cursor.unexpected(
    'SHOW takes PROVIDERS, SERVICES, RESOURCES, METHODS, INSERT INTO or TRANSACTION ISOLATION LEVEL',
  );
}

function parseDescribe(cursor: Cursor): MetadataSubject {
  const isMethod = cursor.takeWord('METHOD');
  const isExtended = cursor.takeWord('EXTENDED');
  return isMethod
    ? { kind: 'method', name: parseName(cursor, 4), isExtended }
    : { kind: 'resource', name: parseName(cursor, 3), isExtended };
}

function parseShowInsert(cursor: Cursor, onlyRequired: boolean): MetadataSubject {
  takeWord(cursor, 'INTO');
  const target = parseName(cursor, 3);
  const columns = cursor.takeIf((token) => isOperator(token, '(')) ? parseColumns(cursor) : undefined;
  return { kind: 'insert', target, onlyRequired, ...(columns !== undefined && { columns }) };
}

function parseColumns(cursor: Cursor): readonly string[] {
  const columns = [cursor.name('a column is')];
  while (cursor.takeIf((token) => isOperator(token, ','))) columns.push(cursor.name('a column is'));
  cursor.take((token) => isOperator(token, ')'), ') is');
  return columns;
}

function parseRegistry(cursor: Cursor): MetadataSubject {
  if (cursor.nextIsWord('PULL')) {
    throw new NotSupportedError('REGISTRY PULL is not supported: nothing is downloaded.', {
      hint: 'The providers that REGISTRY LIST shows come with the package; --registry reads others from a folder.',
    });
  }
  takeWord(cursor, 'LIST');
  return { kind: 'registry', ...(!cursor.isAtEnd() && { provider: cursor.name('a provider is') }) };
}

function parseIsolationLevel(cursor: Cursor): MetadataSubject {
  takeWord(cursor, 'ISOLATION');
  takeWord(cursor, 'LEVEL');
  return { kind: 'isolation-level' };
}

function parseName(cursor: Cursor, depth: number): readonly string[] {
  const form = `${LEVELS.slice(0, depth).join('.')} is`;
  const parts = [cursor.name(form)];
  while (parts.length < depth) {
    cursor.take((token) => isOperator(token, '.'), form);
    parts.push(cursor.name(form));
  }
  return parts;
}

function takeWord(cursor: Cursor, word: string): void {
  cursor.take((token) => isWord(token, word), `${word} is`);
}

function parseFilter(cursor: Cursor, tokens: readonly Token[], input: string): MetadataFilter | undefined {
  if (cursor.takeWord('LIKE')) {
    const { value } = cursor.take(({ kind }) => kind === 'string', 'a pattern such as ‘x%’ is');
    cursor.end('a pattern is all that follows LIKE');
    return { kind: 'like', pattern: value };
  }
  if (cursor.isAtEnd()) return undefined;
  const where = cursor.take((token) => isWord(token, 'WHERE'), 'LIKE or WHERE is');
  return { kind: 'where', condition: readCondition(tokens, tokens.indexOf(where), input) };
}

/** The text of a condition that a SELECT could have: the engine judges it, but syntax errors shall name their place. */
function readCondition(tokens: readonly Token[], where: number, input: string): string {
  const condition = tokens.slice(where + 1);
  if (condition.some((token) => isWord(token, 'SELECT'))) {
    throw new NotSupportedError('A query inside the WHERE of SHOW is not supported.', {
      hint: 'The condition sees the columns of this answer only.',
    });
  }
  const clause = clauseAtTop(condition);
  if (clause !== undefined) throw syntaxErrorAt(clause, tokens, input, 'a condition is all that follows WHERE');
  parseForeign(asSelect(tokens, where), input);
  return runnableText(condition, input).trim();
}

/** A word outside parentheses that would end the condition in a SELECT. */
function clauseAtTop(condition: readonly Token[]): Token | undefined {
  let depth = 0;
  return condition.find((token) => {
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    return depth === 0 && token.kind === 'word' && CLAUSES.has(token.value.toUpperCase());
  });
}

/** `SHOW METHODS IN a.b.c WHERE x` as `SELECT 1 WHERE x`, every token in its place; what is left over becomes blank. */
function asSelect(tokens: readonly Token[], where: number): readonly Token[] {
  const [show, what] = tokens.filter(isSignificant);
  return tokens.map((token, index) => {
    if (index >= where) return token;
    if (token === show) return { ...token, text: 'SELECT', value: 'SELECT' };
    return token === what ? { ...token, kind: 'number', text: '1', value: '1' } : { ...token, kind: 'comment' };
  });
}
