// Builds dist/: the command line and the library's entries in few files, their declarations, and the compiled provider
// documents. Does nothing where neither the inputs nor dist/ have changed since.
//
// What is running from dist/ goes on running: everything is made in a folder of its own and each file then takes the place of
// the one before it at once. Chunks are named by their content, so those of the last build, which a running process may still
// be about to load, stay beside the new ones. Usage: node tools/build.mjs [--clean], which removes them as well.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Beside what it describes, so that it goes when that goes. Names with a dot in front are not packed. */
const STAMP = join(DIST, '.built.json');

const INPUTS = [
  ...['src', join('providers', 'src'), join('tools', 'build.mjs'), join('tools', 'bundle.mjs')],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
];

const inputs = hashOf(INPUTS);
const last = readStamp();
const isClean = process.argv.includes('--clean');
if (!isCurrent(last, inputs)) await build(inputs, last);
if (isClean) removeAllBut(readStamp().files);

async function build(hash, before) {
  mkdirSync(DIST, { recursive: true });
  const fresh = mkdtempSync(join(DIST, '.fresh-'));
  try {
    declarations(fresh);
    await bundle(fresh);
    const files = filesBelow(fresh).map((file) => relative(fresh, file));
    for (const file of files) place(join(fresh, file), join(DIST, file));
    // One generation is kept for what runs; older ones serve nobody.
    removeAllBut([...files, ...(before?.files ?? [])]);
    writeFileSync(join(fresh, 'stamp'), JSON.stringify({ inputs: hash, files }));
    place(join(fresh, 'stamp'), STAMP);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function declarations(target) {
  run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', target]);
}

async function bundle(target) {
  const { bundlePackage, bundleTool } = await import('./bundle.mjs').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    fail('The packages that build oktaql are not installed. Run npm install, with its development packages.');
  });
  await bundlePackage(ROOT, target);
  chmodSync(join(target, 'cli', 'main.js'), 0o755);
  const tool = await bundleTool(ROOT, 'src/registry/build-index.ts', join(target, '.tool'));
  run([tool, join('providers', 'src'), join(target, 'providers')]);
  const manual = await bundleTool(ROOT, 'src/cli/build-manual.ts', join(target, '.tool'));
  run([manual, join(target, 'man', 'oktaql.1')]);
  rmSync(join(target, '.tool'), { recursive: true });
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) fail(`${args[0]} failed; dist/ is as it was.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function place(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}

function isCurrent(stamp, hash) {
  return stamp?.inputs === hash && stamp.files.every((file) => existsSync(join(DIST, file)));
}

/** A stale file would be published and imported long after its source is gone. What another build is making is left alone. */
function removeAllBut(files) {
  const kept = new Set(files.map((file) => join(DIST, file)));
  for (const file of filesBelow(DIST)) if (!kept.has(file) && !isHidden(file)) rmSync(file, { force: true });
  removeEmptyFolders(DIST);
}

function isHidden(file) {
  return relative(DIST, file).startsWith('.');
}

function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    removeEmptyFolders(path);
    if (readdirSync(path).length === 0) rmdirSync(path);
  }
}

/** By content: a checkout and a clone have other times for the same text. */
function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesBelow(join(ROOT, path)).toSorted()) {
      const name = relative(ROOT, file).split(sep).join('/');
      hash.update(`${name}\0${statSync(file).size}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
  );
}
