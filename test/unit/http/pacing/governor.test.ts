import { describe, expect, test } from 'vitest';

import type { HttpClientOptions } from '../../../../src/http/client.ts';
import type { SharedHttpClient } from '../../../../src/http/contract.ts';
import type { Clock } from '../../../../src/http/pacing/clock.ts';
import type { Wait } from '../../../../src/http/pacing/governor.ts';
import type { HttpRequest } from '../../../../src/request/build.ts';
import { createSimulator, faults, type Simulator, uniformOrg } from '../../../../src/simulator/index.ts';
import { type VirtualClock, virtualClock } from '../../virtual-clock.ts';
import { createTestClient, failureOf, TOKEN } from '../http-client.contract.ts';

const ORIGIN = 'https://my-org.okta.com';
const LATENCY_MS = 40;

interface World {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly client: SharedHttpClient;
  readonly waits: readonly Wait[];
}

interface Setting {
  readonly limit?: number;
  readonly windowMs?: number;
  /** Of the org's clock against ours. */
  readonly skewMs?: number;
  readonly latencyMs?: number;
  readonly clock?: VirtualClock;
  readonly switches?: Partial<Simulator['switches']>;
  readonly options?: Partial<HttpClientOptions>;
}

/** A client and an org on the same virtual time, some milliseconds apart. */
function open(setting: Setting): World {
  const { limit = 50, windowMs = 3_000, skewMs = 0, latencyMs = LATENCY_MS, switches, options } = setting;
  const { clock = virtualClock() } = setting;
  const waits: Wait[] = [];
  const simulator = createSimulator({
    token: TOKEN,
    org: uniformOrg({ apps: 1, keysPerApp: 1 }),
    now: () => new Date(clock.now() + skewMs),
    rateLimit: limit,
    rateWindowMs: windowMs,
  });
  Object.assign(simulator.switches, switches);
  const client = createTestClient(
    async (request) => {
      await clock.sleep(latencyMs / 2, request.signal);
      const response = await clock.hold(simulator.handle(request));
      await clock.sleep(latencyMs / 2, request.signal);
      return response;
    },
    { clock, retryFor: () => undefined, onWait: (wait) => waits.push(wait), ...options },
  );
  return { clock, simulator, client, waits };
}

function get(path = '/api/v1/apps?limit=1'): HttpRequest {
  return { method: 'GET', url: ORIGIN + path, headers: { accept: 'application/json' }, bucket: '/api/v1/apps' };
}

/** Sends as a fan-out does: so many at once, the next when one is done. */
async function sendMany(client: Pick<SharedHttpClient, 'send'>, count: number, atOnce = 35): Promise<number> {
  let left = count;
  let answers = 0;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await client.send(get());
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
}

function refusals({ journal }: Simulator): number {
  return journal.filter(({ status }) => status === 429).length;
}

/** Milliseconds from the first request to the last answer. */
async function measure({ clock }: World, work: () => Promise<unknown>): Promise<number> {
  const startedAt = clock.now();
  await clock.run(work());
  return clock.now() - startedAt;
}

describe('600 calls against 50 per window of 3 s', () => {
  // The first window began on the second, 300 ms before the first call; twelve are needed, and the last is not waited out.
  const BOUND_MS = 11 * 3_000 - 300;

  test('one statement: no 429, hardly longer than the limit asks', async () => {
    const world = open({});
    const ms = await measure(world, () => sendMany(world.client, 600));
    expect(refusals(world.simulator)).toBe(0);
    expect(world.simulator.journal).toHaveLength(600);
    expect(ms / BOUND_MS).toBeLessThan(1.08);
    expect(BOUND_MS / ms).toBeGreaterThan(0.95);
  });

  test('four statements at once: no 429, and all are done at about the same time', async () => {
    const world = open({});
    const doneAt: number[] = [];
    const ms = await measure(world, () =>
      Promise.all(
        [1, 2, 3, 4].map(async () => {
          await sendMany(world.client.forStatement({}), 150);
          doneAt.push(world.clock.now());
        }),
      ),
    );
    expect(refusals(world.simulator)).toBe(0);
    expect(ms / BOUND_MS).toBeLessThan(1.08);
    expect(Math.max(...doneAt) - Math.min(...doneAt)).toBeLessThan(3_000);
  });

  test.each([
    ['ahead by more than a minute', 75_400],
    ['behind by more than a minute', -75_400],
    ['ahead by less than a second', 400],
    ['an hour ahead, as with a wrong time zone', 3_600_000],
  ])('the clock of Okta is %s: at most one 429', async (_what, skewMs) => {
    const world = open({ skewMs });
    const ms = await measure(world, () => sendMany(world.client, 600));
    expect(refusals(world.simulator)).toBeLessThanOrEqual(1);
    // Until an answer has shown where the second begins, a wait is up to one second too long.
    expect(ms).toBeLessThan(12 * 4_000);
  });

  test('headers that come twice are read once', async () => {
    const world = open({ switches: { rateHeaders: 'twice' } });
    const ms = await measure(world, () => sendMany(world.client, 600));
    expect([refusals(world.simulator), ms / BOUND_MS < 1.08]).toEqual([0, true]);
  });

  test('headers on some answers only: no 429', async () => {
    const world = open({});
    let number = 0;
    const { handle } = world.simulator;
    world.simulator.handle = async (request) => {
      number += 1;
      world.simulator.switches.rateHeaders = number % 3 === 0 ? 'once' : 'none';
      return handle(request);
    };
    const ms = await measure(world, () => sendMany(world.client, 600));
    expect([refusals(world.simulator), ms / BOUND_MS < 1.08]).toEqual([0, true]);
  });

  test('no headers at all: the first 429s teach it, and all answers come', async () => {
    const world = open({ switches: { rateHeaders: 'none' } });
    let answers = 0;
    const ms = await measure(world, async () => {
      answers = await sendMany(world.client, 600);
    });
    expect(answers).toBe(600);
    // The few that were under way when the first window was used up, and those that look whether the next has begun.
    expect(refusals(world.simulator)).toBeLessThanOrEqual(8);
    expect(ms / BOUND_MS).toBeLessThan(1.08);
  });

  test('no headers, and four statements at once: the same', async () => {
    const world = open({ switches: { rateHeaders: 'none' } });
    let answers = 0;
    const ms = await measure(world, async () => {
      const statements = [1, 2, 3, 4].map(() => sendMany(world.client.forStatement({}), 150));
      for (const count of await Promise.all(statements)) answers += count;
    });
    expect(answers).toBe(600);
    expect(refusals(world.simulator)).toBeLessThanOrEqual(8);
    expect(ms / BOUND_MS).toBeLessThan(1.08);
  });

  test('somebody else uses half: a handful of 429 at most, and all answers', async () => {
    const world = open({ switches: { othersPerCall: 1 } });
    let answers = 0;
    const ms = await measure(world, async () => {
      answers = await sendMany(world.client, 600);
    });
    expect(answers).toBe(600);
    expect(refusals(world.simulator)).toBeLessThanOrEqual(6);
    // The other half lasts for 25 calls of each window.
    expect(ms / (23 * 3_000 - 300)).toBeLessThan(1.08);
  });
});

test.each([
  // The last call of each window looks out for the next, and is counted there: 49 a window are left, and 13 windows needed.
  ['rounded up', Math.ceil, 13, 0],
  // Such an end comes too early; each refusal adds to the wait, up to a second.
  ['rounded down', Math.floor, 12, 4],
] as const)('windows that begin to the millisecond, their end %s', async (_what, round, windows, refused) => {
  const clock = virtualClock();
  const server = { startMs: -Infinity, used: 0, refusals: 0 };
  const answer = (): Response => {
    if (clock.now() >= server.startMs + 3_000) Object.assign(server, { startMs: clock.now(), used: 0 });
    const isOver = server.used >= 50;
    if (isOver) server.refusals += 1;
    else server.used += 1;
    const body = isOver ? '{"errorCode":"E0000047"}' : '[]';
    const headers = {
      date: new Date(clock.now()).toUTCString(),
      'x-rate-limit-limit': '50',
      'x-rate-limit-remaining': String(50 - server.used),
      'x-rate-limit-reset': String(round((server.startMs + 3_000) / 1000)),
    };
    return new Response(body, { status: isOver ? 429 : 200, headers });
  };
  const client = createTestClient(
    async (request) => {
      await clock.sleep(LATENCY_MS / 2, request.signal);
      const response = answer();
      await clock.sleep(LATENCY_MS / 2, request.signal);
      return response;
    },
    { clock, retryFor: () => undefined },
  );
  const startedAt = clock.now();
  await clock.run(sendMany(client, 600));
  expect((clock.now() - startedAt) / ((windows - 1) * 3_000)).toBeLessThan(1.08);
  expect(server.refusals).toBeLessThanOrEqual(refused);
});

describe('a refusal without rate headers that says how long to wait', () => {
  /** Refuses everything until that time, and asks for so many seconds. */
  const refuseUntil = (until: number, seconds: number) => {
    const clock = virtualClock();
    const sent: number[] = [];
    const begun = clock.now();
    const client = createTestClient(
      async () => {
        sent.push(clock.now() - begun);
        if (clock.now() - begun >= until) return new Response('[]');
        return new Response('{"errorCode":"E0000047"}', { status: 429, headers: { 'retry-after': String(seconds) } });
      },
      { clock, retryFor: () => undefined },
    );
    return { clock, client, sent };
  };

  test('is waited out at once', async () => {
    const { clock, client, sent } = refuseUntil(8_000, 8);
    await clock.run(client.send(get()));
    expect(sent).toEqual([0, expect.closeTo(8_400, -3)]);
  });

  test('fails at once where the statement has less', async () => {
    const { clock, client, sent } = refuseUntil(30_000, 30);
    const statement = client.forStatement({ deadline: clock.now() + 5_000 });
    expect(await clock.run(failureOf(statement.send(get())))).toMatchObject({ code: 'TIMEOUT', elapsedMs: 0 });
    expect(sent).toEqual([0]);
  });
});

test('a reset that is always past is none: calls run side by side', async () => {
  const clock = virtualClock();
  let [inFlight, most] = [0, 0];
  const client = createTestClient(
    async (request) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await clock.sleep(LATENCY_MS, request.signal);
      inFlight -= 1;
      const reset = String(Math.floor(clock.now() / 1000) - 100);
      const headers = { 'x-rate-limit-limit': '600', 'x-rate-limit-remaining': '40', 'x-rate-limit-reset': reset };
      return new Response('[]', { headers });
    },
    { clock, retryFor: () => undefined },
  );
  await clock.run(sendMany(client, 60));
  expect(most).toBeGreaterThan(4);
});

describe('no headers', () => {
  const blind = { rateHeaders: 'none' } as const;

  test.each([
    // Counted again after one more look: the windows of 1, 3 and 10 seconds, and of a minute, are found to the second.
    [1_000, 1.08],
    [3_000, 1.05],
    [10_000, 1.05],
    [60_000, 1.02],
  ])('windows of %i ms: as long as they are', async (windowMs, most) => {
    const world = open({ windowMs, switches: blind });
    const ms = await measure(world, () => sendMany(world.client, 1_500));
    expect(ms / (29 * windowMs)).toBeLessThan(most);
    expect(refusals(world.simulator)).toBeLessThan(15);
  });

  test('what an idle hour ends with says nothing about the length of windows', async () => {
    const world = open({ switches: blind });
    await world.clock.run(sendMany(world.client, 120));
    await world.clock.run(world.clock.sleep(3_600_000));
    // Somebody else uses up the window that begins now.
    const other = createTestClient((request) => world.simulator.handle(request), { clock: world.clock });
    await world.clock.run(sendMany(other, 50));
    const ms = await measure(world, () => sendMany(world.client, 200));
    expect(ms).toBeLessThan(20_000);
  });

  test('an API without limits gets few calls at once, and then more and more', async () => {
    const world = open({ limit: 0, latencyMs: 50, switches: blind });
    await measure(world, () => sendMany(world.client, 40));
    expect(world.simulator.maxInFlight).toBeLessThanOrEqual(6);
    await measure(world, () => sendMany(world.client, 400));
    expect(world.simulator.maxInFlight).toBe(35);
  });
});

test('100 calls a window of a minute, 1,000 calls: 95 % of the limit is used', async () => {
  const world = open({ limit: 100, windowMs: 60_000, latencyMs: 200 });
  const ms = await measure(world, () => sendMany(world.client, 1_000));
  expect(refusals(world.simulator)).toBe(0);
  expect((9 * 60_000) / ms).toBeGreaterThan(0.95);
});

test('a share leaves the rest of each window to others', async () => {
  const world = open({ options: { rateLimitShare: 0.8 } });
  await measure(world, () => sendMany(world.client, 200));
  const perWindow = new Map<number, number>();
  for (const { startedAt } of world.simulator.journal) {
    const second = Math.floor(startedAt.getTime() / 3_000);
    perWindow.set(second, (perWindow.get(second) ?? 0) + 1);
  }
  expect([refusals(world.simulator), world.simulator.journal.length]).toEqual([0, 200]);
  expect(Math.max(...perWindow.values())).toBeLessThanOrEqual(40);
});

test('no limit in sight: nothing is held back but the growth of concurrency', async () => {
  const world = open({ limit: 0, latencyMs: 50 });
  const ms = await measure(world, () => sendMany(world.client, 500));
  // Without a governor 35 at once need 15 rounds; here the first is one call, the second 12, and then they are 35.
  expect(ms / (16 * 50)).toBeLessThan(1.01);
  expect(world.waits).toEqual([]);
});

describe('too many at once', () => {
  test('the concurrency 429 is a short pause, not a minute, and lowers what is sent at once', async () => {
    const world = open({ limit: 0, switches: { concurrencyLimit: 12 } });
    let answers = 0;
    const ms = await measure(world, async () => {
      answers = await sendMany(world.client, 500);
    });
    expect(answers).toBe(500);
    expect(refusals(world.simulator)).toBeGreaterThan(0);
    expect(refusals(world.simulator)).toBeLessThan(60);
    expect(ms).toBeLessThan(15_000);
    expect(world.waits.every(({ reason, ms: pause }) => reason === 'concurrency' && pause <= 5_000)).toBe(true);
  });

  test.each([1, 3, 35])('never more than the option: %d', async (concurrency) => {
    const world = open({ limit: 0, options: { concurrency } });
    await measure(world, () => sendMany(world.client, 200));
    expect(world.simulator.maxInFlight).toBeLessThanOrEqual(concurrency);
    expect(world.simulator.maxInFlight).toBe(concurrency);
  });
});

test('time that passes while the governor looks loses no wake-up', async () => {
  // A timer that fires a little early, and a clock that has moved on when it is read again.
  const time = virtualClock();
  let reads = 0;
  const clock: Clock = {
    now: () => {
      reads += 1;
      return time.now() + (reads % 4 < 2 ? 0 : 1);
    },
    sleep: (ms, signal) => time.sleep(Math.max(0, ms - 0.5), signal),
  };
  const world = open({ clock: time, limit: 3, options: { clock } });
  expect(await time.run(sendMany(world.client, 300))).toBe(300);
});

describe('turns', () => {
  test('a small statement is not kept behind a large one', async () => {
    const world = open({ limit: 10, windowMs: 60_000 });
    let smallMs = Infinity;
    const startedAt = world.clock.now();
    await world.clock.run(
      Promise.all([
        sendMany(world.client.forStatement({}), 60),
        sendMany(world.client.forStatement({}), 5).then(() => {
          smallMs = world.clock.now() - startedAt;
        }),
      ]),
    );
    // Half of each window is its own, so the second window is its last.
    expect(smallMs).toBeLessThan(2 * 60_000);
    expect(refusals(world.simulator)).toBe(0);
  });

  test('a bucket that is used up does not stop another', async () => {
    const world = open({ limit: 2, windowMs: 60_000 });
    const users: HttpRequest = { ...get('/api/v1/groups?limit=1'), bucket: '/api/v1/groups' };
    const startedAt = world.clock.now();
    let groupsMs = Infinity;
    const apps = sendMany(world.client, 6);
    const groups = world.client.send(users).then(() => {
      groupsMs = world.clock.now() - startedAt;
    });
    await world.clock.run(Promise.all([apps, groups]));
    expect(groupsMs).toBeLessThan(1_000);
  });
});

describe('waits', () => {
  test('are told once per window, with their length', async () => {
    const world = open({ limit: 10, windowMs: 60_000 });
    await world.clock.run(sendMany(world.client, 25));
    expect(world.waits).toHaveLength(2);
    expect(world.waits[0]).toMatchObject({ origin: ORIGIN, bucket: '/api/v1/apps', reason: 'rate-limit' });
    expect(world.waits[0]?.ms).toBeGreaterThan(55_000);
    expect(world.waits[0]?.ms).toBeLessThan(61_000);
  });

  test('longer than the statement has are an error at once, and leave nothing behind', async () => {
    const world = open({ limit: 5, windowMs: 60_000 });
    const statement = world.client.forStatement({ deadline: world.clock.now() + 10_000 });
    const startedAt = world.clock.now();
    const failure = await world.clock.run(failureOf(sendMany(statement, 8, 1)));
    expect(failure).toMatchObject({ code: 'TIMEOUT', hint: expect.stringContaining('more time') });
    expect(failure.message).toMatch(/rate limit of \/api\/v1\/apps at https:\/\/my-org\.okta\.com is used up/);
    expect(world.clock.now() - startedAt).toBeLessThan(1_000);
    expect(world.clock.sleepers()).toBe(0);
  });

  test('end with the signal, and leave no timer', async () => {
    const world = open({ limit: 1, windowMs: 60_000 });
    const stop = new AbortController();
    await world.clock.run(world.client.send(get()));
    const waiting = failureOf(world.client.send(get(), stop.signal));
    expect(world.clock.sleepers()).toBe(1);
    stop.abort();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
    expect(world.clock.sleepers()).toBe(0);
  });
});

describe('a 429', () => {
  test('of the window is waited out, then the answer comes', async () => {
    const world = open({ limit: 0 });
    world.simulator.switches.faults = [faults.tooManyRequests(undefined, { times: 1 })];
    const response = await world.clock.run(world.client.send(get()));
    expect([response.status, world.simulator.journal.map(({ status }) => status)]).toEqual([200, [429, 200]]);
  });

  test('that never ends is an error, after ten windows', async () => {
    const world = open({ limit: 0 });
    world.simulator.switches.faults = [faults.tooManyRequests()];
    const failure = await world.clock.run(failureOf(world.client.send(get())));
    expect(failure).toMatchObject({ code: 'RATE_LIMIT', status: 429 });
    expect(world.simulator.journal).toHaveLength(11);
  });

  test.each(['E0000109', 'E0000118', 'E0000133'])(
    '%s is a quota of its own: no wait, no second request',
    async (code) => {
      const world = open({ limit: 0 });
      world.simulator.switches.faults = [faults.oktaError({ status: 429, code, summary: 'quota' })];
      const failure = await world.clock.run(failureOf(world.client.send(get())));
      expect(failure).toMatchObject({ code: 'HTTP', status: 429, providerCode: code });
      expect([world.simulator.journal.length, world.waits]).toEqual([1, []]);
    },
  );

  test('with a reset in the past is not asked again and again', async () => {
    const world = open({ limit: 0 });
    const old = { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '1000000000' };
    world.simulator.switches.faults = [faults.tooManyRequests(old, { times: 4 })];
    const ms = await measure(world, () => world.client.send(get()));
    // 1, 2, 4 and 8 seconds.
    expect(ms).toBeGreaterThan(15_000);
    expect(world.simulator.journal).toHaveLength(5);
  });
});
