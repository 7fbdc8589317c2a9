/** What a person at a terminal gets to see of texts that other people wrote, and of secrets on the command line. */

import { Readable } from 'node:stream';
import { expect, test } from 'vitest';

import { runCommandLine } from '../../src/cli/program.ts';
import type { Output } from '../../src/cli/streams.ts';
import { runCli } from './run-cli.ts';

interface Run {
  readonly stdout: string;
  readonly stderr: string;
}

/** In this process, since a terminal cannot be had in another. */
async function run(argv: readonly string[], isTerminal: boolean): Promise<Run> {
  const shown = { stdout: '', stderr: '' };
  const output = (name: keyof typeof shown): Output => ({
    isTerminal,
    write: (chunk) => {
      shown[name] += chunk;
    },
    drained: async () => undefined,
  });
  const surroundings = { environment: {}, workingFolder: undefined, homeFolder: undefined };
  await runCommandLine(argv, surroundings, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: Object.assign(Readable.from([]), { isTTY: true }),
    signal: new AbortController().signal,
  });
  return shown;
}

/** A name that clears the screen, and says something that only programs read. */
const NAME = "'a' || chr(27) || '[2J' || chr(917569) || chr(8203) || chr(9) || 'b'";
const SQL = `SELECT ${NAME} AS name`;
const RAW = 'a\u001b[2J\u{e0041}\u200b\tb';
const NOTE = 'note: the output holds characters that show nothing: U+E0041, U+200B\n';

test.each<[format: string, isTerminal: boolean, stdout: string]>([
  ['csv', true, 'name\na\\u001b[2J\\u{e0041}\\u200b\tb\n'],
  ['csv', false, `name\n${RAW}\n`],
  ['json', true, `[\n{"name":"a\\u001b[2J\u{e0041}\u200b\\tb"}\n]\n`],
  ['jsonl', false, `{"name":"a\\u001b[2J\u{e0041}\u200b\\tb"}\n`],
])('%s, to a terminal: %s', async (format, isTerminal, stdout) => {
  expect(await run(['demo', '-o', format, SQL], isTerminal)).toEqual({ stdout, stderr: NOTE });
});

test('a table shows them, and needs no note', async () => {
  const { stdout, stderr } = await run(['demo', SQL], true);
  expect(stdout.split('\n')[2]).toBe('a\\u001b[2J\\u{e0041}\\u200b\\tb');
  expect(stderr).toBe('');
});

test('an error shows them too', async () => {
  const { stderr } = await run(['demo', `SELECT "x\u{e0041}\u200b\u001b[2J" FROM okta.apps.jwks`], true);
  expect(stderr).toContain('\\u{e0041}');
  for (const hidden of ['\u001b', '\u200b', '\u{e0041}']) expect(stderr).not.toContain(hidden);
});

test.each(['table', 'json', 'jsonl', 'csv'])('a document of 100,000 levels prints as %s', async (format) => {
  const text = `SELECT (repeat('[', 100000) || repeat(']', 100000))::JSON AS j`;
  const { code, stdout, stderr } = await runCli(['demo', '-o', format, text]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.includes('['.repeat(100_000) + ']'.repeat(100_000))).toBe(true);
});

test.each<[argv: readonly string[], note: string]>([
  [
    ['--http.proxy.host', 'p.example', '--http.proxy.password', 'sesame'],
    '--http.proxy.password is shown to others by ps',
  ],
  [
    ['--auth', '{"okta":{"type":"api_key","api_key":"sesame"}}'],
    '--auth holds a secret (okta.api_key), which ps shows',
  ],
  [
    ['--auth', '{"x":{"type":"custom","successor":{"type":"basic","Password":"sesame"}}}'],
    '--auth holds a secret (x.successor.Password), which ps shows',
  ],
])('%j has a note', async (argv, note) => {
  const { stderr } = await run(['exec', ...argv, 'SELECT 1'], false);
  expect(stderr).toContain(`note: ${note}`);
  expect(stderr).not.toContain('sesame');
});

test('a login that names a variable has none', async () => {
  const auth = '{"okta":{"type":"api_key","credentialsenvvar":"OKTA_API_TOKEN"}}';
  expect((await run(['exec', '--auth', auth, 'SELECT 1'], false)).stderr).toBe('');
});
