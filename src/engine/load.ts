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
  const api = require('@duckdb/node-api') as DuckDb;
  keepByteOrderMarks();
  return api;
}

/**
 * The package decodes each text as if it were a document, whose first U+FEFF says how it is encoded; in a value it is a
 * character like any other. Its decoder is a variable of one of its modules (1.5.6, which package.json pins).
 */
function keepByteOrderMarks(): void {
  const accessors = require('@duckdb/node-api/lib/vectors/dataAccessors.js') as {
    textDecoder: InstanceType<typeof TextDecoder>;
  };
  if (!accessors.textDecoder.ignoreBOM) accessors.textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
}
