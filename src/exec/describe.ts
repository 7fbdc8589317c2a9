/**
 * Says what a plan would answer and what its parameters are, without a request.
 *
 * @module
 */

import type { EngineDescription, EngineStatement } from '../engine/engine.ts';
import { assertNever } from '../errors.ts';
import type { LocalPlan, Plan, QueryPlan, Targets } from '../plan/plan.ts';
import { type Mutation, returnedQuery } from './mutate.ts';
import type { Provider } from './provider.ts';
import { engineQuery } from './query.ts';
import { resultColumns } from './result-columns.ts';

/** @throws what binding the plan's names would throw */
export async function describePlan(
  plan: Plan,
  statement: EngineStatement,
  provider: Pick<Provider, 'registry'>,
): Promise<EngineDescription> {
  const describe = (query: QueryPlan): Promise<EngineDescription> => statement.describe(engineQuery(query));
  switch (plan.kind) {
    case 'query':
      return describe(plan);
    case 'insert':
      return returning(plan, statement, provider, [await describe(plan.source)]);
    case 'delete':
      return returning(plan, statement, provider, await describeTargets(plan.objects, describe));
    case 'update': {
      const parts = [await describe(plan.source), ...(await describeTargets(plan.objects, describe))];
      return returning(plan, statement, provider, parts);
    }
    case 'exec':
      // What nothing shows again is shown, asked for or not.
      return plan.showResults || plan.method.once !== undefined
        ? { columns: resultColumns(plan.method), parameters: {} }
        : WITHOUT_ROWS;
    case 'explain':
      return { columns: [{ name: 'plan', type: plan.format === 'json' ? 'JSON' : 'VARCHAR' }], parameters: {} };
    case 'metadata':
      return { columns: plan.columns, parameters: {} };
    case 'local':
      return describeLocal(plan, statement, describe);
    case 'set':
      return WITHOUT_ROWS;
    default:
      return assertNever(plan);
  }
}

const WITHOUT_ROWS: EngineDescription = { columns: [], parameters: {} };

type Describe = (query: QueryPlan) => Promise<EngineDescription>;

async function describeTargets(objects: Targets, describe: Describe): Promise<readonly EngineDescription[]> {
  return objects.kind === 'matching' ? [await describe(objects.query)] : [];
}

/** What RETURNING asks for, and the parameters of all parts. */
async function returning(
  mutation: Mutation,
  statement: EngineStatement,
  provider: Pick<Provider, 'registry'>,
  parts: readonly EngineDescription[],
): Promise<EngineDescription> {
  const parameters = Object.assign({}, ...parts.map((part) => part.parameters)) as EngineDescription['parameters'];
  const returned = await returnedQuery(mutation, statement, provider);
  return { columns: returned === undefined ? [] : (await statement.describe(returned)).columns, parameters };
}

async function describeLocal(
  plan: LocalPlan,
  statement: EngineStatement,
  describe: Describe,
): Promise<EngineDescription> {
  switch (plan.action) {
    case 'run':
      return shownOnly(plan, await statement.describeLocal(plan.text));
    case 'fill':
      return shownOnly(plan, await statement.describe({ ...engineQuery(plan.query), ...around(plan) }));
    case 'createView':
    case 'copy':
      return { ...WITHOUT_ROWS, parameters: (await describe(plan.query)).parameters };
    case 'dropView':
    case 'refreshView':
      return WITHOUT_ROWS;
    default:
      return assertNever(plan);
  }
}

function around({ prefix, suffix }: LocalPlan & { readonly action: 'fill' }): { prefix: string; suffix?: string } {
  return { prefix, ...(suffix !== undefined && { suffix }) };
}

/** The engine counts what a change took in a column of its own. */
function shownOnly(plan: { readonly returnsRows?: true }, description: EngineDescription): EngineDescription {
  return plan.returnsRows === true ? description : { ...description, columns: [] };
}
