/**
 * Text from bytes: UTF-8, and what it is instead where it is none.
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';
import { InvalidArgumentError } from 'commander';

const BOM = '\uFEFF';

/**
 * The text of a file, without a byte order mark. A text that is read wrongly would ask for other names than those that were written.
 *
 * @param name what messages call it, and how a command line would
 * @throws InvalidArgumentError with the place of the first byte that is no UTF-8, and what the file seems to be
 */
export function textOf(bytes: Uint8Array, name: string): string {
  const wide = utf16Of(bytes);
  if (wide !== undefined) throw notUtf8(name, `it is ${wide}`, wide);
  if (!isUtf8(bytes)) throw notUtf8(name, placeOf(bytes), 'LATIN1');
  const text = Buffer.from(bytes).toString('utf8');
  return text.startsWith(BOM) ? text.slice(1) : text;
}

function notUtf8(name: string, what: string, encoding: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `${name} is not UTF-8: ${what}. Convert it first: iconv -f ${encoding} -t UTF-8 FILE`,
  );
}

/** By its mark, or by the zeros that plain letters have in every second byte. */
function utf16Of(bytes: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  if (first === 0xff && second === 0xfe) return 'UTF-16LE';
  if (first === 0xfe && second === 0xff) return 'UTF-16BE';
  if (first !== 0 && second === 0) return 'UTF-16LE';
  return first === 0 && second !== 0 ? 'UTF-16BE' : undefined;
}

/** A line end is never part of a longer character, so the first line that is none holds the byte. */
function placeOf(bytes: Uint8Array): string {
  let [line, start] = [1, 0];
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    const text = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (!isUtf8(text)) {
      const { column, byte } = firstWrong(text);
      const hex = byte.toString(16).toUpperCase().padStart(2, '0');
      const letter = String.fromCharCode(byte);
      const guess = byte >= 0xa0 ? `, which is ${JSON.stringify(letter)} in Latin-1` : '';
      return `byte 0x${hex} in line ${line}, column ${column}${guess}`;
    }
    if (end === -1) return 'it ends within a character';
    [line, start] = [line + 1, end + 1];
  }
}

/** The column counts characters, from 1. */
function firstWrong(text: Uint8Array): { readonly column: number; readonly byte: number } {
  let column = 1;
  for (let at = 0; at < text.length; column += 1) {
    const length = [1, 2, 3, 4].find((each) => isUtf8(text.subarray(at, at + each)) && at + each <= text.length);
    if (length === undefined) return { column, byte: text[at] ?? 0 };
    at += length;
  }
  return { column, byte: 0 };
}
