/**
 * What is to be done, as plain data: no I/O happens in this folder.
 *
 * @module
 */

import type { MemberStep } from '../registry/members.ts';
import type { Method, Resource, TableColumn } from '../registry/resource.ts';
import type {
  CommandTag,
  Comparison,
  DottedRef,
  FrontEnd,
  KeySelect,
  Literal,
  LocalObject,
  ParameterValue,
} from '../sql/statement.ts';
import type { Column, ColumnType, Row } from '../values.ts';
import type { CatalogRef, CatalogTable } from './catalog.ts';

/**
 * A restriction of a resource's rows that a caller hands to a scan. Rows for which it is not true need not be returned.
 * `path` leads into a JSON column, to a text or to a value of `memberType`.
 */
export type ScanQual =
  /** `column IN (values)`; equality is a list of one. NULLs match nothing. */
  | {
      readonly kind: 'in';
      readonly column: string;
      readonly path?: readonly string[];
      readonly memberType?: ColumnType;
      readonly values: readonly Literal[];
      /** Whether they are those of a query or a join, and not written in the statement. */
      readonly isImplied?: true;
      /** Whether they are those of rows that were read for it: one that names nothing is no news. */
      readonly isFromRows?: true;
    }
  /** `(columns) IN (rows)`. */
  | {
      readonly kind: 'tuples';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Literal[])[];
      readonly isFromRows?: true;
    }
  /** `column NOT IN (values)`, of a column or member that is a text. */
  | {
      readonly kind: 'notIn';
      readonly column: string;
      readonly path?: readonly string[];
      readonly memberType?: ColumnType;
      readonly values: readonly string[];
    }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly path?: readonly string[];
      readonly memberType?: ColumnType;
      readonly operator: Comparison;
      readonly value: Literal;
    }
  | {
      readonly kind: 'like';
      readonly column: string;
      readonly path?: readonly string[];
      readonly memberType?: ColumnType;
      readonly pattern: string;
    }
  | {
      readonly kind: 'null';
      readonly column: string;
      readonly path?: readonly string[];
      readonly memberType?: ColumnType;
      readonly isNull: boolean;
    }
  | {
      readonly kind: 'and' | 'or';
      readonly quals: readonly ScanQual[];
      /** Of an AND: whether the statement's has more parts, which are no quals. */
      readonly isPartial?: true;
    };

/** `column = v` or `column IN (…)` on a whole column: what can bind a parameter. */
export type InQual = ScanQual & { readonly kind: 'in' };

/**
 * How well the API answers a qual: `exact` returns just the rows that meet it, `inexact` perhaps more, and with
 * `unsupported` it is not asked.
 */
export type Exactness = 'exact' | 'inexact' | 'unsupported';

export interface JudgedQual {
  readonly qual: ScanQual;
  readonly exactness: Exactness;
}

/** How the rows of one resource are read. */
export interface Scan {
  readonly resource: Resource;
  readonly method: Method;
  /** The method's parameters that the quals bind. */
  readonly bound: readonly string[];
  /** Values for required parameters that nothing in the statement binds. */
  readonly defaults: Readonly<Record<string, Literal>>;
  /**
   * Query parameters that the plan adds and no row shows: what quals were made into. Several where one list does not
   * hold all rows: each is a list of its own.
   */
  readonly variants: readonly Readonly<Record<string, string>>[];
  /** Each qual, and what becomes of it. */
  readonly quals: readonly JudgedQual[];
  /** Where required parameters' values come from, if neither quals nor defaults give them. */
  readonly parent?: ParentScan;
  /** The rows are copies inside the rows of the parent's scan; nothing else is requested. */
  readonly isEmbedded: boolean;
  /** Whether a required parameter takes all its values, because nothing gives it. */
  readonly isEnumerated: boolean;
  /** Look-ups of objects that the statement may name twice: what is below one of them is read once. */
  readonly identities: readonly Identity[];
  /** What becomes of a call that is denied (403), if the scan makes several; a single one always fails. */
  readonly denied: 'fail' | 'fail-for-change' | 'skip';
}

/** How to tell which object the values of a parameter name. */
export interface Identity {
  readonly parameter: string;
  readonly scan: Scan;
  /** The columns of that scan that hold what was given, and the object's id. */
  readonly given: string;
  readonly id: string;
  /** Other parameters → the columns of that scan with the same value, such as the org. */
  readonly shares: Readonly<Record<string, string>>;
}

export interface ParentScan {
  /** Parameter → the parent's column that holds its value. */
  readonly supplies: Readonly<Record<string, string>>;
  /** Other parameters of the child → the parent's column of the same value, such as the org. */
  readonly shares: Readonly<Record<string, string>>;
  /** Conditions without which a parent has no children. */
  readonly where: readonly ScanQual[];
  readonly scan: Scan;
}

/**
 * Several requests that differ only in what they ask for (`q IN ('a', 'b')`) can find one object twice. It is one row: of
 * those, the first that meets `prefer`, or else the first.
 */
export interface OnceBy {
  /** Names of columns: what tells objects from each other. */
  readonly columns: readonly string[];
  readonly prefer: readonly ScanQual[];
}

/** Values for a scan's columns that come from the rows of another table reference: an equality of a join. */
export interface Dependency {
  /** The ordinal of the reference that is read first. */
  readonly on: number;
  readonly pairs: readonly KeyPair[];
  /** Only source rows that meet these can give any rows. */
  readonly where: readonly ScanQual[];
}

/**
 * Keys that are waited for before a reference is read. They become a condition on it.
 *
 * With `atMost`, the reference can be read without them as well, and is as soon as more have come.
 */
export interface Late {
  readonly column: string;
  readonly keys: Dependency | KeySelect;
  readonly atMost?: number;
}

/** Values that a column does not have: those of a query, which is run before the reference is read. */
export interface Without {
  readonly column: string;
  readonly keys: KeySelect;
}

/** The ordinals of the references whose rows hold, or give, the keys. */
export function sourcesOf({ keys }: Late): readonly number[] {
  return 'on' in keys ? [keys.on] : keys.reads;
}

export interface KeyPair {
  readonly column: string;
  readonly sourceColumn: string;
  /** The member of the source's JSON column that holds the value, as a text. */
  readonly sourcePath?: readonly string[];
}

/** What is asked of a resource: by a planner for a table reference, or by a caller of the plugin level. */
export interface ScanRequest {
  readonly resource: Resource;
  readonly quals: readonly ScanQual[];
  /** Columns whose values are fed while the scan runs. */
  readonly fed: readonly string[];
  /** The columns that are wanted. */
  readonly columns: readonly string[];
  /** Restrictions of the declared parent's rows. */
  readonly parentQuals: readonly ScanQual[];
  /** Whether a declared parent may supply a missing parameter. */
  readonly allowParent: boolean;
  /** The order in which rows are wanted, if the API has it: the first of them may be all that are. */
  readonly order?: ScanOrder;
}

export interface ScanOrder {
  readonly column: string;
  readonly isDescending: boolean;
}

/** A column that holds what was given, and the constants that are meant for it. */
export interface Meant {
  readonly column: string;
  readonly values: readonly string[];
}

/**
 * Requests that a scan makes, and the rows that it reads.
 *
 * `max` is undefined where only the answers tell: how many pages a list has, how many rows a parent.
 */
export interface RequestEstimate {
  readonly min: number;
  readonly max?: number | undefined;
  /** As many as are to be expected, from the sizes that lists have had or are taken to have. */
  readonly expected: number;
  /** Rows to be expected. */
  readonly rows: number;
  /** Requests for each row of the parent's scan, whose own requests are counted in `min` and `max`. */
  readonly perParent?: number | undefined;
  /** Rows of one page, where the method's lists come in pages and the document tells their size. */
  readonly pageSize?: number | undefined;
}

/** One table reference of the statement, and how it is filled. */
export interface PlannedRef {
  readonly ordinal: number;
  /** As the statement writes it. */
  readonly name: readonly string[];
  readonly alias?: string;
  /** What names are bound against. */
  readonly columns: readonly TableColumn[];
  /** Names of the columns that are read. */
  readonly stored: readonly string[];
  /** Columns whose equality with certain constants is meant for another column. */
  readonly meant: Readonly<Record<string, Meant>>;
  readonly request: ScanRequest;
  readonly dependencies: readonly Dependency[];
  readonly late?: Late;
  readonly without: readonly Without[];
  /** Absent where none of its rows can reach the result: nothing is requested then. */
  readonly scan?: Scan;
  /** What that costs, its parents' requests included. */
  readonly estimate?: RequestEstimate;
  /** Conditions of the statement on this reference alone, as SQL: rows that fail one feed no other scan. */
  readonly conditions: readonly string[];
  /** So many rows are enough. */
  readonly limit?: number;
  readonly onceBy?: OnceBy;
  /** How else it could have been read, where that is asked for. */
  readonly rejected?: readonly RejectedWay[];
}

/** A way to read a reference that was not taken. */
export interface RejectedWay {
  /** The method, or where copies of the rows are. */
  readonly way: string;
  readonly why: string;
  /** What it would be expected to cost, where it could have been taken. */
  readonly requests?: number;
}

/** Names with dots that lead into a JSON column, and what is to be read there. */
export interface MemberRef extends DottedRef {
  /** How many of the names lead to the column. */
  readonly columnLength: number;
  /** From the column on, in the API's spelling. */
  readonly path: readonly MemberStep[];
  readonly type: ColumnType;
}

export interface QueryPlan {
  readonly kind: 'query';
  /** The user's text, as the engine shall run it once the references point at the scans' tables. */
  readonly text: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly frontEnd: FrontEnd;
  /** Names in the text that lead into JSON columns. */
  readonly members: readonly MemberRef[];
  /** By ordinal: in the order of the text. */
  readonly refs: readonly PlannedRef[];
  /** References to `information_schema`, whose rows are known. */
  readonly catalog: readonly CatalogRef[];
  /** The rules that changed something, in their order, where that is asked for. */
  readonly rules?: readonly string[];
  /** Whether the engine will find nothing wrong with the text, so that requests need not wait until it has bound it. */
  readonly isCertain: boolean;
}

/** Where a column of an INSERT goes. */
export interface InsertTarget {
  readonly kind: 'parameter' | 'body';
  readonly name: string;
}

/** Where an assignment of an UPDATE goes. */
export interface UpdateTarget extends InsertTarget {
  /** The names that lead to a member of the attribute. */
  readonly members: readonly string[];
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

/** Which objects a statement changes: one request each. */
export type Targets =
  /** The parameters of each call. */
  | { readonly kind: 'named'; readonly calls: readonly Readonly<Record<string, Literal>>[] }
  /** Those that a query finds: parameter → the column of its result that holds the value. */
  | {
      readonly kind: 'matching';
      readonly query: QueryPlan;
      readonly columns: Readonly<Record<string, string>>;
      readonly defaults: Readonly<Record<string, Literal>>;
    };

export interface DeletePlan {
  readonly kind: 'delete';
  readonly resource: Resource;
  readonly method: Method;
  readonly objects: Targets;
  readonly returning?: string;
}

/** The attributes of the source's one row, sent to each of the calls. */
export interface UpdatePlan {
  readonly kind: 'update';
  readonly verb: 'update' | 'replace';
  readonly resource: Resource;
  /** What the statement calls the resource. */
  readonly alias?: string;
  readonly method: Method;
  /** For a column that methods set instead of a body: value → method. `method` is one of them. */
  readonly transitions?: Readonly<Record<string, Method>>;
  /** Where `method` replaces the object: the method that reads the rest of it. */
  readonly read?: Method;
  readonly source: QueryPlan;
  /** By position in the row of the source. */
  readonly targets: readonly UpdateTarget[];
  readonly objects: Targets;
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
  readonly tag: CommandTag;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Rows of the session's own tables that come behind these, and which of them: those of one table, or all. */
  readonly own?: { readonly of: CatalogTable; readonly table?: string };
  /** A condition over the columns, for the engine to decide which rows are shown. */
  readonly filter?: string;
}

/** What EXPLAIN is asked for. */
export interface ExplainPlan {
  readonly kind: 'explain';
  readonly plan: Plan;
  readonly isAnalyze: boolean;
  readonly isVerbose: boolean;
  readonly format: 'text' | 'json';
  /** Into how many parts: the answer are conditions then. */
  readonly splits?: number;
}

/** A statement about the session's own tables and views. Only `fill`, `createView` and `copy` read resources. */
export type LocalPlan =
  | {
      readonly kind: 'local';
      readonly action: 'run';
      readonly text: string;
      readonly parameters?: Readonly<Record<string, ParameterValue>>;
      readonly tag: CommandTag;
      readonly message: string;
      readonly object?: LocalObject;
      readonly returnsRows?: true;
    }
  | {
      readonly kind: 'local';
      readonly action: 'fill';
      readonly prefix: string;
      readonly query: QueryPlan;
      readonly suffix?: string;
      readonly parameters: Readonly<Record<string, ParameterValue>>;
      readonly tag: CommandTag;
      readonly message: string;
      readonly object?: LocalObject;
      readonly returnsRows?: true;
    }
  | {
      readonly kind: 'local';
      readonly action: 'createView';
      readonly name: string;
      readonly query: QueryPlan;
      /** What the view keeps: its query as it was written. */
      readonly source: string;
      readonly isReplacing: boolean;
      readonly isMaterialized: boolean;
      readonly ifNotExists: boolean;
    }
  | {
      readonly kind: 'local';
      readonly action: 'dropView';
      readonly name: string;
      readonly isMaterialized: boolean;
      readonly ifExists: boolean;
    }
  | { readonly kind: 'local'; readonly action: 'refreshView'; readonly name: string }
  | {
      readonly kind: 'local';
      readonly action: 'copy';
      readonly query: QueryPlan;
      readonly path: string;
      readonly options: readonly string[];
      readonly isPartitioned: boolean;
    };

/** A setting of the session. */
export interface SetPlan {
  readonly kind: 'set';
  /** Or `all`. */
  readonly name: string;
  /** Without it, what the session began with. */
  readonly value?: Literal;
}

export type Plan =
  | QueryPlan
  | InsertPlan
  | DeletePlan
  | UpdatePlan
  | ExecPlan
  | MetadataPlan
  | ExplainPlan
  | LocalPlan
  | SetPlan;
