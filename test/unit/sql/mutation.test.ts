import { describe, expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../src/errors.ts';
import { parseScript } from '../../../src/sql/parse.ts';
import type { Statement } from '../../../src/sql/statement.ts';

function parseOne(sql: string): Statement {
  const [statement] = parseScript(sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  return statement.parse();
}

describe('INSERT', () => {
  test.each([
    { rest: "(a, b) VALUES ('x', 1), ('y', null)", columns: ['a', 'b'], text: "VALUES ('x', 1), ('y', null)" },
    { rest: '(a, "b c", data__d) SELECT \'x\', 1, 2', columns: ['a', 'b c', 'data__d'], text: "SELECT 'x', 1, 2" },
    { rest: "(a) (SELECT 'x') RETURNING *", columns: ['a'], text: "(SELECT 'x')", returning: '*' },
    { rest: "(a) ((SELECT 'x'))", columns: ['a'], text: "((SELECT 'x'))" },
    {
      rest: "(a) WITH z AS (SELECT 1) SELECT * FROM z RETURNING a, coalesce(b, (c)), 'returning'",
      columns: ['a'],
      text: 'WITH z AS (SELECT 1) SELECT * FROM z',
      returning: "a, coalesce(b, (c)), 'returning'",
    },
    { rest: '("select", b) VALUES (1, 2)', columns: ['select', 'b'], text: 'VALUES (1, 2)' },
    {
      rest: '(values) VALUES (1)',
      columns: ['values'],
      text: 'VALUES (1)',
      why: 'the first parenthesis is of columns',
    },
    { rest: "(a) SELECT 'x' -- RETURNING a", columns: ['a'], text: "SELECT 'x'" },
    {
      rest: "(a) VALUES ('x') RETURNING a /* b */, c",
      columns: ['a'],
      text: "VALUES ('x')",
      returning: 'a        , c',
    },
    { rest: '(a) SELECT (returning) FROM (SELECT 1 AS returning) x', columns: ['a'], text: undefined, why: 'inside' },
  ])('$rest', ({ rest, columns, text, returning, why }) => {
    const statement = parseOne(`INSERT INTO p.s.r ${rest}`);
    expect(statement, why).toMatchObject({ kind: 'insert', target: ['p', 's', 'r'], columns });
    if (statement.kind !== 'insert') return;
    if (text !== undefined) expect(statement.source.text.trim(), why).toBe(text);
    expect(statement.returning, why).toBe(returning);
  });

  test('its source is a query like any other', () => {
    const statement = parseOne("INSERT INTO p.s.r (a) SELECT id FROM p.s.q WHERE x = 'y' RETURNING a");
    expect(statement.kind === 'insert' && statement.source.block).toMatchObject({
      from: [{ source: { name: ['p', 's', 'q'], ordinal: 0 } }],
      conditions: [{ at: 'where', qual: { kind: 'in', column: { name: 'x' }, values: ['y'] } }],
    });
  });

  test.each([
    { sql: "INSERT INTO p.s.r SELECT 'x'", error: SqlSyntaxError, says: 'name the columns' },
    { sql: "INSERT INTO p.s.r VALUES ('x')", error: SqlSyntaxError, says: 'name the columns' },
    {
      sql: "INSERT INTO p.s.r (a) VALUES ('x') RETURNING -- all",
      error: SqlSyntaxError,
      says: 'RETURNING needs columns',
    },
    { sql: 'INSERT INTO p.s.r (a) VALUES (1) ON CONFLICT DO NOTHING', error: NotSupportedError, says: 'ON CONFLICT' },
    { sql: 'INSERT INTO p.s.r (a) VALUES ((SELECT 1))', error: NotSupportedError, says: 'VALUES' },
    { sql: 'INSERT INTO p.s.r (a) DEFAULT VALUES', error: SqlSyntaxError, says: '“DEFAULT”' },
    { sql: 'INSERT p.s.r', error: SqlSyntaxError, says: 'line 1' },
    { sql: 'INSERT', error: SqlSyntaxError, says: 'ends too early' },
  ])('$sql is refused', ({ sql, error, says }) => {
    expect(() => parseOne(sql)).toThrow(error);
    expect(() => parseOne(sql)).toThrow(says);
  });
});

describe('DELETE', () => {
  const A = { kind: 'in', column: { name: 'a' }, values: ['x'] };
  test.each([
    { where: "a = 'x'", quals: [A], isFullyQualified: true },
    {
      where: "a = 'x' AND b IN ('y', 2)",
      quals: [A, { kind: 'in', column: { name: 'b' }, values: ['y', 2] }],
      isFullyQualified: true,
    },
    { where: "((a = 'x'))", quals: [A], isFullyQualified: true },
    { where: "r.a = 'x'", quals: [{ ...A, column: { name: 'a', qualifier: 'r' } }], isFullyQualified: true },
    { where: "R.a = 'x'", quals: [{ ...A, column: { name: 'a', qualifier: 'R' } }], isFullyQualified: true },
    { where: "p.s.r.a = 'x'", quals: [{ ...A, column: { name: 'a', qualifier: 'r' } }], isFullyQualified: true },
    { where: "q.a = 'x'", quals: [{ ...A, column: { name: 'a', qualifier: 'q' } }], isFullyQualified: false },
    { where: "a = 'x' OR b = 'y'", quals: [], isFullyQualified: false },
    { where: "a = 'x' OR b = 'y' AND c = 'z'", quals: [], isFullyQualified: false },
    { where: "a = 'x' AND (b = 'y' OR c = 'z')", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b <> 'y'", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b > 'y'", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b LIKE 'y'", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b IS NULL", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND NOT b = 'y'", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND lower(b) = 'y'", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b NOT IN ('y')", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b BETWEEN 1 AND 2", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b[1] = 'y'", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND true", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND EXISTS (SELECT 1)", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b IN (SELECT 1)", quals: [A], isFullyQualified: false },
    { where: "a = 'x' AND b = 1.5", quals: [A], isFullyQualified: false },
    { where: 'NOT (a = b)', quals: [], isFullyQualified: false },
    { where: 'true', quals: [], isFullyQualified: false },
  ])('WHERE $where', ({ where, quals, isFullyQualified }) => {
    const statement = parseOne(`DELETE FROM p.s.r WHERE ${where}`);
    expect(statement).toEqual({ kind: 'delete', target: ['p', 's', 'r'], quals, isFullyQualified });
  });

  test.each(['DELETE FROM p.s.r t WHERE t.a = 1', 'DELETE FROM p.s.r AS t WHERE T.a = 1'])('%s', (sql) => {
    expect(parseOne(sql)).toMatchObject({ target: ['p', 's', 'r'], isFullyQualified: true });
  });

  test('under an alias, the name of the table is unknown', () => {
    expect(parseOne('DELETE FROM p.s.r t WHERE r.a = 1')).toMatchObject({ isFullyQualified: false });
  });

  test('RETURNING', () => {
    expect(parseOne("DELETE FROM p.s.r WHERE a = 'x' RETURNING id, (b)")).toMatchObject({ returning: 'id, (b)' });
  });

  test.each([
    { sql: 'DELETE FROM p.s.r, p.s.q WHERE a = 1', error: NotSupportedError },
    { sql: 'DELETE FROM p.s.r USING p.s.q WHERE a = 1', error: SqlSyntaxError },
    { sql: 'DELETE FROM p.s.r WHERE a = 1 LIMIT 1', error: SqlSyntaxError },
    { sql: 'DELETE FROM p.s.r WHERE a = 1 ORDER BY a', error: SqlSyntaxError },
    { sql: 'DELETE FROM p.s.r WHERE', error: SqlSyntaxError },
    { sql: 'DELETE FROM p.s.r a = 1', error: SqlSyntaxError },
  ])('$sql is refused', ({ sql, error }) => {
    expect(() => parseOne(sql)).toThrow(error);
  });
});

describe('EXEC', () => {
  const METHOD = { kind: 'exec', method: ['p', 's', 'r', 'm'], showResults: false };
  const parameters = (values: Readonly<Record<string, unknown>>): object => ({
    parameters: Object.entries(values).map(([name, value]) => ({ name, value })),
  });
  test.each([
    { sql: 'EXEC p.s.r.m', statement: { ...METHOD, ...parameters({}) } },
    { sql: "EXECUTE p.s.r.m @a = 'it''s'", statement: { ...METHOD, ...parameters({ a: "it's" }) } },
    {
      sql: "exec p.s.r.m @a='x', @b = 5 , @c=-1.5, @d=true, @e = NULL, @f = False",
      statement: { ...METHOD, ...parameters({ a: 'x', b: 5, c: -1.5, d: true, e: null, f: false }) },
    },
    {
      sql: 'exec p.s.r.m @a = 12345678901234567890, @b = -12345678901234567890, @c = 1_000',
      statement: { ...METHOD, ...parameters({ a: '12345678901234567890', b: '-12345678901234567890', c: 1000 }) },
    },
    { sql: 'exec "p".s."r".m @a-b = 1', statement: { ...METHOD, ...parameters({ 'a-b': 1 }) } },
    {
      sql: "exec p.s.r.m @a='x' @@json='{\"b\": 1}'",
      statement: { ...METHOD, ...parameters({ a: 'x' }), json: '{"b": 1}' },
    },
    {
      sql: "exec p.s.r.m @@JSON='{}', @a='x' -- end",
      statement: { ...METHOD, ...parameters({ a: 'x' }), json: '{}' },
    },
    { sql: 'exec /*+ SHOWRESULTS */ p.s.r.m', statement: { ...METHOD, ...parameters({}), showResults: true } },
    { sql: 'exec /*+ AWAIT */ p.s.r.m', statement: { ...METHOD, ...parameters({}) } },
    { sql: 'exec p.m', statement: { ...METHOD, ...parameters({}), method: ['p', 'm'] } },
  ])('$sql', ({ sql, statement }) => {
    expect(parseOne(sql)).toEqual(statement);
  });

  test.each([
    { sql: 'EXEC', at: 5, says: 'is expected' },
    { sql: 'EXEC p.s.', at: 10, says: 'a name is expected' },
    { sql: 'EXEC p.s.r.m @a', at: 16, says: '= is expected' },
    { sql: 'EXEC p.s.r.m @a=', at: 17, says: 'a value is expected' },
    { sql: 'EXEC p.s.r.m @a=,', at: 17, says: 'a value is expected' },
    { sql: 'EXEC p.s.r.m @a=x', at: 17, says: 'a value is expected' },
    { sql: "EXEC p.s.r.m @a=-'x'", at: 18, says: 'a value is expected' },
    { sql: "EXEC p.s.r.m @a=lower('x')", at: 17, says: 'a value is expected' },
    { sql: "EXEC p.s.r.m @a='x' @b='y'", at: 21, says: 'separated by commas' },
    { sql: "EXEC p.s.r.m @a='x',", at: 21, says: 'a parameter' },
    { sql: "EXEC p.s.r.m a='x'", at: 14, says: 'a parameter' },
    { sql: "EXEC p.s.r.m (@a='x')", at: 14, says: 'a parameter' },
    { sql: "EXEC p.s.r.m @a='x', @A='y'", at: 22, says: 'given twice' },
    { sql: "EXEC p.s.r.m @@json='{}', @@json='{}'", at: 27, says: 'given twice' },
    { sql: "EXEC p.s.r.m @@xml='x'", at: 14, says: '@@json' },
    { sql: 'EXEC p.s.r.m @@json=5', at: 14, says: '@@json' },
    { sql: 'EXEC p.s.r.m @a={{ x }}', at: 17, says: 'not expected' },
  ])('$sql is refused', ({ sql, at, says }) => {
    expect(() => parseOne(sql)).toThrow(SqlSyntaxError);
    expect(() => parseOne(sql)).toThrow(says);
    expect(() => parseOne(sql)).toThrow(expect.objectContaining({ position: { offset: at - 1, line: 1, column: at } }));
  });
});
