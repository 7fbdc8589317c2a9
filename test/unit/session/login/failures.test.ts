import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../../../src/http/contract.ts';
import { explainFailure, explainOktaFailure } from '../../../../src/session/login/failures.ts';

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

/** RFC 6750 section 3.1: the body says only that the token is invalid, whatever is wrong with it. */
describe('what the header says of an access token is told, with what helps', () => {
  const body = JSON.stringify({ errorCode: 'E0000011', errorSummary: 'Invalid token provided', errorCauses: [] });
  const said = (description: string): string =>
    `Bearer authorization_uri="http://acme.okta.com/oauth2/v1/authorize", realm="http://acme.okta.com", scope="okta.apps.read", error="invalid_token", error_description="${description}", resource="/api/v1/apps"`;
  const FOREIGN = /^An access token of a custom authorization server .*\/oauth2\/v1\/token\.$/;
  test.each<[description: string, hint: RegExp]>([
    ['The issuer is invalid.', FOREIGN],
    ['The audience is invalid.', FOREIGN],
    ["The 'aud' claim is wrong.", FOREIGN],
    ['The token has expired.', /^An access token lives an hour/],
    ['The access token is invalid.', /^Is the access token/],
    ['The request comes from outside the network zone.', /^The network is refused.* Is the access token/],
  ])('%s', (description, hint) => {
    for (const text of [body, '']) {
      const explained = explainOktaFailure(answer(401, text, { 'www-authenticate': said(description) }));
      expect(explained).toMatchObject({ kind: 'auth', hint: expect.stringMatching(hint) });
      expect(explained.message).toBe(text === '' ? description : `Invalid token provided: ${description}`);
      expect(explained.hint).not.toContain('30 days');
    }
  });

  test('beside an offer of DPoP, on either side', () => {
    const [offer, refusal] = ['DPoP algs="ES256"', said('The issuer is invalid.')];
    for (const header of [`${offer}, ${refusal}`, `${refusal}, ${offer}`]) {
      expect(explainOktaFailure(answer(401, body, { 'www-authenticate': header })).hint).toMatch(FOREIGN);
    }
  });

  test('but of a feature that is off the code alone counts', () => {
    const off = JSON.stringify({
      errorCode: 'E0000015',
      errorSummary: 'You do not have permission to access the feature',
    });
    const explained = explainOktaFailure(answer(401, off, { 'www-authenticate': said('The issuer is invalid.') }));
    expect(explained).toMatchObject({ kind: 'http', hint: expect.stringContaining('feature is off') });
  });
});

describe('a network zone is told from a wrong credential where Okta tells it', () => {
  const ZONE = /^The network is refused, perhaps not the credential/;
  test.each<[what: string, status: number, body: object]>([
    ['in the summary', 401, { errorCode: 'E0000011', errorSummary: 'The token is restricted to a network zone.' }],
    [
      'in a cause',
      403,
      {
        errorCode: 'E0000006',
        errorSummary: 'No permission',
        errorCauses: [{ errorSummary: 'The IP is in no allowed zone' }],
      },
    ],
    ['for a token', 401, { error: 'invalid_client', error_description: 'The client is outside its network zones.' }],
  ])('%s', (_what, status, body) => {
    expect(explainOktaFailure(answer(status, JSON.stringify(body))).hint).toMatch(ZONE);
  });

  test.each<[what: string, status: number, body: object]>([
    ['a zone that is missing', 404, { errorCode: 'E0000007', errorSummary: 'Not found: Resource not found: x (Zone)' }],
    ['a zone that is wrong', 400, { errorCode: 'E0000001', errorSummary: 'Api validation failed: network zone' }],
    ['a time zone', 403, { errorCode: 'E0000006', errorSummary: 'The time zone may not be changed' }],
    ['a timezone', 403, { errorCode: 'E0000006', errorSummary: 'The timezone may not be changed' }],
  ])('but not %s', (_what, status, body) => {
    expect(explainOktaFailure(answer(status, JSON.stringify(body))).hint ?? '').not.toMatch(ZONE);
  });
});
