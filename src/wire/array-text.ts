/**
 * Lists as PostgreSQL writes them: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 *
 * @module
 */

import { WireError } from './failure.ts';

/** Elements as texts; lists where there is more than one dimension. */
export type ArrayItem = string | null | readonly ArrayItem[];

export function printArray(items: readonly ArrayItem[]): string {
  return `{${items.map(printItem).join(',')}}`;
}

function printItem(item: ArrayItem): string {
  if (item === null) return 'NULL';
  if (typeof item !== 'string') return printArray(item);
  const isPlain = item !== '' && !/[\s{},"\\]/.test(item) && item.toUpperCase() !== 'NULL';
  return isPlain ? item : `"${item.replace(/["\\]/g, '\\$&')}"`;
}

/** A quoted element, or one without quotes, or a sign. A backslash takes the next character as it is. */
const PIECE = /\s*(?:([{},])|"((?:[^"\\]|\\.)*)"|((?:[^"\\{},\s]|\\.)(?:(?:[^"\\{},]|\\.)*(?:[^"\\{},\s]|\\.))?))\s*/sy;

/** Levels that PostgreSQL has. */
const MOST_DIMENSIONS = 6;

/** @throws WireError (22P02) for what is no list */
export function parseArray(text: string): readonly ArrayItem[] {
  // Bounds, as in `[0:1]={a,b}`, are read over: elements count from 1 here.
  const body = text.replace(/^\s*(?:\[[-+]?\d+:[-+]?\d+\])+\s*=/, '');
  const pieces = new RegExp(PIECE);
  const stack: ArrayItem[][] = [];
  let awaitsItem = true;
  let whole: readonly ArrayItem[] | undefined;
  while (pieces.lastIndex < body.length) {
    const piece = pieces.exec(body);
    if (piece === null || whole !== undefined) throw malformed(text);
    const [, sign, quoted, plain] = piece;
    const current = stack.at(-1);
    if (sign === '{') {
      if (!awaitsItem || stack.length >= MOST_DIMENSIONS) throw malformed(text);
      const inner: ArrayItem[] = [];
      current?.push(inner);
      stack.push(inner);
    } else if (current === undefined) {
      throw malformed(text);
    } else if (sign === '}') {
      // A comma before the end needs an element behind it; only `{}` has none.
      if (awaitsItem && current.length > 0) throw malformed(text);
      stack.pop();
      awaitsItem = false;
      if (stack.length === 0) whole = current;
    } else if (sign === ',') {
      if (awaitsItem) throw malformed(text);
      awaitsItem = true;
    } else {
      if (!awaitsItem) throw malformed(text);
      current.push(itemOf(quoted, plain));
      awaitsItem = false;
    }
  }
  if (whole === undefined) throw malformed(text);
  return whole;
}

function itemOf(quoted: string | undefined, plain: string | undefined): string | null {
  if (plain?.toUpperCase() === 'NULL') return null;
  return (quoted ?? plain ?? '').replace(/\\(.)/gs, '$1');
}

function malformed(text: string): WireError {
  return new WireError('22P02', `malformed array literal: "${text.slice(0, 200)}"`);
}
