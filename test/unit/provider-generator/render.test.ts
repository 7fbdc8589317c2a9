import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderYaml } from '../../../tools/provider/render.ts';

/** What YAML 1.1 or 1.2 reads as something else where it stands plain, or what ends a line in one of them only. */
const texts: readonly string[] = [
  ...[
    'n',
    'N',
    'y',
    'Y',
    'no',
    'No',
    'NO',
    'yes',
    'YES',
    'on',
    'On',
    'off',
    'OFF',
    'true',
    'False',
    'null',
    'Null',
    '~',
    '',
  ],
  ...['0777', '0o14', '0b11', '0x1F', '1_000', '+1', '08', '1:30', '190:20:30', '190:20:30.15'],
  ...['1e3', '1.', '.5', '.inf', '-.INF', '.NaN', '685_230.15', '2001-01-01', '2001-12-14t21:59:43.10-05:00'],
  ...['<<', '- a', 'a: b', 'a #b', '#a', '@a', '%a', '`a', '!a', '&a', '*a', '?', '-', '---', '...', '{a', '[a', 'a,b'],
  ...[' a', 'a ', 'a\tb', 'a\nb', 'a\r\nb', 'a\u0085b', 'a\u2028b', 'a\u2029b'],
];

test.each(['1.1', '1.2'] as const)('a text is that text as key and as value for readers of YAML %s', (version) => {
  for (const text of texts) {
    const document = { properties: { [text]: { text } }, list: [text], [text]: text };
    expect(parse(renderYaml(document), { version }), JSON.stringify(text)).toEqual(document);
  }
});

test('a text that all versions read alike stands plain', () => {
  expect(renderYaml({ kid: 'use' })).toBe('kid: use\n');
});
