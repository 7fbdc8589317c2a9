import { describe, expect, test } from 'vitest';

import { demoOrg, type Simulator } from '../../../../src/simulator/index.ts';
import {
  appLabelled,
  call,
  changed,
  ecKey,
  itemsOf,
  type Json,
  jwksPath,
  NOW,
  ORIGIN,
  rsaKey,
  simulate,
  testClock,
} from '../client.ts';

const NON_UNIQUE =
  'Each key should have a unique kid when adding multiple keys. Use the Apps API to update the JWKS to add a kid for the existing key, or delete the existing key and re-add the key with a kid using the JWKS APIs.';
const DUPLICATE = "All keys in the 'jwks' must have a unique `kid`.";
const TOO_SHORT = "RSA key length in the 'jwks' is less than '2,048' bits for the given key.";
const TOO_MANY =
  "You can't create a new key. You have reached the maximum number of keys allowed (50). To add another key, you must first delete an existing one.";
const SECOND_ENC = "The client can have only one active encryption key in the 'jwks'.";

async function addTo(sim: Simulator, label: string, key: unknown): Promise<Awaited<ReturnType<typeof call>>> {
  return call(sim, `POST ${jwksPath(appLabelled(sim, label))}`, { body: key });
}

describe('addKey', () => {
  test('answers 201 with the stored key, members in the recorded order', async () => {
    const sim = simulate();
    const { status, body } = await addTo(sim, 'Onboarding Bot', rsaKey());
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual([
      'kty',
      'id',
      'created',
      'lastUpdated',
      'status',
      'alg',
      'kid',
      'use',
      '_links',
      'e',
      'n',
    ]);
    expect(body.id).toMatch(/^pks[A-Za-z0-9]{17}$/);
    expect(body).toMatchObject({ created: '2026-11-23T08:00:00.000Z', status: 'ACTIVE', use: 'sig', kid: 'new' });
    expect(sim.keys(appLabelled(sim, 'Onboarding Bot').id)).toHaveLength(1);
    expect(sim.violations).toEqual([]);
  });

  test('answers an EC key with x, y and crv', async () => {
    const { body } = await addTo(simulate(), 'Onboarding Bot', ecKey());
    expect(Object.keys(body).slice(-4)).toEqual(['_links', 'x', 'y', 'crv']);
  });

  test('stores null for what was not sent', async () => {
    const key = rsaKey({ use: undefined, alg: undefined, kid: undefined });
    const { status, body } = await addTo(simulate(), 'Onboarding Bot', key);
    expect({ status, use: body.use, alg: body.alg, kid: body.kid }).toEqual({
      status: 201,
      use: null,
      alg: null,
      kid: null,
    });
  });

  test('takes an EC key without crv, and an inactive second encryption key', async () => {
    const sim = simulate();
    const curveless = await addTo(sim, 'Onboarding Bot', ecKey({ crv: undefined }));
    expect([curveless.status, curveless.body.crv]).toEqual([201, null]);
    const inactive = await addTo(sim, 'Claims Portal', rsaKey({ use: 'enc', status: 'INACTIVE' }));
    expect([inactive.status, inactive.body.status]).toEqual([201, 'INACTIVE']);
  });

  const taken = simulate();
  const takenKid = taken.keys(appLabelled(taken, 'Payroll Sync').id)[0]?.kid;

  test.each([
    ['no kid beside another key', rsaKey({ kid: undefined }), NON_UNIQUE],
    ['a kid that is taken', rsaKey({ kid: takenKid }), DUPLICATE],
    ['a kid that is taken and a short key', rsaKey({ kid: takenKid }, 1024), DUPLICATE],
    ['1024 bits', rsaKey({}, 1024), TOO_SHORT],
    // 2,048 bits of storage, but the first bit is not set.
    ['2047 bits', rsaKey({ n: Buffer.alloc(256, 0x7f).toString('base64url') }), TOO_SHORT],
    [
      'a leading zero before 2040 bits',
      rsaKey({ n: Buffer.from([0, ...Buffer.alloc(255, 0x81)]).toString('base64url') }),
      TOO_SHORT,
    ],
    ['no n', rsaKey({ n: undefined, e: undefined }), TOO_SHORT],
  ])('refuses %s', async (_name, key, cause) => {
    const { status, body } = await addTo(simulate(), 'Payroll Sync', key);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errorCode: 'E0000001', errorSummary: 'Api validation failed: JsonWebKey' });
    expect(body.errorCauses).toEqual([{ errorSummary: cause }]);
  });

  test('refuses any further key beside one without kid', async () => {
    const sim = simulate();
    await addTo(sim, 'Onboarding Bot', rsaKey({ kid: undefined }));
    const { body } = await addTo(sim, 'Onboarding Bot', rsaKey());
    expect(body.errorCauses).toEqual([{ errorSummary: NON_UNIQUE }]);
  });

  test('refuses a second active encryption key', async () => {
    const { body } = await addTo(simulate(), 'Claims Portal', rsaKey({ use: 'enc', alg: 'RSA-OAEP' }));
    expect(body.errorCauses).toEqual([{ errorSummary: SECOND_ENC }]);
  });

  test('refuses the 51st key', async () => {
    const sim = simulate();
    for (let index = 0; index < 50; index += 1) {
      const { status } = await addTo(sim, 'Onboarding Bot', rsaKey({ kid: `k${index}`, status: 'INACTIVE' }));
      expect(status).toBe(201);
    }
    const { body } = await addTo(sim, 'Onboarding Bot', rsaKey());
    expect(body.errorCauses).toEqual([{ errorSummary: TOO_MANY }]);
  });

  test.each([
    ['broken JSON', '{"kty":'],
    ['an array', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['no kty', rsaKey({ kty: undefined })],
    ['a shared secret type', { kty: 'oct', kid: 'a' }],
    ['a number for n', rsaKey({ n: 5 })],
    ['an unknown use', rsaKey({ use: 'tls' })],
    ['an unknown status', rsaKey({ status: 'active' })],
    ['an EC key without y', ecKey({ y: undefined })],
    ['an EC key for encryption', ecKey({ use: 'enc' })],
  ])('cannot read %s', async (_name, body) => {
    const sim = simulate();
    const reply = await call(sim, `POST ${jwksPath(appLabelled(sim, 'Onboarding Bot'))}`, { body });
    expect([reply.status, reply.body.errorCode]).toEqual([400, 'E0000003']);
  });
});

describe('lists', () => {
  test.each([
    ['keys', (body: Json) => body.keys],
    ['jwks.keys', (body: Json) => body.jwks?.keys],
    ['array', (body: Json) => body],
  ] as const)('answers the shape %s', async (listShape, read) => {
    const sim = simulate({ listShape });
    const { body } = await call(sim, `GET ${jwksPath(appLabelled(sim, 'Audit Log Export'))}`);
    expect(read(body)).toHaveLength(3);
  });

  test('answers garbage, and can be switched while it runs', async () => {
    const sim = simulate({ listShape: 'garbage' });
    const path = `GET ${jwksPath(appLabelled(sim, 'Audit Log Export'))}`;
    expect((await call(sim, path)).body).toEqual({ data: { unexpected: true } });
    sim.switches.listShape = 'keys';
    expect((await call(sim, path)).body.keys).toHaveLength(3);
  });

  test('answers an empty list, and no Link', async () => {
    const sim = simulate();
    const { body, headers } = await call(sim, `GET ${jwksPath(appLabelled(sim, 'Onboarding Bot'))}`);
    expect(body).toEqual({ keys: [] });
    expect(headers.get('link')).toBeNull();
  });

  test('is in a stable order that is not the order of insertion', async () => {
    const sim = simulate();
    for (let index = 0; index < 12; index += 1) await addTo(sim, 'Onboarding Bot', rsaKey({ kid: `k${index}` }));
    const app = appLabelled(sim, 'Onboarding Bot');
    const ids = async (): Promise<string[]> =>
      itemsOf((await call(sim, `GET ${jwksPath(app)}`)).body.keys).map(({ id }) => String(id));
    const inserted = sim.keys(app.id).map(({ id }) => id);
    expect(await ids()).toEqual(await ids());
    expect(await ids()).not.toEqual(inserted);
    expect((await ids()).sort()).toEqual([...inserted].sort());
    sim.switches.keyOrder = 'insertion';
    expect(await ids()).toEqual(inserted);
  });
});

describe('getKey', () => {
  test('links by status, absolute', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Build Pipeline');
    const [old, current] = sim.keys(app.id);
    const oldUrl = `${ORIGIN}${jwksPath(app)}/${old?.id}`;
    expect((await call(sim, `GET ${jwksPath(app)}/${old?.id}`)).body._links).toEqual({
      activate: { href: `${oldUrl}/lifecycle/activate`, hints: { allow: ['POST'] } },
      delete: { href: oldUrl, hints: { allow: ['DELETE'] } },
    });
    expect((await call(sim, `GET ${jwksPath(app)}/${current?.id}`)).body._links).toEqual({
      deactivate: {
        href: `${ORIGIN}${jwksPath(app)}/${current?.id}/lifecycle/deactivate`,
        hints: { allow: ['POST'] },
      },
    });
  });

  test('has every key that the demo org embeds', async () => {
    const sim = simulate();
    for (const app of sim.apps().filter(({ oauthClient }) => oauthClient !== undefined)) {
      for (const key of app.keys) expect((await call(sim, `GET ${jwksPath(app)}/${key.id}`)).status).toBe(200);
    }
    expect(sim.violations).toEqual([]);
  });
});

describe('unknown resources', () => {
  const saml = (sim: Simulator): string => appLabelled(sim, 'HR Suite').id;
  const oidc = (sim: Simulator): string => appLabelled(sim, 'Payroll Sync').id;

  test.each([
    ['GET', '0oaunknown', '', '0oaunknown (AppInstance)'],
    ['POST', '0oaunknown', '', '0oaunknown (AppInstance)'],
    ['GET', saml, '', 'SAML (OAuth2AppInstance)'],
    ['GET', saml, '/pks1', 'SAML (OAuth2AppInstance)'],
    ['GET', oidc, '/pks1', 'pks1 (JsonWebKey)'],
    ['DELETE', oidc, '/pks1', 'pks1 (JsonWebKey)'],
    ['POST', oidc, '/pks1/lifecycle/activate', 'pks1 (JsonWebKey)'],
    ['POST', oidc, '/pks1/lifecycle/deactivate', 'pks1 (JsonWebKey)'],
    ['GET', oidc, '/a%2Fb', 'a/b (JsonWebKey)'],
  ])('%s of %s%s', async (method, app, suffix, text) => {
    const sim = simulate();
    const appId = typeof app === 'string' ? app : app(sim);
    const isAdd = method === 'POST' && suffix === '';
    const path = `/api/v1/apps/${appId}/credentials/jwks${suffix}`;
    const { status, body } = await call(sim, `${method} ${path}`, isAdd ? { body: rsaKey() } : {});
    expect([status, body.errorCode]).toEqual([404, 'E0000007']);
    expect(body.errorSummary).toBe(`Not found: Resource not found: ${text.replace('SAML', appId)}`);
    expect(sim.violations).toEqual([]);
  });
});

describe('lifecycle', () => {
  test('moves lastUpdated and not created, and repeats without an effect', async () => {
    const clock = testClock();
    const sim = simulate({ now: clock.now });
    const app = appLabelled(sim, 'Identity Sync');
    const [key] = sim.keys(app.id);
    const path = `POST ${jwksPath(app)}/${key?.id}/lifecycle`;
    clock.advance(5_000);
    const off = await call(sim, `${path}/deactivate`);
    expect(off.status).toBe(200);
    expect(off.body).toMatchObject({
      status: 'INACTIVE',
      created: key?.created,
      lastUpdated: '2026-11-23T08:00:05.000Z',
    });
    clock.advance(5_000);
    expect((await call(sim, `${path}/deactivate`)).body).toEqual(off.body);
    const on = await call(sim, `${path}/activate`);
    expect(on.body).toMatchObject({ status: 'ACTIVE', created: key?.created, lastUpdated: '2026-11-23T08:00:10.000Z' });
    clock.advance(5_000);
    const again = await call(sim, `${path}/activate`);
    expect([again.status, again.body]).toEqual([200, on.body]);
  });

  test('activating an encryption key deactivates the active one, and leaves signing keys alone', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Claims Portal');
    const [signing, inactive, active] = sim.keys(app.id);
    const { status, body } = await call(sim, `POST ${jwksPath(app)}/${inactive?.id}/lifecycle/activate`);
    expect([status, body.status]).toEqual([200, 'ACTIVE']);
    expect(sim.keys(app.id)).toMatchObject([
      { id: signing?.id, status: 'ACTIVE' },
      { id: inactive?.id, status: 'ACTIVE' },
      { id: active?.id, status: 'INACTIVE', lastUpdated: '2026-11-23T08:00:00.000Z' },
    ]);
  });

  test('activating the active encryption key changes nothing', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Claims Portal');
    const active = app.keys[2];
    const { status } = await call(sim, `POST ${jwksPath(app)}/${active?.id}/lifecycle/activate`);
    expect([status, sim.keys(app.id)]).toEqual([200, app.keys]);
  });

  test('activating a signing key changes nothing else', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Build Pipeline');
    const [old] = sim.keys(app.id);
    await call(sim, `POST ${jwksPath(app)}/${old?.id}/lifecycle/activate`);
    expect(sim.keys(app.id).map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  });

  test.each([
    [
      'Payroll Sync',
      0,
      "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.",
    ],
    // An encryption key cannot authenticate, so it does not save the last signing key.
    [
      'Claims Portal',
      0,
      "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.",
    ],
    ['Claims Portal', 2, "You can't deactivate the active encryption key."],
    [
      'Fraud Scoring',
      0,
      'The `jwks` must contain at least one key with an algorithm matching the `request_object_signature_algorithm`.',
    ],
  ])('refuses to deactivate key %2$s of %1$s', async (label, index, cause) => {
    const sim = simulate();
    const app = appLabelled(sim, label);
    const { status, body } = await call(sim, `POST ${jwksPath(app)}/${app.keys[index]?.id}/lifecycle/deactivate`);
    expect([status, body.errorCode]).toEqual([400, 'E0000001']);
    expect(body.errorCauses).toEqual([{ errorSummary: cause }]);
  });

  test('deactivates the key that the request object algorithm does not need', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Fraud Scoring');
    const { status } = await call(sim, `POST ${jwksPath(app)}/${app.keys[1]?.id}/lifecycle/deactivate`);
    expect(status).toBe(200);
  });

  test('deactivates the last key of an app that authenticates otherwise', async () => {
    const org = changed(demoOrg({ now: NOW }), 'Payroll Sync', {
      oauthClient: { applicationType: 'web', authMethod: 'client_secret_basic' },
    });
    const sim = simulate({ org });
    const app = appLabelled(sim, 'Payroll Sync');
    const { status } = await call(sim, `POST ${jwksPath(app)}/${app.keys[0]?.id}/lifecycle/deactivate`);
    expect(status).toBe(200);
  });
});

describe('deleteKey', () => {
  test('answers 204 without body or content type, and the key is gone', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Build Pipeline');
    const path = `${jwksPath(app)}/${app.keys[0]?.id}`;
    const { status, body, headers } = await call(sim, `DELETE ${path}`);
    expect([status, body, headers.get('content-type')]).toEqual([204, undefined, null]);
    expect((await call(sim, `GET ${path}`)).status).toBe(404);
    expect(sim.keys(app.id)).toHaveLength(1);
  });

  test('refuses an active key', async () => {
    const sim = simulate();
    const app = appLabelled(sim, 'Build Pipeline');
    const { status, body } = await call(sim, `DELETE ${jwksPath(app)}/${app.keys[1]?.id}`);
    expect(status).toBe(400);
    expect(body.errorCauses).toEqual([
      { errorSummary: "You can't delete an active JSON Web Key. Deactivate the key before deleting it." },
    ]);
  });
});
