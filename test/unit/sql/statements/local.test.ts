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
    { sql: 'CREATE TABLE t (a int, b text)', message: DEFINED, tag: 'CREATE TABLE' },
    {
      sql: 'create or replace table if not exists "t u" (a int primary key, check (a > 0))',
      message: DEFINED,
      tag: 'CREATE TABLE',
    },
    { sql: 'DROP TABLE t', message: DEFINED, tag: 'DROP TABLE' },
    { sql: 'drop table if exists t', message: DEFINED, tag: 'DROP TABLE' },
    { sql: "INSERT INTO t VALUES (1, 'x'), (2, 'y')", message: 'insert into table completed', tag: 'INSERT' },
    {
      sql: 'insert into t (a, b) values (1, 2) on conflict do nothing',
      message: 'insert into table completed',
      tag: 'INSERT',
    },
    { sql: 'UPDATE t SET a = 1, b = [1, 2] WHERE a > 2', message: 'exec completed', tag: 'UPDATE' },
    { sql: 'update t set a = (select max(b) from u)', message: 'exec completed', tag: 'UPDATE' },
    { sql: 'DELETE FROM t', message: 'exec completed', tag: 'DELETE' },
    { sql: 'delete from t where a in (select b from u)', message: 'exec completed', tag: 'DELETE' },
  ])('$sql', async ({ sql, message, tag }) => {
    expect(await parse(sql)).toEqual({ kind: 'local', action: 'run', text: sql, message, tag });
  });

  test('comments go, parameters come along', async () => {
    expect(await parse('insert into t values ($1) -- x')).toEqual({
      kind: 'local',
      action: 'run',
      text: 'insert into t values ($1)',
      parameters: { 1: 'x' },
      message: 'insert into table completed',
      tag: 'INSERT',
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
  ])('$sql', async ({ sql, ...rest }) => {
    const source = expect.stringMatching(/^select 1$/i);
    expect(await parse(sql)).toMatchObject({ kind: 'local', action: 'createView', name: 'x', source, ...rest });
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
  { sql: 'create index i on t (a)', says: 'CREATE INDEX' },
  { sql: 'create view if not exists x as select 1', says: 'IF NOT EXISTS' },
  { sql: 'create view x (a, b) as select 1, 2', says: 'list of columns' },
  { sql: 'create view x as select $1', says: 'parameters' },
  { sql: 'create table p.s.r (a int)', says: 'p.s.r is no name' },
  { sql: 'create view p.s.r as select 1', says: 'p.s.r is no name' },
  { sql: 'DROP SCHEMA s', says: 'DROP SCHEMA' },
  { sql: 'drop table p.s.r', says: 'p.s.r is no name' },
  { sql: 'insert into t values (1) returning a', says: 'RETURNING' },
  { sql: 'delete from t returning a', says: 'RETURNING' },
  { sql: 'delete from t where a in (select b from p.s.r)', says: 'cannot read resources' },
  { sql: 'update t set a = (select max(b) from p.s.r)', says: 'cannot read resources' },
  { sql: 'delete from t where a in (select a from V)', says: 'cannot read resources or views' },
  { sql: 'update t set a = 1 from u', says: 'several tables' },
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
  { sql: 'CREATE VIEW x AS SELECT 1 2', at: 27, says: '“2”' },
  { sql: 'CREATE MATERIALIZED TABLE x', at: 21, says: 'VIEW is expected' },
  { sql: 'REFRESH VIEW x', at: 9, says: 'MATERIALIZED is expected' },
  { sql: 'REFRESH MATERIALIZED VIEW x y', at: 29, says: 'complete without it' },
  { sql: 'DROP TABLE IF t', at: 15, says: 'EXISTS is expected' },
  { sql: 'DROP TABLE t CASCADE', at: 14, says: 'complete without it' },
  { sql: 'insert into t select', at: 21, says: 'ends too early' },
])('$sql is refused', async ({ sql, at, says }) => {
  const parsing = parse(sql);
  await expect(parsing).rejects.toThrow(SqlSyntaxError);
  await expect(parsing).rejects.toThrow(says);
  await expect(parsing).rejects.toMatchObject({ position: { column: at } });
});
