import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConstants } from '../../../src/engine/long-lists.ts';
import { readableByDuckDb } from '../../../src/engine/readable.ts';
import { allNodes, parseTree } from '../../../src/engine/tree.ts';

let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
});
afterAll(() => instance.closeSync());

async function parsed(text: string): Promise<unknown> {
  const connection = await instance.connect();
  try {
    return await parseTree(connection, readableByDuckDb(text));
  } finally {
    connection.closeSync();
  }
}

const texts = (count: number): string => Array.from({ length: count }, (_, index) => `'value ${index} ü'`).join(', ');
const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => String(index * 30_000_001)).join(', ');
const withoutPlaces = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree), (key, value: unknown) => (key === 'query_location' ? 0 : value));

/** DuckDB's own tree. */
async function whole(text: string): Promise<unknown> {
  const connection = await instance.connect();
  const result = await connection.run('SELECT json_serialize_sql($1::VARCHAR)', [text]);
  const [[json] = []] = await result.getRows();
  connection.closeSync();
  return (JSON.parse(String(json)) as { readonly statements: unknown }).statements;
}

describe('a long list', () => {
  test.each([
    'select 1 from t where a in (%)',
    'select a not in (%) and b from t',
    "select ['é', a] from t where f([%]) = 'ü'",
  ])('%s: the tree has as many nodes, however long it is', async (text) => {
    const [few, many] = [await parsed(text.replace('%', texts(100))), await parsed(text.replace('%', texts(5_000)))];
    expect(allNodes(many).length).toBe(allNodes(few).length);
  });

  test.each([
    ['select 1 from t where a in (%) and b = 2', texts(300)],
    ['select a not in (%) from t', numbers(300)],
    ["select 'ü', f([%], c) from t where a in (1, 2)", texts(64)],
    ['pivot t on a in (%) using count(*)', texts(80)],
    ['select case a in (%) when true then 1 when false then 2 end', texts(100)],
  ])('%s: with its constants, the tree is that of DuckDB', async (text, values) => {
    const sql = text.replace('%', values);
    expect(withoutPlaces(withConstants(await parsed(sql)))).toEqual(withoutPlaces(await whole(sql)));
  });

  test('what stands behind it keeps its place', async () => {
    const sql = `select 'ü' from t where a in (${texts(200)}) and 'é' = b`;
    const placeOf = (tree: unknown): unknown =>
      allNodes(tree).find((node) => JSON.stringify(node['column_names']) === '["b"]')?.['query_location'];
    expect(placeOf(await parsed(sql))).toBe(placeOf(await whole(sql)));
  });
});
