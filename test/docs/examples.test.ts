/** The JavaScript of the documents compiles, as strictly as TypeScript can check it. */

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Inside the package, so that `oktaql` and the types of Node are found as its users find them. */
const FOLDER = `${ROOT}node_modules/.cache/oktaql-examples`;

/** What an example uses of `node:sqlite`, which the types of our lowest version of Node do not have. */
const SQLITE = `declare module 'node:sqlite' {
  type Stored = null | number | bigint | string | NodeJS.ArrayBufferView;
  class DatabaseSync {
    constructor(path: string);
    exec(sql: string): void;
    prepare(sql: string): { run(...values: Stored[]): object; all(...values: Stored[]): Record<string, Stored>[] };
  }
}`;

const SETTINGS = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023'],
    module: 'NodeNext',
    moduleDetection: 'force',
    types: ['node'],
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitReturns: true,
    noPropertyAccessFromIndexSignature: false,
    // msw's own declarations need a browser's.
    skipLibCheck: true,
    paths: {
      oktaql: ['../../../dist/index.d.ts'],
      'oktaql/errors': ['../../../dist/errors.d.ts'],
      'oktaql/simulator': ['../../../dist/simulator/index.d.ts'],
    },
  },
  include: ['*.mts', 'sqlite.d.ts'],
};

afterAll(() => rm(FOLDER, { recursive: true, force: true }));

test('every example in JavaScript or TypeScript compiles under exactOptionalPropertyTypes', async () => {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/tsconfig.json`, JSON.stringify(SETTINGS));
  await writeFile(`${FOLDER}/sqlite.d.ts`, SQLITE);
  const documents = ['README.md', ...(await readdir(`${ROOT}docs`)).filter((name) => name.endsWith('.md'))];
  let count = 0;
  for (const name of documents) {
    const text = await readFile(ROOT + (name === 'README.md' ? name : `docs/${name}`), 'utf8');
    const blocks = [...text.matchAll(/^```(?:js|ts|mjs|javascript|typescript)\n([\s\S]*?)^```/gm)];
    count += blocks.length;
    await Promise.all(
      blocks.map(([, block = ''], index) => writeFile(`${FOLDER}/${name.replace('.md', '')}-${index + 1}.mts`, block)),
    );
  }
  expect(count).toBeGreaterThan(5);
  const compiled = await run(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-p', FOLDER]).catch(
    (error: { readonly stdout: string }) => error,
  );
  expect(compiled.stdout).toBe('');
});
