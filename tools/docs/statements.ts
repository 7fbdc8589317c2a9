/**
 * The statements of the examples, as text. Their values are placeholders named for what they fill.
 *
 * @module
 */

import { quoteName, requiredNames } from '../../src/plan/examples.ts';
import { sqlName } from '../../src/plan/insert-template.ts';
import type { Field, Method, Resource } from '../../src/registry/resource.ts';

const LINE_WIDTH = 110;

function placeholder(name: string): string {
  return `'{{ ${name} }}'`;
}

/** `name = '{{ name }}'` of each, with `prefix` before the names. */
export function equalities(names: readonly string[], prefix = ''): readonly string[] {
  return names.map((name) => `${prefix}${quoteName(name)} = ${placeholder(name)}`);
}

/** Clauses as a statement: those after the first on lines of their own. */
export function statement(...clauses: readonly string[]): string {
  return `${clauses.filter((clause) => clause !== '').join('\n')};`;
}

export function whereClause(conditions: readonly string[]): string {
  return onOneLineOr('WHERE ', conditions, ' AND ', '\n  AND ');
}

/** The parts on one line where they fit, else each on one of its own. */
export function onOneLineOr(start: string, parts: readonly string[], separator: string, lineBreak: string): string {
  const line = start + parts.join(separator);
  return line.length <= LINE_WIDTH ? line : start + parts.join(lineBreak);
}

export function insertText(resource: Resource, method: Method, attributes: readonly Field[]): string {
  const parameters = requiredNames(method);
  const names = [...parameters, ...attributes.map(({ name }) => sqlName(method, name))];
  const values = [...parameters.map(placeholder), ...attributes.map((field) => valueText(method, field))];
  const hasId = method.response.kind === 'object' && method.response.fields.some(({ name }) => name === 'id');
  // What is shown once is asked for, or nobody sees it.
  const once = (method.once?.secrets ?? []).map((path) => path.split('.', 1)[0] ?? path);
  const returned = [...new Set([...(hasId ? ['id'] : []), ...once])];
  return statement(
    `INSERT INTO ${resource.name} (${names.map(quoteName).join(', ')})`,
    `SELECT ${values.join(', ')}`,
    returned.length > 0 ? `RETURNING ${returned.map(quoteName).join(', ')}` : '',
  );
}

export function updateText(
  verb: 'UPDATE' | 'REPLACE',
  resource: Resource,
  method: Method,
  attributes: readonly Field[],
): string {
  const set = attributes.map((field) => `${quoteName(sqlName(method, field.name))} = ${valueText(method, field)}`);
  return statement(`${verb} ${resource.name}`, `SET ${set.join(', ')}`, whereClause(equalities(requiredNames(method))));
}

/** The UPDATE that a method of `transitions` carries out. */
export function transitionText(resource: Resource, method: Method, column: string, value: string): string {
  return statement(
    `UPDATE ${resource.name}`,
    `SET ${quoteName(column)} = '${value}'`,
    whereClause(equalities(requiredNames(method))),
  );
}

export function deleteText(resource: Resource, method: Method): string {
  return statement(`DELETE FROM ${resource.name}`, whereClause(equalities(requiredNames(method))));
}

export function execText(method: Method, attributes: readonly Field[]): string {
  const inputs = [
    ...requiredNames(method).map((name) => `@${name} = ${placeholder(name)}`),
    ...attributes.map((field) => `@${sqlName(method, field.name)} = ${valueText(method, field)}`),
    // Nothing is known of this body, so that it can only be given whole.
    ...(method.body?.fields.length === 0 ? [`@@json = ${placeholder('json')}`] : []),
  ];
  const start = `EXEC ${method.response.kind === 'none' ? '' : '/*+ SHOWRESULTS */ '}${method.key}`;
  return statement(start, onOneLineOr('  ', inputs, ', ', ',\n  '));
}

function valueText(method: Method, { name, type }: Field): string {
  return type === 'BOOLEAN' ? 'true' : placeholder(sqlName(method, name));
}
