/** SELECTs that have dots into JSON columns in every clause, and see them through queries. */

import fc from 'fast-check';
import { memberIn, memberOf, spellings, WITH_ARROW } from './members.ts';
import { aliased, either, predicates, type RandomQuery } from './predicates.ts';
import type { Scene, Weighted } from './shapes.ts';
import type { Member, Table } from './table.ts';

type WithMembers = Table & Required<Pick<Table, 'members'>>;

const hasMembers = (table: Table): table is WithMembers => table.members !== undefined;

export function dottedShapes({ tables, named }: Scene): readonly Weighted[] {
  const dotted = tables.filter(hasMembers);
  if (dotted.length === 0) return [];
  const table = fc.constantFrom(...dotted);
  return [
    { weight: 5, arbitrary: table.chain(clauses) },
    { weight: 4, arbitrary: table.chain(through) },
    { weight: 2, arbitrary: table.chain(alike) },
    { weight: 2, arbitrary: fc.constantFrom(...PAIRS).chain((pair) => between(pair, named)) },
  ];
}

const membersOf = ({ members: { list } }: WithMembers): fc.Arbitrary<Member> =>
  fc.constantFrom(...list.filter(({ type }) => type !== 'json'));

/** SELECT list, GROUP BY, HAVING, ORDER BY, windows, functions. */
function clauses(table: WithMembers): fc.Arbitrary<RandomQuery> {
  const { name, key } = table;
  const parts = fc.record({
    p: predicates(table),
    one: membersOf(table),
    two: membersOf(table),
    any: fc.constantFrom(...table.members.list),
    spelling: spellings,
    other: spellings,
    count: fc.nat(6),
    shape: fc.nat(8),
  });
  return parts.map(({ p, one, two, any, spelling, other, count, shape }) => {
    const from = `FROM ${name} t WHERE ${aliased(p, 't')}`;
    const member = (each: Member, spelt = spelling): string => memberIn('t', each, { spelling: spelt });
    const [a, b] = [member(one), member(two, other)];
    // What an arrow takes out is another expression than a member, and the group is not by it.
    const alike = spelling === WITH_ARROW ? spelling : other % WITH_ARROW;
    const [again, same] = [member(one, alike), member(two, alike)];
    return {
      sql: [
        `SELECT ${a}, count(*), max(${b}) ${from} GROUP BY ${again} HAVING count(*) > ${count} OR ${a} IS NULL ORDER BY ${a}`,
        `SELECT ${a} AS m, min(t.${key}) ${from} GROUP BY ALL HAVING max(${b}) IS NOT NULL ORDER BY m`,
        `SELECT t.${key}, ${a} ${from} ORDER BY ${a} DESC NULLS LAST, t.${key} LIMIT ${count + 1}`,
        `SELECT DISTINCT ${a}, ${b} ${from}`,
        `SELECT max(${a}), min(${b}), count(${member(any)}), count(*) FILTER (WHERE ${b} IS NOT NULL) ${from}`,
        `SELECT t.${key}, ${a}, count(*) OVER (PARTITION BY ${a}) ${from} QUALIFY count(*) OVER (PARTITION BY ${member(one, other)}) > ${count}`,
        `SELECT typeof(${a}), upper(${b}::VARCHAR), coalesce(${a}::VARCHAR, '-') || '!', CASE ${a} WHEN ${member(one, other)} THEN 1 ELSE 0 END ${from}`,
        `SELECT t.${key}, ${member(any)} ${from} AND ${member(any, other)} IS NOT NULL`,
        `SELECT ${a}, ${same}, count(*) ${from} GROUP BY GROUPING SETS ((${a}), (${same}), ())`,
      ][shape] as string,
    };
  });
}

/** Through queries in FROM, CTEs, set operations and views; under another name, too. */
function through(table: WithMembers): fc.Arbitrary<RandomQuery> {
  const { name, key, members } = table;
  // The object as it was sent is no column of what is between.
  const texts = members.terms.texts.filter(({ expression }) => !expression.includes('_raw'));
  const seen: Table = { ...members.terms, texts, name, kind: table.kind, key, times: [] };
  const parts = fc.record({
    p: predicates(table),
    of: predicates(ownColumns(seen)),
    one: membersOf(table),
    two: membersOf(table),
    spelling: spellings,
    other: spellings,
    shape: fc.nat(8),
  });
  return parts.map(({ p, of, one, two, spelling, other, shape }) => {
    const columns = [...new Set(members.list.map(({ column }) => column))].join(', ');
    const inner = `SELECT t.${key}, ${columns} FROM ${name} t WHERE ${aliased(p, 't')}`;
    const mail = memberOf('profile.email');
    const [a, b] = [{ spelling }, { spelling: other }];
    return {
      sql: [
        `SELECT d.${key}, ${memberIn('d', one, a)} FROM (${inner}) d WHERE ${aliased(of, 'd')}`,
        `SELECT ${memberIn('d', one, { ...a, column: 'x' })}, d.k FROM (SELECT t.${key} AS k, t.${one.column} AS x FROM ${name} t WHERE ${aliased(p, 't')}) d WHERE ${memberIn('d', one, { ...b, column: 'x' })} IS NOT NULL`,
        `WITH c AS (${inner}) SELECT c.${key}, ${memberIn('c', one, a)} FROM c WHERE ${aliased(of, 'c')}`,
        `WITH c AS (${inner}) SELECT x.${key}, ${memberIn('y', two, b)} FROM c x JOIN c y ON x.${key} = y.${key} AND ${memberIn('x', one, a)} = ${memberIn('y', one, b)}`,
        `SELECT ${memberIn('v', one, a)} FROM (${inner} UNION ALL SELECT t.${key}, ${columns} FROM ${name} t) v WHERE ${aliased(of, 'v')}`,
        `SELECT d.m, count(*) FROM (SELECT ${memberIn('t', one, a)} AS m FROM ${name} t WHERE ${aliased(p, 't')}) d WHERE d.m IS NOT NULL GROUP BY d.m`,
        `SELECT e.${key}, ${memberIn('e', one, a)} FROM (SELECT * FROM (${inner}) d WHERE ${aliased(of, 'd')}) e WHERE ${memberIn('e', two, b)} IS NOT NULL`,
        `SELECT v.email, ${memberIn('v', mail, a)}, t.${key} FROM mail v, ${name} t WHERE (${aliased(p, 't')}) AND ${memberIn('v', mail, b)} LIKE 'ada.a%'`,
        `WITH c AS (SELECT t.${key}, ${memberIn('t', one, a)} AS m FROM ${name} t) SELECT * FROM c WHERE m IN (SELECT ${memberIn('d', one, b)} FROM (${inner}) d)`,
      ][shape] as string,
    };
  });
}

const ownColumns = ({ name, kind, key, times, texts, numbers = [], truths = [], others = [] }: Table): Table => ({
  name,
  kind,
  key,
  times,
  texts,
  numbers,
  truths,
  others,
});

/** The table beside itself. */
function alike(table: WithMembers): fc.Arbitrary<RandomQuery> {
  const { name, key } = table;
  const parts = fc.record({
    p: predicates(table),
    q: predicates(table),
    one: membersOf(table),
    a: spellings.map((spelling) => ({ spelling })),
    b: spellings.map((spelling) => ({ spelling })),
    join: fc.constantFrom('JOIN', 'LEFT JOIN', 'SEMI JOIN', 'ANTI JOIN'),
    shape: fc.nat(4),
  });
  return parts.map(({ p, q, one, a, b, join, shape }) => {
    const [l, r] = [memberIn('l', one, a), memberIn('r', one, b)];
    const [ofLeft, ofRight] = [aliased(p, 'l'), aliased(q, 'r')];
    return {
      sql: [
        `SELECT count(*), min(l.${key}) FROM ${name} l ${join} ${name} r ON ${l} = ${r} AND (${ofRight}) WHERE ${ofLeft}`,
        `SELECT l.${key} FROM ${name} l WHERE ${l} IN (SELECT ${r} FROM ${name} r WHERE ${ofRight}) AND (${ofLeft})`,
        `SELECT l.${key} FROM ${name} l WHERE EXISTS (SELECT 1 FROM ${name} r WHERE ${r} = ${l} AND r.${key} <> l.${key} AND (${ofRight})) AND (${ofLeft})`,
        `SELECT l.${key}, (SELECT max(${r}) FROM ${name} r WHERE r.${key} = l.${key} AND (${ofRight})) FROM ${name} l WHERE ${ofLeft}`,
        `SELECT l.${key}, x.n FROM ${name} l, LATERAL (SELECT count(*) AS n FROM ${name} r WHERE ${r} IS NOT DISTINCT FROM ${l} AND (${ofRight})) x WHERE ${ofLeft}`,
      ][shape] as string,
    };
  });
}

/** Members that say the same of objects of two kinds. */
const PAIRS = [
  { left: 'okta.apps.application_users', a: 'credentials.userName', right: 'okta.users.users', b: 'profile.login' },
  { left: 'okta.logs.system_log_events', a: 'actor.alternateId', right: 'okta.users.users', b: 'profile.email' },
  { left: 'okta.logs.system_log_events', a: 'actor.id', right: 'okta.users.users', b: undefined },
  { left: 'okta.groups.users', a: 'profile.login', right: 'okta.users.users', b: 'profile.login' },
  {
    left: 'okta.apps.applications',
    a: 'credentials.oauthClient.client_id',
    right: 'okta.apps.applications',
    b: undefined,
  },
] as const;

function between(
  { left, a, right, b }: (typeof PAIRS)[number],
  named: (name: string) => Table,
): fc.Arbitrary<RandomQuery> {
  const [of, to] = [named(left), named(right)];
  const parts = fc.record({
    p: predicates(of),
    q: predicates(to),
    spelling: spellings,
    join: fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN'),
    shape: fc.nat(3),
  });
  return parts.map(({ p, q, spelling, join, shape }) => {
    const l = memberIn('l', memberOf(a), { spelling });
    const r = b === undefined ? either('r._raw.id', 'r.id', 'dots') : memberIn('r', memberOf(b), { spelling });
    const [ofLeft, ofRight] = [aliased(p, 'l'), aliased(q, 'r')];
    const list = join === 'SEMI JOIN' || join === 'ANTI JOIN' ? `l.${of.key}` : `l.${of.key}, r.${to.key}`;
    return {
      sql: [
        `SELECT ${list} FROM ${left} l ${join} ${right} r ON ${r} = ${l} AND (${ofRight}) WHERE ${ofLeft}`,
        `SELECT r.${to.key} FROM ${right} r WHERE ${r} IN (SELECT ${l} FROM ${left} l WHERE ${ofLeft}) AND (${ofRight})`,
        `SELECT r.${to.key}, (SELECT count(*) FROM ${left} l WHERE ${l} = ${r} AND (${ofLeft})) FROM ${right} r WHERE ${ofRight}`,
        `SELECT l.${of.key} FROM ${left} l WHERE NOT EXISTS (SELECT 1 FROM ${right} r WHERE ${l} = ${r} AND (${ofRight})) OR ${ofLeft}`,
      ][shape] as string,
    };
  });
}
