/**
 * What a statement says, independent of the parser that read it. The later stages see only these types; the tree of
 * node-sql-parser ends in this folder.
 *
 * @module
 */

import type { ColumnType } from '../values.ts';

/** A value of SQL that needs no engine to be understood. */
export type Literal = string | number | boolean | null;

/** A value, and the SQL type that it is compared in. */
export interface LiteralConstant {
  readonly kind: 'literal';
  readonly value: Literal;
  /**
   * DuckDB's name of the type, where the value does not say it: a DATE, a UUID or a number of many digits is a text here,
   * and is not compared as one. Absent for a text, a number that a double holds, a truth value and NULL.
   */
  readonly type?: string;
}

/** The constant of a literal that is no text in SQL: one that is a text here is an integer beyond 2^53. */
export function numberConstant(value: Literal): LiteralConstant {
  return { kind: 'literal', value, ...(typeof value === 'string' && { type: 'HUGEINT' }) };
}

/** A value that is known before any row is read. */
export type Constant =
  | LiteralConstant
  /** SQL that names no column, such as `now() - INTERVAL '90 days'`: the engine computes it before planning. */
  | { readonly kind: 'expression'; readonly text: string };

/** A column as the statement names it. */
export interface ColumnRef {
  /** The alias or table in front of it; of several names, the last. Or a JSON column, of which `name` is a member then. */
  readonly qualifier?: string;
  readonly name: string;
  /**
   * Of `u.profile.login` the `u`: names before the qualifier, where the last ones may be members of a JSON column, or where the
   * qualifier alone can mean several tables, as in `okta.groups.users.id` beside `okta.users.users`.
   */
  readonly before?: readonly string[];
  /** For what is taken out of a JSON column (`profile->>'login'`): the members that lead to it. */
  readonly path?: readonly string[];
  /** What is taken out, where the documents say it; a text otherwise. */
  readonly memberType?: ColumnType;
}

/** Names with dots between them that may lead into a JSON column. */
export interface DottedRef {
  /** As written, from the first. */
  readonly names: readonly string[];
  /** What is behind them: elements of lists by number, and members of those. */
  readonly steps: readonly (string | number)[];
  /** Where the names begin in the statement's text, in UTF-16 units. */
  readonly offset: number;
  /** Whether it is an entry of a SELECT list and has no other name: it is called like its last member then. */
  readonly isOutput: boolean;
}

/** Comparisons other than equality. */
export type Comparison = '<>' | '<' | '<=' | '>' | '>=';

/** A query of one column that can be run by itself, once the resources that it reads are loaded. */
export interface KeySelect {
  /**
   * A statement of `json_serialize_sql`. Beside what DuckDB says, each node of a resource has its `ordinal`, and each of a column
   * its `place` in the statement's text, in UTF-16 units.
   */
  readonly tree: unknown;
  /** The ordinals of the resources. */
  readonly reads: readonly number[];
}

export interface ColumnKeys {
  readonly column: ColumnRef;
  readonly values: KeySelect;
}

/**
 * What a condition says, as far as it can be said without the engine. Normalised: NOT has been moved inwards, BETWEEN is
 * two comparisons, nested ANDs and ORs of one kind are one, and the parts keep the order of the text.
 */
export type Qual =
  /** `column IN (values)`; `column = v` is a list of one. NULLs in the list are kept: they match nothing. */
  | {
      readonly kind: 'in';
      readonly column: ColumnRef;
      readonly values: readonly Constant[];
      /** The statement has no such list: it follows from a query or a join whose rows are known before anything is read. */
      readonly isImplied?: true;
    }
  | {
      readonly kind: 'compare';
      readonly column: ColumnRef;
      readonly operator: Comparison;
      readonly value: Constant;
      /** The other end of a BETWEEN: SQL finds one type for all three before it compares. */
      readonly alongside?: Constant;
    }
  /** `column LIKE pattern`, without ESCAPE. */
  | { readonly kind: 'like'; readonly column: ColumnRef; readonly pattern: Constant }
  | { readonly kind: 'null'; readonly column: ColumnRef; readonly isNull: boolean }
  | {
      readonly kind: 'and' | 'or';
      readonly quals: readonly Qual[];
      /** Of an AND: whether it has more parts, which could not be said here. */
      readonly isPartial?: true;
    }
  /** `a.x = b.y`. */
  | {
      readonly kind: 'sameAs';
      readonly left: ColumnRef;
      readonly right: ColumnRef;
      /** A query of all values that the side can have. */
      readonly leftValues?: KeySelect;
      readonly rightValues?: KeySelect;
    }
  /** `column IN (SELECT …)`: the position of the query in the block's `subqueries`. */
  | {
      readonly kind: 'inQuery';
      readonly column: ColumnRef;
      readonly subquery: number;
      /** The query where it can be run by itself. */
      readonly values?: KeySelect;
    }
  /** A condition on no column: `false`, `1 = 0`. */
  | { readonly kind: 'constant'; readonly value: Constant }
  /** Anything else. */
  | {
      readonly kind: 'other';
      /** What it names, subqueries included. */
      readonly columns: readonly ColumnRef[];
      /** As SQL, where it holds neither a subquery nor a parameter and the front end can print it. */
      readonly text?: string;
      /** Of EXISTS, the position of the query in the block's `subqueries`. */
      readonly exists?: number;
      /** Of an equality with something computed: the column, and a query of all values that the other side can have. */
      readonly oneOf?: ColumnKeys;
      /** Whether it is NOT EXISTS, or NOT IN of a query. */
      readonly isExclusion?: true;
      /** Of such a one: the column, and a query of the values that it cannot have. */
      readonly noneOf?: ColumnKeys;
    };

/** The columns that a condition compares with something: to be NULL is no comparison. */
export function comparedBy(qual: Qual): readonly ColumnRef[] {
  switch (qual.kind) {
    case 'and':
    case 'or':
      return qual.quals.flatMap(comparedBy);
    case 'sameAs':
      return [qual.left, qual.right];
    case 'other':
      return qual.columns;
    case 'constant':
      return [];
    case 'null':
      return qual.isNull ? [] : [qual.column];
    default:
      return [qual.column];
  }
}

/** `other`: ASOF and POSITIONAL, whose pairs depend on rows that a restriction would leave out. */
export type JoinKind = 'cross' | 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'other';

/** What a FROM reads, as the tree that its joins are. A comma is a cross join that binds less than the others. */
export type FromNode =
  | TableRef
  /** A subquery. One that names columns of what stands before it (LATERAL) may do so without saying it. */
  | {
      readonly kind: 'derived';
      readonly alias: string;
      /** New names of its first columns. */
      readonly columnNames: readonly string[];
      readonly block: QueryBlock;
    }
  /** Rows of unknown columns: a table function, VALUES, PIVOT. What they are made from is in the block's `subqueries`. */
  | { readonly kind: 'opaque'; readonly alias: string }
  | {
      readonly kind: 'join';
      readonly join: JoinKind;
      readonly left: FromNode;
      readonly right: FromNode;
      /** The conjuncts of ON. */
      readonly on: readonly Qual[];
      readonly using: readonly string[];
      readonly isNatural: boolean;
      /** Those of ON, which sees fewer tables than the block. */
      readonly dotted?: readonly DottedRef[];
    };

/** A table by name: a resource, a CTE or a table of the session. */
export interface TableRef {
  readonly kind: 'table';
  /** Counts the named tables of the statement, in the order of the text. */
  readonly ordinal: number;
  readonly name: readonly string[];
  readonly alias?: string;
}

/** One entry of a SELECT list. */
export type OutputColumn =
  | { readonly kind: 'column'; readonly name: string; readonly column: ColumnRef }
  /** `*` or `t.*`, without anything behind it. */
  | { readonly kind: 'star'; readonly qualifier?: string }
  /** One column. Without a name where only the engine knows it; with what it shows where that is a member of a column. */
  | {
      readonly kind: 'expression';
      readonly name?: string;
      readonly column?: ColumnRef;
      /** Of one with a name: what it is computed from. */
      readonly of?: readonly ColumnRef[];
    }
  /** Any number of columns: stars with EXCLUDE or REPLACE, COLUMNS(…), UNNEST of a struct. */
  | { readonly kind: 'other' };

export interface Cte {
  readonly name: string;
  readonly columnNames: readonly string[];
  readonly isRecursive: boolean;
  readonly block: QueryBlock;
}

/** LIMIT and OFFSET; absent parts are not there. A LIMIT in percent, or computed from rows, is `isOther`. */
export interface Limit {
  readonly count?: Constant;
  readonly offset?: Constant;
  readonly isOther: boolean;
}

interface BlockBase {
  readonly ctes: readonly Cte[];
  /** Queries inside the block's expressions and opaque FROM nodes, in the order of the text. They see its columns. */
  readonly subqueries: readonly QueryBlock[];
  /** Every column that the block itself names, wherever it stands; those of blocks below it are theirs. */
  readonly columns: readonly ColumnRef[];
  /** Those of {@link columns} that may lead into a JSON column, each where it stands. */
  readonly dotted?: readonly DottedRef[];
  readonly limit?: Limit;
  /** Whether only that it has rows counts, as behind EXISTS. */
  readonly isExistence?: true;
  /**
   * Whether a condition on output columns may be checked on the rows they come from: no window, LIMIT, DISTINCT ON,
   * sample or recursion stands between.
   */
  readonly isTransparent: boolean;
}

/** One SELECT … FROM … . */
export interface SelectBlock extends BlockBase {
  readonly kind: 'select';
  readonly from?: FromNode;
  /** The conjuncts of WHERE, each of them. */
  readonly where: readonly Qual[];
  /** Conjuncts of HAVING that say of the rows of a group what they say of the group: those on columns that are its keys. */
  readonly having?: readonly Qual[];
  /**
   * Columns in conditions that stand elsewhere, and keep no row from being read: in HAVING, QUALIFY, FILTER and WHEN, and in
   * comparisons that are shown, grouped or sorted by. `x IS NULL` is none of them.
   */
  readonly compared?: readonly ColumnRef[];
  readonly output: readonly OutputColumn[];
  /** Tables of which all columns are meant, by stars and whatever else cannot be told: undefined stands for all tables. */
  readonly stars: readonly (string | undefined)[];
  /**
   * Whether each row that passes WHERE gives exactly one row of the result and their order does not matter, so that
   * LIMIT may stop the reading: no aggregate, grouping, DISTINCT, ORDER BY, window, QUALIFY, UNNEST or sample.
   */
  readonly isRowwise: boolean;
  /** The one column that rows are ordered by, where the block would be row by row without that order. */
  readonly order?: RowOrder;
  /** Whether its first column has each value that it has in the rows that pass WHERE, however often: DISTINCT and ORDER BY may be. */
  readonly isEachValue?: true;
}

export interface RowOrder {
  readonly column: ColumnRef;
  readonly isDescending: boolean;
  /** Whether only the first value is wanted: `max(published)`. */
  readonly isExtreme: boolean;
}

/** UNION, EXCEPT, INTERSECT, and the two parts of a recursive CTE. */
export interface SetBlock extends BlockBase {
  readonly kind: 'set';
  readonly arms: readonly QueryBlock[];
}

/** A query; CTEs, subqueries, derived tables and set-operation arms are blocks of their own, below it. */
export type QueryBlock = SelectBlock | SetBlock;

export interface SelectStatement {
  readonly kind: 'select';
  /** What DuckDB shall run: the user's text, comments blanked out, offsets kept. */
  readonly text: string;
  readonly block: QueryBlock;
  /** Which parser the block comes from. */
  readonly frontEnd: FrontEnd;
  /** Values for the parameters in the text (`$1`, `?`, `$name`), by number or name. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** What a caller may bind to a parameter. A list has values of one type, NULLs aside; numbers are one. */
export type ParameterValue = Literal | bigint | Date | readonly ParameterValue[];

export type FrontEnd = 'node-sql-parser' | 'duckdb';

export interface InsertStatement {
  readonly kind: 'insert';
  readonly target: readonly string[];
  readonly columns: readonly string[];
  /** The VALUES or the SELECT, as a query of its own. */
  readonly source: SelectStatement;
  /** The text after RETURNING. */
  readonly returning?: string;
}

export interface DeleteStatement {
  readonly kind: 'delete';
  readonly target: readonly string[];
  /** The conjuncts of WHERE. */
  readonly quals: readonly Qual[];
  /** Whether each of them is an `in` on a column of the target. */
  readonly isFullyQualified: boolean;
  /**
   * The rows that WHERE is true of, `SELECT * FROM target WHERE …`: selected first where the quals say more than which
   * objects are meant. Absent without a WHERE.
   */
  readonly matches?: SelectStatement;
  readonly returning?: string;
}

/** `UPDATE t SET a = x WHERE …`, and StackQL's `REPLACE t SET …`, which sends the whole object. */
export interface UpdateStatement {
  readonly kind: 'update';
  readonly verb: 'update' | 'replace';
  readonly target: readonly string[];
  readonly alias?: string;
  /** The names before the equals signs, in the order of the source's columns: of `a.b.c`, the first. */
  readonly columns: readonly string[];
  /** What follows each of them: of `a.b.c`, `b` and `c`. */
  readonly members: readonly (readonly string[])[];
  /** `SELECT` of the expressions behind them. */
  readonly source: SelectStatement;
  /** The conjuncts of WHERE. */
  readonly quals: readonly Qual[];
  /** Whether each of them is an `in` on a column of the target. */
  readonly isFullyQualified: boolean;
  /**
   * The rows that WHERE is true of, `SELECT * FROM target WHERE …`: selected first where the quals say more than which
   * objects are meant. Absent without a WHERE.
   */
  readonly matches?: SelectStatement;
  readonly returning?: string;
}

export interface ExecStatement {
  readonly kind: 'exec';
  readonly method: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly value: Literal }[];
  /** The text after `@@json=`. */
  readonly json?: string;
  readonly showResults: boolean;
}

/** What a metadata statement asks about. Names are as written, and have as many parts as their form needs. */
export type MetadataSubject =
  /** SHOW PROVIDERS. */
  | { readonly kind: 'providers'; readonly isExtended: boolean }
  /** SHOW TABLES. */
  | { readonly kind: 'tables' }
  /** SHOW COLUMNS FROM, of a resource, or of a table of the session's own. */
  | { readonly kind: 'columns'; readonly of: readonly string[] }
  /** SHOW SERVICES IN, SHOW RESOURCES IN a service or a provider, SHOW METHODS IN. */
  | {
      readonly kind: 'services' | 'resources' | 'methods';
      readonly of: readonly string[];
      readonly isExtended: boolean;
    }
  /** DESCRIBE of a resource, DESCRIBE METHOD. */
  | { readonly kind: 'resource' | 'method'; readonly name: readonly string[]; readonly isExtended: boolean }
  | {
      /** SHOW INSERT INTO. */
      readonly kind: 'insert';
      readonly target: readonly string[];
      /** Those that the statement names, if it names any. */
      readonly columns?: readonly string[];
      readonly onlyRequired: boolean;
    }
  /** REGISTRY LIST. */
  | { readonly kind: 'registry'; readonly provider?: string }
  | { readonly kind: 'version'; readonly isExtended: boolean }
  | { readonly kind: 'isolation-level' }
  /** A setting of the session. */
  | { readonly kind: 'setting'; readonly name: string };

/** Restricts the rows of a metadata statement. */
export type MetadataFilter =
  /** A pattern for the names. */
  | { readonly kind: 'like'; readonly pattern: string }
  /** The text after WHERE. */
  | { readonly kind: 'where'; readonly condition: string };

/** A question about the provider documents, which no request answers. */
export interface MetadataStatement {
  readonly kind: 'metadata';
  readonly subject: MetadataSubject;
  readonly filter?: MetadataFilter;
}

/** EXPLAIN: what a statement would do. ANALYZE does it, and says what it took. */
export interface ExplainStatement {
  readonly kind: 'explain';
  readonly statement: Statement;
  readonly isAnalyze: boolean;
  readonly isVerbose: boolean;
  readonly format: 'text' | 'json';
  /** Into how many parts it is to be cut: the answer are conditions then, one for each. */
  readonly splits?: number;
}

/** `SET okta.embedded = off`, `RESET okta.embedded`: a setting of the session, not of the engine. */
export interface SetStatement {
  readonly kind: 'set';
  /** As written, in lower case. Of RESET also `all`. */
  readonly name: string;
  /** Without it, what the session began with. */
  readonly value?: Literal;
}

/**
 * A statement about the session's own tables and views, which have names of one part.
 *
 * `run` is text for the engine alone: CREATE TABLE with columns, INSERT … VALUES, UPDATE, DELETE, DROP TABLE. Where rows
 * come from a query (CREATE TABLE AS, INSERT … SELECT, UPDATE … FROM), `prefix` and `suffix` stand around it. A view is kept as its text, since it
 * may name resources, which the engine does not know.
 */
export type LocalStatement = { readonly kind: 'local' } & (
  | {
      readonly action: 'run';
      readonly text: string;
      /** Values for the parameters in the text, if there are any. */
      readonly parameters?: Readonly<Record<string, ParameterValue>>;
      readonly tag: CommandTag;
      readonly message: string;
      readonly object?: LocalObject;
      /** With RETURNING. */
      readonly returnsRows?: true;
    }
  | {
      readonly action: 'fill';
      readonly prefix: string;
      readonly query: SelectStatement;
      readonly suffix?: string;
      /** Of the whole text. */
      readonly parameters: Readonly<Record<string, ParameterValue>>;
      readonly tag: CommandTag;
      readonly message: string;
      readonly object?: LocalObject;
      readonly returnsRows?: true;
    }
  | {
      readonly action: 'createView';
      readonly name: string;
      readonly query: SelectStatement;
      /** The query as it was written, without the texts of other views: what the view keeps. */
      readonly source: string;
      readonly isReplacing: boolean;
      readonly isMaterialized: boolean;
      readonly ifNotExists: boolean;
    }
  | {
      readonly action: 'dropView';
      readonly name: string;
      readonly isMaterialized: boolean;
      readonly ifExists: boolean;
    }
  | { readonly action: 'refreshView'; readonly name: string }
  | {
      readonly action: 'copy';
      readonly query: SelectStatement;
      /** As the statement gives it. */
      readonly path: string;
      /** As SQL, each known to be harmless. */
      readonly options: readonly string[];
      /** Whether the path is a folder of files. */
      readonly isPartitioned: boolean;
    }
);

/**
 * A table by name: one that a statement makes must not take the name of a view, one that it alters must not be a view's, and
 * one whose `rows` a query picks must have no column that hides their ids.
 */
export interface LocalObject {
  readonly name: string;
  readonly use: 'make' | 'alter' | 'rows';
  /** What ALTER TABLE … RENAME TO calls it. */
  readonly newName?: string;
}

/**
 * What kind of thing was done. The words are those of PostgreSQL's CommandComplete, which calls CREATE TABLE AS and CREATE
 * MATERIALIZED VIEW a SELECT (https://www.postgresql.org/docs/current/protocol-message-formats.html); statements that it does
 * not have go by their own first words.
 */
export type CommandTag =
  | 'SELECT'
  | 'INSERT'
  | 'UPDATE'
  | 'REPLACE'
  | 'DELETE'
  | 'MERGE'
  | 'COPY'
  | 'EXEC'
  | 'CREATE TABLE'
  | 'ALTER TABLE'
  | 'TRUNCATE TABLE'
  | 'CREATE INDEX'
  | 'CREATE SEQUENCE'
  | 'DROP INDEX'
  | 'DROP SEQUENCE'
  | 'COMMENT'
  | 'CREATE VIEW'
  | 'DROP TABLE'
  | 'DROP VIEW'
  | 'DROP MATERIALIZED VIEW'
  | 'REFRESH MATERIALIZED VIEW'
  | 'SET'
  | 'RESET'
  | 'SHOW'
  | 'DESCRIBE'
  | 'REGISTRY LIST'
  | 'EXPLAIN';

/** One parsed sentence. */
export type Statement =
  | SelectStatement
  | InsertStatement
  | DeleteStatement
  | UpdateStatement
  | ExecStatement
  | MetadataStatement
  | ExplainStatement
  | SetStatement
  | LocalStatement;
