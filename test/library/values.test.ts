/** Values on their way from an answer to a result, and from a statement to a body: nothing of them is lost on the way. */

import { afterEach, describe, expect, it } from 'vitest';
import { createSession, InvalidValueError, type QueryResult, type Session } from '../../src/index.ts';
import { jsonText } from '../../src/json.ts';

const opened: Session[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
});

/** A session whose org answers each GET with this text, and tells the bodies that it was sent. */
function answering(text: string): { readonly session: Session; readonly bodies: readonly string[] } {
  const bodies: string[] = [];
  const session = createSession({
    token: 'token',
    subdomain: 'my-org',
    fetch: async (request) => {
      if (request.method !== 'GET') bodies.push(await request.text());
      return new Response(text, { headers: { 'content-type': 'application/json' } });
    },
  });
  opened.push(session);
  return { session, bodies };
}

async function ask(text: string, sql: string): Promise<QueryResult> {
  return answering(text).session.query(sql);
}

const APP = (members: string): string =>
  `[{"id":"0oa1","label":"a","signOnMode":"SAML_2_0","status":"ACTIVE",${members}}]`;

describe('integers beyond 2^53', () => {
  it.each<[sql: string, expected: string]>([
    ['SELECT settings FROM okta.apps.applications', '{"n":9007199254740993,"list":[-9007199254740995]}'],
    ["SELECT settings->'n' AS n FROM okta.apps.applications", '9007199254740993'],
    ["SELECT settings->>'n' AS n FROM okta.apps.applications", '"9007199254740993"'],
    ["SELECT (settings->>'n')::BIGINT AS n FROM okta.apps.applications", '9007199254740993'],
    ["SELECT [(settings->>'n')::BIGINT] AS n FROM okta.apps.applications", '[9007199254740993]'],
    ["SELECT {'a': 12345678901234567890::HUGEINT} AS n", '{"a":12345678901234567890}'],
  ])('%s', async (sql, expected) => {
    const { rows } = await ask(APP('"settings":{"n":9007199254740993,"list":[-9007199254740995]}'), sql);
    expect(jsonText(rows[0]?.[0] as never)).toBe(expected);
  });

  it('are sent as they are, in whatever they stand', async () => {
    const { session, bodies } = answering('{"id":"00g1","profile":{}}');
    await session.query(
      `INSERT INTO okta.groups.groups (profile) SELECT '{"name":"a","n":9007199254740993,"l":[9007199254740993]}'`,
    );
    await session.query(`EXEC okta.groups.groups.add_group @@json='{"profile":{"n":[9007199254740993]}}'`);
    expect(bodies).toEqual([
      '{"profile":{"name":"a","n":9007199254740993,"l":[9007199254740993]}}',
      '{"profile":{"n":[9007199254740993]}}',
    ]);
  });
});

describe('times', () => {
  it('compare to the microsecond', async () => {
    const sql = `SELECT count(*) FILTER (created > '2026-01-01T00:00:00.123Z'), count(*) FILTER (created = '2026-01-01T00:00:00.123456Z')
                 FROM okta.apps.applications WHERE created > '2026-01-01T00:00:00.123Z' AND created < '2026-01-01T00:00:00.124Z'`;
    expect((await ask(APP('"created":"2026-01-01T00:00:00.123456Z"'), sql)).rows).toEqual([[1, 1]]);
  });

  it.each(['"2026-01-01 00:00:00.5"', '1767225600.5', '1767225600500', '"1767225600500"', '"2026-01-01T00:00:00.5Z"'])(
    'may be written %s',
    async (written) => {
      const { rows, notices } = await ask(APP(`"created":${written}`), 'SELECT created FROM okta.apps.applications');
      expect(rows).toEqual([[new Date('2026-01-01T00:00:00.500Z')]]);
      expect(notices).toEqual([]);
    },
  );

  it('that are none are NULL, with one note that counts them', async () => {
    const apps = ['never', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00Z'].map((created, n) => ({
      id: `0oa${n}`,
      created,
    }));
    const { rows, notices } = await ask(JSON.stringify(apps), 'SELECT created FROM okta.apps.applications ORDER BY id');
    expect(rows).toEqual([[null], [null], [new Date('2026-01-01T00:00:00Z')]]);
    expect(notices).toEqual(['okta.apps.applications: 2 values of created are no time, and NULL here.']);
  });

  it('that nobody reads have no note', async () => {
    const { notices } = await ask(APP('"created":"never"'), 'SELECT id FROM okta.apps.applications');
    expect(notices).toEqual([]);
  });
});

describe('characters that some readers stumble over', () => {
  it.each([
    ['half a surrogate pair', '\\ud800', '\ufffd'],
    ['NUL', '\\u0000', '\u0000'],
    ['a byte order mark', '\\ufeff', '\ufeff'],
  ])('%s costs neither the row nor the statement', async (_what, written, character) => {
    const body = `[{"id":"0oa1","label":"${written}x","settings":{"m":"${written}y"}}]`;
    const sql = "SELECT label, settings->>'m' AS m, settings FROM okta.apps.applications";
    const { rows } = await ask(body, sql);
    expect(rows).toEqual([[`${character}x`, `${character}y`, { m: `${character}y` }]]);
  });
});

describe('a text for an attribute that is an object', () => {
  it.each(['{"name":', '{name: 1}', 'no JSON', ''])('is refused where it is no JSON: %s', async (text) => {
    const { session, bodies } = answering('{"id":"00g1"}');
    const insert = session.query('INSERT INTO okta.groups.groups (profile) VALUES ($1)', { parameters: { 1: text } });
    await expect(insert).rejects.toThrow(InvalidValueError);
    await expect(insert).rejects.toThrow(
      'profile takes a JSON object or list, and its text is no JSON. Nothing was sent.',
    );
    expect(bodies).toEqual([]);
  });
});
