/**
 * Runs a planned scan: parameter values → requests → pages → rows.
 *
 * @module
 */

import { NotFoundError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { pages } from '../http/pages.ts';
import { type Assignment, assignments, canonicalName } from '../plan/assignments.ts';
import type { ParentScan, Scan, ScanQual } from '../plan/plan.ts';
import type { Resource, TableColumn } from '../registry/resource.ts';
import { buildRequest, type HttpRequest, type OriginResolver, serverDefaults } from '../request/build.ts';
import { decodeItems, toRow } from '../rows/decode.ts';
import type { Row, Value } from '../values.ts';
import { mapInOrder } from './parallel.ts';

export interface ScanContext {
  readonly client: HttpClient;
  readonly resolveOrigin: OriginResolver;
  /** Requests of one scan that may be under way at once. */
  readonly concurrency: number;
  /** When the statement began: the end of lists that would grow for ever. */
  readonly startedAt: Date;
  /** Told what the user should know although the statement succeeds. */
  readonly onNotice: (notice: string) => void;
}

export interface ScanRun {
  readonly scan: Scan;
  readonly quals: readonly ScanQual[];
  /** The columns of the rows, in order. */
  readonly columns: readonly TableColumn[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows of a scan, in batches, in an order that depends only on Okta's answers. Not all of them pass the quals:
 * quals on columns that are no parameters are not looked at.
 *
 * Throws what `http/` and `rows/` throw; rows that were yielded before are then worthless.
 */
export async function* runScan(run: ScanRun, context: ScanContext): AsyncGenerator<readonly Row[]> {
  const { scan, quals } = run;
  const own = assignments(scan.resource, scan.method, quals, scan.defaults);
  if (scan.parent === undefined) {
    const [only, second] = own;
    if (second === undefined) {
      if (only !== undefined) yield* readOne(run, only, context);
      return;
    }
    yield* readMany(run, () => fromList(own), context);
    return;
  }
  const { parent } = scan;
  yield* readMany(run, (signal) => withParents({ ...run, signal }, parent, own, context), context);
}

async function* fromList<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** One call after another would take minutes in a large org, so they run side by side. */
async function* readMany(
  run: ScanRun,
  calls: (signal: AbortSignal) => AsyncIterable<Assignment>,
  context: ScanContext,
): AsyncGenerator<readonly Row[]> {
  const { signal } = run;
  const read = async (parameters: Assignment, taskSignal: AbortSignal): Promise<readonly Row[]> => {
    const all: Row[] = [];
    for await (const rows of readOne({ ...run, signal: taskSignal }, parameters, context)) {
      for (const row of rows) all.push(row);
    }
    return all;
  };
  yield* mapInOrder(calls, read, { concurrency: context.concurrency, signal });
}

async function* readOne(run: ScanRun, parameters: Assignment, context: ScanContext): AsyncGenerator<readonly Row[]> {
  const { scan, columns, signal } = run;
  const { method } = scan;
  const sent = { ...serverDefaults(method), ...parameters };
  let pagesRead = 0;
  try {
    for await (const response of pages(context.client, requestFor(scan, parameters, context), {
      paging: method.paging,
      isEmpty: (response) => decodeItems(method, response).length === 0,
      signal,
    })) {
      pagesRead += 1;
      yield decodeItems(method, response).map((item) => toRow(item, columns, sent));
      if (method.paging === undefined) return;
    }
  } catch (error) {
    // A list that belongs to nothing cannot be gone, and one that has begun must not just end.
    const namesObject = method.parameters.some(({ location }) => location === 'path');
    if (!(error instanceof NotFoundError) || !namesObject || pagesRead > 0) throw error;
    // In a fan-out the parent was deleted meanwhile, or cannot have children: it has no rows, which is no news.
    if (isPointLookup(run)) context.onNotice(`${error.message} No rows.`);
  }
}

function requestFor({ method }: Scan, parameters: Assignment, { resolveOrigin, startedAt }: ScanContext): HttpRequest {
  const { pageSize, defaults = {} } = method;
  const size = pageSize === undefined ? {} : { [pageSize.parameter]: pageSize.size };
  const fixed = Object.entries(defaults).map(([name, value]) => [
    name,
    value === 'now' ? startedAt.toISOString() : value,
  ]);
  return buildRequest({ method, parameters: { ...size, ...Object.fromEntries(fixed), ...parameters } }, resolveOrigin);
}

/** Whether the user gave the ids, rather than rows that were read before. */
function isPointLookup({ scan, quals }: ScanRun): boolean {
  return scan.parent === undefined && quals.every(({ kind }) => kind === 'in');
}

/**
 * The child's assignments, completed with the parameters that each parent row supplies. A list that changes while it is
 * read can name a parent twice; its children are read once.
 */
async function* withParents(
  run: ScanRun,
  parent: ParentScan,
  own: readonly Assignment[],
  context: ScanContext,
): AsyncGenerator<Assignment> {
  if (own.length === 0) return;
  const { resource, method } = parent.scan;
  const shared = method.parameters
    .map(({ name }) => name)
    .filter((name) => own.some((assignment) => Object.hasOwn(assignment, name)));
  const wanted = [...new Set([...Object.values(parent.supplies), ...Object.keys(parent.where), ...shared])];
  const columns = wanted.map((name) => columnNamed(resource, name)).filter((column) => column !== undefined);
  const quals = run.quals.filter((qual) =>
    columnsOf(qual).every((column) => shared.includes(ownName(run.scan, column))),
  );
  const seen = new Set<string>();
  for await (const batch of runScan({ scan: parent.scan, quals, columns, signal: run.signal }, context)) {
    for (const row of batch) {
      const value = (name: string): Value => row[columns.findIndex((column) => column.name === name)] ?? null;
      const supplied = suppliedBy(parent, value);
      const key = JSON.stringify([supplied, shared.map(value)]);
      if (supplied === undefined || seen.has(key)) continue;
      seen.add(key);
      // A parent of one org gets no child of another.
      const matching = own.filter((assignment) =>
        shared.every((name) => String(assignment[name]) === String(value(name))),
      );
      for (const assignment of matching) yield { ...assignment, ...supplied };
    }
  }
}

/** The parameters that a parent row gives its children; undefined where it can have none. */
function suppliedBy(parent: ParentScan, value: (column: string) => Value): Assignment | undefined {
  const isPossible = Object.entries(parent.where).every(([column, allowed]) => allowed.includes(String(value(column))));
  const given = Object.entries(parent.supplies).map(([parameter, column]) => [parameter, value(column)] as const);
  if (!isPossible || given.some(([, id]) => typeof id !== 'string')) return undefined;
  return Object.fromEntries(given.map(([parameter, id]) => [parameter, String(id)]));
}

function columnsOf(qual: ScanQual): readonly string[] {
  return qual.kind === 'in' ? [qual.column] : qual.columns;
}

/** The name of the parameter that a column of the child's quals binds. */
function ownName({ resource, method }: Scan, column: string): string {
  const wanted = canonicalName(resource, column);
  return method.parameters.find(({ name }) => canonicalName(resource, name) === wanted)?.name ?? column;
}

function columnNamed(resource: Resource, name: string): TableColumn | undefined {
  return resource.columns.find((column) => column.name === name);
}
