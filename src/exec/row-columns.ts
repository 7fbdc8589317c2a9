/**
 * Columns of the changed row in a SET, where SQL has them and an API does not: the values are there before any row is read.
 *
 * @module
 */

import { BindError, NotSupportedError } from '../errors.ts';
import { exampleFromRow } from '../plan/examples.ts';
import type { UpdatePlan } from '../plan/plan.ts';
import { namePartsOf } from '../registry/resource.ts';

/** What an error in binding the expressions of a SET means: one that says so, where a name is of the row; else the error itself. */
export function ofRow(error: unknown, plan: UpdatePlan): unknown {
  if (!(error instanceof BindError) || !namesRow(error.unknownName, plan)) return error;
  const { verb, resource } = plan;
  return new NotSupportedError(
    `SET takes no columns of the row that it changes, such as ${error.unknownName}: ${resource.name} is sent the same values for every row.`,
    {
      cause: error,
      hint: `Give a value, a text in single quotes, or read it in a query of its own: ${exampleFromRow(plan, verb, error.unknownName)}`,
    },
  );
}

function namesRow(unknownName: string, { resource, alias }: UpdatePlan): boolean {
  const own = [...resource.columns.map(({ name }) => name), resource.name, namePartsOf(resource).at(-1), alias];
  return own.some((name) => name?.toLowerCase() === unknownName.toLowerCase());
}
