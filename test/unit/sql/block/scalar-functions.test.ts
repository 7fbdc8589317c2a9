import { afterAll, beforeAll, expect, test } from 'vitest';
import { isScalarFunction, scalarFunctions } from '../../../../src/sql/block/scalar-functions.ts';
import { type Judge, openJudge } from '../expressions.ts';

let judge: Judge;
beforeAll(async () => {
  judge = await openJudge([]);
});
afterAll(() => judge.close());

/** Macros that the engine brings along. */
const OURS = [
  'iif',
  'datetime',
  'julianday',
  'json_equal',
  'regexp_like',
  'regexp_substr',
  'jwk_thumbprint',
  'jwk_bits',
];

/** Spellings of the grammar, which DuckDB's list of functions does not hold. */
const GRAMMAR = [
  'coalesce',
  'ifnull',
  'nullif',
  'if',
  'extract',
  'current_date',
  'current_timestamp',
  '^@',
  '!',
  '!~~',
  '!~~*',
  '~',
  '->>',
];

const kindsOf = async (condition: string): Promise<ReadonlySet<string>> => {
  const rows = await judge.ask(`select distinct function_name from duckdb_functions() where ${condition}`);
  return new Set((rows ?? []).map((row) => (JSON.parse(row) as readonly string[])[0] ?? ''));
};

test('DuckDB knows the listed functions, and none of them as an aggregate or as changing from call to call', async () => {
  const scalar = await kindsOf("function_type in ('scalar', 'macro') and coalesce(stability, '') <> 'VOLATILE'");
  const others = await kindsOf("function_type = 'aggregate' or stability = 'VOLATILE'");
  const names = scalarFunctions().filter((name) => !OURS.includes(name) && !GRAMMAR.includes(name));
  expect(names.filter((name) => !scalar.has(name))).toEqual([]);
  expect(names.filter((name) => others.has(name))).toEqual([]);
  expect(others.size).toBeGreaterThan(50);
});

test.each(['count', 'count_star', 'sum', 'any_value', 'random', 'uuid', 'unnest', 'row_number', 'no_such_function'])(
  '%s is not among them',
  (name) => expect(isScalarFunction(name)).toBe(false),
);
