import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { EngineStatement } from '../../../src/engine/engine.ts';
import { type AnyQueryError, QueryError } from '../../../src/errors.ts';
import type { PlanContext, PlanSettings } from '../../../src/plan/draft.ts';
import type { Plan, PlannedRef } from '../../../src/plan/plan.ts';
import { plan } from '../../../src/plan/planner.ts';
import { compileProvider, compileService } from '../../../src/registry/compile.ts';
import { builtInRegistry, createRegistry, type Registry } from '../../../src/registry/registry.ts';
import { parseScript } from '../../../src/sql/parse.ts';
import type { Literal, Statement } from '../../../src/sql/statement.ts';

/** The provider documents that come with oktaql. */
export const okta: Registry = builtInRegistry();

/** A registry of one provider with one service. */
export function registryOf(provider: string, service: string, yaml: string): Registry {
  const about = `title: The ${service}, description: What there is., service: { $ref: service.yaml }`;
  const text = `{ name: ${provider}, version: v1, providerServices: { ${service}: { ${about} } } }`;
  const { info } = compileProvider({ file: 'provider.yaml', text });
  return createRegistry({
    providers: [info],
    loadService: () => compileService(provider, service, { file: 'service.yaml', text: yaml }),
  });
}

let engine: Promise<EngineStatement> | undefined;

/** The engine that parsing may ask; one for all tests of a file, since it is only asked. */
function asked(): Promise<EngineStatement> {
  engine ??= createDuckDbEngine().begin();
  return engine;
}

async function parseOne(sql: string): Promise<Statement> {
  const [statement, ...more] = parseScript(sql);
  if (statement === undefined || more.length > 0) throw new Error(`not one statement: ${sql}`);
  return statement.parse({
    duckDbTree: async (text) => (await asked()).parse(text),
    evaluate: async (expressions, parameters) => (await asked()).evaluate(expressions, parameters),
    distinctValues: async (queries, parameters) => (await asked()).distinctValues(queries, parameters),
    parameters: {},
    views: new Map(),
    resource: () => ({ views: [], columns: new Set(), hidden: new Set(), hosts: new Set(), keys: new Set() }),
  });
}

export interface PlanOptions {
  readonly defaults?: Readonly<Record<string, Literal>>;
  readonly registry?: Registry;
  readonly settings?: PlanSettings;
}

export async function planOf(
  sql: string,
  { defaults = {}, registry = okta, settings }: PlanOptions = {},
): Promise<Plan> {
  const context: PlanContext = { registry, defaults, ...(settings !== undefined && { settings }) };
  return plan(await parseOne(sql), context);
}

/** The references of a query, planned. */
export async function refsOf(sql: string, options?: PlanOptions): Promise<readonly PlannedRef[]> {
  const found = await planOf(sql, options);
  if (found.kind !== 'query') throw new Error(`no query: ${sql}`);
  return found.refs;
}

/** The error that planning ends with. */
export async function errorOf(sql: string, defaults: Readonly<Record<string, Literal>> = {}): Promise<AnyQueryError> {
  try {
    await planOf(sql, { defaults });
  } catch (error) {
    if (error instanceof QueryError) return error as AnyQueryError;
    throw error;
  }
  throw new Error(`no error: ${sql}`);
}
