/**
 * Values that cannot be of their column's type: NULL in the row, and counted, because a NULL says that there is nothing.
 *
 * @module
 */

import type { Resource, TableColumn } from '../registry/resource.ts';
import type { ColumnType } from '../values.ts';

/** Counts such values by column, over all of a scan. */
export interface UnfitTally {
  count(column: TableColumn): void;
  /** One notice for each column that had any. */
  tell(resource: Resource, onNotice: (notice: string) => void): void;
}

export function createTally(): UnfitTally {
  const counts = new Map<TableColumn, number>();
  return {
    count: (column) => {
      counts.set(column, (counts.get(column) ?? 0) + 1);
    },
    tell: (resource, onNotice) => {
      for (const [{ name, type }, count] of counts) {
        const what = count === 1 ? `1 value of ${name} is` : `${count} values of ${name} are`;
        onNotice(`${resource.name}: ${what} no ${KINDS[type]}, and NULL here.`);
      }
    },
  };
}

/** What a value of the type is, in words. Every value is a text, and JSON. */
const KINDS: Readonly<Record<ColumnType, string>> = {
  BIGINT: 'whole number of 64 bits',
  DOUBLE: 'number',
  BOOLEAN: 'truth value',
  TIMESTAMPTZ: 'time',
  VARCHAR: 'text',
  JSON: 'JSON',
};
