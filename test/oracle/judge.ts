/** Compares the product's answers with those of plain tables. */

import { expect } from 'vitest';
import { QueryError } from '../../src/errors.ts';
import type { Session } from '../../src/index.ts';
import type { Value } from '../../src/values.ts';
import { memberOf, plainMember, rawField, termsOf, written } from './members.ts';
import type { Oracle } from './org.ts';
import { either, KINDS, type Kind, type RandomQuery } from './predicates.ts';
import type { Compared, Table } from './table.ts';

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
  /** As {@link memberOf} reads them. */
  readonly members?: readonly string[];
  /** Fields of the object as it was sent, by their columns' types. */
  readonly raw?: { readonly texts: readonly string[]; readonly times: readonly string[] };
  /** Texts under an arrow that are all of another type, and literals of that. */
  readonly others?: Readonly<Record<string, readonly string[]>>;
}

/** What {@link settleUsers} gives to users: texts that are dates, numbers and ids. */
const DATES = ["DATE '2026-01-05'", "TIMESTAMP '2026-03-01 00:00:00'", "TIMESTAMPTZ '2026-01-05 00:00:00+00'"];
const NUMBERS = ['1', '1.0', '2::HUGEINT', '1e0', '7::DOUBLE', '3.00::DECIMAL(9, 2)'];
const IDS = ["UUID '0190e5f6-0000-7000-8000-000000000001'", "'{0190E5F6-0000-7000-8000-000000000002}'::UUID"];
const SPANS = ["INTERVAL '5 days'", 'INTERVAL 120 HOURS', "INTERVAL '1 month'"];
const TRUTHS = ['true', 'false'];
const ATTRIBUTES = { hireDate: DATES, level: NUMBERS, badge: IDS, tenure: SPANS };
const ofProfile = Object.fromEntries(
  Object.entries(ATTRIBUTES).map(([name, literals]) => [`profile->>'${name}'`, literals]),
);
const PERSON = [
  'profile.login',
  'profile.firstName',
  'profile.lastName',
  'profile.department',
  'profile.mobilePhone',
  'profile.level?',
  'profile.nosuch?',
  'profile.score?',
  'credentials.provider.type',
  'credentials.password: json',
];

const DESCRIBED: Readonly<Record<string, Description>> = {
  'okta.apps.applications': {
    texts: ['id', 'status', 'label', 'signOnMode', 'name', 'appId', "visibility->>'autoSubmitToolbar'"],
    times: ['created', 'lastUpdated'],
    members: [
      'settings.oauthClient.application_type',
      'settings.oauthClient.grant_types[0]',
      'settings.oauthClient.jwks.keys[0].kid',
      'settings.oauthClient.jwks.keys: json',
      'settings.oauthClient: json',
      'settings.implicitAssignment: truth',
      'settings.notes.admin',
      'settings.nosuch.deep?',
      'visibility.hide.iOS: truth',
      'visibility.autoLaunch: truth',
      'credentials.userNameTemplate.type',
      'credentials.oauthClient.client_id',
      'accessibility.errorRedirectUrl',
      'licensing.seatCount: number',
    ],
    raw: { texts: ['status', 'label'], times: ['created'] },
    others: { "visibility->>'autoSubmitToolbar'": TRUTHS },
  },
  'okta.apps.jwks': {
    texts: ['id', 'status', 'kid', 'kty', 'appId', 'keyId', '"use"'],
    times: ['created'],
    members: ['_links.deactivate.href', '_links.delete: json', '_links.nosuch?'],
    raw: { texts: ['kid', 'status'], times: ['created'] },
  },
  'okta.apps.application_users': {
    texts: ['id', 'status', 'scope', 'appId'],
    times: ['created'],
    members: ['credentials.userName', 'profile.email?', '_links.app.href'],
    raw: { texts: ['status', 'scope'], times: ['created'] },
  },
  'okta.apps.group_assignments': { texts: ['id', 'appId', 'groupId'], times: [], numbers: ['priority'], kind: 'appId' },
  'okta.users.users': {
    texts: ['id', 'status', "profile->>'login'", "profile->>'lastName'", "credentials->'provider'->>'type'"],
    times: ['created', 'lastUpdated'],
    members: PERSON,
    raw: { texts: ['id', 'status'], times: ['created', 'lastUpdated'] },
    others: ofProfile,
  },
  'okta.groups.groups': {
    texts: ['id', "profile->>'name'", 'type'],
    times: ['lastUpdated'],
    kind: 'type',
    members: ['profile.name', 'profile.description', 'profile.nosuch?', '_links.users.href'],
    raw: { texts: ['type', 'id'], times: ['lastUpdated'] },
  },
  'okta.groups.users': {
    texts: ['id', 'status', 'groupId', "profile->>'department'"],
    times: [],
    members: PERSON,
    raw: { texts: ['status'], times: [] },
    others: ofProfile,
  },
  'okta.policies.policies': {
    texts: ['id', 'status', 'type', 'name'],
    times: ['created'],
    numbers: ['priority'],
    truths: ['system'],
    members: [
      'settings.password.complexity.minLength: number',
      'settings.password.complexity.excludeUsername: truth',
      'settings.delegation.options.skipUnlock: truth',
      'conditions.people.groups.include[0]?',
      'settings.password: json',
      '_links.self.href',
    ],
    raw: { texts: ['type', 'status'], times: ['created'] },
  },
  'okta.policies.policy_rules': {
    texts: ['id', 'status', 'policyId', 'name'],
    times: [],
    numbers: ['priority'],
    truths: ['system'],
    members: [
      'actions.signon.access',
      'actions.signon.requireFactor: truth',
      'actions.signon: json',
      'conditions.network.connection?',
    ],
  },
  'okta.devices.devices': {
    texts: ['id', 'status', "profile->>'platform'", "profile->>'registered'"],
    times: ['created'],
    members: [
      'profile.platform',
      'profile.osVersion',
      'profile.registered: truth',
      'resourceDisplayName.value',
      'resourceDisplayName.sensitive: truth',
      'profile.nosuch?',
    ],
    raw: { texts: ['status'], times: ['created'] },
    others: { "profile->>'osVersion'": ['10', '11.0', '1e1', '12::HUGEINT'], "profile->>'registered'": TRUTHS },
  },
  'okta.logs.system_log_events': {
    texts: ['uuid', 'severity', 'eventType', "actor->>'id'", "outcome->>'result'"],
    times: ['published'],
    kind: 'severity',
    key: 'uuid',
    members: [
      'actor.id',
      'actor.alternateId',
      'outcome.result',
      'client.userAgent.browser',
      'client.geographicalContext.city',
      'securityContext.asNumber: number',
      'securityContext.isProxy: truth',
      'target[0].type',
      'transaction.detail: json',
      'client.nosuch?',
    ],
    raw: { texts: ['severity', 'eventType'], times: ['published'] },
  },
};

/** What the oracle holds, with values that occur. */
export async function describeTables(oracle: Oracle): Promise<readonly Table[]> {
  const described = Object.entries(DESCRIBED).filter(([name]) => oracle.tables.includes(name));
  return Promise.all(described.map(([name, description]) => describeTable(oracle, name, description)));
}

async function describeTable(oracle: Oracle, name: string, description: Description): Promise<Table> {
  const { texts, times, numbers = [], truths = [], kind = 'status', key = 'id', others = {} } = description;
  const valuesOf = async (expression: string): Promise<readonly string[]> =>
    (await oracle.values(name, expression.replaceAll('{t}.', ''))).slice(0, 40);
  const withValues = async (expressions: readonly string[]): Promise<readonly Compared[]> =>
    (
      await Promise.all(
        expressions.map(async (expression) => {
          const values = await valuesOf(expression);
          return arrowForms(expression).map((form) => ({ expression: form, values }));
        }),
      )
    ).flat();
  const column = (each: string): string => `{t}.${each}`;
  return {
    name,
    kind,
    key,
    texts: await withValues(texts),
    times: await withValues(times),
    numbers: numbers.map(column),
    truths: truths.map(column),
    others: Object.entries(others).flatMap(([expression, values]) =>
      arrowForms(expression).map((form) => ({ expression: form, values })),
    ),
    ...(description.members !== undefined && { members: await describeMembers(description, valuesOf) }),
  };
}

/** `a AND b->>'c'` is (a AND b)->>'c' to DuckDB, and not to the product. */
function arrowForms(expression: string): readonly string[] {
  if (!expression.includes('->>')) return [`{t}.${expression}`];
  return [`({t}.${expression})`, either(`{t}.${expression}`, `({t}.${expression})`)];
}

async function describeMembers(
  { members = [], raw, others = {} }: Description,
  valuesOf: (expression: string) => Promise<readonly string[]>,
): Promise<Required<Table>['members']> {
  const list = members.map(memberOf);
  const values = new Map(
    await Promise.all(list.map(async (each) => [each, await valuesOf(plainMember(each, each.column))] as const)),
  );
  const terms = termsOf(list, values);
  const rawTerms = (names: readonly string[] = []): Promise<readonly Compared[]> =>
    Promise.all(names.map(async (name) => ({ expression: rawField(name), values: await valuesOf(name) })));
  return {
    list,
    terms: {
      ...terms,
      texts: [...terms.texts, ...(await rawTerms(raw?.texts))],
      times: await rawTerms(raw?.times),
      // What holds truth values is declared as such.
      others: Object.entries(others)
        .filter(([, literals]) => literals !== TRUTHS)
        .map(([expression, literals]) => ({
          expression: written(memberOf(`${expression.replace(/->>'(\w+)'/, '.$1')}?`)),
          values: literals,
        })),
    },
  };
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

/** How many answers were compared, and how many of them held forms of each kind. */
export interface Counts extends Record<Kind, number> {
  judged: number;
  bothRefuse: number;
  rows: number;
}

export const NOTHING_JUDGED: Counts = {
  judged: 0,
  bothRefuse: 0,
  rows: 0,
  ...(Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>),
};

/** All variants have to answer as the oracle does. Counts what was compared. */
export async function judge(
  { sql, plain = sql, whole, parameters, kinds = [] }: RandomQuery,
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
    for (const kind of kinds) counts[kind] += 1;
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

/** Said at the end of a run that was asked for. */
export function report(title: string, counts: Counts): void {
  if (process.env['ORACLE_RUNS'] !== undefined) process.stdout.write(`${title}: ${JSON.stringify(counts)}\n`);
}
