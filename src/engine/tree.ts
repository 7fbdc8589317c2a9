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

/** The names that WITH gives, in lower case. */
export function cteNames(nodes: readonly Node[]): ReadonlySet<string> {
  const maps = nodes.map(
    (node) => node['cte_map'] as { readonly map?: readonly { readonly key: string }[] } | undefined,
  );
  return new Set(maps.flatMap((each) => each?.map ?? []).map(({ key }) => key.toLowerCase()));
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
