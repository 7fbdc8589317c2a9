import { expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import { DEFAULT_SETTINGS } from '../../../src/plan/draft.ts';
import { applySetting, resetSetting, settingText } from '../../../src/session/settings.ts';

test.each([
  ['okta.embedded', 'off', { embedded: false }],
  ['okta.embedded', false, { embedded: false }],
  ['okta.embedded', 'ON', { embedded: true }],
  ['okta.pushdown', 'off', { pushdown: false }],
  ['okta.skip_denied', 'on', { skipDenied: true }],
  ['okta.max_requests', 500, { maxRequests: 500 }],
  ['okta.max_requests', '0', { maxRequests: 0 }],
  ['okta.cache_ttl', 30, { cacheTtlMs: 30_000 }],
  ['okta.cache_ttl', '0.5', { cacheTtlMs: 500 }],
  ['okta.cache_ttl', false, { cacheTtlMs: 0 }],
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

test.each(['long', -1, 86_401, true, null])('SET okta.cache_ttl = %s is refused', (value) => {
  expect(() => applySetting(DEFAULT_SETTINGS, 'okta.cache_ttl', value)).toThrow('takes seconds, from 0 to 86400');
});

test('each setting is shown as SET takes it, and given back', () => {
  const changed = { ...DEFAULT_SETTINGS, embedded: false, maxRequests: 7, cacheTtlMs: 1_500, skipDenied: true };
  const names = ['okta.embedded', 'okta.pushdown', 'okta.skip_denied', 'okta.max_requests', 'okta.cache_ttl'];
  expect(names.map((name) => settingText(changed, name))).toEqual(['off', 'on', 'on', '7', '1.5']);
  expect(settingText(DEFAULT_SETTINGS, 'okta.cache_ttl')).toBe('0');
  const again = names.reduce(
    (settings, name) => applySetting(settings, name, settingText(changed, name)),
    DEFAULT_SETTINGS,
  );
  expect(again).toEqual(changed);
  expect(resetSetting(changed, DEFAULT_SETTINGS, 'okta.embedded')).toEqual({ ...changed, embedded: true });
  expect(resetSetting(changed, DEFAULT_SETTINGS, 'all')).toEqual({ ...DEFAULT_SETTINGS, cacheTtlMs: undefined });
  expect(() => resetSetting(changed, DEFAULT_SETTINGS, 'okta.nosuch')).toThrow('There is no setting');
});

test.each(['maybe', 2, null])('SET okta.embedded = %s is refused', (value) => {
  expect(() => applySetting(DEFAULT_SETTINGS, 'okta.embedded', value)).toThrow('takes on or off');
});
