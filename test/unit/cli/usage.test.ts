import { Readable } from 'node:stream';
import { expect, test } from 'vitest';

import { runCommandLine } from '../../../src/cli/program.ts';

/** What a command line that is wrong prints on standard error. */
async function complaintOf(argv: readonly string[]): Promise<string> {
  let complaint = '';
  const drained = async (): Promise<void> => undefined;
  const code = await runCommandLine(
    argv,
    { environment: {}, workingFolder: undefined, homeFolder: undefined },
    {
      stdout: { isTerminal: false, write: () => undefined, drained },
      stderr: {
        isTerminal: false,
        write: (text) => {
          complaint += text;
        },
        drained,
      },
      stdin: Object.assign(Readable.from([]), { isTTY: true }),
      signal: new AbortController().signal,
    },
  );
  expect(code).toBe(2);
  return complaint;
}

test.each<[complaint: string, argv: readonly string[]]>([
  ["error: unknown option '--token=…'", ['--token=00abcdefghijklmnopqrstuvwxyz0123456789-_AB']],
  ["error: unknown option '--token=…'", ["--token=it's=a\nb"]],
  ["error: unknown option '--tokn'", ['--tokn']],
  [
    "error: option '--var <name=value>' argument '…' is invalid. A variable has the form name=value.",
    ['--var', '00abcdefghijklmnopqrstuvwxyz0123456789-_AB'],
  ],
  [
    "error: option '--timeout <seconds>' argument 'soon' is invalid. A number of seconds above 0 is needed.",
    ['--timeout', 'soon'],
  ],
])('%s', async (complaint, argv) => {
  expect((await complaintOf(['exec', 'select 1', ...argv])).split('\n')[0]).toBe(complaint);
});

test.each<[hint: string, argv: readonly string[]]>([
  ['oktaql exec --help shows all flags.', ['exec', '--outfil', 'x']],
  ['Did you mean --dryrun? oktaql exec --help shows all flags.', ['exec', '--dry-run']],
  ['Did you mean --subdomain? oktaql auth check --help shows all flags.', ['auth', 'check', '--subdomian', 'x']],
  ['oktaql sim --help shows all flags.', ['sim', '--token=00abc']],
  ['Did you mean --apps? oktaql sim --help shows all flags.', ['sim', '--app', '3']],
  ['Did you mean exec? oktaql --help shows the commands.', ['exce', 'select 1']],
  ['oktaql auth --help shows the commands.', ['auth', 'chekc-all']],
])('hint: %s', async (hint, argv) => {
  expect((await complaintOf(argv)).trimEnd().split('\n')[1]).toBe(`hint: ${hint}`);
});
