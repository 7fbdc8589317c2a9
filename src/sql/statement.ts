/**
 * What a statement says, independent of the parser that read it. The later stages see only these types; the tree of
 * node-sql-parser ends in this folder.
 *
 * @module
 */

/** A literal as written: enough to bind parameters with. Anything else in a comparison is left to the engine. */
export type Literal = string | number | boolean | null;

/** A column as the statement names it; `qualifier` is the alias or table in front of it, if any. */
export interface ColumnRef {
  readonly qualifier?: string;
  readonly name: string;
}

/** One conjunct that says something about single columns. Conjuncts of any other form are not listed anywhere. */
export type Qual =
  /** `column = v` is a list of one. NULLs in the list are kept: they match nothing. */
  | { readonly kind: 'in'; readonly column: ColumnRef; readonly values: readonly Literal[] }
  /** `a.x = b.y`. */
  | { readonly kind: 'sameAs'; readonly left: ColumnRef; readonly right: ColumnRef };

/** `comma` binds less than the others: in `a, b JOIN c USING (x)`, `a` takes no part in the join. */
export type JoinKind = 'from' | 'comma' | 'cross' | 'inner' | 'left' | 'right' | 'full' | 'natural';

/** One entry of a FROM clause, in the order of the text. */
export interface FromItem {
  readonly join: JoinKind;
  /** The name under which columns are qualified: the alias, else the last part of the table's name. Empty if neither. */
  readonly exposedName: string;
  /** What is read: a named table, or rows made here (subquery, function, parenthesised join). */
  readonly source: TableRef | { readonly kind: 'derived' };
  /** The columns of `USING (…)`. */
  readonly using: readonly string[];
}

/** A table by name. `ordinal` counts all of them in the statement, in the order of the text. */
export interface TableRef {
  readonly kind: 'table';
  readonly ordinal: number;
  readonly name: readonly string[];
  readonly alias?: string;
}

/** A conjunct and where it stands, which decides what it may restrict. */
export interface Condition {
  /** `where`, or the index in `from` of the item whose ON it is. */
  readonly at: 'where' | number;
  readonly qual: Qual;
}

/** One SELECT … FROM … . CTEs, subqueries and set-operation arms are blocks of their own, below it. */
export interface QueryBlock {
  readonly from: readonly FromItem[];
  readonly conditions: readonly Condition[];
  /** Every column the block names itself, stars left out. */
  readonly columns: readonly ColumnRef[];
  readonly blocks: readonly QueryBlock[];
}

export interface SelectStatement {
  readonly kind: 'select';
  /** What DuckDB shall run: the user's text, comments blanked out, offsets kept. */
  readonly text: string;
  readonly block: QueryBlock;
}

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
  readonly quals: readonly Qual[];
  /** Whether the quals say all that the WHERE says. Otherwise rows have to be selected first. */
  readonly isFullyQualified: boolean;
  readonly returning?: string;
}

/** `UPDATE t SET a = x WHERE …`, and StackQL's `REPLACE t SET …`, which sends the whole object. */
export interface UpdateStatement {
  readonly kind: 'update';
  readonly verb: 'update' | 'replace';
  readonly target: readonly string[];
  /** The names before the equals signs, in the order of the source's columns. */
  readonly columns: readonly string[];
  /** `SELECT` of the expressions behind them. */
  readonly source: SelectStatement;
  readonly quals: readonly Qual[];
  /** Whether the quals say all that the WHERE says. */
  readonly isFullyQualified: boolean;
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
  /** SHOW SERVICES IN, SHOW RESOURCES IN, SHOW METHODS IN. */
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
  | { readonly kind: 'isolation-level' };

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

/** One parsed sentence. */
export type Statement =
  | SelectStatement
  | InsertStatement
  | DeleteStatement
  | UpdateStatement
  | ExecStatement
  | MetadataStatement;

/** A block and all blocks below it. */
export function* allBlocks(block: QueryBlock): Iterable<QueryBlock> {
  yield block;
  for (const inner of block.blocks) yield* allBlocks(inner);
}
