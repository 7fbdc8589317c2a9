import { DuckDBInstance } from '@duckdb/node-api';

/** What plain DuckDB answers to the last of the statements: a reader that knows nothing of us. */
export async function queryDuckDb(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const result = await connection.run(sql);
    return (await result.getRowsJS()) as readonly (readonly unknown[])[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
