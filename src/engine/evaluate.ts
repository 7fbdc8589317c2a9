/**
 * Values of expressions that name no column, before anything is planned.
 *
 * @module
 */

import type { DuckDBConnection, DuckDBTimestampTZValue, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { LiteralConstant } from '../sql/statement.ts';
import { fromDuckDb, typeName } from './convert.ts';
import type { DuckDb } from './load.ts';
import { bindParameters, type ParameterValues } from './parameters.ts';
import { withNamedParameters } from './sparse-parameters.ts';

/** Aggregates, subqueries and functions that change from call to call are what TRY refuses when it is bound. */
const UNBOUND = /^(?:Binder|Catalog|Parser) Error/;

/**
 * The values, or undefined for what is no literal, is not the same at every call, or fails.
 *
 * In one query if that can be bound, since there are seldom others; else one by one.
 */
export async function evaluateAll(
  api: DuckDb,
  connection: DuckDBConnection,
  expressions: readonly string[],
  parameters: ParameterValues,
): Promise<readonly (LiteralConstant | undefined)[]> {
  // A window function would not fail in the binder, but break the transaction.
  const constants = expressions.filter((expression) => !/\bover\b/i.test(expression));
  if (constants.length === 0) return expressions.map(() => undefined);
  const together = await evaluate(api, connection, constants, parameters);
  const values = new Map<string, LiteralConstant | undefined>();
  for (const [index, expression] of constants.entries()) {
    const alone = together ?? (await evaluate(api, connection, [expression], parameters));
    values.set(expression, alone?.[together === undefined ? 0 : index]);
  }
  return expressions.map((expression) => values.get(expression));
}

/** Undefined if one of them cannot be bound. */
async function evaluate(
  api: DuckDb,
  connection: DuckDBConnection,
  expressions: readonly string[],
  parameters: ParameterValues,
): Promise<readonly (LiteralConstant | undefined)[] | undefined> {
  // A value that fails would end the transaction; TRY makes it NULL, and of the test for NULL too.
  const list = expressions.flatMap((text) => [`TRY((${text}\n))`, `TRY((${text}\n) IS NULL)`]);
  try {
    const prepared = await connection.prepare(withNamedParameters(`SELECT ${list.join(', ')}`));
    bindParameters(api, prepared, parameters);
    const result = await prepared.run();
    prepared.destroySync();
    const types = result.columnTypes();
    const [row = []] = await result.getRows();
    return expressions.map((_, index) =>
      row[index * 2 + 1] === null ? undefined : literal(api, row[index * 2] ?? null, types[index * 2]),
    );
  } catch (error) {
    if (error instanceof Error && UNBOUND.test(error.message)) return undefined;
    throw error;
  }
}

/** Types whose texts say all that their values are. */
const TEXT_TYPES = /^(?:VARCHAR|DATE|UUID|ENUM|DECIMAL)/;

function literal(api: DuckDb, raw: DuckDBValue, type: DuckDBType | undefined): LiteralConstant | undefined {
  if (type === undefined) return undefined;
  const value = fromDuckDb(api, raw, type);
  const name = typeName(type);
  if (value === null || typeof value === 'boolean') return { kind: 'literal', value };
  if (typeof value === 'bigint') return { kind: 'literal', value: value.toString(), type: name };
  if (typeof value === 'number') return Number.isFinite(value) ? { kind: 'literal', value } : undefined;
  if (value instanceof Date)
    return { kind: 'literal', value: timestampText(value, raw as DuckDBTimestampTZValue), type: name };
  if (typeof value !== 'string' || !TEXT_TYPES.test(name)) return undefined;
  return { kind: 'literal', value, ...(name !== 'VARCHAR' && { type: name }) };
}

/** A Date ends at the millisecond; `now()` does not, and comparing with less than it is would lose rows. */
function timestampText(date: Date, { micros }: DuckDBTimestampTZValue): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  return rest === 0n ? date.toISOString() : date.toISOString().replace('Z', `${rest.toString().padStart(3, '0')}Z`);
}
