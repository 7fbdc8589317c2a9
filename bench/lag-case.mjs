// One statement, on standard input; the server at argv[2] may make its answer hostile. The delay of the event loop while it runs.

import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSession } from 'oktaql';
import { watchHeld } from './held.mjs';

const statement = readFileSync(0, 'utf8');
const session = createSession({ token: '00a-bench', subdomain: 'acme', endpointUrl: process.argv[2] });
const run = async (sql) => {
  try {
    const { rows } = await session.query(sql, { timeoutMs: 60_000 });
    return `${rows.length} rows`;
  } catch (error) {
    return `${error.code}: ${error.message.replace(/^.* (?=holds|has|is |was )/, '').slice(0, 60)}`;
  }
};
// DuckDB and what else is loaded when it is first used is not the answer's doing.
await session.query('SELECT 1');
const watch = watchHeld();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const started = performance.now();
const ended = await run(statement);
const ms = performance.now() - started;
const held = watch.end();
delay.disable();
const inMs = (nanoseconds) => Math.round(nanoseconds / 1e6);
console.log(
  JSON.stringify({
    held: Math.round(held),
    worst: inMs(delay.max),
    p99: inMs(delay.percentile(99)),
    ms: Math.round(ms),
    memory: Math.round(process.resourceUsage().maxRSS / 1024),
    ended,
  }),
);
await session.close();
