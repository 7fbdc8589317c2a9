/**
 * Queries that give the values which a condition allows a column to have, and that read no resource: `IN (SELECT id FROM keys)`,
 * the other side of `f.userId = k.id` where `k` is a table of the session, a file, VALUES or a CTE of such.
 *
 * Their rows are known before anything is requested, so that they serve as a list that the statement could have written. The
 * engine runs the statement as it stands all the same: a value too many costs a request, and none may be missing. So only
 * queries count that give the same rows whenever they are asked.
 *
 * @module
 */

import { isScalarFunction } from '../block/scalar-functions.ts';
import { tableName } from './reading.ts';
import { eachNode, hasNode, listAt, nodeAt, nodesAt, optionalNode, type TreeNode, textAt, textsAt } from './tree.ts';

/** A query of one column whose values are all that the other side of the node can equal. */
export interface KeyQuery {
  /** The subquery, or the column of the relation. */
  readonly node: TreeNode;
  /** Complete with the CTEs that it names. */
  readonly query: TreeNode;
}

/** What FROM calls a relation that can be read by itself, and what it is; undefined where it reads resources. */
interface Relation {
  readonly alias: string;
  readonly from: TreeNode | undefined;
}

interface Scope {
  /** By name in lower case: the entry of WITH, where its query can be run by itself. */
  readonly ctes: ReadonlyMap<string, TreeNode | undefined>;
  /** Of this query and those around it, innermost first. */
  readonly relations: readonly (readonly Relation[])[];
}

/**
 * The key queries of a statement, in no order.
 *
 * @param statement the tree of one statement
 * @param isKey whether requests can be made with values of a column of that name
 */
export function keyQueriesIn(statement: TreeNode, isKey: (column: string) => boolean): readonly KeyQuery[] {
  if (!hasNode(statement, isResource)) return [];
  const found: KeyQuery[] = [];
  visitQuery(nodeAt(statement, 'node'), { ctes: new Map(), relations: [] }, isKey, found);
  return found;
}

function visitQuery(node: TreeNode, outside: Scope, isKey: (column: string) => boolean, found: KeyQuery[]): void {
  const ctes = new Map(outside.ctes);
  for (const entry of entriesOf(node)) {
    const query = nodeAt(nodeAt(nodeAt(entry, 'value'), 'query'), 'node');
    visitQuery(query, { ...outside, ctes: new Map(ctes) }, isKey, found);
    ctes.set(textAt(entry, 'key').toLowerCase(), isAlone(query, ctes) ? entry : undefined);
  }
  if (node['type'] !== 'SELECT_NODE') {
    for (const arm of [optionalNode(node, 'left'), optionalNode(node, 'right')]) {
      if (arm !== undefined) visitQuery(arm, { ...outside, ctes }, isKey, found);
    }
    return;
  }
  const from = nodeAt(node, 'from_table');
  const scope = { ctes, relations: [relationsOf(from, ctes), ...outside.relations] };
  const conditions = [optionalNode(node, 'where_clause'), ...joinConditions(from)].filter((each) => each !== undefined);
  for (const condition of conditions)
    found.push(...conjunctsOf(condition).flatMap((each) => keysOf(each, scope, node, isKey)));
  visitInner(node, scope, isKey, found);
}

/** The queries inside expressions, and those that FROM reads. */
function visitInner(part: unknown, scope: Scope, isKey: (column: string) => boolean, found: KeyQuery[]): void {
  if (Array.isArray(part)) for (const item of part) visitInner(item, scope, isKey, found);
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return;
  for (const [key, child] of Object.entries(part)) {
    if (key === 'cte_map') continue;
    const query = key === 'subquery' && typeof child === 'object' ? optionalNode(child as TreeNode, 'node') : undefined;
    if (query !== undefined) visitQuery(query, scope, isKey, found);
    else visitInner(child, scope, isKey, found);
  }
}

function entriesOf(node: TreeNode): readonly TreeNode[] {
  const map = optionalNode(node, 'cte_map');
  return map === undefined ? [] : nodesAt(map, 'map');
}

function joinConditions(from: TreeNode): readonly TreeNode[] {
  if (from['type'] !== 'JOIN') return [];
  const condition = optionalNode(from, 'condition');
  const inner = [...joinConditions(nodeAt(from, 'left')), ...joinConditions(nodeAt(from, 'right'))];
  return condition === undefined ? inner : [...inner, condition];
}

/** The conditions below AND and OR. */
function conjunctsOf(condition: TreeNode): readonly TreeNode[] {
  return condition['class'] === 'CONJUNCTION' ? nodesAt(condition, 'children').flatMap(conjunctsOf) : [condition];
}

function relationsOf(from: TreeNode, ctes: Scope['ctes']): readonly Relation[] {
  if (from['type'] === 'JOIN') {
    return [...relationsOf(nodeAt(from, 'left'), ctes), ...relationsOf(nodeAt(from, 'right'), ctes)];
  }
  const alias = textAt(from, 'alias') || (tableName(from).at(-1) ?? '');
  return [{ alias: alias.toLowerCase(), from: isAlone(from, ctes) ? from : undefined }];
}

function keysOf(
  condition: TreeNode,
  scope: Scope,
  block: TreeNode,
  isKey: (column: string) => boolean,
): readonly KeyQuery[] {
  if (condition['class'] === 'SUBQUERY') {
    const operand = optionalNode(condition, 'child');
    return isColumn(operand, isKey) ? ofSubquery(condition, scope) : [];
  }
  if (condition['type'] !== 'COMPARE_EQUAL') return [];
  const [left, right] = [nodeAt(condition, 'left'), nodeAt(condition, 'right')];
  return [...ofSide(left, right), ...ofSide(right, left)];

  function ofSide(column: TreeNode, other: TreeNode): readonly KeyQuery[] {
    if (!isColumn(column, isKey)) return [];
    if (other['class'] === 'SUBQUERY' && other['subquery_type'] === 'SCALAR') return ofSubquery(other, scope);
    return other['class'] === 'COLUMN_REF' ? ofRelation(other, scope, block) : [];
  }
}

function isColumn(node: TreeNode | undefined, isKey: (column: string) => boolean): boolean {
  return node?.['class'] === 'COLUMN_REF' && isKey(textsAt(node, 'column_names').at(-1) ?? '');
}

function ofSubquery(node: TreeNode, { ctes }: Scope): readonly KeyQuery[] {
  const query = nodeAt(nodeAt(node, 'subquery'), 'node');
  return isAlone(query, ctes) ? [{ node, query: statementOf(query, ctes) }] : [];
}

/** `k.id`: what is called `k` where it stands, if that can be read by itself. */
function ofRelation(node: TreeNode, { ctes, relations }: Scope, block: TreeNode): readonly KeyQuery[] {
  const [qualifier, column, ...more] = textsAt(node, 'column_names');
  if (qualifier === undefined || column === undefined || more.length > 0) return [];
  const level = relations.find((each) => each.some(({ alias }) => alias === qualifier.toLowerCase()));
  const [relation, ...namesakes] = level?.filter(({ alias }) => alias === qualifier.toLowerCase()) ?? [];
  if (relation?.from === undefined || namesakes.length > 0) return [];
  const query = {
    ...block,
    select_list: [node],
    from_table: relation.from,
    modifiers: [],
    cte_map: { map: [] },
    where_clause: null,
    group_expressions: [],
    group_sets: [],
    aggregate_handling: 'STANDARD_HANDLING',
    having: null,
    qualify: null,
    sample: null,
  };
  return [{ node, query: statementOf(query, ctes) }];
}

/** A statement of its own, with the CTEs around it; its own go before them. */
function statementOf(query: TreeNode, ctes: Scope['ctes']): TreeNode {
  const own = entriesOf(query);
  const names = new Set(own.map((entry) => textAt(entry, 'key').toLowerCase()));
  const around = [...ctes].flatMap(([name, entry]) => (entry === undefined || names.has(name) ? [] : [entry]));
  return { node: { ...query, cte_map: { map: [...around, ...own] } }, named_param_map: [] };
}

/** A table with dots in its name. */
function isResource(node: TreeNode): boolean {
  return node['type'] === 'BASE_TABLE' && tableName(node).length > 1;
}

/** Whether the part reads no resource, nor a CTE that does, and gives the same rows whenever it is asked. */
function isAlone(part: TreeNode, ctes: Scope['ctes']): boolean {
  const own = new Set<string>();
  eachNode(part, (node) => {
    for (const entry of entriesOf(node)) own.add(textAt(entry, 'key').toLowerCase());
    if (node['type'] === 'RECURSIVE_CTE_NODE') own.add(textAt(node, 'cte_name').toLowerCase());
  });
  const isOther = (node: TreeNode): boolean => {
    if (node['type'] !== 'BASE_TABLE') return false;
    const name = textAt(node, 'table_name').toLowerCase();
    // A CTE of its own can have the name of one that reads resources, and only one of the two is meant.
    return isResource(node) || (ctes.has(name) && (ctes.get(name) === undefined || own.has(name)));
  };
  return !hasNode(part, (node) => isOther(node) || isUnsteady(node));
}

const FROM_KINDS = new Set(['BASE_TABLE', 'SUBQUERY', 'TABLE_FUNCTION', 'EXPRESSION_LIST', 'EMPTY', 'JOIN']);
const JOIN_KINDS = new Set(['REGULAR', 'NATURAL', 'CROSS']);
const STEADY_MODIFIERS = new Set(['ORDER_MODIFIER', 'DISTINCT_MODIFIER']);

/** Functions of many rows that give the same in whatever order the rows come. */
const STEADY_AGGREGATES = new Set(['min', 'max', 'count', 'count_star', 'bool_and', 'bool_or']);

/** Table functions that give the same rows each time. Files are those that the session allows. */
const STEADY_TABLES = new Set(
  'range generate_series unnest read_csv read_csv_auto read_json read_json_auto read_ndjson read_ndjson_auto read_parquet'.split(
    ' ',
  ),
);

/** What may give other rows when it is asked again: a cut of rows without an order, a clock that runs, a random number. */
function isUnsteady(node: TreeNode): boolean {
  if (optionalNode(node, 'sample') !== undefined || node['class'] === 'WINDOW') return true;
  if (node['class'] === 'FUNCTION') return !isSteadyFunction(textAt(node, 'function_name').toLowerCase());
  const type = textAt(node, 'type');
  if (/_MODIFIER$/.test(type)) {
    return !STEADY_MODIFIERS.has(type) || listAt(node, 'distinct_on_targets').length > 0;
  }
  if (type === 'JOIN') return !JOIN_KINDS.has(textAt(node, 'ref_type'));
  return 'column_name_alias' in node && !FROM_KINDS.has(type);
}

function isSteadyFunction(name: string): boolean {
  return isScalarFunction(name) || STEADY_AGGREGATES.has(name) || STEADY_TABLES.has(name);
}
