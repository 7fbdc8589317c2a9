import { expect, test } from 'vitest';
import { createLastResult, type LastResult } from '../../../../src/cli/shell/last-result.ts';
import { createSession, type Session } from '../../../../src/session/session.ts';
import type { ResultSet, ResultStream, Row } from '../../../../src/values.ts';

const NOW = new AbortController().signal;

function streamOf({ columns, rows }: ResultSet): ResultStream {
  return {
    columns,
    batches: async function* () {
      yield rows;
    },
  };
}

async function shown(lastResult: LastResult, result: ResultSet): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of lastResult.keep(streamOf(result)).batches()) rows.push(...batch);
  return rows;
}

async function withLast(use: (session: Session, lastResult: LastResult) => Promise<void>): Promise<void> {
  await using session = createSession();
  await use(session, createLastResult(session));
}

test.each<[what: string, query: string]>([
  [
    'text, NULL and the empty text',
    "SELECT * FROM (VALUES ('a', 1), ('', NULL), (NULL, 3), ('it''s ü 京 👩‍👩‍👧', 4)) t (text, n)",
  ],
  [
    'numbers',
    "SELECT 9223372036854775807 AS big, -170141183460469231731687303715884105727::HUGEINT AS huge, 1.50::DECIMAL(10, 2) AS d, 0.1 + 0.2e0 AS f, 'NaN'::DOUBLE AS nan, '-Infinity'::DOUBLE AS inf, 7::UTINYINT AS small",
  ],
  [
    'times',
    "SELECT TIMESTAMPTZ '2026-11-29 20:00:00.123Z' AS tz, TIMESTAMP '1969-12-31 23:59:59.999' AS ts, DATE '0001-01-01' AS d, TIME '12:34:56.789' AS t, INTERVAL '1 month 2 days' AS i",
  ],
  [
    'lists, structures, maps and JSON',
    `SELECT ['a', 'b,c', NULL, '"'] AS l, [[1], []] AS ll, {'a': 1, 'b': ['x']} AS s, MAP {'k': 1} AS m, '{"a":[1,null,"x"]}'::JSON AS j, '"text"'::JSON AS jt, 'null'::JSON AS jn`,
  ],
  [
    'bytes, ids and switches',
    "SELECT '\\xAA\\x00'::BLOB AS b, '5b2c9d3e-0000-4000-8000-000000000000'::UUID AS u, true AS yes, '0101'::BIT AS bits",
  ],
  ['no row', 'SELECT 1 AS a, [1] AS l WHERE false'],
  ['names that are alike, or odd', 'SELECT 1 AS id, 2 AS id, 3 AS "a ""b", 4 AS "from"'],
  ['only NULL', 'SELECT NULL AS a'],
  ['an ENUM', "SELECT 'b'::ENUM('a', 'b') AS e"],
])('%s come back as they were', async (_what, query) => {
  await withLast(async (session, lastResult) => {
    const result = await session.query(query);
    await shown(lastResult, result);
    expect(await lastResult.prepare('SELECT * FROM _', NOW)).toBeUndefined();
    const again = await session.query('SELECT * FROM _');
    expect(again.rows).toEqual(result.rows);
    const names = again.columns.map(({ name }) => name.replace(/_1$/, ''));
    expect(names).toEqual(result.columns.map(({ name }) => name));
  });
});

test('it is the result of the last query, also of one that read it', async () => {
  await withLast(async (session, lastResult) => {
    const ask = async (query: string): Promise<readonly Row[]> => {
      await lastResult.prepare(query, NOW);
      return shown(lastResult, await session.query(query));
    };
    await ask('SELECT unnest([1, 2, 3]) AS n');
    expect(await ask('SELECT n * 10 AS n FROM _ WHERE n > 1')).toEqual([[20], [30]]);
    expect(await ask('SELECT sum(n) AS s FROM "_"')).toEqual([[50]]);
    expect(await ask('SELECT s + 1 FROM _')).toEqual([[51]]);
  });
});

test('more rows than are given to the engine at once keep their order', async () => {
  await withLast(async (session, lastResult) => {
    await shown(lastResult, {
      columns: [{ name: 'n', type: 'BIGINT' }],
      rows: Array.from({ length: 12_000 }, (_, n) => [n]),
    });
    await lastResult.prepare('FROM _', NOW);
    const { rows } = await session.query('SELECT count(*), min(n), max(n), bool_and(n = rowid) FROM _');
    expect(rows).toEqual([[12_000, 0, 11_999, true]]);
  });
});

test('nothing is made before a statement names it, and nothing by a text or a function of that name', async () => {
  await withLast(async (session, lastResult) => {
    await shown(lastResult, await session.query('SELECT 1 AS n'));
    for (const text of ["SELECT '_'", 'SELECT 1 -- _', 'SELECT a_b, _c FROM x']) await lastResult.prepare(text, NOW);
    await expect(session.query('SELECT * FROM _')).rejects.toMatchObject({ code: 'UNKNOWN_RESOURCE' });
  });
});

test('what is too large is said, and so is that there is nothing yet', async () => {
  await withLast(async (_session, lastResult) => {
    expect(await lastResult.prepare('FROM _', NOW)).toBe('There is no result yet that _ could be.');
    const rows = Array.from({ length: 100_001 }, () => [1]);
    expect(await shown(lastResult, { columns: [{ name: 'n', type: 'BIGINT' }], rows })).toHaveLength(100_001);
    expect(await lastResult.prepare('FROM _', NOW)).toMatch(
      /^The last result is too large to be kept as _ \(100,000 rows, 64 MB\)\./,
    );
    expect(lastResult.rows()).toBeUndefined();
  });
});

test('a result that was not read to its end is not the last one', async () => {
  await withLast(async (session, lastResult) => {
    await shown(lastResult, await session.query('SELECT 1 AS n'));
    for await (const _batch of lastResult.keep(streamOf(await session.query('SELECT 2 AS n'))).batches()) break;
    expect(lastResult.rows()?.rows).toEqual([[1]]);
  });
});

test('the session is left without the table', async () => {
  await withLast(async (session, lastResult) => {
    await lastResult.drop();
    await shown(lastResult, await session.query('SELECT 1 AS n'));
    await lastResult.prepare('FROM _', NOW);
    await lastResult.drop();
    await expect(session.query('SELECT * FROM _')).rejects.toMatchObject({ code: 'UNKNOWN_RESOURCE' });
  });
});

/** DuckDB makes none of these of the JSON or the text that they are printed as; of lists of dates, only those without year -5877641. */
const UNREADABLE: readonly string[] = ['date_array', 'union', 'geometry'];

test('a value of any type that DuckDB has is the same, or _ cannot be made', async () => {
  await withLast(async (session, lastResult) => {
    const { columns } = await session.query('SELECT * FROM test_all_types() LIMIT 0');
    const failed: string[] = [];
    for (const { name } of columns) {
      const result = await session.query(`SELECT "${name}" FROM test_all_types()`);
      await shown(lastResult, result);
      const problem = await lastResult.prepare('FROM _', NOW);
      if (problem?.startsWith('The last result cannot be kept as _: ') === true) failed.push(name);
      else expect([name, (await session.query('SELECT * FROM _')).rows]).toEqual([name, result.rows]);
    }
    expect(failed).toEqual(UNREADABLE);
  });
});
