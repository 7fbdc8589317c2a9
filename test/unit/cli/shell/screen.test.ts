import { describe, expect, test } from 'vitest';
import { NOTHING_TYPED } from '../../../../src/cli/shell/editor.ts';
import { type Style, spansOf } from '../../../../src/cli/shell/paint.ts';
import { before, behind, draw, type ScreenTerms } from '../../../../src/cli/shell/screen.ts';

const TERMS: ScreenTerms = {
  columns: 20,
  prompt: 'org> ',
  continuation: '  -> ',
  paint: spansOf,
  isColoured: false,
};

function drawn(text: string, cursor: number = text.length, more: Partial<ScreenTerms> = {}): ReturnType<typeof draw> {
  return draw({ ...NOTHING_TYPED, text, cursor }, { ...TERMS, ...more });
}

const ESCAPE = '\u001b';

/** The cursor goes down, right and up by what is written, as in a terminal of that width. */
function shownBy(
  output: string,
  columns = 20,
): { readonly rows: readonly string[]; readonly cursor: readonly [number, number] } {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const sequences = new RegExp(`${ESCAPE}\\[(?:\\d|;)*[A-Za-z]|[\\s\\S]`, 'gu');
  for (const [part] of output.matchAll(sequences)) {
    const [, count, letter] = part.startsWith(ESCAPE) ? (/(\d*)(?:;\d+)*([A-Za-z])$/.exec(part) ?? []) : [];
    if (letter === 'A') row -= Number(count);
    else if (letter === 'C') column += Number(count);
    else if (letter !== undefined) continue;
    else if (part === '\r') column = 0;
    else if (part === '\n') row += 1;
    else {
      if (column === columns) [row, column] = [row + 1, 0];
      rows[row] ??= [];
      (rows[row] as string[])[column] = part;
      column += /[\u4e00-\u9fff]/.test(part) ? 2 : 1;
    }
    rows[row] ??= [];
  }
  return { rows: rows.map((cells) => Array.from(cells, (cell) => cell ?? '').join('')), cursor: [row, column] };
}

test.each<[text: string, cursor: number, rows: readonly string[], at: readonly [number, number]]>([
  ['', 0, ['org> '], [0, 5]],
  ['SELECT 1;', 9, ['org> SELECT 1;'], [0, 14]],
  ['SELECT 1;', 3, ['org> SELECT 1;'], [0, 8]],
  ['SELECT\n1;', 9, ['org> SELECT', '  -> 1;'], [1, 7]],
  ['SELECT\n1;', 2, ['org> SELECT', '  -> 1;'], [0, 7]],
  ['SELECT\n1;', 6, ['org> SELECT', '  -> 1;'], [0, 11]],
  ['SELECT\n1;', 7, ['org> SELECT', '  -> 1;'], [1, 5]],
  // Fifteen columns are left behind the prompt.
  ['0123456789abcdefg', 17, ['org> 0123456789abcde', 'fg'], [1, 2]],
  ['0123456789abcde', 15, ['org> 0123456789abcde', ''], [1, 0]],
  ['0123456789abcde', 2, ['org> 0123456789abcde', ''], [0, 7]],
  ['0123456789abc京x', 15, ['org> 0123456789abc京', 'x'], [1, 1]],
  ['0123456789abcd京x', 16, ['org> 0123456789abcd', '京x'], [1, 3]],
  ['a\tb', 3, ['org> a    b'], [0, 11]],
  ['a\u001b[2Jb', 6, ['org> a\\u001b[2Jb'], [0, 16]],
])('%j with the cursor at %d', (text, cursor, rows, at) => {
  const { output, cursorRow } = drawn(text, cursor);
  const shown = shownBy(output);
  expect(shown).toEqual({ rows, cursor: at });
  expect(cursorRow).toBe(at[0]);
});

test('candidates stand below, cut to the width, and the cursor stays where it was', () => {
  const { output, rows, cursorRow } = drawn('a\nb', 1, { below: ['one', 'x'.repeat(30)] });
  expect(shownBy(output)).toEqual({ rows: ['org> a', '  -> b', 'one', 'x'.repeat(19)], cursor: [0, 6] });
  expect([rows, cursorRow]).toEqual([2, 0]);
});

test('drawing anew begins where the last drawing began', () => {
  expect(before({ cursorRow: 0 })).toBe('\r\u001b[J');
  expect(before({ cursorRow: 3 })).toBe('\r\u001b[3A\u001b[J');
  expect(behind({ output: '', cursorRow: 0, rows: 3 })).toBe('\u001b[2B\r\n');
});

describe('colours', () => {
  const SHORT: Readonly<Record<Style, string>> = {
    keyword: 'k',
    string: 's',
    number: 'n',
    comment: 'c',
    variable: 'v',
    command: '\\',
    plain: '',
  };
  const painted = (text: string): string =>
    spansOf(text)
      .map(({ text: part, style }) => (style === 'plain' ? part : `<${SHORT[style]}:${part}>`))
      .join('');

  test.each<[text: string, painted: string]>([
    ['select a from "from"', '<k:select> a <k:from> "from"'],
    ["x = 'it''s' -- why", "x = <s:'it''s'> <c:-- why>"],
    ["a = 'open\nline", "a = <s:'open\nline>"],
    ['1 + 2.5e3', '<n:1> + <n:2.5e3>'],
    ['a /* open', 'a <c:/* open>'],
    ['a "open', 'a "open'],
    ['EXEC m @a = {{ b }}', '<k:EXEC> m <v:@a> = <v:{{ b }}>'],
    ['\\d okta.apps.jwks', '<\\:\\d okta.apps.jwks>'],
    ['a \u0000 select', 'a \u0000 select'],
  ])('%j', (text, expected) => {
    expect(painted(text)).toBe(expected);
    expect(
      spansOf(text)
        .map((span) => span.text)
        .join(''),
    ).toBe(text);
  });

  test('are written once for all that looks alike, and not at all without colours', () => {
    expect(drawn('select 1', 8, { isColoured: true }).output).toContain(
      '\u001b[1;34mselect\u001b[0m \u001b[36m1\u001b[0m',
    );
    expect(drawn('select 1', 8).output).not.toContain('\u001b[1;34m');
  });
});
