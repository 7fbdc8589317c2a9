import { describe, expect, test } from 'vitest';
import { HttpError, NetworkError, TimeoutError, UnusableResponseError } from '../../../../src/errors.ts';
import type { HttpClient, HttpResponse } from '../../../../src/http/contract.ts';
import { pages } from '../../../../src/http/paging/pages.ts';
import { declaredPolicy } from '../../../../src/http/retry.ts';
import type { Paging } from '../../../../src/registry/resource.ts';
import type { HttpRequest } from '../../../../src/request/build.ts';
import { failureOf } from '../http-client.contract.ts';

const LIST = 'https://acme.okta.com/api/v1/groups?q=a';
const LINK: Paging = { kind: 'link', header: 'link' };
const details = { status: 500, method: 'GET', url: LIST, elapsedMs: 1 };

const FAILURES = {
  500: new HttpError('500', details),
  504: new HttpError('504', { ...details, status: 504 }),
  silence: new TimeoutError('no answer', { elapsedMs: 1, scope: 'answer' }),
  'the statement’s end': new TimeoutError('no time left', { elapsedMs: 1 }),
  502: new HttpError('502', { ...details, status: 502 }),
  400: new HttpError('400', { ...details, status: 400 }),
  'a broken connection': new NetworkError('broken', details),
  'half an answer': new UnusableResponseError('half', details),
};

/** Answers a page by a link to another, and refuses what does not fit. */
function server(refuse: (url: URL) => Error | undefined, next: (url: URL) => string | undefined = () => undefined) {
  const sent: HttpRequest[] = [];
  const client: HttpClient = {
    send: async (request) => {
      sent.push(request);
      const url = new URL(request.url);
      const failure = refuse(url);
      if (failure !== undefined) throw failure;
      const link = next(url);
      return { status: 200, text: '[1]', headers: new Headers(link === undefined ? {} : { link }), request };
    },
    close: async () => undefined,
  };
  return { client, sent, queries: () => sent.map(({ url }) => new URL(url).search) };
}

async function read(client: HttpClient, url: string, paging = LINK, rest: Partial<HttpRequest> = {}): Promise<void> {
  const request: HttpRequest = { method: 'GET', url, headers: {}, ...rest };
  const all: HttpResponse[] = [];
  for await (const page of pages(client, request, { paging, sizeParameter: 'limit' })) all.push(page);
}

const sizeOf = (url: URL): number => Number(url.searchParams.get('limit'));
const always = (failure: Error) => () => failure;

describe('a page that fails for good', () => {
  test.each<[what: keyof typeof FAILURES, limits: readonly number[]]>([
    [500, [200, 100, 50, 25]],
    [504, [200, 100, 50, 25]],
    ['silence', [200, 100, 50, 25]],
    ['the statement’s end', [200]],
    [502, [200]],
    [400, [200]],
    ['a broken connection', [200]],
    ['half an answer', [200]],
  ])('by %s is sent with these sizes', async (what, limits) => {
    const { client, queries } = server(always(FAILURES[what]));
    const failure = await failureOf(read(client, `${LIST}&limit=200`));
    const larger = limits.slice(0, -1);
    if (larger.length === 0) expect(failure).toBe(FAILURES[what]);
    else expect(failure).toMatchObject({ ...FAILURES[what], cause: FAILURES[what] });
    const told = larger.length === 0 ? '' : ` Pages of ${larger.join(', ')} items had failed before.`;
    expect(failure.message).toBe(FAILURES[what].message + told);
    expect(queries()).toEqual(limits.map((limit) => `?q=a&limit=${limit}`));
  });

  test.each<[given: string, limits: readonly string[]]>([
    ['1000', ['1000', '500', '250', '125']],
    ['100', ['100', '50', '25', '20']],
    ['39', ['39', '20']],
    ['21', ['21', '20']],
    // APIs refuse less; nor is the size made larger.
    ['20', ['20']],
    ['5', ['5']],
    ['-1', ['-1']],
    ['all', ['all']],
  ])('of %s items', async (given, limits) => {
    const { client, queries } = server(always(FAILURES[500]));
    await failureOf(read(client, `${LIST}&limit=${given}`));
    expect(queries()).toEqual(limits.map((limit) => `?q=a&limit=${limit}`));
  });

  test('without a size, or of a request that may change something, is sent once', async () => {
    const { client, queries } = server(always(FAILURES[500]));
    await failureOf(read(client, LIST));
    await failureOf(read(client, `${LIST}&limit=200`, LINK, { method: 'POST', body: '{}' }));
    expect(queries()).toEqual(['?q=a', '?q=a&limit=200']);
  });
});

describe('a page that succeeds when it is smaller', () => {
  const links = (...cursors: readonly string[]) => {
    const left = [...cursors];
    // As Okta does, the link repeats the size of the page it came with.
    return (url: URL): string | undefined => {
      const cursor = left.shift();
      return cursor && `<${LIST}&limit=${sizeOf(url)}&after=${cursor}>; rel="next"`;
    };
  };
  const largerThan = (most: number, failure: Error) => (url: URL) => (sizeOf(url) > most ? failure : undefined);

  test('keeps its cursor, and those behind it its size', async () => {
    let asked = 0;
    const refuse = (url: URL): Error | undefined => {
      asked += 1;
      return asked > 2 ? largerThan(60, FAILURES.silence)(url) : undefined;
    };
    const { client, queries } = server(refuse, links('A', 'B', 'C'));
    await read(client, `${LIST}&limit=200`);
    expect(queries()).toEqual([
      '?q=a&limit=200',
      '?q=a&limit=200&after=A',
      '?q=a&limit=200&after=B',
      '?q=a&limit=100&after=B',
      '?q=a&limit=50&after=B',
      '?q=a&limit=50&after=C',
    ]);
  });

  test('counts against the same few times as the pages before it', async () => {
    const sizes = new Map([
      [null, 100],
      ['A', 50],
      ['B', 25],
      ['C', 20],
    ]);
    const refuse = (url: URL): Error | undefined =>
      sizeOf(url) > (sizes.get(url.searchParams.get('after')) ?? 0) ? FAILURES[500] : undefined;
    const { client, queries } = server(refuse, links('A', 'B', 'C'));
    expect(await failureOf(read(client, `${LIST}&limit=200`))).toBe(FAILURES[500]);
    expect(queries()).toHaveLength(7);
  });

  test('a cursor that comes again is an error all the same', async () => {
    const { client, queries } = server(largerThan(100, FAILURES[500]), links('A', 'A', 'A', 'A', 'A'));
    expect(await failureOf(read(client, `${LIST}&limit=200`))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
    expect(queries()).toEqual(['?q=a&limit=200', '?q=a&limit=100', '?q=a&limit=100&after=A']);
  });

  test('a page number is another place where pages are smaller', async () => {
    const paging: Paging = { kind: 'page-number', to: { in: 'query', name: 'page' } };
    const { client, queries } = server(always(FAILURES[500]));
    await failureOf(read(client, `${LIST}&limit=200`, paging));
    // Nor is one that a link names, where the first page was larger.
    const linked = server(
      (url) => (url.searchParams.has('page') ? FAILURES[500] : undefined),
      () => '<?page=2>; rel="next"',
    );
    await failureOf(read(linked.client, `${LIST}&limit=200`));
    expect([...queries(), ...linked.queries()]).toEqual(['?q=a&limit=200', '?q=a&limit=200', '?q=a&limit=200&page=2']);
  });

  test('a token is the same place', async () => {
    const paging: Paging = { kind: 'token', from: { in: 'header', at: 'next' }, to: { in: 'query', name: 'at' } };
    const { client, queries } = server(largerThan(100, FAILURES[500]));
    await read(client, `${LIST}&limit=200&at=x`, paging);
    expect(queries()).toEqual(['?q=a&limit=200&at=x', '?q=a&limit=100&at=x']);
  });

  test('the client repeats the smaller one after the usual failures but 504, and the next as ever', async () => {
    const retry = { maxAttempts: 9, initialDelayMs: 1, maxDelayMs: 1, multiplier: 1, jitterFraction: 0 };
    const policy = { ...retry, methods: ['GET'], statusCodes: [503, 504, 520] };
    const statusesFor = async (rest: Partial<HttpRequest>): Promise<readonly unknown[]> => {
      const { client, sent } = server(largerThan(100, FAILURES[500]), links('A'));
      await read(client, `${LIST}&limit=200`, LINK, rest);
      return sent.map((request) => declaredPolicy(request)?.statuses);
    };
    expect(await statusesFor({})).toEqual([undefined, [502, 503], undefined]);
    expect(await statusesFor({ retry: policy })).toEqual([
      [503, 504, 520],
      [503, 520],
      [503, 504, 520],
    ]);
  });
});
