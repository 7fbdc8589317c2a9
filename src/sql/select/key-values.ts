/**
 * The values of key queries (`duckdb-tree/key-queries.ts`), asked of the engine.
 *
 * @module
 */

import { BindError } from '../../errors.ts';
import { onlyStatement } from '../duckdb-tree/block.ts';
import { keyQueriesIn } from '../duckdb-tree/key-queries.ts';
import { type KeyValues, tableName } from '../duckdb-tree/reading.ts';
import { eachNode, type TreeNode } from '../duckdb-tree/tree.ts';
import type { ParseContext } from '../parse-context.ts';
import type { Qual, QueryBlock } from '../statement.ts';
import { allBlocks, fromLeaves, joinConditions } from '../walk.ts';

/** @param tree what DuckDB gives for a text of one statement */
export async function keyValues(tree: unknown, context: ParseContext): Promise<KeyValues> {
  const statement = onlyStatement(tree);
  const keys = keysOfResources(statement, context);
  const queries = keyQueriesIn(statement, (column) => keys.has(column.toLowerCase()));
  if (queries.length === 0) return new Map();
  const values = await context.distinctValues(
    queries.map(({ query }) => query),
    context.parameters,
  );
  return new Map(
    queries.flatMap(({ node }, index) => {
      const found = values[index];
      return found === undefined ? [] : [[node, found] as const];
    }),
  );
}

/**
 * Whether a block may have key queries, which only DuckDB's tree holds: it reads resources, and compares with what reads none.
 */
export function mayHaveKeys(block: QueryBlock): boolean {
  const blocks = [...allBlocks(block)];
  const isForeign = readsResources(blocks);
  if (!blocks.some(isForeign)) return false;
  return blocks.some((each) => comparesWithAlone(each, (inner) => ![...allBlocks(inner)].some(isForeign)));
}

/** Whether a block itself reads a resource, or a CTE that does. */
function readsResources(blocks: readonly QueryBlock[]): (block: QueryBlock) => boolean {
  const names = new Set<string>();
  const isForeign = (block: QueryBlock): boolean =>
    block.kind === 'select' &&
    fromLeaves(block.from).some(
      (leaf) => leaf.kind === 'table' && (leaf.name.length > 1 || names.has((leaf.name[0] ?? '').toLowerCase())),
    );
  // Each CTE sees those before it.
  for (const { name, block } of blocks.flatMap(({ ctes }) => ctes)) {
    if ([...allBlocks(block)].some(isForeign)) names.add(name.toLowerCase());
  }
  return isForeign;
}

function comparesWithAlone(block: QueryBlock, isAlone: (inner: QueryBlock) => boolean): boolean {
  if (block.kind !== 'select') return false;
  const quals = [...block.where, ...joinConditions(block.from)].flatMap(partsOf);
  if (quals.some((qual) => qual.kind === 'inQuery')) return block.subqueries.some(isAlone);
  if (!quals.some((qual) => qual.kind === 'sameAs')) return false;
  return fromLeaves(block.from).some((leaf) => isAlone({ ...block, ctes: [], subqueries: [], from: leaf }));
}

function partsOf(qual: Qual): readonly Qual[] {
  return qual.kind === 'and' || qual.kind === 'or' ? qual.quals.flatMap(partsOf) : [qual];
}

/** Columns of the resources that a statement names, with whose values requests can be made. */
function keysOfResources(statement: TreeNode, { resource }: ParseContext): ReadonlySet<string> {
  const found = new Set<string>();
  eachNode(statement, (node) => {
    const name = node['type'] === 'BASE_TABLE' ? tableName(node) : [];
    if (name.length < 2) return;
    try {
      for (const key of resource(name).keys) found.add(key);
    } catch (error) {
      // Who reads the statement says so with its place.
      if (!(error instanceof BindError)) throw error;
    }
  });
  return found;
}
