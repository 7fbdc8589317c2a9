/**
 * A session: SQL over one org, with an engine of its own.
 *
 * @module
 */

import { createDuckDbEngine } from '../engine/duckdb.ts';
import type { Engine } from '../engine/engine.ts';
import { BindError, CancelledError, NotSupportedError, QueryError } from '../errors.ts';
import { collect, execute, type Outcome } from '../exec/execute.ts';
import type { Provider } from '../exec/provider.ts';
import { plan } from '../plan/planner.ts';
import { parseScript, type UnparsedStatement } from '../sql/parse.ts';
import { fillPlaceholders } from '../sql/placeholders.ts';
import type { ResultSet } from '../values.ts';
import { createProvider, type ProviderOptions } from './provider.ts';

export interface SessionOptions extends ProviderOptions {
  /** A provider to use instead of one made from the other options; it is not closed with the session. */
  readonly provider?: Provider;
  /** Requests that one statement may change things with; more stop it before the first. Default is 10. */
  readonly maxChanges?: number;
  /** Memory that the engine may use, in DuckDB's notation. Default is `1GB`. */
  readonly memoryLimit?: string;
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /** Values for `{{ name }}` in the text. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Told what one should know although the statement succeeds, such as an id that does not exist. */
  readonly onNotice?: (notice: string) => void;
}

/** A finished statement. */
export interface QueryResult extends ResultSet {
  /** After an INSERT, DELETE or EXEC: what StackQL says too. */
  readonly message?: string;
  readonly notices: readonly string[];
}

/** One statement of a script, ready to run. */
export interface ScriptStatement {
  /** As the user wrote it, with placeholders filled. */
  readonly text: string;
  /** Parses, plans and runs it. The outcome must be closed once it has been read. */
  run(): Promise<Outcome>;
}

export interface Session {
  /**
   * Runs one statement and holds its rows in memory.
   *
   * @throws QueryError one of the classes in `oktaql/errors`; no rows are lost silently, and none are returned with it
   */
  query(text: string, options?: QueryOptions): Promise<QueryResult>;
  /** The statements of a script, to be run one after another. Throws for text that cannot be cut into statements. */
  script(text: string, options?: QueryOptions): readonly ScriptStatement[];
  close(): Promise<void>;
}

/** Enough for an app's keys, too few for a slip of a whole org. */
const DEFAULT_MAX_CHANGES = 10;

/**
 * Opens a session. Nothing is sent or started before the first statement.
 *
 * @example
 * const session = createSession({ token: process.env.OKTA_API_TOKEN, subdomain: 'acme' });
 * const { rows } = await session.query("SELECT kid, status FROM okta.apps.jwks WHERE appId = '0oa…'");
 * await session.close();
 */
export function createSession(options: SessionOptions = {}): Session {
  const provider = options.provider ?? createProvider(options);
  const engine = createDuckDbEngine(options.memoryLimit === undefined ? {} : { memoryLimit: options.memoryLimit });
  const { maxChanges = DEFAULT_MAX_CHANGES } = options;
  const prepare = (text: string, { variables = {} }: QueryOptions): readonly UnparsedStatement[] =>
    parseScript(fillPlaceholders(text, variables));
  return {
    query: async (text, queryOptions = {}) => {
      const notices: string[] = [];
      const onNotice = (notice: string): void => {
        notices.push(notice);
        queryOptions.onNotice?.(notice);
      };
      const statement = onlyOne(prepare(text, queryOptions));
      const outcome = await runStatement(statement, { provider, engine, maxChanges }, { ...queryOptions, onNotice });
      return finish(outcome, notices);
    },
    script: (text, queryOptions = {}) =>
      prepare(text, queryOptions).map((statement) => ({
        text: statement.text,
        run: () => runStatement(statement, { provider, engine, maxChanges }, queryOptions),
      })),
    close: async () => {
      await engine.close();
      if (options.provider === undefined) await provider.close();
    },
  };
}

async function runStatement(
  statement: UnparsedStatement,
  {
    provider,
    engine,
    maxChanges,
  }: { readonly provider: Provider; readonly engine: Engine; readonly maxChanges: number },
  { signal, onNotice = () => undefined }: QueryOptions,
): Promise<Outcome> {
  try {
    signal?.throwIfAborted();
    const { registry, defaults } = provider;
    return await execute(plan(statement.parse(), { registry, defaults }), {
      provider,
      engine,
      maxChanges,
      signal,
      onNotice,
    });
  } catch (error) {
    throw signal?.aborted === true && !(error instanceof QueryError)
      ? new CancelledError(undefined, { cause: error })
      : error;
  }
}

function onlyOne(statements: readonly UnparsedStatement[]): UnparsedStatement {
  const [first, second] = statements;
  if (first === undefined) throw new BindError('BINDING', 'There is no statement in the text.', { unknownName: '' });
  if (second === undefined) return first;
  throw new NotSupportedError(`The text holds ${statements.length} statements; query() runs one.`, {
    hint: 'Run them with script(), one by one.',
  });
}

async function finish({ result, message, close }: Outcome, notices: readonly string[]): Promise<QueryResult> {
  try {
    return { columns: result.columns, rows: await collect(result), notices, ...(message !== undefined && { message }) };
  } finally {
    await close();
  }
}
