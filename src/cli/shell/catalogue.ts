/**
 * The names that completion knows: those of the provider documents, of the session's own tables, and of DuckDB.
 *
 * @module
 */

import type { Registry } from '../../registry/registry.ts';
import type { Resource } from '../../registry/resource.ts';
import type { Session } from '../../session/session.ts';
import { own } from '../../values.ts';

/** A table of the session. */
export interface LocalTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

export interface Catalogue {
  readonly providers: readonly string[];
  services(provider: string): readonly string[];
  /** Last parts of their names. */
  resources(provider: string, service: string): readonly string[];
  /** `provider.service.resource`, of all services; made once. */
  resourceNames(): readonly string[];
  /** In any case. */
  resource(provider: string, service: string, name: string): Resource | undefined;
  readonly tables: readonly LocalTable[];
  readonly functions: readonly string[];
  readonly keywords: readonly string[];
}

export type DocumentNames = Omit<Catalogue, 'tables' | 'functions' | 'keywords'>;

/** Documents are read service by service, when names of theirs are asked for; what was read once is kept. */
export function documentNames(registry: Registry): DocumentNames {
  let all: readonly string[] | undefined;
  const services = (provider: string): readonly string[] =>
    registry.providers.find(({ name }) => isSame(name, provider))?.services ?? [];
  const service = (provider: string, name: string): Readonly<Record<string, Resource>> => {
    const known = services(provider).find((each) => isSame(each, name));
    return known === undefined ? {} : registry.service(provider, known).resources;
  };
  return {
    providers: registry.providers.map(({ name }) => name),
    services,
    resources: (provider, name) => Object.keys(service(provider, name)),
    resourceNames: () => {
      all ??= registry.providers.flatMap(({ name: provider, services: names }) =>
        names.flatMap((name) => Object.values(service(provider, name)).map((resource) => resource.name)),
      );
      return all;
    },
    resource: (provider, serviceName, name) => {
      const resources = service(provider, serviceName);
      return (
        own(resources, name) ?? Object.values(resources).find((each) => isSame(each.name.split('.').at(-1) ?? '', name))
      );
    },
  };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What DuckDB knows; asked once, when it is first wanted. */
export async function engineNames(session: Session): Promise<Pick<Catalogue, 'functions' | 'keywords'>> {
  const [functions, keywords] = [
    await session.query(
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_name SIMILAR TO '[a-z][a-z0-9_]*' ORDER BY 1",
    ),
    await session.query('SELECT upper(keyword_name) FROM duckdb_keywords() ORDER BY 1'),
  ];
  const first = ({ rows }: Awaited<ReturnType<Session['query']>>): readonly string[] =>
    rows.map(([name]) => String(name));
  return { functions: first(functions), keywords: first(keywords) };
}

/** The tables that the session has made. */
export async function localTables(session: Session): Promise<readonly LocalTable[]> {
  const { rows } = await session.query(
    "SELECT table_name, list({ name: column_name, type: data_type } ORDER BY column_index) FROM duckdb_columns() WHERE NOT internal AND table_name NOT LIKE 'oktaql\\_%' ESCAPE '\\' GROUP BY table_name ORDER BY table_name",
  );
  return rows.map(([name, columns]) => ({ name: String(name), columns: columns as unknown as LocalTable['columns'] }));
}
