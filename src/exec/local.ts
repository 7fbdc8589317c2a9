/**
 * Runs statements about the session's own tables and views.
 *
 * @module
 */

import { isAbsolute, sep } from 'node:path';
import type { EngineStatement, StoredView } from '../engine/engine.ts';
import { assertNever, BindError, NotSupportedError } from '../errors.ts';
import type { LocalPlan } from '../plan/plan.ts';
import { nearestNames } from '../registry/nearest.ts';
import type { LocalObject } from '../sql/statement.ts';
import type { ResultSet } from '../values.ts';
import { type Deed, type ExecuteContext, WITHOUT_ROWS } from './outcome.ts';
import { bindQuery, fillFrom, fillWithNothing, fixed } from './query.ts';

/** StackQL's words, which scripts look for. */
const DDL_DONE = 'DDL Execution Completed';
const REFRESHED = 'refresh materialized view completed';

/** Everything or nothing: what fails half-way leaves the session's tables and views as they were. */
export async function executeLocal(plan: LocalPlan, context: ExecuteContext): Promise<Deed> {
  const statement = await context.begin();
  try {
    const { tag, message, count, returned } = await change(plan, statement, { context, fill: fillFrom });
    const views = isAboutViews(plan) ? await statement.views() : undefined;
    // Files are there as soon as they are written, and the session's tables are as they were.
    if (plan.action !== 'copy') await statement.commit();
    if (views !== undefined) context.onViews(views);
    const rows = returned === undefined ? WITHOUT_ROWS : { ...fixed(returned), isShown: true };
    return { tag, count: () => count, ...rows, message };
  } finally {
    await statement.close();
  }
}

function isAboutViews({ action }: LocalPlan): boolean {
  return action === 'createView' || action === 'dropView';
}

/** What to tell of a change. Only rows are counted. */
interface Change {
  readonly tag: Deed['tag'];
  readonly message: string;
  readonly count?: number;
  /** What RETURNING asks for. */
  readonly returned?: ResultSet;
}

const COUNTED: ReadonlySet<Deed['tag']> = new Set<Deed['tag']>(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** What changing takes. Whether the rows of a query are read decides who runs it. */
interface Means {
  readonly context: ExecuteContext;
  readonly fill: typeof fillFrom;
}

/**
 * Does to tables and views what a statement would do to them if no query gave a row. The transaction is left open.
 *
 * @returns the views, where the statement is about them
 */
export async function tryLocal(
  plan: LocalPlan,
  statement: EngineStatement,
  context: ExecuteContext,
): Promise<readonly StoredView[] | undefined> {
  // What is written to a file is no part of the transaction.
  if (plan.action === 'copy') await bindQuery(plan.query, statement);
  else await change(plan, statement, { context, fill: fillWithNothing });
  return isAboutViews(plan) ? await statement.views() : undefined;
}

async function change(plan: LocalPlan, statement: EngineStatement, means: Means): Promise<Change> {
  switch (plan.action) {
    case 'run':
      await checkNames(plan.object, statement);
      return told(plan, await statement.runLocal(plan.text, plan.parameters, means.context.signal));
    case 'fill':
      await checkNames(plan.object, statement);
      return told(plan, await means.fill(plan.query, plan, statement, means.context));
    case 'createView':
      return createView(plan, statement, means);
    case 'dropView':
      await dropView(plan, statement);
      return { tag: plan.isMaterialized ? 'DROP MATERIALIZED VIEW' : 'DROP VIEW', message: DDL_DONE };
    case 'refreshView':
      await refreshView(plan.name, statement, means);
      return { tag: 'REFRESH MATERIALIZED VIEW', message: REFRESHED };
    case 'copy':
      return copyTo(plan, statement, means.context);
    default:
      return assertNever(plan);
  }
}

/** What the engine answers: one row with the number of rows, or with RETURNING the rows. */
function told(
  { tag, message, returnsRows }: Pick<Change, 'tag' | 'message'> & { readonly returnsRows?: true },
  answer: ResultSet,
): Change {
  if (returnsRows) return { tag, message, count: answer.rows.length, returned: answer };
  return COUNTED.has(tag) ? { tag, message, count: countIn(answer) } : { tag, message };
}

function countIn({ rows }: ResultSet): number {
  return Number(rows[0]?.[0] ?? 0);
}

/** A name is that of a table or of a view: tables are the engine's, views ours, and neither knows the other. */
async function checkNames(object: LocalObject | undefined, statement: EngineStatement): Promise<void> {
  if (object === undefined) return;
  if (object.use === 'rows') return await checkRowIds(object.name, statement);
  const views = await statement.views();
  const known = viewNamed(object.name, views);
  const made = object.use === 'make' ? object.name : object.newName;
  const taken = made === undefined ? undefined : viewNamed(made, views);
  if (taken !== undefined) throw nameTaken(taken.name, 'view', dropHint(taken));
  if (known === undefined) return;
  throw new BindError('BINDING', `${quote(known.name)} is a view.`, { unknownName: known.name, hint: dropHint(known) });
}

/** Rows are told apart by the engine's own `rowid`, which a column of that name hides. */
async function checkRowIds(table: string, statement: EngineStatement): Promise<void> {
  const names = await statement.columnNames(table);
  if (!names.some((name) => name.toLowerCase() === 'rowid')) return;
  throw new NotSupportedError(`${quote(table)} has a column rowid: its rows cannot be changed by a query.`, {
    hint: 'Rename that column, or put the rows of the query into a table first: CREATE TABLE x AS SELECT … .',
  });
}

function dropHint({ name, isMaterialized }: StoredView): string {
  return `Take another name, or write DROP ${isMaterialized ? 'MATERIALIZED VIEW' : 'VIEW'} ${quote(name)} first.`;
}

function nameTaken(name: string, kind: 'table' | 'view', hint: string): BindError {
  return new BindError('BINDING', `There is a ${kind} ${quote(name)} already.`, { unknownName: name, hint });
}

async function createView(
  { name, query, source, isReplacing, isMaterialized, ifNotExists }: LocalPlan & { readonly action: 'createView' },
  statement: EngineStatement,
  { context, fill }: Means,
): Promise<Change> {
  const known = viewNamed(name, await statement.views());
  if (known !== undefined && ifNotExists) return { tag: 'CREATE VIEW', message: DDL_DONE };
  if (known !== undefined && !isReplacing) throw nameTaken(name, 'view', 'CREATE OR REPLACE takes its place.');
  const tables = known?.isMaterialized === true ? [] : await statement.tables();
  const table = tables.find((each) => each.toLowerCase() === name.toLowerCase());
  if (table !== undefined) {
    throw nameTaken(table, 'table', `Take another name, or write DROP TABLE ${quote(table)} first.`);
  }
  if (known !== undefined) await drop(known, statement);
  const view = { name, text: source, isMaterialized };
  if (isMaterialized) {
    const answer = await fill(query, { prefix: `CREATE TABLE ${quote(name)} AS` }, statement, context);
    await statement.saveView(view);
    return { tag: 'SELECT', message: DDL_DONE, count: countIn(answer) };
  }
  // A view is not read now, but its names are looked up: a misspelt one is found by whoever wrote it.
  await bindQuery(query, statement);
  await statement.saveView(view);
  return { tag: 'CREATE VIEW', message: DDL_DONE };
}

async function dropView(
  { name, ifExists, isMaterialized }: LocalPlan & { readonly action: 'dropView' },
  statement: EngineStatement,
): Promise<void> {
  const views = await statement.views();
  const known = viewNamed(name, views);
  if (known === undefined && ifExists) return;
  if (known === undefined) throw unknownView(name, views);
  if (known.isMaterialized !== isMaterialized) {
    const kind = known.isMaterialized ? 'MATERIALIZED VIEW' : 'VIEW';
    throw new BindError('BINDING', `${quote(known.name)} is a ${kind.toLowerCase()}.`, {
      unknownName: name,
      hint: `Write DROP ${kind} ${quote(known.name)}.`,
    });
  }
  await drop(known, statement);
}

async function drop({ name, isMaterialized }: StoredView, statement: EngineStatement): Promise<void> {
  if (isMaterialized) await statement.runLocal(`DROP TABLE ${quote(name)}`);
  await statement.dropView(name);
}

async function copyTo(
  { query, path, options, isPartitioned }: LocalPlan & { readonly action: 'copy' },
  statement: EngineStatement,
  context: ExecuteContext,
): Promise<Change> {
  // Not `resolve`, which takes `..` off a path without asking where a link leads. The engine may be elsewhere.
  const whole = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`;
  const answer = await fillFrom(query, { copy: { path: whole, options, isPartitioned } }, statement, context);
  const count = countIn(answer);
  return { tag: 'COPY', message: `COPY ${count}`, count };
}

async function refreshView(name: string, statement: EngineStatement, { context, fill }: Means): Promise<void> {
  const views = (await statement.views()).filter(({ isMaterialized }) => isMaterialized);
  const known = viewNamed(name, views);
  if (known === undefined) throw unknownView(name, views);
  const query = await context.planText(known.text);
  await fill(query, { prefix: `CREATE OR REPLACE TABLE ${quote(known.name)} AS` }, statement, context);
}

function viewNamed(name: string, views: readonly StoredView[]): StoredView | undefined {
  return views.find((view) => view.name.toLowerCase() === name.toLowerCase());
}

function unknownView(name: string, views: readonly StoredView[]): BindError {
  const names = views.map((view) => view.name);
  return new BindError('UNKNOWN_RESOURCE', `There is no view ${quote(name)} here.`, {
    unknownName: name,
    nearest: nearestNames(name, names),
    ...(names.length > 0 && { hint: `The views are ${names.join(', ')}.` }),
  });
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
