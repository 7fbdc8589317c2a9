/** Every fault of the table with every kind of statement, through a session, over real sockets. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/http/pacing/clock.ts';
import { createSession, QueryError, type Session, type SessionOptions } from '../../src/index.ts';
import { createSimulator, type Simulator, uniformOrg } from '../../src/simulator/index.ts';
import type { Row } from '../../src/values.ts';
import { fastClock } from '../../tools/fuzz/fast-clock.ts';
import { patientClock } from '../unit/patient-clock.ts';
import { APPS, KINDS, type Kind } from './statements.ts';
import { type FaultRow, type Outcome, TABLE } from './table.ts';
import { openWire, type Wire } from './wire.ts';

/** Eleven minutes of real time: what is slow because the machine is busy must not look like an answer that does not come. */
const LONG_MS = 33_000_000;

/** Waits of a minute take a second. */
const FASTER = 50;

interface TestOrg {
  readonly clock: Clock;
  readonly simulator: Simulator;
}

function openOrg(): TestOrg {
  const clock = fastClock(FASTER);
  const org = uniformOrg({ apps: APPS, keysPerApp: 3 });
  return { clock, simulator: createSimulator({ org, now: () => new Date(clock.now()), rateWindowMs: 2_000 }) };
}

function openSession({ token }: Simulator, options: SessionOptions): Session {
  return createSession({ token, timeoutMs: LONG_MS, maxResponseBytes: 2 ** 20, ...options });
}

const cases = TABLE.flatMap((row) =>
  KINDS.filter(({ name }) => row.kinds?.includes(name) ?? true).map(
    (kind) => [`${row.what}: ${kind.name}`, row, kind] as const,
  ),
);

it.concurrent.each(cases)('%s', async (_name, row, kind) => {
  const { clock, simulator } = openOrg();
  const wire = await openWire(simulator);
  const answerMs = row.options?.timeoutMs ?? LONG_MS;
  const isStuck = (awaited: number): boolean => answerMs < LONG_MS && awaited === wire.struckSockets();
  const own = { clock: patientClock(clock, { answerMs, isStuck }), endpointUrl: wire.endpoint };
  const session = openSession(simulator, { ...own, ...row.options });
  try {
    const rows = kind.rows(simulator);
    const sql = kind.sql(simulator);
    wire.faults.push({ ...kind.hit(simulator), times: row.times ?? 1, strike: row.strike });
    const startedAt = clock.now();
    const notices: string[] = [];
    const ran = await run(session.query(sql, { onNotice: (notice) => notices.push(notice) }));
    const expected = lookedUp(row, kind);
    check(ran, { expected, kind, rows });
    expect(notices).toEqual(expected.notices);
    checkOrg(simulator, wire, { row, kind, expected });
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(expected.code === 'done' ? (row.leastMs ?? 0) : 0);
  } finally {
    await session.close();
    await wire.close();
  }
});

describe('a server that nobody has started', () => {
  it.concurrent.each(KINDS.map((kind) => [kind.name, kind] as const))(
    '%s fails, and nothing was sent',
    async (_name, kind) => {
      const { clock, simulator } = openOrg();
      const session = openSession(simulator, { clock, endpointUrl: endpointAt(await freePort()) });
      const notices: string[] = [];
      const ran = await run(session.query(kind.sql(simulator), { onNotice: (notice) => notices.push(notice) }));
      await session.close();
      expect(ran).toMatchObject({
        error: { code: 'NETWORK', attempt: 4, message: expect.stringContaining('ECONNREFUSED') },
      });
      expect({ notices, effects: kind.effects(simulator) }).toEqual({ notices: [], effects: 0 });
    },
  );

  it.concurrent.each(KINDS.map((kind) => [kind.name, kind] as const))(
    '%s waits a little for it',
    async (_name, kind) => {
      const port = await freePort();
      let starting: Promise<Wire> | undefined;
      const { clock, simulator } = openOrg();
      const onWait = (): void => {
        starting ??= openWire(simulator, port);
      };
      const session = openSession(simulator, { clock, endpointUrl: endpointAt(port), onWait });
      const rows = kind.rows(simulator);
      const ran = await run(session.query(kind.sql(simulator)));
      await session.close();
      const wire = await starting;
      await wire?.close();
      check(ran, { expected: { code: 'done', says: /^$/ }, kind, rows });
      expect(kind.effects(simulator)).toBe(kind.does === 'read' ? 0 : 1);
      expect(wire?.sent.filter(({ line }) => !line.startsWith('GET ')).length).toBe(kind.does === 'read' ? 0 : 1);
    },
  );
});

function endpointAt(port: number): string {
  return `http://{subdomain}.localhost:${port}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

type Ran = { readonly rows: readonly Row[] } | { readonly error: QueryError };

async function run(work: Promise<{ readonly rows: readonly Row[] }>): Promise<Ran> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof QueryError) return { error };
    throw error;
  }
}

interface Expected extends Outcome {
  readonly notices: readonly unknown[];
}

/** Of which failures nobody can know whether the change was made, unless it is looked up; a gateway's 5xx is one. */
const LOST = /^(?:NETWORK|TIMEOUT|UNUSABLE_RESPONSE)$/;

/** A key that an INSERT adds is looked up by its kid, so what came of it is known after all. */
function lookedUp({ isCarriedOut = false, isSilent = false, ...row }: FaultRow, { name, does }: Kind): Expected {
  const outcome = row[does];
  if (isSilent && name === 'INSERT') return { ...outcome, notices: [expect.stringContaining('It was carried out')] };
  const isLost = LOST.test(outcome.code) || /answered 5/.test(outcome.says.source);
  if (does === 'read' || !isLost) return { ...outcome, notices: [] };
  if (name !== 'INSERT') return { ...outcome, notices: [expect.stringContaining('carried out is not known')] };
  if (isCarriedOut) return { ...outcome, code: 'done', notices: [expect.stringContaining('It was carried out')] };
  return { ...outcome, says: /It was not carried out/, notices: [] };
}

interface Wanted {
  readonly expected: Pick<Outcome, 'code' | 'says'>;
  readonly kind: Kind;
  readonly rows: readonly Row[];
}

function check(ran: Ran, { expected: { code, says }, kind, rows }: Wanted): void {
  if ('error' in ran) {
    const { message, hint = '' } = ran.error;
    expect({ code: ran.error.code, text: `${message} ${hint}` }).toEqual({ code, text: expect.stringMatching(says) });
    expect(message).not.toContain('sim-token');
    return;
  }
  expect(code).toBe('done');
  if (kind.does === 'read') expect(sorted(ran.rows)).toEqual(sorted(rows));
}

/** In an order of our own: that of the answer is not the question here. */
function sorted(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

function checkOrg(
  simulator: Simulator,
  { sent, struck }: Wire,
  { row, kind, expected }: { readonly row: FaultRow; readonly kind: Kind; readonly expected: Outcome },
): void {
  if (row.times !== 0) {
    expect(new Set(struck).size).toBe(1);
    expect(sent.filter(({ line }) => line === struck[0])).toHaveLength(expected.sends);
  }
  const isDone = expected.code === 'done' || row.isCarriedOut === true;
  expect(kind.effects(simulator)).toBe(isDone && kind.does !== 'read' ? 1 : 0);
  expect(simulator.violations).toEqual([]);
}
