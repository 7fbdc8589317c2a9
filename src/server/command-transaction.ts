/**
 * BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin in all spellings.
 *
 * @module
 */

import type { Command, TransactionModes } from './command.ts';
import type { CommandCursor } from './command-reader.ts';

export function readBegin(cursor: CommandCursor): Command {
  const isStart = cursor.takeWord('START');
  if (isStart) {
    if (!cursor.takeWord('TRANSACTION')) throw cursor.unexpected('TRANSACTION is expected');
  } else {
    cursor.advance();
    cursor.oneOf('WORK', 'TRANSACTION');
  }
  const modes = readModes(cursor);
  cursor.finish();
  return { kind: 'begin', word: isStart ? 'START TRANSACTION' : 'BEGIN', modes };
}

const ISOLATION_LEVELS = [
  ['READ', 'UNCOMMITTED'],
  ['READ', 'COMMITTED'],
  ['REPEATABLE', 'READ'],
  ['SERIALIZABLE'],
] as const;

/** `ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE`, with or without commas. */
export function readModes(cursor: CommandCursor): TransactionModes {
  let modes: TransactionModes = {};
  while (!cursor.isAtEnd()) {
    modes = { ...modes, ...readMode(cursor) };
    cursor.takeOperator(',');
  }
  return modes;
}

function readMode(cursor: CommandCursor): TransactionModes {
  if (cursor.takeWord('ISOLATION')) {
    if (!cursor.takeWord('LEVEL')) throw cursor.unexpected('LEVEL is expected');
    const level = ISOLATION_LEVELS.find((words) =>
      words.every((word, index) => cursor.peek(index)?.value.toUpperCase() === word),
    );
    if (level === undefined) throw cursor.unexpected('an isolation level is expected');
    for (const _word of level) cursor.advance();
    return { isolation: level.join(' ').toLowerCase() };
  }
  if (cursor.takeWord('READ')) {
    if (cursor.takeWord('ONLY')) return { isReadOnly: true };
    if (cursor.takeWord('WRITE')) return { isReadOnly: false };
    throw cursor.unexpected('ONLY or WRITE is expected');
  }
  cursor.takeWord('NOT');
  if (cursor.takeWord('DEFERRABLE')) return {};
  throw cursor.unexpected('a transaction mode is expected');
}

export function readCommit(cursor: CommandCursor): Command | undefined {
  return readEnd(cursor, 'commit');
}

export function readAbort(cursor: CommandCursor): Command | undefined {
  return readEnd(cursor, 'rollback');
}

/** COMMIT PREPARED and ROLLBACK PREPARED are another matter. */
function readEnd(cursor: CommandCursor, kind: 'commit' | 'rollback'): Command | undefined {
  cursor.advance();
  if (cursor.nextIsWord('PREPARED')) return undefined;
  cursor.oneOf('WORK', 'TRANSACTION');
  let isChained = false;
  if (cursor.takeWord('AND')) {
    isChained = !cursor.takeWord('NO');
    if (!cursor.takeWord('CHAIN')) throw cursor.unexpected('CHAIN is expected');
  }
  cursor.finish();
  return { kind, isChained };
}

export function readRollback(cursor: CommandCursor): Command | undefined {
  const isTo = [1, 2].some((place) => cursor.peek(place)?.value.toUpperCase() === 'TO');
  if (!isTo) return readEnd(cursor, 'rollback');
  cursor.advance();
  cursor.oneOf('WORK', 'TRANSACTION');
  cursor.takeWord('TO');
  return readSavepointName(cursor, 'rollbackTo');
}

export function readSavepoint(cursor: CommandCursor): Command {
  cursor.advance();
  const name = cursor.identifier('a name is');
  cursor.finish();
  return { kind: 'savepoint', name };
}

export function readRelease(cursor: CommandCursor): Command {
  cursor.advance();
  return readSavepointName(cursor, 'release');
}

function readSavepointName(cursor: CommandCursor, kind: 'release' | 'rollbackTo'): Command {
  if (cursor.peek(1) !== undefined) cursor.takeWord('SAVEPOINT');
  const name = cursor.identifier('the name of a savepoint is');
  cursor.finish();
  return { kind, name };
}
