import { generateKeyPairSync } from 'node:crypto';

import { afterAll, describe, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import { type Clock, systemClock } from '../../../src/http/pacing/clock.ts';
import type { ProviderOptions } from '../../../src/session/provider/options.ts';
import { type Fault, faults, type SimulatorOptions } from '../../../src/simulator/index.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { patientClock } from '../patient-clock.ts';
import { clientsOf, openOrg, runnerOf, type Told, uniform } from './org.ts';

const engine = createDuckDbEngine();
afterAll(() => engine.close());

function open(options: SimulatorOptions = {}, providerOptions: ProviderOptions = {}) {
  const org = openOrg({ org: uniform(2), ...options }, providerOptions);
  const told: Told = { notices: [], changed: [] };
  const run = runnerOf(org.provider, engine, told);
  const [app = ''] = clientsOf(org.simulator);
  const sent = () => org.simulator.journal.map(({ method }) => method);
  return { ...org, ...told, app, run, sent };
}

/** Whose answers are waited for until the only one that is awaited will not come: that of the first POST. */
function openSilent(fault: Fault, isSilent = fault.delayMs !== undefined): ReturnType<typeof open> {
  const isStuck = (): boolean => isSilent && org.sent().join() === 'POST';
  const org = open({}, { timeoutMs: 300, clock: patientClock(systemClock, { answerMs: 300, isStuck }) });
  org.simulator.switches.faults = [fault];
  return org;
}

const { n } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });

/** `VALUES` of an INSERT into (appId, kid, kty, n, e). */
function valuesOf(app: string, kids: readonly string[]): string {
  return kids.map((kid) => `('${app}', '${kid}', 'RSA', '${n}', 'AQAB')`).join(', ');
}

function insert(app: string, ...kids: readonly string[]): string {
  return `INSERT INTO okta.apps.jwks (appId, kid, kty, n, e) VALUES ${valuesOf(app, kids)}`;
}

describe('INSERT', () => {
  test('one request per row, in order', async () => {
    const { simulator, app, run, sent, notices } = open();
    await run(insert(app, 'one', 'two', 'three'));
    expect(sent()).toEqual(['POST', 'POST', 'POST']);
    expect(
      simulator
        .keys(app)
        .slice(1)
        .map(({ kid }) => kid),
    ).toEqual(['one', 'two', 'three']);
    expect([notices, simulator.violations]).toEqual([[], []]);
  });

  test('stops where the server refuses, tells what was done, and sends no more', async () => {
    const { simulator, app, run, sent, notices } = open();
    const taken = simulator.keys(app)[0]?.kid ?? '';
    const failure = await failureOf(run(insert(app, 'one', taken, 'three')));
    expect(failure).toMatchObject({ code: 'HTTP', status: 400, providerCode: 'E0000001' });
    expect(sent()).toEqual(['POST', 'POST']);
    const done = simulator.keys(app).find(({ kid }) => kid === 'one');
    expect(notices).toEqual([`1 of 3 were inserted before the failure: ${done?.id}.`]);
  });

  test('all rows are checked before the first is sent', async () => {
    const { app, run, sent } = open();
    const bad = `('${app}', 'two', 'RSA', 'not base64url!', 'AQAB')`;
    const failure = await failureOf(run(`${insert(app, 'one')}, ${bad}`));
    expect(failure).toMatchObject({ code: 'INVALID_VALUE', subject: 'n' });
    expect(sent()).toEqual([]);
  });

  test('all paths are checked before the first is sent', async () => {
    const { app, run, sent } = open();
    const failure = await failureOf(run(`${insert(app, 'one')}, ${valuesOf('../users', ['two'])}`));
    expect(failure).toMatchObject({ code: 'INVALID_VALUE', subject: 'appId' });
    expect(sent()).toEqual([]);
  });

  test('a member that looks like nothing is refused, not lost', async () => {
    const { app, run, sent } = open();
    const text = `INSERT INTO okta.apps.jwks (appId, kty, n, e, "data____proto__") VALUES ('${app}', 'RSA', '${n}', 'AQAB', 'x')`;
    expect(await failureOf(run(text))).toMatchObject({ code: 'INVALID_VALUE' });
    expect(sent()).toEqual([]);
  });

  test('RETURNING gives the rows as the server has them', async () => {
    const { simulator, app, run } = open();
    const rows = await run(`${insert(app, 'one', 'two')} RETURNING kid, id, appId, status`);
    const made = simulator.keys(app).slice(1);
    expect(rows).toEqual(made.map(({ kid, id, status }) => [kid, id, app, status]));
  });

  test('RETURNING with a misspelt column sends nothing', async () => {
    const { app, run, sent } = open();
    const failure = await failureOf(run(`${insert(app, 'one')} RETURNING kidd`));
    expect(failure).toMatchObject({ code: 'UNKNOWN_COLUMN', unknownName: 'kidd' });
    expect(sent()).toEqual([]);
  });

  test('RETURNING that fails on the rows tells that the deed is done', async () => {
    const { simulator, app, run, notices } = open();
    expect(await failureOf(run(`${insert(app, 'one')} RETURNING kid::INTEGER`))).toMatchObject({ code: 'EXECUTION' });
    const made = simulator.keys(app).at(-1);
    expect(made?.kid).toBe('one');
    expect(notices).toEqual([expect.stringContaining(made?.id ?? '-')]);
  });

  test('a refusal is known: nothing was done', async () => {
    const { simulator, app, run, notices } = open();
    expect(await failureOf(run(insert(app, simulator.keys(app)[0]?.kid ?? '')))).toMatchObject({ status: 400 });
    expect(notices).toEqual([]);
  });

  test('cancelled before, it sends nothing and claims nothing', async () => {
    const { app, run, sent, notices } = open();
    const signal = AbortSignal.abort();
    expect(await failureOf(run(insert(app, 'one'), { signal }))).toMatchObject({ code: 'CANCELLED' });
    expect([sent(), notices]).toEqual([[], []]);
  });

  test('cancelled while a row is under way', async () => {
    const { simulator, app, run, sent, notices } = open();
    const stop = new AbortController();
    simulator.switches.faults = [{ match: {}, delayMs: 2 ** 30, answer: () => 'pass' }];
    const running = failureOf(run(insert(app, 'one', 'two'), { signal: stop.signal }));
    await expect.poll(() => sent()).toEqual(['POST']);
    stop.abort();
    expect(await running).toMatchObject({ code: 'CANCELLED' });
    expect(sent()).toEqual(['POST']);
    expect(notices).toEqual([expect.stringContaining('is not known'), '0 of 2 were inserted before the failure.']);
  });
});

/** Delays between sends are over at once; the time for an answer never is. */
const impatient: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      if (ms < 10_000) resolve();
    }),
};

describe('an INSERT whose answer is lost', () => {
  const POST = { match: { method: 'POST' } };
  const once = { ...POST, times: 1 };
  const afterCommit: Fault = {
    ...once,
    answer: async (_request, { proceed }) => {
      await proceed();
      return new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } });
    },
  };

  test.each<[why: string, fault: Fault, isSilent?: boolean]>([
    ['the connection broke behind it', faults.resetAfter(once)],
    ['a gateway gave up', afterCommit],
    ['half of it is missing', faults.truncatedJson(once)],
    ['it never came to its end', faults.stalledBody(once), true],
    [
      'it is a page of a proxy',
      { ...afterCommit, answer: async (_request, { proceed }) => htmlAfter(proceed) } as Fault,
    ],
  ])('because %s: the key is found, and is its answer', async (_why, fault, isSilent) => {
    const { simulator, app, run, sent, notices } = openSilent(fault, isSilent);
    const rows = await run(`${insert(app, 'one', 'two')} RETURNING kid, id, appId, status, n`);
    expect(sent()).toEqual(['POST', 'GET', 'POST']);
    const made = simulator.keys(app).slice(1);
    expect(rows).toEqual(made.map(({ kid, id, status }) => [kid, id, app, status, n]));
    expect(notices).toEqual([
      expect.stringMatching(/^The answer to POST \S+ was lost\. It was carried out: list_jwk shows kid "one"\.$/),
    ]);
    expect(simulator.violations).toEqual([]);
  });

  async function htmlAfter(proceed: () => Promise<Response>): Promise<Response> {
    await proceed();
    return new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } });
  }

  test.each([
    ['the connection broke before it', faults.resetBefore(once), 'NETWORK'],
    ['a gateway did not reach the server', faults.badGateway(504, once), 'HTTP'],
    ['the server failed', faults.serverError(once), 'HTTP'],
    ['the server did not answer', { ...once, delayMs: 2 ** 30, answer: () => 'pass' } as Fault, 'TIMEOUT'],
  ])('because %s: nothing is found, and nothing is sent again', async (_why, fault, code) => {
    const { simulator, app, run, sent, notices } = openSilent(fault);
    expect(await failureOf(run(insert(app, 'one', 'two')))).toMatchObject({
      code,
      mayHaveHappened: false,
      message: expect.stringMatching(/ It was not carried out: list_jwk shows no kid "one"\.$/),
      hint: expect.stringContaining('Run it again'),
      cause: { code, mayHaveHappened: true },
    });
    expect(sent()).toEqual(['POST', 'GET']);
    expect(simulator.keys(app).map(({ kid }) => kid)).not.toContain('one');
    expect(notices).toEqual(['0 of 2 were inserted before the failure.']);
  });

  test('a kid that is its thumbprint by default is looked for, too', async () => {
    const { simulator, app, run, sent } = open();
    simulator.switches.faults = [faults.resetAfter(once)];
    const rows = await run(
      `INSERT INTO okta.apps.jwks (appId, kty, n, e) VALUES ('${app}', 'RSA', '${n}', 'AQAB') RETURNING kid`,
    );
    expect([sent(), rows]).toEqual([['POST', 'GET'], [[simulator.keys(app).at(-1)?.kid]]]);
  });

  test('an elliptic key is known by its point', async () => {
    const { simulator, app, run } = open();
    simulator.switches.faults = [faults.resetAfter(once)];
    const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const rows = await run(
      `INSERT INTO okta.apps.jwks (appId, kid, kty, crv, x, y) VALUES ('${app}', 'ec', 'EC', 'P-256', '${x}', '${y}') RETURNING y`,
    );
    expect([rows, simulator.keys(app).at(-1)?.kid]).toEqual([[[y]], 'ec']);
  });

  test('another key of that kid is not ours', async () => {
    const { simulator, app, run, sent } = open();
    const taken = simulator.keys(app)[0]?.kid ?? '';
    simulator.switches.faults = [faults.resetBefore(once)];
    expect(await failureOf(run(insert(app, taken)))).toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining(`It was not carried out: kid "${taken}" is another one’s already.`),
    });
    expect([sent(), simulator.keys(app).length]).toEqual([['POST', 'GET'], 1]);
  });

  test('by EXEC it is looked for as well', async () => {
    const { simulator, app, run, sent } = open();
    simulator.switches.faults = [faults.resetAfter(once)];
    const rows = await run(
      `EXEC okta.apps.jwks.add_jwk @appId = '${app}', @kid = 'one', @kty = 'RSA', @n = '${n}', @e = 'AQAB'`,
    );
    expect([sent(), rows.length, simulator.keys(app).at(-1)?.kid]).toEqual([['POST', 'GET'], 1, 'one']);
  });

  test('the reading is tried again like every other', async () => {
    const { simulator, app, run, sent } = open({}, { clock: impatient });
    simulator.switches.faults = [faults.resetAfter(once), faults.resetAfter({ match: { method: 'GET' }, times: 2 })];
    expect(await run(`${insert(app, 'one')} RETURNING kid`)).toEqual([['one']]);
    expect(sent()).toEqual(['POST', 'GET', 'GET', 'GET']);
  });

  test('where the reading fails too, nobody knows', async () => {
    const { simulator, app, run, sent, notices } = open();
    simulator.switches.faults = [faults.resetAfter(once), faults.serverError({ match: { method: 'GET' } })];
    expect(await failureOf(run(insert(app, 'one')))).toMatchObject({ code: 'NETWORK', mayHaveHappened: true });
    expect(sent()).toEqual(['POST', 'GET']);
    expect(notices).toEqual([
      expect.stringMatching(
        /^Whether POST \S+ was carried out is not known: the answer was lost, and looking it up failed too \(GET .*500.*\)\. SELECT/,
      ),
    ]);
  });

  test.each([
    ['the connection broke behind it', faults.resetAfter(), 'NETWORK'],
    ['a gateway gave up', faults.badGateway(504), 'HTTP'],
    ['the server failed', faults.serverError(), 'HTTP'],
    ['half of it is missing', faults.truncatedJson(), 'UNUSABLE_RESPONSE'],
    ['it did not come', { match: {}, delayMs: 2 ** 30, answer: () => 'pass' } as Fault, 'TIMEOUT'],
  ])('because %s: where no document says how to look, nobody knows', async (_why, fault, code) => {
    const { run, sent, notices } = openSilent(fault);
    const text = `INSERT INTO okta.groups.groups (profile) VALUES ('{"name":"a"}'), ('{"name":"b"}')`;
    expect(await failureOf(run(text))).toMatchObject({ code, mayHaveHappened: true });
    // A POST is never repeated blindly.
    expect(sent()).toEqual(['POST']);
    expect(notices).toEqual([
      expect.stringMatching(/^Whether POST \S+ was carried out is not known: the answer was lost\. SELECT/),
      '0 of 2 were inserted before the failure.',
    ]);
  });
});

describe('DELETE', () => {
  test('one request per id, and RETURNING knows which', async () => {
    const { simulator, app, run, sent } = open({ org: uniform(1, 6) });
    const inactive = simulator
      .keys(app)
      .filter(({ status }) => status === 'INACTIVE')
      .map(({ id }) => id);
    const list = inactive.map((id) => `'${id}'`).join(', ');
    const rows = await run(`DELETE FROM okta.apps.jwks WHERE appId = '${app}' AND keyId IN (${list}) RETURNING keyId`);
    expect([sent(), rows.flat()]).toEqual([['DELETE', 'DELETE'], inactive]);
  });

  test('stops at a refusal and names what is gone', async () => {
    const { simulator, app, run, sent, notices } = open({ org: uniform(1, 6) });
    const ids = (status: string) =>
      simulator
        .keys(app)
        .filter((key) => key.status === status)
        .map(({ id }) => id);
    const [gone, left] = ids('INACTIVE');
    const [active] = ids('ACTIVE');
    const text = `DELETE FROM okta.apps.jwks WHERE appId = '${app}' AND keyId IN ('${gone}', '${active}', '${left}')`;
    expect(await failureOf(run(text))).toMatchObject({ code: 'HTTP', status: 400 });
    expect(sent()).toEqual(['DELETE', 'DELETE']);
    expect(notices).toEqual([`1 of 3 were deleted before the failure: ${gone}.`]);
  });
});

describe('DELETE of what a condition finds', () => {
  const where = (app: string, more: string): string => `DELETE FROM okta.apps.jwks WHERE appId = '${app}' AND ${more}`;

  test('selects first, tells how many match, and changes just those', async () => {
    const { simulator, app, run, sent, notices, changed } = open({ org: uniform(2, 6) });
    const ids = (status: string): readonly string[] =>
      simulator
        .keys(app)
        .filter((key) => key.status === status)
        .map(({ id }) => id);
    const [active, inactive] = [ids('ACTIVE'), ids('INACTIVE')];
    const rows = await run(`${where(app, "status = 'INACTIVE' AND created < now()")} RETURNING keyId`);
    expect(sent()).toEqual(['GET', ...inactive.map(() => 'DELETE')]);
    expect(rows.flat().toSorted()).toEqual(inactive.toSorted());
    expect(simulator.keys(app).map(({ id }) => id)).toEqual(active);
    expect([notices, new Set(changed)]).toEqual([[`${inactive.length} rows match.`], new Set(['okta.apps.jwks'])]);
  });

  test('an id does not make another condition superfluous', async () => {
    const { simulator, app, run, sent, notices } = open({ org: uniform(1, 6) });
    const key = simulator.keys(app).find(({ status }) => status === 'INACTIVE')?.id;
    await run(where(app, `keyId = '${key}' AND status = 'ACTIVE'`));
    expect([sent(), notices]).toEqual([['GET'], ['0 rows match.']]);
    expect(simulator.keys(app)).toHaveLength(6);
  });

  test.each([
    ['a contradiction', "keyId = 'a' AND keyId = 'b' AND status = 'ACTIVE'", undefined],
    ['a table that is not there', "keyId = 'a' AND applications.appId = 'a'", 'UNKNOWN_RESOURCE'],
    ['a column that is not there', "keyId = 'a' AND upper(kidd) = 'A'", 'UNKNOWN_COLUMN'],
  ])('%s sends nothing', async (_what, condition, code) => {
    const { app, run, sent } = open();
    const running = run(where(app, condition));
    if (code === undefined) expect(await running).toEqual([]);
    else expect(await failureOf(running)).toMatchObject({ code });
    expect(sent()).toEqual([]);
  });

  test('more matches than are allowed change nothing', async () => {
    const { simulator, app, run, sent } = open({ org: uniform(1, 6) });
    const running = run(where(app, "status = 'INACTIVE'"), { maxChanges: 1 });
    expect(await failureOf(running)).toMatchObject({ code: 'INVALID_VALUE', subject: 'maxChanges' });
    expect([sent(), simulator.keys(app).length]).toEqual([['GET'], 6]);
  });

  test('a failure of the search changes nothing', async () => {
    const { simulator, app, run, sent } = open({ org: uniform(1, 6) });
    simulator.switches.faults = [faults.serverError({ match: { method: 'GET' } })];
    expect(await failureOf(run(where(app, "status = 'INACTIVE'")))).toMatchObject({ status: 500 });
    expect(sent()).toEqual(['GET']);
  });

  test('UPDATE finds its objects alike', async () => {
    const { simulator, app, run, sent, notices } = open({ org: uniform(1, 6) });
    const signing = simulator.keys(app).filter(({ status, use }) => status === 'INACTIVE' && use === 'sig');
    await run(
      `UPDATE okta.apps.jwks SET status = 'ACTIVE' WHERE appId = '${app}' AND status = 'INACTIVE' AND use = 'sig'`,
    );
    expect(sent()).toEqual(['GET', ...signing.map(() => 'POST')]);
    expect(notices).toEqual([`${signing.length} rows match.`]);
  });

  test('a table of the session that is not there is an error of the engine', async () => {
    const { run, sent } = open();
    expect(await failureOf(run('INSERT INTO jwks (a) SELECT 1'))).toMatchObject({ code: 'UNKNOWN_RESOURCE' });
    expect(sent()).toEqual([]);
  });
});

describe('EXEC', () => {
  test('calls the method, and shows its rows only where asked to', async () => {
    const { simulator, app, run, sent } = open({ org: uniform(1, 6) });
    const key = simulator.keys(app).find(({ status }) => status === 'INACTIVE')?.id;
    const text = `EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @appId='${app}', @keyId='${key}'`;
    await run(text);
    expect(sent()).toEqual(['POST']);
    expect(simulator.keys(app).find(({ id }) => id === key)?.status).toBe('ACTIVE');
  });
});

describe('SELECT', () => {
  test('a join asks for each app once', async () => {
    const { simulator, run } = open({ org: uniform(3, 2) });
    const rows = await run(
      'SELECT a.label, count(k.created) FROM okta.apps.applications a JOIN okta.apps.jwks k ON k.appId = a.id GROUP BY a.label ORDER BY 1',
    );
    expect(rows).toEqual([1, 2, 3].map((number) => [`Service 000${number}`, 2]));
    expect(simulator.journal).toHaveLength(4);
  });

  test('a join asks for no app where the list holds copies of all that is wanted', async () => {
    const { simulator, run } = open({ org: uniform(3, 2) });
    const text =
      'SELECT a.label, count(*) FROM okta.apps.applications a JOIN okta.apps.jwks k ON k.appId = a.id GROUP BY a.label ORDER BY 1';
    const rows = [1, 2, 3].map((number) => [`Service 000${number}`, 2]);
    expect(await run(text)).toEqual(rows);
    expect(simulator.journal).toHaveLength(1);
    expect(await run(text, { settings: { embedded: false } })).toEqual(rows);
    expect(simulator.journal).toHaveLength(1 + 4);
  });

  test('a column that does not exist sends nothing', async () => {
    const { run, sent } = open();
    expect(await failureOf(run('SELECT kidd FROM okta.apps.jwks'))).toMatchObject({ code: 'UNKNOWN_COLUMN' });
    expect(sent()).toEqual([]);
  });

  test('a failure in one table is told, not the cancellation of the other', async () => {
    const { simulator, run } = open({ org: uniform(50), latencyMs: 1 });
    let tellAsked = (): void => undefined;
    const keysAsked = new Promise<void>((resolve) => {
      tellAsked = resolve;
    });
    const failsMeanwhile: Fault = {
      match: { path: /\/groups\?/ },
      answer: async (_request, { error }) => {
        await keysAsked;
        return error({ status: 400, code: 'E0000031', summary: 'Invalid search criteria.' });
      },
    };
    const isCancelled: Fault = {
      match: { path: /\/credentials\/jwks$/ },
      answer: ({ signal }) => {
        tellAsked();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    simulator.switches.faults = [failsMeanwhile, isCancelled];
    const text = 'SELECT k.created FROM okta.apps.jwks k, okta.groups.groups g';
    expect(await failureOf(run(text))).toMatchObject({ code: 'HTTP', status: 400 });
  });

  test('JSON columns are JSON', async () => {
    const { app, run } = open();
    const [[links]] = (await run(`SELECT _links FROM okta.apps.jwks WHERE appId = '${app}'`)) as [[object]];
    expect(links).toHaveProperty('deactivate');
  });
});
