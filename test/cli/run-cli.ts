/**
 * Runs the command line as users do: in a process of its own where a test is about the process (signals, pipes, what is left
 * behind), else in this one, which saves half a second of start for each of some hundred command lines. With
 * `CLI_TESTS=processes`, as in `.ci/run`, all are processes.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/program.ts';
import { createOutput } from '../../src/cli/streams.ts';
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

/** Nothing of the developer's own environment but where programs are. */
function environmentOf(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { PATH = '' } = process.env;
  return { PATH, HOME: NO_HOME, USERPROFILE: NO_HOME, ...own };
}

export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): ChildProcessWithoutNullStreams {
  const environment = { NODE_OPTIONS: PATIENT_NODE, ...environmentOf(env) };
  return spawn(process.execPath, [MAIN, ...args], { env: environment, cwd });
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  return process.env['CLI_TESTS'] === 'processes' ? runProcess(args, options) : runHere(args, options);
}

async function runProcess(args: readonly string[], { env, cwd, stdin = '' }: CliOptions = {}): Promise<CliRun> {
  const child = startCli(args, env, cwd);
  const run = collectRun(child);
  child.stdin.end(stdin);
  return run;
}

async function runHere(
  args: readonly string[],
  { env = {}, cwd = process.cwd(), stdin = '' }: CliOptions,
): Promise<CliRun> {
  const environment = environmentOf(env);
  const surroundings = { environment, workingFolder: cwd, homeFolder: environment['HOME'] };
  const [out, errors] = [new PassThrough(), new PassThrough()];
  const shown = Promise.all([text(out), text(errors)]);
  const code = await runCommandLine(args, surroundings, {
    stdout: createOutput(out),
    stderr: createOutput(errors),
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    signal: new AbortController().signal,
  });
  out.end();
  errors.end();
  const [stdout, stderr] = await shown;
  return { code, stdout, stderr };
}

export function collectRun(child: ChildProcessWithoutNullStreams): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
