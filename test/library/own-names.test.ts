/** Names of the table itself where a statement changes it: in SET, in RETURNING, and the org in a WHERE. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { createSimulator } from '../../src/simulator/index.ts';

let session: Session;
let changes: string[];
beforeEach(() => {
  const simulator = createSimulator();
  changes = [];
  session = createSession({
    token: simulator.token,
    subdomain: 'my-org',
    fetch: async (request) => {
      if (request.method !== 'GET') changes.push(request.method);
      return await simulator.handle(request);
    },
  });
});
afterEach(() => session.close());

const oneGroup = async (): Promise<string> => {
  const { rows } = await session.query("SELECT id FROM okta.groups.groups WHERE type = 'OKTA_GROUP' LIMIT 1");
  return String(rows[0]?.[0]);
};

describe('SET takes no columns of the row', () => {
  it.each([
    ['a member of a column', "UPDATE okta.groups.groups SET profile.name = profile.name || 'x' WHERE id = '00g1'"],
    ['a column', "UPDATE okta.groups.groups SET profile = profile WHERE id = '00g1'"],
    ['in a call', "UPDATE okta.groups.groups SET profile = json_object('name', upper(type)) WHERE id = '00g1'"],
    ['by the table', "UPDATE okta.groups.groups SET profile.name = groups.type WHERE id = '00g1'"],
    ['by an alias', "UPDATE okta.groups.groups AS g SET profile.name = g.type WHERE id = '00g1'"],
    ['in REPLACE', "REPLACE okta.groups.groups SET profile = PROFILE WHERE id = '00g1'"],
  ])('%s', async (_what, sql) => {
    await expect(session.query(sql)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('SET takes no columns of the row'),
      hint: expect.stringContaining('SELECT '),
    });
    expect(changes).toEqual([]);
  });

  it('and the statement of the hint runs', async () => {
    const id = await oneGroup();
    const error: unknown = await session
      .query(`UPDATE okta.groups.groups SET profile.name = profile.name WHERE id = '${id}'`)
      .catch((cause: unknown) => cause);
    const [, statement = ''] = /: (UPDATE .*);$/.exec((error as { hint: string }).hint) ?? [];
    await session.query(statement.replaceAll('…', id));
    expect(changes).toEqual(['PUT']);
  });

  it('what is no column may be a text without its quotes', async () => {
    await expect(
      session.query("UPDATE okta.groups.groups SET profile = nonsense WHERE id = '00g1'"),
    ).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN', hint: expect.stringContaining("profile = 'nonsense'") });
  });

  it('a query in it has columns of its own', async () => {
    const id = await oneGroup();
    await session.query(
      `UPDATE okta.groups.groups SET profile.description = (SELECT type FROM okta.groups.groups WHERE id = '${id}') WHERE id = '${id}'`,
    );
    expect(changes).toEqual(['PUT']);
  });
});

describe('RETURNING takes the full name of the table', () => {
  const insert = `INSERT INTO okta.groups.groups (profile) VALUES ('{"name":"New"}') RETURNING`;

  it.each([
    ['a column', "okta.groups.groups.profile->>'name'"],
    ['quoted, in other letters', `"okta".GROUPS."groups".profile->>'name'`],
    ['with blanks and a comment', "okta . groups /* of users */ . groups . profile->>'name'"],
    ['twice, in an expression', "coalesce(okta.groups.groups.profile->>'none', okta.groups.groups.profile->>'name')"],
    ['beside shorter names', "profile->>'name' || substr(groups.id, 1, 0) || substr(okta.groups.groups.id, 1, 0)"],
  ])('%s', async (_what, list) => {
    expect((await session.query(`${insert} ${list}`)).rows).toEqual([['New']]);
  });

  it('all columns of it', async () => {
    const { columns } = await session.query(`${insert} okta.groups.groups.*`);
    expect(columns.map(({ name }) => name)).toContain('profile');
  });

  it('of UPDATE too', async () => {
    const id = await oneGroup();
    const where = `WHERE id = '${id}'`;
    const updated = await session.query(
      `UPDATE okta.groups.groups SET profile.description = 'x' ${where} RETURNING okta.groups.groups.id`,
    );
    expect(updated.rows).toEqual([[id]]);
  });

  it.each(['okta.users.users.id', 'okta.groups.users.id', "'okta.groups.groups.id', okta.groups.group.id"])(
    'but no other: %s',
    async (list) => {
      await expect(session.query(`${insert} ${list}`)).rejects.toMatchObject({ code: 'UNKNOWN_RESOURCE' });
      expect(changes).toEqual([]);
    },
  );

  it('a text that looks like it stays', async () => {
    expect((await session.query(`${insert} 'okta.groups.groups.id'`)).rows).toEqual([['okta.groups.groups.id']]);
  });
});

it('an org has one row of settings, by its label and by its full host', async () => {
  for (const subdomain of ['my-org', 'my-org.okta.com']) {
    const { rows } = await session.query(
      `SELECT subdomain FROM okta.org.settings WHERE subdomain = '${subdomain}' AND id IS NOT NULL`,
    );
    expect(rows).toEqual([[subdomain]]);
  }
});
