import { expect, test } from 'vitest';
import { mayMatch, type RowView } from '../../../src/exec/matches.ts';
import type { ScanQual } from '../../../src/plan/plan.ts';
import type { Comparison, Literal } from '../../../src/sql/statement.ts';
import type { Value } from '../../../src/values.ts';

const ROW: Readonly<Record<string, Value>> = {
  id: 'a',
  n: 5,
  big: 2n ** 60n,
  yes: true,
  at: new Date(0),
  none: null,
  raw: 'x',
  doc: { login: 'bo', deep: { list: [] }, nil: null },
};
const view: RowView = {
  valueAt: (column) => ROW[column] ?? null,
  isText: (column) => column === 'id' || column === 'none',
};

const is = (column: string, ...values: Literal[]): ScanQual => ({ kind: 'in', column, values });
const compare = (column: string, operator: Comparison, value: Literal): ScanQual => {
  return { kind: 'compare', column, operator, value };
};
const not = (column: string, value: string): ScanQual => ({ kind: 'compare', column, operator: '<>', value });

test.each<[name: string, qual: ScanQual, expected: boolean]>([
  ['equal', is('id', 'b', 'a'), true],
  ['different', is('id', 'b'), false],
  ['a number may be converted', is('id', 5), true],
  ['only NULL', is('id', null), false],
  ['NULL equals nothing', is('none', 'a'), false],
  ['another type is left to the engine', is('n', 'x'), true],
  ['a time is left to the engine', is('at', 'x'), true],
  ['the same number', is('n', 4, 5), true],
  ['another number', is('n', 4, null), false],
  ['a number below', compare('n', '<', 5.5), true],
  ['a number not below', compare('n', '<', 5), false],
  ['a number not above', compare('n', '<=', 5), true],
  ['a number that is not another', not('n', 'x'), true],
  ['<> of the same number', compare('n', '<>', 5), false],
  ['a large number', compare('big', '>', 5), true],
  ['a number too large to be told from its neighbours', is('big', 2 ** 60 + 256), true],
  ['the same truth', is('yes', true), true],
  ['another truth', is('yes', false), false],
  ['a truth and a number are left to the engine', is('yes', 0), true],
  ['the same time', is('at', '1970-01-01T01:00:00+01:00'), true],
  ['another time', is('at', '1970-01-01T01:00:00Z'), false],
  ['a time after', compare('at', '>', '1969-12-31'), true],
  ['a time not after', compare('at', '>', '1970-01-01 00:00:00'), false],
  ['a time finer than ours is left to the engine', compare('at', '>', '1970-01-01 00:00:00.0001'), true],
  ['text of JSON compares as JSON', is('raw', 'y'), true],
  ['<> of the same', not('id', 'a'), false],
  ['<> of another', not('id', 'b'), true],
  ['<> of NULL', not('none', 'b'), false],
  ['like is left to the engine', { kind: 'like', column: 'id', pattern: 'z%' }, true],
  ['a member', { kind: 'in', column: 'doc', path: ['login'], values: ['bo'] }, true],
  ['another member', { kind: 'in', column: 'doc', path: ['login'], values: ['al'] }, false],
  ['a member that every object inherits', { kind: 'null', column: 'doc', path: ['constructor'], isNull: true }, true],
  ['a missing member', { kind: 'null', column: 'doc', path: ['deep', 'x'], isNull: false }, false],
  ['an empty list is there', { kind: 'null', column: 'doc', path: ['deep', 'list'], isNull: false }, true],
  ['null in JSON is no text', { kind: 'null', column: 'doc', path: ['nil'], isNull: true }, true],
  ['and', { kind: 'and', quals: [is('id', 'a'), is('id', 'b')] }, false],
  ['or', { kind: 'or', quals: [is('id', 'b'), is('id', 'a')] }, true],
  ['tuples are left to the engine', { kind: 'tuples', columns: ['id'], rows: [] }, true],
])('%s', (_name, qual, expected) => {
  expect(mayMatch(qual, view)).toBe(expected);
});
