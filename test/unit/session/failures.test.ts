import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../../src/http/client.ts';
import { explainFailure, explainOktaFailure } from '../../../src/session/failures.ts';

function answer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const request = { method: 'GET', url: 'https://acme.okta.com/api/v1/apps', headers: {} } as const;
  return { status, text, headers: new Headers(headers), request };
}

test.each<[text: string, message: string]>([
  ['{"error":{"message":"no such zone","code":7}}', 'no such zone'],
  ['{"error":"invalid_grant","error_description":"expired"}', 'expired'],
  ['{"message":"bad\\u001b[31m request"}', 'bad [31m request'],
  ['{"title":"Out of credit","detail":"30 needed"}', '30 needed'],
  ['{"errors":[{"message":"a"},{"message":"b"}]}', 'a'],
  ['{"errors":["a"]}', 'a'],
  ['{"error":"nope"}', 'nope'],
  ['{"message":""}', 'HTTP status 400 without a reason.'],
  ['<html>', 'HTTP status 400 without a reason.'],
  ['', 'HTTP status 400 without a reason.'],
  [JSON.stringify({ message: 'x'.repeat(9999) }), 'x'.repeat(500)],
])('%s', (text, message) => {
  expect(explainFailure(answer(400, text))).toEqual({ kind: 'http', message });
});

test.each([
  [401, 'auth'],
  [403, 'permission'],
  [404, 'http'],
  [429, 'rate-limit'],
  [500, 'http'],
])('%s is %s', (status, kind) => {
  expect(explainFailure(answer(status, '{}')).kind).toBe(kind);
});

test('Okta’s are read by its codes', () => {
  const body = '{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: x (App)"}';
  expect(explainOktaFailure(answer(404, body))).toMatchObject({ kind: 'not-found', providerCode: 'E0000007' });
});

/** RFC 6750 section 3.1, RFC 9449 section 9, and the words of Okta's error code reference for `invalid_client`. */
describe('why a login by OAuth fails is told apart', () => {
  test.each<[what: string, status: number, body: object | '', challenge: string, kind: string, hint: RegExp]>([
    [
      'a scope',
      403,
      { errorCode: 'E0000006' },
      'Bearer error="insufficient_scope", scope="okta.apps.read"',
      'permission',
      /okta\.apps\.read/,
    ],
    [
      'a scope of a bound token',
      403,
      '',
      'DPoP algs="ES256", scope="okta.apps.manage", error="insufficient_scope"',
      'permission',
      /okta\.apps\.manage/,
    ],
    ['a role', 403, { errorCode: 'E0000006' }, '', 'permission', /admin role/],
    ['a token', 401, { errorCode: 'E0000011' }, '', 'auth', /revoked.*networks/],
    ['a feature', 401, { errorCode: 'E0000015' }, '', 'http', /feature is off/],
    [
      'DPoP',
      400,
      '',
      'DPoP algs="ES256", error="invalid_dpop_proof", error_description="The header is missing"',
      'auth',
      /DPoP/,
    ],
    [
      'an audience',
      401,
      {
        error: 'invalid_client',
        error_description: 'The audience claim for client_assertion must be the endpoint invoked for the request.',
      },
      '',
      'auth',
      /own address/,
    ],
    [
      'a clock',
      401,
      { error: 'invalid_client', error_description: 'The client_assertion token is expired.' },
      '',
      'auth',
      /clock/,
    ],
    [
      'a key',
      401,
      { error: 'invalid_client', error_description: 'The client_assertion signature is invalid.' },
      '',
      'auth',
      /ACTIVE/,
    ],
    ['a grant', 400, { error: 'invalid_scope' }, '', 'permission', /Grant the scope/],
  ])('%s', (_what, status, body, challenge, kind, hint) => {
    const headers = challenge === '' ? {} : { 'www-authenticate': challenge };
    const explained = explainOktaFailure(answer(status, body === '' ? '' : JSON.stringify(body), headers));
    expect(explained.kind).toBe(kind);
    expect(explained.hint).toMatch(hint);
  });
});
