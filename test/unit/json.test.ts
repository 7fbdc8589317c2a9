import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { jsonText, parseJson, wellFormedJson } from '../../src/json.ts';
import type { JsonValue } from '../../src/values.ts';

describe('parseJson', () => {
  it.each<[text: string, expected: JsonValue]>([
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740991', 9007199254740991],
    ['{"a":[12345678901234567890123]}', { a: [12345678901234567890123n] }],
    // Only integers: these are the doubles that they always were.
    ['[0.1234567890123456789, 9007199254740993.0, 9007199254740993e0]', [0.12345678901234568, 2 ** 53, 2 ** 53]],
    // Digits within strings, behind quotes and backslashes, are text.
    ['{"9007199254740993":"9007199254740993"}', { '9007199254740993': '9007199254740993' }],
    [String.raw`["\"9007199254740993\\", 9007199254740993]`, ['"9007199254740993\\', 9007199254740993n]],
    ['{"__proto__":9007199254740993}', JSON.parse('{"__proto__":0}')],
  ])('reads %s', (text, expected) => {
    const value = parseJson(text);
    if (text.includes('__proto__')) expect(Object.hasOwn(value as object, '__proto__')).toBe(true);
    else expect(value).toEqual(expected);
  });

  it.each(['[9007199254740993', '9007199254740993,', '{"a":9007199254740993"}', '0009007199254740993', '-'])(
    'refuses %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it('reads what jsonText writes', () => {
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n)),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc
          .dictionary(
            fc.string().filter((name) => name !== '__proto__'),
            tie('value'),
          )
          .map((o) => ({ ...o })),
      ),
    })).value;
    fc.assert(
      fc.property(value, (each) => {
        expect(parseJson(jsonText(each))).toEqual(each);
      }),
    );
  });
});

test.each([
  [jsonText('a\ud800b'), '"a\ufffdb"'],
  [jsonText('\udc00\ud800'), '"\ufffd\ufffd"'],
  [jsonText('😀'), '"😀"'],
  // A backslash before `ud800` is a text about an escape.
  [jsonText('\\ud800'), String.raw`"\\ud800"`],
  [jsonText('\\\ud800'), '"\\\\\ufffd"'],
])('wellFormedJson of %s', (text, expected) => {
  expect(wellFormedJson(text)).toBe(expected);
});
