import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../../src/values.ts';
import { columnsOf, render } from './render.ts';

describe('csv', () => {
  const CASES: readonly (readonly [value: Value, type: string, field: string, why?: string])[] = [
    [null, 'VARCHAR', '', 'NULL'],
    ['', 'VARCHAR', '""', 'not NULL'],
    ['a', 'VARCHAR', 'a'],
    ['a,b', 'VARCHAR', '"a,b"'],
    ['say "hi"', 'VARCHAR', '"say ""hi"""'],
    ['a\nb', 'VARCHAR', '"a\nb"'],
    ['a\rb', 'VARCHAR', '"a\rb"'],
    [' a ', 'VARCHAR', ' a '],
    ['=1+1', 'VARCHAR', '=1+1', 'no formula escaping: data must come back unchanged'],
    ['-1', 'VARCHAR', '-1'],
    ['東京 🎉', 'VARCHAR', '東京 🎉'],
    [1.5, 'DOUBLE', '1.5'],
    [Number.NaN, 'DOUBLE', 'NaN'],
    [9007199254740993n, 'BIGINT', '9007199254740993'],
    [false, 'BOOLEAN', 'false'],
    [new Date('2026-11-23T08:00:00.5Z'), 'TIMESTAMPTZ', '2026-11-23T08:00:00.500Z'],
    [{ a: 'b' }, 'JSON', '"{""a"":""b""}"'],
    [[1, 2], 'INTEGER[]', '"[1,2]"'],
    ['1', 'JSON', '"""1"""', 'a JSON string, not the number'],
    [1, 'JSON', '1'],
  ];
  for (const [value, type, field, why] of CASES) {
    test(`${type} ${field}`, async () => {
      const columns = columnsOf('id', `v ${type}`);
      expect(await render('csv', columns, [['x', value]]), why).toBe(`id,v\nx,${field}\n`);
    });
  }

  test('the header comes once, also without rows, with names told apart', async () => {
    const columns = columnsOf('id', 'id', 'a,b');
    expect(await render('csv', columns)).toBe('id,id_1,"a,b"\n');
    expect(await render('csv', columns, [['a', 'b', 'c']], [], [['d', 'e', 'f']])).toBe(
      'id,id_1,"a,b"\na,b,c\nd,e,f\n',
    );
  });

  test('texts come back as they were', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('"', ',', '\n', '\r', 'é', '東', ' ', '=', "'"), { maxLength: 6 })
        .map((list) => list.join('')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(text, text), { maxLength: 3 }), { maxLength: 3 }),
        async (batches) => {
          const parsed: unknown = parse(await render('csv', columnsOf('a', 'b'), ...batches), {
            record_delimiter: '\n',
          });
          expect(parsed).toEqual([['a', 'b'], ...batches.flat()]);
        },
      ),
    );
  });
});
