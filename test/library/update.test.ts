import { afterEach, describe, expect, it } from 'vitest';
import { createSession, type QueryResult, type Session } from '../../src/index.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

/** Every request is kept with its body; those beyond keys are answered by a stub that says yes. */
function start(): { session: Session; simulator: Simulator; sent: string[] } {
  const simulator = createSimulator();
  const sent: string[] = [];
  const session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const body = await request.clone().text();
      sent.push(`${request.method} ${pathname} ${body}`.trim());
      if (pathname.startsWith('/api/v1/apps')) return simulator.handle(request);
      return new Response(JSON.stringify({ id: pathname.split('/').at(-1), status: 'ACTIVE' }));
    },
  });
  close = () => session.close();
  return { session, simulator, sent };
}

function someKey(simulator: Simulator): { appId: string; keyId: string } {
  for (const { id } of simulator.apps()) {
    const key = simulator.keys(id).find(({ status, use }) => status === 'INACTIVE' && use === 'sig');
    if (key !== undefined) return { appId: id, keyId: key.id };
  }
  throw new Error('no inactive key');
}

/** As Okta makes them: what is shorter could be a login. */
const [ID1, ID2] = ['00u1aaaaaaaaaaaaaaaa', '00u2aaaaaaaaaaaaaaaa'];

describe('UPDATE of a status', () => {
  it('calls the lifecycle method that sets it', async () => {
    const { session, simulator, sent } = start();
    const { appId, keyId } = someKey(simulator);
    const where = `appId = '${appId}' AND keyId = '${keyId}'`;
    for (const status of ['ACTIVE', 'INACTIVE']) {
      const { message, rows } = await session.query(
        `UPDATE okta.apps.jwks SET status = '${status}' WHERE ${where} RETURNING id, status`,
      );
      expect({ message, rows }).toEqual({
        message: 'The operation was despatched successfully',
        rows: [[keyId, status]],
      });
    }
    const path = `/api/v1/apps/${appId}/credentials/jwks/${keyId}/lifecycle`;
    expect(sent).toEqual([`POST ${path}/activate`, `POST ${path}/deactivate`]);
  });

  it.each([
    ["SET status = 'GONE' WHERE appId = 'a' AND keyId = 'k'", 'INVALID_VALUE', "'ACTIVE' or 'INACTIVE'"],
    ["SET kid = 'x' WHERE appId = 'a' AND keyId = 'k'", 'NOT_SUPPORTED', 'cannot be changed'],
    ["SET status = 'ACTIVE', kid = 'x' WHERE appId = 'a' AND keyId = 'k'", 'NOT_SUPPORTED', 'cannot be changed'],
    ["SET status = 'ACTIVE' WHERE appId = 'a'", 'NO_METHOD', 'keyId'],
    ["SET status = 'ACTIVE' WHERE appId = 'a' AND keyId = 'k' AND kti = 'RSA'", 'UNKNOWN_COLUMN', 'kti'],
    ["SET status = 'ACTIVE'", 'NO_METHOD', 'keyId'],
    ["SET status 'ACTIVE' WHERE keyId = 'k'", 'SYNTAX', ''],
  ])('UPDATE okta.apps.jwks %s is refused, and nothing is sent', async (rest, code, says) => {
    const { session, sent } = start();
    const running = session.query(`UPDATE okta.apps.jwks ${rest}`);
    await expect(running).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    expect(sent).toEqual([]);
  });
});

it('UPDATE with more than ids selects first, and changes what matches', async () => {
  const { session, simulator, sent } = start();
  const { appId, keyId } = someKey(simulator);
  const kty = simulator.keys(appId).find(({ id }) => id === keyId)?.material.kty;
  const path = `/api/v1/apps/${appId}/credentials/jwks/${keyId}`;
  const update = (type: string): Promise<QueryResult> =>
    session.query(
      `UPDATE okta.apps.jwks SET status = 'ACTIVE' WHERE appId = '${appId}' AND keyId = '${keyId}' AND kty = '${type}'`,
    );
  expect((await update('other')).notices).toEqual(['0 rows match.']);
  expect(sent).toEqual([`GET ${path}`]);
  expect((await update(kty ?? '')).notices).toEqual(['1 row matches.']);
  expect(sent.slice(1)).toEqual([`GET ${path}`, `POST ${path}/lifecycle/activate`]);
});

describe('UPDATE and REPLACE of attributes', () => {
  it.each([
    [
      `UPDATE okta.users.users SET data__profile = '{"nickName":"Bo"}' WHERE id = '00u1'`,
      ['POST /api/v1/users/00u1 {"profile":{"nickName":"Bo"}}'],
    ],
    [
      `update okta.users.users set profile = json_object('nickName', 'B' || 'o'), realmId = null where id in ('${ID1}', '${ID2}')`,
      [
        `POST /api/v1/users/${ID1} {"profile":{"nickName":"Bo"},"realmId":null}`,
        `POST /api/v1/users/${ID2} {"profile":{"nickName":"Bo"},"realmId":null}`,
      ],
    ],
    [
      `REPLACE okta.groups.groups SET profile = '{"name":"a, b"}' -- whole
       WHERE groupId = '00g1'`,
      ['PUT /api/v1/groups/00g1 {"profile":{"name":"a, b"}}'],
    ],
  ])('%s', async (sql, requests) => {
    const { session, sent } = start();
    await session.query(sql);
    expect(sent).toEqual(requests);
  });

  it.each([
    [10, undefined],
    [11, 'INVALID_VALUE'],
  ])('%s changes in one statement: %s', async (count, code) => {
    const { session, sent } = start();
    const ids = Array.from({ length: count }, (_, index) => `'00u${String(index).padStart(17, 'a')}'`).join(', ');
    const running = session.query(`UPDATE okta.users.users SET realmId = 'r' WHERE id IN (${ids})`);
    if (code === undefined) await running;
    else await expect(running).rejects.toMatchObject({ code });
    expect(sent).toHaveLength(code === undefined ? count : 0);
  });

  it('says how else a resource can be changed', async () => {
    const { session, sent } = start();
    const running = session.query(
      "UPDATE okta.apps.features SET status = 'ENABLED' WHERE appId = 'a' AND featureName = 'f'",
    );
    await expect(running).rejects.toMatchObject({ code: 'NOT_SUPPORTED', hint: 'Possible: REPLACE.' });
    expect(sent).toEqual([]);
  });
});
