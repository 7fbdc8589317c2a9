/**
 * What is to be done, as plain data: no I/O happens in this folder.
 *
 * @module
 */

import type { Method, Resource, TableColumn } from '../registry/resource.ts';
import type { Literal } from '../sql/statement.ts';
import type { Column, Row } from '../values.ts';

/** A restriction of a resource's rows that a caller hands to a scan. Rows for which it is not true need not be returned. */
export type ScanQual =
  /** `column IN (values)`; equality is a list of one. NULLs match nothing. */
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly Literal[] }
  /** `(columns) IN (rows)`. */
  | { readonly kind: 'tuples'; readonly columns: readonly string[]; readonly rows: readonly (readonly Literal[])[] };

/** How the rows of one resource are read. Which values its parameters have is known only when it runs. */
export interface Scan {
  readonly resource: Resource;
  readonly method: Method;
  /** The method's parameters that the quals bind. */
  readonly bound: readonly string[];
  /** Values for required parameters that nothing in the statement binds. */
  readonly defaults: Readonly<Record<string, Literal>>;
  /** Where required parameters' values come from, if neither quals nor defaults give them. */
  readonly parent?: ParentScan;
}

export interface ParentScan {
  /** Parameter → the parent's column that holds its value. */
  readonly supplies: Readonly<Record<string, string>>;
  readonly where: Readonly<Record<string, readonly string[]>>;
  readonly scan: Scan;
}

/** Values for a scan's columns that come from the rows of another table reference: an equality of a join. */
export interface Dependency {
  /** The ordinal of the reference that is read first. */
  readonly on: number;
  readonly pairs: readonly { readonly column: string; readonly sourceColumn: string }[];
  /** Only source rows whose column holds one of these values can give any rows. */
  readonly where: Readonly<Record<string, readonly string[]>>;
}

/** One table reference of the statement, and how it is filled. */
export interface PlannedRef {
  readonly ordinal: number;
  /** As the statement writes it. */
  readonly name: readonly string[];
  readonly alias?: string;
  readonly columns: readonly TableColumn[];
  readonly quals: readonly ScanQual[];
  readonly dependencies: readonly Dependency[];
  readonly scan: Scan;
}

export interface QueryPlan {
  readonly kind: 'query';
  /** The user's text, as the engine shall run it once the references point at the scans' tables. */
  readonly text: string;
  /** By ordinal: in the order of the text. */
  readonly refs: readonly PlannedRef[];
}

/** Where a column of an INSERT goes. */
export interface InsertTarget {
  readonly kind: 'parameter' | 'body';
  readonly name: string;
}

export interface InsertPlan {
  readonly kind: 'insert';
  readonly resource: Resource;
  readonly method: Method;
  readonly source: QueryPlan;
  /** By position in the rows of the source. */
  readonly targets: readonly InsertTarget[];
  readonly defaults: Readonly<Record<string, Literal>>;
  readonly returning?: string;
}

export interface DeletePlan {
  readonly kind: 'delete';
  readonly resource: Resource;
  readonly method: Method;
  /** One request each. */
  readonly calls: readonly Readonly<Record<string, Literal>>[];
  readonly returning?: string;
}

/** The attributes of the source's one row, sent to each of the calls. */
export interface UpdatePlan {
  readonly kind: 'update';
  readonly resource: Resource;
  readonly method: Method;
  /** For a column that methods set instead of a body: value → method. `method` is one of them. */
  readonly transitions?: Readonly<Record<string, Method>>;
  readonly source: QueryPlan;
  /** By position in the row of the source. */
  readonly targets: readonly InsertTarget[];
  readonly calls: readonly Readonly<Record<string, Literal>>[];
  readonly returning?: string;
}

export interface ExecPlan {
  readonly kind: 'exec';
  readonly resource: Resource;
  readonly method: Method;
  readonly parameters: Readonly<Record<string, Literal>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The body of a method that takes a list. */
  readonly list?: readonly unknown[];
  readonly showResults: boolean;
}

/** An answer that the provider documents give. */
export interface MetadataPlan {
  readonly kind: 'metadata';
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** A condition over the columns, for the engine to decide which rows are shown. */
  readonly filter?: string;
}

export type Plan = QueryPlan | InsertPlan | DeletePlan | UpdatePlan | ExecPlan | MetadataPlan;
