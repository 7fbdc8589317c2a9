/**
 * The INSERT that SHOW INSERT INTO shows: complete once its placeholders are filled.
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import { type Field, type Method, type Resource, requiredParameters, usableMethods } from '../registry/resource.ts';
import type { Literal } from '../sql/statement.ts';
import { missingParameters } from './assignments.ts';
import { unknownParameter } from './call.ts';
import { quoteName } from './examples.ts';
import { sameName } from './scope.ts';

/** Which columns the statement shall have. */
export interface TemplateColumns {
  /** These, and the required parameters that nothing else gives. Without it, all that the method takes or needs. */
  readonly columns?: readonly string[];
  readonly onlyRequired: boolean;
}

interface TemplateColumn {
  readonly name: string;
  readonly value: string;
}

/**
 * Every value is a placeholder named for its column: `--var kty=RSA`. Of the attributes that the API can do without,
 * those that are filled with nothing are left out.
 *
 * Throws `NOT_SUPPORTED` where nothing can be inserted, and `UNKNOWN_COLUMN` for a column that no method takes.
 */
export function insertTemplate(
  resource: Resource,
  { columns, onlyRequired }: TemplateColumns,
  defaults: Readonly<Record<string, Literal>>,
): string {
  const methods = usableMethods(resource, 'insert');
  const [first] = methods;
  if (first === undefined) {
    throw new NotSupportedError(`${resource.name} has no method for INSERT.`, {
      hint: `SHOW METHODS IN ${resource.name} lists what it has.`,
    });
  }
  if (columns === undefined) {
    return render(resource, [...parameterColumns(first), ...attributeColumns(first, onlyRequired)]);
  }
  const method = methods.find((candidate) => columns.every((name) => columnOf(candidate, name))) ?? first;
  const missing = missingParameters(resource, method, columns, defaults);
  return render(resource, [
    ...parameterColumns(method).filter(({ name }) => missing.includes(name)),
    ...columns.map((name) => columnOf(method, name) ?? unknown(method, name)),
  ]);
}

/** A body attribute as a column. A parameter of the same name takes precedence; then the attribute needs StackQL's prefix. */
export function sqlName({ parameters }: Method, attribute: string): string {
  return parameters.some(({ name }) => sameName(name, attribute)) ? `data__${attribute}` : attribute;
}

/** The org first, as people write it. */
function parameterColumns(method: Method): readonly TemplateColumn[] {
  const required = requiredParameters(method);
  return [
    ...required.filter(({ location }) => location === 'server'),
    ...required.filter(({ location }) => location !== 'server'),
  ].map(({ name }) => ({ name, value: placeholder(name) }));
}

function attributeColumns(method: Method, onlyRequired: boolean): readonly TemplateColumn[] {
  const { fields = [], required = [] } = method.body ?? {};
  return fields
    .filter(({ name }) => !onlyRequired || required.includes(name))
    .map(({ name }) => attributeColumn(method, name, required.includes(name)));
}

function columnOf(method: Method, column: string): TemplateColumn | undefined {
  const parameter = method.parameters.find(({ name }) => sameName(name, column));
  if (parameter !== undefined) return { name: parameter.name, value: placeholder(parameter.name) };
  const isMeant = ({ name }: Field): boolean => sameName(name, column) || sameName(`data__${name}`, column);
  const field = method.body?.fields.find(isMeant);
  return field && attributeColumn(method, field.name, true);
}

function attributeColumn(method: Method, attribute: string, isNeeded: boolean): TemplateColumn {
  const name = sqlName(method, attribute);
  return { name, value: isNeeded ? placeholder(name) : `nullif(${placeholder(name)}, '')` };
}

function placeholder(name: string): string {
  return `'{{ ${name.replaceAll("'", "''")} }}'`;
}

function unknown(method: Method, name: string): never {
  throw unknownParameter(method, name);
}

function render(resource: Resource, columns: readonly TemplateColumn[]): string {
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  return `INSERT INTO ${resource.name} (${names}) SELECT ${columns.map(({ value }) => value).join(', ')};`;
}
