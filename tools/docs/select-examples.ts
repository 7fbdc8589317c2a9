/**
 * SELECT statements for a resource: as little given as possible, each method's own parameters, and one question that
 * people have.
 *
 * @module
 */

import { quoteName, requiredNames } from '../../src/plan/examples.ts';
import { type Method, methodsFor, type Resource } from '../../src/registry/resource.ts';
import { labelColumn, selectList } from './columns.ts';
import type { Draft, Sources } from './draft.ts';
import { inputKey } from './inputs.ts';
import { equalities, onOneLineOr, statement, whereClause } from './statements.ts';

export function selectDrafts(resource: Resource, sources: Sources): readonly Draft[] {
  const methods = resource.methods.filter(({ verb }) => verb === 'select');
  const own = methods.flatMap((method) => methodDrafts(resource, method, sources));
  const question = methods.length === 0 ? undefined : questionOf(resource, sources);
  return question === undefined ? own : [...own, question];
}

function methodDrafts(resource: Resource, method: Method, sources: Sources): readonly Draft[] {
  const input = sources.inputs[inputKey(resource)];
  const select = (names: readonly string[], first: readonly string[] = []): string =>
    statement(
      `SELECT ${selectList(resource, input, { first })}`,
      `FROM ${resource.name}`,
      whereClause(equalities(names)),
    );
  const names = requiredNames(method);
  const supplied = names.filter((name) => isSupplied(name, resource));
  const given = { title: titleOf(resource, method), sql: select(names) };
  // An id without what it lies in would be looked for everywhere, which is nobody's question.
  if (supplied.length === 0 || needsIds(resource, method)) return [given];
  const title = `Without ${code(supplied)}, which ${resource.parent?.resource} supplies:`;
  return [{ title, sql: select(unsuppliedNames(resource, method), supplied) }, given];
}

/** Whether the path has an id that no parent supplies. */
function needsIds(resource: Resource, { parameters }: Method): boolean {
  return parameters.some(({ name, location }) => location === 'path' && !isSupplied(name, resource));
}

function titleOf(resource: Resource, method: Method): string {
  const keys = requiredNames(method).filter((name) => name !== 'subdomain');
  if (keys.length > 0) return method.response.kind === 'list' ? `For one ${code(keys)}:` : `One, by ${code(keys)}:`;
  return resource.isSingleton === true || method.response.kind !== 'list'
    ? 'The one that the org has:'
    : 'All of the org:';
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' and ');
}

function isSupplied(name: string, { parent }: Resource): boolean {
  return parent !== undefined && Object.hasOwn(parent.supplies, name);
}

function unsuppliedNames(resource: Resource, method: Method): readonly string[] {
  return requiredNames(method).filter((name) => !isSupplied(name, resource));
}

/** The fewest names that a SELECT has to give; of equals those of the list. */
function fewestNames(resource: Resource): readonly string[] {
  const methods = methodsFor(resource, 'select');
  const lists = methods.filter(({ response }) => response.kind === 'list');
  const demands = [...lists, ...methods].map((method) => unsuppliedNames(resource, method));
  return demands.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function questionOf(resource: Resource, sources: Sources): Draft | undefined {
  const hasList = methodsFor(resource, 'select').some(({ response }) => response.kind === 'list');
  const own = hasList ? (recentDraft(resource, sources) ?? countDraft(resource)) : undefined;
  return joinDraft(resource, sources) ?? own;
}

function joinDraft(resource: Resource, { registry, inputs }: Sources): Draft | undefined {
  if (resource.parent === undefined) return undefined;
  const { supplies, where } = resource.parent;
  const parent = registry.resource(resource.parent.resource.split('.'));
  const [outer, inner] = aliasesOf(parent, resource);
  const pairs = Object.entries(supplies).map(
    ([parameter, column]) => `${inner}.${quoteName(parameter)} = ${outer}.${quoteName(column)}`,
  );
  const label = labelColumn(parent, inputs[inputKey(parent)], `${outer}.`) ?? `${outer}.${Object.values(supplies)[0]}`;
  const restrictions = Object.entries(where).map(
    ([column, values]) => `${outer}.${quoteName(column)} ${oneOf(values.map((value) => `'${value}'`))}`,
  );
  return {
    title: `Joined with ${parent.name}:`,
    sql: statement(
      `SELECT ${label}, ${selectList(resource, undefined, { prefix: `${inner}.` })}`,
      `FROM ${parent.name} ${outer}`,
      onOneLineOr(
        `JOIN ${resource.name} ${inner} ON `,
        [...pairs, `${inner}.subdomain = ${outer}.subdomain`],
        ' AND ',
        '\n  AND ',
      ),
      whereClause([...equalities(fewestNames(parent), `${outer}.`), ...restrictions]),
    ),
  };
}

function oneOf([first = 'NULL', ...others]: readonly string[]): string {
  return others.length === 0 ? `= ${first}` : `IN (${[first, ...others].join(', ')})`;
}

function aliasesOf(parent: Resource, child: Resource): readonly [string, string] {
  const initial = ({ name }: Resource): string => name.split('.').at(-1)?.charAt(0) ?? '';
  return initial(parent) === initial(child) ? ['parent', 'child'] : [initial(parent), initial(child)];
}

function recentDraft(resource: Resource, { inputs }: Sources): Draft | undefined {
  const isTime = (name: string): boolean =>
    resource.columns.some((column) => column.name === name && column.type === 'TIMESTAMPTZ');
  const column = ['lastUpdated', 'created'].find(isTime);
  if (column === undefined) return undefined;
  const conditions = [...equalities(fewestNames(resource)), `${column} > now() - interval '30 days'`];
  return {
    title: `${column === 'created' ? 'Created' : 'Changed'} in the last 30 days, newest first:`,
    sql: statement(
      `SELECT ${selectList(resource, inputs[inputKey(resource)])}`,
      `FROM ${resource.name}`,
      whereClause(conditions),
      `ORDER BY ${column} DESC`,
    ),
  };
}

function countDraft(resource: Resource): Draft | undefined {
  const fields = resource.columns.filter(({ origin, type }) => origin === 'response' && type === 'VARCHAR');
  const column = ['status', 'type'].find((name) => fields.some((field) => field.name === name));
  if (column === undefined) return undefined;
  return {
    title: `How many there are of each \`${column}\`:`,
    sql: statement(
      `SELECT ${column}, count(*) AS total`,
      `FROM ${resource.name}`,
      whereClause(equalities(fewestNames(resource))),
      `GROUP BY ${column}`,
    ),
  };
}
