/**
 * `users.id = 'ada@example.com'` names a user in place of its id, and `user_groups.id = '00u…'` is what other documents call
 * the user: the condition is on the column that holds what was given, and the engine is told so.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { Resource, TableColumn } from '../../registry/resource.ts';
import { canonicalName, objectColumn } from '../assignments.ts';
import type { DraftRef, Rule } from '../draft.ts';
import { isId, namesFor } from '../names.ts';
import type { InQual, ScanQual } from '../plan.ts';
import { inQuals } from '../scan.ts';

export const meantColumns: Rule = (draft) => ({ ...draft, refs: draft.refs.map(withMeant) });

function withMeant(ref: DraftRef): DraftRef {
  const { resource } = ref.bound;
  for (const qual of ref.quals) if (qual.kind === 'or') refuseNames(qual, resource);
  const found = inQuals(ref.quals).flatMap((qual) => {
    const column = meantBy(qual, resource);
    const isGiven = column === undefined || inQuals(ref.quals).some((other) => isColumn(resource, other, column));
    return column === undefined || isGiven ? [] : [{ qual, column }];
  });
  return found.reduce(withOne, ref);
}

function isColumn(resource: Resource, { column }: InQual, { name }: TableColumn): boolean {
  return column === canonicalName(resource, name);
}

function withOne(ref: DraftRef, { qual, column }: { readonly qual: InQual; readonly column: TableColumn }): DraftRef {
  const { bound, stored } = ref;
  const meant: ScanQual = { ...qual, column: canonicalName(bound.resource, column.name) };
  const isStored = stored.some(({ name }) => name === column.name);
  return {
    ...ref,
    bound,
    quals: ref.quals.map((each) => (each === qual ? meant : each)),
    stored: isStored ? stored : [...stored, column],
    meant: { ...ref.meant, [qual.column]: { column: column.name, values: qual.values.map(String) } },
  };
}

/** The column that holds what was given, where that is not the one that the condition names. */
function meantBy(qual: InQual, resource: Resource): TableColumn | undefined {
  // What a query gives is not written in the statement, where the engine would have to be told what it means.
  if (qual.isImplied === true) return undefined;
  const { otherNames = {}, named = {}, columns } = resource;
  const other = Object.entries(otherNames).find(([name]) => name.toLowerCase() === qual.column)?.[1];
  if (other !== undefined && areMeant(qual, new RegExp(other.values, 'u'))) {
    return columns.find(({ name, origin }) => name === other.parameter && origin !== 'response');
  }
  const alias = Object.entries(named).find(([, field]) => field.toLowerCase() === qual.column)?.[0];
  if (alias === undefined) return undefined;
  const names = namesFor(resource, qual.column);
  const isOwn = names !== undefined && qual.values.every((value) => value === null || isId(names, value));
  return isOwn ? undefined : columns.find(({ name }) => name === alias);
}

function areMeant({ values }: InQual, pattern: RegExp): boolean {
  return values.length > 0 && values.every((value) => typeof value === 'string' && pattern.test(value));
}

/**
 * What an object is named by is known only where it was looked up by that.
 *
 * @throws NotSupportedError
 */
function refuseNames(qual: ScanQual, resource: Resource): void {
  if (qual.kind === 'and' || qual.kind === 'or') {
    for (const part of qual.quals) refuseNames(part, resource);
    return;
  }
  if (qual.kind !== 'in' || qual.isImplied === true || objectColumn(resource, qual.column) === qual.column) return;
  const names = namesFor(resource, qual.column);
  if (names === undefined || qual.values.every((value) => value === null || isId(names, value))) return;
  const shown = resource.columns.find(({ name }) => name.toLowerCase() === qual.column)?.name ?? qual.column;
  throw new NotSupportedError(`${resource.name}.${shown} is compared with a name inside an OR.`, {
    hint: `A name is looked up where it is a condition of its own: write ${shown} = '…' AND …, and the other half as a second SELECT, with UNION.`,
  });
}
