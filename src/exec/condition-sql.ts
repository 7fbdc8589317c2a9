/**
 * Quals as SQL, for the engine to say which rows of a table feed other scans.
 *
 * @module
 */

import { MEMBER_MACROS } from '../engine/members.ts';
import { canonicalName } from '../plan/assignments.ts';
import type { PlannedRef, ScanQual } from '../plan/plan.ts';
import type { Literal } from '../sql/statement.ts';

/** The qual over the stored columns of a reference; undefined where it names a column that is not stored. */
export function conditionSql(qual: ScanQual, ref: PlannedRef): string | undefined {
  switch (qual.kind) {
    case 'tuples':
      return undefined;
    case 'and':
    case 'or': {
      const parts = qual.quals.map((part) => conditionSql(part, ref));
      if (!parts.every((part) => part !== undefined) || parts.length === 0) return undefined;
      return `(${parts.join(qual.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    default: {
      const column = columnSql(qual, ref);
      return column && `${column} ${testSql(qual)}`;
    }
  }
}

type Leaf = ScanQual & { readonly kind: 'in' | 'notIn' | 'compare' | 'like' | 'null' };

function columnSql(
  { column, path, memberType = 'VARCHAR' }: Leaf,
  { request, stored, columns }: PlannedRef,
): string | undefined {
  const same = stored.filter((each) => canonicalName(request.resource, each) === column);
  // What was given for a parameter may be spelt otherwise in the answer.
  const isGiven = (each: string): boolean => columns.some(({ name, origin }) => name === each && origin !== 'response');
  const name = same.find(isGiven) ?? same[0];
  if (name === undefined) return undefined;
  if (path === undefined) return quoteName(name);
  const member = literalSql(pathSql(path));
  // An object is only asked whether it is there, and its text says so as well.
  return memberType === 'VARCHAR' || memberType === 'JSON'
    ? `(${quoteName(name)} ->> ${member})`
    : `${MEMBER_MACROS[memberType]}(${quoteName(name)}, ${member})`;
}

/** https://duckdb.org/docs/stable/data/json/json_functions: a member whose name has other characters is quoted. */
function pathSql(path: readonly string[]): string {
  return `$${path.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('')}`;
}

function testSql(qual: Leaf): string {
  switch (qual.kind) {
    case 'in':
      return qual.values.length === 0 ? 'IN (NULL)' : `IN (${qual.values.map(literalSql).join(', ')})`;
    case 'notIn':
      return qual.values.length === 0 ? 'IS NOT NULL' : `NOT IN (${qual.values.map(literalSql).join(', ')})`;
    case 'compare':
      return `${qual.operator} ${literalSql(qual.value)}`;
    case 'like':
      return `LIKE ${literalSql(qual.pattern)}`;
    case 'null':
      return qual.isNull ? 'IS NULL' : 'IS NOT NULL';
  }
}

function literalSql(value: Literal): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
