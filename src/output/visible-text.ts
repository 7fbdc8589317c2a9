/**
 * Controls, line ends, direction marks, halves of surrogate pairs, and all that shows nothing: blanks without width, fillers, tags,
 * variation selectors. https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\ufff9-\ufffb]/gu;

/** Those of them that text is written with, where they are at home. */
const JOINERS: ReadonlySet<string> = new Set(['\u200c', '\u200d', '\ufe0e', '\ufe0f']);

/** Of emoji, with what colours and shapes the one before: what a joiner may follow. */
const EMOJI_BEFORE = /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?$/u;

const EMOJI_BEHIND = /^\p{Extended_Pictographic}/u;

/** Scripts whose letters join, and are kept from it. https://www.rfc-editor.org/rfc/rfc5892#appendix-A.1 */
const JOINING_LETTER =
  '[\\p{M}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}' +
  '\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}' +
  '\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}]';

/** Made when first needed: most texts hold none of these. */
let letters: { readonly before: RegExp; readonly behind: RegExp } | undefined;

/** Emoji and digits, which are keys with one: what U+FE0E and U+FE0F choose a form of. */
const HAS_FORMS = /[\p{Emoji}\u2194-\u27bf]$/u;

const SHORT_ESCAPES: Readonly<Partial<Record<string, string>>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text on one line that cannot drive a terminal and hides nothing: names and descriptions in a login system come from other
 * people. An escape sequence in one could rewrite what the admin sees, and characters that show nothing make two names look like
 * one, or say something to a program that reads along.
 *
 * Backslashes stay single, though `\n` then has two readings: `CORP\name` is common, and exact text is what the other
 * formats are for. Joiners stay where emoji, Persian and the scripts of India are written with them.
 *
 * @example visibleText('a\u001b[2J') // 'a\\u001b[2J'
 */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, (character, at: number) =>
    isAtHome(character, text, at) ? character : (SHORT_ESCAPES[character] ?? unicodeEscape(character)),
  );
}

/** {@link visibleText} of lines and fields, whose ends and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(/[^\n\t]+/g, visibleText);
}

/** The characters in a text that show nothing, each once: `U+E0041`. Controls and line ends aside. */
export function invisibleIn(text: string): readonly string[] {
  // Nearly all texts hold only these, and are looked through in one go.
  if (/^[\s\x20-\x7e\xa0-\xac\xae-\xff]*$/.test(text)) return [];
  const found = new Set<string>();
  for (const { 0: character, index } of text.matchAll(UNSAFE)) {
    if (!/[\p{Cc}\p{Cs}]/u.test(character) && !isAtHome(character, text, index)) found.add(nameOf(character));
  }
  return [...found];
}

function isAtHome(character: string, text: string, at: number): boolean {
  if (!JOINERS.has(character)) return false;
  // More than the longest of what may be one character.
  const [before, behind] = [text.slice(Math.max(0, at - 4), at), text.slice(at + 1, at + 3)];
  if (character >= '\ufe00') return HAS_FORMS.test(before);
  if (character === '\u200d' && EMOJI_BEFORE.test(before) && EMOJI_BEHIND.test(behind)) return true;
  letters ??= { before: new RegExp(`${JOINING_LETTER}$`, 'u'), behind: new RegExp(`^${JOINING_LETTER}`, 'u') };
  return letters.before.test(before) && letters.behind.test(behind);
}

function unicodeEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
