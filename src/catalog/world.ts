/**
 * What all connections of a database share: PostgreSQL's facts, the provider's tables, and the DuckDB that holds them.
 *
 * @module
 */

import type { Registry } from '../registry/registry.ts';
import { type FactRows, type Facts, readFacts } from './facts.ts';
import { createNames, factRecords, type ObjectNames } from './names.ts';
import { type ObjectRow, type ObjectRows, objectRows, providerTables, type TypeFacts } from './objects.ts';
import { createOids } from './oids.ts';
import { openStore, type Store } from './store.ts';
import { type TypeTable, typeTable } from './types.ts';

export interface World {
  readonly facts: Facts;
  readonly types: TypeTable;
  readonly objects: ObjectRows;
  readonly names: ObjectNames;
  readonly oid: (name: string) => number;
  readonly typeFacts: (type: string) => TypeFacts;
  readonly store: Store;
}

/** @param database a provider; its services are the schemas. One that is none has PostgreSQL's own schemas only */
export async function openWorld(registry: Registry, database: string): Promise<World> {
  const facts = readFacts();
  const typeRows = facts.rows('pg_type');
  const types = typeTable(typeRows ?? NO_ROWS);
  const typeFacts = factsOfTypes(typeRows);
  const schemaOids = new Map(
    factRecords(facts.rows('pg_namespace')).map((row) => [String(row['nspname']), Number(row['oid'])]),
  );
  const numbers = createOids();
  const oid = (name: string): number => schemaOids.get(name) ?? numbers(name);
  const provider = registry.providers.find(({ name }) => name.toLowerCase() === database.toLowerCase());
  const described = provider === undefined ? { schemas: [], tables: [] } : providerTables(registry, provider.name);
  const objects = withServer(objectRows(described, oid, typeFacts), database, oid);
  return {
    facts,
    types,
    objects,
    names: createNames(facts, objects),
    oid,
    typeFacts,
    store: await openStore(facts, objects),
  };
}

const NO_ROWS: FactRows = { columns: [], lines: [], constants: {} };

/** Rows about the server itself: the one database, and who is logged in, who owns all. */
function withServer(objects: ObjectRows, database: string, oid: (name: string) => number): ObjectRows {
  const more: Readonly<Record<string, readonly ObjectRow[]>> = {
    pg_database: [
      {
        oid: oid(`database ${database}`),
        datname: database,
        datdba: 10,
        encoding: 6,
        datlocprovider: 'c',
        datistemplate: false,
        datallowconn: true,
        datconnlimit: -1,
        datfrozenxid: 3,
        datminmxid: 1,
        dattablespace: 1663,
        datcollate: 'C',
        datctype: 'C',
      },
    ],
    pg_authid: [
      {
        oid: 10,
        rolname: 'oktaql',
        rolsuper: true,
        rolinherit: true,
        rolcreaterole: true,
        rolcreatedb: true,
        rolcanlogin: true,
        rolreplication: true,
        rolbypassrls: true,
        rolconnlimit: -1,
      },
    ],
  };
  return new Map([...objects, ...Object.entries(more)]);
}

function factsOfTypes(rows: FactRows | undefined): (type: string) => TypeFacts {
  const records = new Map(factRecords(rows).map((row) => [String(row['typname']), row]));
  return (type) => {
    const row = records.get(type) ?? records.get('text') ?? {};
    return {
      oid: String(row['oid']),
      length: String(row['typlen']),
      byValue: String(row['typbyval']),
      align: String(row['typalign']),
      storage: String(row['typstorage']),
      collation: String(row['typcollation']),
    };
  };
}
