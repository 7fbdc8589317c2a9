import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestsOf, startOrg, type TestOrg } from './org.ts';
import { type CliRun, collectRun, runCli, startCli } from './run-cli.ts';

let org: TestOrg;
let folder = '';
beforeAll(async () => {
  org = await startOrg();
});
afterAll(() => org.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oktaql-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function shell(stdin: string, ...flags: readonly string[]): Promise<CliRun> {
  return runCli(['shell', '--subdomain', 'my-org', ...flags], { env: org.env, stdin, cwd: folder });
}

describe('oktaql shell, through a pipe', () => {
  it('runs statements in order, over lines and several in one', async () => {
    const run = await shell(
      'SELECT 1 AS a; SELECT\n2\nAS b;\n-- the last needs no semicolon\nSELECT 3 AS c',
      '-o',
      'jsonl',
    );
    expect(run).toEqual({ code: 0, stdout: '{"a":1}\n{"b":2}\n{"c":3}\n', stderr: '' });
  });

  it('answers a statement before the next one comes, as whoever drives a program expects', async () => {
    const child = startCli(['shell', '--demo', '-o', 'jsonl']);
    const ended = collectRun(child);
    const answer = new Promise<string>((resolve) => child.stdout.once('data', resolve));
    child.stdin.write('SELECT count(*) AS n FROM okta.apps.applications;\n');
    expect(String(await answer)).toBe('{"n":42}\n');
    child.stdin.end('SELECT n + 1 AS m FROM _;\n');
    expect(await ended).toMatchObject({ code: 0, stdout: '{"n":42}\n{"m":43}\n', stderr: '' });
  });

  it('stops at the first that fails, with its line, and the exit code of exec', async () => {
    const text = 'SELECT 1 AS a;\n\nSELECT\nkidd FROM okta.apps.jwks;\nSELECT 2;\n';
    const run = await shell(text, '-o', 'jsonl');
    expect(run).toMatchObject({ code: 1, stdout: '{"a":1}\n' });
    expect(run.stderr).toMatch(/^error \(42703\): .*\n(?:hint: .*\n)?failed at line 3\n$/);
    const denied = await runCli(['shell', '--subdomain', 'my-org'], {
      env: { ...org.env, OKTA_API_TOKEN: 'wrong' },
      stdin: 'SELECT * FROM okta.apps.applications;',
    });
    expect([denied.code, denied.stderr]).toEqual([3, expect.stringContaining('failed at line 1')]);
  });

  it('names the lines of the whole text in what a syntax error says', async () => {
    const { stderr, code } = await shell('SELECT 1;\nSELECT 1 +\n;\n', '-o', 'csv');
    expect([code, stderr]).toEqual([1, expect.stringContaining('(line 2, column 11)')]);
  });

  it('goes on where that is asked for, and still does not look done', async () => {
    const run = await shell('SELECT x;\nSELECT 2 AS b;\n', '-o', 'jsonl', '--continue-on-error');
    expect(run).toMatchObject({ code: 1, stdout: '{"b":2}\n' });
  });

  it('keeps the last result, so that a question about it costs no request', async () => {
    const requests = await requestsOf(org.simulator, async () => {
      const run = await shell(
        'SELECT kid, status FROM okta.apps.jwks;\nSELECT status, count(*) AS n FROM _ GROUP BY ALL ORDER BY ALL;\nSELECT sum(n) AS keys FROM _;\n',
        '-o',
        'jsonl',
      );
      expect(run.code).toBe(0);
      expect(run.stdout.trimEnd().split('\n').at(-1)).toBe('{"keys":28}');
    });
    expect(requests).toHaveLength(1);
  });

  it('asks nobody, and changes what it is told to', async () => {
    const run = await shell(
      "DELETE FROM okta.apps.jwks WHERE appId = 'x' AND keyId IN ('a', 'b');",
      '--dryrun',
      '-o',
      'jsonl',
    );
    expect(run.code).toBe(0);
    expect(run.stdout.split('\n')).toHaveLength(3);
  });

  it('keeps its variables, and fills them in', async () => {
    const text = "\\set who 'it''s me'\n\\set\nSELECT '{{ who }}' AS who, {{ n }} AS n;";
    expect(await shell(text, '--var', 'n=7', '-o', 'jsonl')).toEqual({
      code: 0,
      stdout: '{"who":"it\'s me","n":7}\n',
      stderr: "n = '7'\nwho = 'it's me'\n",
    });
    expect(await shell('\\set n 1\n\\unset n\nSELECT {{ n }};')).toMatchObject({ code: 1 });
  });

  it('has variables of files and of the environment', async () => {
    writeFileSync(join(folder, 'a.txt'), '1\n');
    const { stdout } = await runCli(['shell', '-o', 'jsonl', '--var', `a=@${join(folder, 'a.txt')}`], {
      env: { ...org.env, OKTAQL_VAR_b: '2' },
      stdin: 'SELECT {{ a }} AS a, {{ b }} AS b;',
      cwd: folder,
    });
    expect(stdout).toBe('{"a":1,"b":2}\n');
  });

  it('leaves where it is told to, and runs nothing behind that', async () => {
    for (const leave of ['exit', 'quit;', '\\q', 'SELECT 2 \\q']) {
      expect(await shell(`SELECT 1 AS a;\n${leave}\nSELECT 3 AS c;\n`, '-o', 'jsonl')).toEqual({
        code: 0,
        stdout: '{"a":1}\n',
        stderr: '',
      });
    }
  });

  it('with nothing in it does nothing', async () => {
    expect(await shell('')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await shell('\n-- nothing\n')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('its commands', () => {
  it('\\d shows a table, by its whole name, by its last part, and those of the session', async () => {
    const [whole, part] = [await shell('\\d okta.apps.jwks\n', '-o', 'csv'), await shell('\\d jwks\n', '-o', 'csv')];
    expect(whole.stdout).toContain('\nkid,string,');
    expect(part).toEqual(whole);
    const own = await shell('CREATE TABLE owners (app VARCHAR, since DATE);\n\\d owners\n', '-o', 'csv');
    expect(own.stdout).toBe('name,type\napp,VARCHAR\nsince,DATE\n');
    expect((await shell('CREATE TABLE owners (app VARCHAR);\n\\d\n', '-o', 'csv')).stdout).toContain(
      'name,kind\nowners,table\nokta.',
    );
  });

  it('\\dt and \\df find names over all services', async () => {
    expect((await shell('\\dt *.factors\n', '-o', 'csv')).stdout).toContain('okta.users.factors,');
    const methods = await shell('\\df *jwks.get_jwk\n', '-o', 'csv');
    expect(methods.stdout).toBe('method,verb,needs\nokta.apps.jwks.get_jwk,SELECT,"@appId, @keyId, @subdomain"\n');
  });

  it('\\x shows each column on a line', async () => {
    expect((await shell("\\x\nSELECT 1 AS id, 'two' AS label;\n")).stdout).toBe(
      '-[ row 1 ]-\nid    | 1\nlabel | two\n(1 row)\n',
    );
    const auto = await shell("\\x auto\nSELECT 1 AS id;\nSELECT repeat('x', 90) AS long;\n");
    expect(auto.stdout).toBe(
      ` id\n---\n  1\n(1 row)\n-[ row 1 ]-\nlong | ${'x'.repeat(90)}\n(1 row)\n`.replace(
        /^ id\n---\n {2}1/,
        'id\n--\n 1',
      ),
    );
  });

  it('\\o and \\g write to files', async () => {
    const run = await shell(
      '\\o all.csv\nSELECT 1 AS a;\nSELECT 2 AS a;\n\\o\nSELECT 3 AS a;\nSELECT 4 AS a \\g one.csv\n\\g\n',
      '-o',
      'csv',
    );
    expect(run).toEqual({ code: 0, stdout: 'a\n3\na\n4\n', stderr: '' });
    expect(readFileSync(join(folder, 'all.csv'), 'utf8')).toBe('a\n1\na\n2\n');
    expect(readFileSync(join(folder, 'one.csv'), 'utf8')).toBe('a\n4\n');
  });

  it('\\i runs a file, up to the first that fails', async () => {
    writeFileSync(join(folder, 'two.sql'), 'SELECT 1 AS a;\n\\x\nSELECT 2 AS a');
    expect(await shell('\\i two.sql\n')).toMatchObject({ code: 0, stdout: expect.stringContaining('a | 2') as string });
    writeFileSync(join(folder, 'bad.sql'), 'SELECT x;\nSELECT 2 AS a');
    expect(await shell('\\i bad.sql\n')).toMatchObject({ code: 1, stdout: '' });
    expect(await shell('\\i none.sql\n')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: none\.sql cannot be read: .*\nfailed at line 1\n$/) as string,
    });
  });

  it('\\timing says how long each took', async () => {
    expect((await shell('\\timing\nSELECT 1;\n')).stderr).toMatch(/^timing is on\n\d+(\.\d)? m?s\n$/);
  });

  it('\\chart draws the last result', async () => {
    const { stdout } = await shell("SELECT * FROM (VALUES ('a', 2), ('b', 1)) t (l, n);\n\\chart\n", '-o', 'csv');
    expect(stdout).toBe(`l,n\na,2\nb,1\na 2 ${'█'.repeat(74)}\nb 1 ${'█'.repeat(37)}\n`);
  });

  it('\\watch repeats what only reads, not more often than the org can bear', async () => {
    const refused = await shell("DELETE FROM okta.apps.jwks WHERE keyId = 'a' \\watch 5\n");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing that changes') as string });
    const child = startCli(['shell', '--subdomain', 'my-org', '-o', 'jsonl'], org.env);
    const ended = collectRun(child);
    const price = new Promise<string>((resolve) => child.stderr.once('data', resolve));
    child.stdin.write('SELECT count(*) AS n FROM okta.apps.jwks \\watch 0.1\n');
    expect(await price).toBe('every 2 s, the least for 1 request: 1 request each time, 30 a minute; Ctrl-C ends it\n');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stdout: '{"n":28}\n' });
  });

  it('are told of where they are wrong', async () => {
    for (const [command, problem] of [
      ['\\nothing', 'there is no command \\nothing; \\? lists them'],
      ['\\x maybe', '\\x takes on, off or auto'],
      ['\\g', 'there is no statement yet to run'],
      ['\\i', '\\i takes a file'],
      ['\\pset format xml', '\\pset format takes'],
      ['\\d constructor', 'there is no table constructor'],
      ['\\constructor', 'there is no command \\constructor'],
      ['\\e', '\\e needs a terminal'],
      ['\\chart', 'there is no result yet to draw'],
      ['\\watch soon', 'there is no statement yet to watch'],
    ] as const) {
      expect(await shell(`${command}\n`)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(problem) as string,
      });
    }
  });

  it('are listed', async () => {
    for (const help of ['help', '\\?']) expect((await shell(help)).stdout).toContain('\\watch seconds');
  });
});

describe('oktaql without a command', () => {
  it('shows its help where nobody types', async () => {
    const { code, stderr } = await runCli([]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Usage: oktaql')]);
  });

  it('says where a statement is given', async () => {
    const { code, stderr } = await runCli(['SELECT 1']);
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error: a statement is given to exec: oktaql exec "SELECT …"; oktaql shell takes many',
    ]);
    expect((await runCli(['shel'])).stderr).toContain("unknown command 'shel'");
  });
});
