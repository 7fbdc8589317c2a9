import { afterAll, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { Value } from '../../../src/values.ts';
import { ask, table } from './tables.ts';

const engine = createDuckDbEngine();
afterAll(() => engine.close());

// The table above `Value` in src/values.ts.
test.each<[expression: string, type: string, value: Value]>([
  ["'x'", 'VARCHAR', 'x'],
  ['1::TINYINT', 'TINYINT', 1],
  ['1::USMALLINT', 'USMALLINT', 1],
  ['1', 'INTEGER', 1],
  ['9007199254740991', 'BIGINT', Number.MAX_SAFE_INTEGER],
  ['9007199254740992', 'BIGINT', 2n ** 53n],
  ['-9007199254740993', 'BIGINT', -(2n ** 53n) - 1n],
  ['18446744073709551615::UBIGINT', 'UBIGINT', 2n ** 64n - 1n],
  ['7::HUGEINT', 'HUGEINT', 7],
  ['170141183460469231731687303715884105727::HUGEINT', 'HUGEINT', 2n ** 127n - 1n],
  ['sum(1)', 'HUGEINT', 1],
  ['0.1::DOUBLE', 'DOUBLE', 0.1],
  ['0.5::FLOAT', 'FLOAT', 0.5],
  ["'NaN'::DOUBLE", 'DOUBLE', Number.NaN],
  ["'-Infinity'::DOUBLE", 'DOUBLE', Number.NEGATIVE_INFINITY],
  ['1.10::DECIMAL(4,2)', 'DECIMAL(4,2)', 1.1],
  ['100::DECIMAL(5,0)', 'DECIMAL(5,0)', 100],
  ['-0.50::DECIMAL(4,2)', 'DECIMAL(4,2)', -0.5],
  ['0::DECIMAL(4,2)', 'DECIMAL(4,2)', 0],
  ['0.1234567890123456789::DECIMAL(38,19)', 'DECIMAL(38,19)', '0.1234567890123456789'],
  ['12345678901234567890.5::DECIMAL(38,1)', 'DECIMAL(38,1)', '12345678901234567890.5'],
  ['true', 'BOOLEAN', true],
  ["'2026-11-23'::DATE", 'DATE', '2026-11-23'],
  ["'08:00:00.25'::TIME", 'TIME', '08:00:00.25'],
  ["'2026-11-23 08:00:00.25'::TIMESTAMP", 'TIMESTAMP', new Date('2026-11-23T08:00:00.250Z')],
  ["'2026-11-23 08:00:00+02'::TIMESTAMPTZ", 'TIMESTAMPTZ', new Date('2026-11-23T06:00:00Z')],
  // The millisecond that it lies in, before 1970 too.
  ["'1970-01-01 00:00:00.000999'::TIMESTAMP", 'TIMESTAMP', new Date(0)],
  ["'1969-12-31 23:59:59.999999'::TIMESTAMP", 'TIMESTAMP', new Date(-1)],
  ["'1969-12-31 23:59:59.999'::TIMESTAMP", 'TIMESTAMP', new Date(-1)],
  ["'infinity'::TIMESTAMP", 'TIMESTAMP', 'infinity'],
  ["'-infinity'::TIMESTAMPTZ", 'TIMESTAMPTZ', '-infinity'],
  ["INTERVAL '90 days'", 'INTERVAL', '90 days'],
  ["'8c1a2f6e-0d0b-4c4e-9b1a-3f2d1c0b9a87'::UUID", 'UUID', '8c1a2f6e-0d0b-4c4e-9b1a-3f2d1c0b9a87'],
  ["'\\x00\\xAB'::BLOB", 'BLOB', '00ab'],
  ["'a'::ENUM('a', 'b')", "ENUM('a', 'b')", 'a'],
  ['[1, NULL]', 'INTEGER[]', [1, null]],
  ['[]::VARCHAR[]', 'VARCHAR[]', []],
  ['[9007199254740993]', 'BIGINT[]', [9007199254740993n]],
  ['array_value(1, 2)', 'INTEGER[2]', [1, 2]],
  ["{'a': 1, 'b': [true]}", 'STRUCT("a" INTEGER, "b" BOOLEAN[])', { a: 1, b: [true] }],
  ["{'at': '2026-11-23 08:00:00'::TIMESTAMP}", 'STRUCT("at" TIMESTAMP)', { at: '2026-11-23T08:00:00.000Z' }],
  // DuckDB prints (1, a): the fields of a row that nobody named have an order.
  ["(1, 'a')", 'STRUCT("" INTEGER, "" VARCHAR)', [1, 'a']],
  ["[(1, 'a'), NULL]", 'STRUCT("" INTEGER, "" VARCHAR)[]', [[1, 'a'], null]],
  [
    "{'a': (1, [(NULL, 2)])}",
    'STRUCT("a" STRUCT("" INTEGER, "" STRUCT("" INTEGER, "" INTEGER)[]))',
    { a: [1, [[null, 2]]] },
  ],
  ["MAP {'k': (1, 2)}", 'MAP(VARCHAR, STRUCT("" INTEGER, "" INTEGER))', { k: [1, 2] }],
  [
    'array_value((1, 2), (3, 4))',
    'STRUCT("" INTEGER, "" INTEGER)[2]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['row(1)', 'STRUCT("" INTEGER)', [1]],
  // More digits than a double has.
  ['1e1000', 'DOUBLE', Number.POSITIVE_INFINITY],
  ['[-1e1000]', 'DOUBLE[]', [Number.NEGATIVE_INFINITY]],
  ['\'"value":Infinity}\' || 1e1000', 'VARCHAR', '"value":Infinity}inf'],
  ["MAP {'k': 1}", 'MAP(VARCHAR, INTEGER)', { k: 1 }],
  ["MAP {{'k': 1}: 2}", 'MAP(STRUCT("k" INTEGER), INTEGER)', { '{"k":1}': 2 }],
  ['\'{"a":[1]}\'::JSON', 'JSON', { a: [1] }],
  ["'null'::JSON", 'JSON', null],
  // DuckDB's JSON is wider than JSON.
  ['\'{"a":NaN}\'::JSON', 'JSON', '{"a":NaN}'],
  ['NULL', 'INTEGER', null],
  ['NULL::TIMESTAMPTZ', 'TIMESTAMPTZ', null],
  ['NULL::INTEGER[]', 'INTEGER[]', null],
])('%s is %s %o', async (expression, type, value) => {
  const { columns, rows } = await ask(engine, `SELECT ${expression} AS v`);
  expect(rows).toEqual([[value]]);
  expect(columns).toEqual([{ name: 'v', type }]);
});

test('columns keep their order and may share a name', async () => {
  const { columns, rows } = await ask(engine, 'SELECT 1 AS a, 2 AS b, 3 AS a');
  expect(columns.map(({ name }) => name)).toEqual(['a', 'b', 'a']);
  expect(rows).toEqual([[1, 2, 3]]);
});

test('a column of a chunk has all its rows of unnamed fields', async () => {
  const { rows } = await ask(engine, "SELECT (i, 'x' || i) FROM range(3000) t(i)");
  expect(rows).toHaveLength(3000);
  expect(rows.at(-1)).toEqual([[2999, 'x2999']]);
  const listed = await ask(engine, 'SELECT list((i, i % 2) ORDER BY i) FROM range(3) t(i)');
  expect(listed.rows).toEqual([
    [
      [
        [0, 0],
        [1, 1],
        [2, 0],
      ],
    ],
  ]);
});

// As plain DuckDB 1.5.6 prints them for tables of these names.
test.each<[expression: string, name: string]>([
  ['(SELECT count(*) FROM p.s.things)', '(SELECT count_star() FROM p.s.things)'],
  ['(SELECT count(*) FROM P.s.Things AS x)', '(SELECT count_star() FROM P.s.Things AS x)'],
  ['EXISTS (FROM p.s.things)', 'EXISTS(SELECT * FROM p.s.things)'],
  ["t.kid || 'x' || (SELECT max(id) FROM p.s.things)", "((t.kid || 'x') || (SELECT max(id) FROM p.s.things))"],
  ['1e1000 > (SELECT count(*) FROM p.s.things)', '(1e1000 > (SELECT count_star() FROM things))'],
])('the column of %s is called so', async (expression, name) => {
  const tables = [table(0, expression.includes('P.s') ? 'P.s.Things AS x' : 'p.s.things'), table(1, 'p.s.things AS t')];
  const loaded = tables.map((each) => ({ table: each, rows: [] }));
  const { columns } = await ask(engine, `SELECT ${expression} FROM p.s.things AS t`, ...loaded);
  expect(columns.map((column) => column.name)).toEqual([name]);
});

test('columns that are run alike are called as each is written, inside of other queries too', async () => {
  const things = { table: table(0, 'p.s.things'), rows: [['a', 'k']] };
  const text = "SELECT p.s.things.kid || 'x', s.things.kid || 'x', things.kid || 'x', kid FROM p.s.things";
  expect((await ask(engine, text, things)).columns.map(({ name }) => name)).toEqual([
    "(p.s.things.kid || 'x')",
    "(s.things.kid || 'x')",
    "(things.kid || 'x')",
    'kid',
  ]);
  const inner = await ask(
    engine,
    'SELECT * FROM (SELECT (SELECT max(kid) FROM p.s.things)) UNION ALL SELECT 1',
    things,
  );
  expect(inner.columns.map(({ name }) => name)).toEqual(['(SELECT max(kid) FROM p.s.things)']);
});

// As plain DuckDB 1.5.6 prints them. It does not read the last.
test.each<[call: string, name: string, value: Value]>([
  ['kid.upper()', 'kid.upper()', 'K'],
  ['things.kid.upper()', 'things.kid.upper()', 'K'],
  ["things.kid.nullif('a')", `things.kid."nullif"('a')`, 'k'],
  ["things.kid.upper().lower() || 'x'", "(lower(things.kid.upper()) || 'x')", 'kx'],
  ['p.s.things.kid.upper()', 'upper(p.s.things.kid)', 'K'],
])('the column of %s is called as it is written', async (call, name, value) => {
  const things = { table: table(0, 'p.s.things'), rows: [['a', 'k']] };
  const { columns, rows } = await ask(engine, `SELECT ${call} FROM p.s.things`, things);
  expect(columns.map((column) => column.name)).toEqual([name]);
  expect(rows).toEqual([[value]]);
});

test('times are UTC, whatever the machine says', async () => {
  const { rows } = await ask(engine, "SELECT strftime(to_timestamp(0), '%H:%M'), current_setting('TimeZone')");
  expect(rows).toEqual([['00:00', 'UTC']]);
});

test('JSON inside of a list is JSON too', async () => {
  expect((await ask(engine, "SELECT ['{}'::JSON, '[1]'::JSON]")).rows).toEqual([[[{}, [1]]]]);
});
