/**
 * Which lists hold the rows of a scan: what quals and an order become as query parameters.
 *
 * @module
 */

import type { Filter, Method, Order, Resource } from '../registry/resource.ts';
import { bindsParameter, canonicalName } from './assignments.ts';
import { DEFAULT_SETTINGS, type PlanContext } from './draft.ts';
import { type PushedFilter, pushFilters } from './filter.ts';
import { maximumBy } from './maximum.ts';
import type { Exactness, Scan, ScanOrder, ScanQual, ScanRequest } from './plan.ts';
import { pushRanges } from './ranges.ts';

export interface Variants {
  readonly variants: Scan['variants'];
  readonly exactness: ReadonlyMap<ScanQual, Exactness>;
}

export function variantsOf(
  request: ScanRequest,
  method: Method,
  quals: readonly ScanQual[],
  bound: readonly string[],
  context: PlanContext,
): Variants {
  const { resource } = request;
  const { ranges = {}, also = [], pageSize } = method;
  const { pushdown } = context.settings ?? DEFAULT_SETTINGS;
  const isQuery = (name: string): boolean =>
    method.parameters.some((parameter) => parameter.name === name && parameter.location === 'query');
  const asked = bound.filter((name) => isQuery(name) && name !== pageSize?.parameter);
  const open = quals.filter((qual) => !bindsParameter(qual, resource, method, quals));
  // What the statement asks of the API itself is not mixed with what the plan would ask.
  const filters = asked.length === 0 && pushdown ? usableFilters(resource, method, context) : [];
  const ordered = pushdown ? orderOf(request, method, context) : undefined;
  const { filter, pushed } = bestFilter(filters, resource, open, Object.keys(ordered?.within ?? {})) ?? {};
  const free = Object.fromEntries(Object.entries(ranges).filter(([name]) => !asked.includes(name)));
  const range = pushdown ? pushRanges(free, resource, open) : { parameters: {}, pushed: [] };
  const { parameters } = range;
  const isPlain = asked.length === 0 && pushed === undefined;
  const others = isPlain
    ? [{}, ...also.filter((more) => mayHold(more, pushdown ? method.filter : undefined, resource, open))]
    : [{}];
  const filtered = pushed?.texts.map((text) => ({ [filter?.parameter ?? '']: text }));
  return {
    variants: (filtered ?? others).map((more) => ({ ...parameters, ...more })),
    exactness: new Map([...(pushed?.exactness ?? []), ...range.pushed.map((qual) => [qual, 'inexact'] as const)]),
  };
}

/**
 * Whether a further list can hold rows that are wanted. Where it is one value of a column (`status eq "DEPROVISIONED"`), it cannot if
 * the statement leaves that value out.
 */
function mayHold(
  parameters: Readonly<Record<string, string>>,
  filter: Method['filter'],
  resource: Resource,
  quals: readonly ScanQual[],
): boolean {
  const [, name = '', value] = /^(\w+) eq "([^"\\]*)"$/.exec(parameters[filter?.parameter ?? ''] ?? '') ?? [];
  if (value === undefined) return true;
  const column = canonicalName(resource, name);
  const isLeftOut = (qual: ScanQual): boolean => {
    switch (qual.kind) {
      case 'in':
        return isOf(qual) && !qual.values.includes(value);
      case 'compare':
        return isOf(qual) && qual.operator === '<>' && qual.value === value;
      case 'and':
        return qual.quals.some(isLeftOut);
      case 'or':
        return qual.quals.every(isLeftOut);
      default:
        return false;
    }
  };
  const isOf = (qual: { readonly column: string; readonly path?: readonly string[] }): boolean =>
    qual.column === column && qual.path === undefined;
  return !quals.some(isLeftOut);
}

/** An index that lags behind is not asked for what this session has just changed, nor for what is to be changed by it. */
function usableFilters({ name }: Resource, { filter, search }: Method, { settings }: PlanContext): readonly Filter[] {
  const { written, isForChange } = settings ?? DEFAULT_SETTINGS;
  const isOld = isForChange || written.has(name);
  return [filter, search].filter((each) => each !== undefined).filter(({ lags }) => lags !== true || !isOld);
}

/** The one that can say most of the quals. Of several, the one that rows come in order with, or else the first. */
function bestFilter(
  filters: readonly Filter[],
  resource: Resource,
  quals: readonly ScanQual[],
  within: readonly string[],
): { readonly filter: Filter; readonly pushed: PushedFilter } | undefined {
  const usable = filters.flatMap((filter) => {
    const pushed = pushFilters(filter, resource, quals);
    return pushed === undefined ? [] : [{ filter, pushed }];
  });
  return maximumBy(
    usable,
    ({ filter, pushed }) => 2 * pushed.exactness.size + (within.includes(filter.parameter) ? 1 : 0),
  );
}

/** The one list that has the rows of these in the order that is wanted; undefined where there is none. */
export function orderedList(
  lists: Scan['variants'],
  request: ScanRequest,
  method: Method,
  bound: readonly string[],
  context: PlanContext,
): Readonly<Record<string, string>> | undefined {
  const found = orderOf(request, method, context);
  if (found === undefined) return undefined;
  const { within, parameters } = found;
  const isGiven = (name: string): boolean => bound.includes(name);
  if ([...Object.keys(within), ...Object.keys(parameters)].some(isGiven)) return undefined;
  const [only, ...others] = lists;
  const isWithin = only !== undefined && Object.keys(within).every((name) => Object.hasOwn(only, name));
  if (isWithin) return others.length === 0 ? { ...only, ...parameters } : undefined;
  // Where nothing is asked of the list, what has to be there asks for all that it holds.
  const isWhole = bound.every((name) =>
    method.parameters.some((each) => each.name === name && each.location === 'server'),
  );
  const isFurther = ([name, value]: readonly [string, string]): boolean =>
    (method.also ?? []).some((further) => further[name] === value);
  const isPlain = lists.every((list) => Object.entries(list).every(isFurther));
  return isWhole && isPlain ? { ...within, ...parameters } : undefined;
}

/** What the method does for the order that is wanted, if it may be asked. */
function orderOf(
  { resource, order }: Pick<ScanRequest, 'resource' | 'order'>,
  method: Method,
  context: PlanContext,
): { readonly within: Order['within']; readonly parameters: Readonly<Record<string, string>> } | undefined {
  const found = method.orders?.find(({ column }) => canonicalName(resource, column) === order?.column);
  if (found === undefined) return undefined;
  const { within, descending, ascending } = found;
  const usable = usableFilters(resource, method, context).map(({ parameter }) => parameter);
  const isUsable = Object.keys(within).every((name) => usable.includes(name));
  return isUsable ? { within, parameters: order?.isDescending === true ? descending : ascending } : undefined;
}

/** Whether a scan is one list in the order that is wanted. */
export function isInOrder({ resource, method, variants }: Scan, order: ScanOrder, context: PlanContext): boolean {
  const { parameters = {} } = orderOf({ resource, order }, method, context) ?? {};
  const [only, ...others] = variants;
  const entries = Object.entries(parameters);
  return others.length === 0 && entries.length > 0 && entries.every(([name, value]) => only?.[name] === value);
}
