/** Random conditions over the tables of the oracle. */

import fc from 'fast-check';
import type { ParameterValue } from '../../src/sql/statement.ts';
import type { Compared, Table, Terms } from './table.ts';

/** SQL with `{t}` where the alias of the table belongs. */
export type Predicate = string;

/** A statement, and how its rows are to be compared. */
export interface RandomQuery {
  readonly sql: string;
  /** What plain tables are asked instead, which know of no default. */
  readonly plain?: string;
  /** With a LIMIT and no order any rows of the whole answer will do: the whole answer's statement. */
  readonly whole?: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  /** What is in it that is counted. */
  readonly kinds?: readonly Kind[];
}

/** Forms whose meaning is easily missed: answers that held them are counted. */
export const KINDS = ['arrows', 'collations', 'literals', 'dots'] as const;
export type Kind = (typeof KINDS)[number];

export const aliased = (predicate: Predicate, alias: string): string => predicate.replaceAll('{t}', alias);
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A part of a statement that the product reads as one text, and plain tables as another. */
export const either = (product: string, plain: string, kind?: Kind): string =>
  `⟦${kind === undefined ? '' : `${kind}§`}${product}¦${plain}⟧`;

/** A literal of another type than what it is compared with. */
const foreign = (literal: string): string => either(literal, literal, 'literals');

/** A value that the product is given as a parameter. `time` is handed over as a Date, `big` as a bigint. */
const parameter = (kind: 'text' | 'number' | 'big' | 'time', value: string): string => `⟦:${kind}:${value}⟧`;

const MARK = /⟦(?::(text|number|big|time):([^⟧]*)|(?:[a-z]+§)?([^¦⟧]*)¦([^⟧]*))⟧/g;

/** The statement with its marks in place of what they stand for. */
export function finished({ sql, plain = sql, whole }: RandomQuery): RandomQuery {
  const parameters: Record<string, ParameterValue> = {};
  const product = sql.replace(MARK, (_mark, kind: string | undefined, value: string, text: string) => {
    if (kind === undefined) return text;
    const name = `p${Object.keys(parameters).length + 1}`;
    parameters[name] = parameterValue(kind, value);
    return `$${name}`;
  });
  return {
    sql: product,
    plain: plainText(plain),
    parameters,
    kinds: KINDS.filter((kind) => sql.includes(`⟦${kind}§`) || FORMS[kind]?.test(product)),
    ...(whole !== undefined && { whole: plainText(whole) }),
  };
}

/** What needs no mark. */
const FORMS: Readonly<Partial<Record<Kind, RegExp>>> = { arrows: /->/, collations: /\bCOLLATE\b/ };

function plainText(text: string): string {
  return text.replace(MARK, (_mark, kind: string | undefined, value: string, _product: string, plain: string) => {
    if (kind === undefined) return plain;
    if (kind === 'time') return `TIMESTAMPTZ ${quoted(value)}`;
    return kind === 'text' ? quoted(value) : `${value}::BIGINT`;
  });
}

function parameterValue(kind: string, value: string): ParameterValue {
  if (kind === 'time') return new Date(value);
  if (kind === 'big') return BigInt(value);
  return kind === 'number' ? Number(value) : value;
}

/** What a condition on one table can say. */
function atoms({ members, ...table }: Table): fc.Arbitrary<Predicate> {
  if (members === undefined) return termAtoms(table);
  return fc.oneof({ weight: 2, arbitrary: termAtoms(table) }, { weight: 1, arbitrary: termAtoms(members.terms) });
}

function termAtoms({ texts, times, numbers = [], truths = [], others = [] }: Terms): fc.Arbitrary<Predicate> {
  const known = texts.filter(({ values }) => values.length > 0);
  const empty = texts.filter(({ values }) => values.length === 0);
  const kinds = [
    {
      weight: 12,
      arbitrary: fc.constantFrom(...known).chain(textAtoms),
    },
    ...(empty.length === 0 ? [] : [{ weight: 1, arbitrary: fc.constantFrom(...empty).chain(emptyAtoms) }]),
    ...(others.length === 0 ? [] : [{ weight: 6, arbitrary: fc.constantFrom(...others).chain(foreignAtoms) }]),
    ...(times.length === 0
      ? []
      : [
          {
            weight: 3,
            arbitrary: fc.constantFrom(...times).chain(({ expression, values }) => timeAtoms(expression, values)),
          },
        ]),
    ...(numbers.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...numbers).chain(numberAtoms) }]),
    ...(truths.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...truths).chain(truthAtoms) }]),
  ];
  return fc.oneof(...kinds);
}

/** Of what is never there. */
function emptyAtoms({ expression }: Compared): fc.Arbitrary<Predicate> {
  return fc
    .constantFrom(' IS NULL', ' IS NOT NULL', " = 'x'", " LIKE '%'", ' IS DISTINCT FROM NULL')
    .map((form) => expression + form);
}

/** Texts compared as what the literal is. */
function foreignAtoms({ expression, values }: Compared): fc.Arbitrary<Predicate> {
  const literal = fc.constantFrom(...values).map(foreign);
  const both = fc.tuple(literal, literal);
  // For equality DuckDB takes a text for what it is compared with; for what is less it wants a cast.
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom('=', '=', '<>'), literal)
        .map(([operator, value]) => `${expression} ${operator} ${value}`),
    },
    { weight: 2, arbitrary: literal.map((value) => `${value} = ${expression}`) },
    { weight: 2, arbitrary: both.map((values) => `${expression} IN (${values.join(', ')})`) },
    { weight: 1, arbitrary: literal.map((value) => `${expression} IN (${value}, NULL)`) },
    { weight: 1, arbitrary: both.map((values) => `${expression} NOT IN (${values.join(', ')})`) },
    { weight: 1, arbitrary: literal.map((value) => `${expression} IS DISTINCT FROM ${value}`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `(${expression} = ${a} AND ${expression} = ${b})`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `(${expression} = ${a} OR ${expression} = ${b})`) },
    { weight: 1, arbitrary: literal.map((value) => `(${expression} = ${value}) IS NOT TRUE`) },
    { weight: 1, arbitrary: literal.map((value) => `coalesce(${expression} = ${value}, false)`) },
  );
}

function textAtoms({ expression: column, values, isClosed = false }: Compared): fc.Arbitrary<Predicate> {
  const odd = isClosed ? ['NULL'] : ["'nothing'", "'it''s'", 'NULL', "lower('ACTIVE')", "'ACT' || 'IVE'"];
  const known = fc.constantFrom(...values);
  const value = fc.oneof(
    { weight: 6, arbitrary: known.map(quoted) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
    { weight: 1, arbitrary: known.map((each) => parameter('text', each)) },
  );
  const list = fc.array(value, { minLength: 1, maxLength: 3 }).map((items) => items.join(', '));
  const prefix = fc.tuple(known, fc.nat(6)).map(([whole, length]) => whole.slice(0, length));
  const plainPrefix = prefix.map((text) => text.replaceAll(/\W/g, ''));
  const both = fc.tuple(value, value);
  return fc.oneof(
    { weight: 10, arbitrary: value.map((each) => `${column} = ${each}`) },
    { weight: 2, arbitrary: value.map((each) => `${each} = ${column}`) },
    { weight: 4, arbitrary: value.map((each) => `${column} <> ${each}`) },
    { weight: 6, arbitrary: list.map((each) => `${column} IN (${each})`) },
    { weight: 2, arbitrary: list.map((each) => `${column} NOT IN (${each})`) },
    { weight: 2, arbitrary: value.map((each) => `${column} >= ${each}`) },
    { weight: 2, arbitrary: both.map((ends) => `${column} BETWEEN ${ends.join(' AND ')}`) },
    { weight: 1, arbitrary: both.map((ends) => `${column} NOT BETWEEN ${ends.join(' AND ')}`) },
    { weight: 2, arbitrary: prefix.map((each) => `${column} LIKE ${quoted(`${each}%`)}`) },
    { weight: 2, arbitrary: prefix.map((each) => `${column} LIKE ${quoted(`%${each}%`)}`) },
    { weight: 2, arbitrary: prefix.map((each) => `${column} NOT LIKE ${quoted(`${each}%`)}`) },
    { weight: 2, arbitrary: known.map((each) => `lower(${column}) = lower(${quoted(each)})`) },
    { weight: 2, arbitrary: fc.constantFrom('IS NULL', 'IS NOT NULL').map((word) => `${column} ${word}`) },
    { weight: 2, arbitrary: fc.constant(`length(${column}) > 6`) },
    // Forms that the planner has no word for, or must not take for one that it has.
    { weight: 1, arbitrary: value.map((each) => `${column} IS DISTINCT FROM ${each}`) },
    { weight: 1, arbitrary: value.map((each) => `${column} IS NOT DISTINCT FROM ${each}`) },
    { weight: 1, arbitrary: prefix.map((each) => `${column} ILIKE ${quoted(`${each.toLowerCase()}%`)}`) },
    { weight: 1, arbitrary: plainPrefix.map((each) => `${column} SIMILAR TO '${each}.*'`) },
    { weight: 1, arbitrary: plainPrefix.map((each) => `${column} GLOB '${each}*'`) },
    { weight: 1, arbitrary: prefix.map((each) => `starts_with(${column}, ${quoted(each)})`) },
    { weight: 1, arbitrary: prefix.map((each) => `${column} LIKE ${quoted(`${each.toLowerCase()}%`)} COLLATE NOCASE`) },
    { weight: 4, arbitrary: known.map((each) => `${column} = ${quoted(each.toLowerCase())} COLLATE NOCASE`) },
    { weight: 1, arbitrary: known.map((each) => `${quoted(each.toUpperCase())} COLLATE NOCASE = ${column}`) },
    { weight: 1, arbitrary: known.map((each) => `${column} <> ${quoted(each.toLowerCase())} COLLATE NOCASE`) },
    { weight: 1, arbitrary: known.map((each) => `${column} = ${quoted(each)} COLLATE "binary"`) },
    {
      weight: 1,
      arbitrary: known.map((each) => `${column} >= ${quoted(each.toLowerCase())} COLLATE NOCASE`),
    },
    { weight: 1, arbitrary: known.map((each) => `(${column}) COLLATE NOCASE = ${quoted(each.toUpperCase())}`) },
    { weight: 1, arbitrary: known.map((each) => `${column} IN ('x', ${quoted(each.toLowerCase())} COLLATE NOCASE)`) },
    { weight: 1, arbitrary: known.map((each) => `${column} <> lower(${quoted(each)} COLLATE NOCASE)`) },
    { weight: 1, arbitrary: known.map((each) => `${column} = upper(${quoted(each)}) COLLATE NOCASE.NOACCENT`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `(${column} = ${a} AND ${column} = ${b})`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `(${column} >= ${a} AND ${column} < ${b})`) },
    { weight: 1, arbitrary: fc.tuple(value, list).map(([a, b]) => `(${column} = ${a} AND ${column} IN (${b}))`) },
    { weight: 1, arbitrary: list.map((each) => `${column} = ANY ([${each}])`) },
    { weight: 1, arbitrary: list.map((each) => `${column} = ANY (SELECT unnest([${each}]))`) },
    { weight: 1, arbitrary: list.map((each) => `${column} <> ALL (SELECT unnest([${each}]))`) },
    { weight: 1, arbitrary: value.map((each) => `(${column}, 1) = (${each}, 1)`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `(${column}, 1) IN ((${a}, 1), (${b}, 2))`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `CASE WHEN ${column} = ${a} THEN true ELSE ${column} = ${b} END`) },
    { weight: 1, arbitrary: value.map((each) => `coalesce(${column}, 'none') = ${each}`) },
    { weight: 1, arbitrary: value.map((each) => `(${column} = ${each}) IS NOT TRUE`) },
    { weight: 1, arbitrary: value.map((each) => `(${column} = ${each}) IS NULL`) },
  );
}

const OPERATORS = ['<', '<=', '>', '>=', '<>', '='] as const;

function timeAtoms(column: string, values: readonly string[]): fc.Arbitrary<Predicate> {
  const known = fc.constantFrom(...values);
  const iso = known.map((each) => new Date(each.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString());
  const value = fc.oneof(
    fc.constantFrom(
      "'2026-06-01'",
      "'2025-01-01T00:00:00Z'",
      foreign("TIMESTAMPTZ '2026-11-24 12:00:00Z' - INTERVAL 100 DAYS"),
      "'2026-11-20 12:34:56.789123+01'",
      foreign("DATE '2026-06-01'"),
      foreign("TIMESTAMP '2026-06-01 10:00:00'"),
      foreign("DATE '2026-11-24' - 30"),
      foreign("TIMESTAMP_NS '2026-06-01 10:00:00.123456789'"),
    ),
    known.map(quoted),
    iso.map(quoted),
    iso.map((each) => quoted(each.replace('Z', '+00'))),
    iso.map((each) => `TIMESTAMP ${quoted(each.replace('Z', ''))}`),
    iso.map((each) => parameter('time', each)),
    iso.map((each) => parameter('text', each)),
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...OPERATORS), value).map((parts) => [column, ...parts].join(' ')),
    },
    { weight: 1, arbitrary: fc.tuple(value, value).map(([a, b]) => `(${column} = ${a} AND ${column} = ${b})`) },
    {
      weight: 1,
      arbitrary: iso.map((each) => `(${column} = '${each}' AND ${column} = '${each.replace('Z', '+00')}')`),
    },
    { weight: 1, arbitrary: fc.tuple(value, value).map(([a, b]) => `${column} IN (${a}, ${b})`) },
    { weight: 1, arbitrary: fc.tuple(value, value).map(([a, b]) => `${column} BETWEEN ${a} AND ${b}`) },
    { weight: 1, arbitrary: value.map((each) => `${column} IS DISTINCT FROM ${each}`) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("INTERVAL '100 days'", 'INTERVAL 3 MONTHS', "INTERVAL '2400:00:00'")
        .map((each) => `TIMESTAMPTZ '2026-11-24 12:00:00Z' - ${column} < ${foreign(each)}`),
    },
    { weight: 1, arbitrary: fc.constant(`${column}::VARCHAR LIKE '2026-11%'`) },
    { weight: 1, arbitrary: fc.constantFrom('IS NULL', 'IS NOT NULL').map((word) => `${column} ${word}`) },
  );
}

const TINY = '0.00000000000000000001';

function numberAtoms(column: string): fc.Arbitrary<Predicate> {
  const value = fc.oneof(
    fc.constantFrom(
      '1',
      '2',
      "'01'",
      "' 1'",
      '1.0',
      '1.5',
      "'1.5'",
      '1e0',
      '0',
      '-1',
      'NULL',
      '1::HUGEINT',
      '1::DOUBLE',
    ),
    fc.constantFrom('12345678901234567890', '9007199254740993', "'9007199254740993'", TINY),
    fc.constantFrom(parameter('number', '1'), parameter('big', '2'), parameter('text', '1')),
  );
  const both = fc.tuple(value, value);
  // No DECIMAL holds twenty digits on both sides of the point: whether DuckDB comes to converting one is for its plan to say.
  const ofOneType = both.filter((ends) => !ends.includes(TINY) || !ends.some((end) => /^'?\d{16}/.test(end)));
  return fc.oneof(
    fc.tuple(fc.constantFrom(...OPERATORS), value).map((parts) => [column, ...parts].join(' ')),
    both.map(([a, b]) => `(${column} = ${a} AND ${column} = ${b})`),
    ofOneType.map(([a, b]) => `${column} IN (${a}, ${b})`),
    ofOneType.map(([a, b]) => `${column} NOT BETWEEN ${a} AND ${b}`),
    value.map((each) => `${column} IS NOT DISTINCT FROM ${each}`),
    fc.constant(`${column} IS NULL`),
  );
}

function truthAtoms(column: string): fc.Arbitrary<Predicate> {
  const texts = ['true', 'false', "'t'", "'F'", "'TRUE'", "'yes'", 'NULL', parameter('text', 'true')];
  const numbers = ['1', '0', '2', 'true', 'NULL'];
  const value = fc.constantFrom(...texts, ...numbers);
  // A text among numbers would be cast to one, and whether that fails before other conditions are false is nobody's promise.
  const both = fc.constantFrom(texts, numbers).chain((of) => fc.tuple(fc.constantFrom(...of), fc.constantFrom(...of)));
  return fc.oneof(
    fc.constantFrom('', ' IS TRUE', ' IS NOT TRUE', ' IS FALSE', ' IS NULL').map((word) => `${column}${word}`),
    fc.constant(`NOT ${column}`),
    fc.tuple(fc.constantFrom('=', '<>'), value).map((parts) => [column, ...parts].join(' ')),
    both.map(([a, b]) => `(${column} = ${a} AND ${column} = ${b})`),
    both.map(([a, b]) => `${column} IN (${a}, ${b})`),
  );
}

/** The table as it is seen through a query that leaves only two columns of it. */
export function simpleTable(table: Table): Table {
  const { name, kind, key } = table;
  const own = [`{t}.${key}`, `{t}.${kind}`];
  // A login in place of a user's id is understood where the table stands, and refused through a query.
  const isClosed = name === 'okta.users.users';
  const texts = table.texts.filter(({ expression }) => own.includes(expression));
  return { name, kind, key, times: [], texts: texts.map((each) => ({ ...each, isClosed })) };
}

export function predicates(table: Table): fc.Arbitrary<Predicate> {
  const atom = atoms(table);
  const { tree } = fc.letrec<{ tree: Predicate }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: atom },
      { weight: 3, arbitrary: fc.tuple(tie('tree'), tie('tree')).map((both) => both.join(' AND ')) },
      { weight: 2, arbitrary: fc.tuple(tie('tree'), tie('tree')).map((both) => `(${both.join(' OR ')})`) },
      { weight: 1, arbitrary: tie('tree').map((inner) => `NOT (${inner})`) },
    ),
  }));
  return tree;
}
