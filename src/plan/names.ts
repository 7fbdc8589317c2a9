/**
 * Names that an API takes in place of ids.
 *
 * @module
 */

import type { Names, Resource } from '../registry/resource.ts';
import type { Literal } from '../sql/statement.ts';
import { parameterOf } from './assignments.ts';
import type { InQual } from './plan.ts';

/** What methods take in the parameter that a column binds; undefined where they take ids alone. */
export function namesFor(resource: Resource, column: string): Names | undefined {
  return resource.methods
    .map((method) => method.names?.[parameterOf(resource, method, column) ?? ''])
    .find((names) => names !== undefined);
}

/** Whether one object may be meant twice: by its id and by a name, or by two names. */
export function mayMeanOneTwice(resource: Resource, { column, values }: InQual): boolean {
  const names = values.length > 1 ? namesFor(resource, column) : undefined;
  return names !== undefined && !values.every((value) => isId(names, value));
}

/** Whether a value is certainly an id: what else is given may be a name. */
export function isId({ ids }: Names, value: Literal): boolean {
  return ids !== undefined && value !== null && String(value).startsWith(ids) && ID.test(String(value));
}

/** A name may begin like an id; ids have letters and digits only, and are long. */
const ID = /^[A-Za-z0-9]{18,24}$/;
