#!/usr/bin/env node
/**
 * The `oktaql` command. Answers at once what needs nothing loaded, and has Node keep what it compiles of all the rest: only
 * modules that are loaded after that line are kept.
 *
 * @module
 */

import { version } from '../session/version.ts';
import { keepCompiledCode } from './compile-cache.ts';

/** As `run` does it: a full disk is one line, and a reader that went away is nothing to tell anybody. */
function complain(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'EOF') {
    process.exitCode = 141;
    return;
  }
  process.stderr.write(`error (22000): The output cannot be written: ${error.message}.\n`);
  process.exitCode = 1;
}

const [first, ...others] = process.argv.slice(2);
if ((first === '--version' || first === '-V') && others.length === 0) {
  process.stdout.on('error', complain);
  process.stdout.write(`${version()}\n`);
} else {
  keepCompiledCode(process.env);
  const { run } = await import('./run.ts');
  await run();
}
