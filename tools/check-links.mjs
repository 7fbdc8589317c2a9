// Whether the README links only to what the package contains. Usage: node tools/check-links.mjs

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

const { status, stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
if (status !== 0) throw new Error(stderr);
const packed = readPacked(JSON.parse(stdout)).map(({ path }) => path);
const links = [...readFileSync('README.md', 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link);
const dead = links.filter((link) => !/^https?:/.test(link)).filter((link) => !isPacked(posix.normalize(link)));
for (const link of dead) console.error(`README.md links to ${link}, which the package does not contain`);
process.exitCode = dead.length > 0 ? 1 : 0;

/** npm 11 answers by the package's name, npm 10 with a list. */
function readPacked(answer) {
  return Object.values(answer)[0].files;
}

/** A file, or a folder with something in it. */
function isPacked(link) {
  return packed.some((path) => path === link || path.startsWith(`${link}/`));
}
