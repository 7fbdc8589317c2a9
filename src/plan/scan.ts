/**
 * Chooses the method that reads a resource, and how its required parameters are supplied.
 *
 * @module
 */

import { NotSupportedError, PlanError } from '../errors.ts';
import type { Registry } from '../registry/registry.ts';
import { type Method, methodsFor, type Resource } from '../registry/resource.ts';
import type { Literal } from '../sql/statement.ts';
import { missingParameters, parameterOf } from './assignments.ts';
import { exampleSelect, requiredNames } from './examples.ts';
import type { ParentScan, Scan } from './plan.ts';

export interface ScanRequest {
  readonly registry: Registry;
  readonly resource: Resource;
  /** Columns that equalities or IN lists of the statement give values for. */
  readonly boundColumns: readonly string[];
  /** Session defaults, such as `subdomain`. */
  readonly defaults: Readonly<Record<string, Literal>>;
  /** Whether a declared parent may supply a missing parameter. */
  readonly allowParent: boolean;
}

/**
 * The scan, or undefined where no method's required parameters can all be supplied.
 *
 * A method that needs no parent is preferred, and among those the one with the most parameters bound, because it reads
 * least; ties go by document order. With a parent it is the method with the fewest missing and the fewest parameters:
 * one list per parent costs as many requests as one look-up per parent, and finds the same.
 */
export function tryPlanScan(request: ScanRequest): Scan | undefined {
  const { resource, boundColumns, defaults } = request;
  const methods = methodsFor(resource, 'select');
  const complete = methods.filter((method) => missingParameters(resource, method, boundColumns, defaults).length === 0);
  const best = maximumBy(complete, (method) => boundParameters(resource, method, boundColumns).length);
  if (best !== undefined) return scanOf(request, best);
  return request.allowParent ? planWithParent(request, methods) : undefined;
}

/** As {@link tryPlanScan}; throws `NO_METHOD` naming what is missing, or `NOT_SUPPORTED` where nothing can be selected. */
export function planScan(request: ScanRequest): Scan {
  const scan = tryPlanScan(request);
  if (scan !== undefined) return scan;
  const { resource, boundColumns, defaults } = request;
  const methods = methodsFor(resource, 'select');
  if (methods.length === 0) throw nothingToSelect(resource);
  const missing = Object.fromEntries(
    methods.map((method) => [method.name, missingParameters(resource, method, boundColumns, defaults)]),
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
  return new NotSupportedError(`${name} is a view of its document, which this version does not expand.`, {
    hint: `Run its query instead: ${view.ddl.trim()}`,
  });
}

function scanOf(request: ScanRequest, method: Method, parent?: ParentScan): Scan {
  const { resource, boundColumns } = request;
  const bound = boundParameters(resource, method, boundColumns);
  const names = new Set(method.parameters.map(({ name }) => name).filter((name) => !bound.includes(name)));
  const defaults = Object.fromEntries(Object.entries(request.defaults).filter(([name]) => names.has(name)));
  return { resource, method, bound, defaults, ...(parent !== undefined && { parent }) };
}

function planWithParent(request: ScanRequest, methods: readonly Method[]): Scan | undefined {
  const { resource, registry, boundColumns, defaults } = request;
  const { parent } = resource;
  if (parent === undefined) return undefined;
  const parentResource = registry.resource(parent.resource.split('.'));
  const parentScan = tryPlanScan({
    ...request,
    resource: parentResource,
    boundColumns: sharedColumns(request, parentResource),
  });
  if (parentScan === undefined) return undefined;
  const candidates = methods.filter(
    (method) =>
      missingParameters(resource, method, [...boundColumns, ...Object.keys(parent.supplies)], defaults).length === 0,
  );
  const method = maximumBy(
    candidates,
    (candidate) => -candidate.parameters.filter(({ isRequired }) => isRequired).length,
  );
  const { supplies, where } = parent;
  return method && scanOf(request, method, { supplies, where, scan: parentScan });
}

/** A child's bound parameter means the same in its parent: both lie in the same org. */
function sharedColumns({ boundColumns, resource }: ScanRequest, parent: Resource): readonly string[] {
  const own = new Set(
    resource.columns.filter(({ origin }) => origin !== 'response').map(({ name }) => name.toLowerCase()),
  );
  const parents = new Set(
    parent.columns
      .filter(({ origin }) => origin === 'server' || origin === 'path')
      .map(({ name }) => name.toLowerCase()),
  );
  return boundColumns.filter((column) => own.has(column.toLowerCase()) && parents.has(column.toLowerCase()));
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

/** The first of the items with the greatest score. */
function maximumBy<T>(items: readonly T[], score: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || score(item) > score(best) ? item : best),
    undefined,
  );
}
