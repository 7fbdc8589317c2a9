/**
 * Resolves the names of one query block: which table a column belongs to, and which conjuncts may restrict its scan.
 *
 * @module
 */

import { BindError } from '../errors.ts';
import type { Registry } from '../registry/registry.ts';
import { isStarColumn, type Resource, type TableColumn } from '../registry/resource.ts';
import {
  allBlocks,
  type ColumnRef,
  type Condition,
  type FromItem,
  type QueryBlock,
  type TableRef,
} from '../sql/statement.ts';
import { canonicalName } from './assignments.ts';

/** A table reference that names a resource. */
export interface BoundRef {
  /** Position in the block's FROM. */
  readonly index: number;
  readonly ref: TableRef;
  readonly exposedName: string;
  readonly resource: Resource;
  readonly columns: readonly TableColumn[];
}

/** A column of a bound reference, by its canonical name. */
export interface BoundColumn {
  readonly bound: BoundRef;
  readonly column: string;
}

/**
 * The references of a block that name resources. Names of one part are left to the engine: CTEs and local tables.
 * Throws `UNKNOWN_…` for a dotted name that no provider has.
 */
export function bindRefs(block: QueryBlock, registry: Registry): readonly BoundRef[] {
  return block.from.flatMap((item, index) => {
    const { source, exposedName } = item;
    if (source.kind !== 'table' || source.name.length === 1) return [];
    const resource = registry.resource(source.name);
    return [{ index, ref: source, exposedName, resource, columns: columnsOf(resource, exposedName, block) }];
  });
}

/** Query and header parameters are columns only where the statement names them. */
function columnsOf(resource: Resource, exposedName: string, block: QueryBlock): readonly TableColumn[] {
  const named = new Set(
    [...allBlocks(block)]
      .flatMap(({ columns, from }) => [
        ...columns,
        ...from.flatMap(({ using }) => using.map((name): ColumnRef => ({ name }))),
      ])
      .filter(({ qualifier }) => qualifier === undefined || sameName(qualifier, exposedName))
      .map(({ name }) => name.toLowerCase()),
  );
  return resource.columns.filter((column) => isStarColumn(column) || named.has(column.name.toLowerCase()));
}

/**
 * Where a column of the block belongs; undefined where that is not certain, so that nothing is pushed down.
 *
 * Throws `BINDING` for a name that two tables of the block have, as the engine would after it.
 *
 * An unqualified name that exactly one resource has is certain even beside a CTE with unknown columns: if the CTE has
 * it too, the engine refuses the statement as ambiguous.
 */
export function resolveColumn(ref: ColumnRef, block: QueryBlock, refs: readonly BoundRef[]): BoundColumn | undefined {
  const candidates = refs.filter(
    ({ exposedName, columns }) =>
      (ref.qualifier === undefined || sameName(ref.qualifier, exposedName)) &&
      columns.some(({ name }) => sameName(name, ref.name)),
  );
  const merging = ref.qualifier === undefined ? mergingJoins(ref.name, block.from) : [];
  if (merging.length === 0 && candidates.length > 1) throw ambiguousColumn(ref, candidates);
  // One column is made of several: the left table's, unless a join can leave that side empty, or a table before a
  // comma, which has no part in it, has the name too.
  const isLeft = merging.every((join) => join === 'inner' || join === 'left');
  if (!isLeft || (merging.length > 0 && block.from.some(({ join }) => join === 'comma'))) return undefined;
  const [bound] = candidates;
  return bound && { bound, column: canonicalName(bound.resource, ref.name) };
}

/** The joins that make one column of several of this name. NATURAL does so for every name that both its sides have. */
function mergingJoins(name: string, from: readonly FromItem[]): readonly FromItem['join'][] {
  return from
    .filter(({ join, using }) => join === 'natural' || using.some((merged) => sameName(merged, name)))
    .map(({ join }) => join);
}

/**
 * Whether a reference is always equal to the column that {@link resolveColumn} finds for it. An unqualified name that
 * a LEFT JOIN merges belongs to the left side, which may be a subquery or CTE; the column found is NULL where the join
 * found no partner. A restriction by constants holds all the same; an equality with another table's column does not.
 */
export function isSameColumn(
  ref: ColumnRef,
  { bound }: BoundColumn,
  { from }: QueryBlock,
  refs: readonly BoundRef[],
): boolean {
  if (ref.qualifier !== undefined || mergingJoins(ref.name, from).every((join) => join === 'inner')) return true;
  return isLeftmost(bound.index, refs);
}

/** Whether everything before the FROM item at `index` is known not to have a column that `refs` lack. */
function isLeftmost(index: number, refs: readonly BoundRef[]): boolean {
  return refs.filter((ref) => ref.index < index).length === index;
}

function ambiguousColumn({ name }: ColumnRef, candidates: readonly BoundRef[]): BindError {
  const qualified = candidates.map(({ exposedName }) => `${exposedName}.${name}`);
  return new BindError('BINDING', `Column ${JSON.stringify(name)} is in more than one table.`, {
    unknownName: name,
    hint: `Write ${qualified.join(' or ')}; where all of them are meant, say so of each.`,
  });
}

/**
 * Equalities that `USING (…)` stands for, as conditions of that join. Where joins before it have merged the name
 * already, its left side is the merged column: each of them if they are equal, the leftmost of a chain of LEFT JOINs.
 */
export function usingConditions(block: QueryBlock, refs: readonly BoundRef[]): readonly Condition[] {
  return block.from.flatMap(({ using, exposedName }, index) =>
    using.flatMap((name) =>
      leftSides(name, block.from.slice(0, index), refs).map(
        (left): Condition => ({
          at: index,
          qual: {
            kind: 'sameAs',
            left: { qualifier: left.exposedName, name },
            right: { qualifier: exposedName, name },
          },
        }),
      ),
    ),
  );
}

function leftSides(name: string, before: readonly FromItem[], refs: readonly BoundRef[]): readonly BoundRef[] {
  const first = Math.max(
    0,
    before.findLastIndex(({ join }) => join === 'comma'),
  );
  const owners = refs.filter(
    ({ index, columns }) =>
      index >= first && index < before.length && columns.some((column) => sameName(column.name, name)),
  );
  const merging = mergingJoins(name, before);
  if (merging.every((join) => join === 'inner')) return owners;
  const isLeft = merging.every((join) => join === 'inner' || join === 'left');
  return owners.slice(0, 1).filter(({ index }) => isLeft && isLeftmost(index, refs));
}

/**
 * Whether a conjunct may restrict the scan of the FROM item at `index`: whether rows for which it is not true can
 * never reach the result. A WHERE filters every row; the ON of an outer join keeps the rows of its preserved side.
 * (Equalities are never true for NULL, so a conjunct also removes the rows that an outer join has filled up.)
 */
export function mayRestrict(at: Condition['at'], index: number, from: readonly FromItem[]): boolean {
  if (at === 'where') return true;
  switch (from[at]?.join) {
    case 'inner':
    case 'comma':
    case 'cross':
      return index <= at;
    case 'left':
      return index === at;
    case 'right':
      return index < at;
    default:
      return false;
  }
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
