/**
 * What DuckDB says of a statement that was prepared and has not been given values.
 *
 * @module
 */

import type { DuckDBPreparedStatement } from '@duckdb/node-api';
import type { ResultColumn } from '../values.ts';
import { typeName } from './convert.ts';
import type { EngineDescription } from './engine.ts';
import { asWritten } from './macros.ts';
import { nameAsGiven } from './sparse-parameters.ts';

/** DuckDB's number for a type that is not known. */
const UNKNOWN_TYPE = 0;

export function descriptionOf(prepared: DuckDBPreparedStatement): EngineDescription {
  const parameters: Record<string, string> = {};
  for (let index = 1; index <= prepared.parameterCount; index += 1) {
    if (prepared.parameterTypeId(index) === UNKNOWN_TYPE) continue;
    parameters[nameAsGiven(prepared.parameterName(index))] = typeName(prepared.parameterType(index));
  }
  return { columns: columnsOf(prepared), parameters };
}

/** Undefined where they follow from the types of parameters that are not known. */
function columnsOf(prepared: DuckDBPreparedStatement): readonly ResultColumn[] | undefined {
  const columns: ResultColumn[] = [];
  for (let index = 0; index < prepared.columnCount; index += 1) {
    if (prepared.columnTypeId(index) === UNKNOWN_TYPE) return undefined;
    columns.push({ name: asWritten(prepared.columnName(index)), type: typeName(prepared.columnType(index)) });
  }
  return columns;
}
