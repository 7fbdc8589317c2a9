import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTree } from '../../../src/sql/duckdb-tree/block.ts';
import { readForeign } from '../../../src/sql/select/select.ts';
import type { Qual, QueryBlock } from '../../../src/sql/statement.ts';
import { queryOf } from '../../../src/sql/text/query.ts';
import { tokenize } from '../../../src/sql/text/tokens.ts';
import { openTestEngine, type TestEngine } from './context.ts';
import { expressions, type Judge, openJudge, plainExpressions, qualSql } from './expressions.ts';

/** `SOUNDNESS_RUNS=20000 npx vitest run test/unit/sql/soundness.test.ts` judges more of them. */
const RUNS = Number(process.env['SOUNDNESS_RUNS'] ?? 400);
/** `npm test` tries the same ones everywhere. */
const SEED = process.env['SOUNDNESS_RUNS'] === undefined ? { seed: 20_261_129 } : {};
const ROWS = `select x.v as a, y.v as b, z.v::varchar as c, w.v as d,
    json_object('k', z.v::varchar, 'n', json_object('m', y.v::varchar)) as j
  from (values (0), (1), (2), (null)) x(v), (values (0), (1), (3), (null)) y(v), (values (1), (2), (null)) z(v),
    (values (true), (false), (null)) w(v)`;
const COLUMNS = { numbers: ['a', 'b'], texts: ['c'], flags: ['d'], documents: ['j'] };

let judge: Judge;
let engine: TestEngine;
beforeAll(async () => {
  judge = await openJudge([`create table t as ${ROWS}`]);
  engine = await openTestEngine();
});
afterAll(() => {
  judge.close();
  engine.close();
});

type Read = (sql: string) => Promise<QueryBlock | undefined>;

interface Reader {
  readonly name: string;
  readonly read: Read;
  readonly wheres: fc.Arbitrary<string>;
}

const READERS: readonly Reader[] = [
  {
    name: 'node-sql-parser',
    read: async (sql) => readForeign(queryOf(tokenize(sql), sql), {}).block,
    // It leaves most of the others to DuckDB.
    wheres: fc.oneof({ weight: 4, arbitrary: plainExpressions(COLUMNS) }, expressions(COLUMNS)),
  },
  {
    name: 'DuckDB',
    read: async (sql) => {
      const tree = await engine.duckDbTree(sql).catch(() => undefined);
      return tree === undefined ? undefined : readTree(tree, sql, {}).block;
    },
    wheres: expressions(COLUMNS),
  },
];

/** What a qual says, or that it says nothing. */
const saying = (qual: Qual): string => `(${qualSql(qual) ?? 'true'})`;

test.each(READERS)(
  'no row that passes a WHERE fails a qual that $name reads',
  async ({ read, wheres }) => {
    const counts = { judged: 0, equivalent: 0, unread: 0, refused: 0 };
    const property = fc.asyncProperty(wheres, async (where) => {
      const block = await read(`select * from t where ${where}`);
      if (block?.kind !== 'select') {
        counts.unread += 1;
        return;
      }
      const quals = block.where.map(saying).join(' and ');
      const answer = await judge.ask(`select count(*) filter ((w is true) and (q is not true))::int,
      count(*) filter ((w is not true) and (q is true))::int from (select (${where}) as w, (${quals}) as q from t)`);
      if (answer === undefined) {
        // A cast that fails, in every row or in some.
        expect(await judge.ask(`select ${where} from t`), `${where} → ${quals}`).toBeUndefined();
        counts.refused += 1;
        return;
      }
      counts.judged += 1;
      const [lost, added] = JSON.parse(answer[0] ?? '[]') as readonly number[];
      expect(lost, `${where} → ${quals}`).toBe(0);
      if (!block.where.every((qual) => qualSql(qual) !== undefined)) return;
      counts.equivalent += 1;
      expect(added, `${where} → ${quals}`).toBe(0);
    });
    await fc.assert(property, { numRuns: RUNS, ...SEED });
    expect(counts.judged + counts.refused, JSON.stringify(counts)).toBeGreaterThan(RUNS * 0.5);
    expect(counts.equivalent, JSON.stringify(counts)).toBeGreaterThan(RUNS * 0.4);
  },
  240_000,
);
