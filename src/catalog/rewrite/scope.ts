/**
 * What names mean in a query of the catalog, and of which of PostgreSQL's types its expressions are.
 *
 * @module
 */

import { FUNCTIONS } from '../functions.ts';
import { internalName, isTextual, memberOf } from '../types.ts';
import {
  castTarget,
  isFunction,
  isNullLiteral,
  listAt,
  type Node,
  namesAt,
  nodeAt,
  stringOf,
  textAt,
} from './nodes.ts';

/** A column as others see it; a type of '' is one that is not known. */
export interface TypedColumn {
  readonly name: string;
  readonly type: string;
}

export interface Source {
  readonly alias: string;
  readonly columns: readonly TypedColumn[];
}

export interface Scope {
  readonly sources: readonly Source[];
  readonly outer?: Scope;
  readonly ctes: ReadonlyMap<string, readonly TypedColumn[]>;
  /** The columns of the queries that have been read. */
  readonly queries: QueryColumns;
}

/** By the node of a query. */
export type QueryColumns = WeakMap<Node, readonly TypedColumn[]>;

/** A literal whose type follows from where it stands. */
export const UNKNOWN = 'unknown';

export function columnType(names: readonly string[], scope: Scope | undefined): string | undefined {
  if (scope === undefined) return undefined;
  const [name, qualifier] = [names.at(-1), names.at(-2)];
  for (const { alias, columns } of scope.sources) {
    if (qualifier !== undefined && alias !== qualifier) continue;
    const found = columns.find((column) => column.name === name);
    if (found !== undefined) return found.type;
  }
  return columnType(names, scope.outer);
}

/** The table that has a column of that name, the nearest first. */
export function sourceOf(name: string, scope: Scope | undefined): Source | undefined {
  if (scope === undefined) return undefined;
  return (
    scope.sources.find(({ columns }) => columns.some((column) => column.name === name)) ?? sourceOf(name, scope.outer)
  );
}

/** PostgreSQL's internal name; '' where only DuckDB knows, `unknown` for a literal. */
export function typeOf(node: Node | undefined, scope: Scope): string {
  switch (node?.['class']) {
    case 'COLUMN_REF':
      return columnType(namesAt(node, 'column_names'), scope) ?? wordType(namesAt(node, 'column_names'));
    case 'CONSTANT':
      return literalType(node);
    case 'CAST':
      return internalName(castTarget(node));
    case 'COMPARISON':
    case 'CONJUNCTION':
    case 'BETWEEN':
      return 'bool';
    case 'CASE':
      return commonType(
        [...listAt(node, 'case_checks').map((check) => nodeAt(check, 'then_expr')), nodeAt(node, 'else_expr')],
        scope,
      );
    case 'OPERATOR':
      return operatorType(node, scope);
    case 'SUBQUERY':
      return subqueryType(node, scope);
    case 'WINDOW':
      return ['row_number', 'rank', 'dense_rank', 'count', 'count_star'].includes(textAt(node, 'function_name'))
        ? 'int8'
        : '';
    case 'FUNCTION':
      return functionType(node, scope);
    case 'COLLATE':
      return typeOf(nodeAt(node, 'child'), scope);
    default:
      return '';
  }
}

/** Words that are functions without parentheses. */
const WORDS: Readonly<Record<string, string>> = {
  current_user: 'name',
  session_user: 'name',
  user: 'name',
  current_role: 'name',
  current_catalog: 'name',
  current_schema: 'name',
};

export function wordType(names: readonly string[]): string {
  const [word = ''] = names;
  return names.length === 1 && Object.hasOwn(WORDS, word) ? (WORDS[word] ?? '') : '';
}

function literalType(node: Node): string {
  if (isNullLiteral(node) || stringOf(node) !== undefined) return UNKNOWN;
  const id = textAt(nodeAt(nodeAt(node, 'value'), 'type'), 'id');
  return (
    { INTEGER: 'int4', BIGINT: 'int8', HUGEINT: 'numeric', DECIMAL: 'numeric', DOUBLE: 'float8', BOOLEAN: 'bool' }[
      id
    ] ?? ''
  );
}

/** As PostgreSQL finds it for CASE and UNION. https://www.postgresql.org/docs/15/typeconv-union-case.html */
export function common(types: readonly string[]): string {
  const known = types.filter((type) => type !== UNKNOWN);
  const [first, ...others] = known;
  if (first === undefined) return 'text';
  if (others.every((type) => type === first)) return first;
  if (known.every(isTextual)) return 'text';
  const rank = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'];
  if (known.every((type) => rank.includes(type)))
    return known.toSorted((a, b) => rank.indexOf(b) - rank.indexOf(a))[0] ?? '';
  return known.includes('') ? '' : first;
}

function commonType(nodes: readonly (Node | undefined)[], scope: Scope): string {
  return common(nodes.filter((node) => node !== undefined).map((node) => typeOf(node, scope)));
}

function operatorType(node: Node, scope: Scope): string {
  const children = listAt(node, 'children');
  switch (node['type']) {
    case 'OPERATOR_COALESCE':
      return commonType(children, scope);
    case 'ARRAY_EXTRACT':
      return memberOf(typeOf(children[0], scope)) ?? '';
    case 'ARRAY_CONSTRUCTOR':
      return `_${commonType(children, scope)}`;
    case 'STRUCT_EXTRACT': {
      const field = stringOf(children[1]);
      const list = isFunction(children[0], '_pg_expandarray') ? listAt(children[0], 'children')[0] : undefined;
      if (list === undefined) return '';
      return field === 'n' ? 'int4' : (memberOf(typeOf(list, scope)) ?? '');
    }
    default:
      return 'bool';
  }
}

/** ARRAY(SELECT …), as DuckDB's parser spells it out. */
export function arrayQuery(node: Node): Node | undefined {
  const select = nodeAt(nodeAt(node, 'subquery'), 'node');
  const [only] = listAt(select, 'select_list');
  if (only?.['class'] !== 'CASE' || !isFunction(nodeAt(only, 'else_expr'), 'array_agg')) return undefined;
  const [argument] = listAt(nodeAt(only, 'else_expr'), 'children');
  if (argument?.['class'] !== 'POSITIONAL_REFERENCE') return undefined;
  return nodeAt(nodeAt(nodeAt(select, 'from_table'), 'subquery'), 'node');
}

function subqueryType(node: Node, { queries }: Scope): string {
  if (node['subquery_type'] !== 'SCALAR') return 'bool';
  const firstType = (query: Node | undefined): string => (query && queries.get(query)?.[0]?.type) ?? '';
  const inner = arrayQuery(node);
  return inner === undefined ? firstType(nodeAt(nodeAt(node, 'subquery'), 'node')) : `_${firstType(inner)}`;
}

const RESULTS: Readonly<Record<string, string>> = {
  count: 'int8',
  count_star: 'int8',
  sum: 'int8',
  bool_and: 'bool',
  bool_or: 'bool',
  string_agg: 'text',
  version: 'text',
  current_database: 'name',
  current_schema: 'name',
  current_schemas: '_name',
  current_user: 'name',
  session_user: 'name',
  current_setting: 'text',
  pg_backend_pid: 'int4',
  to_regclass: 'regclass',
  to_regtype: 'regtype',
  to_regproc: 'regproc',
  to_regnamespace: 'regnamespace',
  to_regrole: 'regrole',
  now: 'timestamptz',
  pg_postmaster_start_time: 'timestamptz',
  pg_conf_load_time: 'timestamptz',
  generate_series: 'int4',
  generate_subscripts: 'int4',
  replace: 'text',
  lower: 'text',
  upper: 'text',
  trim: 'text',
  substring: 'text',
  concat: 'text',
  regexp_replace: 'text',
  length: 'int4',
  regexp_full_match: 'bool',
  gen_random_uuid: 'uuid',
  pg_sleep: 'void',
};

function functionType(node: Node, scope: Scope): string {
  const name = textAt(node, 'function_name');
  const [first, second] = listAt(node, 'children');
  if (name === 'unnest') return memberOf(typeOf(first, scope)) ?? '';
  if (name === 'min' || name === 'max') return textFor(typeOf(first, scope));
  if (name === 'array_agg') return `_${common([typeOf(first, scope)])}`;
  if (name === 'nullif') return common([typeOf(first, scope)]);
  if (name === 'array_remove' || name === 'array_append' || name === 'array_cat') return typeOf(first, scope);
  if (name === '||') return concatenated(typeOf(first, scope), typeOf(second, scope));
  if (['+', '-', '*', '/', '%', '&', '|'].includes(name)) return commonType([first, second], scope);
  if (node['is_operator'] === true) return COMPARING.has(name) ? 'bool' : '';
  if (Object.hasOwn(RESULTS, name)) return RESULTS[name] ?? '';
  return (Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]?.type : undefined) ?? '';
}

const COMPARING: ReadonlySet<string> = new Set(['~~', '!~~', '~~*', '!~~*', '~', '!~', '~*', '!~*', '@>', '<@', '&&']);

/** There is no max(name), only max(text). */
function textFor(type: string): string {
  return type === 'name' || type === UNKNOWN ? 'text' : type;
}

function concatenated(left: string, right: string): string {
  return [left, right].find((type) => memberOf(type) !== undefined) ?? 'text';
}
