import { describe, expect, test } from 'vitest';
import { createSession, type QueryError } from '../../src/index.ts';
import { createSimulator } from '../../src/simulator/index.ts';

interface Asked {
  readonly rows: readonly unknown[];
  readonly notices: readonly string[];
}

/** Runs a statement in an org that lacks these features. */
async function ask(sql: string, missing: readonly string[] = []): Promise<Asked> {
  const simulator = createSimulator();
  simulator.switches.missingFeatures.push(...missing);
  const session = createSession({ token: simulator.token, subdomain: 'my-org', fetch: simulator.handle });
  try {
    return await session.query(sql);
  } finally {
    await session.close();
  }
}

async function failureOf(sql: string, missing: readonly string[] = []): Promise<QueryError> {
  return ask(sql, missing).then(
    () => {
      throw new Error(`no error: ${sql}`);
    },
    (error: unknown) => error as QueryError,
  );
}

/** What the documents know to be absent in some orgs, and one of the calls for it. */
const FEATURES: readonly (readonly [resource: string, path: string, where: string])[] = [
  ['apps.federated_claims', '/api/v1/apps/{}/federated-claims', 'appId'],
  ['apps.cross_app_access_connections', '/api/v1/apps/{}/cwo/connections', 'appId'],
  ['apps.interclient_allowed_apps', '/api/v1/apps/{}/interclient-allowed-apps', 'appId'],
  ['apps.interclient_target_apps', '/api/v1/apps/{}/interclient-target-apps', 'appId'],
  ['users.user_blocks', '/api/v1/users/{}/blocks', 'userId'],
  ['users.user_devices', '/api/v1/users/{}/devices', 'userId'],
  ['users.classifications', '/api/v1/users/{}/classification', 'userId'],
  ['users.authenticator_enrollments', '/api/v1/users/{}/authenticator-enrollments', 'userId'],
  ['webauthn_registration.enrollments', '/webauthn-registration/api/v1/users/{}/enrollments', 'userId'],
  ['authenticators.custom_aaguids', '/api/v1/authenticators/{}/aaguids', 'authenticatorId'],
  ['authenticators.authenticator_methods', '/api/v1/authenticators/{}/methods', 'authenticatorId'],
  ['brands.well_known_uris', '/api/v1/brands/{}/well-known-uris', 'brandId'],
  ['devices.device_users', '/api/v1/devices/{}/users', 'deviceId'],
];

describe('a feature that the org lacks', () => {
  test.each(FEATURES)('%s: no rows in a fan-out, and one notice', async (resource, path, parameter) => {
    const { rows, notices } = await ask(`SELECT * FROM okta.${resource}`, [path]);
    expect(rows).toEqual([]);
    expect(notices).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\d+ calls? (?:was|were) answered that there is no such thing there.*okta\\.${resource}: ${parameter}=`,
        ),
      ),
    ]);
  });

  test.each(FEATURES)('%s: an error where it is asked for', async (resource, path, parameter) => {
    const [list, column] = PARENTS[parameter] ?? ['', ''];
    const { rows } = await ask(`SELECT ${column} FROM okta.${list} LIMIT 1`);
    const [[id] = []] = rows as readonly (readonly unknown[])[];
    const sql = `SELECT * FROM okta.${resource} WHERE ${parameter} = '${id}'`;
    expect(await failureOf(sql, [path])).toMatchObject({ code: 'HTTP', providerCode: 'E0000015' });
  });
});

const PARENTS: Readonly<Record<string, readonly [list: string, column: string]>> = {
  appId: ['apps.applications', 'id'],
  userId: ['users.users', 'id'],
  authenticatorId: ['authenticators.authenticators', 'id'],
  brandId: ['brands.brands', 'id'],
  deviceId: ['devices.devices', 'id'],
};

describe('in a join', () => {
  const JOIN = `SELECT u.id, b.type FROM okta.users.users u LEFT JOIN okta.users.user_blocks b ON b.userId = u.id
    WHERE u.status = 'SUSPENDED'`;

  test('the rows stay that nothing is joined to', async () => {
    const { rows, notices } = await ask(JOIN, ['/api/v1/users/{}/blocks']);
    expect(rows).toHaveLength(2);
    expect(notices).toEqual([expect.stringMatching(/^2 calls were answered that there is no such thing there/)]);
  });
});

test('what is no matter of a feature stays an error', async () => {
  const sql = 'SELECT id FROM okta.apps.secrets';
  expect(await failureOf(sql, ['/api/v1/apps/{}/credentials/secrets'])).toMatchObject({ code: 'HTTP', status: 401 });
});

test('policies of types that the org lacks are told of, those of other types read', async () => {
  const { rows, notices } = await ask('SELECT DISTINCT type FROM okta.policies.policies');
  expect(rows).toHaveLength(8);
  expect(notices).toEqual([
    '4 calls were answered that there is no such thing there, and gave no rows. okta.policies.policies: ' +
      'type=CLIENT_UPDATE, type=DEVICE_SIGNAL_COLLECTION, type=IDENTITY_CLAIM_SOURCING, type=SESSION_VIOLATION_DETECTION.',
  ]);
});
