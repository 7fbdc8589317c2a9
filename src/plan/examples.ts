/**
 * Statements that would work, for the hints of errors.
 *
 * @module
 */

import { type Method, type Parameter, type Resource, requiredParameters } from '../registry/resource.ts';
import { own } from '../values.ts';
import type { UpdatePlan } from './plan.ts';
import { sameName } from './scope.ts';

/** Values that the failed statement did give; the rest is shown as `…`. */
type Given = Readonly<Record<string, unknown>>;

export function exampleSelect(resource: Resource, parameters: readonly string[], given: Given = {}): string {
  return `SELECT * FROM ${resource.name} WHERE ${equalities(parameters, given)};`;
}

export function exampleInsert(resource: Resource, method: Method, given: Given): string {
  const parameters = requiredNames(method);
  const names = [...parameters.map(quoteName), ...(method.body?.required ?? []).map((name) => `data__${name}`)];
  const values = [
    ...parameters.map((name) => show(own(given, name))),
    ...(method.body?.required ?? []).map(() => "'…'"),
  ];
  const more = method.body === undefined ? ['', ''] : [`, ${sampleFields(method)}`, ', …'];
  return `INSERT INTO ${resource.name} (${names.join(', ')}${more[0]}) SELECT ${values.join(', ')}${more[1]};`;
}

export function exampleDelete(resource: Resource, method: Method, given: Given): string {
  return `DELETE FROM ${resource.name} WHERE ${equalities(
    requiredParameters(method).map(({ name }) => name),
    given,
  )};`;
}

export function exampleUpdate(
  verb: 'update' | 'replace',
  resource: Resource,
  method: Method,
  columns: readonly string[],
  given: Given,
): string {
  const set = columns.map((name) => `${quoteName(name)} = '…'`).join(', ');
  return `${verb.toUpperCase()} ${resource.name} SET ${set} WHERE ${equalities(requiredNames(method), given)};`;
}

/** Of one row, whose value the statement reads itself. */
export function exampleFromRow(
  { resource, method, targets }: Pick<UpdatePlan, 'resource' | 'method' | 'targets'>,
  verb: UpdatePlan['verb'],
  column: string,
): string {
  const [{ name, members } = { name: column, members: [] }] = targets;
  const isColumn = resource.columns.some((own) => sameName(own.name, column));
  const path = members.map((member) => `->>'${member.replaceAll("'", "''")}'`).join('');
  const read = isColumn && !sameName(column, name) ? quoteName(column) : `${quoteName(name)}${path}`;
  const set = [name, ...members].map((part) => quoteName(part)).join('.');
  const row = equalities(objectParameters(method), {});
  return `${verb.toUpperCase()} ${resource.name} SET ${set} = (SELECT ${read} FROM ${resource.name} WHERE ${row}) WHERE ${row};`;
}

function objectParameters(method: Method): readonly string[] {
  return requiredParameters(method)
    .filter(({ location }) => location !== 'server')
    .map(({ name }) => name);
}

export function exampleExec(method: Method, given: Given): string {
  const parameters = requiredNames(method).map((name) => `@${name} = ${show(own(given, name))}`);
  return `EXEC ${method.key} ${parameters.join(', ')};`;
}

function equalities(parameters: readonly string[], given: Given): string {
  return parameters.map((name) => `${quoteName(name)} = ${show(own(given, name))}`).join(' AND ');
}

/** The org first, as people write it. */
export function requiredNames(method: Method): readonly string[] {
  const required = requiredParameters(method);
  const isServer = ({ location }: Parameter): boolean => location === 'server';
  return [...required.filter(isServer), ...required.filter((parameter) => !isServer(parameter))].map(
    ({ name }) => name,
  );
}

function sampleFields(method: Method): string {
  const names = (method.body?.fields ?? []).slice(0, 3).map(({ name }) => quoteName(name));
  return [...names, '…'].join(', ');
}

function show(value: unknown): string {
  if (value === undefined || value === null) return "'…'";
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/**
 * Words that node-sql-parser or DuckDB reads as SQL where the name of a column may stand: those that documents use as
 * names (`limit`, `default`, a feature's `create` and `update`), and those that others are likely to.
 */
const RESERVED: ReadonlySet<string> = new Set(
  `all and as asc case check column create default desc distinct else end false from group having in into join limit not
  null offset on or order primary references select table then to true union unique update using when where with`.split(
    /\s+/,
  ),
);

/** A name as a statement may write it. */
export function quoteName(name: string): string {
  const isPlain = /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name.toLowerCase());
  return isPlain ? name : `"${name.replaceAll('"', '""')}"`;
}
