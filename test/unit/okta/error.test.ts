import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainError, type OktaErrorBody, readErrorBody } from '../../../src/okta/error.ts';

describe('readErrorBody', () => {
  const CASES: readonly (readonly [name: string, text: string, body: OktaErrorBody])[] = [
    [
      'Okta',
      '{"errorCode":"E0000001","errorSummary":"Api validation failed: JsonWebKey","errorLink":"E0000001","errorId":"oae1",' +
        '"errorCauses":[{"errorSummary":"one"},{"errorSummary":"two"}]}',
      {
        errorCode: 'E0000001',
        errorSummary: 'Api validation failed: JsonWebKey',
        causes: ['one', 'two'],
        errorId: 'oae1',
      },
    ],
    [
      'OAuth',
      '{"error":"invalid_client","error_description":"The kid is wrong."}',
      { errorCode: 'invalid_client', errorSummary: 'The kid is wrong.', causes: [] },
    ],
    ['a gateway', '{"status":502,"message":"Bad Gateway"}', { errorSummary: 'Bad Gateway', causes: [] }],
    ['causes as strings', '{"errorCauses":["one",{"x":1},null,"two"]}', { causes: ['one', 'two'] }],
    ['control characters', '{"errorSummary":"a\\u001b[2J\\nb"}', { errorSummary: 'a [2J b', causes: [] }],
    ['wrong types', '{"errorCode":7,"errorSummary":{},"errorCauses":"x","errorId":[]}', { causes: [] }],
    ['blank texts', '{"errorCode":"","errorSummary":"  "}', { causes: [] }],
    ['empty', '', { causes: [] }],
    ['HTML', '<html>502</html>', { causes: [] }],
    ['cut off', '{"errorCode":"E00000', { causes: [] }],
    ['null', 'null', { causes: [] }],
    ['a string', '"oops"', { causes: [] }],
    ['an array', '[{"errorCode":"E0000001"}]', { causes: [] }],
  ];
  test.each(CASES)('%s', (_name, text, body) => {
    expect(readErrorBody(text)).toEqual(body);
  });

  test('never throws, and what it gives can be explained', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 100, max: 599 }), (text, status) => {
        expect(explainError(status, readErrorBody(text)).message).not.toBe('');
      }),
    );
  });
});

describe('explainError: kind', () => {
  const CASES: readonly (readonly [status: number, code: string | undefined, kind: string, why?: string])[] = [
    [401, 'E0000011', 'auth'],
    [401, 'E0000004', 'auth'],
    [403, 'E0000005', 'auth', 'an invalid session, though 403'],
    [401, undefined, 'auth'],
    [401, 'E0000015', 'http', 'a feature that is off for the org'],
    [403, 'E0000006', 'permission'],
    [403, undefined, 'permission'],
    [403, 'E0000056', 'http', 'the app is still active'],
    [403, 'E0000038', 'http', 'the state of the user forbids it'],
    [403, 'insufficient_scope', 'permission'],
    [404, 'E0000007', 'not-found'],
    [404, 'E0000008', 'http', 'a wrong path, not an absent row'],
    [404, undefined, 'http', 'a proxy must not make rows vanish'],
    [405, 'E0000022', 'http'],
    [429, 'E0000047', 'rate-limit'],
    [429, undefined, 'rate-limit'],
    [429, 'E0000109', 'http', 'an SMS quota'],
    [429, 'E0000118', 'http'],
    [429, 'E0000133', 'http'],
    [429, 'E0000146', 'http'],
    [429, 'E0000147', 'http'],
    [429, 'E0000186', 'http'],
    [429, 'E0000204', 'http'],
    [429, 'E0000205', 'http'],
    [400, 'E0000001', 'http'],
    [400, 'E0000031', 'http'],
    [400, 'invalid_scope', 'permission'],
    [401, 'invalid_client', 'auth'],
    [400, undefined, 'http'],
    [409, 'E0000239', 'http'],
    [500, 'E0000009', 'http'],
    [503, 'E0000010', 'http'],
    [502, undefined, 'http'],
  ];
  for (const [status, code, kind, why] of CASES) {
    test(`${status} ${code} is ${kind}`, () => {
      const body = { causes: [], ...(code === undefined ? {} : { errorCode: code }) };
      expect(explainError(status, body).kind, why).toBe(kind);
    });
  }
});

describe('explainError: texts', () => {
  const summary = 'Api validation failed: JsonWebKey';
  const CASES: readonly (readonly [OktaErrorBody, string])[] = [
    [{ errorSummary: summary, causes: ['a'] }, `${summary}: a`],
    [{ errorSummary: summary, causes: ['a', 'b', 'a', summary] }, `${summary}: a; b`],
    [{ errorSummary: summary, causes: [] }, summary],
    [{ causes: ['a'] }, 'a'],
    [{ errorCode: 'E0000001', causes: [] }, 'E0000001'],
    [{ causes: [] }, 'HTTP status 400 without a reason.'],
    [
      { causes: Array.from({ length: 12 }, (_, index) => `c${index}`) },
      'c0; c1; c2; c3; c4; c5; c6; c7; c8; c9; and 2 more',
    ],
  ];
  test.each(CASES)('%j', (body, message) => {
    expect(explainError(400, body).message).toBe(message);
  });

  const HINTS: readonly (readonly [number, string, RegExp])[] = [
    [401, 'E0000011', /expired or been revoked/],
    [401, 'E0000015', /feature is off/],
    [403, 'E0000006', /admin role.*scope/],
    [404, 'E0000007', /deleted/],
    [429, 'E0000047', /Wait/],
    [429, 'E0000109', /not the API rate limit/],
    [403, 'E0000056', /Deactivate the app first/],
    [500, 'E0000009', /error id oae1/],
  ];
  test.each(HINTS)('hint for %i %s', (status, errorCode, hint) => {
    expect(explainError(status, { errorCode, causes: [], errorId: 'oae1' }).hint).toMatch(hint);
  });

  test('there is no hint where we know nothing', () => {
    expect(explainError(418, { causes: [] })).toEqual({ kind: 'http', message: 'HTTP status 418 without a reason.' });
  });
});
