import { afterAll, describe, expect, test } from 'vitest';

import type { Engine } from '../../../src/engine/engine.ts';
import { HttpError } from '../../../src/errors.ts';
import type { Row, Value } from '../../../src/values.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { ask, batches, type Loaded, read, table } from './tables.ts';

/** What every engine has to do, whatever is inside. */
export function engineContract(name: string, create: () => Engine): void {
  const engine = create();
  afterAll(() => engine.close());

  const things = (list: string, ...rows: Row[]): Loaded => ({ table: table(0, 'p.s.things', list), rows });
  const keys = (...ids: string[]): Loaded => ({
    table: table(0, 'okta.apps.jwks'),
    rows: ids.map((id) => [id, `kid ${id}`]),
  });

  describe(`${name}: values that are loaded come back`, () => {
    test.each<[type: string, value: Value]>([
      ['VARCHAR', ''],
      ['VARCHAR', 'Zoë \u{1f511} \u4e2d'],
      ['VARCHAR', `it's "quoted" \\ ; -- /*`],
      ['VARCHAR', 'a\u0000b'],
      ['VARCHAR', 'line\r\nline\t'],
      ['VARCHAR', 'NULL'],
      ['VARCHAR', '\u0001\u001f\u007f'],
      ['BIGINT', 0],
      ['BIGINT', -1],
      ['BIGINT', Number.MAX_SAFE_INTEGER],
      ['BIGINT', 2n ** 53n + 1n],
      ['BIGINT', 2n ** 63n - 1n],
      ['BIGINT', -(2n ** 63n)],
      ['DOUBLE', 0.1],
      ['DOUBLE', -1e300],
      ['DOUBLE', 5e-324],
      ['DOUBLE', -0],
      ['BOOLEAN', true],
      ['BOOLEAN', false],
      ['TIMESTAMPTZ', new Date('2026-11-23T08:00:00.250Z')],
      ['TIMESTAMPTZ', new Date(-1)],
      ['TIMESTAMPTZ', new Date('1900-02-28T23:59:59.999Z')],
      ['TIMESTAMPTZ', new Date('0001-01-01T00:00:00Z')],
      ['TIMESTAMPTZ', new Date('9999-12-31T23:59:59.999Z')],
      ['TIMESTAMPTZ', new Date(8.64e15)],
      ['JSON', { a: [1, null, { b: 'x' }], Zoë: '\u0000' }],
      ['JSON', []],
      ['JSON', {}],
      ['JSON', 'text'],
      ['JSON', 1.5],
      ['JSON', false],
      ...(['VARCHAR', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMPTZ', 'JSON'] as const).map((type): [string, Value] => [
        type,
        null,
      ]),
    ])('%s %o', async (type, value) => {
      const { columns, rows } = await ask(engine, 'SELECT v FROM p.s.things', things(`v ${type}`, [value]));
      expect(columns).toEqual([{ name: 'v', type }]);
      expect(rows).toEqual([[value]]);
    });

    test('a text of a megabyte', async () => {
      const text = 'é\u{1f511}'.repeat(2 ** 18);
      const { rows } = await ask(engine, 'SELECT v, length(v) FROM p.s.things', things('v VARCHAR', [text]));
      expect(rows[0]?.[0] === text).toBe(true);
    });

    test('half a character becomes the replacement character, and the row stays', async () => {
      const { rows } = await ask(engine, 'SELECT v FROM p.s.things', things('v VARCHAR', ['a\ud800b']));
      expect(rows).toHaveLength(1);
    });

    test('NULL of SQL and null inside of JSON are two things', async () => {
      const given = things('v JSON', [null], [{ a: null }], [{}]);
      const { rows } = await ask(
        engine,
        `SELECT v IS NULL, (v->'a') IS NULL, (v->>'a') IS NULL FROM p.s.things`,
        given,
      );
      expect(rows).toEqual([
        [true, true, true],
        [false, false, true],
        [false, true, true],
      ]);
    });

    test('a row that is too short is filled with NULL', async () => {
      const { rows } = await ask(engine, 'SELECT * FROM p.s.things', things('a VARCHAR, b BIGINT', ['x']));
      expect(rows).toEqual([['x', null]]);
    });

    test('odd column names', async () => {
      const odd = { table: { ...table(0, 'p.s.things'), columns: [{ name: 'a "b" c', type: 'VARCHAR' as const }] } };
      const { columns, rows } = await ask(engine, 'SELECT * FROM p.s.things', { ...odd, rows: [['x']] });
      expect([columns[0]?.name, rows]).toEqual(['a "b" c', [['x']]]);
    });
  });

  describe(`${name}: rows of every count, in batches of every size`, () => {
    test.each<[rows: number, perBatch: number]>([
      [0, 1],
      [1, 1],
      [2_047, 2_047],
      [2_048, 2_048],
      [2_049, 2_049],
      [10_000, 10_000],
      [3_000, 1],
      [10_000, 7],
    ])('%i rows, %i at a time', async (count, perBatch) => {
      const statement = await engine.open('SELECT count(*), sum(n), count(DISTINCT n) FROM p.s.things', [
        table(0, 'p.s.things', 'n BIGINT'),
      ]);
      const all = Array.from({ length: count }, (_, n): Row => [n]);
      const parts = Array.from({ length: Math.ceil(count / perBatch) }, (_, index) =>
        all.slice(index * perBatch, (index + 1) * perBatch),
      );
      expect(await statement.load(0, batches(...parts))).toBe(count);
      const { rows } = await read(statement);
      expect(rows).toEqual([[count, count === 0 ? null : (count * (count - 1)) / 2, count]]);
      await statement.close();
    });

    test('empty batches between', async () => {
      const statement = await engine.open('SELECT n FROM p.s.things', [table(0, 'p.s.things', 'n BIGINT')]);
      await statement.load(0, batches([], [[1]], [], [[2]], []));
      expect((await read(statement)).rows).toEqual([[1], [2]]);
      await statement.close();
    });

    test('a result of many rows arrives whole and in order', async () => {
      const { rows } = await ask(engine, 'SELECT i FROM range(100000) t(i) ORDER BY i');
      expect([rows.length, rows[0], rows.at(-1)]).toEqual([100_000, [0], [99_999]]);
    });
  });

  describe(`${name}: distinct`, () => {
    test('each combination once, in the order of first appearance, none with a NULL, filters applied', async () => {
      const statement = await engine.open('SELECT 1 FROM p.s.things', [
        table(0, 'p.s.things', 'a VARCHAR, b BIGINT, c VARCHAR'),
      ]);
      const rows: readonly Row[] = [
        ['z', 1, 'yes'],
        ['a', 1, 'yes'],
        ['z', 1, 'yes'],
        [null, 1, 'yes'],
        ['b', null, 'yes'],
        ['c', 1, 'no'],
        ["o'x", 2, 'yes'],
      ];
      await statement.load(0, batches(rows));
      const wanted = [{ column: 'c', values: ['yes', "it's"] }];
      expect(await statement.distinct(0, ['a', 'b'], wanted)).toEqual([
        ['z', 1],
        ['a', 1],
        ["o'x", 2],
      ]);
      expect(await statement.distinct(0, ['a'], [{ column: 'c', values: [] }])).toEqual([]);
      expect(await statement.distinct(0, ['a'], [{ column: 'a', values: ["o'x", null] }])).toEqual([["o'x"]]);
      await statement.close();
    });
  });

  describe(`${name}: statements side by side`, () => {
    test('each sees only its own rows', async () => {
      const text = 'SELECT string_agg(id, $$,$$ ORDER BY id) FROM okta.apps.jwks';
      const results = await Promise.all([
        ask(engine, text, keys('a', 'b')),
        ask(engine, text, keys('c')),
        ask(engine, text, keys()),
      ]);
      expect(results.map(({ rows }) => rows)).toEqual([[['a,b']], [['c']], [[null]]]);
    });

    test('the tables of an open statement cannot be named by another', async () => {
      const first = await engine.open('SELECT * FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      await first.load(0, batches([['secret', 'row']]));
      const named = await ask(engine, "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'oktaql%'");
      // What the catalog tells of other connections' temporary tables is nothing.
      expect(named.rows).toEqual([[0]]);
      await first.close();
    });

    test('tables of one statement are loaded at the same time', async () => {
      const statement = await engine.open('SELECT (SELECT count(*) FROM a.b.c), (SELECT count(*) FROM d.e.f)', [
        table(0, 'a.b.c', 'n BIGINT'),
        table(1, 'd.e.f', 'n BIGINT'),
      ]);
      const part = Array.from({ length: 100 }, (_, n): Row => [n]);
      const parts = Array.from({ length: 50 }, () => part);
      await Promise.all([statement.load(0, batches(...parts)), statement.load(1, batches(...parts, part))]);
      expect((await read(statement)).rows).toEqual([[5_000, 5_100]]);
      await statement.close();
    });
  });

  describe(`${name}: a load that fails`, () => {
    test('throws what the source threw, and leaves no rows', async () => {
      const statement = await engine.open('SELECT count(*) FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      const cause = new HttpError('500', { status: 500, method: 'GET', url: 'https://x' });
      const source = async function* (): AsyncGenerator<readonly Row[]> {
        yield Array.from({ length: 5_000 }, (_, n): Row => [String(n), null]);
        throw cause;
      };
      expect(await failureOf(statement.load(0, source()))).toBe(cause);
      expect((await read(statement)).rows).toEqual([[0]]);
      await statement.close();
      expect((await ask(engine, 'SELECT id FROM okta.apps.jwks', keys('a'))).rows).toEqual([['a']]);
    });

    test('an abort of the source is a cancellation', async () => {
      const statement = await engine.open('SELECT 1 FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      const source = async function* (): AsyncGenerator<readonly Row[]> {
        yield [['a', 'b']];
        AbortSignal.abort().throwIfAborted();
      };
      expect(await failureOf(statement.load(0, source()))).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
    });
  });

  describe(`${name}: cancelling`, () => {
    // Would take minutes.
    const LONG = 'SELECT count(*) FROM range(100000000000::BIGINT) t(i) WHERE i % 7 = 3';

    test.each([
      ['in the middle', 50],
      // An interrupt before the engine has begun must not get lost.
      ['at once', 0],
    ])('%s', async (_when, afterMs) => {
      const statement = await engine.open(LONG, []);
      const stop = new AbortController();
      const running = failureOf(statement.run(stop.signal));
      if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
      const startedAt = performance.now();
      stop.abort();
      expect(await running).toMatchObject({ code: 'CANCELLED' });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      await statement.close();
    });

    test.each([
      ['before', undefined],
      ['before, with a reason', new Error('enough')],
    ])('%s', async (_when, reason) => {
      const statement = await engine.open(LONG, []);
      expect(await failureOf(statement.run(AbortSignal.abort(reason)))).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
    });

    test('one statement does not stop another', async () => {
      const [first, second] = await Promise.all([engine.open(LONG, []), engine.open('SELECT 1', [])]);
      const stop = new AbortController();
      const running = failureOf(first.run(stop.signal));
      expect((await read(second)).rows).toEqual([[1]]);
      stop.abort();
      await running;
      expect((await read(second)).rows).toEqual([[1]]);
      await Promise.all([first.close(), second.close()]);
    });
  });
}
