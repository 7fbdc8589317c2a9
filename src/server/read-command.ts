/**
 * Reads the statements about the connection.
 *
 * @module
 */

import type { Token } from '../sql/text/token.ts';
import type { Command } from './command.ts';
import { readCopy } from './command-copy.ts';
import { readClose, readDeclare, readFetch } from './command-cursor.ts';
import { CommandCursor } from './command-reader.ts';
import { readReset, readSet, readShow } from './command-setting.ts';
import { readAbort, readBegin, readCommit, readRelease, readRollback, readSavepoint } from './command-transaction.ts';

type Reader = (cursor: CommandCursor) => Command | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  BEGIN: readBegin,
  START: readBegin,
  COMMIT: readCommit,
  END: readCommit,
  ROLLBACK: readRollback,
  ABORT: readAbort,
  SAVEPOINT: readSavepoint,
  RELEASE: readRelease,
  SET: readSet,
  RESET: readReset,
  SHOW: readShow,
  DISCARD: readDiscard,
  DEALLOCATE: readDeallocate,
  DECLARE: readDeclare,
  FETCH: readFetch('fetch'),
  MOVE: readFetch('move'),
  CLOSE: readClose,
  COPY: readCopy,
  UNLISTEN: readUnlisten,
};

/**
 * What a statement says about its connection; undefined for one that says nothing of it.
 *
 * @param input the text that the tokens are from
 * @throws SqlSyntaxError, WireError
 */
export function readCommand(tokens: readonly Token[], input: string): Command | undefined {
  const cursor = new CommandCursor(tokens, input);
  const first = cursor.peek();
  if (first?.kind !== 'word') return undefined;
  const word = first.value.toUpperCase();
  return Object.hasOwn(READERS, word) ? READERS[word]?.(cursor) : undefined;
}

function readDiscard(cursor: CommandCursor): Command {
  cursor.advance();
  for (const what of ['ALL', 'PLANS', 'SEQUENCES', 'TEMP'] as const) {
    if (cursor.takeWord(what) || (what === 'TEMP' && cursor.takeWord('TEMPORARY'))) {
      cursor.finish();
      return { kind: 'discard', what };
    }
  }
  throw cursor.unexpected('ALL, PLANS, SEQUENCES or TEMP is expected');
}

function readDeallocate(cursor: CommandCursor): Command {
  cursor.advance();
  cursor.takeWord('PREPARE');
  const name = cursor.takeWord('ALL') ? undefined : cursor.identifier('the name of a statement is');
  cursor.finish();
  return { kind: 'deallocate', name };
}

function readUnlisten(cursor: CommandCursor): Command {
  cursor.advance();
  if (!cursor.takeIf(({ text }) => text === '*')) cursor.identifier('a channel is');
  cursor.finish();
  return { kind: 'unlisten' };
}
