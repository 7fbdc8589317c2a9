/**
 * DuckDB's parse tree of a SELECT, as `json_serialize_sql` gives it.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { NotSupportedError, type QueryError, SqlSyntaxError } from '../errors.ts';
import { positionAt } from '../sql/text/position.ts';
import { turnFor } from '../sql/text/turn.ts';
import { checkDepth, tooDeep } from './depth.ts';
import type { OffsetMap } from './edits.ts';
import { maskLiterals } from './failures.ts';
import { type Abridged, abridge, isList } from './long-lists.ts';
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
 * The list under `statements`, with long lists of literals as one node each. Its places are those of the text that DuckDB reads, an
 * error's those of the user's text.
 *
 * @throws SqlSyntaxError for a text that DuckDB cannot read, or that is no SELECT
 * @throws NotSupportedError for what DuckDB knows and does not do, and for what it would not be done with in time
 */
export async function parseTree(connection: DuckDBConnection, readable: Readable): Promise<unknown> {
  const abridged = abridge(readable.text, readable.tokens);
  const short = abridged === undefined ? undefined : await serialized(connection, abridged.text);
  const whole = abridged === undefined || short?.error !== false ? undefined : unabridged(short.statements, abridged);
  if (whole !== undefined) {
    checkDepth(whole);
    return whole;
  }
  const tree = await serialized(connection, readable.text);
  if (tree.error) throw unreadable(readable, tree);
  await turnFor(readable.text);
  checkDepth(tree.statements);
  return tree.statements;
}

async function serialized(connection: DuckDBConnection, text: string): Promise<Serialized> {
  const result = await connection.run('SELECT json_serialize_sql($1::VARCHAR)', [text]);
  const [[json] = []] = await result.getRows();
  return JSON.parse(asJson(String(json))) as Serialized;
}

/** DuckDB writes `1e1000` as a bare `Infinity`, which JSON does not know. No text inside has quotes of its own before a colon. */
export function asJson(tree: string): string {
  if (!tree.includes('Infinity') && !tree.includes('NaN')) return tree;
  return tree.replace(/(?<="value":)(-?)(Infinity|NaN)(?=[,}])/g, (_whole, sign: string, name: string) =>
    name === 'NaN' ? 'null' : `${sign}1e999`,
  );
}

/** What DuckDB writes where it knows no place: the largest number of 64 bits. */
const NOWHERE = 2 ** 53;

/** The tree with the places that its nodes have in the user's text. */
export function inUsersText(tree: unknown, { text, original, byteBefore }: Readable): unknown {
  return text === original ? tree : rebuilt(tree, (node) => placed(node, byteBefore));
}

/**
 * The tree of an abridged text as one of the whole text, its lists in their places. Undefined where one of them has no place in it,
 * such as the values of a PIVOT.
 */
function unabridged(tree: unknown, { byteBefore, lists }: Abridged): unknown {
  const found = new Set<number>();
  const whole = rebuilt(tree, (node) => {
    const inPlace = placed(node, byteBefore);
    const list = node['class'] === 'CONSTANT' ? lists.get(Number(inPlace['query_location'])) : undefined;
    if (list !== undefined) found.add(list.query_location);
    return list ?? inPlace;
  });
  return found.size === lists.size ? whole : undefined;
}

function placed(node: Node, byteBefore: OffsetMap): Node {
  const place = node['query_location'];
  return typeof place === 'number' && place < NOWHERE ? { ...node, query_location: byteBefore(place) } : node;
}

/** The tree with other nodes in the places of its own, each changed before what is below it. */
function rebuilt(tree: unknown, change: (node: Node) => Node): unknown {
  if (Array.isArray(tree)) return tree.map((item) => rebuilt(item, change));
  if (typeof tree !== 'object' || tree === null) return tree;
  const changed = change(tree as Node);
  if (isList(changed)) return changed;
  return Object.fromEntries(Object.entries(changed).map(([key, value]) => [key, rebuilt(value, change)]));
}

/** The tree's nodes, each before what is below it. */
export function allNodes(tree: unknown): readonly Node[] {
  const found: Node[] = [];
  // A stack of its own: a chain of some thousand queries is as deep.
  const waiting = [tree];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) found.push(value as Node);
    if (isList(value)) continue;
    const inside = Array.isArray(value) ? value : Object.values(value);
    for (let index = inside.length - 1; index >= 0; index -= 1) waiting.push(inside[index]);
  }
  return found;
}

/** Whether WITH gives a name where a node stands. */
export type IsCte = (name: string) => boolean;

/**
 * Visits the tree's nodes, each before what is below it, with the scope that DuckDB gives them: a name of WITH counts for those after
 * it and for the query behind, and within its own query only in the repeated part of a recursive one.
 */
export function eachScoped(tree: unknown, visit: (node: Node, isCte: IsCte) => void): void {
  const scope = new Scope();
  const isCte: IsCte = (name) => scope.has(name);
  const enter = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) enter(item);
    else if (typeof value === 'object' && value !== null) enterNode(value as Node);
  };
  const enterNode = (node: Node): void => {
    visit(node, isCte);
    if (isList(node)) return;
    const { cte_map, right, ...rest } = node;
    const { map = [] } = (cte_map ?? {}) as {
      readonly map?: readonly { readonly key: string; readonly value: unknown }[];
    };
    for (const { key, value } of map) {
      enter(value);
      scope.add(key);
    }
    enter(Object.values(rest));
    const recurring = node['type'] === 'RECURSIVE_CTE_NODE' ? [String(node['cte_name'])] : [];
    for (const name of recurring) scope.add(name);
    enter(right);
    for (const name of [...map.map(({ key }) => key), ...recurring]) scope.remove(name);
  };
  enter(tree);
}

/** Names as {@link asDuckDbCompares} makes them, and how often each has been given. */
class Scope {
  readonly #given = new Map<string, number>();

  has(name: string): boolean {
    return (this.#given.get(asDuckDbCompares(name)) ?? 0) > 0;
  }

  add(name: string): void {
    this.#change(name, 1);
  }

  remove(name: string): void {
    this.#change(name, -1);
  }

  #change(name: string, by: number): void {
    const key = asDuckDbCompares(name);
    this.#given.set(key, (this.#given.get(key) ?? 0) + by);
  }
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
