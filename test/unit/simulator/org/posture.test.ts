/** What audits of an org look at, and how a test changes it. */

import { describe, expect, test } from 'vitest';

import { appLabelled, call, simulate } from '../client.ts';

type Rule = { readonly name: string; readonly actions: Readonly<Record<string, unknown>> };
type Linked = {
  readonly id: string;
  readonly name: string;
  readonly _links: { readonly accessPolicy: { readonly href: string } };
};

describe('policies', () => {
  const sim = simulate();
  const listed = async (path: string): Promise<readonly never[]> => (await call(sim, `GET ${path}`)).body as never;

  test.each([
    ['OKTA_SIGN_ON', 'signon'],
    ['PASSWORD', 'selfServicePasswordReset'],
    ['MFA_ENROLL', 'enroll'],
    ['IDP_DISCOVERY', 'idp'],
    ['ACCESS_POLICY', 'appSignOn'],
    ['PROFILE_ENROLLMENT', 'profileEnrollment'],
    ['POST_AUTH_SESSION', 'postAuthSession'],
    ['ENTITY_RISK', 'entityRisk'],
  ])('rules of %s do what such rules do', async (type, action) => {
    const policies: readonly { readonly id: string }[] = await listed(`/api/v1/policies?type=${type}`);
    const rules = await Promise.all(
      policies.map(({ id }): Promise<readonly Rule[]> => listed(`/api/v1/policies/${id}/rules`)),
    );
    expect(rules.flat().every(({ actions }) => action in actions)).toBe(true);
  });

  test('each application names its own, and each policy its applications', async () => {
    const apps: readonly Linked[] = await listed('/api/v1/apps?limit=200');
    const policies: readonly { readonly id: string; readonly name: string }[] = await listed(
      '/api/v1/policies?type=ACCESS_POLICY',
    );
    for (const { id } of policies) {
      const linked = apps.filter(({ _links }) => _links.accessPolicy.href.endsWith(id)).map((app) => app.id);
      const answered: readonly Linked[] = await listed(`/api/v1/policies/${id}/app?limit=20`);
      expect(answered.map((app) => app.id)).toEqual(linked.slice(0, 20));
    }
    const console = apps.find(({ name }) => name === 'saasure');
    expect(console?._links.accessPolicy.href).toContain(policies.find(({ name }) => name === 'Okta Admin Console')?.id);
  });

  test('an application goes over to another, and the Admin Console does not', async () => {
    const other = simulate();
    const [policy] = (await call(other, 'GET /api/v1/policies?type=ACCESS_POLICY'))
      .body as unknown as readonly Linked[];
    const app = appLabelled(other, 'Travel Booking');
    expect((await call(other, `PUT /api/v1/apps/${app.id}/policies/${policy?.id}`)).status).toBe(204);
    const linked = (await call(other, `GET /api/v1/apps/${app.id}`)).body as unknown as Linked;
    expect(linked._links.accessPolicy.href).toContain(policy?.id);
    const console = appLabelled(other, 'Okta Admin Console');
    const refused = await call(other, `PUT /api/v1/apps/${console.id}/policies/${policy?.id}`);
    expect(refused).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    expect((await call(other, `PUT /api/v1/apps/${app.id}/policies/rstNone`)).status).toBe(404);
  });
});

test('two applications are assigned to nobody', async () => {
  const sim = simulate();
  const counts = await Promise.all(
    ['Brand Guidelines', 'Legacy Timesheets', 'Travel Booking'].map(async (label) => {
      const { id } = appLabelled(sim, label);
      const [users, groups] = [`/api/v1/apps/${id}/users`, `/api/v1/apps/${id}/groups`];
      const bodies = [(await call(sim, `GET ${users}`)).body, (await call(sim, `GET ${groups}`)).body];
      return bodies.map((body) => (body as unknown as readonly unknown[]).length > 0);
    }),
  );
  expect(counts).toEqual([
    [false, false],
    [false, false],
    [true, true],
  ]);
});

describe('edit', () => {
  const sim = simulate();
  const statusOfFirst = async (path: string): Promise<unknown> =>
    ((await call(sim, `GET ${path}`)).body as unknown as readonly { readonly status: string }[])[0]?.status;

  test('changes a list, an object and the applications, until it is undone', async () => {
    const undo = [
      sim.edit('/api/v1/users', ([first, ...rest]) => [{ ...first, status: 'SUSPENDED' }, ...rest]),
      sim.edit('/api/v1/threats/configuration', ([one]) => [{ ...one, action: 'block' }]),
      sim.editApps((apps) => apps.slice(0, 1)),
    ];
    expect(await statusOfFirst('/api/v1/users')).toBe('SUSPENDED');
    expect((await call(sim, 'GET /api/v1/threats/configuration')).body).toMatchObject({ action: 'block' });
    expect(sim.apps()).toHaveLength(1);
    for (const each of undo) each();
    expect(await statusOfFirst('/api/v1/users')).toBe('ACTIVE');
    expect((await call(sim, 'GET /api/v1/threats/configuration')).body).toMatchObject({ action: 'audit' });
    expect(sim.apps()).toHaveLength(42);
  });

  test.each(['/api/v1/nothing', '/api/v1/users/me/groups'])('%s holds nothing', (path) => {
    expect(() => sim.edit(path, (items) => items)).toThrow(new TypeError(`Nothing is stored at ${path}.`));
  });
});
