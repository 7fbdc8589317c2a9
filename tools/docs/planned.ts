/**
 * Which method a statement runs, by the planner itself: an example stands under the method that it really calls.
 *
 * @module
 */

import { createDuckDbEngine } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { PlanError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { plan } from '../../src/plan/planner.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Method, Resource } from '../../src/registry/resource.ts';
import { parseScript, type UnparsedStatement } from '../../src/sql/parse.ts';
import type { ParseContext } from '../../src/sql/parse-context.ts';
import type { Statement } from '../../src/sql/statement.ts';
import { fillPlaceholders } from '../../src/sql/text/placeholders.ts';

/**
 * The method of `resource` that the statement runs, or undefined where no method fits it.
 *
 * Throws for what is no statement, or names what the documents do not have.
 */
export async function plannedMethod(sql: string, resource: Resource, registry: Registry): Promise<Method | undefined> {
  const names = [...sql.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name = '']) => name);
  // Any value plans alike; this one is also the JSON object that a body has to be.
  const text = fillPlaceholders(sql, Object.fromEntries(names.map((name) => [name, '{}'])));
  const [statement, second] = parseScript(text);
  if (statement === undefined || second !== undefined) throw new Error(`An example is one statement: ${sql}`);
  try {
    return methodIn(plan(await parsed(statement), { registry, defaults: {} }), resource);
  } catch (error) {
    if (error instanceof PlanError) return undefined;
    throw error;
  }
}

/** Parses with an engine at hand for what node-sql-parser does not read. */
async function parsed(statement: UnparsedStatement): Promise<Statement> {
  const engine: Engine = createDuckDbEngine();
  const context: ParseContext = {
    duckDbTree: async (text) => (await engine.begin()).parse(text),
    evaluate: async (expressions, parameters) => (await engine.begin()).evaluate(expressions, parameters),
    distinctValues: async (queries) => queries.map(() => undefined),
    parameters: {},
    views: new Map(),
    resource: () => ({ views: [], columns: new Set(), hidden: new Set(), hosts: new Set(), keys: new Set() }),
  };
  try {
    return await statement.parse(context);
  } finally {
    await engine.close();
  }
}

function methodIn(planned: Plan, resource: Resource): Method | undefined {
  if (planned.kind === 'query') {
    return planned.refs.find((ref) => ref.request.resource.name === resource.name)?.scan?.method;
  }
  return 'method' in planned ? planned.method : undefined;
}
