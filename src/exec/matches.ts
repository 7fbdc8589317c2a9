/**
 * Whether a row meets a qual, as far as that can be said without the engine.
 *
 * @module
 */

import { instantOf } from '../plan/filter.ts';
import type { ScanQual } from '../plan/plan.ts';
import { cast } from '../rows/cast.ts';
import type { Comparison, Literal } from '../sql/statement.ts';
import { type ColumnType, type JsonValue, Timestamp, type Value } from '../values.ts';

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
    case 'notIn': {
      const value = operandValue(qual, row);
      if (typeof value !== 'string') return value !== null;
      return (qual.path === undefined && !row.isText(qual.column)) || !setOf(qual.values).has(value);
    }
    case 'null':
      return mayBeNull(qual, operandValue(qual, row));
    default: {
      const value = operandValue(qual, row);
      if (value === undefined) return true;
      if (!isPresent(value)) return false;
      const isTyped = qual.path === undefined || isConverted(qual);
      if (typeof value !== 'string') return !isTyped || mayMatchOrdered(qual, value);
      const isText = qual.path !== undefined || row.isText(qual.column);
      return isText ? mayMatchText(qual, value) : true;
    }
  }
}

/** True only for a row that certainly meets the qual. Of texts and lists nothing is in doubt that is counted by (`plan/rules/limit.ts`). */
export function surelyMatches(qual: ScanQual, row: RowView): boolean {
  if (qual.kind !== 'compare' || qual.path !== undefined) return mayMatch(qual, row);
  const value = row.valueAt(qual.column);
  const order = isPresent(value) ? orderOf(value, qual.value) : undefined;
  return order !== undefined && COMPARISONS[qual.operator](order);
}

/** A list that is asked for each row. */
const SETS = new WeakMap<readonly string[], ReadonlySet<string>>();

function setOf(values: readonly string[]): ReadonlySet<string> {
  const known = SETS.get(values) ?? new Set(values);
  SETS.set(values, known);
  return known;
}

type Leaf = ScanQual & { readonly kind: 'in' | 'compare' | 'like' };

type Operand = Pick<Leaf, 'column' | 'path' | 'memberType'>;

/** The value of a column or member; undefined for a member that is not of its type, of which the engine knows what becomes. */
function operandValue(operand: Operand, row: RowView): Value | undefined {
  const value = memberAt(row.valueAt(operand.column), operand.path) ?? null;
  if (!isConverted(operand)) return value;
  return value instanceof Date ? undefined : cast(value, operand.memberType);
}

/** Whether it is a member that is made a value of another type than JSON has for it. */
function isConverted<T extends Operand>(operand: T): operand is T & { readonly memberType: ColumnType } {
  const { memberType = 'VARCHAR' } = operand;
  return memberType !== 'VARCHAR' && memberType !== 'JSON';
}

function mayBeNull({ isNull }: { readonly isNull: boolean }, value: Value | undefined): boolean {
  return value === undefined || isPresent(value) !== isNull;
}

/** Texts are equal where they are the same; whatever would have to be converted first is left to the engine. */
function mayMatchText(qual: Leaf, text: string): boolean {
  if (qual.kind === 'in') {
    const known = qual.values.filter((value) => value !== null);
    return known.some((value) => typeof value !== 'string' || value === text);
  }
  return qual.kind !== 'compare' || qual.operator !== '<>' || qual.value !== text;
}

/** Numbers, truth values and times against literals of their own kind. */
function mayMatchOrdered(qual: Leaf, value: Value): boolean {
  if (qual.kind === 'like') return true;
  const isTrue = (literal: Literal, isWanted: (order: number) => boolean): boolean => {
    const order = orderOf(value, literal);
    return order === undefined || isWanted(order);
  };
  if (qual.kind === 'compare') return isTrue(qual.value, COMPARISONS[qual.operator]);
  return qual.values.some((literal) => literal !== null && isTrue(literal, (order) => order === 0));
}

const COMPARISONS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Below 0 for a value before the literal, 0 for the same; undefined where the engine would have to convert one. */
function orderOf(value: Value, literal: Literal): number | undefined {
  if (value instanceof Date) {
    const instant = typeof literal === 'string' ? instantOf(literal, 'exactly') : undefined;
    if (instant === undefined) return undefined;
    const difference = value.getTime() - Date.parse(instant);
    // The same millisecond: which of them is earlier, its microseconds say, and the literal may have some too.
    return difference === 0 && value instanceof Timestamp ? undefined : difference;
  }
  if (typeof value === 'boolean' && typeof literal === 'boolean') return Number(value) - Number(literal);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  // Larger integers may have lost digits when they were read.
  if (!isNumber || typeof literal !== 'number' || Math.abs(literal) > Number.MAX_SAFE_INTEGER) return undefined;
  return value < literal ? -1 : value > literal ? 1 : 0;
}

function isPresent(value: Value | undefined): value is Exclude<Value, null> {
  return value !== undefined && value !== null;
}

function memberAt(value: Value, path: readonly string[] = []): Value | undefined {
  return path.reduce<Value | undefined>((current, name) => {
    const isObject = typeof current === 'object' && current !== null && !(current instanceof Date);
    if (!isObject || !Object.hasOwn(current, name)) return undefined;
    return (current as Readonly<Record<string, JsonValue>>)[name];
  }, value);
}
