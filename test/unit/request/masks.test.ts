import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import { createSession, type Session } from '../../../src/index.ts';
import { refuseMasks } from '../../../src/request/masks.ts';

const SECRETS = [['protocol', 'credentials', 'client_secret'], ['password'], ['keys', 'k']];

describe('a mask at the place of a secret', () => {
  test.each<[what: string, body: unknown]>([
    ['a member', { protocol: { credentials: { client_secret: '***' } } }],
    ['a whole attribute', { password: '***' }],
    ['what Okta shows', { password: '************' }],
    ['dots', { password: '••••••' }],
    ['an item of a list', { keys: [{ k: 'a' }, { k: '***' }] }],
    ['a list of bodies', [{ password: 'a' }, { password: '***' }]],
    ['inside an object that is secret as a whole', { password: { value: '***' } }],
    ['inside a list that is', { password: ['***'] }],
  ])('is refused: %s', (_what, body) => {
    expect(() => refuseMasks({ secrets: SECRETS }, body)).toThrow(InvalidValueError);
  });

  test.each<[what: string, body: unknown]>([
    ['elsewhere', { name: '***', protocol: { issuer: '***' } }],
    ['a secret', { password: 'a-s3cret', keys: [] }],
    ['a secret with asterisks in it', { password: 'a***b' }],
    ['no secret', { password: null, protocol: null }],
    ['another kind of value', { protocol: 'text', keys: 5 }],
    ['nothing', undefined],
  ])('is not: %s', (_what, body) => {
    expect(() => refuseMasks({ secrets: SECRETS }, body)).not.toThrow();
  });
});

const IDP = 'okta.idps.identity_providers';
const MASKED = `'{"credentials":{"client":{"client_id":"c","client_secret":"***"}}}'`;

/** Statements by where their masks come from. */
const STATEMENTS: readonly (readonly [source: string, sql: string])[] = [
  ['REPLACE with a literal', `REPLACE ${IDP} SET name = 'x', protocol = ${MASKED} WHERE idpId = '0oa1'`],
  [
    'REPLACE with a subquery',
    `REPLACE ${IDP} SET name = 'x', protocol = (SELECT protocol FROM ${IDP} WHERE id = '0oa1') WHERE idpId = '0oa1'`,
  ],
  ['REPLACE with a kept table', `REPLACE ${IDP} SET protocol = (SELECT protocol FROM kept) WHERE idpId = '0oa1'`],
  [
    'INSERT of what is selected',
    `INSERT INTO ${IDP} (name, type, protocol, policy) SELECT 'copy', type, protocol, policy FROM ${IDP} WHERE id = '0oa1'`,
  ],
  ['INSERT of a literal', `INSERT INTO okta.apps.secrets (appId, client_secret) VALUES ('0oa1', '***')`],
  [
    'EXEC @@json',
    `EXEC ${IDP}.replace_identity_provider @idpId = '0oa1', @@json = '{"protocol":${MASKED.slice(1, -1)}}'`,
  ],
  ['EXEC of an attribute', `EXEC ${IDP}.replace_identity_provider @idpId = '0oa1', @protocol = ${MASKED}`],
  ['a variable', `REPLACE ${IDP} SET protocol = '{{ protocol }}' WHERE idpId = '0oa1'`],
  [
    'UPDATE',
    `UPDATE okta.inlinehooks.inline_hooks SET channel = '{"config":{"authScheme":{"value":"***"}}}' WHERE inlineHookId = 'cal1'`,
  ],
  ['a password', `UPDATE okta.users.users SET credentials = '{"password":{"value":"***"}}' WHERE id = '00u1'`],
  [
    'a new password',
    `EXEC okta.users.users.change_password @userId = '00u1', @@json = '{"newPassword":{"value":"***"}}'`,
  ],
  ['a certificate', `EXEC okta.domains.custom_domains.upsert_certificate @domainId = 'OcD1', @privateKey = '***'`],
];

test.each(STATEMENTS)('%s: nothing changes', async (_source, sql) => {
  const changes: string[] = [];
  const idp = { id: '0oa1', type: 'OIDC', protocol: { credentials: { client: { client_secret: 'a-real-one' } } } };
  const session: Session = createSession({
    token: 't',
    subdomain: 'my-org',
    fetch: async ({ method, url }) => {
      if (method !== 'GET') changes.push(`${method} ${url}`);
      return Response.json(url.includes('/0oa1') ? idp : [idp]);
    },
  });
  try {
    await session.query(`CREATE TABLE kept AS SELECT protocol FROM ${IDP} WHERE id = '0oa1'`);
    const running = session.query(sql, { variables: { protocol: MASKED.slice(1, -1) } });
    await expect(running).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: expect.stringContaining('Nothing was sent'),
    });
    expect(changes).toEqual([]);
  } finally {
    await session.close();
  }
});
