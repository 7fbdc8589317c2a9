/**
 * `SET search_path = apps, users`: tables that are named without their service.
 *
 * @module
 */

import { BindError } from '../errors.ts';
import type { Registry } from '../registry/registry.ts';
import { parseScript, type UnparsedStatement } from '../sql/parse.ts';
import { withSchemas } from '../sql/text/table-names.ts';
import { isSignificant } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';

/**
 * The statement with the service in front of each table that has none, is none of the session's own, and stands in a service of the
 * path; the first of those that have one.
 *
 * @param path as SET has it
 * @param ownNames the session's own tables and views, in lower case; asked only where the path leads to a service
 */
export async function onSearchPath(
  statement: UnparsedStatement,
  path: string,
  registry: Registry,
  ownNames: () => Promise<ReadonlySet<string>>,
): Promise<UnparsedStatement> {
  const services = servicesOf(path, registry);
  if (services.length === 0) return statement;
  const own = await ownNames();
  const tokens = tokenize(statement.text).filter(isSignificant);
  const text = withSchemas(statement.text, tokens, (name) =>
    own.has(name.toLowerCase()) ? undefined : services.find((service) => hasResource(registry, service, name)),
  );
  const [changed] = text === statement.text ? [] : parseScript(text);
  return changed === undefined ? statement : { ...changed, text: statement.text, position: statement.position };
}

/** Those of the path that are services; what else stands there leads nowhere. */
function servicesOf(path: string, { providers }: Registry): readonly string[] {
  const known = new Set(providers.flatMap(({ services }) => services.map((service) => service.toLowerCase())));
  return tokenize(path)
    .filter(({ kind }) => kind === 'word' || kind === 'quoted')
    .map(({ value }) => value)
    .filter((schema) => known.has(schema.toLowerCase()));
}

function hasResource(registry: Registry, service: string, name: string): boolean {
  try {
    registry.resource([service, name]);
    return true;
  } catch (error) {
    if (error instanceof BindError) return false;
    throw error;
  }
}
