import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QueryError } from '../../src/errors.ts';
import { createSession, type Session } from '../../src/index.ts';
import { createSimulator, demoOrg, type Simulator } from '../../src/simulator/index.ts';
import type { Value } from '../../src/values.ts';
import { type Oracle, openOracle } from './org.ts';
import { withPageSize } from './page-size.ts';
import { type RandomQuery, randomQueries, type Table } from './queries.ts';

/** `ORACLE_RUNS=20000 npx vitest run test/oracle` judges more of them. */
const RUNS = Number(process.env['ORACLE_RUNS'] ?? 800);
const NOW = new Date('2026-11-24T12:00:00.000Z');

interface Variant {
  readonly name: string;
  readonly session: Session;
}

let simulator: Simulator;
let oracle: Oracle;
let tables: readonly Table[];
let variants: readonly Variant[];

beforeAll(async () => {
  simulator = createSimulator({ org: demoOrg({ now: NOW }), now: () => NOW });
  oracle = await openOracle(simulator);
  tables = await describeTables(oracle);
  variants = [
    { name: 'as it is', session: open() },
    { name: 'nothing pushed down', session: await openWith('set okta.pushdown = off') },
    { name: 'no copies read', session: await openWith('set okta.embedded = off') },
    { name: 'pages of 7', session: open(7) },
  ];
}, 60_000);

afterAll(async () => {
  for (const { session } of variants) await session.close();
  oracle.close();
});

function open(pageSize?: number): Session {
  const options = { token: simulator.token, subdomain: 'my-org', fetch: simulator.handle, now: () => NOW };
  return createSession(pageSize === undefined ? options : { ...options, registry: withPageSize(pageSize) });
}

async function openWith(setting: string): Promise<Session> {
  const session = open();
  await session.query(setting);
  return session;
}

async function describeTables({ values }: Oracle): Promise<readonly Table[]> {
  const described = [
    ['okta.apps.applications', ['id', 'status', 'label', 'signOnMode', 'name', 'appId'], ['created']],
    ['okta.apps.jwks', ['id', 'status', 'kid', 'kty', 'appId', 'keyId', '"use"'], ['created']],
    ['okta.users.users', ['id', 'status', "profile->>'login'", "profile->>'lastName'"], ['created', 'lastUpdated']],
    ['okta.groups.groups', ['id', "profile->>'name'", 'type'], ['lastUpdated']],
    ['okta.groups.users', ['id', 'status', 'groupId'], []],
    ['okta.policies.policies', ['id', 'status', 'type', 'name'], []],
    ['okta.policies.policy_rules', ['id', 'status', 'policyId', 'name'], []],
  ] as const;
  const found: Table[] = [];
  for (const [name, texts, times] of described) {
    const expressions = await Promise.all(
      texts.map(async (expression) => ({
        // `a AND b->>'c'` is (a AND b)->>'c' to DuckDB.
        expression: expression.includes('->>') ? `({t}.${expression})` : `{t}.${expression}`,
        values: (await values(name, expression)).slice(0, 40),
      })),
    );
    const kind = name === 'okta.groups.groups' ? 'type' : 'status';
    found.push({ name, kind, texts: expressions, times: times.map((time) => `{t}.${time}`) });
  }
  return found;
}

/** As DuckDB's own reader prints rows. */
function rowText(row: readonly Value[]): string {
  return JSON.stringify(row.map((value) => (value instanceof Date ? value.toISOString() : value)));
}

const normal = (row: string): string => rowText((JSON.parse(row) as Value[]).map(normalValue));

/** The two sides print times and JSON each in their own way. */
function normalValue(value: Value): Value {
  if (typeof value === 'string') {
    const time = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d+)?\+00$/.exec(value);
    if (time !== null) return new Date(`${time[1]}T${time[2]}${time[3] ?? ''}Z`).toISOString();
    if (/^[[{"]/.test(value)) return parsed(value);
    if (/^-?\d+$/.test(value)) return Number(value);
  }
  return value;
}

function parsed(text: string): Value {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

async function answerOf(session: Session, sql: string): Promise<readonly string[] | string> {
  try {
    const { rows } = await session.query(sql);
    return rows.map((row) =>
      normal(
        rowText(
          row.map((value) =>
            typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : value,
          ),
        ),
      ),
    );
  } catch (error) {
    if (error instanceof QueryError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const counts = { judged: 0, bothRefuse: 0, rows: 0 };

async function judge({ sql, whole }: RandomQuery): Promise<void> {
  const expected = (await oracle.ask(sql))?.map(normal);
  for (const { name, session } of variants) {
    const answer = await answerOf(session, sql);
    const context = `${name}: ${sql}`;
    if (typeof answer === 'string' || expected === undefined) {
      expect([typeof answer === 'string', expected === undefined], `${context}\n${String(answer)}`).toEqual([
        true,
        true,
      ]);
      counts.bothRefuse += 1;
      continue;
    }
    counts.judged += 1;
    counts.rows += answer.length;
    if (whole === undefined) {
      expect(answer.toSorted(), context).toEqual(expected.toSorted());
      continue;
    }
    expect(answer.length, context).toBe(expected.length);
    const possible = new Set((await oracle.ask(whole))?.map(normal));
    expect(
      answer.filter((row) => !possible.has(row)),
      context,
    ).toEqual([]);
  }
}

test(`${RUNS} random SELECTs answer as plain tables do`, { timeout: 600_000 }, async () => {
  await fc.assert(fc.asyncProperty(randomQueries(tables), judge), { numRuns: RUNS });
  expect(simulator.violations).toEqual([]);
  expect(counts.judged, JSON.stringify(counts)).toBeGreaterThan(RUNS * variants.length * 0.9);
  // Rows make the difference: empty answers are easily equal.
  expect(counts.rows, JSON.stringify(counts)).toBeGreaterThan(counts.judged);
});
