/**
 * Which columns of node-sql-parser's tree stand in conditions that are not on the rows that are read: in WHEN, and in
 * comparisons that are shown or sorted by.
 *
 * @module
 */

import type { NameReader } from '../block/table-names.ts';
import type { ColumnRef } from '../statement.ts';
import { foreignCall, foreignNames, textOf } from './expression.ts';
import { isNode, type Node } from './front-end.ts';

/** Those of the conditions inside an expression, or a list of them. Queries have their own. */
export function comparedIn(part: unknown, reading: NameReader): readonly ColumnRef[] {
  if (Array.isArray(part)) return part.flatMap((each) => comparedIn(each, reading));
  if (!isNode(part) || isNode(part['ast'])) return [];
  if (isCondition(part)) return ofCondition(part, reading);
  if (part['type'] === 'case') return ofCase(part, reading);
  return Object.values(part).flatMap((each) => comparedIn(each, reading));
}

/** `CASE a WHEN b` compares, as `CASE WHEN a = b` does. */
function ofCase(node: Node, reading: NameReader): readonly ColumnRef[] {
  const branches = Array.isArray(node['args']) ? node['args'].filter(isNode) : [];
  return branches.flatMap((branch) => {
    const condition = branch['cond'];
    const isTest = isNode(condition);
    const tested = isTest && isNode(node['expr']) ? columnsIn([node['expr'], condition], reading) : undefined;
    const own = tested ?? (isTest ? ofCondition(condition, reading) : []);
    return [...own, ...comparedIn(branch['result'], reading)];
  });
}

function ofCondition(node: Node, reading: NameReader): readonly ColumnRef[] {
  const operator = textOf(node['operator'])?.toUpperCase();
  if (operator === 'AND' || operator === 'OR') return operands(node).flatMap((each) => ofCondition(each, reading));
  if (operator === 'NOT' && isNode(node['expr'])) return ofCondition(node['expr'], reading);
  if (isNot(node)) return foreignCall(node).args.flatMap((each) => (isNode(each) ? ofCondition(each, reading) : []));
  const [left] = operands(node);
  return operator === 'IS' && left?.['type'] === 'column_ref' ? [] : columnsIn(node, reading);
}

function operands(node: Node): readonly Node[] {
  return [node['left'], node['right']].filter(isNode);
}

const OPERATORS = /^(?:<>|!=|[<>]?=|[<>]|AND|OR|NOT|(?:NOT )?(?:IN|BETWEEN|LIKE|ILIKE)|IS(?: NOT)?)$/;

/** LIKE and its like, as functions. */
const TESTS = /^(?:prefix|starts_with|suffix|ends_with|contains|regexp_(?:full_match|matches|like))$/;

function isCondition(node: Node): boolean {
  if (node['type'] === 'function') return isNot(node) || TESTS.test(foreignCall(node).name);
  const isOperator = node['type'] === 'binary_expr' || node['type'] === 'unary_expr';
  return isOperator && OPERATORS.test(textOf(node['operator'])?.toUpperCase() ?? '');
}

function isNot(node: Node): boolean {
  return node['type'] === 'function' && foreignCall(node).name === 'not';
}

/** Each column that an expression names, without those of queries inside. */
export function columnsIn(part: unknown, reading: NameReader): readonly ColumnRef[] {
  return [...new Map(namedIn(part, reading).map((column) => [JSON.stringify(column), column])).values()];
}

function namedIn(part: unknown, reading: NameReader): readonly ColumnRef[] {
  if (Array.isArray(part)) return part.flatMap((each) => namedIn(each, reading));
  if (!isNode(part) || isNode(part['ast'])) return [];
  if (part['type'] !== 'column_ref') return Object.values(part).flatMap((each) => namedIn(each, reading));
  if (part['column'] === '*') return [];
  const column = reading.columnOf(foreignNames(part));
  return column === undefined ? [] : [column];
}
