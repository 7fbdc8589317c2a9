/**
 * COPY to the client, in both of its spellings: https://www.postgresql.org/docs/current/sql-copy.html
 *
 * @module
 */

import { isOperator, type Token } from '../sql/text/token.ts';
import { WireError } from '../wire/failure.ts';
import type { Command } from './command.ts';
import type { CommandCursor } from './command-reader.ts';
import { type CopyFormat, type CopyOptions, copyFormatOf } from './copy-format.ts';

/** Undefined for COPY to a file of the server, which the session knows. */
export function readCopy(cursor: CommandCursor): Command | undefined {
  cursor.advance();
  const source = readSource(cursor);
  const direction = cursor.oneOf('TO', 'FROM');
  if (direction === undefined) throw cursor.unexpected('TO is expected');
  if (direction === 'FROM') throw refusedFrom();
  if (cursor.peek()?.kind === 'string') return undefined;
  if (cursor.oneOf('STDOUT', 'STDIN') === undefined) throw cursor.unexpected('STDOUT is expected');
  const format = readFormat(cursor);
  cursor.finish();
  return { kind: 'copy', ...source, format };
}

function refusedFrom(): WireError {
  return new WireError('0A000', 'COPY FROM is not supported: rows are not taken from the client.', {
    hint: 'Write INSERT INTO … with the values.',
  });
}

type Source = Pick<Command & { readonly kind: 'copy' }, 'query' | 'queryStart'>;

/** A query in parentheses, or a table and some of its columns. */
function readSource(cursor: CommandCursor): Source {
  const open = cursor.peek();
  if (isOperator(open, '(')) {
    const close = skipParentheses(cursor);
    const queryStart = (open as Token).end;
    return { query: cursor.input.slice(queryStart, close.start), queryStart };
  }
  const first = cursor.peek();
  cursor.dottedName('a table');
  const { input } = cursor;
  const names = isOperator(cursor.peek(), '(') ? skipParenthesesOf(cursor) : undefined;
  const start = first?.start ?? 0;
  const table = input.slice(start, names?.open.start ?? endBefore(cursor));
  const columns = names === undefined ? '*' : input.slice(names.open.end, names.close.start);
  return { query: `SELECT ${columns} FROM ${table.trim()}`, queryStart: start };
}

function endBefore(cursor: CommandCursor): number {
  return cursor.peek()?.start ?? cursor.input.length;
}

function skipParenthesesOf(cursor: CommandCursor): { readonly open: Token; readonly close: Token } {
  const open = cursor.peek() as Token;
  return { open, close: skipParentheses(cursor) };
}

/** The one that closes what the next one opens. */
function skipParentheses(cursor: CommandCursor): Token {
  let depth = 0;
  for (;;) {
    const token = cursor.take(() => true, ') is');
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    if (depth === 0) return token;
  }
}

function readFormat(cursor: CommandCursor): CopyFormat {
  cursor.takeWord('WITH');
  const options = cursor.takeOperator('(') ? readOptions(cursor) : readOldOptions(cursor);
  return copyFormatOf(options);
}

function readOptions(cursor: CommandCursor): CopyOptions {
  const options: Record<string, string | readonly string[] | undefined> = {};
  do {
    const name = cursor.identifier('an option is').toLowerCase();
    if (Object.hasOwn(options, name)) throw new WireError('42601', `conflicting or redundant options: ${name}`);
    options[name] = readOption(cursor);
  } while (cursor.takeOperator(','));
  cursor.take((token) => isOperator(token, ')'), ') is');
  return options;
}

function readOption(cursor: CommandCursor): string | readonly string[] | undefined {
  const next = cursor.peek();
  if (next === undefined || isOperator(next, ',') || isOperator(next, ')')) return undefined;
  cursor.advance();
  if (next.text === '*') return '*';
  if (!isOperator(next, '(')) return next.value;
  const names = [cursor.identifier('a column is')];
  while (cursor.takeOperator(',')) names.push(cursor.identifier('a column is'));
  cursor.take((token) => isOperator(token, ')'), ') is');
  return names;
}

/** As before version 9: `BINARY`, `CSV HEADER`, `DELIMITER AS '|' NULL AS ''`. */
function readOldOptions(cursor: CommandCursor): CopyOptions {
  const options: Record<string, string | readonly string[] | undefined> = {};
  while (!cursor.isAtEnd()) {
    const word = cursor.oneOf('BINARY', 'CSV', 'HEADER', 'DELIMITER', 'DELIMITERS', 'NULL', 'QUOTE', 'ESCAPE', 'FORCE');
    switch (word) {
      case undefined:
        throw cursor.unexpected('an option of COPY is expected');
      case 'BINARY':
      case 'CSV':
        options['format'] = word.toLowerCase();
        break;
      case 'HEADER':
        options['header'] = undefined;
        break;
      case 'FORCE':
        if (!cursor.takeWord('QUOTE')) throw cursor.unexpected('QUOTE is expected');
        options['force_quote'] = readForced(cursor);
        break;
      default:
        cursor.takeWord('AS');
        options[word === 'DELIMITERS' ? 'delimiter' : word.toLowerCase()] = cursor.take(
          ({ kind }) => kind === 'string',
          'a text is',
        ).value;
    }
  }
  return options;
}

function readForced(cursor: CommandCursor): string | readonly string[] {
  if (cursor.takeIf(({ text }) => text === '*')) return '*';
  const names = [cursor.identifier('a column is')];
  while (cursor.takeOperator(',')) names.push(cursor.identifier('a column is'));
  return names;
}
