/**
 * What the columns of a result are called where the statement gives them no name: DuckDB prints the expression, and would print
 * our tables in it.
 *
 * @module
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import { exactJson } from '../json.ts';
import type { JsonValue, ResultColumn } from '../values.ts';
import { asJson, type Node } from './tree.ts';

/** DuckDB does not take `10` for the value of a DOUBLE. */
const json = exactJson();

/** An expression of a SELECT list in the user's text, and in the text that was run. */
interface Pair {
  readonly written: Node;
  readonly run: Node;
}

/** A word, or a call of nothing: `count_star()`. */
const SAYS_ITSELF = /^(?!oktaql_)\w+(?:\(\))?$/;

/** The columns under the names that they have for the text as it was written. */
export async function namedAsWritten(
  connection: DuckDBConnection,
  columns: readonly ResultColumn[],
  text: { readonly written: () => string; readonly run: string },
): Promise<readonly ResultColumn[]> {
  if (columns.every(({ name }) => SAYS_ITSELF.test(name))) return columns;
  const { written, run } = { written: text.written(), run: text.run };
  if (written === run) return columns;
  const [before, after] = [await selectLists(connection, written), await selectLists(connection, run)];
  const pairs = before === undefined || after === undefined ? [] : unnamedPairs(before, after);
  if (pairs.length === 0) return columns.map(withoutOurNames);
  const texts = await printed(
    connection,
    pairs.flatMap((pair) => [pair.written, pair.run]),
  );
  // Those of the outermost SELECT come first. Two that are written differently may be run as the same.
  const names = new Map<string, string[]>();
  for (let at = 0; at < texts.length; at += 2) {
    const [name = '', shown = ''] = texts.slice(at, at + 2);
    names.set(shown, [...(names.get(shown) ?? []), name]);
  }
  return columns.map((column) => {
    const [name = column.name, ...others] = names.get(column.name) ?? [];
    if (others.length > 0) names.set(column.name, others);
    return { ...column, name };
  });
}

/** The rest of the tree is much where conditions are long. */
const SELECT_LISTS = "SELECT to_json(json_extract(json_serialize_sql($1::VARCHAR), '$..select_list'))";

/** The entries of all SELECT lists, the outermost first. Undefined for a tree that DuckDB writes and cannot read. */
async function selectLists(connection: DuckDBConnection, text: string): Promise<readonly Node[] | undefined> {
  const [[lists] = []] = await (await connection.run(SELECT_LISTS, [text])).getRows();
  const serialized = String(lists);
  if (asJson(serialized) !== serialized) return undefined;
  return (json.parse(serialized) as unknown as readonly (readonly Node[])[]).flat();
}

/** Those without a name of their own, if any of them is not run as it was written. */
function unnamedPairs(written: readonly Node[], run: readonly Node[]): readonly Pair[] {
  const pairs = written.flatMap((item, index): readonly Pair[] => {
    const other = run[index];
    const isNamed = item['alias'] !== '' || item['class'] === 'STAR' || item['class'] === 'COLUMN_REF';
    return other === undefined || isNamed ? [] : [{ written: item, run: other }];
  });
  const isSame = pairs.every((pair) => withoutPlaces(pair.written) === withoutPlaces(pair.run));
  return isSame || written.length !== run.length ? [] : pairs;
}

function withoutPlaces(item: Node): string {
  return json.text(item as JsonValue).replaceAll(/"query_location":\d+/g, '');
}

/** The name of a table of ours, left out before the alias that it always has. */
function withoutOurNames(column: ResultColumn): ResultColumn {
  return { ...column, name: column.name.replaceAll(/"?temp"?\."?oktaql_\d+"? AS /g, '') };
}

/** Each expression as DuckDB prints it. */
async function printed(connection: DuckDBConnection, expressions: readonly Node[]): Promise<readonly string[]> {
  const [[serialized] = []] = await (await connection.run("SELECT json_serialize_sql('SELECT 1')")).getRows();
  const statement = json.parse(String(serialized)) as { readonly statements: readonly [{ readonly node: Node }] };
  const [select] = statement.statements;
  const texts = expressions.map((each) =>
    json.text({
      ...statement,
      statements: [{ ...select, node: { ...select.node, select_list: [each] } }],
    } as unknown as JsonValue),
  );
  const list = texts.map((_text, index) => `json_deserialize_sql($${index + 1}::JSON)`).join(', ');
  const [row = []] = await (await connection.run(`SELECT ${list}`, [...texts])).getRows();
  return row.map((text) => String(text).replace(/^SELECT /, ''));
}
