/**
 * Nodes of DuckDB's parse tree: what they are asked, and how new ones are made.
 *
 * @module
 */

/** A node of `json_serialize_sql`. */
export type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function nodeAt(node: Node | undefined, key: string): Node | undefined {
  const value = node?.[key];
  return isNode(value) ? value : undefined;
}

export function listAt(node: Node | undefined, key: string): readonly Node[] {
  const value = node?.[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function textAt(node: Node | undefined, key: string): string {
  const value = node?.[key];
  return typeof value === 'string' ? value : '';
}

export function namesAt(node: Node | undefined, key: string): readonly string[] {
  const value = node?.[key];
  return Array.isArray(value) ? value.map(String) : [];
}

export function isFunction(node: Node | undefined, ...names: readonly string[]): node is Node {
  return node?.['class'] === 'FUNCTION' && (names.length === 0 || names.includes(textAt(node, 'function_name')));
}

/** The text of a literal that is one; undefined for numbers, NULL and what is no literal. */
export function stringOf(node: Node | undefined): string | undefined {
  if (node?.['class'] !== 'CONSTANT') return undefined;
  const value = nodeAt(node, 'value');
  if (textAt(nodeAt(value, 'type'), 'id') !== 'VARCHAR' || value?.['is_null'] === true) return undefined;
  return textAt(value, 'value');
}

export function isNullLiteral(node: Node | undefined): boolean {
  return node?.['class'] === 'CONSTANT' && nodeAt(node, 'value')?.['is_null'] === true;
}

/** `f(a, b)` */
export function call(name: string, ...children: readonly Node[]): Node {
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    alias: '',
    query_location: 0,
    function_name: name,
    schema: '',
    children,
    filter: null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: false,
    export_state: false,
    catalog: '',
  };
}

export function text(value: string | null): Node {
  return constant('VARCHAR', value);
}

export function integer(value: number): Node {
  return constant('BIGINT', value);
}

function constant(id: string, value: string | number | null): Node {
  return {
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    alias: '',
    query_location: 0,
    value: { type: { id, type_info: null }, is_null: value === null, ...(value !== null && { value }) },
  };
}

/** @param held DuckDB's type, such as `BIGINT` or `VARCHAR[]` */
export function cast(child: Node, held: string): Node {
  return {
    class: 'CAST',
    type: 'OPERATOR_CAST',
    alias: '',
    query_location: 0,
    child,
    cast_type: typeNode(held),
    try_cast: false,
  };
}

function typeNode(held: string): Node {
  if (held.endsWith('[]')) {
    return {
      id: 'LIST',
      type_info: { type: 'LIST_TYPE_INFO', alias: '', extension_info: null, child_type: typeNode(held.slice(0, -2)) },
    };
  }
  if (held === 'JSON') return { id: 'VARCHAR', type_info: null };
  return { id: held === 'TIMESTAMPTZ' ? 'TIMESTAMP WITH TIME ZONE' : held, type_info: null };
}

export function listOf(elements: readonly Node[], held: string): Node {
  return cast(call('list_value', ...elements), held);
}

export function negated(child: Node): Node {
  return { class: 'OPERATOR', type: 'OPERATOR_NOT', alias: '', query_location: 0, children: [child] };
}

/** What a cast is to, as SQL writes it: `regclass`, `text[]`. */
export function castTarget(node: Node): string {
  return typeName(nodeAt(node, 'cast_type'));
}

const SPELLED: Readonly<Record<string, string>> = {
  VARCHAR: 'varchar',
  SMALLINT: 'int2',
  INTEGER: 'int4',
  BIGINT: 'int8',
  BOOLEAN: 'bool',
  FLOAT: 'float4',
  DOUBLE: 'float8',
  DECIMAL: 'numeric',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  TIMESTAMP: 'timestamp',
  DATE: 'date',
  TIME: 'time',
  INTERVAL: 'interval',
  UUID: 'uuid',
  BLOB: 'bytea',
};

function typeName(type: Node | undefined): string {
  const info = nodeAt(type, 'type_info');
  const id = textAt(type, 'id');
  if (id === 'LIST') return `${typeName(nodeAt(info, 'child_type'))}[]`;
  if (id !== 'UNBOUND') return SPELLED[id] ?? id.toLowerCase();
  return textAt(info, 'name') || textAt(nodeAt(info, 'expr'), 'type_name');
}

/** `'{a,b}'` of `x = ANY('{a,b}')`, which DuckDB's parser makes a query of. */
export function anyList(node: Node): Node | undefined {
  if (node['class'] !== 'SUBQUERY' || node['subquery_type'] !== 'ANY') return undefined;
  const [only, second] = listAt(nodeAt(nodeAt(node, 'subquery'), 'node'), 'select_list');
  return second === undefined && isFunction(only, 'unnest') ? listAt(only, 'children')[0] : undefined;
}
