/**
 * Lambdas in DuckDB's tree: what they call their arguments is no column inside them.
 *
 * @module
 */

import { isTreeNode, nodesAt, optionalNode, type TreeNode, textConstant, textsAt } from './tree.ts';

/** The parameters of a lambda, in lower case: names that are no columns inside it. Of a JSON arrow there are none. */
export function lambdaParameters(node: TreeNode): readonly string[] {
  if (node['class'] !== 'LAMBDA' || textConstant(optionalNode(node, 'expr')) !== undefined) return [];
  const left = optionalNode(node, 'lhs');
  const parameters = left === undefined ? [] : [left, ...nodesAt(left, 'children')];
  return parameters
    .filter((each) => isTreeNode(each) && each['class'] === 'COLUMN_REF')
    .map((each) => textsAt(each, 'column_names'))
    .flatMap((names) => (names.length === 1 ? names : []))
    .map((name) => name.toLowerCase());
}

/** Whether a chain of names begins with a parameter: what is behind the dot is a member of the argument then. */
export function isParameter([first = '']: readonly string[], parameters: readonly string[]): boolean {
  return parameters.includes(first.toLowerCase());
}
