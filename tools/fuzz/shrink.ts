/**
 * The smallest text that still has a fault.
 *
 * @module
 */

/** Lines first, then words, marks and the blanks between them. */
const CUTS: readonly RegExp[] = [/[^\n]*\n|[^\n]+/g, /\s+|[\p{L}\p{N}_]+|[^\s]/gu];

/** Enough for a statement; a document of a thousand lines is at least a good deal smaller then. */
const MOST_TRIES = 400;

/** Leaves parts out for as long as `isFaulty` says yes: halves, then quarters, down to single ones. */
export async function shrunk(text: string, isFaulty: (text: string) => Promise<boolean>): Promise<string> {
  let best = text;
  let tries = 0;
  for (const cut of CUTS) {
    let parts: readonly string[] = best.match(cut) ?? [];
    for (let size = Math.ceil(parts.length / 2); size >= 1 && tries < MOST_TRIES; ) {
      let isSmaller = false;
      for (let at = 0; at < parts.length && tries < MOST_TRIES; ) {
        const fewer = parts.toSpliced(at, size);
        tries += 1;
        if (fewer.length > 0 && (await isFaulty(fewer.join('')))) {
          parts = fewer;
          isSmaller = true;
        } else {
          at += size;
        }
      }
      if (size === 1 && !isSmaller) break;
      size = size === 1 ? 1 : Math.ceil(size / 2);
    }
    best = parts.join('');
  }
  return best;
}
