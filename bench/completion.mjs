// How long Tab takes, by place, with all resources of the built-in documents and all names of DuckDB: the first time, in which documents
// are read, and the median of many. Fifty milliseconds are the most that feels immediate.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createSession } from '../dist/index.js';
import { bundleTool } from '../tools/bundle.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
// Inside the package, whose name leads to the documents.
const folder = join(ROOT, '.cache', 'bench-completion');

/** The cursor is at the mark. */
const PLACES = [
  'SEL|',
  'SELECT cou|',
  'SELECT * FROM |',
  'SELECT * FROM fact|',
  'SELECT * FROM okta.|',
  'SELECT * FROM okta.users.|',
  'SELECT * FROM okta.apps.jwks WHERE |',
  'SELECT u.profile.log| FROM okta.users.users u',
  'EXEC okta.apps.jwks.|',
  'EXEC okta.apps.jwks.get_jwk @|',
  'INSERT INTO okta.users.users (|',
  `SELECT ${'a.id, '.repeat(2_000)}a.la| FROM okta.apps.applications a`,
];

const TIMES = 101;

async function load(name) {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  return import(pathToFileURL(await bundleTool(ROOT, `src/cli/shell/${name}.ts`, target)).href);
}

try {
  const [{ complete }, { documentNames, engineNames }] = [await load('completion'), await load('catalogue')];
  const { builtInRegistry } = await import(
    pathToFileURL(await bundleTool(ROOT, 'src/registry/registry.ts', join(folder, 'registry'))).href
  );
  const session = createSession();
  const started = performance.now();
  const engine = await engineNames(session);
  console.log(`names of the engine, once: ${(performance.now() - started).toFixed(0)} ms`);
  await session.close();
  console.log(`${'place'.padEnd(48)} candidates  first ms  median ms`);
  for (const place of PLACES) {
    const cursor = place.indexOf('|');
    const text = place.replace('|', '');
    // A catalogue that knows nothing yet, over documents that may have been read for the place before.
    const catalogue = { ...documentNames(builtInRegistry()), ...engine, tables: [] };
    const run = () => {
      const begun = performance.now();
      const { candidates } = complete(text, cursor, catalogue);
      return { ms: performance.now() - begun, count: candidates.length };
    };
    const first = run();
    const times = Array.from({ length: TIMES }, () => run().ms).sort((one, other) => one - other);
    const median = times[Math.floor(TIMES / 2)];
    const shown = place.length > 46 ? `${place.slice(0, 20)}…${place.slice(-25)}` : place;
    const figures = [String(first.count).padStart(10), first.ms.toFixed(1).padStart(9), median.toFixed(2).padStart(10)];
    console.log(`${shown.padEnd(48)} ${figures.join(' ')}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
