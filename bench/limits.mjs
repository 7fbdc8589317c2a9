// Rate limits, in real time: 600 calls against 50 per window of 3 s, as ratios to the time that a client needs which knows
// everything. It sends all calls of a window at once, as soon as the window may begin, and does not wait out the last.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const beside = (file) => fileURLToPath(new URL(file, import.meta.url));
const CALLS = 600;
const LIMIT = 50;
const WINDOW_MS = 3_000;
const LATENCY_MS = 50;
const PAGE_SIZE = 200;

/** So many apps that their lists, and the key list of each, make so many calls. */
const appsFor = (calls) => calls - Math.ceil(calls / (PAGE_SIZE + 1));

const SCENARIOS = [
  { what: 'one statement', statements: 1, perWindow: LIMIT, switches: {} },
  { what: 'four statements at once', statements: 4, perWindow: LIMIT, switches: {} },
  { what: 'no headers', statements: 1, perWindow: LIMIT, switches: { rateHeaders: 'none' } },
  { what: 'half used by somebody else', statements: 1, perWindow: LIMIT / 2, switches: { othersPerCall: 1 } },
];

async function firstLine(child) {
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(line);
}

function start(file, settings) {
  return spawn(process.execPath, [beside(file), JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** What the client measured, and what the org counted: each in a process of its own. */
async function run({ statements, switches }) {
  const apps = appsFor(CALLS / statements);
  const org = start('limited-org.mjs', { apps, limit: LIMIT, windowMs: WINDOW_MS, latencyMs: LATENCY_MS, switches });
  try {
    const { endpoint, token } = await firstLine(org);
    const client = start('limited-client.mjs', { endpoint, token, statements });
    const { ms, rows } = await firstLine(client);
    await once(client, 'close');
    if (rows !== statements * apps) throw new Error(`${rows} rows in place of ${statements * apps}`);
    org.stdin.end();
    return { ms, ...(await firstLine(org)) };
  } finally {
    org.kill('SIGTERM');
  }
}

for (const scenario of SCENARIOS) {
  const { ms, requests, refused, firstAt } = await run(scenario);
  if (requests - refused !== CALLS) throw new Error(`${requests - refused} calls in place of ${CALLS}`);
  // The first window began with the second of the first call.
  const bound = (CALLS / scenario.perWindow - 1) * WINDOW_MS - (firstAt % 1000);
  const what = `${CALLS} calls against ${LIMIT} in ${WINDOW_MS / 1000} s, ${scenario.what}`;
  const measured = `${requests} requests, ${(ms / 1000).toFixed(2)} s`;
  console.log(`${what.padEnd(62)} ${measured.padStart(24)}   ${(ms / bound).toFixed(3)} × bound, ${refused} refused`);
}
