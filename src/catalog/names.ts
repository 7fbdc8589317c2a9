/**
 * Names of objects and their OIDs: what `'apps.jwks'::regclass` is, and how a regclass is written.
 *
 * @module
 */

import type { FactRows, Facts } from './facts.ts';
import type { ObjectRow, ObjectRows } from './objects.ts';
import { internalName, isReg } from './types.ts';

export interface ObjectNames {
  /**
   * @param text as it stands in a cast: a name, one with its schema, or a number
   * @returns undefined where there is no such object
   */
  find(type: string, text: string, path: readonly string[]): number | undefined;
  /** As PostgreSQL writes it: with its schema where the path does not lead there. */
  write(type: string, oid: number, path: readonly string[]): string;
}

interface Entry {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
}

interface Index {
  readonly byOid: ReadonlyMap<number, Entry>;
  readonly byName: ReadonlyMap<string, readonly Entry[]>;
}

/** Of each `reg…` type: the relation that it names, and the columns of OID, name and namespace there. */
const HOLDERS: Readonly<Record<string, readonly [string, string, string?]>> = {
  regclass: ['pg_class', 'relname', 'relnamespace'],
  regproc: ['pg_proc', 'proname', 'pronamespace'],
  regprocedure: ['pg_proc', 'proname', 'pronamespace'],
  regoper: ['pg_operator', 'oprname', 'oprnamespace'],
  regoperator: ['pg_operator', 'oprname', 'oprnamespace'],
  regrole: ['pg_authid', 'rolname'],
  regnamespace: ['pg_namespace', 'nspname'],
  regconfig: ['pg_ts_config', 'cfgname', 'cfgnamespace'],
  regcollation: ['pg_collation', 'collname', 'collnamespace'],
  regdictionary: ['pg_ts_dict', 'dictname', 'dictnamespace'],
};

export function createNames(facts: Facts, objects: ObjectRows): ObjectNames {
  const indexes = new Map<string, Index>();
  const schemas = once(() => {
    const rows = [...factRecords(facts.rows('pg_namespace')), ...(objects.get('pg_namespace') ?? [])];
    return new Map(rows.map((row) => [Number(row['oid']), String(row['nspname'])]));
  });
  const indexOf = (type: string): Index => {
    const known = indexes.get(type);
    if (known !== undefined) return known;
    const index =
      type === 'regtype' ? typeIndex(facts, objects, schemas()) : holderIndex(type, facts, objects, schemas());
    indexes.set(type, index);
    return index;
  };
  return {
    find: (type, text, path) => {
      if (/^\d+$/.test(text)) return Number(text);
      if (text === '-') return 0;
      const parts = nameParts(type === 'regtype' ? text.replace(/\(.*\)$/, '') : text);
      const name = parts.at(-1) ?? '';
      const { byName } = indexOf(type);
      const found = byName.get(name) ?? byName.get(internalName(type === 'regtype' ? text : name)) ?? [];
      const schema = parts.length > 1 ? parts.at(-2) : undefined;
      if (schema !== undefined) return found.find((entry) => entry.schema === schema)?.oid;
      const ofNoSchema = found.find((entry) => entry.schema === '');
      return (ofNoSchema ?? path.flatMap((each) => found.filter((entry) => entry.schema === each))[0])?.oid;
    },
    write: (type, oid, path) => {
      if (oid === 0) return '-';
      const entry = indexOf(type).byOid.get(oid);
      if (entry === undefined) return String(oid);
      if (type === 'regtype' || entry.schema === '') return type === 'regtype' ? entry.name : quoteName(entry.name);
      const { byName } = indexOf(type);
      const first = path.flatMap((each) => (byName.get(entry.name) ?? []).filter(({ schema }) => schema === each))[0];
      const isVisible = first?.oid === oid || (type.startsWith('regproc') && path.includes(entry.schema));
      return isVisible ? quoteName(entry.name) : `${quoteName(entry.schema)}.${quoteName(entry.name)}`;
    },
  };
}

function holderIndex(type: string, facts: Facts, objects: ObjectRows, schemas: ReadonlyMap<number, string>): Index {
  const [relation = '', name = '', namespace] = isReg(type) ? (HOLDERS[type] ?? []) : [];
  const rows = [...factRecords(facts.rows(relation)), ...(objects.get(relation) ?? [])];
  return indexed(
    rows.map((row) => ({
      oid: Number(row['oid']),
      name: String(row[name]),
      schema: namespace === undefined ? '' : (schemas.get(Number(row[namespace])) ?? ''),
    })),
  );
}

/** Types are found by their internal names and by what SQL calls them, and written as SQL calls them. */
function typeIndex(facts: Facts, objects: ObjectRows, schemas: ReadonlyMap<number, string>): Index {
  const written = [...factRecords(facts.rows('type_names')), ...(objects.get('type_names') ?? [])];
  const names = new Map(written.map((row) => [Number(row['oid']), String(row['name'])]));
  const rows = [...factRecords(facts.rows('pg_type')), ...(objects.get('pg_type') ?? [])];
  const entries = rows.map((row) => ({
    oid: Number(row['oid']),
    name: String(row['typname']),
    schema: schemas.get(Number(row['typnamespace'])) ?? '',
  }));
  const index = indexed(entries);
  return {
    byOid: new Map(entries.map((entry) => [entry.oid, { ...entry, name: names.get(entry.oid) ?? entry.name }])),
    byName: index.byName,
  };
}

function indexed(entries: readonly Entry[]): Index {
  const byName = new Map<string, Entry[]>();
  for (const entry of entries) {
    const known = byName.get(entry.name);
    if (known === undefined) byName.set(entry.name, [entry]);
    else known.push(entry);
  }
  return { byOid: new Map(entries.map((entry) => [entry.oid, entry])), byName };
}

/** Rows of a file by column, in PostgreSQL's text. */
export function factRecords(rows: FactRows | undefined): readonly ObjectRow[] {
  if (rows === undefined) return [];
  const { columns, lines, constants } = rows;
  return lines.map((line) => {
    const values = line.split('\t');
    return { ...constants, ...Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null])) };
  });
}

/** `"Apps".jwks` → its parts; unquoted ones in lower case. */
function nameParts(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^.]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').trim().toLowerCase() : quoted.replaceAll('""', '"'),
  );
}

function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function once<T>(work: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: work() };
    return made.value;
  };
}
