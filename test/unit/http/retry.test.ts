import { describe, expect, test } from 'vitest';

import type { HttpClientOptions } from '../../../src/http/client.ts';
import type { HttpResponse, SharedHttpClient } from '../../../src/http/contract.ts';
import { systemClock } from '../../../src/http/pacing/clock.ts';
import { DEFAULT_RETRY, declaredPolicy, delayAfterConcurrency, delayBefore } from '../../../src/http/retry.ts';
import { deletesOnce } from '../../../src/okta/repeat.ts';
import type { HttpRequest } from '../../../src/request/build.ts';
import { createSimulator, type Fault, faults, type Simulator, uniformOrg } from '../../../src/simulator/index.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';
import { createTestClient, failureOf, TOKEN } from './http-client.contract.ts';

interface World {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly client: SharedHttpClient;
  readonly app: string;
}

function open(fault?: Fault, options: Partial<HttpClientOptions> = {}): World {
  const clock = virtualClock();
  const now = (): Date => new Date(clock.now());
  const simulator = createSimulator({ token: TOKEN, org: uniformOrg({ apps: 2, keysPerApp: 3, now: now() }), now });
  simulator.switches.faults = fault === undefined ? [] : [fault];
  const client = createTestClient((request) => clock.hold(simulator.handle(request)), {
    clock,
    retryFor: () => undefined,
    ...options,
  });
  return { clock, simulator, client, app: simulator.apps()[0]?.id ?? '' };
}

const HEADERS = { accept: 'application/json' };

const DECLARED = { maxAttempts: 2, initialDelayMs: 9_000, maxDelayMs: 9_000, multiplier: 1, jitterFraction: 0 };

/** One request of each method, to things that exist. */
const REQUESTS: Readonly<Record<'GET' | 'POST' | 'DELETE', (world: World) => HttpRequest>> = {
  GET: ({ app }) => ({
    method: 'GET',
    url: `https://my-org.okta.com/api/v1/apps/${app}/credentials/jwks`,
    headers: HEADERS,
  }),
  POST: ({ simulator, app }) => {
    const key = simulator.keys(app)[0]?.id;
    const url = `https://my-org.okta.com/api/v1/apps/${app}/credentials/jwks/${key}/lifecycle/deactivate`;
    return { method: 'POST', url, headers: HEADERS };
  },
  DELETE: ({ simulator, app }) => {
    const key = simulator.keys(app).find(({ status }) => status === 'INACTIVE')?.id;
    return {
      method: 'DELETE',
      url: `https://my-org.okta.com/api/v1/apps/${app}/credentials/jwks/${key}`,
      headers: HEADERS,
    };
  },
};

/** A connection that was never there. */
function refused(times = 1): Partial<HttpClientOptions> & { readonly sends: () => number } {
  let sends = 0;
  return {
    sends: () => sends,
    fetch: async () => {
      sends += 1;
      if (sends > times) return new Response('{"keys":[]}', { headers: { 'content-type': 'application/json' } });
      const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      throw new TypeError('fetch failed', { cause });
    },
  };
}

type Expected = 'answer' | 'NETWORK' | 'HTTP' | 'UNUSABLE_RESPONSE' | 'TIMEOUT' | 'RATE_LIMIT';
interface Row {
  readonly what: string;
  readonly fault: Fault;
  /** What comes of it, and how many times it was sent. */
  readonly GET: readonly [Expected, number];
  readonly POST: readonly [Expected, number];
  readonly DELETE: readonly [Expected, number];
}

const once = { times: 1 };

/** All rows or a clear error; what changes something goes twice only where the first certainly changed nothing. */
const TABLE: readonly Row[] = [
  {
    what: 'nothing',
    fault: { match: {}, times: 0, answer: () => 'pass' },
    GET: ['answer', 1],
    POST: ['answer', 1],
    DELETE: ['answer', 1],
  },
  {
    what: 'reset before',
    fault: faults.resetBefore(once),
    GET: ['answer', 2],
    POST: ['NETWORK', 1],
    DELETE: ['answer', 2],
  },
  {
    what: 'reset after',
    fault: faults.resetAfter(once),
    GET: ['answer', 2],
    POST: ['NETWORK', 1],
    DELETE: ['answer', 2],
  },
  {
    what: '502 with HTML',
    fault: faults.badGateway(502, once),
    GET: ['answer', 2],
    POST: ['HTTP', 1],
    DELETE: ['answer', 2],
  },
  {
    what: '503 with HTML',
    fault: faults.badGateway(503, once),
    GET: ['answer', 2],
    POST: ['HTTP', 1],
    DELETE: ['answer', 2],
  },
  {
    what: '504 with HTML',
    fault: faults.badGateway(504, once),
    GET: ['answer', 2],
    POST: ['HTTP', 1],
    DELETE: ['answer', 2],
  },
  {
    what: '503 of Okta',
    fault: faults.oktaError({ status: 503, code: 'E0000181', summary: 'away' }, once),
    GET: ['answer', 2],
    POST: ['HTTP', 1],
    DELETE: ['answer', 2],
  },
  { what: '500', fault: faults.serverError(once), GET: ['HTTP', 1], POST: ['HTTP', 1], DELETE: ['HTTP', 1] },
  { what: 'always 502', fault: faults.badGateway(502), GET: ['HTTP', 4], POST: ['HTTP', 1], DELETE: ['HTTP', 4] },
  {
    what: 'always reset',
    fault: faults.resetBefore(),
    GET: ['NETWORK', 4],
    POST: ['NETWORK', 1],
    DELETE: ['NETWORK', 4],
  },
  {
    what: 'half of an answer',
    fault: faults.truncatedJson(once),
    GET: ['answer', 2],
    POST: ['UNUSABLE_RESPONSE', 1],
    DELETE: ['answer', 1],
  },
  {
    what: 'a login page',
    fault: faults.htmlPage(once),
    GET: ['UNUSABLE_RESPONSE', 1],
    POST: ['UNUSABLE_RESPONSE', 1],
    DELETE: ['UNUSABLE_RESPONSE', 1],
  },
  {
    what: '429',
    fault: faults.tooManyRequests(undefined, once),
    GET: ['answer', 2],
    POST: ['answer', 2],
    DELETE: ['answer', 2],
  },
  {
    what: '429 for too many at once',
    fault: faults.tooManyRequests({ 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0' }, { times: 3 }),
    GET: ['answer', 4],
    POST: ['answer', 4],
    DELETE: ['answer', 4],
  },
  {
    what: 'a storm of 429',
    fault: faults.tooManyRequests(),
    GET: ['RATE_LIMIT', 11],
    POST: ['RATE_LIMIT', 11],
    DELETE: ['RATE_LIMIT', 11],
  },
  {
    what: 'a body that stalls',
    fault: faults.stalledBody(),
    GET: ['TIMEOUT', 1],
    POST: ['TIMEOUT', 1],
    DELETE: ['answer', 1],
  },
];

describe.each(TABLE)('$what', ({ fault, ...expected }) => {
  test.each(['GET', 'POST', 'DELETE'] as const)('%s', async (method) => {
    // Faults are counted by identity, so each test has its own.
    const world = open({ ...fault });
    const request = REQUESTS[method](world);
    const outcome = await world.clock.run(
      world.client.send(request).then(
        ({ status }: HttpResponse) => (status < 300 ? 'answer' : status),
        (error: unknown) => (error as { readonly code: string }).code,
      ),
    );
    expect([outcome, world.simulator.journal.length]).toEqual(expected[method]);
    expect(world.clock.sleepers()).toBe(0);
  });
});

/** What is known of a POST that failed: whether it may have been carried out. */
test.each([
  ['a broken connection', faults.resetBefore(), true],
  ['a gateway', faults.badGateway(502), true],
  ['503 of Okta', faults.oktaError({ status: 503, code: 'E0000181', summary: 'away' }), true],
  ['500', faults.serverError(), true],
  ['half of an answer', faults.truncatedJson(), true],
  ['a login page', faults.htmlPage(), true],
  ['no answer', faults.stalledBody(), true],
  ['400', faults.oktaError({ status: 400, code: 'E0000001', summary: 'no' }), false],
  ['403', faults.oktaError({ status: 403, code: 'E0000006', summary: 'no' }), false],
  ['404 of a gateway', faults.badGateway(404), false],
  ['a storm of 429', faults.tooManyRequests(), false],
])('%s leaves it open whether a POST was carried out: %s', async (_what, fault, mayHaveHappened) => {
  const world = open(fault);
  const failure = await world.clock.run(failureOf(world.client.send(REQUESTS.POST(world))));
  expect(failure).toMatchObject({ mayHaveHappened });
});

test('where nobody was connected, no POST was carried out', async () => {
  const { clock, client } = open(undefined, refused(9));
  const request: HttpRequest = { method: 'POST', url: 'https://my-org.okta.com/x', headers: HEADERS };
  expect(await clock.run(failureOf(client.send(request)))).toMatchObject({ code: 'NETWORK', mayHaveHappened: false });
});

test('a DELETE that stops before it goes again may have been carried out', async () => {
  const world = open(faults.resetAfter());
  const deadline = world.clock.now() + 100;
  const statement = world.client.forStatement({ deadline });
  const failure = await world.clock.run(failureOf(statement.send(REQUESTS.DELETE(world))));
  expect(failure).toMatchObject({ code: 'TIMEOUT', mayHaveHappened: true, cause: { code: 'NETWORK' } });
});

test('a POST behind which the connection breaks was carried out, once', async () => {
  const world = open(faults.resetAfter());
  const isInactive = ({ status }: { readonly status: string }): boolean => status === 'INACTIVE';
  const before = world.simulator.keys(world.app).filter(isInactive).length;
  const failure = await world.clock.run(failureOf(world.client.send(REQUESTS.POST(world))));
  expect(failure).toMatchObject({ code: 'NETWORK', attempt: 1 });
  expect(world.simulator.keys(world.app).filter(isInactive)).toHaveLength(before + 1);
});

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)(
  '%s goes again where nobody was connected',
  async (method) => {
    const { sends, ...options } = refused(2);
    const { clock, client } = open(undefined, options);
    const request: HttpRequest = { method, url: 'https://my-org.okta.com/x', headers: HEADERS };
    expect((await clock.run(client.send(request))).status).toBe(200);
    expect(sends()).toBe(3);
  },
);

test('a body that is slow is read to its end', async () => {
  const world = open(faults.slowBody(7, 1), { clock: systemClock });
  const { text } = await world.client.send(REQUESTS.GET(world));
  expect(JSON.parse(text)).toMatchObject({ keys: [{}, {}, {}] });
});

describe('a DELETE that meets 404', () => {
  test('after a failure that left it open is done', async () => {
    const world = open(faults.resetAfter({ times: 1 }));
    const response = await world.clock.run(world.client.send(REQUESTS.DELETE(world)));
    expect([response.status, world.simulator.journal.map(({ status }) => status)]).toEqual([204, [0, 404]]);
    expect(world.simulator.keys(world.app)).toHaveLength(2);
  });

  test('at once names something that is not there', async () => {
    const world = open();
    const url = `https://my-org.okta.com/api/v1/apps/${world.app}/credentials/jwks/pks00000000000000000`;
    const failure = await world.clock.run(failureOf(world.client.send({ method: 'DELETE', url, headers: HEADERS })));
    expect(failure).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('after a refusal that did nothing is still not there', async () => {
    const world = open(faults.badGateway(503, { times: 1 }));
    const url = `https://my-org.okta.com/api/v1/apps/${world.app}/credentials/jwks/pks00000000000000000`;
    const failure = await world.clock.run(failureOf(world.client.send({ method: 'DELETE', url, headers: HEADERS })));
    expect([failure, world.simulator.journal.length]).toMatchObject([{ code: 'NOT_FOUND' }, 2]);
  });

  test.each([
    ['https://a.okta.com/api/v1/users/00u1', false],
    ['https://a.okta.com/api/v1/users/00u1?sendEmail=false', false],
    ['https://a.okta.com/api/v1/users/00u1/factors/mbl1', true],
    ['https://a.okta.com/api/v1/apps/0oa1', true],
  ])('%s may be repeated: %s', async (url, isSafe) => {
    expect(deletesOnce({ url })).toBe(isSafe);
    const world = open(faults.resetAfter({ times: 1 }), { deletesOnce });
    await world.clock.run(
      world.client
        .send({ method: 'DELETE', url: url.replace('//a.', '//my-org.'), headers: HEADERS })
        .catch(() => undefined),
    );
    expect(world.simulator.journal).toHaveLength(isSafe ? 2 : 1);
  });
});

describe('errors tell how far it got', () => {
  test('attempts and milliseconds of a connection that fails', async () => {
    const world = open(faults.resetBefore());
    const failure = await world.clock.run(failureOf(world.client.send(REQUESTS.GET(world))));
    // 375, 750 and 1,500 ms: half of the jitter is taken away.
    expect(failure).toMatchObject({ code: 'NETWORK', attempt: 4, elapsedMs: 2_625 });
    expect(failure.message).toContain('failed after 2625 ms and 4 attempts');
  });

  test('attempts of a gateway that fails', async () => {
    const world = open(faults.badGateway());
    const failure = await world.clock.run(failureOf(world.client.send(REQUESTS.GET(world))));
    expect(failure.message).toMatch(/502 \(attempt 4, after \d+ ms\)/);
  });
});

describe('delays', () => {
  test.each([
    [1, 0, 500],
    [1, 1, 250],
    [2, 0, 1_000],
    [3, 0.5, 1_500],
    [9, 0, 10_000],
    [9, 1, 5_000],
  ])('after attempt %d with chance %d: %d ms', (attempt, random, ms) => {
    expect(delayBefore(DEFAULT_RETRY, attempt, random)).toBe(ms);
  });

  test.each([
    [1, 0, 500],
    [1, 1, 1_000],
    [3, 1, 4_000],
    [4, 1, 5_000],
    [9, 1, 5_000],
  ])('after %d refusals for concurrency with chance %d: %d ms', (refusals, random, ms) => {
    expect(delayAfterConcurrency(refusals, random)).toBe(ms);
  });

  test('Retry-After of a gateway is kept', async () => {
    const world = open({
      match: {},
      times: 1,
      answer: () => new Response('', { status: 503, headers: { 'retry-after': '7' } }),
    });
    const startedAt = world.clock.now();
    await world.clock.run(world.client.send(REQUESTS.GET(world)));
    expect(world.clock.now() - startedAt).toBe(7_000);
  });

  test('a policy of the request goes before the usual one', async () => {
    const policy = { ...DEFAULT_RETRY, maxAttempts: 2, initialDelayMs: 9_000, jitterFraction: 0, statuses: [500] };
    const world = open(faults.serverError(), { retryFor: () => policy });
    const startedAt = world.clock.now();
    await world.clock.run(failureOf(world.client.send(REQUESTS.GET(world))));
    expect([world.simulator.journal.length, world.clock.now() - startedAt]).toEqual([2, 9_000]);
  });

  test.each([
    ['GET', ['GET'], 500, 2],
    ['GET', ['GET', 'POST'], 404, 1],
    ['GET', ['POST'], 500, 1],
    // What is safe is not the document's to say.
    ['POST', ['GET', 'POST'], 500, 1],
    ['DELETE', ['DELETE'], 500, 2],
  ] as const)('a document that wants %s again, among %j, after 500, meets %d: %d sends', async (...given) => {
    const [method, methods, status, sends] = given;
    const retry = { ...DECLARED, methods, statusCodes: [500] };
    const world = open(faults.oktaError({ status, code: 'E0000009', summary: 'no' }), { retryFor: declaredPolicy });
    const startedAt = world.clock.now();
    await world.clock.run(failureOf(world.client.send({ ...REQUESTS[method](world), retry })));
    expect([world.simulator.journal.length, world.clock.now() - startedAt]).toEqual([sends, (sends - 1) * 9_000]);
  });

  test('a document cannot ask for less than the rate limiter does', async () => {
    const world = open(faults.tooManyRequests(undefined, { times: 2 }), { retryFor: declaredPolicy });
    const retry = { ...DECLARED, maxAttempts: 1, methods: [], statusCodes: [] };
    const { status } = await world.clock.run(world.client.send({ ...REQUESTS.POST(world), retry }));
    expect([status, world.simulator.journal.length]).toEqual([200, 3]);
  });

  test('are not begun where the statement has less time', async () => {
    const world = open(faults.badGateway());
    const statement = world.client.forStatement({ deadline: world.clock.now() + 100 });
    const startedAt = world.clock.now();
    const failure = await world.clock.run(failureOf(statement.send(REQUESTS.GET(world))));
    expect(failure).toMatchObject({ code: 'TIMEOUT', cause: { code: 'HTTP', status: 502 } });
    expect([world.simulator.journal.length, world.clock.now() - startedAt]).toEqual([1, 0]);
  });

  test('end with the signal', async () => {
    const world = open(faults.badGateway());
    const stop = new AbortController();
    const failing = failureOf(world.client.send(REQUESTS.GET(world), stop.signal));
    await expect.poll(() => world.simulator.journal[0]?.status).toBe(502);
    await expect.poll(() => world.clock.sleepers()).toBe(1);
    stop.abort();
    expect(await failing).toMatchObject({ code: 'CANCELLED', mayHaveHappened: true });
    expect(world.clock.sleepers()).toBe(0);
  });
});

describe('an authoriser that watches', () => {
  const watching = (status: number, wish: 'again' | undefined) => {
    const seen: number[] = [];
    let issued = 0;
    const fault = faults.oktaError({ status, code: 'E0000011', summary: 'expired' }, { times: 5 });
    const world = open(fault, {
      authorize: async () => {
        issued += 1;
        return {
          headers: { authorization: `SSWS ${TOKEN}` },
          secrets: [TOKEN],
          observe: (_request, answer) => {
            seen.push(answer.status);
            return wish;
          },
        };
      },
    });
    return { ...world, seen, issued: () => issued };
  };

  test.each([
    [401, 'again', 4],
    [400, 'again', 4],
    [403, 'again', 1],
    [500, 'again', 1],
    [401, undefined, 1],
  ] as const)('of %d and wants %s: %d sends', async (status, wish, sends) => {
    const { clock, client, simulator, seen, issued, app } = watching(status, wish);
    const request: HttpRequest = {
      method: 'POST',
      url: `https://my-org.okta.com/api/v1/apps/${app}`,
      headers: HEADERS,
    };
    await clock.run(failureOf(client.send(request)));
    expect([simulator.journal.length, issued(), seen.length]).toEqual([sends, sends, sends]);
  });
});
