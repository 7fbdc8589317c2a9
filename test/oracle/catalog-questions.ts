/**
 * What clients ask of PostgreSQL's catalog, in our own words: by client, the relations, functions and forms that its statements have.
 * `npm run check:catalog -- FILE` asks what real clients sent.
 *
 * @module
 */

import type { Question } from '../../tools/catalog/compare.ts';

function plain(...statements: readonly string[]): readonly Question[] {
  return statements.map((sql) => ({ sql, values: [] }));
}

export const QUESTIONS: Readonly<Record<string, readonly Question[]>> = {
  'psql: lists of databases, schemas, tables, roles, functions': plain(
    'select datname as "Name", pg_catalog.pg_get_userbyid(datdba), pg_catalog.pg_encoding_to_char(encoding), datcollate, pg_catalog.array_to_string(datacl, E\'\\n\') from pg_catalog.pg_database order by 1',
    "select nspname, pg_catalog.obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace where nspname !~ '^pg_' order by 1",
    "select n.nspname, c.relname, case c.relkind when 'r' then 'table' when 'v' then 'view' end as \"Type\" from pg_catalog.pg_class c left join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', '') and pg_catalog.pg_table_is_visible(c.oid) and n.nspname !~ '^pg_toast' order by 1, 2",
    "select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname OPERATOR(pg_catalog.~) '^(apps)$' COLLATE pg_catalog.default and c.relkind = 'r'",
    'select r.rolname, r.rolsuper, array(select b.rolname from pg_catalog.pg_auth_members m join pg_catalog.pg_roles b on m.roleid = b.oid where m.member = r.oid order by 1) as memberof from pg_catalog.pg_roles r order by 1',
    "select p.proname, pg_catalog.pg_get_function_result(p.oid), pg_catalog.pg_get_function_arguments(p.oid) from pg_catalog.pg_proc p where p.proname ~ '^array_' order by 1, 3",
    'select pg_catalog.format_type(t.oid, null) from pg_catalog.pg_type t where t.typrelid = 0 and not exists (select 1 from pg_catalog.pg_type e where e.oid = t.typelem and e.typarray = t.oid) and pg_catalog.pg_type_is_visible(t.oid) order by 1',
  ),
  'psql: one table': plain(
    "select c.relchecks, c.relkind, c.relhasindex, c.relforcerowsecurity, case when c.reloftype = 0 then '' else c.reloftype::pg_catalog.regtype::pg_catalog.text end, am.amname from pg_catalog.pg_class c left join pg_catalog.pg_am am on c.relam = am.oid where c.oid = 'apps.jwks'::regclass",
    "select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (select pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) from pg_catalog.pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum), a.attnotnull, a.attidentity, pg_catalog.col_description(a.attrelid, a.attnum) from pg_catalog.pg_attribute a where a.attrelid = 'apps.jwks'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum",
    "select polname, case when polroles = '{0}' then null else pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (polroles)), ',') end from pg_catalog.pg_policy",
    'select c.oid::pg_catalog.regclass from pg_catalog.pg_class c, pg_catalog.pg_inherits i where c.oid = i.inhparent',
    "select pg_catalog.array_to_string(c.reloptions || array(select 'toast.' || x from pg_catalog.unnest(c.reloptions) x), ', ') from pg_catalog.pg_class c where c.relname = 'jwks'",
    "select * from pg_catalog.pg_class where relname = 'pg_class'",
    "select * from pg_catalog.pg_attribute where attrelid = 'apps.jwks'::regclass",
    "select * from pg_catalog.pg_index where indrelid = 'apps.jwks'::regclass",
    "select * from pg_catalog.pg_constraint where conrelid = 'groups.users'::regclass",
    "select * from pg_catalog.pg_type where typname like '%jwks'",
  ),
  'JDBC: tables, columns, keys, types': [
    {
      sql: 'select n.nspname as "TABLE_SCHEM", c.relname as TABLE_NAME, d.description as "REMARKS" from pg_catalog.pg_namespace n, pg_catalog.pg_class c left join pg_catalog.pg_description d on (c.oid = d.objoid and d.objsubid = 0 and d.classoid = \'pg_class\'::regclass) where c.relnamespace = n.oid and n.nspname like $1 and c.relname like $2',
      values: ['apps', 'j%'],
    },
    {
      sql: "select q.nm, (q.ks).x from (select a.attname as nm, (information_schema._pg_expandarray(k.conkey)).n as sq, information_schema._pg_expandarray(k.conkey) as ks, a.attnum as at from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid where k.contype = 'p' and k.conname = $1) q where q.at = (q.ks).x",
      values: ['jwks_pkey'],
    },
    ...plain(
      "select setting from pg_catalog.pg_settings where name = 'max_index_keys'",
      "select trim(both '\"' from pg_catalog.pg_get_indexdef(i.indexrelid, 1, false)), i.indoption[0] & 1::smallint from pg_catalog.pg_index i where i.indrelid = 'apps.jwks'::regclass",
      "select typinput = 'pg_catalog.array_in'::regproc as is_array, typname from pg_catalog.pg_type left join (select ns.oid as o, r.r from pg_namespace ns join (select s.r, (current_schemas(false))[s.r] as nspname from generate_series(1, array_upper(current_schemas(false), 1)) as s(r)) as r using (nspname)) sp on sp.o = typnamespace order by sp.r, pg_type.oid desc",
      "select p.proname || '_' || p.oid, substring(pg_get_function_result(p.oid) from 0 for 6) = 'SETOF' from pg_catalog.pg_proc p where p.proname = 'generate_series'",
      'select current_catalog',
    ),
  ],
  'SQLAlchemy and psycopg: casts, lists, parameters': [
    {
      sql: 'select pg_catalog.pg_class.relname from pg_catalog.pg_class join pg_catalog.pg_namespace on pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace where pg_catalog.pg_class.relkind = any (array[$1::varchar, $2::varchar]) and pg_catalog.pg_namespace.nspname = $3::varchar',
      values: ['r', 'v', 'apps'],
    },
    {
      sql: 'select t.typname, t.oid::regtype::text from pg_type t where t.oid = to_regtype($1)',
      values: ['int4'],
    },
    {
      sql: 'select d.description from pg_catalog.pg_description d where d.classoid = cast($1 as regclass) and d.objoid = $2 and d.objsubid = 0',
      values: ['pg_catalog.pg_class', 'class apps.jwks'],
    },
    {
      sql: "select k.conname, array_agg(cast(a.attname as text) order by k.ord) from (select c.conname, c.conrelid, unnest(i.indkey) as attnum, generate_subscripts(i.indkey, $1::integer) as ord from pg_catalog.pg_constraint c join pg_catalog.pg_index i on c.conindid = i.indexrelid where c.contype = 'p') k join pg_catalog.pg_attribute a on a.attnum = k.attnum and a.attrelid = k.conrelid group by k.conname, k.conrelid",
      values: ['1'],
    },
    ...plain(
      "select case when a.attidentity <> '' then (select json_build_object('start', s.seqstart) from pg_catalog.pg_sequence s where s.seqrelid = cast(cast(pg_catalog.pg_get_serial_sequence(cast(cast(a.attrelid as regclass) as text), a.attname) as regclass) as oid)) end from pg_catalog.pg_attribute a where a.attrelid = 'apps.jwks'::regclass",
      'select current_schema()',
    ),
  ],
  'BI tools: rights, settings, paths': plain(
    "select t.schemaname, pg_catalog.has_any_column_privilege(current_user, '\"' || t.schemaname || '\".\"' || t.tablename || '\"', 'select') as \"select\" from pg_catalog.pg_tables t where t.schemaname !~ '^pg_' and pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage')",
    "select quote_ident(table_name) from information_schema.tables where quote_ident(table_schema) in (select case when trim(s[i]) = '\"$user\"' then user else trim(s[i]) end from generate_series(array_lower(string_to_array(current_setting('search_path'), ','), 1), array_upper(string_to_array(current_setting('search_path'), ','), 1)) as i, string_to_array(current_setting('search_path'), ',') s)",
    "select (parse_ident('public.games'))[1], array_length(parse_ident('a.b'), 1) from pg_class where relname = 'jwks'",
    "select string_agg(word, ',' order by word) from pg_catalog.pg_get_keywords() where word <> all ('{a,abs}'::text[])",
    "select relname, pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(oid)) from pg_class where relnamespace = 'apps'::regnamespace and relkind = 'r'",
    'select n.oid, n.*, d.description from pg_catalog.pg_namespace n left outer join pg_catalog.pg_description d on d.objoid = n.oid',
  ),
  'adbc, DuckDB, Trino: everything at once': plain(
    'select attrelid, attname, atttypid from pg_catalog.pg_attribute order by attrelid, attnum',
    "select oid, typname, typreceive, typbasetype, typrelid, typarray from pg_catalog.pg_type where (typreceive != 0 or typsend != 0) and typtype != 'r' and typreceive::text != 'array_recv'",
    "select relname, null as k from pg_class where relname = 'jwks' union all select conname, 'x' from pg_constraint where contype in ('p') order by 1",
    "select true from pg_class where relnamespace = (select oid from pg_namespace where nspname = 'apps') and relname = 'jwks'",
    "select tablename, indexname, indexdef from pg_indexes where schemaname = 'apps'",
  ),
  information_schema: plain(
    "select * from information_schema.columns where table_schema in ('apps', 'groups')",
    "select * from information_schema.columns where table_name in ('pg_class', 'pg_type', 'tables')",
    "select * from information_schema.tables where table_schema in ('apps', 'users')",
    'select * from information_schema.schemata',
    'select * from information_schema.key_column_usage',
    "select * from information_schema.table_constraints where constraint_type = 'PRIMARY KEY'",
  ),
  'types of results': plain(
    "select nspname as x, max(nspname), min(oid), count(*), coalesce(nspname, 'a'), case when oid > 3 then nspname end, nspname || 'x', 'a', 1.5, null, array_agg(nspname), array(select typname from pg_type where oid = 16) from pg_namespace group by 1, oid",
    "select 'apps.jwks'::regclass, 'apps.jwks'::regclass::text, 'int4'::regtype, 'timestamptz'::regtype::text, 'now'::regproc, 'apps'::regnamespace, to_regclass('nothing'), to_regtype('numeric(3,1)')",
    'select format_type(1043, 14), format_type(1700, 196612), format_type(1184, 2), format_type(1009, -1), format_type(999999, null), pg_get_userbyid(11)',
    "select oid::regclass, reltype::regtype, relowner::regrole, relnamespace::regnamespace from pg_class where relname like 'j%'",
    "select indkey[0], array_lower(indkey, 1), array_upper(indkey, 1) from pg_index where indrelid = 'apps.jwks'::regclass",
    "select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where (n.nspname, c.relname) in (('apps', 'jwks'))",
    'with recursive t(n) as (select 1 union all select n + 1 from t where n < 3) select n, (select relname from pg_class where oid = 1259) from t',
    'select relkind, count(*) filter (where relhasindex), sum(relnatts) from pg_class group by relkind having count(*) > 1',
    "select attname, row_number() over (order by attnum desc) from pg_attribute where attrelid = 'apps.jwks'::regclass and attnum > 0 order by attnum desc limit 3 offset 1",
    "select relname from pg_class where relname ~* '^JW' and relname !~ 'x' and relname not like 'jwks\\_p%'",
  ),
  'what PostgreSQL refuses': plain(
    'select nothing from pg_class',
    'select nothing(1) from pg_class',
    'select * from pg_nothing',
    "select 'x'::regclass",
    "select oid from pg_class where relnamespace = 'public'",
    "select current_setting('nothing')",
  ),
};
