/** Controls, line ends, direction marks, invisible spaces and halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

const SHORT_ESCAPES: Readonly<Partial<Record<string, string>>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text on one line that cannot drive a terminal: names and descriptions in a login system come from other people,
 * and an escape sequence in one could rewrite what the admin sees.
 *
 * Backslashes stay single, though `\n` then has two readings: `CORP\name` is common, and exact text is what the other
 * formats are for. U+200D stays, since emoji and Persian need it.
 *
 * @example visibleText('a\u001b[2J') // 'a\\u001b[2J'
 */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT_ESCAPES[character] ?? unicodeEscape(character));
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
