/** What a CI job asks of a script: nothing half done, values from outside, lines that programs read. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ERROR_FACTS, type ErrorCode } from '../../src/errors.ts';
import { appWithKeys, startOrg, type TestOrg } from './org.ts';
import { type CliRun, runCli } from './run-cli.ts';

let org: TestOrg;
let folder = '';
beforeAll(async () => {
  org = await startOrg();
  folder = mkdtempSync(join(tmpdir(), 'oktaql-scripts-'));
});
beforeEach(() => org.simulator.clearJournal());
afterAll(async () => {
  expect(org.simulator.violations).toEqual([]);
  await org.close();
  rmSync(folder, { recursive: true });
});

const exec = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> =>
  runCli(['exec', ...args], { env: { ...org.env, ...env }, cwd: folder });

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const COUNT = "select count(*) as n from okta.apps.jwks where subdomain = 'my-org'";
const TEN = [...Array(10).keys()].map((at) => (at === 6 ? COUNT.replace('select', 'selec') : COUNT));

/** The lines of a stream that is JSON lines. */
function records(text: string): readonly Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a script of ten statements, the seventh misspelt', () => {
  it('runs none of them', async () => {
    const { code, stdout, stderr } = await exec([TEN.join(';\n')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error \(42601\): .*line 7, column 1/);
    expect(stderr).toContain(
      'wrong: statement 7 of 10, which begins in line 7\nnothing was run: 1 of 10 statements is wrong\n',
    );
    expect(org.simulator.journal).toEqual([]);
  });

  it('with --continue-on-error runs nine and tells of one', async () => {
    const { code, stdout, stderr } = await exec([TEN.join(';\n'), '--continue-on-error', '-o', 'jsonl']);
    expect([code, records(stdout)]).toEqual([1, Array(9).fill({ n: expect.any(Number) })]);
    expect(stderr).toMatch(/\nfailed: statement 7 of 10\n9 of 10 statements done, 1 failed: 7\n$/);
  });

  it('with a name that is unknown runs six, and none with --check', async () => {
    const sql = TEN.join(';\n').replace('selec ', 'select').replace('selectcount', 'select kount');
    const run = await exec([sql, '-o', 'jsonl']);
    expect([run.code, records(run.stdout)]).toEqual([1, Array(6).fill({ n: expect.any(Number) })]);
    org.simulator.clearJournal();
    const { code, stdout, stderr } = await exec([sql, '--check']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('wrong: statement 7 of 10');
    expect(org.simulator.journal).toEqual([]);
  });
});

describe('--check', () => {
  it('runs what is right, with what its statements make', async () => {
    const sql = `create table k as ${COUNT}; select n > 0 as some from k`;
    const { code, stdout, stderr } = await exec([sql, '--check', '-o', 'jsonl']);
    expect([code, stdout, stderr]).toEqual([0, '{"some":true}\n', 'DDL Execution Completed\nSELECT 1\n']);
  });

  it('--check-only runs nothing', async () => {
    const run = await exec([`${COUNT}; ${COUNT}`, '--check-only']);
    expect(run).toEqual({ code: 0, stdout: '', stderr: '2 statements checked; nothing was run\n' });
    expect(org.simulator.journal).toEqual([]);
  });

  it('is a contradiction to --continue-on-error', async () => {
    expect(await exec([COUNT, '--check', '--continue-on-error'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('--read-only', () => {
  it.each([
    ["update okta.apps.jwks set status = 'INACTIVE' where subdomain = 'my-org' and appId = '0oa1' and keyId = 'pks1'"],
    ["delete from okta.apps.jwks where subdomain = 'my-org' and status = 'INACTIVE'"],
  ])('refuses %s, alone and at the end of a script, before any request', async (sql) => {
    for (const text of [sql, `${COUNT}; ${sql}`]) {
      const { code, stdout, stderr } = await exec([text, '--read-only']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^error \(25006\): .* would change something, and this session only reads/);
      expect(org.simulator.journal).toEqual([]);
    }
  });

  it('reads', async () => {
    expect(await exec([COUNT, '--read-only'])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('what was done', () => {
  it('is told with its count, as PostgreSQL says it', async () => {
    const { appId, keyId } = appWithKeys(org.simulator, 'INACTIVE');
    const key = `subdomain = 'my-org' and appId = '${appId}' and keyId = '${keyId}'`;
    const sql = `delete from okta.apps.jwks where ${key}; create table t(a int); insert into t values (1), (2); delete from t where a > 1`;
    const { code, stderr } = await exec([sql]);
    expect([code, stderr.split('\n').filter((line) => /^[A-Z]+ \d+$/.test(line))]).toEqual([
      0,
      ['DELETE 1', 'INSERT 2', 'DELETE 1'],
    ]);
  });
});

describe('--log-format and --error-format', () => {
  const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';

  it('text: each line has its time and its statement', async () => {
    const { stderr } = await exec([`${COUNT}; select * from nowhere`, '--log-format', 'text']);
    expect(stderr).toMatch(
      new RegExp(
        `^${TIME} 1/2 SELECT 1 \\(\\d+ ms\\)\n${TIME} 2/2 error \\(42P01\\): .*\n${TIME} 2/2 hint: .*\n${TIME} 2/2 stopped at statement 2 of 2\n$`,
      ),
    );
  });

  it('json: each line is an object, whatever writes it', async () => {
    const sql = `${COUNT};\n  select kid from okta.apps.jwks where appId = 'nope' and subdomain = 'my-org';\n\n  select * from "no\u202ewhere"`;
    const { code, stderr } = await exec([sql, '--log-format', 'json', '--http.log.enabled']);
    expect(code).toBe(1);
    expect(stderr).not.toContain('\u202e');
    const lines = records(stderr);
    for (const line of lines) expect(line).toMatchObject({ time: expect.stringMatching(new RegExp(`^${TIME}$`)) });
    expect(lines).toContainEqual(
      expect.objectContaining({ statement: 1, of: 3, tag: 'SELECT', count: 1, level: 'info' }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ statement: 1, message: expect.stringMatching(/GET .*\/api\/v1\/apps/) }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ statement: 2, level: 'note', message: expect.stringContaining('404') }),
    );
    expect(lines.at(-2)).toMatchObject({ level: 'error', code: 'UNKNOWN_RESOURCE', statement: 3, line: 4, column: 3 });
  });

  it.each<[sql: string, expected: object]>([
    ['select 1;\nselect  from', { code: 'SYNTAX', statement: 2, line: 2, column: 13 }],
    ['select 1;\n\n  select kidd from okta.apps.jwks', { code: 'UNKNOWN_COLUMN', statement: 2, line: 3, column: 3 }],
    ['select kid from okta.apps.jwkz', { code: 'UNKNOWN_RESOURCE', statement: 1, hint: expect.any(String) }],
    ['select id from okta.groups.rules', { code: 'HTTP', status: 500, providerCode: 'E0000009', statement: 1 }],
  ])('errors as JSON: %s', async (sql, expected) => {
    const body = JSON.stringify({ errorCode: 'E0000009', errorSummary: 'Internal Server Error' });
    const answer = (): Response => new Response(body, { status: 500 });
    org.simulator.switches.faults.push({ match: { path: /^\/api\/v1\/groups\/rules/ }, answer });
    const { stderr } = await exec([sql, '--error-format', 'json', '--subdomain', 'my-org']);
    org.simulator.switches.faults.length = 0;
    const line = stderr.split('\n').find((each) => each.startsWith('{')) ?? '';
    const record = JSON.parse(line) as { readonly code: ErrorCode; readonly sqlstate: string };
    expect(record).toMatchObject(expected);
    expect(record.sqlstate).toBe(ERROR_FACTS[record.code].sqlState);
  });

  it.each([
    [['exec', 'select 1', '--error-format', 'json', '--config', 'not-there.yaml'], /not-there\.yaml/],
    [['exec', 'select 1', '--error-format=json', '--tokn=00secret'], /unknown option '--tokn=…'/],
    [['exec', '--error-format', 'json', '-i', 'not-there.sql'], /not-there\.sql/],
  ])('usage as JSON: %j', async (args, message) => {
    const { code, stderr } = await runCli(args, { env: org.env, cwd: folder });
    expect(code).toBe(2);
    expect(records(stderr)).toEqual([
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    ]);
  });
});

describe('values for {{ name }}', () => {
  const SELECT = "select '{{ a }}' as a";

  it.each<[what: string, args: readonly string[], expected: string]>([
    ['the environment', [], 'from the environment'],
    ['a YAML file before the environment', ['--var-file', 'vars.yaml'], '007'],
    ['a JSON file', ['--var-file', 'vars.json'], 'été 9007199254740993'],
    ['the later of two files', ['--var-file', 'vars.json', '--var-file', 'vars.yaml'], '007'],
    ['--var before all', ['--var', "a=O'Brien", '--var-file', 'vars.yaml'], "O'Brien"],
    ['a file', ['--var', 'a=@value.txt'], 'one\ntwo'],
    ['a value that begins with @', ['--var', 'a=@@value.txt'], '@value.txt'],
  ])('from %s', async (_what, args, expected) => {
    file('vars.yaml', 'a: 007\nb: on\n');
    file('vars.json', '{"a": "\\u00e9t\\u00e9 9007199254740993", "n": 9007199254740993}');
    file('value.txt', 'one\ntwo\n');
    const placed = args.map((arg) => arg.replace(/^(a=@)?(va[a-z]+\.(?:yaml|json|txt))$/, `$1${folder}/$2`));
    const { code, stdout, stderr } = await exec([SELECT, ...placed, '-o', 'json'], {
      OKTAQL_VAR_a: 'from the environment',
    });
    expect([code, stderr, JSON.parse(stdout)]).toEqual([0, '', [{ a: expected }]]);
  });

  it('from the environment of --env.file', async () => {
    file('vars.env', 'OKTAQL_VAR_a=bee\n');
    const { stdout } = await exec([SELECT, '--env.file', 'vars.env', '-o', 'jsonl']);
    expect(stdout).toBe('{"a":"bee"}\n');
  });

  it('numbers and truth values of files stay as they are written', async () => {
    const path = file('plain.json', '{"n": 9007199254740993, "t": true, "e": ""}');
    const { stdout } = await exec([
      "select {{ n }} as n, {{ t }} as t, '{{ e }}' as e",
      '--var-file',
      path,
      '-o',
      'json',
    ]);
    expect(stdout).toContain('{"n":9007199254740993,"t":true,"e":""}');
  });

  it.each<[content: string, complaint: RegExp]>([
    ['[1, 2]', /holds no variables/],
    ['a: [1]', /"a" has no value that a variable can have/],
    ['a: null', /"a" has no value/],
    ['a: {b: 1}', /"a" has no value/],
    ['a: "x\n', /is no JSON or YAML: .* in line \d/],
  ])('a file that holds %s is refused', async (content, complaint) => {
    const path = file('wrong.yaml', content);
    const { code, stderr } = await exec([SELECT, '--var-file', path]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(complaint)]);
  });

  it.each(['a=@not-there.txt', 'a=@'])('--var %s is refused', async (given) => {
    const { code, stderr } = await exec([SELECT, '--var', given]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: .*Write @@ for a value that begins with @\.\n$/),
    ]);
  });

  it('a value that is missing is told before anything runs', async () => {
    const { code, stderr } = await exec([`${COUNT}; ${SELECT}`]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Nothing was given for {{ a }}.')]);
    expect(org.simulator.journal).toEqual([]);
  });
});

describe('SQL that begins with a comment', () => {
  it.each(['-- hello\nselect 1 as a', '--hello\nselect 1 as a', '--\nselect 1 as a', '/* hello */ select 1 as a'])(
    'is no flag: %j',
    async (sql) => {
      for (const args of [
        [sql, '-o', 'jsonl'],
        ['-o', 'jsonl', sql],
        ['-o', 'jsonl', '--', sql],
      ])
        expect(await exec(args)).toEqual({ code: 0, stdout: '{"a":1}\n', stderr: '' });
    },
  );

  it('has its places where they are', async () => {
    const { stderr } = await exec(['-- hello\nselec 1', '--error-format', 'json']);
    expect(JSON.parse(stderr)).toMatchObject({ line: 2, column: 1 });
  });

  it('is told where statements stand, where none may', async () => {
    const { code, stderr } = await runCli(['-- hello\nselect 2']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: a statement is given to exec/)]);
  });
});

describe('a text that is not UTF-8', () => {
  const sql = "select 1;\nselect 'été' as a";

  it.each<[what: string, bytes: Uint8Array, complaint: string]>([
    ['Latin-1', Buffer.from(sql, 'latin1'), 'byte 0xE9 in line 2, column 9, which is "é" in Latin-1'],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${sql}`, 'utf16le'), 'it is UTF-16LE'],
    ['UTF-16 without', Buffer.from(sql, 'utf16le'), 'it is UTF-16LE'],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${sql}`, 'utf16le').swap16(), 'it is UTF-16BE'],
    ['UTF-8 that is cut', Buffer.from("select '€").subarray(0, -1), 'byte 0xE2 in line 1, column 9'],
  ])('is refused: %s', async (_what, bytes, complaint) => {
    const path = file('text.sql', bytes);
    const { code, stdout, stderr } = await exec(['-i', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${path} is not UTF-8: ${complaint}`);
    expect(stderr).toMatch(/Convert it first: iconv -f (?:LATIN1|UTF-16[LB]E) -t UTF-8 FILE\n$/);
  });

  it('a byte order mark is no part of it', async () => {
    const path = file('text.sql', `\uFEFFselect 'été' as a`);
    expect(await exec(['-i', path, '-o', 'jsonl'])).toEqual({ code: 0, stdout: '{"a":"été"}\n', stderr: '' });
  });
});
