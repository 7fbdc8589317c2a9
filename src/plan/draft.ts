/**
 * A plan in the making: what the rules read and add to.
 *
 * @module
 */

import type { Registry } from '../registry/registry.ts';
import type { TableColumn } from '../registry/resource.ts';
import type { Literal } from '../sql/statement.ts';
import type { Asking } from './asked.ts';
import type { Edge } from './edges.ts';
import type { Dependency, Late, Meant, OnceBy, Scan, ScanOrder, ScanQual, Without } from './plan.ts';
import type { KeyedColumn } from './restrict.ts';
import type { BoundQuery, BoundRef } from './scope.ts';

/** Rows per list, by the key of the method that reads it. */
export type ListSizes = ReadonlyMap<string, number>;

export interface PlanSettings {
  /** Whether copies of rows inside other rows are read instead of the rows themselves. Default is true. */
  readonly embedded: boolean;
  /** Whether quals are handed to the API where only it profits: filters and limits. Default is true. */
  readonly pushdown: boolean;
  /** Whether calls that are denied (403), where a scan makes several, are left out and told of. Default is false. */
  readonly skipDenied: boolean;
  /** Whether what is read decides about changes: nothing of it may be missing then, whatever `skipDenied` says. */
  readonly isForChange: boolean;
  /** Requests that one statement may make. Default is 10,000. */
  readonly maxRequests: number;
  /** Milliseconds that a list may be old which is read. Default: what the provider is set to. */
  readonly cacheTtlMs?: number | undefined;
  /** Schemas in which a table without one is looked for, as SET has them: `apps, "users"`. Default is PostgreSQL's. */
  readonly searchPath?: string | undefined;
  /** Resources that the session has changed: an index of the API that lags behind must not be asked for them. */
  readonly written: ReadonlySet<string>;
  /** What the session knows of the lists that it has read. */
  readonly sizes: ListSizes;
}

export const DEFAULT_SETTINGS: PlanSettings = {
  embedded: true,
  pushdown: true,
  skipDenied: false,
  isForChange: false,
  maxRequests: 10_000,
  written: new Set(),
  sizes: new Map(),
};

export interface PlanContext {
  readonly registry: Registry;
  readonly defaults: Readonly<Record<string, Literal>>;
  /** Default is {@link DEFAULT_SETTINGS}. */
  readonly settings?: PlanSettings;
  /** Whether the plan shall say how it came about: for EXPLAIN VERBOSE. Default is false. */
  readonly isExplained?: boolean;
  /** The text of a setting of the session, by its name. Throws `INVALID_VALUE` for one that there is not. */
  readonly settingText?: (name: string) => string;
  /** What SHOW VERSION tells. */
  readonly about?: { readonly version?: string; readonly platform?: string };
}

/** The same for a query whose rows decide about changes. */
export function forChange<T extends { readonly settings?: PlanSettings }>(context: T): T {
  return { ...context, settings: { ...(context.settings ?? DEFAULT_SETTINGS), isForChange: true } };
}

/** A reference on its way to being planned. */
export interface DraftRef {
  readonly bound: BoundRef;
  readonly quals: readonly ScanQual[];
  readonly conditions: readonly string[];
  /** Conditions on what only requests know. */
  readonly askings: readonly Asking[];
  /** The columns that the statement reads, and those that other scans need of it. */
  readonly stored: readonly TableColumn[];
  /** Columns whose equality with certain constants is meant for another column. */
  readonly meant: Readonly<Record<string, Meant>>;
  readonly isEmpty: boolean;
  readonly dependencies: readonly Dependency[];
  /** Queries of values that columns do not have. */
  readonly without: readonly Without[];
  /** How else the list may be read, once other references are. */
  readonly late?: Late;
  readonly parentQuals: readonly ScanQual[];
  /** Absent until it is chosen. */
  readonly scan?: Scan;
  readonly limit?: number;
  readonly order?: ScanOrder;
  readonly onceBy?: OnceBy;
}

export interface Draft {
  readonly query: BoundQuery;
  /** In the order of the text. */
  readonly refs: readonly DraftRef[];
  readonly edges: readonly Edge[];
  readonly keyed: readonly KeyedColumn[];
  readonly excluded: readonly KeyedColumn[];
}

/** One step of planning. */
export type Rule = (draft: Draft, context: PlanContext) => Draft;

/** The draft with one reference changed. */
export function withRef(draft: Draft, bound: BoundRef, change: (ref: DraftRef) => DraftRef): Draft {
  return { ...draft, refs: draft.refs.map((ref) => (ref.bound === bound ? change(ref) : ref)) };
}
