import { expect, test } from 'vitest';
import { mayMatch, type RowView } from '../../../src/exec/matches.ts';
import type { ScanQual } from '../../../src/plan/plan.ts';
import type { Value } from '../../../src/values.ts';

const ROW: Readonly<Record<string, Value>> = {
  id: 'a',
  n: 5,
  at: new Date(0),
  none: null,
  raw: 'x',
  doc: { login: 'bo', deep: { list: [] }, nil: null },
};
const view: RowView = {
  valueAt: (column) => ROW[column] ?? null,
  isText: (column) => column === 'id' || column === 'none',
};

const is = (column: string, ...values: (string | number | null)[]): ScanQual => ({ kind: 'in', column, values });
const not = (column: string, value: string): ScanQual => ({ kind: 'compare', column, operator: '<>', value });

test.each<[name: string, qual: ScanQual, expected: boolean]>([
  ['equal', is('id', 'b', 'a'), true],
  ['different', is('id', 'b'), false],
  ['a number may be converted', is('id', 5), true],
  ['only NULL', is('id', null), false],
  ['NULL equals nothing', is('none', 'a'), false],
  ['another type is left to the engine', is('n', 'x'), true],
  ['a time is left to the engine', is('at', 'x'), true],
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
