/**
 * Changes of a text of which nothing is known but its lines and words.
 *
 * @module
 */

import fc from 'fast-check';

export interface TextChange {
  readonly kind: 'cut' | 'drop' | 'double' | 'insert' | 'replace' | 'swap';
  /** Whether parts are lines, or words and marks. */
  readonly lines: boolean;
  readonly at: number;
  readonly to: number;
  readonly piece: string;
}

export function textChanges(pieces: readonly string[]): fc.Arbitrary<readonly TextChange[]> {
  const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const change: fc.Arbitrary<TextChange> = fc.record({
    kind: fc.constantFrom('cut', 'drop', 'double', 'insert', 'insert', 'replace', 'replace', 'swap'),
    lines: fc.boolean(),
    at: share,
    to: share,
    piece: fc.constantFrom(...pieces),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 });
}

export function changedText(text: string, changes: readonly TextChange[]): string {
  return changes.reduce(changed, text);
}

function changed(text: string, { kind, lines, at, to, piece }: TextChange): string {
  const parts: readonly string[] = text.match(lines ? /[^\n]*\n|[^\n]+/g : /\s+|[\p{L}\p{N}_]+|[^\s]/gu) ?? [];
  if (parts.length === 0) return piece;
  const [one, other] = [at, to].map((share) => Math.floor(share * parts.length)) as [number, number];
  switch (kind) {
    case 'cut':
      return parts.slice(0, one).join('');
    case 'drop':
      return parts.toSpliced(one, 1 + (other % 3)).join('');
    case 'double':
      return parts.toSpliced(one, 0, ...parts.slice(other, other + 3)).join('');
    case 'insert':
      return parts.toSpliced(one, 0, piece).join('');
    case 'replace':
      return parts.toSpliced(one, 1, piece).join('');
    case 'swap':
      return parts.with(one, parts[other] ?? '').join('');
  }
}
