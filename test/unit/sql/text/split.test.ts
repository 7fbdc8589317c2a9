import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SqlSyntaxError } from '../../../../src/errors.ts';
import { parseScript } from '../../../../src/sql/parse.ts';
import { contextOf, openTestEngine, type TestEngine } from '../context.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

const texts = (input: string): readonly string[] => parseScript(input).map(({ text }) => text);

interface Case {
  readonly input: string;
  readonly statements: readonly string[];
  readonly why?: string;
}

const CASES: readonly Case[] = [
  { input: '', statements: [] },
  { input: ' ;; -- nothing\n ; /* nothing */', statements: [] },
  { input: 'select 1', statements: ['select 1'] },
  { input: ' select 1 ; select 2;', statements: ['select 1', 'select 2'] },
  { input: "select ';' ; select 2", statements: ["select ';'", 'select 2'] },
  { input: "select 'a'';b'; x", statements: ["select 'a'';b'", 'x'] },
  { input: "select E'a\\';b'; x", statements: ["select E'a\\';b'", 'x'] },
  { input: 'select $$;$$, $q$;$$;$q$; x', statements: ['select $$;$$, $q$;$$;$q$', 'x'] },
  { input: 'select ";"; x', statements: ['select ";"', 'x'] },
  { input: 'select /* ; /* ; */ ; */ 1; x', statements: ['select /* ; /* ; */ ; */ 1', 'x'] },
  { input: 'select {{ a }}; x', statements: ['select {{ a }}', 'x'] },
  { input: 'exec /*+ SHOWRESULTS */ a.b.c.d; x', statements: ['exec /*+ SHOWRESULTS */ a.b.c.d', 'x'] },
  { input: 'select 1 # one;\nselect 2 // the second;\nselect 3', statements: ['select 1', 'select 2', 'select 3'] },
  { input: 'select 1 -- one;', statements: ['select 1'] },
  { input: 'select 1 -- one; \r\nselect 2', statements: ['select 1', 'select 2'], why: 'blanks behind the semicolon' },
  {
    input: 'select 1 -- one; two\nselect 2',
    statements: ['select 1 -- one; two\nselect 2'],
    why: 'it does not end so',
  },
  { input: 'select 1 /* one; */\nselect 2', statements: ['select 1 /* one; */\nselect 2'], why: 'only line comments' },
  { input: '-- first;\nselect 1', statements: ['-- first;\nselect 1'], why: 'nothing stands before it' },
  { input: 'select 1; -- one;\nselect 2', statements: ['select 1', '-- one;\nselect 2'] },
  // In mid-statement.
  { input: 'select a -- columns;\nfrom t', statements: ['select a -- columns;\nfrom t'] },
  { input: 'select * -- columns;\nfrom t', statements: ['select * -- columns;\nfrom t'] },
  { input: 'select a, -- b;\nc from t', statements: ['select a, -- b;\nc from t'] },
  { input: 'select 1 union all -- x;\nselect 2', statements: ['select 1 union all -- x;\nselect 2'] },
  { input: 'select a from ( -- x;\nselect 1)', statements: ['select a from ( -- x;\nselect 1)'] },
  {
    input: 'with a as ( -- x;\nselect 1) -- y;\nselect 2',
    statements: ['with a as ( -- x;\nselect 1) -- y;\nselect 2'],
  },
  { input: 'with a as (select 1) select 2 -- y;\nselect 3', statements: ['with a as (select 1) select 2', 'select 3'] },
  { input: 'insert into t (a) -- x;\nselect 1', statements: ['insert into t (a) -- x;\nselect 1'] },
  { input: 'insert into t (a) -- x;\nvalues (1)', statements: ['insert into t (a) -- x;\nvalues (1)'] },
  { input: 'insert into -- x;\nt (a) select 1', statements: ['insert into -- x;\nt (a) select 1'] },
  { input: 'delete -- x;\nfrom t', statements: ['delete -- x;\nfrom t'] },
  { input: 'select a from t order by a -- x;\ndesc', statements: ['select a from t order by a -- x;\ndesc'] },
  { input: 'explain -- x;\nselect 1', statements: ['explain -- x;\nselect 1'] },
  {
    input: `select * -- x;\n${'-- more\n'.repeat(40)}from t`,
    statements: [`select * -- x;\n${'-- more\n'.repeat(40)}from t`],
    why: 'a long block of comments is no end',
  },
];

test.each(CASES)('$input', ({ input, statements, why }) => {
  expect(texts(input), why).toEqual(statements);
});

const SEED = `SELECT * FROM okta.apps.jwks WHERE subdomain = '{{ subdomain }}' -- required;
INSERT INTO okta.apps.jwks (subdomain) SELECT '{{ subdomain }}';
DELETE FROM okta.apps.jwks WHERE subdomain = '{{ subdomain }}' --required;
EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='{{ subdomain }}' --required;
`;

test('the statements of the published resource page, one after the other', async () => {
  expect(texts(SEED)).toEqual([
    "SELECT * FROM okta.apps.jwks WHERE subdomain = '{{ subdomain }}'",
    "INSERT INTO okta.apps.jwks (subdomain) SELECT '{{ subdomain }}'",
    "DELETE FROM okta.apps.jwks WHERE subdomain = '{{ subdomain }}'",
    "EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='{{ subdomain }}'",
  ]);
  const kinds: string[] = [];
  for (const statement of parseScript(SEED)) kinds.push((await statement.parse(contextOf(engine))).kind);
  expect(kinds).toEqual(['select', 'insert', 'delete', 'exec']);
});

const PARTS = [
  'select 1',
  ' from t',
  ';',
  "'a;b'",
  '"c;d"',
  '$$e;f$$',
  '-- g;\n',
  '-- h\n',
  '/* i; */',
  ' ',
  '\n',
  '(',
  ')',
  ' union ',
];

test('statements put together again are split as before', () => {
  const property = fc.property(fc.array(fc.constantFrom(...PARTS), { maxLength: 12 }), (parts) => {
    const once = split(parts.join(''));
    if (once === undefined) return;
    // A semicolon of its own line, because the statement before it may end in a comment.
    expect(split(once.join('\n;\n'))).toEqual(once);
  });
  fc.assert(property, { numRuns: 2000 });
});

/** Undefined where adjoining parts make an open string. */
function split(input: string): readonly string[] | undefined {
  try {
    return texts(input);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return undefined;
    throw error;
  }
}
