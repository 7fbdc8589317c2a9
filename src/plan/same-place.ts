/**
 * What one reference says of its rows holds for a parent of another's only where both mean the same object. Two orgs may
 * have objects of the same id.
 *
 * @module
 */

import type { Literal } from '../sql/statement.ts';
import { own } from '../values.ts';
import { canonicalName } from './assignments.ts';
import type { Draft, DraftRef, PlanContext } from './draft.ts';
import { inQuals, sharedParameters } from './scan.ts';

/**
 * Whether each row of `child` lies in the org, or whatever else both have as a parameter, of the row of `source` that it is joined to
 * by these columns of it.
 */
export function areInSamePlace(
  child: DraftRef,
  source: DraftRef,
  keys: readonly string[],
  { edges }: Draft,
  context: PlanContext,
): boolean {
  const [own, theirs] = [child.bound.resource, source.bound.resource];
  const between = edges.filter(
    ({ target, source: from }) => target.bound === child.bound && from.bound === source.bound,
  );
  const uses = [...new Set(between.map(({ sourceUse }) => sourceUse))];
  return uses.some((use) => {
    const same = between.filter(({ sourceUse }) => sourceUse === use);
    if (!keys.every((key) => same.some(({ target }) => target.column === key))) return false;
    return Object.entries(sharedParameters(own, theirs)).every(([mine, other]) => {
      const [column, sourceColumn] = [canonicalName(own, mine), canonicalName(theirs, other)];
      const isEqual = same.some((edge) => edge.target.column === column && edge.source.column === sourceColumn);
      return isEqual || isSameConstant(valuesOf(child, column, context), valuesOf(source, sourceColumn, context));
    });
  });
}

/** Of several values, rows of one may be joined to those of another. */
function isSameConstant(one: readonly Literal[], other: readonly Literal[]): boolean {
  return one.length === 1 && other.length === 1 && one[0] === other[0];
}

function valuesOf({ quals }: DraftRef, column: string, { defaults }: PlanContext): readonly Literal[] {
  const qual = inQuals(quals).find((each) => each.column === column);
  const fallback = own(defaults, column);
  return qual?.values ?? (fallback === undefined ? [] : [fallback]);
}
