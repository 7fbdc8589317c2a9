/**
 * PostgreSQL's operators and functions on JSON. What it answers stands in `json-answers.json`, written by PostgreSQL 15
 * (`UPDATE_JSON=1`), and is asked again where it is installed.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { EXPRESSIONS, QUERIES, REFUSED, ROWS } from './json-cases.ts';
import { findPostgres, startPostgres } from './postgres.ts';

const FILE = fileURLToPath(new URL('json-answers.json', import.meta.url));

const TABLE = 'CREATE TABLE docs (id INT, p {json}, k VARCHAR, ts TIMESTAMPTZ)';
const FILLED = `INSERT INTO docs VALUES ${ROWS.join(', ')}`;

/** One text for all rows, whatever the order of a list of sets. */
const STATEMENTS = [
  ...EXPRESSIONS.map(
    (text) => `SELECT string_agg(coalesce((${text})::varchar, 'null'), ' | ' ORDER BY id) FROM docs r`,
  ),
  ...QUERIES.map(
    (text) =>
      `SELECT string_agg(coalesce(x::varchar, 'null'), ' | ' ORDER BY x::varchar COLLATE "C") FROM (${text}) q(x)`,
  ),
];

let session: Session;

beforeAll(async () => {
  session = createSession({ token: 'none', subdomain: 'my-org' });
  await session.query(TABLE.replace('{json}', 'JSON'));
  await session.query(FILLED);
});

afterAll(() => session.close());

/** The two print JSON with and without blanks, and times of a text each in its way. */
function normal(answer: string): string {
  const parts = answer.split(' | ').map((part) => {
    if (!/^[[{]/.test(part)) return part;
    try {
      return sortedText(JSON.parse(part));
    } catch {
      return part;
    }
  });
  return parts.join(' | ');
}

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const answers = (): Readonly<Record<string, string>> => JSON.parse(readFileSync(FILE, 'utf8'));

test('every expression and query answers as PostgreSQL 15 did', async () => {
  const known = answers();
  expect(Object.keys(known).toSorted()).toEqual([...STATEMENTS].toSorted());
  const differences: string[] = [];
  for (const statement of STATEMENTS) {
    const said = await session
      .query(statement.replaceAll(' COLLATE "C"', ''))
      .then(({ rows }) => String(rows[0]?.[0] ?? ''))
      .catch((error: Error) => `${error.message}`);
    const expected = known[statement] ?? '';
    // An error is judged as one: each has its own words for it.
    const isRight = expected.startsWith('ERROR')
      ? said.includes('The engine could not run')
      : normal(said) === normal(expected);
    if (!isRight) differences.push(`${statement}\n  PostgreSQL: ${expected}\n  here:       ${said}`);
  }
  expect(differences.join('\n')).toBe('');
});

test.each(REFUSED)('$sql is refused: $hint', async ({ sql, hint }) => {
  await expect(session.query(sql)).rejects.toMatchObject({ hint: expect.stringContaining(hint) });
});

test('a question mark is a parameter where an operand is expected, and an operator between two', async () => {
  const answerOf = async (sql: string, parameters: readonly string[]): Promise<unknown> =>
    (await session.query(sql, { parameters })).rows;
  expect(await answerOf("SELECT ?, p ? 'a', p ? ? FROM docs WHERE id = 1 AND k = ?", ['x', 'b', 'a'])).toEqual([
    ['x', true, true],
  ]);
  expect(
    await answerOf('SELECT id FROM docs WHERE p ?| array[?, ?] AND p ? ? ORDER BY id LIMIT 1', ['zz', 'a', 'b']),
  ).toEqual([[1]]);
});

const postgres = findPostgres();
const reason = 'reason' in postgres ? ` (skipped: ${postgres.reason})` : '';

test.skipIf(reason !== '')(`PostgreSQL still answers so${reason}`, { timeout: 600_000 }, async () => {
  if ('reason' in postgres) return;
  const server = await startPostgres(postgres.bin);
  try {
    server.ask([
      "ALTER ROLE judge SET timezone = 'UTC'",
      "ALTER ROLE judge SET intervalstyle = 'iso_8601'",
      TABLE.replace('{json}', 'JSONB'),
      FILLED,
    ]);
    const said = Object.fromEntries(
      server.ask(STATEMENTS).map((answer, index) => [STATEMENTS[index], answer.split('\n')[0]]),
    );
    if (process.env['UPDATE_JSON'] === '1') writeFileSync(FILE, `${JSON.stringify(said, undefined, 2)}\n`);
    expect(said).toEqual(answers());
  } finally {
    server.close();
  }
});
