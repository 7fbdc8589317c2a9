// Whether `npm ci` gives a working tree on every platform that the engine has. npm writes only its own platform's packages into
// a lock that it makes beside an existing node_modules (https://github.com/npm/cli/issues/4828); elsewhere the install then
// ends with code 0, and without an engine. Asks no registry. Usage: node tools/check-lock.mjs [ROOT]

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ENGINE = '@duckdb/node-bindings';

const [root = '.'] = process.argv.slice(2);
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const problems = [...missing(), ...refused(), ...foreign()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error('Make the lock anew where there is no node_modules: npm install --package-lock-only');
  process.exitCode = 1;
}

/** What a package may need and the lock does not have. */
function missing() {
  return Object.entries(packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !placesAbove(place).some((above) => `${above}node_modules/${name}` in packages))
      .map((name) => `package-lock.json lacks ${name}, which ${place || 'this package'} names`),
  );
}

/** Where Node looks for what a package imports: `node_modules/a/node_modules/b/`, `node_modules/a/`, and the root. */
function placesAbove(place) {
  const above = [''];
  for (const part of place.split('node_modules/').slice(1)) {
    above.push(`${above.at(-1)}node_modules/${part.replace(/\/$/, '')}/`);
  }
  return above;
}

/** npm's own word, for each platform that the engine has. */
function refused() {
  return platforms().flatMap(({ os, cpu }) => {
    const args = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--os', os, '--cpu', cpu];
    const { status, stderr } = spawnSync('npm', args, {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    return status === 0 ? [] : [`npm ci --os ${os} --cpu ${cpu} fails:\n${stderr}`];
  });
}

function platforms() {
  const names = Object.keys(packages[`node_modules/${ENGINE}`]?.optionalDependencies ?? {});
  const found = names.flatMap((name) => {
    const { os = [], cpu = [] } = packages[`node_modules/${name}`] ?? {};
    return os.flatMap((each) => cpu.map((other) => `${each} ${other}`));
  });
  return [...new Set(found)].map((text) => ({ os: text.split(' ')[0], cpu: text.split(' ')[1] }));
}

/** A lock that names where one machine got its packages sends all others there. */
function foreign() {
  return Object.entries(packages).flatMap(([place, { resolved }]) =>
    resolved === undefined ? [] : [`package-lock.json says where ${place} comes from: ${resolved}`],
  );
}
