/**
 * The rows of the `.slt` files again, through the command line as a process of its own, against a server on loopback.
 *
 * The command line has the machine's clock and the files have one of their own, so what reads the log is left to
 * `slt.test.ts`: without a time in the statement, it is the last 90 days.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { listen } from '../../src/simulator/index.ts';
import type { Value } from '../../src/values.ts';
import { type CliRun, runCli } from '../cli/run-cli.ts';
import { parseSlt, type SltRecord } from './file.ts';
import { valueText } from './run.ts';
import { openScene, TOKEN } from './scene.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.slt'));

type Cli = (args: readonly string[], stdin?: string) => Promise<CliRun>;

/** What links in the rows begin with in the files. */
const ORIGIN = 'https://my-org.okta.com';

test.each(files.toSorted())('%s', async (name) => {
  const records = parseSlt(readFileSync(folder + name, 'utf8')).records.filter(({ sql }) => !/okta\.logs/i.test(sql));
  const server = await listen(openScene(records.flatMap(({ before }) => before)));
  const endpoint = `http://{subdomain}.localhost:${server.port}`;
  const env = { OKTA_API_TOKEN: TOKEN, OKTAQL_ENDPOINT_URL: endpoint };
  const cli: Cli = async (args, stdin = '') => {
    const run = await runCli(['exec', '--subdomain', 'my-org', ...args], { env, stdin });
    return { ...run, stdout: run.stdout.replaceAll(endpoint.replace('{subdomain}', 'my-org'), ORIGIN) };
  };
  try {
    await sameRows(records, cli);
    await sameErrors(records, cli);
  } finally {
    await server.close();
  }
});

/** One process runs all that succeed, because a later one may read what an earlier one made. */
async function sameRows(records: readonly SltRecord[], cli: Cli): Promise<void> {
  const right = records.filter(({ error }) => error === undefined);
  if (right.length === 0) return;
  const script = right.map(({ sql }, at) => `${sql}\n;\nSELECT ${at} AS "end of record";\n`).join('');
  const { code, stdout, stderr } = await cli(['-o', 'jsonl', '-i', '-'], script);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const printed = partsOf(stdout);
  expect(printed).toHaveLength(right.length);
  for (const [at, record] of right.entries()) {
    if (record.kind === 'statement') continue;
    const lines = (printed[at] ?? []).map((line) => rowText(line));
    const rows = record.expected.slice(record.expected.length - lines.length);
    const actual = record.tags.has('rowsort') ? lines.toSorted() : lines;
    expect({ sql: record.sql, rows: actual }).toEqual({ sql: record.sql, rows });
  }
}

/** Lines of each record: the marker after it ends them. */
function partsOf(stdout: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const line of stdout.split('\n')) {
    if (line.startsWith('{"end of record":')) parts.push([]);
    else if (line !== '') parts.at(-1)?.push(line);
  }
  return parts.slice(0, -1);
}

function rowText(line: string): string {
  const row = JSON.parse(line) as Readonly<Record<string, Value>>;
  return Object.values(row).map(valueText).join('\t');
}

/** Here the org is on this machine, and other statements stand before. */
function withoutPlaces(text: string): string {
  return text.replace(/https?:\/\/[^/\s]+/g, 'ORG').replace(/\(line \d+, column \d+\)/g, '(PLACE)');
}

async function sameErrors(records: readonly SltRecord[], cli: Cli): Promise<void> {
  for (const [at, { sql, error, expected }] of records.entries()) {
    // That a call of the library takes one statement does not hold here.
    if (error === undefined || / ?; ?select/i.test(sql)) continue;
    const made = records.slice(0, at).filter((record) => record.kind === 'statement' && record.error === undefined);
    const { code, stderr } = await cli([[...made.map((record) => record.sql), sql].join(';\n')]);
    const message = withoutPlaces(expected.at(-1) ?? '');
    expect({ sql, failed: code !== 0, told: withoutPlaces(stderr).includes(message) || stderr }).toEqual({
      sql,
      failed: true,
      told: true,
    });
  }
}
