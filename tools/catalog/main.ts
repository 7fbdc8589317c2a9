/**
 * `check:catalog -- FILE`: statements that clients send, each asked of a real PostgreSQL 15 and of the catalog, over the same tables.
 *
 * FILE has a JSON object a line, with the client and its SQL; it is no part of this repository. Statements that are the server's, not
 * the catalog's (BEGIN, SHOW, SELECT of a table), are counted and left out. The check fails for a difference that
 * `tools/catalog-differences.tsv` does not explain.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { createCatalog } from '../../src/catalog/catalog.ts';
import type { CatalogSession } from '../../src/catalog/contract.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import { parseScript } from '../../src/sql/parse.ts';
import { type Answer, askCatalog, askPostgres, difference, OBJECTS, type Objects, type Question } from './compare.ts';
import { createTables, OWN } from './fixture.ts';
import { findPostgres, OWNER, startPostgres } from './postgres.ts';
import { valuesFor } from './values.ts';

const EXPLAINED = 'tools/catalog-differences.tsv';

interface Sent {
  readonly client: string;
  readonly sql: string;
}

interface Asked extends Sent {
  readonly question: Question;
}

async function check(path: string, bin: string, only: string | undefined): Promise<boolean> {
  const sent = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sent);
  const catalog = createCatalog(builtInRegistry());
  const session = catalog.open({
    user: OWNER,
    database: 'okta',
    pid: 4711,
    setting: (name) => SETTINGS[name],
    ownTables: async () => OWN,
  });
  const server = await startPostgres(bin, ['allow_system_table_mods=on']);
  try {
    createTables(server);
    const parts = sent.flatMap(({ client, sql }) => partsOf(sql).map((part): Sent => ({ client, sql: part })));
    const whole = sent.filter(({ sql }) => partsOf(sql).some((part) => session.answers(part)));
    const asked = parts
      .filter(({ sql }) => session.answers(sql))
      .filter(({ client }) => only === undefined || client.includes(only))
      .map((each): Asked => ({ ...each, question: { sql: each.sql, values: valuesFor(each.sql) } }));
    const differences = await judge(asked, session, server);
    return report(sent.length, whole.length, asked.length, differences);
  } finally {
    server.close();
    await session.close();
    await catalog.close();
  }
}

const SETTINGS: Readonly<Record<string, string>> = {
  search_path: '"$user", public',
  server_version: '15.0',
  server_version_num: '150000',
  standard_conforming_strings: 'on',
};

/** Several statements in one text; of a COPY, its query. */
function partsOf(text: string): readonly string[] {
  return parseScript(text).map(
    (statement) => /^\s*copy\s*\((.*)\)\s*to\s+stdout/is.exec(statement.text)?.[1] ?? statement.text,
  );
}

interface Difference {
  readonly client: string;
  readonly sql: string;
  readonly what: string;
  readonly reason: string | undefined;
}

async function judge(
  asked: readonly Asked[],
  session: CatalogSession,
  server: Parameters<typeof askPostgres>[0],
): Promise<readonly Difference[]> {
  const theirs = objectsOf(askPostgres(server, [{ sql: OBJECTS, values: [] }], new Map())[0]);
  const ours = objectsOf(await askCatalog(session, { sql: OBJECTS, values: [] }, () => '', new Map()));
  const types = await session.query('SELECT oid::int8, format_type(oid, NULL) FROM pg_type', [], []);
  const typeNames = new Map(types.rows.map(([oid, name]) => [Number(oid), name ?? '']));
  const typeName = (oid: number, typmod: number): string =>
    `${typeNames.get(oid) ?? oid}${oid === 1043 && typmod > 3 ? `(${typmod - 4})` : ''}`;
  const explained = readExplained();
  const questions = asked.map(({ question }) => question);
  const expected = askPostgres(
    server,
    questions.map((each) => withOids(each, theirs)),
    theirs,
  );
  const differences: Difference[] = [];
  for (const [index, { client, sql, question }] of asked.entries()) {
    const actual = await askCatalog(session, withOids(question, ours), typeName, ours);
    const what = difference(expected[index] as Answer, actual);
    if (what === undefined) continue;
    const reason = explained.find(([part]) => sql.includes(part))?.[1];
    differences.push({ client, sql, what, reason });
  }
  return differences;
}

function objectsOf(answer: Answer | undefined): Objects {
  return new Map((answer?.rows ?? []).map((row) => row.split('\u001f') as [string, string]));
}

/** The captures have the OIDs of a table and a view of their own. */
const CAPTURED = { '16386': 'class apps.jwks', '16391': 'class public.seen_often' } as const;

function withOids({ sql, values }: Question, objects: Objects): Question {
  const named = new Map([...objects].map(([oid, name]) => [name, oid]));
  const changed = Object.entries(CAPTURED).reduce(
    (text, [oid, name]) => text.replaceAll(oid, named.get(name) ?? oid),
    sql,
  );
  return {
    sql: changed,
    values: values.map((value) => (value.startsWith('class ') ? (named.get(value) ?? '0') : value)),
  };
}

/** A part of a statement, and why its answer differs. */
function readExplained(): readonly (readonly [string, string])[] {
  return readFileSync(EXPLAINED, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t') as [string, string]);
}

function report(all: number, catalogs: number, asked: number, differences: readonly Difference[]): boolean {
  for (const { client, sql, what, reason } of differences) {
    console.log(
      `${reason === undefined ? 'DIFFERS' : `explained (${reason})`} ${client}\n  ${sql.replaceAll(/\s+/g, ' ').slice(0, 200)}\n  ${what}\n`,
    );
  }
  const unexplained = differences.filter(({ reason }) => reason === undefined).length;
  console.log(
    `${all} texts, of which ${all - catalogs} are the server's. Of ${asked} statements for the catalog ${asked - differences.length} are answered as PostgreSQL does, ${differences.length - unexplained} otherwise with a reason, ${unexplained} without one.`,
  );
  return unexplained === 0;
}

const [file, only] = process.argv.slice(2);
const found = findPostgres();
if (file === undefined) console.log('No statements were given: nothing is checked. npm run check:catalog -- FILE');
else if ('reason' in found) console.log(`Nothing is checked: ${found.reason}.`);
else process.exitCode = (await check(file, found.bin, only)) ? 0 : 1;
