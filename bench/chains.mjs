// Long statements beside plain DuckDB, which has the same rows in tables of the same names: ratios, each measured in a process of
// its own. `npm run bench -- --chains [PART OF A NAME] [--all]`; with --all every length, so that growth can be seen.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSession } from '../dist/index.js';
import { CHAINS } from './chains-texts.mjs';

const MOST = 2;
/** Below this a ratio says nothing. */
const FLOOR_MS = 250;
const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const CASE = fileURLToPath(new URL('chains-case.mjs', import.meta.url));

const words = process.argv.slice(process.argv.indexOf('--chains') + 1);
const only = words.find((word) => !word.startsWith('--')) ?? '';
const [isAll, source = undefined] = [
  words.includes('--all'),
  words.find((word) => word.startsWith('--source='))?.slice(9),
];

const simulator = spawn(process.execPath, [MAIN, 'sim', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const [ready] = await once(createInterface({ input: simulator.stdout }), 'line');
const { endpoint: endpointUrl, token } = JSON.parse(ready);
const session = createSession({ token, subdomain: 'my-org', endpointUrl });
const { rows } = await session.query('SELECT id, status FROM okta.users.users');
await session.close();
const settings = JSON.stringify({ endpointUrl, token, users: rows.map(([id, status]) => ({ id, status })) });

async function measure(how, name, size, from) {
  const child = spawn(process.execPath, [CASE, how, name, String(size), from, settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, told] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part) => {
    out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part) => {
    told += part;
  });
  const [code, signal] = await once(child, 'close');
  if (code === 0) return JSON.parse(out);
  return { ms: Number.NaN, cpu: Number.NaN, held: Number.NaN, answer: `${signal ?? code}: ${told.slice(0, 100)}` };
}

const slow = [];
console.log('| statement | of | length | DuckDB, ms | ours, ms | ratio | processor | held, ms | answers |');
console.log('|---|---|---:|---:|---:|---:|---:|---:|---|');
for (const { name, sizes, sources } of CHAINS.filter((chain) => chain.name.includes(only))) {
  for (const from of sources.filter((each) => source === undefined || each === source)) {
    for (const size of isAll ? sizes : sizes.slice(-1)) {
      const plain = await measure('plain', name, size, from);
      const ours = await measure('ours', name, size, from);
      // Processor time: what else the machine does burdens it less.
      const ratio = (ours.cpu - FLOOR_MS) / plain.cpu;
      if (!(ratio <= MOST)) slow.push(`${name} of ${from}, ${size}`);
      const answers = ours.answer === plain.answer ? 'alike' : `${ours.answer} for ${plain.answer}`;
      const figures = [size, plain.ms.toFixed(0), ours.ms.toFixed(0), (ours.ms / plain.ms).toFixed(1)];
      console.log(
        `| ${name} | ${from} | ${figures.join(' | ')} | ${(ours.cpu / plain.cpu).toFixed(1)} | ${ours.held.toFixed(0)} | ${answers} |`,
      );
    }
  }
}
simulator.kill('SIGTERM');
console.log(
  slow.length === 0
    ? `\nall within ${MOST} × DuckDB and ${FLOOR_MS} ms`
    : `\nmore than ${MOST} × DuckDB and ${FLOOR_MS} ms: ${slow.join('; ')}`,
);
process.exitCode = slow.length === 0 ? 0 : 1;
