/** Nothing outlives its session or its time, whatever a server, a `fetch` and the engine do. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createProvider, createSession } from '../../src/index.ts';
import { createSimulator, listen } from '../../src/simulator/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = fileURLToPath(new URL('ending.mjs', import.meta.url));

type Told = readonly [what: string, result: unknown];

const children: ChildProcess[] = [];
afterEach(() => {
  // None is there any more, unless a test has failed.
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** None of it has an end of its own: that the process ends is most of what is tested. */
async function told(work: string, isolation: string, threads = 64): Promise<readonly Told[]> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [SCRIPT], {
    cwd: ROOT,
    env: { PATH, WORK: work, ISOLATION: isolation, UV_THREADPOOL_SIZE: String(threads) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: Told[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as Told);
  return lines;
}

describe.each(['none', 'process'])('with isolation %s', (isolation) => {
  test('close() ends what is under way, does it once, and leaves a session that refuses', async () => {
    const lines = await told('byClosing', isolation);
    expect(lines).toHaveLength(24);
    expect(lines.filter(([, result]) => JSON.stringify(result) !== '["CANCELLED","CANCELLED"]')).toEqual([]);
  });

  test('what ends because its time is over says so', async () => {
    const lines = await told('byTime', isolation);
    expect(lines).toHaveLength(12);
    expect(lines.filter(([, result]) => result !== 'TIMEOUT')).toEqual([]);
  });

  test('that all threads of an engine are taken keeps nobody waiting', async () => {
    const lines = await told('withoutThreads', isolation, 4);
    // Another session has an engine of its own, and only in another process its own threads.
    const other = isolation === 'none' ? 'TIMEOUT' : 'DONE';
    expect(lines).toEqual([
      ['a statement of another session', other],
      ['one that begins when its session is closed', 'CANCELLED'],
      ['those that have them', ['CANCELLED']],
    ]);
  });
});

test.each(['none', 'process'] as const)(
  'rows are read in the time of their statement, isolation %s',
  async (isolation) => {
    let pass: () => void = () => undefined;
    const time = new Promise<void>((resolve) => {
      pass = resolve;
    });
    const clock = { now: Date.now, sleep: () => time };
    await using session = createSession({ token: '00a', isolation, clock });
    const [statement] = session.script('SELECT i FROM range(100000) t(i)', { timeoutMs: 60_000 });
    await using outcome = await statement?.run();
    const batches = outcome?.result?.batches()[Symbol.asyncIterator]();
    expect((await batches?.next())?.value).toContainEqual([0]);
    pass();
    // What is under way when the time is over may still come.
    const rest = async (): Promise<void> => {
      while ((await batches?.next())?.done === false);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'TIMEOUT', elapsedMs: 60_000 });
  },
);

describe('await using', () => {
  test('closes a session, a provider, an outcome and a server', async () => {
    const simulator = createSimulator();
    const server = await listen(simulator);
    const options = { token: simulator.token, subdomain: 'my-org', fetch: simulator.handle };
    const session = createSession(options);
    const [statement] = session.script('SELECT id FROM okta.apps.applications');
    const outcome = await statement?.run();
    await outcome?.[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(() => session.script('SELECT 1')).toThrow('The session is closed.');
    await expect(statement?.run()).rejects.toMatchObject({ code: 'CANCELLED' });

    const provider = createProvider(options);
    await provider[Symbol.asyncDispose]();
    await provider.close();
    const reading = provider.scan('okta.apps.applications')[Symbol.asyncIterator]().next();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });

    await server[Symbol.asyncDispose]();
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
