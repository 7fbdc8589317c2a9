import { describe, expect, test } from 'vitest';
import { instantOf, pushFilters } from '../../../src/plan/filter.ts';
import type { ScanQual } from '../../../src/plan/plan.ts';
import { boundsOf, pushRanges } from '../../../src/plan/ranges.ts';
import type { Filter } from '../../../src/registry/resource.ts';
import { registryOf } from './fixture.ts';

const registry = registryOf(
  'p',
  's',
  `
openapi: 3.0.3
info: { title: test }
servers: [{ url: https://example.com }]
paths:
  /things:
    get:
      parameters: [{ name: filter, in: query, schema: { type: string } }]
      responses:
        "200":
          content:
            application/json:
              schema:
                type: array
                items:
                  properties:
                    id: { type: string }
                    Label: { type: string }
                    kind: { type: string }
                    count: { type: integer }
                    isOn: { type: boolean }
                    created: { type: string, format: date-time }
                    profile: { type: object }
components:
  x-stackQL-resources:
    things:
      methods: { list: { operation: { $ref: "#/paths/~1things/get" } } }
      sqlVerbs: { select: [{ $ref: "#/methods/list" }] }
`,
);
const things = registry.resource(['p', 's', 'things']);

const FILTER: Filter = {
  parameter: 'filter',
  columns: {
    id: ['eq', 'ne'],
    Label: ['eq', 'sw', 'co', 'gt', 'ne', 'pr'],
    count: ['eq', 'gt', 'le'],
    isOn: ['eq'],
    created: ['eq', 'gt', 'ge', 'lt', 'le', 'pr'],
    'profile.login': ['eq', 'sw'],
  },
  exact: ['id'],
};

const is = (column: string, ...values: (string | number | boolean | null)[]): ScanQual => ({
  kind: 'in',
  column,
  values,
});
const compare = (column: string, operator: '<>' | '<' | '<=' | '>' | '>=', value: string | number): ScanQual => ({
  kind: 'compare',
  column,
  operator,
  value,
});
const like = (column: string, pattern: string): ScanQual => ({ kind: 'like', column, pattern });
const login = (...values: string[]): ScanQual => ({ kind: 'in', column: 'profile', path: ['login'], values });

interface Case {
  readonly name: string;
  readonly quals: readonly ScanQual[];
  readonly text: string | undefined;
  /** Of each qual; `-` is not pushed. */
  readonly exactness?: string;
  readonly why?: string;
}

const CASES: readonly Case[] = [
  { name: '= exact', quals: [is('id', 'a')], text: 'id eq "a"', exactness: 'exact' },
  { name: '= inexact', quals: [is('label', 'a')], text: 'Label eq "a"', exactness: 'inexact' },
  { name: 'IN', quals: [is('id', 'a', null, 'b')], text: 'id eq "a" or id eq "b"', exactness: 'exact' },
  { name: 'quotes', quals: [is('id', 'a" or id pr or id eq "\\')], text: 'id eq "a\\" or id pr or id eq \\"\\\\"' },
  { name: 'half a character', quals: [is('id', '\ud800')], text: undefined },
  { name: 'a number for a text', quals: [is('id', 5)], text: undefined, why: 'SQL converts the column, not the value' },
  { name: 'a text for a number', quals: [is('count', '5')], text: undefined },
  { name: 'a number', quals: [is('count', 5)], text: 'count eq 5' },
  { name: 'a boolean', quals: [is('ison', true)], text: 'isOn eq true' },
  { name: 'no operator', quals: [is('kind', 'x')], text: undefined, exactness: '-' },
  { name: 'unknown column', quals: [is('nothing', 'x')], text: undefined },
  { name: 'a parameter of that name', quals: [is('filter', 'x')], text: undefined },
  { name: '<> exact', quals: [compare('id', '<>', 'a')], text: 'id ne "a"', exactness: 'exact' },
  {
    name: '<> inexact',
    quals: [compare('label', '<>', 'a')],
    text: undefined,
    why: 'A <> a in SQL, not for an API that ignores case',
  },
  { name: '> of a text', quals: [compare('label', '>', 'a')], text: undefined, why: 'the order of texts differs' },
  { name: '> of a number', quals: [compare('count', '>', 5)], text: 'count gt 5', exactness: 'inexact' },
  { name: '< not offered', quals: [compare('count', '<', 5)], text: undefined },
  {
    name: '>= of a time',
    quals: [compare('created', '>=', '2026-01-02')],
    text: 'created ge "2026-01-02T00:00:00.000Z"',
  },
  {
    name: '< of microseconds',
    quals: [compare('created', '<', '2026-01-02 03:04:05.123456+02')],
    text: 'created lt "2026-01-02T01:04:05.124Z"',
  },
  {
    name: '> of microseconds',
    quals: [compare('created', '>', '2026-01-02T03:04:05.123456Z')],
    text: 'created gt "2026-01-02T03:04:05.123Z"',
  },
  { name: 'no time', quals: [compare('created', '>', 'yesterday')], text: undefined },
  { name: 'LIKE prefix', quals: [like('label', 'ab%')], text: 'Label sw "ab"', exactness: 'inexact' },
  { name: 'LIKE inside', quals: [like('label', '%ab%')], text: 'Label co "ab"', exactness: 'inexact' },
  { name: 'LIKE whole', quals: [like('label', 'ab')], text: 'Label eq "ab"', exactness: 'inexact' },
  { name: 'LIKE suffix', quals: [like('label', '%ab')], text: undefined },
  { name: 'LIKE _', quals: [like('label', 'a_b%')], text: undefined },
  { name: 'LIKE of everything', quals: [like('label', '%')], text: undefined },
  {
    name: 'IS NOT NULL of a text',
    quals: [{ kind: 'null', column: 'label', isNull: false }],
    text: undefined,
    why: 'pr is not true of an empty text',
  },
  { name: 'IS NOT NULL of a time', quals: [{ kind: 'null', column: 'created', isNull: false }], text: 'created pr' },
  { name: 'IS NULL', quals: [{ kind: 'null', column: 'created', isNull: true }], text: undefined },
  { name: 'a member of JSON', quals: [login('x')], text: 'profile.login eq "x"', exactness: 'inexact' },
  {
    name: 'several',
    quals: [is('id', 'a'), is('kind', 'x'), like('label', 'b%')],
    text: 'id eq "a" and Label sw "b"',
    exactness: 'exact - inexact',
  },
  {
    name: 'IN and =',
    quals: [is('id', 'a', 'b'), is('label', 'c')],
    text: 'id eq "a" and Label eq "c" or id eq "b" and Label eq "c"',
    why: 'no parentheses are needed',
  },
  {
    name: 'OR',
    quals: [{ kind: 'or', quals: [is('id', 'a'), { kind: 'and', quals: [is('label', 'b'), is('kind', 'x')] }] }],
    text: 'id eq "a" or Label eq "b"',
    exactness: 'inexact',
  },
  { name: 'OR with an unknown arm', quals: [{ kind: 'or', quals: [is('id', 'a'), is('kind', 'x')] }], text: undefined },
  { name: 'too long', quals: [is('id', 'x'.repeat(5_000))], text: undefined },
  {
    name: 'too many for parts',
    quals: [is('id', ...Array.from({ length: 6_000 }, (_, n) => `id-${n}`)), is('label', 'b')],
    text: 'Label eq "b"',
    exactness: '- inexact',
  },
  {
    name: 'one too long, one not',
    quals: [is('id', 'x'.repeat(5_000)), is('label', 'b')],
    text: 'Label eq "b"',
    exactness: '- inexact',
  },
];

test.each(CASES)('$name', ({ quals, text, exactness, why }) => {
  const pushed = pushFilters(FILTER, things, quals);
  expect(pushed?.texts, why).toEqual(text === undefined ? undefined : [text]);
  if (exactness === undefined) return;
  expect(quals.map((qual) => pushed?.exactness.get(qual) ?? '-').join(' ')).toBe(exactness);
});

test('a list that is too long is asked for in parts', () => {
  const values = Array.from({ length: 400 }, (_, n) => `id-${n}`);
  const quals = [is('id', ...values), is('kind', 'x')];
  const { texts = [], exactness } = pushFilters(FILTER, things, quals) ?? {};
  expect(texts).toHaveLength(4);
  expect(texts.every((text) => encodeURIComponent(text).length <= 4_000)).toBe(true);
  expect(texts.flatMap((text) => [...text.matchAll(/id eq "(id-\d+)"/g)].map(([, id]) => id))).toEqual(values);
  expect(quals.map((qual) => exactness?.get(qual) ?? '-').join(' ')).toBe('exact -');
});

test('what there is no room for beside each part is asked of none', () => {
  const values = Array.from({ length: 160 }, (_, n) => `id-${n}`);
  const quals = [is('id', ...values), is('label', 'b')];
  const { texts = [], exactness } = pushFilters(FILTER, things, quals) ?? {};
  expect(texts.map((text) => text.includes('Label'))).toEqual([false, true]);
  expect(quals.map((qual) => exactness?.get(qual) ?? '-').join(' ')).toBe('exact -');
});

describe('an instant', () => {
  test.each<[literal: string, rounding: 'exactly' | 'up' | 'down', instant: string | undefined]>([
    ['2026-02-28', 'down', '2026-02-28T00:00:00.000Z'],
    ['2026-02-28 10:20', 'down', '2026-02-28T10:20:00.000Z'],
    ['2026-02-28T10:20:30.5Z', 'exactly', '2026-02-28T10:20:30.500Z'],
    ['2026-02-28 10:20:30-0830', 'exactly', '2026-02-28T18:50:30.000Z'],
    ['2026-02-28 10:20:30.0000001Z', 'exactly', undefined],
    ['2026-02-28 10:20:30.000000Z', 'up', '2026-02-28T10:20:30.000Z'],
    ['2026-02-29', 'down', undefined],
    ['2026-02-28 25:00', 'down', undefined],
    ['28.2.2026', 'down', undefined],
    ['infinity', 'down', undefined],
    ['', 'down', undefined],
  ])('%s %s', (literal, rounding, instant) => {
    expect(instantOf(literal, rounding)).toBe(instant);
  });
});

describe('ranges', () => {
  const RANGES = {
    since: { column: 'created', bound: 'lower' },
    until: { column: 'created', bound: 'upper' },
  } as const;
  const day = (n: number): string => `2026-01-0${n}T00:00:00.000Z`;
  test.each<[name: string, quals: readonly ScanQual[], parameters: Readonly<Record<string, string>>]>([
    ['none', [is('id', 'a')], {}],
    ['lower', [compare('created', '>', day(1))], { since: day(1) }],
    ['upper', [compare('created', '<', day(1))], { until: '2026-01-01T00:00:00.001Z' }],
    [
      'both',
      [compare('created', '>=', day(1)), compare('created', '<=', day(2))],
      { since: day(1), until: '2026-01-02T00:00:00.001Z' },
    ],
    [
      'the narrowest',
      [compare('created', '>', day(1)), compare('created', '>', day(3)), compare('created', '>', day(2))],
      { since: day(3) },
    ],
    ['not <>', [compare('created', '<>', day(1))], {}],
    ['no time', [compare('created', '>', 'x')], {}],
  ])('%s', (_name, quals, parameters) => {
    expect(pushRanges(RANGES, things, quals).parameters).toEqual(parameters);
  });
});

describe('a range of a parameter that bounds a time is bound to its widest', () => {
  const log = registryOf(
    'p',
    's',
    `
openapi: 3.0.3
info: { title: test }
servers: [{ url: https://example.com }]
paths:
  /log:
    get:
      parameters:
        - { name: since, in: query, schema: { type: string, format: date-time } }
        - { name: until, in: query, schema: { type: string, format: date-time } }
      responses:
        "200": { content: { application/json: { schema: { type: array, items: { properties: { at: { type: string } } } } } } }
components:
  x-stackQL-resources:
    log:
      methods: { list: { operation: { $ref: "#/paths/~1log/get" } } }
      sqlVerbs: { select: [{ $ref: "#/methods/list" }] }
`,
  ).resource(['p', 's', 'log']);
  const RANGES = { since: { column: 'at', bound: 'lower' }, until: { column: 'at', bound: 'upper' } } as const;

  test.each([
    { is: [['since', '>=', '2026-01-02']], bound: { since: '2026-01-02T00:00:00Z' } },
    { is: [['since', '>', '2026-01-02']], bound: { since: '2026-01-02T00:00:00.001Z' } },
    { is: [['since', '>', '2026-01-02T00:00:00.123456Z']], bound: { since: '2026-01-02T00:00:00.124Z' } },
    { is: [['since', '>=', '2026-01-02T00:00:00.123456Z']], bound: { since: '2026-01-02T00:00:00.123456Z' } },
    { is: [['until', '<', '2026-01-02']], bound: { until: '2026-01-01T23:59:59.999Z' } },
    { is: [['until', '<', '2026-01-02T00:00:00.0005Z']], bound: { until: '2026-01-02T00:00:00Z' } },
    { is: [['until', '<=', '2026-01-02 01:00:00+01']], bound: { until: '2026-01-02T00:00:00Z' } },
    {
      is: [
        ['since', '>=', '2026-01-02'],
        ['since', '>', '2026-01-03'],
        ['until', '<=', '2026-01-05'],
        ['until', '<=', '2026-01-04'],
      ],
      bound: { since: '2026-01-03T00:00:00.001Z', until: '2026-01-04T00:00:00Z' },
    },
    { is: [['since', '<', '2026-01-02']], bound: {}, why: 'nothing is the widest' },
    { is: [['until', '<>', '2026-01-02']], bound: {} },
    { is: [['at', '>=', '2026-01-02']], bound: {}, why: 'a column of the rows' },
  ] as const)('$is', ({ is, bound, ...more }) => {
    const quals = is.map(([column, operator, value]): ScanQual => ({ kind: 'compare', column, operator, value }));
    const found = boundsOf(RANGES, log, quals).map(({ column, values }) => [column, values[0]]);
    expect(Object.fromEntries(found), 'why' in more ? more.why : undefined).toEqual(bound);
  });

  test('a value goes before a range, which the engine checks', () => {
    const quals: readonly ScanQual[] = [
      { kind: 'in', column: 'since', values: ['2026-01-02T00:00:00Z'] },
      { kind: 'compare', column: 'since', operator: '>', value: '2026-01-01' },
    ];
    expect(boundsOf(RANGES, log, quals)).toEqual([]);
  });
});
