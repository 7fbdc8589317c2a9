/**
 * Lambdas in DuckDB's tree: what they call their arguments is no column inside them.
 *
 * @module
 */

import { LAMBDA_FUNCTIONS } from '../text/lambda-functions.ts';
import { isTreeNode, nodesAt, optionalNode, type TreeNode, textAt, textsAt } from './tree.ts';

/**
 * The parameters of a lambda, in lower case: names that are no columns inside it. DuckDB's tree has the same node for an arrow
 * that takes something out of JSON, `target->0`, which has none.
 *
 * @param caller the node that holds it
 */
export function lambdaParameters(node: TreeNode, caller: TreeNode | undefined): readonly string[] {
  if (node['class'] !== 'LAMBDA' || caller === undefined || !isArgumentOf(node, caller)) return [];
  const left = optionalNode(node, 'lhs');
  const parameters = left === undefined ? [] : [left, ...nodesAt(left, 'children')];
  return parameters
    .filter((each) => isTreeNode(each) && each['class'] === 'COLUMN_REF')
    .map((each) => textsAt(each, 'column_names'))
    .flatMap((names) => (names.length === 1 ? names : []))
    .map((name) => name.toLowerCase());
}

/** The first argument is the list, whose arrow is one of JSON. COLUMNS takes nothing but a lambda. */
function isArgumentOf(node: TreeNode, caller: TreeNode): boolean {
  if (caller['class'] === 'STAR') return optionalNode(caller, 'expr') === node;
  if (caller['class'] !== 'FUNCTION' || !LAMBDA_FUNCTIONS.has(textAt(caller, 'function_name').toLowerCase()))
    return false;
  return nodesAt(caller, 'children').indexOf(node) > 0;
}

/** Whether a chain of names begins with a parameter: what is behind the dot is a member of the argument then. */
export function isParameter([first = '']: readonly string[], parameters: readonly string[]): boolean {
  return parameters.includes(first.toLowerCase());
}
