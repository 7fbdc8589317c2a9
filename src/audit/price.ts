/**
 * What a run would cost in requests, without sending any.
 *
 * @module
 */

import { isQueryError } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { Row, Value } from '../values.ts';
import { parametersFor } from './check-pack.ts';
import type { Chosen } from './selection.ts';

/** What the plan of one control says. */
export interface ControlPrice {
  readonly pack: string;
  readonly id: string;
  readonly title: string;
  /** At least, and as far as the sizes of lists can be guessed. Undefined for what asks nothing. */
  readonly least?: number;
  readonly expected?: number;
  /** As above, but for lists that a control before it has read. */
  readonly shared?: number;
  readonly problem?: string;
}

interface PlanNode {
  readonly method?: string | null;
  readonly path?: string | null;
  readonly pushed?: unknown;
  readonly fed?: unknown;
  readonly quals?: unknown;
  readonly requests?: { readonly min: number; readonly expected: number } | null;
}

/** Prices the controls in the order in which they would run. */
export async function pricesOf(
  chosen: readonly Chosen[],
  session: Session,
  org: string,
): Promise<readonly ControlPrice[]> {
  const seen = new Set<string>();
  const prices: ControlPrice[] = [];
  for (const each of chosen) prices.push(await priceOf(each, session, org, seen));
  return prices;
}

async function priceOf(
  { pack, control }: Chosen,
  session: Session,
  org: string,
  seen: Set<string>,
): Promise<ControlPrice> {
  const { id, title, body } = control;
  if (body.kind === 'manual') return { pack, id, title, problem: 'manual' };
  if (body.kind === 'broken') return { pack, id, title, problem: body.problems[0]?.message ?? 'broken' };
  try {
    const nodes = await planOf(body.text, parametersFor(control, org), session);
    const fresh = nodes.filter((node) => {
      const key = JSON.stringify([node.method, node.path, node.pushed, node.fed, node.quals]);
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
    const sum = (of: readonly PlanNode[], what: 'min' | 'expected'): number =>
      of.reduce((total, { requests }) => total + (requests?.[what] ?? 0), 0);
    return {
      pack,
      id,
      title,
      least: sum(nodes, 'min'),
      expected: sum(nodes, 'expected'),
      shared: sum(fresh, 'expected'),
    };
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return { pack, id, title, problem: error.message };
  }
}

/** The plan of a query as EXPLAIN tells it to programs: docs/explain.schema.json. */
export async function planOf(
  text: string,
  parameters: ReturnType<typeof parametersFor>,
  session: Session,
): Promise<readonly PlanNode[]> {
  const { rows } = await session.query(`EXPLAIN (FORMAT JSON) ${text.trim()}`, { parameters });
  const plan = rows[0]?.[0] ?? [];
  return (typeof plan === 'string' ? JSON.parse(plan) : plan) as readonly PlanNode[];
}

export function priceRows(prices: readonly ControlPrice[]): readonly Row[] {
  const total = (what: 'least' | 'expected' | 'shared'): number =>
    prices.reduce((sum, price) => sum + (price[what] ?? 0), 0);
  const rows = prices.map(({ pack, id, least, expected, shared, problem }): readonly Value[] => [
    `${pack}/${id}`,
    least ?? null,
    expected ?? null,
    shared ?? null,
    problem ?? null,
  ]);
  return [...rows, ['all', total('least'), total('expected'), total('shared'), null]];
}
