/**
 * Fills the tables of a query: every reference by its scan, those that others feed while the others still read.
 *
 * @module
 */

import { setMaxListeners } from 'node:events';
import type { EngineStatement, KeyQuery } from '../engine/engine.ts';
import { ExecutionError, QueryError } from '../errors.ts';
import { canonicalName } from '../plan/assignments.ts';
import type { ScanFigures } from '../plan/explain.ts';
import type { Dependency, OnceBy, PlannedRef, QueryPlan } from '../plan/plan.ts';
import type { KeySelect } from '../sql/statement.ts';
import type { Row } from '../values.ts';
import type { Beginning } from './beginning.ts';
import { loadCatalog } from './catalog.ts';
import { conditionSql } from './condition-sql.ts';
import { type DeniedCall, tellDenied } from './denied.ts';
import { type Channel, createChannel } from './key-channel.ts';
import { keysOf, literals } from './keys.ts';
import type { ExecuteContext } from './outcome.ts';
import { type ScanWatch, watchScan } from './progress.ts';
import { checkEstimate } from './request-budget.ts';
import { createSharedLists, type SharedLists } from './shared-lists.ts';

interface Loading {
  readonly plan: QueryPlan;
  readonly beginning: Beginning;
  readonly context: ExecuteContext;
  readonly signal: AbortSignal;
  readonly shared: SharedLists | undefined;
  /** A channel for each dependency. */
  readonly channels: ReadonlyMap<Dependency, Channel<readonly Row[]>>;
  /** Ends when the rows of a reference are all there, by its ordinal: of those that queries of keys read. */
  readonly loaded: ReadonlyMap<number, Channel<never>>;
  readonly refs: readonly PlannedRef[];
  readonly onDenied: (call: DeniedCall) => void;
}

/** Throws what the first failing scan throws; the others are stopped before it is reported. */
export async function loadAll(plan: QueryPlan, beginning: Beginning, context: ExecuteContext): Promise<void> {
  const failed = new AbortController();
  const signal = context.signal === undefined ? failed.signal : AbortSignal.any([context.signal, failed.signal]);
  // Each scan listens to it: ten listeners are no leak.
  setMaxListeners(0, signal);
  const read = plan.refs.filter(({ scan }) => scan !== undefined);
  if (plan.catalog.length > 0) await loadCatalog(plan.catalog, await beginning.statement);
  checkEstimate(plan, context.settings.maxRequests);
  for (const { scan } of read) if (scan !== undefined) context.provider.checkConstants(scan);
  const shared = readSameList(read) ? createSharedLists(signal) : undefined;
  const channels = new Map(read.flatMap(waitedFor).map((each) => [each, createChannel<readonly Row[]>()]));
  // A source that needs no scan has no rows to feed, and nobody else would say that it has ended.
  const sources = new Set(read.map(({ ordinal }) => ordinal));
  for (const [{ on }, channel] of channels) if (!sources.has(on)) channel.end();
  const denied: DeniedCall[] = [];
  const onDenied: Loading['onDenied'] = (call) => denied.push(call);
  const loaded = new Map([...sources].map((ordinal) => [ordinal, createChannel<never>()]));
  const loading: Loading = { plan, beginning, context, signal, shared, channels, loaded, refs: read, onDenied };
  try {
    const results = await Promise.allSettled(
      read.map(async (ref) => {
        try {
          await loadOne(ref, loading);
        } catch (error) {
          failed.abort();
          throw error;
        }
      }),
    );
    throwFirstCause(results);
    tellDenied(denied, context.onNotice);
  } finally {
    await shared?.close();
  }
}

/** What a reference gets from others while they are read. */
function waitedFor({ dependencies, late }: PlannedRef): readonly Dependency[] {
  return late !== undefined && 'on' in late.keys ? [...dependencies, late.keys] : dependencies;
}

/** Failures that only follow from another one say nothing. */
function throwFirstCause(results: readonly PromiseSettledResult<void>[]): void {
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
  const isConsequence = (reason: unknown): boolean => reason instanceof QueryError && reason.code === 'CANCELLED';
  if (failures.length > 0) throw failures.find((reason) => !isConsequence(reason)) ?? failures[0];
}

/** Whether two scans might make the same request: only then are answers kept for each other. */
function readSameList(refs: readonly PlannedRef[]): boolean {
  const methods = refs.flatMap(({ scan }) => {
    const chain: string[] = [];
    for (let each = scan; each !== undefined; each = each.parent?.scan)
      if (!each.isEmbedded) chain.push(each.method.key);
    return chain;
  });
  return new Set(methods).size < methods.length;
}

async function loadOne(ref: PlannedRef, loading: Loading): Promise<void> {
  const { plan, beginning, context, signal, shared, channels, loaded, refs, onDenied } = loading;
  const { ordinal, stored, limit } = ref;
  const targets = refs.flatMap(waitedFor).filter(({ on }) => on === ordinal);
  const feeds = targets.map((dependency) => feederOf(dependency, ref, loading));
  try {
    const keys = await keysOf(ref, { channels, runQuery: (query) => valuesOf(query, plan, loading) });
    const { resource, quals, parentQuals, order } = ref.request;
    const figures = context.onScanned === undefined ? undefined : createFigures(context.now);
    const watch = watchOf(ref, context);
    const scan = context.provider.scan(resource.name, {
      quals: [...quals, ...keys.quals],
      columns: stored,
      parentQuals,
      signal,
      onNotice: context.onNotice,
      onDenied: (call) => {
        onDenied(call);
        context.onProvenance?.({ ...call, kind: 'left-out' });
        if (call.reason === 'denied') figures?.onDenied();
      },
      settings: context.settings,
      onList: context.onList,
      ...(context.onProvenance !== undefined && { onProvenance: context.onProvenance }),
      statement: context.statement,
      ...(keys.fed !== undefined && { keys: keys.fed }),
      ...(limit !== undefined && { limit }),
      ...(order !== undefined && { order }),
      ...(shared !== undefined && { shared }),
      ...((figures !== undefined || watch !== undefined) && {
        onAnswer: (size: number, waitedMs: number) => {
          figures?.onAnswer(size, waitedMs);
          watch?.onAnswer();
        },
      }),
      ...(watch !== undefined && { onCalls: watch.onCalls }),
    });
    const afterBatch = async (fromRow: number): Promise<void> => {
      for (const feed of feeds) await feed(fromRow);
    };
    const batches = await beginning.read(keys.areNone ? noRows() : watched(scan, watch));
    const statement = await beginning.statement;
    const rows = await (feeds.length === 0
      ? statement.load(ordinal, batches)
      : statement.load(ordinal, batches, afterBatch));
    watch?.onDone();
    if (ref.onceBy !== undefined) await keepOne(ref, ref.onceBy, statement);
    if (figures !== undefined)
      context.onScanned?.(ordinal, {
        ...figures.take(rows),
        ...(keys.byKeys !== undefined && { byKeys: keys.byKeys }),
      });
    for (const target of targets) channels.get(target)?.end();
    loaded.get(ordinal)?.end();
  } catch (error) {
    for (const target of targets) channels.get(target)?.fail(error);
    loaded.get(ordinal)?.fail(error);
    throw error;
  }
}

function keepOne(ref: PlannedRef, { columns, prefer }: OnceBy, statement: EngineStatement): Promise<void> {
  const conditions = prefer.map((qual) => conditionSql(qual, ref)).filter((condition) => condition !== undefined);
  return statement.keepOne(ref.ordinal, columns, conditions.length === 0 ? 'true' : conditions.join(' AND '));
}

function watchOf({ ordinal, name, alias }: PlannedRef, { onProgress }: ExecuteContext): ScanWatch | undefined {
  return onProgress && watchScan({ scan: ordinal, table: name.join('.'), alias }, onProgress);
}

function watched(rows: AsyncIterable<readonly Row[]>, watch: ScanWatch | undefined): AsyncIterable<readonly Row[]> {
  return watch === undefined ? rows : counted(rows, watch);
}

async function* counted(rows: AsyncIterable<readonly Row[]>, { onRows }: ScanWatch): AsyncGenerator<readonly Row[]> {
  for await (const batch of rows) {
    yield batch;
    onRows(batch.length);
  }
}

/** Counts what a scan takes. */
function createFigures(now: () => number): {
  readonly onAnswer: (bytes: number, waitedMs: number) => void;
  readonly onDenied: () => void;
  readonly take: (rows: number) => ScanFigures;
} {
  const startedAt = now();
  let [requests, bytes, longestWaitMs, denied] = [0, 0, 0, 0];
  return {
    onAnswer: (size, waitedMs) => {
      requests += 1;
      bytes += size;
      longestWaitMs = Math.max(longestWaitMs, waitedMs);
    },
    onDenied: () => {
      denied += 1;
    },
    take: (rows) => ({ requests, rows, bytes, longestWaitMs, denied, ms: now() - startedAt }),
  };
}

async function* noRows(): AsyncGenerator<readonly Row[]> {
  yield [];
}

/** The values of a query, once all that it reads is there. */
async function valuesOf(
  { tree, reads }: KeySelect,
  { parameters }: QueryPlan,
  { beginning, loaded }: Loading,
): Promise<readonly string[] | undefined> {
  for (const ordinal of reads) for await (const _nothing of loaded.get(ordinal) ?? []);
  const statement = await beginning.statement;
  const [values] = await statement.distinctValues([tree], parameters).catch((error: unknown) => {
    // It may fail on rows that the statement leaves out, which says so itself where it does not.
    if (error instanceof ExecutionError) return [];
    throw error;
  });
  return values;
}

/** The name under which the column is stored. */
function storedName({ stored, request }: PlannedRef, column: string): string {
  return stored.find((name) => canonicalName(request.resource, name) === column) ?? column;
}

/** Sends the keys of rows that have just been loaded, each once. Only rows that can reach the result have any. */
function feederOf(
  dependency: Dependency,
  ref: PlannedRef,
  { beginning, channels }: Loading,
): (fromRow: number) => Promise<void> {
  const { pairs, where } = dependency;
  const channel = channels.get(dependency);
  const quals = [...ref.request.quals, ...where].map((qual) => conditionSql(qual, ref));
  const certain = quals.filter((condition) => condition !== undefined);
  const columns = pairs.map(({ sourceColumn, sourcePath: path }) => {
    const column = storedName(ref, sourceColumn);
    return path === undefined ? column : { column, path };
  });
  const seen = new Set<string>();
  return async (fromRow) => {
    if (channel?.isClosed() === true) return;
    const query: KeyQuery = { ordinal: ref.ordinal, columns, conditions: [...certain, ...ref.conditions], fromRow };
    const statement = await beginning.statement;
    const rows = await statement.distinct(query).catch((error: unknown) => {
      // A condition may fail on rows that another part of the statement leaves out.
      if (!(error instanceof ExecutionError) || ref.conditions.length === 0) throw error;
      return statement.distinct({ ...query, conditions: certain });
    });
    const fresh = rows.filter((row) => {
      const key = JSON.stringify(literals(row));
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
    if (fresh.length > 0) channel?.send(fresh);
  };
}
