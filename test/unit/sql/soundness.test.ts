import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SqlSyntaxError } from '../../../src/errors.ts';
import { parseScript } from '../../../src/sql/parse.ts';
import type { Condition } from '../../../src/sql/statement.ts';
import { expressions, type Judge, openJudge, qualSql } from './expressions.ts';

const RUNS = 4000;
const ROWS = `select x.v as a, y.v as b, z.v::varchar as c
  from (values (0), (1), (2), (null)) x(v), (values (0), (1), (3), (null)) y(v), (values (1), (2), (null)) z(v)`;

let judge: Judge;
beforeAll(async () => {
  judge = await openJudge([`create table t as ${ROWS}`]);
});
afterAll(() => judge.close());

/** The conditions of `sql`; undefined where node-sql-parser refuses it. */
function conditionsOf(sql: string): readonly Condition[] | undefined {
  try {
    const statement = parseScript(sql)[0]?.parse();
    return statement?.kind === 'select' ? statement.block.conditions : undefined;
  } catch (error) {
    if (error instanceof SqlSyntaxError) return undefined;
    throw error;
  }
}

/** How many rows that satisfy the WHERE fail one of the quals, as `[count]`; undefined where DuckDB refuses it. */
async function countLost(where: string, conditions: readonly Condition[]): Promise<string | undefined> {
  const quals = conditions.map(({ qual }) => `(${qualSql(qual)})`).join(' and ') || 'true';
  const rows = await judge.ask(
    `with kept as (select * from t where ${where}) select count(*)::int from kept where (${quals}) is not true`,
  );
  return rows?.[0];
}

test('no row that DuckDB keeps fails a qual that we read from the WHERE', { timeout: 120_000 }, async () => {
  const counts = { judged: 0, quals: 0, parserRefuses: 0, duckDbRefuses: 0 };
  const property = fc.asyncProperty(expressions({ numbers: ['a', 'b'], texts: ['c'] }), async (where) => {
    const conditions = conditionsOf(`select * from t where ${where}`);
    if (conditions === undefined) {
      counts.parserRefuses += 1;
      return;
    }
    const lost = await countLost(where, conditions);
    if (lost === undefined) {
      counts.duckDbRefuses += 1;
      return;
    }
    counts.judged += 1;
    if (conditions.length > 0) counts.quals += 1;
    expect(lost, `${where} → ${conditions.map(({ qual }) => qualSql(qual)).join(' and ')}`).toBe('[0]');
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(counts.judged, JSON.stringify(counts)).toBeGreaterThan(RUNS * 0.6);
  // Without quals the property would hold for a reader that reads nothing.
  expect(counts.quals, JSON.stringify(counts)).toBeGreaterThan(RUNS * 0.15);
});
