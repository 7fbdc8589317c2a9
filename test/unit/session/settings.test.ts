import { expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import { DEFAULT_SETTINGS } from '../../../src/plan/draft.ts';
import { applySetting } from '../../../src/session/settings.ts';

test.each([
  ['okta.embedded', 'off', { embedded: false }],
  ['okta.embedded', false, { embedded: false }],
  ['okta.embedded', 'ON', { embedded: true }],
  ['okta.pushdown', 'off', { pushdown: false }],
  ['okta.skip_denied', 'on', { skipDenied: true }],
  ['okta.max_requests', 500, { maxRequests: 500 }],
  ['okta.max_requests', '0', { maxRequests: 0 }],
] as const)('SET %s = %s', (name, value, change) => {
  expect(applySetting(DEFAULT_SETTINGS, name, value)).toEqual({ ...DEFAULT_SETTINGS, ...change });
});

test.each([
  ['okta.embeded', 'off', 'okta.embedded'],
  ['memory_limit', '1GB', 'okta.embedded'],
  ['__proto__', 'off', 'okta.embedded'],
] as const)('SET %s is refused, with the names there are', (name, value, hint) => {
  const attempt = (): unknown => applySetting(DEFAULT_SETTINGS, name, value);
  expect(attempt).toThrow(InvalidValueError);
  try {
    attempt();
  } catch (error) {
    expect((error as InvalidValueError).hint).toContain(hint);
  }
});

test.each(['many', 1.5, -1, '', null])('SET okta.max_requests = %s is refused', (value) => {
  expect(() => applySetting(DEFAULT_SETTINGS, 'okta.max_requests', value)).toThrow('takes a whole number');
});

test.each(['maybe', 2, null])('SET okta.embedded = %s is refused', (value) => {
  expect(() => applySetting(DEFAULT_SETTINGS, 'okta.embedded', value)).toThrow('takes on or off');
});
