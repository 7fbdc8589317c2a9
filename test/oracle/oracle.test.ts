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
let cached: Session;
/** What it sent that was answered: what is not there is asked for each time. */
let cachedSent = 0;

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
  cached = createSession({ ...options(), fetch: counted(fetch), cacheTtlMs: 3_600_000 });
  for (const session of [...variants.map((variant) => variant.session), cached])
    for (const { sql } of local) await session.query(sql);
});

afterAll(async () => {
  for (const { session } of variants) await session.close();
  await cached.close();
  oracle.close();
});

function options() {
  return { token: simulator.token, subdomain: 'my-org', fetch, now: () => NOW };
}

function open(pageSize?: number): Session {
  return createSession(pageSize === undefined ? options() : { ...options(), registry: withPageSize(pageSize) });
}

function counted(send: typeof fetch): typeof fetch {
  return async (request) => {
    const response = await send(request);
    if (response.ok) cachedSent += 1;
    return response;
  };
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

const CACHED_RUNS = Math.ceil(RUNS / 3);

test(`${CACHED_RUNS} of them answer the same from the cache, without a request`, {
  timeout: RUNS * 10_000,
}, async () => {
  const counts = { ...NOTHING_JUDGED };
  const sent = { first: 0, again: 0 };
  const run = async (query: RandomQuery): Promise<number> => {
    const before = cachedSent;
    await judge(query, { oracle, variants: [{ name: 'cached', session: cached }], counts });
    return cachedSent - before;
  };
  const planOf = async ({ sql, parameters }: RandomQuery): Promise<string> =>
    JSON.stringify(await cached.query(`EXPLAIN ${sql}`, parameters === undefined ? {} : { parameters }));
  const judged = async (query: RandomQuery): Promise<void> => {
    sent.first += await run(query);
    // What the first time taught of sizes may make another way cheaper, whose lists nobody has read yet.
    if ((await run(query)) === 0) return;
    const again = await run(query);
    sent.again += again;
    // A list that nobody needed to its end is no list to be kept.
    if (again > 0) expect(await planOf(query), query.sql).toContain('stops after');
  };
  await fc.assert(fc.asyncProperty(randomQueries(tables), judged), { numRuns: CACHED_RUNS, ...seedOf(process.env) });
  report(`From the cache, requests ${JSON.stringify(sent)}`, counts);
  expect(counts.judged, JSON.stringify(counts)).toBeGreaterThan(CACHED_RUNS);
  expect(sent.first).toBeGreaterThan(sent.again);
});
