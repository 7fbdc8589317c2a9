/**
 * Of a list below each row of a parent, those are not asked for that the statement leaves out by NOT EXISTS or NOT IN of a query: the
 * factors of all who are not active are those of ten users, and not of all. The query is run as soon as what it reads is loaded.
 *
 * @module
 */

import { canonicalName } from '../assignments.ts';
import { DEFAULT_SETTINGS, type Draft, type DraftRef, type Rule, withRef } from '../draft.ts';
import type { Without } from '../plan.ts';
import { canRun } from './choose-scans.ts';

export const withoutKeys: Rule = (draft, { settings = DEFAULT_SETTINGS }) => {
  if (!settings.pushdown) return draft;
  return draft.refs.reduce((current, { bound }) => {
    const ref = current.refs.find((each) => each.bound === bound);
    const without = ref === undefined ? [] : withoutOf(ref, current);
    return without.length === 0 ? current : withRef(current, bound, (known) => ({ ...known, without }));
  }, draft);
};

function withoutOf(ref: DraftRef, draft: Draft): readonly Without[] {
  const { bound, scan } = ref;
  if (scan?.parent === undefined || scan.isEmbedded) return [];
  const supplied = Object.keys(scan.parent.supplies).map((parameter) => canonicalName(bound.resource, parameter));
  return draft.excluded
    .filter(
      ({ target, values }) => target.bound === bound && supplied.includes(target.column) && canRun(values, ref, draft),
    )
    .map(({ target, values }) => ({ column: target.column, keys: values }));
}
