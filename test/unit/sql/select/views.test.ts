import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../../src/errors.ts';
import { contextOf, openTestEngine, parseOne, parseSelect, type TestEngine } from '../context.ts';
import { showBlock } from '../show.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const VIEWS = {
  v: "select 1 as a, 'x' as b",
  w: 'select a + 1 as a from v',
  nested: 'with v as (select 10 as a) select a from v',
  ring: 'select * from rang',
  rang: 'select * from ring',
  self: 'select * from self',
};

interface Case {
  readonly sql: string;
  readonly text: string;
  readonly rows: readonly (readonly unknown[])[];
  readonly why?: string;
}

const V = `"v" AS (${VIEWS.v})`;
const W = `"w" AS (${VIEWS.w})`;

const CASES: readonly Case[] = [
  { sql: 'select a from v', text: `WITH ${V} select a from v`, rows: [[1]] },
  { sql: 'select a from V x', text: `WITH ${V} select a from V x`, rows: [[1]] },
  {
    sql: 'select a from w',
    text: `WITH ${V}, ${W} select a from w`,
    rows: [[2]],
    why: 'what a view reads comes before it',
  },
  { sql: 'select w.a, v.a from w, v', text: `WITH ${V}, ${W} select w.a, v.a from w, v`, rows: [[2, 1]] },
  {
    sql: 'select 5 where 1 in (select a from v)',
    text: `WITH ${V} select 5 where 1 in (select a from v)`,
    rows: [[5]],
  },
  {
    sql: 'with x as (select a from v) select * from x',
    text: `WITH ${V}, x as (select a from v) select * from x`,
    rows: [[1]],
  },
  {
    sql: 'with recursive r as (select a from v union all select a + 1 from r where a < 3) from r',
    text: `with recursive ${V}, r as (select a from v union all select a + 1 from r where a < 3) from r`,
    rows: [[1], [2], [3]],
  },
  {
    sql: 'with v as (select 7) select * from v',
    text: 'with v as (select 7) select * from v',
    rows: [[7]],
    why: 'the statement’s own',
  },
  {
    sql: 'with v as (select a + 5 as a from v) select * from v',
    text: `with v as (WITH ${V} select a + 5 as a from v) select * from v`,
    rows: [[6]],
    why: 'a CTE that is named like the view it reads',
  },
  {
    sql: 'with y as (select a from v), v as (select a + 5 as a from v) select v.a, y.a from v, y',
    text: `with y as (WITH ${V} select a from v), v as (WITH ${V} select a + 5 as a from v) select v.a, y.a from v, y`,
    rows: [[6, 1]],
  },
  {
    sql: 'select a from (with v as (select a + 5 as a from v) select * from v)',
    text: `WITH ${V} select a from (with v as (select a + 5 as a from v) select * from v)`,
    rows: [[6]],
  },
  { sql: 'select a from nested', text: `WITH "nested" AS (${VIEWS.nested}) select a from nested`, rows: [[10]] },
  { sql: 'from v select a', text: `WITH ${V} from v select a`, rows: [[1]] },
  { sql: 'table w', text: `WITH ${V}, ${W} table w`, rows: [[2]] },
  {
    sql: '(select a from v) union all (select a from w) order by 1',
    text: `WITH ${V}, ${W} (select a from v) union all (select a from w) order by 1`,
    rows: [[1], [2]],
  },
  {
    sql: 'select a from v where a = ? and b = ?',
    text: `WITH ${V} select a from v where a = ? and b = ?`,
    rows: [[1]],
  },
];

test.each(CASES)('$sql', async ({ sql, text, rows, why }) => {
  const statement = await parseSelect(sql, contextOf(engine, { views: VIEWS, parameters: { 1: 1, 2: 'x' } }));
  expect(statement.text.toLowerCase(), why).toBe(text.toLowerCase());
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const values = Object.keys(statement.parameters).length > 0 ? [1, 'x'] : [];
    expect((await connection.runAndReadAll(statement.text, values)).getRows(), why).toEqual(rows);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
});

test('the block is that of the whole text', async () => {
  const views = { people: "select * from okta.users.users where status = 'ACTIVE'" };
  const statement = await parseSelect(
    'select login from people where id = $1',
    contextOf(engine, { views, parameters: { 1: 'x' } }),
  );
  expect(showBlock(statement.block)).toBe(
    'with people: {* | from 0:okta.users.users | where status in ["ACTIVE"]} | login | from 1:people | where id in ["x"]',
  );
  expect(statement.parameters).toEqual({ 1: 'x' });
});

test('SUMMARIZE of a view', async () => {
  const { text, block } = await parseSelect('summarize v', contextOf(engine, { views: VIEWS }));
  expect(text).toBe(`WITH ${V} SELECT * FROM (summarize v)`);
  expect(showBlock(block)).toContain('query {* | from 0:v | not rowwise | opaque}');
});

test('names with dots and names of others stay as they are', async () => {
  const sql = 'select v from p.s.v join t on true';
  expect((await parseSelect(sql, contextOf(engine, { views: VIEWS }))).text).toBe(sql);
});

test.each([
  { sql: 'select * from ring', says: 'ring → rang → ring' },
  { sql: 'select * from self', says: 'self → self' },
  { sql: 'with v as (select 1) select * from w', says: 'CTE hides the view v' },
])('$sql is refused', async ({ sql, says }) => {
  const parsing = parseOne(sql, contextOf(engine, { views: VIEWS }));
  await expect(parsing).rejects.toThrow(NotSupportedError);
  await expect(parsing).rejects.toThrow(says);
});

test('a mistake is shown where the user made it', async () => {
  const parsing = parseOne('select a from v where = 1', contextOf(engine, { views: VIEWS }));
  await expect(parsing).rejects.toThrow(SqlSyntaxError);
  await expect(parsing).rejects.toMatchObject({
    position: { offset: 22 },
    excerpt: `select a from v where = 1\n${' '.repeat(22)}^`,
  });
});
