/**
 * Finds where a column comes from, by SQL's scope rules.
 *
 * Certainty is what counts here. The engine binds every name again and refuses what is wrong; a name that this module
 * cannot place for sure is not placed, and nothing is pushed down on its account.
 *
 * @module
 */

import { BindError } from '../errors.ts';
import { type Holder, holderAt, itemHolder, type Member, type MemberStep, memberAt } from '../registry/members.ts';
import { isStarColumn } from '../registry/resource.ts';
import type { ColumnRef, DottedRef, OutputColumn } from '../sql/statement.ts';
import type { ColumnType } from '../values.ts';
import { canonicalName } from './assignments.ts';
import {
  type BlockScope,
  type BoundRef,
  type JoinSource,
  type Leaf,
  type Names,
  type Source,
  sameName,
} from './scope.ts';

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
