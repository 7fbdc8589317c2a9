import { expect, test } from 'vitest';
import { CancelledError, ResourceLimitError } from '../../../src/errors.ts';
import { createListCache, type ListCache } from '../../../src/exec/list-cache.ts';
import type { HttpClient, HttpResponse } from '../../../src/http/contract.ts';
import { pages } from '../../../src/http/paging/pages.ts';
import { builtInRegistry } from '../../../src/registry/registry.ts';

const { method } = builtInRegistry().method(['okta', 'users', 'users', 'list_users']);
const LAST = 3;

/** Users of three pages, `a`, `b` and `c`; the text of a page is its letter, times `weight`. */
function api({ weight = 1 } = {}) {
  const sent: string[] = [];
  let answers: readonly ((url: string) => Promise<HttpResponse>)[] = [];
  const answer = async (url: string): Promise<HttpResponse> => {
    const page = Number(new URL(url).searchParams.get('after') ?? 1);
    const link = page < LAST ? { link: `<https://a.test/users?after=${page + 1}>; rel="next"` } : {};
    const text = JSON.stringify([{ id: 'abc'.charAt(page - 1).repeat(weight) }]);
    return { status: 200, headers: new Headers(link), text, request: { method: 'GET', url, headers: {} } };
  };
  const client = (name: string): HttpClient => ({
    send: async ({ url }, signal) => {
      signal?.throwIfAborted();
      sent.push(`${name} ${new URL(url).searchParams.get('after') ?? 1}`);
      const [next, ...rest] = answers;
      answers = rest;
      return (next ?? answer)(url);
    },
    close: async () => undefined,
  });
  const next = (...steps: typeof answers): void => {
    answers = steps;
  };
  return { sent, client, next, answer };
}

interface Terms {
  readonly name?: string;
  readonly ttlMs?: number;
  readonly most?: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function listed(path = '/users', headers: Readonly<Record<string, string>> = {}) {
  const request = { method: 'GET', url: `https://a.test${path}`, headers } as const;
  return { method, request, name: request };
}

async function read(lists: ListCache, org: ReturnType<typeof api>, terms: Terms = {}): Promise<string> {
  const { name = 'x', ttlMs = 100, most = 9, path, headers, signal } = terms;
  const list = listed(path, headers);
  const reader = { client: org.client(name), signal, ttlMs };
  const texts: string[] = [];
  for await (const { text } of lists.pages(list, reader, (client) => pages(client, list.request))) {
    texts.push((JSON.parse(text) as [{ id: string }])[0].id.charAt(0));
    if (texts.length === most) break;
  }
  return texts.join('');
}

function open(maxBytes = 1e6): { readonly lists: ListCache; readonly clock: { ms: number } } {
  const clock = { ms: 1_000 };
  return { lists: createListCache({ now: () => clock.ms, maxBytes }), clock };
}

const failing = async (): Promise<never> => {
  throw new Error('cut');
};

test('a list that was read whole is not asked for again until it is too old', async () => {
  const { lists, clock } = open();
  const org = api();
  expect(await read(lists, org)).toBe('abc');
  clock.ms += 100;
  expect(await read(lists, org)).toBe('abc');
  expect(org.sent).toEqual(['x 1', 'x 2', 'x 3']);
  expect(lists.ageOf(listed(), 100)).toBe(100);
  clock.ms += 1;
  expect(lists.ageOf(listed(), 100)).toBeUndefined();
  expect(await read(lists, org, { name: 'y' })).toBe('abc');
  expect(org.sent.slice(3)).toEqual(['y 1', 'y 2', 'y 3']);
});

test('it is as old as its first request, and who wants it younger asks anew', async () => {
  const { lists, clock } = open();
  const org = api();
  org.next(async (url) => {
    clock.ms += 60;
    return org.answer(url);
  });
  await read(lists, org);
  expect(await read(lists, org, { name: 'y', ttlMs: 50 })).toBe('abc');
  expect(org.sent).toHaveLength(6);
  // A clock that is put back makes it too old.
  clock.ms = 0;
  await read(lists, org);
  expect(org.sent).toHaveLength(9);
});

test.each([
  ['another address', { path: '/users?q=1' }],
  ['another header', { headers: { accept: 'x' } }],
])('%s is another list', async (_what, other) => {
  const { lists } = open();
  const org = api();
  await read(lists, org);
  await read(lists, org, other);
  expect(org.sent).toHaveLength(6);
});

test('readers at the same time share each request', async () => {
  const { lists } = open();
  const org = api();
  expect(await Promise.all([read(lists, org), read(lists, org, { name: 'y' }), read(lists, org)])).toEqual([
    'abc',
    'abc',
    'abc',
  ]);
  expect(org.sent).toHaveLength(3);
});

test('a list that nobody reads to its end is not kept', async () => {
  const { lists } = open();
  const org = api();
  expect(await read(lists, org, { most: 2 })).toBe('ab');
  expect(lists.ageOf(listed(), 100)).toBeUndefined();
  expect(await read(lists, org)).toBe('abc');
  expect(org.sent).toEqual(['x 1', 'x 2', 'x 1', 'x 2', 'x 3']);
});

test('one whose last page was read is whole, whether or not the reader asked for more', async () => {
  const { lists } = open();
  const org = api();
  expect(await read(lists, org, { most: 3 })).toBe('abc');
  expect(lists.ageOf(listed(), 100)).toBe(0);
});

test('a failure reaches all readers, and the next one asks anew', async () => {
  const { lists } = open();
  const org = api();
  org.next(org.answer, failing);
  const outcomes = await Promise.allSettled([read(lists, org), read(lists, org)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(org.sent).toEqual(['x 1', 'x 2']);
  expect(await read(lists, org)).toBe('abc');
});

test.each([
  ['cancelled', new CancelledError()],
  ['out of requests', new ResourceLimitError('enough')],
])('where the one that asks is %s, the next one asks in its place', async (_what, error) => {
  const { lists } = open();
  const org = api();
  org.next(org.answer, async () => {
    throw error;
  });
  const [first, second] = await Promise.allSettled([read(lists, org), read(lists, org, { name: 'y' })]);
  expect(first).toMatchObject({ status: 'rejected', reason: error });
  expect(second).toMatchObject({ status: 'fulfilled', value: 'abc' });
  expect(org.sent).toEqual(['x 1', 'x 2', 'y 2', 'y 3']);
});

test('a reader that is stopped does not wait for the request of another', async () => {
  const { lists } = open();
  const org = api();
  const stop = new AbortController();
  let answer = (): void => undefined;
  org.next(
    (url) =>
      new Promise((resolve) => {
        answer = () => resolve(org.answer(url));
      }),
  );
  const first = read(lists, org);
  const second = read(lists, org, { signal: stop.signal });
  await Promise.resolve();
  stop.abort();
  await expect(second).rejects.toThrow(CancelledError);
  answer();
  expect(await first).toBe('abc');
  expect(org.sent).toHaveLength(3);
});

test('a change at its org ends a list, also for who begins while it is read', async () => {
  const { lists } = open();
  const org = api();
  await read(lists, org);
  lists.forget('https://b.test');
  await read(lists, org);
  expect(org.sent).toHaveLength(3);
  lists.forget('https://a.test');
  org.next(async (url) => {
    lists.forget('https://a.test');
    return org.answer(url);
  });
  await read(lists, org);
  await read(lists, org, { name: 'y' });
  expect(org.sent.slice(6)).toEqual(['y 1', 'y 2', 'y 3']);
});

test('what was not read for longest goes where there are too many bytes', async () => {
  const { lists } = open(3 * 3 * 4_200);
  const org = api();
  await read(lists, org, { path: '/users?q=1' });
  await read(lists, org, { path: '/users?q=2' });
  await read(lists, org, { path: '/users?q=1' });
  await read(lists, org, { path: '/users?q=3' });
  await read(lists, org, { path: '/users?q=4' });
  const kept = [1, 2, 3, 4].filter((q) => lists.ageOf(listed(`/users?q=${q}`), 100) !== undefined);
  expect(kept).toEqual([1, 3, 4]);
});

test('a list that is too large alone is not kept, and read all the same by all who began', async () => {
  const { lists } = open(5_000);
  const org = api({ weight: 2_000 });
  const began = [read(lists, org), read(lists, org, { name: 'y' }), read(lists, org, { name: 'z', most: 1 })];
  expect(await Promise.all(began)).toEqual(['abc', 'abc', 'a']);
  expect(org.sent).toHaveLength(3);
  expect(lists.ageOf(listed(), 100)).toBeUndefined();
});
