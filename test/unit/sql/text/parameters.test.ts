import { afterAll, beforeAll, expect, test } from 'vitest';
import { BindError, NotSupportedError } from '../../../../src/errors.ts';
import type { ParseContext } from '../../../../src/sql/parse-context.ts';
import { contextOf, openTestEngine, parseOne, parseSelect, type TestEngine } from '../context.ts';
import { showBlock } from '../show.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

interface Case {
  readonly sql: string;
  readonly values: ParseContext['parameters'];
  /** What DuckDB runs, if that is not the text. */
  readonly text?: string;
  readonly used?: ParseContext['parameters'];
  readonly shown: string;
  readonly why?: string;
}

const CASES: readonly Case[] = [
  { sql: 'select 1 from t where a = $1', values: { 1: 'x' }, shown: '? | from 0:t | where a in ["x"]' },
  {
    sql: 'select 1 from t where a in ($2, $1, $2)',
    values: { 1: 'x', 2: 5 },
    shown: '? | from 0:t | where a in [5,"x"]',
  },
  {
    sql: 'select 1 from t where a = ? and b < ?',
    values: { 1: 'x', 2: 5 },
    shown: '? | from 0:t | where a in ["x"] | where b < 5',
  },
  { sql: 'select 1 from t where a = $name', values: { name: true }, shown: '? | from 0:t | where a in [true]' },
  {
    sql: 'select 1 from t where a = :name and b = :other',
    values: { name: null, other: 'y' },
    text: 'select 1 from t where a = $name and b = $other',
    shown: '? | from 0:t | where a in [null] | where b in ["y"]',
  },
  {
    sql: 'select 1 from t where a = $1 and b = $2',
    values: { 1: new Date('2026-01-02T03:04:05.678Z'), 2: 12345678901234567890n, 3: 'unused' },
    used: { 1: new Date('2026-01-02T03:04:05.678Z'), 2: 12345678901234567890n },
    shown: '? | from 0:t | where a in ["2026-01-02T03:04:05.678Z"] | where b in ["12345678901234567890"]',
    why: 'literals for the planner, values for the engine',
  },
  {
    sql: "select 1 from t where a = '$1' and b = ':name' -- ? $9",
    values: { 1: 'x', name: 'y' },
    used: {},
    text: "select 1 from t where a = '$1' and b = ':name'        ",
    shown: '? | from 0:t | where a in ["$1"] | where b in [":name"]',
    why: 'strings and comments hold none',
  },
  {
    sql: 'select 1 from t where a = lower($1)',
    values: { 1: 'X' },
    shown: '? | from 0:t | where a in ["x"]',
    why: 'computed',
  },
  {
    sql: 'select 1 from t where lower(a) = $1',
    values: { 1: "it's" },
    shown: '? | from 0:t | where ?a',
    why: 'no value in a text',
  },
  {
    sql: "select 1 from t where a = concat($1, 'x')::int",
    values: { 1: 'y' },
    shown: '? | from 0:t | where ?a',
    why: 'nor in the text of an expression that fails',
  },
  {
    sql: 'select 1 from t where a like $1 limit $2 offset $3',
    values: { 1: 'x%', 2: 5, 3: 2 },
    shown: '? | from 0:t | where a like "x%" | limit 5 offset 2',
  },
  {
    sql: "select 1 from t where (a->>'k') = ?",
    values: { 1: "x' or true --" },
    shown: '? | from 0:t | where a->k in ["x\' or true --"]',
  },
  // A colon that is none of a parameter.
  { sql: 'select a[1:n] from t', values: { n: 5 }, used: {}, shown: '? | from 0:t' },
  { sql: 'select a[:n], a[b:n], a[(b):n] from t', values: { n: 5 }, used: {}, shown: '?, ?, ? | from 0:t' },
  { sql: "select {'a':n} from t", values: { n: 5 }, used: {}, shown: '? | from 0:t' },
  {
    sql: 'select x:n from t',
    values: { n: 5 },
    used: {},
    shown: 'n as x | from 0:t',
    why: 'DuckDB’s way to name a column',
  },
  { sql: 'select a::n from t', values: { n: 5 }, used: {}, shown: '? | from 0:t' },
  {
    sql: 'select :n, [:n, 1], (:n) from t',
    values: { n: 5 },
    text: 'select $n, [$n, 1], ($n) from t',
    shown: '?, ?, ? | from 0:t',
  },
  {
    sql: 'select case when :n = 1 then :n end from t where a between :n and :n',
    values: { n: 5 },
    text: 'select case when $n = 1 then $n end from t where a between $n and $n',
    shown: '? | from 0:t | where a >= 5 | where a <= 5',
  },
];

test.each(CASES)('$sql', async ({ sql, values, text = sql, used = values, shown, why }) => {
  const statement = await parseSelect(sql, contextOf(engine, { parameters: values }));
  expect(statement, why).toMatchObject({ text, parameters: used });
  expect(Object.keys(statement.parameters)).toEqual(Object.keys(used));
  expect(showBlock(statement.block), why).toBe(shown);
});

test.each([
  { sql: 'select 1 from t where a = $1', values: {}, says: '$1', name: '1' },
  { sql: 'select 1 from t where a = $2', values: { 1: 'x' }, says: '$2', name: '2' },
  { sql: 'select ?, ?', values: { 1: 'x' }, says: '? (number 2)', name: '2' },
  { sql: 'select $name', values: { other: 'x' }, says: '$name', name: 'name' },
  { sql: 'select $toString', values: {}, says: '$toString', name: 'toString' },
  { sql: 'delete from p.s.r where a = $1', values: {}, says: '$1', name: '1' },
])('a value is missing in $sql', async ({ sql, values, says, name }) => {
  const parsing = parseOne(sql, contextOf(engine, { parameters: values }));
  await expect(parsing).rejects.toThrow(BindError);
  await expect(parsing).rejects.toThrow(says);
  await expect(parsing).rejects.toMatchObject({ code: 'BINDING', unknownName: name });
});

test.each(['show methods in p.s.r where a = $1', 'exec p.s.r.m $1', 'set okta.x = $1', 'drop table $1'])(
  'none in %s',
  async (sql) => {
    const parsing = parseOne(sql, contextOf(engine, { parameters: { 1: 'x' } }));
    await expect(parsing).rejects.toThrow(NotSupportedError);
    await expect(parsing).rejects.toThrow('$1 cannot stand');
  },
);

test('those of a query inside another statement', async () => {
  const context = contextOf(engine, { parameters: { 1: 'x', 2: 5 } });
  expect(await parseOne('insert into p.s.r (a, b) values (?, ?)', context)).toMatchObject({
    source: { text: 'values (?, ?)', parameters: { 1: 'x', 2: 5 } },
  });
  expect(await parseOne('explain select * from t where a = ?', context)).toMatchObject({
    statement: { parameters: { 1: 'x' }, block: { where: [{ values: [{ value: 'x' }] }] } },
  });
});
