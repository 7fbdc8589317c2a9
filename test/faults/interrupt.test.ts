/** Ctrl-C and its kin, at every stage of a run: the command line as a process of its own. */

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions, uniformOrg } from '../../src/simulator/index.ts';
import { type CliRun, collectRun, startCli } from '../cli/run-cli.ts';
import { says, stalls, stopsHalfWay } from './strikes.ts';
import { openWire, type Wire, type WireFault } from './wire.ts';

/** Alone, it takes less than 50 ms from the signal to the end; other tests may have the machine meanwhile. */
const SOON_MS = 2_000;

const FAN_OUT = 'select appId, created from okta.apps.jwks';
const CROSS_JOIN = 'select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3';
const MANY_ROWS = 'select * from range(50000000)';
/** One call of a function, of which DuckDB cannot be interrupted. */
const STUBBORN = 'select list_sum(list_transform(range(300000000), x -> x * 2))';
const KEY = "'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'";

/** A run that has begun. */
interface Running {
  readonly simulator: Simulator;
  readonly wire: Wire;
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<CliRun>;
  /** What it has said so far. */
  stderr(): string;
}

interface Scene {
  readonly apps?: number;
  readonly org?: SimulatorOptions;
  readonly fault?: WireFault;
  readonly args: readonly string[] | ((org: Simulator) => readonly string[]);
}

const open: Running[] = [];

async function start({ apps = 3, org, fault, args }: Scene): Promise<Running> {
  const simulator = createSimulator({ org: uniformOrg({ apps, keysPerApp: 1 }), ...org });
  const wire = await openWire(simulator);
  if (fault !== undefined) wire.faults.push(fault);
  const words = typeof args === 'function' ? args(simulator) : args;
  const env = { OKTA_API_TOKEN: simulator.token, OKTAQL_ENDPOINT_URL: wire.endpoint };
  const child = startCli(['exec', '--subdomain', 'my-org', ...words], env);
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const running = { simulator, wire, child, ended: collectRun(child), stderr: () => stderr };
  open.push(running);
  return running;
}

afterAll(async () => {
  for (const { child, wire } of open) {
    child.kill('SIGKILL');
    await wire.close();
  }
});

/** `expect.poll` is for tests that run alone. */
function until(isSo: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 15_000, interval: 10 });
}

interface End extends CliRun {
  readonly ms: number;
}

/** Sends the signal when it is ready, and waits for its end. */
async function interrupt(
  running: Running,
  isReady: (running: Running) => boolean,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<End> {
  await until(() => isReady(running));
  const startedAt = performance.now();
  running.child.kill(signal);
  return { ...(await running.ended), ms: performance.now() - startedAt };
}

/** Requests that may be under way at once, at most: what they wrote may be read only when the process has gone. */
const CONCURRENCY = 35;

/** Nothing is open at the server, and nobody asks it for anything more. */
async function expectQuiet({ wire, simulator }: Running): Promise<void> {
  const count = wire.sent.length;
  await until(() => wire.openSockets() === 0);
  expect(wire.sent.length - count).toBeLessThanOrEqual(CONCURRENCY);
  expect(simulator.violations).toEqual([]);
}

interface Case extends Scene {
  readonly what: string;
  readonly isReady: (running: Running) => boolean;
  readonly signal?: NodeJS.Signals;
}

const linesOf = (text: string, part: string): number => text.split(part).length - 1;

const CASES: readonly Case[] = [
  {
    what: 'a fan-out over 500 apps',
    apps: 500,
    org: { latencyMs: 50 },
    args: [FAN_OUT],
    isReady: ({ wire }) => wire.sent.length > 60,
  },
  {
    what: 'a fan-out over 500 apps, by SIGTERM',
    apps: 500,
    org: { latencyMs: 50 },
    args: [FAN_OUT],
    isReady: ({ wire }) => wire.sent.length > 60,
    signal: 'SIGTERM',
  },
  {
    what: 'a wait of a minute for the rate limit',
    apps: 60,
    org: { rateLimit: 20 },
    args: [FAN_OUT, '--http.log.enabled'],
    // The last of a window looks out for the next.
    isReady: ({ stderr }) => linesOf(stderr(), '-> 200') >= 19,
  },
  {
    what: 'a pause of half a minute before the next attempt',
    fault: { match: {}, strike: says(503, '{"message":"busy"}', [['retry-after', '30']]) },
    args: [FAN_OUT, '--http.log.enabled'],
    isReady: ({ stderr }) => stderr().includes('-> 503'),
  },
  {
    what: 'a body that stops half-way',
    fault: { match: {}, strike: stopsHalfWay },
    args: [FAN_OUT],
    isReady: ({ wire }) => wire.struck.length > 0,
  },
  {
    what: 'an answer that does not come',
    fault: { match: {}, strike: stalls },
    args: [FAN_OUT],
    isReady: ({ wire }) => wire.struck.length > 0,
  },
  {
    what: 'a cross join in the engine',
    args: [`select count(*) from okta.apps.applications; ${CROSS_JOIN}`, '--http.log.enabled'],
    isReady: ({ stderr }) => stderr().includes('-> 200'),
  },
  {
    what: 'a change of a local table',
    args: [`create table mine as select 1 as a; update mine set a = (${CROSS_JOIN})`],
    isReady: ({ stderr }) => stderr().includes('DDL Execution Completed'),
  },
];

it.concurrent.each(CASES)('ends $what', { timeout: 60_000 }, async ({ isReady, signal, ...scene }) => {
  const running = await start(scene);
  const { code, stdout, stderr, ms } = await interrupt(running, isReady, signal);
  expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('The statement was cancelled') });
  expect(stdout).not.toContain('appId');
  expect(ms).toBeLessThan(SOON_MS);
  await expectQuiet(running);
});

describe('while it reads standard input', () => {
  it.concurrent.each([[[]], [['-i', '-']]])('%j', { timeout: 60_000 }, async (args) => {
    const running = await start({ args });
    let isRead = false;
    // More than a pipe holds: it is taken when somebody reads.
    running.child.stdin.write(`select 1 -- ${'x'.repeat(4_000_000)}`, () => {
      isRead = true;
    });
    const { code, stdout, stderr, ms } = await interrupt(running, () => isRead);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('Cancelled before all statements were read');
    expect(ms).toBeLessThan(SOON_MS);
  });
});

describe('while rows are printed', () => {
  it.concurrent('that somebody reads', { timeout: 60_000 }, async () => {
    const running = await start({ args: [MANY_ROWS, '-o', 'jsonl'] });
    let size = 0;
    running.child.stdout.on('data', (text: string) => {
      size += text.length;
    });
    const { code, stderr, ms } = await interrupt(running, () => size > 100_000);
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('cancelled') });
    expect(ms).toBeLessThan(SOON_MS);
  });

  it.concurrent('that a pager does not read', { timeout: 60_000 }, async () => {
    const running = await start({ args: [MANY_ROWS, '-o', 'jsonl'] });
    let hasBegun = false;
    running.child.stdout.once('data', () => {
      running.child.stdout.pause();
      hasBegun = true;
    });
    const exited = new Promise((resolve) => running.child.once('exit', resolve));
    await until(() => hasBegun);
    const startedAt = performance.now();
    running.child.kill('SIGINT');
    expect(await exited).toBe(130);
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    running.child.stdout.resume();
  });

  it.concurrent('whose reader goes away', { timeout: 60_000 }, async () => {
    const { child, ended } = await start({ args: [MANY_ROWS, '-o', 'jsonl'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const startedAt = performance.now();
    child.stdout.destroy();
    // What a shell says of a program that SIGPIPE ended.
    expect(await ended).toMatchObject({ code: 141, stderr: '' });
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
  });
});

describe('while it changes something', () => {
  const slow = { latencyMs: 100 };
  const appId = (org: Simulator): string => org.apps()[0]?.id ?? '';
  const added = (org: Simulator): readonly string[] =>
    org
      .keys(appId(org))
      .slice(1)
      .map(({ id }) => id);

  it.concurrent('a script of INSERTs says at which it stopped', { timeout: 60_000 }, async () => {
    const insert = (org: Simulator, at: number): string =>
      `insert into okta.apps.jwks (subdomain, appId, kty, kid, crv, x, y)
       values ('my-org', '${appId(org)}', 'EC', 'k${at}', 'P-256', ${KEY})`;
    const running = await start({
      org: slow,
      args: (org) => [Array.from({ length: 20 }, (_, at) => insert(org, at)).join(';\n')],
    });
    const { code, stderr, ms } = await interrupt(running, (each) => linesOf(each.stderr(), 'despatched') >= 2);
    expect({ code, cancelled: linesOf(stderr, 'The statement was cancelled') }).toEqual({ code: 130, cancelled: 1 });
    expect(ms).toBeLessThan(SOON_MS);
    const done = linesOf(stderr, 'despatched');
    expect(stderr).toContain(`stopped at statement ${done + 1} of 20; ${19 - done} not run`);
    await expectQuiet(running);
    expectTold(running, done, stderr);
  });

  it.concurrent('an INSERT of many rows says which it has added', { timeout: 60_000 }, async () => {
    const running = await start({
      org: slow,
      args: (org) => [
        `insert into okta.apps.jwks (subdomain, appId, kty, kid, crv, x, y)
         select 'my-org', '${appId(org)}', 'EC', 'k' || range, 'P-256', ${KEY} from range(20)`,
        '--max-changes',
        '20',
      ],
    });
    const { code, stderr, ms } = await interrupt(running, ({ simulator }) => added(simulator).length >= 2);
    expect(code).toBe(130);
    expect(ms).toBeLessThan(SOON_MS);
    await expectQuiet(running);
    const [, count, ids = ''] = /(\d+) of 20 were inserted before the failure: ([^.]*)\./.exec(stderr) ?? [];
    expect(added(running.simulator).slice(0, Number(count))).toEqual(ids.split(', '));
    expectTold(running, Number(count), stderr);
  });

  /** What was done, and at most one of which it says that nobody knows. */
  function expectTold({ simulator, wire }: Running, done: number, stderr: string): void {
    const posts = wire.sent.filter(({ line }) => line.startsWith('POST'));
    const isOpen = stderr.includes('carried out is not known');
    expect(posts.length).toBe(isOpen ? done + 1 : done);
    expect(added(simulator).length).toBeGreaterThanOrEqual(done);
    expect(added(simulator).length).toBeLessThanOrEqual(posts.length);
  }
});

describe('a second signal', () => {
  it.concurrent('ends what cannot be interrupted', { timeout: 60_000 }, async () => {
    const running = await start({ args: [`select count(*) from okta.apps.applications; ${STUBBORN}`, '-o', 'csv'] });
    let isPrinted = false;
    running.child.stdout.once('data', () => {
      isPrinted = true;
    });
    await until(() => isPrinted);
    running.child.kill('SIGINT');
    const startedAt = performance.now();
    // Signals of one kind that come together are one.
    const again = setInterval(() => running.child.kill('SIGINT'), 50);
    await running.ended.finally(() => clearInterval(again));
    const { exitCode, signalCode } = running.child;
    // A shell says 130 of both.
    expect(exitCode === 130 || signalCode === 'SIGINT').toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    await expectQuiet(running);
  });
});

describe('an archive', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.concurrent('is complete although the run is not', { timeout: 60_000 }, async () => {
    const file = join(folder, 'requests.har');
    const running = await start({ apps: 500, org: { latencyMs: 50 }, args: [FAN_OUT, '--http.har', file] });
    expect(await interrupt(running, ({ wire }) => wire.sent.length > 60)).toMatchObject({ code: 130 });
    const { log } = JSON.parse(readFileSync(file, 'utf8')) as { log: { entries: { response: { status: number } }[] } };
    const answered = log.entries.filter(({ response }) => response.status === 200);
    expect(answered.length).toBeGreaterThan(20);
    // Those that were under way have entries without an answer, and some had only begun to connect.
    expect(log.entries.length).toBeGreaterThanOrEqual(running.wire.sent.length);
  });
});
