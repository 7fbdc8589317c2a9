/**
 * Which conditions of a statement may restrict which scan, and which scans the rows of which others may feed.
 *
 * A condition may restrict a scan if rows for which it is not true can never reach the result. The engine checks the
 * whole statement again in any case, so what is not understood here costs requests and never rows.
 *
 * @module
 */

import type { ColumnKeys, ColumnRef, Constant, KeySelect, Qual } from '../sql/statement.ts';
import type { ColumnType } from '../values.ts';
import { canonicalName } from './assignments.ts';
import { closed, type Edge } from './edges.ts';
import { columnAt, innerColumn, outputPosition, type Place, placeOf } from './places.ts';
import type { ScanQual } from './plan.ts';
import { conjunction, scanQual } from './scan-qual.ts';
import {
  type BlockScope,
  type BoundColumn,
  type BoundQuery,
  type BoundRef,
  isOwnQuery,
  type JoinSource,
  type Leaf,
  leavesOf,
  type Names,
  readScopes,
  restrictingHaving,
  type Source,
} from './scope.ts';

/** A column whose values are those of a query that can be run once what it reads is loaded. */
export interface KeyedColumn {
  readonly target: BoundColumn;
  readonly values: KeySelect;
}

/** What a statement says about the rows of its references. */
export interface Restrictions {
  /** Where no edge says as much. */
  readonly keyed: readonly KeyedColumn[];
  /** Columns that have none of the values of a query. */
  readonly excluded: readonly KeyedColumn[];
  readonly quals: ReadonlyMap<BoundRef, readonly ScanQual[]>;
  readonly edges: readonly Edge[];
  /** Conditions on one reference alone that are no quals, as SQL. */
  readonly conditions: ReadonlyMap<BoundRef, readonly string[]>;
  /** References of which no row can reach the result. */
  readonly empty: ReadonlySet<BoundRef>;
}

/** A leaf that a condition may restrict. Joins between can fill its columns up with NULLs. */
interface Reachable {
  readonly leaf: Leaf;
  readonly isNullable: boolean;
}

interface Collection {
  readonly quals: Map<BoundRef, ScanQual[]>;
  readonly edges: Edge[];
  readonly keyed: KeyedColumn[];
  readonly excluded: KeyedColumn[];
  readonly conditions: Map<BoundRef, string[]>;
  readonly empty: Set<BoundRef>;
}

/** Throws `BINDING` for ambiguous names. */
export function restrictionsOf({ root }: BoundQuery): Restrictions {
  const found: Collection = {
    quals: new Map(),
    edges: [],
    keyed: [],
    excluded: [],
    conditions: new Map(),
    empty: new Set(),
  };
  for (const scope of readScopes(root)) {
    if (scope.kind !== 'select' || scope.source === undefined) continue;
    const reachable = reachableFrom(scope.source);
    for (const qual of [...scope.block.where, ...restrictingHaving(scope.block)])
      apply({ qual, reachable, names: scope.names, scope }, found);
    for (const join of joinsIn(scope.source)) applyJoin(join, scope, found);
  }
  return { ...found, edges: closed(found.edges) };
}

function joinsIn(source: Source): readonly JoinSource[] {
  return source.kind === 'join' ? [...joinsIn(source.left), ...joinsIn(source.right), source] : [];
}

function applyJoin(join: JoinSource, scope: BlockScope, found: Collection): void {
  const reachable = reachableFromOn(join);
  for (const qual of join.on) apply({ qual, reachable, names: join.names, scope }, found);
  for (const name of join.using) {
    const left = placeOf({ name }, { sources: [join.left] });
    const right = placeOf({ name }, { sources: [join.right] });
    if (left !== undefined && right !== undefined) connect(left, right, reachable, found);
  }
}

/** What a WHERE above may restrict. */
function reachableFrom(source: Source): readonly Reachable[] {
  if (source.kind !== 'join') return [{ leaf: source, isNullable: false }];
  const [left, right] = [reachableFrom(source.left), reachableFrom(source.right)];
  switch (source.join) {
    case 'cross':
    case 'inner':
      return [...left, ...right];
    case 'left':
      return [...left, ...right.map(nullable)];
    case 'right':
      return [...left.map(nullable), ...right];
    case 'full':
      return [...left, ...right].map(nullable);
    case 'semi':
    case 'anti':
      return left;
    case 'other':
      return [];
  }
}

/** What the ON of a join may restrict: not the side whose rows the join keeps in any case. */
function reachableFromOn({ join, left, right }: JoinSource): readonly Reachable[] {
  switch (join) {
    case 'cross':
    case 'inner':
    case 'semi':
      return [...reachableFrom(left), ...reachableFrom(right)];
    case 'left':
    case 'anti':
      return reachableFrom(right);
    case 'right':
      return reachableFrom(left);
    case 'full':
    case 'other':
      return [];
  }
}

function nullable({ leaf }: Reachable): Reachable {
  return { leaf, isNullable: true };
}

/** A conjunct where it stands. */
interface Standing {
  readonly qual: Qual;
  readonly reachable: readonly Reachable[];
  readonly names: Names;
  readonly scope: BlockScope;
}

function apply(standing: Standing, found: Collection): void {
  const { qual, reachable, names, scope } = standing;
  switch (qual.kind) {
    case 'constant':
      if (isNeverTrue(qual.value)) for (const { leaf } of reachable) markEmpty(leaf, found);
      return;
    case 'sameAs': {
      const [left, right] = [placeOf(qual.left, names), placeOf(qual.right, names)];
      if (left !== undefined && right !== undefined) connect(left, right, reachable, found);
      keyBy(left, qual.rightValues, right, reachable, found);
      keyBy(right, qual.leftValues, left, reachable, found);
      return;
    }
    case 'inQuery': {
      const target = placeOf(qual.column, names);
      const query = scope.subqueries[qual.subquery];
      const output = query && columnAt(query, 0);
      const source = query?.kind === 'select' && output ? placeOf(output, query.names) : undefined;
      if (target !== undefined && source !== undefined) feed(target, source, reachable, found, query);
      keyBy(target, qual.values, isEachValue(query) ? source : undefined, reachable, found);
      return;
    }
    case 'other':
      addCondition(qual, standing, found);
      if (qual.oneOf !== undefined) {
        keyBy(placeOf(qual.oneOf.column, names), qual.oneOf.values, undefined, reachable, found);
      }
      exclude(qual.noneOf, standing, found);
      applyExistence(qual.exists === undefined ? undefined : scope.subqueries[qual.exists], standing, found);
      return;
    default:
      for (const each of reachable) restrictLeaf(each, standing, found);
  }
}

/**
 * EXISTS is true of a row only if there is one inside of which all conditions there are true, those on columns out here among
 * them. One that counts its rows has a row in any case.
 */
function applyExistence(query: BlockScope | undefined, { reachable }: Standing, found: Collection): void {
  if (query?.kind !== 'select' || !query.block.isRowwise) return;
  for (const qual of query.block.where) apply({ qual, reachable, names: query.names, scope: query }, found);
}

/** A row that is not read may be missed by an outer join, which fills it up with NULLs: those equal nothing. */
function exclude(noneOf: ColumnKeys | undefined, { reachable, names }: Standing, found: Collection): void {
  const place = noneOf && placeOf(noneOf.column, names);
  const isSafe = reachable.some(({ leaf, isNullable }) => leaf === place?.leaf && !isNullable);
  const target = isSafe && place?.leaf.kind === 'resource' ? restrictable(place) : undefined;
  if (noneOf === undefined || target === undefined || typeOf(target) !== 'VARCHAR') return;
  found.excluded.push({ target, values: noneOf.values });
}

function isNeverTrue(value: Constant): boolean {
  return value.kind === 'literal' && (value.value === false || value.value === null);
}

function markEmpty(leaf: Leaf, found: Collection): void {
  if (leaf.kind === 'resource') found.empty.add(leaf.bound);
  // The query itself may give a row where there is nothing to count: only what it reads from is not needed.
  if (leaf.kind === 'query' && isOwnQuery(leaf)) {
    for (const scope of readScopes(leaf.scope)) {
      if (scope.kind !== 'select') continue;
      for (const inner of leavesOf(scope.source)) if (inner.kind === 'resource') found.empty.add(inner.bound);
    }
  }
}

function restrictLeaf({ leaf, isNullable }: Reachable, { qual, names }: Standing, found: Collection): void {
  const own = qualOn(leaf, qual, names);
  if (own !== undefined && !(isNullable && acceptsNull(own))) addQual(leaf, own, found);
}

/** What the qual says of one leaf, in the leaf's own names; undefined where it says nothing of it alone. */
function qualOn(leaf: Leaf, qual: Qual, names: Names): Qual | undefined {
  switch (qual.kind) {
    case 'and': {
      // Each part holds on its own.
      const parts = qual.quals.map((part) => qualOn(leaf, part, names)).filter((part) => part !== undefined);
      return parts.length === 0 ? undefined : conjunction(parts, qual);
    }
    case 'or': {
      const parts = qual.quals.map((part) => qualOn(leaf, part, names));
      return parts.every((part) => part !== undefined) ? { kind: 'or', quals: parts } : undefined;
    }
    case 'in':
    case 'compare':
    case 'like':
    case 'null': {
      const place = placeOf(qual.column, names);
      if (place?.leaf !== leaf) return undefined;
      // JSON is compared as the engine does it. Whether there is any is plain.
      const isComparable = place.memberType !== 'JSON' || qual.kind === 'null';
      return isComparable ? { ...qual, column: refTo(place) } : undefined;
    }
    default:
      return undefined;
  }
}

function refTo({ name, path, memberType }: Place): ColumnRef {
  return { name, ...(path !== undefined && { path }), ...(memberType !== undefined && { memberType }) };
}

/** Whether the qual can be true of a row whose columns are all NULL. */
function acceptsNull(qual: Qual): boolean {
  if (qual.kind === 'null') return qual.isNull;
  return (qual.kind === 'and' || qual.kind === 'or') && qual.quals.some(acceptsNull);
}

function addQual(leaf: Leaf, qual: Qual, found: Collection): void {
  if (leaf.kind === 'resource') {
    const own = scanQual(qual, leaf.bound.resource);
    if (own !== undefined) append(found.quals, leaf.bound, own);
  } else if (leaf.kind === 'query' && isOwnQuery(leaf)) {
    pushInto(leaf.scope, leaf.columnNames, qual, found);
  }
}

/** Hands a condition on a query's output to the rows that the output is made of. */
function pushInto(scope: BlockScope, columnNames: readonly string[], qual: Qual, found: Collection): void {
  if (!scope.block.isTransparent || scope.block.limit !== undefined) return;
  if (scope.kind === 'set') {
    pushIntoArms(scope, columnNames, qual, found);
    return;
  }
  // A total of GROUPING SETS has NULL where its rows have values.
  if (scope.source === undefined || (acceptsNull(qual) && !scope.block.isRowwise)) return;
  const inner = renamed(qual, (name) => innerColumn(scope, columnNames, name));
  if (inner !== undefined)
    apply({ qual: inner, reachable: reachableFrom(scope.source), names: scope.names, scope }, found);
}

function pushIntoArms(
  scope: BlockScope & { readonly kind: 'set' },
  columnNames: readonly string[],
  qual: Qual,
  found: Collection,
): void {
  const positioned = renamed(qual, (name) => {
    const position = outputPosition(scope, columnNames, name);
    return position === undefined ? undefined : { name: String(position) };
  });
  if (positioned === undefined) return;
  for (const arm of scope.arms) {
    if (arm.kind !== 'select' || !arm.block.isTransparent || arm.block.limit !== undefined) continue;
    if (arm.source === undefined || (acceptsNull(qual) && !arm.block.isRowwise)) continue;
    const inner = renamed(positioned, (position) => columnAt(arm, Number(position)));
    if (inner !== undefined)
      apply({ qual: inner, reachable: reachableFrom(arm.source), names: arm.names, scope: arm }, found);
  }
}

/** The qual with every column replaced; of an AND, the parts whose columns could be. */
function renamed(qual: Qual, rename: (name: string) => ColumnRef | undefined): Qual | undefined {
  switch (qual.kind) {
    case 'and': {
      const parts = qual.quals.map((part) => renamed(part, rename)).filter((part) => part !== undefined);
      return parts.length === 0 ? undefined : conjunction(parts, qual);
    }
    case 'or': {
      const parts = qual.quals.map((part) => renamed(part, rename));
      return parts.every((part) => part !== undefined) ? { kind: 'or', quals: parts } : undefined;
    }
    case 'in':
    case 'compare':
    case 'like':
    case 'null': {
      const inner = rename(qual.column.name);
      const { path, memberType } = qual.column;
      if (inner === undefined) return undefined;
      if (path === undefined) return { ...qual, column: inner };
      // A text that was taken out of JSON has no members.
      if (inner.path !== undefined) return undefined;
      return { ...qual, column: { ...inner, path, ...(memberType !== undefined && { memberType }) } };
    }
    default:
      return undefined;
  }
}

/** A condition that is no qual is known as SQL only, and good for deciding which rows feed others. */
function addCondition(
  { columns, text }: Qual & { readonly kind: 'other' },
  { reachable, names }: Standing,
  found: Collection,
): void {
  if (text === undefined || columns.length === 0) return;
  const places = columns.map((column) => placeOf(column, names));
  // The text has members with dots as they were written, which the engine reads otherwise.
  if (places.some((place) => place?.path !== undefined)) return;
  const [first, ...others] = places.map((place) => place?.leaf);
  if (first?.kind !== 'resource' || others.some((leaf) => leaf !== first)) return;
  // Whether it is true of NULLs, which a join may fill in where a row that fed nothing has gone, its text does not say.
  if (reachable.some(({ leaf, isNullable }) => leaf === first && !isNullable)) {
    append(found.conditions, first.bound, text);
  }
}

function connect(left: Place, right: Place, reachable: readonly Reachable[], found: Collection): void {
  feed(left, right, reachable, found);
  feed(right, left, reachable, found);
}

/** An equality restricts `target` to the values of `source`, where both are of one type: else SQL converts one of them. */
function feed(
  target: Place,
  source: Place,
  reachable: readonly Reachable[],
  found: Collection,
  query?: BlockScope,
): void {
  if (!reachable.some(({ leaf }) => leaf === target.leaf)) return;
  const [to, from] = [restrictable(target), originOf(source)];
  if (to === undefined || from === undefined || to.bound === from.bound || typeOf(to) !== typeOf(from)) return;
  found.edges.push({
    target: to,
    source: from,
    targetUse: target.leaf,
    sourceUse: query ?? source.leaf,
    ...(query !== undefined && { query }),
  });
}

/** Whether a query in between leaves out rows by what only all of them together say: groups by HAVING, the rest by LIMIT. */
function isThinned({ leaf, name }: Place): boolean {
  if (leaf.kind === 'resource' || leaf.scope.kind !== 'select') return false;
  const { scope } = leaf;
  if (scope.block.isEachValue === undefined) return true;
  const inner = innerColumn(scope, leaf.columnNames, name);
  const place = inner && placeOf(inner, scope.names);
  return place !== undefined && isThinned(place);
}

/** Whether rows say one by one what the query gives. */
function isEachValue(query: BlockScope | undefined): boolean {
  return query?.kind === 'select' && query.block.isEachValue === true;
}

/** What no rows say one by one, such as the greatest id, a query does. */
function keyBy(
  target: Place | undefined,
  values: KeySelect | undefined,
  source: Place | undefined,
  reachable: readonly Reachable[],
  found: Collection,
): void {
  if (target === undefined || values === undefined || !reachable.some(({ leaf }) => leaf === target.leaf)) return;
  if (source !== undefined && originOf(source) !== undefined && !isThinned(source)) return;
  const column = restrictable(target);
  if (column !== undefined && typeOf(column) === 'VARCHAR') found.keyed.push({ target: column, values });
}

function typeOf({ bound: { resource }, column, path }: BoundColumn): ColumnType | undefined {
  if (path !== undefined) return 'VARCHAR';
  return resource.columns.find(({ name }) => canonicalName(resource, name) === column)?.type;
}

/** The column of a reference whose restriction restricts the place. */
function restrictable({ leaf, name, path }: Place): BoundColumn | undefined {
  if (path !== undefined) return undefined;
  if (leaf.kind === 'resource') return { bound: leaf.bound, column: name };
  const { scope } = leaf;
  const isOpen = isOwnQuery(leaf) && scope.block.isTransparent && scope.block.limit === undefined;
  if (!isOpen || scope.kind !== 'select' || scope.source === undefined) return undefined;
  const inner = innerColumn(scope, leaf.columnNames, name);
  const place = inner && placeOf(inner, scope.names);
  if (place === undefined) return undefined;
  return reachableFrom(scope.source).some((each) => each.leaf === place.leaf) ? restrictable(place) : undefined;
}

/** The column of a reference that holds all values of the place; a query in between can only have fewer. */
function originOf({ leaf, name, path, memberType = 'VARCHAR' }: Place): BoundColumn | undefined {
  // Members feed others as texts.
  if (memberType !== 'VARCHAR') return undefined;
  if (leaf.kind === 'resource') return { bound: leaf.bound, column: name, ...(path !== undefined && { path }) };
  if (path !== undefined || leaf.scope.kind !== 'select') return undefined;
  const inner = innerColumn(leaf.scope, leaf.columnNames, name);
  const place = inner && placeOf(inner, leaf.scope.names);
  return place && originOf(place);
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
