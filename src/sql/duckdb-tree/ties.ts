/**
 * `ORDER BY … LIMIT` as a condition on ranks, which does not depend on how rows that are equal in order are cut.
 *
 * @module
 */

import { hasNode, nodeAt, nodesAt, optionalNode, type TreeNode, textAt, textsAt } from './tree.ts';

/** A FROM whose query has all rows that could be among its first ones. */
export function subqueryWithTies(from: TreeNode): TreeNode {
  const subquery = nodeAt(from, 'subquery');
  return { ...from, subquery: { ...subquery, node: withTies(nodeAt(subquery, 'node')) } };
}

/**
 * `ORDER BY … LIMIT n` may cut between rows that are equal in order, and between others the next time. What is within the first n
 * by rank holds both. The query as it was where it is not of this form.
 */
export function withTies(query: TreeNode): TreeNode {
  const modifiers = nodesAt(query, 'modifiers');
  const order = modifiers.find(({ type }) => type === 'ORDER_MODIFIER');
  const limit = modifiers.find(({ type }) => type === 'LIMIT_MODIFIER');
  const most = limit && rowsUpTo(limit);
  const orders = order && ordersIn(order, nodesAt(query, 'select_list'));
  const isPlain =
    query['type'] === 'SELECT_NODE' && modifiers.length === 2 && optionalNode(query, 'qualify') === undefined;
  if (most === undefined || orders === undefined || !isPlain) return query;
  return { ...query, modifiers: [], qualify: { ...RANKED, left: rankBy(orders), right: most } };
}

/** The constant up to which rows are counted. */
function rowsUpTo(limit: TreeNode): TreeNode | undefined {
  const count = optionalNode(limit, 'limit');
  if (count?.['class'] !== 'CONSTANT' || optionalNode(limit, 'offset') !== undefined) return undefined;
  return typeof nodeAt(count, 'value')['value'] === 'number' ? count : undefined;
}

/** By what is ordered, in terms of the rows: names and numbers of columns mean those of the SELECT list. Undefined where that is unclear. */
function ordersIn(order: TreeNode, selected: readonly TreeNode[]): readonly TreeNode[] | undefined {
  const aliases = new Map(selected.map((item) => [textAt(item, 'alias').toLowerCase(), item]));
  const orders = nodesAt(order, 'orders').map((each): TreeNode | undefined => {
    const expression = nodeAt(each, 'expression');
    if (expression['class'] === 'CONSTANT') return undefined;
    const names = expression['class'] === 'COLUMN_REF' ? textsAt(expression, 'column_names') : [];
    const meant = names.length === 1 ? aliases.get((names[0] ?? '').toLowerCase()) : undefined;
    if (meant !== undefined) return { ...each, expression: { ...meant, alias: '' } };
    const namesAlias = hasNode(
      expression,
      (node) => node['class'] === 'COLUMN_REF' && aliases.has((textsAt(node, 'column_names')[0] ?? '').toLowerCase()),
    );
    return namesAlias ? undefined : each;
  });
  return orders.every((each) => each !== undefined) ? orders : undefined;
}

/** `rank() OVER (ORDER BY …)`, with its members in the order in which DuckDB's parser gives them. */
function rankBy(orders: readonly TreeNode[]): TreeNode {
  return {
    class: 'WINDOW',
    type: 'WINDOW_RANK',
    alias: '',
    query_location: 0,
    function_name: 'rank',
    schema: '',
    catalog: '',
    children: [],
    partitions: [],
    orders,
    start: 'UNBOUNDED_PRECEDING',
    end: 'CURRENT_ROW_RANGE',
    start_expr: null,
    end_expr: null,
    offset_expr: null,
    default_expr: null,
    ignore_nulls: false,
    filter_expr: null,
    exclude_clause: 'NO_OTHER',
    distinct: false,
    arg_orders: [],
  };
}

/** `… <= n`. */
const RANKED: TreeNode = { class: 'COMPARISON', type: 'COMPARE_LESSTHANOREQUALTO', alias: '', query_location: 0 };
