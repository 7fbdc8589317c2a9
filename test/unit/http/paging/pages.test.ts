import { describe, expect, test } from 'vitest';
import type { HttpClient, HttpResponse } from '../../../../src/http/contract.ts';
import { headerAuthorization } from '../../../../src/http/login/credential.ts';
import { pages } from '../../../../src/http/paging/pages.ts';
import type { Paging } from '../../../../src/registry/resource.ts';
import type { HttpRequest } from '../../../../src/request/build.ts';
import { createSimulator, type Fault, faults, type Simulator, uniformOrg } from '../../../../src/simulator/index.ts';
import { createTestClient, failureOf } from '../http-client.contract.ts';

const HOST = 'https://acme.okta.com';

/** A list whose pages have these `Link` headers; after the last it has none. */
function listWith(links: readonly (string | undefined)[]): { readonly client: HttpClient; readonly urls: string[] } {
  const urls: string[] = [];
  const client: HttpClient = {
    send: async (request) => {
      const link = links[urls.length];
      urls.push(request.url);
      return { status: 200, text: '[]', headers: new Headers(link === undefined ? {} : { link }), request };
    },
    close: async () => undefined,
  };
  return { client, urls };
}

function get(url: string): HttpRequest {
  return { method: 'GET', url, headers: { accept: 'application/json' } };
}

async function readAll(client: HttpClient, first: HttpRequest): Promise<HttpResponse[]> {
  const all: HttpResponse[] = [];
  for await (const page of pages(client, first)) all.push(page);
  return all;
}

describe('the URL of the next page', () => {
  const FIRST = `${HOST}/api/v1/apps?filter=status+eq+%22ACTIVE%22&limit=200`;
  const SECOND = `${FIRST}&after=c1`;

  test.each<[what: string, target: string]>([
    ['the same list', `${FIRST}&after=c1`],
    ['another host', 'https://acme-admin.okta.com/api/v1/apps?after=c1&limit=200'],
    ['another host, with a login', 'https://u:p@evil.example/api/v1/apps?after=c1'],
    ['another scheme', 'http://acme.okta.com/api/v1/apps?after=c1'],
    ['another port', 'https://acme.okta.com:8443/api/v1/apps?after=c1'],
    ['another path', `${HOST}/api/v1/users?after=c1`],
    ['a lost filter', `${HOST}/api/v1/apps?after=c1&limit=200`],
    ['a changed filter', `${HOST}/api/v1/apps?after=c1&filter=x`],
    ['a changed page size', `${HOST}/api/v1/apps?after=c1&limit=-1`],
    ['a relative target', '/api/v1/apps?after=c1'],
    ['a query alone', '?after=c1'],
    ['a target without a scheme', '//evil.example/?after=c1'],
    ['a fragment', `${HOST}/api/v1/apps?after=c1#x`],
    ['a script', 'javascript:alert(1)?after=c1'],
  ])('%s: only the cursor is taken', async (_what, target) => {
    const { client, urls } = listWith([`<${target}>; rel="next"`]);
    await readAll(client, get(FIRST));
    expect(urls).toEqual([FIRST, SECOND]);
  });

  test('what the first request did not say is taken over', async () => {
    const { client, urls } = listWith([`<${HOST}/api/v1/apps?after=c1&limit=20&search=id+pr>; rel="next"`]);
    await readAll(client, get(`${HOST}/api/v1/apps`));
    expect(urls[1]).toBe(`${HOST}/api/v1/apps?after=c1&limit=20&search=id+pr`);
  });

  test('a cursor that the statement began with is replaced', async () => {
    const { client, urls } = listWith(['<?after=c2>; rel="next"']);
    await readAll(client, get(`${HOST}/api/v1/apps?after=c1`));
    expect(urls[1]).toBe(`${HOST}/api/v1/apps?after=c2`);
  });

  test.each(['bGRhcC5=', 'Test+Velocity+Rule', 'a b', 'x%2Fy', 'Zoë', '200u1%26limit%3D1'])(
    'the cursor %s stays as it is',
    async (cursor) => {
      const sent = new URLSearchParams({ after: cursor });
      const { client, urls } = listWith([`<${HOST}/x?${sent}>; rel="next"`]);
      await readAll(client, get(`${HOST}/api/v1/apps`));
      expect([...new URL(urls[1] ?? '').searchParams]).toEqual([['after', cursor]]);
    },
  );

  test('everything else of the request stays', async () => {
    const { client } = listWith(['<?after=c1>; rel="next"']);
    const [, second] = await readAll(client, get(FIRST));
    expect(second?.request).toEqual({ ...get(FIRST), url: SECOND });
  });

  // A next page was named, so an end here would hide rows.
  test.each<[what: string, target: string]>([
    ['no URL', 'https://['],
    ['a host that is none', 'https://a b/?after=c1'],
    ['a port that is none', '//host:99999999/?after=c1'],
    ['nothing', ''],
    ['no cursor', `${HOST}/api/v1/apps`],
    ['a script without a cursor', 'javascript:alert(1)'],
    ['the page itself', FIRST],
  ])('a next that names %s is an error, and no page is handed out', async (_what, target) => {
    const { client, urls } = listWith([`<${target}>; rel="next"`]);
    const failure = await failureOf(pages(client, get(FIRST)).next());
    expect(failure).toMatchObject({ code: 'UNUSABLE_RESPONSE', url: FIRST, status: 200 });
    expect(urls).toEqual([FIRST]);
  });
});

describe('cursors that lead in a circle', () => {
  test.each<[cursors: readonly string[], pagesRead: number]>([
    [['A', 'A'], 1],
    [['A', 'B', 'A'], 2],
    [['A', 'B', 'C', 'B'], 3],
  ])('%j is an error', async (cursors, pagesRead) => {
    const { client, urls } = listWith(cursors.map((cursor) => `<?after=${cursor}>; rel="next"`));
    const read: HttpResponse[] = [];
    const reading = async (): Promise<void> => {
      for await (const page of pages(client, get(`${HOST}/api/v1/apps`))) read.push(page);
    };
    expect(await failureOf(reading())).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
    expect([read.length, urls.length]).toEqual([pagesRead, pagesRead + 1]);
  });

  test('back to the first page, whose URL has no cursor', async () => {
    const { client } = listWith(['<?after=A>; rel="next"', '</api/v1/apps>; rel="next"']);
    const failure = await failureOf(readAll(client, get(`${HOST}/api/v1/apps`)));
    expect(failure).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });
});

describe('other ways to name the next page', () => {
  interface Answer {
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  }

  /** What is requested of a list that answers so, one after another. */
  async function requestsOf(paging: Paging, answers: readonly Answer[], first: HttpRequest): Promise<HttpRequest[]> {
    const requests: HttpRequest[] = [];
    const client: HttpClient = {
      send: async (request) => {
        const { body, headers = {} } = answers[requests.length] ?? { body: [] };
        requests.push(request);
        return { status: 200, text: JSON.stringify(body), headers: new Headers(headers), request };
      },
      close: async () => undefined,
    };
    const isEmpty = ({ text }: HttpResponse): boolean => text === '[]';
    for await (const _page of pages(client, first, { paging, isEmpty }));
    return requests;
  }

  const URL_ = `${HOST}/list?q=a`;
  const urls = async (paging: Paging, answers: readonly Answer[], url = URL_): Promise<string[]> =>
    (await requestsOf(paging, answers, get(url))).map((request) => request.url);

  const TOKEN: Paging = { kind: 'token', from: { in: 'body', at: '$.next' }, to: { in: 'query', name: 'at' } };

  test.each([[undefined], [null], [''], [false], [[]], [{}]])('the token %j is the end', async (next) => {
    expect(await urls(TOKEN, [{ body: { next } }])).toEqual([URL_]);
  });

  test.each([
    ['x', 'x'],
    [0, '0'],
    ['https://evil.example/?a=b', 'https%3A%2F%2Fevil.example%2F%3Fa%3Db'],
    ['a&q=b#c', 'a%26q%3Db%23c'],
  ])('the token %j is a value and nothing else', async (next, sent) => {
    expect(await urls(TOKEN, [{ body: { next } }])).toEqual([URL_, `${URL_}&at=${sent}`]);
  });

  test('a token replaces that of the first request', async () => {
    expect(await urls(TOKEN, [{ body: { next: 'y' } }], `${URL_}&at=x`)).toEqual([`${URL_}&at=x`, `${URL_}&at=y`]);
  });

  test.each([{ next: { a: 1 } }, { next: true }, { next: ['x'] }])('the token of %j is an error', async (body) => {
    expect(await failureOf(urls(TOKEN, [{ body }]))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });

  test('a token that no header can hold is an error', async () => {
    const paging: Paging = { kind: 'token', from: { in: 'body', at: '$.next' }, to: { in: 'header', name: 'x-at' } };
    expect(await failureOf(urls(paging, [{ body: { next: 'a\r\nhost: evil' } }]))).toMatchObject({
      code: 'UNUSABLE_RESPONSE',
    });
  });

  test('a token in the body stands beside what is there', async () => {
    const paging: Paging = { kind: 'token', from: { in: 'header', at: 'x-next' }, to: { in: 'body', name: 'page.at' } };
    const first: HttpRequest = { ...get(URL_), method: 'POST', body: '{"q":1,"page":{"size":2}}' };
    const [, second] = await requestsOf(paging, [{ body: [], headers: { 'x-next': 'n' } }], first);
    expect(JSON.parse(second?.body ?? '')).toEqual({ q: 1, page: { size: 2, at: 'n' } });
  });

  test('where nothing is declared, a Link header or nextPageToken', async () => {
    const link = { link: '<?after=1>; rel="next"' };
    const answers = [{ body: [], headers: link }, { body: { nextPageToken: 'n' } }];
    expect(await urls({ kind: 'undeclared' }, answers)).toEqual([URL_, `${URL_}&after=1`, `${URL_}&pageToken=n`]);
  });

  test('a link whose position is in a parameter that the statement gave', async () => {
    const answer = (page: number): Answer => ({ body: [page], headers: { link: `<?page=${page}>; rel="next"` } });
    const first = `${HOST}/list?q=a&page=1`;
    expect(await urls({ kind: 'link', header: 'link' }, [answer(2), answer(3)], first)).toEqual(
      [1, 2, 3].map((page) => `${HOST}/list?q=a&page=${page}`),
    );
  });

  describe('numbers', () => {
    const COUNTED: Paging = { kind: 'page-number', to: { in: 'query', name: 'page' } };
    const NAMED: Paging = { ...COUNTED, last: { in: 'body', at: '$.pages' } };

    test('start where the statement does', async () => {
      expect(await urls(COUNTED, [{ body: [1] }], `${HOST}/list?page=4`)).toEqual([
        `${HOST}/list?page=4`,
        `${HOST}/list?page=5`,
      ]);
    });

    test.each([
      ['the number that is named', [{ pages: 2 }, { pages: 2 }], 2],
      ['a number that changes', [{ pages: 1 }], 1],
      ['a number as text', [{ pages: '2' }, { pages: '2', x: 1 }], 2],
      ['no pages', [{ pages: 0 }], 1],
      ['the first empty page, where no number is named', [{ a: 1 }, { a: 2 }, []], 3],
    ])('end at %s', async (_what, bodies, requests) => {
      const answers = bodies.map((body, index) => ({ body: Array.isArray(body) ? body : { ...body, index } }));
      expect(await urls(NAMED, answers, `${HOST}/list`)).toHaveLength(requests);
    });

    test('that are none are an error', async () => {
      expect(await failureOf(urls(NAMED, [{ body: { pages: 'many' } }]))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
    });

    test('that always get the same page are an error', async () => {
      expect(await failureOf(urls(COUNTED, [{ body: [1] }, { body: [1] }]))).toMatchObject({
        code: 'UNUSABLE_RESPONSE',
      });
    });
  });
});

describe('with the simulator', () => {
  const ORIGIN = 'https://my-org.okta.com';
  const FIRST = get(`${ORIGIN}/api/v1/apps?limit=2`);

  function open(...given: readonly Fault[]): { readonly simulator: Simulator; readonly client: HttpClient } {
    const simulator = createSimulator({ org: uniformOrg({ apps: 7, keysPerApp: 0 }) });
    simulator.switches.faults = [...given];
    const client = createTestClient(simulator.handle, {
      authorize: async () => headerAuthorization(`SSWS ${simulator.token}`),
    });
    return { simulator, client };
  }

  const idsOf = (all: readonly HttpResponse[]): readonly string[] =>
    all.flatMap(({ text }) => (JSON.parse(text) as { readonly id: string }[]).map(({ id }) => id));

  test.each<[what: string, given: readonly Fault[], requests: number]>([
    ['nothing odd', [], 4],
    ['an empty first page', [faults.emptyPage()], 5],
    ['an empty page in the middle', [faults.emptyPage({ match: { path: /after=/ } })], 5],
    ['three empty pages', [faults.emptyPage({ times: 3 })], 7],
    ['next on the admin host', [faults.nextOnOtherHost('my-org-admin.okta.com')], 4],
    ['next on a hostile host', [faults.nextOnOtherHost('evil.example')], 4],
    ['next on another path', [faults.nextOnOtherPath('/api/v1/users')], 4],
    ['next without the page size', [faults.nextWithout('limit')], 4],
  ])('%s: every app once', async (_what, given, requests) => {
    const { simulator, client } = open(...given);
    const found = idsOf(await readAll(client, FIRST));
    expect(found).toEqual(simulator.apps().map(({ id }) => id));
    expect(simulator.journal).toHaveLength(requests);
    expect(simulator.violations).toEqual([]);
  });

  test('a filter that the link lost stays', async () => {
    const { simulator, client } = open(faults.nextWithout('filter'));
    const first = get(`${ORIGIN}/api/v1/apps?${new URLSearchParams({ filter: 'status eq "ACTIVE"', limit: '2' })}`);
    await readAll(client, first);
    const filters = simulator.journal.map(({ query }) => new URLSearchParams(query).get('filter'));
    expect(filters).toEqual(Array.from({ length: 4 }, () => 'status eq "ACTIVE"'));
  });

  test('a repeated cursor is an error', async () => {
    const { simulator, client } = open(faults.repeatedCursor());
    expect(await failureOf(readAll(client, FIRST))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
    expect(simulator.journal).toHaveLength(2);
  });

  test('a failed page in the middle is thrown, not taken for the end', async () => {
    const { client } = open(faults.serverError({ match: { path: /after=/ } }));
    expect(await failureOf(readAll(client, FIRST))).toMatchObject({ code: 'HTTP', status: 500 });
  });

  test('a consumer that stops early stops the requests', async () => {
    const { simulator, client } = open();
    for await (const page of pages(client, FIRST)) {
      expect(page.status).toBe(200);
      break;
    }
    expect(simulator.journal).toHaveLength(1);
  });

  test('an abort between two pages sends no other', async () => {
    const { simulator, client } = open();
    const stop = new AbortController();
    const reading = pages(client, FIRST, { signal: stop.signal });
    await reading.next();
    stop.abort();
    expect(await failureOf(reading.next())).toMatchObject({ code: 'CANCELLED' });
    expect(simulator.journal).toHaveLength(1);
  });
});

describe('a link in the body, as HAL has it', () => {
  const paging: Paging = { kind: 'body-link', at: '$._links.next.href' };
  const read = async (next: unknown, headers: Record<string, string> = {}): Promise<readonly string[]> => {
    const urls: string[] = [];
    const client: HttpClient = {
      send: async (request) => {
        urls.push(new URL(request.url).search);
        const isFirst = urls.length === 1;
        const text = JSON.stringify({ roles: [], _links: isFirst ? { self: {}, next } : {} });
        return { status: 200, text, headers: new Headers(isFirst ? headers : {}), request };
      },
      close: async () => undefined,
    };
    for await (const _page of pages(client, get(`${HOST}/roles`), { paging }));
    return urls;
  };

  test.each<[next: unknown, headers: Record<string, string>, urls: readonly string[]]>([
    [{ href: '/roles?after=1' }, {}, ['', '?after=1']],
    ['/roles?after=1', {}, ['', '?after=1']],
    [undefined, { link: '</roles?after=1>; rel="next"' }, ['', '?after=1']],
    [undefined, { link: '</roles>; rel="self"' }, ['']],
    [null, {}, ['']],
    [{}, {}, ['']],
    ['', {}, ['']],
  ])('%j with %j', async (next, headers, urls) => {
    expect(await read(next, headers)).toEqual(urls);
  });

  test.each([{ url: '/roles?after=1' }, [{ href: '/roles?after=1' }], { href: ['/x'] }])(
    '%j is an error',
    async (next) => {
      expect(await failureOf(read(next))).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
    },
  );
});
