import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { QueryError, toObjects } from '../../src/index.ts';
import { type Fault, faults } from '../../src/simulator/index.ts';
import { openSession, type SimulatedSession } from './simulated-session.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

function start(): SimulatedSession & { readonly appId: string } {
  const opened = openSession();
  close = opened.close;
  const { simulator } = opened;
  return { ...opened, appId: simulator.apps().find(({ id }) => simulator.keys(id).length > 0)?.id ?? '' };
}

const { n } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });

function insert(appId: string): string {
  const values = ['first', 'second'].map((kid) => `('${appId}', '${kid}', 'RSA', '${n}', 'AQAB')`);
  return `INSERT INTO okta.apps.jwks (appId, kid, kty, n, e) VALUES ${values.join(', ')} RETURNING id, kid, created`;
}

const POST = { match: { method: 'POST' }, times: 1 };

describe('an INSERT whose answer is lost', () => {
  it('is done, with its row and a notice, where the key is there', async () => {
    const { session, simulator, appId } = start();
    simulator.switches.faults = [faults.resetAfter(POST)];
    const result = await session.query(insert(appId));
    const made = simulator.keys(appId).slice(-2);
    expect(toObjects(result)).toEqual(made.map(({ id, kid, created }) => ({ id, kid, created: new Date(created) })));
    expect(result.notices).toEqual([expect.stringContaining('list_jwk shows kid "first"')]);
    expect(simulator.journal.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
  });

  it('is an error that says that nothing was done, where it is not', async () => {
    const { session, simulator, appId } = start();
    simulator.switches.faults = [faults.resetBefore(POST)];
    const failure = await session.query(insert(appId)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueryError);
    expect(failure).toMatchObject({ code: 'NETWORK', mayHaveHappened: false });
    expect(failure).toHaveProperty('message', expect.stringContaining('It was not carried out'));
    expect(simulator.journal.map(({ method }) => method)).toEqual(['POST', 'GET']);
    // As the hint says.
    expect((await session.query(insert(appId))).rows).toHaveLength(2);
  });

  it.each([
    ['201 without a word', () => new Response(null, { status: 201 })],
    ['204', () => new Response(null, { status: 204 })],
    ['201 with an empty object', () => Response.json({}, { status: 201 })],
    ['500 with a text that is nested without end', () => new Response('{"a":'.repeat(20_000), { status: 500 })],
  ])('is done, with its row, where the key is there and the answer was %s', async (_what, answerWith) => {
    const { session, simulator, appId } = start();
    const silent: Fault = {
      ...POST,
      answer: async (_request, { proceed }) => {
        await proceed();
        return answerWith();
      },
    };
    simulator.switches.faults = [silent];
    const { rows } = await session.query(insert(appId));
    expect(rows.map(([id]) => id)).toEqual(
      simulator
        .keys(appId)
        .slice(-2)
        .map(({ id }) => id),
    );
    expect(simulator.journal.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
  });

  it('is looked for on all pages of the list, although Okta sends one', async () => {
    const { session, simulator, appId } = start();
    let rest: readonly object[] = [];
    const halved: Fault = {
      match: { method: 'GET' },
      answer: async (request, { proceed }) => {
        if (new URL(request.url).searchParams.has('after')) return Response.json({ keys: rest });
        const { keys } = (await (await proceed()).json()) as { keys: readonly object[] };
        rest = keys.slice(1);
        return Response.json({ keys: keys.slice(0, 1) }, { headers: { link: '<?after=1>; rel="next"' } });
      },
    };
    simulator.switches.faults = [faults.resetAfter(POST), halved];
    const { rows } = await session.query(insert(appId));
    expect(rows).toHaveLength(2);
    const read = await session.query(`SELECT id FROM okta.apps.jwks WHERE appId = '${appId}'`);
    expect(read.rows.map(([id]) => id).sort()).toEqual(
      simulator
        .keys(appId)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('leaves it open where the list cannot be read', async () => {
    const { session, simulator, appId } = start();
    simulator.switches.faults = [faults.resetAfter(POST), faults.serverError()];
    const notices: string[] = [];
    const running = session.query(insert(appId), { onNotice: (notice) => notices.push(notice) });
    await expect(running).rejects.toMatchObject({ code: 'NETWORK', mayHaveHappened: true });
    expect(notices[0]).toMatch(/is not known: the answer was lost, and looking it up failed too/);
    expect(simulator.journal.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});
