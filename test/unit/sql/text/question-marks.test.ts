import { expect, test } from 'vitest';
import { tokenize } from '../../../../src/sql/text/tokens.ts';

/** The question marks of a text: `p` for a parameter, else the operator. */
const marks = (sql: string): string =>
  tokenize(sql)
    .filter(({ text }) => text.startsWith('?'))
    .map(({ kind, text }) => (kind === 'parameter' ? 'p' : text))
    .join(' ');

test.each([
  ["a ? 'k'", '?'],
  ['a ? ?', '? p'],
  ['? ? ?', 'p ? p'],
  ["a->'b' ? 'c' AND d = ?", '? p'],
  ["(a) ?| array['x']", '?|'],
  ['a ?& $1', '?&'],
  ["'{}'::jsonb ? lower('A')", '?'],
  ['l[1] ? /* or */ k', '?'],
  ["? || 'x'", 'p'],
  ["?||'x'", 'p'],
  ['SELECT ?', 'p'],
  ['SELECT ? AS x, ? y', 'p p'],
  ['SELECT DISTINCT ? FROM t', 'p'],
  ['SELECT a, ? FROM t WHERE b = ? AND c IN (?, ?) OR d LIKE ? ESCAPE ?', 'p p p p p p'],
  ['x BETWEEN ? AND ? AND y > ?', 'p p p'],
  ['CASE WHEN ? THEN ? ELSE ? END', 'p p p'],
  ["CASE a WHEN 1 THEN b END ? 'k'", '?'],
  ['LIMIT ? OFFSET ?', 'p p'],
  ['FETCH FIRST ? ROWS ONLY', 'p'],
  ['now() - INTERVAL ? DAY', 'p'],
  ['a IS NOT DISTINCT FROM ?', 'p'],
  ["a AT TIME ZONE ? < '2026-01-01'", 'p'],
  ['VALUES (?, ?), (?, ?)', 'p p p p'],
  ['UPDATE t SET a = ?, b = ? WHERE c = ? RETURNING ?', 'p p p p'],
  ['f(?, x => ?)', 'p p'],
  ['[?, ?]', 'p p'],
  ["{'a': ?}", 'p'],
  ['NOT ? OR a ?', 'p p'],
  ['?::int + ?', 'p p'],
  ['a ? NULL', '?'],
])('%s has %s', (sql, expected) => {
  expect(marks(sql)).toBe(expected);
});
