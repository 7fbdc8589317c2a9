/**
 * Runs statements about the session's own tables and views.
 *
 * @module
 */

import type { EngineStatement, StoredView } from '../engine/engine.ts';
import { assertNever, BindError } from '../errors.ts';
import type { LocalPlan } from '../plan/plan.ts';
import { nearestNames } from '../registry/nearest.ts';
import { type Deed, type ExecuteContext, WITHOUT_ROWS } from './outcome.ts';
import { bindQuery, fillFrom } from './query.ts';

/** StackQL's words, which scripts look for. */
const DDL_DONE = 'DDL Execution Completed';
const REFRESHED = 'refresh materialized view completed';

/** Everything or nothing: what fails half-way leaves the session's tables and views as they were. */
export async function executeLocal(plan: LocalPlan, context: ExecuteContext): Promise<Deed> {
  const statement = await context.begin();
  try {
    const { tag, message, count } = await change(plan, statement, context);
    const views = isAboutViews(plan) ? await statement.views() : undefined;
    await statement.commit();
    if (views !== undefined) context.onViews(views);
    return { tag, count: () => count, ...WITHOUT_ROWS, message };
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
}

const COUNTED: ReadonlySet<Deed['tag']> = new Set<Deed['tag']>(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);

async function change(plan: LocalPlan, statement: EngineStatement, context: ExecuteContext): Promise<Change> {
  switch (plan.action) {
    case 'run':
      return told(plan, await statement.runLocal(plan.text, plan.parameters, context.signal));
    case 'fill':
      return told(plan, await fillFrom(plan.query, plan.prefix, statement, context));
    case 'createView':
      return createView(plan, statement, context);
    case 'dropView':
      await dropView(plan, statement);
      return { tag: plan.isMaterialized ? 'DROP MATERIALIZED VIEW' : 'DROP VIEW', message: DDL_DONE };
    case 'refreshView':
      await refreshView(plan.name, statement, context);
      return { tag: 'REFRESH MATERIALIZED VIEW', message: REFRESHED };
    default:
      return assertNever(plan);
  }
}

function told({ tag, message }: Pick<Change, 'tag' | 'message'>, rows: number): Change {
  return COUNTED.has(tag) ? { tag, message, count: rows } : { tag, message };
}

async function createView(
  { name, query, source, isReplacing, isMaterialized }: LocalPlan & { readonly action: 'createView' },
  statement: EngineStatement,
  context: ExecuteContext,
): Promise<Change> {
  const known = viewNamed(name, await statement.views());
  if (known !== undefined && !isReplacing) {
    throw new BindError('BINDING', `There is a view ${quote(name)} already.`, {
      unknownName: name,
      hint: 'CREATE OR REPLACE takes its place.',
    });
  }
  if (known !== undefined) await drop(known, statement);
  const view = { name, text: source, isMaterialized };
  if (isMaterialized) {
    const count = await fillFrom(query, `CREATE TABLE ${quote(name)} AS`, statement, context);
    await statement.saveView(view);
    return { tag: 'SELECT', message: DDL_DONE, count };
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

async function refreshView(name: string, statement: EngineStatement, context: ExecuteContext): Promise<void> {
  const views = (await statement.views()).filter(({ isMaterialized }) => isMaterialized);
  const known = viewNamed(name, views);
  if (known === undefined) throw unknownView(name, views);
  const query = await context.planText(known.text);
  await fillFrom(query, `CREATE OR REPLACE TABLE ${quote(known.name)} AS`, statement, context);
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
