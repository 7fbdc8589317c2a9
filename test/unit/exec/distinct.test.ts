import { describe, expect, test } from 'vitest';
import { circleDetector, distinctItems } from '../../../src/exec/distinct.ts';
import type { Item } from '../../../src/rows/decode.ts';

const items = (...ids: readonly (string | number | null)[]): readonly Item[] => ids.map((id) => ({ id }));

describe('distinctItems', () => {
  test.each<[what: string, pages: readonly (readonly Item[])[], kept: readonly (readonly Item[])[]]>([
    [
      'items of other pages come once',
      [items('a', 'b'), items('b', 'c'), items('a', 'd')],
      [items('a', 'b'), items('c'), items('d')],
    ],
    ['the first counts', [[{ id: 'a', n: 1 }], [{ id: 'a', n: 2 }]], [[{ id: 'a', n: 1 }], []]],
    ['empty pages change nothing', [[], items('a'), [], items('a')], [[], items('a'), [], []]],
    ['a number is no text', [items(1), items('1')], [items(1), items('1')]],
    ['an id that is NULL tells nothing', [items(null), items(null)], [items(null), items(null)]],
    ['nor does one that is missing', [[{ n: 1 }], [{ n: 1 }]], [[{ n: 1 }], [{ n: 1 }]]],
    ['one answer is taken as it is', [items('a', 'a')], [items('a', 'a')]],
  ])('%s', (_what, pages, kept) => {
    expect(pages.map(distinctItems('id'))).toEqual(kept);
  });

  test('without an id, equal items are different ones', () => {
    expect([items('a'), items('a')].map(distinctItems(undefined))).toEqual([items('a'), items('a')]);
  });

  test('of a list that is too long for the memory, the items that came last are remembered', () => {
    const distinct = distinctItems('id', 3);
    distinct([]);
    expect(distinct(items(1, 2, 3, 4, 5, 6))).toHaveLength(6);
    expect(distinct(items(4, 5, 6, 1, 2, 3))).toEqual([]);
    distinct(items(7));
    expect(distinct(items(7, 6, 5, 4, 1))).toEqual(items(1));
  });
});

describe('circleDetector', () => {
  /** The number of the page at which a list is given up; 0 if it is not. */
  const givenUpAt = (pages: Iterable<readonly Item[]>, id?: string): number =>
    [...pages].findIndex(circleDetector(id)) + 1;
  const repeat = (times: number, ...pages: readonly (readonly Item[])[]): readonly (readonly Item[])[] =>
    Array.from({ length: times }, () => pages).flat();

  test.each<[what: string, pages: readonly (readonly Item[])[], id: string | undefined, at: number]>([
    ['empty pages', repeat(300, []), 'id', 200],
    ['one page again and again', repeat(300, items('a', 'b')), 'id', 201],
    ['two in turn', repeat(300, items('a'), items('b')), 'id', 202],
    ['a page without ids', repeat(300, items('a')), undefined, 201],
    [
      'a page whose items change',
      repeat(300).concat(Array.from({ length: 300 }, (_, n) => [{ id: 'a', n }])),
      'id',
      201,
    ],
    ['many empty pages before each item', [...repeat(199, []), items('a'), ...repeat(199, []), items('b')], 'id', 0],
    ['no more than that', repeat(199, []), 'id', 0],
    ['new items on each page', Array.from({ length: 1_000 }, (_, n) => items(n, 'x')), 'id', 0],
  ])('%s', (_what, pages, id, at) => {
    expect(givenUpAt(pages, id)).toBe(at);
  });
});
