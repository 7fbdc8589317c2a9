// Long statements, each with its length, as a program writes them.

/** The local table that `t` is, in both engines. */
export const SETUP =
  "CREATE TABLE t AS SELECT '00u' || lpad(CAST(i AS VARCHAR), 17, '0') AS id, CASE WHEN i % 3 = 0 THEN 'ACTIVE' ELSE 'STAGED' END AS status FROM range(1000) AS r(i)";

const VALUES =
  "(VALUES ('00u00000000000000007', 'ACTIVE'), ('00u00000000000000009', 'STAGED'), ('00u00000000000000014', NULL)) AS v(id, status)";

export const tableOf = (source) => ({ okta: 'okta.users.users', local: 't', values: VALUES })[source];

const list = (count, each, separator = ', ') =>
  Array.from({ length: count }, (_, index) => each(index)).join(separator);
/** Has the form of an id of users: other texts would be their logins, each of which is looked up. */
const key = (index) => `'00u${String(index * 7).padStart(17, '0')}'`;
const ALL = ['okta', 'local', 'values'];
const TERMS = [1_000, 2_000, 4_000, 8_000];
const LISTS = [1_000, 10_000, 100_000];

export const CHAINS = [
  {
    name: 'OR of one column',
    sizes: TERMS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE ${list(n, (i) => `id = ${key(i)}`, ' OR ')}`,
  },
  {
    name: 'OR of two columns',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT count(*) FROM ${table} WHERE ${list(n, (i) => (i % 2 === 0 ? `id = ${key(i)}` : `status = 'S${i}'`), ' OR ')}`,
  },
  {
    name: 'OR of comparisons',
    sizes: TERMS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE ${list(n, (i) => `id > 'z${i}'`, ' OR ')}`,
  },
  {
    name: 'OR of LIKE',
    sizes: TERMS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE ${list(n, (i) => `id LIKE 'z${i}%'`, ' OR ')}`,
  },
  {
    name: 'AND of <>',
    sizes: TERMS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE ${list(n, (i) => `id <> ${key(i)}`, ' AND ')}`,
  },
  {
    name: 'OR of ANDs',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT count(*) FROM ${table} WHERE ${list(n / 2, (i) => `(id = ${key(i)} AND status = 'ACTIVE')`, ' OR ')}`,
  },
  {
    name: 'AND of ORs',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT count(*) FROM ${table} WHERE ${list(n / 2, (i) => `(id <> ${key(i)} OR status <> 'ACTIVE')`, ' AND ')}`,
  },
  {
    name: 'OR and AND without parentheses',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT count(*) FROM ${table} WHERE ${list(n / 2, (i) => `id = ${key(i)} AND status = 'ACTIVE'`, ' OR ')}`,
  },
  {
    name: 'NOT (OR)',
    sizes: TERMS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE NOT (${list(n, (i) => `id = ${key(i)}`, ' OR ')})`,
  },
  {
    name: 'OR of functions',
    sizes: TERMS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE ${list(n, (i) => `lower(id) = ${key(i)}`, ' OR ')}`,
  },
  {
    name: 'OR of folded constants',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT count(*) FROM ${table} WHERE ${list(n, (i) => `id = concat('00u', '${String(i * 7).padStart(17, '0')}')`, ' OR ')}`,
  },
  {
    name: 'IN',
    sizes: LISTS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE id IN (${list(n, key)})`,
  },
  {
    name: 'NOT IN',
    sizes: LISTS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE id NOT IN (${list(n, key)})`,
  },
  {
    name: 'IN, shown',
    sizes: LISTS,
    sql: (n, table) => `SELECT count(id IN (${list(n, key)})) FROM ${table}`,
  },
  {
    name: 'IN of two columns',
    sizes: [1_000, 10_000, 40_000],
    sql: (n, table) =>
      `SELECT count(*) FROM ${table} WHERE (id, status) IN (${list(n, (i) => `(${key(i)}, 'ACTIVE')`)})`,
  },
  {
    name: '= ANY of a list',
    sizes: LISTS,
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE id = ANY ([${list(n, key)}])`,
  },
  {
    name: 'JOIN with VALUES',
    sizes: [1_000, 10_000, 60_000],
    sql: (n, table) =>
      `SELECT count(*) FROM (SELECT * FROM ${table}) u JOIN (VALUES ${list(n, (i) => `(${key(i)})`)}) AS k(id) ON k.id = u.id`,
  },
  {
    name: 'IN (VALUES)',
    sizes: [1_000, 10_000, 60_000],
    sql: (n, table) => `SELECT count(*) FROM ${table} WHERE id IN (VALUES ${list(n, (i) => `(${key(i)})`)})`,
  },
  {
    name: 'ON',
    sizes: TERMS,
    sql: (n, table) =>
      `WITH u AS (SELECT id, status FROM ${table}) SELECT count(*) FROM u JOIN u AS w ON u.id = w.id AND (${list(n, (i) => `w.id = ${key(i)}`, ' OR ')})`,
  },
  {
    name: 'HAVING',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT count(*) FROM (SELECT status FROM ${table} GROUP BY status HAVING ${list(n, (i) => `count(*) = ${i}`, ' OR ')})`,
  },
  {
    name: 'CASE WHEN',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT sum(CASE ${list(n, (i) => `WHEN id = ${key(i)} THEN ${i}`, ' ')} ELSE -1 END) FROM ${table}`,
  },
  {
    name: 'CASE id WHEN',
    sizes: TERMS,
    sql: (n, table) =>
      `SELECT sum(CASE id ${list(n, (i) => `WHEN ${key(i)} THEN ${i}`, ' ')} ELSE -1 END) FROM ${table}`,
  },
  {
    name: 'UNION ALL',
    sizes: [50, 100, 200, 400, 800],
    sql: (n, table) =>
      `SELECT count(*) FROM (${list(n, (i) => `SELECT id FROM ${table} WHERE id = ${key(i)}`, ' UNION ALL ')})`,
  },
  {
    name: 'WITH, each of one',
    sizes: [250, 500, 1_000],
    sql: (n, table) =>
      `WITH ${list(n, (i) => `c${i} AS (SELECT id FROM ${i === 0 ? table : `c${i - 1}`})`)} SELECT count(*) FROM c${Math.min(n - 1, 50)}`,
  },
  {
    name: 'WITH, beside each other',
    sizes: [250, 500, 1_000],
    sql: (n, table) =>
      `WITH u AS (SELECT id FROM ${table}), ${list(n, (i) => `c${i} AS (SELECT id FROM u WHERE id = ${key(i)})`)} SELECT count(*) FROM c1`,
  },
  {
    name: 'SELECT list',
    sizes: TERMS,
    sql: (n, table) => `SELECT ${list(n, (i) => `id AS c${i}`)} FROM ${table} LIMIT 1`,
  },
  {
    name: '||',
    sizes: [35, 70, 140],
    sql: (n, table) => `SELECT count(id ${list(n, (i) => `|| 'a${i}'`, ' ')}) FROM ${table}`,
  },
  {
    name: 'concat()',
    sizes: TERMS,
    sql: (n, table) => `SELECT count(concat(id, ${list(n, key)})) FROM ${table}`,
  },
  {
    name: 'arrows',
    sizes: [500, 1_000, 2_000],
    sql: (n) => `SELECT count(*) FROM (SELECT '{}'::JSON AS j) WHERE ${list(n, (i) => `j->>'a${i}' = 'x'`, ' OR ')}`,
    sources: ['values'],
  },
  {
    name: 'VALUES',
    sizes: [1_000, 10_000, 40_000],
    sql: (n) => `SELECT count(*), max(b) FROM (VALUES ${list(n, (i) => `(${i}, ${key(i)})`)}) AS v(a, b)`,
    sources: ['values'],
  },
  {
    name: 'VALUES of one column',
    sizes: [1_000, 10_000, 60_000],
    sql: (n) => `SELECT count(*) FROM (VALUES ${list(n, (i) => `(${i})`)}) AS v(a)`,
    sources: ['values'],
  },
  {
    name: 'INSERT',
    sizes: [1_000, 10_000, 40_000],
    sql: (n) => `INSERT INTO t VALUES ${list(n, (i) => `(${key(i)}, 'ACTIVE')`)}`,
    sources: ['local'],
  },
  {
    name: 'DELETE',
    sizes: LISTS,
    sql: (n) => `DELETE FROM t WHERE id IN (${list(n, key)})`,
    sources: ['local'],
  },
].map((chain) => ({ sources: ALL, ...chain }));
