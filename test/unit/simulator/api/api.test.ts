import { beforeAll, describe, expect, test } from 'vitest';

import type { Simulator } from '../../../../src/simulator/index.ts';
import { call, firstOf, simulate } from '../client.ts';
import { hasShape, type Visit, walkAll } from '../walk.ts';

describe('every operation of the documents', () => {
  let sim: Simulator;
  let visits: readonly Visit[];

  beforeAll(async () => {
    sim = simulate();
    visits = await walkAll(sim);
  });

  test('is tried', () => {
    expect(visits).toHaveLength(731);
    expect(new Set(visits.map(({ name }) => name)).size).toBe(731);
  });

  test('succeeds', () => {
    const failed = visits.filter(({ status }) => status >= 300);
    expect(failed.map(({ status, request }) => `${status} ${request}`)).toEqual([]);
  });

  test('answers in the shape of its document', () => {
    const misshapen = visits.filter((visit) => !hasShape(visit));
    expect(misshapen.map(({ request, method, body }) => [request, method.response.kind, body])).toEqual([]);
  });

  test('lists something', () => {
    const lists = visits.filter(({ method }) => method.httpMethod === 'GET' && method.response.kind === 'list');
    const empty = lists.filter(({ body }) => JSON.stringify(body).length < 5);
    expect(empty.map(({ request }) => request)).toEqual([]);
  });

  test('is no violation', () => {
    expect(sim.violations).toEqual([]);
  });

  test('is in the journal with its bucket', () => {
    const buckets = new Map(visits.map(({ method, request }) => [request, method.bucket]));
    const wrong = sim.journal.filter(({ method, path, query, bucket }) => {
      const expected = buckets.get(`${method} ${path}${query}`);
      return expected !== undefined && expected !== bucket;
    });
    expect(wrong.map(({ method, path, bucket }) => `${method} ${path}: ${bucket}`)).toEqual([]);
  });
});

describe('paths', () => {
  test.each([
    ['GET /api/v1/nothing', 404, 'E0000008'],
    ['GET /api/v2/users', 404, 'E0000008'],
    ['GET /api/v1/users/x/y/z', 404, 'E0000008'],
    ['GET /oauth2/v1/clients', 404, 'E0000008'],
    ['DELETE /api/v1/users', 405, 'E0000022'],
    ['PUT /api/v1/logs', 405, 'E0000022'],
    ['GET /api/v1/policies/simulate/more', 404, 'E0000008'],
    ['PATCH /api/v1/zones/nzo1', 405, 'E0000022'],
    ['DELETE /api/v1/org', 405, 'E0000022'],
  ])('%s is %i %s', async (request, status, code) => {
    const reply = await call(simulate(), request);
    expect([reply.status, reply.body.errorCode]).toEqual([status, code]);
  });

  test.each([
    ['GET /api/v1/users/00uNobody', '00uNobody (User)'],
    ['GET /api/v1/users/00uNobody/factors', '00uNobody (User)'],
    ['GET /api/v1/groups/00gNone', '00gNone (UserGroup)'],
    ['GET /api/v1/groups/00gNone/users', '00gNone (UserGroup)'],
    ['GET /api/v1/apps/0oaNone/users', '0oaNone (AppInstance)'],
    ['DELETE /api/v1/zones/nzoNone', 'nzoNone (NetworkZone)'],
    ['POST /api/v1/eventHooks/whoNone/lifecycle/activate', 'whoNone (Webhook)'],
    ['GET /api/v1/authorizationServers/ausNone/scopes', 'ausNone (AuthorizationServer)'],
    ['GET /api/v1/policies/00pNone/rules', '00pNone (Policy)'],
    ['GET /api/v1/iam/roles/crNone', 'crNone (CustomRole)'],
    ['GET /api/v1/api-tokens/00TNone', '00TNone (Token)'],
  ])('%s does not exist', async (request, named) => {
    const { status, body } = await call(simulate(), request);
    expect([status, body.errorCode]).toEqual([404, 'E0000007']);
    expect(body.errorSummary).toBe(`Not found: Resource not found: ${named}`);
  });

  test('a literal segment comes before a parameter', async () => {
    const { body } = await call(simulate(), 'GET /api/v1/groups/rules');
    expect(firstOf(body).type).toBe('group_rule');
  });

  test('an undeclared parameter is a violation', async () => {
    const sim = simulate();
    expect((await call(sim, 'GET /api/v1/eventHooks?colour=red')).status).toBe(400);
    expect(sim.violations).toEqual(['GET /api/v1/eventHooks: the query parameter "colour" does not exist']);
  });

  test('a body that is no object is malformed', async () => {
    const { status, body } = await call(simulate(), 'POST /api/v1/groups', { body: '[1]' });
    expect([status, body.errorCode]).toEqual([400, 'E0000003']);
  });

  test('a token that may only read changes nothing', async () => {
    const sim = simulate({ readOnlyToken: 'reader' });
    const { status, body } = await call(sim, 'POST /api/v1/groups', { token: 'reader', body: {} });
    expect([status, body.errorCode]).toEqual([403, 'E0000006']);
  });
});

describe('texts', () => {
  test('SAML metadata is XML', async () => {
    const sim = simulate();
    const app = sim.apps().find(({ signOnMode }) => signOnMode === 'SAML_2_0');
    const url = `https://my-org.okta.com/api/v1/apps/${app?.id}/sso/saml/metadata?kid=${app?.signingKid}`;
    const headers = { authorization: `SSWS ${sim.token}`, accept: 'application/xml' };
    const response = await sim.handle(new Request(url, { headers }));
    expect(response.headers.get('content-type')).toContain('xml');
    expect(await response.text()).toMatch(/^<\?xml .*<md:EntityDescriptor /);
  });
});
