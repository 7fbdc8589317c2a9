/**
 * Plans UPDATE and REPLACE: attributes for the objects that the WHERE names.
 *
 * @module
 */

import { BindError, NotSupportedError, PlanError } from '../errors.ts';
import { changingMethods, type Method, type Resource } from '../registry/resource.ts';
import type { UpdateStatement } from '../sql/statement.ts';
import { missingParameters } from './assignments.ts';
import { forChange, type PlanContext } from './draft.ts';
import { exampleUpdate } from './examples.ts';
import { givenValues, insertTarget, namedColumns, objectsOf, ownQuals, selectableColumns } from './mutation.ts';
import type { UpdatePlan, UpdateTarget } from './plan.ts';
import { planQuery } from './query.ts';
import { sameName } from './scope.ts';

/** What may carry out the statement. */
interface Choice {
  readonly methods: readonly Method[];
  readonly transitions?: Readonly<Record<string, Method>>;
  /** Whether they replace whole objects, of which the statement says a part. */
  readonly isPart?: boolean;
}

/** Throws `UNKNOWN_…`, `NO_METHOD`, or `NOT_SUPPORTED` where nothing can change what the statement wants to. */
export function planUpdate(statement: UpdateStatement, context: PlanContext): UpdatePlan {
  const resource = context.registry.resource(statement.target);
  const { methods, transitions, isPart = false } = choiceFor(statement, resource);
  checkMembers(statement, resource, isPart);
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
    ...(statement.alias !== undefined && { alias: statement.alias }),
    method,
    ...(transitions !== undefined && { transitions }),
    ...(isPart && readerOf(resource, method)),
    source: planQuery(statement.source, forChange(context)),
    targets: transitions === undefined ? targetsOf(statement, method) : [],
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
  const whole = changingMethods(resource, 'replace').filter(({ replaces }) => replaces !== undefined);
  if (verb === 'update' && whole.length > 0) return { methods: whole, isPart: true };
  throw new NotSupportedError(`${resource.name} cannot be changed by ${verb.toUpperCase()} in that way.`, {
    hint: otherWays(resource, verb),
  });
}

function readerOf({ methods }: Resource, { replaces }: Method): { readonly read: Method } | undefined {
  const read = methods.find(({ name }) => name === replaces?.read);
  return read && { read };
}

function targetsOf({ columns, members }: UpdateStatement, method: Method): readonly UpdateTarget[] {
  const targets = columns.map((column, index) => ({
    ...insertTarget(method, column),
    members: members[index] ?? [],
  }));
  const parameter = targets.find(({ kind, members: inner }) => kind === 'parameter' && inner.length > 0);
  if (parameter !== undefined)
    throw new NotSupportedError(`${parameter.name} is a parameter of ${method.name} and has no members.`);
  const [first, second] = overlapping(targets);
  if (first === undefined || second === undefined) return targets;
  throw new BindError('BINDING', `${first} and ${second} are given, of which one holds the other.`, {
    unknownName: second,
  });
}

/** Two targets of which the second is the first, or a member of it. */
function overlapping(targets: readonly UpdateTarget[]): readonly string[] {
  const paths = targets.map(({ kind, name, members }) => [kind, name, ...members]);
  for (const [index, path] of paths.entries()) {
    const other = paths.find((one, at) => at !== index && path.every((name, depth) => one[depth] === name));
    if (other !== undefined) return [path, other].map(([, ...names]) => names.join('.'));
  }
  return [];
}

/** Where the API merges what it is sent, only it knows how deep; and a status beside other attributes would be passed over. */
function checkMembers({ verb, columns, members }: UpdateStatement, resource: Resource, isPart: boolean): void {
  const index = members.findIndex((names) => names.length > 0);
  if (index !== -1 && !isPart) {
    const [column = '', path] = [columns[index], [columns[index], ...(members[index] ?? [])].join('.')];
    throw new NotSupportedError(
      `${path} cannot be set alone: ${verb.toUpperCase()} sends ${resource.name} attributes.`,
      {
        hint: `SET ${column} to the object that is to be sent.`,
      },
    );
  }
  const status = isPart ? columns.find((column) => transitionsOf(resource, column) !== undefined) : undefined;
  if (status === undefined) return;
  throw new NotSupportedError(`${status} is set by methods of its own, not with other attributes.`, {
    hint: `SET ${status} in an UPDATE of its own.`,
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
