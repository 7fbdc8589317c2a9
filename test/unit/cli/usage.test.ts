import { Readable } from 'node:stream';
import { expect, test } from 'vitest';

import { runCommandLine } from '../../../src/cli/program.ts';

/** What a command line that is wrong prints on standard error. */
async function complaintOf(...argv: readonly string[]): Promise<string> {
  let complaint = '';
  const drained = async (): Promise<void> => undefined;
  const code = await runCommandLine(
    ['exec', 'select 1', ...argv],
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
  return complaint.split('\n')[0] ?? '';
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
  expect(await complaintOf(...argv)).toBe(complaint);
});
