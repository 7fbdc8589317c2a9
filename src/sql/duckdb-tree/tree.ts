/**
 * Reads the nodes of DuckDB's parse tree, which are plain JSON.
 *
 * @module
 */

import { InternalError } from '../../errors.ts';

/** A node of the tree that `json_serialize_sql` gives. */
export type TreeNode = Readonly<Record<string, unknown>>;

export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The node under a name that must be there. Throws `INTERNAL` if it is not. */
export function nodeAt(node: TreeNode, key: string): TreeNode {
  const value = node[key];
  if (isTreeNode(value)) return value;
  throw new InternalError(`The engine's parse tree has no ${key} in ${String(node['type'])}. Nothing was run.`);
}

/** The node under a name, if there is one. */
export function optionalNode(node: TreeNode, key: string): TreeNode | undefined {
  const value = node[key];
  return isTreeNode(value) ? value : undefined;
}

/** The nodes of a list. */
export function nodesAt(node: TreeNode, key: string): readonly TreeNode[] {
  return listAt(node, key).filter(isTreeNode);
}

/** The texts of a list. */
export function textsAt(node: TreeNode, key: string): readonly string[] {
  return listAt(node, key).filter((item) => typeof item === 'string');
}

export function listAt(node: TreeNode, key: string): readonly unknown[] {
  const value = node[key];
  return Array.isArray(value) ? value : [];
}

/** A text under a name; empty if there is none. */
export function textAt(node: TreeNode, key: string): string {
  const value = node[key];
  return typeof value === 'string' ? value : '';
}

/** The value of a CONSTANT that is text. */
export function textConstant(node: TreeNode | undefined): string | undefined {
  const value = node?.['class'] === 'CONSTANT' ? optionalNode(node, 'value') : undefined;
  const text = value?.['value'];
  return typeof text === 'string' && typeIdOf(value) === 'VARCHAR' ? text : undefined;
}

/** The name of a value's or cast's type. */
export function typeIdOf(value: TreeNode | undefined): string {
  const type = value === undefined ? undefined : optionalNode(value, 'type');
  return type === undefined ? '' : textAt(type, 'id');
}

/** What of a node's place is no place: DuckDB writes the largest number of 64 bits. */
const NOWHERE = 2 ** 53;

/** Where the node begins, in UTF-8 bytes; undefined where DuckDB does not say. */
export function locationOf(node: TreeNode): number | undefined {
  const location = node['query_location'];
  return typeof location === 'number' && location < NOWHERE ? location : undefined;
}

/** The values of a long list of literals, which stands in a tree as one node among those of its list. */
export function literalList(node: TreeNode | undefined): readonly (string | number)[] | undefined {
  return node?.['class'] === 'LITERALS' ? (node['values'] as readonly (string | number)[]) : undefined;
}

/** Calls `visit` for each node in a part of the tree, parents first. */
export function eachNode(part: unknown, visit: (node: TreeNode) => void): void {
  if (Array.isArray(part)) {
    for (const item of part) eachNode(item, visit);
  } else if (isTreeNode(part)) {
    visit(part);
    if (literalList(part) !== undefined) return;
    for (const child of Object.values(part)) eachNode(child, visit);
  }
}

/** Whether a part of the tree holds a node of which `test` is true. */
export function hasNode(part: unknown, test: (node: TreeNode) => boolean): boolean {
  if (Array.isArray(part)) return part.some((item) => hasNode(item, test));
  if (!isTreeNode(part)) return false;
  if (test(part)) return true;
  return literalList(part) === undefined && Object.values(part).some((child) => hasNode(child, test));
}
