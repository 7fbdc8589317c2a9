#!/usr/bin/env node
/**
 * The `oktaql` command: connects the process to the command line and sets its exit code.
 *
 * @module
 */

import { runCommandLine } from './program.ts';
import { describeError, EXIT } from './report.ts';
import { createTextOutput } from './streams.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second one means it: whatever is still running is not waited for.
    if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
    interrupted.abort(new Error(signal));
  });
}

const stdout = createTextOutput(process.stdout);
const stderr = createTextOutput(process.stderr);
const { stdin, argv, env } = process;

try {
  process.exitCode = await runCommandLine(argv.slice(2), env, { stdout, stderr, stdin, signal: interrupted.signal });
} catch (error) {
  stderr.write(describeError(error));
  process.exitCode = EXIT.failed;
}
