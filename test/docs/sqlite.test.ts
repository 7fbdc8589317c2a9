/** The engine over SQLite that docs/library.md shows runs as it stands there, and answers what ours does. */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSession } from '../../src/index.ts';
import { createSimulator, demoOrg } from '../../src/simulator/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const hasSqlite = isBuiltin('node:sqlite');

async function exampleOf(document: string, importing: string): Promise<string> {
  const text = await readFile(ROOT + document, 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  return blocks.find((block) => block.includes(`from '${importing}'`)) ?? '';
}

test('it is about forty lines', async () => {
  const example = await exampleOf('docs/library.md', 'node:sqlite');
  const [engine = ''] = example.split("\nawait load('apps'");
  const lines = engine.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import '));
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.length).toBeLessThanOrEqual(45);
  for (const used of ['exactness', 'estimate()', 'splits(', 'requiredParameters(']) expect(engine).toContain(used);
});

test.skipIf(!hasSqlite)(
  'it answers what DuckDB does (skipped where Node has no node:sqlite: before 22.5)',
  async () => {
    const now = new Date();
    const simulator = createSimulator({ now: () => now, org: demoOrg({ now }) });
    const folder = await inCache();
    const source = (await exampleOf('docs/library.md', 'node:sqlite'))
      .replace("from 'oktaql'", `from '${ROOT}src/index.ts'`)
      .replaceAll('process.env.OKTA_API_TOKEN', 'org.token, fetch: (request) => org.handle(request)')
      .replaceAll("'acme'", "'my-org'")
      .replace(/^(?!import)/m, 'const org = globalThis.sqliteExampleOrg;\n');
    const file = `${folder}/engine.ts`;
    await writeFile(file, source);
    vi.stubGlobal('sqliteExampleOrg', simulator);
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    onTestFinished(() => {
      vi.unstubAllGlobals();
      print.mockRestore();
    });
    await import(/* @vite-ignore */ file);
    const printed: unknown = print.mock.calls[0]?.[0];
    const sent = simulator.journal.map(({ path, query }) => path + query);

    const session = createSession({
      token: simulator.token,
      subdomain: 'my-org',
      fetch: (request) => simulator.handle(request),
    });
    const { columns, rows } = await session.query(`
    SELECT a.label, j.kid, j.created FROM okta.apps.applications a JOIN okta.apps.jwks j ON j.appId = a.id
    WHERE a.status = 'ACTIVE' AND (a.label LIKE 'B%' OR a.label LIKE 'P%') AND j.status = 'ACTIVE'
      AND j.created < now() - INTERVAL 90 DAYS
    ORDER BY j.created, j.kid`);
    await session.close();
    const expected = rows.map((row) =>
      Object.fromEntries(
        columns.map(({ name }, index) => {
          const value = row[index];
          return [name, value instanceof Date ? value.toISOString() : value];
        }),
      ),
    );
    expect(expected.length).toBeGreaterThan(1);
    expect(JSON.parse(JSON.stringify(printed))).toEqual(expected);
    expect(sent[0]).toContain('filter=status+eq+%22ACTIVE%22');
    expect(sent.slice(1).every((path) => path.endsWith('/credentials/jwks'))).toBe(true);
    expect(simulator.violations).toEqual([]);
  },
);

/** A folder of this run's own, where the sources' syntax is read as in the tests. */
async function inCache(): Promise<string> {
  await mkdir(`${ROOT}.cache`, { recursive: true });
  const folder = await mkdtemp(`${ROOT}.cache/sqlite-`);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
