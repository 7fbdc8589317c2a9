/**
 * DuckDB's parse tree of a SELECT, as `json_serialize_sql` gives it.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { NotSupportedError, type QueryError, SqlSyntaxError } from '../errors.ts';
import { positionAt } from '../sql/text/position.ts';
import { maskLiterals } from './failures.ts';

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
 * The list under `statements`.
 *
 * @throws SqlSyntaxError for a text that DuckDB cannot read, or that is no SELECT
 * @throws NotSupportedError for what DuckDB knows and does not do
 */
export async function parseTree(connection: DuckDBConnection, text: string): Promise<unknown> {
  const [[json] = []] = await (await connection.run('SELECT json_serialize_sql($1::VARCHAR)', [text])).getRows();
  const tree = JSON.parse(String(json)) as Serialized;
  if (tree.error) throw unreadable(text, tree);
  return tree.statements;
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

function unreadable(text: string, { error_type, error_message = '', position: byte }: Serialized): QueryError {
  const position = positionAt(text, Buffer.from(text).toString('utf8', 0, Number(byte ?? 0)).length);
  const message = maskLiterals(error_message.split('\n')[0] ?? '');
  if (message.startsWith('Only SELECT statements')) {
    return new SqlSyntaxError('The engine reads one SELECT here, and this is none.', { position, excerpt: '' });
  }
  if (error_type === 'not implemented') return new NotSupportedError(`${message}.`);
  return new SqlSyntaxError(
    `The engine cannot read the statement: ${message} (line ${position.line}, column ${position.column}).`,
    { position, excerpt: '' },
  );
}
