import { afterAll, describe, expect, test } from 'vitest';

import type { Engine, EngineStatement } from '../../../src/engine/engine.ts';
import { HttpError } from '../../../src/errors.ts';
import type { Literal, ParameterValue } from '../../../src/sql/statement.ts';
import type { Row, Value } from '../../../src/values.ts';
import { failureOf } from '../http/http-client.contract.ts';
import { ask, batches, type Loaded, local, open, read, table, within } from './tables.ts';

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
      const statement = await open(engine, 'SELECT count(*), sum(n), count(DISTINCT n) FROM p.s.things', [
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
      const statement = await open(engine, 'SELECT n FROM p.s.things', [table(0, 'p.s.things', 'n BIGINT')]);
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
      const statement = await open(engine, 'SELECT 1 FROM p.s.things, p.s.others', [
        table(0, 'p.s.things', 'a VARCHAR, b BIGINT, c VARCHAR'),
        table(1, 'p.s.others', 'a VARCHAR, j JSON'),
      ]);
      await statement.load(
        1,
        batches([
          ['z', { "it's": { 'a"b': 'in' } }],
          ['y', { "it's": {} }],
        ]),
      );
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
      const conditions = ["c IN ('yes', 'it''s')"];
      expect(await statement.distinct({ ordinal: 0, columns: ['a', 'b'], conditions })).toEqual([
        ['z', 1],
        ['a', 1],
        ["o'x", 2],
      ]);
      expect(await statement.distinct({ ordinal: 0, columns: ['a'], conditions: ['false'] })).toEqual([]);
      const member = { column: 'j', path: ["it's", 'a"b'] };
      expect(await statement.distinct({ ordinal: 1, columns: [member, 'a'], conditions: [] })).toEqual([['in', 'z']]);
      expect(await statement.distinct({ ordinal: 0, columns: ['a'], conditions: ["a = 'o''x'", 'b = 2'] })).toEqual([
        ["o'x"],
      ]);
      await statement.close();
    });
  });

  describe(`${name}: keys while rows arrive`, () => {
    test('after each batch its rows can be asked for, and only those', async () => {
      const statement = await open(engine, 'SELECT count(*) FROM p.s.things t', [
        table(0, 'p.s.things AS t', 'a BIGINT'),
      ]);
      const seen: unknown[] = [];
      const source = batches(
        [[1], [2]],
        [[2], [3]],
        [],
        Array.from({ length: 3_000 }, (_, n): Row => [n + 10]),
      );
      await statement.load(0, source, async (fromRow) => {
        const keys = await statement.distinct({ ordinal: 0, columns: ['a'], conditions: ['t.a < 12'], fromRow });
        seen.push([fromRow, keys.flat()]);
      });
      expect(seen).toEqual([
        [0, [1, 2]],
        [2, [2, 3]],
        [4, []],
        [4, [10, 11]],
      ]);
      expect((await read(statement)).rows).toEqual([[3_004]]);
      await statement.close();
    });

    test.each([
      ['p.s.things', "p.s.things.c = 'x' AND s.things.c = 'x' AND things.c = 'x' AND c = 'x' -- and no more"],
      ['p.s.things AS t', "t.c = 'x'"],
    ])('a condition names columns of %s as the text does', async (reference, condition) => {
      const statement = await open(engine, `SELECT 1 FROM ${reference}`, [table(0, reference, 'a BIGINT, c VARCHAR')]);
      await statement.load(
        0,
        batches([
          [1, 'x'],
          [2, 'y'],
        ]),
      );
      expect(await statement.distinct({ ordinal: 0, columns: ['a'], conditions: [condition, 'true'] })).toEqual([[1]]);
      await statement.close();
    });

    test('loads and keys that use the engine at the same time do not disturb each other', async () => {
      const tables = ['a.b.x', 'a.b.y', 'a.b.z'].map((name, ordinal) => table(ordinal, name, 'n BIGINT'));
      const counts = tables.map(({ name }) => `(SELECT count(DISTINCT n) FROM ${name.join('.')})`);
      const statement = await open(engine, `SELECT ${counts.join(', ')}`, tables);
      const part = (batch: number): readonly Row[] => Array.from({ length: 4_000 }, (_, n): Row => [batch * 4_000 + n]);
      const load = async (ordinal: number): Promise<number> => {
        let keys = 0;
        const source = batches(...Array.from({ length: 10 }, (_, batch) => part(batch)));
        await statement.load(ordinal, source, async (fromRow) => {
          const asked = { ordinal, columns: ['n'], conditions: ['n % 2 = 0'], fromRow };
          const [rows, [one]] = await Promise.all([statement.distinct(asked), statement.evaluate(['1'])]);
          keys += rows.length * Number(one?.value);
        });
        return keys;
      };
      expect(await Promise.all([0, 1, 2].map(load))).toEqual([20_000, 20_000, 20_000]);
      expect((await read(statement)).rows).toEqual([[40_000, 40_000, 40_000]]);
      await statement.close();
    });

    test('a callback that throws ends the load', async () => {
      const statement = await open(engine, 'SELECT count(*) FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      const cause = new HttpError('500', { status: 500, method: 'GET', url: 'https://x' });
      const load = statement.load(0, batches([['a', 'b']]), async () => {
        throw cause;
      });
      expect(await failureOf(load)).toBe(cause);
      expect((await read(statement)).rows).toEqual([[0]]);
      await statement.close();
    });
  });

  describe(`${name}: stored columns`, () => {
    const WIDE = table(0, 'p.s.things', 'a VARCHAR, b BIGINT, c JSON');

    test.each<[text: string, stored: readonly string[], rows: readonly Row[], answer: readonly Row[]]>([
      ['SELECT b FROM p.s.things', ['b'], [[1], [2]], [[1], [2]]],
      ["SELECT c->>'x', a FROM p.s.things", ['c', 'a'], [[{ x: 'y' }, 'a']], [['y', 'a']]],
      ['SELECT count(*) FROM p.s.things', [], [[], [], []], [[3]]],
      ['SELECT 1 FROM p.s.things', [], [], []],
      ['SELECT * FROM p.s.things', ['a', 'b', 'c'], [['x', 1, null]], [['x', 1, null]]],
      ['SELECT x FROM p.s.things AS t(x)', ['a'], [['x']], [['x']]],
    ])('%s', async (text, stored, rows, answer) => {
      const alias = text.includes(' AS t(') ? { alias: 't' } : {};
      const statement = await open(engine, text, [{ ...WIDE, ...alias, stored }]);
      expect(await statement.load(0, batches(rows))).toBe(rows.length);
      expect((await read(statement)).rows).toEqual(answer);
      await statement.close();
    });

    test.each<[why: string, text: string, stored: readonly string[], code: string]>([
      ['a misspelt column is told as such', 'SELECT aa FROM p.s.things', [], 'UNKNOWN_COLUMN'],
      ['one that is read and not stored is our mistake', 'SELECT a, b FROM p.s.things', ['a'], 'INTERNAL'],
      ['so is a star that would show fewer', 'SELECT * FROM p.s.things', ['b'], 'INTERNAL'],
      ['and one that would show another order', 'SELECT * FROM p.s.things', ['b', 'a', 'c'], 'INTERNAL'],
      ['and new names that would go to other columns', 'SELECT x FROM p.s.things AS t(x)', ['b', 'a'], 'INTERNAL'],
      ['and a column that is none', 'SELECT 1 FROM p.s.things', ['d'], 'INTERNAL'],
    ])('%s', async (_why, text, stored, code) => {
      const alias = text.includes(' AS t(') ? { alias: 't' } : {};
      expect(await failureOf(open(engine, text, [{ ...WIDE, ...alias, stored }]))).toMatchObject({ code });
    });
  });

  describe(`${name}: parameters`, () => {
    test.each<[expression: string, parameters: Record<string, ParameterValue>, type: string, value: Value]>([
      ['$1', { 1: "it's $2 ?" }, 'VARCHAR', "it's $2 ?"],
      ['$1', { 1: '' }, 'VARCHAR', ''],
      ['$1', { 1: 7 }, 'BIGINT', 7],
      ['$1', { 1: -(2 ** 53) + 1 }, 'BIGINT', -(2 ** 53) + 1],
      ['$1', { 1: 2 ** 60 }, 'DOUBLE', 2 ** 60],
      ['$1', { 1: 0.5 }, 'DOUBLE', 0.5],
      ['$1', { 1: -0 }, 'DOUBLE', -0],
      ['$1', { 1: 2n ** 62n }, 'BIGINT', 2n ** 62n],
      ['$1', { 1: -(2n ** 63n) }, 'BIGINT', -(2n ** 63n)],
      ['$1', { 1: 2n ** 63n }, 'HUGEINT', 2n ** 63n],
      ['$1', { 1: true }, 'BOOLEAN', true],
      ['$1', { 1: new Date('2026-11-23T08:00:00.250Z') }, 'TIMESTAMPTZ', new Date('2026-11-23T08:00:00.250Z')],
      ['$1 IS NULL', { 1: null }, 'BOOLEAN', true],
      ['$2 - $1', { 1: 1, 2: 3 }, 'BIGINT', 2],
      ['? - ?', { 1: 3, 2: 1 }, 'BIGINT', 2],
      ['$Name || $name', { NAME: 'x' }, 'VARCHAR', 'xx'],
      ['$a', { a: 'x', others: 'are ignored' }, 'VARCHAR', 'x'],
      ['$1', { 1: ['x', null] }, 'VARCHAR[]', ['x', null]],
      ['$1', { 1: [1, 2.5] }, 'DOUBLE[]', [1, 2.5]],
      ['$1', { 1: [1, 2n ** 63n] }, 'HUGEINT[]', [1, 2n ** 63n]],
      ['$1', { 1: [true] }, 'BOOLEAN[]', [true]],
      ['$1', { 1: [new Date(0)] }, 'TIMESTAMPTZ[]', ['1970-01-01T00:00:00.000Z']],
      ['$1', { 1: [[], [1], [0.5]] }, 'DOUBLE[][]', [[], [1], [0.5]]],
      ["'b' = ANY ($1)", { 1: ['a', 'b'] }, 'BOOLEAN', true],
      ['2 = ANY (?)', { 1: [1, 2.5] }, 'BOOLEAN', false],
      ["'b' IN (SELECT unnest($list))", { list: ['a', 'b'] }, 'BOOLEAN', true],
      // Neither says of which type it is.
      ["'b' = ANY ($1)", { 1: [] }, 'BOOLEAN', false],
      ['2 = ANY ($1)', { 1: [] }, 'BOOLEAN', false],
      ['2 = ANY ($1)', { 1: [null] }, 'BOOLEAN', null],
    ])('%s of %o', async (expression, parameters, type, value) => {
      const statement = await open(engine, `SELECT ${expression} AS v`, [], { parameters });
      expect(await read(statement)).toEqual({ columns: [{ name: 'v', type }], rows: [[value]] });
      await statement.close();
    });

    test.each<[why: string, value: unknown]>([
      ['a list of texts and numbers', ['a', 1]],
      ['a list of booleans and numbers', [true, 1]],
      ['a list of times and texts', [new Date(0), '1970']],
      ['a list of lists and texts', [['a'], 'a']],
      ['an integer that no double holds, beside a fraction', [2n ** 60n + 1n, 0.5]],
      ['an object', { a: 1 }],
      ['a list of objects', [{ a: 1 }]],
      ['a function', () => 1],
    ])('%s is no value for a parameter', async (_why, value) => {
      const parameters = { 1: value } as Record<string, ParameterValue>;
      const failure = await failureOf(open(engine, 'SELECT $1', [], { parameters }));
      expect(failure).toMatchObject({ code: 'BINDING', message: expect.stringContaining('Parameter $1') });
    });

    test.each(['$1', '?', '$name'])('%s without a value is told before anything is loaded', async (expression) => {
      const failure = await failureOf(open(engine, `SELECT ${expression}`, [], { parameters: { other: 1 } }));
      expect(failure).toMatchObject({ code: 'BINDING', message: expect.stringContaining('has no value') });
    });
  });

  describe(`${name}: rows that come several times`, () => {
    test.each([
      {
        prefer: 'true',
        kept: [
          ['a', 1],
          ['b', 1],
          [null, 1],
        ],
        why: 'the first',
      },
      {
        prefer: 'n = 2',
        kept: [
          ['a', 2],
          ['b', 2],
          [null, 1],
        ],
        why: 'the first that is preferred, where there is one',
      },
      {
        prefer: 'NULL',
        kept: [
          ['a', 1],
          ['b', 1],
          [null, 1],
        ],
      },
    ])('one is left: $prefer', async ({ prefer, kept, why }) => {
      const text = 'SELECT id, n FROM p.s.things ORDER BY rowid_of';
      const statement = await open(engine, text, [table(0, 'p.s.things', 'id VARCHAR, n BIGINT, rowid_of BIGINT')]);
      const rows: readonly Row[] = [
        ['a', 1, 1],
        ['b', 1, 2],
        ['a', 2, 1],
        ['b', 2, 2],
        ['b', 2, 2],
        [null, 1, 3],
      ];
      await statement.load(0, batches(rows));
      await statement.keepOne(0, ['id'], prefer);
      expect((await read(statement)).rows, why).toEqual(kept);
      await statement.close();
    });
  });

  describe(`${name}: evaluate`, () => {
    test.each<[expression: string, value: Literal | undefined, type?: string]>([
      ['1 + 1', 2],
      ["lower('X') || 'y' -- a comment", 'xy'],
      ['NULL', null],
      ['NULL::INTEGER + 1', null],
      ['true AND 1 < 2', true],
      ['0.5', 0.5],
      ['9007199254740993', '9007199254740993', 'BIGINT'],
      ['92233720368547758080', '92233720368547758080', 'HUGEINT'],
      ['1.00000000000000000001', '1.00000000000000000001', 'DECIMAL(21,20)'],
      ["UUID '00000000-0000-0000-0000-000000000001'", '00000000-0000-0000-0000-000000000001', 'UUID'],
      ["DATE '2026-11-23' + 1", '2026-11-24', 'DATE'],
      ["TIMESTAMPTZ '2026-11-23 09:00:00+01'", '2026-11-23T08:00:00.000Z', 'TIMESTAMPTZ'],
      ["TIMESTAMP '2026-11-23 08:00:00.000001'", '2026-11-23T08:00:00.000001Z', 'TIMESTAMP'],
      ["DATE '2026-11-23' - INTERVAL '90 days'", '2026-08-25T00:00:00.000Z', 'TIMESTAMP'],
      ['$1', 'p'],
      // Not a value before the statement runs.
      ['random()', undefined],
      ['gen_random_uuid()', undefined],
      ['id', undefined],
      ['count(*)', undefined],
      ['row_number() OVER ()', undefined],
      ['(SELECT 1)', undefined],
      // These fail, and do so when the statement runs, if it comes to that.
      ["'x'::INTEGER", undefined],
      ["DATE 'x'", undefined],
      ['9223372036854775807 + 1', undefined],
      ['nosuch(1)', undefined],
      ["error('x')", undefined],
      // Not what a literal can be.
      ['[1, 2]', undefined],
      ["'{}'::JSON", undefined],
      ["INTERVAL '1 day'", undefined],
      ["'NaN'::DOUBLE", undefined],
    ])('%s', async (expression, value, type) => {
      const statement = await engine.begin();
      const literal = (of: Literal) => ({ kind: 'literal', value: of });
      const expected = value === undefined ? undefined : { ...literal(value), ...(type !== undefined && { type }) };
      expect(await statement.evaluate([expression], { 1: 'p' })).toEqual([expected]);
      expect(await statement.evaluate(['1', expression, "'x'"], { 1: 'p' })).toEqual([
        literal(1),
        expected,
        literal('x'),
      ]);
      // The statement goes on.
      await statement.bind({ text: 'SELECT 1', tables: [] });
      expect((await read(statement)).rows).toEqual([[1]]);
      await statement.close();
    });

    test('the signal that a statement began with ends its planning', async () => {
      const stop = new AbortController();
      const statement = await engine.begin(stop.signal);
      expect(await statement.evaluate(['1'])).toEqual([{ kind: 'literal', value: 1 }]);
      stop.abort();
      const planning = [
        statement.evaluate(['1']),
        statement.parse('SELECT 1'),
        statement.bind({ text: 'SELECT 1', tables: [] }),
      ];
      const outcomes = await Promise.allSettled(planning);
      expect(outcomes).toMatchObject(planning.map(() => ({ reason: { code: 'CANCELLED' } })));
      await statement.close();
    });

    test('nothing is nothing', async () => {
      const statement = await engine.begin();
      expect(await statement.evaluate([])).toEqual([]);
      await statement.close();
    });

    test('now() is the same when the plan is made and when it runs', async () => {
      const statement = await engine.begin();
      const [before] = await statement.evaluate(['now()::VARCHAR']);
      const [later] = await statement.evaluate(['now()::VARCHAR']);
      await statement.bind({ text: 'SELECT now()::VARCHAR', tables: [] });
      expect(later).toEqual(before);
      expect((await read(statement)).rows[0]?.[0]).toBe(before?.value);
      await statement.close();
    });
  });

  describe(`${name}: parse`, () => {
    test('gives the statements, with places in bytes', async () => {
      const statement = await engine.begin();
      const tree = await statement.parse("SELECT 'é', a.b.c.* FROM a.b.c");
      expect(JSON.stringify(tree)).toContain('"relation_name":"c"');
      expect(JSON.stringify(tree)).toMatch(/"query_location":26[^}]*"table_name":"c"/);
      await statement.close();
    });

    test.each(['SELECT FROM WHERE', 'DELETE FROM t', 'DROP TABLE t', "SELECT 'x"])('%s is refused', async (text) => {
      const statement = await engine.begin();
      expect(await failureOf(statement.parse(text))).toMatchObject({ code: 'SYNTAX', position: { line: 1 } });
      expect(await statement.evaluate(['1'])).toEqual([{ kind: 'literal', value: 1 }]);
      await statement.close();
    });
  });

  describe(`${name}: places of errors`, () => {
    test.each([
      { sql: "SELECT 'é😀', a FRM b c", at: 'b c' },
      { sql: "SELECT 'x' = p->>'y' ~ 'z', a FRM b c", at: 'b c' },
      { sql: "SELECT\u00a0\ufeff'x', okta.é.b.* FRM t u", at: 't u' },
    ])('$sql', async ({ sql, at }) => {
      const statement = await engine.begin();
      const offset = sql.lastIndexOf(at);
      await expect(statement.parse(sql)).rejects.toMatchObject({
        code: 'SYNTAX',
        position: { offset, column: [...sql.slice(0, offset)].length + 1 },
      });
      await statement.close();
    });
  });

  describe(`${name}: what is inside what`, () => {
    const within = (count: number, [open, inner, close]: readonly [string, string, string]): string =>
      `SELECT ${open.repeat(count)}${inner}${close.repeat(count)} FROM (SELECT '{}'::JSON AS j, [1] AS l)`;
    const forms = {
      parentheses: ['(', '1', ')'],
      arrows: ['', 'j', "->'a'"],
      'arrows to texts': ['', 'j', "->>'a'"],
      sums: ['1 + ', '1', ''],
      calls: ['lower(', "'a'", ')'],
      lists: ['[', '1', ']'],
      queries: ['(SELECT ', '1', ')'],
      lambdas: ['list_transform(l, x -> ', '1', ')'],
      choices: ['CASE WHEN true THEN ', '1', ' END'],
    } as const;
    const bound: readonly (keyof typeof forms)[] = ['parentheses'];

    test.each(Object.entries(forms))('%s, some', async (_what, form) => {
      const statement = await engine.begin();
      await statement.bind({ text: within(6, form), tables: [] });
      expect((await read(statement)).rows).toHaveLength(1);
      await statement.close();
    });

    test.each(Object.entries(forms))('%s, 2,000 are bound or refused, and nothing in between', async (what, form) => {
      const statement = await engine.begin();
      const binding = statement.bind({ text: within(2000, form), tables: [] });
      if (bound.includes(what as keyof typeof forms)) await binding;
      else await expect(binding).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: /deeply nested/ });
      await statement.close();
    });
  });

  describe(`${name}: local tables and views`, () => {
    const own = create();
    afterAll(() => own.close());
    const rowsOf = async (text: string): Promise<readonly Row[]> => (await ask(own, text)).rows;

    test('live until they are dropped, and are seen by later statements', async () => {
      await local(own, 'CREATE TABLE people (name VARCHAR, age INTEGER)');
      await local(own, "INSERT INTO people VALUES ('Ada', 36), ('Bo', NULL)");
      await local(own, "UPDATE people SET age = 4 WHERE name = 'Bo'");
      expect(await rowsOf('SELECT * FROM people ORDER BY 1')).toEqual([
        ['Ada', 36],
        ['Bo', 4],
      ]);
      await local(own, 'DELETE FROM people WHERE age > 30');
      expect(await rowsOf('SELECT name FROM people')).toEqual([['Bo']]);
      await local(own, 'DROP TABLE people');
      expect(await failureOf(rowsOf('SELECT * FROM people'))).toMatchObject({ code: 'UNKNOWN_RESOURCE' });
    });

    test('are filled from resources', async () => {
      const fill = async (prefix: string, parameters = {}): Promise<unknown> => {
        const statement = await own.begin();
        const tables = [{ ...table(0, 'okta.apps.jwks'), stored: ['kid'] }];
        const text = 'WITH k AS (SELECT kid FROM okta.apps.jwks) SELECT kid, $1 AS since FROM k';
        await statement.bind({ prefix, text, tables, parameters: { 1: 'x', ...parameters } });
        await statement.load(0, batches([['k1'], ['k2']]));
        const result = await read(statement);
        await statement.commit();
        await statement.close();
        return result;
      };
      expect(await fill('CREATE TABLE kept AS')).toMatchObject({ rows: [[2]] });
      expect(await fill('INSERT INTO kept (kid, since)', { 1: 'y' })).toMatchObject({ rows: [[2]] });
      expect(await rowsOf('SELECT kid, since FROM kept ORDER BY ALL')).toEqual([
        ['k1', 'x'],
        ['k1', 'y'],
        ['k2', 'x'],
        ['k2', 'y'],
      ]);
      await local(own, 'DROP TABLE kept');
    });

    test('without a commit nothing happened', async () => {
      const statement = await own.begin();
      await statement.runLocal('CREATE TABLE gone (a INTEGER)');
      await statement.saveView({ name: 'v', text: 'SELECT 1', isMaterialized: false });
      await statement.bind({ text: 'SELECT count(*) FROM gone', tables: [] });
      expect((await read(statement)).rows).toEqual([[0]]);
      await statement.close();
      expect(await failureOf(rowsOf('SELECT * FROM gone'))).toMatchObject({ code: 'UNKNOWN_RESOURCE' });
      await within(await own.begin(), async (later) => expect(await later.views()).toEqual([]));
    });

    test('a parameter in a local statement', async () => {
      await within(await own.begin(), async (statement) => {
        await statement.runLocal('CREATE TABLE t (a VARCHAR, b BIGINT)');
        const { rows } = await statement.runLocal('INSERT INTO t VALUES ($1, $2)', { 1: "o'x", 2: 5 });
        expect(rows).toEqual([[1]]);
        await statement.bind({ text: 'SELECT * FROM t', tables: [] });
        expect((await read(statement)).rows).toEqual([["o'x", 5]]);
      });
    });

    test('views are kept by name, in any case', async () => {
      await within(await own.begin(), async (statement) => {
        await statement.saveView({ name: 'Keys', text: 'SELECT 1', isMaterialized: false });
        await statement.saveView({ name: 'kEYS', text: "SELECT 'it''s'", isMaterialized: true });
        await statement.saveView({ name: 'apps', text: 'SELECT 2', isMaterialized: false });
        await statement.commit();
      });
      await within(await own.begin(), async (statement) => {
        await statement.runLocal('CREATE TABLE own("b c" VARCHAR, a INTEGER)');
        expect(await statement.ownColumns()).toEqual([
          { table: 'own', column: 'b c', type: 'VARCHAR', position: 1 },
          { table: 'own', column: 'a', type: 'INTEGER', position: 2 },
        ]);
        expect(await statement.views()).toEqual([
          { name: 'apps', text: 'SELECT 2', isMaterialized: false },
          { name: 'kEYS', text: "SELECT 'it''s'", isMaterialized: true },
        ]);
        await statement.dropView('KEYS');
        await statement.dropView('Apps');
        await statement.dropView('nosuch');
        expect(await statement.views()).toEqual([]);
        await statement.commit();
      });
    });

    test.each<[text: string, expected: Readonly<Record<string, unknown>>]>([
      ['INSERT INTO nosuch VALUES (1)', { code: 'UNKNOWN_RESOURCE', unknownName: 'nosuch' }],
      ['CREATE TABLE t (a NOSUCHTYPE)', { code: 'BINDING' }],
      ['CREATE TABLE t (a INTEGER', { code: 'SYNTAX' }],
      ['UPDATE', { code: 'SYNTAX' }],
      ['', { code: 'NOT_SUPPORTED' }],
    ])('%s is an error', async (text, expected) => {
      expect(await failureOf(local(own, text))).toMatchObject(expected);
    });

    test('two that change one table at the same time: the second is told', async () => {
      await local(own, 'CREATE TABLE shared (a INTEGER)');
      await local(own, 'INSERT INTO shared VALUES (1)');
      const [first, second] = await Promise.all([own.begin(), own.begin()]);
      await first.runLocal('UPDATE shared SET a = 2');
      const failure = await failureOf(second.runLocal('UPDATE shared SET a = 3'));
      expect(failure).toMatchObject({ code: 'EXECUTION', hint: 'Run the statement again.' });
      await second.close();
      await first.commit();
      await first.close();
      expect(await rowsOf('SELECT a FROM shared')).toEqual([[2]]);
      await local(own, 'DROP TABLE shared');
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
      const first = await open(engine, 'SELECT * FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      await first.load(0, batches([['secret', 'row']]));
      const listed = await ask(
        engine,
        "SELECT count(*) FROM duckdb_tables() WHERE table_name SIMILAR TO 'oktaql_\\d+'",
      );
      expect(listed.rows).toEqual([[0]]);
      for (const name of ['oktaql_0', '"OKTAQL_0"', 'oktaql_views']) {
        expect(await failureOf(ask(engine, `SELECT * FROM ${name}`))).toMatchObject({ code: 'NOT_SUPPORTED' });
        expect(await failureOf(local(engine, `DROP TABLE ${name}`))).toMatchObject({ code: 'NOT_SUPPORTED' });
      }
      await first.close();
    });

    test('tables of one statement are loaded at the same time', async () => {
      const statement = await open(engine, 'SELECT (SELECT count(*) FROM a.b.c), (SELECT count(*) FROM d.e.f)', [
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

  describe(`${name}: the order of calls`, () => {
    test.each<[what: string, call: (statement: EngineStatement) => Promise<unknown>]>([
      ['run before bind', (statement) => statement.run()],
      ['load of a table that is not there', (statement) => statement.load(3, batches([]))],
    ])('%s is our mistake', async (_what, call) => {
      await within(await engine.begin(), async (statement) =>
        expect(await failureOf(call(statement))).toMatchObject({ code: 'INTERNAL' }),
      );
    });

    test('rows that come after the text was bound are seen, NULLs among them', async () => {
      // A plan that was made over empty tables would answer false, and no rows.
      const statement = await open(engine, "SELECT id IS NULL, kid LIKE 'k%' FROM okta.apps.jwks WHERE kid <> 'z'", [
        table(0, 'okta.apps.jwks'),
      ]);
      await statement.load(0, batches([[null, 'k']]));
      expect((await read(statement)).rows).toEqual([[true, true]]);
      await statement.close();
    });

    test('a result can be read when its statement is closed', async () => {
      const statement = await open(engine, 'SELECT i FROM range(10000) t(i)');
      const result = await statement.run();
      await statement.close();
      let count = 0;
      for await (const rows of result.batches()) count += rows.length;
      expect(count).toBe(10_000);
    });
  });

  describe(`${name}: a result that is larger than what is kept in memory`, () => {
    const MANY = 150_000;
    const LIST =
      "i, i AS n, i % 3 = 0, {'at': i} AS s, CASE WHEN i < 0 THEN NULL ELSE '{}'::JSON END AS j, to_json(i)->>'$' AS t";

    test('has the names, types and order of a small one', async () => {
      const small = await ask(engine, `SELECT ${LIST} FROM (VALUES (0)) t(i)`);
      const { columns, rows } = await ask(engine, `SELECT ${LIST} FROM range(${MANY}) t(i) ORDER BY i DESC`);
      expect(columns.map((column) => column.name)).toEqual(small.columns.map((column) => column.name));
      expect(columns.map(({ type }) => type)).toEqual([
        'BIGINT',
        'BIGINT',
        'BOOLEAN',
        'STRUCT("at" BIGINT)',
        'JSON',
        'VARCHAR',
      ]);
      expect(rows).toHaveLength(MANY);
      expect(rows.every(([i], index) => i === MANY - 1 - index)).toBe(true);
      expect(rows.at(-1)).toEqual(small.rows[0]);
    });

    test.each<[what: string, text: string, rows: number]>([
      ['a product of what was loaded', 'SELECT a.id FROM p.s.things a, p.s.things b', 400 ** 2],
      ['fields without names, of which no table can be made', `SELECT (i, i) FROM range(${MANY}) t(i)`, MANY],
      ['a query in parentheses', `(SELECT 1 FROM range(${MANY}))`, MANY],
      ['a comment at the end', `FROM range(${MANY}) -- all`, MANY],
      [
        'recursion',
        `WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r WHERE i < 5) FROM r, range(${MANY / 5})`,
        MANY,
      ],
      ['lists of what was loaded', 'SELECT unnest(range(400)) FROM p.s.things', 400 ** 2],
    ])('%s', async (_what, text, count) => {
      const references = text.split('p.s.things').length - 1;
      const rows = Array.from({ length: 400 }, (_, index): Row => [index]);
      const aliases = references === 2 ? ['p.s.things AS a', 'p.s.things AS b'] : ['p.s.things'];
      const loaded = aliases.slice(0, references).map((each, at) => ({ table: table(at, each, 'id BIGINT'), rows }));
      expect((await ask(engine, text, ...loaded)).rows).toHaveLength(count);
    });

    test('has columns whose type depends on a parameter', async () => {
      const text = `SELECT coalesce(NULL, 'no. ' || $n || '.') AS t FROM range(${MANY})`;
      const statement = await open(engine, text, [], { parameters: { n: 30 } });
      const { batches: read } = await statement.run();
      let count = 0;
      for await (const rows of read()) count += rows.filter(([t]) => t === 'no. 30.').length;
      await statement.close();
      expect(count).toBe(MANY);
    });

    test('an error of its last row comes before the first', async () => {
      const statement = await open(
        engine,
        `SELECT CASE WHEN i = ${MANY - 1} THEN error('the last one') ELSE i END FROM range(${MANY}) t(i)`,
      );
      expect(await failureOf(statement.run())).toMatchObject({
        code: 'EXECUTION',
        message: expect.stringContaining('the last one'),
      });
      await statement.close();
    });

    test.each<[when: string, end: (statement: EngineStatement, abort: AbortController) => void | Promise<void>]>([
      ['is closed', (statement) => statement.close()],
      ['is cancelled', (_statement, abort) => abort.abort()],
    ])('ends with an error when its statement %s', async (_when, end) => {
      const statement = await open(engine, `FROM range(${3 * MANY})`);
      const abort = new AbortController();
      const { batches: read } = await statement.run(abort.signal);
      let count = 0;
      const reading = async (): Promise<void> => {
        for await (const rows of read()) {
          if (count === 0) await end(statement, abort);
          count += rows.length;
        }
      };
      expect(await failureOf(reading())).toMatchObject({ code: 'CANCELLED' });
      expect(count).toBeLessThan(3 * MANY);
      await statement.close();
    });

    test('need not be read to its end, nor at all', async () => {
      for (const reads of [0, 1]) {
        const statement = await open(engine, `FROM range(${MANY})`);
        const { batches: read } = await statement.run();
        if (reads > 0) for await (const _rows of read()) break;
        await statement.close();
      }
      expect((await ask(engine, 'SELECT 1')).rows).toEqual([[1]]);
    });
  });

  describe(`${name}: a load that fails`, () => {
    test('throws what the source threw, and leaves no rows', async () => {
      const statement = await open(engine, 'SELECT count(*) FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
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
      const statement = await open(engine, 'SELECT 1 FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      const source = async function* (): AsyncGenerator<readonly Row[]> {
        yield [['a', 'b']];
        AbortSignal.abort().throwIfAborted();
      };
      expect(await failureOf(statement.load(0, source()))).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
    });
  });

  describe(`${name}: cancelling`, () => {
    // Would take days: what ends has been ended, however busy the machine is. `npm run bench` says how soon.
    const LONG = 'SELECT count(*) FROM range(1000000000000000::BIGINT) t(i) WHERE i % 7 = 3';

    test.each([
      ['in the middle', 50],
      // An interrupt before the engine has begun must not get lost.
      ['at once', 0],
    ])('%s', async (_when, afterMs) => {
      const statement = await open(engine, LONG);
      const stop = new AbortController();
      const running = failureOf(statement.run(stop.signal));
      if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
      stop.abort();
      expect(await running).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
    });

    test.each([
      ['before', undefined],
      ['before, with a reason', new Error('enough')],
    ])('%s', async (_when, reason) => {
      const statement = await open(engine, LONG);
      expect(await failureOf(statement.run(AbortSignal.abort(reason)))).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
    });

    test.each([
      [
        'a runaway cross join',
        'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3',
      ],
      ['an endless recursion', 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r'],
    ])('%s ends, which would not by itself', async (_what, text) => {
      const statement = await open(engine, text);
      const stop = new AbortController();
      const running = failureOf(statement.run(stop.signal));
      await new Promise((resolve) => setTimeout(resolve, 50));
      stop.abort();
      expect(await running).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
    });

    test('ends the handing out of rows', async () => {
      const statement = await open(engine, 'SELECT * FROM range(100000)');
      const stop = new AbortController();
      const rows = (await statement.run(stop.signal)).batches()[Symbol.asyncIterator]();
      await rows.next();
      stop.abort();
      expect(await failureOf(rows.next())).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
    });

    test('ends a change of a table of one’s own', async () => {
      const own = create();
      const made = await own.begin();
      await made.runLocal('CREATE TABLE mine AS SELECT 1 AS a');
      await made.commit();
      await made.close();
      const statement = await own.begin();
      const stop = new AbortController();
      const running = failureOf(statement.runLocal(`UPDATE mine SET a = (${LONG})`, {}, stop.signal));
      stop.abort();
      expect(await running).toMatchObject({ code: 'CANCELLED' });
      await statement.close();
      await own.close();
    });

    test('closing a statement ends what it does', async () => {
      const statement = await open(engine, LONG);
      const running = failureOf(statement.run());
      await statement.close();
      expect(await running).toMatchObject({ code: 'CANCELLED' });
      expect(await failureOf(statement.run())).toMatchObject({ code: 'CANCELLED' });
    });

    test('closing the engine ends its statements', async () => {
      const own = create();
      const statement = await open(own, LONG);
      const running = failureOf(statement.run());
      await own.close();
      expect(await running).toMatchObject({ code: 'CANCELLED' });
    });

    test('a source that goes on after the statement was closed is refused', async () => {
      const statement = await open(engine, 'SELECT 1 FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      const source = async function* (): AsyncGenerator<readonly Row[]> {
        yield [['a', 'b']];
        await statement.close();
        yield [['c', 'd']];
      };
      expect(await failureOf(statement.load(0, source()))).toMatchObject({ code: 'CANCELLED' });
    });

    test('a statement that is closed between two batches', async () => {
      const statement = await open(engine, 'SELECT 1 FROM okta.apps.jwks', [table(0, 'okta.apps.jwks')]);
      const load = statement.load(0, batches([['a', 'b']], [['c', 'd']]), () => statement.close());
      expect(await failureOf(load)).toMatchObject({ code: 'CANCELLED' });
      expect((await ask(engine, 'SELECT 1')).rows).toEqual([[1]]);
    });

    test('one statement does not stop another', async () => {
      const [first, second] = await Promise.all([open(engine, LONG), open(engine, 'SELECT 1')]);
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
