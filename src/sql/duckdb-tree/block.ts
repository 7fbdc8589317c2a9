/**
 * Turns DuckDB's tree of a SELECT into a `QueryBlock`.
 *
 * The tree says what will run, so what is read here is right by definition; what differs is only how much of it the
 * planner can use.
 *
 * Entry of the room `duckdb-tree/`, the only place that knows the form of `json_serialize_sql`. It is given the tree; it knows
 * no engine and not the other reader.
 *
 * @module
 */

import { InternalError, NotSupportedError } from '../../errors.ts';
import { type ConditionReader, readConjuncts } from '../block/conditions.ts';
import { isOfColumns, selectBlock, setBlock } from '../block/parts.ts';
import { isScalarFunction, isSpreadingFunction } from '../block/scalar-functions.ts';
import {
  type Constant,
  type Cte,
  comparedBy,
  type Limit,
  type OutputColumn,
  type ParameterValue,
  type QueryBlock,
  type RowOrder,
  type SelectBlock,
  type SetBlock,
} from '../statement.ts';
import { comparedIn, ofCondition } from './compared.ts';
import { isPlainStar, TreeContents } from './contents.ts';
import { columnsIn, treeColumn, treeConditions, treeConstant } from './expression.ts';
import { addFrom, readFrom } from './from.ts';
import { type KeyValues, readingOf, type TreeReading } from './reading.ts';
import { repeatedGroups } from './repeated-groups.ts';
import { hasNode, isTreeNode, listAt, nodeAt, nodesAt, optionalNode, type TreeNode, textAt, textsAt } from './tree.ts';

/** A block, and which of its `expression` constants may be repeated as text. */
export interface ReadTree {
  readonly block: QueryBlock;
  readonly isStable: (text: string) => boolean;
}

/**
 * Reads the list of statements that DuckDB gives for a text of one.
 *
 * @param text what DuckDB has read
 * @param parameters values by number or name
 * @param keys of key queries, by their nodes in the tree
 * @throws NotSupportedError
 */
export function readTree(
  tree: unknown,
  text: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  keys?: KeyValues,
): ReadTree {
  const statement = onlyStatement(tree);
  const reading = readingOf(statement, text, parameters, keys);
  const block = readQuery(nodeAt(statement, 'node'), reading);
  return { block, isStable: (expression) => reading.stableTexts.has(expression) };
}

/** Throws `INTERNAL` where there is none. */
export function onlyStatement(tree: unknown): TreeNode {
  const [statement] = Array.isArray(tree) ? tree : [];
  if (isTreeNode(statement)) return statement;
  throw new InternalError('The engine has parsed no statement. Nothing was run.');
}

function readQuery(node: TreeNode, reading: TreeReading): QueryBlock {
  switch (node['type']) {
    case 'SELECT_NODE':
      return readSelect(node, reading);
    case 'SET_OPERATION_NODE':
    case 'RECURSIVE_CTE_NODE':
      return readSetOperation(node, reading);
    default:
      throw new NotSupportedError(`A query of the kind ${textAt(node, 'type')} is not supported.`);
  }
}

function readSelect(node: TreeNode, reading: TreeReading): SelectBlock {
  const readInner = (query: TreeNode): QueryBlock => readQuery(query, reading);
  const contents = new TreeContents(reading);
  contents.addOutput(nodesAt(node, 'select_list'), readInner);
  addFrom(nodeAt(node, 'from_table'), contents, { reading, readQuery: readInner });
  const rest = ['where_clause', 'group_expressions', 'having', 'qualify', 'modifiers'].map((part) => node[part]);
  contents.add(rest, readInner);
  const groups = contents.another();
  groups.add(node['group_expressions'], readInner);
  const dotted = [...contents.dotted, ...repeatedGroups(groups.dotted, contents.dotted, reading.text)];
  const conditions = treeConditions(reading, contents.positions());
  const from = readFrom(nodeAt(node, 'from_table'), { reading, readQuery: readInner, conditions });
  const limit = readLimit(node, reading);
  const { having, compared } = readOthers(node, reading, conditions);
  const order = readOrder(node, reading);
  return selectBlock({
    ctes: readCtes(node, reading),
    subqueries: contents.subqueries(),
    columns: contents.columns,
    ...(dotted.length > 0 && { dotted }),
    ...(from !== undefined && { from }),
    where: readConjuncts(optionalNode(node, 'where_clause'), conditions),
    having,
    compared,
    output: nodesAt(node, 'select_list').map((item) => readOutput(item, reading)),
    stars: contents.stars,
    ...(limit !== undefined && { limit }),
    isTransparent: limit === undefined && isTransparent(node),
    isRowwise: isRowwise(node),
    ...(order !== undefined && { order }),
    ...(isEachValue(node) && { isEachValue: true }),
  });
}

/** Conditions that are not on the rows that are read. */
function readOthers(
  node: TreeNode,
  reading: TreeReading,
  conditions: ConditionReader<TreeNode>,
): Required<Pick<SelectBlock, 'having' | 'compared'>> {
  // In a grouping set that leaves a column out, it is NULL: no row of the group need have that.
  const isPlain = listAt(node, 'group_sets').length === 1;
  const having = optionalNode(node, 'having');
  const conjuncts = having === undefined ? [] : readConjuncts(having, conditions);
  const ofKeys = conjuncts.filter((qual) => isPlain && isOfColumns(qual));
  const qualify = optionalNode(node, 'qualify');
  return {
    having: ofKeys,
    compared: [
      ...comparedIn([node['select_list'], node['group_expressions']], reading),
      ...conjuncts.filter((qual) => !ofKeys.includes(qual)).flatMap(comparedBy),
      ...(qualify === undefined ? [] : ofCondition(qualify, reading)),
      ...comparedIn(node['modifiers'], reading),
    ],
  };
}

function readSetOperation(node: TreeNode, reading: TreeReading): SetBlock {
  const readInner = (query: TreeNode): QueryBlock => readQuery(query, reading);
  const contents = new TreeContents(reading);
  contents.add(node['modifiers'], readInner);
  const limit = readLimit(node, reading);
  const isRecursive = node['type'] === 'RECURSIVE_CTE_NODE';
  // BY NAME pairs columns by their names, where the planner would count.
  const isPlain = !isRecursive && textAt(node, 'setop_type') !== 'UNION_BY_NAME';
  return setBlock({
    ctes: readCtes(node, reading),
    subqueries: contents.subqueries(),
    columns: contents.columns,
    ...(limit !== undefined && { limit }),
    isTransparent: limit === undefined && isPlain,
    arms: [readInner(nodeAt(node, 'left')), readInner(nodeAt(node, 'right'))],
  });
}

function readCtes(node: TreeNode, reading: TreeReading): readonly Cte[] {
  const map = optionalNode(node, 'cte_map');
  return (map === undefined ? [] : nodesAt(map, 'map')).map((entry) => {
    const value = nodeAt(entry, 'value');
    const query = nodeAt(nodeAt(value, 'query'), 'node');
    return {
      name: textAt(entry, 'key'),
      columnNames: textsAt(value, 'aliases'),
      isRecursive: query['type'] === 'RECURSIVE_CTE_NODE',
      block: readQuery(query, reading),
    };
  });
}

function readOutput(item: TreeNode, reading: TreeReading): OutputColumn {
  if (isPlainStar(item)) {
    const qualifier = textAt(item, 'relation_name');
    return { kind: 'star', ...(qualifier !== '' && { qualifier }) };
  }
  const column = treeColumn(item, reading);
  const alias = textAt(item, 'alias');
  // Without an alias, DuckDB names a member after the whole expression.
  if (column === undefined || (column.path !== undefined && alias === '')) {
    return hasNode(item, isSpreading)
      ? { kind: 'other' }
      : { kind: 'expression', ...named(item, alias, reading), ...(column !== undefined && { column }) };
  }
  return { kind: 'column', name: alias === '' ? column.name : alias, column };
}

/** The name that conditions may call it by, and what they speak of then. */
function named(
  item: TreeNode,
  alias: string,
  reading: TreeReading,
): Pick<OutputColumn & { kind: 'expression' }, 'name' | 'of'> {
  return alias === '' ? {} : { name: alias, of: columnsIn(item, reading, false) };
}

function readLimit(node: TreeNode, reading: TreeReading): Limit | undefined {
  const modifiers = nodesAt(node, 'modifiers');
  if (modifiers.some(({ type }) => type === 'LIMIT_PERCENT_MODIFIER')) return { isOther: true };
  const modifier = modifiers.find(({ type }) => type === 'LIMIT_MODIFIER');
  if (modifier === undefined) return undefined;
  const [count, offset] = [readCount(modifier, 'limit', reading), readCount(modifier, 'offset', reading)];
  if (count === 'other' || offset === 'other') return { isOther: true };
  if (count === undefined && offset === undefined) return undefined;
  return { ...(count !== undefined && { count }), ...(offset !== undefined && { offset }), isOther: false };
}

/** A number of rows; undefined where NULL or ALL says that there is none. */
function readCount(modifier: TreeNode, part: string, reading: TreeReading): Constant | 'other' | undefined {
  const node = optionalNode(modifier, part);
  const constant = node === undefined ? undefined : (treeConstant(node, reading) ?? 'other');
  if (constant === undefined || constant === 'other' || constant.kind === 'expression') return constant;
  if (constant.value === null) return undefined;
  return typeof constant.value === 'number' && constant.value >= 0 ? constant : 'other';
}

function isTransparent(node: TreeNode): boolean {
  const isDistinctOn = nodesAt(node, 'modifiers').some(
    (modifier) => listAt(modifier, 'distinct_on_targets').length > 0,
  );
  // In a grouping set that leaves a column out, it is NULL, whatever it was in the rows.
  const hasGroupingSets = listAt(node, 'group_sets').length > 1;
  const hasSample = optionalNode(node, 'sample') !== undefined;
  return !isDistinctOn && !hasGroupingSets && !hasSample && !hasWindow(node);
}

function hasWindow(node: TreeNode): boolean {
  return ['select_list', 'qualify', 'modifiers'].some((part) =>
    hasNode(node[part], (each) => each['class'] === 'WINDOW'),
  );
}

const REORDERING = new Set(['DISTINCT_MODIFIER', 'ORDER_MODIFIER']);

function isRowwise(node: TreeNode): boolean {
  const isGrouped = ['group_expressions', 'group_sets'].some((part) => listAt(node, part).length > 0);
  const isFiltered = ['having', 'qualify', 'sample'].some((part) => optionalNode(node, part) !== undefined);
  const isReordered = nodesAt(node, 'modifiers').some((modifier) => REORDERING.has(textAt(modifier, 'type')));
  const isAggregated = node['aggregate_handling'] !== 'STANDARD_HANDLING';
  // Queries inside are looked into as well: (SELECT sum(t.a)) is an aggregate over t.
  const isScalar = !hasNode(node['select_list'], isUnknownCall);
  return !isGrouped && !isFiltered && !isReordered && !isAggregated && isScalar;
}

/** By what rows are ordered, or the only one is found, where that is one column. */
function readOrder(node: TreeNode, reading: TreeReading): RowOrder | undefined {
  const isOrder = ({ type }: TreeNode): boolean => type === 'ORDER_MODIFIER';
  const [modifier] = nodesAt(node, 'modifiers').filter(isOrder);
  if (modifier === undefined) return readExtreme(node, reading);
  const unordered = { ...node, modifiers: nodesAt(node, 'modifiers').filter((each) => !isOrder(each)) };
  const [only, ...others] = nodesAt(modifier, 'orders');
  if (!isRowwise(unordered) || only === undefined || others.length > 0) return undefined;
  const column = treeColumn(nodeAt(only, 'expression'), reading);
  const isPlain = only['null_order'] === 'ORDER_DEFAULT';
  return column && isPlain ? { column, isDescending: only['type'] === 'DESCENDING', isExtreme: false } : undefined;
}

/** `SELECT max(published)`. */
function readExtreme(node: TreeNode, reading: TreeReading): RowOrder | undefined {
  const [call, ...others] = nodesAt(node, 'select_list');
  const name = call?.['class'] === 'FUNCTION' ? textAt(call, 'function_name').toLowerCase() : '';
  if (call === undefined || others.length > 0 || (name !== 'max' && name !== 'min')) return undefined;
  const isWhole = ['having', 'qualify', 'sample'].every((part) => optionalNode(node, part) === undefined);
  const isUngrouped = ['group_expressions', 'group_sets', 'modifiers'].every((part) => listAt(node, part).length === 0);
  const [argument, ...more] = nodesAt(call, 'children');
  const isPlain = optionalNode(call, 'filter') === undefined && call['distinct'] === false && more.length === 0;
  const isInOrder = listAt(optionalNode(call, 'order_bys') ?? call, 'orders').length > 0;
  if (!isWhole || !isUngrouped || !isPlain || isInOrder || argument === undefined) return undefined;
  const column = treeColumn(argument, reading);
  return column && { column, isDescending: name === 'max', isExtreme: true };
}

/** Repeated or not, and in any order. Groups have as many values as their rows, if the value is what they are made by. */
function isEachValue(node: TreeNode): boolean {
  const isFiltered = ['having', 'qualify', 'sample'].some((part) => optionalNode(node, part) !== undefined);
  const isCut = nodesAt(node, 'modifiers').some(
    (modifier) => !REORDERING.has(textAt(modifier, 'type')) || listAt(modifier, 'distinct_on_targets').length > 0,
  );
  if (isFiltered || isCut || listAt(node, 'group_sets').length > 1) return false;
  const isGrouped = listAt(node, 'group_expressions').length > 0 || node['aggregate_handling'] !== 'STANDARD_HANDLING';
  return isGrouped ? isKey(node) : !hasNode(node['select_list'], isUnknownCall);
}

/** Whether the first column is one that stands in GROUP BY: what is no aggregate has to be. */
function isKey(node: TreeNode): boolean {
  const isGrouped = listAt(node, 'group_expressions').length > 0 || node['aggregate_handling'] === 'FORCE_AGGREGATES';
  return isGrouped && !hasNode(nodesAt(node, 'select_list')[0], isUnknownCall);
}

function isSpreading(node: TreeNode): boolean {
  const isCall = node['class'] === 'FUNCTION' && isSpreadingFunction(textAt(node, 'function_name'));
  return isCall || node['class'] === 'STAR';
}

function isUnknownCall(node: TreeNode): boolean {
  if (node['class'] === 'WINDOW') return true;
  return node['class'] === 'FUNCTION' && !isScalarFunction(textAt(node, 'function_name'));
}
