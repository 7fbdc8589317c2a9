/**
 * Texts of PostgreSQL's arrays: `{a,"b c",NULL}`.
 * https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';

const ELEMENT = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|((?:[^,{}"\\]|\\[\s\S])+))\s*(,|$)/y;

/**
 * The elements of an array of one dimension; NULL is null.
 *
 * @throws InvalidValueError
 */
export function arrayElements(text: string): readonly (string | null)[] {
  const [, inside] = /^\s*\{([\s\S]*)\}\s*$/.exec(text) ?? [];
  if (inside === undefined) throw malformed();
  if (inside.trim() === '') return [];
  const elements: (string | null)[] = [];
  ELEMENT.lastIndex = 0;
  for (let goesOn = true; goesOn; ) {
    const match = ELEMENT.exec(inside);
    if (match === null) throw malformed();
    const [, quoted, plain = '', separator] = match;
    elements.push(quoted === undefined ? plainElement(plain) : unescaped(quoted));
    goesOn = separator === ',';
  }
  return elements;
}

function plainElement(text: string): string | null {
  const trimmed = text.replace(/(?<!\\)\s+$/, '');
  if (trimmed === '') throw malformed();
  return /^null$/i.test(trimmed) ? null : unescaped(trimmed);
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, '$1');
}

function malformed(): InvalidValueError {
  return new InvalidValueError('A list of keys has the form {a,b}.', {
    subject: 'path',
    hint: `Write profile #>> '{address,city}', or array['address', 'city'].`,
  });
}
