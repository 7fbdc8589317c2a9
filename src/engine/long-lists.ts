/**
 * Long lists of literals, kept out of DuckDB's tree: `IN ('a', 'b', …)` with 100,000 of them is thirty megabytes of JSON, which
 * holds the thread while it is read and each time somebody looks through it. DuckDB parses the text with one literal in their
 * place, and they are put into the tree as one node.
 *
 * What runs is the whole text.
 *
 * @module
 */

import { literalRuns } from '../sql/text/literal-runs.ts';
import type { Token } from '../sql/text/token.ts';
import { applyEdits, type Edit, type OffsetMap, offsetsBefore } from './edits.ts';

type Node = Readonly<Record<string, unknown>>;

/** A text with one literal in the place of each long list. */
export interface Abridged {
  readonly text: string;
  /** From places in `text` to places in what was abridged: those of a tree count bytes. */
  readonly byteBefore: OffsetMap;
  /** The values of each list by the place, in bytes of the whole text, of its first literal. */
  readonly lists: ReadonlyMap<number, LiteralList>;
}

/** What stands in a tree for many constants in a row. */
export interface LiteralList extends Node {
  readonly class: 'LITERALS';
  readonly type: 'LITERALS';
  readonly query_location: number;
  readonly values: readonly (string | number)[];
}

/** @returns undefined where no list is long */
export function abridge(text: string, tokens: readonly Token[]): Abridged | undefined {
  const runs = literalRuns(tokens);
  if (runs.length === 0) return undefined;
  const edits = runs.map(({ first, last }): Edit => ({ start: first.end, end: last.end, text: '' }));
  const byteBefore = offsetsBefore(text, edits, (part) => Buffer.byteLength(part));
  const lists = new Map<number, LiteralList>();
  let [cursor, place] = [0, 0];
  for (const { first, values } of runs) {
    place += Buffer.byteLength(text.slice(cursor, first.start));
    cursor = first.start;
    lists.set(place, { class: 'LITERALS', type: 'LITERALS', query_location: place, values });
  }
  return { text: applyEdits(text, edits), byteBefore, lists };
}

/** The tree with all constants, as DuckDB takes it. */
export function withConstants(tree: unknown): unknown {
  if (Array.isArray(tree))
    return tree.flatMap((item) => (isList(item) ? item.values.map(constant) : [withConstants(item)]));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withConstants(value)]));
}

export function isList(node: unknown): node is LiteralList {
  return typeof node === 'object' && node !== null && 'class' in node && node.class === 'LITERALS';
}

const LARGEST_INTEGER = 2 ** 31 - 1;

function constant(value: string | number): Node {
  const id = typeof value === 'string' ? 'VARCHAR' : value > LARGEST_INTEGER ? 'BIGINT' : 'INTEGER';
  return {
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    alias: '',
    query_location: 0,
    value: { type: { id, type_info: null }, is_null: false, value },
  };
}
