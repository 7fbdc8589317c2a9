import { describe, expect, test } from 'vitest';

import { call, firstOf, itemsOf, simulate } from './client.ts';

describe('collections', () => {
  const cases: readonly [path: string, created: number, prefix: string, body: object, change: object][] = [
    ['/api/v1/groups', 200, '00g', { profile: { name: 'New' } }, { profile: { name: 'Newer' } }],
    ['/api/v1/zones', 200, 'nzo', { type: 'IP', name: 'New' }, { type: 'IP', name: 'Newer' }],
    ['/api/v1/trustedOrigins', 200, 'tos', { name: 'New', origin: 'https://a.example' }, { name: 'Newer' }],
    ['/api/v1/eventHooks', 200, 'who', { name: 'New' }, { name: 'Newer' }],
    ['/api/v1/inlineHooks', 200, 'cal', { name: 'New', type: 'com.okta.import.transform' }, { name: 'Newer' }],
    ['/api/v1/authorizationServers', 201, 'aus', { name: 'New', audiences: ['api://x'] }, { name: 'Newer' }],
    ['/api/v1/behaviors', 200, 'bhv', { name: 'New', type: 'VELOCITY' }, { name: 'Newer', type: 'VELOCITY' }],
    ['/api/v1/captchas', 201, 'cap', { name: 'New', type: 'HCAPTCHA' }, { name: 'Newer' }],
    ['/api/v1/brands', 201, 'bnd', { name: 'New' }, { name: 'Newer' }],
    ['/api/v1/idps', 200, '0oa', { name: 'New', type: 'OIDC' }, { name: 'Newer', type: 'OIDC' }],
    ['/api/v1/policies', 200, '00p', { name: 'New', type: 'PASSWORD' }, { name: 'Newer', type: 'PASSWORD' }],
    ['/api/v1/iam/roles', 200, 'cr0', { label: 'New', description: 'For audits' }, { label: 'Newer' }],
    ['/api/v1/meta/types/user', 200, 'oty', { name: 'newtype', displayName: 'New' }, { displayName: 'Newer' }],
    ['/api/v1/realms', 200, 'guo', { profile: { name: 'New' } }, { profile: { name: 'Newer' } }],
  ];

  test.each(cases)('%s creates, reads, replaces and deletes', async (path, status, prefix, body, change) => {
    const sim = simulate();
    const created = await call(sim, `POST ${path}`, { body });
    expect(created.status).toBe(status);
    expect(created.body).toMatchObject(body);
    const { id } = created.body;
    expect(id).toMatch(new RegExp(`^${prefix}\\w{17}$`));
    const item = `${path}/${id}`;
    expect((await call(sim, `GET ${item}`)).body).toEqual(created.body);
    expect((await call(sim, `PUT ${item}`, { body: change })).body).toMatchObject({ id, ...change });
    expect((await call(sim, `GET ${item}`)).body).toMatchObject({ id, ...change });
    expect((await call(sim, `DELETE ${item}`)).status).toBe(204);
    expect((await call(sim, `GET ${item}`)).status).toBe(404);
    expect(sim.violations).toEqual([]);
  });

  test('created objects are ACTIVE, and their times are now', async () => {
    const { body } = await call(simulate(), 'POST /api/v1/eventHooks', { body: { name: 'New' } });
    expect(body).toMatchObject({ status: 'ACTIVE', created: '2026-11-23T08:00:00.000Z' });
    expect(body._links?.self?.href).toBe(`https://my-org.okta.com/api/v1/eventHooks/${body.id}`);
  });
});

describe('lifecycles', () => {
  test.each([
    ['/api/v1/eventHooks', 200],
    ['/api/v1/zones', 200],
    ['/api/v1/authorizationServers', 204],
    ['/api/v1/groups/rules', 204],
    ['/api/v1/behaviors', 200],
    ['/api/v1/logStreams', 200],
  ])('%s deactivates and activates with %i', async (path, status) => {
    const sim = simulate();
    const { id } = firstOf((await call(sim, `GET ${path}`)).body);
    for (const [verb, state] of [
      ['deactivate', 'INACTIVE'],
      ['activate', 'ACTIVE'],
    ]) {
      expect((await call(sim, `POST ${path}/${id}/lifecycle/${verb}`)).status).toBe(status);
      expect((await call(sim, `GET ${path}/${id}`)).body.status).toBe(state);
    }
  });

  test('an application is deactivated before it is deleted', async () => {
    const sim = simulate();
    const { body } = await call(sim, 'POST /api/v1/apps', { body: { label: 'New', signOnMode: 'BOOKMARK' } });
    const path = `/api/v1/apps/${body.id}`;
    expect((await call(sim, `GET ${path}`)).body).toMatchObject({ label: 'New', status: 'ACTIVE' });
    expect((await call(sim, `PUT ${path}`, { body: { label: 'Newer', signOnMode: 'BOOKMARK' } })).status).toBe(200);
    const refused = await call(sim, `DELETE ${path}`);
    expect([refused.status, refused.body.errorCode]).toEqual([403, 'E0000056']);
    expect((await call(sim, `POST ${path}/lifecycle/deactivate`)).body).toEqual({});
    expect((await call(sim, `DELETE ${path}`)).status).toBe(204);
    expect((await call(sim, `GET ${path}`)).status).toBe(404);
  });
});

describe('single objects', () => {
  test.each([
    ['POST /api/v1/org', { website: 'https://new.example' }],
    ['POST /api/v1/threats/configuration', { action: 'block' }],
    ['PUT /api/v1/rate-limit-settings/warning-threshold', { warningThreshold: 66 }],
    ['PUT /attack-protection/api/v1/user-lockout-settings', { preventBruteForceLockoutFromUnknownDevices: true }],
  ])('%s is read back', async (request, body) => {
    const sim = simulate();
    expect((await call(sim, request, { body })).body).toMatchObject(body);
    expect((await call(sim, request.replace(/^\w+/, 'GET'))).body).toMatchObject(body);
  });
});

describe('relations', () => {
  test('members are users, and users know their groups', async () => {
    const sim = simulate();
    const [everyone, engineering] = itemsOf((await call(sim, 'GET /api/v1/groups')).body);
    const members = itemsOf((await call(sim, `GET /api/v1/groups/${engineering?.id}/users`)).body);
    expect(members.length).toBeGreaterThan(4);
    expect(new Set(members.map(({ profile }) => profile?.department))).toEqual(new Set(['Engineering']));
    const own = (await call(sim, `GET /api/v1/users/${members[0]?.id}/groups`)).body;
    expect(itemsOf(own).map(({ id }) => id)).toEqual(expect.arrayContaining([everyone?.id, engineering?.id]));
  });

  test('who joins a group is in it, and who leaves is not', async () => {
    const sim = simulate();
    const user = firstOf((await call(sim, 'GET /api/v1/users?limit=1')).body);
    const group = (await call(sim, 'POST /api/v1/groups', { body: { profile: { name: 'New' } } })).body;
    const path = `/api/v1/groups/${group.id}/users`;
    await call(sim, `DELETE ${path}/${itemsOf((await call(sim, `GET ${path}`)).body)[0]?.id ?? user.id}`);
    expect((await call(sim, `PUT ${path}/${user.id}`)).status).toBe(204);
    // On its own, a user has more links than in a list.
    expect((await call(sim, `GET ${path}`)).body).toEqual([user]);
    expect((await call(sim, `DELETE ${path}/${user.id}`)).status).toBe(204);
    expect((await call(sim, `GET ${path}`)).body).toEqual([]);
    expect((await call(sim, `PUT ${path}/00uNobody`)).status).toBe(404);
  });

  test('what is assigned to applications exists', async () => {
    const sim = simulate();
    const users = new Set(itemsOf((await call(sim, 'GET /api/v1/users')).body).map((user) => user.id));
    for (const { id } of sim.apps().slice(0, 5)) {
      const assigned = itemsOf((await call(sim, `GET /api/v1/apps/${id}/users`)).body);
      expect(assigned.length).toBeGreaterThan(1);
      expect(assigned.filter((user) => !users.has(user.id))).toEqual([]);
    }
    const group = firstOf((await call(sim, 'GET /api/v1/groups')).body);
    const apps = itemsOf((await call(sim, `GET /api/v1/groups/${group.id}/apps`)).body);
    expect(apps.map(({ label }) => label)).toContain('Cafeteria Menu');
  });

  test('a user is found by login and by me', async () => {
    const sim = simulate();
    const user = firstOf((await call(sim, 'GET /api/v1/users?limit=1')).body);
    expect((await call(sim, `GET /api/v1/users/${user.profile?.login}`)).body.id).toBe(user.id);
    expect((await call(sim, 'GET /api/v1/users/me')).body.id).toBe(user.id);
  });

  test('equal seeds give equal data', async () => {
    const paths = ['/api/v1/users', '/api/v1/logs', '/api/v1/zones', '/api/v1/policies?type=PASSWORD'];
    const read = async (seed: number): Promise<unknown> => {
      const sim = simulate({ seed });
      return Promise.all(paths.map(async (path) => (await call(sim, `GET ${path}`)).body));
    };
    expect(await read(3)).toEqual(await read(3));
    expect(await read(3)).not.toEqual(await read(4));
  });
});
