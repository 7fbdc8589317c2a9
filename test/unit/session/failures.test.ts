import { expect, test } from 'vitest';
import { explainFailure, explainOktaFailure } from '../../../src/session/failures.ts';

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
  expect(explainFailure(400, text)).toEqual({ kind: 'http', message });
});

test.each([
  [401, 'auth'],
  [403, 'permission'],
  [404, 'http'],
  [429, 'rate-limit'],
  [500, 'http'],
])('%s is %s', (status, kind) => {
  expect(explainFailure(status, '{}').kind).toBe(kind);
});

test('Okta’s are read by its codes', () => {
  const body = '{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: x (App)"}';
  expect(explainOktaFailure(404, body)).toMatchObject({ kind: 'not-found', providerCode: 'E0000007' });
});
