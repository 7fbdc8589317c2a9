import { DuckDBListValue, DuckDBMapValue, DuckDBStructValue, DuckDBTimestampValue } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { rowText } from '../../../tools/slt/answers.ts';

test.each<[ours: unknown, plain: unknown]>([
  [null, null],
  [1, 1n],
  ['1.50', 1.5],
  [new Date(-1), new DuckDBTimestampValue(-1n)],
  [[1, 'a'], new DuckDBListValue([1, 'a'])],
  [{ a: [1] }, new DuckDBStructValue({ a: new DuckDBListValue([1]) })],
  [{ k: null }, new DuckDBMapValue([{ key: 'k', value: null }])],
  [
    Object.fromEntries([
      ['2', 'b'],
      ['x', 'c'],
      ['1', 'a'],
    ]),
    new DuckDBMapValue([
      { key: 2n, value: 'b' },
      { key: 'x', value: 'c' },
      { key: 1, value: 'a' },
    ]),
  ],
  [{ a: 1 }, '{"a": 1}'],
  [1e100, '1e100'],
  [true, ' true '],
])('%o and %o are the same', (ours, plain) => {
  expect(rowText([ours])).toBe(rowText([plain]));
});

test.each<[ours: unknown, plain: unknown]>([
  [null, 'null text'],
  [1, 2],
  ['a', 'A'],
  [[1], [1, null]],
  [{ a: 1 }, { b: 1 }],
  [new Date(0), new DuckDBTimestampValue(1_000_000n)],
])('%o and %o are not', (ours, plain) => {
  expect(rowText([ours])).not.toBe(rowText([plain]));
});
