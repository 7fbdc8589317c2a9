/**
 * What a session and its statements are made with: the contract, apart from the wiring.
 *
 * @module
 */

import type { DuckDbOptions, EnginePool } from '../engine/options.ts';
import type { PlannedChange } from '../exec/outcome.ts';
import type { ProgressEvent } from '../exec/progress.ts';
import type { OnProvenance } from '../exec/provenance.ts';
import type { Provider } from '../exec/provider.ts';
import type { ParameterValue } from '../sql/statement.ts';
import type { CheckDepth } from './checking.ts';
import type { ProviderOptions } from './provider/options.ts';

export interface SessionOptions extends ProviderOptions, DuckDbOptions {
  /** A provider to use instead of one made from the other options; it is not closed with the session. */
  readonly provider?: Provider;
  /**
   * Where the engine computes. `none`: in this process, which starts sooner; a statement that is within one long call of a
   * function cannot be stopped there, and one that crashes the engine ends this process. `process`: in a process of its own,
   * which is ended when a statement does not heed its signal or its time (`CANCELLED`, `TIMEOUT`), or takes half a gigabyte
   * more than `memoryLimit` (`RESOURCE_LIMIT`), and may crash (`ENGINE_CRASHED`); the session then goes on with a new one.
   * Default is `none`.
   */
  readonly isolation?: Isolation;
  /**
   * Milliseconds of the processor's time, of all threads together, that the engine may take from when a statement begins until none of
   * the session's is under way; more ends its process (`RESOURCE_LIMIT`). Needs `isolation: 'process'`. Default is no limit.
   */
  readonly cpuLimitMs?: number;
  /**
   * Where the process of the engine is taken from when the first statement needs it. Needs `isolation: 'process'`. Default: it is
   * started with the session.
   */
  readonly enginePool?: EnginePool;
  /** Requests that one statement may change things with; more stop it before the first. Default is 10. */
  readonly maxChanges?: number;
  /**
   * Requests that one statement may make. One that is known to need more sends none; one that turns out to is stopped
   * (`RESOURCE_LIMIT`). `SET okta.max_requests` changes it. Default is 10,000.
   */
  readonly maxRequests?: number;
  /** See {@link QueryOptions.confirm}. Default: all may be sent. */
  readonly confirm?: Confirmation;
  /**
   * Told how far statements are: pages, rows and calls of each table, requests, limits and waits. A provider that several sessions
   * use tells of limits and waits by its own `onLimit` and `onWait`. What it throws is an uncaught exception.
   */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** See {@link QueryOptions.dryRun}. Default is false. */
  readonly dryRun?: boolean;
  /**
   * Whether every statement that would change something at the provider is refused before its first request (`READ_ONLY`): INSERT,
   * UPDATE, REPLACE, DELETE, and EXEC of whatever is no GET. Tables and views of the session's own may be changed, and a dry run
   * shows what would be. Default is false.
   */
  readonly readOnly?: boolean;
  /** What `SET okta.skip_denied` changes; see {@link QueryOptions.skipDenied}. Default is false. */
  readonly skipDenied?: boolean;
}

export type Isolation = 'none' | 'process';

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /**
   * Milliseconds that a statement may take, its rows read. It fails as soon as it is clear that they will not do, such as before a wait
   * for the rate limit that is longer. Default: it waits as long as needed.
   */
  readonly timeoutMs?: number | undefined;
  /** Values for `{{ name }}` in the text. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Values for `$1` and `?` by number or as a list in their order, for `$name` and `:name` by name. They are bound, never put
   * into the text.
   */
  readonly parameters?: Readonly<Record<string, ParameterValue>> | readonly ParameterValue[];
  /**
   * Types of parameters whose values do not say their own, by number or name, as SQL writes them: `DATE`, `DECIMAL(38, 2)`. The value
   * is cast where the parameter stands.
   */
  readonly parameterTypes?: Readonly<Record<string, string>>;
  /**
   * Whether a SELECT leaves out calls that are denied (403) where it makes several, such as those for the keys of one of
   * many apps. One notice counts and names them; where all are denied, it is an error all the same. Statements that change
   * something leave nothing out. Default: what the session is set to.
   */
  readonly skipDenied?: boolean | undefined;
  /**
   * Whether INSERT, UPDATE, REPLACE, DELETE and EXEC answer with the requests that they would make (`method`, `url`, `body`,
   * without secrets) and send none of them. Where UPDATE changes a part of what is only replaced whole, they answer with that
   * part (`method`, `url`, `member`, `before`, `after`). What they have to read first is read, and all their checks are made; tables of
   * the session's own are changed as ever. Default: what the session is set to.
   */
  readonly dryRun?: boolean | undefined;
  /**
   * Asked before INSERT, UPDATE, REPLACE, DELETE, or EXEC of what is no GET, sends its first request that changes something, once all
   * of them are known and checked (`maxChanges` too). False ends the statement (`CANCELLED`), and nothing is sent. Not asked by a dry
   * run. Default: what the session is set to.
   */
  readonly confirm?: Confirmation | undefined;
  /** Whether this statement may change nothing at the provider, whatever the session may. Default: what the session is set to. */
  readonly readOnly?: boolean | undefined;
  /** Requests that this statement may make. Default: what the session is set to. */
  readonly maxRequests?: number | undefined;
  /**
   * A new table of the session that takes the rows of a SELECT in place of the caller: later statements read it without a request.
   * `count` says how many rows it has.
   */
  readonly keepAs?: string | undefined;
  /** Told how far this statement is: events of the kinds `scan`, `requests` and `end`. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Told what one should know although the statement succeeds, such as an id that does not exist. */
  readonly onNotice?: (notice: string) => void;
  /**
   * Told where the rows of a query come from: each answer with its request id and its number of rows, each list that was read to its
   * end, each call that gave no rows. What it throws, the statement fails with. Default: nothing is gathered.
   */
  readonly onProvenance?: OnProvenance;
}

/** What says whether a change is wanted. */
export type Confirmation = (change: PlannedChange) => Promise<boolean> | boolean;

export interface CheckOptions extends QueryOptions {
  /** How far the statements are looked at. Default is `plan`. */
  readonly depth?: CheckDepth;
}
