/**
 * The small DuckDB that holds PostgreSQL's relations: begun with the first question, closed to everything outside, each relation
 * filled when it is first read.
 *
 * @module
 */

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type DuckDb, loadDuckDb } from '../engine/load.ts';
import { InternalError } from '../errors.ts';
import type { FactRows, Facts, Relation } from './facts.ts';
import { linesOf, type ObjectRow, type ObjectRows } from './objects.ts';
import { heldAs } from './types.ts';

/** Where relations are in it, by PostgreSQL's schema. */
export const SCHEMAS: Readonly<Record<string, string>> = { pg_catalog: 'pgc', information_schema: 'pgi' };

/** What functions say, as relations of no schema. */
const HELPERS: Readonly<Record<string, Relation>> = {
  keywords: helper('keywords', ['word', 'catcode', 'barelabel', 'catdesc', 'baredesc'].map(textColumn)),
  function_texts: helper('function_texts', [
    { name: 'oid', type: 'oid' },
    ...['result', 'arguments', 'identity_arguments'].map(textColumn),
  ]),
  type_names: helper('type_names', [{ name: 'oid', type: 'oid' }, textColumn('name')]),
};

function helper(name: string, columns: Relation['columns']): Relation {
  return { schema: 'pg_catalog', name, oid: 0, kind: 'r', columns };
}

function textColumn(name: string): Relation['columns'][number] {
  return { name, type: 'text' };
}

/** What a server's catalog is made of for all of its connections. */
export interface Store {
  readonly api: DuckDb;
  connect(): Promise<DuckDBConnection>;
  /** Fills a relation, once. @param name without its schema where that is `pg_catalog` */
  need(name: string): Promise<void>;
  close(): void;
}

/** For one database, whose objects are given. */
export async function openStore(facts: Facts, objects: ObjectRows): Promise<Store> {
  const api = loadDuckDb();
  const instance = await openInstance(api);
  const connection = await instance.connect();
  await connection.run(`CREATE SCHEMA pgc; CREATE SCHEMA pgi;`);
  const filled = new Map<string, Promise<void>>();
  let waiting: Promise<void> = Promise.resolve();
  const fill = async (name: string): Promise<void> => {
    const relation = relationOf(name, facts);
    const place = `${SCHEMAS[relation.schema] ?? 'pgc'}.${quote(relation.name)}`;
    await createRelation(connection, place, relation, facts.rows(relation.name), objects.get(relation.name) ?? []);
  };
  return {
    api,
    connect: () => instance.connect(),
    need: (name) => {
      const known = filled.get(name);
      if (known !== undefined) return known;
      // One connection fills them all, one after the other.
      const filling = waiting.then(() => fill(name));
      waiting = filling.catch(() => undefined);
      filled.set(name, filling);
      return filling;
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Small, on one thread, and closed: whatever a client asks, it reads these relations and nothing else. */
async function openInstance(api: DuckDb): Promise<DuckDBInstance> {
  const instance = await api.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    http_proxy: '',
  });
  const connection = await instance.connect();
  const settings = [
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL memory_limit = '256MB'",
    'SET GLOBAL threads = 1',
    "SET GLOBAL temp_directory = ''",
    // As PostgreSQL sorts, and divides.
    "SET GLOBAL default_null_order = 'nulls_last_on_asc_first_on_desc'",
    'SET GLOBAL integer_division = true',
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
  await connection.run(settings.join('; '));
  connection.closeSync();
  return instance;
}

/** A relation by its name. */
export function relationOf(name: string, facts: Facts): Relation {
  const found = HELPERS[name] ?? facts.relations.get(`pg_catalog.${name}`) ?? facts.relations.get(name);
  if (found === undefined) throw new InternalError(`The catalog has no relation ${name}.`);
  return found;
}

/** @param place where it is made, such as `pgc."pg_class"` */
export async function createRelation(
  connection: DuckDBConnection,
  place: string,
  { columns }: Relation,
  facts: FactRows | undefined,
  objects: readonly ObjectRow[],
): Promise<void> {
  const names = columns.map(({ name }) => name);
  await connection.run(
    `CREATE ${place.startsWith('temp.') ? 'TEMP ' : ''}TABLE ${place} (${columns.map(({ name, type }) => `${quote(name)} ${heldAs(type)}`).join(', ')})`,
  );
  if (facts !== undefined) await insertLines(connection, place, columns, facts);
  if (objects.length > 0) {
    await insertLines(connection, place, columns, { columns: names, lines: linesOf(objects, names), constants: {} });
  }
}

/** All lines as one text, which DuckDB cuts: a second for what would be tens of thousands of calls. */
async function insertLines(
  connection: DuckDBConnection,
  place: string,
  columns: Relation['columns'],
  { columns: given, lines, constants }: FactRows,
): Promise<void> {
  const values = columns.map(({ name, type }) => {
    const at = given.indexOf(name);
    const constant = Object.hasOwn(constants, name) ? constants[name] : '\\N';
    return readValue(at === -1 ? literal(constant ?? '\\N') : `f[${at + 1}]`, type);
  });
  await connection.run(
    `INSERT INTO ${place} SELECT ${values.join(', ')} FROM (
       SELECT string_split(line, chr(9)) AS f FROM (SELECT unnest(string_split($1::VARCHAR, chr(10))) AS line))`,
    [lines.join('\n')],
  );
}

/** What COPY has written, as DuckDB's value. */
function readValue(text: string, type: string): string {
  const given = `nullif(${text}, '\\N')`;
  const held = heldAs(type);
  if (held === 'VARCHAR') {
    const mark = 'chr(1)';
    const steps = [
      ["'\\\\'", mark],
      ["'\\n'", 'chr(10)'],
      ["'\\t'", 'chr(9)'],
      ["'\\r'", 'chr(13)'],
      [mark, "'\\'"],
    ];
    const unescaped = steps.reduce((each, [from, to]) => `replace(${each}, ${from}, ${to})`, given);
    return `CASE WHEN contains(${text}, '\\') THEN ${unescaped} ELSE ${text} END`;
  }
  if (type === 'int2vector' || type === 'oidvector')
    return `CAST('[' || replace(${given}, ' ', ', ') || ']' AS ${held})`;
  if (held.endsWith('[]')) return `CAST(translate(${given}, '{}', '[]') AS ${held})`;
  return `CAST(${given} AS ${held})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
