/**
 * Paths into JSON, as provider documents write them: `$.data.items`, `$['next page']`, `$.groups[*].members`, `$.a[0]`.
 * Of RFC 9535 only what names one place, or every item of a list.
 *
 * @module
 */

import type { JsonValue } from '../values.ts';

/** A member's name, an index, or `all` items of a list. */
export type PathStep =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  /** `.*`, all members of an object, which is how we write the steps into a map. */
  | { readonly kind: 'values' };

const STEP = /(\.\*)|\.([^.[\]\s'"*]+)|\[(\d+)\]|\[(\*)\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]/y;

/** The steps of a path, or undefined for what is none of ours (filters, slices, XPath). */
export function parsePath(path: string): readonly PathStep[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: PathStep[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, values, name, index, all, single, double] = match;
    if (values !== undefined) steps.push({ kind: 'values' });
    else if (all !== undefined) steps.push({ kind: 'all' });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else steps.push({ kind: 'member', name: name ?? single ?? double ?? '' });
  }
  return steps;
}

/**
 * A path as StackQL's documents give it: a JSONPath, or the name of one member, dots and all (`@odata.nextLink`).
 *
 * @returns the JSONPath, or undefined for what is not supported, such as a path into XML
 */
export function asPath(key: string): string | undefined {
  if (key.startsWith('/')) return undefined;
  const path = key.startsWith('$') ? key : /^[\w-]+$/.test(key) ? `$.${key}` : `$["${key}"]`;
  return parsePath(path) === undefined ? undefined : path;
}

/** A step as a path writes it. */
export function textOf(step: PathStep): string {
  switch (step.kind) {
    case 'member':
      return /^[\w-]+$/.test(step.name) ? `.${step.name}` : `[${JSON.stringify(step.name)}]`;
    case 'index':
      return `[${step.index}]`;
    case 'all':
      return '[*]';
    case 'values':
      return '.*';
  }
}

/** What stands at a path; undefined where nothing does. After `[*]` a list, with the items of inner lists. */
export function follow(value: JsonValue, path: string): JsonValue | undefined {
  const steps = parsePath(path);
  return steps === undefined ? undefined : walk(value, steps);
}

function walk(value: JsonValue | undefined, [step, ...rest]: readonly PathStep[]): JsonValue | undefined {
  if (step === undefined || value === undefined) return value;
  switch (step.kind) {
    case 'member':
      return walk(memberOf(value, step.name), rest);
    case 'index':
      return walk(isList(value) ? value[step.index] : undefined, rest);
    case 'all':
      return isList(value) ? value.flatMap((item) => walk(item, rest) ?? []) : undefined;
    case 'values':
      return isObject(value) ? Object.values(value).flatMap((inner) => walk(inner, rest) ?? []) : undefined;
  }
}

/** Not one that every object inherits: members can be called `constructor`. */
function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
