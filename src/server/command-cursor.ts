/**
 * DECLARE, FETCH, MOVE and CLOSE.
 *
 * @module
 */

import type { Command, FetchMove } from './command.ts';
import type { CommandCursor } from './command-reader.ts';

export function readDeclare(cursor: CommandCursor): Command {
  cursor.advance();
  const name = cursor.identifier('the name of a cursor is');
  let [isBinary, canScroll, isHeld] = [false, false, false];
  while (!cursor.takeWord('CURSOR')) {
    if (cursor.takeWord('BINARY')) isBinary = true;
    else if (cursor.takeWord('NO')) {
      if (!cursor.takeWord('SCROLL')) throw cursor.unexpected('SCROLL is expected');
    } else if (cursor.takeWord('SCROLL')) canScroll = true;
    else if (cursor.oneOf('INSENSITIVE', 'ASENSITIVE') === undefined) throw cursor.unexpected('CURSOR is expected');
  }
  const hold = cursor.oneOf('WITH', 'WITHOUT');
  if (hold !== undefined) {
    if (!cursor.takeWord('HOLD')) throw cursor.unexpected('HOLD is expected');
    isHeld = hold === 'WITH';
  }
  if (!cursor.takeWord('FOR')) throw cursor.unexpected('FOR is expected');
  const first = cursor.take(() => true, 'a query is');
  return { kind: 'declare', name, isBinary, canScroll, isHeld, queryStart: first.start };
}

export function readFetch(kind: 'fetch' | 'move'): (cursor: CommandCursor) => Command {
  return (cursor) => {
    cursor.advance();
    const move = readMove(cursor);
    cursor.oneOf('FROM', 'IN');
    const name = cursor.identifier('the name of a cursor is');
    cursor.finish();
    return { kind, name, move };
  };
}

/** Without a direction: the next row. */
function readMove(cursor: CommandCursor): FetchMove {
  const isName = cursor.peek(1) === undefined;
  if (isName) return { way: 'forward', count: 1 };
  const word = cursor.oneOf('NEXT', 'PRIOR', 'FIRST', 'LAST', 'ABSOLUTE', 'RELATIVE', 'FORWARD', 'BACKWARD', 'ALL');
  switch (word) {
    case 'NEXT':
      return { way: 'forward', count: 1 };
    case 'PRIOR':
      return { way: 'backward', count: 1 };
    case 'FIRST':
      return { way: 'absolute', count: 1 };
    case 'LAST':
      return { way: 'absolute', count: -1 };
    case 'ALL':
      return { way: 'forward', count: Number.POSITIVE_INFINITY };
    case 'ABSOLUTE':
      return { way: 'absolute', count: readCount(cursor) ?? 0 };
    case 'RELATIVE':
      return { way: 'relative', count: readCount(cursor) ?? 0 };
    case 'BACKWARD':
      return reversed({ way: 'backward', count: readAmount(cursor) });
    case 'FORWARD':
      return reversed({ way: 'forward', count: readAmount(cursor) });
    case undefined:
      return reversed({ way: 'forward', count: readCount(cursor) ?? 1 });
  }
}

function readAmount(cursor: CommandCursor): number {
  return cursor.takeWord('ALL') ? Number.POSITIVE_INFINITY : (readCount(cursor) ?? 1);
}

/** Fewer than none is the other way. */
function reversed({ way, count }: FetchMove): FetchMove {
  if (count >= 0) return { way, count };
  return { way: way === 'forward' ? 'backward' : 'forward', count: -count };
}

function readCount(cursor: CommandCursor): number | undefined {
  const isNegative = cursor.takeOperator('-');
  const next = cursor.peek();
  if (next?.kind !== 'number') {
    if (isNegative) throw cursor.unexpected('a number is expected');
    return undefined;
  }
  cursor.advance();
  return isNegative ? -Number(next.value) : Number(next.value);
}

export function readClose(cursor: CommandCursor): Command {
  cursor.advance();
  const name = cursor.takeWord('ALL') ? undefined : cursor.identifier('the name of a cursor is');
  cursor.finish();
  return { kind: 'close', name };
}
