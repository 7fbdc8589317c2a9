/**
 * How many columns of a terminal a text takes.
 *
 * @module
 */

/** Made when first needed: it costs 13 ms, which every start of the command line would pay. */
let segmenter: Intl.Segmenter | undefined;

/**
 * Wide and fullwidth characters of https://www.unicode.org/Public/UCD/latest/ucd/EastAsianWidth.txt, by block.
 * Emoji are found by their own property.
 */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;

/** Latin, Greek and Cyrillic without combining marks. Most texts are; segmenting costs ten times as much. */
const SIMPLE = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f]*$/;

/** U+FE0F asks for the emoji form of a character that is narrow as text. */
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;

/** Marks that sit on a neighbour, and characters that show nothing. */
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]*$/u;

/**
 * Terminal columns of a text without control characters: 2 for wide characters and emoji, 0 for combining marks.
 *
 * @example displayWidth('東京') // 4
 */
export function displayWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemesOf(text)) width += graphemeWidth(grapheme);
  return width;
}

/**
 * The text, or as much of its beginning as leaves room for `…` within the width. What is one character to its reader is not cut.
 *
 * @example cutToWidth('東京都', 4) // '東…'
 */
export function cutToWidth(text: string, width: number): string {
  // No character takes less than nothing: of a megabyte, the beginning says whether it fits.
  const start = text.slice(0, MOST_UNITS * (width + 1));
  if (start.length === text.length && displayWidth(text) <= width) return text;
  if (SIMPLE.test(start)) return `${start.slice(0, Math.max(0, width - 1))}…`;
  let kept = '';
  let room = width - 1;
  for (const grapheme of graphemesOf(start)) {
    room -= graphemeWidth(grapheme);
    if (room < 0) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

/** UTF-16 units of one character to its reader, such as a family of emoji: more are cut all the same. */
const MOST_UNITS = 16;

function* graphemesOf(text: string): Iterable<string> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

function graphemeWidth(grapheme: string): 0 | 1 | 2 {
  if (WIDE.test(grapheme) || EMOJI.test(grapheme)) return 2;
  return INVISIBLE.test(grapheme) ? 0 : 1;
}

/** The texts, each with as many blanks behind it as make all equally wide. */
export function padded(texts: readonly string[]): readonly string[] {
  const widths = texts.map(displayWidth);
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  return texts.map((text, index) => text + ' '.repeat(widest - (widths[index] ?? 0)));
}
