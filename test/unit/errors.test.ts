import { expect, expectTypeOf, test } from 'vitest';
import {
  type AnyQueryError,
  AuthError,
  assertNever,
  BindError,
  CancelledError,
  type ErrorCode,
  isQueryError,
  RateLimitError,
} from '../../src/errors.ts';

const failure = { status: 429, method: 'GET', url: 'https://acme.okta.com/api/v1/apps' };

/** Compiles only where each code narrows to its class. */
function told(error: AnyQueryError): string {
  switch (error.code) {
    case 'RATE_LIMIT':
      return `until ${error.resetAt?.toISOString()}`;
    case 'UNKNOWN_PROVIDER':
    case 'UNKNOWN_SERVICE':
    case 'UNKNOWN_RESOURCE':
    case 'UNKNOWN_METHOD':
    case 'UNKNOWN_COLUMN':
    case 'BINDING':
      return `perhaps ${error.nearest.join()}`;
    case 'AUTH':
    case 'PERMISSION':
    case 'NOT_FOUND':
    case 'HTTP':
    case 'UNUSABLE_RESPONSE':
      return `status ${error.status}`;
    case 'SYNTAX':
      return error.excerpt;
    case 'UNFILLED_PLACEHOLDER':
      return error.placeholder;
    case 'NO_METHOD':
      return Object.keys(error.missing).join();
    case 'INVALID_VALUE':
      return error.subject;
    case 'PROVIDER_DOCUMENT':
      return error.pointer;
    case 'AUDIT_FILE':
      return error.file;
    case 'NETWORK':
      return error.url;
    case 'TIMEOUT':
      return error.scope;
    case 'NOT_SUPPORTED':
    case 'READ_ONLY':
    case 'CANCELLED':
    case 'EXECUTION':
    case 'RESOURCE_LIMIT':
    case 'ENGINE_CRASHED':
    case 'INTERNAL':
      return error.message;
    default:
      return assertNever(error);
  }
}

test('switch (error.code) narrows to the class', () => {
  expect(told(new RateLimitError('', { ...failure, resetAt: new Date(0) }))).toBe('until 1970-01-01T00:00:00.000Z');
  expect(told(new BindError('UNKNOWN_COLUMN', '', { unknownName: 'kidd', nearest: ['kid'] }))).toBe('perhaps kid');
  expect(told(new AuthError('', { ...failure, status: 401 }))).toBe('status 401');
  expectTypeOf<AnyQueryError['code']>().toEqualTypeOf<ErrorCode>();
});

test('isQueryError is true of ours alone', () => {
  const errors: readonly unknown[] = [new CancelledError(), new Error('x'), undefined, { code: 'AUTH' }];
  expect(errors.map(isQueryError)).toEqual([true, false, false, false]);
});
