/**
 * What a query of the catalog reads: relations, lists of values, queries.
 *
 * @module
 */

import { BindError, NotSupportedError } from '../../errors.ts';
import { nearestNames } from '../../registry/nearest.ts';
import type { Relation } from '../facts.ts';
import { FUNCTIONS } from '../functions.ts';
import { memberOf } from '../types.ts';
import { isNode, listAt, type Node, namesAt, nodeAt, textAt } from './nodes.ts';
import { type Scope, type Source, type TypedColumn, typeOf } from './scope.ts';
import type { Walk } from './walk.ts';

/** Where the session finds each relation: as the table or view of that name. */
export const PLACE = 'catalog relations';

export interface RewrittenFrom {
  readonly node: Node;
  readonly sources: readonly Source[];
}

/** @param scope what stands around and to the left, which LATERAL may name */
export function rewriteFrom(node: Node, scope: Scope, walk: Walk): RewrittenFrom {
  switch (node['type']) {
    case 'BASE_TABLE':
      return baseTable(node, scope, walk);
    case 'JOIN':
      return join(node, scope, walk);
    case 'SUBQUERY':
      return subquery(node, scope, walk);
    case 'TABLE_FUNCTION':
      return tableFunction(node, scope, walk);
    case 'EMPTY':
      return { node, sources: [] };
    case 'EXPRESSION_LIST':
      return expressionList(node, scope, walk);
    default:
      throw new NotSupportedError('The catalog reads relations, queries and lists of values only.', {
        hint: 'Its relations are those of pg_catalog and information_schema.',
      });
  }
}

function baseTable(node: Node, scope: Scope, { statement }: Walk): RewrittenFrom {
  const [name, schema] = [textAt(node, 'table_name'), textAt(node, 'schema_name')];
  const alias = textAt(node, 'alias') || name;
  const cte = schema === '' ? scope.ctes.get(name) : undefined;
  if (cte !== undefined) return { node, sources: [{ alias, columns: renamed(cte, node) }] };
  const relation = findRelation(schema, name, statement);
  const key = relation.schema === 'pg_catalog' ? relation.name : `${relation.schema}.${relation.name}`;
  statement.uses.relations.add(key);
  return {
    node: { ...node, catalog_name: '', schema_name: '', table_name: `${PLACE} ${key}`, alias },
    sources: [{ alias, columns: renamed(relation.columns, node) }],
  };
}

function findRelation(schema: string, name: string, { facts, path }: Walk['statement']): Relation {
  const schemas = schema === '' ? path : [schema];
  for (const each of schemas) {
    const relation = facts.relations.get(`${each}.${name}`);
    if (relation !== undefined) return relation;
  }
  const known = [...facts.relations.values()].map((relation) => relation.name);
  const isOther = schema !== '' && schema !== 'pg_catalog' && schema !== 'information_schema';
  if (isOther || !name.startsWith('pg_')) {
    throw new NotSupportedError(
      `${JSON.stringify(schema === '' ? name : `${schema}.${name}`)} and a relation of the catalog cannot be read in one statement.`,
      { hint: 'Read the catalog in a statement of its own.' },
    );
  }
  throw new BindError('UNKNOWN_RESOURCE', `There is no relation ${JSON.stringify(name)} in the catalog.`, {
    unknownName: name,
    nearest: nearestNames(name, known),
    hint: "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace lists what there is.",
  });
}

function renamed(columns: readonly TypedColumn[], node: Node): readonly TypedColumn[] {
  const aliases = namesAt(node, 'column_name_alias');
  return columns.map((column, index) => ({ ...column, name: aliases[index] ?? column.name }));
}

function join(node: Node, scope: Scope, walk: Walk): RewrittenFrom {
  const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
  if (left === undefined || right === undefined) return { node, sources: [] };
  const first = rewriteFrom(left, scope, walk);
  const second = rewriteFrom(right, { ...scope, sources: [...scope.sources, ...first.sources] }, walk);
  const sources = [...first.sources, ...second.sources];
  const condition = nodeAt(node, 'condition');
  const inside: Scope = { ...scope, sources: [...scope.sources, ...sources] };
  return {
    node: {
      ...node,
      left: first.node,
      right: second.node,
      ...(condition !== undefined && { condition: walk.expression(condition, inside) }),
    },
    sources,
  };
}

function subquery(node: Node, scope: Scope, walk: Walk): RewrittenFrom {
  const query = nodeAt(node, 'subquery');
  const inner = nodeAt(query, 'node');
  if (inner === undefined) return { node, sources: [] };
  const { node: changed, columns } = walk.query(inner, scope, scope.ctes);
  return {
    node: { ...node, subquery: { ...query, node: changed } },
    sources: [{ alias: textAt(node, 'alias'), columns: renamed(columns, node) }],
  };
}

function expressionList(node: Node, scope: Scope, walk: Walk): RewrittenFrom {
  const values = Array.isArray(node['values']) ? (node['values'] as readonly (readonly unknown[])[]) : [];
  const rows = values.map((row) => row.map((each) => (isNode(each) ? walk.expression(each, scope) : each)));
  const columns = (values[0] ?? []).map((each, index) => ({
    name: `column${index + 1}`,
    type: isNode(each) ? typeOf(each, scope) : '',
  }));
  return {
    node: { ...node, values: rows },
    sources: [{ alias: textAt(node, 'alias'), columns: renamed(columns, node) }],
  };
}

/** Functions of rows that DuckDB has. */
const OF_ROWS: ReadonlySet<string> = new Set(['unnest', 'generate_series', 'generate_subscripts']);

/** A function behind FROM: one of rows, or one of a value, which is one row then. */
function tableFunction(node: Node, scope: Scope, walk: Walk): RewrittenFrom {
  const given = nodeAt(node, 'function');
  const name = textAt(given, 'function_name');
  if (given === undefined || textAt(node, 'with_ordinality') === 'WITH_ORDINALITY') throw unknownRows(name);
  if (name === 'pg_get_keywords') {
    walk.statement.uses.relations.add('keywords');
    const columns = ['word', 'catcode', 'barelabel', 'catdesc', 'baredesc'].map((each) => ({
      name: each,
      type: 'text',
    }));
    const alias = textAt(node, 'alias') || name;
    return { node: tableNode(`${PLACE} keywords`, alias), sources: [{ alias, columns: renamed(columns, node) }] };
  }
  const isRows = OF_ROWS.has(name);
  if (!isRows && !Object.hasOwn(FUNCTIONS, name) && !VALUES.has(name)) throw unknownRows(name);
  // One value has the name of the table, where it has none of its own.
  const alias = textAt(node, 'alias') || name;
  const [column = alias] = namesAt(node, 'column_name_alias');
  const type =
    isRows && name === 'unnest' ? (memberOf(typeOf(listAt(given, 'children')[0], scope)) ?? '') : typeOf(given, scope);
  const changed = walk.expression(given, scope);
  const sources = [{ alias, columns: [{ name: column, type }] }];
  if (isRows && name !== 'generate_subscripts')
    return { node: { ...node, alias, column_name_alias: [column], function: { ...changed, alias: '' } }, sources };
  return { node: queryOf({ ...changed, alias: column }, alias), sources };
}

const VALUES: ReadonlySet<string> = new Set([
  'current_schemas',
  'current_schema',
  'version',
  'current_database',
  'now',
]);

function unknownRows(name: string): NotSupportedError {
  return new NotSupportedError(`The catalog has no function ${name} that gives rows.`, {
    hint: 'unnest, generate_series, generate_subscripts and pg_get_keywords are there.',
  });
}

function tableNode(name: string, alias: string): Node {
  return {
    type: 'BASE_TABLE',
    alias,
    sample: null,
    query_location: 0,
    schema_name: '',
    table_name: name,
    column_name_alias: [],
    catalog_name: '',
    at_clause: null,
  };
}

/** `(SELECT value) AS alias` */
function queryOf(value: Node, alias: string): Node {
  const select: Node = {
    type: 'SELECT_NODE',
    modifiers: [],
    cte_map: { map: [] },
    select_list: [value],
    from_table: { type: 'EMPTY', alias: '', sample: null, query_location: 0 },
    where_clause: null,
    group_expressions: [],
    group_sets: [],
    aggregate_handling: 'STANDARD_HANDLING',
    having: null,
    sample: null,
    qualify: null,
  };
  return {
    type: 'SUBQUERY',
    alias,
    sample: null,
    query_location: 0,
    subquery: { node: select, named_param_map: [] },
    column_name_alias: [],
  };
}
