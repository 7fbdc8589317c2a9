/**
 * Queries that give the values which a condition allows a column to have: `IN (SELECT id FROM keys)`, the other side of
 * `f.userId = k.id` where `k` is a table of the session, a file, VALUES, a CTE, or a query.
 *
 * Of those that read no resource, the rows are known before anything is requested, so that they serve as a list that the statement
 * could have written. Those that do can be asked as soon as what they read has been loaded. The engine runs the statement as it
 * stands all the same: a value too many costs a request, and none may be missing. So only queries count that give the same rows
 * whenever they are asked.
 *
 * @module
 */

import { isScalarFunction } from '../block/scalar-functions.ts';
import { tableName } from './reading.ts';
import { subqueryWithTies, withTies } from './ties.ts';
import {
  eachNode,
  hasNode,
  isTreeNode,
  listAt,
  nodeAt,
  nodesAt,
  optionalNode,
  type TreeNode,
  textAt,
  textsAt,
} from './tree.ts';

/** A query of one column whose values are all that the other side of the node can equal. */
export interface KeyQuery {
  /** The subquery, or the column of the relation. */
  readonly node: TreeNode;
  /** Complete with the CTEs that it names. */
  readonly query: TreeNode;
  readonly reads: Reads;
}

/** A query of one column, none of whose values a column may have: `NOT IN (SELECT …)`, or NOT EXISTS of a row that equals it. */
export interface ExcludedKeys {
  /** The subquery. */
  readonly node: TreeNode;
  readonly column: TreeNode;
  /** Complete with the CTEs that it names. A value too many would lose rows, one too few costs a request. */
  readonly query: TreeNode;
}

/** What a statement says about the values of columns. */
export interface KeysFound {
  readonly queries: readonly KeyQuery[];
  readonly excluded: readonly ExcludedKeys[];
}

/** Whether what a query reads is there from the start, or only when resources have been read. */
type Reads = 'nothing' | 'resources';

/** What FROM calls a relation that gives the same rows whenever it is asked, and what it is; `reads` is undefined of others. */
interface Relation {
  readonly alias: string;
  readonly from: TreeNode;
  readonly reads: Reads | undefined;
}

interface Entry {
  readonly entry: TreeNode;
  readonly reads: Reads;
}

interface Scope {
  /** By name in lower case: the entry of WITH, where its query gives the same rows whenever it is asked. */
  readonly ctes: ReadonlyMap<string, Entry | undefined>;
  /** Of this query and those around it, innermost first. */
  readonly relations: readonly (readonly Relation[])[];
}

interface Search {
  /** Whether requests can be made with values of a column of that name. */
  readonly isKey: (column: string) => boolean;
  readonly found: KeyQuery[];
  readonly excluded: ExcludedKeys[];
  /** What the statement has as parameters, as the tree says it. */
  readonly parameters: unknown;
}

/** Where a condition stands. */
interface Standing {
  readonly scope: Scope;
  readonly block: TreeNode;
  readonly search: Search;
}

/**
 * The key queries of a statement, in no order.
 *
 * @param statement the tree of one statement
 * @param isKey whether requests can be made with values of a column of that name
 */
export function keyQueriesIn(statement: TreeNode, isKey: (column: string) => boolean): KeysFound {
  const [queries, excluded]: [KeyQuery[], ExcludedKeys[]] = [[], []];
  if (!hasNode(statement, isResource)) return { queries, excluded };
  const search: Search = { isKey, found: queries, excluded, parameters: statement['named_param_map'] };
  visitQuery(nodeAt(statement, 'node'), { ctes: new Map(), relations: [] }, search);
  return { queries, excluded };
}

function visitQuery(node: TreeNode, outside: Scope, search: Search): void {
  let ctes = outside.ctes;
  for (const entry of entriesOf(node)) {
    const query = nodeAt(nodeAt(nodeAt(entry, 'value'), 'query'), 'node');
    visitQuery(query, { ...outside, ctes }, search);
    const reads = readsOf(query, ctes);
    ctes = withCte(ctes, textAt(entry, 'key'), reads && { entry, reads });
  }
  if (node['type'] !== 'SELECT_NODE') {
    visitArms(node, { ...outside, ctes }, search);
    return;
  }
  const from = nodeAt(node, 'from_table');
  const scope = { ctes, relations: [relationsOf(from, ctes), ...outside.relations] };
  const conditions = [optionalNode(node, 'where_clause'), ...joinConditions(from)].filter((each) => each !== undefined);
  const standing = { scope, block: node, search };
  for (const condition of conditions.flatMap(conjunctsOf)) {
    search.found.push(...keysOf(condition, standing));
    search.excluded.push(...excludedBy(condition, standing));
  }
  visitInner(node, scope, search);
}

/** The repeated part of a recursive query names the rows so far. */
function visitArms(node: TreeNode, scope: Scope, search: Search): void {
  const [left, right] = [optionalNode(node, 'left'), optionalNode(node, 'right')];
  if (left !== undefined) visitQuery(left, scope, search);
  if (right === undefined) return;
  const isRecursive = node['type'] === 'RECURSIVE_CTE_NODE';
  const ctes = isRecursive ? withCte(scope.ctes, textAt(node, 'cte_name'), undefined) : scope.ctes;
  visitQuery(right, { ...scope, ctes }, search);
}

/** One that takes the name of another changes what those in between mean by it: none of them is read by itself then. */
function withCte(ctes: Scope['ctes'], name: string, entry: Entry | undefined): Scope['ctes'] {
  const key = name.toLowerCase();
  const known = ctes.has(key) ? [...ctes].map(([each]) => [each, undefined] as const) : [...ctes];
  return new Map([...known, [key, ctes.has(key) ? undefined : entry]]);
}

/** The queries inside expressions, and those that FROM reads. */
function visitInner(part: unknown, scope: Scope, search: Search): void {
  if (Array.isArray(part)) for (const item of part) visitInner(item, scope, search);
  if (!isTreeNode(part)) return;
  for (const [key, child] of Object.entries(part)) {
    if (key === 'cte_map') continue;
    const query = key === 'subquery' && isTreeNode(child) ? optionalNode(child, 'node') : undefined;
    if (query === undefined) visitInner(child, scope, search);
    else visitQuery(query, scope, search);
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
  const loose = from['type'] === 'SUBQUERY' ? subqueryWithTies(from) : from;
  return [{ alias: alias.toLowerCase(), from: loose, reads: readsOf(loose, ctes) }];
}

function keysOf(condition: TreeNode, standing: Standing): readonly KeyQuery[] {
  const { isKey } = standing.search;
  if (condition['class'] === 'SUBQUERY') {
    return isColumn(optionalNode(condition, 'child'), isKey) ? ofSubquery(condition, standing) : [];
  }
  if (condition['type'] !== 'COMPARE_EQUAL') return [];
  const [left, right] = [nodeAt(condition, 'left'), nodeAt(condition, 'right')];
  const sides = [
    { column: left, other: right },
    { column: right, other: left },
  ];
  return sides.filter(({ column }) => isColumn(column, isKey)).flatMap(({ other }) => ofOperand(other, standing));
}

function ofOperand(operand: TreeNode, standing: Standing): readonly KeyQuery[] {
  if (operand['class'] === 'SUBQUERY') {
    return operand['subquery_type'] === 'SCALAR' ? ofSubquery(operand, standing) : [];
  }
  return operand['class'] === 'COLUMN_REF' ? ofRelation(operand, standing) : ofExpression(operand, standing);
}

function isColumn(node: TreeNode | undefined, isKey: Search['isKey']): boolean {
  return node?.['class'] === 'COLUMN_REF' && isKey(textsAt(node, 'column_names').at(-1) ?? '');
}

function ofSubquery(node: TreeNode, standing: Standing): readonly KeyQuery[] {
  const query = withTies(nodeAt(nodeAt(node, 'subquery'), 'node'));
  const reads = readsOf(query, standing.scope.ctes);
  return reads === undefined ? [] : [{ node, query: statementOf(query, reads, standing), reads }];
}

/** What a negated subquery leaves out. */
function excludedBy(condition: TreeNode, standing: Standing): readonly ExcludedKeys[] {
  const [node] = condition['type'] === 'OPERATOR_NOT' ? nodesAt(condition, 'children') : [];
  if (node?.['class'] !== 'SUBQUERY') return [];
  const query = nodeAt(nodeAt(node, 'subquery'), 'node');
  const isMembership = node['subquery_type'] === 'ANY' && node['comparison_type'] === 'COMPARE_EQUAL';
  const found = isMembership
    ? { column: optionalNode(node, 'child'), query }
    : node['subquery_type'] === 'EXISTS'
      ? equalIn(query, standing)
      : undefined;
  if (found?.column === undefined || !isColumn(found.column, standing.search.isKey)) return [];
  const reads = readsOf(found.query, standing.scope.ctes);
  if (reads === undefined) return [];
  return [{ node, column: found.column, query: statementOf(found.query, reads, standing) }];
}

/**
 * Of a query that has a row where `inner = outer` and whatever else it says of its own rows: the outer column, and the query of the
 * values of the inner one.
 */
function equalIn(query: TreeNode, { scope }: Standing): Pick<ExcludedKeys, 'column' | 'query'> | undefined {
  const where = optionalNode(query, 'where_clause');
  if (where === undefined || !isRowwise(query)) return undefined;
  const inside = new Set(relationsOf(nodeAt(query, 'from_table'), scope.ctes).map(({ alias }) => alias));
  const conditions = andedIn(where);
  const places = conditions.map((condition) => equalityAcross(condition, inside));
  const equality = places.find((place) => place !== undefined);
  const others = conditions.filter((_, index) => places[index] !== equality);
  const isOwn = [nodeAt(query, 'from_table'), ...others].every((part) => !namesOutside(part, inside, scope));
  if (equality === undefined || !isOwn || entriesOf(query).length > 0) return undefined;
  const [first, ...more] = others;
  const rest = first === undefined ? null : more.length === 0 ? first : { ...where, children: others };
  return { column: equality.outer, query: { ...query, select_list: [equality.inner], where_clause: rest } };
}

/** Whether a query has a row for each that FROM and WHERE leave. */
function isRowwise(query: TreeNode): boolean {
  return (
    query['type'] === 'SELECT_NODE' &&
    nodesAt(query, 'modifiers').length === 0 &&
    listAt(query, 'group_sets').length === 0 &&
    ['having', 'qualify', 'sample'].every((clause) => optionalNode(query, clause) === undefined) &&
    nodesAt(query, 'select_list').every((item) => SELECTED_KINDS.has(textAt(item, 'class')))
  );
}

/** What EXISTS does not look at. A function might be an aggregate, which has a row in any case. */
const SELECTED_KINDS = new Set(['CONSTANT', 'STAR', 'COLUMN_REF']);

/** `inner.a = outer.b`. */
function equalityAcross(
  condition: TreeNode,
  inside: ReadonlySet<string>,
): { readonly inner: TreeNode; readonly outer: TreeNode } | undefined {
  if (condition['type'] !== 'COMPARE_EQUAL') return undefined;
  const sides = [nodeAt(condition, 'left'), nodeAt(condition, 'right')];
  if (!sides.every((side) => side['class'] === 'COLUMN_REF' && textsAt(side, 'column_names').length === 2)) {
    return undefined;
  }
  const isInner = (side: TreeNode): boolean => inside.has((textsAt(side, 'column_names')[0] ?? '').toLowerCase());
  const [inner, outer] = [sides.find(isInner), sides.find((side) => !isInner(side))];
  return inner && outer && { inner, outer };
}

/** Whether a part names what stands outside. A name without a relation is one inside if any has it, and fails alone otherwise. */
function namesOutside(part: TreeNode, inside: ReadonlySet<string>, { relations }: Scope): boolean {
  return hasNode(part, (node) => {
    if (node['class'] === 'SUBQUERY') return true;
    const [first = '', ...more] = node['class'] === 'COLUMN_REF' ? textsAt(node, 'column_names') : [];
    const name = first.toLowerCase();
    return more.length > 0 && !inside.has(name) && relations.some((each) => each.some(({ alias }) => alias === name));
  });
}

/** `k.id`: what is called `k` where it stands. */
function ofRelation(node: TreeNode, standing: Standing): readonly KeyQuery[] {
  const [qualifier, column, ...more] = textsAt(node, 'column_names');
  if (qualifier === undefined || column === undefined || more.length > 0) return [];
  const relation = relationCalled(qualifier, standing);
  // Rows of a resource feed others while they come.
  return relation === undefined || isResource(relation.from) ? [] : [overRelation(node, relation, standing)];
}

/** `coalesce(k.a, k.b)`: what is computed from the rows of one relation. */
function ofExpression(node: TreeNode, standing: Standing): readonly KeyQuery[] {
  const qualifier = onlyQualifier(node);
  const relation = qualifier === undefined ? undefined : relationCalled(qualifier, standing);
  const isUsable = readsOf(node, standing.scope.ctes) !== undefined && !hasNode(node, mayFail);
  return relation === undefined || !isUsable ? [] : [overRelation(node, relation, standing)];
}

/** Functions of texts that give a text, or NULL, of whatever they are given. */
const TOTAL_FUNCTIONS = new Set(
  'coalesce nullif trim ltrim rtrim lower upper lcase ucase concat concat_ws || -> ->> json_extract_string replace left right ifnull'.split(
    ' ',
  ),
);

/** What fails for some values: other rows than those that the statement would compute it for may have such. */
function mayFail(node: TreeNode): boolean {
  if (node['class'] === 'CAST') return textAt(nodeAt(node, 'cast_type'), 'id') !== 'VARCHAR';
  return node['class'] === 'FUNCTION' && !TOTAL_FUNCTIONS.has(textAt(node, 'function_name').toLowerCase());
}

/** The name before every column of an expression without queries inside; undefined where there are several, or none. */
function onlyQualifier(node: TreeNode): string | undefined {
  const qualifiers = new Set<string | undefined>();
  eachNode(node, (part) => {
    if (part['class'] === 'SUBQUERY') qualifiers.add(undefined);
    if (part['class'] !== 'COLUMN_REF') return;
    const names = textsAt(part, 'column_names');
    qualifiers.add(names.length === 2 ? names[0]?.toLowerCase() : undefined);
  });
  const [only] = qualifiers;
  return qualifiers.size === 1 ? only : undefined;
}

type Known = Relation & { readonly reads: Reads };

function relationCalled(qualifier: string, { scope }: Standing): Known | undefined {
  const isCalled = ({ alias }: Relation): boolean => alias === qualifier.toLowerCase();
  const [relation, ...namesakes] = scope.relations.find((each) => each.some(isCalled))?.filter(isCalled) ?? [];
  if (relation?.reads === undefined || namesakes.length > 0) return undefined;
  return { ...relation, reads: relation.reads };
}

function overRelation(node: TreeNode, { from, reads, alias }: Known, standing: Standing): KeyQuery {
  const query = {
    ...standing.block,
    select_list: [node],
    from_table: from,
    modifiers: [],
    cte_map: { map: [] },
    where_clause: ownConditions(alias, standing),
    group_expressions: [],
    group_sets: [],
    aggregate_handling: 'STANDARD_HANDLING',
    having: null,
    qualify: null,
    sample: null,
  };
  return { node, query: statementOf(query, reads, standing), reads };
}

/** What WHERE says of the relation alone: rows that it leaves out have no part in the answer. */
function ownConditions(alias: string, { block, scope }: Standing): TreeNode | null {
  const where = optionalNode(block, 'where_clause');
  const conditions = (where === undefined ? [] : andedIn(where)).filter(
    (condition) => onlyQualifier(condition) === alias && readsOf(condition, scope.ctes) !== undefined,
  );
  const [first] = conditions;
  if (where === undefined || first === undefined) return null;
  return conditions.length === 1 ? first : { ...where, children: conditions };
}

/** The conditions that all have to hold. */
function andedIn(condition: TreeNode): readonly TreeNode[] {
  return condition['type'] === 'CONJUNCTION_AND' ? nodesAt(condition, 'children').flatMap(andedIn) : [condition];
}

/** A statement of its own, with the CTEs around it; its own, which have other names, go behind them. */
function statementOf(query: TreeNode, reads: Reads, { scope: { ctes }, search: { parameters } }: Standing): TreeNode {
  const around = [...ctes.values()].flatMap((each) =>
    each === undefined || (each.reads === 'resources' && reads === 'nothing') ? [] : [each.entry],
  );
  return { node: { ...query, cte_map: { map: [...around, ...entriesOf(query)] } }, named_param_map: parameters };
}

/** A table with dots in its name. */
function isResource(node: TreeNode): boolean {
  return node['type'] === 'BASE_TABLE' && tableName(node).length > 1;
}

/** What the part reads; undefined where it need not give the same rows each time, or the engine might read it otherwise alone. */
function readsOf(part: TreeNode, ctes: Scope['ctes']): Reads | undefined {
  if (hasNode(part, (node) => namesWhatIsNot(node, ctes) || isUnsteady(node))) return undefined;
  const reads = hasNode(part, (node) => isResource(node) || namesReading(node, ctes)) ? 'resources' : 'nothing';
  return reads === 'resources' && hasNode(part, isOfWholeTables) ? undefined : reads;
}

/** Whether it names a CTE outside that is not usable, or has one of its own by the name of one outside. */
function namesWhatIsNot(node: TreeNode, ctes: Scope['ctes']): boolean {
  const isShadowing = entriesOf(node).some((entry) => ctes.has(textAt(entry, 'key').toLowerCase()));
  if (isShadowing || node['type'] !== 'BASE_TABLE') return isShadowing;
  const name = textAt(node, 'table_name').toLowerCase();
  return ctes.has(name) && ctes.get(name) === undefined;
}

function namesReading(node: TreeNode, ctes: Scope['ctes']): boolean {
  return node['type'] === 'BASE_TABLE' && ctes.get(textAt(node, 'table_name').toLowerCase())?.reads === 'resources';
}

/** What depends on how many columns a table has: of a resource, only what is read is stored. */
function isOfWholeTables(node: TreeNode): boolean {
  if (node['type'] === 'BASE_TABLE') return isResource(node) && textsAt(node, 'column_name_alias').length > 0;
  return node['class'] === 'STAR' || (node['type'] === 'JOIN' && node['ref_type'] === 'NATURAL');
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
  if (optionalNode(node, 'sample') !== undefined) return true;
  // Rows that are equal in order have one rank, whatever order they come in.
  if (node['class'] === 'WINDOW') return textAt(node, 'type') !== 'WINDOW_RANK';
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
