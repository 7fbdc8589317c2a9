import { describe, expect, test } from 'vitest';
import { type CallOptions, call, firstOf, itemsOf, simulate } from './client.ts';

/** What recorded answers of real orgs showed, and their documents do not say. */

describe('links', () => {
  // Some names depend on the status or the type of the first object.
  const cases: readonly (readonly [list: string, names: readonly string[]])[] = [
    ['/api/v1/api-tokens', ['self', 'user']],
    [
      '/api/v1/authorizationServers',
      ['claims', 'deactivate', 'keys', 'metadata', 'policies', 'rotateKey', 'scopes', 'self'],
    ],
    ['/api/v1/brands', ['self', 'themes']],
    ['/api/v1/devices', ['deactivate', 'self', 'suspend', 'users']],
    ['/api/v1/eventHooks', ['deactivate', 'self', 'verify']],
    ['/api/v1/groups', ['apps', 'logo', 'users']],
    ['/api/v1/idps', ['authorize', 'clientRedirectUri']],
    ['/api/v1/policies?type=ACCESS_POLICY', ['deactivate', 'mappings', 'rules', 'self']],
    ['/api/v1/users', ['self']],
  ];

  test.each(cases)('of the items of %s', async (list, names) => {
    const item = firstOf((await call(simulate(), `GET ${list}`)).body);
    expect(Object.keys(item._links ?? {}).toSorted()).toEqual(names);
  });

  test('a user on its own names what can be done with it', async () => {
    const sim = simulate();
    const { id } = firstOf((await call(sim, 'GET /api/v1/users')).body);
    const { _links: links } = (await call(sim, `GET /api/v1/users/${id}`)).body;
    expect(links?.resetPassword).toEqual({
      href: `https://my-org.okta.com/api/v1/users/${id}/lifecycle/reset_password`,
      hints: { allow: ['POST'] },
    });
    expect(links?.type?.href).toMatch(/\/api\/v1\/meta\/types\/user\/oty\w{17}$/);
  });

  test('they follow the status', async () => {
    const sim = simulate();
    const { id } = firstOf((await call(sim, 'GET /api/v1/inlineHooks')).body);
    const { body } = await call(sim, `POST /api/v1/inlineHooks/${id}/lifecycle/deactivate`);
    expect(Object.keys(body._links ?? {}).toSorted()).toEqual(['activate', 'delete', 'self']);
  });

  test('roles and resource sets name themselves in a header', async () => {
    const { headers, body } = await call(simulate(), 'POST /api/v1/iam/roles', { body: { label: 'Auditor' } });
    expect(headers.get('link')).toBe(`<${body._links?.self?.href}>; rel="self"`);
  });
});

describe('lists', () => {
  test.each([
    ['/api/v1/realms?limit=1', /^<[^>]*\/realms\?limit=1&search=id\+pr>; rel="self", <.*&search=id\+pr>; rel="next"$/],
    ['/api/v1/principal-rate-limits?filter=principalType+eq+%22SSWS_TOKEN%22', /^$/],
  ])('%s has the Link header %s', async (list, expected) => {
    expect((await call(simulate(), `GET ${list}`)).headers.get('link') ?? '').toMatch(expected);
  });
});

describe('writes', () => {
  const cases: readonly (readonly [title: string, request: string, body: object, expected: object])[] = [
    ['a behaviour is born active', 'POST /api/v1/behaviors', { status: 'INACTIVE' }, { status: 'ACTIVE' }],
    ['a zone has a usage', 'POST /api/v1/zones', { name: 'New' }, { usage: 'POLICY' }],
    ['a realm has domains', 'POST /api/v1/realms', { profile: { name: 'New' } }, { profile: { domains: [] } }],
    [
      'a group has a description',
      'POST /api/v1/groups',
      { profile: { name: 'New' } },
      { profile: { description: null } },
    ],
  ];

  test.each(cases)('%s', async (_title, request, body, expected) => {
    expect((await call(simulate(), request, { body })).body).toMatchObject(expected);
  });

  test('ids and links are not taken from a client', async () => {
    const body = { id: 'mine', _links: { self: { href: 'https://example.com' } }, name: 'New' };
    const made = (await call(simulate(), 'POST /api/v1/logStreams', { body })).body;
    expect(made.id).toMatch(/^0oa\w{17}$/);
    expect(made._links?.self?.href).toBe(`https://my-org.okta.com/api/v1/logStreams/${made.id}`);
  });

  test('the secret of a CAPTCHA is not given', async () => {
    const sim = simulate();
    const made = (await call(sim, 'POST /api/v1/captchas', { body: { name: 'New', secretKey: 'key' } })).body;
    expect(made).not.toHaveProperty('secretKey');
    expect((await call(sim, `GET /api/v1/captchas/${made.id}`)).body).toEqual(made);
  });

  test('a PUT to a user keeps its type and empties its profile', async () => {
    const sim = simulate();
    const user = firstOf((await call(sim, 'GET /api/v1/users')).body);
    const body = { profile: { login: 'new@example.com' } };
    const changed = (await call(sim, `PUT /api/v1/users/${user.id}`, { body })).body;
    expect(changed).toMatchObject({ id: user.id, type: user.type });
    expect(changed.profile).toEqual({ mobilePhone: null, secondEmail: null, login: 'new@example.com' });
  });

  test('a subscription answers without a body', async () => {
    const request = 'POST /api/v1/roles/SUPER_ADMIN/subscriptions/USER_LOCKED_OUT/subscribe';
    expect(await call(simulate(), request)).toMatchObject({ status: 200, body: undefined });
  });

  test('the footer is shown or hidden', async () => {
    const sim = simulate();
    const { body } = await call(sim, 'POST /api/v1/org/preferences/hideEndUserFooter');
    expect(body).toMatchObject({ showEndUserFooter: false, _links: { showEndUserFooter: {} } });
    expect((await call(sim, 'GET /api/v1/org/preferences')).body).toEqual(body);
  });

  test('what is added to a resource set is in it', async () => {
    const sim = simulate();
    const { id } = firstOf((await call(sim, 'GET /api/v1/iam/resource-sets')).body['resource-sets']);
    const path = `/api/v1/iam/resource-sets/${id}`;
    const added = await call(sim, `PATCH ${path}/resources`, { body: { additions: ['orn:okta:new'] } });
    expect(added.body).toMatchObject({ id, _links: { self: { href: `https://my-org.okta.com${path}` } } });
    const { resources } = (await call(sim, `GET ${path}/resources`)).body;
    expect(itemsOf(resources).map(({ orn }) => orn)).toContain('orn:okta:new');
  });
});

describe('refusals', () => {
  const withUser = (status: string, action: string) => async (options: CallOptions) => {
    const sim = simulate();
    const user = firstOf((await call(sim, `GET /api/v1/users?search=status+eq+%22${status}%22`)).body);
    return call(sim, `POST /api/v1/users/${user.id}/lifecycle/${action}`, options);
  };

  test.each([
    ['unlock', 'ACTIVE', 403, 'E0000032'],
    ['unlock', 'LOCKED_OUT', 200, undefined],
    ['reactivate', 'ACTIVE', 403, 'E0000038'],
    ['reactivate', 'PROVISIONED', 200, undefined],
  ])('%s of a user who is %s', async (action, status, expected, errorCode) => {
    const reply = await withUser(status, action)({});
    expect([reply.status, reply.body?.errorCode]).toEqual([expected, errorCode]);
  });

  test.each([
    ['GET /api/v1/sessions/nobody', 404, 'Not found: Resource not found: nobody (AppSession)'],
    ['POST /api/v1/sessions/nobody/lifecycle/refresh', 404, 'Not found: Resource not found: nobody (AppSession)'],
    ['GET /api/v1/principal-rate-limits', 400, 'Api validation failed: principalRateLimitMediated'],
    ['GET /api/v1/devices?after=stale', 400, 'Invalid search criteria.'],
  ])('%s', async (request, status, errorSummary) => {
    expect(await call(simulate(), request)).toMatchObject({ status, body: { errorSummary } });
  });
});
