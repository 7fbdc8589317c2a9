#!/usr/bin/env node
/**
 * The `oktaql` command: connects the process to the command line and sets its exit code.
 *
 * @module
 */

import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './program.ts';
import { describeError, EXIT } from './report.ts';
import { createTextOutput } from './streams.ts';

// undici parses HTTP in WebAssembly, and V8 goes on optimising it in the background: a process that is done waits 80 ms for
// that at its end (Node 20, profiled). The baseline code is as fast here: 500 calls take the same time with it. V8 complains
// of flags that it does not know, so versions after those that have this one are left alone.
if (Number.parseInt(process.versions.node, 10) <= 24) setFlagsFromString('--liftoff-only');

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
