import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotSupportedError, SqlSyntaxError } from '../../../../src/errors.ts';
import { parseScript } from '../../../../src/sql/parse.ts';
import type { MetadataFilter, MetadataSubject, Statement } from '../../../../src/sql/statement.ts';
import { contextOf, openTestEngine, parseOne, type TestEngine } from '../context.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const parse = (sql: string): Promise<Statement> => parseOne(sql, contextOf(engine));

interface Case {
  readonly sql: string;
  readonly subject: MetadataSubject;
  readonly filter?: MetadataFilter;
}

const METHODS = { kind: 'methods', of: ['p', 's', 'r'], isExtended: false } as const;
const RESOURCE = { kind: 'resource', name: ['p', 's', 'r'], isExtended: false } as const;
const INSERT = { kind: 'insert', target: ['p', 's', 'r'], onlyRequired: false } as const;

const CASES: readonly Case[] = [
  { sql: 'SHOW PROVIDERS', subject: { kind: 'providers', isExtended: false } },
  { sql: 'show Extended providers', subject: { kind: 'providers', isExtended: true } },
  { sql: 'show version', subject: { kind: 'version', isExtended: false } },
  { sql: 'SHOW EXTENDED VERSION', subject: { kind: 'version', isExtended: true } },
  { sql: 'show extended insert into p.s.r', subject: INSERT },
  { sql: 'SHOW INSERT EXTENDED INTO p.s.r', subject: INSERT },
  { sql: 'SHOW SERVICES IN p', subject: { kind: 'services', of: ['p'], isExtended: false } },
  { sql: 'show extended services from p', subject: { kind: 'services', of: ['p'], isExtended: true } },
  { sql: 'show resources in p.s', subject: { kind: 'resources', of: ['p', 's'], isExtended: false } },
  {
    sql: 'show resources in "p"."s.t" -- comment',
    subject: { kind: 'resources', of: ['p', 's.t'], isExtended: false },
  },
  { sql: 'show methods in p.s.r', subject: METHODS },
  { sql: 'show methods /* of */ in p . s . r', subject: METHODS },
  { sql: 'show extended methods from p.s.r', subject: { ...METHODS, isExtended: true } },
  { sql: "show methods in p.s.r like 'it''s%'", subject: METHODS, filter: { kind: 'like', pattern: "it's%" } },
  {
    sql: "show methods in p.s.r WHERE SQLVerb = 'EXEC' -- verb\n or (length(MethodName) > 3)",
    subject: METHODS,
    filter: { kind: 'where', condition: "SQLVerb = 'EXEC'        \n or (length(MethodName) > 3)" },
  },
  { sql: 'show methods in p.s.r where "where"', subject: METHODS, filter: { kind: 'where', condition: '"where"' } },
  {
    sql: 'show methods in p.s.r where extract(year from now()) = "limit"',
    subject: METHODS,
    filter: { kind: 'where', condition: 'extract(year from now()) = "limit"' },
  },
  {
    sql: "show methods in p.s.r where MethodName not in ('a') and 'x' ^@ MethodName",
    subject: METHODS,
    filter: { kind: 'where', condition: "MethodName not in ('a') and 'x' ^@ MethodName" },
  },
  {
    sql: "show resources in p like '%r%'",
    subject: { kind: 'resources', of: ['p'], isExtended: false },
    filter: { kind: 'like', pattern: '%r%' },
  },
  { sql: 'SHOW TABLES', subject: { kind: 'tables' } },
  { sql: "show tables like 'a%'", subject: { kind: 'tables' }, filter: { kind: 'like', pattern: 'a%' } },
  { sql: 'show columns from p.s.r', subject: { kind: 'columns', of: ['p', 's', 'r'] } },
  {
    sql: 'show columns in t where name > 1',
    subject: { kind: 'columns', of: ['t'] },
    filter: { kind: 'where', condition: 'name > 1' },
  },
  { sql: 'describe t', subject: { kind: 'columns', of: ['t'] } },
  { sql: 'DESCRIBE p.s.r', subject: RESOURCE },
  { sql: 'desc p.s.r', subject: RESOURCE },
  { sql: 'desc extended p.s."r"', subject: { ...RESOURCE, isExtended: true } },
  { sql: 'describe method p.s.r.m', subject: { kind: 'method', name: ['p', 's', 'r', 'm'], isExtended: false } },
  { sql: 'desc method extended p.s.r.m', subject: { kind: 'method', name: ['p', 's', 'r', 'm'], isExtended: true } },
  { sql: 'describe "method".s.r', subject: { ...RESOURCE, name: ['method', 's', 'r'] } },
  { sql: 'SHOW INSERT INTO p.s.r', subject: INSERT },
  { sql: 'show /*+ REQUIRED */ insert into p.s.r', subject: { ...INSERT, onlyRequired: true } },
  { sql: 'show insert /*+ required */ into p.s.r', subject: { ...INSERT, onlyRequired: true } },
  { sql: 'show /*+ OTHER */ insert into p.s.r (a, "b c")', subject: { ...INSERT, columns: ['a', 'b c'] } },
  { sql: 'REGISTRY LIST', subject: { kind: 'registry' } },
  { sql: 'registry list p', subject: { kind: 'registry', provider: 'p' } },
  { sql: 'show transaction isolation level', subject: { kind: 'isolation-level' } },
];

test.each(CASES)('$sql', async ({ sql, subject, filter }) => {
  expect(await parse(sql)).toEqual({ kind: 'metadata', subject, ...(filter !== undefined && { filter }) });
});

test('they end the statement before them', async () => {
  const script = 'select 1 -- one;\nshow providers -- two;\ndescribe p.s.r -- three;\nregistry list';
  const parsed = await Promise.all(parseScript(script).map((statement) => statement.parse(contextOf(engine))));
  expect(parsed.map(({ kind }) => kind)).toEqual(['select', 'metadata', 'metadata', 'metadata']);
});

describe('syntax errors', () => {
  test.each([
    { sql: 'SHOW', at: 5, says: 'SHOW takes PROVIDERS' },
    { sql: 'SHOW EXTENDED TABLES', at: 15, says: 'SHOW takes' },
    { sql: 'SHOW COLUMNS', at: 13, says: 'IN is expected' },
    { sql: 'SHOW COLUMNS IN', at: 16, says: 'a name is expected' },
    { sql: 'SHOW "PROVIDERS"', at: 6, says: 'SHOW takes' },
    { sql: 'SHOW SERVICES p', at: 15, says: 'IN is expected' },
    { sql: 'SHOW SERVICES IN', at: 17, says: 'provider is expected' },
    { sql: "SHOW SERVICES IN 'p'", at: 18, says: 'provider is expected' },
    { sql: 'SHOW SERVICES IN p.s', at: 19, says: 'LIKE or WHERE is expected' },
    { sql: 'SHOW RESOURCES IN p.', at: 21, says: 'provider.service is expected' },
    { sql: 'SHOW METHODS IN s', at: 18, says: 'provider.service.resource is expected' },
    { sql: 'SHOW METHODS IN p.s.', at: 21, says: 'provider.service.resource is expected' },
    { sql: 'SHOW METHODS IN p.s.r LIKE x', at: 28, says: 'a pattern' },
    { sql: "SHOW METHODS IN p.s.r LIKE 'x' ESCAPE 'y'", at: 32, says: 'all that follows LIKE' },
    { sql: 'SHOW METHODS IN p.s.r ORDER BY a', at: 23, says: 'LIKE or WHERE' },
    { sql: 'SHOW METHODS IN p.s.r WHERE', at: 28, says: 'ends too early' },
    { sql: 'SHOW METHODS IN p.s.r WHERE a =', at: 32, says: 'ends too early' },
    { sql: 'SHOW METHODS IN p.s.r WHERE a = = 1', at: 33, says: '“=”' },
    { sql: 'SHOW METHODS IN p.s.r WHERE a = 1)', at: 34, says: '“)”' },
    { sql: 'SHOW METHODS IN p.s.r WHERE a = 1 b', at: 35, says: '“b”' },
    { sql: 'SHOW METHODS IN p.s.r WHERE a = 1 ORDER BY b', at: 35, says: 'a condition is all' },
    { sql: 'SHOW METHODS IN p.s.r WHERE a = 1 UNION VALUES (1)', at: 35, says: 'a condition is all' },
    { sql: 'SHOW METHODS IN p.s.r WHERE {{ x }}', at: 29, says: 'not expected' },
    { sql: 'DESCRIBE', at: 9, says: 'provider.service.resource is expected' },
    { sql: 'DESCRIBE METHOD s.r', at: 20, says: 'provider.service.resource.method is expected' },
    { sql: 'SHOW INSERT p.s.r', at: 13, says: 'INTO is expected' },
    { sql: 'SHOW INSERT INTO p.s.r ()', at: 25, says: 'a column is expected' },
    { sql: 'SHOW INSERT INTO p.s.r (a', at: 26, says: ') is expected' },
    { sql: 'SHOW INSERT INTO p.s.r (a) b', at: 28, says: 'complete without it' },
    { sql: 'REGISTRY', at: 9, says: 'LIST is expected' },
    { sql: 'REGISTRY LIST p v1', at: 17, says: 'complete without it' },
    { sql: 'SHOW TRANSACTION LEVEL', at: 18, says: 'ISOLATION is expected' },
  ])('$sql', async ({ sql, at, says }) => {
    const parsing = parse(sql);
    await expect(parsing).rejects.toThrow(SqlSyntaxError);
    await expect(parsing).rejects.toThrow(says);
    await expect(parsing).rejects.toMatchObject({
      position: { offset: at - 1, line: 1, column: at },
      excerpt: `${sql}\n${' '.repeat(at - 1)}^`,
    });
  });

  test('in a condition on a later line', async () => {
    await expect(parse("show methods in p.s.r\nwhere a = '1'\n  and )")).rejects.toMatchObject({
      position: { line: 3, column: 7 },
      excerpt: '  and )\n      ^',
    });
  });
});

test.each([
  { sql: 'REGISTRY PULL okta', hint: '--registry' },
  { sql: 'SHOW AUTH okta', hint: '' },
  { sql: 'SHOW PROVIDERS WHERE name IN (SELECT label FROM okta.apps.applications)', hint: 'columns of this answer' },
])('$sql is not supported', async ({ sql, hint }) => {
  const parsing = parse(sql);
  await expect(parsing).rejects.toThrow(NotSupportedError);
  if (hint !== '') await expect(parsing).rejects.toMatchObject({ hint: expect.stringContaining(hint) });
});
