/**
 * What a statement asks of parameters that only requests know: `q` of a list, `since` of a log.
 *
 * Their columns hold what the requests were made with, and NULL where nothing was sent. So a condition on one has to be
 * bound: left to the engine, it would be true of no row.
 *
 * @module
 */

import { BindError, NotSupportedError } from '../errors.ts';
import type { Method } from '../registry/resource.ts';
import type { ColumnRef, Qual } from '../sql/statement.ts';
import { allBlocks } from '../sql/statement.ts';
import { own } from '../values.ts';
import { canonicalName, isAskedColumn, parameterOf } from './assignments.ts';
import type { Dependency, Scan } from './plan.ts';
import {
  type BlockScope,
  type BoundColumn,
  type BoundQuery,
  type BoundRef,
  columnAt,
  innerColumn,
  type Names,
  outputPosition,
  type Place,
  placeOf,
  readScopes,
  type Source,
  sameName,
} from './scope.ts';

/** A condition that names a query or header parameter of a reference. */
export interface Asking {
  /** By its canonical name. */
  readonly column: string;
  /** What the condition is: `in`, `sameAs`, … */
  readonly kind: Qual['kind'];
}

/** Which conditions ask for what; `IS NULL` asks for nothing, and is true where nothing is sent. */
export function askingsOf({ root }: BoundQuery): ReadonlyMap<BoundRef, readonly Asking[]> {
  const found = new Map<BoundRef, Asking[]>();
  for (const scope of readScopes(root)) {
    if (scope.kind !== 'select') continue;
    for (const qual of scope.block.where) addAskings(qual, scope.names, scope, found);
    addOfJoins(scope.source, scope, found);
  }
  return found;
}

function addOfJoins(source: Source | undefined, scope: BlockScope, found: Map<BoundRef, Asking[]>): void {
  if (source?.kind !== 'join') return;
  addOfJoins(source.left, scope, found);
  addOfJoins(source.right, scope, found);
  for (const qual of source.on) addAskings(qual, source.names, scope, found);
  for (const name of source.using) {
    for (const side of [source.left, source.right]) add({ name }, 'sameAs', { sources: [side] }, found);
  }
}

function addAskings(qual: Qual, names: Names, scope: BlockScope, found: Map<BoundRef, Asking[]>): void {
  if (qual.kind === 'null' && qual.isNull) return;
  // What a subquery names is looked up where it stands.
  const inner = scope.subqueries.flatMap(({ block }) => [...allBlocks(block)].flatMap(({ columns }) => columns));
  for (const column of columnsIn(qual)) {
    const isInner = qual.kind === 'other' && inner.some((each) => isSameRef(each, column));
    if (!isInner) add(column, qual.kind, names, found);
  }
}

function isSameRef(a: ColumnRef, b: ColumnRef): boolean {
  return sameName(a.name, b.name) && sameName(a.qualifier ?? '', b.qualifier ?? '');
}

function add(column: ColumnRef, kind: Qual['kind'], names: Names, found: Map<BoundRef, Asking[]>): void {
  const place = kind === 'other' ? certainPlace(column, names) : placeOf(column, names);
  for (const { bound, column: name } of place === undefined ? [] : columnsBehind(place)) {
    if (isAskedColumn(bound.resource, name)) found.set(bound, [...(found.get(bound) ?? []), { column: name, kind }]);
  }
}

/** What is no qual may name things that are no columns, such as what a lambda calls its argument. */
function certainPlace(column: ColumnRef, names: Names): Place | undefined {
  try {
    return placeOf(column, names);
  } catch (error) {
    if (error instanceof BindError) return undefined;
    throw error;
  }
}

function columnsIn(qual: Qual): readonly ColumnRef[] {
  switch (qual.kind) {
    case 'and':
    case 'or':
      return qual.quals.flatMap(columnsIn);
    case 'sameAs':
      return [qual.left, qual.right];
    case 'other':
      return qual.columns;
    case 'constant':
      return [];
    default:
      return [qual.column];
  }
}

/** The columns of references that a place shows: of a query between, what its output is made of. */
function columnsBehind({ leaf, name }: Place): readonly BoundColumn[] {
  if (leaf.kind === 'resource') return [{ bound: leaf.bound, column: name }];
  return columnsOfOutput(leaf.scope, leaf.columnNames, name);
}

function columnsOfOutput(scope: BlockScope, columnNames: readonly string[], name: string): readonly BoundColumn[] {
  if (scope.kind === 'select') return behind(innerColumn(scope, columnNames, name), scope.names);
  const position = outputPosition(scope, columnNames, name);
  if (position === undefined) return [];
  return scope.arms.flatMap((arm) => (arm.kind === 'select' ? behind(columnAt(arm, position), arm.names) : []));
}

function behind(column: ColumnRef | undefined, names: Names): readonly BoundColumn[] {
  const place = column && placeOf(column, names);
  return place === undefined ? [] : columnsBehind(place);
}

/** @throws NotSupportedError for a condition that no request is made with */
export function checkAsked(
  { ref, resource }: BoundRef,
  askings: readonly Asking[],
  { method, bound }: Scan,
  dependencies: readonly Dependency[],
): void {
  const fed = dependencies.flatMap(({ pairs }) => pairs.map(({ column }) => column));
  const open = askings.find(({ column }) => {
    const parameter = parameterOf(resource, method, column);
    return parameter === undefined || !(bound.includes(parameter) || fed.includes(column));
  });
  if (open === undefined) return;
  const name = resource.columns.find((each) => canonicalName(resource, each.name) === open.column)?.name ?? open.column;
  const alias = ref.alias ?? ref.name.at(-1) ?? '';
  const isOfMethod = parameterOf(resource, method, open.column) !== undefined;
  throw new NotSupportedError(
    isOfMethod
      ? `${name} of ${resource.name} is a parameter of the request, and this condition gives it no value.`
      : `${name} of ${resource.name} is a parameter that ${method.name}, which the other conditions call for, does not have.`,
    {
      hint: isOfMethod
        ? hintFor(alias, name, method)
        : `Leave ${alias}.${name} out, or the conditions that need ${method.name}.`,
    },
  );
}

function hintFor(alias: string, name: string, { ranges = {} }: Method): string {
  const range = own(ranges, name);
  const column = `${alias}."${name}"`;
  if (range === undefined) {
    return `Write ${column} = '…' or ${column} IN ('…', '…'), in each arm of an OR; several SELECTs can be joined by UNION.`;
  }
  const operator = range.bound === 'lower' ? '>=' : '<';
  return `Write ${column} ${operator} '…' or ${column} = '…'; on the rows themselves, compare ${alias}."${range.column}".`;
}
