/**
 * Which method a statement runs, by the planner itself: an example stands under the method that it really calls.
 *
 * @module
 */

import { PlanError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { plan } from '../../src/plan/planner.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Method, Resource } from '../../src/registry/resource.ts';
import { parseScript } from '../../src/sql/parse.ts';
import { fillPlaceholders } from '../../src/sql/placeholders.ts';

/**
 * The method of `resource` that the statement runs, or undefined where no method fits it.
 *
 * Throws for what is no statement, or names what the documents do not have.
 */
export function plannedMethod(sql: string, resource: Resource, registry: Registry): Method | undefined {
  const names = [...sql.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name = '']) => name);
  // Any value plans alike; this one is also the JSON object that a body has to be.
  const text = fillPlaceholders(sql, Object.fromEntries(names.map((name) => [name, '{}'])));
  const [statement, second] = parseScript(text);
  if (statement === undefined || second !== undefined) throw new Error(`An example is one statement: ${sql}`);
  try {
    return methodIn(plan(statement.parse(), { registry, defaults: {} }), resource);
  } catch (error) {
    if (error instanceof PlanError) return undefined;
    throw error;
  }
}

function methodIn(planned: Plan, resource: Resource): Method | undefined {
  if (planned.kind === 'metadata') return undefined;
  if (planned.kind !== 'query') return planned.method;
  return planned.refs.find(({ scan }) => scan.resource.name === resource.name)?.scan.method;
}
