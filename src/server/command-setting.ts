/**
 * SET, RESET and SHOW of what a connection is set to.
 *
 * @module
 */

import type { Token } from '../sql/text/token.ts';
import type { Command } from './command.ts';
import type { CommandCursor } from './command-reader.ts';
import { readModes } from './command-transaction.ts';

/** What SHOW of a session means, which lists services, resources and methods: not a setting. */
const OWN_SHOW = new Set([
  ...['EXTENDED', 'PROVIDERS', 'SERVICES', 'RESOURCES', 'METHODS'],
  ...['TABLES', 'COLUMNS', 'INSERT', 'VERSION', 'AUTH'],
]);

export function readSet(cursor: CommandCursor): Command {
  cursor.advance();
  const scope = scopeOf(cursor);
  if (cursor.takeWord('CHARACTERISTICS')) return readCharacteristics(cursor);
  if (cursor.nextIsWord('TRANSACTION') && scope === 'session') {
    cursor.advance();
    return { kind: 'modes', scope: 'transaction', modes: readModes(cursor) };
  }
  const special = readSpecial(cursor);
  if (special !== undefined) return { kind: 'set', scope, ...special };
  const name = nameOf(cursor);
  if (!cursor.takeWord('TO') && !cursor.takeOperator('=')) throw cursor.unexpected('TO or = is expected');
  return { kind: 'set', scope, name, values: readValues(cursor) };
}

function scopeOf(cursor: CommandCursor): 'session' | 'local' {
  const next = cursor.peek(1);
  // A setting may have one of these names, and then TO or = follows.
  if (next?.text === '=' || next?.value.toUpperCase() === 'TO') return 'session';
  if (cursor.takeWord('LOCAL')) return 'local';
  cursor.takeWord('SESSION');
  return 'session';
}

function readCharacteristics(cursor: CommandCursor): Command {
  if (!cursor.takeWord('AS') || !cursor.takeWord('TRANSACTION')) throw cursor.unexpected('AS TRANSACTION is expected');
  return { kind: 'modes', scope: 'session', modes: readModes(cursor) };
}

/** SET TIME ZONE, NAMES, SCHEMA, ROLE, SESSION AUTHORIZATION: words of the standard for settings. */
function readSpecial(
  cursor: CommandCursor,
): { readonly name: string; readonly values: readonly string[] | undefined } | undefined {
  if (cursor.nextIsWord('TIME') && cursor.peek(1)?.value.toUpperCase() === 'ZONE') {
    cursor.advance();
    cursor.advance();
    return { name: 'timezone', values: cursor.takeWord('LOCAL') ? undefined : readValues(cursor) };
  }
  const names = {
    NAMES: 'client_encoding',
    SCHEMA: 'search_path',
    ROLE: 'role',
    AUTHORIZATION: 'session_authorization',
  };
  for (const [word, name] of Object.entries(names)) {
    const isFollowed = cursor.peek(1)?.text === '=' || cursor.peek(1)?.value.toUpperCase() === 'TO';
    if (cursor.nextIsWord(word) && !isFollowed) {
      cursor.advance();
      return { name, values: cursor.isAtEnd() ? undefined : readValues(cursor) };
    }
  }
  return undefined;
}

function nameOf(cursor: CommandCursor): string {
  return cursor.dottedName('the name of a setting').join('.').toLowerCase();
}

/** Undefined for DEFAULT. */
function readValues(cursor: CommandCursor): readonly string[] | undefined {
  if (cursor.nextIsWord('DEFAULT') && cursor.peek(1) === undefined) {
    cursor.advance();
    return undefined;
  }
  const values = [readValue(cursor)];
  while (cursor.takeOperator(',')) values.push(readValue(cursor));
  cursor.finish();
  return values;
}

const VALUES: readonly Token['kind'][] = ['string', 'word', 'quoted', 'number'];

function readValue(cursor: CommandCursor): string {
  const sign = cursor.takeOperator('-') ? '-' : '';
  const { kind, value } = cursor.take((token) => VALUES.includes(token.kind), 'a value is');
  return `${sign}${kind === 'word' ? value.toLowerCase() : value}`;
}

/** Undefined where it is the session's own that is reset. */
export function readReset(cursor: CommandCursor): Command | undefined {
  if (isSessions(cursor.peek(1))) return undefined;
  cursor.advance();
  return { kind: 'reset', name: readName(cursor) };
}

/** Undefined where it is the session that is asked. */
export function readShow(cursor: CommandCursor): Command | undefined {
  const next = cursor.peek(1);
  if (next === undefined || isSessions(next) || OWN_SHOW.has(next.value.toUpperCase())) return undefined;
  cursor.advance();
  return { kind: 'show', name: readName(cursor) };
}

/** What is set to `okta.pushdown` and its like, the session says. */
function isSessions(name: Token | undefined): boolean {
  return name?.value.toLowerCase() === 'okta';
}

function readName(cursor: CommandCursor): string | undefined {
  if (cursor.takeWord('ALL')) {
    cursor.finish();
    return undefined;
  }
  const name = readSpecialName(cursor) ?? nameOf(cursor);
  cursor.finish();
  return name;
}

function readSpecialName(cursor: CommandCursor): string | undefined {
  const upper = (place: number): string => cursor.peek(place)?.value.toUpperCase() ?? '';
  const names: readonly (readonly [name: string, words: readonly string[]])[] = [
    ['timezone', ['TIME', 'ZONE']],
    ['transaction_isolation', ['TRANSACTION', 'ISOLATION', 'LEVEL']],
    ['session_authorization', ['SESSION', 'AUTHORIZATION']],
  ];
  const found = names.find(([, words]) => words.every((word, index) => upper(index) === word));
  for (const _word of found?.[1] ?? []) cursor.advance();
  return found?.[0];
}
