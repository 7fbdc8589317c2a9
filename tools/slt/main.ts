/**
 * `check:slt -- DIR`: sqllogictest files, DuckDB's own or another engine's, each statement through our session and through
 * plain DuckDB.
 *
 * DIR holds `.test` or `.slt` files, such as `test/sql` of DuckDB's repository at the tag of our version, or `test_files` of
 * the crate datafusion-sqllogictest; they are no part of this one. What plain DuckDB refuses has to be refused here as well. The check fails for an internal error of ours, and for a refusal or difference that `tools/slt-differences.tsv` does not
 * explain.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { judgeFile, type Session, type Took, type Verdict } from './judge.ts';
import { readFile } from './records.ts';

/** Relative to the package, where npm starts its scripts. */
const EXPLAINED = 'tools/slt-differences.tsv';

/** Ours has to read, plan and check; a second more than plain DuckDB took is none of these. */
const SLOWER_MS = 1000;

const [directory] = process.argv.slice(2);
if (directory === undefined || !existsSync(directory)) {
  console.log('No files were given: nothing is checked. npm run check:slt -- DIR');
} else {
  process.exitCode = (await check(directory)) ? 0 : 1;
}

interface Found {
  readonly place: string;
  readonly sql: string;
  readonly verdict: Verdict;
  readonly took: Took;
}

async function check(folder: string): Promise<boolean> {
  const { createSession } = (await import(pathToFileURL(resolve('dist/index.js')).href)) as {
    createSession(options: object): Session;
  };
  const fetch = async (): Promise<Response> => new Response('{}', { status: 404 });
  const found: Found[] = [];
  const skipped = new Map<string, number>();
  for (const file of testFiles(folder)) {
    const { statements, skipped: reason } = readFile(readFileSync(join(folder, file), 'utf8'), (path) =>
      included(join(folder, dirname(file), path)),
    );
    if (reason !== undefined) skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    const session = createSession({ token: 'slt', subdomain: 'my-org', fetch });
    await judgeFile(statements, session, ({ line, sql }, verdict, took) => {
      found.push({ place: `${file}:${line}`, sql, verdict, took });
    });
  }
  return report(found, skipped);
}

function included(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function testFiles(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => /\.(?:test|slt)$/.test(name)).toSorted();
}

/** A verdict and a pattern for its reason, with the explanation. */
interface Explanation {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly why: string;
}

function readExplanations(text: string): readonly Explanation[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [kind = '', pattern = '', why = ''] = line.split('\t');
    return { kind, pattern: new RegExp(pattern), why };
  });
}

function showSlow(found: readonly Found[]): void {
  const slower = found.filter(({ took: { ours, theirs = 0 } }) => ours - theirs > SLOWER_MS);
  for (const { place, took } of slower)
    console.log(`slow ${place}: ${Math.round(took.ours)} ms, DuckDB ${Math.round(took.theirs ?? 0)} ms`);
}

function report(found: readonly Found[], skipped: ReadonlyMap<string, number>): boolean {
  const explanations = readExplanations(readFileSync(EXPLAINED, 'utf8'));
  const counts = new Map<string, number>();
  const explained = new Map<string, number>();
  let unexplained = 0;
  for (const { place, sql, verdict } of found) {
    counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
    if (!('reason' in verdict)) continue;
    const why = explanations.find(
      ({ kind, pattern }) => kind === verdict.kind && pattern.test(`${verdict.reason}\n${sql}`),
    );
    if (why !== undefined)
      explained.set(`${verdict.kind}: ${why.why}`, (explained.get(`${verdict.kind}: ${why.why}`) ?? 0) + 1);
    else {
      unexplained += 1;
      console.log(`${verdict.kind} ${place}\n  ${sql.replaceAll('\n', '\n  ')}\n  -- ${verdict.reason}`);
    }
  }
  for (const [why, count] of explained) console.log(`${count} × ${why}`);
  for (const [why, count] of skipped) console.log(`${count} files skipped: ${why}`);
  showSlow(found);
  const of = (kind: Verdict['kind']): number => counts.get(kind) ?? 0;
  console.log(
    `${found.length} statements: ${of('same')} the same, ${of('both-fail')} fail on both sides, ${of('refused')} refused, ` +
      `${of('different')} different, ${of('internal')} internal errors; ${unexplained} without an explanation`,
  );
  return unexplained === 0;
}
