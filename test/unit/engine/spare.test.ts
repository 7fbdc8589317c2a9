/** An engine that was kept is as new, and only such a one is kept. */

import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { DuckDbOptions } from '../../../src/engine/options.ts';
import { keepSpares } from '../../../src/engine/spare.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { ask, local, open, table, within } from './tables.ts';

const opened = vi.spyOn(DuckDBInstance, 'create');
beforeEach(() => keepSpares(2));
afterEach(() => {
  keepSpares(0);
  opened.mockClear();
});

/** Directories of this process for what does not fit into memory. */
function spillDirectories(): readonly string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith('oktaql-') && name.includes(`-${process.pid}-`))
    .map((name) => join(tmpdir(), name));
}

type Work = (engine: ReturnType<typeof createDuckDbEngine>) => Promise<unknown>;

async function used(work: Work, options: DuckDbOptions = {}): Promise<void> {
  const engine = createDuckDbEngine(options);
  try {
    await work(engine);
  } finally {
    await engine.close();
  }
}

const asksOne: Work = async (engine) => expect((await ask(engine, 'SELECT 1')).rows).toEqual([[1]]);

/** What SQL can see of an engine, but for numbers that only go up. */
const VISIBLE = [
  'SELECT schema_name FROM duckdb_schemas() ORDER BY ALL',
  'SELECT table_name, temporary, estimated_size FROM duckdb_tables() ORDER BY ALL',
  'SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL',
  'SELECT view_name FROM duckdb_views() ORDER BY ALL',
  'SELECT function_name, function_type, count(*) FROM duckdb_functions() GROUP BY ALL ORDER BY ALL',
  'SELECT lower(type_name), count(*) FROM duckdb_types() GROUP BY ALL ORDER BY ALL',
  'SELECT index_name FROM duckdb_indexes() ORDER BY ALL',
  'SELECT constraint_name FROM duckdb_constraints() ORDER BY ALL',
  ...[
    'TimeZone',
    'memory_limit',
    'max_temp_directory_size',
    'threads',
    'lock_configuration',
    'enable_external_access',
  ].map((name) => `SELECT current_setting('${name}')`),
];

async function seen(engine: ReturnType<typeof createDuckDbEngine>): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const sql of VISIBLE) answers.push((await ask(engine, sql)).rows);
  return [...answers, await within(await engine.begin(), async (each) => [await each.tables(), await each.views()])];
}

describe('what the next engine finds', () => {
  test.each<[what: string, work: Work]>([
    ['a statement that reads', asksOne],
    [
      'rows that were loaded, and functions of ours',
      (engine) =>
        ask(engine, "SELECT iif(json_extract(kid, '$') IS NULL, 1, 2) FROM okta.apps.jwks", {
          table: table(0, 'okta.apps.jwks'),
          rows: [['a', '"b"']],
        }),
    ],
    [
      'a table and a view that were not committed',
      async (engine) =>
        within(await engine.begin(), async (statement) => {
          await statement.runLocal('CREATE TABLE mine AS SELECT 1 AS a');
          await statement.runLocal('CREATE SEQUENCE numbers');
          await statement.runLocal('CREATE TEMP TABLE less AS SELECT 2 AS b');
          await statement.saveView({ name: 'v', text: 'SELECT 3', isMaterialized: false });
        }),
    ],
    [
      'statements that failed',
      async (engine) => {
        expect(await failureOf(ask(engine, 'SELECT nothing'))).toMatchObject({ code: 'UNKNOWN_COLUMN' });
        expect(await failureOf(ask(engine, "SELECT 'x'::INT + i FROM range(3) t(i)"))).toMatchObject({
          code: 'EXECUTION',
        });
      },
    ],
    [
      'a statement that was closed while it ran',
      async (engine) => {
        const statement = await open(engine, 'SELECT count(*) FROM range(100000000) a, range(100) b');
        const failed = failureOf(statement.run());
        await engine.close();
        expect(await failed).toMatchObject({ code: 'CANCELLED' });
      },
    ],
  ])('after %s is what a new one has', async (_what, work) => {
    let asNew: readonly unknown[] = [];
    await used(async (engine) => {
      asNew = await seen(engine);
    });
    await used(work);
    await used(async (engine) => expect(await seen(engine)).toEqual(asNew));
    expect(opened).toHaveBeenCalledTimes(1);
  });
});

describe('no other engine is kept', () => {
  test.each<[what: string, options: DuckDbOptions]>([
    ['a limit of its own', { memoryLimit: '200MB' }],
    ['a place of its own', { spillDirectory: tmpdir() }],
    ['files', { allowFiles: ['a.csv'] }],
    ['a database', { database: ':memory:' }],
  ])('that has %s, nor is that given one', async (_what, options) => {
    for (const each of [options, {}, options, {}]) await used(asksOne, each);
    expect(opened).toHaveBeenCalledTimes(3);
  });

  test('in which something was committed', async () => {
    await used((engine) => local(engine, 'CREATE TABLE mine AS SELECT 1 AS a'));
    await used(async (engine) => {
      expect(await failureOf(ask(engine, 'SELECT * FROM mine'))).toMatchObject({ code: 'UNKNOWN_RESOURCE' });
    });
    expect(opened).toHaveBeenCalledTimes(2);
  });

  test('in which a statement heeds no interrupt', async () => {
    await used(async (engine) => {
      const abort = new AbortController();
      const statement = await engine.begin(abort.signal);
      const text = "SELECT levenshtein(repeat('a', 40000), repeat('b', 40000 + round(random())::INT))";
      await statement.bind({ text, tables: [] });
      let isDone = false;
      const failed = failureOf(statement.run(abort.signal)).finally(() => {
        isDone = true;
      });
      for (let delay = 200; !isDone; delay *= 2) {
        await new Promise((resolve) => setTimeout(resolve, delay));
        abort.abort();
      }
      expect(await failed).toMatchObject({ code: 'CANCELLED' });
    });
    await used(asksOne);
    expect(opened).toHaveBeenCalledTimes(2);
  });

  test('unless somebody asks for it, and than somebody has asked for', async () => {
    keepSpares(0);
    for (let round = 0; round < 2; round += 1) await used(asksOne);
    expect(opened).toHaveBeenCalledTimes(2);
    keepSpares(1);
    for (let round = 0; round < 2; round += 1) {
      const [first, second] = [createDuckDbEngine(), createDuckDbEngine()];
      for (const engine of [first, second]) await asksOne(engine);
      for (const engine of [first, second]) await engine.close();
    }
    expect(opened).toHaveBeenCalledTimes(5);
  });
});

describe('the directory of one that is kept', () => {
  test('is gone, and there again for the next, for its owner alone', async () => {
    await used(asksOne);
    expect(spillDirectories()).toEqual([]);
    await used(async (engine) => {
      await asksOne(engine);
      expect(spillDirectories().map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['700']);
    });
    expect(spillDirectories()).toEqual([]);
    expect(opened).toHaveBeenCalledTimes(1);
  });

  test('that somebody else has made meanwhile is not used', async () => {
    let made = '';
    await used(async (engine) => {
      await asksOne(engine);
      [made = ''] = spillDirectories();
    });
    mkdirSync(made);
    await used(async (engine) => {
      await asksOne(engine);
      expect(spillDirectories()).toHaveLength(2);
    });
    expect(opened).toHaveBeenCalledTimes(2);
    expect(existsSync(made)).toBe(true);
    rmdirSync(made);
  });
});
