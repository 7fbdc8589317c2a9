/**
 * Our own grammar for statements about the provider documents, which are StackQL's:
 *
 * ```
 * SHOW [EXTENDED] PROVIDERS [filter]
 * SHOW [EXTENDED] {SERVICES | RESOURCES | METHODS} {IN | FROM} name [filter]
 * SHOW TABLES [filter]
 * SHOW COLUMNS {IN | FROM} name [filter]
 * SHOW [EXTENDED] [/*+ REQUIRED *​/] INSERT INTO provider.service.resource [(column, …)]
 * SHOW [EXTENDED] VERSION
 * SHOW TRANSACTION ISOLATION LEVEL
 * SHOW {okta.setting | search_path}
 * {DESCRIBE | DESC} [EXTENDED] {provider.service.resource | name}
 * {DESCRIBE | DESC} METHOD [EXTENDED] provider.service.resource.method
 * REGISTRY LIST [provider]
 *
 * filter: LIKE 'pattern' | WHERE condition
 * ```
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ParseContext } from '../parse-context.ts';
import { readSelect } from '../select/select.ts';
import type { MetadataFilter, MetadataStatement, MetadataSubject } from '../statement.ts';
import { clauseAtTop } from '../text/clauses.ts';
import { Cursor } from '../text/cursor.ts';
import { queryAs } from '../text/query.ts';
import { runnableText } from '../text/runnable-text.ts';
import { syntaxErrorAt } from '../text/syntax-error.ts';
import { isOperator, isWord, type Token } from '../text/token.ts';

/** The parts that a name may have, from the first. */
const LEVELS = ['provider', 'service', 'resource', 'method'] as const;

/** Throws `SYNTAX` with line, column and caret, or `NOT_SUPPORTED`. */
export async function parseMetadata(
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<MetadataStatement> {
  const cursor = new Cursor(tokens, input);
  if (cursor.takeWord('REGISTRY')) return unfiltered(cursor, parseRegistry(cursor));
  if (!cursor.takeWord('SHOW')) {
    cursor.advance();
    return unfiltered(cursor, parseDescribe(cursor));
  }
  if (cursor.takeWord('TRANSACTION')) return unfiltered(cursor, parseIsolationLevel(cursor));
  const isExtended = cursor.takeWord('EXTENDED');
  if (cursor.takeWord('INSERT')) {
    // The statement has all there is in any case.
    cursor.takeWord('EXTENDED');
    const onlyRequired = tokens.some((token) => token.kind === 'directive' && token.value === 'REQUIRED');
    return unfiltered(cursor, parseShowInsert(cursor, onlyRequired));
  }
  if (cursor.takeWord('VERSION')) return unfiltered(cursor, { kind: 'version', isExtended });
  if (!isExtended && cursor.nextIsWord('OKTA') && isOperator(cursor.peek(1), '.')) {
    return unfiltered(cursor, { kind: 'setting', name: cursor.dottedName('a setting').join('.').toLowerCase() });
  }
  if (!isExtended && cursor.takeWord('SEARCH_PATH'))
    return unfiltered(cursor, { kind: 'setting', name: 'search_path' });
  const subject = parseShow(cursor, isExtended);
  const filter = await parseFilter(cursor, tokens, input, context);
  return { kind: 'metadata', subject, ...(filter !== undefined && { filter }) };
}

function unfiltered(cursor: Cursor, subject: MetadataSubject): MetadataStatement {
  cursor.end('the statement is complete without it');
  return { kind: 'metadata', subject };
}

/** What SHOW lists → how many parts the name behind IN has. */
const LISTS = { SERVICES: ['services', 1], RESOURCES: ['resources', 2], METHODS: ['methods', 3] } as const;

function parseShow(cursor: Cursor, isExtended: boolean): MetadataSubject {
  if (cursor.takeWord('PROVIDERS')) return { kind: 'providers', isExtended };
  for (const [word, [kind, depth]] of Object.entries(LISTS)) {
    if (cursor.takeWord(word)) {
      takeIn(cursor);
      return { kind, of: placeOf(cursor, kind, depth), isExtended };
    }
  }
  if (!isExtended && cursor.takeWord('TABLES')) return { kind: 'tables' };
  if (!isExtended && cursor.takeWord('COLUMNS')) {
    takeIn(cursor);
    return { kind: 'columns', of: cursor.dottedName('a name') };
  }
  if (cursor.nextIsWord('AUTH')) throw new NotSupportedError('SHOW AUTH is not supported.');
  throw cursor.unexpected(
    'SHOW takes PROVIDERS, SERVICES, RESOURCES, METHODS, TABLES, COLUMNS, INSERT INTO, VERSION or TRANSACTION ISOLATION LEVEL',
  );
}

function placeOf(cursor: Cursor, kind: 'services' | 'resources' | 'methods', depth: number): readonly string[] {
  if (kind === 'services') return parseName(cursor, depth);
  return kind === 'resources' ? parsePlace(cursor) : parseName(cursor, depth, depth - 1);
}

function parseDescribe(cursor: Cursor): MetadataSubject {
  const isMethod = cursor.takeWord('METHOD');
  const isExtended = cursor.takeWord('EXTENDED');
  if (isMethod) return { kind: 'method', name: parseName(cursor, 4, 3), isExtended };
  const name = cursor.dottedName('provider.service.resource');
  // Tables of the session's own have names of one part.
  return name.length === 1 ? { kind: 'columns', of: name } : { kind: 'resource', name, isExtended };
}

function parseShowInsert(cursor: Cursor, onlyRequired: boolean): MetadataSubject {
  takeWord(cursor, 'INTO');
  const target = parseName(cursor, 3, 2);
  const columns = cursor.nextIs((token) => isOperator(token, '(')) ? cursor.nameList() : undefined;
  return { kind: 'insert', target, onlyRequired, ...(columns !== undefined && { columns }) };
}

function parseRegistry(cursor: Cursor): MetadataSubject {
  if (cursor.nextIsWord('PULL')) {
    throw new NotSupportedError('REGISTRY PULL is the command line’s, for the registry of --registry.', {
      hint: 'The providers that REGISTRY LIST shows come with the package; oktaql registry pull --registry WHERE pulls others.',
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

/** @param least the parts that it has at least: all, but where the provider may be left out */
function parseName(cursor: Cursor, depth: number, least = depth): readonly string[] {
  const form = `${LEVELS.slice(0, depth).join('.')} is`;
  const parts = [cursor.name(form)];
  while (parts.length < depth) {
    if (parts.length >= least && !cursor.nextIs((token) => isOperator(token, '.'))) break;
    cursor.take((token) => isOperator(token, '.'), form);
    parts.push(cursor.name(form));
  }
  return parts;
}

/** A provider, or a service of one, or the service alone. */
function parsePlace(cursor: Cursor): readonly string[] {
  const provider = cursor.name('provider.service is');
  const isAlone = !cursor.nextIs((token) => isOperator(token, '.'));
  if (isAlone) return [provider];
  cursor.take((token) => isOperator(token, '.'), 'provider.service is');
  return [provider, cursor.name('provider.service is')];
}

function takeIn(cursor: Cursor): void {
  cursor.take((token) => isWord(token, 'IN') || isWord(token, 'FROM'), 'IN is');
}

function takeWord(cursor: Cursor, word: string): void {
  cursor.take((token) => isWord(token, word), `${word} is`);
}

async function parseFilter(
  cursor: Cursor,
  tokens: readonly Token[],
  input: string,
  context: ParseContext,
): Promise<MetadataFilter | undefined> {
  if (cursor.takeWord('LIKE')) {
    const { value } = cursor.take(({ kind }) => kind === 'string', 'a pattern such as ‘x%’ is');
    cursor.end('a pattern is all that follows LIKE');
    return { kind: 'like', pattern: value };
  }
  if (cursor.isAtEnd()) return undefined;
  const where = cursor.take((token) => isWord(token, 'WHERE'), 'LIKE or WHERE is');
  return { kind: 'where', condition: await readCondition(tokens, tokens.indexOf(where), input, context) };
}

/** The text of a condition that a SELECT could have: the engine judges it, but syntax errors shall name their place. */
async function readCondition(
  tokens: readonly Token[],
  where: number,
  input: string,
  context: ParseContext,
): Promise<string> {
  const condition = tokens.slice(where + 1);
  if (condition.some((token) => isWord(token, 'SELECT'))) {
    throw new NotSupportedError('A query inside the WHERE of SHOW is not supported.', {
      hint: 'The condition sees the columns of this answer only.',
    });
  }
  const clause = clauseAtTop(condition);
  if (clause !== undefined) throw syntaxErrorAt(clause, tokens, input, 'a condition is all that follows WHERE');
  await readSelect(queryAs(['SELECT', '1'], tokens, blankBefore(tokens, where), input), context);
  return runnableText(condition, input).trim();
}

function blankBefore(tokens: readonly Token[], index: number): readonly Token[] {
  return tokens.map((token, each) => (each < index ? { ...token, kind: 'comment' } : token));
}
