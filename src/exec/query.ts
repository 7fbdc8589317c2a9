/**
 * Runs a SELECT, and what results are made of.
 *
 * @module
 */

import type { EngineCopy, EngineQuery, EngineStatement, EngineTable } from '../engine/engine.ts';
import { BindError } from '../errors.ts';
import type { CatalogRef } from '../plan/catalog.ts';
import type { PlannedRef, QueryPlan } from '../plan/plan.ts';
import { membersNamed } from '../registry/members.ts';
import { didYouMean } from '../registry/nearest.ts';
import type { ResultSet, ResultStream, Row } from '../values.ts';
import { beginLate, begun } from './beginning.ts';
import { loadAll } from './load.ts';
import { countedRows, type Deed, type ExecuteContext } from './outcome.ts';

type SelectDeed = Deed & { readonly result: ResultStream };

/** The text is bound before anything is requested, but where that is certain to succeed; it runs when everything was read. */
export async function executeQuery(plan: QueryPlan, context: ExecuteContext): Promise<SelectDeed> {
  if (
    context.mayBeginLate &&
    plan.isCertain &&
    plan.catalog.length === 0 &&
    plan.refs.some(({ scan }) => scan !== undefined)
  ) {
    return executeLate(plan, context);
  }
  const statement = await context.begin();
  try {
    await bindQuery(plan, statement);
    await loadAll(plan, begun(statement), context);
    return await run(statement, context);
  } catch (error) {
    await statement.close();
    throw error;
  }
}

/** The engine begins while the first answer is on its way. */
async function executeLate(plan: QueryPlan, context: ExecuteContext): Promise<SelectDeed> {
  const beginning = beginLate(() => beginBound(plan, context));
  try {
    const terms = { ...context.statement, onSent: beginning.begin };
    await loadAll(plan, beginning, { ...context, statement: terms });
    return await run(await beginning.statement, context);
  } catch (error) {
    await beginning.close();
    throw error;
  }
}

async function beginBound(plan: QueryPlan, context: ExecuteContext): Promise<EngineStatement> {
  const statement = await context.begin();
  try {
    await bindQuery(plan, statement);
    return statement;
  } catch (error) {
    await statement.close();
    throw error;
  }
}

async function run(statement: EngineStatement, { signal }: ExecuteContext): Promise<SelectDeed> {
  const rows = countedRows(await statement.run(signal));
  return { tag: 'SELECT', ...rows, isShown: true, close: () => statement.close() };
}

/** SQL around a SELECT that takes its rows, with the values of parameters in it. */
export interface Around {
  readonly prefix?: string;
  readonly suffix?: string;
  /** A file that takes them. */
  readonly copy?: EngineCopy;
  readonly parameters?: QueryPlan['parameters'];
}

/** Binds the names of a query. */
export async function bindQuery(plan: QueryPlan, statement: EngineStatement, around?: Around): Promise<void> {
  const { parameters, ...query } = engineQuery(plan);
  try {
    await statement.bind({ ...query, ...around, parameters: { ...around?.parameters, ...parameters } });
  } catch (error) {
    throw withMemberNames(error, plan.refs);
  }
}

/** A query as the engine takes it. */
export function engineQuery({ text, parameters, refs, catalog, members }: QueryPlan): EngineQuery {
  const tables = [...refs.map(engineTable), ...catalog.map(catalogEngineTable)].toSorted(
    (a, b) => a.ordinal - b.ordinal,
  );
  return { text, tables, members, parameters };
}

/** What is no column may be a member of one: `login` of `profile`. */
function withMemberNames(error: unknown, refs: readonly PlannedRef[]): unknown {
  if (!(error instanceof BindError) || error.code !== 'UNKNOWN_COLUMN') return error;
  const { message, unknownName } = error;
  const found = refs.flatMap(({ request }) => membersNamed(request.resource, unknownName));
  const nearest = [...new Set(found)].slice(0, 3);
  if (nearest.length === 0) return error;
  return new BindError('UNKNOWN_COLUMN', message, {
    unknownName,
    nearest,
    hint: didYouMean(nearest, []),
    cause: error,
  });
}

/**
 * Changes a table of the session by what a query gives, within the transaction of `statement`. The result is how many rows
 * it took, or those that RETURNING asks for.
 */
export async function fillFrom(
  plan: QueryPlan,
  around: Around,
  statement: EngineStatement,
  context: ExecuteContext,
): Promise<ResultSet> {
  await bindQuery(plan, statement, around);
  await loadAll(plan, begun(statement), context);
  const { columns, batches } = await statement.run(context.signal);
  return { columns, rows: await collect({ columns, batches }) };
}

/** The same as if no scan gave a row: nothing is requested. */
export async function fillWithNothing(
  plan: QueryPlan,
  around: Around,
  statement: EngineStatement,
  { signal }: Pick<ExecuteContext, 'signal'>,
): Promise<ResultSet> {
  await bindQuery(plan, statement, around);
  const { columns, batches } = await statement.run(signal);
  return { columns, rows: await collect({ columns, batches }) };
}

function engineTable({ ordinal, name, alias, columns, stored, meant }: PlannedRef): EngineTable {
  const hidden = columns.filter(({ origin }) => origin === 'raw').map((column) => column.name);
  return {
    ordinal,
    name,
    columns,
    stored,
    meant,
    ...(alias !== undefined && { alias }),
    ...(hidden.length > 0 && { hidden }),
  };
}

function catalogEngineTable({ ordinal, name, alias, columns }: CatalogRef): EngineTable {
  return { ordinal, name, columns, ...(alias !== undefined && { alias }) };
}

/** The rows of a query that is part of another statement. */
export async function rowsOf(source: QueryPlan, context: ExecuteContext): Promise<ResultSet> {
  const outcome = await executeQuery(source, context);
  try {
    return { columns: outcome.result.columns, rows: await collect(outcome.result) };
  } finally {
    await outcome.close();
  }
}

export async function* batchesOf(results: readonly ResultSet[]): AsyncGenerator<readonly Row[]> {
  for (const { rows } of results) yield rows;
}

export function fixed({ columns, rows }: ResultSet): Required<Pick<Deed, 'result' | 'close'>> {
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
  const rows: Row[] = [];
  for await (const batch of stream.batches()) for (const row of batch) rows.push(row);
  return rows;
}
