/**
 * Whether a row meets a qual, as far as that can be said without the engine.
 *
 * @module
 */

import type { ScanQual } from '../plan/plan.ts';
import type { JsonValue, Value } from '../values.ts';

/** A row as quals see it: columns by their canonical names. */
export interface RowView {
  valueAt(column: string): Value;
  /** Whether the column holds text, which compares to text as it is. */
  isText(column: string): boolean;
}

/** False only for a row that certainly does not meet the qual. */
export function mayMatch(qual: ScanQual, row: RowView): boolean {
  switch (qual.kind) {
    case 'and':
      return qual.quals.every((part) => mayMatch(part, row));
    case 'or':
      return qual.quals.some((part) => mayMatch(part, row));
    case 'tuples':
      return true;
    case 'null':
      return isPresent(memberAt(row.valueAt(qual.column), qual.path)) !== qual.isNull;
    default: {
      const value = memberAt(row.valueAt(qual.column), qual.path);
      if (!isPresent(value)) return false;
      const isText = qual.path !== undefined || row.isText(qual.column);
      return typeof value === 'string' && isText ? mayMatchText(qual, value) : true;
    }
  }
}

type Leaf = ScanQual & { readonly kind: 'in' | 'compare' | 'like' };

/** Texts are equal where they are the same; whatever would have to be converted first is left to the engine. */
function mayMatchText(qual: Leaf, text: string): boolean {
  if (qual.kind === 'in') {
    const known = qual.values.filter((value) => value !== null);
    return known.some((value) => typeof value !== 'string' || value === text);
  }
  return qual.kind !== 'compare' || qual.operator !== '<>' || qual.value !== text;
}

function isPresent(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

function memberAt(value: Value, path: readonly string[] = []): Value | undefined {
  return path.reduce<Value | undefined>((current, name) => {
    const isObject = typeof current === 'object' && current !== null && !(current instanceof Date);
    if (!isObject || !Object.hasOwn(current, name)) return undefined;
    return (current as Readonly<Record<string, JsonValue>>)[name];
  }, value);
}
