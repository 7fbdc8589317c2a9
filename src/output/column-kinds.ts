/**
 * What DuckDB's names of types say to those who write values of them.
 *
 * @module
 */

import type { ResultColumn } from '../values.ts';

/** https://duckdb.org/docs/stable/sql/data_types/numeric; a list such as `INTEGER[]` is no number. */
const NUMERIC = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|BIGNUM|VARINT|DECIMAL(\(\d+,\s*\d+\))?)$/;

export function isNumeric({ type }: ResultColumn): boolean {
  return NUMERIC.test(type);
}

/** Lists, structs, maps and unions, whose values are JSON here. */
const NESTED = /\]$|^(?:STRUCT|MAP|UNION)\(/;

/** Whether the column's values are JSON, or what becomes JSON. */
export function isJson({ type }: ResultColumn): boolean {
  return type === 'JSON' || NESTED.test(type);
}
