/**
 * Loads DuckDB when it is first needed.
 *
 * @module
 */

import { createRequire } from 'node:module';

/** The classes of `@duckdb/node-api`. */
export type DuckDb = typeof import('@duckdb/node-api');

const require = createRequire(import.meta.url);

/**
 * By `require`, although this is ESM: the package is CommonJS, and for an `import` of one Node first reads all its files
 * to guess at their exports. That takes a quarter of a start (Node 20: 105 ms with `import`, 70 ms with `require`).
 */
export function loadDuckDb(): DuckDb {
  return require('@duckdb/node-api') as DuckDb;
}
