/**
 * The values of a query that reads nothing from outside, before anything is planned.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { QueryError } from '../errors.ts';
import type { DuckDb } from './load.ts';
import { withConstants } from './long-lists.ts';
import { bindParameters, type ParameterValues } from './parameters.ts';
import { withNamedParameters } from './sparse-parameters.ts';
import { asJson, type Node } from './tree.ts';

/** So many are not written into requests: whoever has more reads the whole list. */
const MOST_VALUES = 100_000;

/**
 * The text of a query, of which only the tree is known. DuckDB prints it; that the text is read as the same tree again is
 * checked, since values that it lacks would cost rows.
 *
 * @param query a statement of `json_serialize_sql`
 */
export async function printQuery(connection: DuckDBConnection, query: unknown): Promise<string | undefined> {
  const statements = withoutPlaces([withConstants(query)]);
  try {
    const result = await connection.run(
      'SELECT text, json_serialize_sql(text) FROM (SELECT json_deserialize_sql($1::JSON) AS text)',
      [`{"error":false,"statements":${statements}}`],
    );
    const [[text, again] = []] = await result.getRows();
    const { statements: read = [] } = JSON.parse(asJson(String(again))) as { readonly statements?: unknown };
    const isSame = withoutNumbers(JSON.parse(withoutPlaces(read))) === withoutNumbers(JSON.parse(statements));
    return isSame ? String(text) : undefined;
  } catch (error) {
    if (error instanceof Error && UNPRINTABLE.test(error.message)) return undefined;
    throw error;
  }
}

/** What DuckDB says of a tree that it cannot print, such as one with a DOUBLE that JavaScript writes as an integer. */
const UNPRINTABLE = /^(?:Parser|Serialization|Not implemented|Invalid Input) Error/;

/** Of what has no place, DuckDB writes a number that JavaScript rounds and DuckDB then refuses. */
function withoutPlaces(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => (key === 'query_location' ? 0 : valuesAlone(value)));
}

/** The parameters are the same where their names are, which stand in the tree. */
function withoutNumbers(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => (key === 'named_param_map' ? [] : value));
}

/** VALUES is printed with a SELECT around it. */
function valuesAlone(part: unknown): unknown {
  if (!isNode(part) || part['type'] !== 'SUBQUERY' || part['alias'] !== VALUES_ALIAS) return part;
  const node = isNode(part['subquery']) ? part['subquery']['node'] : undefined;
  const from = isNode(node) ? node['from_table'] : undefined;
  return isNode(from) && from['type'] === 'EXPRESSION_LIST' && from['alias'] === VALUES_ALIAS ? from : part;
}

/** What DuckDB calls the rows of a VALUES that has no name. */
const VALUES_ALIAS = 'valueslist';

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UNBOUND = /^(?:Binder|Catalog|Parser) Error/;

/**
 * The values of the one column in order, NULL aside, if they are texts and not too many. Undefined too for what cannot be bound by
 * itself: it names columns of the statement around it.
 *
 * @param sql one SELECT
 */
export async function distinctValues(
  api: DuckDb,
  connection: DuckDBConnection,
  sql: string,
  parameters: ParameterValues,
): Promise<readonly string[] | undefined> {
  const text = `SELECT DISTINCT k FROM (${sql}\n) AS t(k) WHERE k IS NOT NULL ORDER BY k LIMIT ${MOST_VALUES + 1}`;
  try {
    const prepared = await connection.prepare(withNamedParameters(text));
    try {
      bindParameters(api, prepared, parameters);
      const result = await prepared.run();
      const [type] = result.columnTypes();
      // JSON is a text by another name, and is compared otherwise.
      const isText = type?.typeId === api.DuckDBTypeId.VARCHAR && type.alias === undefined;
      const rows = await result.getRows();
      return isText && rows.length <= MOST_VALUES ? rows.map(([value]) => String(value)) : undefined;
    } finally {
      prepared.destroySync();
    }
  } catch (error) {
    if (error instanceof QueryError || (error instanceof Error && UNBOUND.test(error.message))) return undefined;
    throw error;
  }
}
