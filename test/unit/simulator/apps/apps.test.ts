import { describe, expect, test } from 'vitest';

import type { Simulator } from '../../../../src/simulator/index.ts';
import { appLabelled, call, firstOf, itemsOf, jwksPath, ORIGIN, rsaKey, simulate } from '../client.ts';

type AppJson = { id: string; label: string; status: string; settings: { oauthClient: { jwks?: { keys: object[] } } } };

function nextOf(headers: Headers): string | undefined {
  return /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
}

async function allPages(sim: Simulator, path: string): Promise<AppJson[]> {
  const apps: AppJson[] = [];
  for (let url: string | undefined = path; url !== undefined; ) {
    const { headers, body } = await call(sim, `GET ${url}`);
    apps.push(...(itemsOf(body) as unknown as readonly AppJson[]));
    url = nextOf(headers);
  }
  return apps;
}

describe('paging', () => {
  test.each([1, 7, 20, 200])('limit %i yields every app once, in order', async (limit) => {
    const sim = simulate();
    const apps = await allPages(sim, `/api/v1/apps?limit=${limit}`);
    expect(apps.map(({ id }) => id)).toEqual(sim.apps().map(({ id }) => id));
    expect(sim.journal).toHaveLength(Math.ceil(sim.apps().length / limit));
    expect(sim.violations).toEqual([]);
  });

  test('sends 20 apps without a limit, and two links in the recorded form', async () => {
    const { body, headers } = await call(simulate(), 'GET /api/v1/apps');
    expect(body).toHaveLength(20);
    const [self, next, ...rest] = (headers.get('link') ?? '').split(', ');
    expect(self).toBe(`<${ORIGIN}/api/v1/apps?limit=20>; rel="self"`);
    expect(next).toMatch(/^<https:\/\/my-org\.okta\.com\/api\/v1\/apps\?after=[\w-]+&limit=20>; rel="next"$/);
    expect(rest).toEqual([]);
  });

  test('has only self on the last page, with the filter in form encoding', async () => {
    const { headers } = await call(simulate(), 'GET /api/v1/apps?filter=status%20eq%20%22INACTIVE%22');
    expect(headers.get('link')).toBe(`<${ORIGIN}/api/v1/apps?limit=20&filter=status+eq+%22INACTIVE%22>; rel="self"`);
  });

  test('keeps q and filter in next', async () => {
    const { headers } = await call(simulate(), 'GET /api/v1/apps?limit=1&q=b&filter=status+eq+%22ACTIVE%22');
    expect(nextOf(headers)).toMatch(/\?after=[\w-]+&limit=1&q=b&filter=status\+eq\+%22ACTIVE%22$/);
  });

  const tampered: readonly [string, (cursor: string) => string][] = [
    ['one letter changed', (cursor) => cursor.slice(0, -1) + (cursor.endsWith('A') ? 'B' : 'A')],
    ['cut', (cursor) => cursor.slice(0, -4)],
    ['padded', (cursor) => `${cursor}==`],
    ['an id', () => '0oanwlw0so3WcfOQi5d7'],
    ['an offset', () => '20'],
    ['empty', () => ''],
  ];

  test.each(tampered)('refuses a cursor that is %s', async (_name, tamper) => {
    const sim = simulate();
    const { headers } = await call(sim, 'GET /api/v1/apps');
    const cursor = new URL(nextOf(headers) ?? '').searchParams.get('after') ?? '';
    const { status, body } = await call(sim, `GET /api/v1/apps?after=${tamper(cursor)}`);
    expect([status, body.errorCode, body.errorSummary]).toEqual([400, 'E0000029', 'Invalid paging request.']);
    expect(body.errorCauses).toEqual([{ errorSummary: 'Invalid cursor.' }]);
  });

  test.each(['0', '201', '-1', 'ten', '1.5', ''])('refuses limit=%s', async (limit) => {
    const sim = simulate();
    const { status, body } = await call(sim, `GET /api/v1/apps?limit=${limit}`);
    expect([status, body.errorCode]).toEqual([400, 'E0000001']);
    expect(sim.violations).toHaveLength(1);
  });
});

describe('searching', () => {
  const labels = async (query: Record<string, string>): Promise<string[]> => {
    const sim = simulate();
    const apps = await allPages(sim, `/api/v1/apps?${new URLSearchParams(query)}`);
    expect(sim.violations).toEqual([]);
    return apps.map(({ label }) => label);
  };

  test.each([
    ['payroll', ['Payroll Sync']],
    ['WAREHOUSE S', ['Warehouse Scanner']],
    ['Bookmark', ['Cafeteria Menu', 'Brand Guidelines', 'Company Handbook']],
    ['sync', []],
  ])('q=%s is a prefix of the name or the label, in any case', async (q, expected) => {
    expect(await labels({ q })).toEqual(expected);
  });

  const sim = simulate();
  const { id, signingKid } = appLabelled(sim, 'Payroll Sync');
  const count = (test: (app: ReturnType<Simulator['apps']>[number]) => boolean): number =>
    sim.apps().filter(test).length;

  test.each([
    ['status eq "INACTIVE"', count(({ status }) => status === 'INACTIVE')],
    ['name eq "bookmark"', 3],
    [`id eq "${id}"`, 1],
    ['id eq "0oanobody"', 0],
    [`credentials.signing.kid eq "${signingKid}"`, count((app) => app.signingKid === signingKid)],
    [`id eq "${id}" and status eq "INACTIVE"`, 0],
    ['name eq "bookmark" or name eq "template_swa"', 4],
    // `and` binds tighter than `or`.
    [`id eq "${id}" or name eq "bookmark" and status eq "INACTIVE"`, 1],
  ])('filter %s', async (filter, expected) => {
    expect(await labels({ filter })).toHaveLength(expected);
  });

  test('q and filter both hold', async () => {
    expect(await labels({ q: 'meeting', filter: 'status eq "ACTIVE"' })).toEqual([]);
    expect(await labels({ q: 'meeting', filter: 'status eq "INACTIVE"' })).toEqual(['Meeting Rooms']);
  });

  test.each([
    '',
    'status',
    'status eq ACTIVE',
    'status eq "ACTIVE',
    'status ne "ACTIVE"',
    'label eq "Payroll Sync"',
    'Status eq "ACTIVE"',
    'status eq "ACTIVE" and',
    'status eq "ACTIVE" name eq "bookmark"',
    '(status eq "ACTIVE")',
    'status eq "ACTIVE" and label sw "P"',
    'status eq "\\x"',
  ])('refuses the filter %j', async (filter) => {
    const { status, body } = await call(simulate(), `GET /api/v1/apps?filter=${encodeURIComponent(filter)}`);
    expect([status, body.errorCode, body.errorSummary]).toEqual([400, 'E0000031', 'Invalid search criteria.']);
  });

  test.each([
    ['user/id,group/id', 400, 'Expand query is malformed.'],
    ['user/00u1', 501, undefined],
  ])('expand=%s', async (expand, status, cause) => {
    const reply = await call(simulate(), `GET /api/v1/apps?expand=${expand}`);
    expect([reply.status, itemsOf(reply.body.errorCauses)[0]?.errorSummary]).toEqual([status, cause]);
  });
});

const TOP = [
  'id',
  'orn',
  'name',
  'label',
  'status',
  'lastUpdated',
  'created',
  'accessibility',
  'visibility',
  'features',
  'signOnMode',
  'credentials',
  'universalLogout',
  'settings',
  '_links',
];

describe('app objects', () => {
  test.each([
    ['Payroll Sync', 'OPENID_CONNECT'],
    ['Okta Admin Console', 'OPENID_CONNECT'],
    ['HR Suite', 'SAML_2_0'],
    ['Cafeteria Menu', 'BOOKMARK'],
    ['Utility Billing', 'AUTO_LOGIN'],
    ['Bank Portal', 'BROWSER_PLUGIN'],
    ['Legacy Timesheets', 'SECURE_PASSWORD_STORE'],
  ])('%s is of mode %s and has the recorded members', async (label, mode) => {
    const sim = simulate();
    const app = appLabelled(sim, label);
    const { status, body } = await call(sim, `GET /api/v1/apps/${app.id}`);
    expect([status, body.signOnMode, body.id]).toEqual([200, mode, app.id]);
    expect(Object.keys(body)).toEqual(TOP);
    expect(body.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('the list answers the same objects', async () => {
    const sim = simulate();
    const first = firstOf((await call(sim, 'GET /api/v1/apps')).body);
    expect((await call(sim, `GET /api/v1/apps/${first.id}`)).body).toEqual(first);
  });

  test.each([
    ['Payroll Sync', ['jwks']],
    ['Claims Portal', ['jwks']],
    ['Employee Portal', ['secrets']],
    ['Partner Dashboard', ['secrets']],
    ['Field Service Mobile', undefined],
    ['HR Suite', undefined],
  ])('%s names its credentials %j', async (label, names) => {
    const sim = simulate();
    const { id } = appLabelled(sim, label);
    const links = (await call(sim, `GET /api/v1/apps/${id}`)).body._links?.clientCredentials;
    const expected = names?.map((name) => ({ name, href: `${ORIGIN}/api/v1/apps/${id}/credentials/${name}` }));
    expect(links).toEqual(expected);
  });

  test('built-in apps are of OIDC and show no client', async () => {
    const sim = simulate();
    const { body } = await call(sim, `GET /api/v1/apps/${appLabelled(sim, 'Okta Dashboard').id}`);
    expect(body).toMatchObject({ signOnMode: 'OPENID_CONNECT', universalLogout: null, visibility: { appLinks: {} } });
    expect([body.settings?.oauthClient, body.credentials?.oauthClient, body._links?.appLinks]).toEqual([
      undefined,
      undefined,
      [],
    ]);
  });

  test('an unknown app', async () => {
    const { status, body } = await call(simulate(), 'GET /api/v1/apps/0oanobody');
    expect([status, body.errorSummary]).toEqual([404, 'Not found: Resource not found: 0oanobody (AppInstance)']);
  });
});

describe('embedded keys', () => {
  const embedded = async (sim: Simulator, id: string): Promise<object[] | undefined> => {
    const single = (await call(sim, `GET /api/v1/apps/${id}`)).body as unknown as AppJson;
    const listed = (await allPages(sim, '/api/v1/apps?limit=200')).find((app) => app.id === id);
    expect(listed).toEqual(single);
    return single.settings.oauthClient.jwks?.keys;
  };

  test('have the recorded members, and null for what was not sent', async () => {
    const sim = simulate();
    const keys = async (label: string): Promise<object[] | undefined> => embedded(sim, appLabelled(sim, label).id);
    expect((await keys('Payroll Sync'))?.map(Object.keys)).toEqual([['kty', 'id', 'status', 'kid', 'use', 'e', 'n']]);
    expect((await keys('Device Inventory'))?.map(Object.keys)).toEqual([
      ['kty', 'id', 'status', 'kid', 'use', 'x', 'y', 'crv'],
    ]);
    expect(await keys('Legacy Ticket Bridge')).toMatchObject([{ use: null }]);
  });

  test('stay in step with add, deactivate and delete', async () => {
    const sim = simulate();
    const { id } = appLabelled(sim, 'Onboarding Bot');
    const path = jwksPath(appLabelled(sim, 'Onboarding Bot'));
    expect(await embedded(sim, id)).toBeUndefined();
    const { body: first } = await call(sim, `POST ${path}`, { body: rsaKey({ kid: 'a' }) });
    await call(sim, `POST ${path}`, { body: rsaKey({ kid: 'b', use: undefined }) });
    expect(await embedded(sim, id)).toMatchObject([
      { id: first.id, kid: 'a', status: 'ACTIVE' },
      { kid: 'b', use: null },
    ]);
    await call(sim, `POST ${path}/${first.id}/lifecycle/deactivate`);
    expect(await embedded(sim, id)).toMatchObject([{ kid: 'a', status: 'INACTIVE' }, { kid: 'b' }]);
    await call(sim, `DELETE ${path}/${first.id}`);
    expect(await embedded(sim, id)).toMatchObject([{ kid: 'b', status: 'ACTIVE' }]);
  });
});
