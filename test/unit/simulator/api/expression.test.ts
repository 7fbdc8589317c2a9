import { describe, expect, test } from 'vitest';

import { parseExpression } from '../../../../src/simulator/api/expression.ts';

const item: Readonly<Record<string, unknown>> = {
  status: 'ACTIVE',
  count: 3,
  isOld: false,
  created: '2026-01-02T03:04:05.000Z',
  type: ['A', 'B'],
  'profile.name': 'Ada Archer',
  nothing: null,
};

const read = (path: string): unknown => item[path];

describe('parseExpression', () => {
  test.each([
    ['status eq "ACTIVE"', true],
    ['status EQ "ACTIVE"', true],
    ['status eq "active"', false],
    ['status ne "ACTIVE"', false],
    ['count gt 2', true],
    ['count le 2', false],
    ['isOld eq false', true],
    // The milliseconds may be left out.
    ['created eq "2026-01-02T03:04:05Z"', true],
    ['created lt "2026-01-02T03:04:05.001Z"', true],
    ['created ge "2027-01-01T00:00:00.000Z"', false],
    ['profile.name sw "ada"', true],
    ['profile.name co "ARCH"', true],
    ['profile.name ew "er"', true],
    ['type eq "B"', true],
    ['nothing pr', false],
    ['status pr', true],
    ['missing eq "x"', false],
    ['missing ne "x"', true],
    ['not (status eq "ACTIVE")', false],
    ['not status eq "x" and count eq 3', true],
    ['status eq "x" or count eq 3 and isOld eq false', true],
    // `and` binds tighter.
    ['count eq 3 or count eq 4 and status eq "x"', true],
    ['(count eq 3 or count eq 4) and status eq "x"', false],
    [String.raw`profile.name eq "Ada \"Archer"`, false],
  ])('%s is %s', (text, expected) => {
    expect(parseExpression(text)?.(read)).toBe(expected);
  });

  test.each([
    '',
    'status',
    'status eq',
    'status eq ACTIVE',
    "status eq 'ACTIVE'",
    'status is "ACTIVE"',
    'status eq "ACTIVE" and',
    '(status eq "ACTIVE"',
    'status eq "ACTIVE")',
    'status eq "ACTIVE" status eq "x"',
    'status eq "ACTIVE',
    '"ACTIVE" eq status',
    'status eq {}',
  ])('refuses %s', (text) => {
    expect(parseExpression(text)).toBeUndefined();
  });

  test('refuses what may not be compared', () => {
    expect(parseExpression('status sw "A"', (_path, operator) => operator === 'eq')).toBeUndefined();
  });
});
