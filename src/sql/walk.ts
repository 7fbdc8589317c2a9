/**
 * Ways through the blocks of a statement.
 *
 * @module
 */

import type { FromNode, Qual, QueryBlock } from './statement.ts';

/** A block and all blocks below it, in the order of the text. */
export function* allBlocks(block: QueryBlock): Iterable<QueryBlock> {
  yield block;
  for (const inner of innerBlocks(block)) yield* allBlocks(inner);
}

/** The blocks directly below one. */
export function innerBlocks(block: QueryBlock): readonly QueryBlock[] {
  const derived = block.kind === 'select' ? fromLeaves(block.from).flatMap(derivedBlock) : block.arms;
  return [...block.ctes.map((cte) => cte.block), ...derived, ...block.subqueries];
}

/** Tables, subqueries and opaque rows of a FROM, in the order of the text. */
export function fromLeaves(node: FromNode | undefined): readonly Exclude<FromNode, { readonly kind: 'join' }>[] {
  if (node === undefined) return [];
  return node.kind === 'join' ? [...fromLeaves(node.left), ...fromLeaves(node.right)] : [node];
}

/** The conditions of all ON of a FROM. */
export function joinConditions(node: FromNode | undefined): readonly Qual[] {
  return node?.kind === 'join' ? [...joinConditions(node.left), ...joinConditions(node.right), ...node.on] : [];
}

function derivedBlock(node: FromNode): readonly QueryBlock[] {
  return node.kind === 'derived' ? [node.block] : [];
}
