/** Whoever embeds us can name every type that an export's signature shows, and compile what shows it. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));

/** Where a name is declared. */
interface Place {
  readonly file: string;
  readonly name: string;
}

/** A `.d.ts`, as far as its names go. */
interface Declarations {
  readonly own: ReadonlyMap<string, string>;
  readonly imports: ReadonlyMap<string, Place>;
  readonly exports: ReadonlyMap<string, Place>;
  readonly stars: readonly string[];
}

const read = new Map<string, Declarations>();

function declarationsOf(file: string): Declarations {
  const known = read.get(file) ?? parse(file);
  read.set(file, known);
  return known;
}

function parse(file: string): Declarations {
  const text = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const heads = [
    ...text.matchAll(/^(export )?(?:declare )?(?:abstract )?(?:interface|type|class|function|const) (\w+)/gm),
  ];
  const own = new Map<string, string>();
  for (const [index, { index: start, 2: name = '' }] of heads.entries()) {
    own.set(name, `${own.get(name) ?? ''}${text.slice(start, heads[index + 1]?.index)}`);
  }
  const exported = heads.filter(([, isExported]) => isExported !== undefined);
  return {
    own,
    imports: new Map(namesOf(file, text, 'import')),
    exports: new Map([
      ...exported.map(([, , name = '']): [string, Place] => [name, { file, name }]),
      ...namesOf(file, text, 'export'),
    ]),
    stars: [...text.matchAll(/^export \* from '([^']+)'/gm)].map(([, from = '']) => fileAt(file, from)),
  };
}

function namesOf(file: string, text: string, word: 'import' | 'export'): readonly (readonly [string, Place])[] {
  return [...text.matchAll(new RegExp(`^${word} (?:type )?\\{([^}]*)\\} from '(\\.[^']+)'`, 'gm'))].flatMap(
    ([, names = '', from = '']) =>
      names
        .split(',')
        .map((each) =>
          each
            .replace(/\btype /, '')
            .trim()
            .split(' as '),
        )
        .filter(([name]) => name !== '')
        .map(([name = '', alias = name]) => [alias, { file: fileAt(file, from), name }] as const),
  );
}

function fileAt(file: string, from: string): string {
  return resolve(dirname(file), from.replace(/\.[jt]s$/, '.d.ts'));
}

/** Where a name that stands in a file is declared; undefined for what is the language's or another package's. */
function declarationOf({ file, name }: Place): Place | undefined {
  const { own, imports, exports } = declarationsOf(file);
  if (own.has(name)) return { file, name };
  const from = exports.get(name) ?? imports.get(name);
  return from === undefined ? undefined : declarationOf(from);
}

function exportsOf(file: string): readonly Place[] {
  const { exports, stars } = declarationsOf(file);
  return [...exports.values(), ...stars.flatMap(exportsOf)];
}

function keyOf({ file, name }: Place): string {
  return `${file.slice(DIST.length)} ${name}`;
}

/** The types that signatures show, from export to export, and nobody exports. */
function hidden(entry: string): readonly string[] {
  const waiting = exportsOf(entry).flatMap((place) => declarationOf(place) ?? []);
  const seen = new Set(waiting.map(keyOf));
  const found: string[] = [];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const text =
      declarationsOf(place.file)
        .own.get(place.name)
        ?.replace(/'[^']*'/g, '') ?? '';
    for (const [name] of text.matchAll(/\b[A-Z]\w*/g)) {
      const type = declarationOf({ file: place.file, name });
      if (type === undefined || seen.has(keyOf(type))) continue;
      seen.add(keyOf(type));
      waiting.push(type);
      found.push(`${keyOf(type)}, in ${place.name}`);
    }
  }
  return found;
}

describe.each(['index.d.ts', 'errors.d.ts', 'simulator/index.d.ts'])('%s', (entry) => {
  test('exports what its signatures name', () => {
    expect(exportsOf(DIST + entry).length).toBeGreaterThan(5);
    expect(hidden(DIST + entry)).toEqual([]);
  });
});

/** The packages that a file and all that it imports name. */
function packagesOf(file: string, seen: Set<string> = new Set()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const named = [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g)];
  return named.flatMap(([, name = '']) => (name.startsWith('.') ? packagesOf(fileAt(file, name), seen) : [name]));
}

test.each(['index.d.ts', 'errors.d.ts', 'simulator/index.d.ts'])('%s needs nothing that is not installed', (entry) => {
  const { dependencies } = JSON.parse(readFileSync(join(DIST, '..', 'package.json'), 'utf8'));
  const foreign = packagesOf(DIST + entry).filter((name) => !name.startsWith('node:') && !(name in dependencies));
  expect(foreign).toEqual([]);
});

/** The compiler's own judgement: `Symbol.asyncDispose` is younger than the library of ES2022. */
describe('a package that embeds us, its libraries checked too', () => {
  const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'oktaql'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const USES = `
    export async function keys(token: string): Promise<number> {
      await using session: Session = createSession({ token });
      await using provider: ConnectedProvider = createProvider({ token });
      for (const statement of session.script('SELECT 1')) {
        await using outcome: Outcome = await statement.run();
        if (outcome.isShown) return provider.resources().length;
      }
      await session.close();
      return 0;
    }`;
  const SESSION = `import { type ConnectedProvider, createProvider, createSession, type Outcome, type Session } from 'oktaql';`;
  const SIMULATOR = `import { createSimulator, listen } from 'oktaql/simulator';
    export async function serve(): Promise<string> {
      await using server = await listen(createSimulator());
      return server.url;
    }`;

  test.each<[lib: string, types: string, text: string]>([
    ['ES2022,DOM,DOM.AsyncIterable', '', SIMULATOR + SESSION + USES],
    ['ES2022', 'node', SIMULATOR + SESSION + USES],
    ['ESNext', 'node', SIMULATOR + SESSION + USES],
  ])('lib %s, types %j', (lib, types, text) => {
    writeFileSync(join(folder, 'main.ts'), text);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', lib];
    const roots = ['--types', types, '--typeRoots', join(ROOT, 'node_modules', '@types'), '--preserveSymlinks'];
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    expect(errorsOf([tsc, ...options, ...roots, 'main.ts'])).toBe('');
  });

  function errorsOf(args: readonly string[]): string {
    try {
      return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    } catch (error) {
      return (error as { readonly stdout: string }).stdout;
    }
  }
});
