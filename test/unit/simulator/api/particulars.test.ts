import { describe, expect, test } from 'vitest';
import { call, firstOf, itemsOf, type Json, simulate } from '../client.ts';

/** Okta's own ways, as recordings, its specification and its guides show them. */
const sim = simulate();
const get = async (path: string): Promise<{ readonly status: number; readonly body: Json }> => call(sim, `GET ${path}`);
const first = async (path: string): Promise<Json> => firstOf((await get(path)).body);

describe('names in place of ids', () => {
  test.each([
    ['/api/v1/users/ada.archer@example.com', '/api/v1/users'],
    ['/api/v1/users/ada.archer', '/api/v1/users'],
    ['/api/v1/users/me', '/api/v1/users'],
    ['/api/v1/authorizationServers/default', '/api/v1/authorizationServers'],
    ['/api/v1/meta/types/user/default', '/api/v1/meta/types/user'],
  ])('%s', async (path, list) => {
    expect(await get(path)).toMatchObject({ status: 200, body: { id: (await first(list))['id'] } });
  });

  test.each([
    ['/api/v1/iam/roles', 'roles'],
    ['/api/v1/iam/resource-sets', 'resource-sets'],
  ])('%s by label', async (list, member) => {
    const one = firstOf((await get(list)).body[member]);
    expect((await get(`${list}/${encodeURIComponent(String(one['label']))}`)).body['id']).toBe(one['id']);
  });

  test.each(['/api/v1/users/nobody', '/api/v1/authorizationServers/Default', '/api/v1/iam/roles/role%201'])(
    '%s is none',
    async (path) => expect((await get(path)).status).toBe(404),
  );
});

test('a binding goes by the id of its role', async () => {
  const set = firstOf((await get('/api/v1/iam/resource-sets')).body['resource-sets']);
  const roles = itemsOf((await get('/api/v1/iam/roles')).body['roles']);
  const bindings = itemsOf((await get(`/api/v1/iam/resource-sets/${set['id']}/bindings`)).body['roles']);
  expect(bindings.map(({ id }) => id)).toEqual(roles.map(({ id }) => id));
});

test('administrators are users', async () => {
  const administrators = itemsOf((await get('/api/v1/iam/assignees/users')).body['value']);
  const statuses = await Promise.all(administrators.map(async ({ id }) => (await get(`/api/v1/users/${id}`)).status));
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
});

test.each(['accessPolicy', 'profileEnrollment'])('an app’s link %s leads to a policy', async (name) => {
  const href = (await first('/api/v1/apps'))['_links']?.[name]?.['href'];
  expect((await get(new URL(String(href)).pathname)).status).toBe(200);
});

describe('what is not there', () => {
  test('features of an app that Okta cannot provision', async () => {
    const apps = itemsOf((await get('/api/v1/apps?limit=200')).body);
    const answers = await Promise.all(
      apps.map(async ({ id, signOnMode }) => [signOnMode, (await get(`/api/v1/apps/${id}/features`)).status] as const),
    );
    expect(answers.filter(([, status]) => status === 200).map(([mode]) => String(mode))).not.toEqual([]);
    expect(answers.every(([mode, status]) => status === (String(mode) === 'SAML_2_0' ? 200 : 400))).toBe(true);
  });

  test.each([
    ['CLIENT_UPDATE', 401, 'E0000015'],
    ['SESSION_VIOLATION_DETECTION', 400, 'E0000002'],
  ])('policies of type %s', async (type, status, errorCode) => {
    expect(await get(`/api/v1/policies?type=${type}`)).toMatchObject({ status, body: { errorCode } });
  });

  test('policies, authenticators and links that a Classic org lacks', async () => {
    const classic = simulate({ edition: 'classic' });
    const policies = await call(classic, 'GET /api/v1/policies?type=ACCESS_POLICY');
    expect(policies).toMatchObject({ status: 400, body: { errorCode: 'E0000002' } });
    expect((await call(classic, 'GET /api/v1/policies?type=PASSWORD')).body).toHaveLength(2);
    const authenticators = await call(classic, 'GET /api/v1/authenticators');
    expect(authenticators).toMatchObject({ status: 401, body: { errorCode: 'E0000015' } });
    const apps = itemsOf((await call(classic, 'GET /api/v1/apps?limit=200')).body);
    expect(apps.filter(({ _links }) => 'accessPolicy' in (_links as object))).toEqual([]);
  });

  test('what a switch turns off', async () => {
    const other = simulate();
    other.switches.missingFeatures.push('/api/v1/users/{}/blocks');
    const reply = await call(other, 'GET /api/v1/users/me/blocks');
    expect(reply).toMatchObject({ status: 401, body: { errorCode: 'E0000015' } });
    expect((await call(other, 'GET /api/v1/users/me/groups')).status).toBe(200);
  });
});

describe('expand', () => {
  test('puts the user into the user of an app, and the next page forgets it', async () => {
    const path = `/api/v1/apps/${(await first('/api/v1/apps'))['id']}/users`;
    const reply = await call(sim, `GET ${path}?expand=user&limit=1`);
    const one = firstOf(reply.body);
    expect(one['_embedded']?.['user']?.['id']).toBe(one['id']);
    expect(reply.headers.get('link')).not.toContain('expand');
  });

  test('is nothing where it is not asked for', async () => {
    const path = `/api/v1/apps/${(await first('/api/v1/apps'))['id']}/users`;
    expect((await first(path))['_embedded']).toBeUndefined();
  });
});

describe('q', () => {
  test.each([
    ['/api/v1/users?q=a', 10],
    ['/api/v1/users?q=a&limit=15', 15],
    ['/api/v1/groups?q=e&limit=1', 1],
  ])('%s gives the first %i and names no next page', async (path, count) => {
    const reply = await call(sim, `GET ${path}`);
    expect(reply.body).toHaveLength(count);
    expect(reply.headers.get('link')).toBeNull();
  });
});
