import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../../src/errors.ts';
import type { Statement } from '../../../../src/sql/statement.ts';
import { contextOf, openTestEngine, parseOne, type TestEngine } from '../context.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const parse = (sql: string): Promise<Statement> => parseOne(sql, contextOf(engine));

describe('EXPLAIN', () => {
  const PLAIN = { isAnalyze: false, isVerbose: false, format: 'text' };
  test.each([
    { sql: 'EXPLAIN SELECT 1', options: PLAIN, kind: 'select' },
    { sql: 'explain analyze select 1', options: { ...PLAIN, isAnalyze: true }, kind: 'select' },
    { sql: 'explain verbose from t', options: { ...PLAIN, isVerbose: true }, kind: 'select' },
    {
      sql: 'explain analyze verbose (format json) select 1',
      options: { isAnalyze: true, isVerbose: true, format: 'json' },
      kind: 'select',
    },
    {
      sql: 'explain (analyze, verbose, format text) select 1',
      options: { isAnalyze: true, isVerbose: true, format: 'text' },
      kind: 'select',
    },
    { sql: 'explain (FORMAT JSON) with x as (select 1) from x', options: { ...PLAIN, format: 'json' }, kind: 'select' },
    { sql: 'explain (select 1)', options: PLAIN, kind: 'select' },
    { sql: "explain delete from p.s.r where a = 'x'", options: PLAIN, kind: 'delete' },
    { sql: 'explain insert into p.s.r (a) values (1)', options: PLAIN, kind: 'insert' },
    { sql: 'explain exec p.s.r.m @a = 1', options: PLAIN, kind: 'exec' },
    { sql: 'explain /* why */ show providers', options: PLAIN, kind: 'metadata' },
    { sql: 'explain create table t as select 1', options: PLAIN, kind: 'local' },
  ])('$sql', async ({ sql, options, kind }) => {
    expect(await parse(sql)).toMatchObject({ kind: 'explain', ...options, statement: { kind } });
  });

  test('the statement is what it would be alone', async () => {
    expect(await parse('explain select a from t where b = 1')).toMatchObject({
      statement: await parse('select a from t where b = 1'),
    });
  });

  test.each([
    { sql: 'EXPLAIN', at: 8, says: 'a statement is expected' },
    { sql: 'EXPLAIN ANALYZE', at: 16, says: 'a statement is expected' },
    { sql: 'EXPLAIN (FORMAT xml) SELECT 1', at: 17, says: 'TEXT or JSON' },
    { sql: 'EXPLAIN (FORMAT json, x) SELECT 1', at: 23, says: 'ANALYZE, VERBOSE, FORMAT or SPLITS' },
    { sql: 'EXPLAIN (FORMAT json SELECT 1', at: 22, says: ') is expected' },
    { sql: 'EXPLAIN EXPLAIN SELECT 1', at: 9, says: 'cannot be explained' },
    { sql: 'EXPLAIN SELECT 1 2', at: 18, says: '“2”' },
  ])('$sql is refused', async ({ sql, at, says }) => {
    const parsing = parse(sql);
    await expect(parsing).rejects.toThrow(SqlSyntaxError);
    await expect(parsing).rejects.toThrow(says);
    await expect(parsing).rejects.toMatchObject({ position: { column: at } });
  });
});

describe('SET', () => {
  test.each([
    { sql: 'SET okta.embedded = off', name: 'okta.embedded', value: false },
    { sql: 'set OKTA.Embedded to ON', name: 'okta.embedded', value: true },
    { sql: 'set okta.reveal_secrets = true', name: 'okta.reveal_secrets', value: true },
    { sql: "set okta.x = 'On'", name: 'okta.x', value: 'On' },
    { sql: 'set okta.x = -5', name: 'okta.x', value: -5 },
    { sql: 'set search_path to x, "Y"', name: 'search_path', value: 'x, "Y"' },
    { sql: 'set okta.x = null', name: 'okta.x', value: null },
    { sql: 'set okta.x = fast -- or slow', name: 'okta.x', value: 'fast' },
  ])('$sql', async ({ sql, name, value }) => {
    expect(await parse(sql)).toEqual({ kind: 'set', name, value });
  });

  test.each([
    ['RESET okta.Embedded', 'okta.embedded'],
    ['reset all', 'all'],
    ['RESET Search_Path', 'search_path'],
  ])('%s', async (sql, name) => {
    expect(await parse(sql)).toEqual({ kind: 'set', name });
  });

  test.each(['SET memory_limit = 1', 'set session.x = 1', 'RESET work_mem', 'reset session'])(
    '%s is not supported',
    async (sql) => {
      await expect(parse(sql)).rejects.toThrow(NotSupportedError);
    },
  );

  test.each([
    { sql: 'RESET', says: 'a setting such as' },
    { sql: 'RESET okta.x = 1', says: 'complete without it' },
    { sql: 'SET', says: 'a setting such as' },
    { sql: 'SET okta.x', says: '= is expected' },
    { sql: 'SET okta.x =', says: 'a value is expected' },
    { sql: 'SET okta.x = 1 2', says: 'all that follows' },
  ])('$sql is refused', async ({ sql, says }) => {
    await expect(parse(sql)).rejects.toThrow(SqlSyntaxError);
    await expect(parse(sql)).rejects.toThrow(says);
  });
});
