import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutToWidth, displayWidth } from '../../../src/output/display-width.ts';
import { invisibleIn, visibleLines, visibleText } from '../../../src/output/visible-text.ts';
import { createWriter } from '../../../src/output/writers.ts';
import type { Row } from '../../../src/values.ts';
import { collected, columnsOf, render, renderWith } from './render.ts';

const grid = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('table', () => {
  test('header, rule, rows, count; numbers to the right', async () => {
    const columns = columnsOf('id', 'bits BIGINT', 'label');
    const rows = [
      ['00u1', 2048, 'One'],
      ['00u22', 96, null],
    ] as const;
    expect(await render('table', columns, [rows[0]], [rows[1]])).toBe(
      grid('id    | bits | label', '------+------+------', '00u1  | 2048 | One', '00u22 |   96 | NULL', '(2 rows)'),
    );
  });

  test('no rows still show the columns', async () => {
    expect(await render('table', columnsOf('id', 'name'))).toBe(grid('id | name', '---+-----', '(0 rows)'));
  });

  test('one row is one row; NULL differs from the empty string', async () => {
    expect(await render('table', columnsOf('a', 'b', 'c'), [['', null, 'x']])).toBe(
      grid('a | b    | c', '--+------+--', '  | NULL | x', '(1 row)'),
    );
  });

  test('names stay as the statement gave them, twice if twice', async () => {
    expect(await render('table', columnsOf('id', 'id'), [['a', 'b']])).toBe(
      grid('id | id', '---+---', 'a  | b', '(1 row)'),
    );
  });

  test('wide characters and combining marks keep the grid', async () => {
    const rows = [
      ['東京', 1],
      ['e\u0301', 2],
      ['👩‍👩‍👧', 3],
      ['abcd', 4],
    ];
    expect(await render('table', columnsOf('v', 'n INTEGER'), rows)).toBe(
      grid('v    | n', '-----+--', '東京 | 1', 'e\u0301    | 2', '👩‍👩‍👧   | 3', 'abcd | 4', '(4 rows)'),
    );
  });

  test('a value cannot drive the terminal or break the grid, nor can a name', async () => {
    const text = await render('table', columnsOf('a\u001b[1m'), [['x\n\u001b]0;title\u0007\u009b']]);
    expect(text).toBe(grid('a\\u001b[1m', '-'.repeat(29), 'x\\n\\u001b]0;title\\u0007\\u009b', '(1 row)'));
  });

  test('values of every type', async () => {
    const columns = columnsOf('t TIMESTAMPTZ', 'j JSON', 's JSON', 'd DECIMAL(9,2)', 'l INTEGER[]', 'b BOOLEAN');
    const row = [new Date(0), { a: 1 }, 'x', '1.50', [1, 2], true];
    expect((await render('table', columns, [row])).split('\n')[2]).toBe(
      '1970-01-01T00:00:00.000Z | {"a":1} | "x" | 1.50 | [1,2] | true',
    );
  });

  const NUMERIC: readonly (readonly [type: string, isRight: boolean])[] = [
    ['BIGINT', true],
    ['UTINYINT', true],
    ['HUGEINT', true],
    ['DOUBLE', true],
    ['DECIMAL(18,3)', true],
    ['INTEGER[]', false],
    ['DECIMAL(18,3)[]', false],
    ['VARCHAR', false],
    ['INTERVAL', false],
  ];
  test.each(NUMERIC)('%s to the right: %s', async (type, isRight) => {
    const line = (await render('table', columnsOf(`long ${type}`, 'z'), [[1, 'z']])).split('\n')[2];
    expect(line).toBe(isRight ? '   1 | z' : '1    | z');
  });

  test('a value is one line, and no line is wider than the rule', async () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell)), async (rows) => {
        const [header = '', rule = '', ...rest] = (await render('table', columnsOf('a', 'b'), rows)).split('\n');
        expect(rest).toHaveLength(rows.length + 2);
        const widths = [header, ...rest.slice(0, rows.length)].map(displayWidth);
        expect(Math.max(...widths)).toBeLessThanOrEqual(rule.length);
      }),
    );
  });
});

test('a result that was broken off leaves no rows behind', async () => {
  const output = collected();
  const writer = createWriter('table', output.sink);
  await writer.begin(columnsOf('a'));
  await writer.rows([['lost']]);
  await writer.begin(columnsOf('a'));
  await writer.end();
  expect(output.text()).toBe(await render('table', columnsOf('a')));
});

describe('a table of many rows', () => {
  const rows = (from: number, count: number): readonly (readonly [number, string])[] =>
    Array.from({ length: count }, (_, index) => [from + index, 'x']);

  test('is as wide as its first rows; what is wider later pushes its own line aside', async () => {
    const wide = [10_001, 'a later cell'] as const;
    const text = await render('table', columnsOf('n BIGINT', 't', 'u'), [
      ...rows(1, 10_000).map((row) => [...row, 'y']),
      [...wide, 'y'],
      [10_002, 'x', 'y'],
    ]);
    const lines = text.split('\n');
    expect(lines.slice(0, 3)).toEqual(['    n | t | u', '------+---+--', '    1 | x | y']);
    expect(lines.slice(10_001, 10_005)).toEqual([
      '10000 | x | y',
      '10001 | a later cell | y',
      '10002 | x | y',
      '(10002 rows)',
    ]);
  });

  test('is written while its rows come', async () => {
    const output = collected();
    const writer = createWriter('table', output.sink);
    await writer.begin(columnsOf('n BIGINT', 't'));
    await writer.rows(rows(1, 9_999));
    expect(output.text()).toBe('');
    await writer.rows(rows(10_000, 1));
    expect(output.text()).toContain('10000 | x');
    await writer.rows(rows(10_001, 5));
    expect(output.text()).toContain('10005 | x');
  });

  test('holds fewer of long ones', async () => {
    const output = collected();
    const writer = createWriter('table', output.sink);
    await writer.begin(columnsOf('t'));
    for (let row = 0; row < 8; row += 1) await writer.rows([['x'.repeat(1_000_000)]]);
    expect(output.text().split('\n')).toHaveLength(11);
  });
});

describe('a table on a terminal', () => {
  const at = async (
    width: number,
    columns: Parameters<typeof renderWith>[2],
    ...rows: readonly Row[]
  ): Promise<string> => (await renderWith({ width }, 'table', columns, rows)).toString();
  const ID = '00ub0oNGTSWTBKOLGLNR';

  test('that has room is as it is elsewhere', async () => {
    const columns = columnsOf('id', 'name');
    expect(await at(80, columns, [ID, 'x'])).toBe(await render('table', columns, [[ID, 'x']]));
  });

  test('cuts long texts, but neither ids nor numbers', async () => {
    const text = await at(60, columnsOf('id', 'n BIGINT', 'text', 'also'), [
      ID,
      123456,
      'a'.repeat(40),
      '東'.repeat(30),
    ]);
    expect(text.split('\n').slice(0, 3)).toEqual([
      'id                   |      n | text          | also',
      '---------------------+--------+---------------+-------------',
      `${ID} | 123456 | aaaaaaaaaaaa… | 東東東東東…`,
    ]);
  });

  test('leaves out the last columns where too many would say too little, and says so', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `column${index}`);
    const text = await at(
      60,
      columnsOf(...names),
      names.map(() => 'a long value of it'),
    );
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^column0 .*\| column2 +\| …$/);
    expect(lines.slice(3).join(' ')).toBe(
      '(1 row) 3 of 9 columns are shown, and long values are cut: -o line shows everything, -o csv -f FILE keeps it; or select fewer columns.',
    );
  });

  test('cuts no id in a column of other texts, and no number that is wider than those before', async () => {
    const first = Array.from({ length: 10_000 }, () => ['x', 1, 'y'.repeat(100)]);
    const text = await at(40, columnsOf('who', 'n BIGINT', 't'), ...first, [ID, 123456, 'z']);
    expect(text.split('\n')[10_002]).toBe(`${ID} | 123456 | z`);
  });

  test('never takes more than its width for texts, whatever they are', async () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 4 }),
        fc.integer({ min: 20, max: 90 }),
        async (rows, width) => {
          const lines = (await at(width, columnsOf('a', 'b', 'c'), ...rows)).split('\n').slice(0, rows.length + 2);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('tells NULL from a text by its colour', async () => {
    const columns = columnsOf('a', 'b');
    const bytes = await renderWith({ width: 80, colour: true }, 'table', columns, [[null, 'NULL']]);
    expect(bytes.toString().split('\n')[2]).toBe('\u001b[2mNULL\u001b[22m | NULL');
    const lines = await renderWith({ colour: true }, 'line', columns, [[null, 'NULL']]);
    expect(lines.toString()).toBe('-[ row 1 ]-\na | \u001b[2mNULL\u001b[22m\nb | NULL\n(1 row)\n');
  });

  test('without names', async () => {
    expect((await renderWith({ header: false }, 'table', columnsOf('a'), [['x']])).toString()).toBe('x\n(1 row)\n');
  });
});

describe('cutToWidth', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['東京都', 6, '東京都'],
    ['東京都', 5, '東京…'],
    ['東京都', 4, '東…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['x'.repeat(1_000_000), 3, 'xx…'],
    ['', 3, ''],
  ])('%j to %i', (text, width, expected) => {
    expect(cutToWidth(text, width)).toBe(expected);
  });
});

describe('displayWidth', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['\u0301', 0],
    ['東京', 4],
    ['한국', 4],
    ['\u1112\u1161\u11ab', 2],
    ['ｱｲｳ', 3],
    ['ＡＢ', 4],
    ['\u3000', 2],
    ['𠮷', 2],
    ['🎉', 2],
    ['🇳🇴', 2],
    ['👩‍👩‍👧', 2],
    ['👍🏽', 2],
    ['❤️', 2],
    ['❤', 1],
    ['1️⃣', 2],
    ['สวัสดี', 4],
    ['→', 1],
    ['Zoë Ångström Жуков Ωμέγα', 24],
    ['a\u00adb', 2],
    ['©', 1],
    ['©\ufe0f', 2],
  ])('%j takes %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('visibleText', () => {
  test.each([
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u001b[31m', '\\u001b[31m'],
    ['\u0000\u007f\u009b', '\\u0000\\u007f\\u009b'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['\ud83d', '\\ud83d'],
    ['CORP\\name', 'CORP\\name'],
    ['👩‍👧 é 東', '👩‍👧 é 東'],
    ['👩🏽\u200d❤️\u200d👨 1️⃣ ❤\ufe0e ©\ufe0f', '👩🏽\u200d❤️\u200d👨 1️⃣ ❤\ufe0e ©\ufe0f'],
    ['می\u200cخواهم क्\u200dष', 'می\u200cخواهم क्\u200dष'],
    ['ad\u200dmin\u200c', 'ad\\u200dmin\\u200c'],
    ['👩\u200d \u200d', '👩\\u200d \\u200d'],
    ['a\u00ad\u034f\u115f\u1160\u180e\u3164\uffa0\u2800', 'a\\u00ad\\u034f\\u115f\\u1160\\u180e\\u3164\\uffa0\\u2800'],
    ['a\ufe0f\ufe00b\ufe0e', 'a\\ufe0f\\ufe00b\\ufe0e'],
    ['😀\ufe0f\ufe0f\u{e0100}', '😀\ufe0f\\ufe0f\\u{e0100}'],
    ['x\u{e0001}\u{e0041}\u{e007f}\u{e01ef}', 'x\\u{e0001}\\u{e0041}\\u{e007f}\\u{e01ef}'],
    ['\u200e\u061c\u2066\u206a\u2028\ufff9', '\\u200e\\u061c\\u2066\\u206a\\u2028\\ufff9'],
  ])('%j', (text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });
});

test('every character that shows nothing is made visible', () => {
  const unsafe = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;
  const characters = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
  const hidden = characters.filter((character) => unsafe.test(character));
  expect(hidden.filter((character) => visibleText(`a${character}b`).includes(character))).toEqual([]);
  expect(hidden.filter((character) => visibleText(character) === character)).toEqual([]);
});

test('lines and fields stay lines and fields', () => {
  expect(visibleLines('a\tb\u001b[2J\r\n\u{e0041}\n')).toBe('a\tb\\u001b[2J\\r\n\\u{e0041}\n');
});

test('what shows nothing is named once', () => {
  expect(invisibleIn('a\u200bb\u200b \u{e0041} \u001b 👩‍👧 é')).toEqual(['U+200B', 'U+E0041']);
  expect(invisibleIn('only\ttext\n')).toEqual([]);
});
