/**
 * Functions that give one value for one row, and the same value when they are called again.
 *
 * A function that is not listed may be an aggregate or change from call to call, so that a row may not stand for itself.
 * That costs requests, while an aggregate taken for a scalar function would cost rows: hence a list of the known, not of
 * the exceptions.
 *
 * @module
 */

const SCALAR: ReadonlySet<string> = new Set(
  `
  + - * / // % ^ ** || & | << >> ~ ! @ ~~ !~~ ~~* !~~* ~~~ ^@ ->>
  abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log2 log10 pow power mod greatest least
  add subtract multiply divide
  ascii chr unicode ord char_length character_length length len strlen octet_length bit_length
  concat concat_ws contains starts_with prefix ends_with suffix instr strpos position
  lower lcase upper ucase trim ltrim rtrim lpad rpad left right substr substring reverse repeat replace translate
  like_escape not_like_escape ilike_escape not_ilike_escape split_part string_split str_split split string_to_array
  regexp_matches regexp_full_match regexp_replace regexp_extract regexp_extract_all regexp_split_to_array
  format printf hash md5 sha1 sha256 hex unhex to_hex from_hex base64 to_base64 from_base64 encode decode
  url_encode url_decode strip_accents levenshtein hamming jaccard typeof
  coalesce ifnull nullif if iif constant_or_null
  now current_date current_timestamp transaction_timestamp today get_current_timestamp
  age date_part datepart date_trunc datetrunc date_diff datediff date_sub datesub date_add extract
  day month year hour minute second quarter week weekday dayofweek dayofmonth dayofyear isodow isoyear dayname
  monthname last_day yearweek epoch epoch_ms epoch_us epoch_ns strftime strptime try_strptime timezone time_bucket
  make_date make_time make_timestamp make_timestamptz to_timestamp
  to_years to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds ago
  json_extract json_extract_path json_extract_string json_extract_path_text json_array_length json_keys json_type
  json_valid json_contains json_exists json_value json_object json_array json_quote json_pretty json_structure
  json_transform from_json to_json array_to_json row_to_json
  list_value list_pack array_value list_contains list_has array_contains array_has list_has_any list_has_all
  list_position list_distinct list_sort list_reverse_sort list_reverse list_concat list_cat list_extract list_element
  list_slice list_transform list_apply list_filter list_unique list_append list_prepend list_zip array_length
  array_extract array_slice flatten range generate_series
  list_sum list_avg list_min list_max list_count list_first list_last
  struct_pack struct_extract struct_insert row map map_keys map_values map_entries map_extract element_at cardinality
  datetime julianday json_equal regexp_like regexp_substr jwk_thumbprint jwk_bits
  `
    .trim()
    .split(/\s+/),
);

/** Whether the function, named in any case, is certain to be scalar and stable within a statement. */
export function isScalarFunction(name: string): boolean {
  return SCALAR.has(name.toLowerCase());
}

/** Functions that can make several columns of one entry of a SELECT list. */
const SPREADING: ReadonlySet<string> = new Set(['columns', 'unnest', 'unlist']);

/** Whether a call may be more than one column. */
export function isSpreadingFunction(name: string): boolean {
  return SPREADING.has(name.toLowerCase());
}

/** The names, for comparing them with what the engine says of its functions. */
export function scalarFunctions(): readonly string[] {
  return [...SCALAR];
}
