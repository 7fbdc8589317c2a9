/**
 * Chooses the method that reads a resource, how its required parameters are supplied, and what the API filters.
 *
 * @module
 */

import { NotSupportedError, PlanError } from '../errors.ts';
import {
  type Embedded,
  type Method,
  type Parent,
  type Resource,
  type TableColumn,
  usableMethods,
} from '../registry/resource.ts';
import {
  askedBy,
  bindsParameter,
  canAsk,
  canonicalName,
  isIdOfNamed,
  missingParameters,
  objectColumn,
  parameterOf,
} from './assignments.ts';
import { DEFAULT_SETTINGS, type PlanContext } from './draft.ts';
import { estimateOf } from './estimate.ts';
import { exampleSelect, requiredNames } from './examples.ts';
import { orderedList, variantsOf } from './lists.ts';
import { maximumBy } from './maximum.ts';
import { isId, mayMeanOneTwice } from './names.ts';
import type { Exactness, Identity, InQual, JudgedQual, ParentScan, Scan, ScanQual, ScanRequest } from './plan.ts';
import { boundsOf } from './ranges.ts';

/**
 * The scan, or undefined where no method's required parameters can all be supplied.
 *
 * A method that needs no parent is preferred, and among those the one with the most parameters bound, because it reads
 * least; ties go by document order. Where objects are named one by one and a list has them too, the cheaper of the two is taken.
 * With a parent it is the method with the fewest parameters: one list per parent costs as many requests as one look-up per
 * parent, and finds the same.
 */
export function tryPlanScan(request: ScanRequest, context: PlanContext): Scan | undefined {
  const methods = usableMethods(request.resource, 'select');
  const all = boundColumns(request);
  const lists = answeredLists(request);
  const [first, second] = [all, all.filter((column) => !lists.has(column))]
    .map((columns) => methodFor(columns, methods, request, context))
    .filter((method) => method !== undefined)
    .map((method) => scanOf(request, method, context));
  if (first !== undefined) {
    return second !== undefined && isCheaper(second, first, request, context) ? second : first;
  }
  return request.allowParent ? planWithParent(request, methods, context) : undefined;
}

/** The method to which these columns give the most, of those to which they give enough. */
function methodFor(
  columns: readonly string[],
  methods: readonly Method[],
  { resource }: ScanRequest,
  context: PlanContext,
): Method | undefined {
  const complete = methods.filter((method) => missingOf(method, columns, resource, context).length === 0);
  // One that cannot ask for all that is asked for would leave a condition unbound.
  const able = complete.filter((method) => canAsk(method, resource, columns));
  return maximumBy(able.length > 0 ? able : complete, (method) => boundParameters(resource, method, columns).length);
}

/**
 * Columns of answers that have to be one of several values. A list gives them all, filtered where the API can; a column that only
 * says what was asked for is filled by asking.
 */
function answeredLists({ quals, resource }: ScanRequest): ReadonlySet<string> {
  const isAnswered = ({ column }: InQual): boolean =>
    resource.columns.some(({ name, origin }) => origin === 'response' && canonicalName(resource, name) === column);
  const several = inQuals(quals).filter(({ values, isFromRows }) => values.length > (isFromRows ? 1 : FEW_LOOKUPS));
  return new Set(several.filter(isAnswered).map(({ column }) => column));
}

/** So many objects that the statement names are looked up although one request could find them: nothing is more up to date. */
const FEW_LOOKUPS = 2;

/** What a list is feared to cost that nobody has read yet, or that an index answers which lags behind. */
const FEARED_REQUESTS = 10;

function isCheaper(list: Scan, lookups: Scan, { fed }: ScanRequest, { settings }: PlanContext): boolean {
  const { sizes } = settings ?? DEFAULT_SETTINGS;
  const keys = fed.length === 0 ? undefined : { keys: FEARED_REQUESTS };
  const { expected } = estimateOf(list, keys, sizes);
  const isKnown = sizes.has(list.method.key) || list.method.paging === undefined;
  const isTrusted = isKnown || (namesRows(list) && list.method.filter?.lags !== true);
  const cost = isTrusted ? expected : Math.max(expected, FEARED_REQUESTS);
  return cost < estimateOf(lookups, keys, sizes).expected;
}

/** Whether the API is asked for certain objects of a list. */
function namesRows({ quals, resource }: Scan): boolean {
  return quals.some(
    ({ qual, exactness }) =>
      qual.kind === 'in' && qual.path === undefined && qual.column === resource.id && exactness !== 'unsupported',
  );
}

/** As {@link tryPlanScan}; throws `NO_METHOD` naming what is missing, or `NOT_SUPPORTED` where nothing can be selected. */
export function planScan(request: ScanRequest, context: PlanContext): Scan {
  const scan = tryPlanScan(request, context);
  if (scan !== undefined) return scan;
  const { resource } = request;
  const methods = usableMethods(resource, 'select');
  if (methods.length === 0) throw nothingToSelect(resource);
  const columns = boundColumns(request);
  const missing = Object.fromEntries(
    methods.map((method) => [method.name, missingOf(method, columns, resource, context)]),
  );
  const needs = Object.entries(missing).map(([name, parameters]) => `${name} needs ${parameters.join(', ')}`);
  throw new PlanError(`No method of ${resource.name} fits: ${needs.join('; ')}.`, {
    missing,
    hint: `Write, for example: ${exampleSelect(resource, leastDemanding(methods, resource))}`,
  });
}

function nothingToSelect({ name, views = [] }: Resource): NotSupportedError {
  const [view] = views;
  if (view === undefined) return new NotSupportedError(`${name} has no method that SELECT could use.`);
  const dialects = views.flatMap(({ dialect }) => (dialect === undefined ? [] : [dialect]));
  const why = dialects.length > 0 ? `written for ${dialects.join(', ')}` : 'which a scan cannot read';
  return new NotSupportedError(`${name} is a view of its document, ${why}.`, {
    hint: `Run its query instead: ${view.ddl.trim()}`,
  });
}

/** The quals that can bind parameters. */
export function inQuals(quals: readonly ScanQual[]): readonly InQual[] {
  return quals.filter((qual): qual is InQual => qual.kind === 'in' && qual.path === undefined);
}

export function boundColumns({ quals, fed, resource }: ScanRequest): readonly string[] {
  const tuples = quals.flatMap((qual) => (qual.kind === 'tuples' ? qual.columns : []));
  const arms = quals.flatMap((qual) => (qual.kind === 'or' ? askedBy(qual, resource) : []));
  return [...inQuals(quals).map(({ column }) => column), ...tuples, ...arms, ...fed];
}

/** What is neither given nor a parameter of which the document knows all values. */
export function missingOf(
  method: Method,
  columns: readonly string[],
  resource: Resource,
  { defaults }: PlanContext,
): readonly string[] {
  return missingParameters(resource, method, columns, defaults).filter(
    (name) => !Object.hasOwn(method.enumerate ?? {}, name),
  );
}

export function scanOf(request: ScanRequest, method: Method, context: PlanContext, parent?: ParentScan): Scan {
  const { resource } = request;
  const given = [...request.quals, ...boundsOf(method.ranges ?? {}, resource, request.quals)];
  const quals = [...given, ...enumerated(method, request)];
  const bound = boundParameters(resource, method, boundColumns({ ...request, quals }));
  const names = new Set(method.parameters.map(({ name }) => name).filter((name) => !bound.includes(name)));
  const defaults = Object.fromEntries(Object.entries(context.defaults).filter(([name]) => names.has(name)));
  const { variants: lists, exactness } = variantsOf(request, method, quals, bound, context);
  const inOrder = orderedList(lists, request, method, bound, context);
  const variants = inOrder === undefined ? lists : [inOrder];
  return {
    resource,
    method,
    bound,
    defaults,
    variants,
    quals: quals.map((qual): JudgedQual => {
      const exactnessOfBinding = bindingExactness(qual, resource, method, quals);
      return { qual, exactness: exactnessOfBinding ?? exactness.get(qual) ?? 'unsupported' };
    }),
    isEmbedded: parent !== undefined && isEmbeddedIn(request, parent, context),
    isEnumerated: quals.length > given.length,
    identities: identitiesOf(request, method, context),
    denied: whenDenied(context),
    ...(parent !== undefined && { parent }),
  };
}

/** Of parameters that may name one object twice, other than the one that is looked up. */
function identitiesOf(request: ScanRequest, method: Method, context: PlanContext): readonly Identity[] {
  const { resource } = request;
  return Object.entries(method.names ?? {}).flatMap(([parameter, { of }]) => {
    const qual = inQuals(request.quals).find(({ column }) => parameterOf(resource, method, column) === parameter);
    const isLookedUp = isIdOfNamed(resource, objectColumn(resource, parameter));
    if (of === undefined || qual === undefined || isLookedUp || !mayMeanOneTwice(resource, qual)) return [];
    const named = context.registry.resource(of.split('.'));
    const [[given = '', id = ''] = []] = Object.entries(named.named ?? {});
    const shares = Object.fromEntries(
      Object.entries(sharedParameters(resource, named)).filter(([name]) => name !== parameter),
    );
    const shared = sharedQuals(request, { resource: of, supplies: {}, where: {} }, named).filter(
      (each) => 'column' in each && each.column !== canonicalName(named, given),
    );
    const quals = [...shared, { ...qual, column: canonicalName(named, given) }];
    const scan = tryPlanScan(
      { resource: named, quals, fed: [], columns: [given, id], parentQuals: [], allowParent: false },
      context,
    );
    return scan === undefined ? [] : [{ parameter, scan, given, id, shares }];
  });
}

function whenDenied({ settings }: PlanContext): Scan['denied'] {
  const { skipDenied, isForChange } = settings ?? DEFAULT_SETTINGS;
  if (isForChange) return 'fail-for-change';
  return skipDenied ? 'skip' : 'fail';
}

/** A required parameter that nothing gives takes all its values in turn. */
function enumerated(method: Method, request: ScanRequest): readonly ScanQual[] {
  const bound = boundParameters(request.resource, method, boundColumns(request));
  return Object.entries(method.enumerate ?? {})
    .filter(([name]) => !bound.includes(name))
    .map(([name, values]) => ({ kind: 'in', column: canonicalName(request.resource, name), values }));
}

/**
 * A parameter's column holds the value it was bound to, so no row can differ. Of an OR, rows can lack the rest of an arm; and an
 * object that was looked up by what may be a name has another id.
 */
function bindingExactness(
  qual: ScanQual,
  resource: Resource,
  method: Method,
  quals: readonly ScanQual[],
): Exactness | undefined {
  if (!bindsParameter(qual, resource, method, quals)) return undefined;
  return qual.kind === 'or' || mayHoldName(qual, resource, method) ? 'inexact' : 'exact';
}

/** Whether it looks an id up by what may be a name: the object that is found has another id then. */
function mayHoldName(qual: ScanQual, resource: Resource, method: Method): boolean {
  if (qual.kind !== 'in' || !isIdOfNamed(resource, qual.column)) return false;
  const names = method.names?.[parameterOf(resource, method, qual.column) ?? ''];
  return names !== undefined && !qual.values.every((value) => isId(names, value));
}

export function planWithParent(
  request: ScanRequest,
  methods: readonly Method[],
  context: PlanContext,
): Scan | undefined {
  const { resource } = request;
  const { parent } = resource;
  if (parent === undefined) return undefined;
  const scan = tryPlanScan(parentRequest(request, parent, context), context);
  if (scan === undefined) return undefined;
  const columns = [...boundColumns(request), ...Object.keys(parent.supplies)];
  const complete = methods.filter((method) => missingOf(method, columns, resource, context).length === 0);
  // A list does not say which of its objects has the name that was given.
  const lookups = complete.filter((method) => bindsNames(request, method));
  const method = maximumBy(
    lookups.length > 0 ? lookups : complete,
    (candidate) => -candidate.parameters.filter(({ isRequired }) => isRequired).length,
  );
  if (method === undefined) return undefined;
  const shares = sharedParameters(resource, scan.resource);
  const where = parentConditions(resource, context);
  return scanOf(request, method, context, { supplies: parent.supplies, shares, where, scan });
}

/** Whether the method is given every name that the statement has for an object. */
function bindsNames({ resource, quals }: ScanRequest, method: Method): boolean {
  return inQuals(quals)
    .filter(({ column }) => objectColumn(resource, column) !== column)
    .every(({ column }) => parameterOf(resource, method, column) !== undefined);
}

/** The parents that can have children at all. Where their rows hold copies of the children, those that hold any. */
export function parentConditions(resource: Resource, { registry, settings }: PlanContext): readonly ScanQual[] {
  const { parent, embedded } = resource;
  if (parent === undefined) return [];
  const parentResource = registry.resource(parent.resource.split('.'));
  const named = Object.entries(parent.where).map(([column, values]): ScanQual => {
    return { kind: 'in', column: canonicalName(parentResource, column), values };
  });
  const others = Object.entries(parent.unless ?? {}).flatMap(([at, values]) =>
    values.map((value) => otherThan(at, value, parentResource)),
  );
  const isCopied = embedded?.resource === parent.resource && (settings ?? DEFAULT_SETTINGS).embedded;
  const all = [...named, ...others];
  return isCopied ? [...all, copiesPresent(embedded, parentResource)] : all;
}

/** A parent that says nothing of it may have children. */
function otherThan(at: string, value: string, resource: Resource): ScanQual {
  const [name = '', ...path] = at.split('.');
  const place = { column: canonicalName(resource, name), ...(path.length > 0 && { path }) };
  return {
    kind: 'or',
    quals: [
      { kind: 'compare', ...place, operator: '<>', value },
      { kind: 'null', ...place, isNull: true },
    ],
  };
}

function copiesPresent({ rowsAt }: Embedded, resource: Resource): ScanQual {
  const [column = '', ...path] = rowsAt.split('.').slice(1);
  return { kind: 'null', column: canonicalName(resource, column), path, isNull: false };
}

/** What is asked of the parent: the restrictions handed over for it, and those of the child that mean the same there. */
function parentRequest(request: ScanRequest, parent: Parent, { registry }: PlanContext): ScanRequest {
  const resource = registry.resource(parent.resource.split('.'));
  const quals = [...request.parentQuals, ...sharedQuals(request, parent, resource)];
  const conditions = [...Object.keys(parent.where), ...Object.keys(parent.unless ?? {})];
  const columns = [...Object.values(parent.supplies), ...conditions.map((at) => at.split('.')[0] ?? at)];
  return { resource, quals, fed: [], columns, parentQuals: [], allowParent: true };
}

function sharedQuals({ quals, resource }: ScanRequest, { supplies }: Parent, parent: Resource): readonly ScanQual[] {
  const canonical = (names: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(names).map(([own, theirs]) => [canonicalName(resource, own), canonicalName(parent, theirs)]),
    );
  const shared = canonical(sharedParameters(resource, parent));
  const supplied = canonical(supplies);
  return quals.flatMap((qual): readonly ScanQual[] => {
    if (!('column' in qual) || qual.path !== undefined) return [];
    const column = (qual.kind === 'in' ? shared.get(qual.column) : undefined) ?? supplied.get(qual.column);
    return column === undefined ? [] : [{ ...qual, column: nameableColumn(parent, column) }];
  });
}

/** What a child calls its parent by may be a name: the parent's column for that, where it has one. */
function nameableColumn({ named = {} }: Resource, column: string): string {
  return (
    Object.entries(named)
      .find(([, field]) => field.toLowerCase() === column)?.[0]
      .toLowerCase() ?? column
  );
}

/** A parameter that both child and parent have means the same in both: they lie in the same org, or the same server. */
export function sharedParameters(resource: Resource, parent: Resource): Readonly<Record<string, string>> {
  const isOwn = ({ name }: TableColumn): boolean =>
    resource.columns.some((own) => own.origin !== 'response' && own.name.toLowerCase() === name.toLowerCase());
  const shared = parent.columns.filter(
    (column) => (column.origin === 'server' || column.origin === 'path') && isOwn(column),
  );
  return Object.fromEntries(shared.map(({ name }) => [name, name]));
}

/** Whether all that is asked for stands in the rows of the parent. */
function isEmbeddedIn(request: ScanRequest, { scan }: ParentScan, context: PlanContext): boolean {
  const { embedded } = request.resource;
  const { embedded: isWanted } = context.settings ?? DEFAULT_SETTINGS;
  if (!isWanted || embedded?.resource !== scan.resource.name || request.fed.length > 0) return false;
  return notInCopies(request).length === 0;
}

/** Columns that are wanted and that copies of the rows do not have. */
export function notInCopies({ resource, columns }: ScanRequest): readonly string[] {
  const { embedded } = resource;
  if (embedded === undefined) return columns;
  const servers = resource.columns.filter(({ origin }) => origin === 'server').map(({ name }) => name);
  const held = new Set(
    [...embedded.columns, ...Object.keys(embedded.keys), ...servers].map((name) => canonicalName(resource, name)),
  );
  return columns.filter((column) => !held.has(canonicalName(resource, column)));
}

function boundParameters(resource: Resource, method: Method, columns: readonly string[]): readonly string[] {
  const names = columns.map((column) => parameterOf(resource, method, column)).filter((name) => name !== undefined);
  return [...new Set(names)];
}

/** The fewest parameters that a statement has to give: what a parent supplies need not stand in it. */
function leastDemanding(methods: readonly Method[], { parent }: Resource): readonly string[] {
  const demands = methods.map((method) => ({
    names: requiredNames(method).filter((name) => parent === undefined || !Object.hasOwn(parent.supplies, name)),
    isList: method.response.kind === 'list',
  }));
  // Of two that ask for as much, the list is the better example: whoever has an id knows where it goes.
  return maximumBy(demands, ({ names, isList }) => (isList ? 0.5 : 0) - names.length)?.names ?? [];
}
