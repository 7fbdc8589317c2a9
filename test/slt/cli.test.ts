/**
 * The rows of the `.slt` files again, through the command line, against a server on loopback.
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

type Cli = (script: string) => Promise<CliRun>;

/** What links in the rows begin with in the files. */
const ORIGIN = 'https://my-org.okta.com';

test.each(files.toSorted())('%s', async (name) => {
  const records = parseSlt(readFileSync(folder + name, 'utf8')).records.filter(({ sql }) => !/okta\.logs/i.test(sql));
  const server = await listen(openScene(records.flatMap(({ before }) => before)));
  const endpoint = `http://{subdomain}.localhost:${server.port}`;
  const env = { OKTA_API_TOKEN: TOKEN, OKTAQL_ENDPOINT_URL: endpoint };
  const cli: Cli = async (script) => {
    const args = ['exec', '--subdomain', 'my-org', '--continue-on-error', '-o', 'jsonl', '-i', '-'];
    const run = await runCli(args, { env, stdin: script });
    return { ...run, stdout: run.stdout.replaceAll(endpoint.replace('{subdomain}', 'my-org'), ORIGIN) };
  };
  try {
    const alone = records.filter(isUncut);
    await sameAnswers(
      // That a call of the library takes one statement does not hold here.
      records.filter((record) => !isUncut(record) && !(record.error !== undefined && / ?; ?select/i.test(record.sql))),
      cli,
    );
    for (const { sql, expected } of alone) {
      const { code, stderr } = await cli(sql);
      expect({ sql, code, told: toldAs(stderr, expected) }).toEqual({ sql, code: 1, told: true });
    }
  } finally {
    await server.close();
  }
});

/** Without the end of a string or a comment, all that comes after it would belong to it. */
function isUncut({ error, expected }: SltRecord): boolean {
  return error !== undefined && /is not closed/.test(expected.at(-1) ?? '');
}

/** One process runs the file, because what one record makes, later ones read. */
async function sameAnswers(records: readonly SltRecord[], cli: Cli): Promise<void> {
  const script = records.map(({ sql }) => `${sql}\n;\n${END_OF_RECORD};\n`).join('');
  const { code, stdout, stderr } = await cli(script);
  const told = toldOf(stderr);
  const printed = partsOf(stdout);
  expect(printed).toHaveLength(records.length);
  for (const [at, record] of records.entries()) {
    const { sql, kind, error, expected } = record;
    // Between two records there is the statement that marks the end of the first.
    const said = told.get(2 * at);
    if (error !== undefined) {
      expect({ sql, told: said !== undefined && (toldAs(said, expected) || said) }).toEqual({ sql, told: true });
      continue;
    }
    expect({ sql, said }).toEqual({ sql, said: undefined });
    if (kind === 'statement') continue;
    const lines = (printed[at] ?? []).map((line) => rowText(line));
    const rows = expected.slice(expected.length - lines.length);
    expect({ sql, rows: record.tags.has('rowsort') ? lines.toSorted() : lines }).toEqual({ sql, rows });
  }
  expect({ failed: told.size, code: code === 0 }).toEqual({
    failed: records.filter(({ error }) => error !== undefined).length,
    code: told.size === 0,
  });
}

/** A statement that needs neither the org nor the engine, and the line that it prints. No record of the files is it. */
const END_OF_RECORD = 'SHOW PROVIDERS';
const PRINTED_AT_END = /^\{"name":"okta","version":"[^"]*"\}$/;

/** Lines of each record: the marker after it ends them. */
function partsOf(stdout: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const line of stdout.split('\n')) {
    if (PRINTED_AT_END.test(line)) parts.push([]);
    else if (line !== '') parts.at(-1)?.push(line);
  }
  return parts.slice(0, -1);
}

function rowText(line: string): string {
  const row = JSON.parse(line) as Readonly<Record<string, Value>>;
  return Object.values(row).map(valueText).join('\t');
}

/** What is said of each statement that failed, by its place in the script. */
function toldOf(stderr: string): ReadonlyMap<number, string> {
  const told = new Map<number, string>();
  let start = 0;
  for (const match of stderr.matchAll(/^failed: statement (\d+) of \d+\n/gm)) {
    told.set(Number(match[1]) - 1, stderr.slice(start, match.index));
    start = match.index + match[0].length;
  }
  return told;
}

function toldAs(said: string, expected: readonly string[]): boolean {
  return withoutPlaces(said).includes(withoutPlaces(expected.at(-1) ?? ''));
}

/** Here the org is on this machine, and other statements stand before. */
function withoutPlaces(text: string): string {
  return text.replace(/https?:\/\/[^/\s]+/g, 'ORG').replace(/\(line \d+, column \d+\)/g, '(PLACE)');
}
