import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { calculateJwkThumbprint, exportJWK } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import { MACROS } from '../../../src/engine/macros.ts';
import type { Value } from '../../../src/values.ts';
import { ask, batches, firstValue, open, read, table, within } from './tables.ts';

const engine = createDuckDbEngine();
afterAll(() => engine.close());

describe('SQLite spellings', () => {
  const DOCUMENT = `'{"s":"x","n":12,"f":1.5,"t":true,"u":false,"z":null,"a":[1,"b"],"o":{"k":1},"d.t":3,"é":4}'`;

  test.each<[expression: string, value: Value]>([
    // https://sqlite.org/json1.html#jex: texts without quotes, numbers, 1 and 0 for booleans, NULL, and JSON texts.
    [`json_extract(${DOCUMENT}, '$.s')`, 'x'],
    [`json_extract(${DOCUMENT}, '$.n')`, '12'],
    [`json_extract(${DOCUMENT}, '$.f')`, '1.5'],
    [`json_extract(${DOCUMENT}, '$.t')`, '1'],
    [`json_extract(${DOCUMENT}, '$.u')`, '0'],
    [`json_extract(${DOCUMENT}, '$.z')`, null],
    [`json_extract(${DOCUMENT}, '$.none')`, null],
    [`json_extract(${DOCUMENT}, '$.a')`, '[1,"b"]'],
    [`json_extract(${DOCUMENT}, '$.a[1]')`, 'b'],
    [`json_extract(${DOCUMENT}, '$.a[#-1]')`, 'b'],
    [`json_extract(${DOCUMENT}, '$.o')`, '{"k":1}'],
    [`json_extract(${DOCUMENT}, '$.o.k')`, '1'],
    [`json_extract(${DOCUMENT}, '$."d.t"')`, '3'],
    [`json_extract(${DOCUMENT}, '$.é')`, '4'],
    [`JSON_EXTRACT ( ${DOCUMENT}::JSON , '$.s' )`, 'x'],
    [`json_extract(${DOCUMENT}, '$.' || 's')`, 'x'],
    [`json_extract(json_extract('{"a":{"b":"(,"}}', '$.a'), '$.b')`, '(,'],
    ["json_extract(NULL, '$.a')", null],
    // SQLite knows no such path: DuckDB's own, which gives JSON.
    ["json_extract('[1, [2]]', 1)", [2]],
    ["json_extract('[1, 2]', -1)::INT", 2],
    // What works because text and number are compared as numbers, and text and boolean as booleans.
    [`json_extract(${DOCUMENT}, '$.n') = 12`, true],
    [`json_extract(${DOCUMENT}, '$.t') = 1`, true],
    [`json_extract(${DOCUMENT}, '$.t') = true`, true],
    // Whatever is not that call remains DuckDB's.
    [`(${DOCUMENT}::JSON -> 's')::VARCHAR`, '"x"'],
    [`${DOCUMENT}::JSON ->> 's'`, 'x'],
    [`json_extract(${DOCUMENT}, ['$.s', '$.n'])::VARCHAR`, `["x", 12]`],
    [`json_extract(${DOCUMENT}, '$.a[*]')::VARCHAR`, `[1, "b"]`],
    [`typeof(system.main.json_extract(${DOCUMENT}, '$.s'))`, 'JSON'],
    [`'json_extract(x, y)'`, 'json_extract(x, y)'],
    // https://sqlite.org/lang_corefunc.html#iif
    ["iif(1 < 2, 'yes', 'no')", 'yes'],
    ["iif(NULL, 'yes', 'no')", 'no'],
    ["iif(1 > 2, 'yes')", null],
    // The examples of https://sqlite.org/lang_datefunc.html#examples, and what its text says.
    ["datetime(1092941466, 'unixepoch')", '2004-08-19 18:51:06'],
    ['datetime(1092941466)', null],
    ["datetime(1e15, 'unixepoch')", null],
    ["datetime('x', 'unixepoch')", null],
    ["datetime('2004-08-19 18:51:06', 'start of month', '+1 month', '-1 day')", '2004-08-31 00:00:00'],
    ["datetime('2004-08-19T18:51:06.789Z')", '2004-08-19 18:51:06'],
    ["datetime('2004-08-19T18:51:06+02:00')", '2004-08-19 16:51:06'],
    ["datetime('2004-08-19')", '2004-08-19 00:00:00'],
    ["datetime('2004-08-19 18:51')", '2004-08-19 18:51:00'],
    ['datetime(2453237.28549)', '2004-08-19 18:51:06'],
    ["datetime('2004-08-19', 'START OF YEAR')", '2004-01-01 00:00:00'],
    ["datetime('2004-08-19 18:51:06', 'start of day')", '2004-08-19 00:00:00'],
    ["datetime('2004-03-01', '-1.5 hours')", '2004-02-29 22:30:00'],
    ["datetime('2004-03-01', '10 minutes', '+5 seconds')", '2004-03-01 00:10:05'],
    ["datetime('2001-03-31', '+1 month')", '2001-05-01 00:00:00'],
    ["datetime('2004-02-29', '+1 year')", '2005-03-01 00:00:00'],
    ["datetime('today')", null],
    ["datetime('2004-03-01', 'a bit later')", null],
    ['datetime(NULL)', null],
    ["datetime('now') = strftime(now(), '%Y-%m-%d %H:%M:%S')", true],
    ["datetime('now', '-90 days') < datetime('now')", true],
    ['datetime() = datetime(now())', true],
    ["julianday('1776-07-04')", 2369915.5],
    ["julianday('2004-08-20') - julianday('2004-08-19 12:00')", 0.5],
    ["julianday('now') - julianday(now())", 0],
    ["unixepoch('2004-01-01 02:34:56')", 1072924496],
    ["unixepoch('1969-12-31 23:59:59.5')", -1],
    // https://sqlite.org/lang_aggfunc.html#sumunc
    ['total(n) FROM (SELECT 1 AS n WHERE false)', 0],
    ['total(n) FROM range(4) t(n)', 6],
    // RFC 7396, appendix A.
    [`json_patch('{"a":"b","c":1}', '{"a":null,"d":2}')`, { c: 1, d: 2 }],
    // These DuckDB has.
    ["ifnull(NULL, 'x')", 'x'],
    ["instr('abc', 'c')", 3],
    ["substr('abc', -2)", 'bc'],
    ["group_concat(x, ';') FROM (VALUES ('a'), ('b')) t(x)", 'a;b'],
    ["strftime('%Y', TIMESTAMP '2004-08-19')", '2004'],
    ["strftime(TIMESTAMP '2004-08-19', '%Y')", '2004'],
  ])('%s', async (expression, value) => {
    expect(await firstValue(engine, expression)).toEqual(value);
  });

  test('json_extract keeps its name in the result, and DuckDB its own for JSON', async () => {
    const loaded = { table: table(0, 'a.b.c', 'v JSON'), rows: [[{ a: { b: true } }]] };
    const text = "SELECT json_extract(v, '$.a.b'), v->'a', v.a.b, v['a'], json_extract(v, '$.a') AS a FROM a.b.c";
    const { columns, rows } = await ask(engine, text, loaded);
    expect(rows).toEqual([['1', { b: true }, true, { b: true }, '{"b":true}']]);
    expect(columns.map(({ type }) => type)).toEqual(['VARCHAR', 'JSON', 'JSON', 'JSON', 'VARCHAR']);
    expect(columns[0]?.name).toBe("json_extract(v, '$.a.b')");
  });
});

describe("StackQL's functions", () => {
  test.each<[expression: string, value: Value]>([
    ["split_part('a-b-c', '-', 1)", 'a'],
    ["split_part('a-b-c', '-', -1)", 'c'],
    ["split_part('a-b-c', '-', -3)", 'a'],
    ["split_part('a-b-c', '-', 4)", ''],
    ["split_part('a-b-c', '-', -4)", ''],
    ["split_part('a--b', '--', 2)", 'b'],
    ["split_part(NULL, '-', 1)", null],
    ["split_part('a-b', NULL, 1)", null],
    ["split_part('a-b', '-', NULL)", null],
    ["regexp_like('okta', '^o.t')", true],
    ["regexp_like('okta', '^k')", false],
    ["regexp_like('okta', 'k') = 1", true],
    ["regexp_substr('key 42 of 7', '[0-9]+')", '42'],
    ["regexp_substr('key', '[0-9]+')", null],
    [`json_equal('{"a":1,"b":[1,{"c":"é"}]}', ' {"b":[1.0,{"c":"\\u00e9"}],"a":1}')`, true],
    ["json_equal('[1,2]', '[2,1]')", false],
    [`json_equal('{"a":null}', '{}')`, false],
    [`json_equal('{"a":{}}', '{"a":[]}')`, false],
    [`json_equal('1', '"1"')`, false],
    ["json_equal(NULL, '1')", null],
    [`json_equal('{"a":1}', '{"a":1}') = 1`, true],
  ])('%s', async (expression, value) => {
    expect(await firstValue(engine, expression)).toEqual(value);
  });
});

describe('JWKs', () => {
  const RFC_7638_N =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';

  test.each<[expression: string, value: Value]>([
    // RFC 7638 §3.1.
    [`jwk_thumbprint('RSA', '${RFC_7638_N}', 'AQAB', NULL, NULL, NULL)`, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
    [
      `jwk_thumbprint('{"kid":"2011-04-29","alg":"RS256","e":"AQAB","n":"${RFC_7638_N}","kty":"RSA"}')`,
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    ],
    // RFC 8037, appendix A.3.
    [
      `jwk_thumbprint('{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'::JSON)`,
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    ],
    ["jwk_thumbprint('RSA', NULL, 'AQAB', NULL, NULL, NULL)", null],
    ["jwk_thumbprint('EC', NULL, NULL, 'P-256', 'x', NULL)", null],
    ["jwk_thumbprint('oct', NULL, NULL, NULL, NULL, NULL)", null],
    ['jwk_thumbprint(NULL)', null],
    [`jwk_bits('${RFC_7638_N}')`, 2048],
    ["jwk_bits('AQAB')", 17],
    ["jwk_bits('gA')", 8],
    ["jwk_bits('AAAB')", 1],
    ["jwk_bits('AA')", 0],
    ['jwk_bits(NULL)', null],
  ])('%s', async (expression, value) => {
    expect(await firstValue(engine, expression)).toBe(value);
  });

  test("random keys have jose's thumbprints, and the size they were made with", async () => {
    const pairs = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('rsa', { modulusLength: 3072 }),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ec', { namedCurve: 'P-521' }),
      generateKeyPairSync('ed25519'),
    ];
    const keys = await Promise.all(pairs.map(({ publicKey }) => exportJWK(publicKey)));
    const names = ['kty', 'n', 'e', 'crv', 'x', 'y'] as const;
    const rows = keys.map((key) => names.map((name): Value => key[name] ?? null));
    const columns = names.map((name) => `${name} VARCHAR`).join(', ');
    const text = 'SELECT jwk_thumbprint(kty, n, e, crv, x, y), jwk_bits(n) FROM a.b.keys';
    const result = await ask(engine, text, { table: table(0, 'a.b.keys', columns), rows });
    const thumbprints = await Promise.all(keys.map((key) => calculateJwkThumbprint(key)));
    expect(result.rows).toEqual(thumbprints.map((thumbprint, index) => [thumbprint, [2048, 3072][index] ?? null]));
  });

  test('a member that needs escaping is escaped', async () => {
    const digest = createHash('sha256').update(JSON.stringify({ e: 'A"B', kty: 'RSA', n: 'é\n' }));
    expect(await firstValue(engine, `jwk_thumbprint('RSA', 'é\n', 'A"B', NULL, NULL, NULL)`)).toBe(
      digest.digest('base64url'),
    );
  });
});

describe('macros', () => {
  test.each(MACROS.map(({ name }) => name))('%s is made only where it is called', async (name) => {
    const count = `SELECT count(*) FROM duckdb_functions() WHERE function_name = '${name}' AND schema_name = 'main' AND database_name = 'temp'`;
    expect((await ask(engine, count.replace(`'${name}'`, `'${name.slice(0, 2)}' || '${name.slice(2)}'`))).rows).toEqual(
      [[0]],
    );
    expect(Number((await ask(engine, count)).rows[0]?.[0])).toBeGreaterThan(0);
  });

  test('docs/sql.md names all that are for users', () => {
    const docs = readFileSync(new URL('../../../docs/sql.md', import.meta.url), 'utf8');
    const names = MACROS.map(({ name }) => name).filter((name) => !name.startsWith('oktaql_'));
    expect([...names, 'json_extract'].filter((name) => !docs.includes(`\`${name}(`))).toEqual([]);
  });

  test('in a condition for keys, in an expression, and in local statements', async () => {
    const statement = await open(engine, "SELECT iif(id = 'a', 1, 0) FROM a.b.c", [table(0, 'a.b.c')]);
    await within(statement, async () => {
      await statement.load(0, batches([['a', '{"x":true}']]));
      const conditions = ["json_extract(kid, '$.x') = 1", "iif(true, a.b.c.id, '') = 'a'"];
      expect(await statement.distinct({ ordinal: 0, columns: ['id'], conditions })).toEqual([['a']]);
      expect(await statement.evaluate([`json_extract('{"x":"y"}', '$.x')`, "split_part('a-b', '-', -1)"])).toEqual([
        { kind: 'literal', value: 'y' },
        { kind: 'literal', value: 'b' },
      ]);
      await statement.runLocal('CREATE TABLE made (a VARCHAR)');
      await statement.runLocal("INSERT INTO made VALUES (datetime('2004-08-19')), (regexp_substr('ab', 'b'))");
      await statement.runLocal("DELETE FROM made WHERE regexp_like(a, 'b')");
      expect((await read(statement)).rows).toEqual([[1]]);
    });
  });
});
