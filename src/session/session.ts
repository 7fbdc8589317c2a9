/// <reference lib="esnext.disposable" preserve="true" />

/**
 * A session: SQL over one org, with an engine of its own.
 *
 * @module
 */

import { closedSession, createDuckDbEngine, isPlain } from '../engine/duckdb.ts';
import type { Engine, EngineDescription, StoredView } from '../engine/engine.ts';
import { ProcessPool } from '../engine/process/pool.ts';
import { createProcessEngine } from '../engine/process/process-engine.ts';
import {
  BindError,
  CancelledError,
  InternalError,
  NotSupportedError,
  QueryError,
  type TextPosition,
} from '../errors.ts';
import { checkPlan } from '../exec/check.ts';
import { describePlan } from '../exec/describe.ts';
import { execute } from '../exec/execute.ts';
import { type LearntSizes, learnSizes } from '../exec/list-sizes.ts';
import type { ExecuteContext, Outcome } from '../exec/outcome.ts';
import type { Provider } from '../exec/provider.ts';
import { collect } from '../exec/query.ts';
import { requestBudget } from '../exec/request-budget.ts';
import { type Clock, systemClock } from '../http/pacing/clock.ts';
import { createSignalHub, type SignalHub } from '../http/signals.ts';
import { DEFAULT_SETTINGS, type PlanContext, type PlanSettings } from '../plan/draft.ts';
import type { Plan, QueryPlan } from '../plan/plan.ts';
import { plan } from '../plan/planner.ts';
import { checkReadOnly } from '../plan/read-only.ts';
import { parseScript, type UnparsedStatement } from '../sql/parse.ts';
import type { ParseContext } from '../sql/parse-context.ts';
import type { CommandTag, Statement } from '../sql/statement.ts';
import { fillPlaceholders } from '../sql/text/placeholders.ts';
import { withParameterTypes } from '../sql/text/typed-parameters.ts';
import type { ResultSet, ResultStream } from '../values.ts';
import { checkCheckOptions, checkQueryOptions, checkSessionOptions, parametersOf } from './checked-options.ts';
import { CHANGES, type CheckDepth, checkStatements, type ScriptProblem } from './checking.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { type Describe, describeStatement, type StatementDescription } from './describing.ts';
import { type Explanation, explanationOf } from './explanation.ts';
import { keptAs } from './keeping.ts';
import { type Orgs, withOrgNames } from './login/orgs.ts';
import { withNearestTables } from './nearest-tables.ts';
import type { CheckOptions, QueryOptions, SessionOptions } from './options.ts';
import { createListener, type Listener, type StatementListener, statementListener } from './progress.ts';
import { connectProvider } from './provider.ts';
import { withQuotedValue } from './quoted-value.ts';
import { factsOf } from './resource-facts.ts';
import { onSearchPath } from './search-path.ts';
import { applySetting, resetSetting, settingText } from './settings.ts';
import { createStatements, type Statements } from './statements.ts';
import { version } from './version.ts';

/** A finished statement. */
export interface QueryResult extends ResultSet {
  /** What was done, as PostgreSQL says it: `SELECT`, `INSERT`, `CREATE VIEW`. */
  readonly tag: CommandTag;
  /** Rows returned or changed; absent for tags that count nothing, such as `SET`. A dry run changes none. */
  readonly count?: number;
  /** After an INSERT, DELETE or EXEC: what StackQL says too. */
  readonly message?: string;
  readonly notices: readonly string[];
}

/** One statement of a script, ready to run. */
export interface ScriptStatement {
  /** As the user wrote it, with placeholders filled. */
  readonly text: string;
  /** Where it begins in the script, with placeholders filled. */
  readonly position: TextPosition;
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
  /**
   * What a statement would answer and which types its parameters have, without running it and without a request. A parameter whose
   * type nothing says is one with which the statement has a meaning: a text, if it may be.
   *
   * @throws QueryError what running it would throw before its first request
   */
  describe(text: string, options?: QueryOptions): Promise<StatementDescription>;
  /**
   * What is wrong with the statements of a script, as far as that can be told without a request and without running any; none for a
   * script whose every statement may run. What one statement makes, such as a table, those behind it know.
   */
  check(text: string, options?: CheckOptions): Promise<readonly ScriptProblem[]>;
  /**
   * What one statement would do: what kind it is of, whether it only reads, what it costs in requests, its plan. Nothing is sent and
   * nothing is run.
   */
  explain(text: string, options?: QueryOptions): Promise<Explanation>;
  /**
   * Ends what is under way (`CANCELLED`) and gives back what the session holds, within a second whatever the server and the engine
   * do. A second call does nothing more; a statement after it is refused (`CANCELLED`).
   */
  close(): Promise<void>;
  /** As {@link close}: `await using session = createSession(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
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
  checkSessionOptions(options);
  const progress = options.onProgress && createListener(options, options.onProgress);
  const provider = options.provider ?? connectProvider({ ...options, ...progress?.ofRequests });
  const state = createState(options);
  const engine = createEngine(options, state);
  const { maxChanges = DEFAULT_MAX_CHANGES, dryRun = false, readOnly = false, clock = systemClock } = options;
  const parts: Parts = {
    provider,
    engine,
    isPlainEngine: isPlain(options),
    state,
    maxChanges,
    dryRun,
    readOnly,
    clock,
    orgs: options.orgs ?? {},
    signals: createSignalHub(),
    ...(progress !== undefined && { progress }),
    ...(options.confirm !== undefined && { confirm: options.confirm }),
  };
  let closing: Promise<void> | undefined;
  const prepare = (
    text: string,
    { variables = {}, parameterTypes = {} }: QueryOptions,
  ): readonly UnparsedStatement[] => {
    if (closing !== undefined) throw closedSession();
    return parseScript(withParameterTypes(fillPlaceholders(text, variables), parameterTypes));
  };
  const end = async (): Promise<void> => {
    parts.signals.end(closedSession());
    try {
      await engine.close();
    } finally {
      if (options.provider === undefined) await provider.close();
    }
  };
  const close = (): Promise<void> => {
    closing ??= end();
    return closing;
  };
  return {
    query: async (text, queryOptions = {}) => {
      checkQueryOptions(text, queryOptions, 'query');
      const statement = onlyOne(prepare(text, queryOptions));
      const terms = startTerms(parts, queryOptions);
      return runStatement(statement, parts, terms, finish).finally(terms.end);
    },
    script: (text, queryOptions = {}) => {
      checkQueryOptions(text, queryOptions, 'script');
      return prepare(text, queryOptions).map((statement) => ({
        text: statement.text,
        position: statement.position,
        run: () => outcomeOf(statement, parts, queryOptions),
      }));
    },
    describe: async (text, queryOptions = {}) => {
      checkQueryOptions(text, queryOptions, 'describe');
      const { variables = {}, parameterTypes = {}, ...others } = queryOptions;
      const terms = startTerms(parts, others);
      const describe: Describe = (typed, parameters) => {
        const statement = onlyOne(prepare(typed, {}));
        return describeOne(statement, parts, { ...terms, options: { ...others, parameters } });
      };
      return describeStatement(fillPlaceholders(text, variables), parameterTypes, describe).finally(terms.end);
    },
    check: async (text, { depth = 'plan', ...queryOptions } = {}) => {
      checkCheckOptions(text, { depth, ...queryOptions });
      const terms = startTerms(parts, queryOptions);
      return checkScript(prepare(text, queryOptions), depth, parts, terms).finally(terms.end);
    },
    explain: async (text, queryOptions = {}) => {
      checkQueryOptions(text, queryOptions, 'explain');
      const statement = onlyOne(prepare(text, queryOptions));
      const terms = startTerms(parts, queryOptions);
      return withPlan(statement, parts, terms, explanationOf).finally(terms.end);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A new engine has none of what the last one held. */
function createEngine(options: SessionOptions, state: State): Engine {
  const { isolation, enginePool: pool } = options;
  if (isolation !== 'process') return createDuckDbEngine(options);
  const onEnded = (lost: boolean): void => {
    state.views = viewsAtStart(options);
    if (lost) state.earlierNotices.push(LOST);
  };
  return createProcessEngine({ ...options, ...(pool instanceof ProcessPool && { pool }), onEnded });
}

const LOST =
  'The tables and views of this session are gone with the engine that held them; a database file (database) would keep them.';

/** What a statement leaves behind for later ones. */
interface State {
  /** What the next statement has to tell. */
  readonly earlierNotices: string[];
  readonly onList: LearntSizes['learn'];
  settings: PlanSettings;
  readonly settingsAtStart: PlanSettings;
  /** Unknown until they are read from a database file. */
  views: readonly StoredView[] | undefined;
}

function createState(options: SessionOptions): State {
  const { skipDenied = false, maxRequests = DEFAULT_SETTINGS.maxRequests } = options;
  const { sizes, learn } = learnSizes();
  const settings: PlanSettings = {
    ...DEFAULT_SETTINGS,
    skipDenied,
    maxRequests,
    sizes,
    cacheTtlMs: options.cacheTtlMs,
  };
  return {
    settings,
    settingsAtStart: settings,
    onList: learn,
    views: viewsAtStart(options),
    earlierNotices: [],
  };
}

/** A file may hold some already. */
function viewsAtStart({ database }: SessionOptions): State['views'] {
  return database === undefined ? [] : undefined;
}

interface Parts {
  readonly provider: Provider;
  readonly engine: Engine;
  /** Whether it is set to nothing that may prove unusable, such as a file. */
  readonly isPlainEngine: boolean;
  readonly state: State;
  readonly maxChanges: number;
  readonly dryRun: boolean;
  readonly readOnly: boolean;
  readonly clock: Clock;
  readonly orgs: Orgs;
  /** Ends all statements when the session does. */
  readonly signals: SignalHub;
  readonly progress?: Listener;
  readonly confirm?: SessionOptions['confirm'];
}

/** Reading its rows is part of what a statement may take time for, so that takes until the outcome is closed. */
async function outcomeOf(statement: UnparsedStatement, parts: Parts, options: QueryOptions): Promise<Outcome> {
  const terms = startTerms(parts, options);
  try {
    const { result, ...outcome } = await runStatement(statement, parts, terms, async (each) => each);
    const close = (): Promise<void> => outcome.close().finally(terms.end);
    const read = result && { result: explained(result, terms.deadline) };
    return { ...outcome, ...read, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    terms.end();
    throw error;
  }
}

function explained({ columns, batches }: ResultStream, { explain }: Deadline): ResultStream {
  return {
    columns,
    batches: async function* () {
      try {
        yield* batches();
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

/** What a statement runs under, until it has ended. */
interface Terms {
  readonly options: QueryOptions;
  /** The caller's, and that of the session's end. */
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly progress: StatementListener | undefined;
  end(): void;
}

function startTerms({ signals, clock, progress: listener }: Parts, options: QueryOptions): Terms {
  const { signal, release } = signals.link(options.signal);
  const deadline = startDeadline(clock, options.timeoutMs, signal);
  const progress = statementListener(listener?.begin(), options.onProgress);
  const end = (): void => {
    deadline.end();
    release();
    progress?.onEnd();
  };
  return { options, signal, deadline, progress, end };
}

/** No document says how to ask for the end of what a call began. Okta answers when it is done. */
const NOT_AWAITED =
  'AWAIT: each call is waited for until it is answered; what the API goes on with after that is not waited for.';

/** @param use what is made of the outcome in the statement's time */
function runStatement<T>(
  statement: UnparsedStatement,
  parts: Parts,
  terms: Terms,
  use: (outcome: Outcome) => Promise<T>,
): Promise<T> {
  return withPlan(statement, parts, terms, async (planned, context) => {
    const { keepAs } = terms.options;
    return use(await execute(keepAs === undefined ? planned : keptAs(planned, keepAs), context));
  });
}

/** @param use what is made of the plan in the statement's time */
function withPlan<T>(
  statement: UnparsedStatement,
  parts: Parts,
  terms: Terms,
  use: (planned: Plan, context: ExecuteContext) => Promise<T>,
): Promise<T> {
  return underTerms(statement, parts, terms, async (statements) => {
    const { options } = terms;
    const meant = await withPath(statement, parts, statements);
    const parsed = await meant.parse(await parseContext(parts, statements, parametersOf(options.parameters)));
    const settings = settingsFor(parts.state, options);
    const planned = planStatement(parsed, parts, settings, options);
    const context = executeContext(parts, statements, settings, terms);
    const remarks = statement.isAwaited && CHANGES.has(parsed.kind) ? [NOT_AWAITED] : [];
    return use(planned, { ...context, earlierNotices: [...(context.earlierNotices ?? []), ...remarks] });
  });
}

/** What a statement's work throws, as it is told. */
async function underTerms<T>(
  statement: UnparsedStatement,
  parts: Parts,
  { signal, deadline }: Terms,
  work: (statements: Statements) => Promise<T>,
): Promise<T> {
  const statements = createStatements(parts.engine, deadline.signal);
  try {
    signal.throwIfAborted();
    return await work(statements);
  } catch (error) {
    throw signal.aborted && !(error instanceof QueryError)
      ? new CancelledError(undefined, { cause: error })
      : deadline.explain(told(error, statement, parts));
  } finally {
    await statements.closeUnused();
  }
}

/** The error with what the session knows of the names and values in it. */
function told(error: unknown, { text }: UnparsedStatement, { orgs, provider }: Parts): unknown {
  return withQuotedValue(withNearestTables(withOrgNames(error, orgs), provider.registry), text);
}

/** What would only be shown changes nothing. */
function planStatement(parsed: Statement, parts: Parts, settings: PlanSettings, options: QueryOptions): Plan {
  const planned = plan(parsed, planContext(parts, settings));
  const isReadOnly = parts.readOnly || options.readOnly === true;
  if (isReadOnly && !(options.dryRun ?? parts.dryRun)) checkReadOnly(planned);
  return planned;
}

function executeContext(
  parts: Parts,
  statements: Statements,
  settings: PlanSettings,
  { options, deadline, progress }: Terms,
): ExecuteContext {
  const { provider, state, maxChanges } = parts;
  const { onNotice = () => undefined } = options;
  return {
    provider,
    begin: statements.begin,
    mayBeginLate: parts.isPlainEngine && !statements.isBegun(),
    settings,
    maxChanges,
    dryRun: options.dryRun ?? parts.dryRun,
    signal: deadline.signal,
    statement: { deadline: deadline.at, onRequest: requestBudget(settings.maxRequests, progress?.onRequest) },
    onProgress: progress?.onScan,
    confirm: options.confirm ?? parts.confirm,
    onProvenance: options.onProvenance,
    now: () => performance.now(),
    onNotice,
    onList: state.onList,
    earlierNotices: state.earlierNotices.splice(0),
    onChange: (resource) => {
      state.settings = { ...state.settings, written: new Set([...state.settings.written, resource]) };
    },
    onSet: ({ name, value }) => {
      state.settings =
        value === undefined
          ? resetSetting(state.settings, state.settingsAtStart, name)
          : applySetting(state.settings, name, value);
    },
    onViews: (views) => {
      state.views = views;
    },
    planText: async (text) => planQueryText(text, parts, statements, settings),
  };
}

/** Nothing of it is kept. */
function describeOne(statement: UnparsedStatement, parts: Parts, terms: Terms): Promise<EngineDescription> {
  const trial: Parts = { ...parts, state: { ...parts.state, earlierNotices: [] } };
  return underTerms(statement, trial, terms, async (statements) => {
    const parameters = parametersOf(terms.options.parameters);
    const context = await parseContext(trial, statements, parameters);
    const parsed = await (await withPath(statement, trial, statements)).parse(context);
    const planned = planStatement(parsed, trial, settingsFor(trial.state, terms.options), terms.options);
    return describePlan(planned, await statements.current(), trial.provider);
  });
}

/** All of it is one transaction of the engine, which nobody commits, and a state that nobody keeps. */
async function checkScript(
  script: readonly UnparsedStatement[],
  depth: CheckDepth,
  parts: Parts,
  terms: Terms,
): Promise<readonly ScriptProblem[]> {
  const { options, signal, deadline } = terms;
  const trial: Parts = { ...parts, state: { ...parts.state, earlierNotices: [] } };
  const statements = createStatements(parts.engine, deadline.signal);
  const parameters = parametersOf(options.parameters);
  try {
    signal.throwIfAborted();
    const found = await checkStatements(script, depth, {
      parse: async (statement, reach) => {
        const context = await parseContext(trial, statements, parameters);
        return (await withPath(statement, trial, statements)).parse(
          reach === 'plan' ? context : { ...context, distinctValues: valuesUnread },
        );
      },
      plan: (statement) => planStatement(statement, trial, settingsFor(trial.state, options), options),
      check: async (planned) => {
        const context = executeContext(trial, statements, settingsFor(trial.state, options), terms);
        await checkPlan(planned, await statements.current(), context);
      },
    });
    return found.map((problem) => ({ ...problem, error: toldProblem(problem, script, parts) }));
  } catch (error) {
    throw signal.aborted && !(error instanceof QueryError)
      ? new CancelledError(undefined, { cause: error })
      : deadline.explain(error);
  } finally {
    await statements.closeUnused();
  }
}

/** The statement as the session's search_path has it. */
async function withPath(
  statement: UnparsedStatement,
  { provider, state }: Parts,
  { current }: Statements,
): Promise<UnparsedStatement> {
  return onSearchPath(statement, state.settings.searchPath ?? '', provider.registry, async () => {
    const engine = await current();
    const [columns, views] = [await engine.ownColumns(), await engine.views()];
    return new Set(
      [...columns.map(({ table }) => table), ...views.map(({ name }) => name)].map((name) => name.toLowerCase()),
    );
  });
}

/** Tables that a script makes are not there to be read when it is only parsed. */
const valuesUnread: ParseContext['distinctValues'] = async (queries) => queries.map(() => undefined);

function toldProblem({ error, index }: ScriptProblem, script: readonly UnparsedStatement[], parts: Parts): QueryError {
  const statement = script[index];
  const better = statement === undefined ? error : told(error, statement, parts);
  return better instanceof QueryError ? better : error;
}

/** What the session is set to, but for what one statement asks for. */
function settingsFor(
  { settings }: State,
  { skipDenied = settings.skipDenied, maxRequests = settings.maxRequests }: QueryOptions,
): PlanSettings {
  return { ...settings, skipDenied, maxRequests };
}

const ABOUT = { version: version(), platform: `${process.platform} ${process.arch}` };

function planContext({ provider }: Parts, settings: PlanSettings): PlanContext {
  const { registry, defaults, cacheTtlMs } = provider;
  const shown = (name: string): string =>
    settingText({ ...settings, cacheTtlMs: settings.cacheTtlMs ?? cacheTtlMs }, name);
  return { registry, defaults, settings, settingText: shown, about: ABOUT };
}

async function planQueryText(
  text: string,
  parts: Parts,
  statements: Statements,
  settings: PlanSettings,
): Promise<QueryPlan> {
  const parsed = await onlyOne(parseScript(text)).parse(await parseContext(parts, statements, {}));
  const planned = plan(parsed, planContext(parts, settings));
  if (planned.kind === 'query') return planned;
  throw new InternalError('A view holds something else than a query.');
}

async function parseContext(
  { engine, provider, state }: Parts,
  { current }: Statements,
  parameters: ParseContext['parameters'],
): Promise<ParseContext> {
  state.views ??= await storedViews(engine);
  return {
    duckDbTree: async (text) => (await current()).parse(text),
    evaluate: async (expressions, values) => (await current()).evaluate(expressions, values),
    distinctValues: async (queries, values) => (await current()).distinctValues(queries, values),
    parameters,
    views: new Map(
      state.views.filter((view) => !view.isMaterialized).map((view) => [view.name.toLowerCase(), view.text]),
    ),
    resource: (name) => factsOf(name, provider),
  };
}

async function storedViews(engine: Engine): Promise<readonly StoredView[]> {
  const statement = await engine.begin();
  try {
    return await statement.views();
  } finally {
    await statement.close();
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

/** All of an outcome in memory: its count is known only when its rows have been read. */
async function finish({ tag, count, result, notices, message, close }: Outcome): Promise<QueryResult> {
  try {
    const rows = result === undefined ? [] : await collect(result);
    const counted = count();
    return {
      tag,
      ...(counted !== undefined && { count: counted }),
      columns: result?.columns ?? [],
      rows,
      notices,
      ...(message !== undefined && { message }),
    };
  } finally {
    await close();
  }
}
