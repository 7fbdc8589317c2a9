/**
 * Which columns of its references a statement reads: the others are neither decoded nor stored.
 *
 * Where a name could be meant in two ways it counts as read in both; the engine has bound the names by then, so one that
 * is kept for nothing costs memory only.
 *
 * @module
 */

import type { TableColumn } from '../registry/resource.ts';
import { isStarColumn } from '../registry/resource.ts';
import type { ColumnRef } from '../sql/statement.ts';
import {
  type BlockScope,
  type BoundQuery,
  type BoundRef,
  leavesOf,
  type Names,
  namedColumns,
  readScopes,
  type Source,
  sameName,
} from './scope.ts';

/** The columns that a statement reads of each reference, in the order of its table. */
export function columnsRead({ root, refs }: BoundQuery): ReadonlyMap<BoundRef, readonly TableColumn[]> {
  const read = new Map(refs.map((bound) => [bound, new Set<TableColumn>()]));
  const add = (bound: BoundRef, isRead: (column: TableColumn) => boolean): void => {
    for (const column of bound.columns) if (isRead(column)) read.get(bound)?.add(column);
  };
  for (const scope of readScopes(root)) {
    for (const column of namedColumns(scope.block)) {
      for (const bound of visibleRefs(scope)) add(bound, (each) => mayBe(column, bound, each));
    }
    if (scope.kind === 'select') addStars(scope, add);
  }
  return new Map(refs.map((bound) => [bound, bound.columns.filter((column) => read.get(bound)?.has(column))]));
}

type Add = (bound: BoundRef, isRead: (column: TableColumn) => boolean) => void;

function addStars(scope: BlockScope & { readonly kind: 'select' }, add: Add): void {
  for (const qualifier of scope.block.stars) {
    for (const bound of refsIn(scope.source)) {
      if (qualifier === undefined || sameName(qualifier, bound.exposedName)) add(bound, isStarColumn);
    }
  }
  // NATURAL joins on the names that both sides have, and the engine is to find the same ones.
  for (const bound of naturalRefs(scope.source)) add(bound, isStarColumn);
}

/** `a.b` can be column b of table a, or field b of column a; `a` alone also the whole row of table a. */
function mayBe({ qualifier, name }: ColumnRef, { exposedName }: BoundRef, column: TableColumn): boolean {
  if (qualifier === undefined) return sameName(name, column.name) || sameName(name, exposedName);
  return (sameName(qualifier, exposedName) && sameName(name, column.name)) || sameName(qualifier, column.name);
}

/** The references that names of a block can mean: its own, and those around it. */
function visibleRefs(scope: BlockScope): readonly BoundRef[] {
  // A set operation names what its arms show, which they name themselves.
  return scope.kind === 'set' ? [] : refsInNames(scope.names);
}

function refsInNames({ sources, outer }: Names): readonly BoundRef[] {
  return [...sources.flatMap(refsIn), ...(outer === undefined ? [] : refsInNames(outer))];
}

function refsIn(source: Source | undefined): readonly BoundRef[] {
  return leavesOf(source).flatMap((leaf) => (leaf.kind === 'resource' ? [leaf.bound] : []));
}

function naturalRefs(source: Source | undefined): readonly BoundRef[] {
  if (source?.kind !== 'join') return [];
  if (source.isNatural) return refsIn(source);
  return [...naturalRefs(source.left), ...naturalRefs(source.right)];
}
