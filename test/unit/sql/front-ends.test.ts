import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTree } from '../../../src/sql/duckdb-tree/block.ts';
import { readForeign } from '../../../src/sql/select/select.ts';
import type { QueryBlock } from '../../../src/sql/statement.ts';
import { queryOf } from '../../../src/sql/text/query.ts';
import { tokenize } from '../../../src/sql/text/tokens.ts';
import { openTestEngine, type TestEngine } from './context.ts';
import { plainExpressions } from './expressions.ts';

/** `SOUNDNESS_RUNS=20000 npx vitest run test/unit/sql/front-ends.test.ts` compares more of them. */
const RUNS = Number(process.env['SOUNDNESS_RUNS'] ?? 400);
/** `npm test` tries the same ones everywhere. */
const SEED = process.env['SOUNDNESS_RUNS'] === undefined ? { seed: 20_261_129 } : {};

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const byNodeSqlParser = (sql: string): QueryBlock | undefined => readForeign(queryOf(tokenize(sql), sql), {}).block;
const byDuckDb = async (sql: string): Promise<QueryBlock> => readTree(await engine.duckDbTree(sql), sql, {}).block;
/** Without what only DuckDB's reader tells: where names with dots stand, for which the other hands over where it matters. */
const plainByDuckDb = async (sql: string): Promise<unknown> => withoutDotted(await byDuckDb(sql));

function withoutDotted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDotted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'dotted');
  return Object.fromEntries(members.map(([name, member]) => [name, withoutDotted(member)]));
}

/** Statements that node-sql-parser reads completely, by what they are about. */
const BOTH: Readonly<Record<string, readonly string[]>> = {
  'SELECT lists': [
    'select 1',
    "select 1, 'x', null, true, -5, 1.5",
    'select * from t',
    'select *, a from t',
    'select t.* from t',
    'select t.*, u.a from t, u',
    'select a from t',
    'select A, T.B from t T',
    'select a, a, b from t',
    'select a as b from t',
    'select a b from t',
    'select a as "B c", "D", "d" from t',
    'select t.a, u.a from t, u',
    'select okta.apps.jwks.kid, apps.jwks.kid, jwks.kid, kid from okta.apps.jwks',
    'select a.b.c from x.a.b',
    'select lower(a) from t',
    'select LOWER(a), upper(b) as b from t',
    'select coalesce(a, b), concat(a, b) from t',
    'select a + b, a - b, a * b, a / b, a % b from t',
    'select a + b * c - d from t',
    'select a || b from t',
    'select -a from t',
    'select not a from t',
    "select a = 1, b in (1, 2), c is null, d between 1 and 2, e like 'x' from t",
    'select case when a then b else c end from t',
    'select case a when 1 then b when 2 then c end as d from t',
    'select cast(a as int), b::text from t',
    'select count(*) from t',
    'select count(a), count(distinct b) from t',
    'select sum(a + b), min(c), max(c), avg(d) from t',
    'select nobody_knows(a) from t',
    'select (select 1)',
    'select (select max(a) from u) from t',
    'select (select b from u where u.c = t.c) as d from t',
    'select exists (select 1 from u where u.a = t.a) from t',
    'select distinct a from t',
    'select distinct * from t',
    'select distinct a, b from t order by a',
    'select t from okta.a.t t',
    'select u from okta.a.t u where u.b = 1',
    'select t.t from okta.a.t t',
  ],
  FROM: [
    'select * from okta.apps.jwks',
    'select * from okta.apps.jwks j',
    'select * from okta.apps.jwks as j',
    'select * from a.b',
    'select * from "okta"."apps"."My Table" "j k"',
    'select * from a, b',
    'select * from a, b, c',
    'select * from a.b.c x, a.b.d y where x.p = y.p',
    'select * from a join b on a.x = b.x',
    'select * from a inner join b on a.x = b.x',
    'select * from a left join b on a.x = b.x',
    'select * from a left outer join b on a.x = b.x',
    'select * from a right join b on a.x = b.x',
    'select * from a right outer join b on a.x = b.x',
    'select * from a full join b on a.x = b.x',
    'select * from a full outer join b on a.x = b.x',
    'select * from a join b on true',
    'select * from a join b on a.x = b.x and b.y = 1',
    'select * from a join b on a.x = b.x or b.y = 1',
    'select * from a left join b on a.x = b.x and a.y in (1, 2) and b.z is null',
    'select * from a join b using (x)',
    'select * from a left join b using (x, y)',
    'select * from a cross join b',
    'select * from a x cross join b y',
    'select * from a CROSS JOIN b join c on a.x = c.x',
    'select * from a natural join b',
    'select * from a natural left join b',
    'select * from a Natural Full Outer Join b',
    'select * from a, b join c on b.x = c.x',
    'select * from a join b on a.x = b.x left join c on b.y = c.y',
    'select * from a join b using (x) join c using (y)',
    'select * from a join b using (x), c',
    'select * from a, b cross join c, d',
    'select * from (select 1) x',
    'select * from (select a from b) x',
    'select * from (select a from b) x(c)',
    'select * from (select a, b from c) as x(d, e)',
    'select * from (select a from b) x, (select c from d) y',
    'select * from (select a from b where c = 1) x where x.a = 2',
    'select * from (select * from (select * from a) b) c',
    'select * from a join (select b from c) d on a.b = d.b',
    'select * from (values (1, 2), (3, 4)) v',
    'select * from (values (1, 2), (3, 4)) v(a, b)',
    'select * from (select 1 union select 2) x',
    'select * from cte c(x, y)',
    'select 1 from a join b on a.x in (select c from d) join e on true',
  ],
  WHERE: [
    "select 1 from t where a = 'x'",
    "select 1 from t where 'x' = a",
    'select 1 from t where a = 1 and b <> 2 and c != 3 and d < 4 and e <= 5 and f > 6 and g >= 7',
    'select 1 from t where 1 < a and 2 >= b and 3 <> c',
    'select 1 from t where a = null and b <> null',
    'select 1 from t where a = true and false = b',
    'select 1 from t where a = -5 and b = (5) and c = 1.50 and d = 0.1',
    'select 1 from t where a = 12345678901234567890',
    "select 1 from t where a = 'O''Brien' and b = 'c\\'",
    "select 1 from t where a = E'\\t' and b = $$y'z$$",
    "select 1 from t where a in ('x', 'y', null)",
    "select 1 from t where a in ('x', 1, true)",
    "select 1 from t where (a) in (('x'))",
    "select 1 from t where a not in ('x', 'y')",
    'select 1 from t where not a in (1)',
    'select 1 from t where not a not in (1)',
    'select 1 from t where a between 1 and 2',
    "select 1 from t where a not between 'x' and 'y' and b = 1",
    'select 1 from t where 5 between a and b',
    "select 1 from t where a like 'x%'",
    "select 1 from t where t.a like 'x' and b = 1",
    'select 1 from t where a is null and b is not null',
    'select 1 from t where not a is null',
    'select 1 from t where not (a is not null)',
    'select 1 from t where a',
    'select 1 from t where not a and b',
    'select 1 from t where not (not a)',
    'select 1 from t where true and a = 1',
    'select 1 from t where false or a = 1',
    'select 1 from t where a = b',
    'select 1 from t, u where t.a = u.b and t.c = 1',
    'select 1 from t where a = 1 or b = 2',
    'select 1 from t where a = 1 or b = 2 and c = 3',
    'select 1 from t where a = 1 and b = 2 or c = 3',
    'select 1 from t where a = 1 and b = 2 or c = 3 and d = 4 or e = 5',
    'select 1 from t where (a = 1 or b = 2) and c = 3',
    'select 1 from t where c = 3 and (a = 1 or b = 2)',
    'select 1 from t where (a = 1 and (b = 2)) and ((c = 3))',
    'select 1 from t where ((a = 1 or b = 2) or (c = 3))',
    'select 1 from t where a = 1 or a = 2 or a in (3, 4)',
    "select 1 from t where a = 1 or b = 2 or a = 3 or a = 'x'",
    'select 1 from t where not (a = 1)',
    'select 1 from t where not (a = 1 and b = 2)',
    'select 1 from t where not (a = 1 or b = 2)',
    'select 1 from t where not (a = 1 or b = 2) and c = 3',
    'select 1 from t where not (a = 1) or b = 2 and c = 3',
    'select 1 from t where not (a between 1 and 2)',
    'select 1 from t where not (a < 1) and not (b >= 2)',
    'select 1 from t where not a = 1 and b = 2',
    'select 1 from t where a in (select b from u)',
    'select 1 from t where a in (select b from u where u.c = t.c) and d = 1',
    'select 1 from t where a = 1 or b in (select 1) or c in (select 2 from u)',
    'select (select 1) from t where a in (select b from u)',
    'select 1 from t where "A b" = 1 and t."C" = 2',
    'select 1 from okta.apps.jwks where okta.apps.jwks.kid = 1 and apps.jwks.a = 2 and jwks.b = 3',
  ],
  'GROUP BY, HAVING, ORDER BY, LIMIT': [
    'select a, count(*) from t group by a',
    'select a, b, count(*) from t group by a, t.b',
    'select a, count(*) from t group by 1',
    'select a from t group by a having count(*) > 1',
    'select a, max(b) from t group by a having max(b) > 1 and a <> 2 order by 2 desc',
    'select max(a) from t having max(a) > 1',
    'select a from t order by b',
    'select a from t order by b desc, c asc nulls last, 1',
    'select a from t order by lower(b)',
    'select a from t order by (select 1 from u)',
    'select a from t limit 5',
    'select a from t limit 0',
    'select a from t limit 5 offset 2',
    'select a from t offset 2',
    'select a from t where b = 1 order by c limit 5',
    'select count(*) from t limit 1',
    'select a from t group by a, (b) limit 1',
  ],
  'CTEs and set operations': [
    'with x as (select * from a) select * from x',
    'with x as (select 1), y as (select * from x) select * from y, x',
    'with x(p, q) as (select a, b from t) select p from x',
    'with "X y" as (select 1) select * from "X y"',
    'with x as (select a from t where b = 1 limit 3) select * from x where a = 2',
    'select * from (with x as (select 1) select * from x) y',
    'select 1 union select 2',
    'select 1 union all select 2',
    'select a from t except select b from u',
    'select a from t intersect select b from u',
    'select 1 union select 2 union all select 3',
    'select a from t union select b from u order by 1',
    'select a from t union select b from u order by a limit 3 offset 1',
    'select a from t where b = 1 union all select c from u where d = 2 limit 5',
    'with x as (select 1 as a) select a from x union select b from y',
    'select * from t where a in (select 1 union select 2)',
    '(select * from a.b.c)',
    '((select a from t where b = 1))',
  ],
};

describe.each(Object.entries(BOTH))('%s', (_theme, statements) => {
  test.each(statements)('%s', async (sql) => {
    const block = byNodeSqlParser(sql);
    expect(block, 'node-sql-parser reads it').toBeDefined();
    expect(block).toEqual(await plainByDuckDb(sql));
  });
});

/** Statements that node-sql-parser accepts, and takes for something else. */
test.each([
  { sql: 'select * from a join b on a.x = b.x, c', why: 'the table c would be lost' },
  { sql: "select * from 'x.csv'", why: 'a string for a table' },
  { sql: "select a as 'x' from t", why: 'a string for a name' },
  { sql: 'select a from only t', why: 'a table called only' },
  { sql: 'select * from a semi join b on a.x = b.x', why: 'an alias called semi' },
  { sql: 'select * from a asof join b on a.x >= b.x', why: 'an alias called asof' },
  { sql: 'select * from a positional join b', why: 'an alias called positional' },
  { sql: "select columns('x') from t", why: 'a function of no columns' },
  { sql: "select 1 from t where a = 1 and b->>'k' = 'x'", why: 'an arrow that binds more than AND' },
  { sql: 'select 1 from t where a is not distinct from 1', why: 'a comparison with a text' },
  { sql: 'select 1 from t where a collate "nocase" = \'x\'', why: 'a plain column' },
  { sql: "select 1 from t where a[1] = 'x'", why: 'a plain column' },
  { sql: 'select a from t group by rollup(a)', why: 'a function' },
  { sql: 'select a from t, s where t.s.f = 1', why: 'a column of the table s' },
  { sql: 'select "a""b" from t', why: 'a name with two quotes' },
  { sql: 'select * from x y where y.a = x.b', why: 'a member of a column x' },
])('$sql is left to DuckDB', async ({ sql, why }) => {
  expect(byNodeSqlParser(sql), why).toBeUndefined();
  expect(await byDuckDb(sql)).toBeDefined();
});

test('the suite is as large as it was meant to be', () => {
  expect(new Set(Object.values(BOTH).flat()).size).toBeGreaterThanOrEqual(150);
});

/** SELECTs put together at random. */
function selects(): fc.Arbitrary<string> {
  const where = plainExpressions({ numbers: ['a', 't.b'], texts: ['c', 'u.d'], flags: ['e'] });
  const list = fc
    .array(
      fc.constantFrom('a', 't.b as x', '*', 'u.*', 'lower(c)', 'count(*)', '1', 'a + t.b', 'case when e then 1 end'),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((items) => items.join(', '));
  const join = fc.constantFrom(
    'okta.s.t t, okta.s.u u',
    't join u on t.a = u.a and u.b in (1, 2)',
    't left join u using (a)',
    't cross join u',
    't natural join u',
    '(select * from x) t join u on true, v',
    't, u join v on u.a = v.a or v.b < 2',
  );
  const tail = fc.constantFrom(
    '',
    'group by a',
    'order by c desc',
    'limit 3',
    'order by 1 limit 2 offset 1',
    'offset 4',
  );
  const select = fc
    .tuple(fc.constantFrom('', 'distinct '), list, join, where, tail)
    .map(
      ([distinct, items, from, condition, rest]) =>
        `select ${distinct}${items} from ${from} where ${condition} ${rest}`,
    );
  const plain = fc
    .tuple(list, join, where)
    .map(([items, from, condition]) => `select ${items} from ${from} where ${condition}`);
  return fc.oneof(
    { weight: 6, arbitrary: select },
    fc.tuple(select, where).map(([inner, condition]) => `select * from (${inner}) t, u where ${condition}`),
    fc.tuple(select, select).map(([inner, outer]) => `with t as (${inner}) ${outer}`),
    fc
      .tuple(plain, fc.constantFrom('union', 'union all', 'except', 'intersect'), select)
      .map((parts) => parts.join(' ')),
    fc.tuple(plain, plain).map(([outer, inner]) => `${outer} and a in (${inner})`),
  );
}

test('on random statements, both say the same', async () => {
  const counts = { compared: 0, left: 0 };
  const property = fc.asyncProperty(selects(), async (sql) => {
    const block = byNodeSqlParser(sql);
    if (block === undefined) counts.left += 1;
    else {
      counts.compared += 1;
      expect(block, sql).toEqual(await plainByDuckDb(sql));
    }
  });
  await fc.assert(property, { numRuns: RUNS, ...SEED });
  expect(counts.compared, JSON.stringify(counts)).toBeGreaterThan(counts.left);
});
