/** Compares the product's answers with those of plain tables. */

import { expect } from 'vitest';
import { QueryError } from '../../src/errors.ts';
import type { Session } from '../../src/index.ts';
import type { Value } from '../../src/values.ts';
import type { Oracle } from './org.ts';
import type { RandomQuery, Table } from './predicates.ts';

/** A session that may answer in its own way, and has to answer the same. */
export interface Variant {
  readonly name: string;
  readonly session: Session;
}

interface Description {
  readonly texts: readonly string[];
  readonly times: readonly string[];
  readonly numbers?: readonly string[];
  readonly truths?: readonly string[];
  readonly kind?: string;
  readonly key?: string;
}

const DESCRIBED: Readonly<Record<string, Description>> = {
  'okta.apps.applications': {
    texts: ['id', 'status', 'label', 'signOnMode', 'name', 'appId', "visibility->>'autoSubmitToolbar'"],
    times: ['created', 'lastUpdated'],
  },
  'okta.apps.jwks': { texts: ['id', 'status', 'kid', 'kty', 'appId', 'keyId', '"use"'], times: ['created'] },
  'okta.apps.application_users': { texts: ['id', 'status', 'scope', 'appId'], times: ['created'] },
  'okta.apps.group_assignments': { texts: ['id', 'appId', 'groupId'], times: [], numbers: ['priority'], kind: 'appId' },
  'okta.users.users': {
    texts: ['id', 'status', "profile->>'login'", "profile->>'lastName'", "credentials->'provider'->>'type'"],
    times: ['created', 'lastUpdated'],
  },
  'okta.groups.groups': { texts: ['id', "profile->>'name'", 'type'], times: ['lastUpdated'], kind: 'type' },
  'okta.groups.users': { texts: ['id', 'status', 'groupId'], times: [] },
  'okta.policies.policies': {
    texts: ['id', 'status', 'type', 'name'],
    times: ['created'],
    numbers: ['priority'],
    truths: ['system'],
  },
  'okta.policies.policy_rules': {
    texts: ['id', 'status', 'policyId', 'name'],
    times: [],
    numbers: ['priority'],
    truths: ['system'],
  },
  'okta.devices.devices': {
    texts: ['id', 'status', "profile->>'platform'", "profile->>'registered'"],
    times: ['created'],
  },
  'okta.logs.system_log_events': {
    texts: ['uuid', 'severity', 'eventType', "actor->>'id'", "outcome->>'result'"],
    times: ['published'],
    kind: 'severity',
    key: 'uuid',
  },
};

/** What the oracle holds, with values that occur. */
export async function describeTables({ values, tables }: Oracle): Promise<readonly Table[]> {
  const described = Object.entries(DESCRIBED).filter(([name]) => tables.includes(name));
  return Promise.all(
    described.map(async ([name, { texts, times, numbers = [], truths = [], kind = 'status', key = 'id' }]) => {
      const withValues = (expressions: readonly string[]): Promise<Table['texts']> =>
        Promise.all(
          expressions.map(async (expression) => ({
            // `a AND b->>'c'` is (a AND b)->>'c' to DuckDB.
            expression: expression.includes('->>') ? `({t}.${expression})` : `{t}.${expression}`,
            values: (await values(name, expression)).slice(0, 40),
          })),
        );
      const column = (each: string): string => `{t}.${each}`;
      return {
        name,
        kind,
        key,
        texts: await withValues(texts),
        times: await withValues(times),
        numbers: numbers.map(column),
        truths: truths.map(column),
      };
    }),
  );
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

async function answerOf(
  session: Session,
  sql: string,
  parameters: RandomQuery['parameters'] = {},
): Promise<readonly string[] | string> {
  try {
    const { rows } = await session.query(sql, { parameters });
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

export const NOTHING_JUDGED = { judged: 0, bothRefuse: 0, rows: 0 };
export type Counts = typeof NOTHING_JUDGED;

/** All variants have to answer as the oracle does. Counts what was compared. */
export async function judge(
  { sql, plain = sql, whole, parameters }: RandomQuery,
  { oracle, variants, counts }: { oracle: Oracle; variants: readonly Variant[]; counts: Counts },
): Promise<void> {
  const expected = (await oracle.ask(plain))?.map(normal);
  for (const { name, session } of variants) {
    const answer = await answerOf(session, sql, parameters);
    const context = `${name}: ${sql}${plain === sql ? '' : `\n  plain: ${plain}`}`;
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

/** A commit passes or fails the same wherever it is tried: only who asks for more statements gets others each time. */
export function seedOf({ ORACLE_RUNS: runs, ORACLE_SEED: seed }: NodeJS.ProcessEnv): { readonly seed?: number } {
  if (seed !== undefined) return { seed: Number(seed) };
  return runs === undefined ? { seed: 20_261_129 } : {};
}
