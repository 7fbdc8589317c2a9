// What rolldown makes of src/. See docs/decisions/010-one-bundle.md.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { rolldown } from 'rolldown';

/** Those of package.json, by the names of their files in dist/. */
const ENTRIES = {
  'cli/main': 'src/cli/main.ts',
  index: 'src/index.ts',
  errors: 'src/errors.ts',
  'simulator/index': 'src/simulator/index.ts',
};

/**
 * What starts in a process or a thread of its own. Each is one file with nothing in it but what it uses, because all of it is read
 * at each start, and CommonJS, which Node starts sooner than a module.
 */
const ALONE = {
  'engine/child': 'src/engine/process/child.ts',
  'engine/watchdog': 'src/engine/process/watchdog.ts',
};

/** Development packages whose code comes with ours, and is loaded with it. All others that it imports are installed. */
const INLINED = [
  'commander',
  // 9 MB installed, of which `oktaql mcp` needs 500 kB, in a file that nothing else loads.
  '@modelcontextprotocol/server',
  '@modelcontextprotocol/core',
  '@modelcontextprotocol/node',
  '@hono/node-server',
  'hono',
];

/**
 * Files of development packages that come with ours, and are loaded by `require` when they are used: of 89 MB of node-sql-parser
 * nobody loads more than this one, and 181 files of DuckDB's package take as long to read as DuckDB itself.
 */
const VENDORED = {
  'node-sql-parser/build/postgresql.js': 'vendor/node-sql-parser.cjs',
  '@duckdb/node-api': 'vendor/duckdb.cjs',
  '@duckdb/node-api/lib/vectors/dataAccessors.js': 'vendor/duckdb-accessors.cjs',
};

/** What those load in turn, and is installed: the code of DuckDB for the machine at hand. */
const INSTALLED = ['@duckdb/node-bindings'];

/**
 * What is loaded together is one file: left alone, a module that two entries share is a file of its own, and 30 small ones are
 * most of what a start takes. Each takes what its modules import along, but for what a group above it has.
 */
const GROUPS = [
  { name: 'version', priority: 5, test: /[\\/]src[\\/]session[\\/]version\.ts$/ },
  { name: 'base', priority: 4, test: /[\\/]src[\\/](?:errors|values|output[\\/]visible-text)\.ts$|^\0rolldown/ },
  { name: 'command-line', priority: 3, test: /[\\/]src[\\/]cli[\\/]run\.ts$/ },
  { name: 'session', priority: 2, test: /[\\/]src[\\/]index\.ts$/ },
  { name: 'exec', priority: 1, test: /[\\/]src[\\/]cli[\\/](?:exec-command|session-options)\.ts$/ },
];

/** Writes the entries and what they share, with the licences of what is not ours. */
export async function bundlePackage(root, target) {
  const modules = await write(root, target, {
    input: ENTRIES,
    external: (id) => !isFile(id) && !isInlined(id),
    plugins: [{ name: 'vendored', renderChunk: pointAtVendored }],
    output: { format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js', codeSplitting: { groups: GROUPS } },
  });
  const alone = await Promise.all(
    Object.entries(ALONE).map(([name, file]) =>
      write(root, target, {
        input: { [name]: file },
        external: (id) => !isFile(id),
        plugins: [{ name: 'vendored', renderChunk: pointAtVendored }],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      }),
    ),
  );
  // Together, so that what two of them share is there once.
  const vendored = await write(root, target, {
    input: Object.fromEntries(Object.entries(VENDORED).map(([id, file]) => [file.slice(0, -'.cjs'.length), id])),
    external: INSTALLED,
    output: {
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'vendor/[name]-[hash].cjs',
      minify: true,
      exports: 'auto',
    },
  });
  writeLicences(root, target, [...modules, ...alone.flat(), ...vendored]);
}

/** One file that Node can run; its path. */
export async function bundleTool(root, entry, target) {
  await write(root, target, { input: { tool: entry }, external: (id) => !isFile(id), output: { format: 'esm' } });
  return join(target, 'tool.js');
}

/** The modules that went into it. */
async function write(root, target, { output, ...input }) {
  const bundle = await rolldown({ cwd: root, platform: 'node', ...input });
  try {
    const written = await bundle.write({ dir: target, minifyInternalExports: false, ...output });
    return written.output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  } finally {
    await bundle.close();
  }
}

function isFile(id) {
  return id.startsWith('.') || id.startsWith('/') || id.startsWith('src/') || /^[a-z]:[\\/]/i.test(id);
}

function isInlined(id) {
  return INLINED.some((name) => id === name || id.startsWith(`${name}/`));
}

/** The `require` that loads such a file is Node's own, whose argument a bundler leaves as it is. */
function pointAtVendored(code, chunk) {
  let changed = code;
  for (const [id, file] of Object.entries(VENDORED)) {
    const path = posix.relative(posix.dirname(chunk.fileName), file);
    changed = changed.replaceAll(JSON.stringify(id), JSON.stringify(path.startsWith('.') ? path : `./${path}`));
  }
  return changed === code ? null : { code: changed };
}

/** Their licences ask that they come along. */
function writeLicences(root, target, modules) {
  const names = new Set(modules.flatMap((id) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1] ?? []));
  const notices = [...names].toSorted().map((name) => noticeOf(join(root, 'node_modules', name)));
  const head = 'Parts of these packages come with oktaql, in dist/.\n';
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'THIRD-PARTY-NOTICES.txt'), [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
}

function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} is bundled, and has no file with its licence`);
  const by = typeof author === 'object' ? author.name : author;
  const text = readFileSync(join(folder, file), 'utf8');
  return `${name} ${version}, ${license}${by === undefined ? '' : `, by ${by}`}\n\n${text}`;
}
