/** Random SELECTs over the tables of the oracle. */

import fc from 'fast-check';
import { dottedShapes } from './dotted.ts';
import { aliased, finished, predicates, type RandomQuery, simpleTable } from './predicates.ts';
import { type Link, moreShapes } from './shapes.ts';
import type { Table } from './table.ts';

const LINKS: readonly Link[] = [
  {
    left: 'okta.apps.applications',
    right: 'okta.apps.jwks',
    on: [
      ['id', 'appId'],
      ['appId', 'appId'],
    ],
  },
  { left: 'okta.groups.groups', right: 'okta.groups.users', on: [['id', 'groupId']] },
  {
    left: 'okta.groups.users',
    right: 'okta.users.users',
    on: [['id', 'id']],
  },
  { left: 'okta.policies.policies', right: 'okta.policies.policy_rules', on: [['id', 'policyId']] },
  {
    left: 'okta.apps.jwks',
    right: 'okta.apps.jwks',
    on: [
      ['kid', 'kid'],
      ['appId', 'appId'],
      ['id', 'keyId'],
    ],
  },
  { left: 'okta.apps.applications', right: 'okta.apps.application_users', on: [['id', 'appId']] },
  { left: 'okta.apps.applications', right: 'okta.apps.group_assignments', on: [['id', 'appId']] },
  { left: 'okta.groups.groups', right: 'okta.apps.group_assignments', on: [['id', 'groupId']] },
  { left: 'okta.users.users', right: 'okta.apps.application_users', on: [['id', 'id']] },
  {
    left: 'okta.apps.applications',
    right: 'okta.apps.applications',
    on: [
      ['id', 'id'],
      ['status', 'status'],
    ],
  },
];

export function randomQueries(tables: readonly Table[]): fc.Arbitrary<RandomQuery> {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const named = (name: string): Table => byName.get(name) ?? (tables[0] as Table);
  const links = LINKS.filter(({ left, right }) => byName.has(left) && byName.has(right));
  const table = fc.constantFrom(...tables);
  const all = fc.oneof(
    { weight: 4, arbitrary: table.chain(oneTable) },
    { weight: 3, arbitrary: table.chain(limited) },
    { weight: 6, arbitrary: fc.constantFrom(...links).chain((link) => joined(link, named)) },
    { weight: 3, arbitrary: fc.constantFrom(...links).chain((link) => withSubquery(link, named)) },
    { weight: 2, arbitrary: fc.constantFrom(...links).chain((link) => correlatedColumn(link, named)) },
    { weight: 2, arbitrary: table.chain(nested) },
    { weight: 2, arbitrary: table.chain(sharedCte) },
    { weight: 1, arbitrary: fc.tuple(table, table).chain(([left, right]) => united(left, right)) },
    { weight: 1, arbitrary: fc.constantFrom(...links).chain((link) => threeTables(link, named)) },
    ...moreShapes({ tables, links, named }),
    ...dottedShapes({ tables, links, named }),
  );
  return all.map(finished);
}

/** Columns that say enough. */
const columnsOf = ({ kind, key }: Table): string => `${key}, ${kind}, subdomain`;
const qualified = (table: Table, alias: string): string =>
  `${alias}.${table.key}, ${alias}.${table.kind}, ${alias}.subdomain`;

/** Okta gives a user that is asked for by id more links than its lists do, and the plain tables hold the lists. */
const allColumns = ({ name }: Table): string => (name === 'okta.users.users' ? '* EXCLUDE (_links)' : '*');

function oneTable(table: Table): fc.Arbitrary<RandomQuery> {
  const { kind } = table;
  const counted = `${kind}, count(*)`;
  const list = fc.constantFrom(
    allColumns(table),
    columnsOf(table),
    'count(*)',
    table.key,
    counted,
    `DISTINCT ${kind}`,
    `max(${table.key})`,
  );
  return fc.tuple(list, predicates(table)).map(([columns, where]) => {
    const group = columns === counted ? ` GROUP BY ${kind}` : '';
    return { sql: `SELECT ${columns} FROM ${table.name} t WHERE ${aliased(where, 't')}${group}` };
  });
}

function limited(table: Table): fc.Arbitrary<RandomQuery> {
  const parts = fc.tuple(predicates(table), fc.boolean(), fc.boolean(), fc.nat(30), fc.nat(5));
  return parts.map(([predicate, isOrdered, isFiltered, count, offset]) => {
    const where = isFiltered ? ` WHERE ${aliased(predicate, 't')}` : '';
    const whole = `SELECT ${table.key}, ${table.kind} FROM ${table.name} t${where}`;
    const limit = `LIMIT ${count}${offset > 0 ? ` OFFSET ${offset}` : ''}`;
    return isOrdered
      ? { sql: `${whole} ORDER BY ${table.key} DESC, ${table.kind} ${limit}` }
      : { sql: `${whole} ${limit}`, whole };
  });
}

const JOINS = [
  'JOIN',
  'JOIN',
  'JOIN',
  'LEFT JOIN',
  'LEFT JOIN',
  'RIGHT JOIN',
  'FULL JOIN',
  'SEMI JOIN',
  'ANTI JOIN',
] as const;

function equality({ on }: Link, left: string, right: string): fc.Arbitrary<string> {
  return fc
    .constantFrom(...on)
    .chain(([a, b]) => fc.constantFrom(`${left}.${a} = ${right}.${b}`, `${right}.${b} = ${left}.${a}`));
}

function joined(link: Link, named: (name: string) => Table): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  return fc
    .record({
      join: fc.constantFrom(...JOINS),
      on: equality(link, 'l', 'r'),
      onMore: fc.option(
        fc.oneof(
          predicates(left).map((p) => aliased(p, 'l')),
          predicates(right).map((p) => aliased(p, 'r')),
        ),
      ),
      leftWhere: fc.option(predicates(left)),
      rightWhere: fc.option(predicates(right)),
      isSwapped: fc.boolean(),
    })
    .map(({ join, on, onMore, leftWhere, rightWhere, isSwapped }) => {
      const hidden = join === 'SEMI JOIN' || join === 'ANTI JOIN';
      const [first, second] = isSwapped ? [`${right.name} r`, `${left.name} l`] : [`${left.name} l`, `${right.name} r`];
      const seen = hidden ? [isSwapped ? 'r' : 'l'] : ['l', 'r'];
      const conditions = [
        leftWhere && seen.includes('l') && aliased(leftWhere, 'l'),
        rightWhere && seen.includes('r') && aliased(rightWhere, 'r'),
      ].filter((each) => typeof each === 'string');
      const where = conditions.length > 0 ? ` WHERE ${conditions.map((each) => `(${each})`).join(' AND ')}` : '';
      const more = onMore === null ? '' : ` AND (${onMore})`;
      return {
        sql: `SELECT ${seen.map((alias) => qualified(alias === 'l' ? left : right, alias)).join(', ')} FROM ${first} ${join} ${second} ON ${on}${more}${where}`,
      };
    });
}

function withSubquery(link: Link, named: (name: string) => Table): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const parts = fc.record({
    form: fc.constantFrom('EXISTS', 'NOT EXISTS', 'IN', 'NOT IN', 'scalar'),
    on: equality(link, 'l', 'r'),
    pair: fc.constantFrom(...link.on),
    inner: predicates(right),
    outer: fc.option(predicates(left)),
  });
  return parts.map(({ form, on, pair: [a, b], inner, outer }) => {
    const where = aliased(inner, 'r');
    const condition = {
      EXISTS: `EXISTS (SELECT 1 FROM ${right.name} r WHERE ${on} AND (${where}))`,
      'NOT EXISTS': `NOT EXISTS (SELECT 1 FROM ${right.name} r WHERE ${on} AND (${where}))`,
      IN: `l.${a} IN (SELECT r.${b} FROM ${right.name} r WHERE ${where})`,
      'NOT IN': `l.${a} NOT IN (SELECT r.${b} FROM ${right.name} r WHERE ${where})`,
      scalar: `(SELECT count(*) FROM ${right.name} r WHERE ${on} AND (${where})) > 1`,
    }[form];
    const more = outer === null ? '' : ` AND (${aliased(outer, 'l')})`;
    return { sql: `SELECT ${qualified(left, 'l')} FROM ${left.name} l WHERE ${condition}${more}` };
  });
}

function correlatedColumn(link: Link, named: (name: string) => Table): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const parts = fc.tuple(equality(link, 'l', 'r'), predicates(right), fc.option(predicates(left)), fc.boolean());
  return parts.map(([on, inner, outer, isLateral]) => {
    const where = outer === null ? '' : ` WHERE ${aliased(outer, 'l')}`;
    const matching = `FROM ${right.name} r WHERE ${on} AND (${aliased(inner, 'r')})`;
    return isLateral
      ? {
          sql: `SELECT l.id, x.n FROM ${left.name} l, LATERAL (SELECT count(*) AS n, max(r.id) AS m ${matching}) x${where}`,
        }
      : { sql: `SELECT l.id, (SELECT count(*) ${matching}) AS n FROM ${left.name} l${where}` };
  });
}

function nested(table: Table): fc.Arbitrary<RandomQuery> {
  const { kind, key } = table;
  const columns = columnsOf(table);
  const inner = fc.constantFrom(
    (from: string) => `SELECT * ${from}`,
    (from: string) => `SELECT DISTINCT ${columns} ${from}`,
    (from: string) => `SELECT ${key}, max(${kind}) AS ${kind}, subdomain ${from} GROUP BY ${key}, subdomain`,
    (from: string) => `SELECT ${columns} ${from} ORDER BY ${key}, ${kind} LIMIT 7`,
    (from: string) => `SELECT ${columns}, row_number() OVER (PARTITION BY ${kind} ORDER BY ${key}) AS n ${from}`,
    (from: string) => `SELECT ${columns} ${from} UNION ALL SELECT ${columns} ${from}`,
    (from: string) => `SELECT ${columns} ${from} EXCEPT SELECT ${columns} ${from}`,
  );
  const simple = simpleTable(table);
  return fc.tuple(inner, predicates(table), predicates(simple)).map(([select, where, outer]) => ({
    sql: `SELECT ${key}, ${kind} FROM (${select(`FROM ${table.name} t WHERE ${aliased(where, 't')}`)}) d WHERE ${aliased(outer, 'd')}`,
  }));
}

function sharedCte(table: Table): fc.Arbitrary<RandomQuery> {
  const { kind, key } = table;
  const simple = simpleTable(table);
  return fc
    .tuple(predicates(table), predicates(simple), predicates(simple), fc.boolean())
    .map(([inner, one, two, isTwice]) => {
      const cte = `WITH c AS (SELECT * FROM ${table.name} t WHERE ${aliased(inner, 't')})`;
      return isTwice
        ? {
            sql: `${cte} SELECT x.${key}, y.${kind} FROM c x JOIN c y ON x.${key} = y.${key} WHERE ${aliased(one, 'x')} AND (${aliased(two, 'y')})`,
          }
        : { sql: `${cte} SELECT c.${key}, c.${kind} FROM c WHERE ${aliased(one, 'c')}` };
    });
}

function united(left: Table, right: Table): fc.Arbitrary<RandomQuery> {
  const word = fc.constantFrom('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT');
  return fc.tuple(word, predicates(left), predicates(right)).map(([operator, a, b]) => ({
    sql: `SELECT ${left.key}, ${left.kind} FROM ${left.name} t WHERE ${aliased(a, 't')} ${operator} SELECT ${right.key}, ${right.kind} FROM ${right.name} t WHERE ${aliased(b, 't')}`,
  }));
}

function threeTables(link: Link, named: (name: string) => Table): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const joins = fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN');
  return fc.tuple(joins, joins, predicates(left), predicates(right), fc.boolean()).map(([one, two, a, b, isWhere]) => {
    const [pair = ['id', 'id']] = link.on;
    const from = `${left.name} l ${one} ${right.name} r ON r.${pair[1]} = l.${pair[0]} ${two} ${right.name} s ON s.${pair[1]} = l.${pair[0]}`;
    return {
      sql: isWhere
        ? `SELECT l.id, r.id, s.id FROM ${from} WHERE ${aliased(a, 'l')} AND (${aliased(b, 's')})`
        : `SELECT l.id, r.id, s.id FROM ${from} AND (${aliased(b, 's')}) WHERE ${aliased(a, 'l')}`,
    };
  });
}
