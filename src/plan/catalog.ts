/**
 * `information_schema.tables` and `information_schema.columns`: what there is, as rows that can be filtered and joined. What the
 * documents say is known here; the session's own tables only the engine knows.
 *
 * @module
 */

import type { Registry } from '../registry/registry.ts';
import { methodsFor, namePartsOf, type Resource, type TableColumn } from '../registry/resource.ts';
import type { TableRef } from '../sql/statement.ts';
import type { Column, Row } from '../values.ts';

/** One of the tables of `information_schema`. */
export type CatalogTable = 'tables' | 'columns';

/** A reference to one of them. */
export interface CatalogRef {
  readonly ordinal: number;
  /** As the statement writes it. */
  readonly name: readonly string[];
  readonly alias?: string;
  readonly table: CatalogTable;
  readonly columns: readonly Column[];
  /** Of the resources. */
  readonly rows: readonly Row[];
}

/** The standard's columns, as far as they say anything here, and what the documents add. */
const CATALOG_COLUMNS: Readonly<Record<CatalogTable, readonly Column[]>> = {
  tables: [
    { name: 'table_catalog', type: 'VARCHAR' },
    { name: 'table_schema', type: 'VARCHAR' },
    { name: 'table_name', type: 'VARCHAR' },
    { name: 'table_type', type: 'VARCHAR' },
    { name: 'is_insertable_into', type: 'VARCHAR' },
    { name: 'description', type: 'VARCHAR' },
  ],
  columns: [
    { name: 'table_catalog', type: 'VARCHAR' },
    { name: 'table_schema', type: 'VARCHAR' },
    { name: 'table_name', type: 'VARCHAR' },
    { name: 'column_name', type: 'VARCHAR' },
    { name: 'ordinal_position', type: 'BIGINT' },
    { name: 'is_nullable', type: 'VARCHAR' },
    { name: 'data_type', type: 'VARCHAR' },
    { name: 'kind', type: 'VARCHAR' },
    { name: 'description', type: 'VARCHAR' },
  ],
};

/** Which of them a name of two parts is, if it is one. */
export function catalogTable(name: readonly string[]): CatalogTable | undefined {
  const [schema, table] = name.map((part) => part.toLowerCase());
  if (name.length !== 2 || schema !== 'information_schema') return undefined;
  return table === 'tables' || table === 'columns' ? table : undefined;
}

export function catalogRef(table: CatalogTable, { ordinal, name, alias }: TableRef, registry: Registry): CatalogRef {
  return {
    ordinal,
    name,
    ...(alias !== undefined && { alias }),
    table,
    columns: CATALOG_COLUMNS[table],
    rows: readableResources(registry).flatMap(table === 'tables' ? tableRows : columnRows),
  };
}

/** Everything that can stand behind FROM, by provider, service and name. All services are read for it. */
export function readableResources(registry: Registry): readonly Resource[] {
  return registry.providers.flatMap(({ name, services }) =>
    services.toSorted().flatMap((service) => {
      const { resources } = registry.service(name, service);
      return Object.keys(resources)
        .toSorted()
        .flatMap((key) => resources[key] ?? [])
        .filter(isReadable);
    }),
  );
}

function isReadable({ verbs, views = [] }: Resource): boolean {
  return verbs.select.length > 0 || views.length > 0;
}

function tableRows(resource: Resource): readonly Row[] {
  const isInsertable = methodsFor(resource, 'insert').length > 0 ? 'YES' : 'NO';
  return [[...namePartsOf(resource), 'BASE TABLE', isInsertable, resource.description]];
}

function columnRows(resource: Resource): readonly Row[] {
  const name = namePartsOf(resource);
  return resource.columns
    .filter(({ isAlias, origin }) => isAlias !== true && origin !== 'raw')
    .map((column, index) => [...name, column.name, index + 1, 'YES', column.type, kindOf(column), column.description]);
}

/** A field of the answer, or where a request has what the column was given. */
function kindOf({ origin }: TableColumn): string {
  return origin === 'response' ? 'field' : origin;
}

/** A column of a table of the session's own. */
export interface OwnColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** From 1. */
  readonly position: number;
}

/** How PostgreSQL's clients call what has no name of its own: all such tables are in one schema. */
const OWN = ['session', 'main'] as const;

/** Rows of the session's own tables, and of its views, whose columns are known only when they are read. */
export function ownRows(table: CatalogTable, columns: readonly OwnColumn[], views: readonly string[]): readonly Row[] {
  if (table === 'columns') {
    return columns.map(({ table: name, column, type, position }) => [
      ...OWN,
      name,
      column,
      position,
      'YES',
      type,
      'own',
      null,
    ]);
  }
  const tables = [...new Set(columns.map(({ table: name }) => name))];
  return [
    ...tables.map((name): Row => [...OWN, name, 'BASE TABLE', 'YES', null]),
    ...views.map((name): Row => [...OWN, name, 'VIEW', 'NO', null]),
  ];
}
