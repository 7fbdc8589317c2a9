/**
 * DuckDB's parse tree of a SELECT, as `json_serialize_sql` gives it.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { NotSupportedError, type QueryError, SqlSyntaxError } from '../errors.ts';
import { positionAt } from '../sql/text/position.ts';
import { checkDepth, tooDeep } from './depth.ts';
import { maskLiterals } from './failures.ts';
import type { Readable } from './readable.ts';

/** What DuckDB's parser says when it has no room for what is inside what. */
const TOO_DEEP = /^Max expression depth limit|^memory exhausted/;

/** A node of the tree. Positions (`query_location`) count UTF-8 bytes. */
export type Node = Readonly<Record<string, unknown>>;

interface Serialized {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: unknown;
}

/**
 * The list under `statements`. Its places are those of the text that DuckDB reads, an error's those of the user's text.
 *
 * @throws SqlSyntaxError for a text that DuckDB cannot read, or that is no SELECT
 * @throws NotSupportedError for what DuckDB knows and does not do, and for what it would not be done with in time
 */
export async function parseTree(connection: DuckDBConnection, readable: Readable): Promise<unknown> {
  const result = await connection.run('SELECT json_serialize_sql($1::VARCHAR)', [readable.text]);
  const [[json] = []] = await result.getRows();
  const tree = JSON.parse(asJson(String(json))) as Serialized;
  if (tree.error) throw unreadable(readable, tree);
  checkDepth(tree.statements);
  return tree.statements;
}

/** DuckDB writes `1e1000` as a bare `Infinity`, which JSON does not know. No text inside has quotes of its own before a colon. */
export function asJson(tree: string): string {
  return tree.replace(/(?<="value":)(-?)(Infinity|NaN)(?=[,}])/g, (_whole, sign: string, name: string) =>
    name === 'NaN' ? 'null' : `${sign}1e999`,
  );
}

/** What DuckDB writes where it knows no place: the largest number of 64 bits. */
const NOWHERE = 2 ** 53;

/** The tree with the places that its nodes have in the user's text. */
export function inUsersText(tree: unknown, { text, original, byteBefore }: Readable): unknown {
  if (text === original) return tree;
  return JSON.parse(JSON.stringify(tree), (key, value: unknown) =>
    key === 'query_location' && typeof value === 'number' && value < NOWHERE ? byteBefore(value) : value,
  );
}

/** The tree's nodes, each before what is below it. */
export function* allNodes(value: unknown): Iterable<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* allNodes(item);
  } else if (typeof value === 'object' && value !== null) {
    yield value as Node;
    yield* allNodes(Object.values(value));
  }
}

/** A node, and the names that WITH gives where it stands, as {@link asDuckDbCompares} makes them. */
export interface ScopedNode {
  readonly node: Node;
  readonly ctes: ReadonlySet<string>;
}

/**
 * The tree's nodes, each before what is below it, with the scope that DuckDB gives them: a name of WITH counts for those after it
 * and for the query behind, and within its own query only in the repeated part of a recursive one.
 */
export function* scopedNodes(value: unknown, ctes: ReadonlySet<string> = new Set()): Iterable<ScopedNode> {
  if (Array.isArray(value)) for (const item of value) yield* scopedNodes(item, ctes);
  else if (typeof value === 'object' && value !== null) yield* scopedNode(value as Node, ctes);
}

function* scopedNode(node: Node, outside: ReadonlySet<string>): Iterable<ScopedNode> {
  yield { node, ctes: outside };
  const { cte_map, right, ...rest } = node;
  let ctes = outside;
  const { map = [] } = (cte_map ?? {}) as {
    readonly map?: readonly { readonly key: string; readonly value: unknown }[];
  };
  for (const { key, value } of map) {
    yield* scopedNodes(value, ctes);
    ctes = withName(ctes, key);
  }
  yield* scopedNodes(Object.values(rest), ctes);
  const isRecursive = node['type'] === 'RECURSIVE_CTE_NODE';
  yield* scopedNodes(right, isRecursive ? withName(ctes, String(node['cte_name'])) : ctes);
}

function withName(ctes: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...ctes, asDuckDbCompares(name)]);
}

/** DuckDB folds ASCII alone: to JavaScript the Kelvin sign is a k, and a name with one would hide a file with the other. */
export function asDuckDbCompares(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function unreadable(readable: Readable, { error_type, error_message = '', position: at }: Serialized): QueryError {
  const { original, characterBefore } = readable;
  // Nodes of the tree have their places in bytes, errors theirs in characters.
  const offset = [...original].slice(0, characterBefore(Number(at ?? 0))).join('').length;
  const position = positionAt(original, offset);
  const message = maskLiterals(error_message.split('\n')[0] ?? '');
  if (message.startsWith('Only SELECT statements')) {
    return new SqlSyntaxError('The engine reads one SELECT here, and this is none.', { position, excerpt: '' });
  }
  if (error_type === 'not implemented') return new NotSupportedError(`${message}.`);
  if (TOO_DEEP.test(message)) return tooDeep();
  return new SqlSyntaxError(
    `The engine cannot read the statement: ${message} (line ${position.line}, column ${position.column}).`,
    { position, excerpt: '' },
  );
}
