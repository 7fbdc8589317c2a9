/** `-f FILE`: the file is there as a whole, or as it was before. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { requestsOf, startOrg, type TestOrg } from './org.ts';
import { collectRun, MAIN, runCli, startCli } from './run-cli.ts';

let org: TestOrg;
let folder = '';
beforeAll(async () => {
  org = await startOrg();
});
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await org.close();
});

const exec = (sql: string, ...args: readonly string[]): ReturnType<typeof runCli> =>
  runCli(['exec', sql, ...args], { env: org.env });

const inFolder = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(inFolder(name), 'utf8');

describe('one result', () => {
  it('is what standard output would be', async () => {
    const sql = "select id, label from okta.apps.applications where subdomain = 'my-org' order by id";
    const { stdout } = await exec(sql, '-o', 'csv');
    expect(await exec(sql, '-o', 'csv', '-f', inFolder('a'))).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(read('a')).toBe(stdout);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('is in the format that the name says, unless -o says another', async () => {
    await exec("select 'x' as a", '-f', inFolder('a.jsonl'));
    await exec("select 'x' as a", '-f', inFolder('a.CSV'));
    await exec("select 'x' as a", '-f', inFolder('b.csv'), '-o', 'json');
    await exec("select 'x' as a", '-f', inFolder('a.log'));
    expect([read('a.jsonl'), read('a.CSV'), read('b.csv')]).toEqual(['{"a":"x"}\n', 'a\nx\n', '[\n{"a":"x"}\n]\n']);
    expect(read('a.log')).toBe('a\n-\nx\n(1 row)\n');
  });

  it('takes the place of a file, whose mode stays', async () => {
    writeFileSync(inFolder('a.csv'), 'before');
    chmodSync(inFolder('a.csv'), 0o640);
    await exec('select 1 as a', '-f', inFolder('a.csv'));
    expect(read('a.csv')).toBe('a\n1\n');
    expect(statSync(inFolder('a.csv')).mode & 0o777).toBe(0o640);
  });

  it('goes where a link leads, and the link stays', async () => {
    mkdirSync(inFolder('there'));
    writeFileSync(inFolder('there/a.csv'), 'before');
    symlinkSync(inFolder('there/a.csv'), inFolder('link.csv'));
    await exec('select 1 as a', '-f', inFolder('link.csv'));
    expect(read('there/a.csv')).toBe('a\n1\n');
    expect(readdirSync(inFolder('there'))).toEqual(['a.csv']);
  });

  it('is for its owner alone where secrets may be in it', async () => {
    await exec('select 1 as a', '-f', inFolder('a.csv'), '--reveal-secrets');
    expect(statSync(inFolder('a.csv')).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('goes into a pipe as it comes', async () => {
    execFileSync('mkfifo', [inFolder('pipe')]);
    const reader = spawn('cat', [inFolder('pipe')]);
    const [{ code }, piped] = await Promise.all([
      exec('select 1 as a', '-o', 'csv', '-f', inFolder('pipe')),
      text(reader.stdout),
    ]);
    expect([code, piped]).toEqual([0, 'a\n1\n']);
  });
});

test.each(['html', 'parquet'])(
  '%s says where it comes from, and no secret that the statement holds',
  async (format) => {
    const secret = 'k'.repeat(43);
    const sql = `SELECT 'x' AS a WHERE '${secret}' <> '' AND 'SSWS 00abcdefghijklmnop' <> ''`;
    await exec(sql, '-f', inFolder(`a.${format}`), '--subdomain', 'my-org');
    const bytes = readFileSync(inFolder(`a.${format}`), 'latin1');
    expect(bytes).toContain('my-org');
    expect(bytes).toContain('SELECT');
    for (const hidden of [secret, '00abcdefghijklmnop']) expect(bytes).not.toContain(hidden);
  },
);

describe('several results', () => {
  const TWO = 'select 1 as a; delete from t; select 2 as b';
  const SCRIPT = `create table t (x int); ${TWO}`;

  it.each([
    ['csv', 'a\n1\nb\n2\n', "one after another, each with its names; -f 'name-{n}.csv' writes a file for each"],
    ['jsonl', '{"a":1}\n{"b":2}\n', 'one after another; each row has its own names'],
    ['table', 'a\n-\n1\n(1 row)\nb\n-\n2\n(1 row)\n', 'one after another'],
  ])('follow one another in %s', async (format, content, how) => {
    const { code, stderr } = await exec(SCRIPT, '-o', format, '-f', inFolder('a'));
    expect(code).toBe(0);
    expect(stderr).toContain(`note: ${inFolder('a')} holds 2 results, ${how}\n`);
    expect(read('a')).toBe(content);
  });

  it('have a byte order mark at the beginning alone', async () => {
    await exec(SCRIPT, '--bom', '-f', inFolder('a.csv'));
    expect(read('a.csv')).toBe('\ufeffa\n1\nb\n2\n');
  });

  it('have a file each, by their number', async () => {
    const { code, stdout } = await exec(SCRIPT, '-f', inFolder('a-{n}.json'));
    expect([code, stdout, readdirSync(folder).sort()]).toEqual([0, '', ['a-1.json', 'a-2.json']]);
    expect([read('a-1.json'), read('a-2.json')]).toEqual(['[\n{"a":1}\n]\n', '[\n{"b":2}\n]\n']);
  });

  it('are refused where a file holds one, before anything is sent', async () => {
    const keys = "select kid from okta.apps.jwks where subdomain = 'my-org'";
    let run = { code: null as number | null, stdout: '', stderr: '' };
    const requests = await requestsOf(org.simulator, async () => {
      run = await exec(`${keys}; ${keys}`, '-f', inFolder('keys.json'));
    });
    expect(run).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: 2 statements return rows, and a file of -o json holds one result. Write a file for each: -f '${inFolder('keys-{n}.json')}'\n`,
    });
    expect(requests).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are none of them in place where one fails, and what was there stays', async () => {
    writeFileSync(inFolder('a.csv'), 'before');
    const { code } = await exec("select 1 as a; select error('no')", '-f', inFolder('a.csv'));
    expect([code, read('a.csv'), readdirSync(folder)]).toEqual([1, 'before', ['a.csv']]);
  });

  it('are all in place that there are where every statement is to be run', async () => {
    const { code } = await exec(
      "select 1 as a; select error('no'); select 3 as c",
      '-f',
      inFolder('a.csv'),
      '--continue-on-error',
    );
    expect([code, read('a.csv')]).toEqual([1, 'a\n1\nc\n3\n']);
  });

  it('that are none write no file, and say so', async () => {
    const { code, stderr } = await exec('create table t (x int)', '-f', inFolder('a.csv'));
    expect([code, readdirSync(folder)]).toEqual([0, []]);
    expect(stderr).toContain(`note: there is no result; ${inFolder('a.csv')} was not written\n`);
  });
});

describe('what does not fit is told before anything is sent', () => {
  const KEYS = "select kid from okta.apps.jwks where subdomain = 'my-org'";
  it.each<[what: string, args: () => readonly string[], message: string]>([
    ['no such folder', () => ['-f', inFolder('no/a.csv')], 'cannot be written: ENOENT'],
    ['a folder', () => ['-f', folder], 'cannot be written: it is a directory'],
    ['--bom', () => ['-o', 'json', '--bom'], '--bom does nothing for -o json: it is for -o csv.'],
    ['--separator', () => ['--separator', ';'], '--separator does nothing for -o table: it is for -o csv.'],
    ['a long separator', () => ['-o', 'csv', '--separator', 'ab'], 'One character is needed'],
    ['a quote', () => ['-o', 'csv', '--separator', '"'], 'One character is needed'],
  ])('%s', async (_what, args, message) => {
    let run = { code: null as number | null, stdout: '', stderr: '' };
    const requests = await requestsOf(org.simulator, async () => {
      run = await exec(KEYS, ...args());
    });
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(requests).toEqual([]);
  });
});

describe('flags of csv', () => {
  it.each<[args: readonly string[], output: string]>([
    [['--no-header'], '1,"a,b"\n'],
    [['--separator', ';'], 'n;t\n1;a,b\n'],
    [['--separator', '\\t'], 'n\tt\n1\ta,b\n'],
    [['--bom', '--no-header'], '\ufeff1,"a,b"\n'],
    [['--safe-csv', '--separator', ';'], '"n";"t"\n"1";"a,b"\n'],
  ])('%j', async (args, output) => {
    await exec("select 1 as n, 'a,b' as t", '-f', inFolder('a.csv'), ...args);
    expect(read('a.csv')).toBe(output);
  });
});

describe.skipIf(process.platform === 'win32')('a file that cannot be written to its end', () => {
  /** Bytes that a process may write into one file: what is over that is refused by the system, as by a full disk. */
  const MANY = 'select i, md5(i::varchar) as h from range(20000) t(i)';

  it.skipIf(!existsSync('/dev/full'))('is one line, and 1', async () => {
    const { code, stdout, stderr } = await exec('select 1', '-o', 'csv', '-f', '/dev/full');
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error \(22000\): "\/dev\/full" cannot be written: the disk is full \(ENOSPC\)\.\nhint: .*\n$/,
      ),
    });
  });

  it.each(['csv', 'jsonl', 'json', 'table'])('leaves no half of it, and what was there: %s', (format) => {
    writeFileSync(inFolder('a'), 'before');
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 64; exec "$@"', 'sh', process.execPath, MAIN, 'exec', MANY, '-o', format, '-f', inFolder('a')],
      { encoding: 'utf8', env: { HOME: tmpdir() } },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^error \(22000\): ".*" cannot be written: .*\(EFBIG\)\.\nhint: .*\n$/),
    });
    expect([readdirSync(folder), read('a')]).toEqual([['a'], 'before']);
  });
});

describe('--memory-limit', () => {
  it.each([['none'], ['process']])('is what the engine may use, with --isolation %s', async (isolation) => {
    const { code, stdout } = await exec(
      "select current_setting('memory_limit') as m",
      ...['-o', 'csv', '--no-header', '--memory-limit', '512MiB', '--isolation', isolation],
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '512.0 MiB\n' });
  });

  it.each(['much', '5', '-1GB', "1GB'"])('%j is no size', async (size) => {
    expect(await exec('select 1', `--memory-limit=${size}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('500MB or 2GB'),
    });
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['while a request is answered', "select kid from okta.apps.jwks where subdomain = 'my-org'"],
    ['while rows are written', 'select i, md5(i::varchar) as h from range(3000000) t(i)'],
  ])('%s leaves no file', async (_when, sql) => {
    org.simulator.switches.latencyMs = 2 ** 30;
    try {
      const child = startCli(['exec', sql, '-f', inFolder('a.csv')], org.env);
      const closed = collectRun(child);
      // It is opened before the first request.
      const grown = sql.includes('range') ? 200_000 : 0;
      await vi.waitFor(() => expect(sizeOfPart()).toBeGreaterThanOrEqual(grown), { timeout: 300_000, interval: 5 });
      child.kill('SIGINT');
      expect(await closed).toMatchObject({ code: 130, stdout: '' });
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      org.simulator.switches.latencyMs = 0;
    }
  });

  const sizeOfPart = (): number => {
    const [part] = readdirSync(folder);
    return part === undefined ? -1 : statSync(inFolder(part)).size;
  };
});
