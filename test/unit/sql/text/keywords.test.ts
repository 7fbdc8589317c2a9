import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { RESERVED } from '../../../../src/sql/text/keywords.ts';

test('the words that are no names everywhere are those of the engine', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    "SELECT DISTINCT upper(keyword_name) FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'",
  );
  expect([...RESERVED].toSorted()).toEqual(
    reader
      .getRows()
      .map(([word]) => String(word))
      .toSorted(),
  );
  connection.closeSync();
  instance.closeSync();
});
