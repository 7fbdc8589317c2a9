/**
 * Makes what a statement reads: views over relations, and macros, in the connection that runs it, each with what it needs itself.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { InternalError } from '../errors.ts';
import type { FactRows, Facts } from './facts.ts';
import { CASTS, FUNCTIONS } from './functions.ts';
import type { ObjectRows } from './objects.ts';
import { PLACE } from './rewrite/from.ts';
import type { Uses } from './rewrite/statement.ts';
import { createRelation, relationOf, SCHEMAS, type Store } from './store.ts';
import { viewQuery } from './views.ts';

export interface Definitions {
  ensure(uses: Uses): Promise<void>;
}

/** @param own rows of the session's own tables */
export function createDefinitions(
  connection: DuckDBConnection,
  store: Store,
  { facts, own, database }: { readonly facts: Facts; readonly own: ObjectRows; readonly database: string },
): Definitions {
  const made = new Set<string>();
  const expand = async (sql: string): Promise<string> => {
    for (const [, name = ''] of sql.matchAll(/\{(\w+)\}/g)) if (name !== 'database') await ensureRelation(name);
    for (const [, name = ''] of sql.matchAll(/catalog_(\w+)\(/g)) await ensureFunction(name);
    return sql.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'database' ? `'${database.replaceAll("'", "''")}'` : placeOf(name),
    );
  };
  const ensureRelation = async (name: string): Promise<void> => {
    if (made.has(name)) return;
    made.add(name);
    const relation = relationOf(name, facts);
    const view = viewQuery(relation);
    if (view === undefined) await store.need(name);
    const query = view === undefined ? await stored(name) : await expand(view);
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${placeOf(name)} AS ${query}`);
  };
  const stored = async (name: string): Promise<string> => {
    const relation = relationOf(name, facts);
    const shared = `SELECT * FROM ${SCHEMAS[relation.schema] ?? 'pgc'}."${relation.name}"`;
    const rows = own.get(name);
    if (rows === undefined) return shared;
    const place = `temp."own ${name}"`;
    await connection.run(`DROP TABLE IF EXISTS ${place}`);
    await createRelation(connection, place, relation, NOTHING, rows);
    return `${shared} UNION ALL SELECT * FROM ${place}`;
  };
  const ensureFunction = async (name: string): Promise<void> => {
    if (made.has(`${name}()`)) return;
    made.add(`${name}()`);
    const definition = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : CASTS[name];
    if (definition === undefined) throw new InternalError(`The catalog has no function ${name}.`);
    const forms: string[] = [];
    for (const { parameters, body } of definition.macros)
      forms.push(`(${parameters.join(', ')}) AS ${await expand(body)}`);
    if (forms.length > 0) await connection.run(`CREATE OR REPLACE TEMP MACRO catalog_${name} ${forms.join(', ')}`);
  };
  return {
    ensure: async ({ relations, functions }) => {
      for (const name of relations) await ensureRelation(name);
      for (const name of functions) await ensureFunction(name);
    },
  };
}

const NOTHING: FactRows | undefined = undefined;

function placeOf(name: string): string {
  return `"${PLACE} ${name}"`;
}
