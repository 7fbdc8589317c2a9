import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { createSimulator, listen, type RunningServer, type Simulator } from '../../src/simulator/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a process of its own tells, whose only handles are those of the library. */
interface Report {
  readonly code: string;
  readonly ms: number;
  readonly resources: readonly string[];
}

const SCRIPT = `
import { createSession } from 'oktaql';
const session = createSession({ token: process.env.TOKEN, subdomain: 'my-org', endpointUrl: process.env.ENDPOINT });
const stop = new AbortController();
const running = session.query(process.env.SQL, { signal: stop.signal }).then(() => 'DONE', ({ code }) => code);
await new Promise((resolve) => process.stdin.once('data', resolve));
const startedAt = performance.now();
stop.abort();
const code = await running;
const ms = performance.now() - startedAt;
await session.close();
process.stdin.destroy();
await new Promise(setImmediate);
console.log(JSON.stringify({ code, ms, resources: process.getActiveResourcesInfo() }));
`;

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Runs a statement until `isReady`, and cancels it then. */
async function cancelWhen(simulator: Simulator, sql: string, isReady: () => boolean): Promise<Report> {
  const server = await listen(simulator);
  servers.push(server);
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: ROOT,
    env: { PATH, TOKEN: simulator.token, ENDPOINT: `http://{subdomain}.localhost:${server.port}`, SQL: sql },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await expect.poll(isReady, { timeout: 10_000 }).toBe(true);
  child.stdin.write('now\n');
  await ended;
  return JSON.parse(text) as Report;
}

// All columns, since most of them stand in the apps too and would cost no request.
const KEYS = 'select * from okta.apps.jwks';

it.each([
  [
    'requests are under way',
    { latencyMs: 0 },
    (sim: Simulator) => sim.journal.filter(({ status }) => status === 0).length >= 10,
  ],
  ['it waits for the rate limit', { rateLimit: 1 }, (sim: Simulator) => sim.journal.at(-1)?.status === 200],
] as const)(
  'cancelled while %s, it ends within 100 ms and leaves no socket and no timer',
  async (_what, options, isReady) => {
    const simulator = createSimulator(options);
    // The key lists never come.
    simulator.switches.faults = [{ match: { path: /jwks/ }, delayMs: 2 ** 30, answer: () => 'pass' }];
    const { code, ms, resources } = await cancelWhen(simulator, KEYS, () => isReady(simulator));
    expect(code).toBe('CANCELLED');
    expect(ms).toBeLessThan(100);
    expect(resources.filter((name) => /TCP|TLS|Timeout|Immediate|GetAddr/.test(name))).toEqual([]);
  },
);
