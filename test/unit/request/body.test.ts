import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import type { RequestBody } from '../../../src/registry/resource.ts';
import { typedBody, wireBody } from '../../../src/request/body.ts';
import type { ColumnType } from '../../../src/values.ts';

const typed = (type: ColumnType, value: unknown): unknown =>
  typedBody([{ name: 'x', type, description: '' }], { x: value })['x'];

test.each<[ColumnType, unknown, unknown]>([
  ['JSON', '{"name":"g"}', { name: 'g' }],
  ['JSON', '["a"]', ['a']],
  ['JSON', { a: 1 }, { a: 1 }],
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
    ['BIGINT', '9007199254740993.5'],
    ['JSON', 'a plain text'],
    ['JSON', '{"a": 1'],
    ['DOUBLE', 'NaN'],
    ['BOOLEAN', 'yes'],
  ])('%s refuses %j, without repeating it', (type, value) => {
    expect(() => typed(type, value)).toThrow(InvalidValueError);
  });
});

test('an integer that a double cannot hold keeps its digits', () => {
  expect(typed('BIGINT', '9007199254740993')).toBe(9007199254740993n);
});

test('a value of which the document says several things, or nothing, may be a text', () => {
  const field = { name: 'x', type: 'JSON', description: '', mayBeText: true } as const;
  expect(typedBody([field], { x: 'a plain text' })).toEqual({ x: 'a plain text' });
  expect(typedBody([field], { x: '{"a":1}' })).toEqual({ x: { a: 1 } });
});

test('an attribute that nobody declared is left alone', () => {
  expect(typedBody([], { extra: '{"a":1}' })).toEqual({ extra: '{"a":1}' });
});

describe('what is sent', () => {
  const body = (changes: Partial<RequestBody>): RequestBody => ({
    mediaType: 'application/json',
    fields: [
      { name: 'title', wireName: 'subj', type: 'VARCHAR', description: '' },
      { name: 'count', type: 'BIGINT', description: '' },
    ],
    required: [],
    ...changes,
  });
  const base = { source: 'sql', task: { count: 1, deep: { a: 1 } }, tags: ['x'] };

  test.each<
    [what: string, method: RequestBody | undefined, given: Readonly<Record<string, unknown>> | undefined, sent: unknown]
  >([
    ['nothing for a method without a body', undefined, undefined, undefined],
    ['nothing where nothing is said', body({}), undefined, undefined],
    ['an empty object where nothing was set', body({}), {}, {}],
    ['the names of the API', body({}), { title: 'a', count: '2', other: null }, { subj: 'a', count: 2, other: null }],
    [
      'attributes in their place',
      body({ nestedAt: ['data', 'task'] }),
      { title: 'a' },
      { data: { task: { subj: 'a' } } },
    ],
    ['what is always sent', body({ base }), undefined, base],
    [
      'what is said over what is always sent',
      body({ base, nestedAt: ['task'] }),
      { title: 'a', count: 5 },
      { source: 'sql', task: { count: 5, deep: { a: 1 }, subj: 'a' }, tags: ['x'] },
    ],
    ['a list instead of a list', body({ base: { tags: ['x'] } }), { tags: ['y'] }, { tags: ['y'] }],
    ['the default where nothing is said', body({ default: { reason: 'done' } }), {}, { reason: 'done' }],
    ['the default not beside what is said', body({ default: { reason: 'done' } }), { count: 1 }, { count: 1 }],
    ['the default over the base', body({ base: { a: 1, b: 1 }, default: { b: 2 } }), undefined, { a: 1, b: 2 }],
  ])('%s', (_what, method, given, sent) => {
    expect(wireBody(method, given)).toEqual(sent);
  });
});
