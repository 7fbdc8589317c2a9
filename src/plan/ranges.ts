/**
 * Bounds of a time that have parameters of their own, such as `since` and `until` of a log.
 *
 * @module
 */

import { methodsFor, type Range, type Resource } from '../registry/resource.ts';
import type { Comparison, Literal } from '../sql/statement.ts';
import { canonicalName } from './assignments.ts';
import { instantOf } from './filter.ts';
import { plainValue } from './plain.ts';
import type { InQual, ScanQual } from './plan.ts';

/** What the parameters are, of which nothing is said but that their column lies between times. */
export function pushRanges(
  ranges: Readonly<Record<string, Range>>,
  resource: Resource,
  quals: readonly ScanQual[],
): { readonly parameters: Readonly<Record<string, string>>; readonly pushed: readonly ScanQual[] } {
  const pushed: ScanQual[] = [];
  const bounds = Object.entries(ranges).flatMap(([parameter, range]) => {
    const found = quals.flatMap((qual) => {
      const bound = boundOf(qual, range, resource);
      return bound === undefined ? [] : [{ qual, bound }];
    });
    // The narrowest of several.
    const sorted = found.toSorted((a, b) => Date.parse(a.bound) - Date.parse(b.bound));
    const narrowest = range.bound === 'lower' ? sorted.at(-1) : sorted[0];
    if (narrowest === undefined) return [];
    pushed.push(narrowest.qual);
    return [[parameter, narrowest.bound] as const];
  });
  return { parameters: Object.fromEntries(bounds), pushed };
}

function boundOf(qual: ScanQual, { column, bound }: Range, resource: Resource): string | undefined {
  if (qual.kind !== 'compare' || qual.path !== undefined || canonicalName(resource, column) !== qual.column)
    return undefined;
  if (typeof qual.value !== 'string') return undefined;
  const { operator, value } = qual;
  if (bound === 'lower') return operator === '>' || operator === '>=' ? instantOf(value, 'down') : undefined;
  if (operator !== '<' && operator !== '<=') return undefined;
  const instant = instantOf(value, 'up');
  // Whether an upper bound belongs to the range is not said; one more millisecond makes sure that it does.
  return instant && new Date(Date.parse(instant) + 1).toISOString();
}

/**
 * What parameters that bound a time are bound to, where the statement says a range of them instead of a value: the widest
 * that it allows. `since > t` has no widest, so it is taken to the next millisecond, which is what times of events have.
 */
export function boundsOf(
  ranges: Readonly<Record<string, Range>>,
  resource: Resource,
  quals: readonly ScanQual[],
): readonly InQual[] {
  return Object.entries(ranges).flatMap(([parameter, { bound }]) => {
    const column = canonicalName(resource, parameter);
    const own = quals.filter((qual) => 'column' in qual && qual.column === column && qual.path === undefined);
    if (own.some(({ kind }) => kind === 'in')) return [];
    const values = own
      .map((qual) => (qual.kind === 'compare' ? widest(qual.operator, qual.value, bound) : undefined))
      .filter((value) => value !== undefined)
      .toSorted((a, b) => (microseconds(a) < microseconds(b) ? -1 : 1));
    const value = bound === 'lower' ? values.at(-1) : values[0];
    return value === undefined ? [] : [{ kind: 'in', column, values: [value] }];
  });
}

/** The qual, with what each arm of an OR says a range of bound to the end of that range. */
export function withBoundArms(qual: ScanQual, resource: Resource): ScanQual {
  if (qual.kind !== 'or') return qual;
  const ranges = Object.assign({}, ...methodsFor(resource, 'select').map((method) => method.ranges ?? {}));
  return { ...qual, quals: qual.quals.map((arm) => withBounds(arm, ranges, resource)) };
}

function withBounds(arm: ScanQual, ranges: Readonly<Record<string, Range>>, resource: Resource): ScanQual {
  const parts = arm.kind === 'and' ? arm.quals : [arm];
  const bounds = boundsOf(ranges, resource, parts);
  if (bounds.length === 0) return arm;
  const isPartial = arm.kind === 'and' && arm.isPartial === true;
  return { kind: 'and', quals: [...parts, ...bounds], ...(isPartial && { isPartial }) };
}

const LOWER: readonly Comparison[] = ['>', '>='];
const UPPER: readonly Comparison[] = ['<', '<='];

/** The first time that a lower bound may be, or the last that an upper one may. */
function widest(operator: Comparison, value: Literal, bound: Range['bound']): string | undefined {
  if (typeof value !== 'string' || !(bound === 'lower' ? LOWER : UPPER).includes(operator)) return undefined;
  const given = plainValue('TIMESTAMPTZ', { kind: 'literal', value });
  if (typeof given !== 'string') return undefined;
  if (operator === '>=' || operator === '<=') return given;
  const rest = microseconds(given) % 1_000n;
  const millisecond = Number((microseconds(given) - rest) / 1_000n);
  const next = operator === '>' ? millisecond + 1 : rest > 0n ? millisecond : millisecond - 1;
  return new Date(next).toISOString().replace('.000Z', 'Z');
}

function microseconds(instant: string): bigint {
  const [, rest = ''] = /\.\d{3}(\d{1,3})Z$/.exec(instant) ?? [];
  return BigInt(Date.parse(instant)) * 1_000n + BigInt(rest.padEnd(3, '0'));
}
