/** What the documents tell people to type is typed here. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';
import { appWithKeys } from '../cli/org.ts';
import { runCli } from '../cli/run-cli.ts';
import { DESK } from '../library/desk.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');

/** A command of the README that audits. */
const AUDIT = /^npx oktaql audit /;

/** The fenced blocks of a document in one language. */
function blocks(file: string, language: string): readonly string[] {
  return [...read(file).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);
}

let simulator: Simulator;
let session: Session;
beforeAll(() => {
  simulator = createSimulator();
  session = createSession({ token: simulator.token, fetch: (request) => simulator.handle(request) });
});
afterAll(async () => {
  await session.close();
  expect(simulator.violations).toEqual([]);
});

describe('README.md', () => {
  it('shows a query with the output it really has', async () => {
    const [example = ''] = blocks('README.md', 'console');
    const [, sql = '', output = ''] = /demo -- "([^"]*)"\n([\s\S]*)$/.exec(example) ?? [];
    expect(await runCli(['demo', sql])).toEqual({ code: 0, stdout: output, stderr: '' });
  });

  const [queries = '', mutations = ''] = blocks('README.md', 'sql');

  it('has five queries, each of which returns rows', async () => {
    const statements = session.script(queries);
    expect(statements).toHaveLength(5);
    for (const { text } of statements) {
      const { rows, notices } = await session.query(text);
      expect({ text, rows: rows.length > 0, notices }).toEqual({ text, rows: true, notices: [] });
    }
  });

  it('has an INSERT, an UPDATE, an EXEC and a DELETE that work once the ids are filled in', async () => {
    const { appId } = appWithKeys(simulator, 'ACTIVE');
    const modulus = simulator
      .keys(appId)
      .map((key) => key.material)
      .find((material) => 'n' in material);
    const [insert, ...changes] = session.script(
      mutations.replaceAll('0oa…', appId).replace("'…'", `'${modulus && 'n' in modulus ? modulus.n : ''}'`),
    );
    const { rows } = await session.query(insert?.text ?? '');
    const keyId = String(rows[0]?.[0]);
    expect(changes).toHaveLength(3);
    for (const { text } of changes) {
      const { message } = await session.query(text.replace('pks…', keyId));
      expect(message).toBe('The operation was despatched successfully');
    }
    expect(simulator.keys(appId).some(({ id }) => id === keyId)).toBe(false);
  });

  it('names metadata statements that answer', async () => {
    const statements = [...read('README.md').matchAll(/`((?:SHOW|DESCRIBE) [^`]+)`/g)].map(([, text = '']) => text);
    expect(statements).toHaveLength(5);
    for (const text of statements) expect((await session.query(text)).rows.length).toBeGreaterThan(5);
  });

  it('shows audits that run, tried with one of their controls', async () => {
    const lines = blocks('README.md', 'sh').flatMap((block) => block.split('\n'));
    const audits = lines.flatMap((line) => (AUDIT.test(line) ? [line.replace(/ *#.*/, '')] : []));
    expect(audits).toHaveLength(2);
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-readme-'));
    try {
      for (const audit of audits) {
        const args = audit.replace('report.html', join(folder, 'report.html')).split(' ').slice(2);
        const { code, stderr } = await runCli([...args, '--only', 'super-admins-bounded', '--fail-on', 'none']);
        expect({ audit, code, stderr }).toEqual({
          audit,
          code: 0,
          stderr: expect.stringMatching(/^(?:note: \S+ has the report\n)?$/),
        });
      }
      expect(read(join(folder, 'report.html'))).toContain('super-admins-bounded');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names only commands that exist', () => {
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    const commands = blocks('README.md', 'sh')
      .join('')
      .split('\n')
      .filter((line) => line !== '');
    for (const command of commands) {
      // The two set-up commands are run by .ci/run, which installs first.
      const known = [
        /^npm install && npm run demo$/,
        /^npm install && npm test$/,
        /^export OKTA_API_TOKEN=/,
        /^npx oktaql exec "SELECT .*"$/,
        AUDIT,
      ];
      expect(
        known.some((pattern) => pattern.test(command)),
        command,
      ).toBe(true);
    }
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test', 'bench', 'check', 'check:package']));
    expect(read('.ci/run')).toContain('npm install && npm test');
  });
});

describe('docs/library.md', () => {
  const examples = blocks('docs/library.md', 'js');

  it('has five examples that run', async () => {
    expect(examples).toHaveLength(5);
    for (const example of examples) await runExample(example);
  });

  /** Runs an example as a module of its own, against the simulator in place of an org. */
  async function runExample(example: string): Promise<void> {
    const { appId, keyId } = appWithKeys(simulator, 'ACTIVE');
    const source = example
      .replace(
        /^import (\{[^}]*\}) from '(oktaql[^']*)';$/gm,
        (_line, names: string, specifier: string) => `const ${names} = await load('${specifier}');`,
      )
      .replaceAll('process.env.OKTA_API_TOKEN', 'org.token, fetch: (request) => org.handle(request)')
      .replaceAll("'./providers'", JSON.stringify(DESK))
      .replaceAll('process.env[name]', "name, fetch: async () => Response.json({ data: { items: [{ id: 't1' }] } })")
      .replaceAll("'acme'", "'my-org'")
      .replaceAll('0oa…', appId)
      .replaceAll('pks…', keyId);
    const printed: unknown[][] = [];
    const console = {
      log: (...values: unknown[]) => printed.push(values),
      warn: (...values: unknown[]) => printed.push(values),
    };
    const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
      ...args: string[]
    ) => (...values: unknown[]) => Promise<void>;
    const load = (specifier: string): Promise<unknown> =>
      specifier === 'oktaql' ? import('../../src/index.ts') : import('../../src/simulator/index.ts');
    await new AsyncFunction('load', 'org', 'console', source)(load, simulator, console);
    expect(printed.length).toBeGreaterThan(0);
  }
});

describe('package.json', () => {
  it('exports the modules that the documents import', async () => {
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
    const imported = ['README.md', 'docs/library.md'].flatMap((file) =>
      [...read(file).matchAll(/from '(oktaql[^']*)'/g)].map(([, name = '']) => name),
    );
    for (const name of imported) expect(Object.keys(exports)).toContain(name.replace('oktaql', '.'));
    // Self-reference through "exports": what an installed package gives.
    expect(Object.keys((await import('oktaql')) as object)).toEqual(
      expect.arrayContaining(['createSession', 'createProvider', 'toObjects']),
    );
    expect(Object.keys((await import('oktaql/simulator')) as object)).toEqual(
      expect.arrayContaining(['createSimulator', 'listen', 'mswHandlers']),
    );
    expect(Object.keys((await import('oktaql/errors')) as object)).toContain('QueryError');
  });
});
