/** Statements as programs write them: long chains and lists. Plain DuckDB, with the same rows, says what they answer. */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession, type SimulatedSession } from './simulated-session.ts';

const LOCAL = `CREATE TABLE t AS SELECT '00u' || lpad(CAST(i AS VARCHAR), 17, '0') AS id, i AS n,
  CASE WHEN i % 3 = 0 THEN 'ACTIVE' WHEN i % 7 > 0 THEN 'STAGED' END AS status FROM range(500) AS r(i)`;

let simulated: SimulatedSession;
let plain: DuckDBConnection;
let users: readonly string[];

beforeAll(async () => {
  simulated = openSession();
  const { rows } = await simulated.session.query('SELECT id, status FROM okta.users.users ORDER BY id');
  users = rows.map(([id]) => String(id));
  plain = await (await DuckDBInstance.create(':memory:')).connect();
  await plain.run("ATTACH ':memory:' AS okta");
  await plain.run('CREATE SCHEMA okta.users');
  const values = rows.map(([id, status]) => `('${id}', '${status}')`).join(', ');
  await plain.run(`CREATE TABLE okta.users.users AS FROM (VALUES ${values}) AS u(id, status)`);
  for (const each of [simulated.session.query(LOCAL), plain.run(LOCAL)]) await each;
});

afterAll(async () => {
  plain.closeSync();
  await simulated.close();
});

const list = (count: number, each: (index: number) => string, separator = ', '): string =>
  Array.from({ length: count }, (_, index) => each(index)).join(separator);

/** Every fifth is a user of the org, every third a row of the local table. */
const key = (index: number): string =>
  index % 5 === 0 ? `'${users[index % users.length]}'` : `'00u${String(index * 3).padStart(17, '0')}'`;
const MANY = 300;

/** With the table that is read in its place. */
const CHAINS: Readonly<Record<string, (table: string) => string>> = {
  'OR of one column': (t) => `SELECT count(*) FROM ${t} WHERE ${list(MANY, (i) => `id = ${key(i)}`, ' OR ')}`,
  'OR of two columns': (t) =>
    `SELECT count(*) FROM ${t} WHERE ${list(MANY, (i) => (i % 2 ? `id = ${key(i)}` : `status = 'S${i}'`), ' OR ')}`,
  'AND of <>': (t) => `SELECT count(*) FROM ${t} WHERE ${list(MANY, (i) => `id <> ${key(i)}`, ' AND ')}`,
  'NOT of OR': (t) => `SELECT count(*) FROM ${t} WHERE NOT (${list(MANY, (i) => `id = ${key(i)}`, ' OR ')})`,
  'AND and OR without parentheses': (t) =>
    `SELECT count(*) FROM ${t} WHERE ${list(MANY, (i) => `id = ${key(i)} AND status = 'ACTIVE'`, ' OR ')}`,
  'AND of ORs': (t) =>
    `SELECT count(*) FROM ${t} WHERE ${list(MANY, (i) => `(id <> ${key(i)} OR status = 'ACTIVE')`, ' AND ')}`,
  'OR of constants that are computed': (t) =>
    `SELECT count(*) FROM ${t} WHERE ${list(MANY, (i) => `id = concat('', ${key(i)})`, ' OR ')}`,
  IN: (t) => `SELECT id FROM ${t} WHERE id IN (${list(3_000, key)}) ORDER BY id`,
  'NOT IN': (t) => `SELECT id FROM ${t} WHERE id NOT IN (${list(3_000, key)}) ORDER BY id`,
  'IN with NULL': (t) => `SELECT id FROM ${t} WHERE id IN (NULL, ${list(MANY, key)}) ORDER BY id`,
  'NOT IN with NULL': (t) => `SELECT id FROM ${t} WHERE id NOT IN (NULL, ${list(MANY, key)}) ORDER BY id`,
  'two lists': (t) =>
    `SELECT id FROM ${t} WHERE id IN (${list(MANY, key)}) AND status NOT IN (${list(MANY, (i) => `'S${i}'`)}) ORDER BY id`,
  'a list behind text beyond ASCII': (t) =>
    `SELECT 'ünïcödé 🦆' AS é, id FROM ${t} WHERE status <> 'ß' AND id IN (/* ü */ ${list(MANY, key)}) AND id IS NOT NULL ORDER BY id`,
  'a list with quotes and backslashes': (t) =>
    `SELECT id FROM ${t} WHERE status IN (${list(MANY, (i) => `'it''s \\ ${i}'`)}, 'ACTIVE') ORDER BY id`,
  'a list that is shown': (t) =>
    `SELECT id, id IN (${list(MANY, key)}) AS known, CASE WHEN id IN (${list(MANY, key)}) THEN 1 END AS one FROM ${t} ORDER BY id`,
  'a list in ON': (t) =>
    `SELECT a.id FROM ${t} a LEFT JOIN ${t} b ON a.id = b.id AND b.id IN (${list(MANY, key)}) WHERE b.id IS NULL ORDER BY a.id`,
  'a list in HAVING': (t) =>
    `SELECT status, count(*) FROM ${t} GROUP BY status HAVING count(*) IN (${list(MANY, (i) => String(i))}) ORDER BY ALL`,
  '= ANY of a list': (t) => `SELECT id FROM ${t} WHERE id = ANY ([${list(MANY, key)}]) ORDER BY id`,
  'a list of two columns': (t) =>
    `SELECT id FROM ${t} WHERE (id, status) IN (${list(MANY, (i) => `(${key(i)}, 'ACTIVE')`)}) ORDER BY id`,
  'PIVOT with a list': (t) =>
    `FROM (PIVOT (SELECT status, id FROM ${t} WHERE status = 'ACTIVE') ON status IN (${list(80, (i) => (i === 0 ? "'ACTIVE'" : `'S${i}'`))}) USING count(id))`,
  'CASE WHEN': (t) =>
    `SELECT sum(CASE ${list(MANY, (i) => `WHEN id = ${key(i)} THEN ${i}`, ' ')} ELSE -1 END) FROM ${t}`,
  'UNION ALL': (t) =>
    `SELECT count(*) FROM (${list(100, (i) => `SELECT id FROM ${t} WHERE id = ${key(i)}`, ' UNION ALL ')})`,
  WITH: (t) =>
    `WITH u AS (SELECT id FROM ${t}), ${list(MANY, (i) => `c${i} AS (SELECT id FROM u WHERE id = ${key(i)})`)} SELECT count(*) FROM c3, c5`,
};

const shown = (rows: readonly (readonly unknown[])[]): readonly (readonly string[])[] =>
  rows.map((row) => row.map(String));

async function judge(sql: string): Promise<void> {
  const ours = await simulated.session.query(sql);
  expect(shown(ours.rows)).toEqual(shown((await plain.runAndReadAll(sql)).getRows()));
}

describe.each(['okta.users.users', 't'])('%s', (table) => {
  for (const [what, sqlOf] of Object.entries(CHAINS)) test(what, () => judge(sqlOf(table)));
});

describe('numbers', () => {
  const cases: Readonly<Record<string, string>> = {
    integers: list(MANY, (i) => String(i * 2)),
    'one that is negative': `-1, ${list(MANY, (i) => String(i * 2))}`,
    fractions: list(MANY, (i) => `${i}.0`),
    'larger than 53 bits': `9007199254740993, ${list(MANY, (i) => String(i))}`,
    'numbers and texts': `'3', ${list(MANY, (i) => String(i * 5))}`,
  };
  for (const [what, values] of Object.entries(cases)) {
    test(what, () => judge(`SELECT n FROM t WHERE n IN (${values}) ORDER BY n`));
  }
});

test('INSERT and DELETE of long lists change what DuckDB changes', async () => {
  const rows = list(MANY, (i) => `(${key(i)}, ${i}, 'ACTIVE')`);
  for (const sql of [
    `INSERT INTO t VALUES ${rows}`,
    `DELETE FROM t WHERE id IN (${list(MANY, (i) => key(i * 2))})`,
    `UPDATE t SET status = 'X' WHERE id NOT IN (${list(MANY, (i) => key(i * 3))})`,
  ]) {
    await simulated.session.query(sql);
    await plain.run(sql);
  }
  await judge('SELECT * FROM t ORDER BY ALL');
});

describe('a hundred thousand ids', () => {
  const ids = (count: number): string =>
    `'${users[3]}', ${list(count - 1, (i) => `'00u${String(i).padStart(17, '0')}'`)}`;

  async function counted(sql: string): Promise<{ readonly rows: readonly unknown[]; readonly requests: number }> {
    const before = simulated.simulator.journal.length;
    const { rows } = await simulated.session.query(sql);
    return { rows, requests: simulated.simulator.journal.length - before };
  }

  test('cost no more than reading the list', async () => {
    const wholeList = await counted('SELECT id FROM okta.users.users');
    const listed = await counted(`SELECT id FROM okta.users.users WHERE id IN (${ids(100_000)})`);
    expect(listed).toEqual({ rows: [[users[3]]], requests: wholeList.requests });
  });

  test('of which all are one make one request', async () => {
    const sql = `SELECT id FROM okta.users.users WHERE id IN (${list(1_000, () => `'${users[3]}'`)})`;
    expect(await counted(sql)).toEqual({ rows: [[users[3]]], requests: 1 });
  });

  test('that are asked for one by one are too many requests, and none is sent', async () => {
    const { session, simulator } = simulated;
    const before = simulator.journal.length;
    const failed = session.query(`SELECT id FROM okta.users.factors WHERE userId IN (${ids(100_000)})`);
    await expect(failed).rejects.toMatchObject({ code: 'RESOURCE_LIMIT' });
    expect(simulator.journal.length).toBe(before);
  });

  test.each([1_000, 100_000])('EXPLAIN of %d is short', async (count) => {
    const query = `SELECT * FROM okta.users.users WHERE id IN (${ids(count)})`;
    const text = await simulated.session.query(`EXPLAIN ${query}`);
    const json = await simulated.session.query(`EXPLAIN (FORMAT json) ${query}`);
    expect(text.rows.length).toBeLessThan(12);
    expect(JSON.stringify([text.rows, json.rows]).length).toBeLessThan(5_000);
  });

  test('a thousand that are not there are one notice', async () => {
    const { notices } = await simulated.session.query(
      `SELECT id FROM okta.users.factors WHERE userId IN (${list(1_000, (i) => `'00u${String(i).padStart(17, '0')}'`)})`,
    );
    expect(notices).toEqual([
      expect.stringMatching(
        /^1000 calls .*404.* okta\.users\.factors: userId=00u0{17}, (?:.*, ){8}\S+ and 990 more\.$/,
      ),
    ]);
  });
});
