/**
 * Trees of queries that are run by themselves, over tables that a statement has loaded.
 *
 * @module
 */

import type { ColumnType } from '../values.ts';
import { MEMBER_MACROS, pathText } from './members.ts';
import { tableName } from './tables.ts';
import type { Node } from './tree.ts';

/** Of a column that leads into a JSON column: how many names lead there, and what of which type follows. */
interface Member {
  readonly columnLength: number;
  readonly path: readonly (string | number)[];
  readonly type: ColumnType;
}

/**
 * The query with the temporary tables in place of the references whose `ordinal` a node has, and calls in place of columns that
 * have a `member`. Their `place` is not DuckDB's.
 */
export function overLoaded(query: unknown): unknown {
  if (Array.isArray(query)) return query.map(overLoaded);
  if (typeof query !== 'object' || query === null) return query;
  const { ordinal, place, member, ...node } = query as Node;
  if (isMember(member)) return memberCall(node, member);
  const parts = Object.fromEntries(Object.entries(node).map(([key, part]) => [key, overLoaded(part)]));
  if (typeof ordinal !== 'number') return parts;
  const alias = String(node['alias']) || String(node['table_name']);
  return { ...parts, catalog_name: '', schema_name: 'temp', table_name: tableName(ordinal), alias };
}

function isMember(value: unknown): value is Member {
  return typeof value === 'object' && value !== null && 'columnLength' in value;
}

/** As `json_serialize_sql` has it, in the same order. */
function memberCall(column: Node, { columnLength, path, type }: Member): Node {
  const names = column['column_names'];
  const text = { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: pathText(path) };
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    alias: column['alias'],
    query_location: 0,
    function_name: MEMBER_MACROS[type],
    schema: '',
    children: [
      { ...column, alias: '', column_names: Array.isArray(names) ? names.slice(0, columnLength) : [] },
      { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', query_location: 0, value: text },
    ],
    filter: null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: false,
    export_state: false,
    catalog: '',
  };
}
