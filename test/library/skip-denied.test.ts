import { afterEach, describe, expect, it } from 'vitest';
import { createProvider, createSession, type Session, type SessionOptions } from '../../src/index.ts';
import { createSimulator, faults, type Simulator } from '../../src/simulator/index.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

const SELECT = 'SELECT DISTINCT appId FROM okta.apps.jwks WHERE created IS NOT NULL ORDER BY ALL';

interface Denying {
  readonly session: Session;
  readonly simulator: Simulator;
  /** The apps that have keys, in order, and the one whose keys must not be seen. */
  readonly apps: readonly string[];
  readonly hidden: string;
}

function start(options: SessionOptions = {}): Denying {
  const simulator = createSimulator();
  const fetch = (request: Request): Promise<Response> => simulator.handle(request);
  const session = createSession({ token: simulator.token, subdomain: 'my-org', fetch, ...options });
  close = async () => {
    await session.close();
    expect(simulator.violations).toEqual([]);
  };
  const apps = simulator
    .apps()
    .map(({ id }) => id)
    .filter((id) => simulator.keys(id).length > 0)
    .toSorted();
  const [hidden = ''] = apps;
  const error = { status: 403, code: 'E0000006', summary: 'You do not have permission' };
  simulator.switches.faults = [faults.oktaError(error, { match: { path: new RegExp(`/${hidden}/credentials/jwks`) } })];
  return { session, simulator, apps, hidden };
}

describe('a call that is denied', () => {
  it('fails the statement, and the hint says what to do', async () => {
    const { session, hidden } = start();
    await expect(session.query(SELECT)).rejects.toMatchObject({
      code: 'PERMISSION',
      hint: expect.stringMatching(`appId=${hidden}.*--skip-denied`),
    });
  });

  it('is left out of one statement', async () => {
    const { session, apps, hidden } = start();
    const heard: string[] = [];
    const onNotice = (notice: string): void => void heard.push(notice);
    const { rows, notices } = await session.query(SELECT, { skipDenied: true, onNotice });
    expect(rows.flat()).toEqual(apps.slice(1));
    expect(notices).toEqual([expect.stringMatching(`^1 call was denied.*okta.apps.jwks: appId=${hidden}\\.$`)]);
    expect(heard).toEqual(notices);
    await expect(session.query(SELECT)).rejects.toMatchObject({ code: 'PERMISSION' });
  });

  it('is left out of a script’s statements, until it says otherwise', async () => {
    const { session } = start({ skipDenied: true });
    expect((await session.query(SELECT)).notices).toHaveLength(1);
    await session.query('SET okta.skip_denied = off');
    await expect(session.query(SELECT)).rejects.toMatchObject({ code: 'PERMISSION' });
    await session.query('SET okta.skip_denied = on');
    expect((await session.query(SELECT)).notices).toHaveLength(1);
    await expect(session.query(SELECT, { skipDenied: false })).rejects.toMatchObject({ code: 'PERMISSION' });
  });

  it('is left out of a table that a query fills', async () => {
    const { session, apps } = start({ skipDenied: true });
    expect((await session.query(`CREATE TABLE seen AS ${SELECT}`)).notices).toHaveLength(1);
    expect((await session.query('SELECT count(*) FROM seen')).rows).toEqual([[apps.length - 1]]);
  });

  it('stops a change, with the setting too', async () => {
    const { session, simulator } = start({ skipDenied: true });
    const running = session.query("DELETE FROM okta.apps.jwks WHERE status = 'INACTIVE'");
    await expect(running).rejects.toMatchObject({ code: 'PERMISSION', hint: expect.stringContaining('read whole') });
    expect(simulator.journal.map(({ method }) => method)).not.toContain('DELETE');
  });

  it('is told by a scan of a provider', async () => {
    const { simulator, apps, hidden } = start();
    const fetch = (request: Request): Promise<Response> => simulator.handle(request);
    const provider = createProvider({ token: simulator.token, subdomain: 'my-org', fetch });
    const [settings, columns] = [{ skipDenied: true }, ['appId', 'created']];
    const [notices, denied, seen]: [string[], unknown[], Set<unknown>] = [[], [], new Set()];
    const scans = [
      provider.scan('okta.apps.jwks', { settings, columns, onNotice: (notice) => notices.push(notice) }),
      provider.scan('okta.apps.jwks', { settings, columns, onDenied: (call) => denied.push(call.parameters['appId']) }),
    ];
    for (const scan of scans) for await (const rows of scan) for (const [app] of rows) seen.add(app);
    expect([...seen].toSorted()).toEqual(apps.slice(1));
    expect(notices).toEqual([expect.stringContaining(hidden)]);
    expect(denied).toEqual([hidden]);
    await provider.close();
  });
});
