import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filledTemplate } from '../../../../src/cli/compat/template.ts';
import { isSignificant } from '../../../../src/sql/text/token.ts';
import { tokenize } from '../../../../src/sql/text/tokens.ts';

const VALUES = {
  values: { org: 'acme', n: 3, on: true, none: null, text: `O'Brien "x"`, list: [1, 'a'], deep: { er: 'y' } },
};
const fill = (text: string, data: unknown = VALUES): string =>
  filledTemplate(text, { file: 'values.json', text: JSON.stringify(data) });

describe('a path', () => {
  test.each<[text: string, filled: string]>([
    ["select '{{ .values.org }}'", "select 'acme'"],
    ["select '{{.values.org}}-{{- .values.deep.er -}}'", "select 'acme-y'"],
    ["select '{{ .values.text }}'", `select 'O''Brien "x"'`],
    ['select 1 as "{{ .values.text }}"', `select 1 as "O'Brien ""x"""`],
    ['select {{ .values.n }}, {{ .values.on }}, {{ .values.none }}', 'select 3, true, null'],
    ['select * from okta.{{ .values.deep.er }}.x', 'select * from okta.y.x'],
    ["select '{{ .values.list }}'", `select '[1,"a"]'`],
    ["select '{{ .values.none }}'", "select 'null'"],
    // Within JSON a value is a part of it, in its strings and outside them.
    [
      `select '{"a": "{{ .values.text }}", "b": {{ .values.list }}, "c": {{ .values.n }}, "d": {{ .values.org }} }'`,
      `select '{"a": "O''Brien \\"x\\"", "b": [1,"a"], "c": 3, "d": "acme" }'`,
    ],
    // What --var fills, and comments, are left.
    ["select '{{ name }} {{ .values.org }}' -- {{ .values.org }}", "select '{{ name }} acme' -- {{ .values.org }}"],
    ['select 1', 'select 1'],
  ])('%s', (text, filled) => {
    expect(fill(text)).toBe(filled);
  });

  test('the values may stand before the statements, and places remain', () => {
    const block = '<<<json\n{ "values": { "org": "acme" } }\n>>>\n';
    const filled = filledTemplate(`${block}select '{{ .values.org }}'`);
    expect(filled).toBe(`${block.replaceAll(/[^\n]/g, ' ')}select 'acme'`);
  });

  test('without values nothing is filled', () => {
    expect(filledTemplate("select '{{ .values.org }}'")).toBe("select '{{ .values.org }}'");
  });
});

describe('refused', () => {
  test.each<[text: string, says: string]>([
    ['select {{ .values.text }}', "Write '{{ .values.text }}'"],
    ['select {{ .values.list }}', 'only a number or a name'],
    ["select '{{ .values.missing }}'", 'there is no missing in the values'],
    ["select '{{ .values.constructor }}'", 'there is no constructor'],
    [
      '{{ range .values.list }}select 1;{{ end }}',
      '{{ range .values.list }} is not supported: write a statement for each',
    ],
    ["{{ if .values.on }}select '{{ .values.org }}'{{ end }}", '{{ if .values.on }} is not supported'],
    ["select '{{ .values.org | upper }}'", 'is not supported'],
    ["select '{{ $x }}'", 'is not supported'],
    ['<<<jsonnet\nlocal x = 1; {}\n>>>\nselect 1', 'jsonnet is not run here'],
    ['<<<json\n{}\n>>>\nselect 1', 'given twice'],
  ])('%s', (text, says) => {
    expect(() => fill(text)).toThrow(says);
  });

  test.each([
    ['values.jsonnet', '{}', 'jsonnet is not run here'],
    ['values.json', '{"token": "s3cret"', 'values.json is no JSON.'],
  ])('the file %s with %s', (file, text, says) => {
    expect(() => filledTemplate('select 1', { file, text })).toThrow(says);
    expect(() => filledTemplate('select 1', { file, text })).not.toThrow('s3cret');
  });
});

test('no value ends the literal that it stands in', () => {
  const texts = [
    "select '{{ .x }}', 1",
    'select "{{ .x }}", 1',
    `select '{"a": "{{ .x }}"}', 1`,
    "select '{{ .x }}{{ .x }}', 1 -- {{ .x }}",
    ['select $tag$', "{{ .x }}$tag$, E'\\n{{ .x }}', 1"].join(''),
  ];
  const shape = (text: string): readonly string[] =>
    tokenize(text)
      .filter(isSignificant)
      .map(({ kind }) => kind);
  const sharp = fc.stringMatching(/^['"\\{}$;\-/*\n a]*$/);
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.oneof(sharp, fc.string()), (text, x) => {
      expect(shape(fill(text, { x }))).toEqual(shape(text));
    }),
  );
});

test('JSON stays JSON, and has the value', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.jsonValue()), (x) => {
      const [, , string] = tokenize(fill(`select '{"a": [{{ .x }}], "b": "{{ .x }}"}'`, { x }))
        .filter(isSignificant)
        .map(({ value }) => value)
        .toSpliced(1, 0, '');
      const read = JSON.parse(string ?? '') as { a: unknown[]; b: string };
      const isJsonText = typeof x === 'string' && JSON.stringify(read.a[0]) !== JSON.stringify(x);
      if (!isJsonText) expect(read.a).toEqual(JSON.parse(JSON.stringify([x])));
      if (typeof x === 'string') expect(read.b).toBe(x);
    }),
  );
});
