/**
 * JSON as APIs send it and the engine keeps it: integers of any length, texts that every reader takes.
 *
 * `JSON.parse` rounds integers beyond 2^53 without a word, and Node 20 has no way to ask it for their digits (reviver contexts came
 * with V8 11.4). So such integers travel as strings with a mark that nobody can have put there.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';
import { ExecutionError } from './errors.ts';
import type { JsonValue } from './values.ts';

/**
 * The smallest integer that a double does not hold, 9007199254740993, has 16 digits. Ids and keys have as many in a row, but what
 * stands around a number is rare there; and what is found within a string after all only costs time.
 */
const LONG_INTEGER = /(?:^|[\s:,[-])[1-9]\d{15,}(?:$|[\s,\]}])/;

/**
 * The value of a JSON text. Integers that a double cannot hold are bigints; all other numbers are numbers.
 *
 * @throws SyntaxError for what is no JSON, as `JSON.parse` does; RangeError for such integers thousands of levels deep
 * @example parseJson('[9007199254740993]') // [9007199254740993n]
 */
export function parseJson(text: string): JsonValue {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text) as JsonValue;
  const mark = `${randomUUID()}:`;
  const marked = markNumbers(text, mark, isLongInteger);
  if (marked === text) return JSON.parse(text) as JsonValue;
  return JSON.parse(marked, (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  ) as JsonValue;
}

const STRING_OR_NUMBER = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Puts numbers into strings, behind a mark. Loops, because a repeated group needs stack for every round. */
function markNumbers(text: string, mark: string, isMarked: (token: string) => boolean): string {
  const pattern = new RegExp(STRING_OR_NUMBER);
  let marked = '';
  let copied = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [token] = found;
    if (token === '"') {
      pattern.lastIndex = endOfString(text, found.index);
    } else if (isMarked(token)) {
      marked += `${text.slice(copied, found.index)}"${mark}${token}"`;
      copied = pattern.lastIndex;
    }
  }
  return marked + text.slice(copied);
}

/**
 * Reads a JSON text and writes values out of it again with each number as it was: `10.0`, which JavaScript writes as `10`, is
 * another type to some readers.
 */
export function exactJson(): {
  readonly parse: (text: string) => JsonValue;
  readonly text: (value: JsonValue) => string;
} {
  const mark = `${randomUUID()}:`;
  const marked = new RegExp(`"${mark}([^"]*)"`, 'g');
  return {
    parse: (text) => parseJson(markNumbers(text, mark, (token) => /[.eE]/.test(token))),
    text: (value) => jsonText(value).replaceAll(marked, '$1'),
  };
}

function isLongInteger(token: string): boolean {
  return /^-?[1-9]\d{15,}$/.test(token) && !Number.isSafeInteger(Number(token));
}

/** Behind the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** A value as JSON text. Throws `EXECUTION` for lists and objects thousands of levels deep: V8 reads such, and cannot write them. */
export function jsonText(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof TypeError) return textWithBigints(value);
    throw new ExecutionError('A value is nested too deeply.', {
      hint: 'Leave its column out, or * if that names it.',
      cause,
    });
  }
}

/** `JSON.stringify` refuses bigints, which JSON can hold. */
function textWithBigints(value: JsonValue): string {
  const mark = randomUUID();
  const text = JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? `${mark}${each}` : each));
  return text.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1');
}

/**
 * JSON text that readers take which refuse half a surrogate pair, such as DuckDB's: each half becomes U+FFFD, as in any encoding
 * to UTF-8. `JSON.stringify` writes halves, and nothing else, as `\ud…` in small letters.
 */
export function wellFormedJson(text: string): string {
  if (!text.includes('\\ud')) return text;
  return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|[\s\S])/g, (unit) => (unit.startsWith('\\ud') ? '\ufffd' : unit));
}
