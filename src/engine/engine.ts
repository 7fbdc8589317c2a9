/**
 * The contract of the embedded database that joins, groups, orders and filters: the seam to DuckDB.
 *
 * The engine does not know where rows come from. It is given the user's text, told which of its table references are
 * filled from outside, and then loaded.
 *
 * @module
 */

import type { LiteralConstant, ParameterValue } from '../sql/statement.ts';
import type { Column, ColumnType, ResultColumn, ResultSet, ResultStream, Row } from '../values.ts';

/** A table reference in the text that is filled from outside. */
export interface EngineTable {
  /** Position among such references, in the order of the text. */
  readonly ordinal: number;
  /** As the text writes it: `okta.apps.jwks` is three parts. */
  readonly name: readonly string[];
  readonly alias?: string;
  /** What names are bound against. */
  readonly columns: readonly Column[];
  /** Names of columns that `*` does not show; absent if there are none. */
  readonly hidden?: readonly string[];
  /** Names of the columns that the text reads; only these are stored, in this order. Default: all. */
  readonly stored?: readonly string[];
  /** Columns, in lower case, whose equality with certain constants is meant for another column. */
  readonly meant?: Readonly<Record<string, MeantColumn>>;
}

export interface MeantColumn {
  readonly column: string;
  /** The constants. */
  readonly values: readonly string[];
}

/** The text of a statement, and what it needs to be bound. */
export interface EngineQuery {
  /** A SELECT. */
  readonly text: string;
  /** What stands before the SELECT: `INSERT INTO t (a)`, `CREATE TABLE t AS`. The result is then one row with the number of rows that it took, or what RETURNING asks for. */
  readonly prefix?: string;
  /** A file that the rows are written to, in place of a prefix. The result is one row with their number. */
  readonly copy?: EngineCopy;
  /** What stands behind it, if something stands before it: `ON CONFLICT DO NOTHING`, `RETURNING a`. */
  readonly suffix?: string;
  readonly tables: readonly EngineTable[];
  /** Names in the text that lead into JSON columns of these tables. */
  readonly members?: readonly EngineMember[];
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

/** What is known of a statement without the values of its parameters. */
export interface EngineDescription {
  /** Undefined where they follow from the types of parameters that are not known; none where there are no rows. */
  readonly columns: readonly ResultColumn[] | undefined;
  /** By number or name: the types of those that the text says. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where the rows of a query are written to. */
export interface EngineCopy {
  /** As the statement gives it, from the root. */
  readonly path: string;
  /** Options of DuckDB's COPY, as SQL, each known to be harmless. */
  readonly options: readonly string[];
  /** Whether the path is a folder of files. */
  readonly isPartitioned: boolean;
}

/** Names with dots, and what of which type they lead to in a JSON column. */
export interface EngineMember {
  /** As written, from the first. */
  readonly names: readonly string[];
  /** What is written behind them: elements by number, and members of those. */
  readonly steps: readonly (string | number)[];
  /** Where the names begin in the text, in UTF-16 units. */
  readonly offset: number;
  /** Whether it stands for itself in a SELECT list, and is called like its last member. */
  readonly isOutput: boolean;
  /** How many of the names lead to the column. */
  readonly columnLength: number;
  /** From the column on. */
  readonly path: readonly (string | number)[];
  readonly type: ColumnType;
}

/** A member of a JSON column, as a text. */
export interface KeyMember {
  readonly column: string;
  readonly path: readonly string[];
}

/** Restricts {@link EngineStatement.distinct}. The table goes by its alias, or the last part of its name. */
export interface KeyQuery {
  readonly ordinal: number;
  readonly columns: readonly (string | KeyMember)[];
  /** Conditions as SQL, all of which a row has to meet. */
  readonly conditions: readonly string[];
  /** Rows that were loaded before this many are passed over. Default is 0. */
  readonly fromRow?: number;
}

/** A text that the engine stores under a name: a view of the session. */
export interface StoredView {
  readonly name: string;
  readonly text: string;
  /** A materialised view is a table besides, of the same name. */
  readonly isMaterialized: boolean;
}

/** A column of a local table. */
export interface OwnColumn {
  readonly table: string;
  readonly column: string;
  /** As DuckDB calls it. */
  readonly type: string;
  /** From 1. */
  readonly position: number;
}

/**
 * One statement. All of it is one transaction, so that `now()` is the same when a plan is made and when it runs. Its
 * tables live until it is closed, and only it can see them.
 */
export interface EngineStatement {
  /**
   * The tree of a SELECT, as `json_serialize_sql` gives it: the list under `statements`.
   *
   * @throws SqlSyntaxError
   */
  parse(text: string): Promise<unknown>;
  /**
   * The values of expressions that name no column. Undefined for one that changes from call to call (`random()`), fails,
   * or has a value that no literal can be. Timestamps are ISO 8601 in UTC, with microseconds where there are any.
   */
  evaluate(
    expressions: readonly string[],
    parameters?: Readonly<Record<string, ParameterValue>>,
  ): Promise<readonly (LiteralConstant | undefined)[]>;
  /**
   * The distinct values of queries of one column that read nothing from outside, NULL aside. Undefined for one whose values are
   * no texts, are too many for a list, or that cannot be read by itself.
   *
   * @param queries statements as {@link parse} gives them; a table that has an `ordinal` beside its name is that reference of the
   * text that was bound, with the rows that have been loaded; a column that has a `member` is that part of its JSON
   * @throws ExecutionError for one that fails
   */
  distinctValues(
    queries: readonly unknown[],
    parameters?: Readonly<Record<string, ParameterValue>>,
  ): Promise<readonly (readonly string[] | undefined)[]>;
  /**
   * Binds the text against the tables' columns, before anything is loaded.
   *
   * @throws SqlSyntaxError, BindError
   */
  bind(query: EngineQuery): Promise<void>;
  /**
   * What a query would answer. Its parameters need no values.
   *
   * @throws SqlSyntaxError, BindError
   */
  describe(query: EngineQuery): Promise<EngineDescription>;
  /** The same of what {@link runLocal} takes. */
  describeLocal(text: string): Promise<EngineDescription>;
  /**
   * Appends rows, in the order of the table's stored columns. Returns how many.
   *
   * @param afterBatch called when a batch can be seen by {@link distinct}, with the number of rows before it
   */
  load(
    ordinal: number,
    batches: AsyncIterable<readonly Row[]>,
    afterBatch?: (fromRow: number) => Promise<void>,
  ): Promise<number>;
  /** The distinct combinations of these columns' values in rows that meet all conditions; none that holds a NULL. */
  distinct(query: KeyQuery): Promise<readonly Row[]>;
  /**
   * Of rows that are equal in these columns leaves one: the first of which the condition is true, or else the first.
   *
   * @param prefer a condition over stored columns, as SQL
   */
  keepOne(ordinal: number, columns: readonly string[], prefer: string): Promise<void>;
  /**
   * Runs the text over what has been loaded. The whole result is computed before the first batch is handed out, so a
   * statement that fails has shown no rows. The signal ends the handing out too, and so does closing where the result is large: read
   * it first.
   *
   * @throws ExecutionError, CancelledError
   */
  run(signal?: AbortSignal): Promise<ResultStream>;
  /**
   * Runs a text that reads no table from outside, such as `DROP TABLE t`. Returns one row with the number of rows that it
   * changed, or what RETURNING asks for.
   *
   * @throws BindError, ExecutionError, CancelledError
   */
  runLocal(
    text: string,
    parameters?: Readonly<Record<string, ParameterValue>>,
    signal?: AbortSignal,
  ): Promise<ResultSet>;
  /** The names of the local tables. */
  tables(): Promise<readonly string[]>;
  /** The columns of a local table; none if there is no such table. */
  columnNames(table: string): Promise<readonly string[]>;
  /** The columns of all local tables, in their order; views that are not materialised aside. */
  ownColumns(): Promise<readonly OwnColumn[]>;
  /** The session's views; saved and dropped with the transaction. */
  views(): Promise<readonly StoredView[]>;
  saveView(view: StoredView): Promise<void>;
  dropView(name: string): Promise<void>;
  /** Keeps what the statement did to local tables and views; without it, `close` takes it back. */
  commit(): Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  /** Begins a statement. @param signal ends whatever the engine does for it, its planning included */
  begin(signal?: AbortSignal): Promise<EngineStatement>;
  close(): Promise<void>;
}
