import { expect, test } from 'vitest';
import { judgeFile, type Session } from '../../../tools/slt/judge.ts';

type Rows = readonly (readonly unknown[])[];

/** A session that answers everything with these rows of a column `a`, or throws. */
function answering(answer: Rows | Error): Session {
  async function* batches(): AsyncGenerator<Rows> {
    if (!(answer instanceof Error)) yield answer;
  }
  const run = async () => {
    if (answer instanceof Error) throw answer;
    return { result: { columns: [{ name: 'a' }], batches }, isShown: true, close: async () => {} };
  };
  return { script: (text) => [{ text, run }], close: async () => {} };
}

const refusing = (code?: string): Session =>
  answering(Object.assign(new Error('so it is'), code === undefined ? {} : { code }));

async function verdictOf(sql: string, session: Session): Promise<unknown> {
  const verdicts: unknown[] = [];
  await judgeFile([{ line: 1, sql }], session, (_statement, verdict) => verdicts.push(verdict));
  return verdicts[0];
}

const TWO = 'select unnest([1, 2]) as a';

test.each<[sql: string, session: Session, verdict: unknown]>([
  [TWO, answering([[2], [1]]), { kind: 'same' }],
  [`${TWO} order by a`, answering([[1], [2]]), { kind: 'same' }],
  [`${TWO} order by a`, answering([[2], [1]]), { kind: 'different', reason: 'the same rows in another order' }],
  [`select a from (${TWO} order by a)`, answering([[2], [1]]), { kind: 'same' }],
  [TWO, answering([[1], [3]]), { kind: 'different', reason: 'row 1: "#3" and "#2"' }],
  ['selec 1', answering([]), { kind: 'different', reason: expect.stringMatching(/^only DuckDB fails: Parser Error/) }],
  [TWO, refusing('SYNTAX'), { kind: 'different', reason: 'only ours fails: so it is' }],
  ['selec 1', refusing('SYNTAX'), { kind: 'both-fail' }],
  ['create temp table t (a int)', refusing('NOT_SUPPORTED'), { kind: 'refused', reason: 'so it is' }],
  ['create external table t (a int)', refusing('NOT_SUPPORTED'), { kind: 'both-fail' }],
  ['select * from nowhere', refusing('NOT_SUPPORTED'), { kind: 'both-fail' }],
  [TWO, refusing('INTERNAL'), { kind: 'internal', reason: 'so it is' }],
  ['selec 1', refusing(), { kind: 'internal', reason: 'so it is' }],
])('%s, %o', async (sql, session, verdict) => {
  expect(await verdictOf(sql, session)).toEqual(verdict);
});
