/**
 * What SQL must not reach: files, the settings and the environment of the process, the insides of the engine. Each statement
 * goes the whole way through a session. It may answer something harmless or be refused; nothing that was planted may show.
 */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createSession, QueryError, type Session } from '../../src/index.ts';
import { createSimulator } from '../../src/simulator/index.ts';

const PLANTED = 'pl4nted';
/** Settings that DuckDB takes from the environment. */
const VARIABLES = {
  http_proxy: `http://user:${PLANTED}@proxy.example:1`,
  HTTP_PROXY: `http://user:${PLANTED}@proxy.example:1`,
};

let directory = '';
const inDirectory = (...names: string[]): string => join(directory, ...names);
const before = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, process.env[name]]));

let session: Session;
/** The directory that the engine spills to. */
let spill = '';

/** `{spill}` and such, which are known only when the tests run. */
function fill(text: string): string {
  const [head, tail] = [spill.slice(0, 9), spill.slice(9)];
  return text
    .replaceAll(/\{spill\}|<spill>/g, () => spill)
    .replaceAll('{head}', head)
    .replaceAll('{tail}', tail)
    .replaceAll('{relative}', relative(process.cwd(), spill))
    .replaceAll('{directory}', directory)
    .replaceAll('{written}', inDirectory('written'));
}

/** All that the caller of a statement gets to see of it. */
async function shown(text: string, on: Session = session): Promise<string> {
  try {
    return inspect(await on.query(text), { depth: 9, maxStringLength: 100_000 });
  } catch (error) {
    // No XX000, which would be a defect of ours, and nothing that is no error of ours.
    expect(error).toBeInstanceOf(QueryError);
    const { code, message, hint } = error as QueryError;
    expect(code).not.toBe('INTERNAL');
    return `${message} ${hint ?? ''}`;
  }
}

const READS_FILE = [
  // A name of WITH counts where it is in scope, and nowhere else.
  'WITH "{spill}/s.csv" AS (FROM "{spill}/s.csv") FROM "{spill}/s.csv"',
  'WITH RECURSIVE "{spill}/s.csv" AS (FROM "{spill}/s.csv") FROM "{spill}/s.csv"',
  'WITH RECURSIVE "{spill}/s.csv" AS (FROM "{spill}/s.csv" UNION ALL FROM "{spill}/s.csv" WHERE false) FROM "{spill}/s.csv"',
  'WITH x AS (FROM "{spill}/s.csv"), "{spill}/s.csv" AS (SELECT 1) FROM x',
  'SELECT * FROM (WITH "{spill}/s.csv" AS (SELECT 1) FROM "{spill}/s.csv") a, "{spill}/s.csv" b',
  'SELECT (WITH "{spill}/s.csv" AS (SELECT 1 a) SELECT a FROM "{spill}/s.csv"), a FROM "{spill}/s.csv"',
  '(WITH "{spill}/s.csv" AS (SELECT 1) FROM "{spill}/s.csv") UNION ALL BY NAME FROM "{spill}/s.csv"',
  'WITH "lin\u212a.csv" AS (SELECT 1) FROM "link.csv"',
  // One file has many names.
  "FROM '{spill}/s.csv'",
  "FROM 'file:{spill}/s.csv'",
  "FROM 'file://{spill}/s.csv'",
  "FROM 'file://localhost{spill}/s.csv'",
  "FROM '/proc/self/root{spill}/s.csv'",
  "FROM '/{spill}/s.csv'",
  "FROM '{relative}/s.csv'",
  "FROM '{spill}/inner/../s.csv'",
  "FROM '{directory}/link/s.csv'",
  "FROM '{directory}/inner/../s.csv'",
  "FROM '{spill}/*.csv'",
  "FROM '{spill}/[s].csv'",
  "FROM '{spill}/s.cs?'",
  "FROM '{spill}/s.csv?a=b'",
  'FROM "{spill}/s".csv',
  'FROM "{spill}/s.csv" TABLESAMPLE 1',
  "FROM E'{spill}/\\x73.csv'",
  'FROM $$<spill>/s.csv$$',
  'FROM $x$<spill>/s.csv$x$',
  "FROM '{head}'\n'{tail}/s.csv'",
  "FROM '{head}' -- goes on\n  '{tail}/s.csv'",
  "FROM '{head}' /* \n */ '{tail}/s.csv'",
  'TABLE "{spill}/s.csv"',
  'SELECT COLUMNS(*) FROM "{spill}/s.csv"',
  'DESCRIBE "{spill}/s.csv"',
  'SUMMARIZE "{spill}/s.csv"',
  'FROM (SUMMARIZE "{spill}/s.csv")',
  'FROM (PIVOT "{spill}/s.csv" ON a)',
  'PIVOT "{spill}/s.csv" ON a',
  'VALUES ((SELECT a FROM "{spill}/s.csv"))',
  'SELECT 1 WHERE (SELECT a FROM "{spill}/s.csv") IS NULL',
  'SELECT kid FROM okta.apps.jwks JOIN "{spill}/s.csv" s ON s.a = kid',
  'SELECT kid FROM okta.apps.jwks WHERE kid IN (SELECT a FROM "{spill}/s.csv")',
  'SELECT json_serialize_plan(\'FROM "{spill}/s.csv"\')',
  "SELECT json_serialize_plan('FROM read_text(''{spill}/s.csv'')')",
  "FROM pragma_table_info('{spill}/s.csv')",
  "FROM read_csv('{directory}/allowed*.csv')",
  "FROM read_csv('{directory}/allowed2.csv')",
  "FROM read_csv(['{directory}/allowed.csv', '{directory}/allowed2.csv'])",
  "FROM '{directory}/link.duckdb'",
];

const CHANGES_TABLE = [
  'CREATE TABLE c AS FROM "{spill}/s.csv"',
  'CREATE VIEW w AS FROM "{spill}/s.csv"',
  "INSERT INTO kept SELECT a FROM '{spill}/s.csv'",
  'INSERT INTO kept WITH "{spill}/s.csv" AS (FROM "{spill}/s.csv") SELECT a FROM "{spill}/s.csv"',
  "UPDATE kept SET a = s.a FROM '{spill}/s.csv' s",
  "UPDATE kept SET a = s.a FROM 'file:{spill}/s.csv' s",
  "UPDATE kept SET a = s.a FROM '/proc/self/root{spill}/s.csv' s",
  "UPDATE kept SET a = s.a FROM '{directory}/link/s.csv' s",
  "UPDATE kept SET a = s.a FROM '{directory}/inner/../s.csv' s",
  "UPDATE kept SET a = s.a FROM '{directory}/link/[s].csv' s",
  "UPDATE kept SET a = s.a FROM '{relative}/s.csv' s",
  "UPDATE kept SET a = s.a FROM '{head}'\n'{tail}/s.csv' s",
  "UPDATE kept SET a = s.a FROM E'{spill}/\\x73.csv' s",
  'UPDATE kept SET a = s.a FROM "{spill}/s".csv s',
  'UPDATE kept SET a = s.a FROM $$<spill>/s.csv$$ s',
  // In the second line a backslash escapes as in the first: what looks like a string from there on is none.
  "UPDATE kept SET a = E'x'\n'\\' || ' || (SELECT content FROM read_text($$<spill>/s.csv$$)) -- '",
  "DELETE FROM kept USING '{spill}/s.csv' s WHERE s.a <> kept.a",
  "MERGE INTO kept USING '{spill}/s.csv' s ON false WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
  "UPDATE kept SET a = s.a FROM '{directory}/link.duckdb' s",
  "COPY kept TO '{written}'",
  "EXPORT DATABASE '{written}'",
  "ATTACH '{written}'",
  "UPDATE kept SET a = current_setting('temp_directory')",
  "INSERT INTO kept VALUES (current_setting('http_proxy'))",
  "CREATE TABLE c (a VARCHAR DEFAULT current_setting('http_proxy'))",
  "ALTER TABLE kept ADD COLUMN c VARCHAR DEFAULT current_setting('secret_directory')",
  'UPDATE kept SET a = p.value FROM pg_settings p',
  "UPDATE kept SET a = write_log('x')",
];

const READS_SETTINGS = [
  "SELECT current_setting('http_proxy')",
  "SELECT current_setting('HTTP_PROXY')",
  "SELECT current_setting('http_' || 'proxy')",
  "SELECT current_setting('http_'\n'proxy')",
  "SELECT current_setting((SELECT 'http_proxy'))",
  `SELECT "current_setting"('http_proxy')`,
  "SELECT Current_Setting /* x */ ('temp_directory')",
  "SELECT system.main.current_setting('secret_directory')",
  "SELECT list_transform(['temp_directory'], lambda x: current_setting(x))",
  "SELECT kid FROM okta.apps.jwks WHERE kid = current_setting('http_proxy')",
  "SELECT kid FROM okta.apps.jwks WHERE kid = lower(current_setting('temp_directory'))",
  "SELECT getenv('http_proxy')",
  'FROM duckdb_settings()',
  'FROM duckdb_settings',
  'FROM pg_settings',
  'FROM pg_catalog.pg_settings',
  'FROM duckdb_secrets()',
  "FROM which_secret('s3://x', 's3')",
  'FROM duckdb_databases()',
  'FROM duckdb_databases',
  'FROM pragma_database_list',
  'FROM pragma_database_list()',
  'FROM duckdb_temporary_files()',
  'FROM duckdb_extensions()',
  'FROM duckdb_logs',
  'FROM duckdb_logs()',
  'FROM duckdb_external_file_cache()',
  'FROM (SHOW ALL TABLES)',
  'FROM (SHOW DATABASES)',
  'SHOW DATABASES',
  'PRAGMA database_list',
  "PRAGMA enable_logging('QueryLog')",
  "SET http_proxy = 'http://x'",
  'SET okta.nonsense = on',
];

describe.each(['none', 'process'] as const)('isolation %s', (isolation) => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'oktaql-doors-'));
    Object.assign(process.env, VARIABLES);
    for (const name of ['other.csv', 'allowed.csv', 'allowed2.csv']) {
      writeFileSync(inDirectory(name), name === 'allowed.csv' ? 'a,b\n1,x\n' : `a,b\n${PLANTED},2\n`);
    }
    const simulator = createSimulator();
    session = createSession({
      token: simulator.token,
      subdomain: 'my-org',
      fetch: (request) => simulator.handle(request),
      isolation,
      database: inDirectory('own.duckdb'),
      spillDirectory: inDirectory('spill'),
      allowFiles: [inDirectory('allowed.csv')],
    });
    await session.query('CREATE TABLE kept (a VARCHAR)');
    await session.query("INSERT INTO kept VALUES ('x')");
    spill = inDirectory('spill', readdirSync(inDirectory('spill'))[0] ?? '');
    writeFileSync(join(spill, 's.csv'), `a,b\n${PLANTED},2\n`);
    mkdirSync(join(spill, 'inner'));
    symlinkSync(spill, inDirectory('link'));
    symlinkSync(join(spill, 'inner'), inDirectory('inner'));
    symlinkSync(inDirectory('own.duckdb'), inDirectory('link.duckdb'));
  });

  afterAll(async () => {
    await session.close();
    rmSync(directory, { recursive: true });
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  describe('nothing is read, nothing is written, nothing is shown', () => {
    test.each([...READS_FILE, ...CHANGES_TABLE, ...READS_SETTINGS])('%s', async (text) => {
      const filled = fill(text);
      const seen = await shown(filled);
      expect(seen).not.toContain(PLANTED);
      // A path that the statement says itself is no news.
      for (const path of [spill, inDirectory('own.duckdb')].filter((each) => !filled.includes(each)))
        expect(seen).not.toContain(path);
      expect(existsSync(inDirectory('written'))).toBe(false);
      const local = await session.query('SELECT * FROM kept');
      expect([local.columns.map(({ name }) => name), local.rows]).toEqual([['a'], [['x']]]);
    });

    test('and nothing of it was kept', async () => {
      const failure = session.query('SELECT * FROM c');
      await expect(failure).rejects.toMatchObject({ code: 'UNKNOWN_RESOURCE' });
    });
  });

  describe('what is harmless goes on', () => {
    test.each([
      [`WITH "a/b.csv" AS (SELECT 'x') FROM "a/b.csv"`, 'x'],
      [`WITH a AS (SELECT 'x'), "b.csv" AS (FROM a) FROM (SELECT * FROM "B.CSV")`, 'x'],
      [
        `WITH RECURSIVE "r.csv" AS (SELECT 1 n UNION ALL SELECT n + 1 FROM "r.csv" WHERE n < 3) SELECT max(n)::VARCHAR FROM "r.csv"`,
        '3',
      ],
      ["SELECT current_setting('TimeZone')", 'UTC'],
      ["SELECT current_setting('timezone')", 'UTC'],
      ["SELECT 'a'\n'b'", 'ab'],
      ["SELECT E'a' -- goes on\n'\\x62'", 'ab'],
      ["SELECT '/etc/passwd'", '/etc/passwd'],
      ["SELECT b FROM '{directory}/allowed.csv'", 'x'],
    ])('%s', async (text, value) => {
      expect((await session.query(fill(text))).rows).toEqual([[value]]);
    });

    test('a text in a local table may be any path that leads elsewhere', async () => {
      await session.query('CREATE TABLE paths (a VARCHAR)');
      await session.query("INSERT INTO paths VALUES ('/etc/passwd'), ('a/b.csv'), ('file:///x')");
      await session.query("UPDATE paths SET a = 'https://example.com/a.csv' WHERE a = 'a/b.csv'");
      expect((await session.query('SELECT count(*) FROM paths')).rows).toEqual([[3]]);
      await session.query('DROP TABLE paths');
    });
  });
});
