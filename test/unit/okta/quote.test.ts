import { expect, test } from 'vitest';
import { quote, quoteWord } from '../../../src/okta/quote.ts';

test.each([
  ['acme', '"acme"'],
  ['a"b\\', '"a\\"b\\\\"'],
  ['\u001b[2J\u009b', '"\\u001b[2J\\u009b"'],
  ['\ud83d', '"\\ud83d"'],
  ['é', '"\\u00e9"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(60)}..."`],
])('quote(%j)', (value, expected) => {
  expect(quote(value)).toBe(expected);
});

test('a long value where a word belongs is not shown', () => {
  expect([quoteWord('RSA-OAEP-256'), quoteWord('s'.repeat(43))]).toEqual([
    '"RSA-OAEP-256"',
    '(a text of 43 characters)',
  ]);
});
