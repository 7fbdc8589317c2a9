/** What a control would ask for, by EXPLAIN, which sends nothing. */

import type { Session } from '../../src/index.ts';
import { type Control, defaultsOf } from './packs.ts';

export interface PlannedScan {
  readonly resource: string;
  readonly path: string;
  readonly requests?: { readonly min: number; readonly max: number | null };
  readonly children: readonly PlannedScan[];
}

/** All scans of a control, parents included. */
export async function scansOf(session: Session, control: Control): Promise<readonly PlannedScan[]> {
  const { rows } = await session.query(`EXPLAIN (FORMAT JSON) ${control.sql}`, { parameters: defaultsOf(control) });
  const plan = rows[0]?.[0] as unknown as readonly PlannedScan[];
  return plan.flatMap(withChildren);
}

function withChildren(scan: PlannedScan): readonly PlannedScan[] {
  return [scan, ...scan.children.flatMap(withChildren)].filter(({ path }) => typeof path === 'string');
}

/** The distinct paths of a control, in the order of its plan. */
export async function pathsOf(session: Session, control: Control): Promise<readonly string[]> {
  return [...new Set((await scansOf(session, control)).map(({ path }) => path))];
}
