import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parameterValue, plainValue } from '../../../src/plan/plain.ts';
import type { Literal, LiteralConstant } from '../../../src/sql/statement.ts';
import type { ColumnType } from '../../../src/values.ts';

const literal = (value: Literal, type?: string): LiteralConstant => ({
  kind: 'literal',
  value,
  ...(type !== undefined && { type }),
});

interface Case {
  readonly column: ColumnType;
  readonly constant: LiteralConstant;
  readonly plain: Literal | undefined;
  /** Default is what is plain. */
  readonly bound?: Literal | undefined;
  readonly why?: string;
}

const CASES: readonly Case[] = [
  { column: 'VARCHAR', constant: literal('a'), plain: 'a' },
  { column: 'VARCHAR', constant: literal(5), plain: undefined, bound: '5', why: 'it equals 05 too' },
  { column: 'VARCHAR', constant: literal(true), plain: undefined, bound: 'true', why: 'it equals t too' },
  { column: 'VARCHAR', constant: literal('2026-01-05', 'DATE'), plain: undefined, bound: '2026-01-05' },
  {
    column: 'VARCHAR',
    constant: literal('12345678901234567890', 'HUGEINT'),
    plain: undefined,
    bound: '12345678901234567890',
  },
  { column: 'BOOLEAN', constant: literal('TRUE'), plain: true },
  { column: 'BOOLEAN', constant: literal('n'), plain: false },
  { column: 'BOOLEAN', constant: literal('on'), plain: undefined },
  { column: 'BOOLEAN', constant: literal(1), plain: undefined, bound: true },
  { column: 'BOOLEAN', constant: literal(2), plain: undefined },
  { column: 'BIGINT', constant: literal(' 01 '), plain: 1 },
  { column: 'BIGINT', constant: literal('1.5'), plain: undefined, why: 'it is rounded to 2' },
  { column: 'BIGINT', constant: literal('1e3'), plain: undefined },
  { column: 'BIGINT', constant: literal(1.5), plain: 1.5 },
  { column: 'BIGINT', constant: literal('9007199254740993', 'BIGINT'), plain: undefined },
  { column: 'BIGINT', constant: literal('-0'), plain: 0 },
  { column: 'DOUBLE', constant: literal('01.50'), plain: 1.5 },
  { column: 'TIMESTAMPTZ', constant: literal('2026-11-20'), plain: '2026-11-20T00:00:00Z' },
  { column: 'TIMESTAMPTZ', constant: literal('2026-11-20', 'DATE'), plain: '2026-11-20T00:00:00Z' },
  { column: 'TIMESTAMPTZ', constant: literal('2026-11-20 10:00:00.5+01'), plain: '2026-11-20T09:00:00.500Z' },
  { column: 'TIMESTAMPTZ', constant: literal('2026-11-20T10:00:00.123456Z'), plain: '2026-11-20T10:00:00.123456Z' },
  { column: 'TIMESTAMPTZ', constant: literal('2026-11-20T10:00:00.1234567Z'), plain: undefined },
  { column: 'TIMESTAMPTZ', constant: literal('2026-11-20T10:00:00Z', 'TIMESTAMP_NS'), plain: undefined },
  { column: 'TIMESTAMPTZ', constant: literal('2026-02-30'), plain: undefined, why: 'the engine refuses it' },
  { column: 'TIMESTAMPTZ', constant: literal('epoch'), plain: undefined },
  { column: 'TIMESTAMPTZ', constant: literal(5), plain: undefined },
  { column: 'JSON', constant: literal('{}'), plain: undefined },
  { column: 'BIGINT', constant: literal(null), plain: null },
];

let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
});
afterAll(() => instance.closeSync());

async function computed(expression: string): Promise<unknown> {
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const reader = await connection.runAndReadAll(`SELECT ${expression}`);
  return reader.getRowsJson()[0]?.[0];
}

const sql = ({ value, type }: LiteralConstant): string => {
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  return type === undefined ? text : `${text}::${type}`;
};

test.each(CASES)('$column and $constant', async ({ column, constant, plain, why, ...rest }) => {
  const bound = 'bound' in rest ? rest.bound : plain;
  expect(plainValue(column, constant), why).toBe(plain);
  expect(parameterValue(column, constant), why).toBe(bound);
  if (bound === undefined || bound === null) return;
  // The engine has the last word: a column that holds the value equals the constant.
  const held = typeof bound === 'string' ? `'${bound}'` : String(bound);
  if (column === 'BIGINT' && !Number.isInteger(bound)) return;
  expect(await computed(`x = ${sql(constant)} FROM (SELECT ${held}::${column} AS x)`)).toBe(true);
});
