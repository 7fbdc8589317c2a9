import { type AnyQueryError, QueryError } from '../../../src/errors.ts';
import type { Plan } from '../../../src/plan/plan.ts';
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

function parseOne(sql: string): Statement {
  const [statement, ...more] = parseScript(sql);
  if (statement === undefined || more.length > 0) throw new Error(`not one statement: ${sql}`);
  return statement.parse();
}

export function planOf(sql: string, defaults: Readonly<Record<string, Literal>> = {}, registry: Registry = okta): Plan {
  return plan(parseOne(sql), { registry, defaults });
}

/** The error that planning ends with. */
export function errorOf(sql: string, defaults?: Readonly<Record<string, Literal>>): AnyQueryError {
  try {
    planOf(sql, defaults);
  } catch (error) {
    if (error instanceof QueryError) return error as AnyQueryError;
    throw error;
  }
  throw new Error(`no error: ${sql}`);
}
