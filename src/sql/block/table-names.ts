/**
 * What a chain of names means, as far as the tables of the statement tell.
 *
 * @module
 */

import type { ColumnRef, QueryBlock } from '../statement.ts';
import { fromLeaves, innerBlocks } from '../walk.ts';

/** Reads `a.b.c`, where each name may be a table, a column or a field of a structure. */
export interface NameReader {
  /** The column that is meant; undefined if it may be another one, or part of one. */
  readonly columnOf: (names: readonly string[]) => ColumnRef | undefined;
  /** The names as one reference, of which only the scope can say where the column ends and its members begin. */
  readonly referenceOf: (names: readonly string[]) => ColumnRef;
  /** Every column that may be meant. */
  readonly columnsOf: (names: readonly string[]) => readonly ColumnRef[];
}

/** @param tables the names of all tables in the statement, each with all its parts */
export function nameReader(tables: readonly (readonly string[])[]): NameReader {
  const suffixes = new Set(tables.flatMap((parts) => parts.map((_part, index) => keyOf(parts.slice(index)))));
  const columnOf = (names: readonly string[]): ColumnRef | undefined => {
    const [name, qualifier] = [names.at(-1), names.at(-2)];
    if (name === undefined) return undefined;
    if (qualifier === undefined) return { name };
    // a.b may be a field of a column a; the planner knows whether there is a table a. Of a.b.c, it would see b.c only.
    if (names.length === 2) return { qualifier, name };
    if (!suffixes.has(keyOf(names.slice(0, -1)))) return undefined;
    return hasNamesakes(qualifier, tables) ? { before: names.slice(0, -2), qualifier, name } : { qualifier, name };
  };
  return {
    columnOf,
    referenceOf: (names) => {
      const [name = '', qualifier, ...before] = names.toReversed();
      return columnOf(names) ?? { name, ...(qualifier !== undefined && { qualifier }), before: before.toReversed() };
    },
    columnsOf: (names) => {
      const column = columnOf(names);
      return column === undefined ? pairsOf(names) : [column];
    },
  };
}

/** Whether several tables are called so, so that only more of their names tells them apart. */
function hasNamesakes(lastName: string, tables: readonly (readonly string[])[]): boolean {
  const called = tables.filter((parts) => parts.at(-1)?.toLowerCase() === lastName.toLowerCase());
  return new Set(called.map(keyOf)).size > 1;
}

/** `t.c.f` may be the field f of t.c, and `c.f.g` one of c, which then stands before a dot. */
function pairsOf(names: readonly string[]): readonly ColumnRef[] {
  return names.slice(1).map((name, index) => ({ qualifier: names[index] ?? '', name }));
}

function keyOf(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.toLowerCase()));
}

/** Whether a column is qualified by what is no table around it: by a column then, of which it is a member. */
export function hasStrayQualifier(block: QueryBlock, around: ReadonlySet<string> = new Set()): boolean {
  const own = block.kind === 'select' ? fromLeaves(block.from) : [];
  const names = own.map((leaf) => leaf.alias ?? (leaf.kind === 'table' ? (leaf.name.at(-1) ?? '') : ''));
  const known = new Set([...around, ...names.map((name) => name.toLowerCase())]);
  const isStray = ({ qualifier }: ColumnRef): boolean => qualifier !== undefined && !known.has(qualifier.toLowerCase());
  return block.columns.some(isStray) || innerBlocks(block).some((inner) => hasStrayQualifier(inner, known));
}
