import { expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../src/errors.ts';
import { parseScript } from '../../../src/sql/parse.ts';
import type { ColumnRef, Condition, FromItem, QueryBlock, Statement } from '../../../src/sql/statement.ts';

function parseOne(sql: string): Statement {
  const [statement, ...more] = parseScript(sql);
  if (statement === undefined || more.length > 0) throw new Error(`not one statement: ${sql}`);
  return statement.parse();
}

function blockOf(sql: string): QueryBlock {
  const statement = parseOne(sql);
  if (statement.kind !== 'select') throw new Error(`not a SELECT: ${sql}`);
  return statement.block;
}

const showColumn = ({ qualifier, name }: ColumnRef): string =>
  qualifier === undefined ? name : `${qualifier}.${name}`;

function showCondition({ at, qual }: Condition): string {
  if (qual.kind === 'sameAs') return `${at}: ${showColumn(qual.left)} = ${showColumn(qual.right)}`;
  return `${at}: ${showColumn(qual.column)} in ${JSON.stringify(qual.values)}`;
}

function showItem({ join, exposedName, source, using }: FromItem): string {
  const table = source.kind === 'table' ? `${source.ordinal}:${source.name.join('.')}` : '(…)';
  return `${join} ${table} ${exposedName}${using.length > 0 ? ` using ${using.join(',')}` : ''}`;
}

/** A block as nested text: its FROM, and below it the blocks inside. */
type Shown = readonly (string | Shown)[];
const showBlock = ({ from, blocks }: QueryBlock): Shown => [...from.map(showItem), ...blocks.map(showBlock)];

interface FromCase {
  readonly sql: string;
  readonly from: Shown;
  readonly why?: string;
}

const FROM_CASES: readonly FromCase[] = [
  { sql: 'select 1', from: [] },
  { sql: 'values (1), (2)', from: [] },
  { sql: 'select * from t', from: ['from 0:t t'] },
  { sql: 'select * from okta.apps.jwks', from: ['from 0:okta.apps.jwks jwks'] },
  { sql: 'select * from okta.apps.jwks as j', from: ['from 0:okta.apps.jwks j'] },
  { sql: 'select * from "okta"."apps"."My Table" "j k"', from: ['from 0:okta.apps.My Table j k'] },
  { sql: '(select * from a.b.c)', from: ['from 0:a.b.c c'] },
  { sql: 'select * from a.b.c x, a.b.d y', from: ['from 0:a.b.c x', 'comma 1:a.b.d y'] },
  { sql: 'select * from a.b.c x join a.b.d y on true', from: ['from 0:a.b.c x', 'inner 1:a.b.d y'] },
  { sql: 'select * from a.b.c x inner join a.b.d y on true', from: ['from 0:a.b.c x', 'inner 1:a.b.d y'] },
  { sql: 'select * from a.b.c x left join a.b.d y on true', from: ['from 0:a.b.c x', 'left 1:a.b.d y'] },
  { sql: 'select * from a.b.c x left outer join a.b.d y on true', from: ['from 0:a.b.c x', 'left 1:a.b.d y'] },
  { sql: 'select * from a.b.c x right outer join a.b.d y on true', from: ['from 0:a.b.c x', 'right 1:a.b.d y'] },
  { sql: 'select * from a.b.c x full outer join a.b.d y on true', from: ['from 0:a.b.c x', 'full 1:a.b.d y'] },
  { sql: 'select * from a.b.c x cross join a.b.d y', from: ['from 0:a.b.c x', 'cross 1:a.b.d y'] },
  {
    sql: 'select * from a.b.c cross join a.b.d',
    from: ['from 0:a.b.c c', 'cross 1:a.b.d d'],
    why: 'CROSS is no alias',
  },
  { sql: 'select * from a.b.c natural join a.b.d', from: ['from 0:a.b.c c', 'natural 1:a.b.d d'] },
  { sql: 'select * from a.b.c Natural Left Join a.b.d', from: ['from 0:a.b.c c', 'natural 1:a.b.d d'] },
  { sql: 'select * from a.b.c natural', from: ['from 0:a.b.c natural'], why: 'no join follows' },
  { sql: 'select * from a.b.c x join a.b.d y using (p, q)', from: ['from 0:a.b.c x', 'inner 1:a.b.d y using p,q'] },
  {
    sql: 'select * from a.b.c x left join a.b.d y using (p), e',
    from: ['from 0:a.b.c x', 'left 1:a.b.d y using p', 'comma 2:e e'],
  },
  { sql: 'select * from (select * from a.b.c) x', from: ['from (…) x', ['from 0:a.b.c c']] },
  { sql: 'select * from (values (1)) v(a)', from: ['from (…) v'] },
  { sql: 'select * from generate_series(1, 2) g(i)', from: ['from (…) g'] },
  {
    sql: 'select * from (a.b.c x join a.b.d y on x.p = y.p) join e on true',
    from: ['from (…) ', 'inner 0:e e'],
    why: 'closed',
  },
  { sql: 'select * from x, lateral (select * from a.b.c) y', from: ['from 0:x x', 'comma (…) y', ['from 1:a.b.c c']] },
  {
    sql: 'with x as (select * from a.b.c), y as (select * from x) select * from y, a.b.d',
    from: ['from 2:y y', 'comma 3:a.b.d d', ['from 0:a.b.c c'], ['from 1:x x']],
  },
  {
    sql: 'with recursive x as (select 1 n from a.b.c union all select n + 1 from x) select * from x',
    from: ['from 2:x x', [['from 0:a.b.c c'], ['from 1:x x']]],
  },
  {
    sql: 'select (select max(p) from a.b.c) from a.b.d group by (select 1 from a.b.e) having (select true from a.b.f)',
    from: ['from 1:a.b.d d', ['from 0:a.b.c c'], ['from 2:a.b.e e'], ['from 3:a.b.f f']],
    why: 'ordinals count in the order of the text',
  },
  {
    sql: 'select 1 from a.b.c where p in (select 1 from a.b.d) order by (select 1 from a.b.e) limit (select 1 from a.b.f)',
    from: ['from 0:a.b.c c', ['from 1:a.b.d d'], ['from 2:a.b.e e'], ['from 3:a.b.f f']],
  },
  {
    sql: 'select 1 from a.b.c x join a.b.d y on exists (select 1 from a.b.e) join a.b.f z on true',
    from: ['from 0:a.b.c x', 'inner 1:a.b.d y', 'inner 3:a.b.f z', ['from 2:a.b.e e']],
  },
  {
    sql: 'select 1 from a.b.c union select 2 from a.b.d except select 3 from a.b.e intersect select 4 from a.b.f',
    from: [['from 0:a.b.c c'], ['from 1:a.b.d d'], ['from 2:a.b.e e'], ['from 3:a.b.f f']],
  },
  {
    sql: '(select 1 from a.b.c) union all (select 2 from a.b.d order by (select 1 from a.b.e))',
    from: [['from 0:a.b.c c'], ['from 1:a.b.d d', ['from 2:a.b.e e']]],
  },
];

test.each(FROM_CASES)('FROM of $sql', ({ sql, from, why }) => {
  expect(showBlock(blockOf(sql)), why).toEqual(from);
});

interface WhereCase {
  readonly where: string;
  readonly quals: readonly string[];
  readonly why?: string;
}

const WHERE_CASES: readonly WhereCase[] = [
  { where: "a = 'x'", quals: ['a in ["x"]'] },
  { where: "'x' = a", quals: ['a in ["x"]'] },
  { where: "t.a = 'x' and \"B c\" = 'y'", quals: ['t.a in ["x"]', 'B c in ["y"]'] },
  { where: "okta.apps.jwks.kid = 'x'", quals: ['jwks.kid in ["x"]'] },
  { where: "apps.jwks.kid = 'x'", quals: ['jwks.kid in ["x"]'] },
  { where: "a in ('x', 'y', null, 1, true)", quals: ['a in ["x","y",null,1,true]'] },
  { where: "(a) in (('x'))", quals: ['a in ["x"]'] },
  { where: 'a = null', quals: ['a in [null]'] },
  { where: 'a = 5 and b = -5 and c = (5)', quals: ['a in [5]', 'b in [-5]', 'c in [5]'] },
  { where: "a = '5' and b = '007' and c = 'null'", quals: ['a in ["5"]', 'b in ["007"]', 'c in ["null"]'] },
  { where: 'a = true and false = b', quals: ['a in [true]', 'b in [false]'] },
  {
    where: 'a = 12345678901234567890',
    quals: ['a in ["12345678901234567890"]'],
    why: 'as a number it would be rounded',
  },
  { where: 'a = -9007199254740993', quals: [], why: 'not read; it would be rounded' },
  { where: 'a = 1.5 and b = 1e3', quals: [], why: 'no parameter is a fraction' },
  {
    where: "a = 'O''Brien' and b = 'c\\'",
    quals: ['a in ["O\'Brien"]', 'b in ["c\\\\"]'],
    why: 'a backslash is a character',
  },
  { where: "a = 'x\\' or b = '1'", quals: [], why: 'DuckDB ends the string at the backslash, so this is an OR' },
  { where: "a = E'\\t' and b = $$y'z$$", quals: ['a in ["\\t"]', 'b in ["y\'z"]'] },
  { where: 'a = b', quals: ['a = b'] },
  { where: 't.a = u.b and a = 1', quals: ['t.a = u.b', 'a in [1]'] },
  { where: '(a = 1 and (b = 2)) and ((c = 3))', quals: ['a in [1]', 'b in [2]', 'c in [3]'] },
  { where: 'a = 1 or b = 2', quals: [] },
  { where: 'a = 1 or b = 2 and c = 3', quals: [] },
  { where: 'c = 3 and a = 1 or b = 2', quals: [] },
  { where: '(a = 1 or b = 2) and c = 3', quals: ['c in [3]'] },
  { where: 'c = 3 and (a = 1 or b = 2)', quals: ['c in [3]'] },
  { where: '(c = 3 and a = 1) or b = 2', quals: [] },
  { where: 'not a = 1 and b = 2', quals: ['b in [2]'] },
  { where: 'not (a = 1 and b = 2) and c = 3', quals: ['c in [3]'] },
  { where: 'not (a = 1)', quals: [] },
  { where: 'a between 1 and 2 and b = 3', quals: ['b in [3]'] },
  { where: 'b = 3 and a between 1 and 2 or c = 4', quals: [] },
  { where: 'case when a = 1 then b = 2 else c = 3 end and b = 4', quals: ['b in [4]'] },
  { where: 'a <> 1 and b < 2 and c >= 3 and d <= 4 and e is null and f not in (1)', quals: [] },
  { where: "a like 'x%' and b ilike 'x' and c = 1", quals: ['c in [1]'] },
  { where: "a::text = 'x' and b = '1'::int and cast(c as text) = 'x'", quals: [] },
  { where: "lower(a) = 'x' and b = lower('X') and - c = 1", quals: [] },
  { where: 'a = 1 = true and b = c = d', quals: [] },
  { where: '(a, b) = (1, 2) and (a, b) in ((1, 2)) and c = 3', quals: ['c in [3]'] },
  { where: 'a = any(array[1, 2]) and b = 3', quals: ['b in [3]'] },
  { where: 'a in (select 1) and b in (1, lower(2))', quals: [] },
  { where: "a[1] = 'x' and b = 2", quals: ['b in [2]'], why: 'an element is not the column' },
  { where: 'a collate "nocase" = \'x\' and b = 2', quals: ['b in [2]'], why: 'it also matches X' },
  { where: "a ->> 'x' = 'y' and b = 2", quals: ['b in [2]'] },
  { where: 'true and a = 1', quals: ['a in [1]'] },
  { where: 'a = $1 and b = @c', quals: [] },
  { where: "a = date '2020-01-01' and b = timestamp '2020-01-01'", quals: [] },
];

test.each(WHERE_CASES)('quals of $where', ({ where, quals, why }) => {
  const shown = blockOf(`select * from t where ${where}`).conditions.map(showCondition);
  expect(shown, why).toEqual(quals.map((qual) => `where: ${qual}`));
});

test('conditions know the join they stand at', () => {
  const { conditions } = blockOf(
    'select * from x join y on x.a = y.a and y.b = 1 left join z on (z.a = 2) or false join w on w.a = 3 where x.c = 4',
  );
  expect(conditions.map(showCondition)).toEqual([
    '1: x.a = y.a',
    '1: y.b in [1]',
    '3: w.a in [3]',
    'where: x.c in [4]',
  ]);
});

test('columns are those of the block itself, inside every kind of expression', () => {
  const { columns, blocks } = blockOf(
    `select a, max(t.b) as m, case when c then d end, e[1] from t
     where g in (h) and exists (select i from u where j = t.k) group by l having n > 1 order by o limit 5`,
  );
  expect(columns.map(showColumn)).toEqual(['a', 't.b', 'c', 'd', 'e', 'g', 'h', 'l', 'n', 'o']);
  expect(blocks.flatMap((block) => block.columns).map(showColumn)).toEqual(['i', 'j', 't.k']);
});

test('the text to run keeps offsets and loses comments and directives', () => {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  const textOf = (write: (part: string) => string): string =>
    `select 1, ${write("-- '😀'")}\n  ${write('/*+ HINT */')} 2 ${write('/* a\nb */')} + 3 ${write('# end')}`;
  expect(parseOne(textOf((part) => part))).toMatchObject({ text: textOf(blank) });
});

test.each([
  { sql: 'select * from a.b.c x(p, q)', says: 'renamed' },
  { sql: 'select * from x anti join a.b.c on x.p = c.p', says: 'ANTI JOIN' },
  { sql: 'select * from x semi join a.b.c on x.p = c.p', says: 'SEMI JOIN' },
  { sql: 'select * from x asof join a.b.c on x.p >= c.p', says: 'ASOF JOIN' },
  { sql: 'select * from x positional join a.b.c', says: 'POSITIONAL JOIN' },
  { sql: 'select * from a.b.c x join a.b.d y on x.p = y.p, a.b.e', says: 'comma' },
  { sql: 'values ((select 1 from a.b.c))', says: 'VALUES' },
  { sql: `select ${'1 + '.repeat(20_000)} 1`, says: 'too deeply nested' },
  ...['USE a', 'FROM t', 'CREATE TABLE t (a int)', 'EXPLAIN SELECT 1'].map((sql) => ({
    sql,
    says: sql.split(' ')[0] ?? '',
  })),
])('$sql is not supported', ({ sql, says }) => {
  expect(() => parseOne(sql)).toThrow(NotSupportedError);
  expect(() => parseOne(sql)).toThrow(says);
});

test.each([
  { sql: 'select', at: [1, 7], says: 'ends too early' },
  { sql: 'select * from', at: [1, 14], says: 'ends too early' },
  { sql: 'select a\nfrom t\nwhere b = and c', at: [3, 15], says: '“c”' },
  { sql: 'select 1 2', at: [1, 10], says: '“2”' },
  { sql: 'select interval 90 days', at: [1, 20], says: "write INTERVAL '90 days'" },
  { sql: "select 1 'x'", at: [1, 10], says: 'A string' },
  { sql: '  foo bar', at: [1, 3], says: '“foo”' },
  { sql: "'x'", at: [1, 1], says: 'begins with SELECT' },
  { sql: 'select * from t where a = {{ x }}', at: [1, 27], says: '“{{ x }}”' },
  { sql: "select '😀' , , 1", at: [1, 14], says: '“,”' },
  { sql: 'select * from t -- comment', at: undefined, says: '' },
  { sql: 'select * from -- comment', at: [1, 14], says: 'ends too early' },
])('syntax error in $sql', ({ sql, at, says }) => {
  if (at === undefined) {
    expect(parseOne(sql).kind).toBe('select');
    return;
  }
  const caretAt = (error: SqlSyntaxError): number => error.excerpt.split('\n')[1]?.indexOf('^') ?? -1;
  try {
    parseOne(sql);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    expect([error.position.line, error.position.column]).toEqual(at);
    expect(error.message).toContain(says);
    expect(caretAt(error)).toBeGreaterThanOrEqual(0);
  }
});
