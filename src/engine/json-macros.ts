/**
 * PostgreSQL's functions on JSON that DuckDB lacks, and what its operators become (`json-operators.ts`).
 *
 * What gives several rows has two entries: one for the SELECT list, one for FROM.
 *
 * @module
 */

import type { Macro } from './macro.ts';

const POSTGRES = 'PostgreSQL.';

/** NULL gives none; what is no list is an error there, and an empty list to DuckDB. */
const elements = (name: string): string => `CASE
      WHEN json IS NULL THEN []::JSON[]
      WHEN json_type(json) = 'ARRAY' THEN json_extract(json, '$[*]')
      ELSE error('${name}: what is no list has no elements') END`;

/** As they stand in the object; PostgreSQL's jsonb has the shorter ones first. */
const keys = (name: string): string => `CASE
      WHEN json IS NULL THEN []::VARCHAR[]
      WHEN json_type(json) = 'OBJECT' THEN json_keys(json)
      ELSE error('${name}: what is no object has no keys') END`;

/** A member by its name, whatever is in that. */
const MEMBER = "json_extract(json, '/' || replace(replace(key, '~', '~0'), '/', '~1'))";

const TEXT = "CASE json_type(value) WHEN 'NULL' THEN NULL ELSE json_extract_string(value, '$') END";

function both(name: string, list: string, column: string): readonly Macro[] {
  return [
    { name, sql: `(json) AS unnest(${list})`, why: POSTGRES },
    { name, sql: `(json) AS TABLE SELECT unnest(${list}) AS ${column}`, why: POSTGRES },
  ];
}

const texts = (list: string): string => `list_transform(${list}, lambda value: ${TEXT})`;

function each(name: string, value: string): Macro {
  return {
    name,
    sql: `(json) AS TABLE SELECT key, ${value} AS value FROM (SELECT key, ${MEMBER} AS value
      FROM (SELECT unnest(${keys(name)}) AS key))`,
    why: POSTGRES,
  };
}

/** `f(json, 'a', 'b')`, with up to six steps. */
function path(name: string, called: string): Macro {
  const steps = ['a', 'b', 'c', 'd', 'e', 'f'];
  const forms = steps.map((_, index) => {
    const given = steps.slice(0, index + 1);
    return `(json, ${given.join(', ')}) AS ${called}(json, [${given.join(', ')}]::VARCHAR[])`;
  });
  return { name, sql: forms.join(', '), why: POSTGRES };
}

export const JSON_MACROS: readonly Macro[] = [
  {
    name: 'oktaql_step',
    sql: `(json, key) AS list_transform([json], lambda v: CASE json_type(v)
      WHEN 'OBJECT' THEN json_extract(v, '/' || replace(replace(key, '~', '~0'), '/', '~1'))
      WHEN 'ARRAY' THEN CASE
        WHEN regexp_full_match(key, '[+]?\\d{1,9}') THEN json_extract(v, '/' || key::INTEGER::VARCHAR)
        WHEN regexp_full_match(key, '-\\d{1,9}') THEN json_extract(v, '$[#' || key::INTEGER::VARCHAR || ']') END END)[1]`,
    why: 'A member of an object by its name, an element of a list by its place; a negative one counts from the end.',
  },
  {
    name: 'oktaql_json_at',
    sql: `(json, path) AS list_reduce(list_transform(path, lambda k: to_json(k)),
      lambda v, k: oktaql_step(v, json_extract_string(k, '$')), json::JSON)`,
    why: 'The operator #>.',
  },
  {
    name: 'oktaql_text_at',
    sql: "(json, path) AS nullif(oktaql_json_at(json, path), 'null') ->> '$'",
    why: 'The operator #>>: a text, NULL for null.',
  },
  {
    name: 'oktaql_has_key',
    sql: `(json, key) AS list_transform([json], lambda v: CASE json_type(v)
      WHEN 'OBJECT' THEN list_contains(json_keys(v), key)
      WHEN 'ARRAY' THEN list_contains(list_transform(json_extract(v, '$[*]'),
        lambda e: CASE json_type(e) WHEN 'VARCHAR' THEN json_extract_string(e, '$') END), key)
      WHEN 'VARCHAR' THEN json_extract_string(v, '$') = key
      ELSE CASE WHEN v IS NOT NULL AND key IS NOT NULL THEN false END END)[1]`,
    why: 'The operator ?: whether it is a member, or a text in the list.',
  },
  {
    name: 'oktaql_has_any',
    sql: `(json, keys) AS CASE WHEN json IS NOT NULL AND keys IS NOT NULL
      THEN len(list_filter(keys, lambda k: oktaql_has_key(json, k))) > 0 END`,
    why: 'The operator ?|.',
  },
  {
    name: 'oktaql_has_all',
    sql: `(json, keys) AS CASE WHEN json IS NOT NULL AND keys IS NOT NULL
      THEN len(list_filter(keys, lambda k: k IS NOT NULL AND NOT oktaql_has_key(json, k))) = 0 END`,
    why: 'The operator ?&.',
  },
  ...['json_array_elements', 'jsonb_array_elements'].flatMap((name) => [
    ...both(name, elements(name), 'value'),
    ...both(`${name}_text`, texts(elements(`${name}_text`)), 'value'),
  ]),
  ...['json_object_keys', 'jsonb_object_keys'].flatMap((name) => both(name, keys(name), name)),
  each('jsonb_each', 'value'),
  each('jsonb_each_text', TEXT),
  {
    name: 'jsonb_array_length',
    sql: `(json) AS CASE WHEN json_type(json) = 'ARRAY' THEN json_array_length(json)::INTEGER
      WHEN json IS NOT NULL THEN error('jsonb_array_length: what is no list has no length') END`,
    why: 'PostgreSQL. DuckDB’s json_array_length is 0 for what is no list.',
  },
  ...['json_typeof', 'jsonb_typeof'].map((name) => ({
    name,
    sql: `(json) AS CASE json_type(json) WHEN 'VARCHAR' THEN 'string' WHEN 'UBIGINT' THEN 'number' WHEN 'BIGINT' THEN 'number'
      WHEN 'HUGEINT' THEN 'number' WHEN 'DOUBLE' THEN 'number' ELSE lower(json_type(json)) END`,
    why: POSTGRES,
  })),
  path('jsonb_extract_path', 'oktaql_json_at'),
  path('jsonb_extract_path_text', 'oktaql_text_at'),
  { name: 'jsonb_pretty', sql: '(json) AS json_pretty(json)', why: POSTGRES },
  { name: 'to_jsonb', sql: '(value) AS to_json(value)', why: POSTGRES },
  ...['json_object_agg', 'jsonb_object_agg'].map((name) => ({
    name,
    sql: '(key, value) AS CASE WHEN count(*) > 0 THEN json_group_object(key, value) END',
    why: 'PostgreSQL, which has NULL for no rows.',
  })),
];
