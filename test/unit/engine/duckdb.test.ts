import { existsSync, readdirSync } from 'node:fs';

import { afterAll, describe, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { Row } from '../../../src/values.ts';
import { everythingOf, failureOf } from '../http/http-client.contract.ts';
import { engineContract } from './engine.contract.ts';
import { ask, type Loaded, open, table } from './tables.ts';

engineContract('DuckDB', () => createDuckDbEngine());

const engine = createDuckDbEngine();
afterAll(() => engine.close());

function keys(reference: string, ordinal = 0, ...ids: string[]): Loaded {
  return { table: table(ordinal, reference), rows: ids.map((id) => [id, `kid ${id}`]) };
}

describe('references to tables', () => {
  const JWKS = 'okta.apps.jwks';

  test.each<[text: string, reference: string]>([
    ['SELECT id FROM okta.apps.jwks', JWKS],
    ['SELECT jwks.id FROM okta.apps.jwks', JWKS],
    ['SELECT JWKS.ID FROM okta.apps.jwks', JWKS],
    ['SELECT j.id FROM okta.apps.jwks AS j', `${JWKS} AS j`],
    ['SELECT j.id FROM okta.apps.jwks j', `${JWKS} AS j`],
    ['SELECT "the keys".id FROM okta.apps.jwks AS "the keys"', `${JWKS} AS the keys`],
    ['SELECT id FROM "okta"."apps"."jwks"', JWKS],
    ['SELECT id FROM okta."apps".jwks', JWKS],
    ['SELECT id FROM OKTA.Apps.JWKS', JWKS],
    ['SELECT jwks.id FROM OKTA.Apps.JWKS', JWKS],
    ['SELECT id FROM okta\n  .apps\t. jwks', JWKS],
    ['SELECT okta.apps.jwks.id FROM okta.apps.jwks', JWKS],
    ['SELECT OKTA.apps."jwks".id FROM okta.apps.jwks', JWKS],
    ['SELECT okta . apps\n.jwks . id FROM okta.apps.jwks', JWKS],
    ['SELECT apps.jwks.id FROM okta.apps.jwks', JWKS],
    ['SELECT id FROM okta.apps.jwks WHERE okta.apps.jwks.kid LIKE $$kid%$$', JWKS],
    ['SELECT max(okta.apps.jwks.id) FROM okta.apps.jwks GROUP BY okta.apps.jwks.kid', JWKS],
    ['SELECT id FROM okta.apps.jwks ORDER BY okta.apps.jwks.id', JWKS],
    ['SELECT x FROM okta.apps.jwks AS j(x, y)', `${JWKS} AS j`],
    ['FROM okta.apps.jwks SELECT id', JWKS],
    ['WITH k AS (SELECT * FROM okta.apps.jwks) SELECT id FROM k', JWKS],
    ['SELECT id FROM (SELECT * FROM okta.apps.jwks) s', JWKS],
    ['SELECT (SELECT max(id) FROM okta.apps.jwks)', JWKS],
    ["SELECT 'a' WHERE 'a' IN (SELECT id FROM okta.apps.jwks)", JWKS],
    ["SELECT 'a' WHERE EXISTS (FROM okta.apps.jwks)", JWKS],
    // Multi-byte characters in front: the tree counts bytes, texts count UTF-16 units.
    ["SELECT id, 'Zoë \u{1f511}\u4e2d' FROM okta.apps.jwks", JWKS],
    ["SELECT okta.apps.jwks.id, '\u{1f511}', okta.apps.jwks.kid FROM okta.apps.jwks", JWKS],
    // What looks like a reference but is text.
    ["SELECT id, 'FROM okta.apps.jwks' FROM okta.apps.jwks", JWKS],
    ['SELECT id AS "okta.apps.jwks" FROM okta.apps.jwks', JWKS],
    // DuckDB's tree repeats the operand of CASE for every WHEN.
    ["SELECT CASE okta.apps.jwks.kid WHEN 'x' THEN 'x' WHEN 'kid a' THEN 'a' END FROM okta.apps.jwks", JWKS],
    ["SELECT CASE (SELECT max(id) FROM okta.apps.jwks) WHEN 'x' THEN 'x' WHEN 'a' THEN 'a' END", JWKS],
    ['SELECT id FROM okta.apps.jwks TABLESAMPLE 100 PERCENT (bernoulli)', JWKS],
    // DuckDB itself does not read a star behind three names.
    ['SELECT okta.apps.jwks.* FROM okta.apps.jwks', JWKS],
    ['SELECT apps.jwks.* FROM okta.apps.jwks', JWKS],
    ['SELECT okta . "apps" . jwks . * FROM okta.apps.jwks', JWKS],
    ['SELECT j.* FROM okta.apps.jwks j', `${JWKS} AS j`],
    ['SELECT okta.apps.jwks.id, 2 * s.n * length(okta.apps.jwks.kid) FROM okta.apps.jwks, (SELECT 1 AS n) s', JWKS],
    ['SELECT COLUMNS(okta.apps.jwks.*) FROM okta.apps.jwks', JWKS],
    ['SELECT * EXCLUDE (kid) FROM okta.apps.jwks', JWKS],
    ['SELECT * EXCLUDE (okta.apps.jwks.kid) FROM okta.apps.jwks', JWKS],
    ["SELECT * REPLACE ('x' AS kid) FROM okta.apps.jwks", JWKS],
    ['SELECT (okta.apps.jwks).id FROM okta.apps.jwks', JWKS],
    ['SELECT a.id FROM okta.apps.jwks AS a NATURAL JOIN (SELECT $$a$$ AS id) b', `${JWKS} AS a`],
    ["SELECT okta.apps.jwks.id FROM okta.apps.jwks JOIN (SELECT 'a' AS id) o USING (id)", JWKS],
    ["SELECT id FROM okta.apps.jwks JOIN (SELECT 'a' AS id) o USING (id) WHERE okta.apps.jwks.kid = 'kid a'", JWKS],
    ['SELECT x.id FROM okta.apps.jwks, LATERAL (SELECT okta.apps.jwks.id) x', JWKS],
    ['SELECT x.id FROM okta.apps.jwks j, (SELECT j.id) x', `${JWKS} AS j`],
    ["SELECT id FROM (PIVOT okta.apps.jwks ON kid IN ('kid a') USING count(*))", JWKS],
    ["SELECT v FROM (UNPIVOT okta.apps.jwks ON id, kid INTO NAME n VALUE v) WHERE n = 'id'", JWKS],
    ['TABLE okta.apps.jwks', JWKS],
    ['FROM okta.apps.jwks', JWKS],
    ["SELECT 'a' FROM (DESCRIBE okta.apps.jwks) WHERE column_name = 'id'", JWKS],
    ["SELECT min FROM (SUMMARIZE okta.apps.jwks) WHERE column_name = 'id'", JWKS],
    [
      'WITH RECURSIVE r(id, n) AS (SELECT id, 1 FROM okta.apps.jwks UNION ALL SELECT id, n + 1 FROM r WHERE n < 3) SELECT max(id) FROM r',
      JWKS,
    ],
    // The CTE hides nothing: its name has one part.
    ["WITH jwks AS (SELECT 'x' AS id) SELECT okta.apps.jwks.id FROM okta.apps.jwks", JWKS],
    ['WITH okta AS (SELECT * FROM okta.apps.jwks) SELECT okta.id FROM okta', JWKS],
    ['SELECT id FROM /* the keys */ okta /* a */ . apps -- b\n . jwks', JWKS],
    ['SELECT /* okta.apps.jwks.* */ okta.apps.jwks /**/ . id FROM okta.apps.jwks', JWKS],
    ["SELECT id FROM okta.apps.jwks WHERE '\u{1f511}' <> okta.apps.jwks.kid", JWKS],
    ['SELECT "Zoë".jwks.\u4e2d.id FROM "Zoë".jwks.\u4e2d', 'Zoë.jwks.\u4e2d'],
    ['SELECT "\u{1f511}".a."b c".* FROM "\u{1f511}".a."b c"', '\u{1f511}.a.b c'],
    ['SELECT id FROM okta.apps.jwks QUALIFY row_number() OVER (ORDER BY okta.apps.jwks.id) = 1', JWKS],
  ])('%s', async (text, reference) => {
    const { rows } = await ask(engine, text, keys(reference, 0, 'a'));
    expect(rows.map(([first]) => first)).toEqual(['a']);
  });

  test('several, each with its own rows', async () => {
    const text = `WITH k AS (SELECT id FROM okta.apps.jwks WHERE id <> 'z')
      SELECT k.id, b.kid FROM k JOIN okta.apps.jwks b USING (id)
      UNION ALL SELECT id, NULL FROM okta.apps.jwks ORDER BY 1, 2`;
    const { rows } = await ask(
      engine,
      text,
      keys(JWKS, 0, 'a', 'b', 'z'),
      keys(`${JWKS} AS b`, 1, 'b', 'c'),
      keys(JWKS, 2, 'd'),
    );
    expect(rows).toEqual([
      ['b', 'kid b'],
      ['d', null],
    ]);
  });

  test('a join of a table with itself', async () => {
    const text = 'SELECT x.id, y.id FROM okta.apps.jwks x JOIN okta.apps.jwks y ON x.id < y.id ORDER BY ALL';
    const { rows } = await ask(engine, text, keys(`${JWKS} AS x`, 0, 'a', 'b'), keys(`${JWKS} AS y`, 1, 'b', 'c'));
    expect(rows).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ]);
  });

  test('the last part of two tables with one name stays apart by the full name', async () => {
    const text = 'SELECT a.b.things.id, c.d.other.id FROM a.b.things, c.d.other';
    const { rows } = await ask(engine, text, keys('a.b.things', 0, 'x'), keys('c.d.other', 1, 'y'));
    expect(rows).toEqual([['x', 'y']]);
  });

  describe('names that resemble each other', () => {
    const [USERS, ADMINS] = ['okta.users.users', 'okta.admins.users'];

    test.each<[text: string, names: readonly string[], rows: readonly Row[]]>([
      // The outer table is meant inside of the subquery, where another goes by the same last name.
      [
        `SELECT id FROM ${USERS} WHERE EXISTS (SELECT 1 FROM ${ADMINS} WHERE okta.admins.users.id = okta.users.users.id)`,
        [USERS, ADMINS],
        [['both']],
      ],
      [
        `SELECT okta.users.users.id, okta.admins.users.id FROM ${USERS}, ${ADMINS} WHERE okta.users.users.id = 'both'`,
        [USERS, ADMINS],
        [
          ['both', 'both'],
          ['both', 'admin'],
        ],
      ],
      [
        `SELECT okta.users.users.id FROM ${USERS} WHERE EXISTS
          (SELECT 1 FROM ${ADMINS} AS users WHERE okta.users.users.id = id)`,
        [USERS, `${ADMINS} AS users`],
        [['both']],
      ],
      // Each name is seen where it stands, as DuckDB does it.
      [`SELECT users.id FROM ${USERS} WHERE users.id IN (SELECT users.id FROM ${ADMINS})`, [USERS, ADMINS], [['both']]],
    ])('%s', async (text, names, rows) => {
      const ids = [
        ['user', 'both'],
        ['both', 'admin'],
      ];
      const loaded = names.map((name, ordinal) => keys(name, ordinal, ...(ids[ordinal] ?? [])));
      expect((await ask(engine, text, ...loaded)).rows).toEqual(rows);
    });

    test('one that can mean either is refused', async () => {
      const text = `SELECT users.id, okta.users.users.id FROM ${USERS}, ${ADMINS}`;
      const failure = await failureOf(open(engine, text, [table(0, USERS), table(1, ADMINS)]));
      expect(failure).toMatchObject({ code: 'NOT_SUPPORTED', hint: expect.stringContaining('alias') });
    });
  });

  test('a star of one of two tables', async () => {
    const text = 'SELECT jwks.* FROM okta.apps.jwks, okta.apps.applications';
    const { rows } = await ask(engine, text, keys(JWKS, 0, 'a'), keys('okta.apps.applications', 1, 'b'));
    expect(rows).toEqual([['a', 'kid a']]);
  });

  test('a CTE that is called like a table of ours does not stand in for it', async () => {
    const own = createDuckDbEngine();
    const text = "WITH oktaql_1_0 AS (SELECT 'wrong' AS id, 'wrong' AS kid) SELECT id FROM okta.apps.jwks";
    expect((await ask(own, text, keys(JWKS, 0, 'a'))).rows).toEqual([['a']]);
    await own.close();
  });

  test('a reader that found other tables than DuckDB did ends in an error, not in wrong rows', async () => {
    const failure = await failureOf(open(engine, 'SELECT 1 FROM okta.apps.jwks', [table(0, 'okta.apps.apps')]));
    expect(failure).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('Nothing was run') });
  });
});

describe('errors', () => {
  const LONG = 'a-very-long-value-that-may-be-a-private-key';
  const failureOfBinding = (text: string, ...loaded: readonly Loaded[]) =>
    failureOf(
      open(
        engine,
        text,
        loaded.map((each) => each.table),
      ),
    );

  test.each<[what: string, text: string, expected: Readonly<Record<string, unknown>>]>([
    [
      'an unknown column',
      'SELECT kidd FROM okta.apps.jwks',
      { code: 'UNKNOWN_COLUMN', unknownName: 'kidd', nearest: ['kid', 'id'] },
    ],
    [
      'an unknown qualified column',
      'SELECT jwks.kidd FROM okta.apps.jwks',
      { code: 'UNKNOWN_COLUMN', nearest: ['kid', 'id'] },
    ],
    [
      'one of a list of values',
      'SELECT v.x FROM okta.apps.jwks, (VALUES (1)) v(a)',
      { code: 'UNKNOWN_COLUMN', unknownName: 'x' },
    ],
    ['an unknown table', 'SELECT * FROM okta.apps.jwks, nosuch', { code: 'UNKNOWN_RESOURCE', unknownName: 'nosuch' }],
    [
      'an unknown table with a blank',
      'SELECT * FROM okta.apps.jwks, "no such"',
      { code: 'UNKNOWN_RESOURCE', unknownName: 'no such' },
    ],
    [
      'an unknown function',
      'SELECT lowr(id) FROM okta.apps.jwks',
      { code: 'BINDING', unknownName: 'lowr', nearest: ['lower'], hint: 'Did you mean lower?' },
    ],
    ['wrong arguments of a function', 'SELECT lower(1, 2) FROM okta.apps.jwks', { code: 'BINDING' }],
    ['a positional and a named parameter', 'SELECT $1, $a FROM okta.apps.jwks', { code: 'NOT_SUPPORTED' }],
    ['a PIVOT that is no SELECT', 'PIVOT okta.apps.jwks ON kid USING count(*)', { code: 'SYNTAX' }],
    ['nothing', '', { code: 'SYNTAX' }],
    ['two statements', 'SELECT 1 FROM okta.apps.jwks; SELECT 2', { code: 'SYNTAX' }],
    ['an aggregate without GROUP BY', 'SELECT id, count(*) FROM okta.apps.jwks', { code: 'BINDING' }],
    ['a syntax error', 'SELECT id FROM okta.apps.jwks WHRE x', { code: 'SYNTAX' }],
    ['a text that never ends', "SELECT id FROM okta.apps.jwks WHERE id = 'x", { code: 'SYNTAX' }],
    ['no SELECT', 'DELETE FROM okta.apps.jwks', { code: 'SYNTAX' }],
  ])('%s', async (_what, text, expected) => {
    expect(await failureOfBinding(text, keys('okta.apps.jwks'))).toMatchObject(expected);
  });

  test.each(['SELECT nosuch', "SELECT nosuch = 'x'"])('%s, where there is no table', async (text) => {
    expect(await failureOfBinding(text)).toMatchObject({ code: 'UNKNOWN_COLUMN', unknownName: 'nosuch' });
  });

  test('an ambiguous column names the tables', async () => {
    const text = 'SELECT id FROM okta.apps.jwks a, okta.apps.jwks b';
    const failure = await failureOfBinding(text, keys('okta.apps.jwks AS a'), keys('okta.apps.jwks AS b', 1));
    expect(failure).toMatchObject({ code: 'BINDING', unknownName: 'id', hint: 'Write a.id or b.id.' });
  });

  test('a syntax error has its place, in characters', async () => {
    const failure = await failureOfBinding("SELECT '\u{1f511}',\n  FROMM x y z");
    expect(failure).toMatchObject({ position: { line: 2 } });
  });

  test.each([
    ['a cast that fails', "SELECT 'abc'::INTEGER FROM range(1)", "Could not convert string 'abc'"],
    ['an overflow', 'SELECT 9223372036854775807 + i FROM range(1, 2) t(i)', 'Overflow'],
    ["the statement's own error", "SELECT error('boom') FROM range(1)", 'boom'],
  ])('%s is an execution error', async (_what, text, says) => {
    const failure = await failureOf(ask(engine, text));
    expect(failure).toMatchObject({ code: 'EXECUTION', message: expect.stringContaining(says) });
  });

  test.each([
    ['a cast', `SELECT '${LONG}'::INTEGER FROM range(1)`],
    ['a cast of a text with a line break', `SELECT '${LONG}\n${LONG}'::INTEGER FROM range(1)`],
    ['a cast of a value from a table', `SELECT id::INTEGER FROM okta.apps.jwks`],
    ['a long name', `SELECT "${LONG}" FROM range(1)`.replace(LONG, LONG.repeat(2))],
    ['a text that never ends', `SELECT '${LONG}`],
    ['a text of two lines that never ends', `SELECT '${LONG}\n${LONG}`],
    ['a syntax error at a text', `SELECT 1 FROM range(1) x y '${LONG}'`],
    ['a cast of a text with an apostrophe', `SELECT 'it''s${LONG}'::INTEGER FROM range(1)`],
    ['a cast of a text with quotes', `SELECT 'it''&"is"&"${LONG}'::INTEGER FROM range(1)`],
    ['a cast to a list', `SELECT 'it''; ${LONG}'::INTEGER[] FROM range(1)`],
    ['a time zone', `SELECT timezone('it''; ${LONG}', now()) FROM range(1)`],
    ['JSON that is cut off', `SELECT json_extract('{"kty":"EC","d":"${LONG}', '$.d') FROM range(1)`],
    ['JSON that is compared', `SELECT '{"d":"${LONG}"}'::JSON > 1 FROM range(1)`],
    ['a text in JSON that is compared', `SELECT '"${LONG.slice(0, 32)}"'::JSON > 1 FROM range(1)`],
    ['a cast to JSON', `SELECT '{"d":"${LONG}" x'::JSON FROM range(1)`],
    ['a pattern', `SELECT regexp_matches('a', '(${LONG}${LONG}') FROM range(1)`],
    ['a text of the statement’s own error', `SELECT error('no ${LONG}${LONG} here') FROM range(1)`],
  ])('%s: the literal is masked', async (_what, text) => {
    const tables = text.includes('okta.') ? [keys('okta.apps.jwks', 0, LONG)] : [];
    // Of long values DuckDB shows the beginning.
    expect(everythingOf(await failureOf(ask(engine, text, ...tables)))).not.toContain(LONG.slice(0, 30));
  });

  test('a failed statement leaves the engine as it was', async () => {
    await failureOfBinding('SELECT kidd FROM okta.apps.jwks', keys('okta.apps.jwks'));
    expect((await ask(engine, 'SELECT id FROM okta.apps.jwks', keys('okta.apps.jwks', 0, 'a'))).rows).toEqual([['a']]);
  });

  test('a setting that DuckDB does not take is told, each time', async () => {
    const broken = createDuckDbEngine({ memoryLimit: 'much' });
    expect(await failureOf(broken.begin())).toMatchObject({ code: 'INVALID_VALUE' });
    expect(await failureOf(broken.begin())).toMatchObject({ code: 'INVALID_VALUE' });
    await broken.close();
  });
});

describe('closing', () => {
  const handles = (): readonly string[] => process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');

  test('leaves no handle', async () => {
    const before = handles();
    const own = createDuckDbEngine();
    await ask(own, 'SELECT id FROM okta.apps.jwks', keys('okta.apps.jwks', 0, 'a'));
    await own.close();
    expect(handles()).toEqual(before);
  });

  const THREADS = '/proc/self/task';

  test.runIf(existsSync(THREADS))('ends the threads of DuckDB', async () => {
    const threads = (): number => readdirSync(THREADS).length;
    await ask(engine, 'SELECT 1');
    let before = threads();
    // Those of engines that were closed just before may still be ending.
    await expect
      .poll(() => {
        const isSteady = threads() === before;
        before = threads();
        return isSteady;
      })
      .toBe(true);
    const own = createDuckDbEngine();
    await ask(own, 'SELECT 1');
    expect(threads()).toBeGreaterThan(before);
    await own.close();
    await expect.poll(threads).toBe(before);
  });

  test('without a statement, and twice, is fine', async () => {
    const own = createDuckDbEngine();
    await own.close();
    await own.close();
  });
});
