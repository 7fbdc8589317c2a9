/**
 * What the rows of a parent give the calls of its children.
 *
 * @module
 */

import type { Assignment } from '../plan/assignments.ts';
import type { Resource } from '../registry/resource.ts';
import type { Value } from '../values.ts';

/** Whether a call is meant for the org, or whatever else both share, of the parent's row. */
export function agrees(
  assignment: Assignment,
  shares: Readonly<Record<string, string>>,
  valueAt: (column: string) => Value,
): boolean {
  return Object.entries(shares).every(
    ([parameter, column]) =>
      !Object.hasOwn(assignment, parameter) || String(assignment[parameter]) === String(valueAt(column)),
  );
}

/** What the statement calls the parent by, which the child's rows are to hold, is kept where it named this parent. */
export function namedAs(
  assignment: Assignment,
  supplies: Readonly<Record<string, string>>,
  { named = {} }: Resource,
  valueAt: (column: string) => Value,
): Assignment {
  const kept = Object.entries(supplies).filter(([parameter, column]) => {
    const alias = Object.entries(named).find(([, field]) => field === column)?.[0];
    return alias !== undefined && Object.hasOwn(assignment, parameter) && assignment[parameter] === valueAt(alias);
  });
  return Object.fromEntries(kept.map(([parameter]) => [parameter, assignment[parameter] ?? null]));
}

export function sharedWith(shares: Readonly<Record<string, string>>, valueAt: (column: string) => Value): Assignment {
  const values = Object.entries(shares).map(([parameter, column]) => [parameter, valueAt(column)] as const);
  return Object.fromEntries(
    values.flatMap(([parameter, value]) => (typeof value === 'string' ? [[parameter, value]] : [])),
  );
}

/** The parameters that a parent row gives its children; undefined where it lacks one. */
export function suppliedBy(
  supplies: Readonly<Record<string, string>>,
  valueAt: (column: string) => Value,
): Assignment | undefined {
  const given = Object.entries(supplies).map(([parameter, column]) => [parameter, valueAt(column)] as const);
  if (given.some(([, id]) => typeof id !== 'string')) return undefined;
  return Object.fromEntries(given.map(([parameter, id]) => [parameter, String(id)]));
}
