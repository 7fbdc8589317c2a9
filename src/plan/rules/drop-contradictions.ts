/**
 * Nothing is requested for rows that no condition lets through: `appId = 'a' AND appId = 'b'`, `id IN ()`, `x = NULL`,
 * and whatever an inner join joins to nothing.
 *
 * @module
 */

import type { Literal } from '../../sql/statement.ts';
import type { DraftRef, Rule } from '../draft.ts';
import type { InQual } from '../plan.ts';
import { inQuals } from '../scan.ts';
import { type BoundRef, leavesOf, readScopes, type Source } from '../scope.ts';

export const dropContradictions: Rule = (draft) => {
  const empty = new Set(draft.refs.filter((ref) => ref.isEmpty || isContradictory(ref)).map(({ bound }) => bound));
  for (const scope of readScopes(draft.query.root)) {
    if (scope.kind === 'select') spread(scope.source, empty);
  }
  return { ...draft, refs: draft.refs.map((ref) => ({ ...ref, isEmpty: empty.has(ref.bound) })) };
};

function isContradictory({ quals }: DraftRef): boolean {
  const byColumn = new Map<string, InQual[]>();
  for (const qual of inQuals(quals)) byColumn.set(qual.column, [...(byColumn.get(qual.column) ?? []), qual]);
  return [...byColumn.values()].some((same) => isNothing(same));
}

/** Values of one column are written in one way (`plainValue`), so that texts tell them apart. */
function isNothing([first, ...others]: readonly InQual[]): boolean {
  const text = (value: Literal): string => String(value);
  const values = (first?.values ?? []).filter((value) => value !== null).map(text);
  return !values.some((value) =>
    others.every((other) => other.values.some((each) => each !== null && text(each) === value)),
  );
}

/** Marks what is joined to nothing as not needed; whether the source as a whole has no rows. */
function spread(source: Source | undefined, empty: Set<BoundRef>): boolean {
  if (source === undefined || source.kind === 'unknown' || source.kind === 'query') return false;
  if (source.kind === 'resource') return empty.has(source.bound);
  const [left, right] = [spread(source.left, empty), spread(source.right, empty)];
  const isEmpty = joinsNothing(source.join, left, right);
  if (isEmpty) for (const leaf of leavesOf(source)) if (leaf.kind === 'resource') empty.add(leaf.bound);
  return isEmpty;
}

function joinsNothing(join: (Source & { readonly kind: 'join' })['join'], left: boolean, right: boolean): boolean {
  switch (join) {
    case 'cross':
    case 'inner':
    case 'semi':
      return left || right;
    case 'left':
    case 'anti':
      return left;
    case 'right':
      return right;
    case 'full':
    case 'other':
      return left && right;
  }
}
