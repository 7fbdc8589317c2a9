/**
 * Parameters of a part of a statement: `$2` without `$1`.
 *
 * DuckDB counts the parameters that a text has, and takes no value for a number beyond that count. Names have no such bound.
 *
 * @module
 */

import { tokenize } from '../sql/text/tokens.ts';
import { applyEdits } from './edits.ts';

const PREFIX = 'oktaql_parameter_';

/** The text with a name in place of each number, where numbers are left out. */
export function withNamedParameters(sql: string): string {
  if (!/\$\d/.test(sql)) return sql;
  const numbered = tokenize(sql).filter(({ kind, value }) => kind === 'parameter' && /^\d+$/.test(value));
  const numbers = new Set(numbered.map(({ value }) => Number(value)));
  if (Math.max(...numbers) === numbers.size) return sql;
  return applyEdits(
    sql,
    numbered.map(({ start, end, value }) => ({ start, end, text: `$${PREFIX}${value}` })),
  );
}

/** The number or name that the statement gave a parameter. */
export function nameAsGiven(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}
