import { describe, expect, test } from 'vitest';
import type { AnyQueryError } from '../../../src/errors.ts';
import type { DeletePlan } from '../../../src/plan/plan.ts';
import type { Literal } from '../../../src/sql/statement.ts';
import { errorOf, planOf } from './fixture.ts';

const J = 'okta.apps.jwks';
const ACTIVATE = `${J}.activate_oauth2_client_json_web_key`;
const SIMULATE = 'okta.policies.policies.create_policy_simulation';
const ACME = { subdomain: 'acme' };

/** The statement that a hint shows, filled in. */
function exampleOf({ hint }: AnyQueryError): string {
  return (
    hint
      ?.replace(/^Write: /, '')
      .replaceAll(', …', '')
      .replaceAll('…', 'x') ?? ''
  );
}

describe('INSERT', () => {
  test.each([
    { columns: 'subdomain, appId, kty, n', targets: ['parameter subdomain', 'parameter appId', 'body kty', 'body n'] },
    { columns: 'SUBDOMAIN, "appid", data__KTY', targets: ['parameter subdomain', 'parameter appId', 'body kty'] },
    {
      columns: 'subdomain, appId, d, data__p',
      targets: ['parameter subdomain', 'parameter appId', 'body d', 'body p'],
      why: 'the check refuses them, and knows why',
    },
  ])('($columns)', async ({ columns, targets, why }) => {
    const values = columns
      .split(',')
      .map(() => "'x'")
      .join(', ');
    const plan = await planOf(`INSERT INTO ${J} (${columns}) VALUES (${values})`);
    if (plan.kind !== 'insert') throw new Error('no INSERT');
    expect(
      plan.targets.map(({ kind, name }) => `${kind} ${name}`),
      why,
    ).toEqual(targets);
    expect([plan.method.name, plan.source.kind, plan.defaults, plan.returning]).toEqual([
      'add_jwk',
      'query',
      {},
      undefined,
    ]);
  });

  test('defaults, source and RETURNING', async () => {
    const sql = `INSERT INTO ${J} (appId, kid) SELECT id, 'x' FROM okta.apps.applications RETURNING id`;
    const plan = await planOf(sql, { defaults: { ...ACME, other: 1 } });
    expect(plan).toMatchObject({ kind: 'insert', defaults: ACME, returning: 'id' });
    expect(plan.kind === 'insert' && plan.source.refs.map(({ scan }) => scan?.method.name)).toEqual([
      'list_applications',
    ]);
  });

  test('a name of one part is a table of the session', async () => {
    expect(await planOf('INSERT INTO jwks (a) SELECT 1')).toMatchObject({ kind: 'local', action: 'fill' });
  });

  test.each([
    { sql: `INSERT INTO ${J} (subdomain) SELECT 's'`, missing: ['appId'] },
    { sql: `INSERT INTO ${J} (kty) SELECT 'RSA'`, missing: ['appId', 'subdomain'] },
    { sql: `INSERT INTO ${J} (kty) SELECT 'RSA'`, defaults: ACME, missing: ['appId'] },
  ])('$sql lacks $missing, and the hint plans', async ({ sql, defaults = {}, missing }) => {
    const error = await errorOf(sql, defaults);
    expect(error).toMatchObject({ code: 'NO_METHOD', missing: { add_jwk: missing } });
    expect(error.message).toContain(`add_jwk needs ${missing.join(', ')}`);
    expect(await planOf(exampleOf(error), { defaults })).toMatchObject({ kind: 'insert' });
  });

  test.each([
    {
      sql: `INSERT INTO ${J} (subdomain, appId, kty, KTY) SELECT 1, 2, 3, 4`,
      code: 'BINDING',
      says: 'kty is given twice',
    },
    {
      sql: `INSERT INTO ${J} (subdomain, appId, kty, data__kty) SELECT 1, 2, 3, 4`,
      code: 'BINDING',
      says: 'given twice',
    },
    {
      sql: `INSERT INTO okta.logs.system_log_events (subdomain, actor) SELECT 1, 2`,
      code: 'NOT_SUPPORTED',
      says: 'no method for INSERT',
    },
    { sql: `INSERT INTO okta.apps.jwk (a) SELECT 1`, code: 'UNKNOWN_RESOURCE', says: 'jwk' },
    {
      sql: `INSERT INTO ${J} (subdomain, appId) SELECT id, id FROM okta.apps.application`,
      code: 'UNKNOWN_RESOURCE',
      says: 'application',
    },
  ])('$sql is refused', async ({ sql, code, says }) => {
    expect(await errorOf(sql)).toMatchObject({ code, message: expect.stringContaining(says) });
  });
});

async function deleteOf(where: string, defaults: Readonly<Record<string, Literal>> = {}): Promise<DeletePlan> {
  const plan = await planOf(`DELETE FROM ${J} WHERE ${where}`, { defaults });
  if (plan.kind !== 'delete') throw new Error('no DELETE');
  return plan;
}

describe('DELETE', () => {
  const ONE = { subdomain: 's', appId: 'a', keyId: 'k' };
  test.each([
    { where: "subdomain = 's' and appId = 'a' and keyId = 'k'", calls: [ONE] },
    { where: "subdomain = 's' and appId = 'a' and id = 'k'", calls: [ONE], why: 'id is keyId' },
    { where: "appId = 'a' and keyId = 'k'", defaults: { subdomain: 's' }, calls: [ONE] },
    { where: "subdomain = 's' and appId = 'a' and keyId in ('k', 'l', 'k')", calls: [ONE, { ...ONE, keyId: 'l' }] },
    { where: "subdomain = 's' and appId = 'a' and keyId = 'k' and id = 'l'", calls: [], why: 'a contradiction' },
    { where: "subdomain = 's' and appId = 'a' and keyId = null", calls: [] },
    { where: "jwks.subdomain = 's' and okta.apps.jwks.appId = 'a' and keyId = 'k'", calls: [ONE] },
    {
      where: "subdomain = 's' and appId = 'a' and keyId = 'k' and (keyId = 'k' or keyId = 'l')",
      calls: [ONE],
      why: 'such an OR is an IN',
    },
    {
      where: "keyId = 'k' or keyId = 'l'",
      defaults: { subdomain: 's', appId: 'a', keyId: 'z' },
      calls: [ONE, { ...ONE, keyId: 'l' }],
      why: 'the statement wins over defaults, in an OR too',
    },
  ])('WHERE $where', async ({ where, defaults, calls, why }) => {
    const { method, objects } = await deleteOf(where, defaults);
    expect([method.name, objects], why).toEqual(['deletejwk', { kind: 'named', calls }]);
  });

  const BOUND = "subdomain = 's' and appId = 'a' and keyId = 'k'";
  test.each([
    { where: `${BOUND} and kid = 'x'` },
    { where: `${BOUND} and status in ('INACTIVE')` },
    { where: `${BOUND} and status <> 'ACTIVE'` },
    { where: `${BOUND} and keyId <> 'l'` },
    { where: `${BOUND} and keyId like 'k%'` },
    { where: `${BOUND} and keyId = appId` },
    { where: `${BOUND} and (keyId = 'k' or kid = 'l')` },
    { where: `${BOUND} and keyId[1] = 'k'` },
    { where: `${BOUND} and not keyId = 'l'` },
    { where: `${BOUND} and applications.appId = 'a'`, why: 'there is no such table, which the engine says' },
    { where: `${BOUND} and true` },
    { where: `${BOUND} and keyId = 'l' and kid = 'x'`, reads: [undefined], why: 'a contradiction reads nothing' },
    { where: `${BOUND} and false`, reads: [undefined] },
    { where: "appId = 'a' and status = 'INACTIVE'", defaults: ACME, reads: ['list_jwk'] },
    { where: "status = 'INACTIVE'", defaults: ACME, reads: ['list_jwk'], why: 'the whole org' },
    { where: "keyId = 'k' or kid = 'l'", defaults: { subdomain: 's', appId: 'a' }, reads: ['list_jwk'] },
  ])('WHERE $where looks for the rows first', async ({ where, defaults, reads = ['get_jwk'], why }) => {
    const { method, objects } = await deleteOf(where, defaults);
    expect([method.name, objects], why).toMatchObject([
      'deletejwk',
      {
        kind: 'matching',
        query: { text: `SELECT * FROM ${J} WHERE ${where}` },
        columns: { subdomain: 'subdomain', appId: 'appId', keyId: expect.stringMatching(/^(id|keyId)$/) },
      },
    ]);
    expect(objects.kind === 'matching' && objects.query.refs.map(({ scan }) => scan?.method.name), why).toEqual(reads);
  });

  test.each([
    { where: "subdomain = 's'", missing: ['appId', 'keyId'] },
    { where: "subdomain = 's' and appId = 'O''Brien'", missing: ['keyId'] },
    { where: "keyId = 'k'", defaults: ACME, missing: ['appId'] },
    { where: "id = 'k'", defaults: ACME, missing: ['appId'] },
    { where: "appId = 'a' and subdomain in ('s', 't')", missing: ['keyId'] },
  ])('WHERE $where lacks $missing, and the hint plans', async ({ where, defaults, missing }) => {
    const error = await errorOf(`DELETE FROM ${J} WHERE ${where}`, defaults);
    expect(error).toMatchObject({ code: 'NO_METHOD', missing: { deletejwk: missing } });
    expect(await planOf(exampleOf(error))).toMatchObject({ kind: 'delete' });
  });

  test('rows that have to be looked for need what a SELECT needs', async () => {
    expect(await errorOf(`DELETE FROM ${J} WHERE appId = 'a' or keyId = 'k'`)).toMatchObject({
      code: 'NO_METHOD',
      missing: { list_jwk: ['appId', 'subdomain'], get_jwk: ['appId', 'keyId', 'subdomain'] },
    });
  });

  test.each([
    { sql: `DELETE FROM ${J} WHERE key = 'k'`, code: 'UNKNOWN_COLUMN' },
    { sql: "DELETE FROM okta.logs.system_log_events WHERE uuid = 'x'", code: 'NOT_SUPPORTED' },
    { sql: `DELETE FROM ${J}`, code: 'NO_METHOD' },
    { sql: "DELETE FROM okta.app.jwks WHERE id = 'x'", code: 'UNKNOWN_SERVICE' },
  ])('$sql ends with $code', async ({ sql, code }) => {
    expect((await errorOf(sql)).code).toBe(code);
  });
});

describe('EXEC', () => {
  const ONE = { subdomain: 's', appId: 'a', keyId: 'k' };
  test.each([
    { sql: `EXEC ${ACTIVATE} @subdomain='s', @appId='a', @keyId='k'`, plan: { parameters: ONE, showResults: false } },
    {
      sql: `EXEC /*+ SHOWRESULTS */ ${ACTIVATE} @SUBDOMAIN='s', @appid='a', @keyid='k'`,
      plan: { parameters: ONE, showResults: true },
    },
    { sql: `EXEC ${ACTIVATE} @appId='a', @keyId='k'`, defaults: { subdomain: 's' }, plan: { parameters: ONE } },
    {
      sql: `EXEC OKTA.apps.JWKS.Get_Jwk @subdomain='s', @appId=5, @keyId='k'`,
      plan: { parameters: { ...ONE, appId: 5 }, method: { verb: 'select' } },
    },
    {
      sql: `EXEC ${J}.add_jwk @subdomain='s', @appId='a', @kty='RSA' @@json='{"kty":"EC","e":"AQAB"}'`,
      plan: { parameters: { subdomain: 's', appId: 'a' }, body: { kty: 'RSA', e: 'AQAB' } },
    },
    { sql: `EXEC ${J}.add_jwk @subdomain='s', @appId='a'`, plan: { body: {} } },
    { sql: `EXEC ${SIMULATE} @subdomain='s' @@json='[{"appInstance":"a"}]'`, plan: { list: [{ appInstance: 'a' }] } },
  ])('$sql', async ({ sql, defaults = {}, plan }) => {
    expect(await planOf(sql, { defaults })).toMatchObject({ kind: 'exec', ...plan });
  });

  test('a method without a body sends none', async () => {
    expect(await planOf(`EXEC ${ACTIVATE} @subdomain='s', @appId='a', @keyId='k'`)).not.toHaveProperty('body');
  });

  test.each([
    { sql: `EXEC ${ACTIVATE} @subdomain='s'`, missing: ['appId', 'keyId'] },
    { sql: `EXEC ${ACTIVATE}`, defaults: ACME, missing: ['appId', 'keyId'] },
    { sql: `EXEC ${ACTIVATE} @subdomain='s', @appId=NULL, @keyId='O''Brien'`, missing: ['appId'] },
    { sql: `EXEC ${J}.list_jwk`, missing: ['appId', 'subdomain'] },
  ])('$sql lacks $missing, and the hint plans', async ({ sql, defaults, missing }) => {
    const error = await errorOf(sql, defaults);
    const name = sql.match(/jwks\.(\w+)/)?.[1] ?? '';
    expect(error).toMatchObject({ code: 'NO_METHOD', missing: { [name]: missing } });
    expect(error.message).toContain(`needs ${missing.join(', ')}`);
    expect(await planOf(exampleOf(error))).toMatchObject({ kind: 'exec' });
  });

  const BOUND = "@subdomain='s', @appId='a', @keyId='k'";
  test.each([
    { sql: `EXEC ${ACTIVATE} ${BOUND}, @key='x'`, code: 'UNKNOWN_COLUMN', says: 'key' },
    { sql: `EXEC ${J}.activate ${BOUND}`, code: 'UNKNOWN_METHOD', says: 'activate' },
    { sql: `EXEC jwks.get_jwk ${BOUND}`, code: 'UNKNOWN_METHOD', says: 'jwks.get_jwk' },
    { sql: `EXEC ${SIMULATE} @subdomain='s' @@json='{"d": "SECRET"}'`, code: 'INVALID_VALUE', says: 'is a list' },
    { sql: `EXEC ${SIMULATE} @subdomain='s'`, code: 'INVALID_VALUE', says: 'is a list' },
    { sql: `EXEC ${J}.add_jwk @@json='{"d": "SECRET'`, code: 'INVALID_VALUE', says: 'not JSON' },
    { sql: `EXEC ${J}.add_jwk @@json='["SECRET"]'`, code: 'INVALID_VALUE', says: 'not a JSON object' },
    { sql: `EXEC ${J}.add_jwk @@json='null'`, code: 'INVALID_VALUE', says: 'not a JSON object' },
    {
      sql: `EXEC ${J}.add_jwk ${BOUND.replace(/, @keyId.*/, '')}, @kty='a', @data__kty='b'`,
      code: 'BINDING',
      says: 'given twice',
    },
  ])('$sql is refused', async ({ sql, code, says }) => {
    const error = await errorOf(sql);
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(error.message + String(error.hint) + String(error.cause)).not.toContain('SECRET');
  });
});
