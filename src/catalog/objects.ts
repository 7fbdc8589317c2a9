/**
 * Tables of a provider, and those of a session, as rows of PostgreSQL's relations.
 *
 * @module
 */

import type { Registry } from '../registry/registry.ts';
import { isStarColumn, methodsFor, type Resource } from '../registry/resource.ts';
import type { ColumnType } from '../values.ts';
import type { OwnTable } from './contract.ts';
import { copyText } from './facts.ts';
import { typeOfHeld } from './types.ts';

/** A row, by column; columns that it does not have are NULL. */
export type ObjectRow = Readonly<Record<string, string | number | boolean | null>>;

/** By relation. */
export type ObjectRows = ReadonlyMap<string, readonly ObjectRow[]>;

/** A table as PostgreSQL would have it. */
export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly description?: string;
  readonly columns: readonly CatalogTableColumn[];
  /** Positions of the columns that tell rows apart, from 1; empty where that is not known. */
  readonly key: readonly number[];
}

interface CatalogTableColumn {
  readonly name: string;
  /** PostgreSQL's internal name. */
  readonly type: string;
  readonly description?: string;
}

export interface CatalogSchema {
  readonly name: string;
  readonly description: string;
}

/** What PostgreSQL says of a type in each column that has it. */
export interface TypeFacts {
  readonly oid: string;
  readonly length: string;
  readonly byValue: string;
  readonly align: string;
  readonly storage: string;
  readonly collation: string;
}

const COLUMN_TYPES: Readonly<Record<ColumnType, string>> = {
  VARCHAR: 'text',
  BIGINT: 'int8',
  DOUBLE: 'float8',
  BOOLEAN: 'bool',
  TIMESTAMPTZ: 'timestamptz',
  JSON: 'jsonb',
};

/** The services of a provider as schemas, and what can be read of them as tables. */
export function providerTables(
  registry: Registry,
  provider: string,
): { readonly schemas: readonly CatalogSchema[]; readonly tables: readonly CatalogTable[] } {
  const { services, summaries } = registry.provider(provider);
  const sorted = services.toSorted();
  return {
    schemas: sorted.map((name) => ({ name, description: summaries[name]?.description ?? '' })),
    tables: sorted.flatMap((service) => {
      const { resources } = registry.service(provider, service);
      return Object.keys(resources)
        .toSorted()
        .flatMap((name) => {
          const resource = resources[name];
          return resource !== undefined && isReadable(resource) ? [tableOf(service, name, resource)] : [];
        });
    }),
  };
}

function isReadable(resource: Resource): boolean {
  return methodsFor(resource, 'select').length > 0 || (resource.views ?? []).length > 0;
}

function tableOf(schema: string, name: string, resource: Resource): CatalogTable {
  const columns = resource.columns.filter(isStarColumn);
  const isKey = keyOf(resource);
  return {
    schema,
    name,
    kind: 'table',
    description: resource.description,
    columns: columns.map((column) => ({
      name: column.name,
      type: COLUMN_TYPES[column.type],
      description: column.description,
    })),
    key: columns.flatMap((column, index) => (isKey.has(column.name) ? [index + 1] : [])),
  };
}

/** The id of an item, and what says whose it is: parameters without which nothing is read, but for those that are the id itself. */
function keyOf(resource: Resource): ReadonlySet<string> {
  const { id, aliases, isSingleton } = resource;
  const methods = methodsFor(resource, 'select');
  if (id === undefined || isSingleton === true || methods.length === 0) return new Set();
  if (!resource.columns.some(({ name, origin }) => name === id && origin === 'response')) return new Set();
  const [first, ...others] = methods.map(
    ({ parameters }) =>
      new Set(
        parameters.filter(({ location, isRequired }) => location === 'path' && isRequired).map(({ name }) => name),
      ),
  );
  const always = [...(first ?? [])].filter((name) => others.every((each) => each.has(name)) && aliases[name] !== id);
  return new Set([id, ...always]);
}

/** All in one schema, where PostgreSQL's clients look first. */
const OWN_SCHEMA = 'public';

export function ownTables(tables: readonly OwnTable[]): readonly CatalogTable[] {
  return tables.map(({ name, kind, columns }) => ({
    schema: OWN_SCHEMA,
    name,
    kind,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type === 'JSON' ? 'jsonb' : typeOfHeld(column.type),
    })),
    key: [],
  }));
}

/** OIDs that PostgreSQL has of itself. https://www.postgresql.org/docs/15/system-catalog-initial-data.html */
const OWNER = 10;
const HEAP = 2;
const BTREE = 403;
const NAMESPACES = 2615;
const CLASSES = 1259;
const FUNCTIONS = {
  array_in: 750,
  array_out: 751,
  array_recv: 2400,
  array_send: 2401,
  record_in: 2290,
  record_out: 2291,
  record_recv: 2402,
  record_send: 2403,
  array_typanalyze: 3816,
  array_subscript_handler: 6179,
} as const;

/** Each row that PostgreSQL would have of these. `oid` gives the number of a name, and knows the schemas of PostgreSQL's own. */
export function objectRows(
  { schemas, tables }: { readonly schemas: readonly CatalogSchema[]; readonly tables: readonly CatalogTable[] },
  oid: (name: string) => number,
  typeFacts: (type: string) => TypeFacts,
): ObjectRows {
  const rows = new Map<string, ObjectRow[]>();
  const add = (relation: string, row: ObjectRow): void => {
    const known = rows.get(relation);
    if (known === undefined) rows.set(relation, [row]);
    else known.push(row);
  };
  for (const { name, description } of schemas) {
    add('pg_namespace', { oid: oid(name), nspname: name, nspowner: OWNER });
    if (description !== '') add('pg_description', descriptionRow(oid(name), NAMESPACES, 0, description));
  }
  for (const table of tables) addTable(table, { add, oid, typeFacts });
  return rows;
}

interface Adding {
  readonly add: (relation: string, row: ObjectRow) => void;
  readonly oid: (name: string) => number;
  readonly typeFacts: (type: string) => TypeFacts;
}

function addTable(table: CatalogTable, adding: Adding): void {
  const { add, oid, typeFacts } = adding;
  const { schema, name, kind, columns, key, description = '' } = table;
  const full = `${schema}.${name}`;
  const relation = oid(full);
  const isTable = kind === 'table';
  add('pg_class', {
    ...CLASS,
    oid: relation,
    relname: name,
    relnamespace: oid(schema),
    reltype: oid(`${full} row`),
    relam: isTable ? HEAP : 0,
    relfilenode: isTable ? relation : 0,
    reltuples: isTable ? -1 : 0,
    relhasindex: key.length > 0,
    relkind: isTable ? 'r' : 'v',
    relnatts: columns.length,
    relhasrules: !isTable,
    relreplident: isTable ? 'd' : 'n',
    relfrozenxid: isTable ? 3 : 0,
    relminmxid: isTable ? 1 : 0,
  });
  for (const row of typeRows(table, oid)) add('pg_type', row);
  add('type_names', { oid: oid(`${full} row`), name: `${quoted(schema)}.${quoted(name)}` });
  add('type_names', { oid: oid(`${full} rows`), name: `${quoted(schema)}.${quoted(name)}[]` });
  if (description !== '') add('pg_description', descriptionRow(relation, CLASSES, 0, description));
  for (const [index, column] of columns.entries()) {
    const isKey = key.includes(index + 1);
    add('pg_attribute', attributeRow(relation, index + 1, column.name, typeFacts(column.type), isKey));
    if (column.description !== undefined && column.description !== '')
      add('pg_description', descriptionRow(relation, CLASSES, index + 1, column.description));
  }
  if (isTable) for (const row of systemAttributes(relation, typeFacts)) add('pg_attribute', row);
  if (key.length > 0) addKey(table, relation, adding);
}

function addKey({ schema, name, columns, key }: CatalogTable, relation: number, adding: Adding): void {
  const { add, oid, typeFacts } = adding;
  const index = oid(`${schema}.${name}_pkey`);
  const constraint = oid(`${schema}.${name} primary key`);
  const keyColumns = key.map((position) => columns[position - 1]).filter((column) => column !== undefined);
  add('pg_class', {
    ...CLASS,
    oid: index,
    relname: `${name}_pkey`,
    relnamespace: oid(schema),
    reltype: 0,
    relam: BTREE,
    relfilenode: index,
    relpages: 1,
    reltuples: 0,
    relhasindex: false,
    relkind: 'i',
    relnatts: key.length,
    relhasrules: false,
    relreplident: 'n',
    relfrozenxid: 0,
    relminmxid: 0,
  });
  for (const [at, column] of keyColumns.entries())
    add('pg_attribute', attributeRow(index, at + 1, column.name, typeFacts(column.type), false));
  add('pg_index', {
    ...INDEX,
    indexrelid: index,
    indrelid: relation,
    indnatts: key.length,
    indnkeyatts: key.length,
    indkey: key.join(' '),
    indcollation: keyColumns.map(({ type }) => typeFacts(type).collation).join(' '),
    indclass: keyColumns.map(({ type }) => OPERATOR_CLASSES[type] ?? 0).join(' '),
    indoption: key.map(() => 0).join(' '),
  });
  add('pg_constraint', {
    ...CONSTRAINT,
    oid: constraint,
    conname: `${name}_pkey`,
    connamespace: oid(schema),
    conrelid: relation,
    conindid: index,
    conkey: `{${key.join(',')}}`,
  });
}

/** Those of btree for types that keys have. */
const OPERATOR_CLASSES: Readonly<Record<string, number>> = { text: 3126, int8: 3124, timestamptz: 3127 };

const CLASS: ObjectRow = {
  reloftype: 0,
  relowner: OWNER,
  reltablespace: 0,
  relpages: 0,
  relallvisible: 0,
  reltoastrelid: 0,
  relisshared: false,
  relpersistence: 'p',
  relchecks: 0,
  relhastriggers: false,
  relhassubclass: false,
  relrowsecurity: false,
  relforcerowsecurity: false,
  relispopulated: true,
  relispartition: false,
  relrewrite: 0,
};

const INDEX: ObjectRow = {
  indisunique: true,
  indnullsnotdistinct: false,
  indisprimary: true,
  indisexclusion: false,
  indimmediate: true,
  indisclustered: false,
  indisvalid: true,
  indcheckxmin: false,
  indisready: true,
  indislive: true,
  indisreplident: false,
};

const CONSTRAINT: ObjectRow = {
  contype: 'p',
  condeferrable: false,
  condeferred: false,
  convalidated: true,
  contypid: 0,
  conparentid: 0,
  confrelid: 0,
  confupdtype: ' ',
  confdeltype: ' ',
  confmatchtype: ' ',
  conislocal: true,
  coninhcount: 0,
  connoinherit: true,
};

function descriptionRow(objoid: number, classoid: number, objsubid: number, description: string): ObjectRow {
  return { objoid, classoid, objsubid, description };
}

function attributeRow(relation: number, number: number, name: string, type: TypeFacts, isKey: boolean): ObjectRow {
  return {
    attrelid: relation,
    attname: name,
    atttypid: type.oid,
    attstattarget: number > 0 ? -1 : 0,
    attlen: type.length,
    attnum: number,
    attndims: 0,
    attcacheoff: -1,
    atttypmod: -1,
    attbyval: type.byValue,
    attalign: type.align,
    attstorage: type.storage,
    attcompression: '',
    attnotnull: number < 0 || isKey,
    atthasdef: false,
    atthasmissing: false,
    attidentity: '',
    attgenerated: '',
    attisdropped: false,
    attislocal: true,
    attinhcount: 0,
    attcollation: type.collation,
  };
}

/** What each table has beside its columns. */
const SYSTEM: readonly (readonly [number, string, string])[] = [
  [-6, 'tableoid', 'oid'],
  [-5, 'cmax', 'cid'],
  [-4, 'xmax', 'xid'],
  [-3, 'cmin', 'cid'],
  [-2, 'xmin', 'xid'],
  [-1, 'ctid', 'tid'],
];

function systemAttributes(relation: number, typeFacts: (type: string) => TypeFacts): readonly ObjectRow[] {
  return SYSTEM.map(([number, name, type]) => attributeRow(relation, number, name, typeFacts(type), false));
}

/** The type of a table's rows, and of lists of them. */
function typeRows({ schema, name }: CatalogTable, oid: (name: string) => number): readonly ObjectRow[] {
  const full = `${schema}.${name}`;
  const both: ObjectRow = {
    typnamespace: oid(schema),
    typowner: OWNER,
    typlen: -1,
    typbyval: false,
    typispreferred: false,
    typisdefined: true,
    typdelim: ',',
    typmodin: 0,
    typmodout: 0,
    typalign: 'd',
    typstorage: 'x',
    typnotnull: false,
    typbasetype: 0,
    typtypmod: -1,
    typndims: 0,
    typcollation: 0,
  };
  return [
    {
      ...both,
      oid: oid(`${full} row`),
      typname: name,
      typtype: 'c',
      typcategory: 'C',
      typrelid: oid(full),
      typsubscript: 0,
      typelem: 0,
      typarray: oid(`${full} rows`),
      typinput: FUNCTIONS.record_in,
      typoutput: FUNCTIONS.record_out,
      typreceive: FUNCTIONS.record_recv,
      typsend: FUNCTIONS.record_send,
      typanalyze: 0,
    },
    {
      ...both,
      oid: oid(`${full} rows`),
      typname: `_${name}`,
      typtype: 'b',
      typcategory: 'A',
      typrelid: 0,
      typsubscript: FUNCTIONS.array_subscript_handler,
      typelem: oid(`${full} row`),
      typarray: 0,
      typinput: FUNCTIONS.array_in,
      typoutput: FUNCTIONS.array_out,
      typreceive: FUNCTIONS.array_recv,
      typsend: FUNCTIONS.array_send,
      typanalyze: FUNCTIONS.array_typanalyze,
    },
  ];
}

/** As `quote_ident` would, but for keywords. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Lines as the files have them. */
export function linesOf(rows: readonly ObjectRow[], columns: readonly string[]): readonly string[] {
  return rows.map((row) => columns.map((column) => copyText(row[column] ?? null)).join('\t'));
}
