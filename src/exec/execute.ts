/**
 * Runs a plan: the entry of this folder.
 *
 * @module
 */

import type { Engine, EngineFilter, EngineStatement, EngineTable, ResultStream } from '../engine/engine.ts';
import {
  assertNever,
  CancelledError,
  HttpError,
  InvalidValueError,
  NetworkError,
  TimeoutError,
  UnusableResponseError,
} from '../errors.ts';
import type {
  DeletePlan,
  Dependency,
  ExecPlan,
  InsertPlan,
  InsertTarget,
  MetadataPlan,
  Plan,
  PlannedRef,
  QueryPlan,
  ScanQual,
  UpdatePlan,
} from '../plan/plan.ts';
import type { Method, Resource } from '../registry/resource.ts';
import type { MethodCall } from '../request/build.ts';
import type { Literal } from '../sql/statement.ts';
import type { Column, ResultSet, Row, Value } from '../values.ts';
import type { PreparedCall, Provider } from './provider.ts';

export interface ExecuteContext {
  readonly provider: Provider;
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
  /** Requests that one statement may change things with. */
  readonly maxChanges: number;
  /** What the user should know although the statement succeeds, or before it fails. */
  readonly onNotice: (notice: string) => void;
}

/** What a statement did. `result` must be closed when it has been read. */
export interface Outcome {
  readonly result: ResultStream;
  /** Whether the rows are meant to be shown: those of a SELECT, a RETURNING, or an EXEC that asks for it. */
  readonly isShown: boolean;
  /** What to tell after a mutation. */
  readonly message?: string;
  close(): Promise<void>;
}

/** StackQL's words, which scripts look for. */
const DESPATCHED = 'The operation was despatched successfully';

/** Throws the errors of all stages; a statement that throws has returned no row. */
export function execute(plan: Plan, context: ExecuteContext): Promise<Outcome> {
  switch (plan.kind) {
    case 'query':
      return executeQuery(plan, context);
    case 'insert':
      return executeInsert(plan, context);
    case 'delete':
      return executeDelete(plan, context);
    case 'update':
      return executeUpdate(plan, context);
    case 'exec':
      return executeExec(plan, context);
    case 'metadata':
      return executeMetadata(plan, context);
    default:
      return assertNever(plan);
  }
}

/** The text is bound before anything is requested, and runs only after everything has been read. */
async function executeQuery(plan: QueryPlan, context: ExecuteContext): Promise<Outcome> {
  const { engine, signal } = context;
  const statement = await engine.open(plan.text, plan.refs.map(engineTable));
  try {
    await loadAll(plan.refs, statement, context);
    return { result: await statement.run(signal), isShown: true, close: () => statement.close() };
  } catch (error) {
    await statement.close();
    throw error;
  }
}

function engineTable({ ordinal, name, alias, columns }: PlannedRef): EngineTable {
  return { ordinal, name, columns, ...(alias !== undefined && { alias }) };
}

/** Each reference as soon as those it depends on are loaded. If one fails, the others are stopped before it is reported. */
async function loadAll(
  refs: readonly PlannedRef[],
  statement: EngineStatement,
  context: ExecuteContext,
): Promise<void> {
  const failed = new AbortController();
  const signal = context.signal === undefined ? failed.signal : AbortSignal.any([context.signal, failed.signal]);
  const loads = new Map<number, Promise<void>>();
  const load = (ref: PlannedRef): Promise<void> => {
    const known = loads.get(ref.ordinal);
    if (known !== undefined) return known;
    const sources = refs.filter(({ ordinal }) => ref.dependencies.some(({ on }) => on === ordinal));
    const loading = Promise.all(sources.map(load)).then(() => loadOne(ref, sources, statement, { ...context, signal }));
    loads.set(ref.ordinal, loading);
    loading.catch(() => failed.abort());
    return loading;
  };
  const results = await Promise.allSettled(refs.map(load));
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
  const isConsequence = (reason: unknown): boolean =>
    reason instanceof Error && 'code' in reason && reason.code === 'CANCELLED';
  if (failures.length > 0) throw failures.find((reason) => !isConsequence(reason)) ?? failures[0];
}

async function loadOne(
  ref: PlannedRef,
  sources: readonly PlannedRef[],
  statement: EngineStatement,
  { provider, signal, onNotice }: ExecuteContext,
): Promise<void> {
  const fed = await Promise.all(
    ref.dependencies.map((dependency) =>
      dependencyQual(
        dependency,
        sources.find(({ ordinal }) => ordinal === dependency.on),
        statement,
      ),
    ),
  );
  const scan = provider.scan(ref.scan.resource.name, {
    quals: [...ref.quals, ...fed],
    columns: ref.columns.map(({ name }) => name),
    onNotice,
    ...(signal !== undefined && { signal }),
  });
  await statement.load(ref.ordinal, scan);
}

/** Only rows of the source that its own conditions let through can be joined, so only their values are asked for. */
async function dependencyQual(
  { pairs, where }: Dependency,
  source: PlannedRef | undefined,
  statement: EngineStatement,
): Promise<ScanQual> {
  const own = (source?.quals ?? []).flatMap((qual): readonly EngineFilter[] => (qual.kind === 'in' ? [qual] : []));
  const filters = [...own, ...Object.entries(where).map(([column, values]): EngineFilter => ({ column, values }))];
  const rows = await statement.distinct(
    source?.ordinal ?? -1,
    pairs.map(({ sourceColumn }) => sourceColumn),
    filters,
  );
  return { kind: 'tuples', columns: pairs.map(({ column }) => column), rows: rows.map((row) => row.map(asLiteral)) };
}

function asLiteral(value: Value): Literal {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return value instanceof Date
    ? value.toISOString()
    : typeof value === 'bigint'
      ? value.toString()
      : JSON.stringify(value);
}

async function executeInsert(plan: InsertPlan, context: ExecuteContext): Promise<Outcome> {
  return withReturning(plan, context, async () => {
    const calls = (await sourceRows(plan.source, context)).map((row) => insertCall(plan, row));
    return sendAll(await context.provider.prepare(calls), 'inserted', context);
  });
}

async function sourceRows(source: QueryPlan, context: ExecuteContext): Promise<readonly Row[]> {
  const outcome = await executeQuery(source, context);
  try {
    return await collect(outcome.result);
  } finally {
    await outcome.close();
  }
}

/** NULLs are left out: the API's default applies, as for a column that is not named. */
function insertCall({ method, targets, defaults }: InsertPlan, row: Row): MethodCall {
  const given = targets.map((target, index) => ({ target, value: row[index] ?? null }));
  return callOf(
    method,
    defaults,
    given.filter(({ value }) => value !== null),
  );
}

/** NULLs are sent: they take an attribute away. */
function updateCall({ method, targets }: UpdatePlan, row: Row, parameters: MethodCall['parameters']): MethodCall {
  return callOf(
    method,
    parameters,
    targets.map((target, index) => ({ target, value: row[index] ?? null })),
  );
}

function callOf(
  method: Method,
  parameters: MethodCall['parameters'],
  given: readonly { readonly target: InsertTarget; readonly value: Value }[],
): MethodCall {
  // Made from entries, so that a member called __proto__ is one and gets refused.
  const valuesFor = (wanted: InsertTarget['kind']): readonly (readonly [string, Value])[] =>
    given.filter(({ target }) => target.kind === wanted).map(({ target, value }) => [target.name, value]);
  const body = valuesFor('body').map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]);
  return {
    method,
    parameters: { ...parameters, ...Object.fromEntries(valuesFor('parameter')) },
    ...(method.body !== undefined && { body: Object.fromEntries(body) }),
  };
}

async function executeDelete(plan: DeletePlan, context: ExecuteContext): Promise<Outcome> {
  return withReturning(plan, context, async () => {
    const calls = plan.calls.map((parameters): MethodCall => ({ method: plan.method, parameters }));
    return sendAll(await context.provider.prepare(calls), 'deleted', context);
  });
}

async function executeUpdate(plan: UpdatePlan, context: ExecuteContext): Promise<Outcome> {
  return withReturning(plan, context, async () => {
    const [row = []] = await sourceRows(plan.source, context);
    const calls = plan.calls.map((parameters): MethodCall => {
      if (plan.transitions !== undefined) return { method: transitionTo(plan.transitions, row[0] ?? null), parameters };
      return updateCall(plan, row, parameters);
    });
    return sendAll(await context.provider.prepare(calls), 'updated', context);
  });
}

/** The method that sets a column to that value. */
function transitionTo(transitions: Readonly<Record<string, Method>>, value: Value): Method {
  const method = typeof value === 'string' && Object.hasOwn(transitions, value) ? transitions[value] : undefined;
  if (method !== undefined) return method;
  const allowed = Object.keys(transitions).map((name) => `'${name}'`);
  throw new InvalidValueError(`That value cannot be set; ${allowed.join(' or ')} can. Nothing was sent.`, {
    subject: 'SET',
  });
}

async function executeExec(
  { method, parameters, body, list, showResults }: ExecPlan,
  context: ExecuteContext,
): Promise<Outcome> {
  const prepared = await context.provider.prepare([
    { method, parameters, ...(body !== undefined && { body }), ...(list !== undefined && { list }) },
  ]);
  const results = await sendAll(prepared, 'done', context);
  return { ...fixed(results[0] ?? { columns: [], rows: [] }), isShown: showResults, message: DESPATCHED };
}

/** Rows that are known already. Only a filter needs the engine, which takes its time to start. */
async function executeMetadata(
  { columns, rows, filter }: MetadataPlan,
  { engine, signal }: ExecuteContext,
): Promise<Outcome> {
  if (filter === undefined) return { ...fixed({ columns, rows }), isShown: true };
  const table: EngineTable = { ordinal: 0, name: ['oktaql', 'statement', 'metadata'], columns };
  const statement = await engine.open(`SELECT * FROM oktaql.statement.metadata WHERE ${filter}`, [table]);
  try {
    await statement.load(0, batchesOf([{ columns, rows }]));
    return { result: await statement.run(signal), isShown: true, close: () => statement.close() };
  } catch (error) {
    await statement.close();
    throw error;
  }
}

/** One request after another, in the order of the rows; at the first failure the rest stays unsent, and what was done is told. */
async function sendAll(
  calls: readonly PreparedCall[],
  verb: string,
  { signal, onNotice, maxChanges }: ExecuteContext,
): Promise<readonly ResultSet[]> {
  if (calls.length > maxChanges) throw tooManyChanges(calls.length, maxChanges);
  const results: ResultSet[] = [];
  for (const call of calls) {
    let isUnderWay = false;
    try {
      if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
      isUnderWay = true;
      results.push((await call.send(signal)).result);
    } catch (error) {
      if (calls.length > 1)
        onNotice(`${results.length} of ${calls.length} were ${verb} before the failure${idsOf(results)}.`);
      if (isUnderWay && call.method.httpMethod !== 'GET' && isAnswerLost(error)) {
        onNotice(
          `Whether ${call.description} was carried out is not known: the answer was lost. SELECT before trying again.`,
        );
      }
      throw error;
    }
  }
  return results;
}

function tooManyChanges(count: number, most: number): InvalidValueError {
  return new InvalidValueError(`The statement would make ${count} changes; ${most} are allowed. Nothing was sent.`, {
    subject: 'maxChanges',
    hint: 'Raise the limit with --max-changes, or the option maxChanges, if all of them are meant.',
  });
}

/** A gateway's 5xx says nothing about the server behind it, and an answer that cannot be read was an answer. */
function isAnswerLost(error: unknown): boolean {
  return (
    error instanceof NetworkError ||
    error instanceof TimeoutError ||
    error instanceof CancelledError ||
    error instanceof UnusableResponseError ||
    (error instanceof HttpError && error.status >= 500)
  );
}

function idsOf(results: readonly ResultSet[]): string {
  const ids = results.flatMap(({ columns, rows }) => {
    const index = columns.findIndex(({ name }) => name === 'id' || name === 'keyId');
    return rows.map((row) => row[index]).filter((id) => typeof id === 'string');
  });
  return ids.length > 0 ? `: ${ids.join(', ')}` : '';
}

/** RETURNING is bound before the first request goes out: a misspelt column must not be found after the deed. */
async function withReturning(
  {
    resource,
    method,
    returning,
  }: { readonly resource: Resource; readonly method: Method; readonly returning?: string },
  context: ExecuteContext,
  mutate: () => Promise<readonly ResultSet[]>,
): Promise<Outcome> {
  if (returning === undefined) {
    await mutate();
    return { ...fixed({ columns: [], rows: [] }), isShown: false, message: DESPATCHED };
  }
  const table: EngineTable = {
    ordinal: 0,
    name: ['oktaql', 'statement', 'returned'],
    alias: resource.name.split('.').at(-1) ?? 'returned',
    columns: resultColumns(method),
  };
  const text = `SELECT ${returning} FROM oktaql.statement.returned AS "${table.alias}"`;
  const statement = await context.engine.open(text, [table]);
  let results: readonly ResultSet[] | undefined;
  try {
    results = await mutate();
    await statement.load(0, batchesOf(results));
    return {
      result: await statement.run(context.signal),
      isShown: true,
      message: DESPATCHED,
      close: () => statement.close(),
    };
  } catch (error) {
    if (results !== undefined) {
      context.onNotice(`All ${results.length} were carried out${idsOf(results)}; only RETURNING failed.`);
    }
    await statement.close();
    throw error;
  }
}

async function* batchesOf(results: readonly ResultSet[]): AsyncGenerator<readonly Row[]> {
  for (const { rows } of results) yield rows;
}

/** The columns of a method's answer: its fields, then its parameters that are no fields. */
export function resultColumns({ response, parameters }: Method): readonly Column[] {
  const names = new Set(response.fields.map(({ name }) => name.toLowerCase()));
  return [...response.fields, ...parameters.filter(({ name }) => !names.has(name.toLowerCase()))].map(
    ({ name, type }) => ({ name, type }),
  );
}

function fixed({ columns, rows }: ResultSet): Pick<Outcome, 'result' | 'close'> {
  return {
    result: {
      columns,
      batches: async function* () {
        yield rows;
      },
    },
    close: async () => undefined,
  };
}

/** All rows of a stream. */
export async function collect(stream: ResultStream): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const rows of stream.batches()) for (const row of rows) all.push(row);
  return all;
}
