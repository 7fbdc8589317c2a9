/**
 * Runs a planned scan: parameter values → requests → pages → rows.
 *
 * @module
 */

import { NotFoundError, UnusableResponseError } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../http/contract.ts';
import { CURSOR_PARAMETERS } from '../http/paging/smaller-page.ts';
import { redactUrl } from '../http/trace/redact.ts';
import { takeTurns } from '../json-in-turns.ts';
import { type Assignment, assignments, canonicalName } from '../plan/assignments.ts';
import { isWholeList } from '../plan/estimate.ts';
import type { Identity, ParentScan, Scan, ScanQual } from '../plan/plan.ts';
import type { Method, TableColumn } from '../registry/resource.ts';
import { type OriginResolver, serverDefaults } from '../request/build.ts';
import { decodeItems, type Item, itemsAt, toRow } from '../rows/decode.ts';
import { own, type Row, type Value } from '../values.ts';
import { answersTo, listFor } from './answers.ts';
import { checkWhole } from './cut.ts';
import {
  createFanOut,
  type DeniedCall,
  type FanOut,
  isAbsent,
  isDenied,
  type MissingCall,
  missingCall,
  tellMissing,
} from './denied.ts';
import { circleDetector, distinctItems } from './distinct.ts';
import { type Batch, checkIdentity, distinctObjects, uniqueCalls } from './identity.ts';
import { defaultParameters, keptRange } from './kept-range.ts';
import type { Caching } from './list-cache.ts';
import { mayMatch, surelyMatches } from './matches.ts';
import { mapInOrder, readAhead, untilAborted } from './parallel.ts';
import { type CallCounter, type CallCounts, countCalls } from './progress.ts';
import { type OnProvenance, witnessOf } from './provenance.ts';
import type { ScanKeys } from './provider.ts';
import { viewer } from './row-view.ts';
import type { SharedLists } from './shared-lists.ts';
import { type Rest, restOf, SLICES_AT_ONCE, type Slice, slicesOf } from './slices.ts';
import { agrees, namedAs, sharedWith, suppliedBy } from './supplied.ts';
import { createTally } from './unfit-values.ts';

export interface ScanContext {
  readonly client: HttpClient;
  readonly resolveOrigin: OriginResolver;
  /** Requests of one scan that may be under way at once. */
  readonly concurrency: number;
  /** When the statement began: the end of lists that would grow for ever. */
  readonly startedAt: Date;
  /** Told what the user should know although the statement succeeds. */
  readonly onNotice: (notice: string) => void;
  /** Told of each call that was left out because it was denied. */
  readonly onDenied: (call: DeniedCall) => void;
  readonly shared?: SharedLists | undefined;
  /** Where lists may be some time old. */
  readonly cache?: Caching | undefined;
  /** Told of each answer that was requested, with its size in characters. */
  readonly onAnswer?: ((size: number, waitedMs: number) => void) | undefined;
  /** Told of the calls that are made, where there are many. */
  readonly onCalls?: ((counts: CallCounts) => void) | undefined;
  /** Told of each answer, each end of a list, and each call without rows. */
  readonly onProvenance?: OnProvenance | undefined;
  /** Told of each list that was read to its end and that nothing filtered. */
  readonly onList?: ((method: string, rows: number) => void) | undefined;
}

export interface ScanRun {
  readonly scan: Scan;
  readonly keys?: ScanKeys | undefined;
  /** The columns of the rows, in order. */
  readonly columns: readonly TableColumn[];
  /** So many rows that meet the quals are enough. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The calls that this one is one of. */
  readonly fanOut?: FanOut;
  /** Whether pages of the list were read before those of this run: nothing of it may be missing then. */
  readonly isContinued?: true;
}

/**
 * The rows of a scan, in batches, in an order that depends only on the API's answers. Not all of them pass the quals:
 * what the API does not evaluate is left to the caller.
 *
 * Throws what `http/` and `rows/` throw; rows that were yielded before are then worthless.
 */
export async function* runScan(run: ScanRun, context: ScanContext): AsyncGenerator<readonly Row[]> {
  const { columns, limit } = run;
  const { onCalls } = context;
  let missing = limit ?? Number.POSITIVE_INFINITY;
  if (missing <= 0) return;
  const unfit = createTally();
  const absent: MissingCall[] = [];
  const reading: Reading = {
    ...context,
    onMissing: (call) => {
      absent.push(call);
      context.onProvenance?.({ ...call, kind: 'left-out', reason: 'missing' });
    },
    ...(onCalls !== undefined && { calls: countCalls(onCalls) }),
  };
  let hasFailed = false;
  try {
    for await (const { items, parameters } of readItems(run, reading)) {
      const wanted = limit === undefined ? { items, count: 0 } : firstItems(run, items, parameters, missing);
      yield wanted.items.map((item) => toRow(item, columns, parameters, unfit.count));
      missing -= wanted.count;
      if (missing <= 0) break;
    }
  } catch (error) {
    hasFailed = true;
    throw error;
  } finally {
    if (!hasFailed) {
      unfit.tell(run.scan.resource, context.onNotice);
      tellMissing(absent, context.onNotice);
    }
  }
}

/** What is told while a scan is read, and said when it ends. */
interface Reading extends ScanContext {
  readonly onMissing: (call: MissingCall) => void;
  /** Counts the scan's own calls, and none of those that others need to be known. */
  readonly calls?: CallCounter | undefined;
}

/**
 * The calls of a scan for whose parameters rows of a parent are needed, which are read for that; undefined of any other, and of
 * one whose rows are copies in those of its parent.
 */
export async function callsOf(run: ScanRun, context: ScanContext): Promise<readonly Assignment[] | undefined> {
  const { scan } = run;
  const { parent } = scan;
  if (parent === undefined || scan.isEmbedded || run.keys !== undefined) return undefined;
  const calls: Assignment[] = [];
  // Who reads the parts is told of what is missing.
  const reading: Reading = { ...context, onMissing: () => undefined };
  for await (const call of withParents(run, parent, await ownCalls(run, reading), reading)) calls.push(call);
  return calls;
}

/** The items up to that of them with which there are enough that meet the quals, and how many of them do. */
function firstItems(
  { scan }: ScanRun,
  items: readonly Item[],
  parameters: Assignment,
  most: number,
): { readonly items: readonly Item[]; readonly count: number } {
  const quals = scan.quals.map(({ qual }) => qual);
  const view = viewer(scan.resource);
  let count = 0;
  for (const [index, item] of items.entries()) {
    const row = view(item, parameters);
    if (quals.every((qual) => surelyMatches(qual, row))) count += 1;
    if (count === most) return { items: items.slice(0, index + 1), count };
  }
  return { items, count };
}

/** So many items are looked at in one go. */
const MOST_AT_ONCE = 1_000;

/** The items of a scan, of large answers some at a time: other statements go on in between. */
async function* readItems(run: ScanRun, context: Reading): AsyncGenerator<Batch> {
  for await (const { items, parameters } of readBatches(run, context)) {
    for await (const part of inParts(items, run.signal)) yield { items: part, parameters };
  }
}

/** At least one part, if an empty one. */
async function* inParts(items: readonly Item[], signal: AbortSignal | undefined): AsyncGenerator<readonly Item[]> {
  if (items.length <= MOST_AT_ONCE) {
    yield items;
    return;
  }
  const turns = takeTurns(signal);
  for (let start = 0; start < items.length; start += MOST_AT_ONCE) {
    await turns();
    yield items.slice(start, start + MOST_AT_ONCE);
  }
}

async function* readBatches(run: ScanRun, context: Reading): AsyncGenerator<Batch> {
  const { scan, keys } = run;
  const { parent } = scan;
  const quals = scan.quals.map(({ qual }) => qual);
  const own = await ownCalls(run, context);
  if (own.length === 0) return;
  if (scan.isEmbedded && parent !== undefined) {
    yield* readCopies(run, parent, own, context);
  } else if (parent !== undefined) {
    yield* readMany(run, (signal) => withParents({ ...run, signal }, parent, own, context), context);
  } else if (keys !== undefined) {
    yield* readMany(run, (signal) => fromKeys(run, quals, keys, { ...context, signal }), context);
  } else {
    const [only, second] = own;
    if (only === undefined || second !== undefined)
      yield* distinctObjects(
        scan,
        readMany(run, () => fromList(own, context), context),
      );
    else if (scan.variants.length > 1 || isFromRows(scan)) yield* readUnion(run, only, context);
    else yield* readOne(run, only, context);
  }
}

/** What the constants of the scan ask for. */
async function ownCalls(run: ScanRun, context: Reading): Promise<readonly Assignment[]> {
  const { resource, method, quals, defaults } = run.scan;
  const given = assignments(
    resource,
    method,
    quals.map(({ qual }) => qual),
    defaults,
  );
  return given.length > 1 ? namingOnce(run, given, context) : given;
}

/** The assignments without those that only name by another name what one before them names. */
async function namingOnce(
  { scan, signal }: ScanRun,
  given: readonly Assignment[],
  context: Reading,
): Promise<readonly Assignment[]> {
  let distinct = given;
  for (const identity of scan.identities) {
    const ids = await idsOf(identity, signal, context);
    const isNew = uniqueCalls();
    distinct = distinct.filter((assignment) => {
      const { parameter, shares } = identity;
      const key = identityKey(
        own(assignment, parameter) ?? null,
        Object.keys(shares),
        (name) => own(assignment, name) ?? null,
      );
      return isNew({ ...assignment, [parameter]: ids.get(key) ?? own(assignment, parameter) ?? null });
    });
  }
  return distinct;
}

/** The ids of the objects that the values of a parameter name. One that names nothing is not told of: its own call is. */
async function idsOf(
  { scan, given, id, shares }: Identity,
  signal: AbortSignal | undefined,
  context: Reading,
): Promise<ReadonlyMap<string, string>> {
  const { resource, method, defaults } = scan;
  const quals = scan.quals.map(({ qual }) => qual);
  const calls = assignments(resource, method, quals, defaults);
  const view = viewer(resource);
  const ids = new Map<string, string>();
  const quiet = { ...context, onNotice: () => undefined, onMissing: () => undefined, calls: undefined };
  for await (const { items, parameters } of readMany(
    { scan, columns: [], signal },
    () => fromList(calls, quiet),
    quiet,
  )) {
    for (const item of items) {
      const row = view(item, parameters);
      const valueAt = (column: string): Value => row.valueAt(canonicalName(resource, column));
      ids.set(identityKey(valueAt(given), Object.values(shares), valueAt), String(valueAt(id)));
    }
  }
  return ids;
}

function identityKey(given: Value, shared: readonly string[], valueAt: (name: string) => Value): string {
  return JSON.stringify([given, ...shared.map(valueAt)].map(String));
}

/** Lists that only together hold the rows, or what a row names. The API may refuse one of them. */
async function* readUnion(run: ScanRun, parameters: Assignment, context: Reading): AsyncGenerator<Batch> {
  const fanOut = createFanOut(run.scan, context.onDenied);
  yield* readOne({ ...run, fanOut }, parameters, context);
  fanOut.end();
}

async function* fromList<T>(items: readonly T[], { calls }: Reading): AsyncGenerator<T> {
  calls?.known(items.length);
  yield* items;
}

/** Calls begin as soon as the first keys are known. Keys that differ in what is no parameter make the same call. */
async function* fromKeys(
  { scan }: ScanRun,
  quals: readonly ScanQual[],
  { columns, rows }: ScanKeys,
  { signal, calls: counter }: Pick<Reading, 'calls'> & { readonly signal: AbortSignal },
): AsyncGenerator<Assignment> {
  const isNew = uniqueCalls();
  for await (const batch of untilAborted(rows, signal)) {
    const fed: ScanQual = { kind: 'tuples', columns, rows: batch };
    const given = assignments(scan.resource, scan.method, [...quals, fed], scan.defaults);
    const calls = given.filter((call) => namesObjects(scan.method, call) && isNew(call));
    counter?.known(calls.length);
    yield* calls;
  }
}

/** Data may hold an empty text where an id is expected: no object has that id. */
function namesObjects({ parameters }: Method, call: Assignment): boolean {
  return parameters.every(({ name, location }) => location !== 'path' || own(call, name) !== '');
}

/** One call after another would take minutes in a large org, so they run side by side. */
async function* readMany(
  run: ScanRun,
  calls: (signal: AbortSignal) => AsyncIterable<Assignment>,
  context: Reading,
): AsyncGenerator<Batch> {
  const { signal } = run;
  const fanOut = createFanOut(run.scan, context.onDenied);
  const read = async (parameters: Assignment, taskSignal: AbortSignal): Promise<Batch> => {
    const items: Item[] = [];
    let shown = parameters;
    for await (const batch of readOne({ ...run, fanOut, signal: taskSignal }, parameters, context)) {
      shown = batch.parameters;
      for (const item of batch.items) items.push(item);
    }
    context.calls?.done();
    return { items, parameters: shown };
  };
  // The first calls may have all rows that a limit wants.
  const isGentle = run.limit !== undefined;
  const all = (own: AbortSignal): AsyncIterable<Assignment> => toldAtEnd(calls(own), context);
  yield* mapInOrder(all, read, { concurrency: context.concurrency, isGentle, signal });
  fanOut.end();
}

async function* toldAtEnd<T>(items: AsyncIterable<T>, { calls }: Reading): AsyncGenerator<T> {
  yield* items;
  calls?.all();
}

/** All lists that hold the rows of one assignment. An object that moves from one page or list to the next comes once. */
async function* readOne(run: ScanRun, parameters: Assignment, context: Reading): AsyncGenerator<Batch> {
  const { variants, resource, method } = run.scan;
  const distinct = distinctItems(resource.id);
  let rows = 0;
  for (const variant of variants) {
    const planned = keptRange(method, variant, context.startedAt);
    if (planned === undefined) continue;
    for await (const items of readList(run, { ...parameters, ...planned }, context)) {
      rows += items.length;
      yield { items: distinct(items), parameters: { ...serverDefaults(method), ...parameters } };
    }
  }
  if (isWholeList(run.scan)) context.onList?.(method.key, rows);
}

async function* readList(run: ScanRun, parameters: Assignment, context: Reading): AsyncGenerator<readonly Item[]> {
  const { scan, signal, fanOut } = run;
  const { method, resource } = scan;
  const goesInCircles = circleDetector(resource.id);
  const witness = witnessOf(scan, context.onProvenance);
  let pagesRead = run.isContinued === true ? 1 : 0;
  try {
    let last: { readonly response: HttpResponse; readonly count: number } | undefined;
    const list = listFor(run, parameters, context);
    // A slice is cut anew each time.
    const terms = run.isContinued === true ? { ...context, cache: undefined } : context;
    for await (const response of answersTo(list, signal, terms)) {
      pagesRead += 1;
      fanOut?.answered();
      const items = await decodeItems(method, response, signal);
      witness?.page(response, items.length);
      if (goesInCircles(items)) throw endless(response);
      for (const item of items) checkIdentity(run, item, parameters);
      last = { response, count: items.length };
      yield* inParts(items, signal);
      if (method.response.kind !== 'list') {
        witness?.end();
        return;
      }
      const rest = pagesRead === 1 && response.hasNext ? restBehind(run, parameters, items, context) : undefined;
      if (rest !== undefined) {
        yield* readSlices(rest, run, parameters, context);
        witness?.end();
        return;
      }
    }
    // With a second page, the list has shown that it pages.
    if (last !== undefined && pagesRead === 1) checkWhole(scan, last.response, last.count, parameters);
    witness?.end();
  } catch (error) {
    if (fanOut !== undefined && pagesRead === 0 && !isAskedFor(run) && isAbsent(error, method)) {
      fanOut.absent(parameters);
      return;
    }
    // Of a list that has begun, nothing may be missing.
    if (isDenied(error) && fanOut !== undefined && pagesRead === 0) {
      fanOut.denied(error, parameters);
      return;
    }
    // A list that belongs to nothing cannot be gone, and one that has begun must not just end.
    const namesObject = method.parameters.some(({ location }) => location === 'path');
    if (!(error instanceof NotFoundError) || !namesObject || pagesRead > 0) throw error;
    // In a fan-out the parent was deleted meanwhile, or cannot have children: it has no rows, which is no news.
    if (isPointLookup(run)) context.onMissing(missingCall(scan, parameters, error));
  }
}

/** What is left behind the first page, where all of it is wanted, once, and it is worth reading side by side. */
function restBehind(
  { scan, limit }: ScanRun,
  parameters: Assignment,
  page: readonly Item[],
  { startedAt, shared }: ScanContext,
): Rest | undefined {
  const isFromStart = !Object.keys(parameters).some((name) => CURSOR_PARAMETERS.has(name));
  if (limit !== undefined || shared !== undefined || !isFromStart) return undefined;
  const { method, resource } = scan;
  return restOf(method, resource, { ...defaultParameters(method, startedAt), ...parameters }, page);
}

async function* readSlices(
  rest: Rest,
  run: ScanRun,
  parameters: Assignment,
  context: Reading,
): AsyncGenerator<readonly Item[]> {
  const slices = slicesOf(rest);
  const read = async (slice: Slice, signal: AbortSignal): Promise<readonly Item[]> => {
    const items: Item[] = [];
    try {
      const list = readList({ ...run, signal, isContinued: true }, { ...parameters, ...slice }, context);
      for await (const part of list) for (const item of part) items.push(item);
    } finally {
      slices.finished(slice, items.length);
    }
    return items;
  };
  const atOnce = Math.min(SLICES_AT_ONCE, context.concurrency);
  const options = { concurrency: atOnce, waiting: atOnce, signal: run.signal };
  for await (const items of mapInOrder(() => slices, read, options)) yield* inParts(items, run.signal);
}

function endless({ status, request: { method, url } }: HttpResponse): UnusableResponseError {
  return new UnusableResponseError('The list goes on, but for many pages nothing new has come: it might never end.', {
    status,
    method,
    url: redactUrl(url, []),
    hint: 'Nothing was returned, because some rows may be missing. Ask for less, or try again later.',
  });
}

/** Whether the statement itself says what is asked for, rather than other rows or the document. */
function isAskedFor({ scan, keys }: ScanRun): boolean {
  return scan.parent === undefined && keys === undefined && !scan.isEnumerated && !isFromRows(scan);
}

/** Whether the user gave the ids, rather than rows that were read before. */
function isPointLookup({ scan, keys }: ScanRun): boolean {
  return scan.parent === undefined && keys === undefined && !isFromRows(scan);
}

/** Whether the ids are those of rows. */
function isFromRows({ quals }: Scan): boolean {
  return quals.some(({ qual }) => (qual.kind === 'in' || qual.kind === 'tuples') && qual.isFromRows === true);
}

/** What is read of the parent, some items at a time, with the child's assignments that belong to each. */
async function* parentItems(
  run: ScanRun,
  { scan, where, shares, supplies }: ParentScan,
  own: readonly Assignment[],
  context: Reading,
): AsyncGenerator<readonly { readonly item: Item; readonly calls: readonly Assignment[] }[]> {
  const { resource } = scan;
  const quals = [...where, ...scan.quals.map(({ qual }) => qual)];
  const view = viewer(resource);
  const batches = readItems({ scan, columns: [], signal: run.signal }, { ...context, calls: undefined });
  // Else the calls for the last items of a page would end before the next page is there. A limit may not need it.
  for await (const { items, parameters } of run.limit === undefined ? readAhead(batches) : batches) {
    yield items.flatMap((item) => {
      const row = view(item, parameters);
      if (!quals.every((qual) => mayMatch(qual, row))) return [];
      const valueAt = (column: string): Value => row.valueAt(canonicalName(resource, column));
      const supplied = suppliedBy(supplies, valueAt);
      if (supplied === undefined) return [];
      // A parent of one org gets no child of another.
      const calls = own
        .filter((assignment) => agrees(assignment, shares, valueAt))
        .map((assignment) => ({
          ...sharedWith(shares, valueAt),
          ...assignment,
          ...supplied,
          ...namedAs(assignment, supplies, resource, valueAt),
        }));
      return [{ item, calls }];
    });
  }
}

/**
 * The child's assignments, completed with the parameters that each parent row supplies. A list that changes while it is
 * read can name a parent twice; its children are read once.
 */
async function* withParents(
  run: ScanRun,
  parent: ParentScan,
  own: readonly Assignment[],
  context: Reading,
): AsyncGenerator<Assignment> {
  const isNew = uniqueCalls();
  for await (const items of parentItems(run, parent, own, context)) {
    const calls = items.flatMap((each) =>
      each.calls.filter((call) => namesObjects(run.scan.method, call) && isNew(call)),
    );
    context.calls?.known(calls.length);
    yield* calls;
  }
}

/** The copies of the child's rows that stand in the parent's. */
async function* readCopies(
  run: ScanRun,
  parent: ParentScan,
  own: readonly Assignment[],
  context: Reading,
): AsyncGenerator<Batch> {
  const path = run.scan.resource.embedded?.rowsAt ?? '$';
  const isNew = uniqueCalls();
  for await (const items of parentItems(run, parent, own, context)) {
    for (const { item, calls } of items) {
      for (const parameters of calls.filter(isNew)) yield { items: itemsAt(item, path), parameters };
    }
  }
}
