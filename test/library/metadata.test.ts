import { afterEach, describe, expect, it } from 'vitest';
import { createSession, type Session, toObjects } from '../../src/index.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

function start(): { session: Session; simulator: Simulator } {
  const simulator = createSimulator();
  const session = createSession({ token: simulator.token, fetch: (request) => simulator.handle(request) });
  close = async () => {
    await session.close();
    expect(simulator.violations).toEqual([]);
  };
  return { session, simulator };
}

const STATEMENTS: readonly (readonly [sql: string, columns: readonly string[], first: readonly unknown[]])[] = [
  ['show providers', ['name', 'version'], ['okta', 'v00.00.00000']],
  [
    "show services in okta like 'app%'",
    ['id', 'name', 'title', 'description'],
    ['apps:v00.00.00000', 'apps', 'apps API', expect.any(String)],
  ],
  ["show resources in okta.apps where name = 'jwks'", ['name', 'id'], ['jwks', 'okta.apps.jwks']],
  [
    "show methods in okta.apps.jwks where SQLVerb = 'EXEC' and methodname not like 'de%'",
    ['MethodName', 'RequiredParams', 'SQLVerb'],
    ['activate_oauth2_client_json_web_key', 'appId, keyId, subdomain', 'EXEC'],
  ],
  [
    "show methods in okta.apps.applications like 'get%'",
    ['MethodName', 'RequiredParams', 'SQLVerb'],
    ['get_application', 'appId, subdomain', 'SELECT'],
  ],
  ['describe okta.apps.jwks', ['name', 'type'], ['id', 'string']],
  [
    'describe method okta.apps.jwks.add_jwk',
    ['name', 'type', 'param_type', 'shape'],
    ['appId', 'string', 'input_required', ''],
  ],
  ['registry list', ['provider', 'version'], ['okta', 'v00.00.00000']],
  ['show transaction isolation level', ['transaction_isolation'], ['read committed']],
];

describe('metadata statements', () => {
  it.each(STATEMENTS)('%s', async (sql, columns, first) => {
    const { session, simulator } = start();
    const result = await session.query(sql);
    expect(result.columns).toEqual(columns.map((name) => ({ name, type: 'VARCHAR' })));
    expect(result.rows[0]).toEqual(first);
    expect(result.message).toBeUndefined();
    expect(simulator.journal).toEqual([]);
  });

  it('need neither a token nor an org', async () => {
    const session = createSession();
    close = () => session.close();
    const { rows } = await session.query('describe extended okta.apps.jwks');
    expect(rows.length).toBeGreaterThan(0);
  });

  it('are shown when a script runs them', async () => {
    const { session } = start();
    for (const sql of ['show providers', "show providers like 'okta'"]) {
      const outcome = await session.script(sql)[0]?.run();
      expect(outcome?.isShown).toBe(true);
      await outcome?.close();
    }
  });

  it('keep their order under a filter', async () => {
    const { session } = start();
    const { rows } = await session.query('show methods in okta.apps.jwks');
    const filtered = await session.query('show methods in okta.apps.jwks where true');
    expect(filtered.rows).toEqual(rows);
  });

  it.each([
    ["show methods in okta.apps.jwks where verb = 'EXEC'", 'UNKNOWN_COLUMN'],
    ['show methods in okta.apps.jwks where nosuch(MethodName)', 'BINDING'],
    ['show methods in okta.apps.jwks where MethodName::INT > 1', 'EXECUTION'],
    ["show methods in okta.apps.jwks where MethodName = read_text('/etc/passwd')", 'BINDING'],
    ['show methods in okta.apps.jwk', 'UNKNOWN_RESOURCE'],
  ])('%s fails without a request', async (sql, code) => {
    const { session, simulator } = start();
    await expect(session.query(sql)).rejects.toMatchObject({ code });
    expect(simulator.journal).toEqual([]);
  });
});

describe('what SHOW INSERT INTO shows', () => {
  it.each(['RSA', 'EC'] as const)('inserts a key once its placeholders are filled: %s', async (kty) => {
    const { session, simulator } = start();
    const known = simulator.apps().flatMap(({ id }) => simulator.keys(id).map((key) => ({ appId: id, key })));
    const appId = known[0]?.appId ?? '';
    const material = known.map(({ key }) => key.material).find((candidate) => candidate.kty === kty);
    const { rows } = await session.query('show insert into okta.apps.jwks');
    expect(simulator.journal).toEqual([]);
    const variables = { subdomain: 'my-org', appId, kid: `new-${kty}`, use: 'sig', status: 'INACTIVE', alg: '' };
    const empty = { n: '', e: '', crv: '', x: '', y: '' };
    const filled = Object.fromEntries(Object.entries({ ...variables, ...empty, ...material }).map(asText));
    const statement = `${String(rows[0]?.[0]).replace(/;$/, '')} RETURNING kid, kty, status`;
    const inserted = await session.query(statement, { variables: filled });
    expect(toObjects(inserted)).toEqual([{ kid: `new-${kty}`, kty, status: 'INACTIVE' }]);
  });
});

const asText = ([name, value]: readonly [string, unknown]): readonly [string, string] => [name, String(value)];
