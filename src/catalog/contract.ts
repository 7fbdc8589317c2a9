/**
 * What the Postgres server asks of the catalog: answers to statements that read `pg_catalog` and `information_schema`, or no table at
 * all. Nothing of it sends a request to Okta.
 *
 * @module
 */

/** A column of an answer, with its type as PostgreSQL knows it. */
export interface CatalogColumn {
  readonly name: string;
  readonly oid: number;
  readonly typmod: number;
}

/** A complete answer. */
export interface CatalogResult {
  readonly columns: readonly CatalogColumn[];
  /** The text of each value as PostgreSQL's text format has it; null is NULL. Binary is made of it by whoever sends it. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** `SELECT 3` */
  readonly tag: string;
}

/** What a statement gives, before it runs. */
export interface CatalogShape {
  readonly columns: readonly CatalogColumn[];
  /** OIDs of `$1`, `$2`, …: those that were given, else what PostgreSQL would infer, else text (25). */
  readonly parameters: readonly number[];
}

/** The catalog as one connection sees it. */
export interface CatalogSession {
  /**
   * Whether a statement is the catalog's to answer: it reads `pg_catalog` or `information_schema`, or no table at all and calls what
   * only PostgreSQL has (`version()`, `current_schema()`, `'a'::regclass`, `pg_sleep(1)`). One that names both a catalog relation and
   * another table is the catalog's too, and fails there with a reason.
   */
  answers(text: string): boolean;
  /**
   * @param text one statement, a SELECT, VALUES or WITH
   * @param given OIDs of Parse, 0 or absent where unspecified
   * @throws what `query` throws
   */
  describe(text: string, given: readonly number[], signal?: AbortSignal): Promise<CatalogShape>;
  /**
   * @param values the text of each parameter in PostgreSQL's text format
   * @throws BindError for what is not in the catalog, NotSupportedError, SqlSyntaxError, CancelledError when aborted
   */
  query(
    text: string,
    values: readonly (string | null)[],
    given: readonly number[],
    signal?: AbortSignal,
  ): Promise<CatalogResult>;
  /** The connection has ended. What it asked is answered first. */
  close(): Promise<void>;
}

/** A table or view of the session's own. */
export interface OwnTable {
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** Types are DuckDB's names, such as `VARCHAR` or `INTEGER[]`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** What the catalog has to know of a connection. */
export interface CatalogConnection {
  readonly user: string;
  readonly database: string;
  readonly pid: number;
  /** A setting's text, by its name in lower case; undefined for one that the connection does not know. */
  setting(name: string): string | undefined;
  ownTables(): Promise<readonly OwnTable[]>;
}

/** One per server. Its DuckDB begins with the first question. */
export interface Catalog {
  open(connection: CatalogConnection): CatalogSession;
  close(): Promise<void>;
}
