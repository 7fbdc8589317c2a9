/**
 * A reference that a join would feed from the rows of a list which hold copies of its own rows is read from that list:
 * 500 apps cost their pages instead of 500 calls more.
 *
 * @module
 */

import { canonicalName } from '../assignments.ts';
import { DEFAULT_SETTINGS, type Draft, type DraftRef, type PlanContext, type Rule, withRef } from '../draft.ts';
import type { Dependency, Scan } from '../plan.ts';
import { areInSamePlace } from '../same-place.ts';
import { tryPlanScan } from '../scan.ts';
import { requestOf } from './choose-scans.ts';

export const embeddedCopies: Rule = (draft, context) => {
  if (!(context.settings ?? DEFAULT_SETTINGS).embedded) return draft;
  return draft.refs.reduce((current, ref) => readCopies(current, ref, context), draft);
};

function readCopies(draft: Draft, ref: DraftRef, context: PlanContext): Draft {
  const [dependency, second] = ref.dependencies;
  const source = draft.refs.find(({ bound }) => bound.ref.ordinal === dependency?.on);
  if (dependency === undefined || second !== undefined || source === undefined) return draft;
  if (!holdsCopies(source, ref) || !suppliesKeys(dependency, source, ref)) return draft;
  const keys = dependency.pairs.map(({ column }) => column);
  if (!areInSamePlace(ref, source, keys, draft, context)) return draft;
  const request = requestOf({ ...ref, parentQuals: source.quals }, { allowParent: true });
  const scan = tryPlanScan(request, context);
  if (scan?.isEmbedded !== true || !isSameList(scan, source.scan)) return draft;
  return withRef(draft, ref.bound, (known) => ({ ...known, scan, dependencies: [], parentQuals: source.quals }));
}

/** A source that is itself fed would be read twice, in two ways. */
function holdsCopies(source: DraftRef, { bound }: DraftRef): boolean {
  return bound.resource.embedded?.resource === source.bound.resource.name && source.dependencies.length === 0;
}

function suppliesKeys({ pairs }: Dependency, source: DraftRef, { bound }: DraftRef): boolean {
  return Object.entries(bound.resource.embedded?.keys ?? {}).every(([column, sourceColumn]) =>
    pairs.some(
      (pair) =>
        pair.column === canonicalName(bound.resource, column) &&
        pair.sourceColumn === canonicalName(source.bound.resource, sourceColumn),
    ),
  );
}

function isSameList({ parent }: Scan, scan: Scan | undefined): boolean {
  return parent !== undefined && parent.scan.method === scan?.method && parent.scan.parent === undefined;
}
