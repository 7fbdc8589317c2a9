/**
 * What PostgreSQL's expressions are in DuckDB: a list of small rules, each with its reason. The first that fits a node is the one
 * that is applied; what is below the node has been rewritten by then.
 *
 * @module
 */

import { BindError } from '../../errors.ts';
import { FUNCTIONS } from '../functions.ts';
import { heldAs, internalName, isReg, isTextual, isVector, memberOf } from '../types.ts';
import { valueNode } from './literals.ts';
import {
  anyList,
  call,
  cast,
  castTarget,
  integer,
  isFunction,
  isNode,
  listAt,
  listOf,
  type Node,
  namesAt,
  negated,
  nodeAt,
  stringOf,
  text,
  textAt,
} from './nodes.ts';
import { columnType, type Scope, sourceOf, typeOf, UNKNOWN, wordType } from './scope.ts';
import type { Statement } from './statement.ts';

export interface Place {
  /** The node as it was read, by which types are found. */
  readonly original: Node;
  readonly scope: Scope;
  readonly statement: Statement;
}

interface Rule {
  readonly reason: string;
  readonly apply: (node: Node, place: Place) => Node | undefined;
}

export function applyRules(node: Node, place: Place): Node {
  for (const { apply } of RULES) {
    const changed = apply(node, place);
    if (changed !== undefined) return { ...changed, alias: node['alias'] ?? '' };
  }
  return node;
}

const RULES: readonly Rule[] = [
  {
    reason: 'a word such as current_user is a function without parentheses',
    apply: (node, { statement, scope }) => {
      const names = namesAt(node, 'column_names');
      if (node['class'] !== 'COLUMN_REF' || wordType(names) === '' || columnType(names, scope) !== undefined)
        return undefined;
      return text(wordValue(names[0] ?? '', statement));
    },
  },
  {
    reason: 'relations are in another schema here, so columns cannot be qualified by theirs',
    apply: (node) => {
      const names = namesAt(node, 'column_names');
      if (node['class'] !== 'COLUMN_REF' || names.length < 3) return undefined;
      return { ...node, column_names: names.slice(-2) };
    },
  },
  {
    reason: 'a parameter has its value where it stands, so that it is of the type that PostgreSQL would find',
    apply: (node, { statement }) => {
      if (node['class'] !== 'PARAMETER') return undefined;
      const { values, types } = statement.parameters;
      const index = Number(node['identifier']) - 1;
      return valueNode(values?.[index] ?? null, types[index] ?? 'text', statement);
    },
  },
  {
    reason: 'a literal in a cast is read as PostgreSQL reads it: lists in braces, names of objects as their OIDs',
    apply: (node, { original, statement }) => {
      const child = nodeAt(original, 'child');
      const literal = stringOf(child);
      if (node['class'] !== 'CAST' || literal === undefined) return undefined;
      const type = internalName(castTarget(original));
      return needsReading(type) ? valueNode(literal, type, statement) : undefined;
    },
  },
  {
    reason: 'DuckDB has no reg… types: an OID stays one, and becomes a name where a text is asked for',
    apply: castOfReg,
  },
  {
    reason: 'DuckDB knows none of these names of types',
    apply: (node, { original }) => {
      const child = nodeAt(node, 'child');
      if (node['class'] !== 'CAST' || child === undefined || !hasUnboundType(original)) return undefined;
      return cast(child, heldAs(internalName(castTarget(original))));
    },
  },
  { reason: 'a literal takes the type of what it is compared with', apply: comparison },
  {
    reason: 'a literal behind ANY and ALL is a list in braces',
    apply: (node, { original, scope, statement }) => {
      const list = anyList(original);
      const literal = stringOf(list);
      if (literal === undefined) return undefined;
      const type = typeOf(nodeAt(original, 'child'), scope);
      return withAnyList(node, valueNode(literal, `_${type === '' || type === UNKNOWN ? 'text' : type}`, statement));
    },
  },
  {
    reason: 'PostgreSQL’s vectors count from 0',
    apply: (node, { original, scope }) => {
      const [list] = listAt(original, 'children');
      const [held, index] = listAt(node, 'children');
      if (node['type'] !== 'ARRAY_EXTRACT' || held === undefined || index === undefined) return undefined;
      if (!isVector(typeOf(list, scope))) return undefined;
      return { ...node, children: [held, plus(index, 1)] };
    },
  },
  {
    reason: '`~` matches a part in PostgreSQL, and the whole text in DuckDB, which has no `~*`',
    apply: (node) => {
      const [value, pattern] = listAt(node, 'children');
      if (value === undefined || pattern === undefined) return undefined;
      if (isFunction(node, 'regexp_full_match', '~')) return call('regexp_matches', value, pattern);
      if (isFunction(node, '!~')) return negated(call('regexp_matches', value, pattern));
      if (isFunction(node, '~*')) return call('regexp_matches', value, pattern, text('i'));
      return isFunction(node, '!~*') ? negated(call('regexp_matches', value, pattern, text('i'))) : undefined;
    },
  },
  {
    reason: 'a backslash escapes in PostgreSQL’s LIKE, and in DuckDB’s only where ESCAPE says so',
    apply: (node) => {
      const [value, pattern] = listAt(node, 'children');
      const isLike = isFunction(node, '~~', '!~~', '~~*', '!~~*') && value !== undefined && pattern !== undefined;
      if (!isLike || !mayEscape(pattern)) return undefined;
      const name = textAt(node, 'function_name');
      const escaped = call(name.endsWith('*') ? 'ilike_escape' : 'like_escape', value, pattern, text('\\'));
      return name.startsWith('!') ? negated(escaped) : escaped;
    },
  },
  {
    reason: 'lists are put together by a function of DuckDB’s, for which NULL is an empty one, as in PostgreSQL',
    apply: (node, { original, scope }) => {
      const isList = listAt(original, 'children').some((child) => memberOf(typeOf(child, scope)) !== undefined);
      return isFunction(node, '||') && isList ? call('list_concat', ...listAt(node, 'children')) : undefined;
    },
  },
  { reason: 'what is said of the connection is known before the statement runs', apply: constantFunction },
  {
    reason: 'whether an object can be seen depends on the connection’s search_path',
    apply: (node, { statement, scope }) => {
      const name = textAt(node, 'function_name');
      const [object] = listAt(node, 'children');
      if (!isFunction(node) || !name.endsWith('_is_visible') || object === undefined) return undefined;
      statement.uses.functions.add(name);
      return call(`catalog_${name}`, qualified(object, scope), pathList(statement));
    },
  },
  {
    reason: 'PostgreSQL’s vectors count from 0, and so do their subscripts',
    apply: (node, { original, scope, statement }) => {
      const [list] = listAt(original, 'children');
      if (!isFunction(node, 'generate_subscripts', 'array_upper', 'array_lower') || !isVector(typeOf(list, scope)))
        return undefined;
      const name = textAt(node, 'function_name');
      if (name !== 'generate_subscripts') statement.uses.functions.add(name);
      return plus(call(name === 'generate_subscripts' ? name : `catalog_${name}`, ...listAt(node, 'children')), -1);
    },
  },
  {
    reason: 'functions that DuckDB has under another name',
    apply: (node) => {
      const name = isFunction(node) ? DUCKDB_NAMES[textAt(node, 'function_name')] : undefined;
      return name === undefined ? undefined : { ...node, schema: '', function_name: name };
    },
  },
  {
    reason: 'functions that DuckDB has not, or not so, are macros',
    apply: (node, { statement, scope }) => {
      const name = textAt(node, 'function_name');
      if (!isFunction(node) || !Object.hasOwn(FUNCTIONS, name)) return undefined;
      if (FUNCTIONS[name]?.macros.length === 0) return { ...node, schema: '' };
      statement.uses.functions.add(name);
      const children = listAt(node, 'children').map((child) => qualified(child, scope));
      return { ...node, schema: '', function_name: `catalog_${name}`, catalog: '', children };
    },
  },
  {
    reason: 'DuckDB’s functions are in another schema',
    apply: (node) =>
      isFunction(node) && textAt(node, 'schema') !== '' ? { ...node, schema: '', catalog: '' } : undefined,
  },
];

/** With the table before each column, since a macro may read one that has a column of that name. */
function qualified(node: Node, scope: Scope): Node {
  if (node['class'] === 'SUBQUERY') return node;
  if (node['class'] === 'COLUMN_REF') {
    const [name = '', more] = namesAt(node, 'column_names');
    const alias = more === undefined ? sourceOf(name, scope)?.alias : undefined;
    return alias === undefined || alias === '' ? node : { ...node, column_names: [alias, name] };
  }
  const below = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(below);
    return isNode(value) ? qualified(value, scope) : value;
  };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, below(value)]));
}

const DUCKDB_NAMES: Readonly<Record<string, string>> = {
  json_build_object: 'json_object',
  jsonb_build_object: 'json_object',
  char_length: 'length',
  character_length: 'length',
};

/** Whether DuckDB would read its text otherwise, or not at all. */
function needsReading(type: string): boolean {
  return isReg(type) || memberOf(type) !== undefined || type === 'oid' || isTextual(type) || type === 'bool';
}

function hasUnboundType(node: Node): boolean {
  return JSON.stringify(node['cast_type'] ?? null).includes('"UNBOUND"');
}

function castOfReg(node: Node, { original, scope, statement }: Place): Node | undefined {
  const child = nodeAt(node, 'child');
  if (node['class'] !== 'CAST' || child === undefined) return undefined;
  const [from, to] = [typeOf(nodeAt(original, 'child'), scope), internalName(castTarget(original))];
  if (isReg(to)) {
    if (!isTextual(from) && from !== UNKNOWN) return cast(child, 'BIGINT');
    return used(`${to}_of_text`, { statement, scope }, child, pathList(statement));
  }
  if (isReg(from) && isTextual(to)) return used(`${from}_text`, { statement, scope }, child, pathList(statement));
  const [fromMember, toMember] = [memberOf(from), memberOf(to)];
  if (toMember !== undefined && isReg(toMember)) return cast(child, 'BIGINT[]');
  const isTexts = fromMember !== undefined && isReg(fromMember) && toMember !== undefined && isTextual(toMember);
  return isTexts ? used(`${fromMember}_texts`, { statement, scope }, child) : undefined;
}

function used(
  name: string,
  { statement: { uses }, scope }: Pick<Place, 'statement' | 'scope'>,
  ...children: readonly Node[]
): Node {
  uses.functions.add(name);
  return call(`catalog_${name}`, ...children.map((child) => qualified(child, scope)));
}

function comparison(node: Node, { original, scope, statement }: Place): Node | undefined {
  if (node['class'] === 'COMPARISON') {
    const [left, right] = ['left', 'right'].map((key) => nodeAt(original, key));
    const changed = {
      left: typed(nodeAt(node, 'left'), left, typeOf(right, scope), statement),
      right: typed(nodeAt(node, 'right'), right, typeOf(left, scope), statement),
    };
    return changed.left === undefined && changed.right === undefined ? undefined : { ...node, ...pruned(changed) };
  }
  if (node['type'] !== 'COMPARE_IN' && node['type'] !== 'COMPARE_NOT_IN') return undefined;
  const [first, ...others] = listAt(original, 'children');
  const type = typeOf(first, scope);
  const [held, ...given] = listAt(node, 'children');
  const changed = others.map((other, index) => typed(given[index], other, type, statement) ?? given[index]);
  return { ...node, children: [held, ...changed] };
}

function pruned(record: Readonly<Record<string, Node | undefined>>): Node {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** A literal as a value of the other side's type; undefined for what is no literal, or needs no change. */
function typed(
  node: Node | undefined,
  original: Node | undefined,
  other: string,
  statement: Statement,
): Node | undefined {
  const literal = stringOf(original);
  if (node === undefined || literal === undefined || other === '' || other === UNKNOWN || isTextual(other))
    return undefined;
  return valueNode(literal, other, statement);
}

function withAnyList(node: Node, list: Node): Node {
  const subquery = nodeAt(node, 'subquery');
  const query = nodeAt(subquery, 'node');
  return { ...node, subquery: { ...subquery, node: { ...query, select_list: [call('unnest', list)] } } };
}

/** A literal without a backslash has nothing to escape. */
function mayEscape(pattern: Node): boolean {
  const literal = stringOf(pattern) ?? stringOf(nodeAt(pattern, 'child'));
  return literal === undefined || literal.includes('\\');
}

function plus(node: Node, amount: number): Node {
  return call('add', node, cast(integer(amount), 'INTEGER'));
}

function pathList({ path, names }: Statement): Node {
  const oids = path.flatMap((schema) => names.find('regnamespace', JSON.stringify(schema), path) ?? []);
  return listOf(oids.map(integer), 'BIGINT[]');
}

function wordValue(word: string, { user, database, ownPath }: Statement): string | null {
  if (word === 'current_catalog') return database;
  return word === 'current_schema' ? (ownPath[0] ?? null) : user;
}

/** Functions whose answer is known. */
function constantFunction(node: Node, { original, scope, statement }: Place): Node | undefined {
  if (!isFunction(node)) return undefined;
  const [first, second] = listAt(original, 'children');
  const { path, ownPath, names, database, user, pid, version } = statement;
  switch (textAt(node, 'function_name')) {
    case 'version':
      return text(version);
    case 'current_database':
    case 'current_catalog':
      return text(database);
    case 'current_schema':
      return text(ownPath[0] ?? null);
    case 'current_user':
    case 'session_user':
      return text(user);
    case 'current_schemas':
      return listOf((isTrue(first) ? path : ownPath).map(text), 'VARCHAR[]');
    case 'pg_backend_pid':
      return cast(integer(pid), 'INTEGER');
    case 'pg_sleep':
      // It has slept by then.
      return text('');
    case 'pg_postmaster_start_time':
    case 'pg_conf_load_time':
      return call('now');
    case 'current_setting':
      return settingNode(node, stringOf(first), second !== undefined, { statement, scope });
    case 'to_regclass':
    case 'to_regtype':
    case 'to_regproc':
    case 'to_regnamespace':
    case 'to_regrole': {
      const type = textAt(node, 'function_name').slice('to_'.length);
      const name = givenText(first, statement);
      if (name === undefined)
        return used(`${type}_of_text`, { statement, scope }, ...listAt(node, 'children'), pathList(statement));
      const oid = name === null ? undefined : names.find(type, name, path);
      return oid === undefined ? cast(text(null), 'BIGINT') : integer(oid);
    }
    default:
      return undefined;
  }
}

/** The text of a literal or a parameter, also in a cast. */
function givenText(node: Node | undefined, { parameters }: Statement): string | null | undefined {
  if (node?.['class'] === 'CAST') return givenText(nodeAt(node, 'child'), { parameters } as Statement);
  if (node?.['class'] === 'PARAMETER') return parameters.values?.[Number(node['identifier']) - 1] ?? null;
  return stringOf(node);
}

function isTrue(node: Node | undefined): boolean {
  const literal = stringOf(node?.['class'] === 'CAST' ? nodeAt(node, 'child') : node);
  return literal?.startsWith('t') === true;
}

function settingNode(
  node: Node,
  name: string | undefined,
  mayBeMissing: boolean,
  { statement, scope }: Pick<Place, 'statement' | 'scope'>,
): Node {
  if (name === undefined) return used('current_setting', { statement, scope }, ...listAt(node, 'children').slice(0, 1));
  const value = statement.setting(name.toLowerCase());
  if (value !== undefined) return text(value);
  if (mayBeMissing) return text(null);
  throw new BindError('BINDING', `There is no setting ${JSON.stringify(name)}.`, {
    unknownName: name,
    hint: 'SELECT name FROM pg_settings lists those that there are.',
  });
}
