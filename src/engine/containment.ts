/**
 * `a @> document` as a condition on `a`, by PostgreSQL's rules: an object has all members of the other's, a list has an element for
 * each of the other's, whatever their order and number. DuckDB's json_contains looks at any depth.
 * https://www.postgresql.org/docs/current/datatype-json.html#JSON-CONTAINMENT
 *
 * @module
 */

import { NotSupportedError } from '../errors.ts';
import type { JsonValue } from '../values.ts';

/**
 * It has json_extract_path in it, because json_extract may be taken for the user's.
 *
 * @param name a variable that holds JSON, or NULL
 */
export function containmentOf(name: string, document: JsonValue): string {
  const condition = isContainer(document)
    ? holds(name, document, 0)
    : `(${scalarOf(name, document)} OR ${hasElement(name, document, 0)})`;
  return `CASE WHEN ${name} IS NOT NULL THEN coalesce(${condition}, false) END`;
}

type Container = readonly JsonValue[] | Readonly<Record<string, JsonValue>>;

function isContainer(value: JsonValue): value is Container {
  return typeof value === 'object' && value !== null;
}

function holds(at: string, document: Container, depth: number): string {
  if (Array.isArray(document)) {
    const parts = (document as readonly JsonValue[]).map((each) => hasElement(at, each, depth));
    return allOf([`json_type(${at}) = 'ARRAY'`, ...parts]);
  }
  const members = Object.entries(document).map(([key, value]) =>
    matches(`json_extract_path(${at}, ${quoted(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)})`, value, depth),
  );
  return allOf([`json_type(${at}) = 'OBJECT'`, ...members]);
}

/** A member that is not there is NULL, and makes the whole of it NULL, which is no. */
function matches(at: string, value: JsonValue, depth: number): string {
  return isContainer(value) ? holds(at, value, depth) : scalarOf(at, value);
}

function hasElement(at: string, value: JsonValue, depth: number): string {
  const element = `oktaql_e${depth}`;
  const condition = matches(element, value, depth + 1);
  return `(json_type(${at}) = 'ARRAY' AND len(list_filter(json_extract_path(${at}, '$[*]'), lambda ${element}: coalesce(${condition}, false))) > 0)`;
}

function scalarOf(at: string, value: JsonValue): string {
  const text = `json_extract_string(${at}, '$')`;
  if (value === null) return `json_type(${at}) = 'NULL'`;
  if (typeof value === 'boolean') return `(json_type(${at}) = 'BOOLEAN' AND ${text} = '${value}')`;
  if (typeof value === 'string') return `(json_type(${at}) = 'VARCHAR' AND ${text} = ${quoted(value)})`;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new NotSupportedError(
      'A number of more than fifteen digits in a document behind @> is not compared exactly.',
      {
        hint: "Compare its text instead: settings ->> 'number' = '…'.",
      },
    );
  }
  const isNumber = `json_type(${at}) IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'DOUBLE')`;
  return `(${isNumber} AND TRY_CAST(${text} AS DOUBLE) = ${String(value)}::DOUBLE)`;
}

function allOf(conditions: readonly string[]): string {
  return `(${conditions.join(' AND ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
