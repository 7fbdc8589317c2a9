/**
 * Values for the parameters of a text. They are bound, never written into it.
 *
 * @module
 */

import type { DuckDBPreparedStatement, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { BindError } from '../errors.ts';
import type { ParameterValue } from '../sql/statement.ts';
import type { DuckDb } from './load.ts';

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
    const name = prepared.parameterName(index);
    const value = values.get(name.toLowerCase());
    if (value === undefined) throw withoutValue(name);
    const bound = toDuckDb(api, value);
    prepared.bindValue(index, bound.value, bound.type);
  }
}

function withoutValue(name: string): BindError {
  return new BindError('BINDING', `Parameter $${name} has no value.`, {
    unknownName: name,
    hint: 'Parameters are given by number ($1, ?) or by name ($name).',
  });
}

const MOST_BIGINT = 2n ** 63n;

function toDuckDb(api: DuckDb, value: ParameterValue): { readonly value: DuckDBValue; readonly type: DuckDBType } {
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
    default:
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { value: BigInt(value), type: api.BIGINT }
        : { value, type: api.DOUBLE };
  }
}
