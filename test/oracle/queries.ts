/** Random SELECTs over the tables of the oracle. */

import fc from 'fast-check';

/** A table, and expressions over it with the texts that they are compared to. */
export interface Table {
  readonly name: string;
  readonly texts: readonly { readonly expression: string; readonly values: readonly string[] }[];
  readonly times: readonly string[];
  /** A column with few values. */
  readonly kind: string;
}

/** How tables belong together: `left` and `right` are SQL for the two sides of an equality. */
interface Link {
  readonly left: string;
  readonly right: string;
  readonly on: readonly (readonly [left: string, right: string])[];
}

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
    on: [
      ['id', 'id'],
      ['userId', 'id'],
    ],
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
  {
    left: 'okta.apps.applications',
    right: 'okta.apps.applications',
    on: [
      ['id', 'id'],
      ['status', 'status'],
    ],
  },
];

/** SQL with `{t}` where the alias of the table belongs. */
type Predicate = string;

/** What a condition on one table can say. */
function atoms({ texts, times }: Table): fc.Arbitrary<Predicate> {
  const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const text = fc.constantFrom(...texts).chain(({ expression, values }) => {
    const column = expression.replaceAll('{t}', '{t}');
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...values).map(quoted) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("'nothing'", "'it''s'", 'NULL', "lower('ACTIVE')", "'ACT' || 'IVE'"),
      },
    );
    const list = fc.array(value, { minLength: 1, maxLength: 3 }).map((items) => items.join(', '));
    const prefix = fc.tuple(fc.constantFrom(...values), fc.nat(6)).map(([whole, length]) => whole.slice(0, length));
    return fc.oneof(
      { weight: 5, arbitrary: value.map((each) => `${column} = ${each}`) },
      { weight: 1, arbitrary: value.map((each) => `${each} = ${column}`) },
      { weight: 2, arbitrary: value.map((each) => `${column} <> ${each}`) },
      { weight: 3, arbitrary: list.map((each) => `${column} IN (${each})`) },
      { weight: 1, arbitrary: list.map((each) => `${column} NOT IN (${each})`) },
      { weight: 1, arbitrary: value.map((each) => `${column} >= ${each}`) },
      { weight: 1, arbitrary: fc.tuple(value, value).map((both) => `${column} BETWEEN ${both.join(' AND ')}`) },
      { weight: 1, arbitrary: prefix.map((each) => `${column} LIKE ${quoted(`${each}%`)}`) },
      { weight: 1, arbitrary: prefix.map((each) => `${column} LIKE ${quoted(`%${each}%`)}`) },
      { weight: 1, arbitrary: prefix.map((each) => `${column} NOT LIKE ${quoted(`${each}%`)}`) },
      { weight: 1, arbitrary: fc.constantFrom(...values).map((each) => `lower(${column}) = lower(${quoted(each)})`) },
      { weight: 1, arbitrary: fc.constantFrom('IS NULL', 'IS NOT NULL').map((word) => `${column} ${word}`) },
      { weight: 1, arbitrary: fc.constant(`length(${column}) > 6`) },
    );
  });
  if (times.length === 0) return text;
  const time = fc
    .tuple(
      fc.constantFrom(...times),
      fc.constantFrom('<', '<=', '>', '>=', '<>', '='),
      fc.constantFrom(
        "'2026-06-01'",
        "'2025-01-01T00:00:00Z'",
        "TIMESTAMPTZ '2026-11-24 12:00:00Z' - INTERVAL 100 DAYS",
        "'2026-11-20 12:34:56.789123+01'",
      ),
    )
    .map((parts) => parts.join(' '));
  return fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: time });
}

export function predicates(table: Table): fc.Arbitrary<Predicate> {
  const atom = atoms(table);
  const { tree } = fc.letrec<{ tree: Predicate }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: atom },
      { weight: 3, arbitrary: fc.tuple(tie('tree'), tie('tree')).map((both) => both.join(' AND ')) },
      { weight: 2, arbitrary: fc.tuple(tie('tree'), tie('tree')).map((both) => `(${both.join(' OR ')})`) },
      { weight: 1, arbitrary: tie('tree').map((inner) => `NOT (${inner})`) },
    ),
  }));
  return tree;
}

export const aliased = (predicate: Predicate, alias: string): string => predicate.replaceAll('{t}', alias);

/** A statement, and how its rows are to be compared. */
export interface RandomQuery {
  readonly sql: string;
  /** What plain tables are asked instead, which know of no default. */
  readonly plain?: string;
  /** With a LIMIT and no order any rows of the whole answer will do: the whole answer's statement. */
  readonly whole?: string;
}

export function randomQueries(tables: readonly Table[]): fc.Arbitrary<RandomQuery> {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const named = (name: string): Table => byName.get(name) ?? (tables[0] as Table);
  const links = LINKS.filter(({ left, right }) => byName.has(left) && byName.has(right));
  const table = fc.constantFrom(...tables);
  return fc.oneof(
    { weight: 4, arbitrary: table.chain(oneTable) },
    { weight: 3, arbitrary: table.chain(limited) },
    { weight: 6, arbitrary: fc.constantFrom(...links).chain((link) => joined(link, named)) },
    { weight: 3, arbitrary: fc.constantFrom(...links).chain((link) => withSubquery(link, named)) },
    { weight: 2, arbitrary: fc.constantFrom(...links).chain((link) => correlatedColumn(link, named)) },
    { weight: 2, arbitrary: table.chain(nested) },
    { weight: 2, arbitrary: table.chain(sharedCte) },
    { weight: 1, arbitrary: fc.tuple(table, table).chain(([left, right]) => united(left, right)) },
    { weight: 1, arbitrary: fc.constantFrom(...links).chain((link) => threeTables(link, named)) },
  );
}

/** Columns that say enough. */
const columnsOf = ({ kind }: Table): string => `id, ${kind}, subdomain`;
const qualified = (table: Table, alias: string): string => `${alias}.id, ${alias}.${table.kind}, ${alias}.subdomain`;

/** Okta gives a user that is asked for by id more links than its lists do, and the plain tables hold the lists. */
const allColumns = ({ name }: Table): string => (name === 'okta.users.users' ? '* EXCLUDE (_links)' : '*');

function oneTable(table: Table): fc.Arbitrary<RandomQuery> {
  const { kind } = table;
  const counted = `${kind}, count(*)`;
  const list = fc.constantFrom(
    allColumns(table),
    columnsOf(table),
    'count(*)',
    'id',
    counted,
    `DISTINCT ${kind}`,
    'max(id)',
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
    const whole = `SELECT id, ${table.kind} FROM ${table.name} t${where}`;
    const limit = `LIMIT ${count}${offset > 0 ? ` OFFSET ${offset}` : ''}`;
    return isOrdered
      ? { sql: `${whole} ORDER BY id DESC, ${table.kind} ${limit}` }
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
  const { kind } = table;
  const columns = columnsOf(table);
  const inner = fc.constantFrom(
    (from: string) => `SELECT * ${from}`,
    (from: string) => `SELECT DISTINCT ${columns} ${from}`,
    (from: string) => `SELECT id, max(${kind}) AS ${kind}, subdomain ${from} GROUP BY id, subdomain`,
    (from: string) => `SELECT ${columns} ${from} ORDER BY id, ${kind} LIMIT 7`,
    (from: string) => `SELECT ${columns}, row_number() OVER (PARTITION BY ${kind} ORDER BY id) AS n ${from}`,
    (from: string) => `SELECT ${columns} ${from} UNION ALL SELECT ${columns} ${from}`,
    (from: string) => `SELECT ${columns} ${from} EXCEPT SELECT ${columns} ${from}`,
  );
  const simple: Table = {
    ...table,
    times: [],
    texts: table.texts.filter(({ expression }) => ['{t}.id', `{t}.${kind}`].includes(expression)),
  };
  return fc.tuple(inner, predicates(table), predicates(simple)).map(([select, where, outer]) => ({
    sql: `SELECT id, ${kind} FROM (${select(`FROM ${table.name} t WHERE ${aliased(where, 't')}`)}) d WHERE ${aliased(outer, 'd')}`,
  }));
}

function sharedCte(table: Table): fc.Arbitrary<RandomQuery> {
  const { kind } = table;
  const simple: Table = {
    ...table,
    times: [],
    texts: table.texts.filter(({ expression }) => ['{t}.id', `{t}.${kind}`].includes(expression)),
  };
  return fc
    .tuple(predicates(table), predicates(simple), predicates(simple), fc.boolean())
    .map(([inner, one, two, isTwice]) => {
      const cte = `WITH c AS (SELECT * FROM ${table.name} t WHERE ${aliased(inner, 't')})`;
      return isTwice
        ? {
            sql: `${cte} SELECT x.id, y.${kind} FROM c x JOIN c y ON x.id = y.id WHERE ${aliased(one, 'x')} AND (${aliased(two, 'y')})`,
          }
        : { sql: `${cte} SELECT c.id, c.${kind} FROM c WHERE ${aliased(one, 'c')}` };
    });
}

function united(left: Table, right: Table): fc.Arbitrary<RandomQuery> {
  const word = fc.constantFrom('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT');
  return fc.tuple(word, predicates(left), predicates(right)).map(([operator, a, b]) => ({
    sql: `SELECT id, ${left.kind} FROM ${left.name} t WHERE ${aliased(a, 't')} ${operator} SELECT id, ${right.kind} FROM ${right.name} t WHERE ${aliased(b, 't')}`,
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
