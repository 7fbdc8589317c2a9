// The worst statements that are known, each with two seconds: `exec --timeout 2` of each, and all of them in one session, whose
// process has to be as large afterwards as it was. Three seconds are right. `npm run bench -- --worst [PART OF A NAME]`

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSession } from '../dist/index.js';

const SECONDS = 2;
const MOST_MS = 3_000;
const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const WORST = JSON.parse(readFileSync(new URL('../test/fixtures/worst-statements.json', import.meta.url), 'utf8'));
const only = process.argv[process.argv.indexOf('--worst') + 1] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'oktaql-bench-'));
const script = join(folder, 'statement.sql');
const textOf = ({ sql }) =>
  sql.map((piece) => (typeof piece === 'string' ? piece : piece[0].repeat(piece[1]))).join('');

/** Wall time, and what came of it. Rows go nowhere. */
async function byCommand(text) {
  writeFileSync(script, text);
  const started = performance.now();
  const child = spawn(process.execPath, [MAIN, 'exec', '--timeout', String(SECONDS), '-o', 'csv', '-i', script], {
    env: { PATH: process.env.PATH, OKTA_API_TOKEN: 'bench' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (part) => {
    told += part;
  });
  const [code, signal] = await once(child, 'close');
  return { ms: performance.now() - started, ended: signal ?? code, told: told.trim().split('\n').at(0) ?? '' };
}

async function bySession(session, text) {
  const started = performance.now();
  const ended = await session.query(text, { timeoutMs: SECONDS * 1000 }).then(
    () => 'DONE',
    ({ code }) => code,
  );
  const ms = performance.now() - started;
  await session.query('SELECT 1');
  globalThis.gc?.();
  return { ms, ended, memory: process.memoryUsage().rss / 2 ** 20 };
}

const session = createSession({ token: 'bench', isolation: 'process' });
await session.query('SELECT 1');
const before = process.memoryUsage().rss / 2 ** 20;
console.log('| statement | exec, s | code | session, s | ended | memory after, MB |');
console.log('|---|---:|---:|---:|---|---:|');
const late = [];
const seconds = (ms) => (ms / 1000).toFixed(2);
for (const each of WORST.filter(({ what }) => what.includes(only))) {
  const command = await byCommand(textOf(each));
  const own = await bySession(session, textOf(each));
  const figures = [seconds(command.ms), command.ended, seconds(own.ms), own.ended, own.memory.toFixed(0)];
  console.log(`| ${each.what} | ${figures.join(' | ')} |`);
  if (Math.max(command.ms, own.ms) > MOST_MS) late.push(each.what);
}
await session.close();
rmSync(folder, { recursive: true });
console.log(`\nmemory of the session's process: ${before.toFixed(0)} MB before the first`);
console.log(late.length === 0 ? 'all within 3 s' : `later than 3 s: ${late.join('; ')}`);
process.exitCode = late.length === 0 ? 0 : 1;
