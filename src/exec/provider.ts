/**
 * The plugin level: what a runtime needs of a provider to offer its resources as tables. Our own session is built on
 * nothing else.
 *
 * @module
 */

import type { StatementTerms } from '../http/contract.ts';
import type { LimitState } from '../http/pacing/governor.ts';
import type { PlanSettings } from '../plan/draft.ts';
import type { Exactness, RequestEstimate, Scan, ScanOrder, ScanQual } from '../plan/plan.ts';
import type { Registry } from '../registry/registry.ts';
import type { Method, Resource, TableColumn } from '../registry/resource.ts';
import type { HttpRequest, MethodCall } from '../request/build.ts';
import type { Difference } from '../request/replacement.ts';
import type { Literal } from '../sql/statement.ts';
import type { ResultSet, Row, Value } from '../values.ts';
import type { DeniedCall } from './denied.ts';
import type { CallCounts } from './progress.ts';
import type { OnProvenance } from './provenance.ts';
import type { SharedLists } from './shared-lists.ts';

export interface ScanOptions {
  /** Conditions that all wanted rows meet. They reduce what is requested, where the API can evaluate them. */
  readonly quals?: readonly ScanQual[];
  /** Values for columns that become known while the scan runs, such as those of a join. */
  readonly keys?: ScanKeys;
  /** Conditions on the rows of the resource that supplies missing parameters. */
  readonly parentQuals?: readonly ScanQual[];
  /** Columns by name, in the order wanted. Default: all that `SELECT *` shows. */
  readonly columns?: readonly string[];
  /** Stop after this many rows that meet the quals, and after the requests that they need. */
  readonly limit?: number;
  /** The order in which rows are wanted, where the API has it. */
  readonly order?: ScanOrder;
  /** What the plan may do: read embedded copies, hand quals to the API, leave out calls that are denied. */
  readonly settings?: Partial<PlanSettings>;
  /** Lists that several scans read at the same time are requested once. */
  readonly shared?: SharedLists;
  readonly signal?: AbortSignal;
  readonly onNotice?: (notice: string) => void;
  /** Told of each call that was left out because it was denied. Default: one notice of all of them, at the end. */
  readonly onDenied?: (call: DeniedCall) => void;
  /** What the scans and calls of one statement share. Default: each is a statement of its own. */
  readonly statement?: StatementTerms | undefined;
  /** Told of each answer that was requested for this scan, with its size in characters. */
  readonly onAnswer?: (size: number, waitedMs: number) => void;
  /** Where the scan makes many calls: told of each that is done, and of how many there will be. */
  readonly onCalls?: (counts: CallCounts) => void;
  /** Told of each answer that rows come from, each end of a list, and each call without rows. Default: nothing is gathered. */
  readonly onProvenance?: OnProvenance;
  /** Told of each list that was read to its end and that nothing filtered: the key of its method, and its rows. */
  readonly onList?: (method: string, rows: number) => void;
}

/** Combinations of values, each of which a wanted row has. */
export interface ScanKeys {
  readonly columns: readonly string[];
  /** In batches; no combination comes twice. */
  readonly rows: AsyncIterable<readonly (readonly Literal[])[]>;
}

/** Rows of a resource, in batches as they arrive. Reading stops the requests when the consumer stops. */
export interface ResourceScan extends AsyncIterable<readonly Row[]> {
  /** The columns of the rows, in order. */
  readonly columns: readonly TableColumn[];
  /** The method that reads them, or would, where copies of them are read. */
  readonly method: Method;
  /** The quals that every row is known to meet. The caller has to check all others. */
  readonly exact: readonly ScanQual[];
  /**
   * What becomes of each qual, in the caller's order: one answer per qual. LIMIT may be pushed past an `exact` one only:
   * rows that an `inexact` one lets through would count among the first n and be thrown away later.
   */
  readonly exactness: readonly Exactness[];
  /** What reading it costs, as far as that is known before the first request. */
  estimate(): RequestEstimate;
  /** What of it was read a moment ago and is not asked for again; undefined without a cache, and where only rows say what to ask. */
  cached?(): CachedLists | undefined;
  /**
   * Parts of the scan that can be read independently, by other workers too: each is a scan with `quals` in place of the
   * caller's. One for each set of parameter values that constants name (such as each of several orgs or parents), a batch of keys
   * that a list is asked for, or a slice of the time of a log; the scan itself, where it cannot be parted without a request.
   *
   * No row that meets the quals of one meets those of another, and together they are the scan. As ever, what is not `exact` of
   * them is the caller's to check: a slice may bring rows from beyond its border.
   */
  splits(options?: SplitOptions): readonly ScanSplit[];
  /**
   * The same, where rows of a parent supply what the scan is asked with: the parents are read now, by requests, and each part
   * has some of them. A parent that comes later is in none.
   */
  readSplits(options?: ReadSplitOptions): Promise<readonly ScanSplit[]>;
}

export interface SplitOptions {
  /** So many parts, if not all can be alike a few more. Default is 16. */
  readonly atMost?: number;
}

export interface ReadSplitOptions extends SplitOptions {
  /** Ends the reading of the parents. Default is the scan's own. */
  readonly signal?: AbortSignal;
}

/** Of the lists of a scan that can be named before its first request: how many the cache would answer. */
export interface CachedLists {
  /** Whether they are those of the scan, or those of the parent that has to be read first. */
  readonly of: 'scan' | 'parent';
  readonly lists: number;
  readonly cached: number;
  /** Milliseconds since the oldest of the cached ones was asked for; 0 without any. */
  readonly ageMs: number;
}

/** One unit of parallel work: what other systems call a split. */
export interface ScanSplit {
  readonly quals: readonly ScanQual[];
}

/** A call whose values have been checked; nothing has been sent. */
export interface PreparedCall {
  readonly method: Method;
  /** What is sent: the values that were given, and what the check of the body has added. */
  readonly call: MethodCall;
  /** What goes over the wire, without the login. */
  readonly request: HttpRequest;
  /** Where it replaces an object with a part of it changed: that part. */
  readonly differences?: readonly Difference[];
  /** What the answer shows to the caller and nothing shows again. */
  readonly shownOnce: readonly string[];
  send(signal?: AbortSignal): Promise<Invocation>;
}

/** What a method answered. */
export interface Invocation {
  readonly status: number;
  /** The answer as rows of the method's own fields, then its parameters. A list is read to its last page. */
  readonly result: ResultSet;
}

export interface InvokeOptions {
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly statement?: StatementTerms | undefined;
}

export interface RequestOptions {
  readonly body?: Readonly<Record<string, unknown>>;
  /**
   * Whether to add the Authorization header. Default is false: a Request can be logged, cloned and sent elsewhere.
   */
  readonly withCredential?: boolean;
}

export interface Provider {
  readonly registry: Registry;
  /** Values for required parameters that callers leave out, such as `subdomain`. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Milliseconds that a list may be old which a scan reads. Default is 0. */
  readonly cacheTtlMs?: number;
  /** All resources by full name, `provider.service.resource`. */
  resources(): readonly string[];
  /** Throws `UNKNOWN_…` with the nearest names. */
  describe(resource: string): Resource;
  /**
   * Sets of columns of which a scan has to be given one, by quals that say `=` or `IN`, or by keys: the smallest set first. An
   * empty set says that nothing has to be given, as where a default or a declared parent supplies what requests need. No set:
   * the resource cannot be scanned. Throws `UNKNOWN_…` with the nearest names.
   */
  requiredParameters(resource: string): readonly (readonly string[])[];
  /** What answers last said of the rate limits whose windows have not ended: one for each origin and bucket. */
  limits(): readonly LimitState[];
  /** Throws `UNKNOWN_…`, `NO_METHOD` or `INVALID_VALUE` at once; what the API says is thrown while reading. */
  scan(resource: string, options?: ScanOptions): ResourceScan;
  /**
   * Checks the logins of a scan, the hosts that its constants lead to, and the values that they give to parameters, so that
   * nothing is asked where something else is refused.
   *
   * @throws InvalidValueError
   */
  checkConstants(scan: Scan): void;
  /**
   * Checks whether the provider of a method may have the login that its document asks for: before a statement reads what it
   * then cannot send.
   *
   * @throws InvalidValueError
   */
  checkLogin(method: Method): void;
  /**
   * Calls a method, `provider.service.resource.method`.
   *
   * @param parameters by name; path, query, header and server alike
   */
  invoke(method: string, parameters: Readonly<Record<string, Value>>, options?: InvokeOptions): Promise<Invocation>;
  /** The WHATWG Request that `invoke` would send, for a runtime with an HTTP stack of its own. */
  request(method: string, parameters: Readonly<Record<string, Value>>, options?: RequestOptions): Promise<Request>;
  /**
   * Checks calls of one method without sending any: all of them, before the first may go out. What a call has to know of the
   * object that it changes is read.
   *
   * @throws InvalidValueError
   */
  prepare(
    calls: readonly MethodCall[],
    statement?: StatementTerms,
    signal?: AbortSignal,
  ): Promise<readonly PreparedCall[]>;
  close(): Promise<void>;
}
