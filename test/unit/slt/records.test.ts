import { describe, expect, test } from 'vitest';
import { readFile } from '../../../tools/slt/records.ts';

/** Variables of a loop are written `@name` here, for `$` and braces. */
const sqlOf = (text: string): readonly string[] =>
  readFile(text.replaceAll(/@(\w+)/g, '$${$1}')).statements.map(({ sql }) => sql);

describe('readFile', () => {
  test('statements and queries, without what is expected of them', () => {
    const text =
      '# name: x\n\nstatement ok\nCREATE TABLE t(\n\ta INT)\n\nquery I rowsort label\nSELECT 1\n----\n1\n\nstatement error\nx\n----\nno';
    expect(readFile(text).statements).toEqual([
      { line: 3, sql: 'CREATE TABLE t(\n\ta INT)' },
      { line: 7, sql: 'SELECT 1' },
      { line: 12, sql: 'x' },
    ]);
  });

  test('loops are written out, inner ones too', () => {
    const text =
      'loop i 1 3\n\nforeach x a b\n\nquery I\nselect @i, @x\n----\n\nendloop\n\nendloop\n\nquery I\nselect 9';
    expect(sqlOf(text)).toEqual(['select 1, a', 'select 1, b', 'select 2, a', 'select 2, b', 'select 9']);
  });

  test('a long loop is cut, and groups of values are left out', () => {
    expect(sqlOf('loop i 0 5000\n\nquery I\nselect @i\n\nendloop')).toHaveLength(20);
    expect(sqlOf('foreach x <numeric> a\n\nquery I\nselect @x\n\nendloop')).toEqual(['select a']);
  });

  test.each([
    ['require parquet', 'require parquet'],
    ['load __TEST_DIR__/x.db', 'load __TEST_DIR__/x.db'],
    ['restart', 'restart'],
    ['concurrentloop i 0 5', 'concurrentloop i'],
  ])('a file with %s is not run', (line, skipped) => {
    expect(readFile(`${line}\n\nquery I\nselect 1\n`)).toEqual({ statements: [], skipped });
  });

  test('what is included stands in place of its name, and is read like the rest', () => {
    const files: Record<string, string> = {
      './a.part': 'query I\nselect 1\n----\n1\ninclude b.part',
      'b.part': 'query I\nselect 2',
    };
    const { statements } = readFile('include ./a.part\nquery I\nselect 3', (path) => files[path] ?? '');
    expect(statements.map(({ sql }) => sql)).toEqual(['select 1', 'select 2', 'select 3']);
  });

  test('a word of a statement or of its answer is no directive', () => {
    expect(sqlOf('query T\nselect\nload\nfrom t\n----\ntags x\nrestart\n\nquery I\nselect 1')).toHaveLength(2);
  });

  test('what both sides have is no requirement', () => {
    expect(sqlOf('require json\n\nrequire icu\n\nquery I\nselect 1\n')).toEqual(['select 1']);
  });
});
