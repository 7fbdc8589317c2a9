/**
 * Items of answers as rows of their resource's table, one value at a time.
 *
 * @module
 */

import { type Assignment, canonicalName } from '../plan/assignments.ts';
import type { Resource, TableColumn } from '../registry/resource.ts';
import { type Item, toRow } from '../rows/decode.ts';
import type { RowView } from './matches.ts';

/** Shows items as rows of their resource's table. */
export type Viewer = (item: Item, parameters: Assignment) => RowView;

export function viewer(resource: Resource): Viewer {
  const columns = new Map<string, TableColumn>();
  // Of columns that always hold the same, the first.
  for (const column of resource.columns.toReversed()) columns.set(canonicalName(resource, column.name), column);
  // But for the API's spelling, which may be another than what was given.
  const ofParameters = resource.columns
    .filter(({ origin }) => origin !== 'response')
    .map((column) => ({ column, canonical: canonicalName(resource, column.name) }));
  const givenColumn = (name: string, parameters: Assignment): TableColumn | undefined =>
    ofParameters.find(
      ({ column, canonical }) => canonical === name && Object.hasOwn(parameters, column.wireName ?? column.name),
    )?.column;
  return (item, parameters) => ({
    valueAt: (name) => {
      const column = givenColumn(name, parameters) ?? columns.get(name);
      return column === undefined ? null : (toRow(item, [column], parameters)[0] ?? null);
    },
    isText: (name) => columns.get(name)?.type === 'VARCHAR',
  });
}
