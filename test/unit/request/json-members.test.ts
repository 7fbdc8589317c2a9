import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { membersOf, objectText } from '../../../src/request/json-members.ts';

describe('the members of an object stand as they stood', () => {
  test.each<[text: string, members: Readonly<Record<string, string>>]>([
    ['{}', {}],
    [' { } ', {}],
    ['{"a":1}', { a: '1' }],
    ['{"n": 12345678901234567890, "f":1.50,"e":1E5}', { n: '12345678901234567890', f: '1.50', e: '1E5' }],
    ['{"a":"x,}\\"]", "b" : [1, {"c":"}"}] , "d":{"e":{} }}', { a: '"x,}\\"]"', b: '[1, {"c":"}"}]', d: '{"e":{} }' }],
    ['{"\\u0061\\"":"\\u00e9\\\\"}', { 'a"': '"\\u00e9\\\\"' }],
    ['\n{\t"a"\r:\n null\n,"b":true }', { a: 'null', b: 'true' }],
  ])('%s', (text, members) => {
    const found = membersOf(text) ?? [];
    expect(Object.fromEntries(found.map((member) => [member.name, member.text]))).toEqual(members);
    expect(JSON.parse(objectText(found))).toEqual(JSON.parse(text));
  });

  test.each(['[]', '"{}"', '5', 'null', ' [{"a":1}]'])('%s is no object', (text) => {
    expect(membersOf(text)).toBeUndefined();
  });

  test('of any JSON, with any blanks', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (object, space) => {
        const text = JSON.stringify(object, null, space);
        expect(objectText(membersOf(text) ?? []).replaceAll(/\s/g, '')).toBe(
          JSON.stringify(object).replaceAll(/\s/g, ''),
        );
        expect(JSON.parse(objectText(membersOf(text) ?? []))).toEqual(JSON.parse(text));
      }),
    );
  });
});
