// Long results into files: rows a second of the processor's time, and whether memory grows with them.
//
// node bench/main.mjs --formats [--rows N] [--all]: N rows (10 million) and a tenth of them, so that what grows shows, as csv and parquet,
// or in all formats that hold so many.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

const rowsAt = process.argv.indexOf('--rows');
const MOST = rowsAt === -1 ? 10_000_000 : Number(process.argv[rowsAt + 1]);

const FORMATS = process.argv.includes('--all')
  ? ['csv', 'tsv', 'jsonl', 'table', 'markdown', 'html', 'sql', 'parquet']
  : ['csv', 'parquet'];

/** Six columns, 100 bytes a row: what a list of users or of events has. */
const rowsOf = (count) =>
  `SELECT '00u' || lpad(i::VARCHAR, 17, '0') AS id, 'user' || i || '@example.com' AS login, i AS n, i % 2 = 0 AS ok,
    TIMESTAMPTZ '2026-01-01' + to_seconds(i % 30000000) AS created, json_object('a', i) AS j FROM range(${count}) t(i)`;

/** Tells what the process has taken, when it ends. */
const WATCH = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify(process.resourceUsage())))`;

async function measure(count, format, folder) {
  const file = join(folder, `rows.${format}`);
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', WATCH, MAIN, 'exec', rowsOf(count), '-o', format, '-f', file], {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const [usage, [code]] = await Promise.all([text(child.stdio[3]), once(child, 'close')]);
  if (code !== 0) throw new Error(`${format} ended with ${code}`);
  const seconds = (performance.now() - started) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(usage);
  const { size } = statSync(file);
  rmSync(file);
  return { seconds, busy: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS / 1024, megabytes: size / 1e6 };
}

const folder = mkdtempSync(join(tmpdir(), 'oktaql-bench-'));
try {
  for (const format of FORMATS) {
    for (const count of [MOST / 10, MOST]) {
      const { seconds, busy, rss, megabytes } = await measure(count, format, folder);
      const rates = `${Math.round(count / busy)} rows per second of the processor (${Math.round(count / seconds)} by the clock)`;
      console.log(
        `${format}: ${count} rows, ${rates}, ${rss.toFixed(0)} MB of memory at most, ${megabytes.toFixed(0)} MB written`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
