import { expect, test } from 'vitest';
import { asPath, follow } from '../../../src/registry/json-path.ts';
import type { JsonValue } from '../../../src/values.ts';

const BODY: JsonValue = {
  data: { items: [{ id: 1 }, { id: 2 }], 'next page': 'n' },
  groups: [{ members: ['a', 'b'] }, {}, { members: ['c'] }],
  '@odata.nextLink': 'link',
  none: null,
};

test.each<[path: string, value: JsonValue | undefined]>([
  ['$', BODY],
  ['$.data.items', [{ id: 1 }, { id: 2 }]],
  ["$.data['next page']", 'n'],
  ['$["@odata.nextLink"]', 'link'],
  ['$.data.items[1].id', 2],
  ['$.data.items[9]', undefined],
  ['$.data.items[*]', [{ id: 1 }, { id: 2 }]],
  ['$.data.items[*].id', [1, 2]],
  // A group without members has none; the others are not lost.
  ['$.groups[*].members', ['a', 'b', 'c']],
  ['$.groups[*].members[*]', ['a', 'b', 'c']],
  ['$.data[*]', undefined],
  ['$.none', null],
  ['$.none.x', undefined],
  ['$.constructor', undefined],
  ['$.data.items.length', undefined],
  ['data', undefined],
])('%s leads to %j', (path, value) => {
  expect(follow(BODY, path)).toEqual(value);
});

test.each<[key: string, path: string | undefined]>([
  ['items', '$.items'],
  ['data.items', '$["data.items"]'],
  ['@odata.nextLink', '$["@odata.nextLink"]'],
  ['next page', '$["next page"]'],
  ['$.data', '$.data'],
  ['$', '$'],
  ['$.items[*]', '$.items[*]'],
  // XPath, filters, slices, recursive descent.
  ['/Response/Item', undefined],
  ['$..items', undefined],
  ['$.items[?(@.id)]', undefined],
  ['$.items[0:2]', undefined],
  ['$.*', '$.*'],
  ['$.*x', undefined],
  ['$.', undefined],
])('the key %s is the path %s', (key, path) => {
  expect(asPath(key)).toBe(path);
});
