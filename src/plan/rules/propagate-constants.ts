/**
 * `j.subdomain = a.subdomain AND a.subdomain = 'x'` binds both: the scan of `a` has no other rows to equal.
 *
 * @module
 */

import { keyColumns } from '../assignments.ts';
import { type Draft, type DraftRef, type Rule, withRef } from '../draft.ts';
import type { Edge } from '../edges.ts';
import type { InQual } from '../plan.ts';
import { inQuals } from '../scan.ts';
import type { BoundColumn } from '../scope.ts';

export const propagateConstants: Rule = (draft) => {
  let current = draft;
  // One fact may lead to the next; each reference gets at most one for each of its columns, so this ends.
  for (let found = nextFact(current); found !== undefined; found = nextFact(current)) {
    const { edge, qual } = found;
    current = withRef(current, edge.target.bound, (ref) => ({ ...ref, quals: [...ref.quals, qual] }));
  }
  return current;
};

function nextFact(draft: Draft): { readonly edge: Edge; readonly qual: InQual } | undefined {
  for (const edge of draft.edges) {
    const qual = newQual(draft, edge);
    if (qual !== undefined) return { edge, qual };
  }
  return undefined;
}

function newQual({ refs }: Draft, { target, source }: Edge): InQual | undefined {
  const ref = refs.find(({ bound }) => bound === target.bound);
  const qual = constantOf(
    refs.find(({ bound }) => bound === source.bound),
    source.column,
  );
  if (ref === undefined || qual === undefined || source.path !== undefined || !isParameterColumn(target))
    return undefined;
  return constantOf(ref, target.column) === undefined ? { ...qual, column: target.column } : undefined;
}

function constantOf(ref: DraftRef | undefined, column: string): InQual | undefined {
  return inQuals(ref?.quals ?? []).find((qual) => qual.column === column);
}

/** Whether a parameter has the column's value, so that a restriction of it saves requests. */
export function isParameterColumn({ bound, column }: BoundColumn): boolean {
  return keyColumns(bound.resource).has(column);
}
