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

const FAN_OUT = 'select appId, created from okta.apps.jwks';
const CROSS_JOIN = 'select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3';
const ROWS = 50_000_000;
const MANY_ROWS = `select * from range(${ROWS})`;
/** One call of a function, of which DuckDB cannot be interrupted: by itself it would end in an hour. */
const STUBBORN = "select levenshtein(repeat('a', 1000000), repeat('b', 1000000))";
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
  // No answer is given up before the signal comes, however long a busy machine takes until then.
  const patience = ['--apirequesttimeout', '3600'];
  const child = startCli(['exec', '--subdomain', 'my-org', ...patience, ...words], env);
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

/** `expect.poll` is for tests that run alone. The time is for what hangs. */
function until(isSo: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 300_000, interval: 10 });
}

interface End extends CliRun {
  /** Requests that arrived after the signal was sent: what waits for nothing more sends nothing more. */
  readonly sentLater: number;
}

/** Sends the signal when it is ready, and waits for its end. */
async function interrupt(
  running: Running,
  isReady: (running: Running) => boolean,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<End> {
  await until(() => isReady(running));
  const { sent } = running.wire;
  const before = sent.length;
  running.child.kill(signal);
  const run = await running.ended;
  return { ...run, sentLater: sent.length - before };
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
  /** Requests that may be on their way to the server when the signal comes. Default: none. */
  readonly onTheirWay?: number;
}

const linesOf = (text: string, part: string): number => text.split(part).length - 1;

const CASES: readonly Case[] = [
  {
    what: 'a fan-out over 500 apps',
    apps: 500,
    org: { latencyMs: 50 },
    args: [FAN_OUT],
    isReady: ({ wire }) => wire.sent.length > 60,
    onTheirWay: 2 * CONCURRENCY,
  },
  {
    what: 'a fan-out over 500 apps, by SIGTERM',
    apps: 500,
    org: { latencyMs: 50 },
    args: [FAN_OUT],
    isReady: ({ wire }) => wire.sent.length > 60,
    onTheirWay: 2 * CONCURRENCY,
    signal: 'SIGTERM',
  },
  {
    what: 'a wait of an hour for the rate limit',
    apps: 60,
    org: { rateLimit: 20, rateWindowMs: 3_600_000 },
    args: [FAN_OUT, '--http.log.enabled'],
    // The last of a window looks out for the next.
    isReady: ({ stderr }) => linesOf(stderr(), '-> 200') >= 19,
  },
  {
    what: 'a pause of a minute before the next attempt',
    fault: { match: {}, strike: says(503, '{"message":"busy"}', [['retry-after', '60']]) },
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

it.concurrent.each(CASES)('ends $what', async ({ isReady, signal, onTheirWay = 0, ...scene }) => {
  const running = await start(scene);
  const { code, stdout, stderr, sentLater } = await interrupt(running, isReady, signal);
  expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('The statement was cancelled') });
  expect(stdout).not.toContain('appId');
  expect(sentLater).toBeLessThanOrEqual(onTheirWay);
  await expectQuiet(running);
});

describe('while it reads standard input', () => {
  it.concurrent.each([[[]], [['-i', '-']]])('%j', async (args) => {
    const running = await start({ args });
    let isRead = false;
    // More than a pipe holds: it is taken when somebody reads.
    running.child.stdin.write(`select 1 -- ${'x'.repeat(4_000_000)}`, () => {
      isRead = true;
    });
    // Nothing else ends it: its input stays open.
    const { code, stdout, stderr } = await interrupt(running, () => isRead);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('Cancelled before all statements were read');
  });
});

describe('while rows are printed', () => {
  it.concurrent('that somebody reads', async () => {
    const running = await start({ args: [MANY_ROWS, '-o', 'jsonl'] });
    let size = 0;
    running.child.stdout.on('data', (text: string) => {
      size += text.length;
    });
    const { code, stdout, stderr } = await interrupt(running, () => size > 100_000);
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('cancelled') });
    expect(linesOf(stdout, '\n')).toBeLessThan(ROWS / 2);
  });

  it.concurrent('that a pager does not read', async () => {
    const running = await start({ args: [MANY_ROWS, '-o', 'jsonl'] });
    let hasBegun = false;
    running.child.stdout.once('data', () => {
      running.child.stdout.pause();
      hasBegun = true;
    });
    const exited = new Promise((resolve) => running.child.once('exit', resolve));
    await until(() => hasBegun);
    running.child.kill('SIGINT');
    // The rest would wait for its reader.
    expect(await exited).toBe(130);
    running.child.stdout.resume();
  });

  it.concurrent('whose reader goes away', async () => {
    const { child, ended } = await start({ args: [MANY_ROWS, '-o', 'jsonl'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdout.destroy();
    // What a shell says of a program that SIGPIPE ended.
    expect(await ended).toMatchObject({ code: 141, stderr: '' });
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

  it.concurrent('a script of INSERTs says at which it stopped', async () => {
    const insert = (org: Simulator, at: number): string =>
      `insert into okta.apps.jwks (subdomain, appId, kty, kid, crv, x, y)
       values ('my-org', '${appId(org)}', 'EC', 'k${at}', 'P-256', ${KEY})`;
    const running = await start({
      org: slow,
      args: (org) => [Array.from({ length: 20 }, (_, at) => insert(org, at)).join(';\n')],
    });
    const { code, stderr, sentLater } = await interrupt(running, (each) => linesOf(each.stderr(), 'despatched') >= 2);
    expect({ code, cancelled: linesOf(stderr, 'The statement was cancelled') }).toEqual({ code: 130, cancelled: 1 });
    expect(sentLater).toBeLessThanOrEqual(1);
    const done = linesOf(stderr, 'despatched');
    expect(stderr).toContain(`stopped at statement ${done + 1} of 20; ${19 - done} not run`);
    await expectQuiet(running);
    expectTold(running, done, stderr);
  });

  it.concurrent('an INSERT of many rows says which it has added', async () => {
    const running = await start({
      org: slow,
      args: (org) => [
        `insert into okta.apps.jwks (subdomain, appId, kty, kid, crv, x, y)
         select 'my-org', '${appId(org)}', 'EC', 'k' || range, 'P-256', ${KEY} from range(20)`,
        '--max-changes',
        '20',
      ],
    });
    const { code, stderr, sentLater } = await interrupt(running, ({ simulator }) => added(simulator).length >= 2);
    expect(code).toBe(130);
    expect(sentLater).toBeLessThanOrEqual(1);
    await expectQuiet(running);
    const [, count, ids = ''] = /(\d+) of 20 were inserted before the failure: ([^.]*)\./.exec(stderr) ?? [];
    expect(added(running.simulator).slice(0, Number(count))).toEqual(ids.split(', '));
    expectTold(running, Number(count), stderr);
  });

  /** What was done, and at most one of which it says that nobody knows. */
  function expectTold({ simulator, wire }: Running, done: number, stderr: string): void {
    const posts = wire.sent.filter(({ line }) => line.startsWith('POST'));
    const isOpen = stderr.includes('carried out is not known');
    // One that was begun may have been stopped before it was written.
    expect(isOpen ? [done, done + 1] : [done]).toContain(posts.length);
    expect(added(simulator).length).toBeGreaterThanOrEqual(done);
    expect(added(simulator).length).toBeLessThanOrEqual(posts.length);
  }
});

/** Has printed its first statement, and is in a second that heeds no signal. */
async function withinOneCall(): Promise<Running> {
  const running = await start({ args: [`select count(*) from okta.apps.applications; ${STUBBORN}`, '-o', 'csv'] });
  let isPrinted = false;
  running.child.stdout.once('data', () => {
    isPrinted = true;
  });
  await until(() => isPrinted);
  return running;
}

describe('one signal', () => {
  it.concurrent('ends what cannot be interrupted too, a little later', async () => {
    const running = await withinOneCall();
    running.child.kill('SIGTERM');
    await running.ended;
    const { exitCode, signalCode } = running.child;
    expect(exitCode === 130 || signalCode === 'SIGTERM').toBe(true);
    await expectQuiet(running);
  });
});

describe('a second signal', () => {
  it.concurrent('ends what cannot be interrupted', async () => {
    const running = await withinOneCall();
    running.child.kill('SIGINT');
    // Signals of one kind that come together are one.
    const again = setInterval(() => running.child.kill('SIGINT'), 50);
    await running.ended.finally(() => clearInterval(again));
    const { exitCode, signalCode } = running.child;
    // A shell says 130 of both. The first signal is enough where it comes before the call.
    expect(exitCode === 130 || signalCode === 'SIGINT').toBe(true);
    await expectQuiet(running);
  });
});

describe('an archive', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.concurrent('is complete although the run is not', async () => {
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
