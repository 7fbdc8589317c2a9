// What an engine in a process of its own costs: ratios to the engine in this process, both measured in turns.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSession } from '../dist/index.js';

const RUNS = 9;
const STATEMENTS = 50;
const ROWS = 1_000_000;
const USERS = 100_000;
const KINDS = ['none', 'process'];
const beside = (file) => fileURLToPath(new URL(file, import.meta.url));

const open = (isolation) => createSession({ token: 'bench', subdomain: 'my-org', isolation });

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Median milliseconds of each kind, taken in turns. */
async function compare(measure) {
  const taken = { none: [], process: [] };
  for (let run = 0; run < RUNS; run += 1) for (const kind of KINDS) taken[kind].push(await measure(kind));
  const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)];
  return { none: median(taken.none), process: median(taken.process) };
}

function print(what, { none, process }) {
  const figures = [none, process].map((ms) => `${ms.toFixed(1)} ms`.padStart(12)).join('');
  console.log(
    `${what.padEnd(60)}${figures}   ${(process / none).toFixed(2)} ×   ${(process - none).toFixed(1)} ms more`,
  );
}

console.log(`${''.padEnd(60)}${'none'.padStart(12)}${'process'.padStart(12)}`);

print(
  'a session, its first statement, and its end',
  await compare(async (kind) => {
    const session = open(kind);
    const ms = await timed(() => session.query('SELECT 1'));
    return ms + (await timed(() => session.close()));
  }),
);

const sessions = { none: open('none'), process: open('process') };
for (const kind of KINDS) await sessions[kind].query('SELECT 1');
print(
  'one more statement',
  await compare(async (kind) => {
    const all = await timed(async () => {
      for (let index = 0; index < STATEMENTS; index += 1) await sessions[kind].query('SELECT 1');
    });
    return all / STATEMENTS;
  }),
);
for (const [what, columns] of [
  ['numbers', 'i, i * 2 AS b, i / 3 AS c'],
  ['texts', "'user-' || i AS a, md5(i::VARCHAR) AS b, 'ACTIVE' AS c"],
]) {
  print(
    `a million rows of three ${what}, read`,
    await compare((kind) => timed(() => sessions[kind].query(`SELECT ${columns} FROM range(${ROWS}) t(i)`))),
  );
}
for (const kind of KINDS) await sessions[kind].close();

const server = spawn(process.execPath, [beside('users-server.mjs'), String(USERS / 200)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [port] = await once(createInterface({ input: server.stdout }), 'line');
async function countUsers(kind) {
  const child = spawn(process.execPath, [beside('count-users.mjs'), port, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { ms, rows } = JSON.parse(line);
  if (rows !== USERS) throw new Error(`${rows} users in place of ${USERS}`);
  return ms;
}
print(`${USERS} users in ${USERS / 200} pages, counted by status (goal: 1.25 ×)`, await compare(countUsers));
server.kill();
