/**
 * PostgreSQL's functions as macros of DuckDB. `{pg_class}` in a body is that relation, as the session has it.
 *
 * @module
 */

/** One form of a function: its parameters, and an expression. */
export interface Macro {
  readonly parameters: readonly string[];
  readonly body: string;
}

export interface CatalogFunction {
  /** PostgreSQL's type of its result. */
  readonly type: string;
  /** By the number of arguments; none for one that DuckDB has itself. */
  readonly macros: readonly Macro[];
}

function fn(type: string, ...forms: readonly (readonly [string, string])[]): CatalogFunction {
  return {
    type,
    macros: forms.map(([parameters, body]) => ({
      parameters: parameters === '' ? [] : parameters.split(','),
      body: withOwnAliases(body),
    })),
  };
}

/** DuckDB puts arguments into a body as they stand, so what a body calls its tables must be nobody else's name. */
function withOwnAliases(body: string): string {
  const aliases = new Set([...body.matchAll(/(?:\{\w+\}|\)) ([a-z]+)\b/g)].map(([, alias = '']) => alias));
  for (const word of ['ELSE', 'THEN', 'AS']) aliases.delete(word);
  return [...aliases].reduce(
    (text, alias) =>
      text
        .replaceAll(new RegExp(`(?<![\\w.])${alias}\\.`, 'g'), `catalog_${alias}.`)
        .replaceAll(new RegExp(`(?<=[})]) ${alias}\\b`, 'g'), ` catalog_${alias}`),
    body,
  );
}

const NONE = 'CAST(NULL AS VARCHAR)';
const NO_SIZE: readonly (readonly [string, string])[] = [
  ['a', 'CAST(0 AS BIGINT)'],
  ['a,b', 'CAST(0 AS BIGINT)'],
];
/** Whoever is logged in owns what there is. Whether a change is allowed is asked when it is made. */
const ALLOWED: readonly (readonly [string, string])[] = [
  ['a,b', 'a IS NOT NULL AND b IS NOT NULL'],
  ['a,b,c', 'a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL'],
  ['a,b,c,d', 'a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL AND d IS NOT NULL'],
];
const NO_TEXT: readonly (readonly [string, string])[] = [
  ['a', NONE],
  ['a,b', NONE],
  ['a,b,c', NONE],
];

const plainName = (name: string): string =>
  `CASE WHEN regexp_full_match(${name}, '[a-z_][a-z0-9_$]*') THEN ${name} ELSE '"' || replace(${name}, '"', '""') || '"' END`;

/** `k` are positions of columns of the relation `r`. */
const columnNames = (relation: string, key: string): string =>
  `(SELECT string_agg(${plainName('a.attname')}, ', ' ORDER BY list_position(${key}, a.attnum)) FROM {pg_attribute} a WHERE a.attrelid = ${relation} AND list_contains(${key}, a.attnum))`;

const CONSTRAINT_TEXT = `(SELECT CASE c.contype WHEN 'p' THEN 'PRIMARY KEY (' || ${columnNames('c.conrelid', 'c.conkey')} || ')'
  WHEN 'u' THEN 'UNIQUE (' || ${columnNames('c.conrelid', 'c.conkey')} || ')'
  WHEN 'c' THEN 'CHECK (' || c.conbin || ')' END FROM {pg_constraint} c WHERE c.oid = x)`;

const INDEX_TEXT = `(SELECT 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || ic.relname || ' ON ' || n.nspname || '.' || tc.relname
  || ' USING btree (' || ${columnNames('i.indrelid', 'i.indkey')} || ')'
  FROM {pg_index} i JOIN {pg_class} ic ON ic.oid = i.indexrelid JOIN {pg_class} tc ON tc.oid = i.indrelid
  JOIN {pg_namespace} n ON n.oid = tc.relnamespace WHERE i.indexrelid = x)`;

const INDEX_COLUMN = `CASE WHEN n = 0 THEN ${INDEX_TEXT} ELSE
  (SELECT a.attname FROM {pg_index} i JOIN {pg_attribute} a ON a.attrelid = i.indexrelid AND a.attnum = n WHERE i.indexrelid = x) END`;

/** Behind a name of a type: what its modifier says. */
const MODIFIED = `CASE WHEN m IS NULL OR m < 0 THEN '' WHEN t IN (1042, 1043) AND m >= 4 THEN '(' || CAST(m - 4 AS VARCHAR) || ')'
  WHEN t = 1700 AND m >= 4 THEN '(' || CAST(((m - 4) >> 16) & 65535 AS VARCHAR) || ',' || CAST((m - 4) & 2047 AS VARCHAR) || ')' ELSE '' END`;

const size = (unit: number, name: string): string => `CAST(round(n / ${unit}.0) AS BIGINT) || ' ${name}'`;
const SIZES = `CASE WHEN abs(n) < 10240 THEN CAST(CAST(n AS BIGINT) AS VARCHAR) || ' bytes' WHEN abs(n) < 10485247 THEN ${size(1024, 'kB')}
  WHEN abs(n) < 10736893952 THEN ${size(1048576, 'MB')} WHEN abs(n) < 10994579406848 THEN ${size(1073741824, 'GB')} ELSE ${size(1099511627776, 'TB')} END`;

const QUOTED = `CASE WHEN s IS NULL THEN NULL WHEN regexp_full_match(s, '[a-z_][a-z0-9_$]*')
  AND NOT EXISTS (SELECT 1 FROM {keywords} k WHERE k.word = s AND k.catcode <> 'U') THEN s ELSE '"' || replace(s, '"', '""') || '"' END`;

const isVisible = (relation: string, namespace: string): readonly (readonly [string, string])[] => [
  ['x,p', `(SELECT list_contains(p, v.${namespace}) FROM {${relation}} v WHERE v.oid = x)`],
];

export const FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  // Names and descriptions
  format_type: fn('text', [
    't,m',
    `CASE WHEN t IS NULL THEN NULL WHEN t = 0 THEN '-' WHEN m >= 0 AND t IN (1083, 1114, 1184, 1266)
      THEN regexp_replace((SELECT y.name FROM {type_names} y WHERE y.oid = t), '^\\w+', '\\0(' || CAST(m AS VARCHAR) || ')')
      ELSE coalesce((SELECT y.name FROM {type_names} y WHERE y.oid = t), '???') || ${MODIFIED} END`,
  ]),
  pg_get_userbyid: fn('name', [
    'x',
    "coalesce((SELECT r.rolname FROM {pg_authid} r WHERE r.oid = x), 'unknown (OID=' || CAST(x AS VARCHAR) || ')')",
  ]),
  pg_encoding_to_char: fn('name', ['x', "CASE x WHEN 6 THEN 'UTF8' WHEN 0 THEN 'SQL_ASCII' ELSE '' END"]),
  pg_char_to_encoding: fn('int4', ['x', "CASE upper(x) WHEN 'UTF8' THEN 6 WHEN 'UTF-8' THEN 6 ELSE -1 END"]),
  obj_description: fn(
    'text',
    ['x', '(SELECT max(d.description) FROM {pg_description} d WHERE d.objoid = x AND d.objsubid = 0)'],
    [
      'x,c',
      '(SELECT max(d.description) FROM {pg_description} d JOIN {pg_class} k ON k.oid = d.classoid AND k.relnamespace = 11 WHERE d.objoid = x AND d.objsubid = 0 AND k.relname = c)',
    ],
  ),
  col_description: fn('text', [
    'x,n',
    '(SELECT max(d.description) FROM {pg_description} d WHERE d.objoid = x AND d.objsubid = n AND d.classoid = 1259)',
  ]),
  shobj_description: fn('text', ...NO_TEXT),
  quote_ident: fn('text', ['s', QUOTED]),
  quote_literal: fn('text', ['s', "'''' || replace(CAST(s AS VARCHAR), '''', '''''') || ''''"]),
  quote_nullable: fn('text', ['s', "coalesce('''' || replace(CAST(s AS VARCHAR), '''', '''''') || '''', 'NULL')"]),
  parse_ident: fn('_text', [
    's',
    `list_transform(regexp_extract_all(s, '"[^"]*"|[^.]+'), lambda e: CASE WHEN starts_with(e, '"') THEN trim(e, '"') ELSE lower(trim(e)) END)`,
  ]),
  pg_table_is_visible: fn('bool', ...isVisible('pg_class', 'relnamespace')),
  pg_type_is_visible: fn('bool', ...isVisible('pg_type', 'typnamespace')),
  pg_function_is_visible: fn('bool', ...isVisible('pg_proc', 'pronamespace')),
  pg_collation_is_visible: fn('bool', ...isVisible('pg_collation', 'collnamespace')),
  pg_operator_is_visible: fn('bool', ...isVisible('pg_operator', 'oprnamespace')),
  pg_opclass_is_visible: fn('bool', ...isVisible('pg_opclass', 'opcnamespace')),
  pg_ts_config_is_visible: fn('bool', ...isVisible('pg_ts_config', 'cfgnamespace')),

  // Definitions
  pg_get_expr: fn('text', ['x,r', 'x'], ['x,r,p', 'x']),
  pg_get_constraintdef: fn('text', ['x', CONSTRAINT_TEXT], ['x,p', CONSTRAINT_TEXT]),
  pg_get_indexdef: fn('text', ['x', INDEX_TEXT], ['x,n,p', INDEX_COLUMN]),
  pg_get_viewdef: fn('text', ...NO_TEXT),
  pg_get_ruledef: fn('text', ...NO_TEXT),
  pg_get_triggerdef: fn('text', ...NO_TEXT),
  pg_get_partkeydef: fn('text', ...NO_TEXT),
  pg_get_partition_constraintdef: fn('text', ...NO_TEXT),
  pg_get_functiondef: fn('text', ...NO_TEXT),
  pg_get_serial_sequence: fn('text', ...NO_TEXT),
  pg_get_statisticsobjdef: fn('text', ...NO_TEXT),
  pg_get_statisticsobjdef_columns: fn('text', ...NO_TEXT),
  pg_get_function_result: fn('text', ['x', '(SELECT f.result FROM {function_texts} f WHERE f.oid = x)']),
  pg_get_function_arguments: fn('text', ['x', '(SELECT f.arguments FROM {function_texts} f WHERE f.oid = x)']),
  pg_get_function_identity_arguments: fn('text', [
    'x',
    '(SELECT f.identity_arguments FROM {function_texts} f WHERE f.oid = x)',
  ]),
  pg_relation_is_publishable: fn('bool', [
    'x',
    "(SELECT v.relkind IN ('r', 'p') AND v.oid >= 16384 FROM {pg_class} v WHERE v.oid = CAST(x AS BIGINT))",
  ]),
  pg_index_column_has_property: fn('bool', ['x,n,p', "p IN ('asc', 'nulls_last', 'orderable', 'returnable')"]),

  // Sizes and counts: nothing is kept here
  pg_relation_size: fn('int8', ...NO_SIZE),
  pg_table_size: fn('int8', ...NO_SIZE),
  pg_total_relation_size: fn('int8', ...NO_SIZE),
  pg_indexes_size: fn('int8', ...NO_SIZE),
  pg_database_size: fn('int8', ...NO_SIZE),
  pg_tablespace_size: fn('int8', ...NO_SIZE),
  pg_size_pretty: fn('text', ['n', SIZES]),
  pg_stat_get_numscans: fn('int8', ...NO_SIZE),
  pg_sequence_last_value: fn('int8', ['x', 'CAST(NULL AS BIGINT)']),
  pg_tablespace_location: fn('text', ['x', "''"]),
  age: fn('int4', ['x', 'CAST(0 AS INTEGER)']),

  // Privileges
  has_table_privilege: fn('bool', ...ALLOWED),
  has_any_column_privilege: fn('bool', ...ALLOWED),
  has_column_privilege: fn('bool', ...ALLOWED),
  has_schema_privilege: fn('bool', ...ALLOWED),
  has_database_privilege: fn('bool', ...ALLOWED),
  has_function_privilege: fn('bool', ...ALLOWED),
  has_sequence_privilege: fn('bool', ...ALLOWED),
  has_type_privilege: fn('bool', ...ALLOWED),
  has_tablespace_privilege: fn('bool', ...ALLOWED),
  has_language_privilege: fn('bool', ...ALLOWED),
  has_server_privilege: fn('bool', ...ALLOWED),
  has_foreign_data_wrapper_privilege: fn('bool', ...ALLOWED),
  pg_has_role: fn('bool', ...ALLOWED),
  row_security_active: fn('bool', ['x', 'false']),

  // The server
  pg_is_in_recovery: fn('bool', ['', 'false']),
  pg_is_wal_replay_paused: fn('bool', ['', 'false']),
  pg_is_other_temp_schema: fn('bool', ['x', 'false']),
  pg_my_temp_schema: fn('oid', ['', 'CAST(0 AS BIGINT)']),
  pg_client_encoding: fn('name', ['', "'UTF8'"]),
  pg_advisory_unlock_all: fn('void', ['', "''"]),
  pg_cancel_backend: fn('bool', ['x', 'false']),
  pg_terminate_backend: fn('bool', ['x', 'false'], ['x,t', 'false']),
  pg_last_wal_receive_lsn: fn('text', ['', NONE]),
  pg_last_wal_replay_lsn: fn('text', ['', NONE]),
  pg_last_xact_replay_timestamp: fn('timestamptz', ['', 'CAST(NULL AS TIMESTAMPTZ)']),
  inet_client_addr: fn('text', ['', NONE]),
  inet_server_addr: fn('text', ['', NONE]),
  inet_client_port: fn('int4', ['', 'CAST(NULL AS INTEGER)']),
  inet_server_port: fn('int4', ['', 'CAST(NULL AS INTEGER)']),
  txid_current: fn('int8', ['', 'CAST(3 AS BIGINT)']),
  set_config: fn('text', ['n,v,l', 'CAST(v AS VARCHAR)']),

  // Lists
  array_upper: fn('int4', ['a,d', 'CASE WHEN d <> 1 OR len(a) = 0 THEN NULL ELSE CAST(len(a) AS INTEGER) END']),
  array_lower: fn('int4', ['a,d', 'CASE WHEN d <> 1 OR len(a) = 0 THEN NULL ELSE CAST(1 AS INTEGER) END']),
  array_length: fn('int4', ['a,d', 'CASE WHEN d <> 1 OR len(a) = 0 THEN NULL ELSE CAST(len(a) AS INTEGER) END']),
  array_ndims: fn('int4', ['a', 'CASE WHEN len(a) = 0 THEN NULL ELSE CAST(1 AS INTEGER) END']),
  cardinality: fn('int4', ['a', 'CAST(len(a) AS INTEGER)']),
  array_remove: fn('list', ['a,v', 'list_filter(a, lambda e: e IS DISTINCT FROM v)']),
  array_position: fn('int4', ['a,v', 'CAST(list_position(a, v) AS INTEGER)']),
  // DuckDB's own, for which nothing is written here.
  array_to_string: fn('text'),
  string_to_array: fn('_text'),
  _pg_expandarray: fn('list', [
    'a',
    'unnest(list_transform(a, lambda e, i: struct_pack(x := e, n := CAST(i AS INTEGER))))',
  ]),

  // JSON and texts
  json_build_object: fn('json'),
  json_agg: fn('json', ['x', 'json_group_array(x)']),
  jsonb_agg: fn('jsonb', ['x', 'json_group_array(x)']),
  octet_length: fn('int4', ['s', 'CAST(strlen(s) AS INTEGER)']),
  btrim: fn('text', ['s', 'trim(s)'], ['s,c', 'trim(s, c)']),
  to_json: fn('json'),
};

const named = (relation: string, name: string, namespace: string): readonly (readonly [string, string])[] => [
  [
    'x,p',
    `(SELECT min(o.oid) FROM {${relation}} o JOIN {pg_namespace} n ON n.oid = o.${namespace}
      WHERE (o.${name} = x AND list_contains(p, n.oid)) OR n.nspname || '.' || o.${name} = x)`,
  ],
];

const written = (relation: string, name: string, namespace: string): readonly (readonly [string, string])[] => [
  [
    'x,p',
    `CASE WHEN x = 0 THEN '-' ELSE coalesce((SELECT CASE WHEN list_contains(p, n.oid) THEN '' ELSE ${plainName('n.nspname')} || '.' END || ${plainName(`o.${name}`)}
      FROM {${relation}} o JOIN {pg_namespace} n ON n.oid = o.${namespace} WHERE o.oid = x), CAST(x AS VARCHAR)) END`,
  ],
];

const unqualified = (relation: string, name: string): readonly (readonly [string, string])[] => [
  [
    'x,p',
    `CASE WHEN x = 0 THEN '-' ELSE coalesce((SELECT o.${name} FROM {${relation}} o WHERE o.oid = x), CAST(x AS VARCHAR)) END`,
  ],
];

const listWritten = (relation: string, name: string): readonly (readonly [string, string])[] => [
  [
    'x',
    `CASE WHEN x IS NULL THEN NULL ELSE coalesce((SELECT list(o.${name} ORDER BY u.place) FROM
      (SELECT unnest(x) AS oid, generate_subscripts(x, 1) AS place) u JOIN {${relation}} o ON o.oid = u.oid), CAST([] AS VARCHAR[])) END`,
  ],
];

/** What casts from and to the types of names are; no statement can call them. */
export const CASTS: Readonly<Record<string, CatalogFunction>> = {
  regclass_of_text: fn('regclass', ...named('pg_class', 'relname', 'relnamespace')),
  regtype_of_text: fn('regtype', ...named('pg_type', 'typname', 'typnamespace')),
  regproc_of_text: fn('regproc', ...named('pg_proc', 'proname', 'pronamespace')),
  regprocedure_of_text: fn('regprocedure', ...named('pg_proc', 'proname', 'pronamespace')),
  regnamespace_of_text: fn('regnamespace', ['x,p', '(SELECT n.oid FROM {pg_namespace} n WHERE n.nspname = x)']),
  regrole_of_text: fn('regrole', ['x,p', '(SELECT r.oid FROM {pg_authid} r WHERE r.rolname = x)']),
  regclass_text: fn('text', ...written('pg_class', 'relname', 'relnamespace')),
  regtype_text: fn('text', ...unqualified('type_names', 'name')),
  regproc_text: fn('text', ...written('pg_proc', 'proname', 'pronamespace')),
  regprocedure_text: fn('text', ...written('pg_proc', 'proname', 'pronamespace')),
  regoper_text: fn('text', ...unqualified('pg_operator', 'oprname')),
  regnamespace_text: fn('text', ...unqualified('pg_namespace', 'nspname')),
  regrole_text: fn('text', ...unqualified('pg_authid', 'rolname')),
  regtype_texts: fn('_text', ...listWritten('type_names', 'name')),
  regclass_texts: fn('_text', ...listWritten('pg_class', 'relname')),
  regproc_texts: fn('_text', ...listWritten('pg_proc', 'proname')),
  current_setting: fn('text', ['n', '(SELECT s.setting FROM {pg_settings} s WHERE lower(s.name) = lower(n))']),
};
