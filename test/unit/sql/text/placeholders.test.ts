import { expect, test } from 'vitest';
import { PlaceholderError } from '../../../../src/errors.ts';
import { fillPlaceholders } from '../../../../src/sql/text/placeholders.ts';

const VALUES = { a: 'x', quote: "O'Brien", double: 'say "hi"', nested: '{{ a }}', dollar: "$& $1 $'", '': 'empty' };

test.each([
  { text: "select '{{ a }}'", filled: "select 'x'" },
  { text: "select '{{a}}-{{ a }}'", filled: "select 'x-x'" },
  { text: "select '{{ quote }}'", filled: "select 'O''Brien'" },
  { text: "select 'it''s {{ quote }}'", filled: "select 'it''s O''Brien'" },
  { text: "select E'\\t{{ quote }}'", filled: "select '\tO''Brien'", why: 'a filled string is written plainly' },
  { text: 'select $${{ quote }}$$', filled: "select 'O''Brien'" },
  { text: "select '{{ double }}'", filled: 'select \'say "hi"\'' },
  { text: 'select "{{ double }}"', filled: 'select "say ""hi"""' },
  { text: 'select * from t limit {{ a }}', filled: 'select * from t limit x' },
  { text: 'select {{ quote }}', filled: "select O'Brien", why: 'a bare one is inserted as it is' },
  { text: "select '{{ nested }}'", filled: "select '{{ a }}'", why: 'a value is no template' },
  { text: "select '{{ dollar }}', {{ dollar }}", filled: "select '$& $1 $''', $& $1 $'" },
  { text: 'select 1 -- {{ unknown }}', filled: 'select 1 -- {{ unknown }}' },
  { text: 'select 1 /* {{ unknown }} */ # {{ x }}', filled: 'select 1 /* {{ unknown }} */ # {{ x }}' },
  { text: "select '{ a }' , '{{ a }'", filled: "select '{ a }' , '{{ a }'", why: 'not closed, so none' },
  { text: 'select 1', filled: 'select 1' },
])('$text', ({ text, filled, why }) => {
  expect(fillPlaceholders(text, VALUES), why).toBe(filled);
});

test.each([
  { text: "select '{{ a }}', '{{ missing }}', '{{ b }}'", name: 'missing', hint: 'Give it with --var missing=VALUE.' },
  { text: 'select {{ missing }}', name: 'missing', hint: '--var missing=VALUE' },
  { text: 'select "{{ missing }}"', name: 'missing', hint: '--var' },
  { text: "select '{{ .values.x }}'", name: '.values.x', hint: 'plain name' },
  { text: 'select {{ x | upper }}', name: 'x | upper', hint: 'plain name' },
  { text: "select '{{ toString }}'", name: 'toString', hint: '--var', why: 'no property of every object' },
])('$text has no value', ({ text, name, hint, why }) => {
  const act = (): string => fillPlaceholders(text, { a: 'x' });
  expect(act, why).toThrow(PlaceholderError);
  expect(act).toThrow(expect.objectContaining({ placeholder: name, hint: expect.stringContaining(hint) }));
  expect(act).toThrow(name);
});
