/**
 * What a statement asks of parameters that only requests know: `q` of a list, `since` of a log.
 *
 * Their columns hold what the requests were made with, and NULL where nothing was sent. So a condition on one has to be
 * bound: left to the engine, it would be true of no row.
 *
 * @module
 */

import { BindError, NotSupportedError } from '../errors.ts';
import { isStarColumn, type Method } from '../registry/resource.ts';
import type { ColumnRef, Qual } from '../sql/statement.ts';
import { comparedBy } from '../sql/statement.ts';
import { conditionText, quoteName } from '../sql/text/sql-text.ts';
import { allBlocks } from '../sql/walk.ts';
import { own } from '../values.ts';
import { canonicalName, isAskedColumn, parameterOf } from './assignments.ts';
import { columnAt, innerColumn, outputCalled, outputPosition, type Place, placeOf } from './places.ts';
import type { Dependency, Scan, ScanQual } from './plan.ts';
import {
  type BlockScope,
  type BoundColumn,
  type BoundQuery,
  type BoundRef,
  type Names,
  readScopes,
  restrictingHaving,
  type Source,
  sameName,
} from './scope.ts';

/** A condition that names a query or header parameter of a reference. */
export interface Asking {
  /** By its canonical name. */
  readonly column: string;
  /** What the condition is: `in`, `sameAs`, … */
  readonly kind: Qual['kind'];
  /** The whole condition, where it is one on the rows that are read, and those that have to hold beside it. */
  readonly qual?: Qual;
  readonly beside?: readonly Qual[];
}

/** Which conditions ask for what; `IS NULL` asks for nothing, and is true where nothing is sent. */
export function askingsOf({ root }: BoundQuery): ReadonlyMap<BoundRef, readonly Asking[]> {
  const found = new Map<BoundRef, Asking[]>();
  for (const scope of readScopes(root)) {
    for (const query of scope.subqueries) addOutput(query, found);
    if (scope.kind !== 'select') continue;
    const { where, having = [], compared = [] } = scope.block;
    for (const qual of where) addAskings(qual, scope.names, scope, found, without(where, qual));
    const restricting = restrictingHaving(scope.block);
    for (const qual of restricting) addAskings(qual, scope.names, scope, found);
    const others = having.filter((qual) => !restricting.includes(qual)).flatMap(comparedBy);
    addAskings({ kind: 'other', columns: [...others, ...compared] }, scope.names, scope, found);
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
    for (const side of [source.left, source.right]) add({ name }, { kind: 'sameAs' }, { sources: [side] }, found);
  }
}

/** What a query inside an expression shows is compared with something; behind EXISTS, it is not looked at. */
function addOutput(query: BlockScope, found: Map<BoundRef, Asking[]>): void {
  if (query.block.isExistence) return;
  if (query.kind === 'set') for (const arm of query.arms) addOutput(arm, found);
  if (query.kind !== 'select') return;
  for (const output of query.block.output)
    if (output.kind === 'column') add(output.column, { kind: 'other' }, query.names, found);
}

function without<T>(items: readonly T[], item: T): readonly T[] {
  return items.filter((each) => each !== item);
}

function addAskings(
  qual: Qual,
  names: Names,
  scope: BlockScope,
  found: Map<BoundRef, Asking[]>,
  beside: readonly Qual[] = [],
): void {
  // What a subquery names is looked up where it stands.
  const inner = scope.subqueries.flatMap(({ block }) => [...allBlocks(block)].flatMap(({ columns }) => columns));
  const loose = looselyNamed(qual);
  for (const column of comparedBy(qual)) {
    const isLoose = loose.includes(column);
    const isInner = isLoose && inner.some((each) => isSameRef(each, column));
    if (!isInner) add(column, { kind: qual.kind, qual, beside }, names, found, isLoose);
  }
}

/** By what is no qual, also in an arm of an OR, and perhaps in another way than it is written there. */
function looselyNamed(qual: Qual): readonly ColumnRef[] {
  if (qual.kind === 'other') return qual.columns;
  return qual.kind === 'and' || qual.kind === 'or' ? qual.quals.flatMap(looselyNamed) : [];
}

function isSameRef(a: ColumnRef, b: ColumnRef): boolean {
  return sameName(a.name, b.name) && sameName(a.qualifier ?? '', b.qualifier ?? '');
}

type Condition = Omit<Asking, 'column'>;

function add(
  column: ColumnRef,
  condition: Condition,
  names: Names,
  found: Map<BoundRef, Asking[]>,
  isLoose: boolean = condition.kind === 'other',
): void {
  const place = isLoose ? certainPlace(column, names) : placeOf(column, names);
  for (const { bound, column: name } of place === undefined ? [] : columnsBehind(place)) {
    if (!isAskedColumn(bound.resource, name)) continue;
    found.set(bound, [...(found.get(bound) ?? []), { column: name, ...condition }]);
  }
  // `lower(q) AS x` is called x by the conditions of its query.
  const output = place === undefined ? outputCalled(column, names) : undefined;
  if (output?.kind !== 'expression') return;
  const { outputs: _own, ...inside } = names;
  for (const each of output.of ?? []) add(each, { ...condition, kind: 'other' }, inside, found);
}

/** What is no qual may name things that are no columns. */
function certainPlace(column: ColumnRef, names: Names): Place | undefined {
  try {
    return placeOf(column, names);
  } catch (error) {
    if (error instanceof BindError) return undefined;
    throw error;
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
  bound: BoundRef,
  askings: readonly Asking[],
  { method, bound: given }: Scan,
  dependencies: readonly Dependency[],
): void {
  const fed = dependencies.flatMap(({ pairs }) => pairs.map(({ column }) => column));
  const open = askings.find(({ column }) => !isGiven(column, { resource: bound.resource, method, bound: given }, fed));
  if (open !== undefined) throw notAsked(bound, open, method);
}

type Reading = Pick<Scan, 'resource' | 'method' | 'bound'>;

/** Whether requests are made with values of the column. @param fed columns whose values come while the scan runs */
function isGiven(column: string, { resource, method, bound }: Reading, fed: readonly string[]): boolean {
  const parameter = parameterOf(resource, method, column);
  return parameter !== undefined && (bound.includes(parameter) || fed.includes(column));
}

/**
 * The same of quals that come without a statement.
 *
 * @throws NotSupportedError for one that no request is made with
 */
export function checkAskedQuals(quals: readonly ScanQual[], scan: Reading, fed: readonly string[]): void {
  const { resource, method } = scan;
  const open = quals.flatMap(askedOf).find((column) => isAskedColumn(resource, column) && !isGiven(column, scan, fed));
  if (open === undefined) return;
  const name = resource.columns.find((each) => canonicalName(resource, each.name) === open)?.name ?? open;
  const isOfMethod = parameterOf(resource, method, open) !== undefined;
  throw new NotSupportedError(
    isOfMethod
      ? `${name} of ${resource.name} is a parameter of the request, and this qual gives it no value.`
      : `${name} of ${resource.name} is a parameter that ${method.name}, which the other quals call for, does not have.`,
    { hint: isOfMethod ? `Give { kind: 'in', column: '${name}', values: [...] }, in each arm of an or.` : undefined },
  );
}

/** The columns that a qual compares: to be NULL is what they are where nothing is sent. */
function askedOf(qual: ScanQual): readonly string[] {
  switch (qual.kind) {
    case 'and':
    case 'or':
      return qual.quals.flatMap(askedOf);
    case 'tuples':
      return qual.columns;
    case 'null':
      return qual.isNull ? [] : [qual.column];
    default:
      return [qual.column];
  }
}

function notAsked(bound: BoundRef, open: Asking, method: Method): NotSupportedError {
  const { ref, resource } = bound;
  const name = resource.columns.find((each) => canonicalName(resource, each.name) === open.column)?.name ?? open.column;
  const alias = ref.alias ?? ref.name.at(-1) ?? '';
  if (parameterOf(resource, method, open.column) === undefined) {
    return new NotSupportedError(
      `${name} of ${resource.name} is a parameter that ${method.name}, which the other conditions call for, does not have.`,
      { hint: `Leave ${alias}.${name} out, or the conditions that need ${method.name}.` },
    );
  }
  return new NotSupportedError(
    `${name} of ${resource.name} is a parameter of the request, and this condition gives it no value.`,
    { hint: unionFor(bound, name, open) ?? hintFor(alias, name, method) },
  );
}

function hintFor(alias: string, name: string, { ranges = {} }: Method): string {
  const range = own(ranges, name);
  const column = `${alias}."${name}"`;
  if (range === undefined) {
    return `Write ${column} = '…' or ${column} IN ('…', '…') in WHERE, in each arm of an OR; several SELECTs can be joined by UNION.`;
  }
  const operator = range.bound === 'lower' ? '>=' : '<';
  return `Write ${column} ${operator} '…' or ${column} = '…' in WHERE; on the rows themselves, compare ${alias}."${range.column}".`;
}

/** For an OR of which only some arms ask for something: each arm as a SELECT of its own. Undefined for anything else. */
function unionFor({ ref, resource }: BoundRef, name: string, { qual, beside = [] }: Asking): string | undefined {
  if (qual?.kind !== 'or') return undefined;
  const isOfParameter = (arm: Qual): boolean =>
    comparedBy(arm).some((column) => column.path === undefined && sameName(column.name, name));
  const groups = [qual.quals.filter(isOfParameter), qual.quals.filter((arm) => !isOfParameter(arm))];
  if (groups.some((arms) => arms.length === 0)) return undefined;
  const from = `${ref.name.join('.')}${ref.alias === undefined ? '' : ` ${ref.alias}`}`;
  const selects = groups.map((arms) => {
    const conditions = [...beside, anyOf(arms)].map(conditionText);
    if (!conditions.every((condition) => condition !== undefined)) return undefined;
    const asked = [...beside, ...arms].flatMap(comparedBy).map((column) => column.name.toLowerCase());
    const hidden = resource.columns
      .filter((column) => !isStarColumn(column) && asked.includes(column.name.toLowerCase()))
      .map((column) => quoteName(column.name));
    const star = hidden.length === 0 ? '*' : `* EXCLUDE (${hidden.join(', ')})`;
    return `SELECT ${star} FROM ${from} WHERE ${conditions.join(' AND ')}`;
  });
  const isWhole = selects.every((select) => select !== undefined);
  return isWhole
    ? `One request asks for ${name}, and another does not: write ${selects.join(' UNION ')}`
    : `One request asks for ${name}, and another does not: make a SELECT of each arm of the OR, and join them by UNION.`;
}

function anyOf(arms: readonly Qual[]): Qual {
  const [only] = arms;
  return only !== undefined && arms.length === 1 ? only : { kind: 'or', quals: arms };
}
