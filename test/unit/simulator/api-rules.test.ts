import { describe, expect, test } from 'vitest';

import { linkValues } from '../../../src/simulator/paging.ts';
import { appLabelled, call, firstOf, itemsOf, type Json, type Reply, simulate, testClock } from './client.ts';

const DEPROVISIONED = 'status eq "DEPROVISIONED"';

function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString();
}

function next({ headers }: Reply): string | undefined {
  const link = linkValues(headers).find((value) => value.endsWith('rel="next"'));
  return link?.slice(1, link.indexOf('>'));
}

describe('users', () => {
  const statuses = ({ body }: Reply): readonly unknown[] => [...new Set(itemsOf(body).map(({ status }) => status))];

  test('the plain list leaves out the deprovisioned', async () => {
    const reply = await call(simulate(), 'GET /api/v1/users');
    expect(reply.body).toHaveLength(57);
    expect(statuses(reply)).toEqual(expect.arrayContaining(['ACTIVE', 'SUSPENDED', 'STAGED', 'LOCKED_OUT']));
    expect(statuses(reply)).not.toContain('DEPROVISIONED');
  });

  test.each(['search', 'filter'])('%s finds them', async (parameter) => {
    const reply = await call(simulate(), `GET /api/v1/users?${query({ [parameter]: DEPROVISIONED })}`);
    expect(statuses(reply)).toEqual(['DEPROVISIONED']);
    expect((await call(simulate(), `GET /api/v1/users/${firstOf(reply.body).id}`)).status).toBe(200);
  });

  test.each([
    ['profile.department eq "Engineering" and status eq "ACTIVE"', 8],
    ['profile.lastName sw "Arch"', 10],
    ['profile.login eq "ada.archer@example.com"', 1],
    ['status eq "SUSPENDED" or status eq "LOCKED_OUT"', 3],
    ['created gt "2026-01-01T00:00:00.000Z"', 26],
  ])('search %s', async (search, count) => {
    const { body } = await call(simulate(), `GET /api/v1/users?${query({ search })}`);
    expect(body).toHaveLength(count);
  });

  test.each(['status is "ACTIVE"', 'nonsense eq "x"', 'status eq ACTIVE', ''])(
    'search %s is refused',
    async (search) => {
      const { status, body } = await call(simulate(), `GET /api/v1/users?${query({ search })}`);
      expect([status, body.errorCode]).toEqual([400, 'E0000031']);
    },
  );

  test('q gives ten at most, and no next page', async () => {
    const reply = await call(simulate(), 'GET /api/v1/users?q=a');
    expect(reply.body).toHaveLength(10);
    expect(next(reply)).toBeUndefined();
  });

  test('pages are followed to the end', async () => {
    const sim = simulate();
    const ids: unknown[] = [];
    let path: string | undefined = '/api/v1/users?limit=25';
    while (path !== undefined) {
      const reply: Reply = await call(sim, `GET ${path}`);
      expect(linkValues(reply.headers)[0]).toMatch(/limit=25>; rel="self"$/);
      ids.push(...itemsOf(reply.body).map(({ id }) => id));
      path = next(reply);
    }
    expect([ids.length, new Set(ids).size, sim.journal.length]).toEqual([57, 57, 3]);
  });

  test('an altered cursor is refused', async () => {
    const { status, body } = await call(simulate(), 'GET /api/v1/users?limit=5&after=00u1');
    expect([status, body.errorCode]).toEqual([400, 'E0000029']);
  });

  test('a user is created, suspended, deactivated and deleted', async () => {
    const sim = simulate();
    const profile = { firstName: 'New', lastName: 'One', email: 'new@example.com', login: 'new@example.com' };
    const created = await call(sim, 'POST /api/v1/users?activate=false', { body: { profile } });
    expect([created.status, created.body.status]).toEqual([200, 'STAGED']);
    const path = `/api/v1/users/${created.body.id}`;
    const status = async (): Promise<Json | undefined> => (await call(sim, `GET ${path}`)).body.status;
    await call(sim, `POST ${path}/lifecycle/activate`);
    expect(await status()).toBe('ACTIVE');
    await call(sim, `POST ${path}/lifecycle/suspend`);
    expect(await status()).toBe('SUSPENDED');
    await call(sim, `POST ${path}/lifecycle/unsuspend`);
    await call(sim, `POST ${path}`, { body: { profile: { department: 'Legal' } } });
    expect((await call(sim, `GET ${path}`)).body.profile).toMatchObject({ firstName: 'New', department: 'Legal' });
    expect((await call(sim, `DELETE ${path}`)).status).toBe(204);
    expect(await status()).toBe('DEPROVISIONED');
    expect((await call(sim, `DELETE ${path}`)).status).toBe(204);
    expect((await call(sim, `GET ${path}`)).status).toBe(404);
  });

  test('a login is taken once', async () => {
    const profile = { login: 'ada.archer@example.com' };
    const { status, body } = await call(simulate(), 'POST /api/v1/users', { body: { profile } });
    expect([status, body.errorCode]).toEqual([400, 'E0000001']);
  });
});

describe('groups', () => {
  test.each([
    ['search', 'type eq "BUILT_IN"', ['Everyone']],
    ['search', 'profile.name sw "On"', ['On call']],
    ['q', 'leg', ['Legal']],
  ])('%s=%s', async (parameter, value, names) => {
    const { body } = await call(simulate(), `GET /api/v1/groups?${query({ [parameter]: value })}`);
    expect(itemsOf(body).map(({ profile }) => profile?.name)).toEqual(names);
  });

  test('shows its page size of ten thousand', async () => {
    const { headers } = await call(simulate(), 'GET /api/v1/groups');
    expect(linkValues(headers)).toEqual(['<https://my-org.okta.com/api/v1/groups?limit=10000>; rel="self"']);
  });
});

describe('logs', () => {
  test('without until there is always a next page, even an empty one', async () => {
    const sim = simulate();
    const seen: unknown[] = [];
    let path: string | undefined = '/api/v1/logs?limit=100';
    for (let page = 0; page < 5; page += 1) {
      const reply: Reply = await call(sim, `GET ${path}`);
      seen.push(...itemsOf(reply.body).map(({ uuid }) => uuid));
      path = next(reply);
      expect(path).toBeDefined();
    }
    expect([seen.length, new Set(seen).size]).toEqual([240, 240]);
  });

  test('with until it ends', async () => {
    const sim = simulate();
    const until = '2026-11-23T08:00:00.000Z';
    let reply = await call(sim, `GET /api/v1/logs?${query({ until, limit: '1000' })}`);
    expect([reply.body.length, next(reply)]).toEqual([240, undefined]);
    reply = await call(sim, `GET /api/v1/logs?${query({ until, since: '2026-11-22T08:00:00.000Z', limit: '1000' })}`);
    expect(reply.body.length).toBeLessThan(40);
  });

  test('filters, and names users and applications that exist', async () => {
    const sim = simulate();
    const filter = 'eventType eq "user.authentication.sso" and outcome.result eq "SUCCESS"';
    const { body } = await call(sim, `GET /api/v1/logs?${query({ filter, until: '2026-11-23T08:00:00Z' })}`);
    expect(body).toHaveLength(60);
    const { actor, target } = firstOf(body);
    expect((await call(sim, `GET /api/v1/users/${actor?.id}`)).body.profile?.login).toBe(actor?.alternateId);
    const app = firstOf(target);
    expect((await call(sim, `GET /api/v1/apps/${app.id}`)).body.label).toBe(app.displayName);
  });

  test.each([
    ['since=2026-05-01T00:00:00Z', 400, 'E0000001'],
    ['since=yesterday', 400, 'E0000001'],
    ['filter=nonsense', 400, 'E0000031'],
    ['after=x', 400, 'E0000029'],
  ])('%s is %i %s', async (parameters, status, code) => {
    const reply = await call(simulate(), `GET /api/v1/logs?${parameters}`);
    expect([reply.status, reply.body.errorCode]).toEqual([status, code]);
  });

  test('newest first when descending', async () => {
    const { body } = await call(simulate(), 'GET /api/v1/logs?sortOrder=DESCENDING&limit=2');
    const times = itemsOf(body).map(({ published }) => String(published));
    expect(times).toHaveLength(2);
    expect(times).toEqual(times.toSorted().toReversed());
  });
});

describe('policies', () => {
  test('the list needs a type', async () => {
    const { status, body } = await call(simulate(), 'GET /api/v1/policies');
    expect([status, body.errorCode]).toEqual([400, 'E0000028']);
  });

  test.each(['OKTA_SIGN_ON', 'PASSWORD', 'MFA_ENROLL', 'ACCESS_POLICY'])('%s has policies with rules', async (type) => {
    const sim = simulate();
    const { body } = await call(sim, `GET /api/v1/policies?type=${type}`);
    expect(itemsOf(body).map((policy) => policy.type)).toEqual([type, type]);
    expect((await call(sim, `GET /api/v1/policies/${firstOf(body).id}/rules`)).body).toHaveLength(2);
  });
});

describe('client secrets', () => {
  test('are two at most, and shown', async () => {
    const sim = simulate();
    const path = `/api/v1/apps/${appLabelled(sim, 'Employee Portal').id}/credentials/secrets`;
    const first = firstOf((await call(sim, `GET ${path}`)).body);
    expect(String(first.client_secret).length).toBeGreaterThan(30);
    expect((await call(sim, `POST ${path}/${first.id}/lifecycle/deactivate`)).status).toBe(400);
    const second = await call(sim, `POST ${path}`, { body: {} });
    expect([second.status, second.body.status]).toEqual([201, 'ACTIVE']);
    expect((await call(sim, `POST ${path}`, { body: {} })).body.errorCode).toBe('E0000001');
    expect((await call(sim, `DELETE ${path}/${first.id}`)).status).toBe(400);
    expect((await call(sim, `POST ${path}/${first.id}/lifecycle/deactivate`)).body.status).toBe('INACTIVE');
    expect((await call(sim, `DELETE ${path}/${first.id}`)).status).toBe(204);
    expect((await call(sim, `GET ${path}`)).body).toEqual([second.body]);
  });

  test.each([
    ['Employee Portal', 'too short', 400],
    ['Employee Portal', 'long enough to be accepted', 201],
    ['Employee Portal', 'not printable: \u00e9\u00e9\u00e9\u00e9', 400],
    ['Payroll Sync', undefined, 400],
  ])('%s takes %s with %i', async (label, secret, status) => {
    const sim = simulate();
    const path = `/api/v1/apps/${appLabelled(sim, label).id}/credentials/secrets`;
    const body = secret === undefined ? {} : { client_secret: secret };
    expect((await call(sim, `POST ${path}`, { body })).status).toBe(status);
  });
});

describe('application keys', () => {
  test('are generated for some years', async () => {
    const sim = simulate();
    const path = `/api/v1/apps/${appLabelled(sim, 'Customer CRM').id}/credentials/keys`;
    const { status, body } = await call(sim, `POST ${path}/generate?validityYears=2`);
    expect([status, body.expiresAt]).toEqual([201, '2028-11-23T08:00:00.000Z']);
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['kid', 'kty', 'use', 'x5c', 'x5t#S256', 'e', 'n']));
    expect((await call(sim, `GET ${path}/${body.kid}`)).body).toEqual(body);
    expect((await call(sim, `POST ${path}/generate?validityYears=11`)).body.errorCode).toBe('E0000001');
    expect((await call(sim, `POST ${path}/generate`)).body.errorCode).toBe('E0000028');
  });
});

describe('lists in a wrapper', () => {
  test('page by _links.next.href in the body', async () => {
    const sim = simulate();
    for (let index = 0; index < 103; index += 1) {
      await call(sim, 'POST /api/v1/iam/roles', { body: { label: `Role ${index}`, permissions: [] } });
    }
    const first = await call(sim, 'GET /api/v1/iam/roles');
    expect([itemsOf(first.body.roles).length, next(first)]).toEqual([100, undefined]);
    const second = await call(sim, `GET ${first.body._links?.next?.href}`);
    expect(second.body.roles).toHaveLength(5);
    expect(second.body._links?.next).toBeUndefined();
  });

  test.each([
    ['/api/v1/domains', 'domains'],
    ['/api/v1/email-servers', 'email-servers'],
    ['/api/v1/iam/resource-sets', 'resource-sets'],
    ['/api/v1/iam/governance/bundles', 'bundles'],
  ])('%s has %s', async (path, wrapper) => {
    expect((await call(simulate(), `GET ${path}`)).body[wrapper]).toHaveLength(2);
  });
});

describe('details', () => {
  test('an object has more fields than its list shows', async () => {
    const sim = simulate();
    const mapping = firstOf((await call(sim, 'GET /api/v1/mappings')).body);
    expect(mapping.properties).toBeUndefined();
    expect((await call(sim, `GET /api/v1/mappings/${mapping.id}`)).body).toMatchObject({
      id: mapping.id,
      properties: {},
    });
  });
});

describe('rate limits', () => {
  test('a user, its list and what is below have buckets of their own', async () => {
    const sim = simulate({ now: testClock().now, rateLimit: 1 });
    const { id } = firstOf((await call(sim, 'GET /api/v1/users?limit=1')).body);
    expect((await call(sim, `GET /api/v1/users/${id}`)).status).toBe(200);
    expect((await call(sim, `POST /api/v1/users/${id}`, { body: {} })).status).toBe(200);
    expect((await call(sim, `GET /api/v1/users/${id}/groups`)).status).toBe(429);
    expect((await call(sim, 'GET /api/v1/zones')).status).toBe(200);
    expect((await call(sim, 'GET /api/v1/org')).status).toBe(429);
  });
});
