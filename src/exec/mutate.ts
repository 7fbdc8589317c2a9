/**
 * Runs INSERT, UPDATE, REPLACE, DELETE and EXEC: each is a number of single requests.
 *
 * @module
 */

import type { EngineQuery, EngineStatement, EngineTable } from '../engine/engine.ts';
import { CancelledError, InvalidValueError, QueryError } from '../errors.ts';
import { forChange } from '../plan/draft.ts';
import { membersIn } from '../plan/members.ts';
import type { DeletePlan, ExecPlan, InsertPlan, InsertTarget, Targets, UpdatePlan } from '../plan/plan.ts';
import { bindQuery } from '../plan/scope.ts';
import { type Method, namePartsOf, type Resource } from '../registry/resource.ts';
import type { MethodCall } from '../request/build.ts';
import { readTree } from '../sql/duckdb-tree/block.ts';
import { quoteName } from '../sql/text/sql-text.ts';
import type { ResultSet, Row, Value } from '../values.ts';
import { dryRunOf, plannedRequest } from './dry-run.ts';
import { resultOfLost } from './lost-answer.ts';
import { type Deed, type ExecuteContext, uncounted, WITHOUT_ROWS } from './outcome.ts';
import type { PreparedCall, Provider } from './provider.ts';
import { batchesOf, fixed, rowsOf } from './query.ts';
import { queryParameters, resultColumns } from './result-columns.ts';
import { ofRow } from './row-columns.ts';

/** StackQL's words, which scripts look for. */
const DESPATCHED = 'The operation was despatched successfully';

export async function executeInsert(plan: InsertPlan, context: ExecuteContext): Promise<Deed> {
  return carryOut(plan, { tag: 'INSERT', verb: 'inserted' }, context, async () =>
    (await rowsOf(plan.source, forChange(context))).rows.map((row) => insertCall(plan, row)),
  );
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
function updateCall({ method, read, targets }: UpdatePlan, row: Row, parameters: MethodCall['parameters']): MethodCall {
  const given = targets.map((target, index) => ({ target, value: row[index] ?? null }));
  const call = callOf(method, parameters, given);
  if (read === undefined) return call;
  const members = given
    .filter(({ target }) => target.kind === 'body')
    .map(({ target: { name, members: inner }, value }) => ({ path: [name, ...inner], value: sendable(value) }));
  return { method, parameters: call.parameters, change: { read, members } };
}

function sendable(value: Value): Value {
  return value instanceof Date ? value.toISOString() : value;
}

function callOf(
  method: Method,
  parameters: MethodCall['parameters'],
  given: readonly { readonly target: InsertTarget; readonly value: Value }[],
): MethodCall {
  // Made from entries, so that a member called __proto__ is one and gets refused.
  const valuesFor = (wanted: InsertTarget['kind']): readonly (readonly [string, Value])[] =>
    given.filter(({ target }) => target.kind === wanted).map(({ target, value }) => [target.name, value]);
  const body = valuesFor('body').map(([name, value]) => [name, sendable(value)]);
  return {
    method,
    parameters: { ...parameters, ...Object.fromEntries(valuesFor('parameter')) },
    ...(method.body !== undefined && { body: Object.fromEntries(body) }),
  };
}

export async function executeDelete(plan: DeletePlan, context: ExecuteContext): Promise<Deed> {
  return carryOut(plan, { tag: 'DELETE', verb: 'deleted' }, context, async () =>
    (await parametersOf(plan.objects, context)).map((parameters) => ({ method: plan.method, parameters })),
  );
}

/** Rows are looked for before the first of them is changed; how many there are is told. */
async function parametersOf(objects: Targets, context: ExecuteContext): Promise<readonly MethodCall['parameters'][]> {
  if (objects.kind === 'named') return objects.calls;
  const { columns, rows } = await rowsOf(objects.query, forChange(context));
  const positions = Object.entries(objects.columns).map(
    ([parameter, name]) => [parameter, columns.findIndex((column) => column.name === name)] as const,
  );
  context.onNotice(rows.length === 1 ? '1 row matches.' : `${rows.length} rows match.`);
  return rows.map((row) => ({
    ...objects.defaults,
    ...Object.fromEntries(positions.map(([parameter, index]) => [parameter, row[index] ?? null])),
  }));
}

export async function executeUpdate(plan: UpdatePlan, context: ExecuteContext): Promise<Deed> {
  const tag = plan.verb === 'replace' ? 'REPLACE' : 'UPDATE';
  return carryOut(plan, { tag, verb: 'updated' }, context, async () => {
    const [row = []] = await assignedRows(plan, context);
    return (await parametersOf(plan.objects, context)).map((parameters) => {
      if (plan.transitions !== undefined) return { method: transitionTo(plan.transitions, row[0] ?? null), parameters };
      return updateCall(plan, row, parameters);
    });
  });
}

async function assignedRows(plan: UpdatePlan, context: ExecuteContext): Promise<readonly Row[]> {
  try {
    return (await rowsOf(plan.source, forChange(context))).rows;
  } catch (error) {
    throw ofRow(error, plan);
  }
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

export async function executeExec(
  { resource, method, parameters, body, list, showResults }: ExecPlan,
  context: ExecuteContext,
): Promise<Deed> {
  const call = { method, parameters, ...(body !== undefined && { body }), ...(list !== undefined && { list }) };
  const deed = { tag: 'EXEC', count: uncounted } as const;
  const prepared = await prepare([call], context);
  if (context.dryRun) return { ...deed, ...dryRunOf(prepared) };
  context.provider.checkLogin(method);
  if (method.httpMethod !== 'GET') await askWhether('EXEC', resource, prepared, context);
  const results = await sendAll(resource, prepared, 'done', context);
  const rows = fixed(results[0] ?? { columns: [], rows: [] });
  // What nothing shows again is shown, asked for or not.
  const isShown = showResults || prepared.some(({ shownOnce }) => shownOnce.length > 0);
  return { ...deed, ...rows, isShown, message: DESPATCHED };
}

/** How a mutation is called when it is done, and what became of its objects. */
interface Words {
  readonly tag: Deed['tag'];
  readonly verb: string;
}

/** Checks all calls before the first of them is sent; a dry run shows what would be sent instead. */
async function carryOut(
  mutation: Mutation,
  words: Words,
  context: ExecuteContext,
  callsOf: () => Promise<readonly MethodCall[]>,
): Promise<Deed> {
  if (context.dryRun) {
    const statement = await bindReturning(mutation, context);
    await statement?.close();
    return { tag: words.tag, count: () => 0, ...dryRunOf(await prepare(await callsOf(), context)) };
  }
  context.provider.checkLogin(mutation.method);
  return withReturning(mutation, words, context, async () => {
    const prepared = await prepare(await callsOf(), context);
    for (const { method, shownOnce } of prepared) checkReturned(method, shownOnce, mutation.returning);
    await askWhether(words.tag, mutation.resource, prepared, context);
    return sendAll(mutation.resource, prepared, words.verb, context);
  });
}

/** @throws CancelledError where the changes are not wanted */
async function askWhether(
  tag: Deed['tag'],
  { name: resource }: Resource,
  calls: readonly PreparedCall[],
  { confirm, signal }: ExecuteContext,
): Promise<void> {
  if (calls.length === 0 || confirm === undefined) return;
  if (await confirm({ tag, resource, count: calls.length, requests: calls.map(plannedRequest) })) return;
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
  throw new CancelledError('The statement was not confirmed. Nothing was sent.');
}

/** Throws where RETURNING leaves out what nothing shows again. */
function checkReturned({ key }: Method, shownOnce: readonly string[], returning = ''): void {
  const columns = shownOnce.map((name) => name.split('.')[0] ?? name);
  const named = new Set((returning.match(/\w+|\*/g) ?? []).map((word) => word.toLowerCase()));
  const missing = columns.filter((name) => !named.has('*') && !named.has(name.toLowerCase()));
  if (missing.length === 0) return;
  throw new InvalidValueError(`${key} answers ${missing.join(', ')}, which is shown once. Nothing was sent.`, {
    subject: 'RETURNING',
    hint: `Add RETURNING ${missing.join(', ')}.`,
  });
}

async function prepare(
  calls: readonly MethodCall[],
  { provider, statement, maxChanges, signal }: ExecuteContext,
): Promise<readonly PreparedCall[]> {
  const checkCount = (): void => {
    if (calls.length > maxChanges) throw tooManyChanges(calls.length, maxChanges);
  };
  // What is wrong with the calls goes before how many there are, as long as nothing has to be read for it.
  if (calls.some(({ change }) => change !== undefined)) checkCount();
  const prepared = await provider.prepare(calls, statement, signal);
  checkCount();
  return prepared;
}

/** One request after another, in the order of the rows; at the first failure the rest stays unsent, and what was done is told. */
async function sendAll(
  resource: Resource,
  calls: readonly PreparedCall[],
  verb: string,
  context: ExecuteContext,
): Promise<readonly ResultSet[]> {
  const { signal, onNotice } = context;
  const results: ResultSet[] = [];
  for (const call of calls) {
    try {
      if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
      results.push(await sendOne(resource, call, context));
    } catch (error) {
      if (calls.length > 1)
        onNotice(`${results.length} of ${calls.length} were ${verb} before the failure${idsOf(results)}.`);
      throw error;
    }
  }
  return results;
}

async function sendOne(resource: Resource, call: PreparedCall, context: ExecuteContext): Promise<ResultSet> {
  const isChange = call.method.httpMethod !== 'GET';
  if (isChange) context.onChange(resource.name);
  try {
    return (await call.send(context.signal)).result;
  } catch (error) {
    if (isChange && error instanceof QueryError && error.mayHaveHappened)
      return resultOfLost(call, error, resource, context);
    throw error;
  }
}

function tooManyChanges(count: number, most: number): InvalidValueError {
  return new InvalidValueError(
    `The statement would make ${count} changes; at most ${most} may be made. Nothing was sent.`,
    {
      subject: 'maxChanges',
      hint: 'Raise the limit with --max-changes, or the option maxChanges, if all of them are meant.',
    },
  );
}

function idsOf(results: readonly ResultSet[]): string {
  const ids = results.flatMap(({ columns, rows }) => {
    const index = columns.findIndex(({ name }) => name === 'id' || name === 'keyId');
    return rows.map((row) => row[index]).filter((id) => typeof id === 'string');
  });
  return ids.length > 0 ? `: ${ids.join(', ')}` : '';
}

/** What RETURNING needs of a mutation. */
export type Mutation = Pick<InsertPlan, 'resource' | 'method' | 'returning'>;

/** A misspelt column must not be found after the deed. Undefined where nothing is to be returned. */
async function bindReturning(mutation: Mutation, context: ExecuteContext): Promise<EngineStatement | undefined> {
  if (mutation.returning === undefined) return undefined;
  const statement = await context.begin();
  try {
    await bindReturned(mutation, statement, context);
    return statement;
  } catch (error) {
    await statement.close();
    throw error;
  }
}

/** Binds what RETURNING says to the columns that the method answers with; does nothing without it. */
export async function bindReturned(
  mutation: Mutation,
  statement: EngineStatement,
  { provider }: Pick<ExecuteContext, 'provider'>,
): Promise<void> {
  const query = await returnedQuery(mutation, statement, provider);
  if (query !== undefined) await statement.bind(query);
}

/** What RETURNING says, as a query of the columns that the method answers with. */
export async function returnedQuery(
  { resource, method, returning }: Mutation,
  statement: EngineStatement,
  { registry }: Pick<Provider, 'registry'>,
): Promise<EngineQuery | undefined> {
  if (returning === undefined) return undefined;
  const name = namePartsOf(resource);
  const table: EngineTable = {
    ordinal: 0,
    name,
    alias: name.at(-1) ?? 'returned',
    columns: resultColumns(method),
    // As SELECT has it, a star shows no parameters that only ask for something.
    hidden: queryParameters(method),
  };
  const text = `SELECT ${returning} FROM ${name.map(quoteName).join('.')} AS ${quoteName(table.alias ?? '')}`;
  const { block } = readTree(await statement.parse(text), text, {});
  return { text, tables: [table], members: membersIn(bindQuery(block, registry)) };
}

async function withReturning(
  mutation: Mutation,
  { tag }: Words,
  context: ExecuteContext,
  mutate: () => Promise<readonly ResultSet[]>,
): Promise<Deed> {
  const statement = await bindReturning(mutation, context);
  if (statement === undefined) {
    const { length } = await mutate();
    return { tag, count: () => length, ...WITHOUT_ROWS, message: DESPATCHED };
  }
  let results: readonly ResultSet[] | undefined;
  try {
    results = await mutate();
    const silent = results.filter(({ rows }) => rows.length === 0).length;
    if (silent > 0) context.onNotice(`${silent} of ${results.length} were answered without a row to return.`);
    await statement.load(0, batchesOf(results));
    const { length } = results;
    return {
      tag,
      count: () => length,
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
