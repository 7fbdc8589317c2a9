/** What an org's answers say of other hosts, and where the next request goes. The rules of links one by one: pages.test.ts. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { endingOf, HASTY_CLOCK, json, openWorld, type Received, type Reply, TOKEN, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => world.forget());
afterAll(() => world.close());

/** `STRANGER`, `TLS` and `ORG` become the ports. */
function filled(text: string): string {
  const { stranger, strangerTls, org } = world.ports;
  return text
    .replaceAll('STRANGER', String(stranger))
    .replaceAll('TLS', String(strangerTls))
    .replaceAll('ORG', String(org));
}

/** Nobody but the org was asked, at its own host, always with the credential and never with a cookie of the answers. */
async function expectOnlyOrg(targets: readonly string[]): Promise<void> {
  await world.settle();
  expect(world.contacts).toEqual([]);
  expect(world.received.map(({ method, target }) => `${method} ${target}`)).toEqual(targets);
  for (const { headers } of world.received) {
    expect([headers.host, headers.authorization]).toEqual([`acme.localhost:${world.ports.org}`, `SSWS ${TOKEN}`]);
    expect(headers.cookie).toBeUndefined();
  }
}

const ACTIVE = 'limit=200&filter=status+eq+%22ACTIVE%22';
const FIRST = `GET /api/v1/apps?${ACTIVE}`;
const SECOND = `${FIRST}&after=c1`;
const LIST = "select id from okta.apps.applications where subdomain = 'acme' and status = 'ACTIVE'";

/** A list of two pages, of which the first names the second by these `Link` headers. */
function twoPages(link: string | readonly string[]): (request: Received) => Reply {
  return ({ target }) =>
    target.includes('after=')
      ? json([{ id: '0oa2', status: 'ACTIVE' }])
      : json([{ id: '0oa1', status: 'ACTIVE' }], { link });
}

interface Followed {
  readonly name: string;
  readonly link: string | readonly string[];
}

const FOLLOWED: readonly Followed[] = [
  { name: 'the org itself', link: '<http://acme.localhost:ORG/api/v1/apps?after=c1&limit=200>; rel="next"' },
  { name: 'another host', link: '<https://evil.example/api/v1/apps?after=c1>; rel="next"' },
  { name: 'the stranger', link: '<http://127.0.0.1:STRANGER/api/v1/apps?after=c1>; rel="next"' },
  { name: 'the stranger with TLS', link: '<https://localhost:TLS/api/v1/apps?after=c1>; rel="next"' },
  { name: 'another port of the same host', link: '<http://acme.localhost:STRANGER/api/v1/apps?after=c1>; rel="next"' },
  { name: 'another scheme of the same host', link: '<https://acme.localhost:TLS/api/v1/apps?after=c1>; rel="next"' },
  { name: 'the admin console', link: '<http://acme-admin.localhost:STRANGER/api/v1/apps?after=c1>; rel="next"' },
  {
    name: 'a login before the host',
    link: '<http://acme.localhost:ORG@127.0.0.1:STRANGER/api/v1/apps?after=c1>; rel="next"',
  },
  { name: 'no scheme', link: '<//127.0.0.1:STRANGER/api/v1/apps?after=c1>; rel="next"' },
  { name: 'backslashes', link: '<\\\\127.0.0.1:STRANGER\\api?after=c1>; rel="next"' },
  { name: 'another path', link: '</api/v1/users?after=c1>; rel="next"' },
  { name: 'a path that climbs', link: '</../../oauth2/v1/token?after=c1>; rel="next"' },
  { name: 'a relative path', link: '</api/v1/apps?after=c1>; rel="next"' },
  { name: 'a query alone', link: '<?after=c1>; rel="next"' },
  { name: 'a lost filter', link: '<http://acme.localhost:ORG/api/v1/apps?after=c1>; rel="next"' },
  { name: 'another filter', link: '<?after=c1&filter=id+pr&limit=1>; rel="next"' },
  { name: 'a script', link: '<javascript:fetch("//127.0.0.1:STRANGER")?after=c1>; rel="next"' },
  { name: 'data', link: '<data:text/html,x?after=c1>; rel="next"' },
  { name: 'a file', link: '<file:///etc/passwd?after=c1>; rel="next"' },
  { name: 'a fragment', link: '<http://127.0.0.1:STRANGER/?after=c1#@acme.okta.com>; rel="next"' },
  { name: 'two lines', link: ['<http://127.0.0.1:STRANGER/>; rel="self"', '<?after=c1>; rel="next"'] },
  {
    name: 'two lines, the other way round',
    link: ['<?after=c1>; rel="next"', '<http://127.0.0.1:STRANGER/>; rel="self"'],
  },
  { name: 'two next', link: ['<?after=c1>; rel="next"', '<http://127.0.0.1:STRANGER/?after=c9>; rel="next"'] },
  { name: 'commas in the target', link: '<http://127.0.0.1:STRANGER/a,b;cx,y?after=c1>; rel="next"' },
  { name: 'a comma and another target', link: '<http://127.0.0.1:STRANGER/>,<?after=c1>;rel=next' },
  {
    name: 'a next in quotes',
    link: '<http://127.0.0.1:STRANGER/?after=c9>; title="; rel=next", <?after=c1>; rel="next"',
  },
  {
    name: 'preconnect and dns-prefetch',
    link: '<http://127.0.0.1:STRANGER>; rel="preconnect dns-prefetch", <?after=c1>; rel="next"',
  },
  { name: 'preload', link: '<http://127.0.0.1:STRANGER/x.js>; rel=preload; as=script, <?after=c1>; rel="next"' },
  {
    name: '12 kB of links',
    link: `${'<http://127.0.0.1:STRANGER/>; rel="self", '.repeat(280)}<?after=c1>; rel="next"`,
  },
];

describe('a Link header: the cursor is taken, and the host is not', () => {
  test.each(FOLLOWED)('$name', async ({ link }) => {
    world.answer(twoPages(typeof link === 'string' ? filled(link) : link.map(filled)));
    const { rows } = await world.local().query(LIST);
    expect(rows).toEqual([['0oa1'], ['0oa2']]);
    await expectOnlyOrg([FIRST, SECOND]);
  });
});

describe('a Link header that leads nowhere is an error, and nobody else is asked', () => {
  test.each<[name: string, link: string]>([
    ['the stranger without a cursor', '<http://127.0.0.1:STRANGER/api/v1/apps>; rel="next"'],
    ['a script without a cursor', '<javascript:alert(1)>; rel="next"'],
    ['no URL', '<http://[>; rel="next"'],
    ['nothing', '<>; rel="next"'],
    ['the first page', `</api/v1/apps?${ACTIVE}>; rel="next"`],
  ])('%s', async (_name, link) => {
    world.answer(() => json([{ id: '0oa1', status: 'ACTIVE' }], { link: filled(link) }));
    const ending = await endingOf(world.local().query(LIST));
    expect(ending).toMatchObject({ error: { code: 'UNUSABLE_RESPONSE' } });
    await expectOnlyOrg([FIRST]);
  });

  test('the same cursor again', async () => {
    world.answer(() =>
      json([{ id: '0oa1', status: 'ACTIVE' }], { link: filled('<http://127.0.0.1:STRANGER/?after=c1>; rel="next"') }),
    );
    expect(await endingOf(world.local().query(LIST))).toMatchObject({ error: { code: 'UNUSABLE_RESPONSE' } });
    await expectOnlyOrg([FIRST, SECOND]);
  });

  test('a megabyte, which no HTTP client reads', async () => {
    world.answer(() => json([], { link: `<http://127.0.0.1:1/${'x'.repeat(2 ** 20)}?after=c1>; rel="next"` }));
    const ending = await endingOf(world.local({ clock: HASTY_CLOCK }).query(LIST));
    expect(ending).toMatchObject({ error: { code: 'NETWORK' } });
    await expectOnlyOrg([FIRST, FIRST, FIRST, FIRST]);
  });
});

describe('a link in a body: the cursor is taken, and the host is not', () => {
  const USERS = "select id from okta.iam.users_with_role_assignments where subdomain = 'acme'";

  test.each<[name: string, href: string]>([
    ['the org itself', 'http://acme.localhost:ORG/api/v1/iam/assignees/users?after=c1'],
    ['the stranger', 'http://127.0.0.1:STRANGER/api/v1/iam/assignees/users?after=c1'],
    ['the stranger with TLS', 'https://127.0.0.1:TLS/?after=c1'],
    ['a login before the host', 'http://acme.localhost:ORG@127.0.0.1:STRANGER/?after=c1'],
    ['no scheme', '//127.0.0.1:STRANGER/?after=c1'],
    ['another path', '/api/v1/users?after=c1'],
    ['a script', 'javascript:alert(1)?after=c1'],
    ['the admin console', 'https://acme-admin.okta.com/api/v1/iam/assignees/users?after=c1'],
  ])('%s', async (_name, href) => {
    world.answer(({ target }) =>
      json(
        target.includes('after=')
          ? { value: [{ id: '00u2' }] }
          : { value: [{ id: '00u1' }], _links: { next: { href: filled(href) } } },
      ),
    );
    const { rows } = await world.local().query(USERS);
    expect(rows).toEqual([['00u1'], ['00u2']]);
    const path = 'GET /api/v1/iam/assignees/users?limit=100';
    await expectOnlyOrg([path, `${path}&after=c1`]);
  });

  test.each<[name: string, next: unknown]>([
    ['the stranger without a cursor', { href: 'http://127.0.0.1:STRANGER/' }],
    ['no text', { href: { url: 'http://127.0.0.1:STRANGER/?after=c1' } }],
    ['no URL', { href: 'http://[' }],
  ])('%s is an error', async (_name, next) => {
    world.answer(() => json({ value: [{ id: '00u1' }], _links: JSON.parse(filled(JSON.stringify({ next }))) }));
    expect(await endingOf(world.local().query(USERS))).toMatchObject({ error: { code: 'UNUSABLE_RESPONSE' } });
    await expectOnlyOrg(['GET /api/v1/iam/assignees/users?limit=100']);
  });

  test('the links of a row are data', async () => {
    const href = filled('http://127.0.0.1:STRANGER/api/v1/apps/0oa1/credentials/jwks/pks1');
    const link = { href, hints: { allow: ['GET', 'POST', 'DELETE'] } };
    const key = { id: 'pks1', status: 'INACTIVE', _links: { self: link, activate: link, delete: link } };
    world.answer(({ method }) => (method === 'DELETE' ? { status: 204 } : json({ keys: [key] })));
    const session = world.local();
    const where = "subdomain = 'acme' and appId = '0oa1'";
    await session.query(`select _links from okta.apps.jwks where ${where}`);
    await session.query(`delete from okta.apps.jwks where ${where} and status = 'INACTIVE'`);
    const list = 'GET /api/v1/apps/0oa1/credentials/jwks';
    await expectOnlyOrg([list, list, 'DELETE /api/v1/apps/0oa1/credentials/jwks/pks1']);
  });
});

const X = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU';
const Y = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0';
const JWKS = '/api/v1/apps/0oa1/credentials/jwks';

/** Each sends one request. */
const STATEMENTS: readonly (readonly [sql: string, request: string])[] = [
  [LIST, FIRST],
  [
    `insert into okta.apps.jwks (subdomain, appId, kty, use, crv, x, y) values ('acme', '0oa1', 'EC', 'sig', 'P-256', '${X}', '${Y}')`,
    `POST ${JWKS}`,
  ],
  ["delete from okta.apps.jwks where subdomain = 'acme' and appId = '0oa1' and keyId = 'pks1'", `DELETE ${JWKS}/pks1`],
  [
    "exec okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='acme', @appId='0oa1', @keyId='pks1'",
    `POST ${JWKS}/pks1/lifecycle/activate`,
  ],
];

const LOCATIONS: readonly (readonly [name: string, location: string])[] = [
  ['the stranger', 'http://127.0.0.1:STRANGER/api/v1/apps'],
  ['the stranger with TLS', 'https://localhost:TLS/api/v1/apps'],
  ['another port of the same host', 'http://acme.localhost:STRANGER/'],
  ['the stranger without a scheme', '//127.0.0.1:STRANGER/'],
  ['the same host', 'http://acme.localhost:ORG/api/v1/apps'],
  ['a path', '/login'],
];

const REDIRECTS = [301, 302, 303, 307, 308].flatMap((status) =>
  LOCATIONS.flatMap(([name, location]) =>
    STATEMENTS.map(([sql, request]) => ({ status, name, location, sql, request, verb: request.split(' ')[0] })),
  ),
);

describe('a redirect is an error, and is not followed', () => {
  test.each(REDIRECTS)('$status of a $verb to $name', async ({ status, location, sql, request }) => {
    world.answer(() => ({ status, headers: { location: filled(location) }, body: '' }));
    expect(await endingOf(world.local().query(sql))).toMatchObject({ error: { code: 'HTTP', status } });
    await expectOnlyOrg([request]);
  });

  test.each([300, 304, 305, 306])('%i neither', async (status) => {
    world.answer(() => ({ status, headers: { location: filled('http://127.0.0.1:STRANGER/') } }));
    expect(await endingOf(world.local().query(LIST))).toMatchObject({ error: { code: 'HTTP', status } });
    await expectOnlyOrg([FIRST]);
  });

  test('of a page in the middle of a list: no rows', async () => {
    world.answer((request) =>
      request.target.includes('after=')
        ? { status: 302, headers: { location: filled('http://127.0.0.1:STRANGER/') } }
        : twoPages('<?after=c1>; rel="next"')(request),
    );
    expect(await endingOf(world.local().query(LIST))).toMatchObject({ error: { code: 'HTTP', status: 302 } });
    await expectOnlyOrg([FIRST, SECOND]);
  });
});

describe('other headers that name a host lead nowhere', () => {
  test.each<[name: string, headers: NonNullable<Reply['headers']>]>([
    ['Refresh', { refresh: '0; url=http://127.0.0.1:STRANGER/' }],
    ['Content-Location', { 'content-location': 'http://127.0.0.1:STRANGER/api/v1/apps' }],
    ['Location with 200', { location: 'http://127.0.0.1:STRANGER/api/v1/apps' }],
    ['Alt-Svc', { 'alt-svc': 'h2="127.0.0.1:TLS"; ma=86400; persist=1, h3=":STRANGER"' }],
    [
      'Content-Security-Policy with a report',
      { 'content-security-policy': 'default-src x; report-uri http://127.0.0.1:STRANGER/' },
    ],
    [
      'Report-To and NEL',
      { 'report-to': '{"endpoints":[{"url":"http://127.0.0.1:STRANGER/"}]}', nel: '{"report_to":"default"}' },
    ],
    ['SourceMap', { sourcemap: 'http://127.0.0.1:STRANGER/map' }],
    ['a cookie', { 'set-cookie': ['sid=1; Domain=localhost; Path=/', 'JSESSIONID=2'] }],
    ['Access-Control-Allow-Origin', { 'access-control-allow-origin': 'http://127.0.0.1:STRANGER' }],
    ['Proxy-Authenticate', { 'proxy-authenticate': 'Basic realm="http://127.0.0.1:STRANGER"' }],
    ['Upgrade', { upgrade: 'h2c' }],
  ])('%s', async (_name, headers) => {
    const named = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? filled(value) : value]),
    );
    world.answer((request) => {
      const page = twoPages('<?after=c1>; rel="next"')(request);
      return { ...page, headers: { ...page.headers, ...named } };
    });
    const { rows } = await world.local().query(LIST);
    expect(rows).toEqual([['0oa1'], ['0oa2']]);
    await expectOnlyOrg([FIRST, SECOND]);
  });

  test.each<[name: string, status: number, code: string, headers: NonNullable<Reply['headers']>]>([
    [
      '401 that asks for another login',
      401,
      'AUTH',
      { 'www-authenticate': 'Basic realm="http://127.0.0.1:STRANGER/"' },
    ],
    [
      '401 that names an authorization server',
      401,
      'AUTH',
      { 'www-authenticate': 'Bearer authorization_uri="http://127.0.0.1:STRANGER/"' },
    ],
    ['201 with a place', 201, '', { location: 'http://127.0.0.1:STRANGER/' }],
  ])('%s', async (_name, status, code, headers) => {
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(String(value))]));
    world.answer(() => ({ status, headers: { 'content-type': 'application/json', ...named }, body: '[]' }));
    const ending = await endingOf(world.local().query(LIST));
    expect(ending).toMatchObject(code === '' ? { rows: [] } : { error: { code, status } });
    await expectOnlyOrg([FIRST]);
  });

  // WHATWG fetch would take a 407 for a broken connection, and ask once more after a 421.
  test.each([407, 421])('%i from the org is answered by nobody else', async (status) => {
    const url = filled('http://127.0.0.1:STRANGER/');
    world.answer(() => ({ status, headers: { location: url, 'proxy-authenticate': `Basic realm="${url}"` } }));
    expect(await endingOf(world.local().query(LIST))).toMatchObject({ error: { code: 'HTTP', status } });
    await expectOnlyOrg([FIRST]);
  });
});
