import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { type Expression, flags, inDuckDb, printed, ROWS, respaced } from './arrows.ts';
import { findPostgres, startPostgres } from './postgres.ts';

/** `ARROW_RUNS=20000 npx vitest run test/oracle/arrows.test.ts` judges more of them. */
const RUNS = Number(process.env['ARROW_RUNS'] ?? 400);
const SEED = Number(process.env['ARROW_SEED'] ?? 13);
const BATCH = 20;

const TABLE = 'CREATE TABLE docs (id INT, p JSON, s VARCHAR, t VARCHAR, b BOOLEAN)';
const FILLED = `INSERT INTO docs VALUES ${ROWS.join(', ')}`;

let session: Session;
let instance: DuckDBInstance;

beforeAll(async () => {
  session = createSession({ token: 'none', subdomain: 'my-org' });
  await session.query(TABLE);
  await session.query(FILLED);
  instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`${TABLE}; ${FILLED}`);
});

afterAll(async () => {
  await session.close();
  instance.closeSync();
});

const expressions = fc.sample(flags, { numRuns: RUNS, seed: SEED });
const batches = Array.from({ length: Math.ceil(RUNS / BATCH) }, (_, index) =>
  expressions.slice(index * BATCH, (index + 1) * BATCH),
);

const select = (texts: readonly string[]): string => `SELECT ${texts.join(',\n')} FROM docs r ORDER BY id`;

/** Columns of answers, one for each expression. */
async function ours(batch: readonly Expression[], style: number): Promise<readonly string[]> {
  const text = select(batch.map((expression) => respaced(printed(expression, 'ours'), style)));
  const { rows } = await session.query(text);
  return batch.map((_, index) => shown(rows.map((row) => row[index])));
}

async function plain(batch: readonly Expression[]): Promise<readonly string[]> {
  const connection = await instance.connect();
  try {
    const rows = (await connection.runAndReadAll(select(batch.map(inDuckDb)))).getRows();
    return batch.map((_, index) => shown(rows.map((row) => row[index])));
  } finally {
    connection.closeSync();
  }
}

const shown = (values: readonly unknown[]): string =>
  values.map((value) => (value === null ? 'null' : value === true ? 'true' : 'false')).join(' ');

test(`${RUNS} random expressions with arrows are what they are with all their parentheses`, {
  timeout: 1_800_000,
}, async () => {
  const seen = new Set<string>();
  for (const [index, batch] of batches.entries()) {
    const expected = await plain(batch);
    expect(await ours(batch, index % 3), batch.map((each) => printed(each, 'ours')).join('\n')).toEqual(expected);
    const [first] = batch;
    if (first !== undefined) {
      const { rows } = await session.query(`SELECT id FROM docs r WHERE ${printed(first, 'ours')} ORDER BY id`);
      const kept = expected[0]?.split(' ').flatMap((value, row) => (value === 'true' ? [row + 1] : []));
      expect(
        rows.map(([id]) => id),
        printed(first, 'ours'),
      ).toEqual(kept);
    }
    for (const answer of expected) seen.add(answer);
  }
  // Answers that are all alike would say little.
  expect(seen.size).toBeGreaterThan(Math.min(50, RUNS / 8));
});

const postgres = findPostgres();
const reason = 'reason' in postgres ? ` (skipped: ${postgres.reason})` : '';

test.skipIf(reason !== '')(`PostgreSQL answers the same${reason}`, { timeout: 1_800_000 }, async () => {
  if ('reason' in postgres) return;
  const server = await startPostgres(postgres.bin);
  try {
    server.ask([TABLE, FILLED]);
    const queries = expressions.map(
      (expression) =>
        `SELECT string_agg(coalesce((${printed(expression, 'postgres')})::boolean::text, 'null'), ' ' ORDER BY id) FROM docs r`,
    );
    const answers = server.ask(queries);
    expect(answers).toHaveLength(expressions.length);
    const expected = (await Promise.all(batches.map(plain))).flat();
    const differences = expressions.flatMap((expression, index) =>
      answers[index] === expected[index]
        ? []
        : [`${printed(expression, 'postgres')}\n  ${answers[index]}\n  ${expected[index]}`],
    );
    expect(differences).toEqual([]);
  } finally {
    server.close();
  }
});
