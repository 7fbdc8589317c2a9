import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NetworkError, QueryError } from '../../src/errors.ts';
import { createSession, type Session } from '../../src/index.ts';
import { corpus, mutants } from './mutants.ts';

/** `FUZZ_RUNS=20000 npx vitest run test/fuzz` explains more of them, `FUZZ_SEED` others, and `FUZZ_SLOWEST=1000` bounds the milliseconds. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['FUZZ_SEED'] ?? 13);
const SLOWEST = Number(process.env['FUZZ_SLOWEST'] ?? Number.POSITIVE_INFINITY);

let session: Session;

beforeAll(async () => {
  session = createSession({
    token: 'none',
    subdomain: 'my-org',
    fetch: () => {
      throw new Error('EXPLAIN sends nothing');
    },
  });
  // The engine's start is nobody's statement.
  await session.query('SELECT 1');
}, 60_000);

afterAll(() => session.close());

/** What is wrong with how a statement was explained; nothing for an answer, and for an error of the author's. */
async function faultOf(statement: string): Promise<string | undefined> {
  const begun = performance.now();
  const fault = await explained(statement);
  const took = performance.now() - begun;
  return fault ?? (took > SLOWEST ? `took ${took.toFixed()} ms` : undefined);
}

async function explained(statement: string): Promise<string | undefined> {
  try {
    await session.query(`EXPLAIN ${statement}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError)) return `no error of ours: ${String(error)}`;
    if (error instanceof NetworkError) return 'sent something';
    return error.sqlState === 'XX000' ? `${error.message} ${String(error.cause ?? '')}` : undefined;
  }
}

test(`${RUNS} spoilt statements are explained, or refused as their author's mistakes`, {
  timeout: 3_600_000,
}, async () => {
  const statements = fc.sample(mutants(corpus()), { numRuns: RUNS, seed: SEED });
  const faults: string[] = [];
  for (const statement of statements) {
    const fault = await faultOf(statement);
    if (fault !== undefined) faults.push(`${JSON.stringify(statement)}\n  ${fault}`);
  }
  expect(faults).toEqual([]);
});
