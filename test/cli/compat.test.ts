/** StackQL's habits on the command line: its flags, and `--compat stackql`, whose answers `test/conformance` compares. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STACKQL_FLAGS } from '../../src/cli/compat/flags.ts';
import { startOrg, type TestOrg } from './org.ts';
import { type CliRun, runCli } from './run-cli.ts';

let org: TestOrg;
beforeAll(async () => {
  org = await startOrg();
});
const files = mkdtempSync(join(tmpdir(), 'oktaql-flags-'));

/** A file for --configfile. */
function flagsIn(text: string): string {
  const file = join(files, 'flags.properties');
  writeFileSync(file, text);
  return file;
}

afterAll(async () => {
  rmSync(files, { recursive: true });
  expect(org.simulator.violations).toEqual([]);
  await org.close();
});

const exec = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> =>
  runCli(['exec', ...args], { env: { ...org.env, ...env } });

const FAILS_HALFWAY =
  "select 1 as a; select nosuch from okta.apps.applications where subdomain = 'acme'; select 'x' as b";

describe('--compat stackql', () => {
  it.each([
    ['the flag', ['--compat', 'stackql'], {}],
    ['the flag in one', ['--compat=stackql'], {}],
    ['the variable', [], { OKTAQL_COMPAT: 'stackql' }],
  ])('by %s: what fails stops nothing, and the exit code is 0', async (_what, args, env) => {
    expect(await exec(['-o', 'json', ...args, FAILS_HALFWAY], env)).toEqual({
      code: 0,
      stdout: '[{"a":"1"}][{"b":"x"}]',
      stderr: 'sql packet preparation error: no such column: nosuch\n',
    });
  });

  it('without it, the first failure ends the script', async () => {
    const { code, stderr } = await exec([FAILS_HALFWAY], { OKTAQL_COMPAT: '' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('stopped at statement 2 of 3')]);
  });

  it('another tool is refused', async () => {
    expect(await exec(['select 1'], { OKTAQL_COMPAT: 'steampipe' })).toMatchObject({ code: 2, stdout: '' });
    expect(await exec(['--compat', 'steampipe', 'select 1'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('an answer that is no success is told as it came, without a note', async () => {
    const sql = "select kid from okta.apps.jwks where appId = '0oaNone' and subdomain = 'acme'";
    const { code, stdout, stderr } = await exec(['--compat', 'stackql', '-o', 'json', sql]);
    expect([code, stdout]).toEqual([0, 'null']);
    expect(stderr).toMatch(/^http response status code: 404, response body: \{"errorCode":"E0000007".*\}\n$/);
  });

  it('DESCRIBE EXTENDED has its columns and fields only', async () => {
    const { stdout } = await exec(['--compat', 'stackql', '-o', 'csv', 'describe extended okta.apps.jwks']);
    expect(stdout.split('\n')[0]).toBe('name,type,description');
    expect(stdout).not.toContain('subdomain');
  });

  it.each([
    ['text', 'a,b\nx,y,2\n'],
    ['ndjson', '{"a":"x,y","b":"2"}\n'],
  ])('has its format %s', async (format, stdout) => {
    expect(await exec(['--compat', 'stackql', `-o=${format}`, "select 'x,y' as a, 2 as b"])).toEqual({
      code: 0,
      stdout,
      stderr: '',
    });
  });
});

describe('flags', () => {
  it.each([
    ['--dryrun=false', 0],
    ['--continue-on-error=true', 0],
    ['--dryrun=maybe', 2],
    // What stands behind -- is a statement.
    ['-o=csv', 0],
  ])('%s', async (flag, code) => {
    expect(await exec([flag, 'select 1 as a'])).toMatchObject({ code });
  });

  it.each([
    ['-o csv -H', '"x;y",2\n'],
    ['-o csv --hideheaders=true -d ;', '"x;y";2\n'],
    ['-o csv --hideheaders=false --delimiter=;', 'a;b\n"x;y";2\n'],
  ])('%s is taken under its name', async (flags, stdout) => {
    const { code, stdout: shown } = await exec([...flags.split(' '), "select 'x;y' as a, 2 as b"]);
    expect({ code, shown: shown.replaceAll('\r', '').replace(/^x;y,/, '"x;y",') }).toEqual({ code: 0, shown: stdout });
  });

  it.each([[[]], [['--compat', 'stackql']]])('--outfile takes the rows, with %j', async (more) => {
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-outfile-'));
    try {
      const file = join(folder, 'rows.json');
      const { code, stdout } = await exec([...more, '-o', 'json', '--outfile', file, "select 'x' as a"]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([{ a: 'x' }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('formats that only StackQL has say so, the others are known under its names', async () => {
    expect(await exec(['-o', 'text', 'select 1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--compat stackql'),
    });
    expect(await exec(['--output=ndjson', 'select 1 as a'])).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
  });

  it.each(STACKQL_FLAGS.map((flag) => [flag.name, flag] as const))(
    '%s is taken, or refused with a reason',
    async (_name, flag) => {
      const value = flag.name === '--configfile' ? flagsIn('') : '1';
      const { code, stderr } = await exec([flag.name, ...(flag.value === undefined ? [] : [value]), 'select 1 as a']);
      const told = { silent: '', noted: `note: ${flag.name} changes nothing: ${flag.why}\n`, refused: flag.why };
      expect(code).toBe(flag.use === 'refused' ? 2 : 0);
      if (flag.use === 'refused') expect(stderr).toContain(told.refused);
      else expect(stderr).toBe(told[flag.use]);
    },
  );

  // https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
  it.each<[text: string, args: readonly string[], stdout: string]>([
    ['output=csv', [], 'a;b,c\nx,2\n'],
    ['output=csv', ['-o', 'jsonl'], '{"a;b":"x","c":2}\n'],
    ['# ours\r\n! theirs\n\n  output : csv\nhideheaders', [], 'x,2\n'],
    ['output csv\nhideheaders=true', ['--hideheaders=false'], 'a;b,c\nx,2\n'],
    ['output=csv\nhideheaders=false\ndelimiter=\\u003b', [], '"a;b";c\nx;2\n'],
    ['compat=stackql\noutput=json', [], '[{"a;b":"x","c":"2"}]'],
    ['output=\\\n   jso\\\n   nl', [], '{"a;b":"x","c":2}\n'],
    ['output=csv', ['--', 'select \'x\' as "a;b", 2 as c'], 'a;b,c\nx,2\n'],
  ])('--configfile with %j, and %j', async (text, args, stdout) => {
    const sql = args.includes('--') ? [] : [`select 'x' as "a;b", 2 as c`];
    expect(await exec([`--configfile=${flagsIn(text)}`, ...args, ...sql])).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each<[what: string, args: () => readonly string[], told: string]>([
    ['no file', () => ['--configfile', join(files, 'none')], 'none cannot be read: ENOENT'],
    ['no path', () => ['--configfile='], '--configfile takes the path of a file'],
    ['what is no flag', () => ['--configfile', flagsIn('output=csv\nnosuch=1')], 'line 2: nosuch is no flag of exec'],
    ['itself', () => ['--configfile', flagsIn('configfile=x')], 'line 1: configfile is no flag of exec'],
    ['a switch that is neither', () => ['--configfile', flagsIn('dryrun=maybe')], 'line 1: dryrun is true or false'],
    ['a flag that is refused', () => ['--configfile', flagsIn('offline=true')], '--offline is not supported'],
  ])('--configfile refuses %s', async (_what, args, told) => {
    expect(await exec([...args(), 'select 1 as a'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(told),
    });
  });

  it('are not in the help, but for --compat', async () => {
    const { stdout } = await exec(['--help']);
    expect(stdout).toContain('--compat');
    expect(STACKQL_FLAGS.filter(({ name }) => stdout.includes(`${name} `))).toEqual([]);
  });
});

describe('templates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oktaql-iql-'));
  const file = join(folder, 'values.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['-q', ['-q', file, "select '{{ .values.name }}' as a"]],
    ['--iqldata', [`--iqldata=${file}`, "select '{{ .values.name }}' as a"]],
    ['a block', ['<<<json { "values": { "name": "O\'Brien" } } >>> select \'{{ .values.name }}\' as a']],
  ])('take their values from %s', async (_what, args) => {
    writeFileSync(file, JSON.stringify({ values: { name: "O'Brien" } }));
    expect(await exec(['-o', 'jsonl', ...args])).toEqual({ code: 0, stdout: `{"a":"O'Brien"}\n`, stderr: '' });
  });

  it.each([
    [['-q', join(folder, 'none.json'), 'select 1'], 'cannot be read'],
    [['-q', join(folder, 'none.jsonnet'), 'select 1'], 'none.jsonnet'],
    [['<<<jsonnet {} >>> select 1'], 'jsonnet is not run here'],
    [["select '{{ .values.name }}'"], '--iqldata FILE.json'],
  ])('%j is refused', async (args, says) => {
    const { code, stderr } = await exec(args);
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining(says)]);
  });
});
