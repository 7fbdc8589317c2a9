import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oktaql-imports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A tree with these files, and what a command says of it. */
function plant(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function checkImports(): { readonly status: number | null; readonly problems: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools/check-imports.mjs'), folder], {
    encoding: 'utf8',
  });
  return { status, problems: stderr };
}

describe('the order of imports', () => {
  it.each<[what: string, file: string, target: string, problem: string]>([
    ['a folder behind', 'src/http/client.ts', '../exec/scan.ts', 'http/ may import src/*.ts, registry/, request/ only'],
    ['a room behind', 'src/sql/text/split.ts', '../select/select.ts', 'select does not come before text in sql/'],
    [
      'a room beside',
      'src/sql/duckdb-tree/block.ts',
      '../node-sql-parser/block.ts',
      'does not come before duckdb-tree',
    ],
    [
      'the entry from a room',
      'src/http/login/oauth.ts',
      '../client.ts',
      'client.ts does not come before login in http/',
    ],
    ['the product from the simulator', 'src/simulator/serve.ts', '../errors.ts', 'simulator/ may import nothing only'],
    [
      'an entry behind all others',
      'src/cli/commands/exec.ts',
      '../program.ts',
      'program.ts does not come before commands',
    ],
    ['a file without a place', 'src/http/new.ts', './contract.ts', 'src/http/new.ts has no place'],
  ])('refuses %s, in a type import too', (_what, file, target, problem) => {
    plant({ [file]: `import type { A } from '${target}';\nexport type B = A;\n` });
    const { status, problems } = checkImports();
    expect(problems).toContain(problem);
    expect(status).toBe(1);
  });

  it('lets the order of the pipeline pass', () => {
    plant({
      'src/exec/scan.ts': "import { pages } from '../http/paging/pages.ts';\nexport { pages };\n",
      'src/http/paging/pages.ts': "import { send } from '../client.ts';\nexport const pages = send;\n",
      'src/http/client.ts': "import type { A } from './contract.ts';\nexport const send = (a: A): A => a;\n",
    });
    expect(checkImports()).toEqual({ status: 0, problems: '' });
  });
});

describe('cycles', () => {
  it('are found where only types are imported', () => {
    cpSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    plant({
      'src/a.ts': "import type { B } from './b.ts';\n\nexport interface A {\n  readonly b: B;\n}\n",
      'src/b.ts': "import type { A } from './a.ts';\n\nexport interface B {\n  readonly a: A;\n}\n",
    });
    const biome = join(ROOT, 'node_modules/.bin/biome');
    const { status, stdout, stderr } = spawnSync(biome, ['lint', '--vcs-enabled=false', 'src'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout + stderr).toContain('noImportCycles');
    expect(status).toBe(1);
  });
});
