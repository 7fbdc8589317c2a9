import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { ask, within } from './tables.ts';

const directory = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;

/** A database file that somebody else has made with DuckDB. */
async function madeWith(...statements: readonly string[]): Promise<string> {
  files += 1;
  const path = join(directory, `${files}.duckdb`);
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  return path;
}

describe('a database file of somebody else is refused', () => {
  test.each<[statement: string, named: string]>([
    ["CREATE MACRO count(x) AS 'none'", 'count'],
    ["CREATE MACRO now() AS TIMESTAMPTZ '2000-01-01'", 'now'],
    ['CREATE MACRO "+"(a, b) AS a - b', '+'],
    ['CREATE MACRO "~~"(a, b) AS true', '~~'],
    ['CREATE MACRO "->>"(a, b) AS a', '->>'],
    ['CREATE MACRO jwk_bits(n) AS 4096', 'jwk_bits'],
    ['CREATE MACRO oktaql_member_text(json, path) AS 1', 'oktaql_member_text'],
    ['CREATE MACRO harmless(x) AS x', 'harmless'],
    ["CREATE MACRO list_value(a) AS ['/etc/passwd']", 'list_value'],
    ["CREATE MACRO t() AS TABLE FROM read_text('/etc/hostname')", 't'],
    // What the look at the file itself is made with.
    [
      "CREATE MACRO duckdb_functions() AS TABLE SELECT 'a' function_name, true internal, 'scalar' function_type",
      'duckdb_functions',
    ],
    ['CREATE SCHEMA s; CREATE MACRO s.m(x) AS x', 'm'],
    ["CREATE VIEW v AS SELECT current_setting('http_proxy') a", 'v'],
    ['CREATE VIEW v AS FROM duckdb_settings()', 'v'],
    ['CREATE VIEW v AS FROM pg_catalog.pg_settings', 'v'],
    ['CREATE VIEW v AS FROM duckdb_logs', 'v'],
    ["CREATE VIEW v AS SELECT write_log('x')", 'v'],
    ["CREATE VIEW v AS SELECT * FROM enable_logging(storage = 'memory')", 'v'],
    ["CREATE VIEW v AS FROM read_text('/etc/hostname')", 'v'],
    ['CREATE VIEW "a AS b" AS SELECT * FROM glob(\'/etc/*\')', 'a AS b'],
    ['CREATE VIEW oktaql_views AS SELECT 1', 'oktaql_views'],
    ['CREATE TABLE oktaql_0 (a INTEGER)', 'oktaql_0'],
    ["CREATE TABLE d (a VARCHAR DEFAULT current_setting('http_proxy'))", 'd'],
    ["CREATE TABLE d (a VARCHAR DEFAULT write_log('x'))", 'd'],
    ["CREATE TYPE json AS ENUM ('a')", 'json'],
  ])('%s', async (statement, named) => {
    const database = await madeWith(...statement.split('; '));
    const engine = createDuckDbEngine({ database });
    const failure = await failureOf(engine.begin());
    await engine.close();
    expect(failure).toMatchObject({ code: 'INVALID_VALUE', subject: 'database', hint: expect.any(String) });
    expect(
      String((failure as Error).message)
        .split(': ')
        .at(-1),
    ).toBe(`${named}.`);
  });

  test('names what it holds, however much', async () => {
    const database = await madeWith(...Array.from({ length: 12 }, (_, n) => `CREATE MACRO m${n}() AS ${n}`));
    const engine = createDuckDbEngine({ database });
    expect(await failureOf(engine.begin())).toMatchObject({ message: expect.stringContaining('and 4 more') });
    await engine.close();
  });
});

test('tables, and views over them, are taken as they are', async () => {
  const database = await madeWith(
    "CREATE TABLE t (a INTEGER DEFAULT (1 + 1), b VARCHAR DEFAULT upper('x'), CHECK (a > 0))",
    'CREATE INDEX i ON t ((a + 1))',
    'INSERT INTO t (a) VALUES (1)',
    'CREATE VIEW v (c) AS WITH x AS (SELECT a FROM t) SELECT count(*) FROM x JOIN t USING (a)',
    "CREATE TYPE mood AS ENUM ('good')",
    'CREATE TABLE summary (a mood)',
    'CREATE SEQUENCE s',
  );
  const engine = createDuckDbEngine({ database });
  expect((await ask(engine, 'SELECT t.b, v.c FROM t, v')).rows).toEqual([['X', 1]]);
  await engine.close();
  const again = createDuckDbEngine({ database });
  await within(await again.begin(), async (statement) => expect(await statement.tables()).toEqual(['summary', 't']));
  await again.close();
});

test.skipIf(process.platform === 'win32')(
  'nothing of it runs before: what a view would open is not opened',
  async () => {
    const file = join(directory, 'pipe.csv');
    writeFileSync(file, 'a,b\n1,2\n');
    const database = await madeWith(`CREATE VIEW v AS FROM read_csv('${file}')`);
    rmSync(file);
    // Whoever opens it waits for a writer, who never comes.
    execFileSync('mkfifo', [file]);
    const engine = createDuckDbEngine({ database });
    expect(await failureOf(engine.begin())).toMatchObject({ code: 'INVALID_VALUE', subject: 'database' });
    await engine.close();
  },
);
