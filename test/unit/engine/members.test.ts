import { afterAll, describe, expect, test } from 'vitest';

import { createDuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { EngineMember } from '../../../src/engine/engine.ts';
import { MEMBER_MACROS, membersAsWritten, withMembers } from '../../../src/engine/members.ts';
import { parseJson } from '../../../src/json.ts';
import { cast } from '../../../src/rows/cast.ts';
import type { ColumnType, JsonValue, Value } from '../../../src/values.ts';
import { ask } from './tables.ts';

const engine = createDuckDbEngine();
afterAll(() => engine.close());

/** Values that APIs were seen to send, or might, as JSON. */
const VALUES = [
  'null',
  'true',
  'false',
  '"true"',
  '"TRUE"',
  '"yes"',
  '0',
  '1',
  '-7',
  '1.5',
  '"12"',
  '"+12"',
  '"1.5"',
  '" 12"',
  '"0x1F"',
  '"nan"',
  '"inf"',
  '"1e3"',
  '9007199254740993',
  '"9223372036854775807"',
  '"9223372036854775808"',
  '""',
  '"x"',
  '"2026-11-20T10:11:12.345Z"',
  '"2026-11-20T10:11:12.345678+02:00"',
  '"2026-11-20t10:11:12z"',
  '"2026-11-20 10:11:12"',
  '"2026-11-20T10:11"',
  '"2026-11-20T10:11:12+0530"',
  '"2026-11-20T10:11:12-05"',
  '"2026-11-20"',
  '"2026-02-30"',
  '"infinity"',
  '"epoch"',
  '1763633472',
  '"1763633472"',
  '"1763633472345"',
  '1763633472345',
  '-1',
  '{"a":1}',
  '[1]',
];

const TYPES: readonly ColumnType[] = ['BIGINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMPTZ', 'VARCHAR', 'JSON'];

describe('a member is what a column of its type would be', () => {
  test.each(TYPES)('%s', async (type) => {
    const list = VALUES.map((value, index) => `(${index}, '{"m":${value}}'::JSON)`).join(', ');
    const { rows } = await ask(
      engine,
      `SELECT ${MEMBER_MACROS[type]}(j, '$."m"') FROM (VALUES ${list}) t(i, j) ORDER BY i`,
    );
    expect(rows.map(([value]) => shown(value ?? null))).toEqual(
      VALUES.map((text) => shown(cast(parseJson(text), type) ?? null)),
    );
  });

  test('of a name that is not there it is NULL', async () => {
    for (const type of TYPES) {
      expect((await ask(engine, `SELECT ${MEMBER_MACROS[type]}('{"m":1}'::JSON, '$."n"')`)).rows).toEqual([[null]]);
    }
  });
});

/** Moments end at the millisecond in results. */
function shown(value: Value): JsonValue {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? String(value) : value;
}

describe('the text', () => {
  const member = (text: string, given: Partial<EngineMember>): EngineMember => ({
    names: ['u', 'profile', 'login'],
    steps: [],
    offset: text.search(/\bu\b/),
    isOutput: false,
    columnLength: 2,
    path: ['login'],
    type: 'VARCHAR',
    ...given,
  });

  test.each<[text: string, given: Partial<EngineMember>, edited: string]>([
    ['SELECT u.profile.login', {}, `SELECT oktaql_member_text(u.profile, '$."login"')`],
    ['SELECT u.profile.login', { isOutput: true }, `SELECT oktaql_member_text(u.profile, '$."login"') AS "login"`],
    ['SELECT u . profile /**/ . "login"', {}, `SELECT oktaql_member_text(u . profile, '$."login"')`],
    [
      'SELECT (u.profile).login',
      { names: ['u', 'profile'], steps: ['login'] },
      `SELECT oktaql_member_text(u.profile, '$."login"')`,
    ],
    [
      'SELECT ((u.profile)).login',
      { names: ['u', 'profile'], steps: ['login'] },
      `SELECT oktaql_member_text(u.profile, '$."login"')`,
    ],
    [
      'SELECT u.profile.login[0]',
      { steps: [0], path: ['login', 0] },
      `SELECT oktaql_member_text(u.profile, '$."login"[0]')`,
    ],
    // What is opened further is not made a text before.
    ['SELECT u.profile.login[1:2]', {}, `SELECT oktaql_member_json(u.profile, '$."login"')[1:2]`],
    ["SELECT u.profile.login->>'x'", {}, `SELECT oktaql_member_json(u.profile, '$."login"')->>'x'`],
    [
      `SELECT u.profile."it's"`,
      { names: ['u', 'profile', "it's"], path: ["it's"] },
      `SELECT oktaql_member_text(u.profile, '$."it''s"')`,
    ],
  ])('%s', (text, given, edited) => {
    expect(withMembers(text, [member(text, given)])).toBe(edited);
  });

  test('that the tree does not fit is not run', () => {
    const text = 'SELECT u.profile.login';
    expect(() => withMembers(text, [member(text, { offset: 0 })])).toThrow('Nothing was run');
    expect(() => withMembers(text, [member(text, { names: ['u', 'profile', 'email'] })])).toThrow('Nothing was run');
  });
});

test.each([
  [`upper(oktaql_member_text(u.profile, '$."login"'))`, 'upper(u.profile.login)'],
  [`oktaql_member_json(a.settings, '$."keys"[0]')`, 'a.settings.keys[0]'],
  [`oktaql_member_text("a b".c, '$."it''s"."x"')`, `"a b".c."it's".x`],
  [`(oktaql_member_integer(a, '$."n"') + oktaql_member_number(b, '$."m"'))`, '(a.n + b.m)'],
  ['u.profile', 'u.profile'],
])('the name %s is %s as it was written', (name, written) => {
  expect(membersAsWritten(name)).toBe(written);
});
