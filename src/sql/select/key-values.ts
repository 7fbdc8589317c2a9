/**
 * The values of key queries (`duckdb-tree/key-queries.ts`), asked of the engine.
 *
 * @module
 */

import { BindError } from '../../errors.ts';
import { onlyStatement } from '../duckdb-tree/block.ts';
import { keyQueriesIn } from '../duckdb-tree/key-queries.ts';
import { type Keys, type KeyValues, tableName } from '../duckdb-tree/reading.ts';
import { eachNode, type TreeNode } from '../duckdb-tree/tree.ts';
import type { ParseContext } from '../parse-context.ts';
import type { Qual, QueryBlock } from '../statement.ts';
import { allBlocks, fromLeaves, joinConditions } from '../walk.ts';

/** @param tree what DuckDB gives for a text of one statement */
export async function keyValues(tree: unknown, context: ParseContext): Promise<KeyValues> {
  const statement = onlyStatement(tree);
  const keys = keysOfResources(statement, context);
  const { queries, excluded } = keyQueriesIn(statement, (column) => keys.has(column.toLowerCase()));
  const known = queries.filter(({ reads }) => reads === 'nothing');
  const values =
    known.length === 0
      ? []
      : await context.distinctValues(
          known.map(({ query }) => query),
          context.parameters,
        );
  const ofKnown = known.flatMap(({ node }, index): readonly (readonly [TreeNode, Keys])[] => {
    const found = values[index];
    return found === undefined ? [] : [[node, { kind: 'values', values: found }]];
  });
  const ofOthers = queries.flatMap(({ node, query, reads }): readonly (readonly [TreeNode, Keys])[] =>
    reads === 'nothing' ? [] : [[node, { kind: 'query', query }]],
  );
  const ofExcluded = excluded.map(({ node, column, query }) => [node, { kind: 'excluded', column, query }] as const);
  return new Map<TreeNode, Keys>([...ofKnown, ...ofOthers, ...ofExcluded]);
}

/**
 * Whether a block may have key queries, which only DuckDB's tree holds: it reads resources, and compares with what reads none, or
 * with what is computed from some.
 */
export function mayHaveKeys(block: QueryBlock): boolean {
  const blocks = [...allBlocks(block)];
  const isForeign = readsResources(blocks);
  if (!blocks.some(isForeign)) return false;
  const ctes = new Map(
    blocks.flatMap((each) => each.ctes).map(({ name, block: inner }) => [name.toLowerCase(), inner]),
  );
  return blocks.some(
    (each) =>
      comparesExpression(each) ||
      excludes(each) ||
      comparesWith(each, (inner) => ![...allBlocks(inner)].some(isForeign)) ||
      comparesWith(each, (inner) => isComputed(inner, ctes)),
  );
}

/** Whether a condition is the negation of a query that names columns. */
function excludes(block: QueryBlock): boolean {
  const quals = block.kind === 'select' && block.subqueries.length > 0 ? block.where : [];
  return quals.some((qual) => qual.kind === 'other' && qual.isExclusion === true);
}

/** Whether a condition may say that a column of one relation equals what is computed from another. */
function comparesExpression(block: QueryBlock): boolean {
  if (block.kind !== 'select' || fromLeaves(block.from).length < 2) return false;
  return [...block.where, ...joinConditions(block.from)].flatMap(partsOf).some((qual) => {
    if (qual.kind !== 'other') return false;
    return new Set(qual.columns.map(({ qualifier }) => qualifier?.toLowerCase())).size > 1;
  });
}

/** Whether what a query gives is no column of its rows, so that rows cannot say it one by one. */
function isComputed(block: QueryBlock, ctes: ReadonlyMap<string, QueryBlock>): boolean {
  if (block.kind === 'set') return true;
  if (block.isEachValue === undefined) return true;
  if (block.output.some(({ kind }) => kind === 'expression' || kind === 'other')) return true;
  return fromLeaves(block.from).some((leaf) => {
    if (leaf.kind === 'derived') return isComputed(leaf.block, ctes);
    const inner =
      leaf.kind === 'table' && leaf.name.length === 1 ? ctes.get((leaf.name[0] ?? '').toLowerCase()) : undefined;
    return inner !== undefined && inner !== block && isComputed(inner, new Map());
  });
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

function comparesWith(block: QueryBlock, isMeant: (inner: QueryBlock) => boolean): boolean {
  if (block.kind !== 'select') return false;
  const quals = [...block.where, ...joinConditions(block.from)].flatMap(partsOf);
  if (quals.some((qual) => qual.kind === 'inQuery')) return block.subqueries.some(isMeant);
  if (!quals.some((qual) => qual.kind === 'sameAs')) return false;
  return fromLeaves(block.from).some((leaf) => isMeant({ ...block, ctes: [], subqueries: [], output: [], from: leaf }));
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
