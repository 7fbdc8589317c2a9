/**
 * Functions that take a lambda, behind the list that it is for. An arrow in any other place takes something out of JSON.
 *
 * @module
 */

/** In lower case. https://duckdb.org/docs/stable/sql/functions/lambda, and `parameter_types` of `duckdb_functions()`. */
export const LAMBDA_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['list_transform', 'array_transform', 'list_apply', 'array_apply', 'apply'],
  ...['list_filter', 'array_filter', 'filter'],
  ...['list_reduce', 'array_reduce', 'reduce'],
]);
