import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { afterAll, describe, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { ask, batches, local, open, read, table, within } from './tables.ts';

const BUILT = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
const inDirectory = (...names: string[]): string => join(directory, ...names);
afterAll(() => rmSync(directory, { recursive: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('what does not fit into memory', () => {
  const SORT =
    'SELECT count(*), min(m) FROM (SELECT md5(i::VARCHAR) m FROM range(2000000) t(i) ORDER BY m LIMIT 1900000)';

  test('goes to a private directory, which is gone when the engine is closed', async () => {
    const parent = inDirectory('spill');
    const engine = createDuckDbEngine({ memoryLimit: '50MB', spillDirectory: parent });
    const statement = await open(engine, SORT);
    const [name = ''] = readdirSync(parent);
    expect(modeOf(join(parent, name))).toBe('700');

    let isSpilling = false;
    const watch = setInterval(() => {
      isSpilling ||= readdirSync(join(parent, name)).length > 0;
    }, 2);
    const { rows } = await read(statement);
    clearInterval(watch);
    expect(isSpilling).toBe(true);
    await engine.close();
    const roomy = createDuckDbEngine();
    expect(rows).toEqual((await ask(roomy, SORT)).rows);
    await roomy.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  test('may be a result', async () => {
    const parent = inDirectory('result');
    const engine = createDuckDbEngine({ memoryLimit: '50MB', spillDirectory: parent });
    // Twice what there is memory for.
    const statement = await open(engine, "SELECT i, md5(i::VARCHAR) || repeat('x', 68) FROM range(1000000) t(i)");
    const { batches: read } = await statement.run();
    const [name = ''] = readdirSync(parent);
    let next = 0;
    for await (const rows of read()) {
      if (next === 0) expect(readdirSync(join(parent, name))).not.toEqual([]);
      if (rows[0]?.[0] !== next) throw new Error(`row ${next} is ${rows[0]?.[0]}`);
      next += rows.length;
    }
    expect(next).toBe(1_000_000);
    await engine.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  test('may be what is loaded', async () => {
    const parent = inDirectory('load');
    const engine = createDuckDbEngine({ memoryLimit: '50MB', spillDirectory: parent });
    const columns = 'a VARCHAR';
    const statement = await open(engine, 'SELECT count(*), count(DISTINCT a) FROM a.b.c', [table(0, 'a.b.c', columns)]);
    const source = async function* () {
      for (let batch = 0; batch < 400; batch += 1) {
        yield Array.from({ length: 1_000 }, (_, row) => [`${batch}-${row}-${'x'.repeat(200)}`]);
      }
    };
    expect(await statement.load(0, source())).toBe(400_000);
    expect((await read(statement)).rows).toEqual([[400_000, 400_000]]);
    await engine.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  test('and cannot go to the disk either is an error with a way out', async () => {
    const engine = createDuckDbEngine({ memoryLimit: '32MB', spillDirectory: inDirectory('full') });
    const failure = await failureOf(ask(engine, 'SELECT list(md5(i::VARCHAR)) FROM range(3000000) t(i)'));
    expect(failure).toMatchObject({ code: 'EXECUTION', hint: expect.stringContaining('memoryLimit') });
    expect((await ask(engine, 'SELECT 1')).rows).toEqual([[1]]);
    await engine.close();
    expect(readdirSync(inDirectory('full'))).toEqual([]);
  });

  test.each([
    ['a memory limit that is none', { memoryLimit: 'much' }, 'memoryLimit'],
    ['a memory limit with something behind it', { memoryLimit: "1GB'; SELECT 1; --" }, 'memoryLimit'],
    ['a place that is none', { spillDirectory: '/dev/null/x' }, 'spillDirectory'],
    ['a database that is none', { database: '/dev/null' }, 'database'],
  ])('%s leaves nothing behind', async (_what, options, subject) => {
    const parent = inDirectory(`failed-${subject}`);
    const engine = createDuckDbEngine({ spillDirectory: parent, ...options });
    expect(await failureOf(engine.begin())).toMatchObject({ code: 'INVALID_VALUE', subject });
    await engine.close();
    expect(existsSync(parent) ? readdirSync(parent) : []).toEqual([]);
  });
});

describe('directories that others have left', () => {
  /** The names in a parent while an engine runs there, and what the name of its own directory begins with. */
  async function afterStart(parent: string): Promise<{ readonly names: readonly string[]; readonly own: string }> {
    const engine = createDuckDbEngine({ spillDirectory: parent });
    await ask(engine, 'SELECT 1');
    const names = readdirSync(parent);
    await engine.close();
    const own = names.find((name) => name.includes(`-${process.pid}-`)) ?? '';
    return { names: names.filter((name) => name !== own), own: own.slice(0, own.indexOf('-', 'oktaql-'.length)) };
  }

  test('are removed once their process is gone, and nothing else is', async () => {
    const parent = inDirectory('left');
    const { own } = await afterStart(parent);
    const gone = spawn(process.execPath, ['--eval', '']);
    await once(gone, 'exit');
    const elsewhere = inDirectory('elsewhere');
    const make = (...path: readonly string[]): void => {
      mkdirSync(join(...path), { recursive: true });
      writeFileSync(join(...path, 'spilled'), 'x');
    };
    make(elsewhere);
    const kept = [
      // Of a process that runs, of another machine or container, by others, links, and names that are none of ours.
      `${own}-${process.ppid}-aaaaaa`,
      `oktaql-${'0'.repeat(12)}-${gone.pid}-aaaaaa`,
      `oktaql-aaaaaa`,
      `${own}-${gone.pid}-aaaaaa-mine`,
    ];
    for (const name of kept) make(parent, name);
    const [link, file] = [`${own}-${gone.pid}-llllll`, `${own}-${gone.pid}-ffffff`];
    symlinkSync(elsewhere, join(parent, link));
    writeFileSync(join(parent, file), 'x');
    const swept = `${own}-${gone.pid}-bbbbbb`;
    make(parent, swept);
    symlinkSync(elsewhere, join(parent, swept, 'out'));

    const { names } = await afterStart(parent);
    expect(names.toSorted()).toEqual([...kept, link, file].toSorted());
    expect(existsSync(join(elsewhere, 'spilled'))).toBe(true);
  });

  test('of a process that was killed go with the next start', async () => {
    const parent = inDirectory('killed');
    const script = `
      const { createSession } = await import(${JSON.stringify(pathToFileURL(BUILT).href)});
      const session = createSession({ spillDirectory: ${JSON.stringify(parent)}, token: 't' });
      await session.query('SELECT 1');
      console.log('ready');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    await once(child.stdout, 'data');
    expect(readdirSync(parent)).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await afterStart(parent)).names).toEqual([]);
  });

  test('what is spilled has a limit', async () => {
    const engine = createDuckDbEngine({ memoryLimit: '50MB', spillLimit: '1MB', spillDirectory: inDirectory('small') });
    const text = 'SELECT count(*) FROM (SELECT md5(i::VARCHAR) m FROM range(2000000) t(i) ORDER BY m LIMIT 1900000)';
    expect(await failureOf(ask(engine, text))).toMatchObject({
      code: 'EXECUTION',
      hint: expect.stringContaining('spillLimit'),
    });
    await engine.close();
  });
});

describe('a database file', () => {
  test('keeps tables and views, and is nobody else to read', async () => {
    const database = inDirectory('kept.duckdb');
    const first = createDuckDbEngine({ database });
    await local(first, 'CREATE TABLE t (a INTEGER)');
    await local(first, 'INSERT INTO t VALUES (1)');
    await within(await first.begin(), async (statement) => {
      await statement.saveView({ name: 'v', text: 'SELECT * FROM okta.apps.jwks', isMaterialized: false });
      await statement.commit();
    });
    // The log is there, and what was committed is in it.
    expect(readdirSync(directory).filter((name) => name.startsWith('kept'))).toEqual([
      'kept.duckdb',
      'kept.duckdb.wal',
    ]);
    expect([modeOf(database), modeOf(`${database}.wal`)]).toEqual(['600', '600']);
    await first.close();

    const second = createDuckDbEngine({ database });
    expect((await ask(second, 'SELECT * FROM t')).rows).toEqual([[1]]);
    await within(await second.begin(), async (statement) => expect(await statement.views()).toHaveLength(1));
    await second.close();
  });

  test.each(['okta.duckdb', 'temp.db', 'main', 'a \'b\' "c".db', 'oktaql_1.db'])('may be called %s', async (name) => {
    const engine = createDuckDbEngine({ database: inDirectory(name) });
    await local(engine, 'CREATE TABLE jwks (id VARCHAR)');
    const loaded = { table: table(0, 'okta.apps.jwks'), rows: [['a', 'b']] };
    const text = 'SELECT j.id, okta.apps.jwks.kid FROM okta.apps.jwks LEFT JOIN jwks j USING (id)';
    expect((await ask(engine, text, loaded)).rows).toEqual([[null, 'b']]);
    await engine.close();
  });

  test('is not changed by loading and selecting', async () => {
    const database = inDirectory('same.duckdb');
    const engine = createDuckDbEngine({ database });
    await ask(engine, 'SELECT id FROM okta.apps.jwks', { table: table(0, 'okta.apps.jwks'), rows: [['a', 'b']] });
    await within(
      await open(engine, 'SELECT iif(true, id, id) FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]),
      async (statement) => {
        await statement.load(0, batches([['a', 'b']]));
        await read(statement);
        await statement.commit();
      },
    );
    await engine.close();
    const again = createDuckDbEngine({ database });
    const names = await ask(again, 'SELECT table_name FROM duckdb_tables()');
    const functions = await ask(again, "SELECT 1 FROM duckdb_functions() WHERE function_name = 'iif' || ''");
    expect([names.rows, functions.rows.length <= 2]).toEqual([[['oktaql_views']], true]);
    await again.close();
  });

  test('is opened once: by name, by another name, and not by another process', async () => {
    const database = inDirectory('once.duckdb');
    const link = inDirectory('link.duckdb');
    const first = createDuckDbEngine({ database });
    await local(first, 'CREATE TABLE t (a INTEGER)');
    symlinkSync(database, link);
    for (const name of [database, link, `${directory}/./once.duckdb`]) {
      const second = createDuckDbEngine({ database: name });
      expect(await failureOf(second.begin())).toMatchObject({
        code: 'INVALID_VALUE',
        message: expect.stringContaining('is open in another session'),
      });
      await second.close();
    }
    await first.close();
    const again = createDuckDbEngine({ database });
    expect((await ask(again, 'SELECT count(*) FROM t')).rows).toEqual([[0]]);
    await again.close();
  });

  test('that another process has open is refused until it is closed there', async () => {
    const database = inDirectory('elsewhere.duckdb');
    const other = await openElsewhere(database);
    const engine = createDuckDbEngine({ database });
    expect(await failureOf(engine.begin())).toMatchObject({
      code: 'INVALID_VALUE',
      message: expect.stringContaining(`is open in another process (${other.pid})`),
    });
    await other.close();
    await local(engine, 'CREATE TABLE t (a INTEGER)');
    await engine.close();
  });

  test.each([
    ['something else', 'bad.duckdb', 'is no DuckDB database'],
    ['nothing yet', 'empty.duckdb', 'is no DuckDB database'],
    ['a table in another form', 'table.csv', 'is no DuckDB database'],
    ['only the beginning of one', 'cut.duckdb', 'cannot be opened'],
    ['in no directory', 'none/x.duckdb', 'is in a directory that does not exist'],
    ['a directory', '.', 'cannot be read: EISDIR'],
  ])('that is %s is refused', async (_what, name, says) => {
    writeFileSync(inDirectory('bad.duckdb'), 'not a database '.repeat(1_000));
    writeFileSync(inDirectory('empty.duckdb'), '');
    writeFileSync(inDirectory('table.csv'), 'app,owner\nx,y\n'.repeat(100));
    writeFileSync(inDirectory('cut.duckdb'), `${'\0'.repeat(8)}DUCK`);
    const engine = createDuckDbEngine({ database: inDirectory(name) });
    for (const _attempt of [1, 2]) {
      expect(await failureOf(engine.begin())).toMatchObject({
        code: 'INVALID_VALUE',
        subject: 'database',
        message: expect.stringContaining(says),
      });
    }
    await engine.close();
  });

  test(':memory: is none', async () => {
    const engine = createDuckDbEngine({ database: ':memory:' });
    await local(engine, 'CREATE TABLE t (a INTEGER)');
    await engine.close();
    expect(existsSync(':memory:')).toBe(false);
    const another = createDuckDbEngine({ database: ':memory:' });
    expect(await failureOf(ask(another, 'SELECT * FROM t'))).toMatchObject({ code: 'UNKNOWN_RESOURCE' });
    await another.close();
  });
});

interface OtherProcess {
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** A process that has the file open until it is closed. */
async function openElsewhere(database: string): Promise<OtherProcess> {
  const api = createRequire(import.meta.url).resolve('@duckdb/node-api');
  const code = `
    const { DuckDBInstance } = require(${JSON.stringify(api)});
    DuckDBInstance.create(${JSON.stringify(database)}).then((instance) => {
      process.stdout.write('open');
      process.stdin.on('end', () => instance.closeSync()).resume();
    });`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    pid: child.pid,
    close: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
