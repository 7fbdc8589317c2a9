/**
 * Which columns of DuckDB's tree stand in conditions, wherever those are: in FILTER, WHEN, QUALIFY, and in comparisons that are
 * shown or sorted by.
 *
 * @module
 */

import type { ColumnRef } from '../statement.ts';
import { columnsIn } from './expression.ts';
import type { TreeReading } from './reading.ts';
import { isTreeNode, nodesAt, type TreeNode, textAt } from './tree.ts';

/** Those of the conditions inside an expression, or a list of them; of queries inside, only what they are compared with. */
export function comparedIn(part: unknown, reading: TreeReading): readonly ColumnRef[] {
  if (Array.isArray(part)) return part.flatMap((each) => comparedIn(each, reading));
  if (!isTreeNode(part)) return [];
  if (part['class'] === 'SUBQUERY') return isTreeNode(part['child']) ? ofCondition(part['child'], reading) : [];
  if (isCondition(part)) return ofCondition(part, reading);
  return Object.entries(part).flatMap(([key, child]) =>
    CONDITION_PARTS.has(key) && isTreeNode(child) ? ofCondition(child, reading) : comparedIn(child, reading),
  );
}

/** Those of a condition. Whether a column is NULL is no comparison. */
export function ofCondition(node: TreeNode, reading: TreeReading): readonly ColumnRef[] {
  const operands = nodesAt(node, 'children');
  if (node['class'] === 'CONJUNCTION' || node['type'] === 'OPERATOR_NOT')
    return operands.flatMap((each) => ofCondition(each, reading));
  if (node['type'] === 'OPERATOR_IS_NULL' && operands.every((each) => each['class'] === 'COLUMN_REF')) return [];
  return columnsIn(node, reading, false);
}

/** What a CASE and an aggregate have conditions in. */
const CONDITION_PARTS = new Set(['when_expr', 'filter', 'filter_expr']);

const OPERATORS = new Set(['OPERATOR_NOT', 'OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL', 'COMPARE_IN', 'COMPARE_NOT_IN']);

/** LIKE and its like, as functions. */
const TESTS =
  /^(?:!?~~\*?|!?~~~|like_escape|ilike_escape|not_i?like_escape|prefix|starts_with|suffix|ends_with|contains|\^@|regexp_(?:full_match|matches|like))$/;

function isCondition(node: TreeNode): boolean {
  switch (node['class']) {
    case 'COMPARISON':
    case 'BETWEEN':
    case 'CONJUNCTION':
      return true;
    case 'OPERATOR':
      return OPERATORS.has(textAt(node, 'type'));
    case 'FUNCTION':
      return TESTS.test(textAt(node, 'function_name').toLowerCase());
    default:
      return false;
  }
}
