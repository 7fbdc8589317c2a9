import { describe, expect, test } from 'vitest';

import { createSimulator, faults } from '../../../src/simulator/index.ts';
import { call, makeRequest, simulate, testClock } from './client.ts';

const LIST = 'GET /api/v1/apps?limit=1';

async function remaining(sim: ReturnType<typeof simulate>): Promise<number> {
  return Number((await call(sim, LIST)).headers.get('x-rate-limit-remaining'));
}

describe('windows', () => {
  test('are as long as told, and begin with the second of their first call', async () => {
    const clock = testClock();
    const sim = createSimulator({ now: clock.now, rateLimit: 2, rateWindowMs: 3_000 });
    const { headers } = await call(sim, LIST);
    expect(headers.get('x-rate-limit-reset')).toBe(String(Date.parse('2026-11-23T08:00:03Z') / 1000));
    expect([await remaining(sim), (await call(sim, LIST)).status]).toEqual([0, 429]);
    clock.advance(2_749);
    expect((await call(sim, LIST)).status).toBe(429);
    clock.advance(1);
    expect(await remaining(sim)).toBe(1);
  });

  test('are shared with somebody else, who takes half at most', async () => {
    const sim = simulate({ rateLimit: 10 });
    sim.switches.othersPerCall = 2;
    const seen: number[] = [];
    for (let index = 0; index < 6; index += 1) seen.push(await remaining(sim));
    // Theirs come after ours: 2, 2 and the fifth.
    expect(seen).toEqual([9, 6, 3, 1, 0, 0]);
    expect((await call(sim, LIST)).status).toBe(429);
  });
});

describe('headers', () => {
  test.each([
    ['none', null],
    ['once', '4'],
    ['twice', '4, 4'],
  ] as const)('%s', async (rateHeaders, shown) => {
    const sim = simulate({ rateLimit: 5 });
    sim.switches.rateHeaders = rateHeaders;
    expect((await call(sim, LIST)).headers.get('x-rate-limit-remaining')).toBe(shown);
  });

  test('of a clock that is ahead agree with each other', async () => {
    const sim = simulate({ rateLimit: 5 });
    sim.switches.dateSkewMs = 90_000;
    const { headers } = await call(sim, LIST);
    const date = Date.parse(headers.get('date') ?? '');
    expect(Number(headers.get('x-rate-limit-reset')) * 1000 - date).toBe(60_000);
  });
});

describe('faults', () => {
  test('can let some requests go by', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.badGateway(502, { skip: 2, times: 1 })];
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await sim.handle(makeRequest(sim, LIST))).status);
    expect(statuses).toEqual([200, 200, 502, 200]);
  });

  test('slowBody is the whole body, in pieces', async () => {
    const sim = simulate();
    const whole = (await call(sim, LIST)).body;
    sim.switches.faults = [faults.slowBody(5, 0)];
    expect((await call(sim, LIST)).body).toEqual(whole);
  });

  test('stalledBody begins and does not end', async () => {
    const sim = simulate();
    sim.switches.faults = [faults.stalledBody()];
    const reader = (await sim.handle(makeRequest(sim, LIST))).body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    const second = reader?.read().then(() => 'more');
    expect(await Promise.race([second, Promise.resolve('nothing yet')])).toBe('nothing yet');
    await reader?.cancel();
  });
});
