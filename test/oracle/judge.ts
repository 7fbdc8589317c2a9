/** Compares the product's answers with those of plain tables. */

import { expect } from 'vitest';
import { QueryError } from '../../src/errors.ts';
import type { Session } from '../../src/index.ts';
import type { Value } from '../../src/values.ts';
import type { Oracle } from './org.ts';
import type { RandomQuery, Table } from './queries.ts';

/** A session that may answer in its own way, and has to answer the same. */
export interface Variant {
  readonly name: string;
  readonly session: Session;
}

export async function describeTables({ values }: Oracle): Promise<readonly Table[]> {
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

export const NOTHING_JUDGED = { judged: 0, bothRefuse: 0, rows: 0 };
export type Counts = typeof NOTHING_JUDGED;

/** All variants have to answer as the oracle does. Counts what was compared. */
export async function judge(
  { sql, plain = sql, whole }: RandomQuery,
  { oracle, variants, counts }: { oracle: Oracle; variants: readonly Variant[]; counts: Counts },
): Promise<void> {
  const expected = (await oracle.ask(plain))?.map(normal);
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
