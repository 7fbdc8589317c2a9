// Speed, as ratios within one run on one machine; absolute times belong to that machine.
//
// Every product figure is taken from a process that a user would start, against the simulator as a server in a process
// of its own, so that neither shares a thread with the other.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleTool } from '../tools/bundle.mjs';

/** Each measures one thing, in a file of its name. */
const SECTIONS = ['lag', 'worst', 'limits', 'requests', 'chains', 'isolation', 'formats', 'completion', 'mcp'];
const section = SECTIONS.find((name) => process.argv.includes(`--${name}`));
if (section !== undefined) {
  await import(`./${section}.mjs`);
  process.exit();
}

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const beside = (file) => fileURLToPath(new URL(file, import.meta.url));
const APPS = 500;
const LATENCY_MS = 50;
/** What oktaql allows itself. */
const AT_ONCE = 35;

/** Runs node once; wall time in milliseconds, and what it printed. */
async function run(args, env = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.slice(1).join(' ')} ended with ${code}`);
  return { ms: performance.now() - started, stdout };
}

async function median(times, work) {
  const results = [];
  for (let index = 0; index < times; index += 1) results.push(await work());
  return results.sort((a, b) => a.ms - b.ms)[Math.floor(times / 2)];
}

async function startSimulator(...args) {
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-bench-'));
  const journal = join(folder, 'journal.jsonl');
  const child = spawn(process.execPath, [MAIN, 'sim', '--port', '0', '--journal', journal, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { endpoint, url, token } = JSON.parse(line);
  return {
    url,
    token,
    env: { OKTA_API_TOKEN: token, OKTAQL_ENDPOINT_URL: endpoint },
    /** The number of requests that `work` caused, from the simulator's own journal. */
    counting: async (work) => {
      writeFileSync(journal, '');
      const result = await work();
      return { ...result, requests: readFileSync(journal, 'utf8').trim().split('\n').length };
    },
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

/** The floor as a process, to be compared with one, and what it measures of itself. */
async function floor({ url, token }, concurrency) {
  const { ms: wholeMs, stdout } = await run([beside('./fetch-keys.mjs'), url, token, String(concurrency)]);
  return { wholeMs, ms: Number(stdout) };
}

const built = (file) => new URL(`../dist/${file}`, import.meta.url).href;

/** What a process prints of itself; a fresh one each time, since a second look-up finds everything read. */
async function measured(script) {
  const { stdout } = await run(['--input-type=module', '-e', script]);
  return { ms: Number(stdout) };
}

function measureInside(body) {
  return measured(`import { createProvider } from '${built('index.js')}';
    const started = performance.now();
    ${body}
    console.log(performance.now() - started);`);
}

/** How much more work ten times as much is: processor time, the best of five each, which is what the machine did not disturb. */
async function growth(part, times) {
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-bench-'));
  // In dist/ it is part of a chunk, which does not export it.
  const module = await bundleTool(
    fileURLToPath(new URL('..', import.meta.url)),
    'src/http/paging/link-header.ts',
    folder,
  );
  const { ms: ratio } = await measured(`import { nextLink } from '${pathToFileURL(module).href}';
    const best = (times) => Math.min(...Array.from({ length: 5 }, () => {
      const header = '</a>; rel="self"' + ${JSON.stringify(part)}.repeat(times);
      const started = process.cpuUsage();
      nextLink(header);
      return process.cpuUsage(started).user;
    }));
    best(${times});
    console.log(best(${times * 10}) / best(${times}));`);
  rmSync(folder, { recursive: true });
  return ratio;
}

/** From the abort to the failure of a statement that would take days. */
function cancelled() {
  return measured(`import { createSession } from '${built('index.js')}';
    const session = createSession({ token: 't' });
    const stop = new AbortController();
    const sql = 'select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3';
    const ended = session.query(sql, { signal: stop.signal }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const started = performance.now();
    stop.abort();
    await ended;
    console.log(performance.now() - started);
    await session.close();`);
}

/** A ratio that is far above what it is on an idle machine is a fault, not noise. */
function printLimited(what, figure, ratio, { most, unit }) {
  print(what, figure, `${ratio.toFixed(1)} ${unit}`);
  if (ratio > most) throw new Error(`${what}: ${ratio.toFixed(1)} ${unit}, and at most ${most} is right`);
}

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const print = (what, measured, ratio) => console.log(`${what.padEnd(58)} ${measured.padStart(24)}   ${ratio}`);

/** The median of each of several commands, run in turn: what else the machine does then burdens all of them alike. */
async function mediansInTurn(times, commands) {
  const runs = new Map(Object.keys(commands).map((name) => [name, []]));
  for (let index = 0; index < times; index += 1) {
    for (const [name, { args, env }] of Object.entries(commands)) runs.get(name).push(await run(args, env));
  }
  const middle = (results) => results.sort((a, b) => a.ms - b.ms)[Math.floor(times / 2)];
  return Object.fromEntries([...runs].map(([name, results]) => [name, middle(results)]));
}

/** What a start takes, without and with one request. */
async function starts() {
  const org = await startSimulator('--apps', '3', '--keys', '3', '--latency', String(LATENCY_MS));
  try {
    const anyApp =
      "select id from okta.apps.applications where subdomain = 'my-org' and signOnMode = 'OPENID_CONNECT' limit 1";
    const first = await run([MAIN, 'exec', '-o', 'csv', anyApp], org.env);
    const appId = first.stdout.trim().split('\n')[1];
    const sql = `select kid, status from okta.apps.jwks where subdomain = 'my-org' and appId = '${appId}'`;
    return await mediansInTurn(9, {
      bare: { args: ['-e', '0'] },
      version: { args: [MAIN, '--version'] },
      get: { args: [beside('get-once.mjs'), `${org.url}/api/v1/apps/${appId}/credentials/jwks`, org.token] },
      keys: { args: [MAIN, 'exec', sql], env: org.env },
      engine: { args: [MAIN, 'exec', 'select 1 as one'] },
    });
  } finally {
    await org.stop();
  }
}

const { bare, version, get, keys, engine: startUp } = await starts();
const ofBare = ({ ms }) => `${(ms / bare.ms).toFixed(2)} × node`;
print('node -e 0', seconds(bare.ms), '1.0');
print('oktaql --version (goal: 1.6 × node)', seconds(version.ms), ofBare(version));
print(`bare undici, one GET (${LATENCY_MS} ms a call)`, seconds(get.ms), ofBare(get));
print(
  'exec of one key list (goal: 1.3 × that GET)',
  seconds(keys.ms),
  `${ofBare(keys)}, ${(keys.ms / get.ms).toFixed(2)} × GET`,
);
print("exec 'select 1': start-up with the engine", seconds(startUp.ms), ofBare(startUp));
if (process.argv.includes('--start')) process.exit();

const registryGoalMs = 10;
const loads = [
  ['registry, names of services', 'createProvider().registry.provider("okta");'],
  ['registry, first table of the largest service', 'createProvider().registry.resource(["okta", "users", "users"]);'],
];
for (const [what, body] of loads) {
  const load = await median(7, () => measureInside(body));
  print(
    what,
    `${load.ms.toFixed(1)} ms`,
    `${(load.ms / registryGoalMs).toFixed(2)} × the goal of ${registryGoalMs} ms`,
  );
}

const showServices = await median(7, () => run([MAIN, 'exec', 'show services in okta']));
print(
  'SHOW SERVICES, whole process: no engine',
  seconds(showServices.ms),
  `${(showServices.ms / bare.ms).toFixed(1)} × node`,
);

const stopped = await median(5, cancelled);
printLimited(
  'cancelled while the engine computes, until it fails',
  `${stopped.ms.toFixed(1)} ms`,
  stopped.ms / bare.ms,
  {
    most: 5,
    unit: '× node',
  },
);

for (const [what, part, times] of [
  ['semicolons', ';', 500_000],
  ['parameters', '; x = y', 20_000],
  ['links', ', </a>; rel="self"', 10_000],
]) {
  const ratio = await growth(part, times);
  printLimited(`Link header, ten times as many ${what}`, '', ratio, { most: 40, unit: '× the work' });
}

const simulator = await startSimulator('--apps', String(APPS), '--keys', '3', '--latency', String(LATENCY_MS));
try {
  const exec = (sql) => run([MAIN, 'exec', '-o', 'csv', sql], simulator.env);
  const firstApp = await exec("select id from okta.apps.applications where subdomain = 'my-org' order by id limit 1");
  const appId = firstApp.stdout.trim().split('\n')[1];
  const one = await median(5, () =>
    simulator.counting(() =>
      exec(`select id, kid, status from okta.apps.jwks where subdomain = 'my-org' and appId = '${appId}'`),
    ),
  );
  print(
    `keys of one app, whole process (${LATENCY_MS} ms a call)`,
    `${one.requests} request, ${seconds(one.ms)}`,
    `${(one.ms / bare.ms).toFixed(1)} × node`,
  );

  const least = await median(3, () => simulator.counting(() => floor(simulator, AT_ONCE)));
  print(
    `floor: ${APPS} apps and their keys by bare undici, ${AT_ONCE} at once`,
    `${least.requests} requests, ${seconds(least.ms)}`,
    '1.0',
  );
  print('  the floor as a whole process', seconds(least.wholeMs), `${(least.wholeMs / least.ms).toFixed(2)} × floor`);

  const copies = await median(3, () =>
    simulator.counting(() => exec("select kid, status from okta.apps.jwks where subdomain = 'my-org'")),
  );
  print(
    `kid and status of all keys of ${APPS} apps, whole process`,
    `${copies.requests} requests, ${seconds(copies.ms)}`,
    `${(copies.ms / least.ms).toFixed(2)} × floor`,
  );

  const all = await median(3, () =>
    simulator.counting(() => exec("select * from okta.apps.jwks where subdomain = 'my-org'")),
  );
  const rows = all.stdout.trim().split('\n').length - 1;
  if (rows !== APPS * 3) throw new Error(`${rows} rows in place of ${APPS * 3}`);
  const net = all.ms - startUp.ms;
  print(
    `all columns of all keys of ${APPS} apps, whole process`,
    `${all.requests} requests, ${seconds(all.ms)}`,
    `${(all.ms / least.wholeMs).toFixed(2)} × floor as a process`,
  );
  print('  without start-up', seconds(net), `${(net / least.ms).toFixed(2)} × floor`);
} finally {
  await simulator.stop();
}

const LIMIT = 50;
const WINDOW_S = 3;
const CALLS = 4 * LIMIT;
const limited = await startSimulator(
  ...['--apps', String(CALLS - 1), '--rate-limit', String(LIMIT), '--rate-window', String(WINDOW_S)],
);
try {
  const sql = "select * from okta.apps.jwks where subdomain = 'my-org'";
  const all = await limited.counting(() => run([MAIN, 'exec', '-o', 'csv', sql], limited.env));
  // The last window is not waited out, and part of the first has passed when the first call comes.
  const bound = (CALLS / LIMIT - 1) * WINDOW_S * 1000;
  print(
    `${CALLS} calls against ${LIMIT} in ${WINDOW_S} s, without start-up`,
    `${all.requests} requests, ${seconds(all.ms - startUp.ms)}`,
    `${((all.ms - startUp.ms) / bound).toFixed(2)} × bound, ${all.requests - CALLS} refused`,
  );
} finally {
  await limited.stop();
}

const USERS = 100_000;

/** Serves users from a process of its own while `work` runs. */
async function withUsers(work) {
  const child = spawn(process.execPath, [beside('users-server.mjs'), String(USERS / 200)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(createInterface({ input: child.stdout }), 'line');
    return await work(port);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}

await withUsers(async (port) => {
  const count = async (...how) => {
    const { stdout } = await run([beside('count-users.mjs'), port, ...how]);
    return JSON.parse(stdout);
  };
  const least = await median(3, () => count('floor'));
  const counted = await median(3, () => count());
  if (counted.rows !== USERS) throw new Error(`${counted.rows} rows in place of ${USERS}`);
  const ratio = `${(counted.ms / least.ms).toFixed(2)} × bare undici and JSON.parse`;
  print(`${USERS} users in ${USERS / 200} pages, counted by status`, seconds(counted.ms), ratio);
  print('  rows a second', String(Math.round((USERS / counted.ms) * 1000)), '');
  print(
    '  peak memory',
    `${Math.round(counted.peakBytes / 1e6)} MB`,
    `${(counted.peakBytes / least.peakBytes).toFixed(2)} × the floor's`,
  );
});
