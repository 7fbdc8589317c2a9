/**
 * Which known names an unknown one may have meant.
 *
 * @module
 */

import { BindError } from '../errors.ts';

const MOST = 3;

/** Up to three names that resemble `name`, best first: within a third of its length in edits and no shorter than half of it, or containing it. */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  const reach = Math.max(1, Math.ceil(wanted.length / 3));
  return known
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= reach && candidate.length * 2 >= wanted.length)
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

/** The error for a column that none of the tables has, with those it could have been. */
export function unknownColumn(name: string, known: readonly string[]): BindError {
  const names = [...new Set(known)];
  const nearest = nearestNames(name, names);
  const columns = names.length > 0 ? `Columns are ${names.join(', ')}. ` : '';
  return new BindError('UNKNOWN_COLUMN', `There is no column ${JSON.stringify(name)} here.`, {
    unknownName: name,
    nearest,
    hint: didYouMean(nearest, []) ?? `${columns}A string stands in single quotes.`,
  });
}

/** A hint that offers the nearest names; where none is near and there are few, all of them. */
export function didYouMean(nearest: readonly string[], known: readonly string[]): string | undefined {
  if (nearest.length > 0) return `Did you mean ${nearest.join(' or ')}?`;
  return known.length > 0 && known.length <= 20 ? `There are ${known.join(', ')}.` : undefined;
}

function distanceTo(wanted: string, candidate: string): number {
  const [shorter, longer] = wanted.length < candidate.length ? [wanted, candidate] : [candidate, wanted];
  // The beginning of a long name is meant as its abbreviation; a few letters from its middle are not.
  const isPart =
    shorter.length > 2 &&
    longer.includes(shorter) &&
    (longer.startsWith(shorter) || longer.length <= 3 * shorter.length);
  // Contained is nearer than any edit, and the shorter the rest the nearer: jwk is jwks before it is connection_jwks.
  const rest = longer.length - shorter.length;
  return isPart ? 0.5 + Math.min(rest / 100, 0.4) : editDistance(wanted, candidate);
}

/** Optimal string alignment: insertions, deletions, replacements, and swaps of neighbours, each counting 1. */
function editDistance(a: string, b: string): number {
  // Names are short; a hostile long one must not cost quadratic time.
  if (Math.abs(a.length - b.length) > 20 || a.length > 100) return Number.POSITIVE_INFINITY;
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (old[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (old[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (older[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    older = old;
    old = current;
  }
  return old[b.length] ?? 0;
}
