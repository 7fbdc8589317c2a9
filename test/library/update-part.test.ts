/** UPDATE of what Okta only replaces whole, on a simulated org that holds secrets. */

import { afterEach, describe, expect, it } from 'vitest';
import { createSession, type Session, toObjects } from '../../src/index.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';

const IDP = 'okta.idps.identity_providers';
const APP = 'okta.apps.applications';
const TOKEN = 'org2org-api-token-of-another-org';
const CHOSEN = 'a-client-secret-that-was-chosen';
const HEADER = 'header-value-of-the-hook';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

interface World {
  readonly session: Session;
  readonly simulator: Simulator;
  /** All that was sent, with its body as it went out. */
  readonly sent: { readonly method: string; readonly path: string; readonly body: string }[];
  /** All that a listener of requests was told. */
  readonly told: unknown[];
  /** The text of an answer, asked for outside of the session. */
  raw(path: string, init?: RequestInit): Promise<string>;
}

function start(): World {
  const simulator = createSimulator();
  const sent: World['sent'] = [];
  const told: unknown[] = [];
  const session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    onExchange: (record) => told.push(record),
    fetch: async (request) => {
      sent.push({
        method: request.method,
        path: new URL(request.url).pathname,
        body: await request.clone().text(),
      });
      return simulator.handle(request);
    },
  });
  close = async () => {
    await session.close();
    expect(simulator.violations).toEqual([]);
  };
  const raw = async (path: string, init: RequestInit = {}): Promise<string> => {
    const headers = { authorization: `SSWS ${simulator.token}`, accept: 'application/json', ...init.headers };
    const answer = await simulator.handle(new Request(`https://my-org.okta.com${path}`, { ...init, headers }));
    return answer.text();
  };
  return { session, simulator, sent, told, raw };
}

const made = async ({ raw }: World, path: string, body: unknown): Promise<string> => {
  const headers = { 'content-type': 'application/json' };
  return String(JSON.parse(await raw(path, { method: 'POST', headers, body: JSON.stringify(body) })).id);
};

/** What only the server sets, and what the statement renames. */
const rest = (text: string, name: string): string => {
  const { lastUpdated: _time, [name]: _name, ...others } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(others);
};

const putIn = ({ sent }: World): Record<string, unknown> =>
  JSON.parse(sent.findLast(({ method }) => method === 'PUT')?.body ?? '{}') as Record<string, unknown>;

async function oidcIdp({ raw }: World): Promise<{ readonly id: string; readonly secret: string }> {
  const idps = JSON.parse(await raw('/api/v1/idps')) as {
    id: string;
    type: string;
    protocol: { credentials: { client: { client_secret: string } } };
  }[];
  const found = idps.find(({ type }) => type === 'OIDC');
  return { id: found?.id ?? '', secret: found?.protocol.credentials.client.client_secret ?? '' };
}

const SAML_APP = {
  name: 'okta_org2org',
  label: 'Sister org',
  signOnMode: 'SAML_2_0',
  settings: {
    app: { baseUrl: 'https://sister.okta.com', token: TOKEN },
    signOn: { defaultRelayState: 'https://sister.okta.com/home', attributeStatements: [{ name: 'a', values: ['b'] }] },
    notes: { admin: 'kept', enduser: null },
  },
  profile: { owner: 'identity team' },
};

const OIDC_APP = {
  name: 'oidc_client',
  label: 'Portal',
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { client_secret: CHOSEN, token_endpoint_auth_method: 'client_secret_post' } },
  settings: { oauthClient: { application_type: 'web', redirect_uris: ['https://portal.example.com/cb'] } },
};

describe('a rename leaves all else as it was', () => {
  it('of an identity provider, its secret included', async () => {
    const world = start();
    const { id, secret } = await oidcIdp(world);
    const before = await world.raw(`/api/v1/idps/${id}`);
    const { rows } = await world.session.query(
      `UPDATE ${IDP} SET name = 'Partner, new' WHERE id = '${id}' RETURNING name, protocol`,
    );
    const after = await world.raw(`/api/v1/idps/${id}`);
    expect(JSON.parse(after).name).toBe('Partner, new');
    expect(rest(after, 'name')).toBe(rest(before, 'name'));
    expect(secret.length).toBeGreaterThan(20);
    expect(after).toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(Object.keys(putIn(world))).not.toEqual(expect.arrayContaining(['id']));
    expect(world.sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /api/v1/idps/${id}`,
      `PUT /api/v1/idps/${id}`,
    ]);
    expect(JSON.stringify(world.told)).not.toContain(secret);
  });

  it('of a SAML application with a token in its settings', async () => {
    const world = start();
    const id = await made(world, '/api/v1/apps', SAML_APP);
    const before = await world.raw(`/api/v1/apps/${id}`);
    expect(before).toContain(TOKEN);
    const { rows } = await world.session.query(
      `UPDATE ${APP} SET label = 'Renamed' WHERE id = '${id}' RETURNING label, settings`,
    );
    const after = await world.raw(`/api/v1/apps/${id}`);
    expect(rest(after, 'label')).toBe(rest(before, 'label'));
    expect(JSON.stringify([rows, world.told])).not.toContain(TOKEN);
    expect(JSON.stringify(rows)).toContain('"token":"***"');
  });

  it('of an OIDC application, whose secret no GET shows', async () => {
    const world = start();
    const id = await made(world, '/api/v1/apps', OIDC_APP);
    const [app, secrets] = [`/api/v1/apps/${id}`, `/api/v1/apps/${id}/credentials/secrets`];
    const [before, kept] = [await world.raw(app), await world.raw(secrets)];
    expect([before.includes(CHOSEN), kept.includes(CHOSEN)]).toEqual([false, true]);
    const { rows } = await world.session.query(`UPDATE ${APP} SET label = 'New' WHERE id = '${id}' RETURNING *`);
    expect(rest(await world.raw(app), 'label')).toBe(rest(before, 'label'));
    expect(await world.raw(secrets)).toBe(kept);
    expect(JSON.stringify([rows, world.told])).not.toContain(CHOSEN);
  });

  it('of whatever a condition matches, one by one', async () => {
    const world = start();
    const { notices } = await world.session.query(
      `UPDATE ${IDP} SET issuerMode = 'ORG_URL' WHERE type IN ('OIDC', 'GOOGLE') AND (protocol ->> 'type') = 'OIDC'`,
    );
    expect(notices).toEqual(['2 rows match.']);
    const { rows } = await world.session.query(`SELECT type, issuerMode FROM ${IDP} ORDER BY type`);
    expect(rows).toEqual([
      ['GOOGLE', 'ORG_URL'],
      ['OIDC', 'ORG_URL'],
      ['SAML2', 'DYNAMIC'],
    ]);
  });
});

describe('members', () => {
  it('are set one by one beside a secret, and made where they are missing', async () => {
    const world = start();
    const { id, secret } = await oidcIdp(world);
    await world.session.query(
      `UPDATE ${IDP} SET protocol.credentials.client.client_id = 'other', protocol.settings.nameFormat = NULL,
       protocol.scopes = json('["openid"]') WHERE id = '${id}'`,
    );
    const { protocol } = JSON.parse(await world.raw(`/api/v1/idps/${id}`));
    expect(protocol).toMatchObject({
      credentials: { client: { client_id: 'other', client_secret: secret } },
      settings: { nameFormat: null },
      scopes: ['openid'],
      issuer: { url: 'https://idp.example.com' },
    });
  });

  it('may be the secret itself', async () => {
    const world = start();
    const { id } = await oidcIdp(world);
    await world.session.query(
      `UPDATE ${IDP} SET protocol.credentials.client.client_secret = 'rotated-secret' WHERE id = '${id}'`,
    );
    expect(await world.raw(`/api/v1/idps/${id}`)).toContain('rotated-secret');
    expect(JSON.stringify(world.told)).not.toContain('rotated-secret');
  });
});

describe('a dry run', () => {
  it('shows the difference without secrets, and changes nothing', async () => {
    const world = start();
    const { id, secret } = await oidcIdp(world);
    const url = `https://my-org.okta.com/api/v1/idps/${id}`;
    const before = await world.raw(`/api/v1/idps/${id}`);
    const shown = await world.session.query(
      `UPDATE ${IDP} SET name = 'New', protocol.credentials.client.client_secret = 'rotated-secret',
       protocol.scopes = json('["openid"]') WHERE id = '${id}'`,
      { dryRun: true },
    );
    const row = { method: 'PUT', url };
    expect(toObjects(shown)).toEqual([
      { ...row, member: 'name', before: '"Partner OIDC"', after: '"New"' },
      { ...row, member: 'protocol.scopes', before: '["openid","profile","email"]', after: '["openid"]' },
      { ...row, member: 'protocol.credentials.client.client_secret', before: '"***"', after: '"***"' },
    ]);
    expect(shown.message).toBe('Dry run: 1 request was not sent.');
    expect(await world.raw(`/api/v1/idps/${id}`)).toBe(before);
    expect(JSON.stringify([shown, world.told])).not.toMatch(new RegExp(`${secret}|rotated-secret`));
  });

  it('shows one row without a member where nothing would differ', async () => {
    const world = start();
    const { id } = await oidcIdp(world);
    const { rows } = await world.session.query(`UPDATE ${IDP} SET name = 'Partner OIDC' WHERE id = '${id}'`, {
      dryRun: true,
    });
    expect(rows).toEqual([['PUT', `https://my-org.okta.com/api/v1/idps/${id}`, null, null, null]]);
  });
});

it('EXPLAIN says that each is read, and sends nothing', async () => {
  const { session, sent } = start();
  const { rows } = await session.query(`EXPLAIN UPDATE ${IDP} SET name = 'x' WHERE id = '0oa1'`);
  expect(rows.flat()).toContain('  each read by get_identity_provider first, and sent back with the changes');
  expect(sent).toEqual([]);
});

describe('what would do harm is refused before anything changes', () => {
  const set = async (world: World, assignments: string): Promise<unknown> => {
    const { id } = await oidcIdp(world);
    return world.session.query(`UPDATE ${IDP} SET ${assignments} WHERE id = '${id}'`);
  };

  it.each([
    ['protocol = \'{"type":"OIDC"}\'', 'INVALID_VALUE', 'would be lost'],
    ["protocol.credentials = '{}'", 'INVALID_VALUE', 'would be lost'],
    [`protocol = (SELECT protocol FROM ${IDP} WHERE type = 'OIDC')`, 'INVALID_VALUE', 'mask'],
    ["protocol.credentials.client.client_secret = '***'", 'INVALID_VALUE', 'mask'],
    ["name = 'x', status = 'INACTIVE'", 'NOT_SUPPORTED', 'status'],
    ["protocol.type = 'OIDC', protocol = '{}'", 'BINDING', 'holds the other'],
    ["name = 'x', name = 'y'", 'BINDING', 'name'],
    ["name.inner = 'x'", 'INVALID_VALUE', 'no object'],
    ["nmae = 'x'", 'UNKNOWN_COLUMN', 'nmae'],
    ["subdomain.x = 'x'", 'NOT_SUPPORTED', 'no members'],
    ['protocol. = 1', 'SYNTAX', ''],
    ["protocol.'a' = 1", 'SYNTAX', ''],
  ])('SET %s: %s', async (assignments, code, says) => {
    const world = start();
    await expect(set(world, assignments)).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    expect(world.sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('a member that is set to NULL is taken away on purpose', async () => {
    const world = start();
    await set(world, 'protocol.credentials.client.client_secret = NULL');
    expect(putIn(world)['protocol']).toMatchObject({ credentials: { client: { client_secret: null } } });
  });

  it('a secret that Okta does not return', async () => {
    const world = start();
    const hook = {
      name: 'Hook',
      events: { type: 'EVENT_TYPE', items: ['user.lifecycle.create'] },
      channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://example.com/a', authScheme: { key: 'A' } } },
    };
    const id = await made(world, '/api/v1/eventHooks', hook);
    const rename = `UPDATE okta.eventhooks.event_hooks SET name = 'x'`;
    await expect(world.session.query(`${rename} WHERE id = '${id}'`)).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      subject: 'channel.config.authScheme.value',
      hint: expect.stringContaining("SET channel.config.authScheme.value = '…'"),
    });
    expect(world.sent.map(({ method }) => method)).toEqual(['GET']);
    await world.session.query(`${rename}, channel.config.authScheme.value = '${HEADER}' WHERE id = '${id}'`);
    expect(putIn(world)).toMatchObject({
      name: 'x',
      channel: { config: { uri: 'https://example.com/a', authScheme: { key: 'A', value: HEADER } } },
    });
    expect(JSON.stringify(world.told)).not.toContain(HEADER);
  });

  it('more objects than may be changed: none is read', async () => {
    const { session, sent } = start();
    const ids = Array.from({ length: 11 }, (_, index) => `'0oa${index}'`).join(', ');
    const running = session.query(`UPDATE ${IDP} SET name = 'x' WHERE id IN (${ids})`);
    await expect(running).rejects.toMatchObject({ code: 'INVALID_VALUE', subject: 'maxChanges' });
    expect(sent).toEqual([]);
  });

  it('an object that is not there: nothing changes, not even the one before it', async () => {
    const world = start();
    const { id } = await oidcIdp(world);
    const running = world.session.query(`UPDATE ${IDP} SET name = 'x' WHERE id IN ('${id}', '0oa00000000000000404')`);
    await expect(running).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(world.sent.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('members of what takes attributes only', async () => {
    const { session, sent } = start();
    const running = session.query(`UPDATE okta.users.users SET profile.nickName = 'x' WHERE id = '00u1'`);
    await expect(running).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      hint: expect.stringContaining('SET profile'),
    });
    expect(sent).toEqual([]);
  });
});
