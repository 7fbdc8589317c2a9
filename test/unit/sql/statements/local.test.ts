import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../../src/errors.ts';
import type { Statement } from '../../../../src/sql/statement.ts';
import { contextOf, openTestEngine, parseOne, type TestEngine } from '../context.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const parse = (sql: string): Promise<Statement> =>
  parseOne(sql, contextOf(engine, { parameters: { 1: 'x' }, views: { v: 'select 1 as a' } }));

const DEFINED = 'DDL Execution Completed';

describe('what the engine runs as it is', () => {
  test.each([
    { sql: 'CREATE TABLE t (a int, b text)', tag: 'CREATE TABLE', rest: { object: { name: 't', use: 'make' } } },
    {
      sql: 'create or replace table if not exists "t u" (a int primary key, b int generated always as (a + 1))',
      tag: 'CREATE TABLE',
      rest: { object: { name: 't u', use: 'make' } },
    },
    { sql: 'DROP TABLE t', tag: 'DROP TABLE', rest: { object: { name: 't', use: 'alter' } } },
    { sql: 'drop table if exists t', tag: 'DROP TABLE', rest: { object: { name: 't', use: 'alter' } } },
    { sql: 'alter table t add column c int', tag: 'ALTER TABLE', rest: { object: { name: 't', use: 'alter' } } },
    {
      sql: 'alter table t rename to u',
      tag: 'ALTER TABLE',
      rest: { object: { name: 't', use: 'alter', newName: 'u' } },
    },
    { sql: 'TRUNCATE t', tag: 'TRUNCATE TABLE', rest: { object: { name: 't', use: 'alter' } } },
    { sql: 'truncate table t', tag: 'TRUNCATE TABLE', rest: { object: { name: 't', use: 'alter' } } },
    { sql: 'truncate only t cascade', tag: 'TRUNCATE TABLE', rest: { object: { name: 't', use: 'alter' } } },
    { sql: 'DROP TABLE t CASCADE', tag: 'DROP TABLE', rest: { object: { name: 't', use: 'alter' } } },
    { sql: 'create unique index i on t (a)', tag: 'CREATE INDEX' },
    { sql: 'create sequence s', tag: 'CREATE SEQUENCE' },
    { sql: 'drop index if exists i', tag: 'DROP INDEX' },
    { sql: 'drop sequence s', tag: 'DROP SEQUENCE' },
    { sql: "comment on column t.a is 'x'", tag: 'COMMENT' },
  ])('$sql', async ({ sql, tag, rest = {} }) => {
    expect(await parse(sql)).toEqual({ kind: 'local', action: 'run', text: sql, tag, message: DEFINED, ...rest });
  });

  test.each([
    { sql: "INSERT INTO t VALUES (1, 'x'), (2, 'y')", tag: 'INSERT' },
    { sql: 'insert into t (a, b) values (1, 2) on conflict do nothing', tag: 'INSERT' },
    { sql: 'insert or replace into t as x values (default, (select max(a) from u))', tag: 'INSERT' },
    { sql: 'insert into t default values', tag: 'INSERT' },
    { sql: 'UPDATE t SET a = 1, b = [1, 2] WHERE a > 2', tag: 'UPDATE' },
    { sql: 'update t set a = (select max(b) from u)', tag: 'UPDATE' },
    { sql: 'update t set (a, b) = (1, 2) from u where t.a = u.a', tag: 'UPDATE' },
    { sql: 'DELETE FROM t', tag: 'DELETE' },
    { sql: 'delete from t where a in (select b from u)', tag: 'DELETE' },
    { sql: 'delete from t x using u where x.a = u.a', tag: 'DELETE' },
    { sql: 'merge into t using u on t.a = u.a when matched then delete', tag: 'MERGE' },
  ])('$sql', async ({ sql, tag }) => {
    const message = tag === 'INSERT' ? 'insert into table completed' : 'exec completed';
    expect(await parse(sql)).toEqual({ kind: 'local', action: 'run', text: sql, tag, message });
  });

  test.each([
    'insert into t values (1) returning a',
    'delete from t returning *',
    'update t set a = 1 returning a + 1',
    'merge into t using u on t.a = u.a when matched then delete returning merge_action',
  ])('%s has rows', async (sql) => {
    expect(await parse(sql)).toMatchObject({ action: 'run', text: sql, returnsRows: true });
  });

  test('comments go, parameters come along', async () => {
    expect(await parse('insert into t values ($1) -- x')).toEqual({
      kind: 'local',
      action: 'run',
      text: 'insert into t values ($1)',
      parameters: { 1: 'x' },
      tag: 'INSERT',
      message: 'insert into table completed',
    });
  });
});

// A SELECT with the statement around it; the ids of rows are DuckDB's.
describe('what reads resources, views or CTEs', () => {
  test.each([
    {
      sql: 'update t set a = x.a, b = default from p.s.r x where x.b = t.b returning t.a',
      prefix: 'UPDATE "t" SET "a" = "new values"."1", "b" = DEFAULT FROM (',
      text: 'SELECT "t".rowid, (x.a\n) FROM "t", p.s.r x WHERE x.b = t.b',
      suffix: ') AS "new values"("row", "1") WHERE "t".rowid = "new values"."row" returning t.a',
    },
    {
      sql: 'update t as u set a = b is distinct from 1 where b in (select b from p.s.r)',
      prefix: 'UPDATE "t" AS "u" SET "a" = "new values"."1" FROM (',
      text: 'SELECT "u".rowid, (b is distinct from 1\n) FROM "t" AS "u" WHERE b in (select b from p.s.r)',
      suffix: ') AS "new values"("row", "1") WHERE "u".rowid = "new values"."row"',
    },
    {
      sql: 'with x as (select 1 as a) update t set a = 2 from x where x.a = t.a',
      prefix: 'UPDATE "t" SET "a" = "new values"."1" FROM (',
      text: 'with x as (select 1 as a) SELECT "t".rowid, (2\n) FROM "t", x WHERE x.a = t.a',
      suffix: ') AS "new values"("row", "1") WHERE "t".rowid = "new values"."row"',
    },
    {
      sql: 'delete from t u using p.s.r r where r.a = u.a returning a',
      prefix: 'DELETE FROM "t" AS "u" WHERE "u".rowid IN (',
      text: 'SELECT "u".rowid FROM "t" AS "u", p.s.r r WHERE r.a = u.a',
      suffix: ') returning a',
    },
    {
      sql: 'delete from t where a in (select a from V)',
      prefix: 'DELETE FROM "t" WHERE "t".rowid IN (',
      text: 'WITH "v" AS (select 1 as a) SELECT "t".rowid FROM "t" WHERE a in (select a from V)',
      suffix: ')',
    },
    {
      sql: 'merge into t using p.s.r on t.a = r.a when matched then delete',
      prefix: 'merge into t USING (',
      text: 'SELECT * FROM p.s.r',
      suffix: ') AS "r" on t.a = r.a when matched then delete',
    },
    {
      sql: 'merge into t using (select a from p.s.r) as s using (a) when not matched then insert values (s.a)',
      prefix: 'merge into t USING (',
      text: 'select a from p.s.r',
      suffix: ') as s using (a) when not matched then insert values (s.a)',
    },
    {
      sql: 'with x as (select 1 as a) insert into t (a) values ((select a from x)) on conflict (a) do nothing',
      prefix: 'insert into t (a)',
      text: 'with x as (select 1 as a) values ((select a from x))',
      suffix: 'on conflict (a) do nothing',
    },
    {
      sql: 'insert into t by name (select a from p.s.r) returning a',
      prefix: 'insert into t by name',
      text: '(select a from p.s.r)',
      suffix: 'returning a',
    },
    {
      sql: 'insert into t select r.a from p.s.r join u on conflict = 1 on conflict do nothing',
      prefix: 'insert into t',
      text: 'select r.a from p.s.r join u on conflict = 1',
      suffix: 'on conflict do nothing',
    },
    {
      sql: 'create table x as select a from p.s.r with no data',
      prefix: 'create table x as',
      text: 'select a from p.s.r',
      suffix: 'with no data',
    },
  ])('$sql', async ({ sql, prefix, text, suffix }) => {
    expect(await parse(sql)).toMatchObject({ action: 'fill', prefix, query: { text }, suffix });
  });

  test('each ? keeps its number, wherever its part goes', async () => {
    const sql = 'update t set a = ? where b in (select b from p.s.r where c = ?)';
    const parsed = await parseOne(sql, contextOf(engine, { parameters: { 1: 'x', 2: 'y' } }));
    expect(parsed).toMatchObject({
      query: { text: expect.stringMatching(/\(\$1\n\).*c = \$2\)$/) },
      parameters: { 1: 'x', 2: 'y' },
    });
  });
});

describe('what a query fills', () => {
  test.each([
    {
      sql: 'CREATE TABLE t AS SELECT id FROM p.s.r WHERE a = $1',
      prefix: 'CREATE TABLE t AS',
      text: 'SELECT id FROM p.s.r WHERE a = $1',
      message: DEFINED,
    },
    {
      sql: 'create or replace table t as (from p.s.r)',
      prefix: 'create or replace table t as',
      text: '(from p.s.r)',
      message: DEFINED,
    },
    {
      sql: 'create table if not exists t as with x as (select 1) from x',
      prefix: 'create table if not exists t as',
      text: 'with x as (select 1) from x',
      message: DEFINED,
    },
    {
      sql: 'INSERT INTO t SELECT * FROM p.s.r',
      prefix: 'INSERT INTO t',
      text: 'SELECT * FROM p.s.r',
      message: 'insert into table completed',
    },
    {
      sql: 'insert into t (a, b) /* x */ select 1, 2',
      prefix: 'insert into t (a, b)',
      text: 'select 1, 2',
      message: 'insert into table completed',
    },
    {
      sql: 'insert into t (select max(a) from p.s.r)',
      prefix: 'insert into t',
      text: '(select max(a) from p.s.r)',
      message: 'insert into table completed',
    },
    {
      sql: 'insert into t values ((select max(a) from p.s.r))',
      prefix: 'insert into t',
      text: 'values ((select max(a) from p.s.r))',
      message: 'insert into table completed',
    },
  ])('$sql', async ({ sql, prefix, text, message }) => {
    expect(await parse(sql)).toMatchObject({
      kind: 'local',
      action: 'fill',
      prefix,
      query: { kind: 'select', text },
      message,
    });
  });
});

describe('views', () => {
  test.each([
    { sql: 'CREATE VIEW x AS SELECT 1', isReplacing: false, isMaterialized: false },
    { sql: 'create or replace view x as select 1', isReplacing: true, isMaterialized: false },
    { sql: 'create materialized view x as select 1', isReplacing: false, isMaterialized: true },
    { sql: 'create or replace materialized view "x" as select 1 -- one', isReplacing: true, isMaterialized: true },
    { sql: 'create view if not exists x as select 1', isReplacing: false, isMaterialized: false, ifNotExists: true },
  ])('$sql', async ({ sql, ...rest }) => {
    const source = expect.stringMatching(/^select 1$/i);
    expect(await parse(sql)).toMatchObject({ kind: 'local', action: 'createView', name: 'x', source, ...rest });
  });

  test('names for its columns stand around the query', async () => {
    const source = 'SELECT * FROM (select 1, 2\n) AS "x"("a", "B c")';
    expect(await parse('create view x (a, "B c") as select 1, 2')).toMatchObject({ source, query: { text: source } });
  });

  test('a view keeps what was written, not the views in it', async () => {
    expect(await parse('create view x as select a from v')).toMatchObject({
      source: 'select a from v',
      query: { text: 'WITH "v" AS (select 1 as a) select a from v' },
    });
  });

  test.each([
    { sql: 'REFRESH MATERIALIZED VIEW x', rest: { action: 'refreshView', name: 'x' } },
    { sql: 'DROP VIEW x', rest: { action: 'dropView', name: 'x', isMaterialized: false, ifExists: false } },
    { sql: 'drop view if exists "X"', rest: { action: 'dropView', name: 'X', isMaterialized: false, ifExists: true } },
    { sql: 'drop view x restrict', rest: { action: 'dropView', name: 'x', isMaterialized: false, ifExists: false } },
    { sql: 'drop materialized view x', rest: { action: 'dropView', name: 'x', isMaterialized: true, ifExists: false } },
  ])('$sql', async ({ sql, rest }) => {
    expect(await parse(sql)).toEqual({ kind: 'local', ...rest });
  });
});

test.each([
  { sql: 'CREATE TEMP TABLE t (a int)', says: 'TEMP' },
  { sql: 'create temporary table t as select 1', says: 'TEMP' },
  { sql: 'CREATE SCHEMA s', says: 'CREATE SCHEMA' },
  { sql: 'create macro f(x) as x', says: 'CREATE MACRO' },
  { sql: 'create or replace index i on t (a)', says: 'CREATE INDEX' },
  { sql: 'alter view v rename to w', says: 'ALTER VIEW' },
  // It would take the place of JSON in every table that is loaded.
  { sql: "create type json as enum ('a')", says: 'CREATE TYPE' },
  { sql: 'create view x as select $1', says: 'parameters' },
  { sql: 'create table p.s.r (a int)', says: 'p.s.r is no name' },
  { sql: 'create view p.s.r as select 1', says: 'p.s.r is no name' },
  { sql: 'DROP SCHEMA s', says: 'DROP SCHEMA' },
  { sql: 'PREPARE x AS SELECT $1', says: 'PREPARE' },
  { sql: "EXECUTE x('a')", says: 'prepared statement' },
  { sql: 'create recursive view v (n) as select 1', says: 'RECURSIVE' },
  { sql: 'drop table p.s.r', says: 'p.s.r is no name' },
  { sql: 'insert into t select 1 on conflict do update set a = (select max(b) from p.s.r)', says: 'ON CONFLICT' },
  {
    sql: 'merge into t using u on t.a in (select a from p.s.r) when matched then delete',
    says: 'cannot read resources',
  },
  { sql: 'update t set (a, b) = (1, 2) from p.s.r', says: 'SET (a, b)' },
  { sql: 'merge into p.s.r using t on true when matched then delete', says: 'no upsert' },
  { sql: 'with x as (select 1) insert into p.s.r (a) select * from x', says: 'WITH in front of INSERT' },
  { sql: 'with x as (select 1) delete from p.s.r', says: 'WITH in front of DELETE' },
])('$sql is not supported', async ({ sql, says }) => {
  const parsing = parse(sql);
  await expect(parsing).rejects.toThrow(NotSupportedError);
  await expect(parsing).rejects.toThrow(says);
});

test.each([
  { sql: 'CREATE', at: 7, says: 'TABLE or VIEW' },
  { sql: 'CREATE OR TABLE t (a int)', at: 11, says: 'REPLACE is expected' },
  { sql: 'CREATE TABLE', at: 13, says: 'a name is expected' },
  { sql: 'CREATE TABLE t', at: 15, says: 'a list of columns' },
  { sql: 'CREATE VIEW x', at: 14, says: 'AS is expected' },
  { sql: 'CREATE VIEW x AS', at: 17, says: 'a query is expected' },
  { sql: 'CREATE TABLE x AS -- y', at: 18, says: 'a query is expected' },
  { sql: 'CREATE VIEW x AS SELECT 1 2', at: 27, says: '“2”' },
  { sql: 'CREATE MATERIALIZED TABLE x', at: 21, says: 'VIEW is expected' },
  { sql: 'REFRESH VIEW x', at: 9, says: 'MATERIALIZED is expected' },
  { sql: 'REFRESH MATERIALIZED VIEW x y', at: 29, says: 'complete without it' },
  { sql: 'DROP TABLE IF t', at: 15, says: 'EXISTS is expected' },
  { sql: 'update t set a = 1 from p.s.r limit 1', at: 31, says: 'a condition is all' },
  { sql: 'delete from t using p.s.r where true order by 1', at: 38, says: 'a condition is all' },
  { sql: 'update t set a 1 from p.s.r', at: 16, says: 'write SET name = value' },
  { sql: 'truncate t, u', at: 11, says: 'complete without it' },
  { sql: 'DROP TABLE t CASCADE u', at: 22, says: 'complete without it' },
  { sql: 'update t set a = s.* from p.s.r s', at: 20, says: 'several values' },
  { sql: 'update t set a = (*) from p.s.r', at: 19, says: 'several values' },
  { sql: "update t set a = columns('b') + 1 from p.s.r", at: 18, says: 'several values' },
  { sql: 'with s as (select 1 as b) update t set a = unnest([b]) from s', at: 44, says: 'several values' },
  { sql: 'insert into t select', at: 21, says: 'ends too early' },
])('$sql is refused', async ({ sql, at, says }) => {
  const parsing = parse(sql);
  await expect(parsing).rejects.toThrow(SqlSyntaxError);
  await expect(parsing).rejects.toThrow(says);
  await expect(parsing).rejects.toMatchObject({ position: { column: at } });
});
