/**
 * Quals → an expression that the API evaluates, in the filter language of SCIM (RFC 7644 section 3.4.2.2).
 *
 * What is pushed must let through every row that the qual is true of. An API that compares without regard to case lets
 * through more for `=`, and less for `<>`: so only columns that the document names as exact are compared by anything
 * but equality, prefix and time.
 *
 * @module
 */

import type { Filter, FilterOperator, Resource, TableColumn } from '../registry/resource.ts';
import type { Comparison, Literal } from '../sql/statement.ts';
import { canonicalName } from './assignments.ts';
import type { Exactness, ScanQual } from './plan.ts';

/**
 * A qual as the API reads it: alternatives, each of terms that all have to hold. AND binds more than OR in every filter
 * language of this kind; whether parentheses are understood differs, so none are needed.
 */
interface Expression {
  readonly alternatives: readonly (readonly string[])[];
  readonly isExact: boolean;
}

export interface PushedFilter {
  /** One for each list, which together hold all rows. */
  readonly texts: readonly string[];
  readonly exactness: ReadonlyMap<ScanQual, Exactness>;
}

/** Servers and proxies are known to refuse URLs of 8,000 characters; half of that leaves room for the rest. */
const LONGEST = 4_000;

/**
 * The conjunction of those quals that the API can evaluate; undefined where there is none. A list of values that is too long for
 * one request is asked for in parts.
 */
export function pushFilters(filter: Filter, resource: Resource, quals: readonly ScanQual[]): PushedFilter | undefined {
  for (const qual of quals) {
    const parts = qual.kind === 'in' ? partsOf(qual, filter, resource) : [];
    const others = quals.filter((each) => each !== qual);
    const filters = parts.map((part) => pushFilter(filter, resource, [part, ...others]));
    if (parts.length > 0)
      return together(
        qual,
        parts,
        filters.filter((each) => each !== undefined),
        others,
      );
  }
  const pushed = pushFilter(filter, resource, quals);
  return pushed && { texts: [pushed.text], exactness: pushed.exactness };
}

/** Values of one list are asked for in so many requests at most: with more, all objects are read. */
const MOST_PARTS = 50;

type InQual = ScanQual & { readonly kind: 'in' };

/** A list that is too long, in parts that are not; none where the API does not compare the column, or there would be too many. */
function partsOf(qual: InQual, filter: Filter, resource: Resource): readonly InQual[] {
  const isShortEnough = (part: InQual): boolean => pushFilter(filter, resource, [part]) !== undefined;
  if (isShortEnough(qual)) return [];
  for (let size = 100; size >= 10; size -= 10) {
    const parts = chunks(qual.values, size).map((values): InQual => ({ ...qual, values }));
    if (parts.length > MOST_PARTS) return [];
    if (parts.every(isShortEnough)) return parts;
  }
  return [];
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** What holds of all parts: each list has its part, which goes first, and as many of the other quals as there is room for. */
function together(
  qual: ScanQual,
  parts: readonly ScanQual[],
  filters: readonly OneFilter[],
  others: readonly ScanQual[],
): PushedFilter {
  const exactness = new Map<ScanQual, Exactness>();
  const judge = (judged: ScanQual, inEach: readonly (Exactness | undefined)[]): void => {
    if (inEach.includes(undefined)) return;
    exactness.set(judged, inEach.every((each) => each === 'exact') ? 'exact' : 'inexact');
  };
  judge(
    qual,
    filters.map((each, index) => each.exactness.get(parts[index] ?? qual)),
  );
  for (const other of others) {
    judge(
      other,
      filters.map((each) => each.exactness.get(other)),
    );
  }
  return { texts: filters.map(({ text }) => text), exactness };
}

interface OneFilter {
  readonly text: string;
  readonly exactness: ReadonlyMap<ScanQual, Exactness>;
}

/** @see pushFilters */
function pushFilter(filter: Filter, resource: Resource, quals: readonly ScanQual[]): OneFilter | undefined {
  const exactness = new Map<ScanQual, Exactness>();
  let pushed: Expression | undefined;
  for (const qual of quals) {
    const expression = expressionOf(qual, filter, resource);
    const longer = pushed === undefined || expression === undefined ? expression : both(pushed, expression);
    if (expression === undefined || longer === undefined || !isShort(longer)) continue;
    pushed = longer;
    exactness.set(qual, expression.isExact ? 'exact' : 'inexact');
  }
  return pushed === undefined ? undefined : { text: textOf(pushed), exactness };
}

function isShort(expression: Expression): boolean {
  return expression.alternatives.length <= LONGEST / 10 && encodeURIComponent(textOf(expression)).length <= LONGEST;
}

function textOf({ alternatives }: Expression): string {
  return alternatives.map((terms) => terms.join(' and ')).join(' or ');
}

function both(left: Expression, right: Expression): Expression {
  return {
    alternatives: left.alternatives.flatMap((terms) => right.alternatives.map((more) => [...terms, ...more])),
    isExact: left.isExact && right.isExact,
  };
}

function either(parts: readonly Expression[]): Expression | undefined {
  if (parts.length === 0) return undefined;
  return {
    alternatives: parts.flatMap(({ alternatives }) => alternatives),
    isExact: parts.every(({ isExact }) => isExact),
  };
}

function term(text: string, isExact: boolean): Expression {
  return { alternatives: [[text]], isExact };
}

function expressionOf(qual: ScanQual, filter: Filter, resource: Resource): Expression | undefined {
  switch (qual.kind) {
    case 'tuples':
    case 'notIn':
      return undefined;
    case 'and': {
      const parts = qual.quals.map((part) => expressionOf(part, filter, resource));
      const [first, ...others] = parts.filter((part) => part !== undefined);
      const all = first && others.reduce(both, first);
      // What was left out is not looked at by the API.
      return all && { ...all, isExact: all.isExact && parts.every((part) => part !== undefined) };
    }
    case 'or': {
      const parts = qual.quals.map((part) => expressionOf(part, filter, resource));
      return parts.every((part) => part !== undefined) ? either(parts) : undefined;
    }
    default: {
      const target = targetOf(qual, filter, resource);
      return target && comparisonOf(qual, target);
    }
  }
}

/** What a filter can say of a column. */
interface Target {
  readonly name: string;
  readonly type: TableColumn['type'];
  readonly operators: readonly FilterOperator[];
  readonly isExact: boolean;
}

function targetOf(
  { column, path = [], memberType = 'VARCHAR' }: Pick<Leaf, 'column' | 'path' | 'memberType'>,
  { columns, exact }: Filter,
  resource: Resource,
): Target | undefined {
  const field = resource.columns.find(
    ({ name, origin }) => origin === 'response' && canonicalName(resource, name) === column,
  );
  if (field === undefined) return undefined;
  const name = [field.name, ...path].join('.');
  const operators = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (operators === undefined) return undefined;
  return { name, type: path.length > 0 ? memberType : field.type, operators, isExact: exact.includes(name) };
}

type Leaf = ScanQual & { readonly kind: 'in' | 'compare' | 'like' | 'null' };

function comparisonOf(qual: Leaf, target: Target): Expression | undefined {
  switch (qual.kind) {
    case 'in':
      return equalities(qual.values, target);
    case 'compare':
      return comparison(qual.operator, qual.value, target);
    case 'like':
      return likeness(qual.pattern, target);
    case 'null':
      return presence(qual.isNull, target);
  }
}

/** NULL equals nothing, so it is left out; a list of nothing else is for the planner. */
function equalities(values: readonly Literal[], target: Target): Expression | undefined {
  if (!target.operators.includes('eq')) return undefined;
  const parts = values
    .filter((value) => value !== null)
    .map((value): Expression | undefined => {
      const text = valueText(value, target, 'exactly');
      return text === undefined ? undefined : term(`${target.name} eq ${text}`, target.isExact);
    });
  return parts.every((part) => part !== undefined) ? either(parts) : undefined;
}

const OPERATORS: Readonly<Record<Comparison, FilterOperator>> = {
  '<>': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

function comparison(operator: Comparison, value: Literal, target: Target): Expression | undefined {
  const word = OPERATORS[operator];
  if (!target.operators.includes(word)) return undefined;
  // Whose order of texts an API has, and what it takes for equal, is not known.
  if (operator === '<>' ? !target.isExact : target.type === 'VARCHAR') return undefined;
  const rounding = operator === '<' || operator === '<=' ? 'up' : operator === '<>' ? 'exactly' : 'down';
  const text = valueText(value, target, rounding);
  return text === undefined ? undefined : term(`${target.name} ${word} ${text}`, target.isExact);
}

/** LIKE takes account of case, and the API may not: never exact. */
function likeness(pattern: string, target: Target): Expression | undefined {
  const [, before = '', text = '', after = ''] = /^(%?)([^%_\\]+)(%?)$/s.exec(pattern) ?? [];
  const word = before === '' ? (after === '' ? 'eq' : 'sw') : after === '' ? undefined : 'co';
  if (text === '' || word === undefined || target.type !== 'VARCHAR' || !target.operators.includes(word))
    return undefined;
  return term(`${target.name} ${word} ${JSON.stringify(text)}`, false);
}

/** `pr` is not true of an empty text, which is not NULL. */
function presence(isNull: boolean, target: Target): Expression | undefined {
  if (isNull || !target.operators.includes('pr') || target.type === 'VARCHAR') return undefined;
  return term(`${target.name} pr`, target.isExact);
}

type Rounding = 'exactly' | 'up' | 'down';

/** The value as the expression writes it; undefined where SQL would convert one of the two before comparing. */
function valueText(value: Literal, { type }: Target, rounding: Rounding): string | undefined {
  switch (type) {
    case 'VARCHAR':
      return typeof value === 'string' && value.isWellFormed() ? JSON.stringify(value) : undefined;
    case 'BOOLEAN':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'BIGINT':
    case 'DOUBLE':
      return typeof value === 'number' ? String(value) : undefined;
    case 'TIMESTAMPTZ': {
      const instant = typeof value === 'string' ? instantOf(value, rounding) : undefined;
      return instant === undefined ? undefined : JSON.stringify(instant);
    }
    case 'JSON':
      return undefined;
  }
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * A literal as an instant in UTC with milliseconds, as the engine understands it; undefined for what it might
 * understand otherwise. Digits beyond milliseconds are rounded so that no row is lost.
 */
export function instantOf(literal: string, rounding: Rounding): string | undefined {
  const [, day, time = '00:00:00', fraction = '.0', offset = 'Z'] = INSTANT.exec(literal.trim()) ?? [];
  if (day === undefined) return undefined;
  const digits = fraction.slice(1).padEnd(3, '0');
  const isCut = /[1-9]/.test(digits.slice(3));
  if (isCut && rounding === 'exactly') return undefined;
  const zone = /^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset;
  const date = new Date(`${day}T${time.length === 5 ? `${time}:00` : time}.${digits.slice(0, 3)}${zone}`);
  // A day that the month does not have is counted on into the next, where the engine refuses it.
  if (Number.isNaN(date.getTime()) || !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) return undefined;
  return new Date(date.getTime() + (isCut && rounding === 'up' ? 1 : 0)).toISOString();
}
