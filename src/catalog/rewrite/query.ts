/**
 * A query of PostgreSQL's catalog as one of DuckDB's: the tree is walked with the scopes of SQL, and each expression goes through
 * the rules.
 *
 * @module
 */

import { rewriteFrom } from './from.ts';
import { figuredName, needsName } from './names.ts';
import { isNode, listAt, type Node, namesAt, nodeAt, textAt } from './nodes.ts';
import { inferParameters } from './parameters.ts';
import { applyRules } from './rules.ts';
import { common, type Scope, type Source, type TypedColumn, typeOf, UNKNOWN } from './scope.ts';
import type { Statement } from './statement.ts';
import type { Rewritten, Walk } from './walk.ts';

/** @param node of a SELECT, a set operation or a CTE, as `json_serialize_sql` has it */
export function rewriteQuery(node: Node, statement: Statement): Rewritten {
  const queries: Scope['queries'] = new WeakMap();
  const walk: Walk = {
    statement,
    query: (each, outer, ctes) => {
      const { node: changed, columns: found } = queryNode(each, { outer, ctes, queries, walk });
      // A literal that nothing says more of is a text.
      const columns = found.map(({ name, type }) => ({ name, type: type === UNKNOWN ? 'text' : type }));
      queries.set(each, columns);
      return { node: changed, columns };
    },
    expression: (each, scope) => rewriteExpression(each, scope, walk),
  };
  return walk.query(node, undefined, new Map());
}

interface Around {
  readonly outer: Scope | undefined;
  readonly ctes: Scope['ctes'];
  readonly queries: Scope['queries'];
  readonly walk: Walk;
}

function queryNode(node: Node, around: Around): Rewritten {
  const { map, ctes } = rewriteCtes(node, around);
  const inside = { ...around, ctes };
  const rewritten = node['type'] === 'SELECT_NODE' ? selectNode(node, inside) : setNode(node, inside);
  return map === undefined ? rewritten : { ...rewritten, node: { ...rewritten.node, cte_map: map } };
}

function rewriteCtes(node: Node, { outer, ctes, walk }: Around): { map?: Node; ctes: Scope['ctes'] } {
  const entries = listAt(nodeAt(node, 'cte_map'), 'map');
  if (entries.length === 0) return { ctes };
  const known = new Map(ctes);
  const map = entries.map((entry) => {
    const value = nodeAt(entry, 'value');
    const query = nodeAt(value, 'query');
    const inner = nodeAt(query, 'node');
    if (inner === undefined) return entry;
    const name = textAt(entry, 'key');
    // Of a recursive one nothing is known in itself.
    if (inner['type'] === 'RECURSIVE_CTE_NODE') known.set(name, []);
    const { node: changed, columns } = walk.query(inner, outer, new Map(known));
    const aliases = namesAt(value, 'aliases');
    known.set(
      name,
      columns.map((column, index) => ({ ...column, name: aliases[index] ?? column.name })),
    );
    return { ...entry, value: { ...value, query: { ...query, node: changed } } };
  });
  return { map: { ...nodeAt(node, 'cte_map'), map }, ctes: known };
}

function setNode(node: Node, around: Around): Rewritten {
  const changed: Record<string, unknown> = {};
  const arms: (readonly TypedColumn[])[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'left' || key === 'right' || key === 'child') {
      const arm = isNode(value) ? queryNode(value, around) : undefined;
      changed[key] = arm?.node ?? value;
      if (arm !== undefined) arms.push(arm.columns);
    } else if (key === 'children' && Array.isArray(value)) {
      const each = value.map((child) => queryNode(child as Node, around));
      changed[key] = each.map((arm) => arm.node);
      arms.push(...each.map((arm) => arm.columns));
    } else changed[key] = value;
  }
  const [first = []] = arms;
  const columns = first.map(({ name }, index) => ({
    name,
    type: common(arms.map((arm) => arm[index]?.type ?? '')),
  }));
  return { node: changed, columns };
}

function selectNode(node: Node, around: Around): Rewritten {
  const { outer, ctes, queries, walk } = around;
  const empty: Scope = { sources: [], ctes, queries, ...(outer !== undefined && { outer }) };
  const from = nodeAt(node, 'from_table');
  const { node: fromNode, sources } = from === undefined ? { node: from, sources: [] } : rewriteFrom(from, empty, walk);
  const scope: Scope = { ...empty, sources };
  const list = listAt(node, 'select_list');
  const rewriteBelow = (value: unknown): unknown => below(value, scope, walk);
  const select_list = list.map((item) => {
    const changed = walk.expression(item, scope);
    return needsName(item) ? { ...changed, alias: figuredName(item) } : changed;
  });
  const rest = Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !['from_table', 'select_list', 'cte_map'].includes(key))
      .map(([key, value]) => [key, rewriteBelow(value)]),
  );
  const columns = list.flatMap((item) => outputColumns(item, scope, sources));
  return { node: { ...rest, cte_map: node['cte_map'], from_table: fromNode, select_list }, columns };
}

function outputColumns(item: Node, scope: Scope, sources: readonly Source[]): readonly TypedColumn[] {
  if (item['class'] !== 'STAR') {
    const alias = textAt(item, 'alias');
    const type = typeOf(item, scope);
    return [{ name: alias === '' ? figuredName(item) : alias, type }];
  }
  const relation = textAt(item, 'relation_name');
  return sources.filter(({ alias }) => relation === '' || alias === relation).flatMap(({ columns }) => columns);
}

/** Expressions wherever they stand below something that is none: in lists, modifiers, orders. */
function below(value: unknown, scope: Scope, walk: Walk): unknown {
  if (Array.isArray(value)) return value.map((each) => below(each, scope, walk));
  if (!isNode(value)) return value;
  if (typeof value['class'] === 'string') return walk.expression(value, scope);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, below(each, scope, walk)]));
}

function rewriteExpression(node: Node, scope: Scope, walk: Walk): Node {
  inferParameters(node, scope, walk.statement.parameters);
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    const inner = key === 'subquery' && isNode(value) ? nodeAt(value, 'node') : undefined;
    if (inner === undefined) changed[key] = typeof value === 'object' ? below(value, scope, walk) : value;
    else changed[key] = { ...(value as Node), node: walk.query(inner, scope, scope.ctes).node };
  }
  return applyRules(changed, { original: node, scope, statement: walk.statement });
}
