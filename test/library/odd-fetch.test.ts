/** A custom `fetch` that is no good: what it does costs its request, and neither the session nor the place that it took. */

import { describe, expect, test } from 'vitest';

import { createSession, type Fetch, type QueryError, type Session } from '../../src/index.ts';
import { HASTY_CLOCK } from '../security/world.ts';

const SQL = "SELECT id FROM okta.apps.applications WHERE subdomain = 'acme'";
const good = (): Response => new Response('[{"id":"0oa1"}]', { headers: { 'content-type': 'application/json' } });

/** One place: whoever does not give it back stops all others. The clock does not wait between attempts. */
function sessionWith(fetch: Fetch, timeoutMs = 50): Session {
  return createSession({ token: '00a', fetch, concurrency: 1, timeoutMs, clock: HASTY_CLOCK });
}

/** Runs a statement on a fetch that is odd, then one on a fetch that is good. */
async function errorAndThen(odd: Fetch, timeoutMs?: number): Promise<QueryError> {
  let isOdd = true;
  const session = sessionWith((request) => (isOdd ? odd(request) : Promise.resolve(good())), timeoutMs);
  const error = await session.query(SQL).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  isOdd = false;
  expect((await session.query(SQL)).rows).toEqual([['0oa1']]);
  await session.close();
  return error as QueryError;
}

function streamed(start: (controller: ReadableStreamDefaultController<unknown>) => void): Response {
  return new Response(new ReadableStream({ start }) as ReadableStream<Uint8Array>, {
    headers: { 'content-type': 'application/json' },
  });
}

const JSON_HEADERS = new Headers({ 'content-type': 'application/json' });
const nonsense =
  (answer: unknown): Fetch =>
  async () =>
    answer as Response;

describe('costs its request', () => {
  test.each<[what: string, fetch: Fetch, code: string]>([
    [
      'throws',
      () => {
        throw new Error('odd');
      },
      'NETWORK',
    ],
    [
      'throws no error',
      () => {
        throw undefined;
      },
      'NETWORK',
    ],
    ['rejects', () => Promise.reject(new Error('odd')), 'NETWORK'],
    ['rejects with a text', () => Promise.reject('odd'), 'NETWORK'],
    ['answers nothing', nonsense(undefined), 'NETWORK'],
    ['answers null', nonsense(null), 'NETWORK'],
    ['answers a text', nonsense('[]'), 'NETWORK'],
    ['answers the rows', nonsense([{ id: '0oa1' }]), 'NETWORK'],
    ['answers an object like a Response, without a body', nonsense({ status: 200, headers: JSON_HEADERS }), 'NETWORK'],
    ['answers a status that is a text', nonsense({ status: '200', headers: JSON_HEADERS, body: null }), 'NETWORK'],
    ['answers no headers', nonsense({ status: 200, body: null }), 'NETWORK'],
    ['answers headers that are none', nonsense({ status: 200, headers: { 'no header': '\n' }, body: null }), 'NETWORK'],
    ['answers an error of fetch', nonsense(Response.error()), 'NETWORK'],
    ['answers a body that is a text', nonsense({ status: 200, headers: JSON_HEADERS, body: '[]' }), 'NETWORK'],
    ['gives texts for bytes', async () => streamed((each) => each.enqueue('[]')), 'NETWORK'],
    [
      'fails in the middle',
      async () =>
        streamed((each) => {
          each.enqueue(Buffer.from('['));
          each.error(new Error('odd'));
        }),
      'NETWORK',
    ],
    [
      'ends in the middle',
      async () =>
        streamed((each) => {
          each.enqueue(Buffer.from('['));
          each.close();
        }),
      'UNUSABLE_RESPONSE',
    ],
    [
      'has a body that somebody else reads',
      async () => {
        const answer = good();
        answer.body?.getReader();
        return answer;
      },
      'NETWORK',
    ],
    [
      'has a body that was read',
      async () => {
        const answer = good();
        await answer.text();
        return answer;
      },
      'NETWORK',
    ],
  ])('a fetch that %s', async (_what, fetch, code) => {
    const error = await errorAndThen(fetch, 60_000);
    expect(error.code).toBe(code);
  });

  // Its time ends in 50 ms, whatever the machine is doing: nothing here is waited for that does not come.
  test.each<[what: string, fetch: Fetch]>([
    ['never settles', () => new Promise(() => undefined)],
    ['has a body that never ends', async () => streamed((each) => each.enqueue(Buffer.from('[')))],
    [
      'has a body that nobody can end',
      nonsense({
        status: 200,
        headers: JSON_HEADERS,
        body: {
          getReader: () => ({ read: () => new Promise(() => undefined), cancel: () => new Promise(() => undefined) }),
        },
      }),
    ],
  ])('a fetch that %s', async (_what, fetch) => {
    const real = {
      now: Date.now,
      sleep: (ms: number, signal?: AbortSignal) => (ms === 50 ? soon(signal) : Promise.resolve()),
    };
    let isOdd = true;
    const session = createSession({
      token: '00a',
      fetch: (request) => (isOdd ? fetch(request) : Promise.resolve(good())),
      concurrency: 1,
      timeoutMs: 50,
      clock: real,
    });
    await expect(session.query(SQL)).rejects.toMatchObject({ code: 'TIMEOUT' });
    isOdd = false;
    expect((await session.query(SQL)).rows).toEqual([['0oa1']]);
    await session.close();
  });
});

/** Time that is over at the next turn. */
function soon(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = setTimeout(resolve, 50);
    signal?.addEventListener('abort', () => {
      clearTimeout(turn);
      reject(signal.reason);
    });
  });
}

test('an answer that comes too late is given back unread', async () => {
  let settle: (response: Response) => void = () => undefined;
  let isGivenBack = false;
  const late = new Response(
    new ReadableStream({
      cancel: () => {
        isGivenBack = true;
      },
    }),
  );
  const stop = new AbortController();
  const session = sessionWith(
    () =>
      new Promise((resolve) => {
        settle = resolve;
        stop.abort();
      }),
    60_000,
  );
  await expect(session.query(SQL, { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  settle(late);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isGivenBack).toBe(true);
  await session.close();
});

describe('close() does not wait for it', () => {
  test.each<[what: string, fetch: (asked: () => void) => Promise<Response>]>([
    [
      'never settles',
      (asked) => {
        asked();
        return new Promise(() => undefined);
      },
    ],
    [
      'has a body that never ends',
      async (asked) =>
        streamed((each) => {
          each.enqueue(Buffer.from('['));
          asked();
        }),
    ],
  ])('a fetch that %s', async (_what, fetch) => {
    let ask: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const session = createSession({ token: '00a', fetch: () => fetch(ask) });
    const ending = session.query(SQL).catch((error: unknown) => error);
    await asked;
    await session.close();
    expect(await ending).toMatchObject({ code: 'CANCELLED' });
    await expect(session.query(SQL)).rejects.toMatchObject({ sqlState: expect.stringMatching(/^(?!XX)/) as unknown });
  });
});
