import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../../src/errors.ts';
import type { ParseContext } from '../../../../src/sql/parse-context.ts';
import type { Statement } from '../../../../src/sql/statement.ts';
import { contextOf, openTestEngine, parseOne, type TestEngine } from '../context.ts';
import { showBlock, showQual } from '../show.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const parse = (sql: string, parameters: ParseContext['parameters'] = {}): Promise<Statement> =>
  parseOne(sql, contextOf(engine, { parameters }));

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
    { rest: '(a) FROM (SELECT 1 AS a)', columns: ['a'], text: 'FROM (SELECT 1 AS a)', why: 'DuckDB’s form' },
    { rest: '(a) VALUES ((SELECT 1))', columns: ['a'], text: 'VALUES ((SELECT 1))' },
  ])('$rest', async ({ rest, columns, text, returning, why }) => {
    const statement = await parse(`INSERT INTO p.s.r ${rest}`);
    expect(statement, why).toMatchObject({ kind: 'insert', target: ['p', 's', 'r'], columns });
    if (statement.kind !== 'insert') return;
    if (text !== undefined) expect(statement.source.text.trim(), why).toBe(text);
    expect(statement.returning, why).toBe(returning);
  });

  test('its source is a query like any other', async () => {
    const statement = await parse("INSERT INTO p.s.r (a) SELECT id FROM p.s.q WHERE x = 'y' RETURNING a");
    expect(statement.kind === 'insert' && showBlock(statement.source.block)).toBe(
      'id | from 0:p.s.q | where x in ["y"]',
    );
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
    { sql: 'INSERT OR REPLACE INTO p.s.r (a) VALUES (1)', error: NotSupportedError, says: 'INSERT OR' },
    { sql: 'INSERT INTO p.s.r (a) VALUES (1) RETURNING $1', error: NotSupportedError, says: 'RETURNING' },
    { sql: 'INSERT INTO p.s.r (a)', error: SqlSyntaxError, says: 'VALUES or a query is expected' },
    { sql: 'INSERT INTO p.s.r (a) SELECT FROM', error: SqlSyntaxError, says: 'line 1, column 34' },
    { sql: 'INSERT INTO p.s.r (a) DEFAULT VALUES', error: SqlSyntaxError, says: '“DEFAULT”' },
    { sql: 'INSERT p.s.r', error: SqlSyntaxError, says: 'line 1' },
    { sql: 'INSERT', error: SqlSyntaxError, says: 'ends too early' },
  ])('$sql is refused', async ({ sql, error, says }) => {
    const parsing = parse(sql, { 1: 'x' });
    await expect(parsing).rejects.toThrow(error);
    await expect(parsing).rejects.toThrow(says);
  });
});

describe('DELETE', () => {
  test.each([
    { where: "a = 'x'", quals: ['a in ["x"]'], isFullyQualified: true },
    { where: "a = 'x' AND b IN ('y', 2)", quals: ['a in ["x"]', 'b in ["y",2]'], isFullyQualified: true },
    { where: "((a = 'x'))", quals: ['a in ["x"]'], isFullyQualified: true },
    { where: "a = lower('X') AND b = 1 + 1", quals: ['a in ["x"]', 'b in [2]'], isFullyQualified: true },
    { where: "a = 'x' OR a = 'y'", quals: ['a in ["x","y"]'], isFullyQualified: true },
    { where: "r.a = 'x'", quals: ['r.a in ["x"]'], isFullyQualified: true },
    { where: "R.a = 'x'", quals: ['R.a in ["x"]'], isFullyQualified: true },
    { where: "p.s.r.a = 'x'", quals: ['r.a in ["x"]'], isFullyQualified: true },
    { where: "q.a = 'x'", quals: ['?q.a'], isFullyQualified: false },
    { where: "a = 'x' OR b = 'y'", quals: ['(a in ["x"] or b in ["y"])'], isFullyQualified: false },
    {
      where: "a = 'x' OR b = 'y' AND c = 'z'",
      quals: ['(a in ["x"] or (b in ["y"] and c in ["z"]))'],
      isFullyQualified: false,
    },
    { where: "a = 'x' AND b <> 'y'", quals: ['a in ["x"]', 'b <> "y"'], isFullyQualified: false },
    { where: "a = 'x' AND b LIKE 'y'", quals: ['a in ["x"]', 'b like "y"'], isFullyQualified: false },
    { where: "a = 'x' AND b IS NULL", quals: ['a in ["x"]', 'b is null'], isFullyQualified: false },
    { where: "a = 'x' AND NOT b = 'y'", quals: ['a in ["x"]', 'b <> "y"'], isFullyQualified: false },
    {
      where: "a = 'x' AND lower(b) = 'y'",
      quals: ['a in ["x"]', '?b ("lower"("b") = \'y\')'],
      isFullyQualified: false,
    },
    { where: "a = 'x' AND b BETWEEN 1 AND 2", quals: ['a in ["x"]', 'b >= 1', 'b <= 2'], isFullyQualified: false },
    { where: "a = 'x' AND (b->>'k') = 'y'", quals: ['a in ["x"]', 'b->k in ["y"]'], isFullyQualified: false },
    { where: "a = 'x' AND true", quals: ['a in ["x"]', 'true'], isFullyQualified: false },
    { where: "a = 'x' AND EXISTS (SELECT 1)", quals: ['a in ["x"]', '?'], isFullyQualified: false },
    { where: "a = 'x' AND b IN (SELECT 1)", quals: ['a in ["x"]', 'b in query 0'], isFullyQualified: false },
    { where: 'a = b', quals: ['a = b'], isFullyQualified: false },
    { where: 'true', quals: ['true'], isFullyQualified: false },
  ])('WHERE $where', async ({ where, quals, isFullyQualified }) => {
    const statement = await parse(`DELETE FROM p.s.r WHERE ${where}`);
    expect(statement).toMatchObject({ kind: 'delete', target: ['p', 's', 'r'], isFullyQualified });
    if (statement.kind !== 'delete') return;
    expect(statement.quals.map(showQual)).toEqual(quals);
    expect(statement.matches?.text).toBe(`SELECT * FROM p.s.r WHERE ${where}`);
  });

  test.each(['DELETE FROM p.s.r t WHERE t.a = 1', 'DELETE FROM p.s.r AS t WHERE T.a = 1'])('%s', async (sql) => {
    expect(await parse(sql)).toMatchObject({ target: ['p', 's', 'r'], isFullyQualified: true });
  });

  test('without WHERE, nothing is left to select', async () => {
    expect(await parse('DELETE FROM p.s.r')).toEqual({
      kind: 'delete',
      target: ['p', 's', 'r'],
      quals: [],
      isFullyQualified: true,
    });
  });

  test('under an alias, the name of the table is unknown', async () => {
    expect(await parse('DELETE FROM p.s.r t WHERE r.a = 1')).toMatchObject({
      isFullyQualified: false,
      matches: { text: 'SELECT * FROM p.s.r t WHERE r.a = 1' },
    });
  });

  test('the rows that match are a query like any other', async () => {
    const statement = await parse('DELETE FROM p.s.r x WHERE x.a IN (SELECT b FROM p.s.q WHERE c = 1) RETURNING a');
    expect(statement.kind === 'delete' && statement.matches && showBlock(statement.matches.block)).toBe(
      '* | from 0:p.s.r x | where x.a in query 0 | query {b | from 1:p.s.q | where c in [1]}',
    );
  });

  test('RETURNING', async () => {
    expect(await parse("DELETE FROM p.s.r WHERE a = 'x' RETURNING id, (b)")).toMatchObject({ returning: 'id, (b)' });
  });

  test.each([
    { sql: 'DELETE FROM p.s.r, p.s.q WHERE a = 1', error: NotSupportedError, says: 'several tables' },
    { sql: 'DELETE FROM p.s.r USING p.s.q WHERE a = 1', error: SqlSyntaxError, says: '“USING”' },
    { sql: 'DELETE FROM p.s.r WHERE a = 1 LIMIT 1', error: SqlSyntaxError, says: '“LIMIT”' },
    { sql: 'DELETE FROM p.s.r WHERE a = 1 ORDER BY a', error: SqlSyntaxError, says: '“ORDER”' },
    { sql: 'DELETE FROM p.s.r WHERE', error: SqlSyntaxError, says: 'a condition is expected' },
    { sql: 'DELETE FROM p.s.r a = 1', error: SqlSyntaxError, says: 'column 21' },
    { sql: 'DELETE p.s.r', error: SqlSyntaxError, says: 'FROM is expected' },
    { sql: 'DELETE FROM p.s.r WHERE a = = 1', error: SqlSyntaxError, says: 'column 29' },
    { sql: 'DELETE FROM p.s.r WHERE a QUALIFY b', error: SqlSyntaxError, says: '“QUALIFY”' },
    { sql: 'DELETE FROM p.s.r WHERE a USING SAMPLE 5', error: SqlSyntaxError, says: '“USING”' },
    { sql: 'DELETE FROM p.s.r WHERE [a, b', error: SqlSyntaxError, says: 'ends too early' },
  ])('$sql is refused', async ({ sql, error, says }) => {
    const parsing = parse(sql);
    await expect(parsing).rejects.toThrow(error);
    await expect(parsing).rejects.toThrow(says);
  });
});

describe('UPDATE', () => {
  test.each([
    {
      sql: "UPDATE p.s.r SET a = 'x' WHERE b = 1",
      statement: { verb: 'update', target: ['p', 's', 'r'], columns: ['a'], isFullyQualified: true },
      source: "SELECT 'x'",
      matches: 'SELECT * FROM p.s.r WHERE b = 1',
    },
    {
      sql: "REPLACE p.s.r SET a = 'x', \"b c\" = concat('y, ', 'z'), data__d = (1, 2) WHERE b = 1",
      statement: { verb: 'replace', columns: ['a', 'b c', 'data__d'], isFullyQualified: true },
      source: "SELECT 'x', concat('y, ', 'z'), (1, 2)",
      matches: 'SELECT * FROM p.s.r WHERE b = 1',
    },
    {
      sql: 'update p.s.r as t set a = [1, 2], b = {x: 1, y: 2} where t.c > 1 returning a',
      statement: { verb: 'update', columns: ['a', 'b'], isFullyQualified: false, returning: 'a' },
      source: 'SELECT [1, 2], {x: 1, y: 2}',
      matches: 'SELECT * FROM p.s.r as t where t.c > 1',
    },
    {
      sql: 'UPDATE p.s.r SET a.b."c.d" = 1, e = 2 WHERE f = 3',
      statement: { columns: ['a', 'e'], members: [['b', 'c.d'], []], isFullyQualified: true },
      source: 'SELECT 1, 2',
      matches: 'SELECT * FROM p.s.r WHERE f = 3',
    },
    {
      sql: 'UPDATE p.s.r SET a = (SELECT max(b) FROM p.s.q /* all */) -- x',
      statement: { columns: ['a'], quals: [], isFullyQualified: true },
      source: 'SELECT (SELECT max(b) FROM p.s.q )',
    },
  ])('$sql', async ({ sql, statement: expected, source, matches }) => {
    const collapse = (text: string | undefined): string | undefined => text?.replaceAll(/\s+/g, ' ');
    const statement = await parse(sql);
    expect(statement).toMatchObject({ kind: 'update', ...expected });
    if (statement.kind !== 'update') return;
    expect(collapse(statement.source.text)).toBe(source);
    expect(collapse(statement.matches?.text)).toBe(matches);
  });

  test('parameters are counted through the statement', async () => {
    const values = { 1: 'x', 2: 'y', 3: 'z' };
    expect(await parse('UPDATE p.s.r SET a = ? WHERE b = ? AND lower(c) = ?', values)).toMatchObject({
      source: { text: expect.stringMatching(/^SELECT +\?$/), parameters: { 1: 'x' } },
      quals: [{ kind: 'in', values: [{ value: 'y' }] }, { kind: 'other' }],
      matches: { text: expect.stringMatching(/WHERE b = \? AND lower\(c\) = \?$/), parameters: { 1: 'y', 2: 'z' } },
    });
    expect(await parse('UPDATE p.s.r SET a = $2, b = lower($1) WHERE c = $3 AND d > $1', values)).toMatchObject({
      source: { parameters: { 1: 'x', 2: 'y' } },
      quals: [{ values: [{ value: 'z' }] }, { kind: 'compare', value: { value: 'x' } }],
      matches: { parameters: { 1: 'x', 3: 'z' } },
    });
  });

  test.each([
    { sql: 'UPDATE p.s.r SET a', says: 'write SET name = value' },
    { sql: 'UPDATE p.s.r SET a =', says: 'write SET name = value' },
    { sql: 'UPDATE p.s.r SET a = 1,', says: 'write SET name = value' },
    { sql: 'UPDATE p.s.r SET (a, b) = (1, 2)', says: '“(”' },
    { sql: 'UPDATE p.s.r SET a. = 1', says: '“=”' },
    { sql: 'UPDATE p.s.r SET a.b', says: 'write SET name = value' },
    { sql: "UPDATE p.s.r SET a.'b' = 1", says: 'write SET name = value' },
    { sql: 'UPDATE p.s.r SET .a = 1', says: '“.”' },
    { sql: 'UPDATE p.s.r WHERE a = 1', says: 'SET is expected' },
    { sql: 'UPDATE SET a = 1', says: 'SET is expected' },
    { sql: 'UPDATE p.s.r SET a = 1 FROM p.s.q', says: 'from several tables' },
    { sql: 'UPDATE p.s.r, p.s.q SET a = 1', says: 'several tables' },
    { sql: 'UPDATE p.s.r SET a = 1 1', says: '“1”' },
    { sql: 'UPDATE p.s.r SET a = 1 WHERE b = 1 LIMIT 1', says: '“LIMIT”' },
  ])('$sql is refused', async ({ sql, says }) => {
    await expect(parse(sql)).rejects.toThrow(says);
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
  ])('$sql', async ({ sql, statement }) => {
    expect(await parse(sql)).toEqual(statement);
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
  ])('$sql is refused', async ({ sql, at, says }) => {
    const parsing = parse(sql);
    await expect(parsing).rejects.toThrow(SqlSyntaxError);
    await expect(parsing).rejects.toThrow(says);
    await expect(parsing).rejects.toMatchObject({ position: { offset: at - 1, line: 1, column: at } });
  });
});
