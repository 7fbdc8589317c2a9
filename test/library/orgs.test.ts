import { afterEach, describe, expect, it } from 'vitest';
import { createSession, type Orgs, Secret, type Session, type SessionOptions } from '../../src/index.ts';
import { createSimulator, type Org, type Simulator, uniformOrg } from '../../src/simulator/index.ts';

let close = async (): Promise<void> => undefined;
afterEach(() => close());

interface World {
  readonly session: Session;
  readonly simulators: Readonly<Record<string, Simulator>>;
}

const TOKENS = { acme: 'token-of-acme', 'acme-test': 'token-of-test' };

const ORGS: Orgs = {
  prod: { url: 'https://acme.okta.com', login: { kind: 'api-token', token: TOKENS.acme } },
  preview: { url: 'acme-test.okta.com', login: { kind: 'api-token', token: TOKENS['acme-test'] } },
};

/** Two orgs, each of which takes its own token alone and is never to see another. */
function start(options: SessionOptions, contents: readonly Org[] = []): World {
  const simulators = Object.fromEntries(
    Object.entries(TOKENS).map(([subdomain, token], index) => {
      const org = contents[index];
      const simulator = createSimulator({ subdomain, token, seed: index + 1, ...(org !== undefined && { org }) });
      return [`${subdomain}.okta.com`, simulator];
    }),
  );
  const session = createSession({
    ...options,
    fetch: async (request) => {
      const simulator = simulators[new URL(request.url).host];
      if (simulator === undefined) throw new Error(`a request leaves for ${request.url}`);
      return simulator.handle(request);
    },
  });
  close = async () => {
    await session.close();
    for (const { violations, journal } of Object.values(simulators)) {
      expect(violations).toEqual([]);
      expect(journal.filter(({ status }) => status === 401)).toEqual([]);
    }
  };
  return { session, simulators };
}

const COUNT = 'select subdomain, count(*) from okta.apps.applications where';

describe('several orgs in one session', () => {
  it('are read by one statement, each with its own login', async () => {
    const { session, simulators } = start({ orgs: ORGS });
    const { rows } = await session.query(`${COUNT} subdomain in ('prod', 'preview') group by 1 order by 1`);
    const [acme, test] = Object.values(simulators).map((each) => each.apps().length);
    expect(rows).toEqual([
      ['preview', test],
      ['prod', acme],
    ]);
  });

  it('have children that are read where their parents are', async () => {
    const { session, simulators } = start({ orgs: ORGS });
    const { rows } = await session.query("select id from okta.apps.jwks where subdomain in ('prod', 'preview')");
    const keys = Object.values(simulators).flatMap((each) => each.apps().flatMap(({ id }) => each.keys(id)));
    expect(rows.map(([id]) => id).sort()).toEqual(keys.map(({ id }) => id).sort());
    expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length);
  });

  it.each([
    ["subdomain = 'PROD'", 'PROD'],
    ["subdomain = 'acme'", 'acme'],
    ["subdomain = 'acme.okta.com'", 'acme.okta.com'],
  ])('%s is the same org as its name', async (condition, shown) => {
    const { session } = start({ orgs: ORGS });
    const { rows } = await session.query(`${COUNT} ${condition} group by 1`);
    expect(rows[0]?.[0]).toBe(shown);
  });

  it('leave one that is not configured without a login', async () => {
    const { session } = start({ orgs: ORGS });
    await expect(session.query(`${COUNT} subdomain in ('prod', 'stranger') group by 1`)).rejects.toMatchObject({
      code: 'AUTH',
      status: 0,
      hint: expect.stringContaining('prod, preview'),
    });
  });

  it('leave one without a login its own error', async () => {
    const { session } = start({ orgs: { ...ORGS, other: { url: 'other.okta.com' } } });
    await expect(session.query(`${COUNT} subdomain = 'other' group by 1`)).rejects.toMatchObject({
      code: 'AUTH',
      status: 0,
    });
  });

  it('keep their logins from a token without an org, which goes to the first other one', async () => {
    const { prod } = ORGS;
    const { session } = start({ orgs: { prod: prod as NonNullable<typeof prod> }, token: TOKENS['acme-test'] });
    await session.query(`${COUNT} subdomain = 'prod' group by 1`);
    await session.query(`${COUNT} subdomain = 'acme-test' group by 1`);
    await expect(session.query(`${COUNT} subdomain = 'third' group by 1`)).rejects.toMatchObject({ code: 'AUTH' });
  });

  it.each([
    [
      'select id from okta.apps.applications',
      'Write, for example: SELECT * FROM okta.apps.applications WHERE subdomain',
    ],
    ["delete from okta.apps.jwks where id = 'pks1'", 'Write: DELETE FROM okta.apps.jwks WHERE'],
    ["exec okta.apps.applications.activate_application @appId = '0oa1'", 'Write: EXEC'],
  ])('are named to %s, which names none', async (text, example) => {
    const { session } = start({ orgs: ORGS });
    await expect(session.query(text)).rejects.toMatchObject({
      code: 'NO_METHOD',
      hint: expect.stringContaining(`The orgs that are configured are prod, preview. ${example}`),
    });
  });

  it('are not named where something else is missing', async () => {
    const { session } = start({ orgs: ORGS });
    const query = session.query("exec okta.apps.applications.activate_application @subdomain = 'prod'");
    await expect(query).rejects.toMatchObject({ code: 'NO_METHOD', hint: expect.stringMatching(/^Write: /) });
  });

  it('can be the default', async () => {
    const { session } = start({ orgs: ORGS, subdomain: 'preview' });
    const { rows } = await session.query('select distinct subdomain from okta.apps.applications');
    expect(rows).toEqual([['preview']]);
  });
});

describe('apps of one id in two orgs', () => {
  const org = uniformOrg({ apps: 6, keysPerApp: 1, now: new Date('2026-11-23T08:00:00.000Z') });
  const [first, second] = org.apps;
  // What the first org says of them: one has no keys there, and each has another label.
  const other = org.apps.map((app) => ({ ...app, label: `${app.label} here`, keys: app === first ? [] : app.keys }));
  const JOIN = 'from okta.apps.applications a join okta.apps.jwks b on b.appId = a.id';
  const IN_BOTH = "a.subdomain in ('prod', 'preview') and b.subdomain in ('prod', 'preview')";

  it.each<[what: string, rest: string, rows: number]>([
    ['in one each', `${JOIN} where a.subdomain = 'prod' and b.subdomain = 'preview'`, 6],
    ['in one each, the other way', `${JOIN} where a.subdomain = 'preview' and b.subdomain = 'prod'`, 5],
    ['in the same', `${JOIN} where a.subdomain = 'prod' and b.subdomain = 'prod'`, 5],
    ['in any of both', `${JOIN} where ${IN_BOTH} and a.label = '${second?.label} here'`, 2],
    ['in both', `${JOIN} and b.subdomain = a.subdomain where ${IN_BOTH} and a.label = '${second?.label} here'`, 1],
    ['in the default one', `${JOIN} where a.subdomain = 'prod'`, 6],
  ])('are different apps: %s', async (_what, rest, rows) => {
    const { session } = start({ orgs: ORGS, subdomain: 'preview' }, [{ ...org, apps: other }, org]);
    // The first is in the list of apps already, the second is not.
    for (const column of ['kid', 'created']) {
      const answer = await session.query(`select count(b.${column}) ${rest}`);
      expect([column, answer.rows]).toEqual([column, [[rows]]]);
    }
  });
});

describe('orgs that are configured wrongly', () => {
  it.each<[what: string, orgs: Orgs, subject: string]>([
    [
      'two logins for one org',
      { ...ORGS, again: { url: 'acme.okta.com', login: { kind: 'bearer', token: 'x' } } },
      'orgs.again',
    ],
    [
      'two tokens for one org, both as secrets',
      {
        prod: { url: 'acme.okta.com', login: { kind: 'api-token', token: new Secret('a') } },
        again: { url: 'acme.okta.com', login: { kind: 'api-token', token: new Secret('b') } },
      },
      'orgs.again',
    ],
    ['a URL that is none', { prod: { url: 'https://evil.example/x' } }, 'orgs.prod.url'],
    ['plain http', { prod: { url: 'http://acme.okta.com' } }, 'orgs.prod.url'],
    ['a name with a space', { 'a b': { url: 'acme.okta.com' } }, 'orgs'],
    ['an empty token', { prod: { url: 'acme.okta.com', login: { kind: 'api-token', token: ' ' } } }, 'orgs.prod.login'],
    [
      'no scopes',
      { prod: { url: 'acme.okta.com', login: { kind: 'private-key', clientId: 'c', privateKey: 'k', scopes: [] } } },
      'orgs.prod.login.scopes',
    ],
  ])('are an error at once: %s', (_what, orgs, subject) => {
    expect(() => createSession({ orgs })).toThrow(expect.objectContaining({ code: 'INVALID_VALUE', subject }));
  });

  it('but not where two names mean one org with one login', async () => {
    const { session } = start({ orgs: { ...ORGS, again: ORGS['prod'] as NonNullable<(typeof ORGS)['prod']> } });
    const { rows } = await session.query(`${COUNT} subdomain = 'again' group by 1`);
    expect(rows).toHaveLength(1);
  });
});
