/** Help, and what is made of the tree of commands: `--spec`, completion, the manual page. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandsOf, EXIT_CODES } from '../../src/cli/command-tree.ts';
import { manualPage } from '../../src/cli/manual.ts';
import { describedProgram } from '../../src/cli/program.ts';
import { ERROR_FACTS } from '../../src/errors.ts';
import { runCli } from './run-cli.ts';

const COMMANDS = commandsOf(describedProgram());
const FLAGS = COMMANDS.flatMap(({ options }) => options);

async function shown(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

/** Whether a program is here to judge by. */
function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

describe('help', () => {
  it.each([[['--help']], [['exec', '--help']]])('of %j begins with an example', async (args) => {
    expect(await shown(...args)).toMatch(/^Examples?:\n {2}oktaql /);
  });

  it('leaves the flags about requests to a page of their own', async () => {
    const [short, long] = [await shown('exec', '--help'), await shown('exec', '--help-http')];
    for (const flag of ['--http.proxy.host', '--tls.CABundle', '--concurrency']) {
      expect(short).not.toContain(flag);
      expect(long).toContain(flag);
    }
    expect(short).toContain('--help-http');
    expect(long).toContain('HTTPS_PROXY');
    expect(await shown('auth', 'check', '--help-http')).toBe(long);
  });

  it('without a login says what to set, where Okta makes it, which role it takes, and what needs none', async () => {
    const { code, stderr } = await runCli(['exec', "select id from okta.apps.applications where subdomain = 'acme'"]);
    expect(code).toBe(3);
    for (const part of ['OKTA_API_TOKEN', 'Security, API, Tokens', 'Read-only Administrator', 'oktaql demo'])
      expect(stderr).toContain(part);
  });
});

describe('--spec', () => {
  const SCHEMA = z.fromJSONSchema(JSON.parse(readFileSync('docs/spec.schema.json', 'utf8')));

  it('is what docs/spec.schema.json says', async () => {
    const spec: unknown = JSON.parse(await shown('--spec'));
    expect(() => SCHEMA.parse(spec)).not.toThrow();
    expect(spec).toMatchObject({ name: 'oktaql', commands: JSON.parse(JSON.stringify(COMMANDS)) as unknown });
  });

  it('has all exit codes', () => {
    const codes = new Set(Object.values(ERROR_FACTS).map(({ exitCode }) => String(exitCode)));
    expect(Object.keys(EXIT_CODES)).toEqual(expect.arrayContaining([...codes, '0', '2', '141']));
  });
});

describe.skipIf(!has('bash'))('completion in bash', () => {
  /** What is offered behind these words, the last of which is not finished. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'oktaql-completion-'));
    try {
      const file = join(folder, 'oktaql.bash');
      writeFileSync(file, await shown('completion', 'bash'));
      const quoted = ['oktaql', ...words].map((word) => `'${word}'`).join(' ');
      const script = `set -eu; source '${file}'; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _oktaql; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: folder });
      expect([status, stderr]).toEqual([0, '']);
      return stdout.trim().split('\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it.each<[words: readonly string[], expected: readonly string[]]>([
    [['ex'], ['exec']],
    [
      ['auth', ''],
      ['check', '--help'],
    ],
    [['exec', '--rev'], ['--reveal-secrets']],
    [
      ['exec', '--log-format', ''],
      ['text', 'json'],
    ],
    // A value that is called like a command is none.
    [['exec', '--subdomain', 'sim', '--rev'], ['--reveal-secrets']],
    [['exec', '--infile', 'okt'], ['oktaql.bash']],
    [['completion', '--he'], ['--help']],
  ])('%j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('knows all flags of a command', async () => {
    const exec = COMMANDS.find(({ path }) => path[0] === 'exec');
    expect(await offered('exec', '--')).toEqual([...(exec?.options ?? []).map(({ long }) => long), '--help']);
  });
});

describe('completion in other shells', () => {
  it.each(['zsh', 'fish'])(
    '%s has all commands and flags, and is read without a complaint where the shell is here',
    async (shell) => {
      const script = await shown('completion', shell);
      for (const { long } of FLAGS) expect(script).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : `'${long}:`);
      for (const { path } of COMMANDS.slice(1)) expect(script).toContain(path.at(-1));
      if (has(shell)) expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
    },
  );

  it('another one is told which there are', async () => {
    const { code, stderr } = await runCli(['completion', 'tcsh']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish')]);
  });
});

describe('the manual page', () => {
  const page = manualPage(COMMANDS, '1.2.3');

  it('is what the build has made, where package.json says', () => {
    const { man, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { man: string; version: string };
    expect(readFileSync(man, 'utf8')).toBe(manualPage(COMMANDS, version));
  });

  it('has all commands and flags', () => {
    const text = page.replaceAll('\\-', '-');
    for (const { flags } of FLAGS) if (!/--(?:version|spec)$/.test(flags)) expect(text).toContain(`.B ${flags}\n`);
    for (const { path } of COMMANDS.filter(({ path }) => !['', 'auth', 'registry'].includes(path.join())))
      expect(text).toContain(`.SS oktaql ${path.join(' ')}\n`);
  });

  it.skipIf(!has('groff'))('is read by groff without a complaint', () => {
    const { status, stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-Kutf8', '-ww', '-z'], {
      input: page,
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });
});
