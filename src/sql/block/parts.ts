/**
 * Puts blocks together, for both front ends.
 *
 * Entry of the room `block/`: what both readers of a SELECT make a `QueryBlock` with: conjuncts, table names, which functions
 * are plain. It knows neither parser.
 *
 * @module
 */

import { NotSupportedError } from '../../errors.ts';
import type { ColumnRef, FromNode, Qual, QueryBlock, SelectBlock, SetBlock, TableRef } from '../statement.ts';
import { allBlocks, fromLeaves, innerBlocks } from '../walk.ts';

/** The block of a SELECT, with each column named once, and with the tables that are named like a column among its stars. */
export function selectBlock(parts: Omit<SelectBlock, 'kind'>): SelectBlock {
  const { having = [], compared = [], ...rest } = parts;
  const block: SelectBlock = {
    ...rest,
    kind: 'select',
    columns: unique(parts.columns),
    ...(having.length > 0 && { having }),
    ...(compared.length > 0 && { compared: unique(compared) }),
  };
  return { ...block, stars: unique([...parts.stars, ...wholeRows(block)]) };
}

/** The block of a set operation. Arms that only combine others are replaced by what they combine. */
export function setBlock(parts: Omit<SetBlock, 'kind'>): SetBlock {
  return { ...parts, kind: 'set', columns: unique(parts.columns), arms: parts.arms.flatMap(openArm) };
}

/** Whether a condition of HAVING says something of columns, and nothing of what is computed from a group. */
export function isOfColumns(qual: Qual): boolean {
  switch (qual.kind) {
    case 'and':
    case 'or':
      return qual.quals.every(isOfColumns);
    default:
      return qual.kind === 'in' || qual.kind === 'compare' || qual.kind === 'like' || qual.kind === 'null';
  }
}

/** `SELECT * FROM from`. */
export function starOf(from: FromNode, columns: readonly ColumnRef[], isOpen: boolean): SelectBlock {
  return selectBlock({
    ctes: [],
    subqueries: [],
    columns,
    from,
    where: [],
    output: [{ kind: 'star' }],
    stars: [undefined],
    isTransparent: isOpen,
    isRowwise: isOpen,
    ...(isOpen && { isEachValue: true }),
  });
}

/**
 * A table whose alias renames its columns: `t x(a, b)`.
 *
 * @throws NotSupportedError for a resource, whose columns are more than `*` shows
 */
export function renamed(table: TableRef, alias: string, columnNames: readonly string[]): FromNode {
  if (table.name.length === 1) return derived(alias, columnNames, starOf(table, [], true));
  throw new NotSupportedError(`The columns of ${table.name.join('.')} cannot be renamed by its alias.`, {
    hint: 'Rename them in a subquery: (SELECT a AS x FROM …) AS t.',
  });
}

/** A subquery in FROM. */
export function derived(alias: string, columnNames: readonly string[], block: QueryBlock): FromNode {
  return { kind: 'derived', alias, columnNames, block };
}

/** The name by which columns of a part of FROM may be qualified. */
function exposedName(leaf: ReturnType<typeof fromLeaves>[number]): string {
  return leaf.alias ?? (leaf.kind === 'table' ? (leaf.name.at(-1) ?? '') : '');
}

function openArm(arm: QueryBlock): readonly QueryBlock[] {
  const isPlain = arm.kind === 'set' && arm.isTransparent && arm.limit === undefined;
  return isPlain && arm.ctes.length + arm.subqueries.length + arm.columns.length === 0 ? arm.arms : [arm];
}

/** In `SELECT t FROM … t`, `t` is the whole row, unless the table has a column of that name. */
function wholeRows(block: SelectBlock): readonly string[] {
  const named = [block, ...innerBlocks(block).flatMap((inner) => [...allBlocks(inner)])].flatMap(({ columns }) =>
    columns.filter(({ qualifier }) => qualifier === undefined).map(({ name }) => name.toLowerCase()),
  );
  const names = new Set(named);
  return fromLeaves(block.from)
    .map(exposedName)
    .filter((name) => names.has(name.toLowerCase()));
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
