/**
 * Resolves names by SQL's scope rules: which rows a FROM reads, and where a column comes from.
 *
 * Certainty is what counts here. The engine binds every name again and refuses what is wrong; a name that this module
 * cannot place for sure is not placed, and nothing is pushed down on its account.
 *
 * @module
 */

import { BindError } from '../errors.ts';
import { type Holder, holderAt, itemHolder, type Member, type MemberStep, memberAt } from '../registry/members.ts';
import type { Registry } from '../registry/registry.ts';
import { isStarColumn, type Resource, type TableColumn } from '../registry/resource.ts';
import {
  allBlocks,
  type ColumnRef,
  comparedBy,
  type DottedRef,
  type FromNode,
  type JoinKind,
  type OutputColumn,
  type Qual,
  type QueryBlock,
  type SelectBlock,
  type TableRef,
} from '../sql/statement.ts';
import type { ColumnType } from '../values.ts';
import { canonicalName } from './assignments.ts';

/** A table reference that names a resource. */
export interface BoundRef {
  readonly ref: TableRef;
  readonly exposedName: string;
  readonly resource: Resource;
  readonly columns: readonly TableColumn[];
}

/** A column of a bound reference, by its canonical name. */
export interface BoundColumn {
  readonly bound: BoundRef;
  readonly column: string;
  readonly path?: readonly string[];
}

/** What a FROM reads, with names looked up. */
export type Source = Leaf | JoinSource;

export type Leaf =
  | { readonly kind: 'resource'; readonly alias: string; readonly bound: BoundRef }
  | {
      readonly kind: 'query';
      readonly alias: string;
      readonly columnNames: readonly string[];
      readonly scope: BlockScope;
      readonly cte?: CteScope;
    }
  /** A table of the session's own, a function, a recursive reference: its columns are not known here. */
  | { readonly kind: 'unknown'; readonly alias: string };

export interface JoinSource {
  readonly kind: 'join';
  readonly join: JoinKind;
  readonly left: Source;
  readonly right: Source;
  readonly on: readonly Qual[];
  readonly dotted: readonly DottedRef[];
  readonly using: readonly string[];
  readonly isNatural: boolean;
  /** What names in its ON are looked up in. */
  readonly names: Names;
}

/** What names are looked up in, innermost first. */
export interface Names {
  readonly sources: readonly Source[];
  /** What the query itself calls columns (`q AS asked`): names for its conditions, after those of the tables. */
  readonly outputs?: readonly OutputColumn[];
  readonly outer?: Names | undefined;
}

export interface CteScope {
  readonly scope: BlockScope;
  readonly columnNames: readonly string[];
  readonly isRecursive: boolean;
  /** How many references name it. */
  uses: number;
}

/** A block with its names looked up. */
export type BlockScope =
  | {
      readonly kind: 'select';
      readonly block: SelectBlock;
      readonly source?: Source;
      readonly names: Names;
      readonly subqueries: readonly BlockScope[];
    }
  | {
      readonly kind: 'set';
      readonly block: QueryBlock;
      readonly arms: readonly BlockScope[];
      readonly subqueries: readonly BlockScope[];
    };

type Ctes = ReadonlyMap<string, CteScope | 'recursive'>;

interface Binding {
  readonly registry: Registry;
  readonly ctes: Ctes;
  readonly outer: Names | undefined;
  /** Every reference that was bound so far. */
  readonly refs: BoundRef[];
  /** Every CTE. */
  readonly found: BlockScope[];
}

/** A statement with its names looked up. */
export interface BoundQuery {
  readonly root: BlockScope;
  /** The references to resources, read or not, in the order of the text. */
  readonly refs: readonly BoundRef[];
  /** The queries of all CTEs, read or not. */
  readonly ctes: readonly BlockScope[];
}

/** Throws `UNKNOWN_…` for a dotted name that no provider has. Names of one part that are no CTE are left to the engine. */
export function bindQuery(block: QueryBlock, registry: Registry): BoundQuery {
  const refs: BoundRef[] = [];
  const found: BlockScope[] = [];
  const root = bind(block, { registry, ctes: new Map(), outer: undefined, refs, found });
  return { root, refs: refs.toSorted((a, b) => a.ref.ordinal - b.ref.ordinal), ctes: found };
}

function bind(block: QueryBlock, outside: Binding): BlockScope {
  const binding = { ...outside, ctes: bindCtes(block, outside) };
  if (block.kind === 'set') {
    const arms = block.arms.map((arm) => bind(arm, binding));
    return { kind: 'set', block, arms, subqueries: block.subqueries.map((query) => bind(query, binding)) };
  }
  const source = block.from && bindFrom(block.from, [], block, binding);
  const names: Names = {
    sources: source === undefined ? [] : [source],
    outputs: block.output,
    outer: binding.outer,
  };
  const subqueries = block.subqueries.map((query) => bind(query, { ...binding, outer: names }));
  return { kind: 'select', block, names, subqueries, ...(source !== undefined && { source }) };
}

/** Each CTE sees those before it; a recursive one also itself, of which nothing is known then. */
function bindCtes({ ctes }: QueryBlock, outside: Binding): Ctes {
  const known = new Map(outside.ctes);
  for (const { name, columnNames, isRecursive, block } of ctes) {
    const inside = new Map(known);
    if (isRecursive) inside.set(name.toLowerCase(), 'recursive');
    const scope = bind(block, { ...outside, ctes: inside });
    outside.found.push(scope);
    known.set(name.toLowerCase(), {
      scope,
      columnNames,
      isRecursive,
      uses: 0,
    });
  }
  return known;
}

/** @param before what stands to the left, which a subquery may name without saying LATERAL */
function bindFrom(node: FromNode, before: readonly Source[], block: SelectBlock, binding: Binding): Source {
  const around: Names = { sources: before, outer: binding.outer };
  switch (node.kind) {
    case 'table':
      return bindTable(node, block, binding);
    case 'derived': {
      const scope = bind(node.block, { ...binding, outer: around });
      return { kind: 'query', alias: node.alias, columnNames: node.columnNames, scope };
    }
    case 'opaque':
      return { kind: 'unknown', alias: node.alias };
    case 'join': {
      const left = bindFrom(node.left, before, block, binding);
      const right = bindFrom(node.right, [...before, left], block, binding);
      const { join, on, dotted = [], using, isNatural } = node;
      return {
        kind: 'join',
        join,
        left,
        right,
        on,
        dotted,
        using,
        isNatural,
        names: { sources: [left, right], outer: around },
      };
    }
  }
}

function bindTable(ref: TableRef, block: SelectBlock, { registry, ctes, refs }: Binding): Source {
  const alias = ref.alias ?? ref.name.at(-1) ?? '';
  if (isRecurring(ref, ctes)) return { kind: 'unknown', alias };
  if (ref.name.length > 1) {
    const resource = registry.resource(ref.name);
    const bound: BoundRef = { ref, exposedName: alias, resource, columns: columnsOf(resource, alias, block) };
    refs.push(bound);
    return { kind: 'resource', alias, bound };
  }
  const cte = ctes.get(ref.name[0]?.toLowerCase() ?? '');
  if (cte === undefined || cte === 'recursive') return { kind: 'unknown', alias };
  cte.uses += 1;
  return { kind: 'query', alias, columnNames: cte.columnNames, scope: cte.scope, cte };
}

/** `recurring.t`: all rows so far of a recursive CTE with a USING KEY. The engine knows whether it has one. */
function isRecurring({ name: [schema = '', name = '', ...more] }: TableRef, ctes: Ctes): boolean {
  return more.length === 0 && schema.toLowerCase() === 'recurring' && ctes.get(name.toLowerCase()) === 'recursive';
}

/** Query and header parameters are columns only where the statement names them. */
function columnsOf(resource: Resource, exposedName: string, block: SelectBlock): readonly TableColumn[] {
  const refs = [...allBlocks(block)].flatMap(namedColumns);
  const named = new Set(
    refs.flatMap(({ qualifier, name }) => {
      return qualifier === undefined || sameName(qualifier, exposedName) ? [name.toLowerCase()] : [];
    }),
  );
  // In `_raw.source`, it stands where a table could.
  const holders = new Set(refs.map(({ qualifier = '' }) => qualifier.toLowerCase()));
  const isNamed = ({ name, origin }: TableColumn): boolean =>
    named.has(name.toLowerCase()) || (origin === 'raw' && holders.has(name.toLowerCase()));
  return resource.columns.filter((column) => isStarColumn(column) || isNamed(column));
}

/** The columns that a block names, those of USING included. */
export function namedColumns(block: QueryBlock): readonly ColumnRef[] {
  const using = block.kind === 'select' ? joinsOf(block.from).flatMap((join) => join.using) : [];
  return [...block.columns, ...using.map((name): ColumnRef => ({ name }))];
}

function joinsOf(node: FromNode | undefined): readonly (FromNode & { readonly kind: 'join' })[] {
  return node?.kind === 'join' ? [...joinsOf(node.left), ...joinsOf(node.right), node] : [];
}

/** Where a name leads: a leaf and the name that the leaf has for it. */
export interface Place {
  readonly leaf: Leaf & { readonly kind: 'resource' | 'query' };
  readonly name: string;
  /** Into a JSON column. */
  readonly path?: readonly string[];
  /** What the path leads to, where it was written with dots; a text otherwise. */
  readonly memberType?: ColumnType;
  /** Whether a join has made one column of this and another. */
  readonly isMerged?: true;
}

/** `maybe`: it can be a column of something whose columns are not known. */
type Found = Place | 'none' | 'maybe';

/** `merged`: a join has made one column of two, and its value is not always that of the same one. */
type Lookup = Found | 'merged';

/**
 * Where a column belongs; undefined where that is not certain.
 *
 * @throws BindError `BINDING` for a name that two tables have, as the engine would after it
 */
export function placeOf(ref: ColumnRef, names: Names | undefined): Place | undefined {
  for (let level = names; level !== undefined; level = level.outer) {
    const found = lookupDotted(ref, level.sources);
    if (found === 'maybe') return undefined;
    if (found !== 'none') return withPath(found.place, ref);
    const output = outputCalled(ref, level);
    if (output !== undefined) return output.kind === 'column' ? placeOfOutput(output.column, ref, level) : undefined;
  }
  return undefined;
}

/** The entry of a SELECT list that a name means where no table has a column of that name. */
export function outputCalled(
  { name, qualifier }: ColumnRef,
  { outputs = [] }: Names,
): (OutputColumn & { readonly kind: 'column' | 'expression' }) | undefined {
  if (qualifier !== undefined) return undefined;
  return outputs
    .filter((output) => output.kind === 'column' || output.kind === 'expression')
    .find((output) => output.name !== undefined && sameName(output.name, name));
}

function placeOfOutput(column: ColumnRef, ref: ColumnRef, { outputs: _own, ...names }: Names): Place | undefined {
  const place = placeOf(column, names);
  return place && withPath(place, ref);
}

/** What arrows take out of it. Of what dots take out, only JSON has members. */
function withPath(place: Place, { path }: ColumnRef): Place | undefined {
  if (path === undefined) return place;
  if (place.path === undefined) return { ...place, path };
  const { memberType, ...rest } = place;
  return memberType === 'JSON' ? { ...rest, path: [...place.path, ...path] } : undefined;
}

/** A place, and how many of the names led to it: the others are members of it. */
interface DottedPlace {
  readonly place: Place;
  readonly length: number;
}

/** As DuckDB reads names with dots: as much of them as there is a table for, then a column, and the rest is inside it. */
function lookupDotted(ref: ColumnRef, sources: readonly Source[]): DottedPlace | 'none' | 'maybe' {
  const names = namesOf(ref);
  for (let at = names.length - 1; at >= 0; at -= 1) {
    const found = lookupAmong(refOf(names.slice(0, at + 1)), sources);
    if (found === 'maybe') return 'maybe';
    if (found === 'none') continue;
    const members = names.slice(at + 1);
    const place = members.length === 0 ? found : memberOf(found, members);
    return place === undefined ? 'maybe' : { place, length: at + 1 };
  }
  return 'none';
}

function namesOf({ before = [], qualifier, name }: ColumnRef): readonly string[] {
  return [...before, ...(qualifier === undefined ? [] : [qualifier]), name];
}

function refOf(names: readonly string[]): ColumnRef {
  const [name = '', qualifier, ...before] = names.toReversed();
  return {
    name,
    ...(qualifier !== undefined && { qualifier }),
    ...(before.length > 0 && { before: before.toReversed() }),
  };
}

function memberOf(place: Place, names: readonly string[]): Place | undefined {
  const member = memberBehind(place, names);
  return member && { ...place, path: member.path, memberType: member.type };
}

/** The member that all columns behind a place have there, if those are JSON columns of resources. */
function memberBehind<S extends MemberStep>(place: Place, path: readonly S[]): Member<S> | undefined {
  const [first, ...others] = columnsBehind(place).map((column) => column && memberAt(column, path));
  if (first === undefined) return undefined;
  if (!others.every((each) => each?.path.join('.') === first.path.join('.'))) return undefined;
  const isOneType = others.every((each) => each?.type === first.type);
  return isOneType ? first : { ...first, type: 'VARCHAR' };
}

/** What is known of a JSON column: of a query's, of all that it is made of. Undefined stands for what is none. */
function columnsBehind({ leaf, name, path = [] }: Place): readonly (Holder | undefined)[] {
  if (leaf.kind === 'query') return queryColumns(leaf, name).map((column) => column && holderAt(column, path));
  const column = leaf.bound.columns.find(
    (each) => each.origin === 'response' && canonicalName(leaf.bound.resource, each.name) === name,
  );
  if (column !== undefined) return [column.type === 'JSON' ? holderAt(column, path) : undefined];
  return [isRaw(leaf.bound, name) ? holderAt(itemHolder(leaf.bound.resource), path) : undefined];
}

function isRaw({ columns }: BoundRef, name: string): boolean {
  return columns.some((column) => column.origin === 'raw' && sameName(column.name, name));
}

function queryColumns(leaf: Leaf & { readonly kind: 'query' }, name: string): readonly (Holder | undefined)[] {
  const { scope, columnNames } = leaf;
  if (scope.kind === 'select') return behind(scope, innerColumn(scope, columnNames, name));
  const position = outputPosition(scope, columnNames, name);
  if (position === undefined) return [undefined];
  return scope.arms.flatMap((arm) => behind(arm, columnAt(arm, position)));
}

function behind(scope: BlockScope, column: ColumnRef | undefined): readonly (Holder | undefined)[] {
  if (scope.kind === 'set' || column === undefined) return [undefined];
  const place = placeOf(column, scope.names);
  const isJson = place?.path === undefined || place.memberType === 'JSON';
  return place === undefined || !isJson ? [undefined] : columnsBehind(place);
}

/**
 * The member of a JSON column that names with dots lead to, with how many of the names lead to the column itself. Undefined
 * for anything else, and where several tables can be meant: the engine refuses that.
 */
export function dottedMember(
  { names, steps }: Pick<DottedRef, 'names' | 'steps'>,
  scope: Names | undefined,
): (Member & { readonly columnLength: number }) | undefined {
  const ref = refOf(names);
  for (let level = scope; level !== undefined; level = level.outer) {
    const { sources } = level;
    const found = unlessAmbiguous(() => lookupDotted(ref, sources));
    if (found === 'maybe') return undefined;
    if (found === 'none') continue;
    const path: readonly MemberStep[] = [...names.slice(found.length), ...steps];
    if (!path.some((step) => typeof step === 'string')) return undefined;
    const member = memberBehind({ leaf: found.place.leaf, name: found.place.name }, path);
    return member && { ...member, columnLength: found.length };
  }
  return undefined;
}

function unlessAmbiguous<T>(find: () => T): T | 'maybe' {
  try {
    return find();
  } catch (error) {
    if (error instanceof BindError) return 'maybe';
    throw error;
  }
}

function lookupAmong(ref: ColumnRef, sources: readonly Source[]): Found {
  const found = combine(
    ref,
    sources.map((source) => lookup(ref, source)),
  );
  return found === 'merged' ? 'maybe' : found;
}

/**
 * A name that exactly one known table has is certain even beside tables with unknown columns: if one of those has it
 * too, the engine refuses the statement as ambiguous. To DuckDB a column that a join has merged goes before others.
 */
function combine(ref: ColumnRef, found: readonly Lookup[]): Lookup {
  const [merged, second] = found.filter((each) => each === 'merged' || (typeof each === 'object' && each.isMerged));
  if (merged !== undefined && second === undefined) return merged;
  const places = found.filter((each) => typeof each === 'object');
  if (places.length > 1) throw ambiguousColumn(ref, places);
  return places[0] ?? (found.every((each) => each === 'none') ? 'none' : 'maybe');
}

function lookup(ref: ColumnRef, source: Source): Lookup {
  if (source.kind === 'join') return lookupInJoin(ref, source);
  if (!isQualifiedBy(ref, source)) return 'none';
  if (source.kind === 'unknown') return 'maybe';
  if (source.kind === 'query') {
    const output = outputOf(source.scope, source.columnNames, ref.name);
    return output === 'known' ? { leaf: source, name: ref.name } : output;
  }
  const has = source.bound.columns.some(({ name }) => sameName(name, ref.name));
  return has ? { leaf: source, name: canonicalName(source.bound.resource, ref.name) } : 'none';
}

/** Several names in front of a column are those of a table that has no alias: all of them, or the last ones. */
function isQualifiedBy({ before, qualifier }: ColumnRef, source: Leaf): boolean {
  if (qualifier === undefined) return true;
  if (before === undefined) return sameName(qualifier, source.alias);
  if (source.kind !== 'resource' || source.bound.ref.alias !== undefined) return false;
  const [wanted, name] = [[...before, qualifier], source.bound.ref.name];
  return (
    wanted.length <= name.length && wanted.every((part, index) => sameName(part, name.at(index - wanted.length) ?? ''))
  );
}

function lookupInJoin(ref: ColumnRef, source: JoinSource): Lookup {
  const left = lookup(ref, source.left);
  // Only the left side of these can be seen from outside.
  if (source.join === 'semi' || source.join === 'anti') return left;
  const right = lookup(ref, source.right);
  if (ref.qualifier !== undefined || !isMerged(ref.name, source, left, right)) return combine(ref, [left, right]);
  // Of two columns one is made: the left table's, unless the join can leave that side empty.
  switch (source.join) {
    case 'inner':
    case 'left':
      return merged(left);
    case 'right':
      return merged(right);
    default:
      return 'merged';
  }
}

function merged(found: Lookup): Lookup {
  return typeof found === 'object' ? { ...found, isMerged: true } : 'merged';
}

function isMerged(name: string, { using, isNatural }: JoinSource, left: Lookup, right: Lookup): boolean {
  return using.some((merged) => sameName(merged, name)) || (isNatural && left !== 'none' && right !== 'none');
}

/**
 * Whether a query has an output column of that name. Of two columns with one name, which is meant would have to be
 * known.
 */
function outputOf(scope: BlockScope, columnNames: readonly string[], name: string): 'known' | 'none' | 'maybe' {
  if (columnNames.some((renamed) => sameName(renamed, name))) return 'known';
  // Renaming hides the names of the first columns; which those are depends on stars.
  if (columnNames.length > 0) return 'maybe';
  const found = outputPlaces(scope, name);
  if (found === 'maybe' || found.length > 1) return 'maybe';
  return found.length === 0 ? 'none' : 'known';
}

/** What an output column is made of, once for each entry of the SELECT list that has the name. */
type Output = { readonly kind: 'column'; readonly ref: ColumnRef } | { readonly kind: 'expression' };

function outputPlaces(scope: BlockScope, name: string): readonly Output[] | 'maybe' {
  if (scope.kind === 'set') {
    const [first] = scope.arms;
    return first === undefined ? 'maybe' : outputPlaces(first, name);
  }
  const found: Output[] = [];
  for (const output of scope.block.output) {
    switch (output.kind) {
      case 'other':
        return 'maybe';
      case 'expression':
        if (output.name === undefined) return 'maybe';
        if (sameName(output.name, name)) found.push({ kind: 'expression' });
        break;
      case 'column':
        if (sameName(output.name, name)) found.push({ kind: 'column', ref: output.column });
        break;
      case 'star': {
        const ref: ColumnRef = { name, ...(output.qualifier !== undefined && { qualifier: output.qualifier }) };
        const inside = lookupAmong(ref, scope.names.sources);
        if (inside === 'maybe') return 'maybe';
        if (inside !== 'none' && !isHiddenFromStar(inside)) found.push({ kind: 'column', ref });
      }
    }
  }
  return found;
}

/** A star shows no query parameters. */
function isHiddenFromStar({ leaf, name }: Place): boolean {
  if (leaf.kind !== 'resource') return false;
  const column = leaf.bound.columns.find((each) => canonicalName(leaf.bound.resource, each.name) === name);
  return column !== undefined && !isStarColumn(column);
}

/** The column inside a query that its output column of that name shows unchanged; undefined for anything else. */
export function innerColumn(scope: BlockScope, columnNames: readonly string[], name: string): ColumnRef | undefined {
  if (scope.kind === 'set') return undefined;
  const position = columnNames.findIndex((renamed) => sameName(renamed, name));
  if (position !== -1) return columnAt(scope, position);
  const found = outputPlaces(scope, name);
  const [only, second] = found === 'maybe' ? [] : found;
  return only?.kind === 'column' && second === undefined ? only.ref : undefined;
}

/** The column that the output column at that position shows unchanged. */
export function columnAt(scope: BlockScope, position: number): ColumnRef | undefined {
  if (scope.kind === 'set') return undefined;
  const before = scope.block.output.slice(0, position + 1);
  const isCountable = before.every(({ kind }) => kind === 'column' || kind === 'expression');
  const output = before[position];
  if (!isCountable || output === undefined) return undefined;
  return output.kind === 'column' || output.kind === 'expression' ? output.column : undefined;
}

/** At which position a query shows a column of that name; undefined where that is not certain. */
export function outputPosition(scope: BlockScope, columnNames: readonly string[], name: string): number | undefined {
  const renamed = columnNames.findIndex((each) => sameName(each, name));
  if (renamed !== -1) return renamed;
  const first = firstSelect(scope);
  if (first === undefined || columnNames.length > 0) return undefined;
  const { output } = first.block;
  const isCountable = output.every((each) => each.kind === 'column' || (each.kind === 'expression' && each.name));
  const positions = output.flatMap((each, index) => {
    return (each.kind === 'column' || each.kind === 'expression') && sameName(each.name ?? '', name) ? [index] : [];
  });
  return isCountable && positions.length === 1 ? positions[0] : undefined;
}

function firstSelect(scope: BlockScope): (BlockScope & { readonly kind: 'select' }) | undefined {
  if (scope.kind === 'select') return scope;
  const [first] = scope.arms;
  return first && firstSelect(first);
}

/** Whether the rows of a query are wanted by nobody but this one reference. */
export function isOwnQuery({ cte }: Leaf & { readonly kind: 'query' }): boolean {
  return cte === undefined || (cte.uses === 1 && !cte.isRecursive);
}

/**
 * The conditions of HAVING that may be checked on the rows of the groups: those on columns, where nothing that is computed has
 * the name of one.
 */
export function restrictingHaving({ having = [], output }: SelectBlock): readonly Qual[] {
  if (output.some(({ kind }) => kind === 'other')) return [];
  const isComputed = (ref: ColumnRef): boolean =>
    output.some((each) => {
      if (each.kind === 'expression') return each.name !== undefined && sameName(each.name, ref.name);
      return each.kind === 'column' && sameName(each.name, ref.name) && !sameName(each.column.name, ref.name);
    });
  return having.filter((qual) => !comparedBy(qual).some(isComputed));
}

/** The leaves of a source, in the order of the text. */
export function leavesOf(source: Source | undefined): readonly Leaf[] {
  if (source === undefined) return [];
  return source.kind === 'join' ? [...leavesOf(source.left), ...leavesOf(source.right)] : [source];
}

/** All scopes whose rows a query reads: CTEs that nothing names are none of them. */
export function readScopes(root: BlockScope): readonly BlockScope[] {
  const found = new Set<BlockScope>();
  const visit = (scope: BlockScope): void => {
    if (found.has(scope)) return;
    found.add(scope);
    if (scope.kind === 'set') scope.arms.forEach(visit);
    else for (const leaf of leavesOf(scope.source)) if (leaf.kind === 'query') visit(leaf.scope);
    scope.subqueries.forEach(visit);
  };
  visit(root);
  return [...found];
}

function ambiguousColumn({ name }: ColumnRef, places: readonly Place[]): BindError {
  const isShared = new Set(places.map(({ leaf }) => leaf.alias.toLowerCase())).size < places.length;
  const qualified = places.map(({ leaf }) => `${isShared ? fullName(leaf) : leaf.alias}.${name}`);
  return new BindError('BINDING', `Column ${JSON.stringify(name)} is in more than one table.`, {
    unknownName: name,
    hint: `Write ${qualified.join(' or ')}; where all of them are meant, say so of each.`,
  });
}

function fullName(leaf: Place['leaf']): string {
  return leaf.kind === 'resource' && leaf.bound.ref.alias === undefined ? leaf.bound.ref.name.join('.') : leaf.alias;
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
