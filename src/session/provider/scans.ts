/**
 * Scans of a resource: planned, checked for the hosts they lead to, and read as often as the caller likes.
 *
 * @module
 */

import { cachedLists } from '../../exec/cached-lists.ts';
import { type DeniedCall, tellingDenied } from '../../exec/denied.ts';
import type { Caching } from '../../exec/list-cache.ts';
import type { ResourceScan, ScanOptions } from '../../exec/provider.ts';
import { callsOf, runScan, type ScanContext } from '../../exec/scan.ts';
import { checkAskedQuals } from '../../plan/asked.ts';
import { assignments, canonicalName, parameterOf } from '../../plan/assignments.ts';
import { DEFAULT_SETTINGS } from '../../plan/draft.ts';
import { estimateOf, GUESSED_KEYS } from '../../plan/estimate.ts';
import type { Scan, ScanQual } from '../../plan/plan.ts';
import { withBoundArms } from '../../plan/ranges.ts';
import { planScan } from '../../plan/scan.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Method } from '../../registry/resource.ts';
import { checkValue, type OriginResolver, originFor, serverDefaults } from '../../request/build.ts';
import type { Literal } from '../../sql/statement.ts';
import type { Row } from '../../values.ts';
import { checkOptions } from './checked-options.ts';
import { checkColumnName, checkQuals, checkScanOptions, READ_SPLIT_OPTIONS, SPLIT_OPTIONS } from './checked-scan.ts';
import { canonicalQual, selectColumns } from './names.ts';
import { batchesOf, DEFAULT_SPLITS, splitsOf } from './splits.ts';
import type { Visibility } from './visibility.ts';

/** What is checked of a scan before anything is sent. */
export interface ScanChecks {
  readonly resolveOrigin: OriginResolver;
  /** Throws for a method whose provider may not have its login. */
  readonly checkLogin: (method: Method) => void;
}

/** What scans have in common. */
export interface Surroundings extends Omit<ScanContext, 'onDenied' | 'cache'>, ScanChecks {
  /** Lists that are not older than that, in milliseconds: undefined for 0. */
  readonly cacheFor: (ttlMs: number | undefined) => Caching | undefined;
}

export interface ScanStart {
  readonly registry: Registry;
  readonly defaults: Readonly<Record<string, string>>;
  readonly name: string;
  readonly options: ScanOptions;
  readonly context: Surroundings;
  readonly visible: Visibility;
}

export function startScan({ registry, defaults, name, options, context, visible }: ScanStart): ResourceScan {
  checkScanOptions(options);
  const {
    quals = [],
    parentQuals = [],
    keys,
    limit,
    settings,
    shared,
    signal,
    onAnswer,
    onCalls,
    onDenied,
    onList,
    onProvenance,
    order,
  } = options;
  const resource = registry.resource(name.split('.'));
  checkQuals(quals, resource);
  for (const column of [...(keys?.columns ?? []), ...(order === undefined ? [] : [order.column])]) {
    checkColumnName(column, resource);
  }
  const columns = selectColumns(resource, options.columns).map(visible);
  const names = columns.map((column) => column.name);
  const request = {
    resource,
    quals: quals.map((qual) => withBoundArms(canonicalQual(qual, resource), resource)),
    fed: (keys?.columns ?? []).map((column) => canonicalName(resource, column)),
    columns: names,
    parentQuals,
    allowParent: keys === undefined,
    ...(order !== undefined && { order: { ...order, column: canonicalName(resource, order.column) } }),
  };
  const known = { ...DEFAULT_SETTINGS, ...settings };
  const scan = planScan(request, { registry, defaults, settings: known });
  checkAskedQuals(request.quals, scan, request.fed);
  checkConstants(scan, context);
  const run = { scan, keys, columns, limit, signal };
  // What decides about a change is asked for.
  const cache = known.isForChange ? undefined : context.cacheFor(known.cacheTtlMs);
  const read = (tell: (call: DeniedCall) => void): AsyncGenerator<readonly Row[]> =>
    runScan(run, { ...context, shared, cache, onAnswer, onCalls, onList, onProvenance, onDenied: tell });
  return {
    columns,
    method: scan.method,
    exact: quals.filter((_qual, index) => scan.quals[index]?.exactness === 'exact'),
    exactness: quals.map((_qual, index) => scan.quals[index]?.exactness ?? 'unsupported'),
    estimate: () => estimateOf(scan, keys && { keys: GUESSED_KEYS }, known.sizes),
    cached: () => (cache === undefined || keys !== undefined ? undefined : cachedLists(run, cache, context)),
    splits: (terms = {}) => {
      checkOptions(terms, SPLIT_OPTIONS, 'splits');
      const { atMost = DEFAULT_SPLITS } = terms;
      return splitsOf(scan, { quals, startedAt: context.startedAt, atMost });
    },
    readSplits: async (terms = {}) => {
      checkOptions(terms, READ_SPLIT_OPTIONS, 'readSplits');
      const { atMost = DEFAULT_SPLITS, signal: own = signal } = terms;
      const calls = await callsOf(
        { ...run, signal: own },
        { ...context, shared, cache, onAnswer, onDenied: onDenied ?? (() => undefined) },
      );
      if (calls === undefined) return splitsOf(scan, { quals, startedAt: context.startedAt, atMost });
      return batchesOf(calls, atMost, { isFromRows: true }).map((more) => ({ quals: [...quals, ...more] }));
    },
    // Each reading makes its own requests: an iterator that was read once would look like an empty table.
    [Symbol.asyncIterator]: () => (onDenied === undefined ? tellingDenied(read, context.onNotice) : read(onDenied)),
  };
}

/**
 * The logins and hosts of a scan, the values of its parameters, and the same of the scans that supply some: as far as constants name
 * them. Data may name others later.
 */
export function checkConstants(scan: Scan, checks: ScanChecks): void {
  const { resource, method, quals, defaults, parent } = scan;
  checks.checkLogin(method);
  const bound = quals.flatMap(({ qual }) => constantsOf(qual, scan));
  for (const { parameter, value } of bound) checkValue(method, parameter, value);
  const variables = method.parameters.filter(({ location }) => location === 'server').map(({ name }) => name);
  const isOnServer = ({ qual }: Scan['quals'][number]): boolean =>
    'column' in qual && variables.includes(parameterOf(resource, method, qual.column) ?? '');
  const constants = quals.filter(isOnServer).map(({ qual }) => qual);
  for (const assignment of assignments(resource, method, constants, defaults)) {
    const values = { ...serverDefaults(method), ...assignment };
    if (variables.every((name) => Object.hasOwn(values, name)))
      originFor({ method, parameters: values }, checks.resolveOrigin);
  }
  if (parent !== undefined) checkConstants(parent.scan, checks);
}

interface BoundValue {
  readonly parameter: string;
  readonly value: Literal;
}

/** The values that a qual gives to parameters. */
function constantsOf(qual: ScanQual, { resource, method }: Scan): readonly BoundValue[] {
  const bound = (column: string, values: readonly Literal[]): readonly BoundValue[] => {
    const parameter = parameterOf(resource, method, column);
    return parameter === undefined ? [] : values.map((value) => ({ parameter, value }));
  };
  if (qual.kind === 'in') return qual.path === undefined ? bound(qual.column, qual.values) : [];
  if (qual.kind !== 'tuples') return [];
  return qual.columns.flatMap((column, index) =>
    bound(
      column,
      qual.rows.map((row) => row[index] ?? null),
    ),
  );
}
