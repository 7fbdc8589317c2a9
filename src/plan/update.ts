/**
 * Plans UPDATE and REPLACE: attributes for the objects that the WHERE names.
 *
 * @module
 */

import { NotSupportedError, PlanError } from '../errors.ts';
import { changingMethods, type Method, type Resource } from '../registry/resource.ts';
import type { UpdateStatement } from '../sql/statement.ts';
import { missingParameters } from './assignments.ts';
import { forChange, type PlanContext } from './draft.ts';
import { exampleUpdate } from './examples.ts';
import { givenValues, insertTarget, namedColumns, objectsOf, ownQuals, selectableColumns } from './mutation.ts';
import type { UpdatePlan } from './plan.ts';
import { planQuery } from './query.ts';
import { sameName } from './scope.ts';

/** What may carry out the statement. */
interface Choice {
  readonly methods: readonly Method[];
  readonly transitions?: Readonly<Record<string, Method>>;
}

/** Throws `UNKNOWN_…`, `NO_METHOD`, or `NOT_SUPPORTED` where nothing can change what the statement wants to. */
export function planUpdate(statement: UpdateStatement, context: PlanContext): UpdatePlan {
  const resource = context.registry.resource(statement.target);
  const { methods, transitions } = choiceFor(statement, resource);
  const quals = ownQuals(statement, resource, methods);
  const named = namedColumns(statement, resource, methods, quals);
  const columns = [...(named ?? selectableColumns(resource)), ...statement.columns];
  const missingOf = (method: Method): readonly string[] =>
    missingParameters(resource, method, columns, context.defaults);
  const method = methods.find((candidate) => missingOf(candidate).length === 0);
  if (method === undefined)
    throw missing(statement, resource, methods, missingOf, { ...context.defaults, ...givenValues(quals) });
  return {
    kind: 'update',
    verb: statement.verb,
    resource,
    method,
    ...(transitions !== undefined && { transitions }),
    source: planQuery(statement.source, forChange(context)),
    targets: transitions === undefined ? statement.columns.map((column) => insertTarget(method, column)) : [],
    objects: objectsOf(statement, resource, method, quals, named !== undefined, context),
    ...(statement.returning !== undefined && { returning: statement.returning }),
  };
}

/**
 * A column that lifecycle methods set is changed by them, alone: they take no body, and which of two calls came first
 * would matter.
 */
function choiceFor({ verb, columns }: UpdateStatement, resource: Resource): Choice {
  const transitions = verb === 'update' && columns.length === 1 ? transitionsOf(resource, columns[0] ?? '') : undefined;
  if (transitions !== undefined) return { methods: Object.values(transitions), transitions };
  const methods = changingMethods(resource, verb);
  if (methods.length > 0) return { methods };
  throw new NotSupportedError(`${resource.name} cannot be changed by ${verb.toUpperCase()} in that way.`, {
    hint: otherWays(resource, verb),
  });
}

function transitionsOf({ transitions = {}, methods }: Resource, column: string): Choice['transitions'] {
  const [, values] = Object.entries(transitions).find(([name]) => sameName(name, column)) ?? [];
  if (values === undefined) return undefined;
  const found = Object.entries(values).flatMap(([value, name]) =>
    methods.filter((method) => method.name === name).map((method) => [value, method] as const),
  );
  return Object.fromEntries(found);
}

function otherWays(resource: Resource, verb: UpdateStatement['verb']): string {
  const settable = Object.entries(resource.transitions ?? {}).map(
    ([column, values]) =>
      `SET ${column} = ${Object.keys(values)
        .map((value) => `'${value}'`)
        .join(' or ')} alone`,
  );
  const other = verb === 'update' ? 'replace' : 'update';
  const ways = [...settable, ...(changingMethods(resource, other).length > 0 ? [other.toUpperCase()] : [])];
  if (ways.length > 0) return `Possible: ${ways.join(', ')}.`;
  return `Its methods are ${resource.methods.map(({ name }) => name).join(', ')}.`;
}

function missing(
  { verb, columns }: UpdateStatement,
  resource: Resource,
  methods: readonly Method[],
  missingOf: (method: Method) => readonly string[],
  given: Readonly<Record<string, unknown>>,
): PlanError {
  const needs = methods.map((method) => `${method.name} needs ${missingOf(method).join(', ')}`);
  const [first] = methods;
  return new PlanError(`No method of ${resource.name} fits this ${verb.toUpperCase()}: ${needs.join('; ')}.`, {
    missing: Object.fromEntries(methods.map((method) => [method.name, missingOf(method)])),
    hint: first && `Write: ${exampleUpdate(verb, resource, first, columns, given)}`,
  });
}
