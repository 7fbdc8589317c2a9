import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { HARMLESS_TABLE_FUNCTIONS } from '../../../src/engine/sandbox.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { ask, batches, local, open, read, table, within } from './tables.ts';

const directory = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
const inDirectory = (...names: string[]): string => join(directory, ...names);
const ALLOWED = inDirectory("it's allowed.csv");
const OTHER = inDirectory('other.csv');
const DATABASE = inDirectory('local.duckdb');
const WRITTEN = inDirectory('written');

const engine: Engine = createDuckDbEngine({
  database: DATABASE,
  spillDirectory: inDirectory('spill'),
  allowFiles: [ALLOWED],
});

/** The engine's own directory for what does not fit into memory, with a file in it. */
let spilled = '';

beforeAll(async () => {
  for (const file of [ALLOWED, OTHER]) writeFileSync(file, 'a,b\n1,x\n');
  await local(engine, 'CREATE TABLE kept (a VARCHAR)');
  await local(engine, "INSERT INTO kept VALUES ('x')");
  const [name = ''] = readdirSync(inDirectory('spill'));
  spilled = inDirectory('spill', name, 'spilled.csv');
  writeFileSync(spilled, 'a,b\n1,x\n');
});

afterAll(async () => {
  await engine.close();
  rmSync(directory, { recursive: true });
});

/** Places that are known only when the tests run. */
function fill(text: string): string {
  return text
    .replaceAll('{other}', OTHER)
    .replaceAll('{database}', DATABASE)
    .replaceAll('{spilled}', spilled)
    .replaceAll('{written}', WRITTEN);
}

async function expectNothingHappened(): Promise<void> {
  expect(existsSync(WRITTEN)).toBe(false);
  expect((await ask(engine, 'SELECT * FROM kept')).rows).toEqual([['x']]);
}

describe('a SELECT is refused', () => {
  test.each([
    // Files, by function and by name.
    "SELECT * FROM read_text('{other}')",
    "SELECT * FROM read_blob('{other}')",
    "SELECT * FROM read_csv('{other}')",
    "SELECT * FROM read_csv_auto('{other}')",
    "SELECT * FROM read_json('{other}')",
    "SELECT * FROM read_ndjson_objects('{other}')",
    "SELECT * FROM read_parquet('{other}')",
    "SELECT * FROM parquet_scan('{other}')",
    "SELECT * FROM parquet_metadata('{other}')",
    "SELECT * FROM read_duckdb('{database}')",
    "SELECT * FROM sniff_csv('{other}')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '{other}'",
    'SELECT * FROM "{other}"',
    "SELECT * FROM '/etc/hostname'",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM READ_TEXT('/etc/hostname')",
    `SELECT * FROM system.main."read_text"('/etc/hostname')`,
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "SELECT * FROM 'https://example.com/x.csv'",
    "SELECT * FROM read_text('file:///etc/hostname')",
    "SELECT getenv('HOME')",
    // The allowed file is that file, not a pattern, a list with others, or something to be computed.
    "SELECT * FROM read_csv('{other}', header = true)",
    "SELECT * FROM read_csv(['{other}'])",
    `SELECT * FROM read_csv('${inDirectory('*.csv')}')`,
    "SELECT * FROM read_text('{oth' || 'er}')",
    "SELECT * FROM read_text((SELECT '{database}'))",
    'SELECT * FROM read_text($1)',
    'SELECT t.content FROM kept, LATERAL read_text(kept.a) t',
    // What DuckDB itself would let through.
    "SELECT * FROM read_blob('{database}')",
    "SELECT * FROM '{database}'",
    "SELECT * FROM read_csv('{spilled}')",
    "SELECT * FROM '{spilled}'",
    "SELECT * FROM glob('{spilled}*')",
    "SELECT (SELECT content FROM read_text('{spilled}'))",
    "WITH f AS (SELECT * FROM read_text('{spilled}')) SELECT * FROM f",
    "SELECT 1 WHERE EXISTS (FROM read_text('{spilled}'))",
    "SELECT * FROM (DESCRIBE SELECT * FROM read_csv('{spilled}'))",
    "DESCRIBE SELECT * FROM '{spilled}'",
    "SUMMARIZE '{spilled}'",
    "SELECT * FROM histogram('{spilled}', a)",
    "SELECT * FROM query_table('{spilled}')",
    'SELECT * FROM duckdb_temporary_files()',
    'SELECT * FROM duckdb_secrets()',
    "SELECT * FROM which_secret('s3://x', 's3')",
    // Tables of ours.
    'SELECT * FROM oktaql_views',
    'SELECT * FROM OKTAQL_VIEWS',
    'SELECT * FROM "oktaql_0"',
    "SELECT * FROM query_table('oktaql_views')",
    "SELECT * FROM histogram_values('oktaql_views', name)",
    // These look like reading, and change what every later statement meets.
    "SELECT * FROM enable_logging(storage = 'file', storage_path = '{written}')",
    'SELECT * FROM enable_logging()',
    'SELECT * FROM Disable_Logging()',
    'SELECT * FROM system.main.enable_logging()',
    'SELECT * FROM enable_profiling()',
    'SELECT * FROM truncate_duckdb_logs()',
    'SELECT * FROM duckdb_logs()',
    'SELECT * FROM force_checkpoint()',
    'SELECT * FROM checkpoint()',
    "SELECT write_log('x')",
    'SELECT sleep_ms(100000)',
    'SELECT pg_sleep(100)',
    'SELECT main.PG_SLEEP(100) FROM range(3)',
    // These would run a text that was never looked at.
    "SELECT * FROM query('FROM enable_logging()')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('FROM enable_logging()'))",
    'SELECT 1 WHERE EXISTS (SELECT * FROM enable_logging())',
    // Not a SELECT.
    "COPY (SELECT 1) TO '{written}'",
    'EXPLAIN SELECT 1',
    'SHOW TABLES FROM x',
    'CREATE TABLE t AS SELECT 1',
    'SELECT 1; DROP TABLE kept',
  ])('%s', async (text) => {
    const filled = fill(text.replace('{oth', OTHER.slice(0, -3)).replace("'er}", `'${OTHER.slice(-3)}`));
    expect(await failureOf(ask(engine, filled))).toMatchObject({
      code: expect.stringMatching(/^(?:NOT_SUPPORTED|SYNTAX|BINDING)$/),
    });
    await expectNothingHappened();
  });

  test('a prefix is looked at as well', async () => {
    const prefixes = [
      "COPY (SELECT 1) TO '{written}';",
      'CREATE VIEW v AS',
      'INSERT INTO oktaql_views',
      'EXPLAIN ANALYZE',
    ];
    for (const prefix of prefixes) {
      const failure = await failureOf(open(engine, 'SELECT 1', [], { prefix: fill(prefix) }));
      expect(failure).toMatchObject({ code: 'NOT_SUPPORTED' });
    }
    await expectNothingHappened();
  });
});

describe('a local statement is refused', () => {
  test.each([
    "COPY kept TO '{written}'",
    "COPY kept FROM '{spilled}'",
    "EXPORT DATABASE '{written}'",
    "IMPORT DATABASE '{written}'",
    "ATTACH '{written}' AS w",
    'DETACH local',
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    "SET GLOBAL memory_limit = '100GB'",
    'RESET lock_configuration',
    'PRAGMA enable_profiling',
    'CALL enable_logging()',
    'CHECKPOINT',
    'VACUUM',
    'USE memory',
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'SELECT 1',
    'PREPARE p AS SELECT 1',
    'CREATE MACRO lower(x) AS x',
    'CREATE OR REPLACE TEMP MACRO lower(x) AS x',
    'CREATE VIEW v AS SELECT 1',
    'CREATE SCHEMA s',
    'CREATE SECRET (TYPE s3)',
    "CREATE TYPE t AS ENUM ('a')",
    'DROP SCHEMA main CASCADE',
    'DROP TABLE oktaql_views',
    'DROP TABLE IF EXISTS "OKTAQL_views"',
    'ALTER TABLE oktaql_views RENAME TO mine',
    'ALTER TABLE kept RENAME TO oktaql_kept',
    "INSERT INTO oktaql_views VALUES ('v', 'SELECT 1', false)",
    'INSERT INTO kept SELECT text FROM oktaql_views',
    "UPDATE kept SET a = (SELECT content FROM read_text('{database}'))",
    `UPDATE kept SET a = (SELECT content FROM "read_text"('{spilled}'))`,
    "INSERT INTO kept SELECT content FROM system.main.READ_TEXT /* x */ ('{spilled}')",
    "INSERT INTO kept SELECT a FROM '{spilled}'",
    'INSERT INTO kept SELECT a FROM kept, "{spilled}"',
    "INSERT INTO kept SELECT a FROM '{other}'",
    "CREATE TABLE copied AS FROM '{database}'",
    "DELETE FROM kept WHERE a IN (SELECT file FROM glob('{spilled}'))",
    "DELETE FROM kept WHERE a IN (FROM query('SELECT 1'))",
    'INSERT INTO kept SELECT 1 FROM enable_logging()',
    "UPDATE kept SET a = write_log('x')",
    'UPDATE kept SET a = sleep_ms(100000)::VARCHAR',
    'INSERT INTO kept VALUES (1); DROP TABLE kept',
  ])('%s', async (text) => {
    expect(await failureOf(local(engine, fill(text)))).toHaveProperty('code', expect.stringMatching(/^[A-Z_]+$/));
    await expectNothingHappened();
  });

  test('a view with a name of ours is not saved', async () => {
    await within(await engine.begin(), async (statement) => {
      const view = { name: 'Oktaql_v', text: 'SELECT 1', isMaterialized: false };
      expect(await failureOf(statement.saveView(view))).toMatchObject({ code: 'NOT_SUPPORTED' });
    });
  });
});

describe('what stays open', () => {
  test.each([
    ['range(1)', 1],
    ['generate_series(1, 3)', 3],
    ['unnest([1, 2])', 2],
    ["json_each('[1,2]')", 2],
    ['repeat(1, 4)', 4],
    ['(VALUES (1), (2)) read_text(a)', 2],
  ])('SELECT count(*) FROM %s', async (from, count) => {
    expect((await ask(engine, `SELECT count(*) FROM ${from}`)).rows).toEqual([[count]]);
  });

  test('each function that is called harmless is one of DuckDB', async () => {
    const { rows } = await ask(
      engine,
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'table'",
    );
    expect(rows.flat()).toEqual(expect.arrayContaining([...HARMLESS_TABLE_FUNCTIONS]));
  });

  test.each<[what: string, text: string]>([
    ['a CTE with a name of ours', "WITH oktaql_views AS (SELECT 'a') SELECT * FROM oktaql_views"],
    ['a CTE that looks like a file', `WITH "a/b.csv" AS (SELECT 'a') SELECT * FROM "a/b.csv"`],
    ['a text that looks like a file', "SELECT 'a' WHERE '/etc/hostname' <> 'other.csv'"],
    ['a column with the name of a function', 'SELECT read_text FROM (SELECT $$a$$ AS read_text) t'],
  ])('%s', async (_what, text) => {
    expect((await ask(engine, text)).rows).toEqual([['a']]);
  });

  test('a local table with the name of a function', async () => {
    await local(engine, 'CREATE TABLE IF NOT EXISTS summary (a INTEGER)');
    await local(engine, 'INSERT INTO summary (a) VALUES (1)');
    expect((await ask(engine, 'SELECT a FROM summary')).rows).toEqual([[1]]);
    await local(engine, 'DROP TABLE summary');
  });

  test('the settings that change an answer can be looked at, and say so', async () => {
    const names = ['TimeZone', 'allow_persistent_secrets', 'enable_external_access', 'lock_configuration'];
    const text = `SELECT ${names.map((name) => `current_setting('${name}')::VARCHAR`).join(', ')}`;
    expect((await ask(engine, text)).rows).toEqual([['UTC', 'false', 'false', 'true']]);
  });
});

describe('files that are allowed', () => {
  const quoted = ALLOWED.replaceAll("'", "''");

  test.each([
    `SELECT a, b FROM read_csv('${quoted}')`,
    `SELECT a, b FROM read_csv('${quoted}', header = true)`,
    `SELECT a, b FROM read_csv(['${quoted}'])`,
    `SELECT a, b FROM '${quoted}'`,
    `SELECT a, b FROM "${ALLOWED}"`,
    `SELECT a, b FROM read_csv('${relative(process.cwd(), ALLOWED).replaceAll("'", "''")}')`,
  ])('%s', async (text) => {
    expect((await ask(engine, text)).rows).toEqual([[1, 'x']]);
  });

  test('are joined with resources', async () => {
    const text = `SELECT k.id, f.a FROM okta.apps.jwks k JOIN '${quoted}' f ON f.b = k.kid`;
    await within(await open(engine, text, [table(0, 'okta.apps.jwks AS k')]), async (statement) => {
      await statement.load(
        0,
        batches([
          ['id', 'x'],
          ['other', 'y'],
        ]),
      );
      expect((await read(statement)).rows).toEqual([['id', 1]]);
    });
  });

  test('are not written', async () => {
    expect(await failureOf(local(engine, `COPY kept TO '${quoted}'`))).toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});
