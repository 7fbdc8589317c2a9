/** The worst statements that are known: each has its own end, and the session goes on. `npm run bench -- --worst` has their times. */

import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';

interface Worst {
  readonly what: string;
  /** Pieces of the text; those with a number are written so often. */
  readonly sql: readonly (string | readonly [piece: string, times: number])[];
  /**
   * How it ends where nothing else ends it. `TIMEOUT`: it would go on for long. Of several, the one whose limit the machine reaches
   * first.
   */
  readonly ends: string | readonly string[];
}

const WORST = JSON.parse(
  readFileSync(new URL('../fixtures/worst-statements.json', import.meta.url), 'utf8'),
) as readonly Worst[];

// The smaller the limit, the sooner it is reached.
const session = createSession({ token: 'x', isolation: 'process', memoryLimit: '100MB' });
afterAll(() => session.close());

test.each(WORST)('$what', async ({ sql, ends }) => {
  const text = sql.map((piece) => (typeof piece === 'string' ? piece : piece[0].repeat(piece[1]))).join('');
  const known = [ends].flat();
  const time = known.includes('TIMEOUT') ? { timeoutMs: 300 } : {};
  const ended = await session.query(text, time).then(
    () => 'DONE',
    ({ code }: { readonly code: string }) => code,
  );
  expect(known).toContain(ended);
  expect((await session.query('SELECT 1')).rows).toEqual([[1]]);
});
