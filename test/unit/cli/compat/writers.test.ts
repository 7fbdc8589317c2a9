/** What StackQL prints for rows like these, as it was seen to print it. */

import { describe, expect, test } from 'vitest';
import { type CompatFormat, createCompatWriter } from '../../../../src/cli/compat/writers.ts';
import type { ResultColumn, Row } from '../../../../src/values.ts';

const STYLE = { delimiter: ',', hidesHeaders: false };

async function printed(
  format: CompatFormat,
  columns: readonly ResultColumn[],
  rows: readonly Row[],
  style = STYLE,
): Promise<string> {
  let text = '';
  const writer = createCompatWriter(
    format,
    {
      write: async (chunk) => {
        text += String(chunk);
      },
    },
    style,
  );
  await writer.begin(columns);
  if (rows.length > 0) await writer.rows(rows);
  await writer.end();
  return text;
}

const text = (name: string): ResultColumn => ({ name, type: 'VARCHAR' });

describe('the grid', () => {
  test.each<[what: string, columns: readonly ResultColumn[], rows: readonly Row[], grid: readonly string[]]>([
    [
      'numbers stand at the right, whatever column they are in, headers in the middle',
      [text('kty'), { name: 'n', type: 'BIGINT' }],
      [
        ['EC', 1],
        ['12', 1000],
      ],
      [
        '|-----|------|',
        '| kty |  n   |',
        '|-----|------|',
        '| EC  |    1 |',
        '|-----|------|',
        '|  12 | 1000 |',
        '|-----|------|',
      ],
    ],
    ['no rows are a header', [text('kid')], [], ['|-----|', '| kid |', '|-----|']],
    [
      'what is longer than 30 is broken between words, evenly',
      [text('name'), text('description')],
      [['created', 'Something told the other two places long ago and has altered']],
      [
        '|---------|--------------------------------|',
        '|  name   |          description           |',
        '|---------|--------------------------------|',
        '| created | Something told the other       |',
        '|         | two places long ago and has    |',
        '|         | altered                        |',
        '|---------|--------------------------------|',
      ],
    ],
    [
      'a word that is longer has a line as long as it needs',
      [text('url')],
      [['see https://example.com/a/path/that/is/rather/long and more']],
      [
        '|------------------------------------------------|',
        '|                      url                       |',
        '|------------------------------------------------|',
        '| see                                            |',
        '| https://example.com/a/path/that/is/rather/long |',
        '| and more                                       |',
        '|------------------------------------------------|',
      ],
    ],
    [
      'NULL, truth values, times and JSON are texts',
      [text('a'), { name: 'b', type: 'BOOLEAN' }, { name: 'c', type: 'TIMESTAMPTZ' }, { name: 'd', type: 'JSON' }],
      [[null, true, new Date('2023-01-01T00:00:00Z'), { b: 1, a: null }]],
      [
        '|------|------|--------------------------|------------------|',
        '|  a   |  b   |            c             |        d         |',
        '|------|------|--------------------------|------------------|',
        '| null | true | 2023-01-01T00:00:00.000Z | {"a":null,"b":1} |',
        '|------|------|--------------------------|------------------|',
      ],
    ],
  ])('%s', async (_what, columns, rows, grid) => {
    expect(await printed('table', columns, rows)).toBe(`${grid.join('\n')}\n`);
  });

  test('a cell of a hundred thousand words is broken before anybody waits', async () => {
    const long = 'word '.repeat(100_000).trim();
    const lines = (await printed('table', [text('a')], [[long]])).trimEnd().split('\n');
    expect(lines.slice(3, -1).every((line) => line.length === 34)).toBe(true);
    expect(lines.join(' ').match(/word/g)).toHaveLength(100_000);
  });
});

describe('JSON', () => {
  const columns = [
    { name: 'n', type: 'BIGINT' },
    text('a'),
    { name: 'j', type: 'JSON' },
    { name: 'f', type: 'DOUBLE' },
  ];

  test('all values are texts, members are sorted, and what HTML reads is escaped', async () => {
    expect(await printed('json', columns, [[1, '<a&b>', { y: ['<'], x: true }, 0.25]])).toBe(
      '[{"a":"\\u003ca\\u0026b\\u003e","f":"0.250000","j":"{\\"x\\":true,\\"y\\":[\\"\\\\u003c\\"]}","n":"1"}]',
    );
  });

  test('rows stand in one array without a line end', async () => {
    expect(await printed('json', [text('a')], [['x'], [null]])).toBe('[{"a":"x"},{"a":"null"}]');
  });

  test('no rows are null', async () => {
    expect(await printed('json', columns, [])).toBe('null');
    expect(await printed('jsonl', columns, [])).toBe('');
  });

  test.each(['jsonl', 'ndjson'] as const)('%s has an object per line', async (format) => {
    expect(await printed(format, [text('a')], [['x'], ['y']])).toBe('{"a":"x"}\n{"a":"y"}\n');
  });
});

describe('delimited', () => {
  const columns = [text('a'), text('b')];
  const rows: readonly Row[] = [
    ['x,y', 'say "hi"'],
    [null, ''],
  ];

  test.each<[format: CompatFormat, style: typeof STYLE, shown: string]>([
    ['csv', STYLE, 'a,b\n"x,y","say ""hi"""\nnull,\n'],
    ['csv', { delimiter: '\t', hidesHeaders: true }, 'x,y\t"say ""hi"""\nnull\t\n'],
    ['text', STYLE, 'a,b\nx,y,say "hi"\nnull,\n'],
  ])('%s %j', async (format, style, shown) => {
    expect(await printed(format, columns, rows, style)).toBe(shown);
  });

  test('pptext has JSON over several lines', async () => {
    expect(await printed('pptext', [{ name: 'j', type: 'JSON' }], [[{ a: 1 }]])).toBe('j\n{\n  "a": 1\n}\n');
  });
});
