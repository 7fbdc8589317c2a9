/** `COPY (…) TO 'file'`: only below directories that are open, and whole or not at all. */

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSession, type QueryResult, type SessionOptions } from '../../src/index.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';
import { MAIN } from '../cli/run-cli.ts';
import { queryDuckDb } from '../unit/output/query-duckdb.ts';

let simulator: Simulator;
let folder = '';
const open = (): string => join(folder, 'open');
beforeEach(() => {
  simulator = createSimulator({ subdomain: 'acme' });
  folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
  mkdirSync(join(open(), 'inner'), { recursive: true });
  mkdirSync(join(folder, 'outside'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(sql: string, options: Partial<SessionOptions> = {}): Promise<QueryResult> {
  const session = createSession({
    token: simulator.token,
    subdomain: 'acme',
    fetch: (request) => simulator.handle(request),
    allowWrite: [open()],
    ...options,
  });
  try {
    return await session.query(sql);
  } finally {
    await session.close();
  }
}

const files = (): readonly string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.\w+$/.test(name)).sort();

describe.each(['none', 'process'] as const)('isolation %s', (isolation) => {
  test('writes what a SELECT gives, and counts it', async () => {
    const file = join(open(), 'keys.parquet');
    const sql = `COPY (SELECT kid, status, created FROM okta.apps.jwks WHERE status = 'ACTIVE' ORDER BY kid) TO '${file}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {asked: 'keys'})`;
    const { rows } = await run("SELECT kid, status FROM okta.apps.jwks WHERE status = 'ACTIVE' ORDER BY kid", {
      isolation,
    });
    expect(await run(sql, { isolation })).toMatchObject({
      tag: 'COPY',
      count: rows.length,
      rows: [],
      message: `COPY ${rows.length}`,
    });
    expect(await queryDuckDb(`SELECT kid, status FROM '${file}'`)).toEqual(rows);
    expect(await queryDuckDb(`SELECT decode(value) FROM parquet_kv_metadata('${file}') WHERE key = 'asked'`)).toEqual([
      ['keys'],
    ]);
  });

  test('writes a folder of files by a column, whose values lead nowhere', async () => {
    const sql = `COPY (SELECT * FROM (VALUES (1, 'a'), (2, '../../outside'), (3, 'a')) t(n, p)) TO '${join(open(), 'parts')}' (FORMAT csv, PARTITION_BY (p))`;
    expect(await run(sql, { isolation })).toMatchObject({ tag: 'COPY', count: 3 });
    expect(files()).toEqual(['open/parts/p=..%2F..%2Foutside/data_0.csv', 'open/parts/p=a/data_0.csv']);
  });

  test.each<[what: string, path: () => string]>([
    ['elsewhere', () => join(folder, 'outside/a.csv')],
    ['by ..', () => `${open()}/inner/../../outside/a.csv`],
    ['by a link to a folder', () => join(open(), 'link/a.csv')],
    ['by a link to a file', () => join(open(), 'file-link.csv')],
    ['by /proc', () => `/proc/self/root${folder}/outside/a.csv`],
    ['by a scheme', () => `file:${folder}/outside/a.csv`],
    ['by a scheme with slashes', () => `file://${folder}/outside/a.csv`],
    ['to another machine', () => 's3://bucket/a.csv'],
    ['to the folder itself', open],
    ['where a name only begins so', () => `${open()}-not/a.csv`],
    ['to a device', () => '/dev/null'],
  ])('writes nothing %s, and sends nothing', async (_what, path) => {
    symlinkSync(join(folder, 'outside'), join(open(), 'link'));
    writeFileSync(join(folder, 'outside/there.csv'), 'before');
    symlinkSync(join(folder, 'outside/there.csv'), join(open(), 'file-link.csv'));
    const before = files();
    const writing = run(`COPY (SELECT kid FROM okta.apps.jwks) TO '${path()}' (FORMAT csv)`, { isolation });
    await expect(writing).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(files()).toEqual(before);
    expect(readFileSync(join(folder, 'outside/there.csv'), 'utf8')).toBe('before');
    expect(simulator.journal).toEqual([]);
  });

  test('nothing is open unless it was opened, and the error says how', async () => {
    await expect(run(`COPY (SELECT 1) TO '${open()}/a.csv'`, { isolation, allowWrite: [] })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      hint: expect.stringContaining('--allow-write DIR'),
    });
  });

  test('the file of local tables is nobody’s to write', async () => {
    const database = join(open(), 'own.duckdb');
    for (const path of [database, `${database}.wal`]) {
      const writing = run(`COPY (SELECT 1) TO '${path}' (FORMAT csv)`, { isolation, database });
      await expect(writing).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    }
  });

  test('what may be written may not be read', async () => {
    writeFileSync(join(open(), 'a.csv'), 'a\n1\n');
    for (const sql of [
      `SELECT * FROM '${open()}/a.csv'`,
      `SELECT * FROM read_csv('${open()}/a.csv')`,
      `CREATE TABLE t AS FROM '${open()}/a.csv'`,
      `COPY (FROM '${open()}/a.csv') TO '${open()}/b.csv'`,
    ]) {
      await expect(run(sql, { isolation })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    }
  });

  test('what fails half-way leaves what was there', async () => {
    writeFileSync(join(open(), 'a.csv'), 'before');
    const rows = "SELECT CASE WHEN i = 900000 THEN error('no') ELSE 'x' END FROM range(1000000) t(i)";
    for (const name of ['a.csv', 'b.csv']) {
      await expect(run(`COPY (${rows}) TO '${open()}/${name}' (FORMAT csv)`, { isolation })).rejects.toMatchObject({
        code: 'EXECUTION',
      });
    }
    expect(files()).toEqual(['open/a.csv']);
    expect(readFileSync(join(open(), 'a.csv'), 'utf8')).toBe('before');
  });
});

test('a second name of a file elsewhere is not written through', async () => {
  writeFileSync(join(folder, 'outside/a.csv'), 'before');
  linkSync(join(folder, 'outside/a.csv'), join(open(), 'a.csv'));
  await run(`COPY (SELECT 1 AS a) TO '${open()}/a.csv' (FORMAT csv)`);
  expect(readFileSync(join(folder, 'outside/a.csv'), 'utf8')).toBe('before');
  expect(readFileSync(join(open(), 'a.csv'), 'utf8')).toBe('a\n1\n');
});

test('a directory that is none is refused', async () => {
  await expect(run('SELECT 1', { allowWrite: [join(folder, 'no')] })).rejects.toMatchObject({ code: 'INVALID_VALUE' });
});

test.each([
  ["COPY okta.apps.jwks TO 'a.csv'", 'COPY takes a query in parentheses.'],
  ["COPY t FROM 'a.csv'", 'COPY … FROM is not supported.'],
  ["COPY (SELECT 1) TO 'a' (FORMAT duckdb)", 'COPY does not write the format DUCKDB.'],
  ["COPY (SELECT 1) TO 'a' (FORMAT csv, OVERWRITE true)", 'COPY does not take the option OVERWRITE here.'],
  [
    "COPY (SELECT 1) TO 'a' (FORMAT parquet, ENCRYPTION_CONFIG {footer_key: 'k'})",
    'COPY does not take the option ENCRYPTION_CONFIG here.',
  ],
  [
    "COPY (SELECT 1 AS a) TO 'a' (PARTITION_BY (a), FILENAME_PATTERN '../x')",
    'The name of a file holds no folder: that stands behind TO.',
  ],
])('%s', async (sql, message) => {
  await expect(run(sql)).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message });
});

test.each([
  "COPY (SELECT 1 TO 'a'",
  'COPY',
  "COPY () TO 'a'",
  'COPY (SELECT 1) TO a',
  "COPY (SELECT 1) TO 'a' (FORMAT csv",
  "COPY (SELECT 1) TO 'a' x",
])('%s is no statement', async (sql) => {
  await expect(run(sql)).rejects.toMatchObject({ code: 'SYNTAX' });
});

test.skipIf(process.platform === 'win32')('a full disk is an error, and leaves no half file', () => {
  const sql = `COPY (SELECT i, md5(i::VARCHAR) AS h FROM range(200000) t(i)) TO '${open()}/a.csv' (FORMAT csv)`;
  const script = 'ulimit -f 64; exec "$@"';
  const args = ['-c', script, 'sh', process.execPath, MAIN, 'exec', sql, '--allow-write', open()];
  const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8', env: { HOME: tmpdir() } });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^error \(22000\): .*\n/)]);
  expect(existsSync(join(open(), 'a.csv'))).toBe(false);
  expect(readdirSync(open())).toEqual(['inner']);
});
