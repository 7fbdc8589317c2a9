/**
 * Checks of what documents say about methods that change something.
 *
 * @module
 */

import { escapePointer, wrong } from './document.ts';
import { type Method, requiredParameters } from './resource.ts';

/** What UPDATE reads must be what the method replaces, and all of it. */
export function checkReplaces(file: string, method: Method, methods: readonly Method[], pointer: string): void {
  const { replaces, body } = method;
  if (replaces === undefined) return;
  const at = `${pointer}/methods/${escapePointer(method.name)}/x-oktaql/replaces`;
  const read = methods.find(({ name }) => name === replaces.read);
  const isObject = read?.response.kind === 'object' && read.response.rowsAt.every((path) => path === '$');
  if (read === undefined || read.httpMethod !== 'GET' || !isObject)
    throw wrong(file, `${at}/read`, `no method ${replaces.read} that reads one object`);
  const isWhole = body?.nestedAt === undefined && body?.base === undefined && body?.isList !== true;
  if (body === undefined || !isWhole) throw wrong(file, at, `${method.name} has no body that is the object alone`);
  const known = new Set(method.parameters.map(({ name }) => name));
  const missing = requiredParameters(read).find(({ name }) => !known.has(name));
  if (missing !== undefined) throw wrong(file, `${at}/read`, `${read.name} needs ${missing.name}`);
  replaces.withheld.forEach(({ path }, index) => {
    const [column = ''] = path.split('.');
    if (!body.fields.some(({ name }) => name === column))
      throw wrong(file, `${at}/withheld/${index}/path`, `${column} is no field of the body`);
  });
}

/** A secret that is not masked needs no file, and one that is not there would never be found. */
export function checkOnce(file: string, { name, once, response, parameters, body }: Method, pointer: string): void {
  if (once === undefined) return;
  const at = `${pointer}/methods/${escapePointer(name)}/x-oktaql/once`;
  once.secrets.forEach((secret, index) => {
    const [column = '', ...inner] = secret.split('.');
    const marked = response.fields.find((field) => field.name === column)?.secrets ?? [];
    if (!marked.some((path) => path.join('.') === inner.join('.')))
      throw wrong(file, `${at}/secrets/${index}`, `${secret} is no secret of its answer`);
  });
  for (const parameter of Object.keys(once.unless)) {
    if (![...parameters, ...(body?.fields ?? [])].some((known) => known.name === parameter))
      throw wrong(file, `${at}/unless/${escapePointer(parameter)}`, `${parameter} is no parameter, nor an attribute`);
  }
}
