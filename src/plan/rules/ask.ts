/**
 * What only requests know is asked for in every condition, and each object that several requests find is one row.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import { isStarColumn, type Resource, type TableColumn } from '../../registry/resource.ts';
import { checkAsked } from '../asked.ts';
import { askedBy, canonicalName, isAskedColumn, parameterOf } from '../assignments.ts';
import { type Draft, type DraftRef, type Rule, withRef } from '../draft.ts';
import type { ScanQual } from '../plan.ts';
import type { BlockScope, BoundRef } from '../scope.ts';

/** Throws `NOT_SUPPORTED` for a condition that no request is made with. */
export const ask: Rule = (draft) => {
  for (const { bound, askings, scan, dependencies } of draft.refs) {
    if (scan !== undefined) checkAsked(bound, askings, scan, dependencies);
  }
  return draft.refs.reduce(oneRowEach, draft);
};

function oneRowEach(draft: Draft, ref: DraftRef): Draft {
  const { bound, quals, stored } = ref;
  const prefer = quals.filter((qual) => askedBy(qual, bound.resource).length > 0);
  const varying = [...listed(prefer, bound.resource), ...members(ref, draft)];
  if (varying.length === 0 || isPaired(ref, varying)) return draft;
  const columns = identity(ref);
  if (columns.length === 0) return draft;
  checkKnown(ref, prefer, draft);
  const missing = columns.filter((column) => !stored.includes(column));
  const onceBy = { columns: columns.map(({ name }) => name), prefer };
  return withRef(draft, bound, (known) => ({ ...known, stored: [...known.stored, ...missing], onceBy }));
}

/** What the statement lists several values of. */
function listed(binding: readonly ScanQual[], resource: Resource): readonly string[] {
  const lists = binding.filter((qual) => qual.kind === 'or' || (qual.kind === 'in' && qual.values.length > 1));
  return lists.flatMap((qual) => askedBy(qual, resource));
}

/** What a subquery gives values of. */
function members({ bound, dependencies }: DraftRef, { edges }: Draft): readonly string[] {
  const fed = dependencies.flatMap(({ pairs }) => pairs.map(({ column }) => column));
  return edges
    .filter(({ target, query }) => target.bound === bound && query !== undefined)
    .map(({ target }) => target.column)
    .filter((column) => fed.includes(column) && isAskedColumn(bound.resource, column));
}

/** Where a join pairs rows by it, an object is a row for each value; so it is where more is said of it. */
function isPaired({ askings }: DraftRef, varying: readonly string[]): boolean {
  return askings.some(({ column, kind }) => varying.includes(column) && !['in', 'or', 'inQuery'].includes(kind));
}

/**
 * Which of an object's rows is the one that the statement wants is known where all is known that tells them apart.
 *
 * @throws NotSupportedError
 */
function checkKnown({ bound, dependencies }: DraftRef, prefer: readonly ScanQual[], draft: Draft): void {
  const fed = dependencies.flatMap(({ pairs }) => pairs.map(({ column }) => column));
  const queries = draft.edges.flatMap(({ target, query, source }) =>
    target.bound === bound && query !== undefined && fed.includes(target.column) ? [{ query, source }] : [],
  );
  const isKnown =
    prefer.every((qual) => !isPartial(qual)) &&
    queries.every(({ query, source }) => isWhole(query, source.bound, draft));
  if (isKnown) return;
  throw new NotSupportedError(
    `Which requests of ${bound.resource.name} find the rows that this condition is true of is not known before they are made.`,
    { hint: 'Write a SELECT for each value, and join them by UNION; or name the values in a list.' },
  );
}

function isPartial(qual: ScanQual): boolean {
  if (qual.kind !== 'and' && qual.kind !== 'or') return false;
  return qual.isPartial === true || qual.quals.some(isPartial);
}

/** Whether the rows that feed are those of the query: one table, of which all conditions are known. */
function isWhole(scope: BlockScope, source: BoundRef, { refs }: Draft): boolean {
  if (scope.kind !== 'select' || scope.source?.kind !== 'resource') return false;
  const { block } = scope;
  const ref = refs.find(({ bound }) => bound === source);
  if (ref === undefined || block.isEachValue === undefined) return false;
  return !ref.quals.some(isPartial) && block.where.length <= ref.quals.length + ref.conditions.length;
}

/** The columns that tell objects from each other: the id, and where the list is. */
function identity({ bound: { resource, columns }, scan }: DraftRef): readonly TableColumn[] {
  const id = resource.columns.find(
    ({ name, wireName = name, origin }) => origin === 'response' && wireName === resource.id,
  );
  if (id === undefined || scan === undefined) return [];
  const places = columns.filter(
    (column) =>
      isStarColumn(column) &&
      column.origin !== 'response' &&
      canonicalName(resource, column.name) !== canonicalName(resource, id.name) &&
      parameterOf(resource, scan.method, column.name) !== undefined,
  );
  return [id, ...places];
}
