/**
 * What parsing a statement has to know of a resource.
 *
 * @module
 */

import type { Provider } from '../exec/provider.ts';
import { keyColumns } from '../plan/assignments.ts';
import { isStarColumn } from '../registry/resource.ts';
import type { ResourceFacts } from '../sql/parse-context.ts';

/** Only views of StackQL's own SQLite are taken where the document tells dialects apart: its functions are there. */
export function factsOf(name: readonly string[], { registry, defaults }: Provider): ResourceFacts {
  const resource = registry.resource(name);
  const { columns, verbs, views = [] } = resource;
  const readable = verbs.select.length > 0 ? [] : views.filter(({ dialect = 'sqlite3' }) => dialect === 'sqlite3');
  const parameters = readable.flatMap((view) => view.requiredParameters);
  const hosts = new Set(
    columns.filter(({ origin }) => origin === 'server').map(({ name: host }) => host.toLowerCase()),
  );
  const named = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((each) => each.toLowerCase()));
  return {
    columns: named([...columns.map((column) => column.name), ...parameters]),
    hosts,
    // Where a credential goes is said by who writes the statement, and not by rows of a file (decision 003).
    keys: new Set([...keyColumns(resource)].filter((name) => !hosts.has(name))),
    hidden: named(columns.filter((column) => !isStarColumn(column)).map((column) => column.name)),
    views: readable.map(({ ddl, requiredParameters }) => ({
      ddl,
      parameters: requiredParameters,
      required: requiredParameters.filter((parameter) => !Object.hasOwn(defaults, parameter)),
    })),
  };
}
