import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SqlSyntaxError } from '../../../../src/errors.ts';
import { parseScript } from '../../../../src/sql/parse.ts';
import { tokenize } from '../../../../src/sql/text/tokens.ts';
import { contextOf, openTestEngine, type TestEngine } from '../context.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine.close());

/** What `act` throws, which must be a syntax error. */
function syntaxErrorOf(act: () => unknown): SqlSyntaxError {
  try {
    act();
  } catch (error) {
    if (error instanceof SqlSyntaxError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

interface Case {
  readonly text: string;
  /** `kind value`, in order. */
  readonly tokens: readonly string[];
  readonly why?: string;
}

const CASES: readonly Case[] = [
  { text: "'it''s'", tokens: ["string it's"] },
  { text: "''", tokens: ['string '] },
  { text: "''''", tokens: ["string '"] },
  { text: "'a' 'b'", tokens: ['string a', 'string b'] },
  { text: "'a'\n 'b''' c", tokens: ["string ab'", 'word c'], why: 'a string goes on in another line' },
  { text: "'a' -- b\r\n--c\n'd'", tokens: ['string ad'] },
  {
    text: "'a' /* \n */ 'b'",
    tokens: ['string a', 'comment /* \n */', 'string b'],
    why: 'PostgreSQL refuses it',
  },
  { text: "E'a'\n'\\'b' c", tokens: ["string a'b", 'word c'], why: 'its escapes go on with it' },
  { text: "'a'\nE'b'", tokens: ['string a', 'string b'] },
  { text: '"a"\n"b"', tokens: ['quoted a', 'quoted b'], why: 'only strings go on' },
  { text: "'a\\' b", tokens: ['string a\\', 'word b'], why: 'a backslash is a character like any other' },
  { text: "E'a\\'b' c", tokens: ["string a'b", 'word c'] },
  { text: "e'a''b\\\\'", tokens: ["string a'b\\"] },
  { text: "E'\\n\\t\\x41\\u00e9\\101\\q'", tokens: ['string \n\tA\u00e9Aq'] },
  { text: "be'x'", tokens: ['word be', 'string x'], why: 'the E belongs to the word' },
  { text: "'a;--b /* c */ # d // e'", tokens: ['string a;--b /* c */ # d // e'] },
  { text: "$$it's;$$ x", tokens: ["string it's;", 'word x'] },
  { text: '$q$a $$ b $Q$ c$q$', tokens: ['string a $$ b $Q$ c'] },
  { text: '$1 $2', tokens: ['parameter 1', 'parameter 2'], why: 'parameters, no dollar quotes' },
  { text: 'a$$b', tokens: ['word a$$b'], why: 'a dollar inside a word opens nothing' },
  { text: '"a""b;"', tokens: ['quoted a"b;'] },
  { text: '"a\'b"', tokens: ["quoted a'b"] },
  { text: 'a -- b; c\nd', tokens: ['word a', 'comment -- b; c', 'word d'] },
  { text: 'a # b\nc // d e\ne', tokens: ['word a', 'comment # b', 'word c', 'comment // d e', 'word e'] },
  {
    text: "a #>> 'b'",
    tokens: ['word a', 'operator #>>', 'string b'],
    why: 'a JSON operator',
  },
  {
    text: 'a !~~* b<->c <@ d|| -e ->f->>-g',
    tokens: [
      'word a',
      'operator !~~*',
      'word b',
      'operator <->',
      'word c',
      'operator <@',
      'word d',
      'operator ||',
      'operator -',
      'word e',
      'operator ->',
      'word f',
      'operator ->>',
      'operator -',
      'word g',
    ],
    why: 'operators of several characters are one token',
  },
  { text: 'a\u200bb\u2060c\u00a0d', tokens: ['word a', 'word b', 'word c', 'word d'], why: 'blanks to DuckDB' },
  { text: 'a /* b; \' " -- */ c', tokens: ['word a', 'comment /* b; \' " -- */', 'word c'] },
  { text: '/* a /* b */ ; */ c', tokens: ['comment /* a /* b */ ; */', 'word c'], why: 'comments nest, as in DuckDB' },
  { text: '/**/ /***/', tokens: ['comment /**/', 'comment /***/'] },
  { text: '/*/ a */', tokens: ['comment /*/ a */'], why: 'the slash does not close what it opened' },
  { text: '/*+ ShowResults */', tokens: ['directive SHOWRESULTS'] },
  { text: '/*+ two words */', tokens: ['comment /*+ two words */'] },
  { text: '{{ a }}{{b}}', tokens: ['placeholder a', 'placeholder b'] },
  { text: '{{ .values.x }}', tokens: ['placeholder .values.x'] },
  { text: '{a: 1}', tokens: ['operator {', 'word a', 'operator :', 'number 1', 'operator }'] },
  { text: '@appId @@json @a-b', tokens: ['variable appId', 'variable json', 'variable a-b'] },
  {
    text: '1 1.5 .5 1e3 1E-3 1_000',
    tokens: ['number 1', 'number 1.5', 'number .5', 'number 1e3', 'number 1E-3', 'number 1_000'],
  },
  { text: 'a.b::c', tokens: ['word a', 'operator .', 'word b', 'operator ::', 'word c'] },
  { text: 'größe "ß" 表', tokens: ['word größe', 'quoted ß', 'word 表'] },
  { text: "'😀' 😀", tokens: ['string 😀', 'word 😀'] },
  { text: "'\ud83d'", tokens: ['string \ud83d'], why: 'half of a surrogate pair' },
  { text: '\'\u0000\' "\u0000"', tokens: ['string \u0000', 'quoted \u0000'] },
  {
    text: 'a\u00a0b\r\n\tc\u3000\ufeffd',
    tokens: ['word a', 'word b', 'word c', 'word d'],
    why: 'DuckDB takes Unicode blanks for blanks',
  },
  { text: '', tokens: [] },
];

test.each(CASES)('tokens of $text', ({ text, tokens, why }) => {
  const found = tokenize(text).map(({ kind, value }) => `${kind} ${value}`);
  expect(found, why).toEqual(tokens);
});

const CHARACTERS = [
  "'",
  '"',
  '$',
  'E',
  'a',
  '1',
  ' ',
  '\n',
  '-',
  '#',
  '/',
  '*',
  '+',
  ';',
  '{',
  '}',
  '\\',
  '@',
  '😀',
  '(',
];

test('tokens and the blanks between them are the whole text', () => {
  const property = fc.property(
    fc.array(fc.constantFrom(...CHARACTERS)).map((parts) => parts.join('')),
    (text) => {
      let rebuilt = '';
      try {
        for (const { text: whole, start, end } of tokenize(text)) {
          const gap = text.slice(rebuilt.length, start);
          expect(gap.trim()).toBe('');
          expect(end - start).toBe(whole.length);
          rebuilt += gap + whole;
        }
      } catch (error) {
        if (!(error instanceof SqlSyntaxError)) throw error;
        expect(error.position.offset).toBeLessThan(text.length);
        return;
      }
      expect(text.startsWith(rebuilt)).toBe(true);
      expect(text.slice(rebuilt.length).trim()).toBe('');
    },
  );
  fc.assert(property, { numRuns: 2000 });
});

/** The syntax error of the first statement that has one. */
async function parsingErrorOf(text: string): Promise<SqlSyntaxError> {
  for (const statement of parseScript(text)) {
    const error: unknown = await statement.parse(contextOf(engine)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof SqlSyntaxError) return error;
    if (error !== undefined) throw error;
  }
  throw new Error('no syntax error');
}

describe('what has no end is reported where it begins', () => {
  const SECRET = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg';
  test.each([
    { text: `select a,\n  '${SECRET} from t`, at: [2, 3, 12], excerpt: "  '\n  ^" },
    { text: `select '${SECRET}''`, at: [1, 8, 7], excerpt: "select '\n       ^" },
    { text: `select "${SECRET}`, at: [1, 8, 7], excerpt: 'select "\n       ^' },
    { text: `select /* ${SECRET}`, at: [1, 8, 7], excerpt: 'select /\n       ^' },
    { text: `/* /* */ ${SECRET}`, at: [1, 1, 0], excerpt: '/\n^' },
    { text: `select $$${SECRET}`, at: [1, 8, 7], excerpt: 'select $\n       ^' },
    { text: `select $a$${SECRET}$a`, at: [1, 8, 7], excerpt: 'select $\n       ^' },
    { text: `select E'${SECRET}\\'`, at: [1, 8, 7], excerpt: 'select E\n       ^', why: 'the last quote is escaped' },
    { text: `'${SECRET}' '${SECRET}`, at: [1, 52, 51], excerpt: "'…' '\n    ^", why: 'earlier strings are masked' },
    {
      text: `"😀" '${SECRET}`,
      at: [1, 5, 5],
      excerpt: '"😀" \'\n    ^',
      why: 'columns count characters, offsets units',
    },
    { text: 'select \u0000', at: [1, 8, 7], excerpt: 'select \u0000\n       ^' },
  ])('$text', ({ text, at, excerpt, why }) => {
    const error = syntaxErrorOf(() => tokenize(text));
    const { line, column, offset } = error.position;
    expect([line, column, offset], why).toEqual(at);
    expect(error.excerpt, why).toBe(excerpt);
    expect(error.message).toContain(`line ${line}, column ${column}`);
    expect(error.message + error.excerpt).not.toContain(SECRET);
  });
});

describe('errors show no long string', () => {
  const SECRET = 'MIGHAgEAMBMGByqGSM49AgEGC';
  test.each([
    { text: `select '${SECRET}' from from t`, excerpt: "select '…' from from t" },
    { text: `select from from t where a = '${SECRET}'`, excerpt: "select from from t where a = '…'" },
    { text: `select $$${SECRET}$$, E'${SECRET}' from from t`, excerpt: "select '…', '…' from from t" },
    { text: `select "${SECRET}" from from t`, excerpt: 'select "…" from from t', why: 'the wrong quotes' },
    { text: `select from from t -- '${SECRET}'`, excerpt: 'select from from t /*…*/', why: 'put out of use' },
    { text: `select '${SECRET}'; select from from t`, excerpt: 'select from from t', why: 'another statement' },
    { text: `select from from t; select '${SECRET}'`, excerpt: 'select from from t' },
    { text: `insert into p.s.r (a) values (,) returning '${SECRET}'`, excerpt: 'values (,)', why: 'the query' },
    { text: `select 1 '${SECRET}'`, excerpt: "select 1 '…'", why: 'the caret is at the string itself' },
    { text: `select 1 1 "${SECRET}"`, excerpt: 'select 1 1 "…"' },
    { text: `select 'a\n${SECRET}' from from t`, excerpt: "'…' from from t", why: 'begun on another line' },
    { text: `exec p.s.r.m @a = '${SECRET}' @b = 1`, excerpt: "exec p.s.r.m @a = '…' @b = 1" },
    { text: `exec p.s.r.m @a = "${SECRET}"`, excerpt: 'exec p.s.r.m @a = "…"' },
    { text: `exec p.s.r.m @@json = '${SECRET}', -- '${SECRET}'`, excerpt: "exec p.s.r.m @@json = '…', /*…*/" },
  ])('$text', async ({ text, excerpt, why }) => {
    const error = await parsingErrorOf(text);
    expect(error.excerpt.split('\n')[0], why).toBe(excerpt);
    expect(error.message + error.excerpt).not.toContain(SECRET);
  });

  test('a string of 24 characters is shown', async () => {
    const error = await parsingErrorOf(`select '${'x'.repeat(24)}' from from t`);
    expect(error.excerpt).toContain('x'.repeat(24));
  });

  test('a long line is cut on both sides', async () => {
    const error = await parsingErrorOf(`select ${'a, '.repeat(50)}from from ${'b'.repeat(99)}`);
    const [line = '', caret = ''] = error.excerpt.split('\n');
    expect(line).toMatch(/^….{120}…$/);
    expect(caret).toBe(`${' '.repeat(61)}^`);
  });
});

describe('comments that DuckDB would not take for one', () => {
  test.each([
    'select a, #1\nfrom t',
    'select 7 // 2, b\nfrom t',
    'select (a) //b, c\nfrom t',
    'select a // b as c\nfrom t',
    "select a // '2'\nfrom t",
    'select a\n, #1\nfrom t',
    'from t where a // 2\n> 1',
  ])('%j', (text) => {
    expect(() => tokenize(text)).toThrow(/begins a comment here.*-- for a comment/);
  });

  test.each([
    '#1 the first\nselect 1',
    'select 1; #1 the second',
    'select a, // the id\nb',
    'from t // see the ticket\nwhere a',
    'select a\n// b\nfrom t',
    'select a # b\nfrom t',
    'select // 2\na',
  ])('%j', (text) => {
    expect(tokenize(text).filter(({ kind }) => kind === 'comment')).toHaveLength(1);
  });
});

test.each([
  ["''", "'"],
  ['\\n', "E'"],
  ['""', '"'],
  ['x', "'"],
  ['$ ', '$$'],
  ['* ', '/*'],
])('10 MB of %j in %s', (part, open) => {
  const close = { "E'": "'", '/*': '*/' }[open] ?? open;
  const content = part.repeat(10_000_000 / part.length);
  expect(tokenize(open + content + close)).toHaveLength(1);
  // An open one is an error of ours and not of the stack.
  expect(() => tokenize(open + content)).toThrow(SqlSyntaxError);
});

test('a string of 10 MB in a statement', async () => {
  const [statement] = parseScript(`select '${"''".repeat(5_000_000)}'`);
  expect((await statement?.parse(contextOf(engine)))?.kind).toBe('select');
});
