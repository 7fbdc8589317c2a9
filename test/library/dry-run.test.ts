import { afterEach, describe, expect, it } from 'vitest';
import { type Session, toObjects } from '../../src/index.ts';
import type { JournalEntry, Simulator } from '../../src/simulator/index.ts';
import { openSession } from './simulated-session.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

interface World {
  readonly session: Session;
  readonly simulator: Simulator;
  readonly appId: string;
  /** An inactive key of the app. */
  readonly keyId: string;
}

function start(): World {
  const opened = openSession();
  close = opened.close;
  const { session, simulator } = opened;
  for (const { id: appId } of simulator.apps()) {
    const key = simulator.keys(appId).find(({ status, use }) => status === 'INACTIVE' && use === 'sig');
    if (key !== undefined) return { session, simulator, appId, keyId: key.id };
  }
  throw new Error('no app has an inactive key');
}

const X = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU';
const Y = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0';
const KEY = `'EC', 'sig', 'P-256', '${X}', '${Y}'`;
const COLUMNS = 'appId, kid, kty, use, crv, x, y';

const STATEMENTS: Readonly<Record<string, (world: World) => string>> = {
  INSERT: ({ appId }) =>
    `INSERT INTO okta.apps.jwks (${COLUMNS}) VALUES ('${appId}', 'one', ${KEY}), ('${appId}', 'two', ${KEY}) RETURNING id`,
  'INSERT of what is selected': ({ appId }) =>
    `INSERT INTO okta.apps.jwks (${COLUMNS})
     SELECT id, 'copy', ${KEY} FROM okta.apps.applications WHERE id = '${appId}'`,
  'UPDATE of a status': ({ appId, keyId }) =>
    `UPDATE okta.apps.jwks SET status = 'ACTIVE' WHERE appId = '${appId}' AND keyId = '${keyId}'`,
  'DELETE by ids': ({ appId, keyId }) => `DELETE FROM okta.apps.jwks WHERE appId = '${appId}' AND keyId = '${keyId}'`,
  'DELETE of what matches': ({ appId }) =>
    `DELETE FROM okta.apps.jwks WHERE appId = '${appId}' AND status = 'INACTIVE'`,
  EXEC: ({ appId, keyId }) =>
    `EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @appId = '${appId}', @keyId = '${keyId}'`,
  'EXEC with a body': () => `EXEC okta.groups.groups.add_group @@json = '{"profile": {"name": "by a dry run"}}'`,
};

describe('a dry run', () => {
  it.each(Object.entries(STATEMENTS))('of %s shows what is sent without it', async (_what, sqlFor) => {
    const world = start();
    const { session, simulator } = world;
    const sql = sqlFor(world);
    const before = keysOf(simulator);
    const shown = await session.query(sql, { dryRun: true });
    expect([changesIn(simulator), keysOf(simulator)]).toEqual([[], before]);
    await session.query(sql);
    const sent = changesIn(simulator).map(({ method, url, body = null }) => ({ method, url, body }));
    expect(toObjects(shown)).toEqual(sent);
    expect(sent.length).toBeGreaterThan(0);
    expect(shown.message).toBe(
      `Dry run: ${sent.length === 1 ? '1 request was' : `${sent.length} requests were`} not sent.`,
    );
  });

  it('makes the checks that come before the first request', async () => {
    const { session, simulator, appId, keyId } = start();
    const cases = [
      [
        `INSERT INTO okta.apps.jwks (appId, kty, n, e, d) VALUES ('${appId}', 'RSA', 'AQAB', 'AQAB', 'x')`,
        'INVALID_VALUE',
      ],
      [`DELETE FROM okta.apps.jwks WHERE appId = '${appId}' AND keyId = '${keyId}' RETURNING kdi`, 'UNKNOWN_COLUMN'],
      [`DELETE FROM okta.apps.jwks WHERE appId = '${appId}'`, 'NO_METHOD'],
    ] as const;
    for (const [sql, code] of cases) await expect(session.query(sql, { dryRun: true })).rejects.toMatchObject({ code });
    expect(simulator.journal).toEqual([]);
  });

  it('stops at more changes than are allowed, as without it', async () => {
    const { session } = start();
    const many = Array.from({ length: 11 }, (_, index) => `('0oa1', 'k${index}', ${KEY})`);
    const sql = `INSERT INTO okta.apps.jwks (${COLUMNS}) VALUES ${many.join(', ')}`;
    await expect(session.query(sql, { dryRun: true })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      subject: 'maxChanges',
    });
  });

  it('shows no secret, and changes tables of the session’s own as ever', async () => {
    const { session, appId } = start();
    const secret = `INSERT INTO okta.apps.secrets (appId, client_secret) VALUES ('${appId}', 'a-s3cret-of-14-characters')`;
    const { rows } = await session.query(secret, { dryRun: true });
    expect(rows).toEqual([['POST', expect.stringContaining('/credentials/secrets'), '{"client_secret":"***"}']]);
    await session.query('CREATE TABLE own AS SELECT 1 AS a', { dryRun: true });
    expect((await session.query('SELECT a FROM own')).rows).toEqual([[1]]);
  });
});

function changesIn({ journal }: Simulator): readonly JournalEntry[] {
  return journal.filter(({ method }) => method !== 'GET');
}

function keysOf(simulator: Simulator): unknown {
  return simulator.apps().map(({ id }) => simulator.keys(id));
}
