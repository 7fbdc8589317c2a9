/**
 * The version of this package.
 *
 * @module
 */

import { readFileSync } from 'node:fs';

/** From package.json, so that there is one place to change it. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}
