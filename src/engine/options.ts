/**
 * What DuckDB is opened with, in either process, and what waits for that: the contract, apart from whatever opens it. Users compile
 * it, and have no DuckDB to compile.
 *
 * @module
 */

export interface DuckDbOptions {
  /** Memory that DuckDB may use, in its own notation (`500MB`). Default is `1GB`. What does not fit goes to the disk. */
  readonly memoryLimit?: string;
  /**
   * Where a private directory for that is made, and removed by `close`. Default is the system's for temporary files. Those that
   * processes of this user on this machine have left there are removed too, once the process is gone.
   */
  readonly spillDirectory?: string;
  /** Disk that DuckDB may use there, written as `memoryLimit` is. Default is `10GB`. */
  readonly spillLimit?: string;
  /** Threads that DuckDB may compute in. Default is one for each core; in a process of its own, four at most. */
  readonly threads?: number;
  /** A DuckDB file that keeps local tables and views; made if it is not there. Default is `:memory:`, which keeps none. */
  readonly database?: string;
  /** Files that SQL may read, such as a CSV to join with; no patterns, no folders. Default is none. */
  readonly allowFiles?: readonly string[];
  /** Directories below which `COPY (…) TO 'file'` may write; each has to be there. Default is none. */
  readonly allowWrite?: readonly string[];
}

export interface EnginePoolOptions {
  /** Processes that wait, with DuckDB loaded, some 80 MB each. Default is 1. */
  readonly spares?: number;
}

/** Processes that wait for sessions. A session that takes one is its only user, and ends it; another is then started. */
export interface EnginePool {
  /**
   * Ends those that wait, once, and resolves when they are gone. Sessions keep what they have taken, and start their engines
   * themselves from then on.
   */
  close(): Promise<void>;
  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
