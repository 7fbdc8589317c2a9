/**
 * Functions that DuckDB lacks, or understands otherwise than StackQL's users do: SQLite's spellings, and those for JWKs.
 *
 * @module
 */

import { isOperator, isSignificant, type Token } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import { JSON_MACROS } from './json-macros.ts';
import type { Macro } from './macro.ts';
import { membersAsWritten } from './members.ts';

/** The unit of a modifier, in the plural and in lower case. */
const UNIT = `regexp_extract(lower(modifier), '^[-+]?[0-9.]+ +(second|minute|hour|day|month|year)s?$', 1)`;

/** SQLite takes any number of modifiers, hardly anybody more than three. */
const TIME_PARAMETERS = "(value := 'now', m1 := '', m2 := '', m3 := '')";

const MOMENT = 'oktaql_shift(oktaql_shift(oktaql_shift(oktaql_instant(value, m1), m1), m2), m3)';

/** As rows/cast.ts reads times. */
const ISO_TIME = '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2})?(\\.\\d+)?\\s?(Z|[+-]\\d{2}(:?\\d{2})?)?)?';

/** Those that begin with `oktaql_` serve the others, and stand before them. */
export const MACROS: readonly Macro[] = [
  ...JSON_MACROS,
  {
    name: 'oktaql_json_extract',
    sql: `(json, path) AS CASE json_type(json, path)
      WHEN 'BOOLEAN' THEN if(json_extract_string(json, path) = 'true', '1', '0')
      ELSE json_extract_string(json, path) END`,
    why: 'SQLite gives a text without quotes, and 1 or 0 for a boolean; DuckDB gives JSON. Stands in for json_extract.',
  },
  {
    name: 'json_each_text',
    sql: `(json) AS TABLE SELECT key, oktaql_json_extract(value, '$') AS value, type, id, fullkey, path
      FROM json_each(json)`,
    why: "PostgreSQL's name for it, and what SQLite's json_each gives: values as text, where DuckDB's gives JSON.",
  },
  {
    name: 'oktaql_integer',
    sql: "(value) AS CASE WHEN regexp_full_match(value, '[+-]?\\d{1,19}') THEN TRY_CAST(value AS BIGINT) END",
    why: 'A cast alone would round 1.5.',
  },
  {
    name: 'oktaql_number',
    sql: `(value) AS CASE WHEN regexp_full_match(value, '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?')
      THEN TRY_CAST(value AS DOUBLE) END`,
    why: 'A cast alone would take nan and inf.',
  },
  {
    name: 'oktaql_epoch',
    sql: `(number) AS CASE
      WHEN abs(number) < 1e11 THEN to_timestamp(round(number * 1000) / 1000)
      WHEN abs(number) <= 8.64e15 THEN to_timestamp(round(number) / 1000) END`,
    why: 'As seconds, the first number that counts as milliseconds would be in the year 5138.',
  },
  {
    name: 'oktaql_time',
    sql: `(value, kind) AS CASE
      WHEN kind <> 'VARCHAR' OR regexp_full_match(value, '\\d{10}(\\d{3})?')
        THEN oktaql_epoch(TRY_CAST(value AS DOUBLE))
      WHEN regexp_full_match(upper(value), '${ISO_TIME}')
        THEN TRY_CAST(regexp_replace(upper(value), '([+-]\\d{2})(\\d{2})$', '\\1:\\2') AS TIMESTAMPTZ) END`,
    why: 'Other texts that a cast takes (infinity, epoch) are no times.',
  },
  {
    name: 'oktaql_member_text',
    sql: '(json, path) AS json_extract_string(json, path)',
    why: 'A member by its name. Null is NULL, and an object its JSON.',
  },
  {
    name: 'oktaql_member_json',
    // json_extract itself may be taken for the user's.
    sql: "(json, path) AS nullif(json_extract_path(json, path), 'null')",
    why: 'A member that is an object or a list. Null is NULL, as in columns.',
  },
  {
    name: 'oktaql_member_integer',
    sql: '(json, path) AS oktaql_integer(json_extract_string(json, path))',
    why: 'A member that is a whole number, as columns are read (rows/cast.ts): what is none is NULL.',
  },
  {
    name: 'oktaql_member_number',
    sql: '(json, path) AS oktaql_number(json_extract_string(json, path))',
    why: 'A member that is a number.',
  },
  {
    name: 'oktaql_member_boolean',
    sql: "(json, path) AS CASE json_extract_string(json, path) WHEN 'true' THEN true WHEN 'false' THEN false END",
    why: 'A member that is true or false. A cast would take yes and 1 as well.',
  },
  {
    name: 'oktaql_member_time',
    sql: '(json, path) AS oktaql_time(json_extract_string(json, path), json_type(json, path))',
    why: 'A member that is a time: ISO 8601, or seconds or milliseconds since 1970.',
  },
  {
    name: 'iif',
    sql: '(condition, yes) AS if(condition, yes, NULL), (condition, yes, otherwise) AS if(condition, yes, otherwise)',
    why: 'SQLite.',
  },
  {
    name: 'oktaql_instant',
    // What a number may be at most is in https://sqlite.org/lang_datefunc.html, "Caveats And Bugs".
    sql: `(value, modifier) AS CASE
      WHEN lower(value::VARCHAR) = 'now' THEN now()
      WHEN lower(modifier) = 'unixepoch' THEN CASE
        WHEN try_cast(value::VARCHAR AS DOUBLE) BETWEEN -210866760000 AND 253402300799
        THEN to_timestamp(value::VARCHAR::DOUBLE) END
      WHEN try_cast(value::VARCHAR AS DOUBLE) IS NOT NULL THEN CASE
        WHEN value::VARCHAR::DOUBLE BETWEEN 0 AND 5373484.5
        THEN to_timestamp(round((value::VARCHAR::DOUBLE - 2440587.5) * 86400000) / 1000) END
      ELSE try_cast(value::VARCHAR AS TIMESTAMPTZ) END`,
    why: "SQLite's time values: a text, 'now', a Julian day, seconds since 1970. What is none of them is NULL.",
  },
  {
    name: 'oktaql_shift',
    // The day of the month is added last: SQLite's 31 January and a month is 2 or 3 March, DuckDB's the end of February.
    // The list of one gives the time a name. Without it each modifier would repeat the ones before it, many times over.
    sql: `(instant, modifier) AS list_transform([instant], lambda t: CASE
      WHEN lower(modifier) IN ('', 'unixepoch', 'utc', 'localtime', 'subsec', 'subsecond') THEN t
      WHEN lower(modifier) = 'start of day' THEN date_trunc('day', t)
      WHEN lower(modifier) = 'start of month' THEN date_trunc('month', t)
      WHEN lower(modifier) = 'start of year' THEN date_trunc('year', t)
      WHEN ${UNIT} IN ('month', 'year')
        THEN date_trunc('month', t) + try_cast(ltrim(modifier, '+') AS INTERVAL) + (t - date_trunc('month', t))
      WHEN ${UNIT} <> '' THEN t + try_cast(ltrim(modifier, '+') AS INTERVAL) END)[1]`,
    why: "SQLite's modifiers of a time; an unknown one gives NULL.",
  },
  {
    name: 'datetime',
    sql: `${TIME_PARAMETERS} AS strftime(${MOMENT}, '%Y-%m-%d %H:%M:%S')`,
    why: 'SQLite.',
  },
  {
    name: 'julianday',
    sql: `${TIME_PARAMETERS} AS epoch(${MOMENT}) / 86400 + 2440587.5`,
    why: "SQLite's way to subtract times: days, with fractions.",
  },
  {
    name: 'unixepoch',
    sql: `${TIME_PARAMETERS} AS floor(epoch(${MOMENT}))::BIGINT`,
    why: 'SQLite.',
  },
  {
    name: 'oktaql_leaves',
    sql: `(json) AS (SELECT list(fullkey || ' ' || CASE
        WHEN type IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'DOUBLE') THEN json_extract_string(atom, '$')::DOUBLE::VARCHAR
        ELSE type || ' ' || coalesce(json_extract_string(atom, '$'), '') END ORDER BY fullkey)
      FROM json_tree(json))`,
    why: 'What a JSON text holds, whatever the order of its members.',
  },
  {
    name: 'json_equal',
    sql: '(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN oktaql_leaves(a) = oktaql_leaves(b) END',
    why: 'StackQL: whether two JSON texts say the same; DuckDB compares their characters.',
  },
  {
    name: 'split_part',
    sql: `(text, separator, index) AS CASE WHEN text IS NOT NULL AND separator IS NOT NULL AND index IS NOT NULL
      THEN coalesce(string_split(text, separator)[index], '') END`,
    why: "StackQL's negative index counts from the end. DuckDB's own does so too, undocumented: this makes sure of it.",
  },
  {
    name: 'regexp_like',
    sql: '(text, pattern) AS regexp_matches(text, pattern)',
    why: 'StackQL; DuckDB calls it regexp_matches.',
  },
  {
    name: 'regexp_substr',
    sql: '(text, pattern) AS CASE WHEN regexp_matches(text, pattern) THEN regexp_extract(text, pattern) END',
    why: 'StackQL; NULL where nothing matches, for which regexp_extract gives an empty text.',
  },
  { name: 'json_patch', sql: '(json, patch) AS json_merge_patch(json, patch)', why: 'SQLite (RFC 7396).' },
  { name: 'total', sql: '(number) AS coalesce(sum(number), 0)::DOUBLE', why: "SQLite's sum that is 0 for no rows." },
  {
    name: 'oktaql_base64url',
    sql: "(bytes) AS rtrim(translate(to_base64(bytes), '+/', '-_'), '=')",
    why: 'RFC 4648 §5, without padding as in RFC 7515.',
  },
  {
    name: 'oktaql_thumbprint',
    sql: `(kty, n, e, crv, x, y) AS oktaql_base64url(unhex(sha256(CASE
        WHEN kty = 'RSA' AND n IS NOT NULL AND e IS NOT NULL THEN json_object('e', e, 'kty', kty, 'n', n)
        WHEN kty = 'EC' AND crv IS NOT NULL AND x IS NOT NULL AND y IS NOT NULL
          THEN json_object('crv', crv, 'kty', kty, 'x', x, 'y', y)
        WHEN kty = 'OKP' AND crv IS NOT NULL AND x IS NOT NULL THEN json_object('crv', crv, 'kty', kty, 'x', x)
      END::VARCHAR)))`,
    why: 'RFC 7638 with SHA-256; RFC 8037 §2 for OKP. The members in the order of their names, NULL if one is missing.',
  },
  {
    name: 'jwk_thumbprint',
    sql: `(jwk) AS oktaql_thumbprint(jwk->>'kty', jwk->>'n', jwk->>'e', jwk->>'crv', jwk->>'x', jwk->>'y'),
      (kty, n, e, crv, x, y) AS oktaql_thumbprint(kty, n, e, crv, x, y)`,
    why: 'RFC 7638, of a JWK or of its members in columns.',
  },
  {
    name: 'oktaql_bits',
    sql: `(digits) AS CASE WHEN digits = '' THEN 0 ELSE
      4 * length(digits) - CASE WHEN digits[1] >= '8' THEN 0 WHEN digits[1] >= '4' THEN 1 WHEN digits[1] >= '2' THEN 2 ELSE 3 END END`,
    why: 'The length in bits of a hexadecimal number without leading zeros.',
  },
  {
    name: 'jwk_bits',
    sql: `(n) AS oktaql_bits(ltrim(hex(from_base64(
      translate(n, '-_', '+/') || repeat('=', ((4 - length(n) % 4) % 4)::BIGINT))), '0'))`,
    why: 'The size of an RSA key, from its modulus.',
  },
];

/** The names of those that stand in FROM. */
export const TABLE_MACROS: readonly string[] = MACROS.filter(({ sql }) => / AS TABLE /.test(sql)).map(
  ({ name }) => name,
);

/**
 * What makes the macros that a text may call, and those that they call, as one text; empty if there are none.
 *
 * They are temporary objects of a statement: all of them at every start would cost 8 ms, a database file does not keep
 * them, and nobody can drop those of another statement.
 *
 * @param made names of macros that the statement has already; those that are about to be made are added
 */
export function createMacros(text: string, made: Set<string>): string {
  const wanted = new Set<string>();
  addCalled(text, wanted);
  const missing = MACROS.filter(({ name }) => wanted.has(name) && !made.has(name));
  for (const { name } of missing) made.add(name);
  return missing.map(({ name, sql }) => `CREATE TEMP MACRO ${name} ${sql}`).join(';\n');
}

function addCalled(text: string, wanted: Set<string>): void {
  const lowerCase = text.toLowerCase();
  for (const { name, sql } of MACROS) {
    if (wanted.has(name) || !lowerCase.includes(name)) continue;
    wanted.add(name);
    addCalled(sql, wanted);
  }
}

/**
 * `json_extract(…)` as a call of our own function. It cannot be a macro of that name: DuckDB makes `->`, `.` and `[ ]` on
 * JSON calls of json_extract as well, and those fail when it finds a macro.
 *
 * Calls with a list of paths or a path with an asterisk, which give lists, remain DuckDB's own, as does one with a number for
 * a path, which SQLite does not know.
 */
export function withOwnFunctions(text: string): string {
  if (!/json_extract\s*\(/i.test(text)) return text;
  const tokens = tokenize(text).filter(isSignificant);
  const calls = tokens.filter(
    ({ value, kind }, index) =>
      (kind === 'word' || kind === 'quoted') && value.toLowerCase() === 'json_extract' && isOneText(tokens, index),
  );
  return calls.reduceRight(
    (edited, { start, end }) => `${edited.slice(0, start)}oktaql_json_extract${edited.slice(end)}`,
    text,
  );
}

/** Names of result columns are DuckDB's texts of their expressions; the user wrote the other name. */
export function asWritten(columnName: string): string {
  return membersAsWritten(columnName.replaceAll('oktaql_json_extract(', 'json_extract('));
}

/** Whether a call begins behind `tokens[name]` that takes one path to one value. */
function isOneText(tokens: readonly Token[], name: number): boolean {
  if (!isOperator(tokens[name + 1], '(') || isOperator(tokens[name - 1], '.')) return false;
  const path = lastArgument(tokens, name + 2);
  const isList = path.some((token) => isOperator(token, '[') || (token.kind === 'string' && token.value.includes('*')));
  return !isList && !path.every(({ kind, text }) => kind === 'number' || text === '-');
}

/** The tokens between the last comma of a call and its end. */
function lastArgument(tokens: readonly Token[], start: number): readonly Token[] {
  let depth = 0;
  let from = start;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (isOperator(token, '(') || isOperator(token, '[')) depth += 1;
    if (isOperator(token, ')') && depth === 0) return tokens.slice(from, index);
    if (isOperator(token, ')') || isOperator(token, ']')) depth -= 1;
    if (isOperator(token, ',') && depth === 0) from = index + 1;
  }
  return [];
}
