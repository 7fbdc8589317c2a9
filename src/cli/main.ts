#!/usr/bin/env node
/**
 * The `oktaql` command. Answers at once what needs nothing loaded, and has Node keep what it compiles of all the rest: only
 * modules that are loaded after that line are kept.
 *
 * @module
 */

import { version } from '../session/version.ts';
import { keepCompiledCode } from './compile-cache.ts';

const [first, ...others] = process.argv.slice(2);
if ((first === '--version' || first === '-V') && others.length === 0) {
  process.stdout.write(`${version()}\n`);
} else {
  keepCompiledCode(process.env);
  const { run } = await import('./run.ts');
  await run();
}
