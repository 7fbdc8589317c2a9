/** Random SELECTs over two orgs at once, whose objects have the same ids and are not the same. */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { createSimulator, type Org, type Simulator } from '../../src/simulator/index.ts';
import { describeTables, judge, NOTHING_JUDGED, report, seedOf, type Variant } from './judge.ts';
import { keptAnswers } from './kept-answers.ts';
import { type Oracle, openOracle } from './org.ts';
import { aliased, finished, predicates, type RandomQuery } from './predicates.ts';
import { settleUsers, smallOrg } from './small-org.ts';
import type { Table } from './table.ts';

const RUNS = Number(process.env['ORACLE_RUNS'] ?? 25);
const NOW = new Date('2026-11-24T12:00:00.000Z');
const TOKENS = { one: 'token-of-one', two: 'token-of-two' };

let simulators: Readonly<Record<string, Simulator>>;
let oracle: Oracle;
let tables: readonly Table[];
let variants: readonly Variant[];

beforeAll(async () => {
  const org = smallOrg(NOW);
  simulators = { one: open('one', org), two: open('two', changed(org)) };
  for (const [name, each] of Object.entries(simulators)) await settleUsers(each, `${name}.okta.com`);
  await removeGroups(simulators['two']);
  oracle = await openOracle(simulators);
  tables = await describeTables(oracle);
  variants = [
    { name: 'as it is', session: connect() },
    { name: 'nothing pushed down', session: await connectWith('set okta.pushdown = off') },
    { name: 'no copies read', session: await connectWith('set okta.embedded = off') },
  ];
});

afterAll(async () => {
  for (const { session } of variants) await session.close();
  oracle.close();
});

function open(subdomain: keyof typeof TOKENS, org: Org): Simulator {
  return createSimulator({ subdomain, token: TOKENS[subdomain], org, now: () => NOW });
}

/** Other labels and statuses, apps that are missing, and keys that are missing or have another status. */
function changed(org: Org): Org {
  const other = { ACTIVE: 'INACTIVE', INACTIVE: 'ACTIVE' } as const;
  const apps = org.apps
    .filter((_app, index) => index % 7 !== 3)
    .map((app, index) => ({
      ...app,
      label: index % 2 === 0 ? `${app.label} 2` : app.label,
      status: index % 5 === 0 ? other[app.status] : app.status,
      keys: app.keys
        .filter(() => index % 3 !== 0)
        .map((key, place) => (place === 0 ? { ...key, status: other[key.status] } : key)),
    }));
  return { ...org, apps };
}

async function removeGroups(simulator: Simulator | undefined): Promise<void> {
  const headers = { authorization: `SSWS ${simulator?.token}` };
  const call = async (path: string, method = 'GET'): Promise<Response | undefined> =>
    simulator?.handle(new Request(`https://two.okta.com/api/v1/groups${path}`, { method, headers }));
  const groups = ((await (await call(''))?.json()) ?? []) as readonly { id: string; type: string }[];
  const own = groups.filter(({ type }) => type === 'OKTA_GROUP');
  for (const { id } of own.filter((_group, index) => index % 2 === 0)) {
    expect((await call(`/${id}`, 'DELETE'))?.status).toBe(204);
  }
}

/** The first org is meant where a statement does not say. */
function connect(): Session {
  const login = (name: keyof typeof TOKENS) => ({ kind: 'api-token' as const, token: TOKENS[name] });
  return createSession({
    orgs: { one: { url: 'one.okta.com', login: login('one') }, two: { url: 'two.okta.com', login: login('two') } },
    subdomain: 'one',
    now: () => NOW,
    fetch,
  });
}

const fetch = keptAnswers(async (request) => {
  const simulator = simulators[new URL(request.url).host.split('.')[0] ?? ''];
  if (simulator === undefined) throw new Error(`a request leaves for ${request.url}`);
  return simulator.handle(request);
});

async function connectWith(setting: string): Promise<Session> {
  const session = connect();
  await session.query(setting);
  return session;
}

/** `left` and `right` are joined by the columns of `on`; `more` is a column of the right that only its own requests tell. */
const LINKS = [
  { left: 'okta.apps.applications', right: 'okta.apps.jwks', on: ['id', 'appId'], more: 'kid' },
  { left: 'okta.apps.applications', right: 'okta.apps.jwks', on: ['id', 'appId'], more: 'created' },
  { left: 'okta.apps.applications', right: 'okta.apps.applications', on: ['id', 'id'], more: 'label' },
  { left: 'okta.apps.jwks', right: 'okta.apps.jwks', on: ['kid', 'kid'], more: 'status' },
  { left: 'okta.groups.groups', right: 'okta.groups.users', on: ['id', 'groupId'], more: 'status' },
] as const;

/** Which org a table is read of: what the statement says, and what plain tables are told. */
interface Place {
  readonly said: string | undefined;
  readonly meant: string;
}

const NAMED = ["= 'one'", "= 'two'", "IN ('one', 'two')", "IN ('two')"].map((said): Place => ({ said, meant: said }));
const DEFAULT: Place = { said: undefined, meant: "= 'one'" };
const FORMS = ['JOIN', 'JOIN', 'JOIN', 'LEFT JOIN', 'EXISTS', 'NOT EXISTS', 'IN'] as const;

function randomQueries(): fc.Arbitrary<RandomQuery> {
  return fc.constantFrom(...LINKS).chain((link) => {
    const [left, right] = [link.left, link.right].map((name) => tables.find((table) => table.name === name) as Table);
    // Where one place follows from the other, a default says nothing.
    return fc.boolean().chain((isSame) =>
      fc
        .record({
          form: fc.constantFrom(...FORMS),
          places: fc.array(fc.constantFrom(...NAMED, ...(isSame ? [] : [DEFAULT])), { minLength: 2, maxLength: 2 }),
          leftWhere: fc.option(predicates(left as Table)),
          rightWhere: fc.option(predicates(right as Table)),
        })
        .map((parts) => {
          const text = (isPlain: boolean): string => statement(link, { ...parts, isSame, isPlain });
          return finished({ sql: text(false), plain: text(true) });
        }),
    );
  });
}

interface Parts {
  readonly form: (typeof FORMS)[number];
  readonly places: readonly Place[];
  readonly leftWhere: string | null;
  readonly rightWhere: string | null;
  readonly isSame: boolean;
  readonly isPlain: boolean;
}

function statement({ left, right, on: [a, b], more }: (typeof LINKS)[number], parts: Parts): string {
  const { form, places, leftWhere, rightWhere, isSame, isPlain } = parts;
  const inPlace = (alias: string, place: Place | undefined): readonly string[] => {
    const text = isPlain ? place?.meant : place?.said;
    return text === undefined ? [] : [`${alias}.subdomain ${text}`];
  };
  const on = [`r.${b} = l.${a}`, ...(isSame ? ['r.subdomain = l.subdomain'] : [])];
  const ofLeft = [...inPlace('l', places[0]), ...(leftWhere === null ? [] : [`(${aliased(leftWhere, 'l')})`])];
  const ofRight = [...inPlace('r', places[1]), ...(rightWhere === null ? [] : [`(${aliased(rightWhere, 'r')})`])];
  const where = (conditions: readonly string[]): string =>
    conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const both = `l.id, l.subdomain, r.id, r.subdomain, r.${more}`;
  switch (form) {
    case 'JOIN':
      return `SELECT ${both} FROM ${left} l JOIN ${right} r ON ${on.join(' AND ')}${where([...ofLeft, ...ofRight])}`;
    case 'LEFT JOIN':
      return `SELECT ${both} FROM ${left} l LEFT JOIN ${right} r ON ${[...on, ...ofRight].join(' AND ')}${where(ofLeft)}`;
    case 'IN': {
      const inner = `SELECT r.${b} FROM ${right} r${where(ofRight)}`;
      return `SELECT l.id, l.subdomain FROM ${left} l${where([...ofLeft, `l.${a} IN (${inner})`])}`;
    }
    default: {
      const inner = `SELECT 1 FROM ${right} r${where([...on, ...ofRight])}`;
      return `SELECT l.id, l.subdomain FROM ${left} l${where([...ofLeft, `${form} (${inner})`])}`;
    }
  }
}

test(`${RUNS} random SELECTs over two orgs answer as plain tables do`, { timeout: RUNS * 10_000 }, async () => {
  const counts = { ...NOTHING_JUDGED };
  const judged = (query: RandomQuery): Promise<void> => judge(query, { oracle, variants, counts });
  await fc.assert(fc.asyncProperty(randomQueries(), judged), { numRuns: RUNS, ...seedOf(process.env) });
  report('Two orgs', counts);
  for (const { violations } of Object.values(simulators)) expect(violations).toEqual([]);
  expect(counts.judged, JSON.stringify(counts)).toBeGreaterThan(RUNS * variants.length * 0.9);
  expect(counts.rows, JSON.stringify(counts)).toBeGreaterThan(counts.judged);
});
