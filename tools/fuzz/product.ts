/** @module */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Product } from './kind.ts';

/** From dist/, relative to the package, where npm starts its scripts. */
export async function builtProduct(): Promise<Product> {
  const [library, simulator] = await Promise.all([built('index.js'), built('simulator/index.js')]);
  return { library, simulator } as Product;
}

function built(file: string): Promise<unknown> {
  return import(pathToFileURL(resolve('dist', file)).href);
}
