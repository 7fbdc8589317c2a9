/**
 * PostgreSQL's catalog for a server: `pg_catalog` and `information_schema` over a provider's tables and the session's own, answered
 * by a small DuckDB of its own.
 *
 * Entry of this folder. It knows neither the wire's messages nor how Okta is asked: nothing here sends a request.
 *
 * @module
 */

import { createRequire } from 'node:module';
import type { Registry } from '../registry/registry.ts';
import type { Catalog } from './contract.ts';
import { openSession } from './session.ts';
import { openWorld, type World } from './world.ts';

const require = createRequire(import.meta.url);

/**
 * The catalog of all connections of a server. Nothing is read before the first question.
 *
 * @param registry whose providers are databases, whose services are schemas, and whose resources are tables
 */
export function createCatalog(registry: Registry): Catalog {
  const { version } = require('oktaql/package.json') as { readonly version: string };
  const worlds = new Map<string, Promise<World>>();
  const worldOf = (database: string): Promise<World> => {
    const known = worlds.get(database) ?? openWorld(registry, database);
    worlds.set(database, known);
    return known;
  };
  return {
    open: (connection) => openSession(() => worldOf(connection.database), connection, version),
    close: async () => {
      const opened = await Promise.allSettled(worlds.values());
      worlds.clear();
      for (const each of opened) if (each.status === 'fulfilled') each.value.store.close();
    },
  };
}
