import { describe, expect, test } from 'vitest';
import type { PlannedChange } from '../../src/exec/outcome.ts';
import { createSession, type Session } from '../../src/session/session.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';

interface Asked {
  readonly session: Session;
  readonly simulator: Simulator;
  readonly changes: readonly PlannedChange[];
  /** Requests that change something. */
  readonly sent: () => readonly string[];
}

async function asking(answer: boolean | Promise<boolean>, use: (asked: Asked) => Promise<void>): Promise<void> {
  const simulator = createSimulator({ subdomain: 'my-org' });
  const changes: PlannedChange[] = [];
  await using session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: (request) => simulator.handle(request),
    confirm: (change) => {
      changes.push(change);
      return answer;
    },
  });
  simulator.clearJournal();
  const sent = (): readonly string[] =>
    simulator.journal.filter(({ method }) => method !== 'GET').map(({ method }) => method);
  await use({ session, simulator, changes, sent });
}

const INACTIVE = "DELETE FROM okta.apps.jwks WHERE status = 'INACTIVE' AND appId IS NOT NULL";

describe('confirm', () => {
  test('is asked once it is known how many objects there are, and before the first of them is changed', async () => {
    await asking(Promise.resolve(false), async ({ session, changes, sent }) => {
      await expect(session.query(INACTIVE)).rejects.toMatchObject({
        code: 'CANCELLED',
        message: 'The statement was not confirmed. Nothing was sent.',
      });
      const { rows } = await session.query("SELECT count(*) FROM okta.apps.jwks WHERE status = 'INACTIVE'");
      expect(changes).toMatchObject([{ tag: 'DELETE', resource: 'okta.apps.jwks', count: rows[0]?.[0] }]);
      const [{ requests = [] } = {}] = changes;
      expect(requests).toHaveLength(Number(rows[0]?.[0]));
      expect(new Set(requests.map(({ digest }) => digest)).size).toBe(requests.length);
      const [, appId, keyId] = /apps\/(\w+)\/credentials\/jwks\/(\w+)$/.exec(requests[0]?.url ?? '') ?? [];
      expect(requests[0]).toMatchObject({ method: 'DELETE', parameters: { subdomain: 'my-org', appId, keyId } });
      expect(sent()).toEqual([]);
    });
  });

  test('lets all of them pass', async () => {
    await asking(true, async ({ session, changes, sent }) => {
      const { count } = await session.query(INACTIVE);
      expect(sent()).toEqual(Array.from({ length: count ?? 0 }, () => 'DELETE'));
      expect(changes.map((change) => change.count)).toEqual([count]);
    });
  });

  test('is not asked by a dry run, a read, nothing to change, or what maxChanges refuses', async () => {
    await asking(false, async ({ session, changes }) => {
      await session.query(INACTIVE, { dryRun: true });
      await session.query('SELECT count(*) FROM okta.apps.jwks');
      await session.query("DELETE FROM okta.apps.jwks WHERE status = 'NEVER' AND appId IS NOT NULL");
      await expect(session.query('DELETE FROM okta.apps.jwks WHERE appId IS NOT NULL')).rejects.toMatchObject({
        code: 'INVALID_VALUE',
      });
      expect(changes).toEqual([]);
    });
  });

  test('is asked by EXEC of what is no GET, and one of the statement goes before that of the session', async () => {
    await asking(true, async ({ session, changes, sent }) => {
      const { rows } = await session.query("SELECT appId, keyId FROM okta.apps.jwks WHERE status = 'INACTIVE' LIMIT 1");
      const [appId, keyId] = rows[0] ?? [];
      const exec = (method: string): string => `EXEC okta.apps.jwks.${method} @appId = '${appId}', @keyId = '${keyId}'`;
      const refused = session.query(exec('activate_oauth2_client_json_web_key'), { confirm: () => false });
      await expect(refused).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(sent()).toEqual([]);
      await session.query(exec('get_jwk'), { confirm: () => false });
      await session.query(exec('activate_oauth2_client_json_web_key'));
      expect(changes).toMatchObject([{ tag: 'EXEC', count: 1, requests: [{ method: 'POST' }] }]);
      expect(sent()).toEqual(['POST']);
    });
  });

  test('must be a function', () => {
    expect(() => createSession({ confirm: 'yes' as never })).toThrow('confirm');
  });
});
