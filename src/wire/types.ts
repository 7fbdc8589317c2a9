/**
 * PostgreSQL's types, as far as values of ours have them: numbers that all clients know without asking (`pg_type.dat`).
 *
 * @module
 */

/** How values of a type are written: one word for each pair of text and binary form. */
export type WireKind =
  | 'bool'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'oid'
  | 'float4'
  | 'float8'
  | 'numeric'
  | 'text'
  | 'char'
  | 'bytea'
  | 'date'
  | 'time'
  | 'timetz'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'jsonb';

export interface WireType {
  readonly oid: number;
  /** As `pg_type.typname`. */
  readonly name: string;
  /** Bytes; -1 where that varies. */
  readonly size: number;
  readonly kind: WireKind;
  /** Of the type whose values are lists of this one; of a list, its own. */
  readonly arrayOid: number;
  /** Of a list: the type of its elements. */
  readonly element?: WireType;
}

const SCALARS: readonly (readonly [oid: number, arrayOid: number, name: string, size: number, kind: WireKind])[] = [
  [16, 1000, 'bool', 1, 'bool'],
  [17, 1001, 'bytea', -1, 'bytea'],
  [18, 1002, 'char', 1, 'char'],
  [19, 1003, 'name', 64, 'text'],
  [20, 1016, 'int8', 8, 'int8'],
  [21, 1005, 'int2', 2, 'int2'],
  [23, 1007, 'int4', 4, 'int4'],
  [24, 1008, 'regproc', 4, 'oid'],
  [25, 1009, 'text', -1, 'text'],
  [26, 1028, 'oid', 4, 'oid'],
  [28, 1011, 'xid', 4, 'oid'],
  [114, 199, 'json', -1, 'json'],
  [194, 0, 'pg_node_tree', -1, 'text'],
  [700, 1021, 'float4', 4, 'float4'],
  [701, 1022, 'float8', 8, 'float8'],
  [705, 0, 'unknown', -2, 'text'],
  [1042, 1014, 'bpchar', -1, 'text'],
  [1043, 1015, 'varchar', -1, 'text'],
  [1082, 1182, 'date', 4, 'date'],
  [1083, 1183, 'time', 8, 'time'],
  [1114, 1115, 'timestamp', 8, 'timestamp'],
  [1184, 1185, 'timestamptz', 8, 'timestamptz'],
  [1186, 1187, 'interval', 16, 'interval'],
  [1266, 1270, 'timetz', 12, 'timetz'],
  [1700, 1231, 'numeric', -1, 'numeric'],
  [2205, 2210, 'regclass', 4, 'oid'],
  [2206, 2211, 'regtype', 4, 'oid'],
  [2950, 2951, 'uuid', 16, 'uuid'],
  [3802, 3807, 'jsonb', -1, 'jsonb'],
  [4089, 4090, 'regnamespace', 4, 'oid'],
];

const TYPES: ReadonlyMap<number, WireType> = new Map(
  SCALARS.flatMap(([oid, arrayOid, name, size, kind]) => {
    const element: WireType = { oid, name, size, kind, arrayOid };
    const list: WireType = { oid: arrayOid, name: `_${name}`, size: -1, kind, arrayOid, element };
    const listed: readonly (readonly [number, WireType])[] = arrayOid === 0 ? [] : [[arrayOid, list]];
    return [[oid, element] as const, ...listed];
  }),
);

/** The type of that number; undefined for one that we have no values of. */
export function typeByOid(oid: number): WireType | undefined {
  return TYPES.get(oid);
}

export const OID = {
  unspecified: 0,
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  float4: 700,
  float8: 701,
  unknown: 705,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const;

/** What the engine calls a type, and the type that PostgreSQL has for it. All others are texts. */
const BY_ENGINE_NAME: Readonly<Record<string, number>> = {
  BOOLEAN: OID.bool,
  TINYINT: OID.int2,
  SMALLINT: OID.int2,
  UTINYINT: OID.int2,
  INTEGER: OID.int4,
  USMALLINT: OID.int4,
  BIGINT: OID.int8,
  UINTEGER: OID.int8,
  UBIGINT: OID.numeric,
  HUGEINT: OID.numeric,
  UHUGEINT: OID.numeric,
  BIGNUM: OID.numeric,
  FLOAT: OID.float4,
  DOUBLE: OID.float8,
  DATE: OID.date,
  TIME: OID.time,
  TIME_NS: OID.time,
  'TIME WITH TIME ZONE': OID.timetz,
  TIMETZ: OID.timetz,
  TIMESTAMP: OID.timestamp,
  TIMESTAMP_S: OID.timestamp,
  TIMESTAMP_MS: OID.timestamp,
  TIMESTAMP_NS: OID.timestamp,
  TIMESTAMPTZ: OID.timestamptz,
  'TIMESTAMP WITH TIME ZONE': OID.timestamptz,
  INTERVAL: OID.interval,
  UUID: OID.uuid,
  BLOB: OID.bytea,
  JSON: OID.jsonb,
};

/** A type of a result's column, and its modifier: -1, or the digits of a DECIMAL. */
export interface TypedColumn {
  readonly type: WireType;
  readonly modifier: number;
}

/** The type of values that the engine calls so. A list of lists may be ragged, which PostgreSQL's are not, so it is JSON. */
export function typeOfEngine(name: string): TypedColumn {
  const [, element] = /^(.*)\[\d*\]$/s.exec(name) ?? [];
  if (element !== undefined) {
    const { type, modifier } = typeOfEngine(element);
    const list = type.element === undefined ? TYPES.get(type.arrayOid) : undefined;
    return list === undefined ? ofOid(OID.jsonb) : { type: list, modifier };
  }
  const [, precision, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(name) ?? [];
  if (precision !== undefined && scale !== undefined) {
    // https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/numeric.c, make_numeric_typmod
    return { ...ofOid(OID.numeric), modifier: ((Number(precision) << 16) | Number(scale)) + 4 };
  }
  if (/^(?:STRUCT|MAP|UNION)\(/.test(name)) return ofOid(OID.jsonb);
  return ofOid(Object.hasOwn(BY_ENGINE_NAME, name) ? (BY_ENGINE_NAME[name] ?? OID.text) : OID.text);
}

function ofOid(oid: number): TypedColumn {
  return { type: TYPES.get(oid) as WireType, modifier: -1 };
}

/** What the engine calls a type of PostgreSQL's; undefined for one whose values are bound as texts. */
const ENGINE_NAMES: Readonly<Partial<Record<WireKind, string>>> = {
  bool: 'BOOLEAN',
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  oid: 'UINTEGER',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  // Digits before and behind the point, of the 38 that the engine has.
  numeric: 'DECIMAL(38, 9)',
  text: 'VARCHAR',
  char: 'VARCHAR',
  bytea: 'BLOB',
  date: 'DATE',
  time: 'TIME',
  timetz: 'TIMETZ',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
  interval: 'INTERVAL',
  uuid: 'UUID',
  json: 'JSON',
  jsonb: 'JSON',
};

export function engineTypeOf({ kind, element }: WireType): string {
  const name = ENGINE_NAMES[kind] ?? 'VARCHAR';
  return element === undefined ? name : `${name}[]`;
}
