/**
 * PostgreSQL's views over its relations. Of a view that is not here the columns are known, and it has no rows.
 *
 * @module
 */

import type { Relation } from './facts.ts';
import { heldAs } from './types.ts';

/** What a view's columns are computed from; those that are not here are NULL. `{database}` is the database's name, as a literal. */
interface View {
  readonly from: string;
  readonly columns: Readonly<Record<string, string>>;
}

const ROLES: View = {
  from: '{pg_authid} r',
  columns: {
    rolname: 'r.rolname',
    rolsuper: 'r.rolsuper',
    rolinherit: 'r.rolinherit',
    rolcreaterole: 'r.rolcreaterole',
    rolcreatedb: 'r.rolcreatedb',
    rolcanlogin: 'r.rolcanlogin',
    rolreplication: 'r.rolreplication',
    rolconnlimit: 'r.rolconnlimit',
    rolpassword: "'********'",
    rolvaliduntil: 'r.rolvaliduntil',
    rolbypassrls: 'r.rolbypassrls',
    oid: 'r.oid',
  },
};

const USERS: View = {
  from: '{pg_authid} r WHERE r.rolcanlogin',
  columns: {
    usename: 'r.rolname',
    usesysid: 'r.oid',
    usecreatedb: 'r.rolcreatedb',
    usesuper: 'r.rolsuper',
    userepl: 'r.rolreplication',
    usebypassrls: 'r.rolbypassrls',
    passwd: "'********'",
    valuntil: 'r.rolvaliduntil',
  },
};

const OWNER = "coalesce((SELECT o.rolname FROM {pg_authid} o WHERE o.oid = c.relowner), '')";

function statistics(condition: string): View {
  return {
    from: `{pg_class} c JOIN {pg_namespace} n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 't', 'm', 'p')${condition}`,
    columns: { relid: 'c.oid', schemaname: 'n.nspname', relname: 'c.relname' },
  };
}

const OF_SYSTEM = "n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast')";

const TABLES =
  "{pg_class} c JOIN {pg_namespace} n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'f', 'p') AND n.nspname <> 'pg_toast'";

const KEYS =
  "{pg_constraint} k JOIN {pg_class} c ON c.oid = k.conrelid JOIN {pg_namespace} n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')";

const KEY_COLUMNS = `(SELECT conname, conrelid, contype, unnest(conkey) AS attnum, generate_subscripts(conkey, 1) AS place FROM {pg_constraint} WHERE contype IN ('p', 'u')) k
  JOIN {pg_class} c ON c.oid = k.conrelid JOIN {pg_namespace} n ON n.oid = c.relnamespace
  JOIN {pg_attribute} a ON a.attrelid = k.conrelid AND a.attnum = k.attnum WHERE c.relkind IN ('r', 'p')`;

/** A domain is told as what it is made of. */
const BASE = "CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE a.atttypid END";

const COLUMNS: View = {
  from: `{pg_attribute} a JOIN {pg_class} c ON c.oid = a.attrelid JOIN {pg_namespace} n ON n.oid = c.relnamespace
    JOIN {pg_type} t ON t.oid = a.atttypid JOIN {pg_namespace} tn ON tn.oid = t.typnamespace
    JOIN {type_names} y ON y.oid = ${BASE} JOIN {pg_type} b ON b.oid = ${BASE} JOIN {pg_namespace} bn ON bn.oid = b.typnamespace
    WHERE a.attnum > 0 AND c.relkind IN ('r', 'v', 'f', 'p') AND n.nspname <> 'pg_toast'`,
  columns: {
    table_catalog: '{database}',
    table_schema: 'n.nspname',
    table_name: 'c.relname',
    column_name: 'a.attname',
    ordinal_position: 'a.attnum',
    is_nullable: "CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END",
    data_type: `CASE WHEN b.typelem <> 0 AND b.typlen = -1 THEN 'ARRAY' WHEN bn.nspname = 'pg_catalog' THEN y.name ELSE 'USER-DEFINED' END`,
    character_maximum_length: `CASE WHEN t.typname = 'yes_or_no' THEN 3 END`,
    character_octet_length: `CASE WHEN t.typname = 'yes_or_no' THEN 12 WHEN b.oid IN (25, 1042, 1043) THEN 1073741824 END`,
    numeric_precision:
      'CASE b.oid WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53 END',
    numeric_precision_radix: 'CASE WHEN b.oid IN (20, 21, 23, 700, 701) THEN 2 WHEN b.oid = 1700 THEN 10 END',
    numeric_scale: 'CASE WHEN b.oid IN (20, 21, 23) THEN 0 END',
    datetime_precision: `CASE WHEN b.oid IN (1082) THEN 0 WHEN t.typname = 'time_stamp' THEN 2 WHEN b.oid IN (1083, 1114, 1184, 1266, 1186) THEN 6 END`,
    collation_catalog: 'CASE WHEN a.attcollation NOT IN (0, 100) THEN {database} END',
    collation_schema: "CASE WHEN a.attcollation NOT IN (0, 100) THEN 'pg_catalog' END",
    collation_name: "CASE WHEN a.attcollation NOT IN (0, 100) THEN 'C' END",
    domain_catalog: "CASE WHEN t.typtype = 'd' THEN {database} END",
    domain_schema: "CASE WHEN t.typtype = 'd' THEN tn.nspname END",
    domain_name: "CASE WHEN t.typtype = 'd' THEN t.typname END",
    udt_catalog: '{database}',
    udt_schema: 'bn.nspname',
    udt_name: 'b.typname',
    dtd_identifier: 'CAST(a.attnum AS VARCHAR)',
    is_self_referencing: "'NO'",
    is_identity: "'NO'",
    identity_cycle: "'NO'",
    is_generated: "'NEVER'",
    is_updatable: "CASE WHEN c.relkind IN ('r', 'p') THEN 'YES' ELSE 'NO' END",
  },
};

/** By relation; those of `information_schema` with it. */
const VIEWS: Readonly<Record<string, View>> = {
  pg_roles: ROLES,
  pg_user: USERS,
  pg_shadow: USERS,
  pg_group: {
    from: '{pg_authid} r WHERE NOT r.rolcanlogin',
    columns: { groname: 'r.rolname', grosysid: 'r.oid', grolist: 'CAST([] AS BIGINT[])' },
  },
  pg_tables: {
    from: "{pg_class} c JOIN {pg_namespace} n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')",
    columns: {
      schemaname: 'n.nspname',
      tablename: 'c.relname',
      tableowner: OWNER,
      tablespace: "CASE WHEN c.reltablespace = 1664 THEN 'pg_global' END",
      hasindexes: 'c.relhasindex',
      hasrules: 'c.relhasrules',
      hastriggers: 'c.relhastriggers',
      rowsecurity: 'c.relrowsecurity',
    },
  },
  pg_views: {
    from: "{pg_class} c JOIN {pg_namespace} n ON n.oid = c.relnamespace WHERE c.relkind = 'v'",
    columns: { schemaname: 'n.nspname', viewname: 'c.relname', viewowner: OWNER },
  },
  pg_indexes: {
    from: `{pg_index} i JOIN {pg_class} t ON t.oid = i.indrelid JOIN {pg_class} c ON c.oid = i.indexrelid
      JOIN {pg_namespace} n ON n.oid = t.relnamespace WHERE t.relkind IN ('r', 'm', 'p') AND c.relkind IN ('i', 'I')`,
    columns: {
      schemaname: 'n.nspname',
      tablename: 't.relname',
      indexname: 'c.relname',
      tablespace: "CASE WHEN c.reltablespace = 1664 THEN 'pg_global' END",
      indexdef: 'catalog_pg_get_indexdef(i.indexrelid)',
    },
  },
  pg_stat_all_tables: statistics(''),
  pg_stat_user_tables: statistics(` AND NOT ${OF_SYSTEM}`),
  pg_stat_sys_tables: statistics(` AND ${OF_SYSTEM}`),
  'information_schema.information_schema_catalog_name': { from: '(SELECT 1)', columns: { catalog_name: '{database}' } },
  'information_schema.schemata': {
    from: '{pg_namespace} n',
    columns: {
      catalog_name: '{database}',
      schema_name: 'n.nspname',
      schema_owner: "coalesce((SELECT o.rolname FROM {pg_authid} o WHERE o.oid = n.nspowner), '')",
    },
  },
  'information_schema.tables': {
    from: TABLES,
    columns: {
      table_catalog: '{database}',
      table_schema: 'n.nspname',
      table_name: 'c.relname',
      table_type: "CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'f' THEN 'FOREIGN' ELSE 'BASE TABLE' END",
      is_insertable_into: "CASE WHEN c.relkind IN ('r', 'p') THEN 'YES' ELSE 'NO' END",
      is_typed: "'NO'",
    },
  },
  'information_schema.views': {
    from: "{pg_class} c JOIN {pg_namespace} n ON n.oid = c.relnamespace WHERE c.relkind = 'v'",
    columns: {
      table_catalog: '{database}',
      table_schema: 'n.nspname',
      table_name: 'c.relname',
      check_option: "'NONE'",
      is_updatable: "'NO'",
      is_insertable_into: "'NO'",
      is_trigger_updatable: "'NO'",
      is_trigger_deletable: "'NO'",
      is_trigger_insertable_into: "'NO'",
    },
  },
  'information_schema.columns': COLUMNS,
  'information_schema.table_constraints': {
    from: KEYS,
    columns: {
      constraint_catalog: '{database}',
      constraint_schema: 'n.nspname',
      constraint_name: 'k.conname',
      table_catalog: '{database}',
      table_schema: 'n.nspname',
      table_name: 'c.relname',
      constraint_type:
        "CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'f' THEN 'FOREIGN KEY' WHEN 'c' THEN 'CHECK' END",
      is_deferrable: "CASE WHEN k.condeferrable THEN 'YES' ELSE 'NO' END",
      initially_deferred: "CASE WHEN k.condeferred THEN 'YES' ELSE 'NO' END",
      enforced: "'YES'",
      nulls_distinct: "CASE WHEN k.contype = 'u' THEN 'YES' END",
    },
  },
  'information_schema.key_column_usage': {
    from: KEY_COLUMNS,
    columns: {
      constraint_catalog: '{database}',
      constraint_schema: 'n.nspname',
      constraint_name: 'k.conname',
      table_catalog: '{database}',
      table_schema: 'n.nspname',
      table_name: 'c.relname',
      column_name: 'a.attname',
      ordinal_position: 'k.place',
    },
  },
  'information_schema.enabled_roles': { from: '{pg_authid} r', columns: { role_name: 'r.rolname' } },
  'information_schema.character_sets': {
    from: '(SELECT 1)',
    columns: {
      character_set_name: "'UTF8'",
      character_repertoire: "'UCS'",
      form_of_use: "'UTF8'",
      default_collate_catalog: '{database}',
    },
  },
};

/** The query of a view over relations, whose names stand in it as `{pg_class}`; undefined for what is no view here. */
export function viewQuery({ schema, name, columns }: Relation): string | undefined {
  const key = schema === 'pg_catalog' ? name : `${schema}.${name}`;
  const view = Object.hasOwn(VIEWS, key) ? VIEWS[key] : undefined;
  if (view === undefined) return undefined;
  const isStatistics = name.startsWith('pg_stat_');
  const list = columns.map(({ name: column, type }) => {
    // What counts has counted nothing.
    const otherwise = isStatistics && type === 'int8' ? '0' : 'NULL';
    const value = Object.hasOwn(view.columns, column) ? view.columns[column] : otherwise;
    return `CAST(${value} AS ${heldAs(type)}) AS "${column}"`;
  });
  return `SELECT ${list.join(', ')} FROM ${view.from}`;
}
