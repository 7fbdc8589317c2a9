import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../../src/errors.ts';
import { parseScript } from '../../../../src/sql/parse.ts';
import type { ParseContext } from '../../../../src/sql/parse-context.ts';
import type { FrontEnd } from '../../../../src/sql/statement.ts';
import { contextOf, openTestEngine, parseOne, parseSelect, type TestEngine } from '../context.ts';
import { showBlock, showColumn, showQual } from '../show.ts';

let engine: TestEngine;
let context: ParseContext;
beforeAll(async () => {
  engine = await openTestEngine();
  context = contextOf(engine);
});
afterAll(() => engine.close());

interface WhereCase {
  readonly where: string;
  readonly quals: readonly string[];
  readonly by?: FrontEnd;
  readonly why?: string;
}

const WHERE_CASES: readonly WhereCase[] = [
  { where: "a = 'x'", quals: ['a in ["x"]'], by: 'node-sql-parser' },
  { where: "'x' = a", quals: ['a in ["x"]'] },
  { where: "t.a = 'x' and \"B c\" = 'y'", quals: ['t.a in ["x"]', 'B c in ["y"]'] },
  { where: "a in ('x', 'y', null, 1, true)", quals: ['a in ["x","y",null,1,true]'] },
  { where: 'a = null', quals: ['a in [null]'] },
  { where: 'a = 5 and b = -5 and c = (5)', quals: ['a in [5]', 'b in [-5]', 'c in [5]'] },
  { where: "a = '5' and b = '007' and c = 'null'", quals: ['a in ["5"]', 'b in ["007"]', 'c in ["null"]'] },
  {
    where: 'a = 12345678901234567890 or a = -9007199254740993',
    quals: ['a in ["12345678901234567890","-9007199254740993"]'],
    why: 'as numbers they would be rounded',
  },
  { where: 'a = 1.5 and b = 1e3', quals: ['a in [1.5]', 'b in [1000]'], by: 'duckdb' },
  {
    where: 'a = 0.12345678901234567890',
    quals: ['?a ("a" = 0.12345678901234567890)'],
    why: 'a number has fewer digits',
  },
  {
    where: "a = 'O''Brien' and b = 'c\\'",
    quals: ['a in ["O\'Brien"]', 'b in ["c\\\\"]'],
    why: 'a backslash is a character',
  },
  {
    where: "a = 'x\\' or b = '1'",
    quals: ['(a in ["x\\\\"] or b in ["1"])'],
    why: 'DuckDB ends the string at the backslash, so this is an OR',
  },
  { where: 'a <> 1 and b < 2 and 3 <= c', quals: ['a <> 1', 'b < 2', 'c >= 3'], why: 'the column comes first' },
  { where: 'a = b', quals: ['a = b'] },
  { where: '(a = 1 and (b = 2)) and ((c = 3))', quals: ['a in [1]', 'b in [2]', 'c in [3]'] },
  { where: 'a = 1 or b = 2 and c = 3', quals: ['(a in [1] or (b in [2] and c in [3]))'] },
  { where: 'c = 3 and a = 1 or b = 2', quals: ['((c in [3] and a in [1]) or b in [2])'] },
  { where: '(a = 1 or b = 2) and c = 3', quals: ['(a in [1] or b in [2])', 'c in [3]'] },
  { where: 'a = 1 or a in (2, 3) or b = 4 or a = 5', quals: ['(a in [1,2,3,5] or b in [4])'] },
  {
    where: "a = 1 or a = '2'",
    quals: ['(a in [1] or a in ["2"])'],
    why: 'one list would compare in one type, which neither of them has',
  },
  { where: 'not a = 1 and b = 2', quals: ['a <> 1', 'b in [2]'] },
  { where: 'not (a = 1 and b = 2) and c = 3', quals: ['(a <> 1 or b <> 2)', 'c in [3]'] },
  { where: 'not (a = 1 or b < 2)', quals: ['a <> 1', 'b >= 2'] },
  { where: 'a not in (1, 2)', quals: ['a <> 1', 'a <> 2'] },
  { where: "a not in (1, '2')", quals: ['?a (NOT ("a" IN (1, \'2\')))'], why: 'compared in one type' },
  { where: 'a between 1 and 2 and b = 3', quals: ['a >= 1', 'a <= 2', 'b in [3]'] },
  { where: 'a not between 1 and 2', quals: ['(a < 1 or a > 2)'] },
  { where: "a between '1' and 3", quals: ['?a ("a" BETWEEN \'1\' AND 3)'], why: 'compared in one type' },
  { where: 'a between b and 5', quals: ['?a,b ("a" >= "b")', 'a <= 5'] },
  { where: 'a is null and b is not null and not c is null', quals: ['a is null', 'b is not null', 'c is not null'] },
  { where: 'a and not b', quals: ['a in [true]', 'b in [false]'] },
  { where: 'a is true and b is false', quals: ['a in [true]', 'b in [false]'] },
  {
    where: 'a is not true',
    quals: ['?a (CAST("a" AS BOOLEAN) IS DISTINCT FROM true)'],
    why: 'true where a is NULL, which NOT a is not',
  },
  { where: 'true and false', quals: ['true', 'false'] },
  { where: '1 = 0', quals: ['false'], why: 'computed' },
  { where: "a = lower('X') and b > 2 + 3", quals: ['a in ["x"]', 'b > 5'] },
  { where: "a > timestamptz '2026-01-01' - interval 1 day", quals: ['a > "2025-12-31T00:00:00.000Z"'] },
  { where: "a > timestamptz '2026-01-01' - interval '90 days'", quals: ['a > "2025-10-03T00:00:00.000Z"'] },
  { where: 'a = random()', quals: ['?a'], why: 'no value before it runs, and another each time' },
  {
    where: "a = 'x'::int",
    quals: ['?a ("a" = CAST(\'x\' AS INTEGER))'],
    why: 'it fails, and shall fail where it stands',
  },
  { where: "a like 'x%' and b not like 'y'", quals: ['a like "x%"', '?b (NOT ("b" LIKE \'y\'))'] },
  { where: "a like 'x' escape '!'", quals: ['?a "like_escape"("a", \'x\', \'!\')'] },
  {
    where: "prefix(a, 'x') and starts_with(b, 'y') and c ^@ 'z'",
    quals: ['a like "x%"', 'b like "y%"', 'c like "z%"'],
  },
  { where: "prefix(a, 'x_')", quals: ['?a "prefix"("a", \'x_\')'], why: '_ would match any character' },
  { where: "a ilike 'x%' and b ~ 'y'", quals: ['?a ("a" ILIKE \'x%\')', '?b "regexp_full_match"("b", \'y\')'] },
  { where: "(a->>'k') = 'x'", quals: ['a->k in ["x"]'], by: 'duckdb' },
  { where: "a->>'k' = 'x'", quals: ['a->k in ["x"]'] },
  { where: "(t.a->>'$.k.l') like 'x%'", quals: ['t.a->k->l like "x%"'] },
  { where: "(a->'b'->>'c') in ('x')", quals: ['a->b->c in ["x"]'] },
  {
    where: "json_extract_string(a, '$.k') = 'x' and json_extract(b, 'k') <> 'y'",
    quals: ['a->k in ["x"]', 'b->k <> "y"'],
  },
  { where: "(a->>'$.k[0]') = 'x'", quals: ["?a ((\"a\" ->> '$.k[0]') = 'x')"], why: 'an element of a list' },
  { where: "(a->>'/k') = 'x'", quals: ["?a ((\"a\" ->> '/k') = 'x')"], why: 'a JSON pointer' },
  { where: "(a->>1) = 'x'", quals: ['?a (("a" ->> 1) = \'x\')'] },
  { where: "(a->'k') = 'x'", quals: ["?a ((\"a\" -> 'k') = 'x')"], why: 'JSON, not text' },
  {
    where: "b = 1 and a->>'k' = 'x'",
    quals: ['?b,a (((("b" = 1) AND "a") ->> \'k\') = \'x\')'],
    why: 'to DuckDB an arrow binds less than AND; it will say so when it binds the types',
  },
  { where: "a[1] = 'x' and b = 2", quals: ['?a ("a"[1] = \'x\')', 'b in [2]'], why: 'an element is not the column' },
  {
    where: "a collate nocase = 'x'",
    quals: ['?a (("a" COLLATE "nocase") = \'x\')'],
    why: 'it also matches X',
  },
  { where: "a::text = 'x'", quals: ['?a (CAST("a" AS VARCHAR) = \'x\')'] },
  { where: "lower(a) = 'x' and - b = 1", quals: ['?a ("lower"("a") = \'x\')', '?b ((- "b") = 1)'] },
  { where: 'a < b', quals: ['?a,b ("a" < "b")'] },
  { where: 'not (a = b)', quals: ['?a,b ("a" <> "b")'] },
  { where: '(a, b) = (1, 2)', quals: ['?a,b ("row"("a", "b") = "row"(1, 2))'] },
  { where: 'a in (1, b) and 1 in (a, 2)', quals: ['?a,b ("a" IN (1, "b"))', '?a (1 IN ("a", 2))'] },
  { where: 'case when a = 1 then b end = 4', quals: ['?a,b ((CASE WHEN ("a" = 1) THEN "b" ELSE NULL END) = 4)'] },
  { where: 'list_filter(a, x -> x > 1) = b', quals: ['?a,b'], why: 'lambdas are not printed' },
  {
    where: 'list_filter(a, (x, i) -> x.y > i and c) = b',
    quals: ['?a,c,b'],
    why: 'arguments of lambdas are no columns',
  },
  { where: 'sum(a) = 1', quals: ['?a'], why: 'no function that is known to be stable' },
  { where: 'a in (select 1)', quals: ['a in query 0'], by: 'node-sql-parser' },
  { where: 'a = any(select 1)', quals: ['a in query 0'] },
  { where: 'a not in (select b from u)', quals: ['?b,a'] },
  { where: 'a < any(select 1) and a = all(select 1)', quals: ['?a', '?a'] },
  { where: 'exists (select 1 from u where u.b = t.c)', quals: ['?u.b,t.c'] },
  { where: "s.f = 'x'", quals: ['s.f in ["x"]'], why: 'whether s is a table, the planner knows' },
  {
    where: "t.s.f = 'x'",
    quals: ['t.s.f in ["x"]'],
    why: 'a member of t.s, or a column of a table s: the planner knows',
  },
  {
    where: "okta.apps.t.s = 'x'",
    quals: ['okta.apps.t.s in ["x"]'],
    why: 'there is no such table here: the planner places it nowhere',
  },
];

test.each(WHERE_CASES)('quals of $where', async ({ where, quals, by, why }) => {
  const { block, frontEnd } = await parseSelect(`select * from t where ${where}`, context);
  expect(block.kind === 'select' && block.where.map(showQual), why).toEqual(quals);
  if (by !== undefined) expect(frontEnd).toBe(by);
});

test('of the time, what is constant in a statement is computed', async () => {
  const { block } = await parseSelect(
    'select 1 from t where a > now() - interval 90 days and b < current_date',
    context,
  );
  expect(block.kind === 'select' && block.where.map(showQual)).toEqual([
    expect.stringMatching(/^a > "20\d\d-.*Z"$/),
    expect.stringMatching(/^b < "20\d\d-.*T00:00:00.000Z"$/),
  ]);
  const shadowed = await parseSelect('select 1 from (select a as current_date from t) where current_date = 1', context);
  expect(showBlock(shadowed.block)).toContain('where current_date in [1]');
});

test('all constants of a statement are computed in one call', async () => {
  const before = engine.counts.evaluations;
  await parseSelect(
    "select * from t join u on t.a = lower('X') where b = 1 + 1 and c in (select d from v where e = 2 + 2)",
    context,
  );
  expect(engine.counts.evaluations - before).toBe(1);
});

interface BlockCase {
  readonly sql: string;
  readonly shown: string;
  readonly why?: string;
}

/** What node-sql-parser does not read. */
const DUCKDB_CASES: readonly BlockCase[] = [
  { sql: 'select a from t qualify row_number() over (order by b) = 1', shown: 'a | from 0:t | not rowwise | opaque' },
  { sql: 'select sum(a) over (partition by b) from t', shown: '? | from 0:t | not rowwise | opaque' },
  {
    sql: 'select sum(a) over w, max(b) over w from t window w as (order by (select 1 from u))',
    shown: '?, ? | from 0:t | not rowwise | query {? | from 1:u} | opaque',
    why: 'the window is in the tree twice, and once in the text',
  },
  { sql: 'select * exclude (a) replace (b as c) from t', shown: '?… | from 0:t' },
  { sql: "select columns('x.*') from t", shown: '?… | from 0:t' },
  { sql: "select a->>'k' as k, a->>'k' from t", shown: 'a->k as k, ? | from 0:t', why: 'only an alias is a name' },
  { sql: 'from t', shown: '* | from 0:t' },
  { sql: 'from okta.s.t x select a where b = 1', shown: 'a | from 0:okta.s.t x | where b in [1]' },
  { sql: 'table t', shown: '* | from 0:t' },
  { sql: 'values (1), (2)', shown: '* | from <valueslist>' },
  { sql: 'values ((select max(a) from t))', shown: '* | from <valueslist> | query {? | from 0:t | not rowwise}' },
  { sql: 'summarize okta.s.t', shown: '* | from <> | query {* | from 0:okta.s.t | not rowwise | opaque}' },
  {
    sql: 'select * from (summarize select a from t where b = 1)',
    shown: '* | from {* | from <> | query {a | from 0:t | where b in [1] | not rowwise | opaque}}',
  },
  {
    sql: "pivot t on a in ('x', 'y') using sum(b)",
    shown: '* | from <> | query {* | from 0:t | not rowwise | opaque}',
  },
  {
    sql: "select * from (pivot (select * from t where c = 1) on a in ('x') using sum(b)) p",
    shown: '* | from {* | from <> | query {* | from {* | from 0:t | where c in [1]} | not rowwise | opaque}} p',
  },
  {
    sql: 'unpivot t on a, b into name n value v',
    shown: '* | from <> | query {* | from 0:t | not rowwise | opaque}',
  },
  {
    sql: 'select * from a, b join c on b.x = c.x, d',
    shown: '* | from ((0:a cross (1:b inner 2:c on b.x = c.x)) cross 3:d)',
  },
  {
    sql: 'select * from (a join b on true) left join c using (p)',
    shown: '* | from ((0:a inner 1:b on true) left 2:c using p)',
  },
  {
    sql: 'select * from a join (b join c on true) on true',
    shown: '* | from (0:a inner (1:b inner 2:c on true) on true)',
  },
  {
    sql: 'select * from a semi join b on a.x = b.x anti join c using (y)',
    shown: '* | from ((0:a semi 1:b on a.x = b.x) anti 2:c using y)',
  },
  {
    sql: 'select * from a asof join b on a.x >= b.x',
    shown: '* | from (0:a other 1:b on ?a.x,b.x ("a"."x" >= "b"."x"))',
  },
  { sql: 'select * from a asof left join b using (x)', shown: '* | from (0:a other 1:b using x)' },
  { sql: 'select * from a positional join b', shown: '* | from (0:a other 1:b)' },
  {
    sql: 'select * from a, lateral (select * from b where b.x = a.x) l',
    shown: '* | from (0:a cross {* | from 1:b | where b.x = a.x} l)',
  },
  { sql: 'select * from a left join lateral (select 1) l on true', shown: '* | from (0:a left {?} l on true)' },
  { sql: 'select * from t, unnest(t.a) u(b)', shown: '* | from (0:t cross <u>)' },
  {
    sql: 'select * from range((select max(a) from t))',
    shown: '* | from <range> | query {? | from 0:t | not rowwise}',
  },
  { sql: 'select unnest(a) from t limit 2', shown: '?… | from 0:t | not rowwise | limit 2', why: 'a row gives many' },
  {
    sql: 'with recursive r(n) as (select 1 from t union all select n + 1 from r where n < 5) select * from r',
    shown: 'with recursive r(n): {{? | from 0:t} + {? | from 1:r | where n < 5} | opaque} | * | from 2:r',
  },
  { sql: 'with recursive r as (select 1) select * from r', shown: 'with r: {?} | * | from 0:r' },
  { sql: 'with x as materialized (select 1) from x', shown: 'with x: {?} | * | from 0:x' },
  { sql: 'select a, sum(b) from t group by grouping sets ((a), ())', shown: 'a, ? | from 0:t | not rowwise | opaque' },
  { sql: 'select a, sum(b) from t group by rollup (a)', shown: 'a, ? | from 0:t | not rowwise | opaque' },
  {
    sql: 'select a, count(*) filter (where b) from t group by all order by all',
    shown: 'a, ? | from 0:t | not rowwise',
  },
  { sql: 'select distinct on (a) a, b from t', shown: 'a, b | from 0:t | not rowwise | opaque' },
  { sql: 'select a from t using sample 5', shown: 'a | from 0:t | not rowwise | opaque' },
  {
    sql: 'select a from okta.s.t u tablesample 10% where u.b = 1',
    shown: 'a | from {* | from 0:okta.s.t u | not rowwise | opaque} u | where u.b in [1]',
    why: 'the sample comes before the condition',
  },
  { sql: 'select a from t limit 10%', shown: 'a | from 0:t | limit ?' },
  { sql: 'select a from t limit 5 + 5 offset 2', shown: 'a | from 0:t | limit 10 offset 2' },
  { sql: 'select a from t limit (select 1)', shown: 'a | from 0:t | query {?} | limit ?' },
  { sql: 'select a from t limit null', shown: 'a | from 0:t' },
  { sql: 'select a from t limit all offset 2', shown: 'a | from 0:t | offset 2' },
  { sql: 'select a from t fetch first 5 rows only', shown: 'a | from 0:t | limit 5' },
  { sql: 'select a from t union by name select b from u', shown: '{a | from 0:t} + {b | from 1:u} | opaque' },
  {
    sql: '(select a from t limit 2) union all (select b from u order by c limit 3)',
    shown: '{a | from 0:t | limit 2} + {b | from 1:u | not rowwise | limit 3}',
  },
  {
    sql: 'select 1 union (select 2 except select 3)',
    shown: '{?} + {?} + {?}',
    why: 'arms are arms, whatever combines them',
  },
  {
    sql: 'select 1 union (select 2 union select 3 limit 4)',
    shown: '{?} + {{?} + {?} | limit 4}',
    why: 'a limit belongs to its arms',
  },
  {
    sql: 'select case (select max(p) from t) when 1 then 2 when 3 then 4 end from u',
    shown: '? | from 1:u | not rowwise | query {? | from 0:t | not rowwise}',
    why: 'the operand is in the tree twice',
  },
  {
    sql: 'from a.b.c select (select max(p) from a.b.d)',
    shown: '? | from 0:a.b.c | not rowwise | query {? | from 1:a.b.d | not rowwise}',
    why: 'ordinals count in the order of the text',
  },
  {
    sql: 'select (select sum(t.a)) from t limit 1',
    shown: '? | from 0:t | not rowwise | query {? | not rowwise} | limit 1',
    why: 'an aggregate over t',
  },
  {
    sql: "select list_transform(a, x -> x + b), [1, c], {'k': d}, e[1:f] from t limit 1",
    shown: '?, ?, ?, ? | from 0:t | limit 1',
  },
  { sql: 'select * from cte x(p, q)', shown: '* | from {* | from 0:cte} x(p,q)' },
  { sql: "select * from 'file.csv'", shown: '* | from 0:file.csv' },
];

test.each(DUCKDB_CASES)('$sql', async ({ sql, shown, why }) => {
  expect(showBlock((await parseSelect(sql, context)).block), why).toBe(shown);
});

test('stars are those that are written, and rows that are named like a column', async () => {
  const starsOf = async (sql: string): Promise<readonly (string | undefined)[]> => {
    const { block } = await parseSelect(sql, context);
    return block.kind === 'select' ? block.stars : [];
  };
  expect(await starsOf('select *, t.*, u.* exclude (a) from t, u')).toEqual([undefined, 't', 'u']);
  expect(await starsOf('select count(*) from t')).toEqual([]);
  expect(await starsOf('select count(columns(*)) from t')).toEqual([undefined]);
  expect(await starsOf("select columns('x') from t")).toEqual([undefined]);
  expect(await starsOf('select t from okta.s.t')).toEqual(['t']);
  expect(await starsOf('select X from okta.s.t x, u')).toEqual(['x']);
  expect(await starsOf('select t.t from okta.s.t')).toEqual([]);
  expect(await starsOf('select (select to_json(t)) from okta.s.t')).toEqual(['t']);
});

test('columns are those of the block itself, inside every kind of expression', async () => {
  const { block } = await parseSelect(
    `select a, max(t.b) as m, case when c then d end, e[1], f->>'x' from t join v using (w)
     where g in (h) and exists (select i from u where j = t.k) group by l having n > 1 qualify rank() over (order by q) = 1
     order by o limit 5`,
    context,
  );
  expect(block.columns.map(showColumn)).toEqual(['a', 't.b', 'c', 'd', 'e', 'f', 'w', 'g', 'h', 'l', 'n', 'q', 'o']);
  expect(block.subqueries.flatMap(({ columns }) => columns).map(showColumn)).toEqual(['i', 'j', 't.k']);
});

test('a column that may be a field is named in every way that it may be read', async () => {
  const { block } = await parseSelect('select t.s.f, s.f from t', context);
  expect(block.columns.map(showColumn)).toEqual(['t.s', 's.f']);
});

test('the text to run keeps offsets and loses comments and directives', async () => {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  const textOf = (write: (part: string) => string): string =>
    `select 1, ${write("-- '😀'")}\n  ${write('/*+ HINT */')} 2 ${write('/* a\nb */')} + 3 ${write('# end')}`;
  expect(
    await parseSelect(
      textOf((part) => part),
      context,
    ),
  ).toMatchObject({ text: textOf(blank), frontEnd: 'node-sql-parser' });
});

describe('which front end', () => {
  test.each<{ readonly sql: string; readonly by: FrontEnd; readonly asked: number }>([
    { sql: 'select a from okta.s.t where b = 1 limit 3', by: 'node-sql-parser', asked: 0 },
    { sql: "select a from t where b in (select c from u where d = 'x')", by: 'node-sql-parser', asked: 0 },
    { sql: "select a from t where lower(b) = 'x'", by: 'duckdb', asked: 1 },
    { sql: 'select a from t where b = 1 + 1', by: 'duckdb', asked: 1 },
    { sql: 'select a from t where b in (select c from u where d < e)', by: 'duckdb', asked: 1 },
    { sql: 'select a from t qualify b', by: 'duckdb', asked: 1 },
    { sql: 'select "a""b" from t', by: 'duckdb', asked: 1 },
  ])('$sql', async ({ sql, by, asked }) => {
    const before = engine.counts.trees;
    expect((await parseSelect(sql, context)).frontEnd).toBe(by);
    expect(engine.counts.trees - before).toBe(asked);
  });
});

test('a list of 50,000 values is read in one breath', async () => {
  const list = Array.from({ length: 50_000 }, (_, index) => `'${index}'`).join(', ');
  const plain = await parseSelect(`select * from t where a in (${list})`, context);
  expect(plain.block.kind === 'select' && plain.block.where).toMatchObject([{ kind: 'in' }]);
  const byDuckDb = await parseSelect(`select * from t where a not in (${list}) and lower(b) = 'x'`, context);
  expect(byDuckDb.block.kind === 'select' && byDuckDb.block.where.length).toBe(50_001);
});

test.each([
  { sql: 'select * from a.b.c x(p, q)', says: 'renamed' },
  { sql: 'pivot t on x using sum(y)', says: 'PIVOT cannot find out', hint: 'IN (' },
  { sql: 'select * from (pivot t on x using sum(y))', says: 'PIVOT cannot find out', hint: 'IN (' },
  { sql: 'select * from (show tables)', says: 'SHOW inside' },
  ...[
    'USE a',
    'BEGIN',
    'ATTACH a',
    'INSTALL x',
    'LOAD x',
    'PRAGMA x',
    'CALL f()',
    'EXPORT DATABASE x',
    'VACUUM',
    'CHECKPOINT',
  ].map((sql) => ({ sql, says: sql.split(' ')[0] ?? '' })),
])('$sql is not supported', async ({ sql, says, ...rest }) => {
  const parsing = parseOne(sql, context);
  await expect(parsing).rejects.toThrow(NotSupportedError);
  await expect(parsing).rejects.toThrow(says);
  if ('hint' in rest) await expect(parsing).rejects.toMatchObject({ hint: expect.stringContaining(rest.hint) });
});

test.each([
  { sql: 'select', at: [1, 7], says: 'ends too early' },
  { sql: 'select * from', at: [1, 14], says: 'ends too early' },
  { sql: 'select a\nfrom t\nwhere b = and c', at: [3, 11], says: '“and”' },
  { sql: 'select 1 2', at: [1, 10], says: '“2”' },
  { sql: 'select * from a join b', at: [1, 23], says: 'ends too early' },
  { sql: 'from t select a qualify', at: [1, 24], says: 'ends too early' },
  { sql: "select 1 'x'", at: [1, 10], says: 'A string' },
  { sql: '  foo bar', at: [1, 3], says: '“foo”' },
  { sql: "'x'", at: [1, 1], says: 'begins with SELECT' },
  { sql: 'select * from t where a = {{ x }}', at: [1, 27], says: '“{{ x }}”' },
  { sql: "select '😀' , , 1", at: [1, 14], says: '“,”' },
  { sql: 'select * from -- comment', at: [1, 14], says: 'ends too early' },
  { sql: 'select a from t where b = :c', at: [1, 27], says: 'no parameter c was given' },
  { sql: 'select distinct on a from t', at: [1, 20], says: '“a”' },
])('syntax error in $sql', async ({ sql, at, says }) => {
  const error: unknown = await parseOne(sql, context).catch((reason: unknown) => reason);
  if (!(error instanceof SqlSyntaxError)) throw error;
  expect([error.position.line, error.position.column]).toEqual(at);
  expect(error.message).toContain(says);
  expect(error.excerpt.split('\n')[1]).toMatch(/^ *\^$/);
});

test('a mistake in the second statement of a script is shown where it stands', async () => {
  const [, second] = parseScript("select 'é';\n  from t select a b c");
  await expect(second?.parse(context)).rejects.toMatchObject({
    position: { offset: 32, line: 2, column: 21 },
    excerpt: 'from t select a b c\n                  ^',
  });
});

test.each<[where: string, quals: readonly string[]]>([
  ['a = any($1)', ['a in ["x",null,"y"]']],
  ['t.a = any (?)', ['t.a in ["x",null,"y"]']],
  ['a in (select unnest($list))', ['a in [5,7]']],
  ['a in $1', ['a in ["x",null,"y"]']],
  ['list_contains($1, a)', ['a in ["x",null,"y"]']],
  ['a = any($none)', ['a in []']],
  ['b = 1 or a = any($1)', ['(b in [1] or a in ["x",null,"y"])']],
])('a list for a parameter: %s', async (where, quals) => {
  const parameters = { 1: ['x', null, 'y'], list: [5, 7], none: [] };
  const { block } = await parseSelect(`select 1 from t where ${where}`, contextOf(engine, { parameters }));
  expect(block.kind === 'select' ? block.where.map(showQual) : []).toEqual(quals);
});

test.each([
  'a = any(select unnest($1) limit 1)',
  'a in (select unnest($1) where false)',
  'not a = any($1)',
  'a <> all($1)',
  'a = $1',
])('a list that says no such thing: %s', async (where) => {
  const { block } = await parseSelect(
    `select 1 from t where ${where}`,
    contextOf(engine, { parameters: { 1: ['x'] } }),
  );
  expect(block.kind === 'select' ? block.where.map(({ kind }) => kind) : []).not.toContain('in');
});
