import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../src/errors.ts';
import type { Method } from '../../../src/registry/resource.ts';
import { type Change, checkedChanges, replacementOf } from '../../../src/request/replacement.ts';
import type { ColumnType } from '../../../src/values.ts';
import { methodWith } from './method.ts';

const field = (name: string, type: ColumnType = 'JSON'): Method['response']['fields'][number] => ({
  name,
  type,
  description: '',
});
const SECRETS = [['a', 'secret'], ['password'], ['list', 'key']];
const put: Method = {
  ...methodWith(),
  body: {
    mediaType: 'application/json',
    fields: [
      field('name', 'VARCHAR'),
      field('count', 'BIGINT'),
      field('a'),
      field('list'),
      field('password', 'VARCHAR'),
    ],
    required: [],
    secrets: SECRETS,
  },
  replaces: {
    read: 'get',
    withheld: [
      { path: 'a.hidden.value', where: {} },
      { path: 'a.key', where: { name: ['needs a key'] } },
    ],
  },
};
const get: Method = {
  ...methodWith(),
  response: { kind: 'object', rowsAt: ['$'], fields: [field('id', 'VARCHAR'), field('name', 'VARCHAR'), field('a')] },
};

const change = (path: string, value: unknown): Change => ({ path: path.split('.'), value });
const replaced = (text: string, ...changes: readonly Change[]): string => replacementOf(put, get, text, changes).body;

test('all but what is changed, and what only the API sets, is sent as it came', () => {
  const text = '{ "id":"1", "name" : "old", "unknown":{"n": 98765432109876543210}, "a":{ "b":1.50, "c":[ 1 ] } }';
  expect(replaced(text, change('name', 'new'))).toBe(
    '{"name":"new","unknown":{"n": 98765432109876543210},"a":{ "b":1.50, "c":[ 1 ] }}',
  );
});

test.each<[what: string, text: string, changes: readonly Change[], body: string]>([
  ['a member inside', '{"a":{"b":1, "c":2}}', [change('a.b', 3)], '{"a":{"b":3,"c":2}}'],
  ['a member that is not there', '{"a":{"b":1}}', [change('a.d', 'x')], '{"a":{"b":1,"d":"x"}}'],
  ['objects that are not there', '{"name":"x"}', [change('a.b.c', true)], '{"name":"x","a":{"b":{"c":true}}}'],
  ['in place of null', '{"a":null}', [change('a.b', 1)], '{"a":{"b":1}}'],
  ['NULL', '{"name":"x"}', [change('name', null)], '{"name":null}'],
  ['an integer beyond 2^53', '{"count":1}', [change('count', 12345678901234567890n)], '{"count":12345678901234567890}'],
  ['several', '{"name":"x","count":1}', [change('name', 'y'), change('count', 2)], '{"name":"y","count":2}'],
  ['a name given twice', '{"name":"x","name":"y"}', [change('name', 'z')], '{"name":"z","name":"z"}'],
  ['a name of every object', '{"a":{}}', [change('a.constructor', 1)], '{"a":{"constructor":1}}'],
])('%s', (_what, text, changes, body) => {
  expect(replaced(text, ...changes)).toBe(body);
});

describe('refused', () => {
  test.each<[what: string, text: string, change: Change]>([
    ['a member of a text', '{"name":"x"}', change('name.inner', 1)],
    ['a member of a list', '{"a":[1]}', change('a.b', 1)],
    ['a secret that would be lost', '{"a":{"secret":"s"}}', change('a', { b: 1 })],
    ['a secret that would be lost with all around it', '{"a":{"secret":"s"}}', change('a', null)],
    ['a mask in the place of a secret', '{"a":{"secret":"s"}}', change('a', { secret: '***' })],
    ['a mask that the API itself answered', '{"name":"x","a":{"secret":"********"}}', change('name', 'y')],
    ['a secret that the API does not return', '{"a":{"hidden":{"kind":"x"}}}', change('name', 'y')],
    ['the same where a condition says so', '{"name":"needs a key"}', change('count', 1)],
  ])('%s', (_what, text, wrong) => {
    expect(() => replaced(text, wrong)).toThrow(InvalidValueError);
  });

  test.each<[what: string, text: string, changes: readonly Change[]]>([
    ['a secret that is set', '{"a":{"secret":"s"}}', [change('a.secret', 't')]],
    ['a secret that is taken away by name', '{"a":{"secret":"s"}}', [change('a.secret', null)]],
    ['a secret that is given with the rest', '{"a":{"secret":"s"}}', [change('a', { secret: 't' })]],
    ['an object without the one that hides a secret', '{"a":{"b":1}}', [change('name', 'y')]],
    ['a hidden secret that is given', '{"a":{"hidden":{"kind":"x"}}}', [change('a.hidden.value', 'v')]],
    ['an object that the condition does not mean', '{"name":"needs none"}', [change('count', 1)]],
  ])('not: %s', (_what, text, changes) => {
    expect(() => replaced(text, ...changes)).not.toThrow();
  });

  test('masks, before anything is read', () => {
    expect(() => checkedChanges(put, [change('a', '{"secret":"***"}')])).toThrow(InvalidValueError);
    expect(() => checkedChanges(put, [change('a.secret', '***')])).toThrow(InvalidValueError);
  });

  test('values that are none of the type', () => {
    expect(() => checkedChanges(put, [change('count', 'many')])).toThrow(InvalidValueError);
    expect(checkedChanges(put, [change('count', '5'), change('a', '{"b":1}'), change('a.b', '5')])).toEqual([
      change('count', 5),
      change('a', { b: 1 }),
      change('a.b', '5'),
    ]);
  });
});

describe('the difference', () => {
  test.each<[what: string, text: string, changes: readonly Change[], shown: readonly unknown[]]>([
    ['nothing', '{"name":"x"}', [change('name', 'x')], []],
    ['one member', '{"name":"x"}', [change('name', 'y')], [['name', '"x"', '"y"']]],
    ['by leaves', '{"a":{"b":1,"c":2}}', [change('a', { b: 1, c: 3 })], [['a.c', '2', '3']]],
    [
      'what is added and what goes',
      '{"a":{"b":1}}',
      [change('a', { c: 2 })],
      [
        ['a.b', '1', undefined],
        ['a.c', undefined, '2'],
      ],
    ],
    ['an empty object', '{"a":{}}', [change('a', null)], [['a', '{}', 'null']]],
    ['a secret', '{"password":"s"}', [change('password', 't')], [['password', '"***"', '"***"']]],
    ['a secret that is new', '{"a":{}}', [change('a.secret', 't')], [['a.secret', undefined, '"***"']]],
    ['a list with secrets in it', '{"list":[{"key":"s"}]}', [change('list', [])], [['list', '"***"', '"***"']]],
  ])('%s', (_what, text, changes, shown) => {
    const { differences } = replacementOf(put, get, text, changes);
    expect(differences.map(({ member, before, after }) => [member, before, after])).toEqual(shown);
  });
});
