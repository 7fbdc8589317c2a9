/**
 * LIMIT ends the reading as soon as there are enough rows, where nothing stands between the rows of the one table and
 * those of the limited query that could need more of them. That query may be below others: no condition of theirs gets
 * past its LIMIT.
 *
 * @module
 */

import type { ColumnRef, Limit, OutputColumn, SelectBlock } from '../../sql/statement.ts';
import { DEFAULT_SETTINGS, type Draft, type DraftRef, type PlanContext, type Rule, withRef } from '../draft.ts';
import { listsOf } from '../estimate.ts';
import { isInOrder } from '../lists.ts';
import { placeOf } from '../places.ts';
import type { JudgedQual, ScanOrder } from '../plan.ts';
import { tryPlanScan } from '../scan.ts';
import { type BlockScope, type BoundRef, isOwnQuery, readScopes } from '../scope.ts';
import { requestOf } from './choose-scans.ts';

export const limitRows: Rule = (draft, context) => {
  if (!(context.settings ?? DEFAULT_SETTINGS).pushdown) return draft;
  return readScopes(draft.query.root).reduce((current, scope) => limitOne(current, scope, context), draft);
};

function limitOne(draft: Draft, scope: BlockScope, context: PlanContext): Draft {
  const ordered = orderedTable(scope);
  const count = ordered?.isExtreme === true ? 1 : rowsWanted(scope.block.limit);
  const bound = count === undefined ? undefined : (ordered?.bound ?? onlyTable(scope));
  const ref = draft.refs.find((each) => each.bound === bound);
  if (bound === undefined || count === undefined || ref === undefined) return draft;
  // Of rows that come several times, more are needed.
  if (isPerOuterRow(scope) || ref.onceBy !== undefined) return draft;
  const wanted = ordered === undefined ? ref : inOrder(ref, ordered.order, context);
  if (wanted === undefined || !isSettled(wanted, scope)) return draft;
  return withRef(draft, bound, () => ({ ...wanted, limit: count }));
}

/** The one table whose rows are ordered by a column of it, of which the first are wanted. */
function orderedTable(
  scope: BlockScope,
): { readonly bound: BoundRef; readonly order: ScanOrder; readonly isExtreme: boolean } | undefined {
  if (scope.kind !== 'select' || scope.source?.kind !== 'resource' || scope.block.order === undefined) return undefined;
  const { column, isDescending, isExtreme } = scope.block.order;
  const place = isRenamed(column, scope.block) ? undefined : placeOf(column, scope.names);
  if (place?.leaf !== scope.source || place.path !== undefined) return undefined;
  return { bound: scope.source.bound, order: { column: place.name, isDescending }, isExtreme };
}

/** ORDER BY means the columns of the SELECT list first. */
function isRenamed({ name, qualifier }: ColumnRef, { output }: SelectBlock): boolean {
  const isCalled = (item: OutputColumn): boolean => 'name' in item && item.name?.toLowerCase() === name.toLowerCase();
  const isItself = (item: OutputColumn): boolean =>
    item.kind === 'column' && item.column.name.toLowerCase() === name.toLowerCase() && item.column.path === undefined;
  return qualifier === undefined && output.some((item) => isCalled(item) && !isItself(item));
}

/** The reference read in that order; undefined where the API does not have it. */
function inOrder(ref: DraftRef, order: ScanOrder, context: PlanContext): DraftRef | undefined {
  const { scan, dependencies, late } = ref;
  if (scan === undefined || scan.parent !== undefined || dependencies.length > 0 || late !== undefined)
    return undefined;
  const wanted = { ...ref, order };
  const sorted = tryPlanScan(requestOf(wanted, {}), context);
  // One list for each of several orgs is in order, and not all of them together.
  const isOne = sorted !== undefined && isInOrder(sorted, order, context) && listsOf(sorted) === 1;
  return isOne ? { ...wanted, scan: sorted } : undefined;
}

/** Whether each row of an outer query may want rows of its own: a condition may name a column of it. */
function isPerOuterRow(scope: BlockScope): boolean {
  return scope.kind === 'select' && scope.names.outer !== undefined && conditionCount(scope) > 0;
}

function rowsWanted(limit: Limit | undefined): number | undefined {
  if (limit?.count === undefined || limit.isOther) return undefined;
  const [count, offset] = [limit.count, limit.offset].map((part) =>
    part === undefined ? 0 : part.kind === 'literal' && typeof part.value === 'number' ? part.value : undefined,
  );
  return count === undefined || offset === undefined ? undefined : count + offset;
}

/** The one table whose rows become those of the result, one by one; subqueries that only choose columns do not matter. */
function onlyTable(scope: BlockScope): BoundRef | undefined {
  if (scope.kind !== 'select' || !scope.block.isRowwise) return undefined;
  const { source } = scope;
  if (source?.kind === 'resource') return source.bound;
  if (source?.kind !== 'query' || !isOwnQuery(source) || source.scope.block.limit !== undefined) return undefined;
  return onlyTable(source.scope);
}

/** Whether every condition is one that the scan can count by. */
function isSettled({ scan, quals }: DraftRef, scope: BlockScope): boolean {
  if (scan === undefined || conditionCount(scope) > quals.length) return false;
  return scan.quals.every((judged) => isCountable(judged, scan.resource.columns));
}

function conditionCount(scope: BlockScope): number {
  if (scope.kind !== 'select') return 0;
  const inner = scope.source?.kind === 'query' ? conditionCount(scope.source.scope) : 0;
  return scope.block.where.length + inner;
}

/**
 * Rows are counted after those equalities have been checked on them that are texts; of other conditions only the API
 * can be trusted, where it is exact.
 */
function isCountable({ qual, exactness }: JudgedQual, columns: DraftRef['bound']['columns']): boolean {
  if (exactness === 'exact') return true;
  // What is not certain of a row is not counted.
  if (qual.kind === 'compare' && qual.path === undefined) {
    return columns.some(({ name, type }) => name.toLowerCase() === qual.column && type === 'TIMESTAMPTZ');
  }
  if (qual.kind !== 'in' || qual.path !== undefined || !qual.values.every((value) => typeof value === 'string'))
    return false;
  return columns.some(({ name, type }) => name.toLowerCase() === qual.column && type === 'VARCHAR');
}
