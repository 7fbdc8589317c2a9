import { expect, test } from 'vitest';
import { clientNames } from '../../../src/server/column-names.ts';
import { tokenize } from '../../../src/sql/text/tokens.ts';

/** What PostgreSQL 15 calls the columns of each; `=` is a name that the statement gives. */
const CASES: readonly (readonly [list: string, names: string])[] = [
  ['1', '?column?'],
  ["'x'", '?column?'],
  ['NULL, true', '?column? bool'],
  ['1 + 1, -1, (2)', '?column? ?column? ?column?'],
  ['count(*), sum(a.b), lower(x)', 'count sum lower'],
  ['coalesce(a, b), nullif(a, b), greatest(a, b)', 'coalesce nullif greatest'],
  ['count(*) FILTER (WHERE true), row_number() OVER (ORDER BY x)', 'count row_number'],
  ['CASE WHEN a THEN 1 END', 'case'],
  ['a, t.b, "C"', '= = ='],
  ['1 AS a, count(*) AS "n n", x y, count(*) n', '= = = ='],
  ["x::text, t.x::int, 1::int, '2'::bigint, lower(x)::text", 'x x int4 int8 lower'],
  ['CAST(1 AS int), CAST(x AS text)', 'int4 x'],
  ["a || 'x', a = 1, NOT a", '?column? ?column? ?column?'],
  ['current_timestamp, current_date', 'current_timestamp current_date'],
  ['ARRAY[1, 2], EXISTS (SELECT 1)', 'array exists'],
  ['$1', '?column?'],
  ["CASE WHEN a THEN 1 END x, NULL y, INTERVAL 3 days, DATE '2026-01-01'", '= = ?column? ?column?'],
];

test('columns without a name have that of PostgreSQL', () => {
  for (const [list, names] of CASES) {
    const wanted = names.split(' ');
    const engine = wanted.map((_name, index) => `engine ${index}`);
    const told = clientNames(tokenize(`SELECT ${list} FROM t`), engine);
    expect(
      told.map((name, index) => (name === engine[index] ? '=' : name)),
      list,
    ).toEqual(wanted);
  }
});

test('a star is as many columns as the others leave', () => {
  expect(clientNames(tokenize('SELECT count(*), t.*, 1 FROM t'), ['c', 'a', 'b', '1'])).toEqual([
    ...['count', 'a', 'b', '?column?'],
  ]);
  expect(clientNames(tokenize('WITH x AS (SELECT 1) SELECT * FROM x'), ['a'])).toEqual(['a']);
  expect(clientNames(tokenize('VALUES (1)'), ['col0'])).toEqual(['col0']);
});
