/** More shapes of random SELECTs: joins of other kinds, nested queries, groups, CTEs, views, tables of the session's own. */

import fc from 'fast-check';
import { memberIn, memberOf } from './members.ts';
import { aliased, either, predicates, quoted, type RandomQuery, simpleTable } from './predicates.ts';
import type { Table } from './table.ts';

/** How tables belong together: `left` and `right` are SQL for the two sides of an equality. */
export interface Link {
  readonly left: string;
  readonly right: string;
  readonly on: readonly (readonly [left: string, right: string])[];
}

/** What there is to ask. */
export interface Scene {
  readonly tables: readonly Table[];
  readonly links: readonly Link[];
  readonly named: (name: string) => Table;
}

/** What both sides make before they are asked, each in its words: views over tables, and a table of their own. */
export const LOCAL: readonly string[] = [
  "CREATE VIEW current_apps AS SELECT id, status, label, created, subdomain FROM okta.apps.applications WHERE status <> 'DELETED'",
  `CREATE VIEW mail AS SELECT u.id, u.profile, ${memberIn('u', memberOf('profile.email'))} AS email FROM okta.users.users u`,
  "CREATE VIEW people AS SELECT u.id, u.status, (u.profile->>'login') AS login, u.subdomain FROM okta.users.users u",
  'CREATE TABLE words (word VARCHAR, rank BIGINT)',
  "INSERT INTO words VALUES ('ACTIVE', 1), ('INACTIVE', 2), ('active', 3), (NULL, 4), ('OKTA_GROUP', 5)",
];

export type Weighted = { readonly weight: number; readonly arbitrary: fc.Arbitrary<RandomQuery> };

export function moreShapes(scene: Scene): readonly Weighted[] {
  const table = fc.constantFrom(...scene.tables);
  const link = fc.constantFrom(...scene.links);
  // Four tables that are joined by a column of few values are millions of rows.
  const close = fc.constantFrom(...scene.links.map(keysOnly));
  const log = scene.tables.find(({ key }) => key === 'uuid');
  return [
    { weight: 3, arbitrary: link.chain((each) => otherJoins(each, scene)) },
    { weight: 2, arbitrary: close.chain((each) => chains(each, scene)) },
    { weight: 3, arbitrary: link.chain((each) => nestedQueries(each, scene)) },
    { weight: 3, arbitrary: close.chain((each) => keys(each, scene)) },
    { weight: 3, arbitrary: close.chain((each) => computedKeys(each, scene)) },
    { weight: 2, arbitrary: close.chain((each) => excludedKeys(each, scene)) },
    { weight: 3, arbitrary: table.chain(groups) },
    { weight: 2, arbitrary: table.chain(ctes) },
    { weight: 2, arbitrary: table.chain(derived) },
    { weight: 2, arbitrary: table.chain(names) },
    { weight: 2, arbitrary: table.chain(locals) },
    ...scene.tables
      .filter(({ name }) => /\.(?:users\.users|groups\.groups)$/.test(name))
      .map((each) => ({
        weight: 1,
        arbitrary: fc.constantFrom('created', 'lastUpdated').chain((time) => inOrder(each, time)),
      })),
    ...(log === undefined
      ? []
      : [
          { weight: 1, arbitrary: asked(log) },
          { weight: 1, arbitrary: inOrder(log, 'published') },
        ]),
  ];
}

function keysOnly(link: Link): Link {
  return { ...link, on: link.on.filter(([column]) => column !== 'status') };
}

const where = (...conditions: readonly string[]): string => conditions.map((each) => `(${each})`).join(' AND ');

function otherJoins(link: Link, { named }: Scene): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const parts = fc.record({
    pair: fc.constantFrom(...link.on),
    l: predicates(left),
    r: predicates(right),
    more: predicates(right),
    join: fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN'),
    shape: fc.constantFrom('or', 'case', 'not', 'comma', 'using', 'natural', 'asof', 'columns', 'distinct'),
  });
  return parts.map(({ pair: [a, b], l, r, more, join, shape }) => {
    const [ofLeft, ofRight, ofMore] = [aliased(l, 'l'), aliased(r, 'r'), aliased(more, 'r')];
    const hidden = join === 'SEMI JOIN' || join === 'ANTI JOIN';
    const list = hidden ? `l.${left.key}, l.${left.kind}` : `l.${left.key}, r.${right.key}, r.${right.kind}`;
    const from = (on: string): string => `SELECT ${list} FROM ${left.name} l ${join} ${right.name} r ON ${on}`;
    const pairs = `l.${a} = r.${b}`;
    switch (shape) {
      case 'or':
        return { sql: `${from(`${pairs} AND (${ofLeft} OR ${ofRight})`)} WHERE ${ofLeft}` };
      case 'case':
        return { sql: from(`${pairs} AND CASE WHEN ${ofLeft} THEN ${ofRight} ELSE ${ofMore} END`) };
      case 'not':
        return { sql: from(`${pairs} AND NOT (${ofLeft} AND ${ofRight}) AND (${ofMore})`) };
      case 'comma':
        return {
          sql: `SELECT l.${left.key}, r.${right.key} FROM ${left.name} l, ${right.name} r WHERE ${where(pairs, ofLeft, ofRight)}`,
        };
      case 'using': {
        const sides = `(SELECT ${a} AS k, subdomain, ${left.kind} AS x FROM ${left.name} l WHERE ${ofLeft}) p ${join} (SELECT ${b} AS k, subdomain, ${right.kind} AS y FROM ${right.name} r WHERE ${ofRight}) q USING (k, subdomain)`;
        return { sql: `SELECT k, x${hidden ? '' : ', y'} FROM ${sides} WHERE k IS NOT NULL AND subdomain = 'my-org'` };
      }
      case 'natural': {
        const sides = `(SELECT ${a} AS k, subdomain FROM ${left.name} l WHERE ${ofLeft}) NATURAL JOIN (SELECT ${b} AS k, subdomain, ${right.kind} AS y FROM ${right.name} r WHERE ${ofRight})`;
        return { sql: `SELECT k, y FROM ${sides} WHERE k >= '0'` };
      }
      case 'asof':
        return {
          sql: `SELECT l.k, r.k FROM (SELECT ${a} AS k FROM ${left.name} l WHERE ${ofLeft}) l ASOF JOIN (SELECT DISTINCT ${b} AS k FROM ${right.name} r WHERE ${ofRight}) r ON l.k >= r.k WHERE r.k > '00'`,
        };
      case 'columns':
        return { sql: `${from(`${pairs} AND l.subdomain = r.subdomain AND l.${left.kind} <> r.${right.kind}`)}` };
      default:
        return { sql: `${from(`l.${a} IS NOT DISTINCT FROM r.${b} AND (${ofRight})`)} WHERE ${ofLeft}` };
    }
  });
}

/** Four tables, and five. */
function chains(link: Link, { named }: Scene): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const join = fc.constantFrom('JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'SEMI JOIN');
  const parts = fc.tuple(
    join,
    join,
    join,
    predicates(left),
    predicates(right),
    fc.constantFrom(...link.on),
    fc.boolean(),
  );
  return parts.map(([one, two, three, l, r, [a, b], isLong]) => {
    const semi = [one, two, three].map((word) => word === 'SEMI JOIN');
    const list = ['l.', ...['r.', 's.', 'u.'].filter((_alias, at) => semi[at] !== true)];
    const from = [
      `${left.name} l`,
      `${one} ${right.name} r ON r.${b} = l.${a} AND (${aliased(r, 'r')})`,
      `${two} ${right.name} s ON s.${b} = l.${a}`,
      `${three} ${left.name} u ON u.${a} = l.${a} AND (${aliased(l, 'u')})`,
      ...(isLong ? [`LEFT JOIN ${left.name} v ON v.${a} = l.${a} AND v.${left.kind} = l.${left.kind}`] : []),
    ];
    const columns = list.map((alias) => `${alias}${alias === 'l.' || alias === 'u.' ? left.key : right.key}`);
    return { sql: `SELECT ${columns.join(', ')} FROM ${from.join(' ')} WHERE ${aliased(l, 'l')}` };
  });
}

function nestedQueries(link: Link, { named }: Scene): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const parts = fc.record({
    pair: fc.constantFrom(...link.on),
    l: predicates(left),
    r: predicates(right),
    inner: predicates(left),
    shape: fc.constantFrom('in', 'or', 'not', 'row', 'any', 'all', 'max', 'exists', 'either', 'list', 'limit', 'count'),
  });
  return parts.map(({ pair: [a, b], l, r, inner, shape }) => {
    const [ofLeft, ofRight, ofInner] = [aliased(l, 'l'), aliased(r, 'r'), aliased(inner, 'i')];
    const values = `SELECT r.${b} FROM ${right.name} r WHERE ${ofRight}`;
    const condition = {
      in: `l.${a} IN (${values} AND r.${b} IN (SELECT i.${a} FROM ${left.name} i WHERE ${ofInner})) AND (${ofLeft})`,
      or: `l.${a} IN (${values}) OR (${ofLeft})`,
      not: `NOT (l.${a} IN (${values}) OR (${ofLeft}))`,
      row: `(l.${a}, l.subdomain) IN (SELECT r.${b}, r.subdomain FROM ${right.name} r WHERE ${ofRight}) AND (${ofLeft})`,
      any: `l.${a} = ANY (${values}) AND (${ofLeft})`,
      all: `l.${a} <> ALL (SELECT r.${b} FROM ${right.name} r WHERE r.${b} IS NOT NULL AND (${ofRight})) AND (${ofLeft})`,
      max: `l.${a} = (SELECT max(r.${b}) FROM ${right.name} r WHERE ${ofRight}) OR l.${a} > (SELECT min(r.${b}) FROM ${right.name} r WHERE ${ofRight}) AND (${ofLeft})`,
      exists: `EXISTS (SELECT 1 FROM ${right.name} r WHERE r.${b} = l.${a} AND (${ofRight}) AND EXISTS (SELECT 1 FROM ${left.name} i WHERE i.${a} = r.${b} AND i.${left.kind} = l.${left.kind} AND (${ofInner})))`,
      either: `(EXISTS (SELECT 1 FROM ${right.name} r WHERE r.${b} = l.${a} AND (${ofRight})) OR ${ofLeft}) AND l.subdomain = 'my-org'`,
      list: `l.${left.kind} IN (SELECT unnest(['ACTIVE', 'INACTIVE'])) AND l.${a} IN (${values} LIMIT 1000000)`,
      limit: `l.${a} IN (SELECT d.k FROM (SELECT r.${b} AS k FROM ${right.name} r WHERE ${ofRight} ORDER BY r.${b} LIMIT 3) d WHERE d.k > '1')`,
      count: `(SELECT count(*) FROM ${right.name} r WHERE r.${b} = l.${a} AND (${ofRight} OR l.${left.kind} = 'ACTIVE')) >= 1 AND (${ofLeft})`,
    }[shape];
    return { sql: `SELECT l.${left.key}, l.${left.kind} FROM ${left.name} l WHERE ${condition}` };
  });
}

/** Values that only all rows together say, or that are computed from rows; and keys of several readings of one query. */
function computedKeys(link: Link, { named }: Scene): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const parts = fc.record({
    pair: fc.constantFrom(...link.on),
    another: fc.constantFrom(...link.on),
    l: predicates(left),
    m: predicates(left),
    r: predicates(right),
    count: fc.nat(4),
    shape: fc.nat(13),
  });
  return parts.map(({ pair: [a, b], another: [c, d], l, m, r, count, shape }) => {
    const [ofLeft, ofOther, ofRight] = [aliased(l, 'l'), aliased(m, 'm'), aliased(r, 'r')];
    const list = `r.${right.key}, r.${right.kind}`;
    const select = `SELECT ${list} FROM ${right.name} r`;
    const from = `FROM ${left.name} l WHERE ${ofLeft}`;
    const cte = `WITH c AS (SELECT l.${a} AS x, l.${c} AS y, l.${left.kind} AS z ${from})`;
    return {
      sql: [
        `${select} WHERE r.${b} = (SELECT max(l.${a}) ${from}) AND (${ofRight})`,
        `${select} WHERE r.${b} IN (SELECT l.${a} ${from} UNION SELECT m.${c} FROM ${left.name} m WHERE ${ofOther})`,
        `${select} WHERE r.${b} IN (SELECT l.${a} ${from} EXCEPT SELECT m.${c} FROM ${left.name} m WHERE ${ofOther})`,
        `${select} WHERE r.${b} IN (SELECT l.${a} ${from} GROUP BY 1 HAVING count(*) > ${count})`,
        `${select} JOIN (SELECT l.${a} AS k, count(*) AS n ${from} GROUP BY l.${a} HAVING count(*) >= ${count}) k ON k.k = r.${b} WHERE ${ofRight}`,
        `${select} WHERE r.${b} IN (SELECT l.${a} ${from} ORDER BY l.${left.key} DESC LIMIT ${count})`,
        `SELECT r.${right.key}, t.k FROM ${right.name} r JOIN (SELECT l.${a} AS k, max(l.${left.kind}) AS n ${from} GROUP BY 1 ORDER BY n, k LIMIT ${count + 1}) t ON t.k = r.${b}`,
        `SELECT ${list}, l.${left.kind} FROM ${right.name} r JOIN ${left.name} l ON r.${b} = coalesce(l.${a}, 'none') WHERE (${ofLeft}) AND (${ofRight})`,
        `SELECT ${list}, l.${left.key} FROM ${right.name} r LEFT JOIN ${left.name} l ON l.${a} = trim(r.${b}) AND (${ofLeft}) WHERE ${ofRight}`,
        `${cte} ${select} WHERE r.${b} IN (SELECT x FROM c) AND r.${d} IN (SELECT y FROM c WHERE z = 'ACTIVE') AND (${ofRight})`,
        `${cte} ${select} WHERE EXISTS (SELECT 1 FROM c WHERE c.x = r.${b} AND c.y = r.${d}) AND (${ofRight})`,
        `${cte}, e AS (SELECT x FROM c UNION ALL SELECT min(y) FROM c) ${select} WHERE r.${b} IN (SELECT x FROM e)`,
        `${cte} SELECT ${list}, m.${left.key} FROM ${left.name} m JOIN ${right.name} r ON r.${b} = m.${a} WHERE m.${c} = (SELECT min(y) FROM c) AND (${ofRight})`,
        `${select} JOIN LATERAL (SELECT max(l.${a}) AS k ${from} AND l.${left.kind} = r.${right.kind}) t ON t.k = r.${b} WHERE ${ofRight}`,
      ][shape] as string,
    };
  });
}

/** Rows that none of another table belongs to, NULLs and outer joins among them. */
function excludedKeys(link: Link, { named }: Scene): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const parts = fc.record({
    pair: fc.constantFrom(...link.on),
    l: predicates(left),
    m: predicates(left),
    r: predicates(right),
    shape: fc.nat(9),
  });
  return parts.map(({ pair: [a, b], l, m, r, shape }) => {
    const [ofLeft, ofOther, ofRight] = [aliased(l, 'l'), aliased(m, 'm'), aliased(r, 'r')];
    const list = `r.${right.key}, r.${right.kind}`;
    const select = `SELECT ${list} FROM ${right.name} r`;
    const from = `FROM ${left.name} l WHERE ${ofLeft}`;
    const none = `NOT EXISTS (SELECT 1 ${from} AND l.${a} = r.${b})`;
    return {
      sql: [
        `${select} WHERE ${none} AND (${ofRight})`,
        `${select} WHERE r.${b} NOT IN (SELECT l.${a} ${from}) AND (${ofRight})`,
        `${select} WHERE NOT (r.${b} IN (SELECT l.${a} ${from} UNION ALL SELECT m.${a} FROM ${left.name} m WHERE ${ofOther}))`,
        `SELECT m.${left.key}, ${list} FROM ${left.name} m LEFT JOIN ${right.name} r ON m.${a} = r.${b} WHERE ${none}`,
        `SELECT m.${left.key}, ${list} FROM ${left.name} m FULL JOIN ${right.name} r ON m.${a} = r.${b} WHERE r.${b} NOT IN (SELECT l.${a} ${from})`,
        `${select} WHERE NOT EXISTS (SELECT l.${a} ${from} AND l.${a} = r.${b} AND l.${left.kind} = r.${right.kind})`,
        `${select} WHERE NOT EXISTS (SELECT count(*) ${from} AND l.${a} = r.${b}) OR (${ofRight})`,
        `${select} WHERE ${none} OR (${ofRight})`,
        `SELECT count(*), count(r.${right.key}) FROM ${right.name} r WHERE ${none} AND NOT EXISTS (SELECT * FROM ${left.name} m WHERE m.${a} = r.${b} AND (${ofOther}))`,
        `WITH c AS (SELECT l.${a} AS x ${from}) ${select} WHERE NOT EXISTS (SELECT 1 FROM c WHERE x = r.${b}) AND (${ofRight})`,
      ][shape] as string,
    };
  });
}

/** The first rows by their time, of which several may have the same. */
function inOrder(log: Table, time: string): fc.Arbitrary<RandomQuery> {
  const parts = fc.record({
    l: predicates(log),
    isFiltered: fc.boolean(),
    direction: fc.constantFrom('', ' DESC', ' ASC'),
    count: fc.nat(30),
    shape: fc.nat(3),
  });
  return parts.map(({ l, isFiltered, direction, count, shape }) => {
    const from = `FROM ${log.name} t${isFiltered ? ` WHERE ${aliased(l, 't')}` : ''}`;
    return {
      sql: [
        `SELECT t.${time} ${from} ORDER BY t.${time}${direction} LIMIT ${count}`,
        `SELECT max(t.${time}) ${from}`,
        `SELECT min(${time}) AS ${time} ${from}`,
        `SELECT ${time}, count(*) FROM (SELECT ${time} ${from} ORDER BY ${time}${direction} LIMIT ${count}) GROUP BY 1`,
      ][shape] as string,
    };
  });
}

/** Values that stand in the statement, for columns that requests can be made with. */
function keys(link: Link, { named }: Scene): fc.Arbitrary<RandomQuery> {
  const [left, right] = [named(link.left), named(link.right)];
  const parts = fc.constantFrom(...link.on).chain(([a, b]) => {
    const known = left.texts.find(({ expression }) => expression === `{t}.${a}`)?.values ?? [];
    return fc.record({
      pair: fc.constant([a, b] as const),
      values: fc.uniqueArray(fc.constantFrom("'nothing'", "''", 'NULL', ...known.slice(0, 15).map(quoted)), {
        minLength: 1,
        maxLength: 13,
      }),
      l: predicates(left),
      r: predicates(right),
      shape: fc.nat(11),
    });
  });
  return parts.map(({ pair: [a, b], values, l, r, shape }) => {
    const [ofLeft, ofRight] = [aliased(l, 'l'), aliased(r, 'r')];
    const rows = `VALUES ${values.map((value) => `(${value}::VARCHAR)`).join(', ')}`;
    const k = `WITH k(id) AS (${rows})`;
    const named = `WITH k AS (SELECT id, id AS other FROM (${rows}) v(id))`;
    const list = `r.${right.key}, r.${right.kind}`;
    const from = `FROM ${right.name} r`;
    return {
      sql: [
        `${k} SELECT ${list}, k.id ${from} JOIN k ON r.${b} = k.id WHERE ${ofRight}`,
        `SELECT ${list} ${from} WHERE r.${b} IN (${rows}) AND (${ofRight})`,
        `SELECT ${list} ${from} WHERE r.${b} IN (${rows}) OR (${ofRight})`,
        `SELECT ${list} ${from} WHERE r.${b} = ANY([${values.join(', ')}]::VARCHAR[]) AND (${ofRight})`,
        `SELECT ${list} ${from} WHERE r.${b} NOT IN (SELECT id FROM (${rows}) v(id) WHERE id IS NOT NULL) AND (${ofRight})`,
        `${k} SELECT k.id, r.${right.key} FROM k LEFT JOIN ${right.name} r ON r.${b} = k.id AND (${ofRight})`,
        `${k} SELECT k.id, r.${right.key} ${from} LEFT JOIN k ON r.${b} = k.id WHERE ${ofRight}`,
        `${named} SELECT ${list} ${from} WHERE EXISTS (SELECT 1 FROM k WHERE k.id = r.${b} AND k.other <> 'nothing') AND (${ofRight})`,
        `${named} SELECT ${list} ${from} WHERE NOT EXISTS (SELECT 1 FROM k WHERE k.other = r.${b}) AND (${ofRight})`,
        `${named} SELECT ${list} ${from} WHERE r.${b} = (SELECT min(other) FROM k WHERE id <> '')`,
        `${named} SELECT x.${right.key}, k.id FROM k, LATERAL (SELECT r.* ${from} WHERE r.${b} = k.id AND (${ofRight})) x`,
        `${named} SELECT l.${left.key}, ${list} FROM k JOIN ${left.name} l ON l.${a} = k.id JOIN ${right.name} r ON r.${b} = l.${a} AND (${ofRight}) WHERE ${ofLeft}`,
      ][shape] as string,
    };
  });
}

function groups(table: Table): fc.Arbitrary<RandomQuery> {
  const { name, kind, key } = table;
  const few = { ...simpleTable(table), texts: table.texts.filter(({ expression }) => expression === `{t}.${kind}`) };
  const parts = fc.record({ inner: predicates(table), outer: predicates(few), count: fc.nat(8), shape: fc.nat(8) });
  return parts.map(({ inner, outer, count, shape }) => {
    const from = `FROM ${name} t WHERE ${aliased(inner, 't')}`;
    const [ofGroup, ofRows] = [aliased(outer, 't'), aliased(outer, 'd')];
    return {
      sql: [
        `SELECT ${kind}, count(*) ${from} GROUP BY ${kind} HAVING count(*) > ${count}`,
        `SELECT ${kind}, max(${key}) ${from} GROUP BY ALL HAVING ${ofGroup}`,
        `SELECT ${kind}, count(*) ${from} GROUP BY GROUPING SETS ((${kind}), ()) HAVING count(*) <> ${count}`,
        `SELECT * FROM (SELECT ${kind}, count(*) AS n ${from} GROUP BY ROLLUP (${kind})) d WHERE ${ofRows}`,
        `SELECT * FROM (SELECT ${kind}, subdomain, count(*) AS n ${from} GROUP BY CUBE (${kind}, subdomain)) d WHERE d.${kind} IS NULL OR ${ofRows}`,
        `SELECT * FROM (SELECT DISTINCT ON (${kind}) ${kind}, ${key} ${from} ORDER BY ${kind}, ${key}) d WHERE ${ofRows}`,
        `SELECT ${key}, ${kind} ${from} QUALIFY row_number() OVER (PARTITION BY ${kind} ORDER BY ${key}) <= ${count}`,
        `SELECT ${key} FROM (SELECT ${key}, ${kind}, rank() OVER (ORDER BY ${key}) AS n FROM ${name}) d WHERE n > ${count} AND (${ofRows})`,
        `SELECT count(*) FILTER (WHERE ${ofGroup}), min(${key}), bool_or(${ofGroup}) ${from}`,
      ][shape] as string,
    };
  });
}

function ctes(table: Table): fc.Arbitrary<RandomQuery> {
  const { name, kind, key } = table;
  const simple = simpleTable(table);
  const parts = fc.record({
    inner: predicates(table),
    one: predicates(simple),
    two: predicates(simple),
    shape: fc.nat(5),
  });
  return parts.map(({ inner, one, two, shape }) => {
    const from = `FROM ${name} t WHERE ${aliased(inner, 't')}`;
    const chain = `WITH a AS (SELECT ${key}, ${kind} ${from}), b AS (SELECT * FROM a WHERE ${aliased(one, 'a')})`;
    return {
      sql: [
        `${chain} SELECT b.${key} FROM b WHERE ${aliased(two, 'b')}`,
        `${chain} SELECT b.${key}, a.${kind} FROM b JOIN a USING (${key}) WHERE ${aliased(two, 'b')}`,
        `${chain} SELECT ${key} FROM a EXCEPT SELECT ${key} FROM b WHERE ${aliased(two, 'b')}`,
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT n.i, t.${key} FROM n, ${name} t WHERE (${aliased(inner, 't')}) AND length(t.${key}) > n.i`,
        `WITH RECURSIVE c(k, depth) AS (SELECT ${key}, 0 ${from} UNION ALL SELECT t.${key}, depth + 1 FROM c JOIN ${name} t ON t.${key} = c.k WHERE depth < 2 AND (${aliased(one, 't')})) SELECT k, depth FROM c WHERE depth > 0`,
        `WITH a(k, s) AS MATERIALIZED (SELECT ${key}, ${kind} ${from}) SELECT k FROM a WHERE s = (SELECT min(s) FROM a) OR k IN (SELECT d.${key} FROM ${name} d WHERE ${aliased(two, 'd')})`,
      ][shape] as string,
    };
  });
}

/** LIMIT, windows and set operations below conditions, which must not get past them. */
function derived(table: Table): fc.Arbitrary<RandomQuery> {
  const { name, kind, key } = table;
  const simple = simpleTable(table);
  const parts = fc.record({
    inner: predicates(table),
    outer: predicates(simple),
    count: fc.integer({ min: 1, max: 12 }),
    shape: fc.nat(4),
  });
  return parts.map(({ inner, outer, count, shape }) => {
    const from = `FROM ${name} t WHERE ${aliased(inner, 't')}`;
    const limited = `SELECT * FROM (SELECT ${key}, ${kind} ${from}) x ORDER BY ${key}, ${kind} LIMIT ${count} OFFSET 1`;
    const source = [
      limited,
      `SELECT * FROM (${limited}) y ORDER BY ${key} DESC LIMIT 2`,
      `(${limited}) UNION ALL (SELECT ${key}, ${kind} FROM ${name} ORDER BY ${key} LIMIT 2)`,
      `SELECT ${key}, min(${kind}) OVER (PARTITION BY subdomain) AS ${kind} ${from}`,
      `SELECT ${key}, first_value(${kind}) OVER (ORDER BY ${key}) AS ${kind} ${from}`,
    ][shape] as string;
    return { sql: `SELECT ${key}, ${kind} FROM (${source}) d WHERE ${aliased(outer, 'd')}` };
  });
}

/** Columns without their table, in quotes, in capitals, and under other names. */
function names(table: Table): fc.Arbitrary<RandomQuery> {
  const { name, kind, key } = table;
  const parts = fc.record({ inner: predicates(table), value: predicates(simpleTable(table)), shape: fc.nat(5) });
  return parts.map(({ inner, value, shape }) => {
    const bare = inner.replaceAll('{t}.', '');
    const full = inner.replaceAll('{t}.', `${name}.`);
    const renamed = aliased(value, 'd').replaceAll(`d.${key}`, 'd.x').replaceAll(`d.${kind}`, 'y');
    const select = `SELECT ${key} AS x, ${kind} AS y FROM ${name} WHERE ${bare}`;
    return {
      sql: [
        `SELECT ${key}, ${kind} FROM ${name} WHERE ${bare}`,
        `SELECT ${name}.${key} FROM ${name} WHERE ${full}`,
        `SELECT "${key.toUpperCase()}", "${kind}" FROM ${name.toUpperCase()} AS "T t" WHERE ${inner.replaceAll('{t}', '"T t"')}`,
        `SELECT x FROM (${select}) d WHERE ${renamed}`,
        `SELECT d.* FROM (SELECT ${key}, ${kind} FROM ${name} WHERE ${bare}) d(x, y) WHERE ${renamed}`,
        `SELECT * RENAME (${kind} AS y) FROM (SELECT ${key}, ${kind} FROM ${name} WHERE ${bare}) d`,
      ][shape] as string,
    };
  });
}

/** Views, and a table of the session's own. */
function locals(table: Table): fc.Arbitrary<RandomQuery> {
  const { name, kind, key } = table;
  const view = fc.constantFrom('current_apps', 'people');
  const parts = fc.record({ p: predicates(table), view, rank: fc.nat(5), shape: fc.nat(6) });
  return parts.map(({ p, view: viewed, rank, shape }) => {
    const condition = aliased(p, 't');
    return {
      sql: [
        `SELECT t.${key}, w.rank FROM ${name} t JOIN words w ON w.word = t.${kind} WHERE ${condition}`,
        `SELECT t.${key} FROM ${name} t WHERE t.${kind} IN (SELECT word FROM words WHERE rank >= ${rank}) AND (${condition})`,
        `SELECT t.${key} FROM ${name} t WHERE lower(t.${kind}) = ANY (SELECT word FROM words WHERE rank = 3) OR ${condition}`,
        `SELECT v.id, w.rank FROM ${viewed} v LEFT JOIN words w ON w.word = v.status AND w.rank > ${rank} WHERE v.status <> 'X'`,
        `SELECT v.status, count(*), min(t.${key}) FROM ${viewed} v JOIN ${name} t ON t.${kind} = v.status WHERE (${condition}) AND v.id > '00v' GROUP BY 1`,
        `SELECT count(*) FROM ${viewed} v WHERE v.status IN ('ACTIVE', 'active' COLLATE NOCASE) AND EXISTS (SELECT 1 FROM ${name} t WHERE t.subdomain = v.subdomain AND (${condition}))`,
        `SELECT w.word, (SELECT count(*) FROM ${name} t WHERE t.${kind} = w.word AND (${condition})) FROM words w`,
      ][shape] as string,
    };
  });
}

/** What plain tables do not know of is asked of the request; they are asked for the same rows otherwise. */
function asked(log: Table): fc.Arbitrary<RandomQuery> {
  const day = fc.constantFrom(
    "'2026-11-20'",
    "DATE '2026-11-18'",
    "TIMESTAMP '2026-11-19 12:00:00'",
    "'2026-11-21T10:00:00.5Z'",
  );
  const from = fc.oneof(
    day.map((each) => either(`t.since = ${each}`, `t.published >= ${each}`)),
    day.map((each) => either(`t.since >= ${each}`, `t.published >= ${each}`)),
    day.map((each) => either(`t.since > ${each}`, `t.published > ${each}`)),
    fc
      .tuple(day, day)
      .map(([a, b]) => either(`t.since IN (${a}, ${b})`, `t.published >= least(${a}::TIMESTAMPTZ, ${b}::TIMESTAMPTZ)`)),
    day.map((each) => either(`t.since BETWEEN ${each} AND '2026-11-23'`, `t.published >= ${each}`)),
    fc.constant(either('t."limit" = 100', 'true')),
  );
  const until = fc.oneof(
    fc.constant('true'),
    fc.constant(either(`t.until <= '2026-11-23'`, `t.published < '2026-11-23'`)),
    fc.constant(either(`t."sortOrder" = 'DESCENDING'`, 'true')),
  );
  return fc.tuple(from, until, predicates(log), fc.boolean()).map(([a, b, p, isInner]) => {
    const conditions = where(a, b, aliased(p, 't'));
    return isInner
      ? {
          sql: `SELECT count(*) FROM okta.users.users u WHERE u.id IN (SELECT t.actor->>'id' FROM ${log.name} t WHERE ${conditions})`,
        }
      : { sql: `SELECT t.uuid, t.severity FROM ${log.name} t WHERE ${conditions}` };
  });
}
