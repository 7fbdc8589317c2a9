import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { createSimulator, type Simulator } from '../../src/simulator/index.ts';
import { describeTables, judge, NOTHING_JUDGED, report, seedOf, type Variant } from './judge.ts';
import { keptAnswers } from './kept-answers.ts';
import { type Oracle, openOracle } from './org.ts';
import { withPageSize } from './page-size.ts';
import { finished, KINDS, type RandomQuery } from './predicates.ts';
import { randomQueries } from './queries.ts';
import { LOCAL } from './shapes.ts';
import { settleUsers, smallOrg } from './small-org.ts';
import type { Table } from './table.ts';

/** `ORACLE_RUNS=20000 npx vitest run test/oracle` judges more of them, others each time. */
const RUNS = Number(process.env['ORACLE_RUNS'] ?? 50);
const NOW = new Date('2026-11-24T12:00:00.000Z');

let simulator: Simulator;
let fetch: (request: Request) => Promise<Response>;
let oracle: Oracle;
let tables: readonly Table[];
let variants: readonly Variant[];

beforeAll(async () => {
  simulator = createSimulator({ org: smallOrg(NOW), now: () => NOW });
  await settleUsers(simulator, 'my-org.okta.com');
  fetch = keptAnswers(simulator.handle);
  const local = LOCAL.map((sql) => finished({ sql }));
  oracle = await openOracle(
    { 'my-org': simulator },
    local.map(({ plain = '' }) => plain),
  );
  tables = await describeTables(oracle);
  variants = [
    { name: 'as it is', session: open() },
    { name: 'nothing pushed down', session: await openWith('set okta.pushdown = off') },
    { name: 'no copies read', session: await openWith('set okta.embedded = off') },
    { name: 'pages of 7', session: open(7) },
  ];
  for (const { session } of variants) for (const { sql } of local) await session.query(sql);
});

afterAll(async () => {
  for (const { session } of variants) await session.close();
  oracle.close();
});

function open(pageSize?: number): Session {
  const options = { token: simulator.token, subdomain: 'my-org', fetch, now: () => NOW };
  return createSession(pageSize === undefined ? options : { ...options, registry: withPageSize(pageSize) });
}

async function openWith(setting: string): Promise<Session> {
  const session = open();
  await session.query(setting);
  return session;
}

test(`${RUNS} random SELECTs answer as plain tables do`, { timeout: RUNS * 10_000 }, async () => {
  const counts = { ...NOTHING_JUDGED };
  const judged = (query: RandomQuery): Promise<void> => judge(query, { oracle, variants, counts });
  await fc.assert(fc.asyncProperty(randomQueries(tables), judged), { numRuns: RUNS, ...seedOf(process.env) });
  report('One org', counts);
  expect(simulator.violations).toEqual([]);
  expect(counts.judged, JSON.stringify(counts)).toBeGreaterThan(RUNS * variants.length * 0.9);
  // Rows make the difference: empty answers are easily equal.
  expect(counts.rows, JSON.stringify(counts)).toBeGreaterThan(counts.judged);
  for (const kind of KINDS) expect(counts[kind], JSON.stringify(counts)).toBeGreaterThan(RUNS * variants.length * 0.04);
});
