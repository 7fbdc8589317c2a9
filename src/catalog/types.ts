/**
 * PostgreSQL's types, and how DuckDB holds them.
 *
 * @module
 */

import { own } from '../values.ts';
import type { FactRows } from './facts.ts';

/** What DuckDB holds a type in. All others are texts. */
const HELD: Readonly<Record<string, string>> = {
  bool: 'BOOLEAN',
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  oid: 'BIGINT',
  regproc: 'BIGINT',
  regprocedure: 'BIGINT',
  regoper: 'BIGINT',
  regoperator: 'BIGINT',
  regclass: 'BIGINT',
  regtype: 'BIGINT',
  regrole: 'BIGINT',
  regnamespace: 'BIGINT',
  regconfig: 'BIGINT',
  regdictionary: 'BIGINT',
  regcollation: 'BIGINT',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  numeric: 'DOUBLE',
  timestamptz: 'TIMESTAMPTZ',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  time: 'TIME',
  interval: 'INTERVAL',
  json: 'JSON',
  jsonb: 'JSON',
  uuid: 'UUID',
  cardinal_number: 'INTEGER',
  time_stamp: 'TIMESTAMPTZ',
  int2vector: 'SMALLINT[]',
  oidvector: 'BIGINT[]',
};

/** DuckDB's type for one of PostgreSQL's, by its internal name. */
export function heldAs(type: string): string {
  if (type.startsWith('_')) return `${heldAs(type.slice(1))}[]`;
  return own(HELD, type) ?? 'VARCHAR';
}

/** What a result of DuckDB's is to PostgreSQL, where nothing better is known. */
export function typeOfHeld(held: string): string {
  if (held.endsWith('[]')) return `_${typeOfHeld(held.slice(0, -2))}`;
  return own(FROM_HELD, held.replace(/\(.*$/, '')) ?? 'text';
}

const FROM_HELD: Readonly<Record<string, string>> = {
  BOOLEAN: 'bool',
  TINYINT: 'int2',
  SMALLINT: 'int2',
  INTEGER: 'int4',
  BIGINT: 'int8',
  UTINYINT: 'int2',
  USMALLINT: 'int4',
  UINTEGER: 'int8',
  UBIGINT: 'numeric',
  HUGEINT: 'int8',
  FLOAT: 'float4',
  DOUBLE: 'float8',
  DECIMAL: 'numeric',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  INTERVAL: 'interval',
  UUID: 'uuid',
};

/** What SQL calls types, beside their internal names. */
const SPELLINGS: Readonly<Record<string, string>> = {
  // As the rewriting writes them.
  pg_text: 'text',
  pg_char: 'char',
  bigint: 'int8',
  boolean: 'bool',
  character: 'bpchar',
  decimal: 'numeric',
  double: 'float8',
  float: 'float8',
  int: 'int4',
  integer: 'int4',
  real: 'float4',
  smallint: 'int2',
  tinyint: 'int2',
  string: 'text',
  'timestamp with time zone': 'timestamptz',
  'character varying': 'varchar',
  'double precision': 'float8',
};

/** The internal name of a type that a statement writes. */
export function internalName(written: string): string {
  const name = written.toLowerCase();
  if (name.endsWith('[]')) return `_${internalName(name.slice(0, -2))}`;
  return own(SPELLINGS, name) ?? name;
}

/** Domains travel as what they are made of. */
const DOMAINS: Readonly<Record<string, { readonly type: string; readonly typmod: number }>> = {
  sql_identifier: { type: 'name', typmod: -1 },
  character_data: { type: 'varchar', typmod: -1 },
  cardinal_number: { type: 'int4', typmod: -1 },
  yes_or_no: { type: 'varchar', typmod: 7 },
  time_stamp: { type: 'timestamptz', typmod: 2 },
};

/** A domain's own type; any other is its own. */
export function baseType(type: string): { readonly type: string; readonly typmod: number } {
  return own(DOMAINS, type) ?? { type, typmod: -1 };
}

export interface TypeTable {
  /** Text (25) for a name that there is not. */
  oidOf(type: string): number;
  nameOf(oid: number): string | undefined;
}

/** @param rows those of `pg_type` */
export function typeTable({ columns, lines }: FactRows): TypeTable {
  const [oid, name] = [columns.indexOf('oid'), columns.indexOf('typname')];
  const pairs = lines.map((line) => line.split('\t')).map((row) => [Number(row[oid]), row[name] ?? ''] as const);
  const byName = new Map(pairs.map(([each, type]) => [type, each]));
  const byOid = new Map(pairs);
  return { oidOf: (type) => byName.get(type) ?? TEXT, nameOf: (each) => byOid.get(each) };
}

const TEXT = 25;

/** Whether a type is one of the `reg…` types, whose values are OIDs and whose texts are names. */
export function isReg(type: string): boolean {
  return /^reg(?:class|type|proc|procedure|oper|operator|role|namespace|config|dictionary|collation)$/.test(type);
}

/** Types that hold texts, among which PostgreSQL converts by itself. */
export function isTextual(type: string): boolean {
  return ['text', 'name', 'varchar', 'bpchar', 'char', 'sql_identifier', 'character_data', 'yes_or_no'].includes(type);
}

/** Whether a type counts from 0, which arrays of PostgreSQL usually do not. */
export function isVector(type: string): boolean {
  return type === 'int2vector' || type === 'oidvector';
}

/** The type of a list's members, undefined for what is no list. */
export function memberOf(type: string): string | undefined {
  if (type === 'int2vector') return 'int2';
  if (type === 'oidvector') return 'oid';
  return type.startsWith('_') ? type.slice(1) : undefined;
}
