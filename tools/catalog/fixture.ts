/**
 * The same tables in a real PostgreSQL, so that both can be asked.
 *
 * @module
 */

import type { OwnTable } from '../../src/catalog/contract.ts';
import { type CatalogTable, ownTables, providerTables } from '../../src/catalog/objects.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import type { PostgresServer } from './postgres.ts';

/** Tables of a session, which both have. */
export const OWN: readonly OwnTable[] = [
  {
    name: 'seen',
    kind: 'table',
    columns: [
      { name: 'kid', type: 'VARCHAR' },
      { name: 'times', type: 'INTEGER' },
    ],
  },
  { name: 'seen_often', kind: 'view', columns: [{ name: 'kid', type: 'VARCHAR' }] },
];

/** Makes them, with comments and keys, in a database that holds nothing else. */
export function createTables({ run }: PostgresServer): void {
  const { schemas, tables } = providerTables(builtInRegistry(), 'okta');
  const script = [
    ...schemas.flatMap(({ name, description }) => [
      `CREATE SCHEMA ${quote(name)};`,
      ...(description === '' ? [] : [`COMMENT ON SCHEMA ${quote(name)} IS ${literal(description)};`]),
    ]),
    ...tables.flatMap(tableScript),
    ...ownTables(OWN.filter(({ kind }) => kind === 'table')).flatMap(tableScript),
    'CREATE VIEW public.seen_often AS SELECT kid FROM public.seen;',
    ...ONLY_THESE,
  ];
  const said = run(script.join('\n'));
  if (/ERROR/.test(said)) throw new Error(`PostgreSQL did not make the tables: ${said.slice(0, 500)}`);
}

/**
 * What a table of the catalog has not: files for long values (TOAST), the rule behind a view, other databases. They go by hand, for
 * which the server has to run with allow_system_table_mods.
 */
const ONLY_THESE: readonly string[] = [
  "DELETE FROM pg_class WHERE oid >= 16384 AND relnamespace = 'pg_toast'::regnamespace;",
  'UPDATE pg_class SET reltoastrelid = 0 WHERE oid >= 16384;',
  'DELETE FROM pg_attribute WHERE attrelid >= 16384 AND attrelid NOT IN (SELECT oid FROM pg_class);',
  'DELETE FROM pg_index WHERE indexrelid >= 16384 AND indexrelid NOT IN (SELECT oid FROM pg_class);',
  'DROP DATABASE postgres;',
  "UPDATE pg_database SET datistemplate = false WHERE datname <> 'okta';",
  'DROP DATABASE template1;',
  'DROP DATABASE template0;',
  // The collations of the machine are nobody's business here.
  'DELETE FROM pg_collation WHERE oid >= 1000;',
];

function tableScript({ schema, name, description = '', columns, key }: CatalogTable): readonly string[] {
  const table = `${quote(schema)}.${quote(name)}`;
  const lines = columns.map((column) => `${quote(column.name)} ${column.type}`);
  const keys = key.map((position) => quote(columns[position - 1]?.name ?? ''));
  const primary = keys.length === 0 ? [] : [`PRIMARY KEY (${keys.join(', ')})`];
  return [
    `CREATE TABLE ${table} (${[...lines, ...primary].join(', ')});`,
    ...(description === '' ? [] : [`COMMENT ON TABLE ${table} IS ${literal(description)};`]),
    ...columns.flatMap((column) =>
      column.description === undefined || column.description === ''
        ? []
        : [`COMMENT ON COLUMN ${table}.${quote(column.name)} IS ${literal(column.description)};`],
    ),
  ];
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
