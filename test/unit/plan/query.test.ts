import { describe, expect, test } from 'vitest';
import { BindError, PlanError } from '../../../src/errors.ts';
import { DEFAULT_SETTINGS } from '../../../src/plan/draft.ts';
import type { PlannedRef, Scan } from '../../../src/plan/plan.ts';
import type { Literal } from '../../../src/sql/statement.ts';
import { errorOf, refsOf as refsWith } from './fixture.ts';

/** Without copies and filters, which have tests of their own below. */
const PLAIN = { ...DEFAULT_SETTINGS, embedded: false, pushdown: false };

const refsOf = (sql: string, defaults: Readonly<Record<string, Literal>> = {}): Promise<readonly PlannedRef[]> =>
  refsWith(sql, { defaults, settings: PLAIN });

function showScan(scan: Scan | undefined): string {
  if (scan === undefined) return 'nothing';
  const { method, bound, defaults, parent, isEmbedded, variants } = scan;
  const given = Object.entries(defaults).map(([name, value]) => ` ${name}:${value}`);
  const from = parent === undefined ? '' : ` ${Object.keys(parent.supplies).join('+')}<-(${showScan(parent.scan)})`;
  const asks = variants.flatMap((variant) => Object.entries(variant).map(([name, value]) => ` ${name}=[${value}]`));
  return `${isEmbedded ? 'copies' : method.name}(${bound.join(',')})${given.join('')}${asks.join('')}${from}`;
}

function showRef({ alias, name, scan, dependencies }: PlannedRef): string {
  const fed = dependencies.map(
    ({ on, pairs }) => ` <- ${on}(${pairs.map(({ column, sourceColumn }) => `${column}=${sourceColumn}`).join(',')})`,
  );
  return `${alias ?? name.at(-1)}: ${showScan(scan)}${fed.join('')}`;
}

interface Case {
  /** After `select * from okta.apps.jwks`, or a whole statement. */
  readonly sql: string;
  readonly scans: readonly string[];
  readonly defaults?: Readonly<Record<string, Literal>>;
  readonly why?: string;
}

const ACME = { subdomain: 'acme' };
const PARENT = 'appId<-(list_applications';

const ONE_TABLE: readonly Case[] = [
  { sql: "where subdomain = 's' and appId = 'a'", scans: ['jwks: list_jwk(subdomain,appId)'] },
  { sql: "where subdomain = 's' and appId = 'a' and keyId = 'k'", scans: ['jwks: get_jwk(subdomain,appId,keyId)'] },
  {
    sql: "where subdomain = 's' and appId = 'a' and id = 'k'",
    scans: ['jwks: get_jwk(subdomain,appId,keyId)'],
    why: 'id is keyId',
  },
  {
    sql: "where SUBDOMAIN = 's' and \"APPID\" = 'a' and ID in ('k', 'l')",
    scans: ['jwks: get_jwk(subdomain,appId,keyId)'],
  },
  { sql: "where subdomain in ('s', 't') and appId in ('a', 'b')", scans: ['jwks: list_jwk(subdomain,appId)'] },
  {
    sql: "where subdomain = 's' and appId = 'a' and kid = 'k'",
    scans: ['jwks: list_jwk(subdomain,appId)'],
    why: 'kid is not the id',
  },
  {
    sql: "where subdomain = 's' and appId = 'a' or keyId = 'k'",
    defaults: ACME,
    scans: [`jwks: list_jwk() subdomain:acme ${PARENT}() subdomain:acme)`],
  },
  { sql: "where subdomain = 's'", scans: [`jwks: list_jwk(subdomain) ${PARENT}(subdomain))`] },
  {
    sql: "where subdomain = 's' and keyId = 'k'",
    scans: [`jwks: list_jwk(subdomain) ${PARENT}(subdomain))`],
    why: 'as many requests, and finds the same',
  },
  { sql: '', defaults: ACME, scans: [`jwks: list_jwk() subdomain:acme ${PARENT}() subdomain:acme)`] },
  { sql: "where appId = 'a'", defaults: ACME, scans: ['jwks: list_jwk(appId) subdomain:acme'] },
  {
    sql: "where subdomain = 's' and appId = 'a'",
    defaults: ACME,
    scans: ['jwks: list_jwk(subdomain,appId)'],
    why: 'the statement wins',
  },
  { sql: "where subdomain = 's' and appId <> 'a'", scans: [`jwks: list_jwk(subdomain) ${PARENT}(subdomain))`] },
  { sql: "where subdomain = 's' and appId = 'a' and appId = 'b'", scans: ['jwks: nothing'], why: 'contradictory' },
  { sql: "where subdomain = 's' and appId = null", scans: ['jwks: nothing'] },
  { sql: "where subdomain = 's' and 1 = 0", scans: ['jwks: nothing'] },
  { sql: "j where j.subdomain = 's' and j.appId = 'a'", scans: ['j: list_jwk(subdomain,appId)'] },
  { sql: "where okta.apps.jwks.subdomain = 's' and apps.jwks.appId = 'a'", scans: ['jwks: list_jwk(subdomain,appId)'] },
];

test.each(ONE_TABLE)('jwks $sql', async ({ sql, scans, defaults, why }) => {
  expect((await refsOf(`select * from okta.apps.jwks ${sql}`, defaults)).map(showRef), why).toEqual(scans);
});

const J = 'okta.apps.jwks';
const A = 'okta.apps.applications';
const LIST_A = 'a: list_applications() subdomain:acme';

const SEVERAL: readonly Case[] = [
  { sql: `select * from ${A}`, defaults: ACME, scans: ['applications: list_applications() subdomain:acme'] },
  {
    sql: `select * from ${A} where id = 'x'`,
    defaults: ACME,
    scans: ['applications: get_application(appId) subdomain:acme'],
  },
  {
    sql: `select * from ${A} where appId = 'x' and q = 'y'`,
    defaults: ACME,
    scans: ['applications: list_applications(q) subdomain:acme'],
    why: 'only this one knows q: rows of the other would have none',
  },
  {
    sql: `select * from ${A} where q = 'y'`,
    defaults: ACME,
    scans: ['applications: list_applications(q) subdomain:acme'],
  },
  {
    sql: `select * from ${A} a join ${J} j on j.appId = a.id`,
    defaults: ACME,
    scans: [LIST_A, 'j: list_jwk(appId) subdomain:acme <- 0(appid=id)'],
  },
  {
    sql: `select * from ${J} j join ${A} a on a.id = j.appId`,
    defaults: ACME,
    scans: ['j: list_jwk(appId) subdomain:acme <- 1(appid=id)', LIST_A],
    why: 'whichever comes first in the text',
  },
  {
    sql: `select * from ${A} a, ${J} j where j.appId = a.appId`,
    defaults: ACME,
    scans: [LIST_A, 'j: list_jwk(appId) subdomain:acme <- 0(appid=id)'],
    why: 'appId of an application is its id',
  },
  {
    sql: `select * from ${A} a left join ${J} j on j.appId = a.id`,
    defaults: ACME,
    scans: [LIST_A, 'j: list_jwk(appId) subdomain:acme <- 0(appid=id)'],
  },
  {
    sql: `select * from ${A} a right join ${J} j on j.appId = a.id`,
    defaults: ACME,
    scans: [LIST_A, `j: list_jwk() subdomain:acme ${PARENT}() subdomain:acme)`],
    why: 'the ON of a RIGHT JOIN does not restrict its right side',
  },
  {
    sql: `select * from ${A} a full join ${J} j on j.appId = a.id`,
    defaults: ACME,
    scans: [LIST_A, `j: list_jwk() subdomain:acme ${PARENT}() subdomain:acme)`],
  },
  {
    sql: `select * from ${J} j right join ${A} a on j.appId = a.id`,
    defaults: ACME,
    scans: ['j: list_jwk(appId) subdomain:acme <- 1(appid=id)', LIST_A],
  },
  {
    sql: `select * from ${A} a join ${J} j using (appId)`,
    defaults: ACME,
    scans: [LIST_A, 'j: list_jwk(appId) subdomain:acme <- 0(appid=id)'],
  },
  {
    sql: `select * from ${J} j join ${A} a using (appId)`,
    defaults: ACME,
    scans: ['j: list_jwk(appId) subdomain:acme <- 1(appid=id)', LIST_A],
  },
  {
    sql: `select * from ${A} a join ${J} j using (appId, subdomain) where subdomain = 's' and appId = 'x'`,
    scans: ['a: get_application(subdomain,appId)', 'j: list_jwk(appId,subdomain)'],
    why: 'constants go through USING',
  },
  {
    sql: `select * from ${J} j join ${A} a on j.subdomain = a.subdomain and j.appId = a.id where a.subdomain = 's'`,
    scans: ['j: list_jwk(subdomain,appId) <- 1(appid=id)', 'a: list_applications(subdomain)'],
  },
  {
    sql: `select * from ${J} j join ${A} a on a.subdomain = j.subdomain where j.subdomain = 's' and j.appId = 'x'`,
    scans: ['j: list_jwk(subdomain,appId)', 'a: list_applications(subdomain)'],
    why: 'in the other direction too',
  },
  {
    sql: `select * from ${A} a left join ${J} j on j.appId = a.id and a.id = 'x'`,
    defaults: ACME,
    scans: [LIST_A, 'j: list_jwk(appId) subdomain:acme <- 0(appid=id)'],
    why: 'an ON does not restrict the preserved side',
  },
  {
    sql: `select * from ${A} a left join ${J} j on j.appId = a.id where j.appId = 'x'`,
    defaults: ACME,
    scans: [LIST_A, 'j: list_jwk(appId) subdomain:acme'],
    why: 'the WHERE removes what the join has filled up; that it makes the join an inner one is not seen',
  },
  {
    sql: `select * from ${J} x join ${J} y on y.appId = x.appId and y.keyId = x.id where x.appId = 'a'`,
    defaults: ACME,
    scans: ['x: list_jwk(appId) subdomain:acme', 'y: list_jwk(appId) subdomain:acme'],
    why: 'a self-join: each reference is a scan',
  },
  {
    sql: `select * from ${A} a where exists (select 1 from ${J} j where j.appId = a.id)`,
    defaults: ACME,
    scans: [LIST_A, 'j: list_jwk(appId) subdomain:acme <- 0(appid=id)'],
    why: 'what is outside feeds what is inside',
  },
  {
    sql: `select * from ${A} a where id in (select appId from ${J} where appId = 'x')`,
    defaults: ACME,
    scans: ['a: get_application(appId) subdomain:acme', 'jwks: list_jwk(appId) subdomain:acme'],
    why: 'the inner appId is that of jwks, and has one value',
  },
  {
    sql: `with x as (select * from ${A}) select * from x left join ${J} j using (appId) where appId = 'x'`,
    defaults: ACME,
    scans: ['applications: get_application(appId) subdomain:acme', 'j: list_jwk(appId) subdomain:acme'],
    why: 'the condition goes into the CTE, and through USING',
  },
  {
    sql: `select * from ${A} a left join ${J} j using (appId) left join ${J} k using (appId)`,
    defaults: ACME,
    scans: [
      LIST_A,
      'j: list_jwk(appId) subdomain:acme <- 0(appid=id)',
      'k: list_jwk(appId) subdomain:acme <- 0(appid=id)',
    ],
    why: 'k is joined to what a has, not to what j has found',
  },
  {
    sql: `with x as (select 'n' as name) select * from x left join ${A} a using (name) join ${J} k on k.appId = name`,
    defaults: ACME,
    scans: [LIST_A, `k: list_jwk() subdomain:acme ${PARENT}() subdomain:acme)`],
    why: 'name is that of x, of which a may lack some',
  },
  {
    sql: `select * from ${J} x, ${A} a join ${J} y using (appId)`,
    defaults: ACME,
    scans: [
      `x: list_jwk() subdomain:acme ${PARENT}() subdomain:acme)`,
      LIST_A,
      'y: list_jwk(appId) subdomain:acme <- 1(appid=id)',
    ],
    why: 'what stands before the comma takes no part in the join',
  },
  {
    sql: `select * from ${A} x, ${A} a join ${J} y using (appId) where appId = 'v'`,
    defaults: ACME,
    scans: [
      LIST_A.replace('a:', 'x:'),
      'a: get_application(appId) subdomain:acme',
      'y: list_jwk(appId) subdomain:acme',
    ],
    why: 'appId is that of the join, not that of x',
  },
  {
    sql: `select * from ${A} a full join ${J} y using (appId), ${A} x where appId = 'v'`,
    defaults: ACME,
    scans: [LIST_A, `y: list_jwk() subdomain:acme ${PARENT}() subdomain:acme)`, LIST_A.replace('a:', 'x:')],
    why: 'appId is that of the join, which may be of either side',
  },
  {
    sql: `select * from ${J} where appId = 'x' union select * from ${J} where appId = 'y'`,
    defaults: ACME,
    scans: ['jwks: list_jwk(appId) subdomain:acme', 'jwks: list_jwk(appId) subdomain:acme'],
  },
  { sql: 'select 1', scans: [] },
  { sql: 'select * from x', scans: [], why: 'names of one part are the engine’s' },
];

test.each(SEVERAL)('$sql', async ({ sql, scans, defaults, why }) => {
  expect((await refsOf(sql, defaults)).map(showRef), why).toEqual(scans);
});

test('quals of a reference, by canonical name; id = 5 is true of other ids than that, too', async () => {
  const [ref] = await refsOf(
    `select * from ${J} where subdomain = 's' and appId in ('a', 5) and keyId = '5' and id = 5 and status = null`,
  );
  expect(ref?.request.quals).toEqual([
    { kind: 'in', column: 'subdomain', values: ['s'] },
    { kind: 'in', column: 'appid', values: ['a', '5'] },
    { kind: 'in', column: 'id', values: ['5'] },
    { kind: 'in', column: 'status', values: [null] },
  ]);
});

describe('a scan fed by its declared parent asks only where children can be', () => {
  const OIDC = { kind: 'in', column: 'signonmode', values: ['OPENID_CONNECT'] };
  const HAS_KEYS = { kind: 'null', column: 'settings', path: ['oauthClient', 'jwks', 'keys'], isNull: false };
  const refs = (sql: string, embedded: boolean): Promise<readonly PlannedRef[]> =>
    refsWith(sql, { defaults: ACME, settings: { ...PLAIN, embedded } });

  test.each([
    { embedded: false, where: [OIDC] },
    { embedded: true, where: [OIDC, HAS_KEYS], why: 'copies tell which apps have keys' },
  ])('copies may be read: $embedded', async ({ embedded, where, why }) => {
    const [, joined] = await refs(`select * from ${A} a join ${J} j on j.appId = a.id`, embedded);
    expect(joined?.dependencies[0]?.where, why).toEqual(where);
    const [alone] = await refs(`select * from ${J}`, embedded);
    expect(alone?.scan?.parent?.where, why).toEqual(where);
  });

  test('the name of an application is not its id', async () => {
    const [, other] = await refs(`select * from ${A} a join ${J} j on j.appId = a.name`, true);
    expect(other?.dependencies[0]?.where).toEqual([]);
  });

  test('the source stores what its rows are to feed', async () => {
    const [source] = await refs(`select a.label, j.created from ${A} a join ${J} j on j.appId = a.id`, true);
    expect(source?.stored.toSorted()).toEqual(['id', 'label', 'settings', 'signOnMode']);
  });
});

describe('columns of a reference', () => {
  const hidden = ['limit', 'q', 'filter', 'after', 'expand'];
  const columns = async (sql: string): Promise<readonly string[]> =>
    (await refsOf(sql, ACME))[0]?.columns.map(({ name }) => name) ?? [];

  test.each([
    { sql: `select * from ${A}`, shows: [] },
    { sql: `select q from ${A}`, shows: ['q'] },
    { sql: `select a.Q from ${A} a where "limit" = 5`, shows: ['q', 'limit'] },
    { sql: `select * from ${A} a where exists (select 1 where a.filter is null)`, shows: ['filter'] },
    { sql: `select b.q from ${A} a, ${J} b`, shows: [], why: 'of another table' },
    { sql: `select * from ${A} a join ${A} b using (q) where a.q = 'x'`, shows: ['q'] },
  ])('$sql shows $shows', async ({ sql, shows, why }) => {
    const found = (await columns(sql)).filter((name) => hidden.includes(name));
    expect(found.toSorted(), why).toEqual(shows.toSorted());
    expect(await columns(sql)).toEqual(expect.arrayContaining(['id', 'appId', 'subdomain']));
  });
});

describe('a condition on what only requests know is bound, or an error', () => {
  const U = 'okta.users.users';
  test.each([
    `select * from ${A} a where not exists (select 1 where a.filter = 'x')`,
    `select * from ${A} a join ${A} b using (q)`,
    `select * from ${A} where q > 'a'`,
    `select * from ${A} where not q = 'a'`,
    `select * from ${A} where q is not distinct from 'a'`,
    `select * from ${A} where case when q = 'a' then true end`,
    `select * from ${A} where q in ('a', label)`,
    `select * from ${A} where (q = 'a') is true or id = 'x'`,
    `select * from ${A} a left join ${U} u on a.q = 'x'`,
    `select * from (select id, upper(q) as q from ${A}) d join ${U} u on u.q = d.q`,
    `select * from (select q from ${A} union all select q from ${A} limit 5) d where d.q = 'a'`,
    `select * from ${A} where "includeNonDeleted" = 2`,
    `select * from ${A} where q = (select max(label) from ${A})`,
  ])('%s', async (sql) => {
    expect(await errorOf(sql, ACME)).toMatchObject({
      code: 'NOT_SUPPORTED',
      hint: expect.stringMatching(/Write|UNION/),
    });
  });

  test.each([
    {
      sql: `select * from ${A} a where exists (select 1 where a.q = 'x')`,
      scans: ['a: list_applications(q) subdomain:acme'],
    },
    {
      sql: `select * from ${A} where q = 'a' and q > 'A' and lower(q) = 'a'`,
      scans: ['applications: list_applications(q) subdomain:acme'],
    },
    {
      sql: `select * from (select q from ${A} union all select q from ${A}) d where d.q = 'a'`,
      scans: Array(2).fill('applications: list_applications(q) subdomain:acme'),
    },
    {
      sql: `select q from ${A} where q is null group by q having q is null`,
      scans: ['applications: list_applications() subdomain:acme'],
    },
    {
      sql: `select * from ${A} where list_filter([1], x -> x > 0) is not null`,
      scans: ['applications: list_applications() subdomain:acme'],
    },
  ])('$sql', async ({ sql, scans }) => {
    expect((await refsOf(sql, ACME)).map(showRef)).toEqual(scans);
  });
});

describe('names', () => {
  test.each([
    { sql: `select appId from ${A} a, ${J} j where appId = 'x'`, says: 'a.appId or j.appId' },
    { sql: `select * from ${J} x, ${J} y where status = 'ACTIVE'`, says: 'x.status or y.status' },
    { sql: `select * from ${A} a join ${J} j on status = 'ACTIVE'`, says: 'a.status or j.status' },
  ])('$sql is ambiguous', async ({ sql, says }) => {
    const error = await errorOf(sql, ACME);
    expect(error).toBeInstanceOf(BindError);
    expect(error).toMatchObject({ code: 'BINDING', hint: expect.stringContaining(says) });
  });

  test.each([
    `select * from ${A} a join ${J} j using (appId) where appId = 'x'`,
    `select * from ${A} a full join ${J} j using (appId) where appId = 'x'`,
    `select * from ${A} natural join ${J} where appId = 'x' and status = 'ACTIVE'`,
    `select * from ${A} a where exists (select 1 from ${J} j where status = 'ACTIVE' and j.appId = 'x')`,
  ])('%s is not ambiguous', async (sql) => {
    expect(await refsOf(sql, ACME)).toHaveLength(2);
  });

  test.each([
    { sql: 'select * from okta.apps.jwk', code: 'UNKNOWN_RESOURCE' },
    { sql: 'select * from okta.ap.jwks', code: 'UNKNOWN_SERVICE' },
    { sql: 'select * from ok.apps.jwks', code: 'UNKNOWN_PROVIDER' },
    {
      sql: `select (select 1 from okta.apps.jwk) from ${J}`,
      code: 'UNKNOWN_RESOURCE',
      why: 'before a missing parameter',
    },
    { sql: 'select * from apps.jwk', code: 'UNKNOWN_RESOURCE' },
  ])('$sql is unknown', async ({ sql, code, why }) => {
    expect((await errorOf(sql)).code, why).toBe(code);
  });
});

describe('a missing parameter', () => {
  test.each([
    {
      sql: `select * from ${J}`,
      missing: { get_jwk: ['appId', 'keyId', 'subdomain'], list_jwk: ['appId', 'subdomain'] },
    },
    {
      sql: `select * from ${J} where appId = 'x'`,
      missing: { get_jwk: ['keyId', 'subdomain'], list_jwk: ['subdomain'] },
    },
    {
      sql: `select * from ${J} where subdomain like 'x%'`,
      missing: { get_jwk: ['appId', 'keyId', 'subdomain'], list_jwk: ['appId', 'subdomain'] },
    },
    {
      sql: `select * from ${A}`,
      missing: { get_application: ['appId', 'subdomain'], list_applications: ['subdomain'] },
    },
    {
      sql: `select * from ${A} a left join ${J} j on a.subdomain = 'x'`,
      missing: { get_application: ['appId', 'subdomain'], list_applications: ['subdomain'] },
    },
  ])('of $sql is named, and the hint plans', async ({ sql, missing }) => {
    const error = await errorOf(sql);
    expect(error).toBeInstanceOf(PlanError);
    expect(error).toMatchObject({ code: 'NO_METHOD', missing });
    for (const [method, names] of Object.entries(missing)) {
      expect(error.message).toContain(`${method} needs ${names.join(', ')}`);
    }
    const example = error.hint?.replace('Write, for example: ', '').replaceAll('…', 'x') ?? '';
    expect(await refsOf(example)).toHaveLength(1);
  });
});
