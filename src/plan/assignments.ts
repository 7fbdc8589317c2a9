/**
 * From quals to the sets of parameter values that requests are made with.
 *
 * @module
 */

import { type Method, methodsFor, type Resource, requiredParameters } from '../registry/resource.ts';
import type { Literal } from '../sql/statement.ts';
import type { ScanQual } from './plan.ts';

/** Parameter name → value; one assignment is one request (or one chain of pages). */
export type Assignment = Readonly<Record<string, Literal>>;

/**
 * The parameter of `method` that a column binds: the one of its name, or the one it is an alias of. An id binds also the
 * parameter that takes names.
 */
export function parameterOf(resource: Resource, method: Method, column: string): string | undefined {
  const wanted = canonicalName(resource, column);
  const own = method.parameters.find(({ name }) => canonicalName(resource, name) === wanted);
  const other = method.parameters.find(({ name }) => objectColumn(resource, name) === objectColumn(resource, column));
  return (own ?? other)?.name;
}

/** The column of the id of the object that a column names: itself, unless names may stand in it. */
export function objectColumn(resource: Resource, column: string): string {
  const wanted = column.toLowerCase();
  const [, field] = Object.entries(resource.named ?? {}).find(([name]) => name.toLowerCase() === wanted) ?? [];
  return field?.toLowerCase() ?? canonicalName(resource, column);
}

/** Whether a column holds ids of objects that may be named by another column as well. */
export function isIdOfNamed({ named = {} }: Resource, column: string): boolean {
  return Object.values(named).some((field) => field.toLowerCase() === column.toLowerCase());
}

/**
 * The parameter that a column binds beside these quals. Where an object is both named and said to have an id, it is looked
 * up by its name, and the id is a condition.
 */
function bindingOf(resource: Resource, method: Method, column: string, quals: readonly ScanQual[]): string | undefined {
  const parameter = parameterOf(resource, method, column);
  if (parameter === undefined || !isIdOfNamed(resource, column)) return parameter;
  const isNamed = quals
    .flatMap((qual) => relation(qual)?.columns ?? [])
    .some((other) => !isIdOfNamed(resource, other) && parameterOf(resource, method, other) === parameter);
  return isNamed ? undefined : parameter;
}

/** Columns with equal canonical names always hold equal values: `keyId` and `id` of a key. */
export function canonicalName({ aliases }: Resource, column: string): string {
  const wanted = column.toLowerCase();
  const [, field] = Object.entries(aliases).find(([parameter]) => parameter.toLowerCase() === wanted) ?? [];
  return (field ?? column).toLowerCase();
}

/**
 * The columns with whose values requests can be made, under all their names, in lower case. A parameter may have its column
 * among the fields of the answer: `deviceId` of an account.
 */
export function keyColumns(resource: Resource): ReadonlySet<string> {
  const columns = resource.columns.filter(({ origin }) => origin !== 'response' && origin !== 'raw');
  const parameters = methodsFor(resource, 'select').flatMap((method) => method.parameters);
  return new Set(
    [...columns, ...parameters].flatMap(({ name }) => [
      name.toLowerCase(),
      canonicalName(resource, name),
      objectColumn(resource, name),
    ]),
  );
}

/** Whether a column shows what a request was made with, and nothing of its answer. */
export function isAskedColumn(resource: Resource, column: string): boolean {
  return askedColumns(resource).has(column);
}

/** All of those, by their canonical names. */
function askedColumns(resource: Resource): ReadonlySet<string> {
  const isAsked = new Map<string, boolean>();
  for (const { name, origin } of resource.columns) {
    const canonical = canonicalName(resource, name);
    isAsked.set(canonical, isAsked.get(canonical) !== false && (origin === 'query' || origin === 'header'));
  }
  return new Set([...isAsked].flatMap(([name, asked]) => (asked ? [name] : [])));
}

/** The parameters of a query or a header that a qual gives values for: every arm of an OR has to give some. */
export function askedBy(qual: ScanQual, resource: Resource): readonly string[] {
  if (qual.kind !== 'in' && qual.kind !== 'and' && qual.kind !== 'or') return [];
  return askedAmong(qual, askedColumns(resource));
}

function askedAmong(qual: ScanQual, asked: ReadonlySet<string>): readonly string[] {
  switch (qual.kind) {
    case 'in':
      return qual.path === undefined && asked.has(qual.column) ? [qual.column] : [];
    case 'and':
      return qual.quals.flatMap((part) => (part.kind === 'in' ? askedAmong(part, asked) : []));
    case 'or': {
      const arms = qual.quals.map((part) => (part.kind === 'or' ? [] : askedAmong(part, asked)));
      return arms.every((arm) => arm.length > 0) ? [...new Set(arms.flat())] : [];
    }
    default:
      return [];
  }
}

/** Whether a method has all parameters of these columns that only requests know. */
export function canAsk(method: Method, resource: Resource, columns: readonly string[]): boolean {
  return columns.every(
    (column) => !isAskedColumn(resource, column) || parameterOf(resource, method, column) !== undefined,
  );
}

/** The required parameters that none of these columns and defaults gives. */
export function missingParameters(
  resource: Resource,
  method: Method,
  columns: readonly string[],
  defaults: Readonly<Record<string, Literal>>,
): readonly string[] {
  const bound = new Set(columns.map((column) => parameterOf(resource, method, column)));
  return requiredParameters(method)
    .map(({ name }) => name)
    .filter((name) => !bound.has(name) && !Object.hasOwn(defaults, name));
}

/**
 * Every combination of parameter values that satisfies all quals, without repetition; quals on other columns are
 * passed over. Quals that contradict each other leave none.
 */
export function assignments(
  resource: Resource,
  method: Method,
  quals: readonly ScanQual[],
  defaults: Assignment,
): readonly Assignment[] {
  const relations = quals
    .map((qual) => relationOf(resource, method, qual, quals))
    .filter((relation) => relation !== undefined);
  const combined = relations.reduce<readonly Assignment[]>(joinRelations, [{}]);
  return combined.map((assignment) => ({ ...defaults, ...assignment }));
}

/** What a qual says as a list of rows; undefined where it does not list values. */
function relation(qual: ScanQual): (ScanQual & { readonly kind: 'tuples' }) | undefined {
  if (qual.kind === 'tuples') return qual;
  if (qual.kind !== 'in' || qual.path !== undefined) return undefined;
  return { kind: 'tuples', columns: [qual.column], rows: qual.values.map((value) => [value]) };
}

/** A qual as the list of assignments that it allows; undefined where it binds no parameter. */
function relationOf(
  resource: Resource,
  method: Method,
  qual: ScanQual,
  quals: readonly ScanQual[],
): readonly Assignment[] | undefined {
  if (qual.kind === 'or') return armsOf(resource, method, qual.quals);
  const listed = relation(qual);
  if (listed === undefined) return undefined;
  const { columns, rows } = listed;
  const parameters = columns.map((column) => bindingOf(resource, method, column, quals));
  if (parameters.every((parameter) => parameter === undefined)) return undefined;
  const allowed = rows
    .filter((row) => row.every((value, index) => value !== null || parameters[index] === undefined))
    // Two columns may be two names of one parameter.
    .filter((row) => row.every((value, index) => isFirstValue(row, parameters, index, value)))
    .map((row) =>
      Object.fromEntries(
        row.flatMap((value, index) => (parameters[index] === undefined ? [] : [[parameters[index], value]])),
      ),
    );
  return unique(allowed);
}

/** What the arms of an OR ask for, where each asks for something that only requests know. */
function armsOf(resource: Resource, method: Method, arms: readonly ScanQual[]): readonly Assignment[] | undefined {
  if (askedBy({ kind: 'or', quals: arms }, resource).length === 0) return undefined;
  const parts = (arm: ScanQual): readonly ScanQual[] => (arm.kind === 'and' ? arm.quals : [arm]);
  const asking = (part: ScanQual): boolean => part.kind === 'in' && askedBy(part, resource).length > 0;
  return unique(arms.flatMap((arm) => assignments(resource, method, parts(arm).filter(asking), {})));
}

function isFirstValue(
  row: readonly Literal[],
  parameters: readonly (string | undefined)[],
  index: number,
  value: Literal,
): boolean {
  const parameter = parameters[index];
  return parameter === undefined || String(row[parameters.indexOf(parameter)]) === String(value);
}

function joinRelations(left: readonly Assignment[], right: readonly Assignment[]): readonly Assignment[] {
  return unique(left.flatMap((a) => right.filter((b) => agree(a, b)).map((b) => ({ ...a, ...b }))));
}

function agree(a: Assignment, b: Assignment): boolean {
  return Object.entries(b).every(([name, value]) => !Object.hasOwn(a, name) || String(a[name]) === String(value));
}

/** By text, as they make the same request: values of one parameter are written in one way. */
function unique(list: readonly Assignment[]): readonly Assignment[] {
  const key = (assignment: Assignment): string =>
    JSON.stringify(Object.entries(assignment).map(([name, value]) => [name, String(value)]));
  return [...new Map(list.map((assignment) => [key(assignment), assignment])).values()];
}

/** Whether requests are made with the values of the qual; an alias is answered by its id. */
export function bindsParameter(
  qual: ScanQual,
  resource: Resource,
  method: Method,
  quals: readonly ScanQual[],
): boolean {
  const binds = (column: string): boolean => bindingOf(resource, method, column, quals) !== undefined;
  if (qual.kind === 'tuples') return qual.columns.every(binds);
  if (qual.kind === 'or') {
    const asked = askedBy(qual, resource);
    return asked.length > 0 && canAsk(method, resource, asked);
  }
  return qual.kind === 'in' && qual.path === undefined && binds(qual.column);
}
