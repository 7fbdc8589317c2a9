import { expect, test } from 'vitest';
import { didYouMean, nearestNames } from '../../../src/registry/nearest.ts';

const COLUMNS = ['id', 'kid', 'kty', 'status', 'created', 'lastUpdated', 'appId', 'keyId', 'subdomain'];

test.each([
  { name: 'statsu', nearest: ['status'], why: 'two neighbours swapped' },
  { name: 'STATUS', nearest: ['status'] },
  { name: 'satus', nearest: ['status'] },
  { name: 'createed', nearest: ['created'] },
  { name: 'updated', nearest: ['lastUpdated', 'created'], why: 'a part of it comes first' },
  { name: 'app_id', nearest: ['appId'] },
  { name: 'domain', nearest: ['subdomain'] },
  { name: 'kd', nearest: ['id', 'kid'], why: 'the same distance: by name' },
  { name: 'i', nearest: ['id'] },
  { name: 'keyed', nearest: ['keyId'] },
  { name: 'name', nearest: [] },
  { name: '', nearest: [] },
  { name: 'x'.repeat(1000), nearest: [] },
])('$name resembles $nearest', ({ name, nearest, why }) => {
  expect(nearestNames(name, COLUMNS), why).toEqual(nearest);
});

test('no more than three, the best first', () => {
  expect(nearestNames('abcd', ['abce', 'abcf', 'abcd', 'abch', 'axyz'])).toEqual(['abcd', 'abce', 'abcf']);
});

test('a hostile name costs no time', () => {
  const long = 'x'.repeat(100_000);
  expect(nearestNames(long, [`${long}y`, 'x'])).toEqual([`${long}y`]);
});

test.each([
  [['a'], ['a', 'b'], 'Did you mean a?'],
  [['a', 'b'], ['a', 'b'], 'Did you mean a or b?'],
  [[], ['a', 'b'], 'There are a, b.'],
  [[], [], undefined],
  [[], Array<string>(21).fill('a'), undefined],
])('hint for %j of %j', (nearest, known, hint) => {
  expect(didYouMean(nearest, known)).toBe(hint);
});
