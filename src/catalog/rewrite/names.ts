/**
 * How PostgreSQL calls the columns of a result.
 * https://www.postgresql.org/docs/15/sql-select.html#SQL-SELECT-LIST
 *
 * @module
 */

import { internalName } from '../types.ts';
import { castTarget, isFunction, listAt, type Node, namesAt, nodeAt, stringOf, textAt } from './nodes.ts';
import { arrayQuery } from './scope.ts';

const NAMELESS = '?column?';

/** The name of one without an alias. */
export function figuredName(node: Node): string {
  return nameOf(node)?.name ?? NAMELESS;
}

interface Figured {
  readonly name: string;
  /** Whether a cast around it keeps the name. */
  readonly isStrong: boolean;
}

function strong(name: string): Figured {
  return { name, isStrong: true };
}

function nameOf(node: Node | undefined): Figured | undefined {
  switch (node?.['class']) {
    case 'COLUMN_REF':
      return strong(namesAt(node, 'column_names').at(-1) ?? NAMELESS);
    case 'FUNCTION':
      return functionName(node);
    case 'WINDOW':
      return strong(textAt(node, 'function_name'));
    case 'CAST': {
      if (isTruthWord(node)) return undefined;
      const inner = nameOf(nodeAt(node, 'child'));
      if (inner?.isStrong === true) return inner;
      return { name: internalName(castTarget(node)).replace(/^_/, ''), isStrong: false };
    }
    case 'CASE': {
      const inner = nameOf(nodeAt(node, 'else_expr'));
      return inner?.isStrong === true ? inner : { name: 'case', isStrong: false };
    }
    case 'OPERATOR':
      return operatorName(node);
    case 'SUBQUERY':
      return subqueryName(node);
    case 'COLLATE':
      return nameOf(nodeAt(node, 'child'));
    default:
      return undefined;
  }
}

/** TRUE and FALSE, which DuckDB's parser makes casts that stand nowhere. */
function isTruthWord(node: Node): boolean {
  return (
    castTarget(node) === 'bool' &&
    stringOf(nodeAt(node, 'child')) !== undefined &&
    Number(node['query_location']) > 2 ** 53
  );
}

/** What DuckDB's parser makes of words of SQL. */
const SPELLED: Readonly<Record<string, string>> = { count_star: 'count', trim: 'btrim', list_value: 'array' };

const OPERATORS: ReadonlySet<string> = new Set(['regexp_full_match', 'like_escape', 'not_like_escape', 'ilike_escape']);

function functionName(node: Node): Figured | undefined {
  const name = textAt(node, 'function_name');
  if (node['is_operator'] === true || OPERATORS.has(name)) return undefined;
  return strong(SPELLED[name] ?? name);
}

function operatorName(node: Node): Figured | undefined {
  const [first, second] = listAt(node, 'children');
  switch (node['type']) {
    case 'OPERATOR_COALESCE':
      return strong('coalesce');
    case 'ARRAY_CONSTRUCTOR':
      return strong('array');
    case 'ARRAY_EXTRACT':
    case 'ARRAY_SLICE':
      return nameOf(first);
    case 'STRUCT_EXTRACT':
      return strong(stringOf(second) ?? NAMELESS);
    default:
      return undefined;
  }
}

function subqueryName(node: Node): Figured | undefined {
  if (node['subquery_type'] === 'EXISTS') return strong('exists');
  if (node['subquery_type'] !== 'SCALAR') return undefined;
  if (arrayQuery(node) !== undefined) return strong('array');
  const query = nodeAt(nodeAt(node, 'subquery'), 'node');
  const [only] = listAt(query, 'select_list');
  if (only === undefined) return undefined;
  const alias = textAt(only, 'alias');
  return alias === '' ? nameOf(only) : strong(alias);
}

/** Whether a name has to be given, because DuckDB would find another. */
export function needsName(node: Node): boolean {
  if (textAt(node, 'alias') !== '' || node['class'] === 'STAR' || node['class'] === 'COLUMN_REF') return false;
  return !isFunction(node, 'columns');
}
