/**
 * Values of SQL → a JSON body with the types that the method declares.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { Field, RequestBody } from '../registry/resource.ts';
import { isJsonObject } from './json-object.ts';
import { refuseMasks } from './masks.ts';

/**
 * The body as the API wants it: what a statement says, typed and under the API's names, inside the members that the
 * method nests it in, over what the method always sends.
 *
 * @returns undefined where nothing is sent
 * @throws InvalidValueError as {@link typedBody} and {@link refuseMasks}
 */
export function wireBody(
  method: RequestBody | undefined,
  given: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const { fields = [], base, default: fallback, nestedAt = [] } = method ?? {};
  const isGiven = given !== undefined && Object.keys(given).length > 0;
  const own =
    isGiven || fallback === undefined
      ? given && nested(wireNames(fields, checkedBody(method, given)), nestedAt)
      : fallback;
  if (own === undefined || base === undefined) return own ?? base;
  return merged(base, own);
}

/** What a statement says, with the types that the method declares, and without masks. */
function checkedBody(
  method: RequestBody | undefined,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const typed = typedBody(method?.fields ?? [], given);
  refuseMasks(method ?? {}, typed);
  return typed;
}

function wireNames(
  fields: readonly Field[],
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const names = new Map(fields.map(({ name, wireName = name }) => [name, wireName]));
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [names.get(name) ?? name, value]));
}

function nested(body: Readonly<Record<string, unknown>>, path: readonly string[]): Readonly<Record<string, unknown>> {
  return path.reduceRight<Readonly<Record<string, unknown>>>((inner, name) => ({ [name]: inner }), body);
}

/** Objects are merged member by member; of anything else, what is above counts. */
function merged(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const members = Object.entries(above).map(([name, value]) => {
    const base = Object.hasOwn(below, name) ? below[name] : undefined;
    return [name, isJsonObject(base) && isJsonObject(value) ? merged(base, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(members) };
}

/**
 * The body with each attribute in its declared type: SQL has no literal for an object, so a text that is JSON becomes one
 * (`'{"name":"x"}'` for a group's profile), as in StackQL. Attributes that the method does not declare stay as they are.
 *
 * @throws InvalidValueError for a text that is no integer, number or boolean where one is declared
 */
export function typedBody(
  fields: readonly Field[],
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const declared = new Map(fields.map((field) => [field.name, field]));
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typedValue(declared.get(name), name, value)]),
  );
}

function typedValue(field: Field | undefined, name: string, value: unknown): unknown {
  if (field === undefined) return value;
  const { type } = field;
  switch (type) {
    case 'JSON':
      return typeof value === 'string' ? jsonIn(field, value) : value;
    case 'BIGINT':
    case 'DOUBLE':
      return typeof value === 'string' ? numberIn(name, value, type) : value;
    case 'BOOLEAN':
      return typeof value === 'string' ? booleanIn(name, value) : value;
    case 'VARCHAR':
    case 'TIMESTAMPTZ':
      return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
        ? String(value)
        : value;
    default:
      return value;
  }
}

function jsonIn({ name, mayBeText = false }: Field, text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    if (mayBeText) return text;
    // The parser's message quotes the text, which may hold a secret.
    throw new InvalidValueError(`${name} takes a JSON object or list, and its text is no JSON. Nothing was sent.`, {
      subject: name,
      hint: "Write it with double quotes, as in '{\"name\": \"x\"}', or have json_object('name', 'x') make it.",
    });
  }
}

function numberIn(name: string, text: string, type: 'BIGINT' | 'DOUBLE'): number | bigint {
  if (type === 'BIGINT' && /^\s*[+-]?\d{16,}\s*$/.test(text)) return shortest(BigInt(text.trim().replace(/^\+/, '')));
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (type === 'BIGINT' ? Number.isSafeInteger(number) : Number.isFinite(number)) return number;
  throw new InvalidValueError(`${name} takes ${type === 'BIGINT' ? 'an integer' : 'a number'}. Nothing was sent.`, {
    subject: name,
  });
}

function shortest(integer: bigint): number | bigint {
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

function booleanIn(name: string, text: string): boolean {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw new InvalidValueError(`${name} takes true or false. Nothing was sent.`, { subject: name });
}
