import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions, uniformOrg } from '../../src/simulator/index.ts';
import { PATIENT_NODE } from '../busy-machine.ts';
import { says, stalls, stopsHalfWay } from '../faults/strikes.ts';
import { openWire, type Wire, type WireFault } from '../faults/wire.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = fileURLToPath(new URL('cancelled.mjs', import.meta.url));

/** What a process tells of the work that it cancelled. */
interface Report {
  readonly code: string;
  /** Requests under way before the signal fired, and in the same turn after it. */
  readonly before: number;
  readonly after: number;
  /**
   * Timers that ran out before the statement had failed. Nothing else could have ended it: the servers do not answer, and the
   * engine would compute for days.
   */
  readonly waits: readonly string[];
  /** Sockets and timers, unref'd ones included. */
  readonly left: readonly string[];
  /** What would keep the process alive. */
  readonly active: readonly string[];
}

interface Case {
  readonly what: string;
  readonly org?: SimulatorOptions;
  readonly fault?: (org: Simulator) => WireFault;
  readonly work?: 'query' | 'stream' | 'stopReading';
  readonly sql?: string;
  /** When it is time to cancel. */
  readonly isReady: (wire: Wire, status: (at: number) => number | undefined) => boolean;
  /** Requests that are under way then, at least. */
  readonly underWay: number;
  readonly code?: string;
}

const KEYS = { path: /\/credentials\/jwks$/ };
// When a key was made stands in no list of apps, so each app is asked.
const FAN_OUT = 'select created from okta.apps.jwks';
const BUSY = says(503, '{"message":"busy"}', [['retry-after', '60']]);
const CROSS_JOIN = `select count(*) from okta.apps.applications a, range(10000000) b, range(10000000) c
  where b.range * c.range % 7 = length(a.id)`;
const EC_KEY = `(subdomain, appId, kty, kid, crv, x, y) values ('my-org', 'a', 'EC', 'k', 'P-256',
  'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0')`;

const CASES: readonly Case[] = [
  {
    what: 'requests of a fan-out are under way',
    fault: () => ({ match: KEYS, strike: stalls }),
    isReady: ({ struck }) => struck.length >= 10,
    underWay: 10,
  },
  {
    what: 'it waits for the rate limit',
    org: { rateLimit: 3, rateWindowMs: 3_600_000 },
    // The last of a window looks out for the next.
    isReady: (_wire, status) => status(1) === 200,
    underWay: 0,
  },
  {
    what: 'it waits before trying again',
    fault: () => ({ match: {}, strike: BUSY }),
    isReady: ({ struck }) => struck.length >= 1,
    underWay: 0,
  },
  {
    what: 'an answer stops half-way',
    fault: () => ({ match: {}, strike: stopsHalfWay }),
    isReady: ({ struck }) => struck.length >= 1,
    underWay: 1,
  },
  {
    what: 'the engine computes',
    sql: CROSS_JOIN,
    isReady: (_wire, status) => status(0) === 200,
    underWay: 0,
  },
  {
    what: 'a change is under way',
    fault: () => ({ match: { method: 'POST' }, strike: stalls }),
    sql: `insert into okta.apps.jwks ${EC_KEY}`,
    isReady: ({ struck }) => struck.length >= 1,
    underWay: 1,
  },
  {
    what: 'rows are handed out',
    work: 'stream',
    sql: 'select * from range(1000000)',
    isReady: () => true,
    underWay: 0,
  },
  {
    what: 'its consumer stops reading',
    // The keys of the first app come: rows are handed out in the order of the apps.
    fault: (org) => ({
      match: { path: new RegExp(`/(?!${org.apps()[0]?.id})[^/]+/credentials/jwks$`) },
      strike: stalls,
    }),
    work: 'stopReading',
    isReady: ({ struck }) => struck.length >= 5,
    underWay: 5,
    code: '1 ROWS',
  },
];

const wires: Wire[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  // None is there any more, unless a test has failed.
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const wire of wires.splice(0)) await wire.close();
});

it.each(CASES)('while $what, it ends at once and leaves no socket and no timer', async (each) => {
  const simulator = createSimulator({ org: uniformOrg({ apps: 60, keysPerApp: 1 }), ...each.org });
  const wire = await openWire(simulator);
  wires.push(wire);
  if (each.fault !== undefined) wire.faults.push(each.fault(simulator));
  const isReady = (): boolean => each.isReady(wire, (at) => simulator.journal[at]?.status);
  const report = await cancelWhen(wire, { ...each, token: simulator.token, isReady });
  const { code = 'CANCELLED', underWay } = each;
  expect(report).toMatchObject({ code, after: 0, waits: [], left: [], active: [] });
  expect(report.before).toBeGreaterThanOrEqual(underWay);
  await expect.poll(() => wire.openSockets()).toBe(0);
});

interface Work extends Pick<Case, 'work' | 'sql'> {
  readonly token: string;
  readonly isReady: () => boolean;
}

/** Does the work in a process of its own until it is ready, and cancels it then. */
async function cancelWhen(
  { endpoint }: Wire,
  { work = 'query', sql = FAN_OUT, token, isReady }: Work,
): Promise<Report> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [SCRIPT], {
    cwd: ROOT,
    env: { PATH, NODE_OPTIONS: PATIENT_NODE, TOKEN: token, ENDPOINT: endpoint, SQL: sql, WORK: work },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await expect.poll(isReady).toBe(true);
  child.stdin.write('now\n');
  await ended;
  return JSON.parse(text) as Report;
}
