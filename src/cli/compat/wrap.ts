/**
 * How StackQL's grid breaks a cell into lines: between words, such that the lines before the last are as equally full as they can be.
 *
 * @module
 */

import { displayWidth } from '../../output/display-width.ts';

/** A line has this many columns, or as many as the longest word. */
export const WIDEST = 30;

/** Cells are broken up to here; a longer one, which no terminal shows as a grid, is cut where a line is full. */
const MOST_WORDS = 20_000;

export function wrapped(text: string): readonly string[] {
  const words = text.replaceAll('\n', ' ').split(' ');
  const widths = words.map(displayWidth);
  const limit = widths.reduce((most, width) => Math.max(most, width), WIDEST);
  const breaks = words.length > MOST_WORDS ? fullLines(widths, limit) : evenLines(widths, limit);
  const lines: string[] = [];
  for (let start = 0; start < words.length; start = breaks[start] ?? words.length) {
    lines.push(words.slice(start, breaks[start] ?? words.length).join(' '));
  }
  return lines;
}

/**
 * For each word at which a line may begin, the word at which the next one does. The price of a line is the square of the room that it
 * leaves, that of the last line nothing; from the last word on, the cheapest way is known for all that follows. No line is longer than
 * the limit, so that few words are looked at for each.
 */
function evenLines(widths: readonly number[], limit: number): readonly number[] {
  const { length } = widths;
  const price = new Array<number>(length + 1).fill(0);
  const next = new Array<number>(length).fill(length);
  let rest = -1;
  for (let start = length - 1; start >= 0; start -= 1) {
    rest += 1 + (widths[start] ?? 0);
    if (rest <= limit) continue;
    price[start] = Number.POSITIVE_INFINITY;
    let width = -1;
    for (let end = start + 1; end < length; end += 1) {
      width += 1 + (widths[end - 1] ?? 0);
      if (width > limit) break;
      const whole = (limit - width) ** 2 + (price[end] ?? 0);
      if (whole < (price[start] ?? 0)) [price[start], next[start]] = [whole, end];
    }
  }
  return next;
}

function fullLines(widths: readonly number[], limit: number): readonly number[] {
  const next = new Array<number>(widths.length).fill(widths.length);
  let [start, width] = [0, -1];
  for (const [index, own] of widths.entries()) {
    if (width + 1 + own > limit && index > start) {
      next[start] = index;
      [start, width] = [index, -1];
    }
    width += 1 + own;
  }
  return next;
}
