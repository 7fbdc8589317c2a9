import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue, Value } from '../../../src/values.ts';
import { columnsOf, render } from './render.ts';

describe('a value', () => {
  const CASES: readonly (readonly [Value, string, why?: string])[] = [
    ['a"b', '"a\\"b"'],
    ['', '""'],
    [1, '1'],
    [-0.5, '-0.5'],
    [1e21, '1e+21'],
    [9007199254740993n, '9007199254740993', 'beyond a double'],
    [true, 'true'],
    [null, 'null'],
    [Number.NaN, '"NaN"'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    [new Date('2026-11-23T08:00:00Z'), '"2026-11-23T08:00:00.000Z"'],
    [new Date(Number.NaN), '"Invalid Date"'],
    [{ a: [1, null, { b: 'c' }], d: Number.NaN }, '{"a":[1,null,{"b":"c"}],"d":"NaN"}'],
    [[], '[]'],
    [{}, '{}'],
    ['\u001b[2J', '"\\u001b[2J"'],
    ['\u009b2J', '"\\u009b2J"', 'CSI in one character'],
    ['\u202eabc', '"\\u202eabc"', 'right-to-left override'],
    ['\ud83d', '"\\ud83d"', 'half a pair'],
    ['東京 🎉', '"東京 🎉"'],
  ];
  for (const [value, text, why] of CASES) {
    test(text, async () => {
      expect(await render('jsonl', columnsOf('v'), [[value]]), why).toBe(`{"v":${text}}\n`);
    });
  }
});

describe('json', () => {
  test('an array with a row per line, over any batches', async () => {
    const expected = '[\n{"id":"a","n":1},\n{"id":"b","n":null},\n{"id":"c","n":3}\n]\n';
    const columns = columnsOf('id', 'n BIGINT');
    expect(
      await render(
        'json',
        columns,
        [
          ['a', 1],
          ['b', null],
        ],
        [],
        [['c', 3]],
      ),
    ).toBe(expected);
    expect(
      await render('json', columns, [
        ['a', 1],
        ['b', null],
        ['c', 3],
      ]),
    ).toBe(expected);
  });

  test('no rows are []', async () => {
    expect([await render('json', columnsOf('id')), await render('json', columnsOf('id'), [])]).toEqual([
      '[]\n',
      '[]\n',
    ]);
  });

  test('columns of one name are told apart, in the order of the statement', async () => {
    expect(await render('json', columnsOf('b', 'id', 'ID', '1'), [['x', 1, 2, 3]])).toBe(
      '[\n{"b":"x","id":1,"ID_1":2,"1":3}\n]\n',
    );
  });

  test('a short row is filled with null', async () => {
    expect(await render('json', columnsOf('a', 'b'), [['x']])).toBe('[\n{"a":"x","b":null}\n]\n');
  });

  test('gives back what went in', async () => {
    const value = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<JsonValue>;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(value, value), { maxLength: 4 }), { maxLength: 4 }),
        async (batches) => {
          const parsed: unknown = JSON.parse(await render('json', columnsOf('a', '__proto__'), ...batches));
          const pairs = (parsed as Record<string, unknown>[]).map((row) => Object.values(row));
          expect(pairs).toEqual(JSON.parse(JSON.stringify(batches.flat())));
        },
      ),
    );
  });
});

describe('jsonl', () => {
  test('a line per row', async () => {
    expect(await render('jsonl', columnsOf('id', 'id'), [['a', 'b']], [['c\nd', null]])).toBe(
      '{"id":"a","id_1":"b"}\n{"id":"c\\nd","id_1":null}\n',
    );
  });

  test('no rows are no text', async () => {
    expect(await render('jsonl', columnsOf('id'), [])).toBe('');
  });
});

test('a value of any depth is written', async () => {
  const depth = 100_000;
  let value: JsonValue = [1, { 'a"b': [] }, 'x'];
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [0, value] : { m: value, n: null };
  const inner = '[1,{"a\\"b":[]},"x"]';
  const expected = `${'{"m":[0,'.repeat(depth / 2)}${inner}${'],"n":null}'.repeat(depth / 2)}`;
  const text = await render('jsonl', columnsOf('j JSON'), [[value]]);
  expect(text === `{"j":${expected}}\n`).toBe(true);
});
