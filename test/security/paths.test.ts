/** A path value never leaves its segment, from the text of a statement to the request line. The encoding itself: build.test.ts. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { endingOf, json, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => world.forget());
afterAll(() => world.close());

/** Could change the route whoever decodes it: nothing is sent. */
const REFUSED: readonly (readonly [name: string, value: string])[] = [
  ['a neighbour', '../users'],
  ['a neighbour, with backslashes', '..\\users'],
  ['one up', '..'],
  ['here', '.'],
  ['two segments', 'a/b'],
  ['a whole path', '/api/v1/users'],
  ['another host', '//127.0.0.1/x'],
  ['a URL', 'http://127.0.0.1/x'],
  ['a backslash', 'a\\b'],
  ['nothing', ''],
  ['a newline', 'a\nb'],
  ['a second request', 'x HTTP/1.1\r\nHost: evil.example\r\n\r\nGET /api/v1/users'],
  ['a control character', 'a\u0085b'],
];

/** One segment, encoded. */
const ENCODED: readonly (readonly [name: string, value: string])[] = [
  ['encoded dots', '%2e%2e'],
  ['encoded dots and a slash', '%2e%2e%2fusers'],
  ['dots that are encoded twice', '%252e%252e'],
  ['an encoded slash', 'a%2fb'],
  ['an encoded backslash', 'a%5cb'],
  ['an encoded NUL', 'a%00'],
  ['a query', '?x'],
  ['a query that asks for all', '0oa1?limit=200'],
  ['a fragment', '#'],
  ['a path parameter', '..;x=1'],
  ['three dots', '...'],
  ['a space', ' '],
  ['a port', ':80'],
  ['a login', 'u@h'],
  ['full-width dots', '\uff0e\uff0e'],
  ['a full-width slash', 'a\uff0fusers'],
  ['a template', '{keyId}'],
  ['an overlong encoding', '%c0%ae%c0%ae'],
];

interface Place {
  readonly name: string;
  readonly sql: (value: string) => string;
  readonly line: (segment: string) => string;
}

const JWKS = '/api/v1/apps';

const PLACES: readonly Place[] = [
  {
    name: 'appId in WHERE',
    sql: (value) => `select kid from okta.apps.jwks where subdomain = 'acme' and appId = ${value}`,
    line: (segment) => `GET ${JWKS}/${segment}/credentials/jwks`,
  },
  {
    name: 'keyId in WHERE',
    sql: (value) => `select kid from okta.apps.jwks where subdomain = 'acme' and appId = '0oa1' and keyId = ${value}`,
    line: (segment) => `GET ${JWKS}/0oa1/credentials/jwks/${segment}`,
  },
  {
    name: 'id in WHERE',
    sql: (value) => `select label from okta.apps.applications where subdomain = 'acme' and id = ${value}`,
    line: (segment) => `GET ${JWKS}/${segment}`,
  },
  {
    name: 'appId in DELETE',
    sql: (value) => `delete from okta.apps.jwks where subdomain = 'acme' and appId = ${value} and keyId = 'pks1'`,
    line: (segment) => `DELETE ${JWKS}/${segment}/credentials/jwks/pks1`,
  },
  {
    name: 'keyId in DELETE',
    sql: (value) => `delete from okta.apps.jwks where subdomain = 'acme' and appId = '0oa1' and keyId = ${value}`,
    line: (segment) => `DELETE ${JWKS}/0oa1/credentials/jwks/${segment}`,
  },
  {
    name: 'keyId in EXEC',
    sql: (value) =>
      `exec okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='acme', @appId='0oa1', @keyId=${value}`,
    line: (segment) => `POST ${JWKS}/0oa1/credentials/jwks/${segment}/lifecycle/activate`,
  },
  {
    name: 'appId in INSERT',
    sql: (value) => `insert into okta.apps.secrets (subdomain, appId) values ('acme', ${value})`,
    line: (segment) => `POST ${JWKS}/${segment}/credentials/secrets`,
  },
  {
    name: 'keyId in UPDATE',
    sql: (value) =>
      `update okta.apps.jwks set status = 'INACTIVE' where subdomain = 'acme' and appId = '0oa1' and keyId = ${value}`,
    line: (segment) => `POST ${JWKS}/0oa1/credentials/jwks/${segment}/lifecycle/deactivate`,
  },
];

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

describe.each(PLACES)('$name that could change the route is refused', ({ sql }) => {
  test.each(REFUSED)('%s', async (_name, value) => {
    const ending = await endingOf(world.local().query(sql(literal(value))));
    expect(ending).toMatchObject({ error: { code: 'INVALID_VALUE' } });
    await world.settle();
    expect([world.received, world.contacts]).toEqual([[], []]);
  });
});

describe.each(PLACES)('$name is one segment', ({ sql, line }) => {
  test.each(ENCODED)('%s', async (_name, value) => {
    world.answer(() => json({ id: value, status: 'ACTIVE', keys: [], client_secret: 'x' }));
    await endingOf(world.local().query(sql(literal(value))));
    await world.settle();
    const segment = encodeURIComponent(value);
    expect(world.received.map(({ method, target }) => `${method} ${target}`)).toEqual([line(segment)]);
    expect(world.contacts).toEqual([]);
  });
});

test.each(PLACES)('$name that holds a NUL is refused', async ({ name, sql }) => {
  const value = '0oa1\u0000/../users';
  // The text of a SELECT cannot hold one; EXEC takes no parameters.
  const isText = name.endsWith('EXEC');
  const query = world.local().query(sql(isText ? literal(value) : '$1'), isText ? {} : { parameters: { 1: value } });
  const ending = await endingOf(query);
  expect(ending).toMatchObject({ error: { code: 'INVALID_VALUE' } });
  await world.settle();
  expect([world.received, world.contacts]).toEqual([[], []]);
});

describe('ids that the org itself gives', () => {
  test.each([...REFUSED, ['a NUL', '0oa1\u0000/../users'] as const].filter(([name]) => name !== 'nothing'))(
    '%s: no request is made of it',
    async (_name, value) => {
      const keys = [{ id: 'pks1', kid: 'k1', kty: 'EC' }];
      const settings = { oauthClient: { jwks: { keys } } };
      world.answer(() => json([{ id: value, signOnMode: 'OPENID_CONNECT', settings }]));
      const ending = await endingOf(world.local().query("select created from okta.apps.jwks where subdomain = 'acme'"));
      expect(ending).toMatchObject({ error: { code: 'INVALID_VALUE', subject: 'appId' } });
      await world.settle();
      expect(new Set(world.received.map(({ target }) => target))).toEqual(new Set(['/api/v1/apps?limit=200']));
    },
  );
});
