import { expect, test } from 'vitest';
import {
  type Assignment,
  assignments,
  canonicalName,
  missingParameters,
  parameterOf,
} from '../../../src/plan/assignments.ts';
import type { ScanQual } from '../../../src/plan/plan.ts';
import type { Literal } from '../../../src/sql/statement.ts';
import { okta } from './fixture.ts';

const { resource, method: getJwk } = okta.method(['okta', 'apps', 'jwks', 'get_jwk']);
const { method: listJwk } = okta.method(['okta', 'apps', 'jwks', 'list_jwk']);

const isIn = (column: string, ...values: readonly Literal[]): ScanQual => ({ kind: 'in', column, values });
const tuples = (columns: readonly string[], ...rows: readonly (readonly Literal[])[]): ScanQual => ({
  kind: 'tuples',
  columns,
  rows,
});

interface Case {
  readonly quals: readonly ScanQual[];
  readonly calls: readonly Assignment[];
  readonly defaults?: Assignment;
  readonly why?: string;
}

const { resource: users, method: listUsers } = okta.method(['okta', 'users', 'users', 'list_users']);
const or = (...quals: readonly ScanQual[]): ScanQual => ({ kind: 'or', quals });
const and = (...quals: readonly ScanQual[]): ScanQual => ({ kind: 'and', quals });

test.each([
  { qual: or(isIn('q', 'a'), isIn('q', 'b', 'a')), calls: [{ q: 'a' }, { q: 'b' }] },
  {
    qual: or(and(isIn('q', 'a'), isIn('status', 'X')), isIn('search', 's')),
    calls: [{ q: 'a' }, { search: 's' }],
    why: 'each arm asks for something',
  },
  {
    qual: or(isIn('q', 'a'), isIn('status', 'X')),
    calls: [{}],
    why: 'the second arm is true of what is never asked for',
  },
  { qual: or(isIn('q', 'a'), or(isIn('q', 'b'), isIn('status', 'X'))), calls: [{}] },
  { qual: and(isIn('q', 'a')), calls: [{}], why: 'conjuncts come one by one' },
])('arms of an OR: $calls', ({ qual, calls, why }) => {
  expect(assignments(users, listUsers, [qual], {}), why).toEqual(calls);
});

const CASES: readonly Case[] = [
  { quals: [], calls: [{}], why: 'one call without values' },
  { quals: [], defaults: { subdomain: 's' }, calls: [{ subdomain: 's' }] },
  {
    quals: [isIn('appId', 'a')],
    defaults: { subdomain: 's', appId: 'z' },
    calls: [{ subdomain: 's', appId: 'a' }],
    why: 'quals win',
  },
  { quals: [isIn('APPID', 'a', 'b')], calls: [{ appId: 'a' }, { appId: 'b' }] },
  {
    quals: [isIn('appId', 'a', 'b'), isIn('keyId', 'k', 'l')],
    calls: [
      { appId: 'a', keyId: 'k' },
      { appId: 'a', keyId: 'l' },
      { appId: 'b', keyId: 'k' },
      { appId: 'b', keyId: 'l' },
    ],
  },
  { quals: [isIn('appId', 'a', 'a')], calls: [{ appId: 'a' }], why: 'no request twice' },
  { quals: [isIn('appId', 5, '5')], calls: [{ appId: '5' }], why: '5 and ‘5’ make the same request' },
  { quals: [isIn('appId', 5), isIn('appId', '5')], calls: [{ appId: '5' }] },
  { quals: [isIn('appId', 'a', null)], calls: [{ appId: 'a' }], why: 'NULL matches nothing' },
  { quals: [isIn('appId', null)], calls: [] },
  { quals: [isIn('appId', 'a'), isIn('appId', 'b')], calls: [], why: 'a contradiction' },
  { quals: [isIn('appId', 'a', 'b'), isIn('appId', 'b', 'c')], calls: [{ appId: 'b' }] },
  { quals: [isIn('id', 'k'), isIn('keyId', 'l')], calls: [], why: 'two names of one column' },
  { quals: [isIn('id', 'k'), isIn('keyId', 'k')], calls: [{ keyId: 'k' }] },
  {
    quals: [isIn('status', 'ACTIVE', null), isIn('appId', 'a')],
    calls: [{ appId: 'a' }],
    why: 'no parameter, so passed over',
  },
  {
    quals: [tuples(['appId', 'keyId'], ['a', 'k'], ['b', 'l'])],
    calls: [
      { appId: 'a', keyId: 'k' },
      { appId: 'b', keyId: 'l' },
    ],
    why: 'pairs stay pairs',
  },
  { quals: [tuples(['appId', 'keyId'], ['a', 'k'], ['b', null])], calls: [{ appId: 'a', keyId: 'k' }] },
  {
    quals: [tuples(['appId', 'status'], ['a', null], ['a', 'x'])],
    calls: [{ appId: 'a' }],
    why: 'only parameters count',
  },
  {
    quals: [tuples(['appId', 'keyId'], ['a', 'k'], ['b', 'l']), isIn('keyId', 'l')],
    calls: [{ appId: 'b', keyId: 'l' }],
  },
  { quals: [tuples(['keyId', 'id'], ['k', 'l'])], calls: [], why: 'the row contradicts itself' },
  { quals: [tuples(['keyId', 'id'], ['k', 'k'])], calls: [{ keyId: 'k' }] },
];

test.each(CASES)('$quals', ({ quals, calls, defaults = {}, why }) => {
  const found = assignments(resource, getJwk, quals, defaults);
  expect(found.map(asTexts), why).toEqual(calls.map(asTexts));
});

/** By text, as they are sent. */
function asTexts(assignment: Assignment): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(assignment).map(([name, value]) => [name, String(value)]));
}

test('the combinations of long lists are made once', () => {
  const many = Array.from({ length: 200 }, (_, index) => String(index));
  expect(assignments(resource, getJwk, [isIn('appId', ...many), isIn('keyId', ...many)], {})).toHaveLength(40_000);
});

test('names of columns and parameters', () => {
  expect([canonicalName(resource, 'KEYID'), canonicalName(resource, 'ID'), canonicalName(resource, 'x')]).toEqual([
    'id',
    'id',
    'x',
  ]);
  expect([parameterOf(resource, getJwk, 'Id'), parameterOf(resource, getJwk, 'kid')]).toEqual(['keyId', undefined]);
  expect(parameterOf(resource, listJwk, 'id')).toBeUndefined();
  expect(missingParameters(resource, getJwk, ['ID'], { subdomain: 's' })).toEqual(['appId']);
});
