/**
 * Plans INSERT, DELETE and EXEC: each is a number of single requests.
 *
 * @module
 */

import { BindError, InvalidValueError, NotSupportedError, PlanError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { unknownColumn } from '../registry/nearest.ts';
import {
  changingMethods,
  type Field,
  isStarColumn,
  type Method,
  type Resource,
  usableMethods,
} from '../registry/resource.ts';
import type { DeleteStatement, ExecStatement, InsertStatement, Literal, Qual } from '../sql/statement.ts';
import { assignments, canonicalName, missingParameters, objectColumn, parameterOf } from './assignments.ts';
import { checkRequired, defaultsFor, unknownParameter } from './call.ts';
import { forChange, type PlanContext } from './draft.ts';
import { exampleDelete, exampleInsert } from './examples.ts';
import { mayMeanOneTwice } from './names.ts';
import type { DeletePlan, ExecPlan, InQual, InsertPlan, InsertTarget, Targets } from './plan.ts';
import { planQuery } from './query.ts';
import { sameName } from './scope.ts';

/** Marks a body attribute in StackQL's SQL: `data__kid` is `kid` of the body. */
const BODY_PREFIX = 'data__';

/** Throws `UNKNOWN_…`, `NO_METHOD`; nothing has been sent then. */
export function planInsert(statement: InsertStatement, context: PlanContext): InsertPlan {
  const resource = context.registry.resource(statement.target);
  const methods = usableMethods(resource, 'insert');
  const method = chooseMethod(resource, 'insert', { methods, columns: statement.columns }, context, (candidate) =>
    exampleInsert(resource, candidate, context.defaults),
  );
  const targets = statement.columns.map((column) => insertTarget(method, column));
  refuseRepetition(targets);
  return {
    kind: 'insert',
    resource,
    method,
    source: planQuery(statement.source, forChange(context)),
    targets,
    defaults: defaultsFor(method, context.defaults),
    ...(statement.returning !== undefined && { returning: statement.returning }),
  };
}

/** Throws `UNKNOWN_…`, `NO_METHOD`. */
export function planDelete(statement: DeleteStatement, context: PlanContext): DeletePlan {
  const resource = context.registry.resource(statement.target);
  const methods = changingMethods(resource, 'delete');
  const quals = ownQuals(statement, resource, methods);
  const named = namedColumns(statement, resource, methods, quals);
  const given = { ...context.defaults, ...givenValues(quals) };
  const columns = named ?? selectableColumns(resource);
  const method = chooseMethod(resource, 'delete', { methods, columns }, context, (candidate) =>
    exampleDelete(resource, candidate, given),
  );
  return {
    kind: 'delete',
    resource,
    method,
    objects: objectsOf(statement, resource, method, quals, named !== undefined, context),
    ...(statement.returning !== undefined && { returning: statement.returning }),
  };
}

type Where = Pick<DeleteStatement, 'quals' | 'isFullyQualified' | 'matches'>;

/** The quals of a WHERE about one table. Throws `UNKNOWN_COLUMN` for a column that neither it nor its methods have. */
export function ownQuals(
  statement: Pick<DeleteStatement, 'quals'>,
  resource: Resource,
  methods: readonly Method[],
): readonly InQual[] {
  const quals = statement.quals.flatMap(inQual);
  const known = [...resource.columns, ...methods.flatMap(({ parameters }) => parameters)].flatMap(namesOf);
  const unknown = quals.find(({ column }) => !known.some((name) => sameName(name, column)));
  if (unknown !== undefined) throw unknownColumn(unknown.column, known);
  return quals;
}

function inQual(qual: Qual): readonly InQual[] {
  if (qual.kind !== 'in' || qual.column.path !== undefined) return [];
  const values = qual.values.flatMap((value) => (value.kind === 'literal' ? [value.value] : []));
  return values.length === qual.values.length ? [{ kind: 'in', column: qual.column.name, values }] : [];
}

/** What a WHERE gives, for the example that an error shows. */
export function givenValues(quals: readonly InQual[]): Readonly<Record<string, Literal>> {
  return Object.fromEntries(quals.map(({ column, values }) => [column, values[0] ?? null]));
}

/** The columns of a WHERE that says no more than the values of parameters; undefined where rows have to be looked for. */
export function namedColumns(
  { quals: all, isFullyQualified, matches }: Where,
  resource: Resource,
  methods: readonly Method[],
  quals: readonly InQual[],
): readonly string[] | undefined {
  const isParameter = ({ column }: InQual): boolean =>
    methods.some((method) => parameterOf(resource, method, column) !== undefined);
  // Two names may be one object's, which would then be changed twice.
  const mayRepeat = quals.some((qual) => mayMeanOneTwice(resource, qual));
  const isSimple = isFullyQualified && quals.length === all.length && quals.every(isParameter) && !mayRepeat;
  return isSimple || matches === undefined ? quals.map(({ column }) => column) : undefined;
}

/** The columns that rows of the resource have when they are selected. */
export function selectableColumns(resource: Resource): readonly string[] {
  return resource.columns.filter(isStarColumn).map(({ name }) => name);
}

/**
 * Changing less than the WHERE says is a mistake; changing more is a disaster. So all columns of the rows are read, which
 * no copy inside other rows has: what is changed is decided by the objects themselves.
 */
export function objectsOf(
  { matches }: Where,
  resource: Resource,
  method: Method,
  quals: readonly InQual[],
  isNamed: boolean,
  context: PlanContext,
): Targets {
  const defaults = defaultsFor(method, context.defaults);
  if (isNamed || matches === undefined) return { kind: 'named', calls: assignments(resource, method, quals, defaults) };
  const columns = method.parameters.flatMap(({ name, isRequired }) => {
    // Of an object that was named, the id: it cannot mean another one meanwhile.
    const wanted = objectColumn(resource, name);
    const column = resource.columns.find((each) => isStarColumn(each) && canonicalName(resource, each.name) === wanted);
    return column !== undefined && isRequired ? [[name, column.name] as const] : [];
  });
  return {
    kind: 'matching',
    query: planQuery(matches, forChange(context)),
    columns: Object.fromEntries(columns),
    defaults,
  };
}

/** Throws `UNKNOWN_…`, `NO_METHOD`, `INVALID_VALUE`. */
export function planExec(statement: ExecStatement, context: PlanContext): ExecPlan {
  const { resource, method } = context.registry.method(statement.method);
  const { list, attributes } = jsonBody(statement.json, method);
  const body = new Map<string, unknown>(Object.entries(attributes));
  const values = new Map<string, Literal>(Object.entries(defaultsFor(method, context.defaults)));
  const targets = statement.parameters.map(({ name }) => execTarget(method, name));
  refuseRepetition(targets);
  statement.parameters.forEach(({ value }, index) => {
    const target = targets[index];
    if (target?.kind === 'parameter') values.set(target.name, value);
    if (target?.kind === 'body') body.set(target.name, value);
  });
  const parameters = Object.fromEntries(values);
  checkRequired(method, parameters);
  if (method.body === undefined && statement.json !== undefined) throw bodyless(method);
  return {
    kind: 'exec',
    resource,
    method,
    parameters,
    showResults: statement.showResults,
    ...(list !== undefined && { list }),
    ...(method.body !== undefined && list === undefined && { body: Object.fromEntries(body) }),
  };
}

interface JsonBody {
  readonly list?: readonly unknown[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What `@@json` gives. Throws `INVALID_VALUE` for what the method does not take. */
function jsonBody(json: string | undefined, { key, body }: Method): JsonBody {
  if (json === undefined && body?.isList !== true) return { attributes: {} };
  const value = json === undefined ? undefined : bodyIn(json);
  if (body?.isList === true) {
    if (Array.isArray(value)) return { list: value, attributes: {} };
    throw new InvalidValueError(`The body of ${key} is a list. Nothing was sent.`, {
      subject: '@@json',
      hint: "Write @@json='[…]'.",
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { attributes: value as Readonly<Record<string, unknown>> };
  throw new InvalidValueError('@@json is not a JSON object.', { subject: '@@json' });
}

function chooseMethod(
  resource: Resource,
  verb: 'insert' | 'delete',
  { methods, columns }: { readonly methods: readonly Method[]; readonly columns: readonly string[] },
  context: PlanContext,
  example: (method: Method) => string,
): Method {
  const [first] = methods;
  if (first === undefined) {
    throw new NotSupportedError(`${resource.name} has no method for ${verb.toUpperCase()}.`, {
      hint: `Its methods are ${resource.methods.map(({ name }) => name).join(', ')}.`,
    });
  }
  const missingOf = (method: Method): readonly string[] => [
    ...missingParameters(resource, method, columns, context.defaults),
    ...(verb === 'insert' ? missingAttributes(method, columns) : []),
  ];
  const found = methods.find((method) => missingOf(method).length === 0);
  if (found !== undefined) return found;
  const needs = methods.map((method) => `${method.name} needs ${missingOf(method).join(', ')}`);
  throw new PlanError(`No method of ${resource.name} fits this ${verb.toUpperCase()}: ${needs.join('; ')}.`, {
    missing: Object.fromEntries(methods.map((method) => [method.name, missingOf(method)])),
    hint: `Write: ${example(first)}`,
  });
}

/** `kty` and `data__kty` are one attribute. */
function refuseRepetition(targets: readonly InsertTarget[]): void {
  const repeated = targets.find(
    (target, index) => targets.findIndex(({ name, kind }) => name === target.name && kind === target.kind) !== index,
  );
  if (repeated === undefined) return;
  throw new BindError('BINDING', `${repeated.name} is given twice.`, { unknownName: repeated.name });
}

/** The attributes without which the API takes no body. A body with a check of its own is left to that. */
function missingAttributes({ body }: Method, columns: readonly string[]): readonly string[] {
  const given = new Set(columns.map((column) => withoutPrefix(column).toLowerCase()));
  if (body === undefined || body.check !== undefined) return [];
  return body.required.filter((name) => {
    const field = body.fields.find((one) => one.name === name) ?? { name };
    return !namesOf(field).some((one) => given.has(one.toLowerCase()));
  });
}

/** The names that statements may use for a parameter or an attribute. */
function namesOf({ name, alias }: Pick<Field, 'name' | 'alias'>): readonly string[] {
  return alias === undefined ? [name] : [name, alias];
}

export function insertTarget(method: Method, column: string): InsertTarget {
  const target = targetOf(method, column);
  if (target !== undefined) return target;
  // A method whose body is checked by the provider's own code gets to see every name: it knows why `d` is refused.
  if (method.body?.check !== undefined) return { kind: 'body', name: withoutPrefix(column) };
  throw unknownColumn(
    column,
    [...method.parameters, ...(method.body?.fields ?? [])].map(({ name }) => name),
  );
}

function execTarget(method: Method, name: string): InsertTarget {
  const target = targetOf(method, name);
  if (target !== undefined) return target;
  if (method.body?.check !== undefined) return { kind: 'body', name: withoutPrefix(name) };
  throw unknownParameter(method, name);
}

function targetOf(method: Method, column: string): InsertTarget | undefined {
  const parameter = fieldNamed(method.parameters, column);
  if (parameter !== undefined) return { kind: 'parameter', name: parameter.name };
  const field = fieldNamed(method.body?.fields ?? [], withoutPrefix(column));
  return field && { kind: 'body', name: field.name };
}

/** By its own name, or else by its second one. */
function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  return (
    fields.find((field) => sameName(field.name, name)) ??
    fields.find(({ alias }) => alias !== undefined && sameName(alias, name))
  );
}

function withoutPrefix(column: string): string {
  return column.toLowerCase().startsWith(BODY_PREFIX) ? column.slice(BODY_PREFIX.length) : column;
}

function bodyless({ key }: Method): InvalidValueError {
  return new InvalidValueError(`${key} takes no body. Nothing was sent.`, {
    subject: '@@json',
    hint: 'Leave @@json out.',
  });
}

function bodyIn(json: string): unknown {
  try {
    return parseJson(json);
  } catch {
    // The parser's message quotes the text, which may hold a key.
    throw new InvalidValueError('@@json is not JSON.', { subject: '@@json' });
  }
}
