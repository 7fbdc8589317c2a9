/**
 * What stands inside the expressions of one block of DuckDB's tree: columns, stars, queries.
 *
 * @module
 */

import type { ColumnRef, DottedRef, QueryBlock } from '../statement.ts';
import { accessOf, dottedRef } from './dotted.ts';
import { columnNames } from './expression.ts';
import { isParameter, lambdaParameters } from './lambda.ts';
import type { TreeReading } from './reading.ts';
import {
  eachNode,
  isTreeNode,
  listAt,
  literalList,
  locationOf,
  nodeAt,
  optionalNode,
  type TreeNode,
  textAt,
} from './tree.ts';

export class TreeContents {
  readonly columns: ColumnRef[] = [];
  readonly stars: (string | undefined)[] = [];
  readonly dotted: DottedRef[] = [];
  readonly #reading: TreeReading;
  /** By their place in the text: DuckDB repeats what the text says once. */
  readonly #queries = new Map<number | TreeNode, { readonly place: number; readonly read: () => QueryBlock }>();

  constructor(reading: TreeReading) {
    this.#reading = reading;
  }

  /** An empty one, for another block of the same statement. */
  another(): TreeContents {
    return new TreeContents(this.#reading);
  }

  /** Takes in the entries of a SELECT list. */
  addOutput(items: readonly TreeNode[], readQuery: (query: TreeNode) => QueryBlock): void {
    for (const item of items) {
      if (textAt(item, 'alias') !== '' || !this.#addAccess(item, [], true)) this.add(item, readQuery);
    }
  }

  /**
   * Takes in an expression, a list of them, or any part of a node that holds some.
   *
   * @param parameters of lambdas around it
   * @param caller the node that holds it
   */
  add(
    part: unknown,
    readQuery: (query: TreeNode) => QueryBlock,
    parameters: readonly string[] = [],
    caller?: TreeNode,
  ): void {
    if (Array.isArray(part)) for (const item of part) this.add(item, readQuery, parameters, caller);
    if (!isTreeNode(part) || literalList(part) !== undefined) return;
    if (part['class'] === 'SUBQUERY') {
      this.addQuery(part, () => asOperand(part, readQuery(nodeAt(nodeAt(part, 'subquery'), 'node'))));
      this.add(part['child'], readQuery, parameters);
      return;
    }
    if (this.#addAccess(part, parameters, false)) return;
    this.#addColumn(part, parameters);
    if (part['class'] === 'STAR') this.stars.push(textAt(part, 'relation_name') || undefined);
    const inside = [...parameters, ...lambdaParameters(part, caller)];
    for (const child of Object.values(part)) this.add(child, readQuery, inside, part);
  }

  /** Takes in a query, read when all of them are known. */
  addQuery(node: TreeNode, read: () => QueryBlock): void {
    const key = keyOf(node);
    if (!this.#queries.has(key)) this.#queries.set(key, { place: placeOf(node), read });
  }

  /** The blocks of the queries, in the order of the text. */
  subqueries(): readonly QueryBlock[] {
    return this.#inOrder().map(([, { read }]) => read());
  }

  /** Positions among {@link subqueries}. */
  positions(): (node: TreeNode) => number | undefined {
    const positions = new Map(this.#inOrder().map(([key], index) => [key, index]));
    return (node) => positions.get(keyOf(node));
  }

  /** Takes in a column with what is taken out of it; false for any other node. */
  #addAccess(node: TreeNode, parameters: readonly string[], isOutput: boolean): boolean {
    const access = accessOf(node);
    if (access === undefined) return false;
    if (!this.#addColumn(access.reference, parameters)) return true;
    const dotted = dottedRef(access, this.#reading, isOutput);
    if (dotted !== undefined) this.dotted.push(dotted);
    return true;
  }

  /** Whether it is one. */
  #addColumn(node: TreeNode, parameters: readonly string[]): boolean {
    const names = columnNames(node, this.#reading);
    if (names.length === 0 || isParameter(names, parameters)) return false;
    this.columns.push(...this.#reading.columnsOf(names));
    return true;
  }

  #inOrder(): readonly (readonly [number | TreeNode, { readonly place: number; readonly read: () => QueryBlock }])[] {
    return [...this.#queries].toSorted(([, a], [, b]) => a.place - b.place);
  }
}

/** Whether the star has nothing behind it. */
export function isPlainStar(node: TreeNode): boolean {
  const lists = ['exclude_list', 'replace_list', 'rename_list', 'qualified_exclude_list'];
  const isBare = lists.every((key) => listAt(node, key).length === 0);
  return node['class'] === 'STAR' && isBare && node['columns'] !== true && optionalNode(node, 'expr') === undefined;
}

/** Of EXISTS, only whether it has rows counts. */
function asOperand(node: TreeNode, block: QueryBlock): QueryBlock {
  return /EXISTS$/.test(textAt(node, 'subquery_type')) ? { ...block, isExistence: true } : block;
}

function keyOf(node: TreeNode): number | TreeNode {
  return locationOf(node) ?? node;
}

/** Of a node without a place, the first place inside it. */
function placeOf(node: TreeNode): number {
  let place = locationOf(node);
  if (place !== undefined) return place;
  eachNode(node, (each) => {
    place = Math.min(place ?? Number.POSITIVE_INFINITY, locationOf(each) ?? Number.POSITIVE_INFINITY);
  });
  return place ?? Number.POSITIVE_INFINITY;
}
