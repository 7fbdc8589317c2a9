import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCatalog } from '../../src/catalog/catalog.ts';
import type { Catalog, CatalogSession } from '../../src/catalog/contract.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import {
  type Answer,
  askCatalog,
  askPostgres,
  difference,
  OBJECTS,
  type Objects,
  type Question,
} from '../../tools/catalog/compare.ts';
import { createTables, OWN } from '../../tools/catalog/fixture.ts';
import { findPostgres, OWNER, type PostgresServer, startPostgres } from '../../tools/catalog/postgres.ts';
import { QUESTIONS } from './catalog-questions.ts';

const found = findPostgres();
const reason = 'reason' in found ? ` (skipped: ${found.reason})` : '';

// The same tables, with comments and keys, in a real PostgreSQL: what it answers is right.
describe.skipIf('reason' in found)(`the catalog against PostgreSQL 15${reason}`, () => {
  let server: PostgresServer;
  let catalog: Catalog;
  let session: CatalogSession;
  let theirs: ReadonlyMap<string, Answer>;
  let ours: Objects;
  let typeName: (oid: number, typmod: number) => string;

  beforeAll(async () => {
    if ('reason' in found) return;
    server = await startPostgres(found.bin, ['allow_system_table_mods=on']);
    createTables(server);
    catalog = createCatalog(builtInRegistry());
    session = catalog.open({
      user: OWNER,
      database: 'okta',
      pid: 4711,
      setting: (name) => (name === 'search_path' ? '"$user", public' : undefined),
      ownTables: async () => OWN,
    });
    const objects = (answer: Answer | undefined): Objects =>
      new Map((answer?.rows ?? []).map((row) => row.split('\u001f') as [string, string]));
    const postgresObjects = objects(askPostgres(server, [{ sql: OBJECTS, values: [] }], new Map())[0]);
    ours = objects(await askCatalog(session, { sql: OBJECTS, values: [] }, () => '', new Map()));
    const types = await session.query('SELECT oid::int8, format_type(oid, NULL) FROM pg_type', [], []);
    const names = new Map(types.rows.map(([oid, name]) => [Number(oid), name ?? '']));
    typeName = (oid, typmod) => `${names.get(oid) ?? oid}${oid === 1043 && typmod > 3 ? `(${typmod - 4})` : ''}`;
    const all = Object.values(QUESTIONS).flat();
    const answers = askPostgres(
      server,
      all.map((question) => withOids(question, postgresObjects)),
      postgresObjects,
    );
    theirs = new Map(all.map(({ sql }, index) => [sql, answers[index] as Answer]));
  }, 120_000);

  afterAll(async () => {
    server?.close();
    await session?.close();
    await catalog?.close();
  });

  for (const [client, questions] of Object.entries(QUESTIONS)) {
    test(client, async () => {
      const differences: string[] = [];
      for (const question of questions) {
        expect(session.answers(question.sql), question.sql).toBe(true);
        const actual = await askCatalog(session, withOids(question, ours), typeName, ours);
        const what = difference(theirs.get(question.sql) as Answer, actual);
        if (what !== undefined) differences.push(`${question.sql}\n  ${what}`);
      }
      expect(differences).toEqual([]);
    }, 60_000);
  }
});

/** OIDs of tables are each side's own. */
function withOids({ sql, values }: Question, objects: Objects): Question {
  const named = new Map([...objects].map(([oid, name]) => [name, oid]));
  return { sql, values: values.map((value) => named.get(value) ?? value) };
}
