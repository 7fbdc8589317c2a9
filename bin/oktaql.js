#!/usr/bin/env node
// The command, in a checkout too: npx links this file once, and goes on failing if it was not there then, as dist/ is not
// before the first build.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('oktaql has not been built here. Run: npm install && npm run build');
  process.exitCode = 1;
}
