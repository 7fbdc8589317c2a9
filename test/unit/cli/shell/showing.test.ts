import { describe, expect, test } from 'vitest';
import { NOTHING_KNOWN, type ProgressState } from '../../../../src/cli/progress.ts';
import { chartOf } from '../../../../src/cli/shell/chart.ts';
import { fitsPattern, parseMetaCommand } from '../../../../src/cli/shell/meta-command.ts';
import { statusText } from '../../../../src/cli/shell/status-line.ts';
import { isWide } from '../../../../src/cli/shell/wide.ts';
import type { ResultSet } from '../../../../src/values.ts';

describe('a chart', () => {
  const RESULT: ResultSet = {
    columns: [
      { name: 'n', type: 'BIGINT' },
      { name: 'type', type: 'VARCHAR' },
      { name: 'm', type: 'DOUBLE' },
    ],
    rows: [
      [40, 'OIDC', 1],
      [10, 'SAML 京', 2],
      [5, null, -3],
    ],
  };

  test('has a bar for each row, as long as its number is large', () => {
    expect(chartOf(RESULT, { columns: 34 })).toEqual({
      lines: [`OIDC    40 ${'█'.repeat(21)}`, `SAML 京 10 ${'█'.repeat(5)}▎`, `NULL     5 ${'█'.repeat(2)}▋`],
    });
  });

  test('takes the columns that are named, in any case', () => {
    const chart = chartOf(RESULT, { label: 'N', value: 'M', columns: 30 });
    expect('lines' in chart && chart.lines.map((line) => line.replace(/ ?█+.*/, ''))).toEqual([
      '40  1',
      '10  2',
      '5  -3',
    ]);
  });

  test.each<[terms: { label?: string; value?: string }, problem: string]>([
    [{ label: 'x' }, 'the last result has no column x'],
    [{ value: 'type' }, 'a chart needs a column of numbers'],
  ])('%j cannot be drawn: %s', (terms, problem) => {
    expect(chartOf(RESULT, { ...terms, columns: 30 })).toEqual({ problem });
  });

  test('says what it leaves out', () => {
    const rows = Array.from({ length: 70 }, (_, n) => [n, 'x', 0]);
    const chart = chartOf({ ...RESULT, rows }, { columns: 30 });
    expect('lines' in chart && chart.lines.at(-1)).toBe('(10 more rows are not shown)');
  });
});

describe('rows as lines', () => {
  test('are wanted where a table would be wider than the screen', () => {
    const columns = [
      { name: 'id', type: 'VARCHAR' },
      { name: 'label', type: 'VARCHAR' },
    ];
    expect(isWide(columns, [['12345', '京京']], 13)).toBe(false);
    expect(isWide(columns, [['12345', '京京京']], 13)).toBe(true);
  });
});

describe('the status line', () => {
  const limit = { kind: 'limit', origin: 'https://acme.okta.com', bucket: '/api/v1/apps', limit: 600 } as const;
  const requests = { kind: 'requests', statement: 1, sent: 1_203, most: 10_000 } as const;

  test.each<[state: Partial<ProgressState>, ms: number | undefined, text: string]>([
    [{}, undefined, 'no request'],
    [
      { requests, limits: [{ ...limit, remaining: 597, resetsAt: 41_000 }] },
      undefined,
      'acme.okta.com · 1,203 requests · /api/v1/apps 597 of 600 left, resets in 41 s',
    ],
    [
      {
        requests: { ...requests, sent: 1 },
        limits: [
          { ...limit, remaining: 597, resetsAt: 41_000 },
          { ...limit, bucket: '/api/v1/users', remaining: 3, resetsAt: -1 },
        ],
      },
      1_234,
      'acme.okta.com · 1 request · /api/v1/users 3 of 600 left · 1.2 s',
    ],
  ])('%#', (state, ms, text) => {
    expect(statusText({ ...NOTHING_KNOWN, ...state }, { ms, now: 0 })).toBe(text);
  });
});

describe('a command', () => {
  test.each<[text: string, name: string, args: readonly string[]]>([
    ['d okta.apps.jwks', 'd', ['okta.apps.jwks']],
    ['dt+ *factor*;', 'dt', ['*factor*']],
    ["set name 'it''s  two'", 'set', ['name', "it's  two"]],
    ['o "my file.csv"', 'o', ['my file.csv']],
    ['?', '?', []],
    ['', '', []],
    ['watch 5', 'watch', ['5']],
  ])('%j is %s with %j', (text, name, args) => {
    expect(parseMetaCommand(text)).toMatchObject({ name, args });
  });

  test.each<[name: string, pattern: string, fits: boolean]>([
    ['okta.users.factors', 'factor', true],
    ['okta.users.factors', '*FACTOR*', true],
    ['okta.users.factors', 'factor*', false],
    ['okta.users.factors', 'okta.*.factor?', true],
    ['okta.users.factors', 'okta?users', false],
    ['a(b', 'a(b', true],
  ])('the name %s fits %s: %s', (name, pattern, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits);
  });
});
