/**
 * The version of this package.
 *
 * @module
 */

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** From package.json, so that there is one place to change it; by the package's name, wherever in it this code stands. */
export function version(): string {
  return (require('oktaql/package.json') as { readonly version: string }).version;
}
