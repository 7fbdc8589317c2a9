import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import { typedBody } from '../../../src/request/body.ts';
import type { ColumnType } from '../../../src/values.ts';

const typed = (type: ColumnType, value: unknown): unknown =>
  typedBody([{ name: 'x', type, description: '' }], { x: value })['x'];

test.each<[ColumnType, unknown, unknown]>([
  ['JSON', '{"name":"g"}', { name: 'g' }],
  ['JSON', '["a"]', ['a']],
  ['JSON', { a: 1 }, { a: 1 }],
  ['JSON', 'a plain text', 'a plain text'],
  ['BIGINT', '42', 42],
  ['BIGINT', 42, 42],
  ['DOUBLE', '1.5', 1.5],
  ['BOOLEAN', 'TRUE', true],
  ['BOOLEAN', false, false],
  ['VARCHAR', '{"a":1}', '{"a":1}'],
  ['VARCHAR', 5, '5'],
  ['VARCHAR', true, 'true'],
  ['VARCHAR', null, null],
  ['TIMESTAMPTZ', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
])('%s takes %j as %j', (type, value, expected) => {
  expect(typed(type, value)).toEqual(expected);
});

describe('a text that is none of the type', () => {
  test.each<[ColumnType, string]>([
    ['BIGINT', 'x'],
    ['BIGINT', '1.5'],
    ['BIGINT', ''],
    ['BIGINT', '9007199254740993'],
    ['DOUBLE', 'NaN'],
    ['BOOLEAN', 'yes'],
  ])('%s refuses %j, without repeating it', (type, value) => {
    expect(() => typed(type, value)).toThrow(InvalidValueError);
  });
});

test('an attribute that nobody declared is left alone', () => {
  expect(typedBody([], { extra: '{"a":1}' })).toEqual({ extra: '{"a":1}' });
});
