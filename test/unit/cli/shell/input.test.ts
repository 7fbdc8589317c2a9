import { describe, expect, test } from 'vitest';
import { type Input, type InputTerms, readInput } from '../../../../src/cli/shell/input.ts';
import { parseScript } from '../../../../src/sql/parse.ts';

/** What is read of a text, in short: statements as they are, commands with a backslash and what stood before them. */
function read(text: string, more: InputTerms['more'] = 'maybe'): { items: readonly string[]; rest: string } {
  const { items, rest } = readInput(text, { more });
  return { items: items.map(shown), rest };
}

function shown(item: Input): string {
  if (item.kind === 'statement') return item.text;
  return `${item.buffer === '' ? '' : `${item.buffer}|`}\\${item.text}`;
}

test.each<[text: string, items: readonly string[], rest: string]>([
  ['', [], ''],
  ['SELECT 1', [], 'SELECT 1'],
  ['SELECT 1;', ['SELECT 1'], ''],
  ['SELECT 1; SELECT 2; SELECT', ['SELECT 1', 'SELECT 2'], 'SELECT'],
  [';;\n;', [], ''],
  ["SELECT ';'", [], "SELECT ';'"],
  ["SELECT 'a;\nb", [], "SELECT 'a;\nb"],
  ['SELECT $$;', [], 'SELECT $$;'],
  ['SELECT $$;$$;', ['SELECT $$;$$'], ''],
  ['SELECT 1; SELECT "a;', ['SELECT 1'], 'SELECT "a;'],
  ['/* ; ', [], '/* ; '],
  ['-- nothing', [], ''],
  ['-- what it is\nSELECT 1;', ['-- what it is\nSELECT 1'], ''],
  ["SELECT * FROM t WHERE a = 'x' -- required;", ["SELECT * FROM t WHERE a = 'x'"], ''],
  ['help', ['\\help'], ''],
  [' EXIT ; ', ['\\exit'], ''],
  ['quit', ['\\quit'], ''],
  ['quit the', [], 'quit the'],
  ['\\d okta.apps.jwks', ['\\d okta.apps.jwks'], ''],
  ['SELECT 1\n\\g', ['SELECT 1\n|\\g'], ''],
  ['SELECT 1 \\g out.csv\nSELECT 2;', ['SELECT 1 |\\g out.csv', 'SELECT 2'], ''],
  ['SELECT 1; \\x on\n\\timing', ['SELECT 1', '\\x on', '\\timing'], ''],
  ["\\set name 'it''s; \\ here'", ["\\set name 'it''s; \\ here'"], ''],
  ["SELECT '\\q';", ["SELECT '\\q'"], ''],
  ["SELECT '\n\\q", [], "SELECT '\n\\q"],
  // It has no place in SQL: whoever runs it says so.
  ['SELECT \u0000;', ['SELECT \u0000;'], ''],
  ['SELECT \u0000', [], 'SELECT \u0000'],
])('%j is %j, and %j goes on', (text, items, rest) => {
  expect(read(text)).toEqual({ items, rest });
});

describe('a comment that ends in a semicolon', () => {
  const text = "SELECT * FROM t WHERE a = 'x' -- required;\n";

  test('waits for what follows where more may come', () => {
    expect(read(text, 'yes')).toEqual({ items: [], rest: text });
    expect(read(`${text}ORDER BY 1;`, 'yes').items).toEqual([`${text}ORDER BY 1`]);
    expect(read(`${text}SELECT 2;`, 'yes').items).toEqual(["SELECT * FROM t WHERE a = 'x'", 'SELECT 2']);
  });

  test('ends the statement at the end of the text', () => {
    expect(read(text, 'no').items).toEqual(["SELECT * FROM t WHERE a = 'x'"]);
  });
});

test('what has begun is a statement where the text ends', () => {
  expect(read('SELECT 1; SELECT 2', 'no')).toEqual({ items: ['SELECT 1', 'SELECT 2'], rest: '' });
  expect(read("SELECT 'a", 'no')).toEqual({ items: ["SELECT 'a"], rest: '' });
  expect(read('-- nothing', 'no')).toEqual({ items: [], rest: '' });
});

test('each is told with the line on which it begins', () => {
  const { items, restLine } = readInput('SELECT 1;\n\n SELECT\n2;\n\\d\nSELECT 3;\n\nSELECT', { more: 'maybe' });
  expect(items.map(({ line }) => line)).toEqual([1, 3, 5, 6]);
  expect(restLine).toBe(8);
});

test.each([
  'SELECT 1; SELECT 2 -- required;\nSELECT 3; -- no more',
  "EXEC a.b.c.d @x = 'a;b' --required;\nINSERT INTO t (a)\n-- one;\nSELECT 1; DELETE FROM t",
  'CREATE VIEW v AS SELECT 1;\nSELECT $a$ ; $a$ ; WITH x AS (SELECT 1) -- x;\nSELECT * FROM x',
])('a file holds the statements that exec finds in it: %j', (text) => {
  expect(read(text, 'no').items).toEqual(parseScript(text).map((statement) => statement.text));
});
