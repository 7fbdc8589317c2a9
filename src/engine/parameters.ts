/**
 * Values for the parameters of a text. They are bound, never written into it.
 *
 * @module
 */

import type { DuckDBPreparedStatement, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { BindError } from '../errors.ts';
import type { ParameterValue } from '../sql/statement.ts';
import type { DuckDb } from './load.ts';
import { nameAsGiven } from './sparse-parameters.ts';

/** By number (`1` for `$1` and the first `?`) or name (`name` for `$name`, in any case). */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/**
 * Binds those that the text has; others in `parameters` are another text's.
 *
 * @throws BindError for one without a value
 */
export function bindParameters(api: DuckDb, prepared: DuckDBPreparedStatement, parameters: ParameterValues): void {
  const values = new Map(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]));
  for (let index = 1; index <= prepared.parameterCount; index += 1) {
    const name = nameAsGiven(prepared.parameterName(index));
    const value = values.get(name.toLowerCase());
    if (value === undefined) throw withoutValue(name);
    const bound = toDuckDb(api, name, value);
    prepared.bindValue(index, bound.value, bound.type);
  }
}

function withoutValue(name: string): BindError {
  return new BindError('BINDING', `Parameter $${name} has no value.`, {
    unknownName: name,
    hint: 'Parameters are given by number ($1, ?) or by name ($name).',
  });
}

/**
 * Refuses what is no value of SQL's before it is copied to another process, where some of it could not even be sent.
 *
 * @throws BindError
 */
export function checkParameterValues(parameters: ParameterValues): void {
  for (const [name, value] of Object.entries(parameters)) if (!isParameterValue(value)) throw noValue(name);
}

function isParameterValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isParameterValue);
  return (
    value === null ||
    value instanceof Date ||
    ['string', 'number', 'bigint', 'boolean', 'undefined'].includes(typeof value)
  );
}

function noValue(name: string): BindError {
  return new BindError('BINDING', `Parameter $${name} is no value that SQL has.`, {
    unknownName: name,
    hint: 'Values are texts, numbers, booleans, null, dates and lists of them; give an object as JSON text.',
  });
}

const MOST_BIGINT = 2n ** 63n;

interface Bound {
  readonly value: DuckDBValue;
  readonly type: DuckDBType;
}

function toDuckDb(api: DuckDb, name: string, value: ParameterValue): Bound {
  if (value === null) return { value, type: api.SQLNULL };
  if (value instanceof Date) {
    return { value: new api.DuckDBTimestampTZValue(BigInt(value.getTime()) * 1000n), type: api.TIMESTAMPTZ };
  }
  switch (typeof value) {
    case 'string':
      return { value, type: api.VARCHAR };
    case 'boolean':
      return { value, type: api.BOOLEAN };
    case 'bigint':
      return { value, type: value >= -MOST_BIGINT && value < MOST_BIGINT ? api.BIGINT : api.HUGEINT };
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { value: BigInt(value), type: api.BIGINT }
        : { value, type: api.DOUBLE };
    case 'object':
      if (Array.isArray(value)) return listOf(api, name, value);
  }
  throw noValue(name);
}

/** A list of one type, the widest of its numbers'. An empty one, and one of NULLs alone, fits wherever a list does. */
function listOf(api: DuckDb, name: string, values: readonly ParameterValue[]): Bound {
  const items = values.map((value) => toDuckDb(api, name, value));
  const type = items.reduce<DuckDBType>((common, item) => commonType(api, name, common, item.type), api.SQLNULL);
  if (
    isSame(type, api.DOUBLE) &&
    items.some(({ value }) => typeof value === 'bigint' && BigInt(Number(value)) !== value)
  ) {
    throw mixedList(name, api.BIGINT, type);
  }
  return { value: api.listValue(items.map((item) => asType(api, item.value, type))), type: api.LIST(type) };
}

function commonType(api: DuckDb, name: string, a: DuckDBType, b: DuckDBType): DuckDBType {
  if (isSame(a, b) || isSame(b, api.SQLNULL)) return a;
  if (isSame(a, api.SQLNULL)) return b;
  if (a instanceof api.DuckDBListType && b instanceof api.DuckDBListType) {
    return api.LIST(commonType(api, name, a.valueType, b.valueType));
  }
  const numbers = [api.BIGINT, api.HUGEINT, api.DOUBLE];
  const widest = Math.max(...[a, b].map((type) => numbers.findIndex((each) => isSame(each, type))));
  const areNumbers = [a, b].every((type) => numbers.some((each) => isSame(each, type)));
  const common = areNumbers ? numbers[widest] : undefined;
  if (common !== undefined) return common;
  throw mixedList(name, a, b);
}

function mixedList(name: string, a: DuckDBType, b: DuckDBType): BindError {
  return new BindError('BINDING', `Parameter $${name} is a list of ${a} and ${b}.`, {
    unknownName: name,
    hint: 'The values of a list have one type: give all of them as texts, or as numbers.',
  });
}

function isSame(a: DuckDBType, b: DuckDBType): boolean {
  return String(a) === String(b);
}

/** DuckDB's API does not convert integers for a list of doubles. */
function asType(api: DuckDb, value: DuckDBValue, type: DuckDBType): DuckDBValue {
  if (isSame(type, api.DOUBLE) && typeof value === 'bigint') return Number(value);
  if (value instanceof api.DuckDBListValue && type instanceof api.DuckDBListType) {
    return api.listValue(value.items.map((item) => asType(api, item, type.valueType)));
  }
  return value;
}
