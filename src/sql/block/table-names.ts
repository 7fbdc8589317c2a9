/**
 * What a chain of names means, as far as the tables of the statement tell.
 *
 * @module
 */

import type { ColumnRef } from '../statement.ts';

/** Reads `a.b.c`, where each name may be a table, a column or a field of a structure. */
export interface NameReader {
  /** The column that is meant; undefined if it may be another one, or part of one. */
  readonly columnOf: (names: readonly string[]) => ColumnRef | undefined;
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
    const table = names.slice(0, -1);
    if (!suffixes.has(keyOf(table))) return undefined;
    return hasNamesakes(qualifier, tables) ? { qualifier, table, name } : { qualifier, name };
  };
  return {
    columnOf,
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
