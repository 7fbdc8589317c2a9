/** Runs the built command line as users do: in a process of its own. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PATIENT_NODE } from '../busy-machine.ts';

export const MAIN: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The working folder. */
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Nobody lives here: without a home in the environment, the command would read the developer's own `~/.okta`. */
const NO_HOME = fileURLToPath(new URL('no-home/', import.meta.url));

export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): ChildProcessWithoutNullStreams {
  const { PATH = '' } = process.env;
  const home = { HOME: NO_HOME, USERPROFILE: NO_HOME };
  return spawn(process.execPath, [MAIN, ...args], { env: { PATH, NODE_OPTIONS: PATIENT_NODE, ...home, ...env }, cwd });
}

export async function runCli(args: readonly string[], { env, cwd, stdin = '' }: CliOptions = {}): Promise<CliRun> {
  const child = startCli(args, env, cwd);
  const run = collectRun(child);
  child.stdin.end(stdin);
  return run;
}

export function collectRun(child: ChildProcessWithoutNullStreams): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
